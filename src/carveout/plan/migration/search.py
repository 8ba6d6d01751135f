"""The search for a migration plan: rules first, then neighborhoods of the best plan solved by CP-SAT, beside proven bounds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic

from ortools.sat.python import cp_model

from carveout.plan.error import PlanError
from carveout.plan.migration.bound import Bounds, dollars_bound, finish_bound
from carveout.plan.migration.carrier import Carrier, Plan
from carveout.plan.migration.cost import Score, score
from carveout.plan.migration.explain import why_not
from carveout.plan.migration.first_plan import first_plan
from carveout.plan.migration.model import Neighborhood, ends_of
from carveout.plan.migration.profiles import Profiles
from carveout.plan.migration.reinsertion import reinserted

TRY_SECONDS = 0.06
"""Deterministic seconds of one neighborhood; each is some seconds of a clock."""

FEW = 60
"""Sites up to which the bound of the cost is found at once."""

SOONER = 0.5
"""The part of the time that goes to a sooner finish, while it may be had."""

Told = Callable[[float, Score], None]


@dataclass(frozen=True, slots=True)
class Found:
    """The best plan, what it is worth, what no plan can beat, and how long the first plan took (seconds)."""

    plan: Plan
    score: Score
    bounds: Bounds
    first_seconds: float


class _Best:
    """The best plan so far, shared: by finish and cost, or (``by_ends``) by finish and the sum of the ends of sites."""

    def __init__(self, carrier: Carrier, plan: Plan, runways: Sequence[float], *, by_ends: bool) -> None:
        self.carrier, self.plan, self.runways, self.by_ends = carrier, plan, runways, by_ends
        self.value = self.worth(plan)
        self.lock = Lock()

    def worth(self, plan: Plan) -> Score:
        if self.by_ends:
            return Score(plan.finish(self.carrier), sum(ends_of(self.carrier, plan)))
        return score(self.carrier, plan, self.runways)

    def offer(self, plan: Plan) -> bool:
        made = self.worth(plan)
        with self.lock:
            if made >= self.value:
                return False
            self.plan, self.value = plan, made
            return True


def plan_migration(
    carrier: Carrier, runways: Sequence[float], *, seconds: float, seed: int = 0, workers: int = 2, told: Told | None = None,
    begin: Plan | None = None, prove: bool = True,
) -> Found:  # fmt: skip
    """The best plan found in a time; ``begin`` is a plan that is known, taken where it holds and is better than the first.
    Without ``prove`` the bound of the cost is left at nothing, and takes no time.

    Raises:
        PlanError: no plan was found, with the demands that conflict.
    """
    begun = monotonic()
    start = first_plan(carrier, runways, until=begun, seed=seed)
    first = monotonic() - begun
    if start is not None:
        again = first_plan(carrier, runways, until=monotonic() + min(4.0, seconds * 0.08), seed=seed + 1)
        start = again if again is not None and again[1] < start[1] else start
    if begin is not None and Profiles(carrier).holds(begin):
        known = (begin, score(carrier, begin, runways))
        start = known if start is None or known[1] < start[1] else start
    if start is None:
        raise PlanError(why_not(carrier, seconds=max(2.0, min(30.0, seconds / 2))))
    if told is not None:
        told(first, start[1])
    # The bound of the cost is a large linear program for a large carrier: there it comes last, with time of its own.
    late = prove and len(carrier.sites) > FEW
    until = begun + seconds - 0.2 - (min(15.0, 0.15 * seconds) if late else 0.0)
    finish = finish_bound(carrier, start[1].finish)
    limit = Bounds(finish, 0)
    near = reinserted(
        carrier, start[0], runways, finish=start[1].finish, by_ends=True, until=monotonic() + 0.05 * seconds, seed=seed
    )
    soon = _Best(carrier, near, runways, by_ends=True)
    if start[1].finish > limit.finish:  # sites that end sooner make room at the end, whatever they cost
        _search(soon, limit, monotonic() + SOONER * (until - monotonic()), seed, workers, told, begun)
    if prove and not late:
        limit = Bounds(
            finish, dollars_bound(carrier, runways, finish, soon.value.finish, seconds=max(1.0, seconds * 0.15))
        )
    cheap = _Best(
        carrier, min((start[0], soon.plan), key=lambda plan: score(carrier, plan, runways)), runways, by_ends=False
    )
    less = reinserted(
        carrier,
        cheap.plan,
        runways,
        finish=cheap.value.finish,
        by_ends=False,
        until=monotonic() + 0.1 * seconds,
        seed=seed,
    )
    if cheap.offer(less) and told is not None:
        told(monotonic() - begun, cheap.value)
    _search(cheap, limit, until, seed + 1, workers, told, begun)
    if late:
        rest = max(1.0, begun + seconds - monotonic())
        limit = Bounds(finish, dollars_bound(carrier, runways, finish, cheap.value.finish, seconds=rest))
    return Found(cheap.plan, cheap.value, limit, first)


def _search(best: _Best, limit: Bounds, until: float, seed: int, workers: int, told: Told | None, begun: float) -> None:
    threads = [
        Thread(target=_searcher, args=(best, limit, until, seed + 7919 * n, told, begun), daemon=True)
        for n in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _searcher(best: _Best, limit: Bounds, until: float, seed: int, told: Told | None, begun: float) -> None:
    carrier, draw, solver = best.carrier, random.Random(seed), cp_model.CpSolver()
    sizes = dict.fromkeys(range(4), min(12.0, float(len(carrier.sites))))
    while monotonic() < until and not _enough(best, limit):
        plan = best.plan
        kind = draw.choice((0, 0, 1, 2, 2) if best.by_ends else (0, 1, 2, 2, 3, 3))
        free = _drawn(carrier, plan, best.runways, kind, int(sizes[kind]), draw)
        made = Neighborhood(carrier, plan, free, best.runways, floor=limit.finish, by_ends=best.by_ends)
        asked = solver.parameters
        asked.num_workers, asked.random_seed = 1, draw.randrange(1 << 30)
        asked.linearization_level, asked.cp_model_probing_level, asked.symmetry_level = 0, 0, 0
        asked.max_deterministic_time, asked.max_time_in_seconds = TRY_SECONDS, max(0.05, until - monotonic())
        status = solver.solve(made.cp)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        before = best.value.finish
        if (
            found
            and best.offer(made.read(solver))
            and told is not None
            and (best.value.finish < before or not best.by_ends)
        ):
            told(monotonic() - begun, score(carrier, best.plan, best.runways))
        grow = 1.08 if status == cp_model.OPTIMAL else 0.92
        sizes[kind] = min(float(len(carrier.sites)), max(5.0, sizes[kind] * grow))


def _enough(best: _Best, limit: Bounds) -> bool:
    if best.by_ends:
        return best.value.finish <= limit.finish
    return best.value <= Score(limit.finish, limit.dollars)


def _drawn(
    carrier: Carrier, plan: Plan, runways: Sequence[float], kind: int, count: int, draw: random.Random
) -> set[int]:
    """The sites to free: those that end last with some that could make room, a market, a window of time, or a mixture."""
    numbers = range(len(carrier.sites))
    if count >= len(carrier.sites):
        return set(numbers)
    ends = ends_of(carrier, plan)
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
