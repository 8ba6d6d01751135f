"""Services and apps put back on dates alone: what is found holds, is the best on small instances, and the work keeps the dates."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import numpy as np
import pytest

from carveout.plan.apps.closure import Closure
from carveout.plan.apps.instance import Whole
from carveout.plan.apps.prices import best_prices
from carveout.plan.apps.renewal import Tables, renewed
from carveout.plan.apps.work import kept_dates

from .test_small import best_of_all, feasible, holds, made


def never(count: int, periods: int) -> Whole:
    return np.full(count, periods, dtype=np.int64)


def test_from_nothing_the_search_finds_nearly_all_that_the_best_plans_bring() -> None:
    found = best = 0.0
    for seed in range(12):
        it = replace(made(seed), engineers=np.full(4, 1.0 + seed % 4))
        closure = Closure(it)
        bound = best_prices(closure, tolerance=1e-6)
        ready = renewed(
            closure, bound, never(5, 4), until=monotonic() + 60, seed=seed, gap=1e-9, told=lambda _: None, workers=1
        )
        dates, work = kept_dates(it, ready)
        assert (dates == ready).all()
        assert holds(it, dates, work)
        one, most = it.total(dates) - it.at_rest, best_of_all(it) - it.at_rest
        assert one <= most + 1e-9
        found, best = found + one, best + most
    assert found >= 0.97 * best


@pytest.mark.parametrize("seed", range(30))
def test_with_as_many_engineers_always_the_needs_say_exactly_which_dates_can_be_kept(seed: int) -> None:
    it = replace(made(seed), engineers=np.full(4, 1.0 + seed % 5), budget=np.full(4, 1e6), before=[()] * 5)
    closure = Closure(it)
    tables = Tables(closure, best_prices(closure, rounds=1))
    chance = np.random.default_rng(seed)
    for _ in range(10):
        ready = np.maximum(chance.integers(1, 5, 5), it.duration)
        used = tables.used(ready)
        assert bool((used[0, :4] <= tables.most[0, :4] + 1e-9).all()) == feasible(it, ready)
        dates, work = kept_dates(it, ready)
        assert holds(it, dates, work)
        assert (dates == ready).all() == feasible(it, ready)


def test_where_engineers_become_fewer_what_does_not_fit_is_left_out_with_all_that_needs_it() -> None:
    it = replace(
        made(0), engineers=np.array([9.0, 0.1, 0.1, 0.1]), budget=np.full(4, 1e6), effort=np.array([4.0, 1.0, 1.0, 1.0, 1.0]),
        duration=np.array([2, 1, 1, 1, 1]), before=[(), (0,), (), (), ()],
    )  # fmt: skip
    dates, work = kept_dates(it, np.array([2, 2, 1, 1, 1]))
    assert dates.tolist() == [4, 4, 1, 1, 1]
    assert holds(it, dates, work)
