"""From a file of inputs to a solved plan: the steps in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from carveout.plan.sourcing.case import Case, case_of
from carveout.plan.sourcing.conflict import conflict
from carveout.plan.sourcing.decompose import Infeasible, Progress, Stop, solve
from carveout.plan.sourcing.law_tree import LawTree, grow
from carveout.plan.sourcing.lawful import Compose, Lawful
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import part_model
from carveout.plan.sourcing.plan_file import Solved
from carveout.plan.sourcing.problem import Problem, read_problem


def prepared(problem: Problem, compose: Compose) -> tuple[LawTree, Lawful, Case]:
    """The tree of the law, the engine's answers, and the case in numbers."""
    tree = grow(problem)
    lawful = Lawful(problem.acts, tree, problem.periods, compose)
    return tree, lawful, case_of(problem, tree, lawful)


def planned(
    path: Path, compose: Compose, *, seconds: float = np.inf, tell: Callable[[Progress], None] | None = None
) -> Solved:
    """The plan of a file of inputs.

    Raises:
        PlanError: inputs that cannot be read, or that no plan fits (:class:`Infeasible`).
    """
    problem = read_problem(path)
    tree, lawful, case = prepared(problem, compose)
    links = Links(case)
    models = tuple(part_model(case, part, links) for part in case.parts)
    stop = Stop(gap=problem.aim.gap, seconds=seconds)
    try:
        solution = solve(case, stop, seed=problem.aim.seed, links=links, models=models, tell=tell)
    except Infeasible as error:
        raise Infeasible(_why(case, str(error))) from None
    return Solved(problem, tree, lawful, case, links, models, solution)


def _why(case: Case, plainly: str) -> str:
    """Why no plan fits: what cannot be kept together, or what the solver said where a plan exists and was not found in time."""
    clash = conflict(case)
    if not clash:
        return plainly
    return "no plan keeps all of these together; giving up any one makes a plan possible:\n" + "\n".join(
        f"  - {one}" for one in clash
    )
