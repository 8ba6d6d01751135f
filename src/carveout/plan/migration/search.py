"""The search for a migration plan: rules first, then sites taken out and put back, then neighborhoods of the best plan solved by
CP-SAT, beside proven bounds. The finish counts first, then the cost.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from carveout.facts.compiled import Warming
from carveout.plan.error import PlanError
from carveout.plan.migration.bound import Bounds, dollars_bound, finish_bound
from carveout.plan.migration.carrier import Carrier, Plan
from carveout.plan.migration.cost import Score, score
from carveout.plan.migration.explain import why_not
from carveout.plan.migration.first_plan import first_plan
from carveout.plan.migration.model import Neighborhood, ends_of
from carveout.plan.migration.prices import Ascent, Relaxation
from carveout.plan.migration.profiles import Profiles

if TYPE_CHECKING:
    from carveout.plan.migration.renewal import Renewal

TRY_SECONDS = 0.06
"""Deterministic seconds of one neighborhood; each is some seconds of a clock."""

FEW = 16
"""Sites up to which the whole model is given to CP-SAT first."""

HOT, COLD = 5_000.0, 200.0
"""Dollars by which a plan may get worse at the beginning, and at the end."""

SOONER, CHEAPER, REPAIRED = 0.18, 0.7, 0.76
"""The parts of the time by which the search for a sooner finish ends (where it is not at its bound before), that for a lower cost,
and that by neighborhoods; the rest goes to the bound."""

PRICED = 0.04
"""The part of the time that goes to prices by which sites are placed where they are cheap for others too."""

Told = Callable[[float, Score], None]


@dataclass(frozen=True, slots=True)
class Found:
    """The best plan, what it is worth, what no plan can beat, and how long the first plan took (seconds)."""

    plan: Plan
    score: Score
    bounds: Bounds
    first_seconds: float


class _Best:
    """The best plan so far, shared by searchers, and who is told of a better one."""

    def __init__(self, carrier: Carrier, plan: Plan, runways: Sequence[float], told: Callable[[Score], None]) -> None:
        self.carrier, self.plan, self.runways, self.told = carrier, plan, runways, told
        self.value = score(carrier, plan, runways)
        self.lock = Lock()

    def offer(self, plan: Plan) -> bool:
        """Take a plan if it is better."""
        made = score(self.carrier, plan, self.runways)
        with self.lock:
            if made >= self.value:
                return False
            self.plan, self.value = plan, made
        self.told(made)
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
    warming = Warming(_prepare)
    starts = [
        found[0]
        for order in carrier.orders
        if (found := first_plan(replace(carrier, orders=(order,)), runways, until=begun, seed=seed)) is not None
    ]
    first = monotonic() - begun
    if begin is not None and Profiles(carrier).holds(begin):
        starts.append(begin)
    if not starts:
        raise PlanError(why_not(carrier, seconds=max(2.0, min(30.0, seconds / 2))))
    best = _Best(
        carrier, min(starts, key=lambda plan: score(carrier, plan, runways)), runways,
        lambda made: told(monotonic() - begun, made) if told is not None else None,
    )  # fmt: skip
    if told is not None:
        told(first, best.value)
    if (
        len(carrier.sites) <= FEW
        and len(starts) == len(carrier.orders)
        and _settled(best, starts, until=begun + 0.3 * seconds)
    ):
        return Found(best.plan, best.value, Bounds(*best.value), first)
    return _searched(
        best, starts, warming, begun=begun, seconds=seconds, seed=seed, workers=workers, first=first, prove=prove
    )


def _searched(
    best: _Best, starts: Sequence[Plan], warming: Warming, *, begun: float, seconds: float, seed: int, workers: int, first: float,
    prove: bool,
) -> Found:  # fmt: skip
    carrier, runways = best.carrier, best.runways
    floor = finish_bound(carrier, best.value.finish)
    end = begun + seconds - 0.2
    while not warming.ready() and monotonic() < begun + REPAIRED * seconds:  # the first time ever
        _each([partial(_repaired, best, floor, min(end, monotonic() + 1.0), seed + n) for n in range(workers)])
    now = monotonic()
    sooner, cheaper, repaired = (now + share * (end - now) for share in (SOONER, CHEAPER, REPAIRED))
    if warming.ready():
        from carveout.plan.migration.renewal import Renewal, Tables

        tables = Tables(carrier, runways, costs=False)
        soon = [Renewal(tables, starts[n % len(starts)], seed + 7919 * n) for n in range(max(workers, len(starts)))]
        _each([partial(_sooner, one, best, floor, sooner) for one in soon])
        tables = Tables(carrier, runways)
        ascent = Ascent(
            Relaxation(carrier, runways, best.plan.order, best.value.finish),
            float(best.value.dollars - floor * carrier.money.overhead * 1000),
        )
        ascent.run(until=monotonic() + PRICED * (end - now))
        cheap = [Renewal(tables, best.plan, seed + 104_729 * (n + 1), ascent.prices) for n in range(workers)]
        _each([partial(_cheaper, one, best, cheaper) for one in cheap])
    _each([partial(_repaired, best, floor, repaired if prove else end, seed + n) for n in range(workers)])
    limit = Bounds(floor, 0)
    if prove:
        dollars = dollars_bound(carrier, runways, floor, best.value.finish, target=best.value.dollars, until=end)
        limit = Bounds(floor, dollars)
    return Found(best.plan, best.value, limit, first)


def _prepare() -> None:
    from carveout.plan.migration.renewal import warm

    warm()


def _settled(best: _Best, starts: Sequence[Plan], *, until: float) -> bool:
    """Solve the whole model in every order of the core; whether nothing better is left anywhere."""
    solver, every = cp_model.CpSolver(), range(len(best.carrier.sites))
    for place, plan in enumerate(starts, start=1):
        made = Neighborhood(best.carrier, plan, every, best.runways)
        solver.parameters.num_workers = 2
        solver.parameters.max_time_in_seconds = max(0.05, (until - monotonic()) * place / len(starts))
        status = solver.solve(made.cp)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            best.offer(made.read(solver))
        if status != cp_model.OPTIMAL:
            return False
    return True


def _each(work: Sequence[Callable[[], None]]) -> None:
    """Do all at once."""
    threads = [Thread(target=one, daemon=True) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _sooner(one: Renewal, best: _Best, floor: int, until: float) -> None:
    """Aim at a week before the best finish known until it is reached, again and again, down to the floor."""
    begun, tried = monotonic(), 0
    alone = (
        begun + (until - begun) / 3
    )  # afterwards all go on from the best plan, whatever order of the core they began with
    while (now := monotonic()) < until and best.value.finish > floor:
        aim = best.value.finish - 1
        if now > alone and one.order != best.plan.order:
            one.take(best.plan)
        heat = HOT * (COLD / HOT) ** ((now - begun) / (until - begun))
        tried += 1
        if one.run(due=aim, heat=heat, until=until):
            best.offer(one.plan())
        elif tried % 5 == 0 and (other := one.other_cores()) is not None:
            _try_cores(one, other, aim, heat, until)


def _try_cores(one: Renewal, other: Plan, aim: int, heat: float, until: float) -> None:
    """Go on with other cores if the plan is no worse for it after a short search."""
    held, before = one.current(), int(one.told[0])
    one.take(other)
    one.run(due=aim, heat=heat, until=until)
    if one.told[1] or one.told[0] > before:
        one.take(held)


def _cheaper(one: Renewal, best: _Best, until: float) -> None:
    """Lower the cost, done no later than the best plan is."""
    begun, due = monotonic(), best.value.finish
    while (now := monotonic()) < until:
        if one.run(due=due, heat=HOT * (COLD / HOT) ** ((now - begun) / (until - begun)), until=until):
            best.offer(one.plan())


def _repaired(best: _Best, floor: int, until: float, seed: int) -> None:
    """Solve neighborhoods of the best plan, as large as can be solved."""
    carrier, draw, solver = best.carrier, random.Random(seed), cp_model.CpSolver()
    sizes = dict.fromkeys(range(4), min(12.0, float(len(carrier.sites))))
    while monotonic() < until:
        plan = best.plan
        kind = draw.choice((0, 1, 2, 2, 3, 3))
        free = _drawn(carrier, plan, best.runways, kind, int(sizes[kind]), draw)
        made = Neighborhood(carrier, plan, free, best.runways, floor=floor)
        asked = solver.parameters
        asked.num_workers, asked.random_seed = 1, draw.randrange(1 << 30)
        asked.linearization_level, asked.cp_model_probing_level, asked.symmetry_level = 0, 0, 0
        asked.max_deterministic_time, asked.max_time_in_seconds = TRY_SECONDS, max(0.05, until - monotonic())
        status = solver.solve(made.cp)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            best.offer(made.read(solver))
        if status == cp_model.OPTIMAL and len(free) == len(carrier.sites):
            return  # nothing is better
        grow = 1.08 if status == cp_model.OPTIMAL else 0.92
        sizes[kind] = min(float(len(carrier.sites)), max(5.0, sizes[kind] * grow))


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
