"""The value of the license with what may be decided later: a binomial lattice of the vendors' price level.

The level starts at 1 and goes up by u or down by 1/u in each step, u = exp(volatility sqrt(dt)), with the chance that keeps its expectation
at 1 (Cox, Ross and Rubinstein 1979). So more volatility spreads the level and leaves its mean: the value without options does not move, and an
option's never falls. Decisions are taken at the start of each year: abandon (from then on the vendors are bought from, so nothing is gained or lost
against them), pay for exclusivity while it is offered, pay for changing the source.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, sqrt

import numpy as np
import numpy.typing as npt

from carveout.plan.license.case import Case
from carveout.plan.license.flows import Flows

MODIFY, EXCLUSIVE = 1, 2

Worths = npt.NDArray[np.float64]
"""A worth for each level."""


@dataclass(frozen=True)
class Allowed:
    """Which options there are."""

    modify: bool = True
    exclusive: bool = True
    abandon: bool = True


ALL, NONE = Allowed(), Allowed(False, False, False)


def value(case: Case, flows: Flows, allowed: Allowed = ALL) -> float:
    """Present value on the day of the deal before the fee, by backward induction over (year, level, what was bought)."""
    held = _held(case, allowed, flows.missing)
    n = case.options.steps
    up = exp(case.options.volatility * sqrt(1 / n))
    chance = 1 / (1 + up)  # of going up: keeps the mean of the level where it is
    discount = (1 + case.discount) ** (-1 / n)
    states = [flags for flags in range(4) if held[flags]]
    later: dict[int, Worths] = {flags: np.zeros(case.years * n + 1) for flags in states}
    for year in range(case.years - 1, -1, -1):
        count = (year + 1) * n + 1
        level = up ** (2.0 * np.arange(count) - (count - 1))
        begun = {}
        for flags in states:
            worth = later[flags][:count] + level * _gain(case, flows, year, flags) - _cost(case, flows, year, flags)
            for _ in range(n):
                worth = discount * (chance * worth[1:] + (1 - chance) * worth[:-1])
            begun[flags] = worth
        later = {flags: _decided(case, begun, allowed, flags, year) for flags in states}
    return float(later[0][0])


def _held(case: Case, allowed: Allowed, missing: tuple[str, ...]) -> list[bool]:
    """Which combinations of options bought can come about; the source cannot be changed where it may not come."""
    modify = allowed.modify and case.options.modify_cost is not None and case.options.modify_needs not in missing
    exclusive = allowed.exclusive and case.options.exclusive_cost is not None
    return [(not flags & MODIFY or modify) and (not flags & EXCLUSIVE or exclusive) for flags in range(4)]


def _gain(case: Case, flows: Flows, year: int, flags: int) -> float:
    more = case.options.modify_sales * bool(flags & MODIFY) + case.options.exclusive_sales * bool(flags & EXCLUSIVE)
    return flows.avoided[year] + flows.sales[year] * (1 + more)


def _cost(case: Case, flows: Flows, year: int, flags: int) -> float:
    return flows.cost[year] - (case.options.modify_audit * flows.audit[year] if flags & MODIFY else 0.0)


def _decided(
    case: Case,
    begun: dict[int, Worths],
    allowed: Allowed,
    flags: int,
    year: int,
) -> Worths:
    """The best of what can be decided at the start of a year, by level."""
    best = begun[flags].copy()
    for other, worth in begun.items():
        if other != flags and other & flags == flags:
            paid = 0.0
            bought = other & ~flags
            if bought & EXCLUSIVE:
                if year > case.options.exclusive_until:
                    continue
                paid += case.options.exclusive_cost or 0.0
            if bought & MODIFY:
                paid += case.options.modify_cost or 0.0
            np.maximum(best, worth - paid, out=best)
    if allowed.abandon and case.options.abandon and year > 0:
        np.maximum(best, case.options.salvage[year] - case.options.exit_cost, out=best)
    return best


def calm(case: Case) -> Case:
    """The same case without uncertainty."""
    return replace(case, options=replace(case.options, volatility=0.0))
