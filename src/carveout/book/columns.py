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
import pyarrow.compute as pc

from carveout.decide.planes import MISSING_HIGH, MISSING_LOW, Codes, Column, Range
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
        days = pc.cast(pc.cast(array, pa.date32()), pa.int32())
        if not array.null_count:
            return _known(np.asarray(days) + np.int32(EPOCH))
        known = np.asarray(pc.is_valid(days))
        return _range(np.asarray(pc.fill_null(days, 0)) + np.int32(EPOCH), known)
    if (pa.types.is_integer(kind) or pa.types.is_floating(kind)) and fact.type == "number":
        known = np.asarray(pc.is_valid(array))
        numbers = np.asarray(pc.fill_null(pc.cast(array, pa.float64()), 0.0))
        found = _range(numbers, known)
        found.state[~np.isfinite(numbers)] = BAD
        return found
    if pa.types.is_boolean(kind) and fact.type == "bool":
        known = np.asarray(pc.is_valid(array))
        yes = np.asarray(pc.fill_null(array, False))
        codes = np.where(known, np.where(yes, 1, 0), 2).astype(np.uint8)
        return ReadColumn(Codes(codes, (FALSE, TRUE, UNKNOWN)), np.where(known, GIVEN, EMPTY).astype(np.uint8))
    return _from_texts(fact, array)


def _known(values: npt.NDArray[Any]) -> ReadColumn:
    return ReadColumn(Range(values, values), np.full(len(values), GIVEN, np.uint8))


def _range(values: npt.NDArray[Any], known: npt.NDArray[np.bool_]) -> ReadColumn:
    state = np.where(known, GIVEN, EMPTY).astype(np.uint8)
    if known.all():
        return ReadColumn(Range(values, values), state)
    low = np.where(known, values, MISSING_LOW)
    high = np.where(known, values, MISSING_HIGH)
    return ReadColumn(Range(low, high), state)


def one_array(cells: pa.ChunkedArray | pa.Array) -> Any:
    """A column as one array; copied only where it is in several pieces."""
    if not isinstance(cells, pa.ChunkedArray):
        return cells
    return cells.chunk(0) if cells.num_chunks == 1 else cells.combine_chunks()


def cells_of(cells: Any) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Codes per row (the last code is null), and the distinct cells."""
    array = one_array(cells)
    if pa.types.is_null(array.type):
        return np.zeros(len(array), np.int64), []
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    values = array.dictionary.to_pylist()
    indices = np.asarray(array.indices if array.null_count == 0 else pc.fill_null(array.indices, len(values)))
    return indices, values


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
        low = [MISSING_LOW if v is None else v.toordinal() if isinstance(v, date) else v for v in values]
        high = [MISSING_HIGH if v is None else v.toordinal() if isinstance(v, date) else v for v in values]
        kind = np.int32 if fact.type == "date" else np.float64
        lows = np.asarray([*low, MISSING_LOW], kind)[indices]
        highs = lows if all(v is not None for v in values) and (indices < len(values)).all() else None
        return Range(lows, lows if highs is not None else np.asarray([*high, MISSING_HIGH], kind)[indices])
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
    """Rows in which a coded column has one of some values."""
    assert isinstance(column, Codes)
    table = np.asarray([v in values for v in column.values[:-1]] + [False])
    return np.asarray(table[column.codes])
