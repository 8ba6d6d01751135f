"""Large books for the benchmarks, seeded, written as Parquet.

Two kinds. ``batch``: every row for itself, near the example book and the law's own cases, some cells emptied and some
replaced independently, so that nearly every row is of its own kind; the hardest book there is. ``trade``: what a trader
keeps: 5,000 relations, each of which takes a few of 150 families of products in a few kinds of act, on any of 900 days,
a few relations making most rows; gaps are in the master data, and one row in fifty has a cell of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from carveout.facts.schema import schema
from carveout.law.corpus import bundled

COLUMNS = (
    "direction", "item_kind", "origin", "located_in_us", "us_controlled_content_pct", "eccn", "reasons_for_control", "published",
    "ccl_license_required", "other_authorization", "destination", "knowledge_of_violation", "diversion_knowledge", "knowledge",
    "activity", "contract_date", "network_fully_operational", "network_third_party", "device_class", "device_public_on",
    "enhances_function", "expands_capacity", "certification_by", "certification_on", "standards_body", "standards_body_open",
    "recipient_is_member", "standard_to_be_published", "release_setting", "recipient_acts_for_listed", "actor_country",
    "ultimate_consignee", "ultimate_consignee_country", "purchaser", "purchaser_country",
)  # fmt: skip
Make = Callable[[int, int, int], pa.Table]
START = date(2019, 4, 1).toordinal()
DAYS = 900


def _base() -> list[dict[str, str]]:
    path = Path(str(files("carveout") / "examples" / "press-2019-2020.csv"))
    with path.open(encoding="utf-8") as handle:
        rows: list[dict[str, str]] = list(csv.DictReader(handle))
    for provision in bundled().provisions.values():
        rows += [{"on": case.on.isoformat(), **dict(case.facts)} for case in provision.cases]
    keep = ("intermediate_consignee", "end_user", "supplier")
    return [row for row in rows if not any(row.get(name) for name in keep)]


def batch(rows: int, seed: int, first: int) -> pa.Table:
    """One batch of rows; the same for the same seed."""
    chance = np.random.default_rng(seed)
    base = _base()
    weight = 1.0 / np.arange(1, len(base) + 1)
    chosen = chance.choice(len(base), rows, p=chance.permutation(weight / weight.sum()))
    arrays: dict[str, Any] = {"id": pa.array(np.char.add("T-", np.arange(first, first + rows).astype("U10")))}
    arrays["on"] = _dates(START + chance.integers(0, DAYS, rows), np.zeros(rows, bool))
    for name in COLUMNS:
        fact = schema()[name]
        values = sorted({row.get(name, "") for row in base} - {"", "unknown"})
        codes = np.asarray([values.index(v) if (v := row.get(name, "")) in values else len(values) for row in base])[
            chosen
        ]
        if not name.startswith(("ultimate", "purchaser")):
            codes = np.where(chance.random(rows) < 0.06, chance.integers(0, len(values), rows), codes)
            codes = np.where(chance.random(rows) < 0.08, len(values), codes)
        missing = codes == len(values)
        if fact.type == "date":
            days = np.asarray([*(date.fromisoformat(v).toordinal() for v in values), START])[codes]
            arrays[name] = _dates(days + chance.integers(-3, 4, rows) * (chance.random(rows) < 0.2), missing)
        elif fact.type == "bool":
            arrays[name] = pa.array(np.asarray([*(v == "true" for v in values), False])[codes], mask=missing)
        elif fact.type == "number":
            arrays[name] = pa.array(np.asarray([*(float(v) for v in values), 0.0])[codes], mask=missing)
        else:
            indices = pa.array(np.where(missing, 0, codes).astype(np.int32), mask=missing)
            arrays[name] = pa.DictionaryArray.from_arrays(indices, pa.array(values))
    return _without_contradictions(pa.table(arrays))


def _without_contradictions(table: pa.Table) -> pa.Table:
    """No cell that the reader of rows would refuse: reasons for EAR99, imports that end abroad."""
    eccn = np.asarray(table["eccn"].cast(pa.string()).to_pylist(), object)
    reasons = table["reasons_for_control"].combine_chunks()
    keep = pa.array(eccn != "EAR99")
    place = table.column_names.index("reasons_for_control")
    emptied = pa.DictionaryArray.from_arrays(
        pa.array(np.asarray(reasons.indices.fill_null(0)), mask=~(np.asarray(keep) & np.asarray(reasons.is_valid()))),
        reasons.dictionary,
    )
    table = table.set_column(place, "reasons_for_control", emptied)
    direction = np.asarray(table["direction"].cast(pa.string()).to_pylist(), object)
    home = np.isin(direction.astype(str), ["import", "return_to_us"])
    destination = table["destination"].combine_chunks()
    known = np.asarray(destination.is_valid()) & ~home
    place = table.column_names.index("destination")
    abroad = pa.DictionaryArray.from_arrays(
        pa.array(np.asarray(destination.indices.fill_null(0)), mask=~known), destination.dictionary
    )
    return table.set_column(place, "destination", abroad)


PRODUCT = (
    "item_kind", "origin", "located_in_us", "us_controlled_content_pct", "eccn", "reasons_for_control", "published",
    "ccl_license_required", "other_authorization", "device_class", "device_public_on",
)  # fmt: skip
RELATION = (
    "destination", "contract_date", "network_fully_operational", "network_third_party", "certification_by",
    "certification_on", "standards_body", "standards_body_open", "recipient_is_member", "recipient_acts_for_listed",
    "actor_country", "ultimate_consignee", "ultimate_consignee_country", "purchaser", "purchaser_country",
)  # fmt: skip
FAMILIES, RELATIONS, KINDS, TAKES = 150, 5_000, 200, 4
LISTED = 0.1
"""Share of the relations whose parties are those of the law's cases, most of them listed; the others are nobody."""


@cache
def _masters() -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[str]]]:
    """Families of products, relations and kinds of act, each a column of texts per fact."""
    chance = np.random.default_rng(11)
    base = _base()

    def made(columns: tuple[str, ...], size: int, gaps: float) -> dict[str, list[str]]:
        rows = chance.integers(0, len(base), size)
        found = {}
        for name in columns:
            other = np.where(chance.random(size) < 0.1, chance.integers(0, len(base), size), rows)
            if name.startswith(("ultimate", "purchaser")):
                other = rows
            cells = [base[row].get(name, "").replace("unknown", "") for row in other]
            found[name] = ["" if gap < gaps else cell for cell, gap in zip(cells, chance.random(size), strict=True)]
        return found

    relations = made(RELATION, RELATIONS, 0.05)
    for place in np.flatnonzero(chance.random(RELATIONS) > LISTED):
        relations["ultimate_consignee"][place] = f"Beispiel Handel {place}"
        relations["purchaser"][place] = "" if place % 3 else f"Muster Einkauf {place}"
    acts = tuple(name for name in COLUMNS if name not in PRODUCT and name not in RELATION)
    return made(PRODUCT, FAMILIES, 0.05), relations, made(acts, KINDS, 0.05)


def trade(rows: int, seed: int, first: int) -> pa.Table:
    """One batch of a trader's book; the same for the same seed."""
    chance = np.random.default_rng(seed)

    weight = 1.0 / np.arange(1, RELATIONS + 1)
    relation = chance.choice(RELATIONS, rows, p=weight / weight.sum())
    # What a relation takes and does is fixed by its number.
    family = (relation * 7919 + chance.integers(0, TAKES, rows) * 31) % FAMILIES
    kind = (relation * 104_729 + chance.integers(0, TAKES // 2, rows) * 17) % KINDS
    arrays: dict[str, Any] = {"id": pa.array(np.char.add("T-", np.arange(first, first + rows).astype("U10")))}
    arrays["on"] = _dates(START + chance.integers(0, DAYS, rows), np.zeros(rows, bool))
    arrays["value"] = pa.array(np.round(chance.lognormal(8, 2, rows), 2))
    arrays["currency"] = pa.array(np.asarray(["USD", "EUR", "CNY"])[relation % 3]).dictionary_encode()
    own = np.where(chance.random(rows) < 0.02, chance.integers(0, len(COLUMNS), rows), -1)
    for masters, chosen in zip(_masters(), (family, relation, kind), strict=True):
        for name, cells in masters.items():
            texts = pa.array(cells).dictionary_encode()
            values = texts.dictionary.to_pylist()
            codes = np.asarray(texts.indices)[chosen]
            if not name.startswith(("ultimate", "purchaser")):
                codes = np.where(own == COLUMNS.index(name), chance.integers(0, len(values), rows), codes)
            arrays[name] = _typed(name, values, codes)
    return _without_contradictions(pa.table(arrays))


def _typed(name: str, values: list[str], codes: Any) -> pa.Array:
    fact = schema()[name]
    missing = np.asarray([not v for v in values])[codes]
    if fact.type == "date":
        return _dates(np.asarray([date.fromisoformat(v).toordinal() if v else START for v in values])[codes], missing)
    if fact.type == "bool":
        return pa.array(np.asarray([v == "true" for v in values])[codes], mask=missing)
    if fact.type == "number":
        return pa.array(np.asarray([float(v or 0) for v in values])[codes], mask=missing)
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=missing), pa.array(values))


def _dates(days: Any, missing: Any) -> pa.Array:
    return pa.array((days - 719163).astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())


def write(path: Path, rows: int, *, make: Make = batch, seed: int = 7, chunk: int = 250_000) -> None:
    """A Parquet book of so many rows."""
    writer = None
    for number, first in enumerate(range(0, rows, chunk)):
        table = make(min(chunk, rows - first), seed + number, first)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=chunk)
    if writer is not None:
        writer.close()
