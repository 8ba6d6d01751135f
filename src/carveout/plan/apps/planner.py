"""The planner: bound, plan, and what it is set beside, within a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Thread
from time import monotonic

import numpy as np

from carveout.facts.compiled import Warming
from carveout.plan.apps.closure import Closure
from carveout.plan.apps.instance import Instance, Numbers, Whole
from carveout.plan.apps.mip import solve_mip
from carveout.plan.apps.naive import greedy, random_order
from carveout.plan.apps.prices import Bound, Cuts
from carveout.plan.apps.rounding import best_rounding
from carveout.plan.apps.tidy import tidy
from carveout.plan.apps.work import kept_dates

SMALL = 20_000
"""Columns up to which the whole instance is also given to the integer search."""

ALPHAS = (0.95, 0.5, 0.8, 0.2, 0.99, 0.05)
"""Thresholds, the most promising first: where the time is short the others are left out."""

ROUGH, FINE = 0.12, 0.6
"""The parts of the time by which prices are good enough to begin with, and after which the bound is not lowered any more."""


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
    """The best plan found within a time, with its bound. It stops early at a gap."""
    began = monotonic()
    warming = Warming(_prepare)
    small = _small(instance)
    last = began + (0.6 if small else 0.96) * seconds  # a small instance goes to the integer search too
    rough = began + (0.4 if small else ROUGH) * seconds
    cuts, tolerance = Cuts(Closure(instance)), min(1e-3, max(gap, 1e-6))

    def heard(bound: Bound) -> None:
        told(f"bound {bound.value:,.0f}, {monotonic() - began:.0f} s")

    bound = cuts.lower(tolerance=tolerance, until=rough, heard=heard)
    best = best_rounding(cuts.closure, bound, ALPHAS, until=max(rough, monotonic()) + 0.06 * seconds)
    by_greedy = greedy(instance, until=monotonic() + 0.05 * seconds) if compare else None
    by_chance = random_order(instance, seed, until=monotonic() + 0.03 * seconds).total if compare else 0.0
    if by_greedy is not None and by_greedy.total > best.total:
        best = by_greedy
    told(f"plan {best.total:,.0f} of at most {bound.value:,.0f}, {monotonic() - began:.0f} s")
    ready = best.ready
    if warming.ready(until=last):
        from carveout.plan.apps.renewal import renewed

        if cuts.value - cuts.floor > tolerance * abs(
            cuts.value
        ):  # one searches already while the other lowers the bound
            lowering = Thread(
                target=partial(cuts.lower, tolerance=tolerance, until=began + FINE * seconds, heard=heard)
            )
            lowering.start()
            while lowering.is_alive():
                ready = renewed(
                    cuts.closure, bound, ready, until=min(last, monotonic() + 0.05 * seconds), seed=seed, gap=gap, told=told, workers=1
                )  # fmt: skip
                bound = cuts.bound
            lowering.join()
            bound = cuts.bound
        ready = renewed(cuts.closure, bound, ready, until=last, seed=seed + 1, gap=gap, told=told)
    ready, work = kept_dates(instance, ready)
    total, search = instance.total(ready), np.inf
    if small and total < bound.value * (1 - gap) and began + seconds - monotonic() > 0.2:
        solved = solve_mip(instance, seconds=began + seconds - monotonic(), start=ready, gap=gap)
        if solved is not None:
            search = max(solved.bound, solved.total)
            if solved.total > total:
                ready, work = solved.ready, solved.work
    ready, work = tidy(instance, ready, work)
    return Found(
        ready, work, instance.total(ready), bound, float(search), by_greedy.total if by_greedy else instance.at_rest, by_chance
    )  # fmt: skip


def _prepare() -> None:
    from carveout.plan.apps.renewal import warm

    warm()


def _small(instance: Instance) -> bool:
    return (2 * instance.projects + len(instance.waits)) * instance.periods <= SMALL
