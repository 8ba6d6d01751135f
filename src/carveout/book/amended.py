"""Rows with further parties inside a book of columns: decided one by one, and put in the place of the batch's answer.

They are few. The batch is decided as if they had no further parties, so that positions, taken ids and bad cells are told
as ever; then the answer of each such row is exchanged for the one that knows all its parties.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carveout.book.decide_book import Asked, decide_cells
from carveout.book.frame_book import Answered
from carveout.book.parties_file import PartiesFile, id_text
from carveout.book.results import LISTS
from carveout.book.writer import result_columns
from carveout.decide.determination import Determination
from carveout.facts.row import CellError, Party, Row


@dataclass(frozen=True, slots=True)
class Concerned:
    """Rows of a batch with further parties, by their place: cells and parties; and all errors of the batch, those of
    parties among them. ``first`` is the position of the first row of the batch.
    """

    first: int
    rows: Mapping[int, tuple[dict[str, Any], Sequence[Party]]]
    errors: list[CellError]


class Amended:
    """Answers of batches, in order, amended for the rows that a file of parties concerns.

    ``rows`` are those of the last batch that were decided one by one, by their place in it; ``dropped`` the places of
    those whose parties cannot be read.
    """

    def __init__(self, parties: PartiesFile, asked: Asked) -> None:
        self.parties = parties
        self.asked = asked
        self.rows: dict[int, tuple[Row, Determination]] = {}
        self.dropped: set[int] = set()
        self._read = 0
        self._known = pa.array(sorted(parties.places), pa.string())

    def __call__(self, table: pa.Table, answered: Answered) -> Answered:
        """The answer of the next batch."""
        concerned = self.concerned(table, answered)
        if concerned is None:
            return answered
        results: dict[int, dict[str, Any]] = {}
        for place, (cells, further) in concerned.rows.items():
            position = concerned.first + place
            row, determination, _ = decide_cells(cells, self.asked, position=position, further=further)
            assert determination is not None
            self.rows[place] = row, determination
            results[place] = result_columns(determination)
        return _exchanged(answered, results, self.dropped, concerned.errors)

    def concerned(self, table: pa.Table, answered: Answered) -> Concerned | None:
        """The rows of the next batch that the file concerns; None where it concerns none."""
        first, self._read = self._read + 1, self._read + table.num_rows
        ids = self._ids(table)
        places = np.flatnonzero(np.asarray(pc.fill_null(pc.is_in(ids, value_set=self._known), False))).tolist()
        for cell in ids.slice(0, 1000).to_pylist():
            self.parties.hint(cell or "")
        self.rows, self.dropped = {}, set()
        if not places:
            return None
        good = set(answered.places.tolist())
        found: dict[int, tuple[dict[str, Any], Sequence[Party]]] = {}
        errors: dict[int, Sequence[CellError]] = {}
        rows = table.take(pa.array(places)).to_pylist()
        for place, cells in zip(places, rows, strict=True):
            further, unread = self.parties.of(cells)
            if unread:
                errors[place] = unread
            elif place in good:
                found[place] = cells, further
        names = dict(zip(places, (id_text(cells.get("id")) for cells in rows), strict=True))
        bad = sorted(set(range(table.num_rows)) - good) if answered.errors else []
        names.update(
            (place, id_text(cell))
            for place, cell in zip(bad, ids.take(pa.array(bad, pa.int64())).to_pylist(), strict=True)
        )
        told = _in_order(answered.errors, bad, errors, {p: name or f"#{first + p}" for p, name in names.items()})
        self.dropped = set(errors)
        return Concerned(first, found, told)

    def _ids(self, table: pa.Table) -> pa.Array:
        """The ids of a batch as text."""
        if "id" not in table.column_names:
            return pa.nulls(table.num_rows, pa.string())
        column = table.column("id").combine_chunks()
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return pc.utf8_trim_whitespace(column.cast(pa.string()))
        return pa.array([id_text(cell) for cell in column.to_pylist()], pa.string())


def _in_order(
    frame: Sequence[CellError], bad: Sequence[int], errors: Mapping[int, Sequence[CellError]], names: Mapping[int, str]
) -> list[CellError]:
    """The errors of a batch and those of parties, in the order of the rows; ``bad`` are the places of the former."""
    found: list[CellError] = []
    rest, frame_places = list(reversed(frame)), set(bad)
    for place in sorted({*bad, *errors}):
        while place in frame_places and rest and id_text(rest[-1].row) == names[place]:
            found.append(rest.pop())
        found += errors.get(place, ())
    return [*found, *reversed(rest)]


def _exchanged(
    answered: Answered, results: Mapping[int, Mapping[str, Any]], dropped: set[int], told: list[CellError]
) -> Answered:
    """The answer with some rows exchanged and some dropped, its counts kept true."""
    numbers = {place: number for number, place in enumerate(answered.places.tolist())}
    decisions = Counter(answered.decisions)
    gone = [place for place in (*results, *dropped) if place in numbers]
    if gone:
        for row in answered.results.take(pa.array([numbers[place] for place in gone])).to_pylist():
            decisions[row["overall_decision"]] -= 1
    for new in results.values():
        decisions[new["overall_decision"]] += 1
    places = [place for place in numbers if place not in dropped]
    order = np.asarray([numbers[place] for place in places], np.int64)
    table = answered.results
    if results:
        count = table.num_rows
        behind = {place: number for number, place in enumerate(results)}
        order = np.asarray([count + behind[p] if p in results else numbers[p] for p in places], np.int64)
        table = pa.table(
            {name: _longer(table.column(name).combine_chunks(), name, results) for name in table.column_names}
        )
    exchanged = Answered(np.asarray(places, np.int64), told, answered.on, +decisions)
    exchanged.results = table.take(pa.array(order))
    return exchanged


def _longer(column: pa.Array, name: str, results: Mapping[int, Mapping[str, Any]]) -> pa.Array:
    """A result column with the cells of some rows behind it."""
    keeps_empty = name.split("_", 1)[-1] in LISTS
    cells = [row[name] if keeps_empty or row[name] != "" else None for row in results.values()]
    if pa.types.is_date(column.type):
        days = [date.fromisoformat(cell) if cell else None for cell in cells]
        return pa.concat_arrays([column, pa.array(days, column.type)])
    if not pa.types.is_dictionary(column.type):
        return pa.concat_arrays([column, pa.array(cells, column.type)])
    # The dictionary grows by what it lacks, so that the column keeps its type from batch to batch.
    values = column.dictionary.to_pylist()
    held = {value: code for code, value in enumerate(values)}
    codes = [None if cell is None else held.setdefault(cell, len(held)) for cell in cells]
    indices = pa.concat_arrays([column.indices, pa.array(codes, column.indices.type)])
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(held), column.dictionary.type))
