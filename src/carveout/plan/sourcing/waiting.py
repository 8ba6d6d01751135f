"""The value of waiting: what it is worth that starts may follow what becomes public, and until when it is free to put them off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from carveout.plan.sourcing.decompose import Stop, solve
from carveout.plan.sourcing.error import NoPlan
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import PartModel, part_model
from carveout.plan.sourcing.plan_file import Solved
from carveout.plan.sourcing.whole import Whole

LATEST = 8
"""Periods up to which all starts are put off."""
ROUNDS = 30
WIDE, FEW = 0.005, 4
"""Gap and rounds where starts may follow what becomes public: there are as many yes and no as classes of leaves."""


@dataclass(frozen=True, slots=True)
class MayWait:
    """A start that the plan makes: until when it may be put off for nothing, all else equal, and what the next period costs
    (None: then a target cannot be kept)."""

    part: str
    offer: str
    planned: date
    free_until: date
    then_costs: float | None


@dataclass(frozen=True, slots=True)
class PutOff:
    """No start before a day: by how much the best plan found is dearer, and by how much any must be (by the bound)."""

    until: date
    costs: float
    at_least: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waiting is worth and costs: the objective if starts are settled now, and if they may follow what becomes public.

    ``worth`` is their difference; the true one lies within ``worth_within``, for both are known to a gap. ``put_off`` tells what
    it costs to start nothing before a day; until ``free_until`` that is within the gap to which the plan itself is known.
    """

    settled_now: float
    as_known: float
    worth: float
    worth_within: tuple[float, float]
    put_off: tuple[PutOff, ...]
    free_until: date | None
    starts: tuple[MayWait, ...]


def value_of_waiting(solved: Solved) -> Waiting:
    """What it is worth that starts may follow what becomes public, and until when they may be put off for nothing."""
    case, seed, own = solved.case, solved.problem.aim.seed, solved.solution
    stop = Stop(gap=max(solved.problem.aim.gap, WIDE), rounds=FEW, search=False)
    links = Links(case, adaptive=True)
    models = [part_model(case, part, links) for part in case.parts]
    try:
        flexible = solve(case, stop, seed=seed, links=links, models=models, tries=[_following(solved, models)])
        value, bound = min(own.value, flexible.value), flexible.bound
    except NoPlan:
        value, bound = own.value, -np.inf
    within = (max(0.0, own.bound - value), max(0.0, own.value - min(bound, value)))
    put_off, free = all_put_off(solved, Stop(gap=solved.problem.aim.gap, rounds=ROUNDS, search=False))
    return Waiting(own.value, value, own.value - value, within, put_off, free, starts_that_may_wait(solved))


def _following(solved: Solved, models: Sequence[PartModel]) -> tuple[bytes, ...]:
    """The plan's own starts and contracts, told for each class of leaves."""
    found = []
    for flexible, plain, x in zip(models, solved.models, solved.solution.x, strict=True):
        values = {key: x[column] for key, column in plain.place.items() if key[0] in "zc"}
        keys = [key for key in flexible.place if key[0] in "zc"]
        found.append(np.array([round(float(values[kind, i, t, 0])) for kind, i, t, _ in keys], dtype=np.int8).tobytes())
    return tuple(found)


def all_put_off(solved: Solved, stop: Stop) -> tuple[tuple[PutOff, ...], date | None]:
    """What it costs to start nothing before a day, day after day until it does; and the last day for which it does not."""
    case, now, periods = solved.case, solved.solution.value, solved.problem.periods
    found: list[PutOff] = []
    free: date | None = None
    for period in range(1, min(LATEST, case.periods - 1) + 1):
        models = [not_before(model, period) for model in solved.models]
        moved = tuple(_at(model, x, period) for model, x in zip(solved.models, solved.solution.x, strict=True))
        try:
            later = solve(case, stop, seed=solved.problem.aim.seed, links=solved.links, models=models, tries=[moved])
        except NoPlan:
            break
        day = periods.first(period)
        found.append(PutOff(day, max(0.0, later.value - now), max(0.0, later.bound - now)))
        if later.value - now > stop.gap * abs(now):
            break
        free = day
    return tuple(found), free


def _at(model: PartModel, x: np.ndarray, period: int) -> bytes:
    """The starts of a plan, each moved to a period if it is before it."""
    value = {key: round(float(x[column])) for key, column in model.place.items() if key[0] in "zc"}
    keys = [key for key in model.place if key[0] in "zc"]
    return np.array([0 if k[0] == "z" and k[2] < period else value[k] for k in keys], dtype=np.int8).tobytes()


def not_before(model: PartModel, period: int) -> PartModel:
    """A part whose qualifications may not be started before a period."""
    upper = model.upper.copy()
    for (kind, _, t, _), column in model.place.items():
        if kind == "z" and t < period:
            upper[column] = 0.0
    return replace(model, upper=upper)


def starts_that_may_wait(solved: Solved) -> tuple[MayWait, ...]:
    """For each start of the plan the last period to which it may move alone without raising the objective."""
    case, periods = solved.case, solved.problem.periods
    whole = Whole(case, solved.links, solved.models, solved.problem.aim.seed)
    pairs = zip(solved.models, solved.solution.x, strict=True)
    held = [np.round(x[model.first_stage]).astype(np.int8) for model, x in pairs]
    slack = 1e-6 * abs(solved.solution.value)
    found = []
    for p, model in enumerate(solved.models):
        place = {int(column): n for n, column in enumerate(model.first_stage)}
        for i, source in enumerate(model.part.sources):
            columns = [place[model.place["z", i, t, 0]] for t in range(case.periods)] if source.qualification else []
            start = next((t for t, n in enumerate(columns) if held[p][n]), None)
            if start is None:
                continue
            free, then = start, None
            for later in range(start + 1, case.periods):
                moved = [own.copy() for own in held]
                moved[p][columns[:later]] = 0
                made = whole.fixed([own.tobytes() for own in moved])
                then = None if made is None else max(0.0, made[0] - solved.solution.value)
                if then is None or then > slack:
                    break
                free = later
            found.append(MayWait(model.part.name, source.name, periods.first(start), periods.first(free), then))
    return tuple(found)
