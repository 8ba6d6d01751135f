"""The lines of a calculation: every part that counts or may count in one item, how many of it are inside, and its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.origin.bill import Bill, Numbers, Places
from carveout.origin.content import FOREIGN, OPEN, US, RolledUp, must_and_may, standing_of
from carveout.origin.control import Counted
from carveout.origin.levels import Order


@dataclass(frozen=True, slots=True)
class Line:
    """A part in an item: how many, the value of one, and the value that counts, each at least and at most.

    ``counts`` says that it surely counts; ``ask`` what is missing, in the columns of a bill.
    """

    part: int
    number: tuple[float, float]
    each: tuple[float, float]
    low: float
    high: float
    counts: bool
    why: str
    ask: str
    value_is_open: bool


@dataclass(frozen=True, eq=False)
class Inside:
    """What counts or may count in one item, as columns over ``parts`` (those of the highest value first)."""

    bill: Bill
    causes: Sequence[Counted]
    parts: Places
    least: Numbers
    most: Numbers
    value_low: Numbers
    value_high: Numbers
    low: Numbers
    high: Numbers
    surely: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.parts)

    def line(self, place: int) -> Line:
        """One line."""
        part = int(self.parts[place])
        cause = self.causes[int(self.bill.class_of[part])]
        low, high = float(self.value_low[place]), float(self.value_high[place])
        least, most = float(self.least[place]), float(self.most[place])
        surely = bool(self.surely[place])
        asks = [cause.ask] if cause.ask and not surely else []
        asks += ["unit_value"] if low != high else []
        asks += ["quantity"] if least != most and surely else []
        return Line(
            part, (least, most), (low, high), float(self.low[place]), float(self.high[place]), surely, cause.why,
            "; ".join(asks), low != high,
        )  # fmt: skip

    def lines(self, limit: int | None = None) -> Iterator[Line]:
        """The lines, or the first of them."""
        for place in range(len(self) if limit is None else min(limit, len(self))):
            yield self.line(place)

    @property
    def open_places(self) -> Places:
        """Places of lines of which something is missing, those with the widest effect first."""
        wide = np.flatnonzero(~self.surely | (self.value_low != self.value_high) | (self.least != self.most))
        with np.errstate(invalid="ignore"):
            return wide[np.argsort(self.low[wide] - self.high[wide], kind="stable")]

    def of_classes(self, classes: Sequence[int]) -> Places:
        """Places of the lines whose parts are of some classes."""
        return np.flatnonzero(np.isin(self.bill.class_of[self.parts], np.asarray(classes, np.int64)))


def _number_inside(bill: Bill, item: int, order: Order, passes: Any, numbers: Numbers) -> Numbers:
    """How many of each part are in one item, as far as the parts on the way hand on their content."""
    found = np.zeros(len(bill.parts))
    found[item] = 1.0
    if order.is_deep:
        amounts, open_ways = found.tolist(), passes.tolist()
        uses = order.uses[::-1]
        ways = zip(bill.parent[uses].tolist(), bill.child[uses].tolist(), numbers[uses].tolist(), strict=True)
        for parent, child, number in ways:
            if open_ways[parent] and amounts[parent] and number:
                amounts[child] += amounts[parent] * number
        return np.asarray(amounts)
    for uses in order.downward():
        above = np.where(passes[bill.parent[uses]], found[bill.parent[uses]], 0.0)
        with np.errstate(invalid="ignore"):
            amount = np.where((above == 0) | (numbers[uses] == 0), 0.0, above * numbers[uses])
        np.add.at(found, bill.child[uses], amount)
    return found


def inside_of(bill: Bill, item: int, causes: Sequence[Counted], rolled: RolledUp, order: Order) -> Inside:
    """What counts or may count in one item.

    A part of US origin has one line for its whole value, and its own parts none. A part whose origin is not known and which
    may count has one for its whole value too: in the upper case all of it counts.
    """
    must, may = (column[bill.class_of] for column in must_and_may([one.truth for one in causes]))
    standing = standing_of(bill)[bill.class_of]
    standing[bill.roots] = FOREIGN
    standing[item] = FOREIGN
    most = _number_inside(bill, item, order, (standing == FOREIGN) | ((standing == OPEN) & ~may), bill.quantity_high)
    parts = np.flatnonzero(((standing == US) | (standing == OPEN)) & may & (most > 0))
    passing = standing == FOREIGN
    # Without parts of unknown origin that hand on, and with quantities that are known, both numbers are the same.
    same = bool((bill.quantity_low == bill.quantity_high).all()) and not bool(((standing == OPEN) & ~may).any())
    least = most if same else _number_inside(bill, item, order, passing, bill.quantity_low)
    value_low, value_high = (np.asarray(one, float)[parts] for one in (rolled.value_low, rolled.value_high))
    least, most, surely = least[parts], most[parts], ((standing == US) & must)[parts]
    with np.errstate(invalid="ignore"):
        low = np.where(surely & (value_low > 0), least * value_low, 0.0)
        high = np.where(value_high > 0, most * value_high, 0.0)
    by_value = np.argsort(-high, kind="stable")
    return Inside(
        bill, causes, parts[by_value], least[by_value], most[by_value], value_low[by_value], value_high[by_value],
        low[by_value], high[by_value], surely[by_value],
    )  # fmt: skip
