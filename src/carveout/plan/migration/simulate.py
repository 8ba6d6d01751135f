"""Futures of a plan: weather takes weeks, vendors and claims slip, and every job starts at its planned week or as soon after as it can.

Drawn per future: for each open week of a season whether it is lost to weather (for all who climb in that season); for each vendor
by how many weeks its first delivery slips; by how many weeks every reimbursement slips (triangular). Ways and the order of
sites stay as planned; nobody starts early. A crew that waits is told of lost weeks in time to move its start, so a build of two
weeks is never broken by weather: the chance of the deadline is somewhat kind in this.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from carveout.plan.migration.carrier import Carrier, Placed, Plan, Site, core_weeks
from carveout.plan.migration.money import available, core_cost, returned
from carveout.plan.migration.profiles import MONTH

MORE_WEEKS = 156
"""Weeks beyond the last planned one in which a future may end; crews go on as in the last, seasons as a year before."""

Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Futures:
    """The finish of each simulated future, by week."""

    finishes: tuple[int, ...]

    def chance(self, due: int) -> dict[str, float]:
        """The share that is done by a week, with the Wilson interval of 95 percent."""
        return interval(sum(end <= due for end in self.finishes), len(self.finishes))

    def quantile(self, share: float) -> int:
        """The week by which a share of the futures is done."""
        return sorted(self.finishes)[min(len(self.finishes) - 1, max(0, math.ceil(share * len(self.finishes)) - 1))]

    def with_extensions(self, carrier: Carrier) -> float:
        """The chance to be done by a deadline that holds then: each extension is granted only after the one before it."""
        odds, due, found = 1.0, carrier.due, self.chance(carrier.due)["share"]
        for one in carrier.extensions:
            odds *= one.probability
            later = due + round(one.months * 365.25 / 12 / 7)
            found += odds * sum(due < end <= later for end in self.finishes) / len(self.finishes)
            due = later
        return found

    def as_object(self, carrier: Carrier) -> dict[str, Any]:
        """What the plan's file says of the futures."""
        return {
            "runs": len(self.finishes), "chance": self.chance(carrier.due), "chance_with_extensions": self.with_extensions(carrier),
            "done_days": {f"{share:.0%}": carrier.day(self.quantile(share)) for share in (0.1, 0.5, 0.9)},
            "finish_weeks": list(self.finishes),
        }  # fmt: skip


def interval(hits: int, runs: int) -> dict[str, float]:
    """A share with its Wilson interval of 95 percent."""
    share = hits / runs
    middle = (share + Z * Z / (2 * runs)) / (1 + Z * Z / runs)
    half = Z / (1 + Z * Z / runs) * math.sqrt(share * (1 - share) / runs + Z * Z / (4 * runs * runs))
    return {"share": share, "low": max(0.0, middle - half), "high": min(1.0, middle + half)}


def simulate(carrier: Carrier, plan: Plan, *, runs: int, seed: int = 0) -> Futures:
    """So many futures; the same seed draws the same weather and slips for any plan of the same calendar."""
    order = sorted(range(len(carrier.sites)), key=lambda n: (plan.sites[n].build, plan.sites[n].survey, n))
    return Futures(tuple(_Future(carrier, random.Random(f"{seed}/{run}")).finish(plan, order) for run in range(runs)))


class _Future:
    """One future: what is free in each week, with what was drawn for it."""

    def __init__(self, carrier: Carrier, draw: random.Random) -> None:
        self.carrier, self.weeks = carrier, carrier.horizon + MORE_WEEKS
        slip = carrier.risk.claim
        self.delay = carrier.money.delay + _triangular(draw, slip)
        self.leads = {
            name: one.lead + _triangular(draw, carrier.risk.vendor) for name, one in sorted(carrier.vendors.items())
        }
        self.crews = {kind: [*line, *(line[-1:] * MORE_WEEKS)] for kind, line in carrier.crews.items()}
        self.open = {name: self._season(line, draw) for name, line in sorted(carrier.open.items())}
        self.vendors = {name: [one.per_month] * (self.weeks + MONTH) for name, one in carrier.vendors.items()}
        self.served = {name: [most] * self.weeks for name, most in carrier.most_off_air.items()}
        self.calls = [carrier.most_uncalled] * self.weeks
        self.cash = np.array(available(carrier, self.weeks), dtype=np.int64)

    def _season(self, line: Sequence[bool], draw: random.Random) -> list[bool]:
        whole = list(line)
        while len(whole) < self.weeks:
            whole.append(whole[len(whole) - 52] if len(whole) >= 52 else True)
        return [here and draw.random() >= self.carrier.risk.weather for here in whole]

    def finish(self, plan: Plan, order: Sequence[int]) -> int:
        """The week by whose start all is done in this future; the last week that is simulated where it never is."""
        ready: dict[str, int] = {}
        for name, start in sorted(plan.cores.items(), key=lambda pair: pair[1]):
            length, cost = core_weeks(self.carrier, name), core_cost(self.carrier, name)
            at = start
            while at < self.weeks and not (self._crew("core", at, length, 1) and self._affordable(at, cost)):
                at += 1
            if at >= self.weeks:
                return self.weeks
            self._use("core", at, length, 1)
            self._pay(at, cost)
            ready[name] = at + length
        ends = [*ready.values()]
        for number in order:
            site = self.carrier.sites[number]
            core = "" if plan.order == "core_first" else site.market
            ends.append(self._site(site, plan.sites[number], ready[core]))
        return max(ends, default=0)

    def _site(self, site: Site, planned: Placed, ready: int) -> int:
        way = self.carrier.ways[planned.way]
        at = self._next("survey", planned.survey, site.survey, 1, None)
        allowed = at + site.survey + site.permit
        if planned.strengthen is not None:
            allowed = site.structural + self._next(
                "structural", max(allowed, planned.strengthen), site.structural, 1, site.season
            )
        build = max(allowed, planned.build, self.leads[way.vendor])
        if way.off_air:
            build = max(build, ready - way.build)
        cost = way.cost(site.sectors)
        while build < self.weeks and not self._buildable(site, planned, build, cost):
            build += 1
        if build >= self.weeks:
            return self.weeks
        self._use("tower", build, way.build, way.crews)
        self._pay(build, cost)
        for week in range(build, build + MONTH):
            self.vendors[way.vendor][week] -= 1
        cutover = self._next(
            "integration", max(build + way.build, ready, 0 if way.off_air else planned.cutover), way.cutover, 1, None
        )
        if way.off_air:
            for week in range(build, min(self.weeks, cutover + way.cutover)):
                self.served[site.market][week] -= site.unserved
                self.calls[week] -= site.sole
        if planned.remove is None:
            return cutover + way.cutover
        return way.removal + self._next(
            "tower", max(cutover + way.cutover, planned.remove), way.removal, way.crews, site.season
        )

    def _buildable(self, site: Site, planned: Placed, build: int, cost: int) -> bool:
        way = self.carrier.ways[planned.way]
        if not self._crew("tower", build, way.build, way.crews, site.season) or not self._affordable(build, cost):
            return False
        if any(left < 1 for left in self.vendors[way.vendor][build : build + MONTH]):
            return False
        if not way.off_air:
            return True
        span = slice(build, build + way.build + way.cutover)
        served = self.served[site.market][span]
        free = min(served, default=0) >= site.unserved and min(self.calls[span], default=0) >= site.sole
        return free and self._crew("integration", build + way.build, way.cutover, 1)

    def _next(self, kind: str, at: int, length: int, crews: int, season: str | None) -> int:
        """Put a job in at its soonest."""
        while at < self.weeks and not self._crew(kind, at, length, crews, season):
            at += 1
        self._use(kind, at, length, crews)
        return min(at, self.weeks)

    def _crew(self, kind: str, at: int, length: int, crews: int, season: str | None = None) -> bool:
        line = self.crews[kind]
        if at + length > self.weeks:
            return False
        if season is None:
            return all(line[week] >= crews for week in range(at, at + length))
        opened = self.open[season]
        return all(line[week] >= crews and opened[week] for week in range(at, at + length))

    def _use(self, kind: str, at: int, length: int, crews: int) -> None:
        line = self.crews[kind]
        for week in range(at, min(self.weeks, at + length)):
            line[week] -= crews

    def _affordable(self, week: int, amount: int) -> bool:
        back = returned(amount, self.carrier.money.reimbursed)
        soon, later = self.cash[week : week + self.delay], self.cash[week + self.delay :]
        return bool((not len(soon) or soon.min() >= amount) and (not len(later) or later.min() >= amount - back))

    def _pay(self, week: int, amount: int) -> None:
        self.cash[week:] -= amount
        self.cash[week + self.delay :] += returned(amount, self.carrier.money.reimbursed)


def _triangular(draw: random.Random, told: tuple[int, int, int]) -> int:
    least, likely, most = told
    return round(draw.triangular(least, most, likely)) if most > least else least
