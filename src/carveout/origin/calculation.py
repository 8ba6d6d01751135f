"""De minimis calculation for the items of a bill, toward one destination on one day: verdict, lines, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Inexact
from enum import StrEnum
from functools import cached_property
from typing import Any, overload

import numpy as np

from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth, Value
from carveout.law.view import View
from carveout.origin.bill import Bill, PartClass, Places
from carveout.origin.by_part import exactly
from carveout.origin.content import RolledUp, roll_up
from carveout.origin.control import Counted, Destination, counted
from carveout.origin.ear_tables import EarTables
from carveout.origin.error import OriginError
from carveout.origin.families import Family, family_of
from carveout.origin.inside import Inside, Line, inside_of
from carveout.origin.levels import Order, order_of
from carveout.origin.outward import as_fact
from carveout.origin.threshold import Threshold, threshold

CLOSE = 1e-6
"""Percent from the threshold within which the share is reckoned again in exact numbers."""
MANY = 100_000
"""Parts above which only the widest open line is tried."""
ASKED = 8
"""Open lines for which it is tried whether knowing them settles the verdict, those with the widest effect first."""


class Verdict(StrEnum):
    """Whether the item is de minimis."""

    below = "below"
    above = "above"
    undetermined = "undetermined"


class Missing(Sequence[Line]):
    """The open lines of an item, made when they are asked for."""

    def __init__(self, inside: Inside, places: Places | None = None) -> None:
        self._inside = inside
        self._places = inside.open_places if places is None else places

    def __len__(self) -> int:
        """How many lines are open."""
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Line: ...

    @overload
    def __getitem__(self, place: slice) -> Missing: ...

    def __getitem__(self, place: int | slice) -> Line | Missing:
        """One line, or some."""
        if isinstance(place, slice):
            return Missing(self._inside, self._places[place])
        return self._inside.line(int(self._places[place]))


@dataclass(frozen=True, slots=True)
class Settling:
    """An open line, and the verdict when what is missing turns out low (not counted, or worth least) or high."""

    line: Line
    low: Verdict
    high: Verdict


@dataclass(frozen=True, eq=False)
class Calculation:
    """The calculation for one item.

    ``causes`` say of each class of the bill whether it counts; ``inside`` are the lines that do or may; ``level`` is the
    threshold; ``family`` says whether there is one at all.
    """

    bill: Bill
    item: int
    view: View
    to: Destination
    causes: tuple[Counted, ...]
    rolled: RolledUp
    order: Order
    inside: Inside
    level: Threshold
    family: Family

    @property
    def name(self) -> str:
        """The id of the item."""
        return self.bill.parts[self.item]

    @property
    def kind(self) -> PartClass:
        """What is stated of the item itself."""
        return self.bill.class_at(self.item)

    @cached_property
    def share(self) -> tuple[Any, Any]:
        """Percent of value, at least and at most: floats, or fractions where a bound lies close to a level."""
        low, high = self.rolled.share(self.item)
        if any(abs(end - level) <= CLOSE for end in (low, high) for level in (self.level.low, self.level.high)):
            try:
                return exactly(self.bill, [one.truth for one in self.causes]).share(self.item)
            except Inexact:
                return max(0.0, low - CLOSE), min(100.0, high + CLOSE)
        return float(low), float(high)

    @property
    def verdict(self) -> Verdict:
        """Above, when the item is so however the missing turns out; below likewise; else undetermined."""
        return _verdict(self.share, self.level, self.family.zero)

    @cached_property
    def value(self) -> tuple[float, float]:
        """The value of the item, at least and at most."""
        return float(self.rolled.value_low[self.item]), float(self.rolled.value_high[self.item])

    @property
    def content(self) -> tuple[float, float]:
        """The value of the controlled US content, at least and at most."""
        return float(self.rolled.lower_content[self.item]), float(self.rolled.upper_content[self.item])

    @property
    def value_is_stated(self) -> bool:
        """Whether the value of the whole is stated, or is taken as the sum of its parts."""
        return not np.isnan(self.bill.low[self.item])

    @property
    def missing(self) -> Sequence[Line]:
        """Lines of which something is missing that moves the share, those with the widest effect first."""
        return Missing(self.inside)

    @cached_property
    def settling(self) -> tuple[Settling, ...]:
        """The open lines with the widest effect, and what the verdict is when each alone is known."""
        tried = ASKED if len(self.bill.parts) <= MANY else 1
        widest = list(self.missing[:tried])
        return tuple(Settling(line, self._with(line, low=True), self._with(line, low=False)) for line in widest)

    def _with(self, line: Line, *, low: bool) -> Verdict:
        """The verdict when what is missing of one line is at one end."""
        bill, truths = self.bill, [one.truth for one in self.causes]
        if truths[int(bill.class_of[line.part])] == UNKNOWN:
            class_of = bill.class_of.copy()
            class_of[line.part] = len(bill.classes)
            known = replace(bill.class_at(line.part), origin="foreign" if low else "us")
            bill = replace(bill, class_of=class_of, classes=(*bill.classes, known))
            truths = [*truths, FALSE if low else TRUE]
        if line.value_is_open:
            column = bill.low if low else bill.high
            end = float(column[line.part])
            if np.isnan(end):
                end = 0.0 if low else float("inf")
            values = bill.low.copy(), bill.high.copy()
            values[0][line.part] = values[1][line.part] = end
            bill = replace(bill, low=values[0], high=values[1])
        ends = roll_up(bill, truths, self.order).share(self.item)
        return _verdict(ends, self.level, self.family.zero)

    @property
    def report_due(self) -> bool:
        """Whether the one-time report must be made before the level may be relied on: technology with US content."""
        return self.kind.kind == "technology" and self.share[1] > 0 and self.verdict is not Verdict.above

    @property
    def assumed(self) -> tuple[str, ...]:
        """What the verdict takes for granted, in words."""
        found = list(self.family.assumed)
        if not self.kind.origin:
            found.append("the item itself is made abroad: its origin is not stated")
        if not self.value_is_stated:
            found.append("the value of the whole is the sum of its parts: no price of it is stated")
        if self.to.country == "UA":
            found.append("the destination is not in Crimea or the regions of Donetsk and Luhansk named in 746.6")
        if self.to.tables is not None and self.to.on > self.to.tables.issued:
            found.append(f"the EAR tables of {self.to.tables.issued} still hold on {self.to.on}")
        return tuple(found)

    @property
    def facts(self) -> dict[str, Value]:
        """What the calculation says of a transaction: facts of a book."""
        found: dict[str, Value] = {
            "origin": self.kind.origin or "foreign",
            "destination": self.to.country,
            "us_controlled_content_pct": as_fact(self.share),
        }
        if self.family.military is not None:
            found["us_600_series_content"] = self.family.military.value
        if self.kind.eccn:
            found["eccn"] = self.kind.eccn
        if self.kind.kind:
            found["item_kind"] = self.kind.kind
        return found


def _verdict(share: tuple[Any, Any], level: Threshold, zero: Truth) -> Verdict:
    low, high = share
    above, below = low > level.high, high <= level.low
    if zero == TRUE:
        above, below = low > 0, high == 0
    elif zero == UNKNOWN:
        above, below = above and low > 0, below and high == 0
    return Verdict.above if above else Verdict.below if below else Verdict.undetermined


def calculate(
    bill: Bill, view: View, destination: str, on: date, *, tables: EarTables | None = None, item: str | None = None,
    zero_family: Truth | None = None, strict: bool = False,
) -> list[Calculation]:  # fmt: skip
    """A calculation for each item of a bill (the parts that go into no other), or for one of them.

    ``tables`` are the EAR tables that hold on that day, if any; ``zero_family`` says whether the item is of a family without
    a level, where that is known. Strict: no item and no US line without a classification is assumed to be of no family.

    Raises:
        OriginError: no such item, an item without parts, a part that contains itself, or a day the law does not cover.
    """
    to = Destination(destination, on, view.groups, tables)
    level = threshold(view, destination, on)
    bill, places = _items(bill, item)
    order = order_of(bill)
    plain = [counted(one, to) for one in bill.classes]
    rolled: dict[str, tuple[tuple[Counted, ...], RolledUp]] = {}
    found = []
    for place in places:
        kind = bill.class_at(place)
        if kind.kind not in rolled:
            causes = tuple(_of_kind(cause, one, kind.kind) for cause, one in zip(plain, bill.classes, strict=True))
            rolled[kind.kind] = causes, roll_up(bill, [one.truth for one in causes], order)
        causes, sums = rolled[kind.kind]
        inside = inside_of(bill, place, causes, sums, order)
        family = family_of(view, to, kind.eccn, inside, stated=zero_family, strict=strict)
        found.append(Calculation(bill, place, view, to, causes, sums, order, inside, level, family))
    return found


def _items(bill: Bill, item: str | None) -> tuple[Bill, list[int]]:
    """The parts to be calculated: those that go into no other and have parts, or the one asked for as if shipped alone."""
    holds = np.zeros(len(bill.parts), bool)
    holds[bill.parent] = True
    if item is None:
        places = [place for place in bill.roots.tolist() if holds[place]]
        if not places and len(bill.parent):
            order_of(bill)  # a bill without an end goes round in a circle
        if not places:
            raise OriginError("no item of the bill has parts, so no content is known")
        return bill, places
    places = [place for place, part in enumerate(bill.parts) if part == item]
    if not places:
        raise OriginError(f"the bill has no part {item!r}")
    if not holds[places[0]]:
        raise OriginError(f"{item} has no parts in the bill, so its content is not known")
    kept = bill.child != places[0]
    alone = replace(
        bill, parent=bill.parent[kept], child=bill.child[kept], quantity_low=bill.quantity_low[kept],
        quantity_high=bill.quantity_high[kept],
    )  # fmt: skip
    return alone, places


def _of_kind(cause: Counted, part: PartClass, item: str) -> Counted:
    """What counts in a technology is technology; in a commodity or software it is in doubt (recollection of Supp. 2)."""
    if part.kind == "technology" and item in ("commodity", "software") and cause.truth == TRUE:
        return Counted(UNKNOWN, f"{cause.why}; technology in a {item}: whether it is content at all is in doubt", "how")
    if part.kind == "software" and item == "technology" and cause.truth == TRUE:
        return Counted(UNKNOWN, f"{cause.why}; software in technology: whether it is content at all is in doubt", "how")
    return cause
