"""From a file of inputs to a solved plan: the steps in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from carveout.plan.sourcing.case import Case, case_of
from carveout.plan.sourcing.conflict import conflicts
from carveout.plan.sourcing.decompose import Progress, Stop, solve
from carveout.plan.sourcing.error import Infeasible
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
    path: Path,
    compose: Compose,
    *,
    seconds: float = np.inf,
    tell: Callable[[Progress], None] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Solved:
    """The plan of a file of inputs. ``seconds`` are for all of it: reading, asking the engine, and the search; ``tell`` hears of
    the rounds of the search, ``say`` how long the engine was asked.

    Raises:
        PlanError: inputs that cannot be read, or that no plan fits.
    """
    began = time.monotonic()
    problem = read_problem(path)
    tree, lawful, case = prepared(problem, compose)
    say(
        f"The engine was asked {lawful.asked:,} times about {len(problem.acts)} acts in {len(tree.leaves)} scenarios; "
        f"{time.monotonic() - began:.1f} s so far"
    )
    links = Links(case)
    models = tuple(part_model(case, part, links) for part in case.parts)
    stop = Stop(gap=problem.aim.gap, seconds=seconds)
    try:
        solution = solve(case, stop, seed=problem.aim.seed, links=links, models=models, tell=tell, began=began)
    except Infeasible as error:
        raise Infeasible(_why(case, str(error))) from None
    return Solved(problem, tree, lawful, case, links, models, solution)


def _why(case: Case, plainly: str) -> str:
    """Why no plan fits: what cannot be kept together, or what the solver said where a plan exists and was not found in time."""
    clashes = conflicts(case)
    if not clashes:
        return plainly
    told = [
        "no plan keeps all of these together, whatever else is given up; without any one of them the others can be kept:\n"
        + "\n".join(f"  - {one}" for one in clash)
        for clash in clashes
    ]
    return "\n".join(told)
