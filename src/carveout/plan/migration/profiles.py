"""What is free in each week: crews, deliveries, persons that may be off the air, money. Sites are put in and taken out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carveout.plan.migration.carrier import KINDS, Carrier, Placed, Plan, Site, core_weeks, jobs
from carveout.plan.migration.money import available, core_cost, returned

Line = npt.NDArray[np.int64]
MONTH = 4
"""Weeks in which a vendor's deliveries are counted."""


class Profiles:
    """Free units per week. Weeks beyond the horizon have none, so that nothing is placed there."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier, self.weeks = carrier, carrier.horizon
        self.crews = {kind: np.array(carrier.crews[kind], dtype=np.int64) for kind in KINDS}
        self.vendors = {
            name: np.full(self.weeks + MONTH, one.per_month, dtype=np.int64) for name, one in carrier.vendors.items()
        }
        self.served = {name: np.full(self.weeks, most, dtype=np.int64) for name, most in carrier.most_off_air.items()}
        self.calls = np.full(self.weeks, carrier.most_uncalled, dtype=np.int64)
        self.cash = np.array(available(carrier, self.weeks), dtype=np.int64)
        self.open = {name: np.array(line, dtype=bool) for name, line in carrier.open.items()}

    def site(self, site: Site, placed: Placed, sign: int) -> None:
        """Put a site in (sign -1) or take it out (sign 1)."""
        way = self.carrier.ways[placed.way]
        for _, kind, first, end in jobs(self.carrier, site, placed):
            self.crews[kind][first:end] += sign * (way.crews if kind == "tower" else 1)
        self.vendors[way.vendor][placed.build : placed.build + MONTH] += sign
        if way.off_air:
            span = slice(placed.build, placed.cutover + way.cutover)
            self.served[site.market][span] += sign * site.unserved
            self.calls[span] += sign * site.sole
        self.pay(placed.build, way.cost(site.sectors), sign)

    def core(self, name: str, start: int, sign: int) -> None:
        """Put a core job in or take it out."""
        self.crews["core"][start : start + core_weeks(self.carrier, name)] += sign
        self.pay(start, core_cost(self.carrier, name), sign)

    def pay(self, week: int, amount: int, sign: int) -> None:
        """Put a payment in or take it out."""
        money = self.carrier.money
        self.cash[week:] += sign * amount
        self.cash[week + money.delay :] -= sign * returned(amount, money.reimbursed)

    def plan(self, plan: Plan, sign: int) -> None:
        """Put a whole plan in or take it out."""
        for name, start in plan.cores.items():
            self.core(name, start, sign)
        for site, placed in zip(self.carrier.sites, plan.sites, strict=True):
            self.site(site, placed, sign)

    def holds(self, plan: Plan) -> bool:
        """Whether a plan that kept every rule of another carrier of the same sites fits what is free here too."""
        self.plan(plan, -1)
        lines = [*self.crews.values(), *self.vendors.values(), *self.served.values(), self.calls, self.cash]
        return all(bool((line >= 0).all()) for line in lines)

    def runs(self, good: npt.NDArray[np.bool_], length: int) -> npt.NDArray[np.bool_]:
        """Weeks from which a stretch of good weeks is as long as asked."""
        if length <= 0:
            return np.ones(self.weeks, dtype=bool)
        bad = np.zeros(len(good) + 1, dtype=np.int64)
        np.cumsum(~good, out=bad[1:])
        found = np.zeros(self.weeks, dtype=bool)
        last = min(self.weeks, len(good) - length + 1)
        if last > 0:
            found[:last] = bad[length : length + last] == bad[:last]
        return found
