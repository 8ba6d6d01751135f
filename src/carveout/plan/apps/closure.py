"""The best plan at given prices: a largest closure, found as a smallest cut.

Let an engineer-month of each period and money by each period have a price, and drop the limits. What is left decides for
every project when it is ready, if ever; a gain from period t on needs its projects by t. This is the selection of a largest
closure (Picard 1976): nodes (project, t) "ready by t", each implying (project, t + 1), and nodes (gain, t) implying (project, t)
for each project it waits for. A cut is whole by itself, so the bound equals that of the linear relaxation.

A project that one gain alone waits for (an app that is to be won) needs no nodes: from a day on which the rest is ready
its best day follows by trying all. Gains that then wait for the same rest are one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import max_flow

from carveout.plan.apps.instance import Instance, Numbers, Whole

SCALE = 1 << 46
"""All gains together, in units of the cut's whole numbers. Gains are rounded up and costs down: the bound stays a bound."""


@dataclass(frozen=True)
class Priced:
    """The best plan at some prices: its ``bound``, ready dates (J), and what it uses of each limit: work (T), money due (T)."""

    bound: float
    ready: Whole
    work: Numbers
    spent: Numbers


def cheapest_work(prices: Numbers, durations: Whole) -> tuple[dict[int, Numbers], dict[tuple[int, int], Whole]]:
    """For each duration d: (T + 1) the sum of the d cheapest prices before t (infinite where t < d), and those periods."""
    sums: dict[int, Numbers] = {}
    periods: dict[tuple[int, int], Whole] = {}
    for d in map(int, np.unique(durations)):
        sums[d] = np.full(len(prices) + 1, np.inf)
        for t in range(d, len(prices)):
            chosen = np.argsort(prices[:t], kind="stable")[:d]
            periods[d, t] = chosen
            sums[d][t] = prices[chosen].sum()
        sums[d][len(prices)] = 0.0
    return sums, periods


class Closure:
    """The largest closure of an instance, again and again under other prices."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._split()
        self._lay_out()

    def _split(self) -> None:
        """Tell the projects of one gain alone from the others, and group gains by the others they wait for."""
        it = self.instance
        uses = np.bincount(np.concatenate([np.asarray(w, dtype=np.int64) for w in it.waits] or [np.zeros(0, np.int64)]),
                           minlength=it.projects)  # fmt: skip
        linked = np.zeros(it.projects, dtype=bool)
        for project, before in enumerate(it.before):
            linked[[project, *before] if before else []] = True
        own = (uses == 1) & ~linked
        alone: list[int] = []
        owners: list[int] = []
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for gain, waits in enumerate(it.waits):
            for project in waits:
                if own[project]:
                    alone.append(project)
                    owners.append(gain)
            groups[tuple(sorted(p for p in waits if not own[p]))].append(gain)
        self.alone, self.owners = np.array(alone, dtype=np.int64), np.array(owners, dtype=np.int64)
        self.rests = list(groups)
        self.group_of = np.zeros(len(it.waits), dtype=np.int64)
        for place, gains in enumerate(groups.values()):
            self.group_of[gains] = place
        shared = np.flatnonzero(~own & ((uses > 0) | linked))
        self.shared = shared
        self.place = np.full(it.projects, -1, dtype=np.int64)
        self.place[shared] = np.arange(len(shared))

    def _lay_out(self) -> None:
        """The network: its arcs never change, only their capacities do."""
        it, last = self.instance, self.instance.periods - 1
        count = len(self.shared)
        node = np.full((count, last + 1), -1, dtype=np.int64)
        number = 2
        for place, project in enumerate(self.shared):
            for t in range(int(it.duration[project]), last + 1):
                node[place, t] = number
                number += 1
        tails: list[int] = []
        heads: list[int] = []
        for place in range(count):
            for t in range(1, last):
                if node[place, t] >= 0:
                    tails.append(int(node[place, t]))
                    heads.append(int(node[place, t + 1]))
        for one in map(int, self.shared):
            for other in it.before[one]:
                for t in range(1, last + 1):
                    mine, its = node[self.place[one], t], node[self.place[other], t]
                    if mine >= 0:
                        tails.append(int(mine))
                        heads.append(int(its) if its >= 0 else 1)
        self.single = np.full(len(self.rests), -1, dtype=np.int64)
        wide: list[tuple[int, int]] = []
        wide_nodes: list[int] = []
        for place, rest in enumerate(self.rests):
            if len(rest) == 1:
                self.single[place] = self.place[rest[0]]
            if len(rest) < 2:
                continue
            for t in range(max(int(it.duration[p]) for p in rest), last + 1):
                wide.append((place, t))
                wide_nodes.append(number)
                for p in rest:
                    tails.append(number)
                    heads.append(int(node[self.place[p], t]))
                number += 1
        self.node, self.nodes = node, number
        self.wide = np.array(wide, dtype=np.int64).reshape(-1, 2)
        flat = node[node >= 0]
        endless = np.full(len(tails), SCALE * 4, dtype=np.int64)
        self.flow = max_flow.SimpleMaxFlow()
        arcs = self.flow.add_arcs_with_capacity
        arcs(np.array(tails, np.int32), np.array(heads, np.int32), endless)
        zeros = np.zeros(len(flat), np.int64)
        self.from_source = arcs(np.zeros(len(flat), np.int32), flat.astype(np.int32), zeros)
        self.to_sink = arcs(flat.astype(np.int32), np.ones(len(flat), np.int32), zeros)
        self.to_wide = arcs(
            np.zeros(len(wide), np.int32), np.array(wide_nodes, np.int32), np.zeros(len(wide), np.int64)
        )

    def own_best(self, cost: Numbers) -> tuple[Numbers, Whole]:
        """(G, T + 1): the most a gain brings if the rest is ready by t; and the own projects' best day from t on."""
        it, end = self.instance, self.instance.periods
        profit = it.worth.copy()
        np.subtract.at(profit, self.owners, cost[self.alone])
        profit[:, end] = 0.0
        best = np.maximum.accumulate(profit[:, ::-1], axis=1)[:, ::-1]
        day = np.full(profit.shape, end, dtype=np.int64)
        for t in range(end - 1, -1, -1):
            day[:, t] = np.where(profit[:, t] >= best[:, t + 1], t, day[:, t + 1])
        return best, day

    def costs(self, work: Numbers, money: Numbers) -> tuple[Numbers, dict[tuple[int, int], Whole]]:
        """(J, T + 1): what each project costs if ready by t, at prices of work (T) and of money by each period (T)."""
        it = self.instance
        sums, periods = cheapest_work(work, it.duration)
        due = np.append(np.cumsum(money[::-1])[::-1], 0.0)
        paid = np.concatenate([[np.inf], due[: it.periods - 1], [0.0]])
        found = np.empty((it.projects, it.periods + 1))
        for d, row in sums.items():
            chosen = it.duration == d
            with np.errstate(invalid="ignore"):
                priced = np.where(np.isinf(row), np.inf, it.rate[chosen][:, None] * np.where(np.isinf(row), 0.0, row))
                found[chosen] = priced + it.money[chosen][:, None] * np.where(np.isinf(paid), 0.0, paid)
        found[:, 0] = np.inf
        return found, periods

    def solve(self, work: Numbers, money: Numbers) -> Priced:
        """The best plan at prices of work (T) and of money by each period (T), none negative."""
        it, end = self.instance, self.instance.periods
        cost, periods = self.costs(work, money)
        best, day = self.own_best(cost)
        sums = np.zeros((len(self.rests), end + 1))
        np.add.at(sums, self.group_of, best)
        profit = -cost[self.shared]
        alone = self.single >= 0
        np.add.at(profit, self.single[alone], sums[alone])
        profit[:, end] = 0.0
        scale = SCALE / max(float(it.worth[:, :1].sum()) + 1.0, 1.0)
        bound = float(sum(sums[place, 1] for place, rest in enumerate(self.rests) if not rest))
        held = self.node >= 0
        with np.errstate(invalid="ignore"):
            weight = (profit[:, :-1] - profit[:, 1:])[held] * scale
        plus = np.where(weight > 0, np.ceil(weight), 0).astype(np.int64)
        minus = np.minimum(np.where(weight < 0, np.floor(-weight), 0.0), 2.0 * SCALE).astype(np.int64)
        cap = np.ceil((sums[self.wide[:, 0], self.wide[:, 1]] - sums[self.wide[:, 0], self.wide[:, 1] + 1]) * scale)
        wide = np.maximum(cap, 0).astype(np.int64)
        ready = np.full(it.projects, end, dtype=np.int64)
        if held.any():
            self.flow.set_arcs_capacity(self.from_source, plus)
            self.flow.set_arcs_capacity(self.to_sink, minus)
            self.flow.set_arcs_capacity(self.to_wide, wide)
            status = self.flow.solve(0, 1)
            assert status == max_flow.SimpleMaxFlow.OPTIMAL, status
            bound += (int(plus.sum()) + int(wide.sum()) - self.flow.optimal_flow()) / scale
            chosen = np.zeros(self.nodes, dtype=bool)
            chosen[np.asarray(self.flow.get_source_side_min_cut(), dtype=np.int64)] = True
            by = np.where(held, chosen[self.node], False)
            ready[self.shared] = np.where(by.any(axis=1), by.argmax(axis=1), end)
        rest_day = np.array([max((int(ready[p]) for p in rest), default=1) for rest in self.rests], dtype=np.int64)
        ready[self.alone] = day[self.owners, np.maximum(rest_day[self.group_of[self.owners]], 1)]
        used, spent = self.usage(ready, periods)
        value = it.at_rest + bound + float(work @ it.engineers) + float(money @ it.income)
        return Priced(value, ready, used, spent)

    def usage(self, ready: Whole, periods: dict[tuple[int, int], Whole]) -> tuple[Numbers, Numbers]:
        """(T) engineer-months used in the cheapest periods, (T) money due by the end of each."""
        it, end = self.instance, self.instance.periods
        work, money = np.zeros(end), np.zeros(end)
        done = ready < end
        np.add.at(money, ready[done] - 1, it.money[done])
        for (d, t), chosen in periods.items():
            work[chosen] += it.rate[done & (it.duration == d) & (ready == t)].sum()
        return work, np.cumsum(money)
