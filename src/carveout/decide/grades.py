"""Grades of evidence over rows, as planes: the weaker and the stronger of two, and one or the other by row.

A grade is three planes: weaker than primary, weaker than secondary, weaker than inferred. The maximum of grades is a
disjunction, the minimum a conjunction. A plane that says the same of every row is one of two arrays known by identity,
so that most of the work, which is on such planes, is not done at all.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from carveout.decide.planes import Bits, pack

Grade: TypeAlias = tuple[Bits, Bits, Bits]


class Grades:
    """The algebra of grades over so many bytes of rows."""

    def __init__(self, size: int) -> None:
        none, every = np.zeros(size, np.uint8), np.full(size, 255, np.uint8)
        self.none, self.every = none, every
        self._constants: list[Grade] = [
            (none, none, none), (every, none, none), (every, every, none), (every, every, every)
        ]  # fmt: skip

    def constant(self, grade: int) -> Grade:
        """The same grade in every row."""
        return self._constants[grade]

    def of(self, numbers: npt.NDArray[np.uint8]) -> Grade:
        """Grades given as numbers."""
        if not numbers.any():
            return self.constant(0)
        return pack(numbers > 0), pack(numbers > 1), pack(numbers > 2)

    def most(self, left: Grade, right: Grade) -> Grade:
        """The weaker of two grades."""
        return self._or(left[0], right[0]), self._or(left[1], right[1]), self._or(left[2], right[2])

    def least(self, left: Grade, right: Grade) -> Grade:
        """The stronger of two grades."""
        return self._and(left[0], right[0]), self._and(left[1], right[1]), self._and(left[2], right[2])

    def where(self, rows: Bits, then: Grade, other: Grade) -> Grade:
        """One grade in some rows, another in all the others."""
        if rows is self.every or then is other:
            return then
        if rows is self.none:
            return other
        return (
            self._choose(rows, then[0], other[0]),
            self._choose(rows, then[1], other[1]),
            self._choose(rows, then[2], other[2]),
        )

    def _or(self, left: Bits, right: Bits) -> Bits:
        if left is right or right is self.none or left is self.every:
            return left
        if left is self.none or right is self.every:
            return right
        return left | right

    def _and(self, left: Bits, right: Bits) -> Bits:
        if left is right or right is self.every or left is self.none:
            return left
        if left is self.every or right is self.none:
            return right
        return left & right

    def _choose(self, rows: Bits, then: Bits, other: Bits) -> Bits:
        if then is other:
            return then
        if other is self.none:
            return self._and(then, rows)
        if then is self.none:
            return other & ~rows
        if then is self.every:
            return self._or(other, rows)
        return (then & rows) | (other & ~rows)
