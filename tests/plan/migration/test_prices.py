"""Bounds at prices, against trying everything; and sites put back, against the profiles week by week."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from carveout.plan.migration.carrier import KINDS, Placed, Plan
from carveout.plan.migration.cost import score
from carveout.plan.migration.first_plan import first_plan
from carveout.plan.migration.prices import Ascent, Relaxation
from carveout.plan.migration.profiles import Profiles
from carveout.plan.migration.renewal import Renewal, Tables

from .carriers import carrier, site
from .test_plan import best_of_all, drawn

RUNWAYS = [2.5, float("inf")]


@pytest.mark.parametrize("seed", range(8))
def test_at_any_prices_the_bound_is_below_the_best_plan(seed: int) -> None:
    told = drawn(seed)
    best = best_of_all(told, RUNWAYS)
    if best is None:
        return
    relaxed = Relaxation(told, RUNWAYS, "core_first", best.finish)
    overhead = best.finish * told.money.overhead * 1000
    chance = np.random.default_rng(seed)
    for heat in (0.0, 1.0, 1e3, 1e5):
        prices = chance.random(relaxed.limits.shape) * heat
        assert relaxed.solve(prices).bound + overhead <= best.dollars * (1 + 1e-9)
    bound = Ascent(relaxed, float(best.dollars - overhead)).run(until=1e18, rounds=80)
    assert relaxed.solve(np.zeros_like(relaxed.limits)).bound <= bound <= best.dollars - overhead + 1e-3


def test_prices_prove_what_work_added_up_cannot() -> None:
    # One crew climbs in odd weeks only; a build of two weeks never fits, though there are weeks enough.
    told = carrier((site("A", season="odd", ways=(0,)),), open={"": (True,) * 14, "odd": (True, False) * 7})
    long = Relaxation(told, RUNWAYS, "core_first", 14)
    assert np.isfinite(long.solve(np.zeros_like(long.limits)).bound)
    way = told.ways[0]
    slow = carrier(told.sites, ways=(type(way)("in place", "North", 2, 1, 1, 0, True, 50, 10),), open=told.open)
    assert Relaxation(slow, RUNWAYS, "core_first", 14).solve(np.zeros_like(long.limits)).bound == np.inf


def test_of_one_site_alone_the_bound_is_exact() -> None:
    for seed, ways in itertools.product(range(3), ((0,), (1,), (0, 1))):
        told = carrier((site("A", structural=seed, permit=seed, ways=ways),), 9, coverage=0.0)
        best = best_of_all(told, [1.0])
        assert best is not None
        relaxed = Relaxation(told, [1.0], "core_first", best.finish)
        bound = relaxed.solve(np.zeros_like(relaxed.limits)).bound
        assert bound + best.finish * told.money.overhead * 1000 == best.dollars


@pytest.mark.parametrize("seed", range(8))
def test_sites_put_back_keep_every_rule_and_find_the_best(seed: int) -> None:
    told = drawn(seed)
    best, start = best_of_all(told, RUNWAYS), first_plan(told, RUNWAYS, until=0)
    if best is None or start is None:
        return
    one = Renewal(Tables(told, RUNWAYS), start[0], seed)
    one.rounds, found = 300, start[1]
    for due in range(start[1].finish, best.finish - 1, -1):
        if not one.run(due=due, heat=50.0, until=0.0):
            continue
        made = one.plan()
        assert Profiles(told).holds(made)
        assert all(_in_order(told, made, n) for n in range(len(told.sites)))
        found = min(found, score(told, made, RUNWAYS))
    assert found >= best


def _in_order(told: object, plan: Plan, n: int) -> bool:
    from carveout.plan.migration.carrier import Carrier

    assert isinstance(told, Carrier)
    one, placed = told.sites[n], plan.sites[n]
    way = told.ways[placed.way]
    allowed = placed.survey + one.survey + one.permit
    if placed.strengthen is not None:
        if placed.strengthen < allowed:
            return False
        allowed = placed.strengthen + one.structural
    soon = placed.build >= max(allowed, told.vendors[way.vendor].lead)
    cut = placed.cutover >= placed.build + way.build and (not way.off_air or placed.cutover == placed.build + way.build)
    gone = placed.remove is None or placed.remove >= placed.cutover + way.cutover
    double = placed.remove is None or placed.remove + way.removal - placed.build <= told.double_load
    climbs = all(told.open[one.season][week] for week in range(placed.build, placed.build + way.build))
    return soon and cut and gone and double and climbs


def test_what_the_kernel_leaves_free_is_what_the_profiles_do() -> None:
    told = drawn(4)
    made = first_plan(told, RUNWAYS, until=0)
    assert made is not None
    one = Renewal(Tables(told, RUNWAYS), made[0], 1)
    profiles = Profiles(told)
    profiles.plan(made[0], -1)
    for row, kind in enumerate(KINDS):
        assert (one.left[row, : told.horizon] == profiles.crews[kind]).all()
    assert (one.left[-1, : told.horizon] == profiles.cash).all()
    assert (one.left[-2, : told.horizon] == profiles.calls).all()
    assert Placed(*[None if cell < 0 else int(cell) for cell in one.at[0]]) == made[0].sites[0]  # type: ignore[arg-type]
