"""What is free in each week while sites are only put in: the next week that fits is found without looking at full weeks twice.

Since nothing is taken out, a week that once did not fit never will; such weeks are skipped for good.
"""

from __future__ import annotations

from carveout.plan.migration.carrier import KINDS, Carrier, Placed, Site, core_weeks, jobs
from carveout.plan.migration.money import available, core_cost, returned
from carveout.plan.migration.profiles import MONTH

Key = tuple[str, str, int, int]


class Slots:
    """Free units per week as lists; ``next_crew`` and ``next_delivery`` find weeks, ``affordable`` and ``quiet`` test one."""

    def __init__(self, carrier: Carrier, *, money: bool = True) -> None:
        self.carrier, self.weeks = carrier, carrier.horizon
        self.crews = {kind: list(carrier.crews[kind][: self.weeks]) for kind in KINDS}
        self.vendors = {name: [one.per_month] * (self.weeks + MONTH) for name, one in carrier.vendors.items()}
        self.served = {name: [most] * self.weeks for name, most in carrier.most_off_air.items()}
        self.calls = [carrier.most_uncalled] * self.weeks
        self.cash = available(carrier, self.weeks) if money else [1 << 50] * self.weeks
        self.bare = min(self.cash)
        self._after: dict[Key | str, list[int]] = {}

    def next_crew(self, kind: str, season: str, length: int, crews: int, at: int) -> int:
        """The first week from ``at`` on from which crews are free (and may climb, where they do); the horizon where there is none."""
        key = (kind, season, length, crews)
        after = self._after.get(key)
        if after is None:
            after = self._after[key] = list(range(self.weeks + 2))
        line = self.crews[kind]
        opened = self.carrier.open[season] if kind in ("tower", "structural") else None
        last = self.weeks - length
        at = max(0, at)
        while True:
            at = _skip(after, min(at, self.weeks))
            if at > last:
                return self.weeks
            for week in range(at + length - 1, at - 1, -1):
                if line[week] < crews or (opened is not None and not opened[week]):
                    for full in range(max(at, week - length + 1), week + 1):
                        after[full] = week + 1
                    at = week + 1
                    break
            else:
                return at

    def next_delivery(self, vendor: str, at: int) -> int:
        """The first week from ``at`` on in which a site of a vendor may be begun."""
        after = self._after.get(vendor)
        if after is None:
            after = self._after[vendor] = list(range(self.weeks + 2))
        line = self.vendors[vendor]
        while True:
            at = _skip(after, min(at, self.weeks))
            if at >= self.weeks or min(line[at : at + MONTH]) >= 1:
                return at
            after[at] = at + 1

    def affordable(self, week: int, amount: int) -> bool:
        """Whether an amount can be paid in a week and is never missed later."""
        if self.bare >= amount:
            return True
        delay, back = self.carrier.money.delay, returned(amount, self.carrier.money.reimbursed)
        soon, later = self.cash[week : week + delay], self.cash[week + delay :]
        return (not soon or min(soon) >= amount) and (not later or min(later) >= amount - back)

    def quiet(self, site: Site, start: int, length: int) -> bool:
        """Whether a site may be off the air for some weeks."""
        served, end = self.served[site.market], start + length
        return min(served[start:end], default=0) >= site.unserved and min(self.calls[start:end], default=0) >= site.sole

    def put(self, site: Site, placed: Placed) -> None:
        """Put a site in."""
        way = self.carrier.ways[placed.way]
        for _, kind, first, end in jobs(self.carrier, site, placed):
            line, crews = self.crews[kind], way.crews if kind == "tower" else 1
            for week in range(first, end):
                line[week] -= crews
        line = self.vendors[way.vendor]
        for week in range(placed.build, placed.build + MONTH):
            line[week] -= 1
        if way.off_air:
            line = self.served[site.market]
            for week in range(placed.build, placed.cutover + way.cutover):
                line[week] -= site.unserved
                self.calls[week] -= site.sole
        self._pay(placed.build, way.cost(site.sectors))

    def put_core(self, name: str, start: int) -> None:
        """Put a core job in."""
        line = self.crews["core"]
        for week in range(start, start + core_weeks(self.carrier, name)):
            line[week] -= 1
        self._pay(start, core_cost(self.carrier, name))

    def _pay(self, week: int, amount: int) -> None:
        delay, back = self.carrier.money.delay, returned(amount, self.carrier.money.reimbursed)
        cash = self.cash
        cash[week:] = [held - amount for held in cash[week : week + delay]] + [
            held - amount + back for held in cash[week + delay :]
        ]
        self.bare = min(cash)


def _skip(after: list[int], at: int) -> int:
    """The first week from ``at`` on that is not known to be full."""
    root = at
    while after[root] != root:
        root = after[root]
    while after[at] != root and at != root:
        after[at], at = root, after[at]
    return root
