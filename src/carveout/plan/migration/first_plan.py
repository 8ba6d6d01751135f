"""The first plan: sites in an order, each in the way and the weeks that end it soonest, in what the others leave free."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from carveout.plan.migration.carrier import Carrier, Placed, Plan, Site, Way, core_names, core_weeks
from carveout.plan.migration.cost import Score, exposure_rate, score
from carveout.plan.migration.money import core_cost
from carveout.plan.migration.slots import Slots


def place_core(slots: Slots, name: str) -> int | None:
    """Put a core job in at its earliest; its start, or None where it never fits."""
    length, cost = core_weeks(slots.carrier, name), core_cost(slots.carrier, name)
    start = slots.next_crew("core", "", length, 1, 0)
    while start < slots.weeks and not slots.affordable(start, cost):
        start = slots.next_crew("core", "", length, 1, start + 1)
    if start >= slots.weeks:
        return None
    slots.put_core(name, start)
    return start


@dataclass(frozen=True, slots=True)
class Taste:
    """How a way is chosen: by its end, plus weeks for each tower crew-week and for each thousand dollars."""

    work: float = 0.0
    price: float = 0.0


def place_site(slots: Slots, site: Site, ready: int, taste: Taste = Taste()) -> Placed | None:
    """Put a site in, in the way that suits best; None where it never fits. ``ready`` is when its core is."""
    survey = slots.next_crew("survey", "", site.survey, 1, 0)
    if survey >= slots.weeks:
        return None
    best: tuple[float, Placed] | None = None
    for number in site.ways:
        way = slots.carrier.ways[number]
        found = _in_way(slots, site, number, survey, ready)
        if found is None:
            continue
        value = (
            found.end(slots.carrier)
            + taste.work * way.crews * (way.build + way.removal)
            + taste.price * way.cost(site.sectors)
        )
        if best is None or value < best[0]:
            best = (value, found)
    if best is None:
        return None
    slots.put(site, best[1])
    return best[1]


def _in_way(slots: Slots, site: Site, number: int, survey: int, ready: int) -> Placed | None:
    carrier, never = slots.carrier, slots.weeks
    way, season = carrier.ways[number], site.season
    allowed = survey + site.survey + site.permit
    strengthen = None
    if site.structural and not way.off_air:
        strengthen = slots.next_crew("structural", season, site.structural, 1, allowed)
        allowed = strengthen + site.structural
    build = max(allowed, carrier.vendors[way.vendor].lead, ready - way.build if way.off_air else 0)
    cost = way.cost(site.sectors)
    while True:
        build = _next_build(slots, way, season, build)
        if build >= never or (strengthen is not None and strengthen >= never):
            return None
        if not slots.affordable(build, cost):
            build += 1
            continue
        if way.off_air:
            cutover = build + way.build
            if (
                slots.quiet(site, build, way.build + way.cutover)
                and slots.next_crew("integration", "", way.cutover, 1, cutover) == cutover
            ):
                return Placed(number, survey, None, build, cutover, None)
            build += 1
            continue
        cutover = slots.next_crew("integration", "", way.cutover, 1, max(build + way.build, ready))
        if cutover >= never:
            return None
        if not way.removal:
            return Placed(number, survey, strengthen, build, cutover, None)
        remove = slots.next_crew("tower", season, way.removal, way.crews, cutover + way.cutover)
        if remove >= never:
            return None
        if remove + way.removal - build <= carrier.double_load:
            return Placed(number, survey, strengthen, build, cutover, remove)
        build += 1


def _next_build(slots: Slots, way: Way, season: str, at: int) -> int:
    """The first week in which both crews and deliveries allow a build to start."""
    while True:
        begin = slots.next_crew("tower", season, way.build, way.crews, at)
        at = slots.next_delivery(way.vendor, begin)
        if at == begin or at >= slots.weeks:
            return at


def in_order(
    carrier: Carrier, order: str, markets: Sequence[str], sites: Sequence[int], taste: Taste = Taste()
) -> Plan | None:
    """The plan that comes of placing the cores, then the sites in an order; None where one does not fit."""
    slots = Slots(carrier)
    cores: dict[str, int] = {}
    for name in [""] if order == "core_first" else markets:
        start = place_core(slots, name)
        if start is None:
            return None
        cores[name] = start
    placed: list[Placed | None] = [None] * len(carrier.sites)
    for number in sites:
        site = carrier.sites[number]
        core = "" if order == "core_first" else site.market
        placed[number] = place_site(slots, site, cores[core] + core_weeks(carrier, core), taste)
        if placed[number] is None:
            return None
    return Plan(order, cores, tuple(one for one in placed if one is not None))


TASTES = (Taste(), Taste(3.0, 0.05), Taste(30.0, 0.5), Taste(1.0, 0.3), Taste(100.0, 1.0), Taste(8.0, 0.0))


def first_plan(
    carrier: Carrier, runways: Sequence[float], *, until: float, seed: int = 0, rounds: int = 2000
) -> tuple[Plan, Score] | None:
    """The best of some plans made by rules until the clock; None where none fits.

    The first rounds try every order of the core with every taste; later ones change the ranks of the best a little.
    """
    draw = random.Random(seed)
    best: tuple[Plan, Score] | None = None
    numbers = range(len(carrier.sites))
    kept: tuple[str, tuple[str, ...], list[float], Taste] | None = None
    opening = len(carrier.orders) * len(TASTES)
    for count in range(rounds):
        if count >= len(carrier.orders) and monotonic() > until and (best is not None or count >= opening):
            break
        if count < opening or kept is None:
            order, taste = (
                carrier.orders[count % len(carrier.orders)],
                TASTES[count // len(carrier.orders) % len(TASTES)],
            )
            served = core_names(carrier, "market_by_market")
            markets = tuple(sorted(served, key=lambda name: draw.random()) if count else served)
            rank = _ranks(carrier, runways, order, markets, draw)
        else:
            order, markets, rank, taste = kept
            rank = [value + draw.gauss(0, 8.0) * (draw.random() < 0.15) for value in rank]
            taste = draw.choice((taste, taste, taste, *TASTES))
        plan = in_order(carrier, order, markets, sorted(numbers, key=rank.__getitem__), taste)
        if plan is not None:
            made = score(carrier, plan, runways)
            if best is None or made <= best[1]:
                best, kept = (plan, made), (order, markets, rank, taste)
    return best


def _ranks(
    carrier: Carrier, runways: Sequence[float], order: str, markets: Sequence[str], draw: random.Random
) -> list[float]:
    """Sites with much to lose and long permits come early, with some chance; market by market more or less as the cores come."""
    turn = {name: place for place, name in enumerate(markets)}
    width = draw.choice((0.0, 5.0, 150.0)) if order == "market_by_market" else 0.0
    most = max((exposure_rate(carrier, site) for site in carrier.sites), default=1) or 1
    found = []
    for site, runway in zip(carrier.sites, runways, strict=True):
        risk = exposure_rate(carrier, site) / most * max(0.0, 1 - runway / carrier.horizon)
        found.append(width * turn[site.market] - 60 * risk - 0.5 * site.permit + 40 * draw.random())
    return found
