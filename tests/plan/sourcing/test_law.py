"""The tree of the law, the chances of its events, and what the engine says of acts by period and leaf."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from carveout.plan.error import PlanError
from carveout.plan.sourcing.chance import base_rate, posterior
from carveout.plan.sourcing.law_tree import grow, held_out
from carveout.plan.sourcing.lawful import Lawful
from carveout.plan.sourcing.problem import read_problem
from tests.plan.sourcing.small import composed, small_problem

KNOWN = date(2019, 11, 1)


def test_a_license_chance_is_the_posterior_of_the_published_counts() -> None:
    chance = base_rate("huawei-licenses-2020-2021", None, KNOWN)
    assert chance.observations == 163
    assert chance.mean[0] == pytest.approx(113.5 / 164)
    low, high = chance.interval(0)
    assert low < chance.mean[0] < high
    assert chance.holds_for == "2020-11-09 to 2021-04-20"
    assert any("later than 2019-11-01" in caution for caution in chance.cautions)


def test_renewals_count_as_they_were_public_and_few_are_said_to_be_few() -> None:
    days = [0, 45, 90, 180]
    early, late = base_rate("tgl-renewals", days, KNOWN), base_rate("tgl-renewals", days, date(2020, 8, 21))
    assert (early.counts, late.counts) == ((0, 0, 1, 0), (1, 2, 3, 0))
    assert early.mean[2] == pytest.approx(1.5 / 3)
    assert any("few" in caution for caution in early.cautions)
    assert sum(late.mean) == pytest.approx(1)
    assert posterior([20, 5], "mine").cautions == ()


def test_a_rate_of_the_wrong_kind_or_name_is_refused() -> None:
    with pytest.raises(PlanError, match="renewals are for extensions"):
        base_rate("tgl-renewals", None, KNOWN)
    with pytest.raises(PlanError, match="no base rate 'tgl'"):
        base_rate("tgl", None, KNOWN)


def test_the_leaves_are_all_ways_through_the_events_and_their_chances_add_up(tmp_path: Path) -> None:
    tree = grow(read_problem(small_problem(tmp_path, license=True)))
    assert len(tree.leaves) == 3 * 2
    assert sum(leaf.probability for leaf in tree.leaves) == pytest.approx(1)
    assert {leaf.public(date(2019, 11, 19)) for leaf in tree.leaves} == {()}
    assert len({leaf.public(date(2019, 11, 20)) for leaf in tree.leaves}) == 3
    assert len({leaf.public(date(2020, 1, 6)) for leaf in tree.leaves}) == 6


def test_before_a_late_extension_is_public_its_license_has_lapsed(tmp_path: Path) -> None:
    problem = read_problem(small_problem(tmp_path, license=True))
    tree = grow(problem)
    lawful = Lawful(problem.acts, tree, problem.periods, composed)
    ninety = next(leaf for leaf in tree.leaves if "90" in leaf.name)
    none = next(leaf for leaf in tree.leaves if "not extended" in leaf.name)
    # Periods of 14 days from 2019-11-04: the second holds the 19th, on which nothing was public yet.
    assert [lawful.in_period("us", ninety, t).lawful for t in range(8)] == [
        True,
        False,
        True,
        True,
        True,
        True,
        True,
        False,
    ]
    assert [lawful.in_period("us", none, t).lawful for t in range(8)] == [True, *[False] * 7]
    answer = lawful.in_period("us", ninety, 2)
    assert (answer.relies_on, answer.through) == (("ear/744.supp7/c1",), date(2020, 2, 16))
    assert lawful.in_period("us", none, 3).barred_by == ("ear/744.11/entity-list",)


def test_what_is_not_settled_is_not_allowed_and_a_license_frees_from_the_day_it_is_public(tmp_path: Path) -> None:
    problem = read_problem(small_problem(tmp_path, license=True))
    tree = grow(problem)
    lawful = Lawful(problem.acts, tree, problem.periods, composed)
    for leaf in tree.leaves:
        assert not any(lawful.in_period("unknown", leaf, t).lawful for t in range(8))
        approved = "license approved" in leaf.name
        # It is public on 2020-01-06, within the fifth period: on the first days of that nobody could know.
        assert [lawful.in_period("sale", leaf, t).lawful for t in (3, 4, 5, 6)] == [False, False, approved, approved]
        assert lawful.in_period("free", leaf, 5).outcome == "not_subject"


def test_units_moved_from_day_to_day_say_what_rows_composed_anew_say(tmp_path: Path) -> None:
    problem = read_problem(small_problem(tmp_path, license=True))
    tree = grow(problem)
    lawful = Lawful(problem.acts, tree, problem.periods, composed)
    random = np.random.default_rng(4)
    for _ in range(25):
        act, period = str(random.choice(list(problem.acts))), int(random.integers(8))
        leaf = tree.leaves[int(random.integers(len(tree.leaves)))]
        days = [problem.periods.first(period) + timedelta(days=n) for n in range(14)]
        each = [
            lawful.on_day(lawful.row(act, licensed=lawful.has_license(act, leaf, day)), tree.view(leaf.overlays(day)), day)
            for day in days
        ]  # fmt: skip
        decides = next((one for one in each if not one.lawful), each[-1])
        told = lawful.in_period(act, leaf, period)
        assert (told.lawful, told.outcome, told.relies_on, told.barred_by) == (
            decides.lawful, decides.outcome, decides.relies_on, decides.barred_by
        )  # fmt: skip


def test_held_out_leaves_are_other_ways_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    problem = read_problem(small_problem(tmp_path, license=True))
    first, second = held_out(problem, 12, 5), held_out(problem, 12, 5)
    assert [leaf.steps for leaf in first.leaves] == [leaf.steps for leaf in second.leaves]
    known = {leaf.steps for leaf in grow(problem).leaves}
    assert any(leaf.steps not in known for leaf in first.leaves)
    assert all(step.day >= date(2019, 11, 20) for leaf in first.leaves for step in leaf.steps)
