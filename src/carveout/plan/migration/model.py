"""The model of a migration for CP-SAT: some sites free to be placed anew, all others as they are in a known plan.

Each free site has one start per job and a presence per way. What the other sites use is taken out of the capacities, so a model
of few sites is small. The end comes first, then the cost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python import cp_model

from carveout.plan.migration.carrier import KINDS, Carrier, Placed, Plan, core_weeks
from carveout.plan.migration.cost import exposed_from, exposure_rate, fixed_cost, score
from carveout.plan.migration.money import core_cost, returned
from carveout.plan.migration.profiles import MONTH, Line, Profiles

SCALE = 100
"""Dollars of one unit of the objective."""

Interval = tuple[cp_model.IntervalVar, int]


@dataclass
class SiteVars:
    """The variables of one free site."""

    survey: cp_model.IntVar
    strengthen: cp_model.IntVar | None
    build: cp_model.IntVar
    cutover: cp_model.IntVar
    remove: cp_model.IntVar
    ways: dict[int, cp_model.IntVar]


@dataclass
class Shares:
    """Intervals by what they share: crews of a kind, deliveries, persons of a market, calls, money."""

    crews: dict[str, list[Interval]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    vendors: dict[str, list[Interval]] = field(default_factory=dict)
    served: dict[str, list[Interval]] = field(default_factory=dict)
    calls: list[Interval] = field(default_factory=list)
    cash: list[Interval] = field(default_factory=list)


class Neighborhood:
    """A model in which some sites are free; it makes the finish least, then the cost."""

    def __init__(
        self, carrier: Carrier, plan: Plan, free: Collection[int], runways: Sequence[float], *, floor: int = 0
    ) -> None:
        self.carrier, self.plan, self.runways = carrier, plan, runways
        self.cp = cp_model.CpModel()
        self.weeks = carrier.horizon
        self.profiles = _without(carrier, plan, free)
        self.shares = Shares()
        self.sites: dict[int, SiteVars] = {}
        self.cores: dict[str, cp_model.IntVar] = {}
        self._lengths: dict[tuple[str, str, int, int], cp_model.Domain] = {}
        held = [n for n in range(len(carrier.sites)) if n not in set(free)]
        self.finish = self.cp.new_int_var(max(floor, _finish_of(carrier, plan, held)), self.weeks, "finish")
        self._cores(held)
        terms = [self._site(number) for number in sorted(free)]
        self._capacities()
        weight = 1 + 2 * score(carrier, plan, runways).dollars // SCALE
        overhead = carrier.money.overhead * 1000 // SCALE
        self.cp.minimize(self.finish * (weight + overhead) + cp_model.LinearExpr.sum(terms))
        self._hint()

    def _cores(self, held: Sequence[int]) -> None:
        carrier = self.carrier
        for name, known in self.plan.cores.items():
            length = core_weeks(carrier, name)
            mine = [self.plan.sites[n].cutover for n in held if not name or carrier.sites[n].market == name]
            start = self.cp.new_int_var(0, max(known, min([self.weeks, *mine]) - length), f"core {name}")
            self.cp.add(start + length <= self.finish)
            self.cores[name] = start
            self.cp.add_hint(start, known)
            if length:
                self.shares.crews["core"].append((self.cp.new_fixed_size_interval_var(start, length, ""), 1))
            self._payment(start, core_cost(carrier, name), None)

    def _site(self, number: int) -> cp_model.LinearExprT:
        """Add one free site; its cost in units of the objective."""
        carrier, cp, weeks = self.carrier, self.cp, self.weeks
        site = carrier.sites[number]
        new = cp.new_int_var
        survey, build = new(0, weeks, f"survey {number}"), new(0, weeks, f"build {number}")
        cutover, remove = new(0, weeks, f"cutover {number}"), new(0, weeks, f"remove {number}")
        ways = {way: cp.new_bool_var(f"way {number} {way}") for way in site.ways}
        cp.add_exactly_one(ways.values())
        loaded = [var for way, var in ways.items() if not carrier.ways[way].off_air]
        strengthen = new(0, weeks, f"strengthen {number}") if site.structural and loaded else None
        self._interval("survey", site.season, survey, site.survey, 1, None)
        allowed = survey + site.survey + site.permit
        cp.add(build >= allowed)
        core = self.cores["" if self.plan.order == "core_first" else site.market]
        ready = core + core_weeks(carrier, "" if self.plan.order == "core_first" else site.market)
        cp.add(cutover >= ready)
        cost: list[cp_model.LinearExprT] = []
        done = new(0, weeks, f"done {number}")
        cp.add(self.finish >= done)
        for place, presence in ways.items():
            way = carrier.ways[place]
            cost.append(presence * (fixed_cost(carrier, site, place) // SCALE))
            cp.add(build >= carrier.vendors[way.vendor].lead).only_enforce_if(presence)
            self._interval("tower", site.season, build, way.build, way.crews, presence)
            self._interval("integration", site.season, cutover, way.cutover, 1, presence)
            delivery = cp.new_optional_fixed_size_interval_var(build, MONTH, presence, "")
            self.shares.vendors.setdefault(way.vendor, []).append((delivery, 1))
            self._payment(build, way.cost(site.sectors), presence)
            end: cp_model.LinearExprT = cutover + way.cutover
            if way.off_air:
                cp.add(cutover == build + way.build).only_enforce_if(presence)
                span = way.build + way.cutover
                off = cp.new_optional_fixed_size_interval_var(build, span, presence, "")
                if site.unserved:
                    self.shares.served.setdefault(site.market, []).append((off, site.unserved))
                if site.sole:
                    self.shares.calls.append((off, site.sole))
            else:
                cp.add(cutover >= build + way.build).only_enforce_if(presence)
                if strengthen is not None:
                    self._interval("structural", site.season, strengthen, site.structural, 1, presence)
                    cp.add(strengthen >= allowed).only_enforce_if(presence)
                    cp.add(build >= strengthen + site.structural).only_enforce_if(presence)
            if way.removal:
                cp.add(remove >= end).only_enforce_if(presence)
                cp.add(remove + way.removal <= build + carrier.double_load).only_enforce_if(presence)
                self._interval("tower", site.season, remove, way.removal, way.crews, presence)
                end = remove + way.removal
            else:
                cp.add(remove == cutover).only_enforce_if(presence)
            cp.add(done >= end).only_enforce_if(presence)
        rate = exposure_rate(carrier, site) // SCALE
        start = exposed_from(self.runways[number], weeks)
        if rate and start < weeks:
            late = new(0, weeks, "")
            for place, presence in ways.items():
                cp.add(late >= cutover + carrier.ways[place].cutover - start).only_enforce_if(presence)
            cost.append(late * rate)
        self.sites[number] = SiteVars(survey, strengthen, build, cutover, remove, ways)
        return cp_model.LinearExpr.sum(cost)

    def _interval(
        self, kind: str, season: str, start: cp_model.IntVar, length: int, crews: int, presence: cp_model.IntVar | None
    ) -> None:
        """Hold crews for a job, in weeks in which they are there and may climb."""
        if not length:
            return
        key = (kind, season, length, crews)
        domain = self._lengths.get(key)
        if domain is None:
            good = self.profiles.crews[kind] >= crews
            if kind in ("tower", "structural"):
                good = good & self.profiles.open[season]
            domain = self._lengths[key] = cp_model.Domain.from_values(
                np.flatnonzero(self.profiles.runs(good, length)).tolist()
            )
        constraint = self.cp.add_linear_expression_in_domain(start, domain)
        if presence is None:
            interval = self.cp.new_fixed_size_interval_var(start, length, "")
        else:
            constraint.only_enforce_if(presence)
            interval = self.cp.new_optional_fixed_size_interval_var(start, length, presence, "")
        self.shares.crews[kind].append((interval, crews))

    def _payment(self, start: cp_model.IntVar, amount: int, presence: cp_model.IntVar | None) -> None:
        """All of it is out until the share comes back, the rest to the end."""
        cp, delay, far = self.cp, self.carrier.money.delay, self.weeks
        back = returned(amount, self.carrier.money.reimbursed)
        if back and delay:
            interval = (
                cp.new_fixed_size_interval_var(start, delay, "")
                if presence is None
                else cp.new_optional_fixed_size_interval_var(start, delay, presence, "")
            )
            self.shares.cash.append((interval, back))
        if amount > back:
            length = cp.new_int_var(0, far, "")
            interval = (
                cp.new_interval_var(start, length, far, "")
                if presence is None
                else cp.new_optional_interval_var(start, length, far, presence, "")
            )
            self.shares.cash.append((interval, amount - back))

    def _capacities(self) -> None:
        shares, free = self.shares, self.profiles
        for kind, line in shares.crews.items():
            self._capacity(line, free.crews[kind])
        for name, line in shares.vendors.items():
            self._capacity(line, free.vendors[name])
        for name, line in shares.served.items():
            self._capacity(line, free.served[name])
        self._capacity(shares.calls, free.calls)
        self._capacity(shares.cash, free.cash)

    def _capacity(self, line: list[Interval], free: Line) -> None:
        """What intervals share: where less is free than at the best of times, a fixed block holds the rest."""
        if not line or sum(units for _, units in line) <= int(free.min(initial=0)):
            return
        most = int(free.max(initial=0))
        intervals, demands = [interval for interval, _ in line], [units for _, units in line]
        begin = 0
        for week in range(1, len(free) + 1):
            if week == len(free) or free[week] != free[begin]:
                if free[begin] < most:
                    intervals.append(self.cp.new_fixed_size_interval_var(begin, week - begin, ""))
                    demands.append(most - int(free[begin]))
                begin = week
        self.cp.add_cumulative(intervals, demands, most)

    def _hint(self) -> None:
        for number, found in self.sites.items():
            placed = self.plan.sites[number]
            for place, var in found.ways.items():
                self.cp.add_hint(var, place == placed.way)
            self.cp.add_hint(found.survey, placed.survey)
            self.cp.add_hint(found.build, placed.build)
            self.cp.add_hint(found.cutover, placed.cutover)
            self.cp.add_hint(found.remove, placed.cutover if placed.remove is None else placed.remove)
            if found.strengthen is not None:
                self.cp.add_hint(found.strengthen, placed.strengthen if placed.strengthen is not None else 0)

    def read(self, value: cp_model.CpSolver) -> Plan:
        """The whole plan with the free sites as the solver placed them."""
        placed = list(self.plan.sites)
        for number, found in self.sites.items():
            site = self.carrier.sites[number]
            place = next(place for place, var in found.ways.items() if value.boolean_value(var))
            way = self.carrier.ways[place]
            strengthen = found.strengthen if site.structural and not way.off_air else None
            placed[number] = Placed(
                place,
                value.value(found.survey),
                None if strengthen is None else value.value(strengthen),
                value.value(found.build),
                value.value(found.cutover),
                value.value(found.remove) if way.removal else None,
            )
        return Plan(self.plan.order, {name: value.value(var) for name, var in self.cores.items()}, tuple(placed))


def _without(carrier: Carrier, plan: Plan, free: Collection[int]) -> Profiles:
    """What is free when the free sites and all cores are taken out."""
    profiles, chosen = Profiles(carrier), set(free)
    for number, (site, placed) in enumerate(zip(carrier.sites, plan.sites, strict=True)):
        if number not in chosen:
            profiles.site(site, placed, -1)
    return profiles


def ends_of(carrier: Carrier, plan: Plan) -> list[int]:
    """The week by whose start each site is done."""
    return [placed.end(carrier) for placed in plan.sites]


def _finish_of(carrier: Carrier, plan: Plan, held: Sequence[int]) -> int:
    ends = ends_of(carrier, plan)
    return max((ends[number] for number in held), default=0)
