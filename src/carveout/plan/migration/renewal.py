"""Plans improved by taking sites out and putting them back, first for a sooner finish, then for a lower cost.

A sooner finish is sought week by week: each site that is done after the week that is aimed at costs dearly for each week, until none is.
Prices of the bound (:mod:`carveout.plan.migration.prices`) say where a site is in the way of others.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from time import monotonic

import numpy as np

from carveout.plan.migration import kernel
from carveout.plan.migration.carrier import (
    KINDS,
    WEEK,
    Carrier,
    Market,
    Money,
    Placed,
    Plan,
    Site,
    Vendor,
    Way,
    core_weeks,
)
from carveout.plan.migration.cost import exposed_from, exposure_rate, fixed_cost
from carveout.plan.migration.first_plan import place_core
from carveout.plan.migration.kernel import MONTH, OUT, Floats, Ints
from carveout.plan.migration.money import available, core_cost, returned
from carveout.plan.migration.prices import Numbers
from carveout.plan.migration.relaxation import bearable
from carveout.plan.migration.slots import Slots

LATE = {False: 40_000, True: 400_000}
"""Dollars for each week that a site is done after the week aimed at, where costs do not count and where they do."""

PUSH = 1_000
"""Dollars, where costs do not count, for each week until a site is done: a finish moves only when many sites have, and a search
that sees only the finish sees a plain."""

CHUNK = 0.2
"""Seconds between two looks at the clock."""


class Tables:
    """A carrier as arrays; without ``costs`` all that counts is when sites are done."""

    def __init__(self, carrier: Carrier, runways: Sequence[float], *, costs: bool = True) -> None:
        self.carrier, self.weeks, self.costs = carrier, carrier.horizon, costs
        seasons, markets, vendors = list(carrier.open), list(carrier.markets), list(carrier.vendors)
        self.site = np.array([
            [seasons.index(s.season), markets.index(s.market), s.unserved, s.sole, s.survey, s.permit, s.structural,
             exposure_rate(carrier, s), exposed_from(runway, carrier.horizon)]
            for s, runway in zip(carrier.sites, runways, strict=True)
        ], dtype=np.int64)  # fmt: skip
        self.way = np.array([
            [w.build, w.crews, w.cutover, w.removal, w.off_air, vendors.index(w.vendor), carrier.vendors[w.vendor].lead] for w in carrier.ways
        ], dtype=np.int64)  # fmt: skip
        open_ways = [bearable(carrier, site) for site in carrier.sites]
        self.choice = np.full((len(open_ways), max(map(len, open_ways))), -1, dtype=np.int64)
        for n, ways in enumerate(open_ways):
            self.choice[n, : len(ways)] = ways
        if not costs:
            self.site[:, kernel.RATE] = 0
        numbers = range(len(carrier.ways))
        self.fixed = (
            np.array([[fixed_cost(carrier, s, w) for w in numbers] for s in carrier.sites], dtype=np.int64) * costs
        )
        self.amount = np.array(
            [[carrier.ways[w].cost(s.sectors) for w in numbers] for s in carrier.sites], dtype=np.int64
        )
        share = carrier.money.reimbursed
        self.back = np.array([[returned(int(a), share) for a in row] for row in self.amount], dtype=np.int64)
        self.opened = np.array([carrier.open[name] for name in seasons], dtype=np.int64)
        first_market = len(KINDS) + len(vendors)
        calls = first_market + len(markets)
        self.first = np.array([len(KINDS), first_market, calls, calls + 1], dtype=np.int64)

    def left(self, cores: dict[str, int]) -> Ints:
        """(rows, weeks): what the cores leave free."""
        carrier, weeks = self.carrier, self.weeks
        found = np.zeros((int(self.first[3]) + 1, weeks + MONTH), dtype=np.int64)
        for row, kind in enumerate(KINDS):
            found[row, :weeks] = carrier.crews[kind][:weeks]
        for row, vendor in enumerate(carrier.vendors.values(), start=int(self.first[0])):
            found[row] = vendor.per_month
        for row, market in enumerate(carrier.markets, start=int(self.first[1])):
            found[row, :weeks] = carrier.most_off_air[market]
        found[self.first[2], :weeks] = carrier.most_uncalled
        found[self.first[3], :weeks] = available(carrier, weeks)
        for name, start in cores.items():
            found[kernel.CORE, start : start + core_weeks(carrier, name)] -= 1
            amount = core_cost(carrier, name)
            found[self.first[3], start:weeks] -= amount
            found[self.first[3], start + carrier.money.delay : weeks] += returned(amount, carrier.money.reimbursed)
        return found

    def ready(self, order: str, cores: dict[str, int]) -> Ints:
        """(sites): the week from which each may be cut over."""
        names = ["" if order == "core_first" else site.market for site in self.carrier.sites]
        return np.array([cores[name] + core_weeks(self.carrier, name) for name in names], dtype=np.int64)

    def placed(self, plan: Plan) -> Ints:
        """(sites, 6): a plan."""
        rows = [[p.way, p.survey, OUT if p.strengthen is None else p.strengthen, p.build, p.cutover, OUT if p.remove is None else p.remove]
                for p in plan.sites]  # fmt: skip
        return np.array(rows, dtype=np.int64)

    def plan(self, order: str, cores: dict[str, int], placed: Ints) -> Plan:
        """The plan of placed sites."""
        rows = placed.tolist()
        sites = [Placed(w, a, None if b == OUT else b, c, d, None if e == OUT else e) for w, a, b, c, d, e in rows]
        return Plan(order, dict(cores), tuple(sites))


class Renewal:
    """One searcher: its current plan as arrays, and what it does to it."""

    def __init__(self, tables: Tables, plan: Plan, seed: int, prices: Numbers | None = None) -> None:
        self.tables, self.draw = tables, random.Random(seed)
        rows, weeks = int(tables.first[3]) + 1, tables.weeks
        self.dear: Floats = np.zeros((rows, weeks + 1))
        self.heed(prices)
        self.rounds, self.told = 20, np.zeros(2, dtype=np.int64)
        self.take(plan)

    def heed(self, prices: Numbers | None) -> None:
        """Prices (rows, weeks) to place by; beyond their weeks everything is free."""
        self.dear[:] = 0.0
        if prices is not None:
            last = min(prices.shape[1], self.tables.weeks)
            self.dear[:, 1 : last + 1] = np.cumsum(prices[:, :last], axis=1)
            self.dear[:, last + 1 :] = self.dear[:, last : last + 1]

    def take(self, plan: Plan) -> None:
        """Go on from a plan; a site that cannot be where the plan has it is out."""
        tables = self.tables
        self.order, self.cores = plan.order, dict(plan.cores)
        self.ready, self.left = tables.ready(plan.order, self.cores), tables.left(self.cores)
        self.at = tables.placed(plan)
        for n in range(len(self.at)):
            if self.at[n, kernel.CUT] < self.ready[n]:
                self.at[n, kernel.WAY] = OUT
            else:
                self._put(n, -1)
        self.best = self.at.copy()

    def _put(self, n: int, sign: int) -> None:
        t = self.tables
        kernel.put(n, sign, self.at, t.site, t.way, t.amount, t.back, self.left, t.first, t.carrier.money.delay)

    def run(self, *, due: int, heat: float, until: float) -> bool:
        """Search for about CHUNK seconds; whether a plan was met in which no site is late, of which ``best`` is the cheapest."""
        t, carrier = self.tables, self.tables.carrier
        begun = monotonic()
        found = kernel.renew(
            self.draw.randrange(1 << 31), self.rounds, heat, 1.0, self.ready, self.at, t.site, t.way, t.choice, t.fixed, t.amount,
            t.back, t.opened, self.left, self.dear, t.first, carrier.money.delay, carrier.double_load, due, LATE[t.costs], 0 if t.costs else PUSH, self.best,
            self.told,
        )  # fmt: skip
        took = max(1e-4, monotonic() - begun)
        share = min(CHUNK, max(0.01, until - monotonic())) / took
        self.rounds = max(5, min(200_000, round(self.rounds * min(4.0, max(0.25, share)))))
        return bool(found >= 0)

    def plan(self) -> Plan:
        """The best plan met so far in which no site was late."""
        return self.tables.plan(self.order, self.cores, self.best)

    def current(self) -> Plan:
        """The plan as it is now, which must be whole."""
        return self.tables.plan(self.order, self.cores, self.at)

    def other_cores(self) -> Plan | None:
        """The current plan with two markets' cores in each other's turn, at their soonest; None where there is nothing to change."""
        if len(self.cores) < 2 or (self.at[:, kernel.WAY] == OUT).any():
            return None
        names = sorted(self.cores, key=lambda name: self.cores[name])
        a, b = sorted(self.draw.sample(range(len(names)), 2))
        names[a], names[b] = names[b], names[a]
        cores = soonest_cores(self.tables.carrier, names)
        return None if cores is None else replace(self.current(), cores=cores)


def warm() -> None:
    """Compile, or load what was compiled before, by moving the one site of a carrier once."""
    start, weeks = date(2020, 1, 6), 8
    site = Site("A", 0.0, 0.0, "m", "", 1, 1, 0, 0.0, 1, 1.0, 0.0, 1, 0, 0, (0,))
    carrier = Carrier(
        "one", start, start + WEEK * weeks, start + WEEK * weeks, ("core_first",), 0, 0, 0.0, 0.0, 4, Money(9, 0, 0, 0.0, 0, 0, 0.0, 0.0),
        (site,), (Way("w", "v", 1, 1, 1, 0, True, 1, 0),), {"v": Vendor("v", 0, 1)}, {"m": Market("m", 0, 0)},
        dict.fromkeys(KINDS, (1,) * (weeks + 1)), {"": (True,) * (weeks + 1)},
    )  # fmt: skip
    plan = Plan("core_first", {"": 0}, (Placed(0, 0, None, 1, 2, None),))
    Renewal(Tables(carrier, [1.0]), plan, 0).run(due=weeks, heat=1.0, until=0.0)


def soonest_cores(carrier: Carrier, names: Sequence[str]) -> dict[str, int] | None:
    """Core jobs in an order, each at its soonest."""
    slots, found = Slots(carrier), dict[str, int]()
    for name in names:
        start = place_core(slots, name)
        if start is None:
            return None
        found[name] = start
    return found
