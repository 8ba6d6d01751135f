"""The words of many rows as the sum of a number for each of their cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.raw_cells import Valid, filled

TOGETHER = 4096
"""Combinations of cells of several columns that are looked up at once: a table of that size stays in the nearest cache."""


class WordSum:
    """Sums numbers over columns. Columns of few distinct cells are looked up together, so that one look serves several."""

    def __init__(self, rows: int) -> None:
        self._words = np.zeros(rows, np.uint64)
        self._codes = np.zeros(rows, np.uint16)
        self._table = np.zeros(1, np.uint64)

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

    def _flush(self) -> None:
        self._words += look_up(self._table, self._codes)
        self._codes[:] = 0
        self._table = np.zeros(1, np.uint64)

    def total(self) -> npt.NDArray[np.uint64]:
        """The words."""
        # A table of one entry counts too: all rows may have the same cell.
        if len(self._table) > 1 or self._table[0]:
            self._flush()
        return self._words


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
