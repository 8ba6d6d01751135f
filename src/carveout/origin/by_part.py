"""The same roll-up part by part: exactly, in decimal numbers, or for a bill of very many levels.

Decimal numbers hold every value as it was written, so a share that lies on the threshold is told from one just above it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, Inexact, localcontext
from typing import Any

import numpy as np

from carveout.facts.value import FALSE, TRUE, Truth
from carveout.origin.bill import Bill
from carveout.origin.content import FOREIGN, OPEN, OUTSIDE, US, RolledUp, standing_of
from carveout.origin.levels import Order, order_of

DIGITS = 10_000
"""Digits after which the exact roll-up gives up; nested quantities with decimals lengthen the numbers."""

_Case = tuple[Any, Any]


def exactly(bill: Bill, truths: Sequence[Truth], order: Order | None = None) -> RolledUp:
    """The roll-up in decimal numbers, without rounding.

    Raises:
        Inexact: a sum needs more digits than are kept.
    """
    with localcontext(Context(prec=DIGITS, traps=[Inexact])):
        return roll_up_by_part(bill, truths, order or order_of(bill), lambda number: Decimal(repr(number)))


def roll_up_by_part(
    bill: Bill, truths: Sequence[Truth], order: Order, number: Callable[[float], Any] = float
) -> RolledUp:
    """The roll-up of :func:`carveout.origin.content.roll_up`, one part after the other, in another kind of number."""
    count = len(bill.parts)
    zero, endless = number(0.0), number(float("inf"))
    standing = standing_of(bill)[bill.class_of].tolist()
    for root in bill.roots.tolist():
        standing[root] = FOREIGN
    must = [truths[one] == TRUE for one in bill.class_of.tolist()]
    may = [truths[one] != FALSE for one in bill.class_of.tolist()]
    low, high = bill.low.tolist(), bill.high.tolist()
    sums: list[list[Any]] = [[zero] * count for _ in range(6)]
    over = np.zeros(count, bool)
    leaf = np.bincount(bill.parent, minlength=count) == 0

    def close(part: int) -> None:
        value_low, value_high, upper, upper_value, lower, lower_value = (column[part] for column in sums)
        if standing[part] == OUTSIDE:
            for column in sums:
                column[part] = zero
            return
        if low[part] == low[part]:
            value_low, value_high = number(low[part]), number(high[part])
            over[part] = upper > value_high
            upper, lower = min(upper, value_high), min(lower, value_high)
            upper_value, lower_value = max(value_low, upper), value_high
        elif leaf[part]:
            value_high = lower_value = endless
        most, least = (upper, upper_value), (lower, lower_value)
        if standing[part] in (US, OPEN):
            most, least = _own(standing[part], must[part], may[part], value_low, value_high, most, least, zero)
        for column, amount in zip(sums, (value_low, value_high, *most, *least), strict=True):
            column[part] = amount

    for part in np.flatnonzero(leaf).tolist():
        close(part)
    uses = order.uses
    parents, children = bill.parent[uses].tolist(), bill.child[uses].tolist()
    fewest, most_of = bill.quantity_low[uses].tolist(), bill.quantity_high[uses].tolist()
    # Uses of one level lie together, but those of one parent need not: a part is finished when its last use is added.
    waiting = np.bincount(bill.parent, minlength=count).tolist()
    for parent, child, least_of, many_of in zip(parents, children, fewest, most_of, strict=True):
        few, many = number(least_of), number(many_of)
        value_low, value_high, upper, upper_value, lower, lower_value = (column[child] for column in sums)
        more, less = _times(many, upper), _times(few, lower)
        rest = zero if upper_value == upper else upper_value - upper
        rest_below = zero if lower_value == lower else lower_value - lower
        amounts = (
            _times(few, value_low), _times(many, value_high), more, more + _times(few, rest), less,
            less + _times(many, rest_below),
        )  # fmt: skip
        for column, amount in zip(sums, amounts, strict=True):
            column[parent] += amount
        waiting[parent] -= 1
        if not waiting[parent]:
            close(parent)
    return RolledUp(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], over)


def _own(
    standing: int, must: bool, may: bool, value_low: Any, value_high: Any, most: _Case, least: _Case, zero: Any
) -> tuple[_Case, _Case]:  # fmt: skip
    """The upper and lower case of a part that is, or may be, of US origin."""
    if may:
        most = (value_high, value_high)
    elif standing == US:
        most = (zero, value_low)
    if not must:
        least = (zero, value_high)
    elif standing == US:
        least = (value_low, value_low)
    else:
        least = (min(least[0], value_low), least[1])
    return most, least


def _times(number: Any, amount: Any) -> Any:
    """None of something unlimited is none, and so is any number of something worth nothing."""
    return type(amount)(0) if number == 0 or amount == 0 else number * amount
