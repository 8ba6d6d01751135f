"""Small instances against trying everything: the bound holds, the integer search is exact, every plan is feasible."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from carveout.plan.apps.closure import Closure
from carveout.plan.apps.instance import Instance, Numbers, Whole
from carveout.plan.apps.mip import solve_mip
from carveout.plan.apps.naive import greedy, guarantee, random_order
from carveout.plan.apps.planner import plan
from carveout.plan.apps.prices import best_prices

SEEDS = range(12)


def made(seed: int, *, projects: int = 5, periods: int = 4, gains: int = 6) -> Instance:
    """A random instance that can be tried out: five projects, some needing others, gains waiting for one to three."""
    chance = np.random.default_rng(seed)
    before = [tuple(int(p) for p in range(j) if chance.random() < 0.15) for j in range(projects)]
    value = np.round(chance.uniform(0, 10, (gains, periods)), 1)
    waits = [
        tuple(sorted(chance.choice(projects, int(chance.integers(1, 4)), replace=False).tolist())) for _ in range(gains)
    ]
    return Instance(
        effort=np.round(chance.uniform(0, 5, projects), 1) * (chance.random(projects) < 0.8),
        duration=chance.integers(1, 3, projects), money=np.round(chance.uniform(0, 4, projects), 1), before=before, value=value,
        waits=waits, engineers=np.round(chance.uniform(1, 5, periods), 1), budget=np.round(chance.uniform(0, 3, periods), 1),
        kept=np.round(chance.uniform(0, 5, periods), 1), users=np.full(periods, 100.0), weight=np.full(periods, 1.0 / periods),
    )  # fmt: skip


def feasible(it: Instance, ready: Whole) -> bool:
    """Whether some work makes the dates hold: limits, durations, order, money; the work by a linear program."""
    end = it.periods
    for j in range(it.projects):
        if ready[j] < end and (ready[j] < it.duration[j] or any(ready[p] > ready[j] for p in it.before[j])):
            return False
    for t in range(end):
        if (
            sum(it.money[j] for j in range(it.projects) if ready[j] <= min(t + 1, end - 1))
            > it.budget[: t + 1].sum() + 1e-9
        ):
            return False
    done = [j for j in range(it.projects) if ready[j] < end and it.effort[j] > 0]
    if not done:
        return True
    count = len(done) * end
    limits = [(0, it.rate[j] if t < ready[j] else 0) for j in done for t in range(end)]
    whole = np.kron(np.eye(len(done)), np.ones(end))
    each = np.kron(np.ones(len(done)), np.eye(end))
    found = linprog(np.zeros(count), A_eq=whole, b_eq=it.effort[done], A_ub=each, b_ub=it.engineers, bounds=limits)
    return bool(found.status == 0)


def best_of_all(it: Instance) -> float:
    """The most any plan keeps, all dates of all projects tried."""
    return max(
        it.total(np.array(ready))
        for ready in product(range(1, it.periods + 1), repeat=it.projects)
        if feasible(it, np.array(ready))
    )


def holds(it: Instance, ready: Whole, work: Numbers) -> bool:
    """Whether a plan keeps every limit as it stands."""
    done = ready < it.periods
    early = np.arange(it.periods)[None, :] < ready[:, None]
    due = np.bincount(ready[done] - 1, weights=it.money[done], minlength=it.periods)[: it.periods]
    return bool(
        (work >= -1e-9).all() and np.allclose((work * early).sum(axis=1)[done], it.effort[done], atol=1e-6)
        and (work <= it.rate[:, None] + 1e-6).all() and (work.sum(axis=0) <= it.engineers + 1e-6).all()
        and (ready[done] >= it.duration[done]).all() and (np.cumsum(due) <= it.income + 1e-6).all()
        and all(ready[p] <= ready[j] for j in np.flatnonzero(done) for p in it.before[j])
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_holds_and_the_search_finds_the_best(seed: int) -> None:
    it = made(seed)
    best = best_of_all(it)
    bound = best_prices(Closure(it), tolerance=1e-6)
    assert bound.value >= best - 1e-6
    solved = solve_mip(it, seconds=10)
    assert solved is not None
    assert solved.total == pytest.approx(best, abs=1e-6)
    assert solved.bound >= best - 1e-4
    found = plan(it, seconds=5, seed=seed)
    assert found.total == pytest.approx(best, rel=2e-4)
    assert holds(it, found.ready, found.work)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_prices_give_a_bound(seed: int) -> None:
    it = made(seed)
    best, closure = best_of_all(it), Closure(it)
    chance = np.random.default_rng(seed)
    for _ in range(20):
        work, money = chance.exponential(1.0, it.periods), chance.exponential(1.0, it.periods)
        assert closure.solve(work, money).bound >= best - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_closure_is_the_best_plan_at_its_prices(seed: int) -> None:
    """Against trying all dates, with work in the cheapest periods."""
    it = made(seed, projects=4)
    chance = np.random.default_rng(seed + 100)
    work, money = chance.exponential(0.5, it.periods), chance.exponential(0.5, it.periods)

    def cost(j: int, ready: int) -> float:
        if ready >= it.periods:
            return 0.0
        if ready < it.duration[j]:
            return np.inf
        cheapest = np.sort(work[:ready])[: it.duration[j]].sum()
        return float(it.rate[j] * cheapest + it.money[j] * money[ready - 1 :].sum())

    best = max(
        it.total(np.array(ready)) - sum(cost(j, r) for j, r in enumerate(ready))
        for ready in product(range(1, it.periods + 1), repeat=it.projects)
        if all(ready[p] <= ready[j] for j in range(it.projects) if ready[j] < it.periods for p in it.before[j])
    )
    limits = float(work @ it.engineers) + float(money @ it.income)
    assert Closure(it).solve(work, money).bound == pytest.approx(best + limits, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_engineers_or_money_never_lower_the_bound(seed: int) -> None:
    it = made(seed)
    more = Instance(**{**it.__dict__, "engineers": it.engineers + 1, "budget": it.budget + 1})
    assert best_prices(Closure(more), tolerance=1e-7).value >= best_prices(Closure(it), tolerance=1e-7).value * (
        1 - 1e-6
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_where_gains_add_up_under_one_limit_greedy_keeps_its_promise(seed: int) -> None:
    chance = np.random.default_rng(seed)
    it = Instance(
        effort=np.zeros(6), duration=np.ones(6, dtype=np.int64), money=np.round(chance.uniform(1, 5, 6), 1), before=[()] * 6,
        value=np.round(chance.uniform(0, 9, (6, 2)), 1), waits=[(j,) for j in range(6)], engineers=np.zeros(2),
        budget=np.array([8.0, 0.0]), kept=np.zeros(2), users=np.full(2, 60.0), weight=np.array([0.0, 1.0]),
    )  # fmt: skip
    best = best_of_all(it)
    single = max(float(it.value[j, 1]) for j in range(6) if it.money[j] <= 8.0)
    assert "32 percent" in guarantee(it)
    assert max(greedy(it).total, single) >= (1 - 1 / np.e) / 2 * best


def test_under_an_and_nothing_is_promised_and_a_random_order_can_be_far_off() -> None:
    it = Instance(
        effort=np.zeros(3), duration=np.ones(3, dtype=np.int64), money=np.array([1.0, 1.0, 0.1]), before=[(), (), ()],
        value=np.array([[0.0, 100.0], [0.0, 6.0]]), waits=[(0, 1), (2,)], engineers=np.zeros(2), budget=np.array([2.0, 0.0]),
        kept=np.zeros(2), users=np.full(2, 106.0), weight=np.array([0.0, 1.0]),
    )  # fmt: skip
    assert guarantee(it).startswith("none: 1 of 2 gains")
    assert greedy(it).total == 6.0  # the small gain has the better ratio, and then the large one does not fit
    assert plan(it, seconds=2).total == pytest.approx(100.0)
    assert {random_order(it, seed).total for seed in range(8)} == {6.0, 100.0}


def test_the_same_seed_gives_the_same_plan() -> None:
    it = made(3, projects=5, gains=8)
    one, other = plan(it, seconds=20, seed=4), plan(it, seconds=20, seed=4)
    assert (one.ready == other.ready).all()
    assert one.bound == other.bound


def test_nothing_to_do_is_a_plan() -> None:
    it = Instance(
        effort=np.zeros(0), duration=np.zeros(0, dtype=np.int64), money=np.zeros(0), before=[], value=np.zeros((0, 3)), waits=[],
        engineers=np.ones(3), budget=np.ones(3), kept=np.ones(3), users=np.ones(3), weight=np.full(3, 1 / 3),
    )  # fmt: skip
    found = plan(it, seconds=1)
    assert found.total == pytest.approx(1.0)
    assert found.gap == pytest.approx(0.0, abs=1e-9)
