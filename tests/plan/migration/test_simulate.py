"""Futures of a plan: with nothing drawn they are the plan itself, with more drawn they only come later."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.plan.migration.carrier import Carrier, Extension, Plan, Risk
from carveout.plan.migration.search import plan_migration
from carveout.plan.migration.simulate import Futures, interval, simulate

from .carriers import carrier, site


def planned() -> tuple[Carrier, Plan]:
    told = carrier(tuple(site(f"S{n}", season="high", structural=n % 2) for n in range(3)), 24)
    return told, plan_migration(told, [9.0] * 3, seconds=1).plan


def test_where_nothing_is_drawn_every_future_is_the_plan() -> None:
    told, plan = planned()
    assert set(simulate(told, plan, runs=5).finishes) == {plan.finish(told)}


def test_weather_and_slips_never_make_it_sooner_and_do_make_it_later() -> None:
    told, plan = planned()
    rough = replace(told, risk=Risk(0.3, (0, 2, 6), (0, 1, 3)))
    found = simulate(rough, plan, runs=40).finishes
    assert min(found) >= plan.finish(told)
    assert max(found) > plan.finish(told)


def test_the_same_seed_draws_the_same_futures() -> None:
    told, plan = planned()
    rough = replace(told, risk=Risk(0.3, (0, 2, 6), (0, 1, 3)))
    assert simulate(rough, plan, runs=10, seed=3) == simulate(rough, plan, runs=10, seed=3)
    assert simulate(rough, plan, runs=10, seed=3) != simulate(rough, plan, runs=10, seed=4)


def test_extensions_add_what_they_would_catch_at_their_odds() -> None:
    told = carrier((site("A"),), 14, extensions=(Extension(1, 0.5), Extension(1, 0.5)))
    futures = Futures((10, 14, 16, 20, 40))
    assert futures.chance(told.due)["share"] == pytest.approx(0.4)
    # Week 16 is caught by the first extension (odds 0.5), week 20 by the second (0.25), week 40 by none.
    assert futures.with_extensions(told) == pytest.approx(0.4 + 0.5 * 0.2 + 0.25 * 0.2)


@given(st.integers(1, 500).flatmap(lambda runs: st.tuples(st.integers(0, runs), st.just(runs))))
def test_an_interval_holds_its_share(told: tuple[int, int]) -> None:
    found = interval(*told)
    assert 0 <= found["low"] <= found["share"] + 1e-9
    assert found["share"] - 1e-9 <= found["high"] <= 1


def test_the_interval_is_that_of_wilson() -> None:
    found = interval(8, 10)
    assert (found["low"], found["high"]) == pytest.approx((0.4902, 0.9433), abs=1e-4)
