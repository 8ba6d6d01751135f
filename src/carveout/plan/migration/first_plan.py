"""The first plan: sites in an order, each in the way and the weeks that end it soonest, in what the others leave free."""

from __future__ import annotations

import random
from collections.abc import Sequence
from time import monotonic

import numpy as np
import numpy.typing as npt

from carveout.plan.migration.carrier import Carrier, Placed, Plan, Site, core_weeks
from carveout.plan.migration.cost import Score, score
from carveout.plan.migration.money import core_cost
from carveout.plan.migration.profiles import Profiles


def place_core(profiles: Profiles, name: str) -> int | None:
    """Put a core job in at its earliest; its start, or None where it never fits."""
    length = core_weeks(profiles.carrier, name)
    good = profiles.runs(profiles.crews["core"] >= 1, length) & profiles.affordable(core_cost(profiles.carrier, name))
    start = _first(good, 0)
    if start is not None:
        profiles.core(name, start, -1)
    return start


def place_site(profiles: Profiles, site: Site, ready: int, *, thrift: float = 0.0) -> Placed | None:
    """Put a site in, in the way that ends soonest (plus ``thrift`` weeks per tower crew-week); None where it never fits."""
    best: tuple[float, Placed] | None = None
    survey = _first(profiles.runs(profiles.crews["survey"] >= 1, site.survey), 0)
    if survey is None:
        return None
    tried: dict[tuple[object, ...], None] = {}
    for number in site.ways:
        way = profiles.carrier.ways[number]
        found = _in_way(profiles, site, number, survey, ready)
        tried[way.name, way.vendor] = None
        if found is None:
            continue
        end = found.remove + way.removal if found.remove is not None else found.cutover + way.cutover
        value = end + thrift * way.crews * (way.build + way.removal)
        if best is None or value < best[0]:
            best = (value, found)
    if best is None:
        return None
    profiles.site(site, best[1], -1)
    return best[1]


def _in_way(profiles: Profiles, site: Site, number: int, survey: int, ready: int) -> Placed | None:
    carrier = profiles.carrier
    way, opened, crews = carrier.ways[number], profiles.open[site.season], profiles.crews
    allowed = survey + site.survey + site.permit
    strengthen = None
    if site.structural and not way.off_air:
        strengthen = _first(profiles.runs((crews["structural"] >= 1) & opened, site.structural), allowed)
        if strengthen is None:
            return None
        allowed = strengthen + site.structural
    allowed = max(allowed, carrier.vendors[way.vendor].lead)
    climbable = (crews["tower"] >= way.crews) & opened
    builds = profiles.runs(climbable, way.build) & profiles.affordable(way.cost(site.sectors))
    builds &= profiles.runs(profiles.vendors[way.vendor] >= 1, 4)
    cutovers = profiles.runs(crews["integration"] >= 1, way.cutover)
    if way.off_air:
        builds &= profiles.runs(
            (profiles.served[site.market] >= site.unserved) & (profiles.calls >= site.sole), way.build + way.cutover
        )
        then = np.zeros_like(builds)
        then[: len(builds) - way.build] = cutovers[way.build :]
        build = _first(builds & then, max(allowed, ready - way.build))
        return None if build is None else Placed(number, survey, None, build, build + way.build, None)
    removals = profiles.runs(climbable, way.removal)
    build = _first(builds, allowed)
    while build is not None:
        cutover = _first(cutovers, max(build + way.build, ready))
        if cutover is None:
            return None
        if not way.removal:
            return Placed(number, survey, strengthen, build, cutover, None)
        remove = _first(removals, cutover + way.cutover)
        if remove is None:
            return None
        late = remove + way.removal - build - carrier.double_load
        if late <= 0:
            return Placed(number, survey, strengthen, build, cutover, remove)
        build = _first(builds, build + 1)
    return None


def _first(good: npt.NDArray[np.bool_], at: int) -> int | None:
    if at >= len(good):
        return None
    place = int(np.argmax(good[at:]))
    return at + place if good[at + place] else None


def in_order(
    carrier: Carrier, order: str, markets: Sequence[str], sites: Sequence[int], *, thrift: float = 0.0
) -> Plan | None:
    """The plan that comes of placing the cores, then the sites in an order; None where one does not fit."""
    profiles = Profiles(carrier)
    cores: dict[str, int] = {}
    for name in [""] if order == "core_first" else markets:
        start = place_core(profiles, name)
        if start is None:
            return None
        cores[name] = start
    placed: list[Placed | None] = [None] * len(carrier.sites)
    for number in sites:
        site = carrier.sites[number]
        core = "" if order == "core_first" else site.market
        placed[number] = place_site(profiles, site, cores[core] + core_weeks(carrier, core), thrift=thrift)
        if placed[number] is None:
            return None
    return Plan(order, cores, tuple(one for one in placed if one is not None))


def first_plan(
    carrier: Carrier, runways: Sequence[float], *, until: float, seed: int = 0, rounds: int = 60
) -> tuple[Plan, Score] | None:
    """The best of some plans made by rules until the clock; None where none fits."""
    draw = random.Random(seed)
    best: tuple[Plan, Score] | None = None
    names = list(carrier.markets)
    for count in range(rounds):
        if count >= 2 * len(carrier.orders) and monotonic() > until:
            break
        order = carrier.orders[count % len(carrier.orders)]
        thrift = (0.0, 3.0, 1.0, 8.0)[count // len(carrier.orders) % 4]
        blur = 0.0 if count < 2 * len(carrier.orders) else 10.0
        markets = sorted(
            names, key=lambda name: (_closed(carrier, name), draw.random()) if count else (0, names.index(name))
        )
        turn = {name: place for place, name in enumerate(markets)}
        rank = [
            (
                turn[site.market] * (order == "market_by_market"),
                -site.permit - site.structural + draw.random() * blur,
                min(runways[n], 1e6),
            )
            for n, site in enumerate(carrier.sites)
        ]
        plan = in_order(carrier, order, markets, sorted(range(len(carrier.sites)), key=rank.__getitem__), thrift=thrift)
        if plan is not None:
            made = score(carrier, plan, runways)
            if best is None or made < best[1]:
                best = (plan, made)
    return best


def _closed(carrier: Carrier, market: str) -> float:
    """How much of the time the sites of a market are closed to climbing."""
    lines = [carrier.open[site.season] for site in carrier.sites if site.market == market]
    return -sum(line.count(False) for line in lines) / max(1, len(lines))
