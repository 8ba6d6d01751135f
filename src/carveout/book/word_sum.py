"""The words of many rows as the sum of a number for each of their cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.columns import codes_of
from carveout.book.compiled_words import loops
from carveout.book.raw_cells import Valid, filled

TOGETHER = 4096
"""Combinations of cells of several columns that are looked up at once: a table of that size stays in the nearest cache."""


class WordSum:
    """Sums numbers over columns. Columns of few distinct cells are looked up together, so that one look serves several."""

    def __init__(self, rows: int) -> None:
        self._words = np.zeros(rows, np.uint64)
        self._codes = np.zeros(rows, np.uint16)
        self._table = np.zeros(1, np.uint64)
        self._columns: list[tuple[Any, tuple[int, ...], npt.NDArray[np.uint64]]] = []

    def add(self, codes: npt.NDArray[Any], numbers: npt.NDArray[np.uint64]) -> None:
        """A column: for every row a code, for every code a number."""
        if not numbers.any():
            return
        if len(numbers) > TOGETHER:
            self._words += look_up(numbers, codes)
            return
        if len(numbers) * len(self._table) > TOGETHER:
            self._flush()
        self._codes *= np.uint16(len(numbers))
        self._codes += codes.astype(np.uint16, copy=False)
        self._table = (self._table[:, None] + numbers[None, :]).ravel()

    def add_cells(self, cells: Any, numbers: npt.NDArray[np.uint64]) -> None:
        """A column of coded cells or truths (see :func:`carveout.book.columns.coded_cells`): for every distinct cell a
        number, the last one for nothing. Where compiled loops are ready, all such columns are added at once at the end."""
        if not numbers.any():
            return
        if loops() is None or (column := _column(cells, len(numbers) - 1)) is None:
            self.add(codes_of(cells), numbers)
        else:
            self._columns.append((cells, column, numbers))

    def _add_columns(self) -> None:
        """The columns that were left for the end."""
        columns, self._columns = self._columns, []
        compiled = loops()
        assert compiled is not None
        sizes = [len(numbers) for _, _, numbers in columns]
        told = np.asarray([column for _, column, _ in columns], np.int64)
        told[:, 4] = np.cumsum([0, *sizes[:-1]])
        added = self._words.copy()
        if compiled.add_columns(added, told, np.concatenate([numbers for _, _, numbers in columns])):
            self._words = added
            return
        # A code without a value: who looks at the columns one by one says which.
        for cells, _, numbers in columns:
            self.add(codes_of(cells), numbers)

    def _flush(self) -> None:
        self._words += look_up(self._table, self._codes)
        self._codes[:] = 0
        self._table = np.zeros(1, np.uint64)

    def total(self) -> npt.NDArray[np.uint64]:
        """The words."""
        if self._columns:
            self._add_columns()
        # A table of one entry counts too: all rows may have the same cell.
        if len(self._table) > 1 or self._table[0]:
            self._flush()
        return self._words


def _column(cells: Any, last: int) -> tuple[int, ...] | None:
    """A column as the compiled loop reads it; None where it is of another kind."""
    if not len(cells) or pa.types.is_null(cells.type):
        return None
    coded = not pa.types.is_boolean(cells.type)
    if coded and not pa.types.is_int32(cells.indices.type):
        return None
    given, held = cells.buffers()[:2]
    if held is None or (cells.null_count and given is None):
        return None
    # Codes start at the first row, bits in the octet of the first.
    start = held.address + 4 * cells.offset if coded else held.address
    return int(not coded), start, given.address if cells.null_count else 0, cells.offset, 0, last


def look_up(table: npt.NDArray[Any], codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The entry of every code. No code is out of range; clipping only spares the check."""
    return np.asarray(table.take(codes.astype(np.intp, copy=False), mode="clip"))


def distinct(
    words: npt.NDArray[np.uint64],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The distinct words, for every row which of them is its own, and of each the first row."""
    encoded = pa.array(words).dictionary_encode()
    places = np.asarray(encoded.indices)
    found = np.asarray(encoded.dictionary)
    firsts = np.empty(len(found), np.int64)
    # Written from the last row to the first: the first stays.
    firsts[places[::-1]] = np.arange(len(words) - 1, -1, -1)
    return found, places, firsts


def given_only(
    codes: npt.NDArray[Any], numbers: npt.NDArray[np.uint64], known: Valid | None
) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint64]]:
    """Codes and their numbers, with a last code for what is not given, that adds nothing."""
    if known is None:
        return codes, numbers
    return filled(codes, known, len(numbers)), np.append(numbers, np.uint64(0))
