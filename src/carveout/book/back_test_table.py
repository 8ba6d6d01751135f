"""A back-test written out: both cascades with the day from which each change could be known, and where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.back_test import ALWAYS_KNOWN, AS_KNOWN, IN_FACT, WRONGLY, BackTest, Differing
from carveout.book.cascade import Indices
from carveout.book.cascade_table import LINES, WORDS, CascadeTable, carried, dates, in_words, write_object
from carveout.book.exposure import Exposures
from carveout.book.result_table import EPOCH
from carveout.decide.frame_horizon import NO_DAY

CASCADES = {AS_KNOWN: "as_known", IN_FACT: "in_fact"}
"""The two cascades by name."""


def tables(test: BackTest, *, none: bool = False) -> Iterator[pa.Table]:
    """The lines of both cascades, the one as known first; one table without a line if ``none`` are wanted."""
    for which, name in CASCADES.items():
        table = CascadeTable(test.cascades[which], _more(test, which, name))
        if none:
            yield table.none()
            return
        yield from table.tables(iter(test.cascades[which]))


def _more(test: BackTest, which: int, name: str) -> Any:
    def columns(rows: Indices, changes: Indices) -> dict[str, Any]:
        known = test.known_from(which, rows, changes)
        own = pa.array(np.full(len(rows), which, np.int8))
        return {
            "known_from": _days(known, known == ALWAYS_KNOWN),
            "cascade": pa.DictionaryArray.from_arrays(own, pa.array(list(CASCADES.values()))),
        }

    return columns


def differing_tables(test: BackTest, differing: Differing, *, none: bool = False) -> Iterator[pa.Table]:
    """The stretches on which belief and fact differ; one table without a line if ``none`` are wanted."""
    kept = test.gathered.kept
    for start in range(0, 1 if none else len(differing), LINES):
        part = slice(start, 0 if none else start + LINES)
        rows = differing.rows[part]
        yield pa.table({
            "id": kept.ids().take(pa.array(rows)),
            "on": dates(kept.on()[rows]),
            "differs": pa.DictionaryArray.from_arrays(pa.array(differing.ways[part]), pa.array(list(WRONGLY))),
            "from": dates(differing.first[part]),
            "through": _days(differing.last[part], differing.last[part] == NO_DAY),
            "believed": in_words(differing.believed[part]),
            "happened": in_words(differing.happened[part]),
            **carried(kept, rows),
        })  # fmt: skip


def _days(days: npt.NDArray[np.int32], missing: npt.NDArray[np.bool_]) -> pa.Array:
    return pa.array(np.where(missing, EPOCH, days).astype(np.int32) - np.int32(EPOCH), pa.int32(), mask=missing).cast(
        pa.date32()
    )


def write_json(stream: IO[str], test: BackTest, differing: Differing) -> None:
    """The days of both cascades, earliest first (as known before in fact), then an object per row in which they differ."""
    exposures = {which: Exposures(cascade) for which, cascade in enumerate(test.cascades)}
    days = sorted((day, which) for which, cascade in enumerate(test.cascades) for day in cascade.days)
    for day, which in days:
        cascade = test.cascades[which]
        lapse = cascade.lapse(day, cascade.days[day])
        known = [_iso(number, ALWAYS_KNOWN) for number in test.known_from(which, lapse.rows, lapse.changes).tolist()]
        exposure = exposures[which].of(cascade.days[day])
        write_object(stream, cascade, lapse, exposure, {"known_from": known}, {"cascade": CASCADES[which]})
    kept = test.gathered.kept
    starts = np.flatnonzero(np.diff(differing.rows, prepend=-1))
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(differing)], strict=True):
        row = int(differing.rows[start])
        found: dict[str, Any] = {"id": kept.ids()[row].as_py(), "on": _iso(int(kept.on()[row]), NO_DAY)}
        found |= {name: [] for name in WRONGLY}
        for line in range(start, end):
            found[WRONGLY[differing.ways[line]]].append({
                "from": _iso(int(differing.first[line]), NO_DAY), "through": _iso(int(differing.last[line]), NO_DAY),
                "believed": WORDS[differing.believed[line]], "happened": WORDS[differing.happened[line]],
            })  # fmt: skip
        stream.write(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n")


def _iso(number: int, missing: int) -> str | None:
    return None if number == missing else date.fromordinal(number).isoformat()
