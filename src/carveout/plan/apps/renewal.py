"""Better plans by taking services and apps out and putting them back, on dates alone (:mod:`carveout.plan.apps.work` keeps them)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock, Thread
from time import monotonic

import numpy as np

from carveout.plan.apps import kernel
from carveout.plan.apps.closure import Closure
from carveout.plan.apps.instance import Instance, Numbers, Whole
from carveout.plan.apps.prices import Bound
from carveout.plan.apps.rounding import own_projects

HOT, COLD = 2e-4, 1e-6
"""Shares of the bound by which a plan may get worse at the beginning, and at the end."""

CHUNK = 0.2
"""Seconds between two looks at the clock."""

PATIENCE, LEAST = 4_000, 10_000
"""Rounds without a better plan after which a search ends: so many for each service, and at least."""


class Tables:
    """An instance as arrays for the kernel, with what projects cost at the prices of a bound."""

    def __init__(self, closure: Closure, bound: Bound) -> None:
        it = closure.instance
        self.it = it
        cost, _ = closure.costs(bound.work, bound.money)
        finite = np.where(np.isfinite(cost), cost, 0.0)
        worst = finite.max(axis=1, keepdims=True)
        self.cost = np.where(np.isfinite(cost), cost, worst)  # never asked for: too soon for the project
        self.cost[:, it.periods] = worst[:, 0]
        self.own = np.zeros(it.projects, dtype=bool)
        self.own[own_projects(it)[0]] = True
        self.services = np.flatnonzero(~self.own).astype(np.int64)
        self.waits, self.gains = _flat(it.waits), _flat(_turned(it.waits, it.projects))
        self.before, self.after = _flat(it.before), _flat(_turned(it.before, it.projects))
        self.most = np.zeros((2, it.periods + 1))
        self.most[0, 1:] = np.cumsum(it.engineers)
        self.most[1, : it.periods] = it.income

    def used(self, ready: Whole) -> Numbers:
        """(2, T + 1): the work that must be done in the first periods, and the money due by each."""
        it, end = self.it, self.it.periods
        found = np.zeros((2, end + 1))
        done = ready < end
        for s in range(1, end):
            held = np.clip(it.duration - np.maximum(0, ready - s), 0, it.duration)
            found[0, s] = float((it.rate * held)[done].sum())
        found[1, :end] = np.cumsum(np.bincount(ready[done] - 1, weights=it.money[done], minlength=end)[:end])
        return found


def _flat(lists: Sequence[Sequence[int]]) -> tuple[Whole, Whole]:
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    return offsets, np.array([other for one in lists for other in one] or [0], dtype=np.int64)


def _turned(lists: Sequence[Sequence[int]], count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for place, one in enumerate(lists):
        for other in one:
            found[other].append(place)
    return found


class _Best:
    def __init__(self, ready: Whole, total: float) -> None:
        self.ready, self.total, self.lock = ready, total, Lock()
        self.stale = 0

    def offer(self, ready: Whole, total: float) -> bool:
        with self.lock:
            if total <= self.total * (1 + 1e-12):
                return False
            self.ready, self.total, self.stale = ready.copy(), total, 0
            return True


def renewed(
    closure: Closure, bound: Bound, ready: Whole, *, until: float, seed: int, gap: float, told: Callable[[str], None], workers: int = 2
) -> Whole:  # fmt: skip
    """The dates (J), or better ones, by a moment of the monotonic clock or once within a gap of the bound."""
    tables = Tables(closure, bound)
    if not len(tables.services) or not len(tables.it.waits):
        return ready
    best = _Best(ready, tables.it.total(ready))
    threads = [
        Thread(target=_searcher, args=(tables, best, bound.value, until, seed + 7919 * n, gap, told), daemon=True)
        for n in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return best.ready


def _searcher(
    tables: Tables, best: _Best, bound: float, until: float, seed: int, gap: float, told: Callable[[str], None]
) -> None:
    it, chance, begun = tables.it, np.random.default_rng(seed), monotonic()
    rounds, date, mine = 20, best.ready.copy(), best.ready.copy()
    patience = max(LEAST, PATIENCE * len(tables.services))
    while (now := monotonic()) < until and best.total < bound * (1 - gap) and best.stale < patience:
        share = (now - begun) / (until - begun)
        used, gains_date = tables.used(date), it.dates(date)
        _, record = kernel.renew(
            int(chance.integers(1 << 31)), rounds, bound * HOT * (COLD / HOT) ** share, date, gains_date, it.total(date), used, tables.most,
            it.rate, it.duration, it.money, tables.cost, it.worth, tables.own, tables.services, *tables.waits, *tables.gains, *tables.before,
            *tables.after, mine,
        )  # fmt: skip
        took = max(1e-4, monotonic() - now)
        best.stale += rounds
        rounds = max(5, min(1_000_000, round(rounds * min(4.0, max(0.25, CHUNK / took)))))
        if record > best.total and best.offer(mine, record):
            told(f"plan {record:,.0f} of at most {bound:,.0f}")
        elif best.total - it.total(date) > 5 * bound * HOT * (COLD / HOT) ** share:
            date = best.ready.copy()


def warm() -> None:
    """Compile, or load what was compiled before, by moving two projects once."""
    it = Instance(
        np.ones(2), np.ones(2, dtype=np.int64), np.ones(2), [(), ()], np.ones((1, 3)), [(0, 1)], np.ones(3), np.ones(3), np.zeros(3),
        np.ones(3), np.ones(3),
    )  # fmt: skip
    closure, ready = Closure(it), np.full(2, 3, dtype=np.int64)
    bound = Bound(4.0, np.ones(3), np.ones(3), 0.0, ())
    tables, mine = Tables(closure, bound), ready.copy()
    kernel.renew(
        0, 1, 1.0, ready, it.dates(ready), 0.0, tables.used(ready), tables.most, it.rate, it.duration, it.money, tables.cost, it.worth,
        tables.own, tables.services, *tables.waits, *tables.gains, *tables.before, *tables.after, mine,
    )  # fmt: skip
