"""Expected cost and CVaR of a cost per leaf."""

from __future__ import annotations

import numpy as np

from carveout.plan.sourcing.case import Case, Numbers


def objective_value(case: Case, cost: Numbers) -> float:
    """The aim of a plan with a cost per leaf: expected cost and CVaR, weighed."""
    expected = float(case.probability @ cost)
    return expected if not case.risk else (1 - case.risk) * expected + case.risk * cvar(case, cost)


def cvar(case: Case, cost: Numbers) -> float:
    """The mean cost of the worst ``1 - tail`` of probability."""
    left, total = 1 - case.tail, 0.0
    for s in np.argsort(-cost, kind="stable"):
        taken = min(left, float(case.probability[s]))
        total, left = total + taken * float(cost[s]), left - taken
        if left <= 1e-15:
            break
    return total / (1 - case.tail)
