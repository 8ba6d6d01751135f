"""The search for a migration plan: rules first, then neighborhoods of the best plan solved by CP-SAT, beside proven bounds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic

from ortools.sat.python import cp_model

from carveout.plan.error import PlanError
from carveout.plan.migration.bound import Bounds, bounds
from carveout.plan.migration.carrier import Carrier, Plan
from carveout.plan.migration.cost import Score, score
from carveout.plan.migration.explain import why_not
from carveout.plan.migration.first_plan import first_plan
from carveout.plan.migration.model import Neighborhood
from carveout.plan.migration.profiles import Profiles

TRY_SECONDS = 1.5
"""Deterministic seconds of one neighborhood."""

Told = Callable[[float, Score], None]


@dataclass(frozen=True, slots=True)
class Found:
    """The best plan, what it is worth, what no plan can beat, and how long the first plan took (seconds)."""

    plan: Plan
    score: Score
    bounds: Bounds
    first_seconds: float


class _Best:
    def __init__(self, carrier: Carrier, plan: Plan, runways: Sequence[float]) -> None:
        self.carrier, self.plan, self.runways = carrier, plan, runways
        self.score = score(carrier, plan, runways)
        self.lock = Lock()

    def offer(self, plan: Plan) -> bool:
        made = score(self.carrier, plan, self.runways)
        with self.lock:
            if made >= self.score:
                return False
            self.plan, self.score = plan, made
            return True


def plan_migration(
    carrier: Carrier, runways: Sequence[float], *, seconds: float, seed: int = 0, workers: int = 2, told: Told | None = None,
    begin: Plan | None = None,
) -> Found:  # fmt: skip
    """The best plan found in a time; ``begin`` is a plan that is known, taken where it holds and is better than the first.

    Raises:
        PlanError: no plan was found, with the demands that conflict.
    """
    begun = monotonic()
    start = first_plan(carrier, runways, until=begun + min(4.0, seconds * 0.1), seed=seed)
    if begin is not None and Profiles(carrier).holds(begin):
        known = (begin, score(carrier, begin, runways))
        start = known if start is None or known[1] < start[1] else start
    if start is None:
        raise PlanError(why_not(carrier, seconds=max(2.0, min(30.0, seconds / 2))))
    first = monotonic() - begun
    if told is not None:
        told(first, start[1])
    limit = bounds(carrier, runways, start[1].finish)
    best = _Best(carrier, start[0], runways)
    until = begun + seconds - 0.2
    threads = [
        Thread(target=_searcher, args=(best, limit, until, seed + 7919 * n, told, begun), daemon=True)
        for n in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Found(best.plan, best.score, limit, first)


def _searcher(best: _Best, limit: Bounds, until: float, seed: int, told: Told | None, begun: float) -> None:
    carrier, draw, solver = best.carrier, random.Random(seed), cp_model.CpSolver()
    sizes = dict.fromkeys(range(4), min(12.0, float(len(carrier.sites))))
    while monotonic() < until and best.score > Score(limit.finish, limit.dollars):
        plan = best.plan
        kind = draw.choice((0, 0, 1, 2, 3) if best.score.finish > limit.finish else (1, 2, 2, 3, 3))
        free = _drawn(carrier, plan, best.runways, kind, int(sizes[kind]), draw)
        made = Neighborhood(carrier, plan, free, best.runways, floor=limit.finish)
        asked = solver.parameters
        asked.num_workers, asked.random_seed = 1, draw.randrange(1 << 30)
        asked.max_deterministic_time, asked.max_time_in_seconds = TRY_SECONDS, max(0.05, until - monotonic())
        status = solver.solve(made.cp)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        if found and best.offer(made.read(solver)) and told is not None:
            told(monotonic() - begun, best.score)
        grow = 1.08 if status == cp_model.OPTIMAL else 0.92
        sizes[kind] = min(float(len(carrier.sites)), max(6.0, sizes[kind] * grow))


def _drawn(
    carrier: Carrier, plan: Plan, runways: Sequence[float], kind: int, count: int, draw: random.Random
) -> set[int]:
    """The sites to free: those that end last with some that could make room, a market, a window of time, or a mixture."""
    numbers = range(len(carrier.sites))
    if count >= len(carrier.sites):
        return set(numbers)
    ends = [_end(carrier, plan, n) for n in numbers]
    if kind == 0:
        last = sorted(numbers, key=lambda n: (-ends[n], draw.random()))
        return set(last[: count // 2]) | set(draw.sample(numbers, count - count // 2))
    if kind == 1:
        middle = carrier.sites[draw.choice(numbers)]
        same = [n for n in numbers if carrier.sites[n].market == middle.market]
        return set(draw.sample(same, min(count, len(same))))
    if kind == 2:
        at = draw.uniform(0, plan.finish(carrier))
        return set(sorted(numbers, key=lambda n: (abs(plan.sites[n].cutover - at), draw.random()))[:count])
    exposed = [max(0.0, plan.sites[n].cutover - runways[n]) * carrier.sites[n].population for n in numbers]
    worst = sorted(numbers, key=lambda n: -exposed[n] * draw.random())
    return set(worst[: count // 2]) | set(draw.sample(numbers, count - count // 2))


def _end(carrier: Carrier, plan: Plan, number: int) -> int:
    placed = plan.sites[number]
    way = carrier.ways[placed.way]
    return placed.cutover + way.cutover if placed.remove is None else placed.remove + way.removal
