"""Better plans by search: the order in which services are built is changed, and all else follows from it.

The services are put in one after the other, each as early as it can be, with the engineers that the apps leave; their dates give
what each group of apps brings at the bound's prices (an app is won when it pays). A change takes a set of services that some apps wait
for to another place in the order, all together, for under an AND half a set brings nothing; or it moves one service. Changes
are kept by late acceptance (Burke and Bykov 2017). The best orders become whole plans, with apps won within the true limits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from time import monotonic

import numpy as np
import numpy.typing as npt

from carveout.plan.apps.closure import Closure
from carveout.plan.apps.instance import Numbers, Whole
from carveout.plan.apps.prices import Bound
from carveout.plan.apps.rounding import density, fill, finite_costs, own_projects, rounded
from carveout.plan.apps.schedule import SMALL, Schedule

HISTORY = 60
"""Length of the list of late acceptance."""

ROUND = 1500
"""Changes tried before the best order is made a whole plan and the engineers left to apps are counted again."""


class _Orders:
    """Orders of the shared projects, judged quickly at fixed prices."""

    def __init__(self, closure: Closure, bound: Bound) -> None:
        it = closure.instance
        self.closure, self.it = closure, it
        cost, _ = closure.costs(bound.work, bound.money)
        self.apps, self.base = own_projects(it)
        own = np.zeros(it.projects, dtype=bool)
        own[self.apps] = True
        self.services = np.array([p for p in closure.shared if not own[p]], dtype=np.int64)
        self.place = np.full(it.projects + 1, -1, dtype=np.int64)
        self.place[self.services] = np.arange(len(self.services))
        self._bring(cost, own)
        due = np.append(np.cumsum(bound.money[::-1])[::-1], 0.0)
        self.paid = np.concatenate([[0.0], due[: it.periods - 1], [0.0]])
        shared = self.services
        self.effort = [float(x) for x in it.effort[shared]]
        self.rate = [float(x) for x in it.rate[shared]]
        self.least = [int(x) for x in it.duration[shared]]
        self.money = it.money[shared]
        self.before = [[int(self.place[p]) for p in it.before[project]] for project in shared]
        self.free = [float(x) for x in it.engineers]
        self.order: list[int] = []
        self.states: list[list[float]] = []
        self.dates: list[int] = []

    def _bring(self, cost: Numbers, own: npt.NDArray[np.bool_]) -> None:
        """What each group of gains that wait for the same services brings from a date on, apps paid; and the apps' best days."""
        it, end = self.it, self.it.periods
        profit = it.worth.copy()
        np.subtract.at(profit, self.base, cost[self.apps])
        profit[:, end] = 0.0
        best = np.maximum.accumulate(profit[:, ::-1], axis=1)[:, ::-1]
        self.day = np.full(profit.shape, end, dtype=np.int64)
        for t in range(end - 1, -1, -1):
            self.day[:, t] = np.where(profit[:, t] >= best[:, t + 1], t, self.day[:, t + 1])
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for gain, waits in enumerate(it.waits):
            groups[tuple(sorted(int(self.place[p]) for p in waits if not own[p]))].append(gain)
        sums = {rest: best[gains].sum(axis=0) for rest, gains in groups.items()}
        kept = [rest for rest, brought in sums.items() if rest and brought[1] > 0]
        self.table = np.full((len(kept), max(map(len, kept), default=1)), len(self.services), dtype=np.int64)
        for row, rest in enumerate(kept):
            self.table[row, : len(rest)] = rest
        self.brings = np.array([sums[rest] for rest in kept]).reshape(len(kept), end + 1)
        self.rows = np.arange(len(kept))

    def in_order(self, wish: Sequence[int]) -> list[int]:
        """The wished order with each project after those it needs."""
        seen = bytearray(len(self.before))
        found: list[int] = []
        before = self.before
        for one in wish:
            if seen[one]:
                continue
            stack = [one]
            while stack:
                top = stack[-1]
                missing = [p for p in before[top] if not seen[p]]
                if missing:
                    stack.extend(missing)
                else:
                    stack.pop()
                    if not seen[top]:
                        seen[top] = 1
                        found.append(top)
        return found

    def judge(self, wish: Sequence[int]) -> tuple[float, list[int], list[int], list[list[float]]]:
        """The worth of an order at the prices; with the order, its dates by project and the engineers free before each place."""
        order = self.in_order(wish)
        end = self.it.periods
        held = self.order
        same = 0
        for same, (a, b) in enumerate(zip(order, held, strict=False)):  # noqa: B007
            if a != b:
                break
        else:
            same = min(len(order), len(held))
        states = self.states[:same]
        dates = list(self.dates) if same else [end] * len(order)
        for one in order[same:]:
            dates[one] = end
        free = list(self.states[same]) if same < len(self.states) else list(self.free)
        for one in order[same:]:
            states.append(list(free))
            ready = self._put_in(one, free, dates)
            dates[one] = ready
        days = np.array([*dates, 0], dtype=np.int64)
        latest = days[self.table].max(axis=1)
        worth = float(self.brings[self.rows, latest].sum()) - float(self.money @ self.paid[days[:-1]])
        return worth, order, dates, states

    def _put_in(self, one: int, free: list[float], dates: list[int]) -> int:
        end = self.it.periods
        ready = self.least[one]
        for p in self.before[one]:
            if dates[p] >= end:
                return end
            ready = max(ready, dates[p])
        left, rate = self.effort[one], self.rate[one]
        enough = SMALL * (1 + left)
        taken: list[tuple[int, float]] = []
        for t in range(end - 1):
            if left <= enough:
                break
            part = min(rate, free[t], left)
            if part > 0:
                taken.append((t, part))
                left -= part
                if t + 1 > ready:
                    ready = t + 1
        if left > enough or ready >= end:
            return end
        for t, part in taken:
            free[t] -= part
        return ready

    def _rest(self, ready: Whole) -> Whole:
        """For each app: the date by which all services of its base gain are ready, at least 1."""
        dates = np.append(ready, 0)
        dates[self.apps] = 0
        found: Whole = np.maximum(dates[self.it.table[self.base]].max(axis=1), 1)
        return found

    def _useful(self, dates: Sequence[int]) -> Whole:
        """The services that some group waits for which brings something at these dates, and what they need."""
        latest = np.array([*dates, 0], dtype=np.int64)[self.table].max(axis=1)
        found = np.zeros(len(self.services) + 1, dtype=bool)
        found[self.table[self.brings[self.rows, latest] > 0]] = True
        stack = [int(one) for one in np.flatnonzero(found[:-1])]
        while stack:
            for other in self.before[stack.pop()]:
                if not found[other]:
                    found[other] = True
                    stack.append(other)
        return np.flatnonzero(found[:-1])

    def take(self, order: list[int], dates: list[int], states: list[list[float]]) -> None:
        """Make an order the current one."""
        self.order, self.dates, self.states = order, dates, states

    def by_dates(self, ready: Whole, worth: Numbers) -> list[int]:
        """The services by the dates of a plan, those it leaves out last, by worth."""
        return [int(one) for one in np.lexsort((-worth[self.services], ready[self.services]))]

    def leave_to_apps(self, plan: Schedule) -> None:
        """Set aside the engineers that a plan's apps use; what was judged before is forgotten."""
        used = np.zeros(self.it.periods)
        for project in self.apps:
            for t, part in plan.work.get(int(project), ()):
                used[t] += part
        self.free = [max(float(x), 0.0) for x in self.it.engineers - used]
        self.order, self.dates, self.states = [], [], []

    def whole(self, dates: Sequence[int], order: Sequence[int], cost: Numbers) -> Schedule:
        """A plan in the true limits from an order: services at its dates, apps when they pay, then what still fits."""
        it = self.it
        wanted = np.full(it.projects, it.periods, dtype=np.int64)
        useful = self._useful(dates)
        wanted[self.services[useful]] = np.array(dates, dtype=np.int64)[useful]
        wanted[self.apps] = self.day[self.base, self._rest(wanted)]
        rank = np.empty(it.projects)
        rank[self.services[list(order)]] = np.arange(len(order)) / max(len(order), 1)
        plan = rounded(it, wanted, cost, (self.apps, self.base), rank)
        fill(plan, cost)
        return plan


def improve(
    closure: Closure, bound: Bound, plan: Schedule, *, until: float, seed: int, gap: float, told: Callable[[str], None],
    others: Sequence[Schedule] = (),
) -> Schedule:  # fmt: skip
    """The plan, or a better one, by a moment of the monotonic clock or once within a gap of the bound."""
    it = closure.instance
    orders = _Orders(closure, bound)
    if not len(orders.services):
        return plan
    cost = finite_costs(closure, bound)
    worth = density(it, cost)
    chance = np.random.default_rng(seed)
    best = plan
    wish = orders.by_dates(plan.ready, worth)
    orders.leave_to_apps(plan)
    idle = 0
    while monotonic() < until and best.total < bound.value * (1 - gap) and idle < 12:
        value, order, dates, states = orders.judge(wish)
        orders.take(order, dates, states)
        top = (value, order, dates)
        history = [value] * HISTORY
        for turn in range(ROUND):
            if turn % 50 == 0 and monotonic() >= until:
                break
            tried = orders.judge(_changed(orders, chance))
            if tried[0] >= min(history[turn % HISTORY], value) or tried[0] >= value:
                value = tried[0]
                orders.take(*tried[1:])
                if value > top[0]:
                    top = (value, tried[1], tried[2])
            history[turn % HISTORY] = value
        found = orders.whole(top[2], top[1], cost)
        wish = top[1]
        if found.total > best.total:
            best, idle = found, 0
            told(f"plan {best.total:,.0f} of at most {bound.value:,.0f}")
        else:
            idle += 1
        orders.leave_to_apps(found)
    return best


def _changed(orders: _Orders, chance: np.random.Generator) -> list[int]:
    """The current order with one change: a set that apps wait for, or one service, goes to another place."""
    order = orders.order
    count = len(order)
    kind = chance.random()
    if kind < 0.5 and len(orders.table):
        row = orders.table[int(chance.integers(len(orders.table)))]
        moved = [int(one) for one in row if one < count]
    elif kind < 0.85:
        moved = [order[int(chance.integers(count))]]
    else:
        start = int(chance.integers(count))
        moved = order[start : start + 1 + int(chance.integers(4))]
    gone = set(moved)
    places = [place for place, one in enumerate(order) if one in gone]
    kept = [one for one in order if one not in gone]
    moved = [order[place] for place in places]
    far = chance.random()
    if far < 0.15:
        to = len(kept)
    elif far < 0.6:
        to = int(np.clip(places[0] + int(chance.normal(0, 8)), 0, len(kept)))
    else:
        to = int(chance.integers(len(kept) + 1))
    return kept[:to] + moved + kept[to:]
