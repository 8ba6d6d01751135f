"""What a plan is worth: the frontier of cost and risk, regret on leaves it was not made for, and the value of waiting.

Held-out leaves are drawn from the posteriors, with other lengths and later days. On each, what a policy settles now is kept
and the rest is done as well as can be with full sight; so each policy looks a little better than it is, all by the same rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from carveout.plan.sourcing.case import Numbers, case_of
from carveout.plan.sourcing.decompose import Infeasible, Solution, Stop, solve
from carveout.plan.sourcing.law_tree import held_out
from carveout.plan.sourcing.lawful import Compose, Lawful
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import PartModel, part_model
from carveout.plan.sourcing.plan_file import Solved
from carveout.plan.sourcing.policy import POLICIES, FirstStage, fixed_cost, informed_cost, leaf_case, naive, settled
from carveout.plan.sourcing.risk import cvar
from carveout.plan.sourcing.whole import Whole

RISKS = (0.0, 0.25, 0.5, 0.75, 0.95)
HELD_OUT = 30
QUICK = Stop(gap=0.005, rounds=10, search=False)
FREE = 0.002
"""Waiting is free while it raises the objective by no more than this share: what the solver's gap lets pass."""
LATEST = 8
"""Periods up to which starts are put off."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the frontier: the weight of risk, expected cost and CVaR, the gap, and what is qualified."""

    risk: float
    expected: float
    cvar: float
    gap: float
    qualified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy on held-out leaves: mean cost, and mean regret against perfect information with its 95 percent interval."""

    policy: str
    mean_cost: float
    mean_regret: float
    interval_95: tuple[float, float]
    worst_cost: float
    limits_lifted: int


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
class Waiting:
    """What waiting is worth and costs: the objective if starts are settled now, if they may follow what becomes public, and if
    none is made before a day (until when that costs nothing); and how long each single start may wait."""

    settled_now: float
    as_known: float
    worth: float
    put_off: tuple[tuple[date, float], ...]
    free_until: date | None
    starts: tuple[MayWait, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Frontier, regret and waiting of one plan."""

    frontier: tuple[Point, ...]
    policies: tuple[Policy, ...]
    held_out: int
    seed: int
    waiting: Waiting

    def told(self) -> dict[str, Any]:
        """As a document."""
        return asdict(self)


def analyzed(solved: Solved, compose: Compose, *, tell: Callable[[str], None] = lambda _: None) -> Analysis:
    """The analysis of a plan; ``tell`` hears how far it is."""
    tell("The frontier of cost and risk")
    points = frontier(solved)
    tell("The value of waiting")
    waiting = value_of_waiting(solved)
    tell(f"Regret on {HELD_OUT} held-out scenarios")
    seed = solved.problem.aim.seed + 1000
    return Analysis(points, regret(solved, compose, HELD_OUT, seed), HELD_OUT, seed, waiting)


def frontier(solved: Solved) -> tuple[Point, ...]:
    """Plans from the cheapest in expectation to the safest."""
    found = []
    for risk in RISKS:
        case = replace(solved.case, risk=risk)
        if risk == solved.case.risk:
            models, solution = solved.models, solved.solution
        else:
            links = Links(case)
            models = tuple(part_model(case, part, links) for part in case.parts)
            try:
                solution = solve(case, QUICK, seed=solved.problem.aim.seed, links=links, models=models)
            except Infeasible:
                continue
        cost = _costs(models, solution)
        started = tuple(
            model.part.sources[i].name
            for model, x in zip(models, solution.x, strict=True)
            for (kind, i, t, _), column in model.place.items()
            if kind == "z" and t == case.periods - 1 and x[column] > 0.5
        )
        found.append(Point(risk, float(case.probability @ cost), cvar(case, cost), max(0.0, solution.gap), started))
    return tuple(found)


def _costs(models: tuple[PartModel, ...], solution: Solution) -> Numbers:
    found: Numbers = np.sum([model.cost @ x for model, x in zip(models, solution.x, strict=True)], axis=0)
    return found


def value_of_waiting(solved: Solved) -> Waiting:
    """What it is worth that starts may follow what becomes public, and until when they may be put off for nothing."""
    case, seed = solved.case, solved.problem.aim.seed
    now = solved.solution.value
    flexible = Links(case, adaptive=True)
    try:
        as_known = min(now, solve(case, QUICK, seed=seed, links=flexible).value)
    except Infeasible:
        as_known = now
    put_off: list[tuple[date, float]] = []
    free: date | None = None
    for period in range(1, min(LATEST, case.periods - 1) + 1):
        models = [not_before(model, period) for model in solved.models]
        try:
            later = solve(case, QUICK, seed=seed, links=solved.links, models=models).value
        except Infeasible:
            break
        day = solved.problem.periods.first(period)
        put_off.append((day, max(0.0, later - now)))
        if later - now > FREE * abs(now):
            break
        free = day
    return Waiting(now, as_known, now - as_known, tuple(put_off), free, starts_that_may_wait(solved))


def starts_that_may_wait(solved: Solved) -> tuple[MayWait, ...]:
    """For each start of the plan the last period to which it may move alone without raising the objective."""
    case, periods = solved.case, solved.problem.periods
    whole = Whole(case, solved.links, solved.models, solved.problem.aim.seed)
    held = [
        np.round(x[model.first_stage]).astype(np.int8)
        for model, x in zip(solved.models, solved.solution.x, strict=True)
    ]
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


def not_before(model: PartModel, period: int) -> PartModel:
    """A part whose qualifications may not be started before a period."""
    upper = model.upper.copy()
    for (kind, _, t, _), column in model.place.items():
        if kind == "z" and t < period:
            upper[column] = 0.0
    return replace(model, upper=upper)


def regret(solved: Solved, compose: Compose, count: int, seed: int) -> tuple[Policy, ...]:
    """The plan and the naive policies on held-out leaves, against knowing each leaf from the first day on."""
    problem = solved.problem
    tree = held_out(problem, count, seed)
    case = case_of(problem, tree, Lawful(problem.acts, tree, problem.periods, compose))
    leaves = [leaf_case(case, s) for s in range(count)]
    informed = np.array([informed_cost(one) for one in leaves])
    firsts: dict[str, FirstStage | None] = {"the plan": settled(solved.case, solved.models, solved.solution.x)}
    for policy in POLICIES:
        firsts[policy] = naive(solved.case, policy, problem.periods.days)
    found = [Policy("perfect information", float(informed.mean()), 0.0, (0.0, 0.0), float(informed.max()), 0)]
    for name, first in firsts.items():
        made = [fixed_cost(one, first) for one in leaves] if first is not None else []
        if made and all(one is not None for one in made):
            found.append(_policy(name, [one for one in made if one is not None], informed))
    return tuple(found)


def _policy(name: str, made: list[tuple[float, bool]], informed: Numbers) -> Policy:
    cost = np.array([value for value, _ in made])
    over = cost - informed
    reach = 1.96 * float(over.std(ddof=1)) / len(over) ** 0.5 if len(over) > 1 else 0.0
    mean = float(over.mean())
    return Policy(
        name,
        float(cost.mean()),
        mean,
        (mean - reach, mean + reach),
        float(cost.max()),
        sum(lifted for _, lifted in made),
    )
