"""A cascade written out: a table with a line per change of a row, and the JSON of the contract, an object per day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.cascade import WAYS, Cascade, Indices, Lapse
from carveout.book.exposure import Exposure, Exposures
from carveout.book.kept_rows import KeptRows
from carveout.book.result_table import EPOCH
from carveout.book.results import open_sink
from carveout.book.writer import whole_file
from carveout.decide.frame_timeline import interval_of
from carveout.decide.outcome import Outcome

LINES = 500_000
"""Lines that are written at once."""

WORDS = [str(interval_of(mark)) for mark in range(len(Outcome) ** 2)]
"""Intervals in words, by mark."""

PIECE = 10_000
"""Rows of a day that are written into its object at once."""

CARRIED = ("deal", "site", "value", "currency", "party")
"""Columns that follow the change, where the book has them."""


class CascadeTable:
    """Lines of a cascade: date, id, before, after, causes, and what the row carries; ``more`` gives further columns."""

    def __init__(self, cascade: Cascade, more: Callable[[Indices, Indices], dict[str, Any]] | None = None) -> None:
        self.cascade = cascade
        self._more = more
        texts = ["; ".join(cascade.causes(change)) for change in range(len(cascade.timelines.days))]
        numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        self._causes = np.asarray([numbers[text] for text in texts], np.int32)
        self._cause_texts = pa.array(list(numbers), pa.string())

    def tables(self, lapses: Iterator[Lapse]) -> Iterator[pa.Table]:
        """The lines, in lots; days of few rows are put together, days of many divided."""
        held: list[tuple[Indices, Indices]] = []
        count = 0
        for lapse in lapses:
            for start in range(0, len(lapse.rows), LINES):
                part = lapse.rows[start : start + LINES], lapse.changes[start : start + LINES]
                if held and count + len(part[0]) > LINES:
                    yield self._lines(held)
                    held, count = [], 0
                held.append(part)
                count += len(part[0])
        if held:
            yield self._lines(held)

    def _lines(self, parts: Sequence[tuple[Indices, Indices]]) -> pa.Table:
        rows, changes = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return self.lines(rows, changes)

    def lines(self, rows: Indices, changes: Indices) -> pa.Table:
        """A line for each row and its change."""
        timelines, kept = self.cascade.timelines, self.cascade.kept
        columns: dict[str, Any] = {
            "date": dates(timelines.days[changes]),
            "id": kept.ids().take(pa.array(rows)),
            "before": in_words(timelines.before[changes]),
            "after": in_words(timelines.after[changes]),
            "causes": pa.DictionaryArray.from_arrays(pa.array(self._causes[changes]), self._cause_texts),
        }
        more = self._more(rows, changes) if self._more is not None else {}
        return pa.table({**columns, **more, **carried(kept, rows)})

    def none(self) -> pa.Table:
        """The columns without a line."""
        return self.lines(np.empty(0, np.int64), np.empty(0, np.int64))


def carried(kept: KeptRows, rows: Indices) -> dict[str, Any]:
    """The columns that rows carry along."""
    found: dict[str, Any] = {}
    for name in CARRIED:
        if name == "value" and kept.has_values:
            values = kept.values()[rows]
            found[name] = pa.array(values, mask=np.isnan(values))
        elif name in kept.labels:
            labels = kept.labels[name]
            found[name] = pa.DictionaryArray.from_arrays(
                pa.array(labels.codes()[rows]), pa.array(labels.texts, pa.string())
            )
    return found


def in_words(marks: npt.NDArray[np.uint8]) -> pa.Array:
    """Intervals as words."""
    return pa.DictionaryArray.from_arrays(pa.array(marks.view(np.int8)), pa.array(WORDS))


def dates(days: npt.NDArray[np.int32]) -> pa.Array:
    """Day numbers as dates."""
    return pa.array(days - np.int32(EPOCH), pa.int32()).cast(pa.date32())


def write_tables(tables: Iterator[pa.Table], output: Path, empty: pa.Table) -> int:
    """Write lots of lines into a file, which appears whole or not at all; how many lines. Without any, the ``empty`` table.

    Raises:
        BookError: an output that cannot be written.
    """
    count = 0
    with whole_file(output) as part, ThreadPoolExecutor(1) as writing:
        sink = open_sink(output, part)
        written: Future[None] | None = None
        try:
            for table in tables:
                if written is not None:
                    written.result()
                written = writing.submit(sink.write, table)
                count += table.num_rows
            if written is None:
                written = writing.submit(sink.write, empty)
            written.result()
        finally:
            writing.shutdown()
            sink.close()
    return count


def write_json(stream: IO[str], cascade: Cascade) -> None:
    """The days of a cascade, an object each, earliest first (contract, ``lapses``)."""
    exposures = Exposures(cascade)
    for lapse in cascade:
        write_object(stream, cascade, lapse, exposures.of(cascade.days[lapse.day]))


def write_object(
    stream: IO[str], cascade: Cascade, lapse: Lapse, exposure: Exposure,
    of_rows: Mapping[str, Sequence[Any]] | None = None, of_day: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """One day as a compact object on a line of its own; written piece by piece, as a day may have millions of rows.

    ``of_rows`` are further values of each row, ``of_day`` of the day.
    """
    head = {"date": lapse.day.isoformat(), "causes": list(exposure.causes)}
    stream.write(json.dumps(head, separators=(",", ":"))[:-1] + ',"rows":[')
    ids, extra = cascade.kept.ids(), of_rows or {}
    before, after = cascade.timelines.before[lapse.changes], cascade.timelines.after[lapse.changes]
    for start in range(0, len(lapse.rows), PIECE):
        part = slice(start, start + PIECE)
        names = ids.take(pa.array(lapse.rows[part])).to_pylist()
        columns = [names, [WORDS[m] for m in before[part].tolist()], [WORDS[m] for m in after[part].tolist()],
                   *(values[part] for values in extra.values())]  # fmt: skip
        rows = [
            dict(zip(("id", "before", "after", *extra), cells, strict=True)) for cells in zip(*columns, strict=True)
        ]
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        stream.write(("," if start else "") + text[1:-1])
    tail = json.dumps({**(of_day or {}), **told(cascade, lapse, exposure)}, ensure_ascii=False, separators=(",", ":"))
    stream.write("]," + tail[1:] + "\n")


def told(cascade: Cascade, lapse: Lapse, exposure: Exposure) -> dict[str, Any]:
    """What a day comes to: counts, value, and the rows put together by what moved them and how."""
    groups: dict[tuple[Any, ...], int] = {}
    changes, counts = np.unique(lapse.changes, return_counts=True)
    for change, count in zip(changes.tolist(), counts.tolist(), strict=True):
        key = (cascade.causes(change), str(cascade.before(change)), str(cascade.after(change)))
        groups[key] = groups.get(key, 0) + count
    return {
        "counts": {"rows": exposure.rows, **{way: exposure.ways.get(way, 0) for way in WAYS}},
        "value": exposure.value, "parties": _by(exposure.party_rows, exposure.parties),
        "sites": _by(exposure.site_rows, exposure.sites),
        "groups": [
            {"causes": list(causes), "before": before, "after": after, "rows": count}
            for (causes, before, after), count in groups.items()
        ],
    }  # fmt: skip


def _by(rows: Any, value: Any) -> list[dict[str, Any]]:
    """Parties or sites, those of most rows first."""
    return [
        {"name": name, "rows": count, "value": {unit: round(total, 2) for unit, total in sorted(value.get(name, {}).items()) if total}}
        for name, count in sorted(rows.items(), key=lambda item: (-item[1], item[0]))
    ]  # fmt: skip
