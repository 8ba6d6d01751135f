"""The planner: bound, plan, and what it is set beside, within a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np

from carveout.plan.apps.closure import Closure, Priced
from carveout.plan.apps.improve import improve
from carveout.plan.apps.instance import Instance, Numbers, Whole
from carveout.plan.apps.mip import solve_mip
from carveout.plan.apps.naive import greedy, random_order
from carveout.plan.apps.prices import Bound, best_prices
from carveout.plan.apps.rounding import best_rounding
from carveout.plan.apps.schedule import Schedule
from carveout.plan.apps.tidy import tidy

SMALL = 20_000
"""Columns up to which the whole instance is also given to the integer search."""

ALPHAS = (0.95, 0.8, 0.99, 0.5, 0.9, 0.65, 0.2, 0.35, 0.05)
"""Thresholds, the most promising first: where the time is short the others are left out."""


@dataclass(frozen=True)
class Found:
    """A plan: ready dates (J) and work (J, T); what it keeps in all, weighted; the bound of the prices, that of the integer
    search (infinite where there was none), and what greedy and a random order keep."""

    ready: Whole
    work: Numbers
    total: float
    prices: Bound
    search_bound: float
    greedy: float
    random: float

    @property
    def bound(self) -> float:
        """No plan keeps more."""
        return max(min(self.prices.value, self.search_bound), self.total)

    @property
    def gap(self) -> float:
        """What is left to the bound, as a share of it."""
        return (self.bound - self.total) / self.bound if self.bound > 0 else 0.0


def plan(
    instance: Instance, *, seconds: float = 60.0, seed: int = 1, gap: float = 1e-4, told: Callable[[str], None] = lambda _: None,
    compare: bool = True,
) -> Found:  # fmt: skip
    """The best plan found within a time, with its bound. It stops early at a gap.

    The same instance and seed give the same plan where the gap or the work ends it before the time does.
    """
    began = monotonic()
    end = began + seconds
    closure = Closure(instance)

    def heard(found: Priced, bound: Bound) -> None:
        told(f"bound {bound.value:,.0f}, {monotonic() - began:.0f} s")

    bound = best_prices(closure, until=began + 0.45 * seconds, heard=heard, tolerance=min(1e-3, max(gap, 1e-6)))
    schedules = [best_rounding(closure, bound, ALPHAS, until=began + 0.7 * seconds)]
    told(f"plan {schedules[0].total:,.0f} of at most {bound.value:,.0f}, {monotonic() - began:.0f} s")
    by_greedy = greedy(instance, until=min(end, began + 0.8 * seconds)) if compare else None
    if by_greedy is not None:
        schedules.append(by_greedy)
    by_chance = random_order(instance, seed, until=began + 0.85 * seconds).total if compare else 0.0
    best = max(schedules, key=lambda one: one.total)
    best = improve(closure, bound, best, until=end - 0.05 * seconds if not _small(instance) else monotonic() + 0.15 * seconds, seed=seed, gap=gap,
                   told=told)  # fmt: skip
    ready, work, search = best.ready, work_of(best), np.inf
    if _small(instance) and best.total < bound.value * (1 - gap) and end - monotonic() > 0.2:
        solved = solve_mip(instance, seconds=end - monotonic(), start=best.ready, gap=gap)
        if solved is not None:
            search = max(solved.bound, solved.total)
            if solved.total > best.total:
                ready, work = solved.ready, solved.work
    ready, work = tidy(instance, ready, work)
    return Found(
        ready, work, instance.total(ready), bound, float(search), by_greedy.total if by_greedy else instance.at_rest, by_chance
    )  # fmt: skip


def _small(instance: Instance) -> bool:
    return (2 * instance.projects + len(instance.waits)) * instance.periods <= SMALL


def work_of(schedule: Schedule) -> Numbers:
    """(J, T): the engineer-months of a schedule."""
    found = np.zeros((schedule.instance.projects, schedule.instance.periods))
    for project, parts in schedule.work.items():
        for t, part in parts:
            found[project, t] += part
    return found
