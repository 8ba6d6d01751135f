"""A carrier's plan against trying everything, its bounds, and what is said where there is none."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from time import monotonic

import pytest

from carveout.plan.error import PlanError
from carveout.plan.migration.bound import dollars_bound, finish_bound
from carveout.plan.migration.carrier import Carrier, Money, Placed, Plan
from carveout.plan.migration.cost import Score, score
from carveout.plan.migration.explain import conflicts, why_not
from carveout.plan.migration.first_plan import first_plan
from carveout.plan.migration.profiles import Profiles
from carveout.plan.migration.search import plan_migration

from .carriers import IN_PLACE, PARALLEL, carrier, site


def drawn(seed: int) -> Carrier:
    """Three sites that compete for one crew, in nine weeks."""
    draw = random.Random(seed)
    sites = tuple(
        site(f"S{n}", season=draw.choice(("", "high")), permit=draw.randint(0, 1), structural=draw.choice((0, 0, 1)),
             population=draw.randint(50, 150), sole=draw.randint(0, 20), ways=draw.choice(((0,), (0, 1), (1,))))
        for n in range(2)
    )  # fmt: skip
    money = Money(draw.choice((150, 170, 1000)), 0, draw.choice((0, 20)), 0.5, 2, 1, 1.0, 1.0)
    return carrier(sites, 9, coverage=draw.choice((0.2, 0.6)), money=money, core=draw.randint(0, 3))


def best_of_all(told: Carrier, runways: list[float]) -> Score | None:
    """Every start of every job of every way, judged by the profiles week by week."""
    found: Score | None = None
    weeks = range(told.horizon)
    for core in weeks[: told.horizon - told.core + 1]:
        profiles = Profiles(told)
        profiles.core("", core, -1)
        choices = [list(_places(told, n, core + told.core)) for n in range(len(told.sites))]
        for placed in itertools.product(*choices):
            plan = Plan("core_first", {"": core}, placed)
            made = score(told, plan, runways)
            if (found is None or made < found) and Profiles(told).holds(plan):
                found = made
    return found


def _places(told: Carrier, number: int, ready: int) -> list[Placed]:
    one, found = told.sites[number], []
    opened, weeks = told.open[one.season], told.horizon
    for place in one.ways:
        way = told.ways[place]
        for survey in range(weeks):
            allowed = survey + one.survey + one.permit
            heavy = bool(one.structural) and not way.off_air
            for strengthen in range(allowed, weeks) if heavy else [None]:
                if strengthen is not None and not all(opened[strengthen : strengthen + one.structural]):
                    continue
                since = allowed if strengthen is None else strengthen + one.structural
                for build in range(max(since, told.vendors[way.vendor].lead), weeks - way.build):
                    if not all(opened[build : build + way.build]):
                        continue
                    for cutover in range(max(build + way.build, ready), weeks - way.cutover + 1):
                        if way.off_air and cutover != build + way.build:
                            continue
                        for remove in range(cutover + way.cutover, weeks - way.removal + 1) if way.removal else [None]:
                            late = remove is not None and remove + way.removal - build > told.double_load
                            shut = remove is not None and not all(opened[remove : remove + way.removal])
                            if not late and not shut:
                                found.append(Placed(place, survey, strengthen, build, cutover, remove))
    # Later surveys than needed are never better with a crew of their own each week; keep the search small.
    return [one for one in found if one.survey <= 2]


@pytest.mark.parametrize("seed", range(10))
def test_the_plan_is_as_good_as_the_best_of_all(seed: int) -> None:
    told = drawn(seed)
    runways = [2.5, float("inf")]
    best = best_of_all(told, runways)
    if best is None:
        with pytest.raises(PlanError):
            plan_migration(told, runways, seconds=2)
        return
    found = plan_migration(told, runways, seconds=2, seed=seed)
    assert found.score == best
    assert Profiles(told).holds(found.plan)
    assert found.bounds.finish <= best.finish
    assert found.bounds.dollars <= best.dollars


@pytest.mark.parametrize("seed", range(10, 16))
def test_bounds_are_below_every_plan_that_rules_make(seed: int) -> None:
    told = drawn(seed)
    made = first_plan(told, [3.0, 4.0], until=0, seed=seed)
    if made is not None:
        finish = finish_bound(told, made[1].finish)
        assert finish <= made[1].finish
        assert (
            dollars_bound(told, [3.0, 4.0], finish, made[1].finish, target=made[1].dollars, until=monotonic() + 0.5)
            <= made[1].dollars
        )


def test_a_tower_too_weak_is_strengthened_before_it_carries_both_sets() -> None:
    told = carrier((site("A", structural=2, ways=(1,)),))
    (placed,) = plan_migration(told, [9.0], seconds=1).plan.sites
    assert placed.strengthen is not None
    assert placed.build >= placed.strengthen + 2


def test_nobody_climbs_in_a_closed_week() -> None:
    told = carrier((site("A", season="high", ways=(1,)), site("B", season="high", ways=(1,))))
    for placed in plan_migration(told, [9.0, 9.0], seconds=1).plan.sites:
        assert told.open["high"][placed.build]
        assert placed.remove is not None
        assert told.open["high"][placed.remove]


def test_a_floor_of_coverage_makes_sites_wait_for_each_other() -> None:
    sites = (site("A", ways=(0,)), site("B", ways=(0,)))
    crews = dict.fromkeys(("survey", "structural", "tower", "integration", "core"), (2,) * 14)
    together = plan_migration(carrier(sites, crews=crews, coverage=0.0), [9.0, 9.0], seconds=1)
    apart = plan_migration(carrier(sites, crews=crews, coverage=0.5), [9.0, 9.0], seconds=1)
    assert together.plan.sites[0].build == together.plan.sites[1].build
    first, second = sorted(placed.build for placed in apart.plan.sites)
    assert second >= first + IN_PLACE.build + IN_PLACE.cutover


def test_money_that_comes_back_late_makes_a_site_wait() -> None:
    sites = (site("A", ways=(1,)), site("B", ways=(1,)))
    cost = PARALLEL.cost(3)
    money = Money(cost + 10 + 20, 0, 0, 1.0, 4, 0, 0.0, 0.0)
    poor = plan_migration(carrier(sites, money=money), [99.0, 99.0], seconds=1)
    first, second = sorted(placed.build for placed in poor.plan.sites)
    assert second >= first + 4


def test_a_conflict_names_what_is_asked_and_what_there_is() -> None:
    sites = tuple(site(f"S{n}", ways=(1,)) for n in range(9))
    told = conflicts(carrier(sites), 14)
    assert told == [
        "Before 2022-10-24 there must be at least 18 crew-weeks of building and removing, of which the tower crews have 13 in open weeks."
    ]


def test_demands_that_only_conflict_together_are_told_together() -> None:
    # In place needs little climbing and much time off the air; in parallel it is the other way round.
    sites = tuple(site(f"S{n}", sole=0) for n in range(6))
    tight = carrier(sites, 11, coverage=0.8)
    assert conflicts(carrier(sites, 11, coverage=0.5), 8) == []
    told = conflicts(tight, 8)
    assert len(told) == 1
    assert "these cannot all hold, whatever way each site takes" in told[0]
    assert "tower crews" in told[0]
    assert "coverage of north" in told[0]


def test_a_site_that_cannot_be_done_alone_is_told_with_what_would_help() -> None:
    told = conflicts(carrier((site("Ridge", permit=30),)), 14)
    assert told == ["Site Ridge alone cannot be done before 2022-10-24; it could with a permit in less than 30 weeks."]


def test_a_season_that_never_opens_is_told() -> None:
    closed = carrier((site("Ridge", season="high"),), open={"": (True,) * 14, "high": (False,) * 14})
    assert "an open season instead of 'high'" in why_not(closed, seconds=2)
    with pytest.raises(PlanError, match="Site Ridge alone cannot be done"):
        plan_migration(closed, [9.0], seconds=1)


def test_the_same_seed_makes_the_same_first_plan() -> None:
    told = drawn(1)
    assert first_plan(told, [3.0, 4.0], until=0, seed=5) == first_plan(told, [3.0, 4.0], until=0, seed=5)


def test_what_is_put_in_and_taken_out_leaves_the_profiles_as_they_were(tmp_path: Path) -> None:
    told = drawn(4)
    made = first_plan(told, [3.0, 4.0], until=0)
    assert made is not None
    before, profiles = Profiles(told), Profiles(told)
    profiles.plan(made[0], -1)
    assert not (profiles.cash == before.cash).all()
    profiles.plan(made[0], 1)
    assert (profiles.cash == before.cash).all()
    assert all((profiles.crews[kind] == before.crews[kind]).all() for kind in before.crews)
