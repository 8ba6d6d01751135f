"""Bit planes: truth over many rows, one bit a row and end, and the leaves of conditions over columns.

A truth over rows is a pair of packed bit arrays, ``must`` and ``may``. Kleene's operations are bitwise, so a
network of provisions costs a few machine words per eight rows and provision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from carveout.decide.closure import judge
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Span, Truth
from carveout.law.condition import Compare, Like, Member, Shift

Bits: TypeAlias = npt.NDArray[np.uint8]
Planes: TypeAlias = tuple[Bits, Bits]

MISSING_LOW = -(2**30)
MISSING_HIGH = 2**30
"""Ends of a date or number that is not known at all; beyond every day of the calendar."""

FEW_VALUES = 16
"""Up to so many distinct values a column is kept as rows per value."""


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


class Taken(Mapping[str, Column]):
    """Columns for some rows, taken when they are asked for."""

    def __init__(self, columns: Mapping[str, Column], rows: npt.NDArray[Any]) -> None:
        self._whole = columns
        self._rows = rows
        self._part: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        """The column of a fact."""
        found = self._part.get(name)
        if found is None:
            found = self._part[name] = self._whole[name].take(self._rows)
        return found

    def __iter__(self) -> Iterator[str]:
        """The facts."""
        return iter(self._whole)

    def __len__(self) -> int:
        """How many facts there are."""
        return len(self._whole)


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


def leaf_test(leaf: Compare | Member | Like) -> Callable[[Any], Truth]:
    """A leaf against literals as a test of one value: the plain interpreter's own function."""
    made = judge(leaf, {})
    name = leaf.fact
    return lambda value: made({name: value})


class CodePlanes:
    """A coded column as rows per value, so that a test of single values costs no more than its distinct answers."""

    def __init__(self, column: Codes) -> None:
        self.values = column.values
        self._codes = column.codes
        self._planes: dict[int, Bits] = {}

    def rows(self, chosen: Sequence[bool]) -> Bits:
        """Rows whose value is among the chosen ones."""
        if len(chosen) > FEW_VALUES:
            # No code is out of range; clipping only spares the check.
            return pack(np.asarray(chosen).take(self._codes, mode="clip"))
        fewer = 2 * sum(chosen) <= len(chosen)
        found: Bits = np.zeros((len(self._codes) + 7) // 8, np.uint8)
        for place, wanted in enumerate(chosen):
            if bool(wanted) == fewer:
                found = found | self._plane(place)
        return found if fewer else ~found

    def _plane(self, place: int) -> Bits:
        found = self._planes.get(place)
        if found is None:
            found = self._planes[place] = pack(self._codes == place)
        return found

    def truths(self, truths: Sequence[Truth]) -> Planes:
        """The truth of each row, by that of its value."""
        if len(truths) <= FEW_VALUES:
            return self.rows([truth == TRUE for truth in truths]), self.rows([truth != FALSE for truth in truths])
        found = np.asarray(truths, np.uint8).take(self._codes, mode="clip")
        return pack(found == TRUE), pack(found != FALSE)


def planes_of(truths: tuple[Any, Any], rows: int) -> Planes:
    """(must, may) as booleans over rows, or one for all of them, as planes."""
    must, may = truths
    if np.ndim(must) == 0 and np.ndim(may) == 0:
        return constant_planes(TRUE if must else UNKNOWN if may else FALSE, (rows + 7) // 8)
    shape = (rows,)
    return pack(np.broadcast_to(must, shape)), pack(np.broadcast_to(may, shape))


def constant_planes(truth: Truth, size: int) -> Planes:
    """The same truth in every row."""
    none, every = np.zeros(size, np.uint8), np.full(size, 255, np.uint8)
    return (every if truth == TRUE else none), (every if truth & UNKNOWN else none)
