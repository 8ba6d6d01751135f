"""What a plan is worth: the frontier of cost and risk, regret on scenarios it was not made for, and the value of waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from carveout.plan.sourcing.case import Numbers
from carveout.plan.sourcing.decompose import Solution, Stop, solve
from carveout.plan.sourcing.error import NoPlan
from carveout.plan.sourcing.lawful import Compose
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import PartModel, part_model
from carveout.plan.sourcing.plan_file import Solved
from carveout.plan.sourcing.regret import Policy, regret
from carveout.plan.sourcing.risk import cvar
from carveout.plan.sourcing.waiting import Waiting, value_of_waiting

RISKS = (0.0, 0.25, 0.5, 0.75, 0.95)
HELD_OUT = 30
SEED = 1000
"""Held-out scenarios are drawn from another seed than any that a plan would be made with by hand."""
ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the frontier: the weight of risk, expected cost and CVaR, the gap, and what is qualified."""

    risk: float
    expected: float
    cvar: float
    gap: float
    qualified: tuple[str, ...]


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
    seed = solved.problem.aim.seed + SEED
    return Analysis(points, regret(solved, compose, HELD_OUT, seed), HELD_OUT, seed, waiting)


def frontier(solved: Solved) -> tuple[Point, ...]:
    """Plans from the cheapest in expectation to the safest, each begun from the starts and contracts of the one before."""
    stop = Stop(gap=solved.problem.aim.gap, rounds=ROUNDS, search=False)
    tries = [solved.solution.patterns(solved.models)]
    found = []
    for risk in sorted({*RISKS, solved.case.risk}):
        case = replace(solved.case, risk=risk)
        if risk == solved.case.risk:
            models, solution = solved.models, solved.solution
        else:
            links = Links(case)
            models = tuple(part_model(case, part, links) for part in case.parts)
            try:
                solution = solve(case, stop, seed=solved.problem.aim.seed, links=links, models=models, tries=tries)
            except NoPlan:
                continue
        tries.append(solution.patterns(models))
        cost = _costs(models, solution)
        found.append(
            Point(risk, float(case.probability @ cost), cvar(case, cost), max(0.0, solution.gap), qualified(case.periods, models, solution))
        )  # fmt: skip
    return tuple(found)


def qualified(periods: int, models: tuple[PartModel, ...], solution: Solution) -> tuple[str, ...]:
    """The offers that a plan qualifies."""
    return tuple(
        model.part.sources[i].name
        for model, x in zip(models, solution.x, strict=True)
        for (kind, i, t, _), column in model.place.items()
        if kind == "z" and t == periods - 1 and x[column] > 0.5
    )


def _costs(models: tuple[PartModel, ...], solution: Solution) -> Numbers:
    found: Numbers = np.sum([model.cost @ x for model, x in zip(models, solution.x, strict=True)], axis=0)
    return found
