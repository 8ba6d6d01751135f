"""Large books for the benchmarks: rows near the example book and the law's own cases, seeded, written as Parquet.

Every row starts from a row of the example book or a case of the law; then, per column and independently, some cells are
emptied and some replaced, and dates are moved, so that answers of every kind and unknown facts are common.
"""

from __future__ import annotations

import csv
from datetime import date
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


def _dates(days: Any, missing: Any) -> pa.Array:
    return pa.array((days - 719163).astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())


def write(path: Path, rows: int, *, seed: int = 7, chunk: int = 250_000) -> None:
    """A Parquet book of so many rows."""
    writer = None
    for number, first in enumerate(range(0, rows, chunk)):
        table = batch(min(chunk, rows - first), seed + number, first)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=chunk)
    if writer is not None:
        writer.close()
