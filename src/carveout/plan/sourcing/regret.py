"""Regret on scenarios that the plan was not made for: the plan beside naive policies, against knowing each from the first day.

Held-out leaves are drawn from the posteriors, with other lengths and later days. On each, what a policy settles now is kept
and the rest is done as well as can be with full sight; so each policy looks a little better than it is, all by the same rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from carveout.plan.sourcing.case import Numbers, case_of
from carveout.plan.sourcing.law_tree import held_out
from carveout.plan.sourcing.lawful import Compose, Lawful
from carveout.plan.sourcing.plan_file import Solved
from carveout.plan.sourcing.policy import POLICIES, FirstStage, fixed_cost, informed_cost, leaf_case, naive, settled

PLAN, INFORMED = "the plan", "perfect information"
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy on held-out leaves: costs, mean regret, and what it costs more than the plan on the same leaves; the intervals
    are Student's, of 95 percent. ``limits_lifted``: leaves on which space or the value of stock had to give way."""

    policy: str
    mean_cost: float
    mean_regret: float
    interval_95: tuple[float, float]
    worst_cost: float
    above_plan: float
    above_plan_95: tuple[float, float]
    limits_lifted: int


def regret(solved: Solved, compose: Compose, count: int, seed: int) -> tuple[Policy, ...]:
    """Perfect information, the plan, and the naive policies."""
    problem = solved.problem
    tree = held_out(problem, count, seed)
    case = case_of(problem, tree, Lawful(problem.acts, tree, problem.periods, compose))
    leaves = [leaf_case(case, s) for s in range(count)]
    informed = np.array([informed_cost(one) for one in leaves])
    firsts: dict[str, FirstStage | None] = {PLAN: settled(solved.case, solved.models, solved.solution.x)}
    firsts |= {policy: naive(solved.case, policy, problem.periods.days) for policy in POLICIES}
    costs: dict[str, Numbers] = {INFORMED: informed}
    lifted: dict[str, int] = {INFORMED: 0}
    for name, first in firsts.items():
        made = [fixed_cost(one, first) for one in leaves] if first is not None else [None]
        whole = [one for one in made if one is not None]
        if len(whole) == count:
            costs[name] = np.array([value for value, _ in whole])
            lifted[name] = sum(gave for _, gave in whole)
    return tuple(_policy(name, costs, lifted[name]) for name in costs)


def _policy(name: str, costs: Mapping[str, Numbers], lifted: int) -> Policy:
    own = costs[name]
    over = own - costs[INFORMED]
    above = own - costs.get(PLAN, own)
    return Policy(
        name, float(own.mean()), float(over.mean()), interval(over), float(own.max()), float(above.mean()), interval(above), lifted
    )  # fmt: skip


def interval(values: Numbers) -> tuple[float, float]:
    """The 95 percent interval of a mean (Student's)."""
    n, mean = len(values), float(values.mean())
    if n < 2:
        return mean, mean
    reach = float(student.ppf((1 + SURE) / 2, n - 1)) * float(values.std(ddof=1)) / n**0.5
    return mean - reach, mean + reach
