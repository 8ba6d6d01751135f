"""What a plan is worth: frontier, regret on scenarios it was not made for, the value of waiting."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from carveout.plan.sourcing.analysis import frontier
from carveout.plan.sourcing.plan_file import Solved
from carveout.plan.sourcing.planning import planned
from carveout.plan.sourcing.regret import INFORMED, PLAN, interval, regret
from carveout.plan.sourcing.waiting import value_of_waiting
from tests.plan.sourcing.small import composed, small_problem


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Solved:
    return planned(small_problem(tmp_path_factory.mktemp("sourcing"), 5, license=True), composed)


def test_along_the_frontier_expected_cost_rises_and_the_worst_cases_get_cheaper(solved: Solved) -> None:
    points = frontier(solved)
    assert [point.risk for point in points] == sorted({0.0, 0.25, 0.5, 0.75, 0.95, solved.case.risk})
    slack = 2 * solved.problem.aim.gap
    for left, right in itertools.pairwise(points):
        assert right.expected >= left.expected * (1 - slack)
        assert right.cvar <= left.cvar * (1 + slack)


def test_nothing_does_better_than_perfect_information_and_the_plan_no_worse_than_the_naive(solved: Solved) -> None:
    found = {one.policy: one for one in regret(solved, composed, 12, 77)}
    informed, plan = found.pop(INFORMED), found.pop(PLAN)
    assert informed.mean_regret == 0
    assert set(found) == {"do nothing", "stock twelve months", "dual-source everything"}
    for one in (plan, *found.values()):
        assert one.mean_regret >= -1e-6 * informed.mean_cost
        assert one.interval_95[0] <= one.mean_regret <= one.interval_95[1]
        assert one.mean_cost - informed.mean_cost == pytest.approx(one.mean_regret)
        assert one.above_plan == pytest.approx(one.mean_cost - plan.mean_cost)
    assert plan.mean_regret <= min(one.mean_regret for one in found.values()) + 1e-6 * informed.mean_cost


def test_the_interval_of_a_mean_is_students() -> None:
    # 1, 2, 3: mean 2, standard error 1 / sqrt(3), t(0.975, 2) = 4.302652729911275.
    low, high = interval(np.array([1.0, 2.0, 3.0]))
    assert (high - low) / 2 == pytest.approx(4.302652729911275 / 3**0.5)
    assert low + high == pytest.approx(4.0)


def test_starts_that_may_follow_what_becomes_public_are_worth_something_or_nothing_never_less(solved: Solved) -> None:
    waiting = value_of_waiting(solved)
    low, high = waiting.worth_within
    assert 0 <= low <= waiting.worth + 1e-6
    assert waiting.worth <= high + 1e-6
    for one in waiting.put_off:
        assert one.at_least <= one.costs + 1e-6
        if waiting.free_until is not None and one.until <= waiting.free_until:
            assert one.costs <= solved.problem.aim.gap * solved.solution.value
    assert all(one.free_until >= one.planned for one in waiting.starts)
