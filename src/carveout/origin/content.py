"""Controlled US content over the value of the whole, rolled up through a nested bill, as an interval.

For each part two cases are added up side by side. ``Upper``: whatever may count does, at its highest value, and all else is
worth its least. ``Lower``: only what must count does, at its lowest value, and all else is worth its most. The share of the
item lies between the two, because a share grows with the value of what counts and falls with that of the rest.

A part of US origin answers for itself, as classified, with its whole value; its own parts are then detail. A part of
foreign origin hands on the content of its parts; where its own value is stated that is its value, else the sum of its
parts. Every US part counts however deep it lies: whether an earlier incorporation abroad ends the counting rests on agency
guidance that was not seen, so it is not applied. Law: 15 CFR 734.4(c), (d) and Supp. 2 to part 734.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.facts.value import FALSE, TRUE, Truth
from carveout.origin.bill import Bill, Numbers
from carveout.origin.levels import Order, order_of

OUTSIDE, FOREIGN, US, OPEN = range(4)
"""What a part is to the item: no content of it, of foreign origin, of US origin, or of an origin that is not known."""

ORIGINS = {"foreign": FOREIGN, "us": US, "": OPEN}


@dataclass(frozen=True, eq=False)
class RolledUp:
    """Per part, shape (n,), of floats or of decimals: least and most value; content and value in the upper and in the lower case.

    ``over`` marks parts whose stated value is less than the content in them.
    """

    value_low: Any
    value_high: Any
    upper_content: Any
    upper_value: Any
    lower_content: Any
    lower_value: Any
    over: npt.NDArray[np.bool_]

    def share(self, part: int) -> tuple[Any, Any]:
        """Percent of value of the content of a part, at least and at most; from 0 to 100 where nothing is known."""
        return (
            _percent(self.lower_content[part], self.lower_value[part], unknown=0),
            _percent(self.upper_content[part], self.upper_value[part], unknown=100),
        )


def _percent(content: Any, value: Any, unknown: int) -> Any:
    """A float, or of decimal numbers the exact fraction."""
    if content == 0:
        # No content is no share, also of nothing.
        return 0.0
    if value == float("inf"):
        return float(unknown) if content == float("inf") else 0.0
    if isinstance(content, Decimal):
        return min(Fraction(100), 100 * Fraction(content) / Fraction(value))
    return min(100.0, 100 * float(content) / float(value))


def standing_of(bill: Bill) -> npt.NDArray[np.int8]:
    """OUTSIDE, FOREIGN, US or OPEN per class; the items themselves are foreign-made by the question asked."""
    return np.asarray([OUTSIDE if one.how == "separate" else ORIGINS[one.origin] for one in bill.classes], np.int8)


def must_and_may(truths: Sequence[Truth]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Two columns over classes: counts surely, may count."""
    return np.asarray([t == TRUE for t in truths], bool), np.asarray([t != FALSE for t in truths], bool)


def roll_up(bill: Bill, truths: Sequence[Truth], order: Order | None = None) -> RolledUp:
    """Content of every part and item; ``truths`` says of each class whether it counts.

    Raises:
        CycleError: a part contains itself.
    """
    order = order or order_of(bill)
    if order.is_deep:
        from carveout.origin.by_part import roll_up_by_part

        return roll_up_by_part(bill, truths, order)
    must, may = (column[bill.class_of] for column in must_and_may(truths))
    standing = standing_of(bill)[bill.class_of]
    standing[bill.roots] = FOREIGN
    stated = ~np.isnan(bill.low)
    leaf = np.bincount(bill.parent, minlength=len(bill.parts)) == 0
    sums = np.zeros((6, len(bill.parts)))
    sums[1, leaf & ~stated] = np.inf
    sums[5, leaf & ~stated] = np.inf
    over = np.zeros(len(bill.parts), bool)
    low, high = np.where(stated, bill.low, 0.0), np.where(stated, bill.high, np.inf)

    def close(parts: npt.NDArray[np.int64]) -> None:
        """Finish parts whose sums are complete: their own value, their origin, whether they count."""
        found = sums[:, parts]
        least, most = low[parts], high[parts]
        said, kind = stated[parts], standing[parts]
        upper, lower = found[2], found[4]
        value_low, value_high = np.where(said, least, found[0]), np.where(said, most, found[1])
        over[parts] = said & (upper > most)
        # Foreign: the content of its parts, within its own value.
        content = np.where(said, np.minimum(upper, most), upper)
        whole = np.where(said, np.maximum(least, content), found[3])
        less = np.where(said, np.minimum(lower, most), lower)
        whole_less = np.where(said, most, found[5])
        own = (kind == US) | (kind == OPEN)
        counts = own & may[parts]
        surely = (kind == US) & must[parts]
        plain_us = (kind == US) & ~may[parts]
        # US or maybe US, and may count: all of it does in the upper case.
        content, whole = np.where(counts, value_high, content), np.where(counts, value_high, whole)
        content, whole = np.where(plain_us, 0.0, content), np.where(plain_us, value_low, whole)
        less, whole_less = np.where(surely, value_low, less), np.where(surely, value_low, whole_less)
        less = np.where(kind == OPEN, np.minimum(less, value_low), less)
        spared = own & ~must[parts]
        less, whole_less = np.where(spared, 0.0, less), np.where(spared, value_high, whole_less)
        for row, column in enumerate((value_low, value_high, content, whole, less, whole_less)):
            sums[row, parts] = column
        gone = parts[kind == OUTSIDE]
        if len(gone):
            sums[:, gone] = 0.0
            over[gone] = False

    close(np.flatnonzero(leaf))
    for uses in order.upward():
        parents, children = bill.parent[uses], bill.child[uses]
        few, many = bill.quantity_low[uses], bill.quantity_high[uses]
        value_low, value_high, upper, upper_whole, lower, lower_whole = sums[:, children]
        more, less = _times(many, upper), _times(few, lower)
        # A part is what counts in it and the rest: each at the number that moves the share the same way.
        amounts = np.stack(
            (
                _times(few, value_low),
                _times(many, value_high),
                more,
                more + _times(few, _rest(upper_whole, upper)),
                less,
                less + _times(many, _rest(lower_whole, lower)),
            )
        )
        firsts = np.flatnonzero(np.r_[True, parents[1:] != parents[:-1]])
        finished = parents[firsts]
        sums[:, finished] = np.add.reduceat(amounts, firsts, axis=1)
        close(finished)
    return RolledUp(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], over)


def _times(number: Numbers, amount: Numbers) -> Numbers:
    """None of something unlimited is none, and so is any number of something worth nothing."""
    with np.errstate(invalid="ignore"):
        return np.where((number == 0) | (amount == 0), 0.0, number * amount)


def _rest(whole: Numbers, content: Numbers) -> Numbers:
    with np.errstate(invalid="ignore"):
        return np.where(whole == content, 0.0, whole - content)
