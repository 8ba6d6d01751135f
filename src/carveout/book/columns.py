"""Columns of a book read as facts: every distinct cell is read once, by the reader of rows; errors by row.

A column of text comes dictionary-encoded: its distinct values go through :func:`carveout.facts.row.read_cell`, so the
frame reads exactly what the row reader reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book import raw_cells
from carveout.decide.planes import MISSING_HIGH, MISSING_LOW, Codes, Column, Constant, Range, value_ends
from carveout.facts.row import CellProblem, read_cell
from carveout.facts.schema import Fact
from carveout.facts.value import FALSE, TRUE, UNKNOWN

EPOCH = date(1970, 1, 1).toordinal()
EMPTY, SAID_UNKNOWN, GIVEN, BAD = 0, 1, 2, 3


@dataclass
class ReadColumn:
    """One fact over a batch: the typed column, and per row whether the cell was empty, unknown, given or bad."""

    column: Column
    state: npt.NDArray[np.uint8]
    texts: tuple[Any, ...] = field(default=())


def read_column(fact: Fact, cells: pa.ChunkedArray | pa.Array) -> ReadColumn:
    """A column of a batch as a fact. Never raises: what cannot be read is BAD, and reported by the row reader."""
    array = one_array(cells)
    kind = array.type
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _from_texts(fact, array)
    if pa.types.is_date(kind) and fact.type == "date":
        days = array.cast(pa.date32())
        return _range(raw_cells.values(days) + np.int32(EPOCH), raw_cells.valid(days))
    if (pa.types.is_integer(kind) or pa.types.is_floating(kind)) and fact.type == "number":
        numbers = array.cast(pa.float64())
        known = raw_cells.valid(numbers)
        found = _range(raw_cells.values(numbers), known)
        assert isinstance(found.column, Range)
        # What lies under a null may be no number either, and is not looked at: the low end stands for it.
        odd = ~np.isfinite(found.column.low)
        if odd.any():
            found.state[odd] = BAD
        return found
    if pa.types.is_boolean(kind) and fact.type == "bool":
        known = raw_cells.valid(array)
        codes = raw_cells.filled(raw_cells.truths(array), known, 2)
        return ReadColumn(Codes(codes, (FALSE, TRUE, UNKNOWN)), _states(known, len(array)))
    return _from_texts(fact, array)


def _states(known: raw_cells.Valid | None, rows: int) -> npt.NDArray[np.uint8]:
    # An empty cell is state 0.
    return np.full(rows, GIVEN, np.uint8) if known is None else known * np.uint8(GIVEN)


def _range(values: npt.NDArray[Any], known: raw_cells.Valid | None) -> ReadColumn:
    state = _states(known, len(values))
    if known is None:
        return ReadColumn(Range(values, values), state)
    low = raw_cells.filled(values, known, MISSING_LOW)
    return ReadColumn(Range(low, raw_cells.filled(values, known, MISSING_HIGH)), state)


def one_array(cells: pa.ChunkedArray | pa.Array) -> Any:
    """A column as one array; copied only where it is in several pieces."""
    if not isinstance(cells, pa.ChunkedArray):
        return cells
    return cells.chunk(0) if cells.num_chunks == 1 else cells.combine_chunks()


def cells_of(cells: Any) -> tuple[npt.NDArray[Any], list[Any]]:
    """Codes per row (the last code is null), as narrow as they can be, and the distinct cells."""
    array, values = coded_cells(cells)
    return codes_of(array), values


def coded_cells(cells: Any) -> tuple[Any, list[Any]]:
    """A column as places in a dictionary, or as truths, or as nothing at all; and its distinct cells."""
    array = one_array(cells)
    if pa.types.is_null(array.type):
        return array, []
    if pa.types.is_boolean(array.type):
        return array, [False, True]
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    return array, array.dictionary.to_pylist()


def codes_of(array: Any) -> npt.NDArray[Any]:
    """Codes per row of coded cells; the last code is null.

    Raises:
        IndexError: a place beyond the values, as only a broken file has it.
    """
    if pa.types.is_null(array.type):
        return np.zeros(len(array), np.uint8)
    known = raw_cells.valid(array)
    if pa.types.is_boolean(array.type):
        return raw_cells.filled(raw_cells.truths(array), known, 2)
    return _codes(array.indices, known, len(array.dictionary))


def _codes(indices: pa.Array, known: raw_cells.Valid | None, count: int) -> npt.NDArray[Any]:
    """Places among so many values, the place after the last where there is none.

    Raises:
        IndexError: a place beyond the values, as only a broken file has it.
    """
    found = raw_cells.values(indices)
    width = _width(count + 1)
    if known is not None and count <= np.iinfo(found.dtype).max:
        found = raw_cells.filled(found, known, count)
    elif known is not None:
        found = raw_cells.filled(found.astype(width), known, count)
    if len(found) and (int(found.max()) > count or int(found.min()) < 0):
        raise IndexError(f"cell {found.max()} of {count} in a column's dictionary")
    return found.astype(width, copy=False)


def _from_texts(fact: Fact, array: Any) -> ReadColumn:
    indices, cells = cells_of(array)
    read: list[Any] = []
    states: list[int] = []
    for cell in cells:
        try:
            value = read_cell(fact, cell)
        except CellProblem:
            read.append(None)
            states.append(BAD)
            continue
        read.append(value)
        states.append(GIVEN if value is not None else SAID_UNKNOWN if str(cell or "").strip() else EMPTY)
    state = np.asarray([*states, EMPTY], np.uint8)[indices]
    return ReadColumn(typed(fact, read, indices), state, tuple(cells))


def typed(fact: Fact, values: list[Any], indices: npt.NDArray[Any]) -> Column:
    """Distinct values and codes (the code after the last value is unknown) as the column the frame wants."""
    if fact.type in ("date", "number"):
        ends = [*map(value_ends, values), (MISSING_LOW, MISSING_HIGH)]
        kind = np.int32 if fact.type == "date" else np.float64
        lows = np.asarray([low for low, _ in ends], kind)[indices]
        plain = all(low == high for low, high in ends[:-1]) and (indices < len(values)).all()
        return Range(lows, lows if plain else np.asarray([high for _, high in ends], kind)[indices])
    missing = UNKNOWN if fact.type == "bool" else None
    distinct: dict[Any, int] = {}
    table = []
    for value in values:
        table.append(None if value is None else distinct.setdefault(value, len(distinct)))
    last = len(distinct)
    codes = np.asarray([last if place is None else place for place in [*table, None]], _width(last + 1))[indices]
    return Codes(codes, (*distinct, missing))


def _width(count: int) -> Any:
    return np.uint8 if count <= 256 else np.uint16 if count <= 65536 else np.uint32


def with_default(column: Column, rows: npt.NDArray[np.bool_], value: Any, fact: Fact) -> Column:
    """The column with a value filled in for some rows."""
    if isinstance(column, Constant):
        if rows.all():
            return Constant(value)
        column = unknown_column(fact, len(rows))
    if isinstance(column, Range):
        number = value.toordinal() if isinstance(value, date) else value
        return Range(np.where(rows, number, column.low), np.where(rows, number, column.high))
    assert isinstance(column, Codes)
    values = list(column.values)
    last = len(values) - 1
    place = values.index(value) if value in values[:-1] and values.index(value) < last else None
    codes = column.codes
    if place is None:
        # The new value goes before the last, which stands for unknown.
        values.insert(last, value)
        codes = np.where(codes == last, last + 1, codes).astype(_width(len(values)))
        place = last
    return Codes(np.where(rows, place, codes).astype(_width(len(values))), tuple(values))


def unknown_column(fact: Fact, rows: int) -> Column:
    """A column in which nothing is known."""
    if fact.type in ("date", "number"):
        kind = np.int32 if fact.type == "date" else np.float64
        return Range(np.full(rows, MISSING_LOW, kind), np.full(rows, MISSING_HIGH, kind))
    return Codes(np.zeros(rows, np.uint8), (UNKNOWN if fact.type == "bool" else None,))


def is_value(column: Column, values: tuple[Any, ...]) -> npt.NDArray[np.bool_]:
    """Rows in which a coded column has one of some values; of a column that is the same in all rows, one truth for all."""
    if isinstance(column, Constant):
        return np.asarray(column.value in values)
    assert isinstance(column, Codes)
    table = np.asarray([v in values for v in column.values[:-1]] + [None in values])
    return np.asarray(table[column.codes])
