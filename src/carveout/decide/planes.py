"""Bit planes: truth over many rows, one bit a row and end, and the leaves of conditions over columns.

A truth over rows is a pair of packed bit arrays, ``must`` and ``may``. Kleene's operations are bitwise, so a
network of provisions costs a few machine words per eight rows and provision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from carveout.decide.closure import judge
from carveout.facts.value import TRUE, UNKNOWN, Span, Truth
from carveout.law.condition import Compare, Like, Member, Shift

Bits: TypeAlias = npt.NDArray[np.uint8]
Planes: TypeAlias = tuple[Bits, Bits]

MISSING_LOW = -(2**30)
MISSING_HIGH = 2**30
"""Ends of a date or number that is not known at all; beyond every day of the calendar."""


@dataclass(frozen=True, slots=True)
class Codes:
    """A column of texts, choices or truths: row -> code -> value. The last value stands for unknown."""

    codes: npt.NDArray[Any]
    values: tuple[Any, ...]

    def take(self, rows: npt.NDArray[Any]) -> Codes:
        """The same column for some rows."""
        return Codes(self.codes[rows], self.values)


@dataclass(frozen=True, slots=True)
class Range:
    """A column of dates (day ordinals) or numbers by their ends; a known value has equal ends."""

    low: npt.NDArray[Any]
    high: npt.NDArray[Any]

    def take(self, rows: npt.NDArray[Any]) -> Range:
        """The same column for some rows."""
        low = self.low[rows]
        return Range(low, low if self.high is self.low else self.high[rows])


@dataclass(frozen=True, slots=True)
class Constant:
    """A column with one value in all rows."""

    value: Any

    def take(self, rows: npt.NDArray[Any]) -> Constant:
        """The same column for some rows."""
        return self


Column: TypeAlias = Codes | Range | Constant


def pack(truths: npt.NDArray[Any]) -> Bits:
    """Booleans as bits."""
    return np.packbits(truths)


def unpack(bits: Bits, rows: int) -> npt.NDArray[np.uint8]:
    """Bits as zeros and ones."""
    return np.unpackbits(bits, count=rows)


def ends(column: Column) -> tuple[Any, Any]:
    """The lower and upper ends of an ordered column, arrays or single numbers."""
    if isinstance(column, Range):
        return column.low, column.high
    assert isinstance(column, Constant)
    return value_ends(column.value)


def value_ends(value: Any) -> tuple[Any, Any]:
    """The ends of one value as numbers (day ordinals for dates)."""
    if value is None:
        return MISSING_LOW, MISSING_HIGH
    if isinstance(value, Span):
        return _number(value.low), _number(value.high)
    return _number(value), _number(value)


def _number(value: Any) -> Any:
    return value.toordinal() if isinstance(value, date) else value


def shifted(values: Any, shift: Shift) -> Any:
    """Days moved like :meth:`Shift.apply`; what is missing stays missing."""
    if shift == Shift():
        return values
    found, places = np.unique(np.asarray(values), return_inverse=True)
    moved = [
        v if v in (MISSING_LOW, MISSING_HIGH) else shift.apply(date.fromordinal(int(v))).toordinal() for v in found
    ]
    table = np.asarray(moved, dtype=np.int64)[places]
    return table if np.ndim(values) else int(table.reshape(-1)[0])


def compare(op: str, left: tuple[Any, Any], right: tuple[Any, Any]) -> tuple[Any, Any]:
    """(must, may) of a comparison of two ranges, as booleans over rows."""
    low, high = left
    other_low, other_high = right
    if op in (">", ">="):
        low, high, other_low, other_high = other_low, other_high, low, high
        op = {">": "<", ">=": "<="}[op]
    if op == "<":
        return high < other_low, low < other_high
    if op == "<=":
        return high <= other_low, low <= other_high
    must = (low == high) & (other_low == other_high) & (low == other_low)
    may = (low <= other_high) & (other_low <= high)
    if op == "=":
        return must, may
    return ~np.asarray(may), ~np.asarray(must)


def truths_of(test: Callable[[Any], Truth], column: Codes) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """(must, may) of a test of single values, looked up by code."""
    table = np.fromiter((test(value) for value in column.values), np.uint8, len(column.values))
    found = table[column.codes]
    return found == TRUE, found != 0


def leaf_test(leaf: Compare | Member | Like) -> Callable[[Any], Truth]:
    """A leaf against literals as a test of one value: the plain interpreter's own function."""
    made = judge(leaf, {})
    name = leaf.fact
    return lambda value: made({name: value})


def bool_planes(column: Codes, rows: int) -> Planes:
    """A column of truths as planes."""
    table = np.asarray(column.values, np.uint8)
    found = table[column.codes]
    return pack(found == TRUE), pack(found != 0)


def constant_planes(truth: Truth, size: int) -> Planes:
    """The same truth in every row."""
    none, every = np.zeros(size, np.uint8), np.full(size, 255, np.uint8)
    return (every if truth == TRUE else none), (every if truth & UNKNOWN else none)
