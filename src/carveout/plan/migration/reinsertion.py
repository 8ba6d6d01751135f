"""One site at a time is taken out of a plan and put back where it is worth most: quick, and it ends where no single move helps."""

from __future__ import annotations

import random
from collections.abc import Sequence
from time import monotonic

import numpy as np
import numpy.typing as npt

from carveout.plan.migration.carrier import Carrier, Placed, Plan, Site, core_weeks
from carveout.plan.migration.cost import exposed, exposure_rate, fixed_cost
from carveout.plan.migration.profiles import MONTH, Profiles

Weeks = npt.NDArray[np.int64]


def reinserted(
    carrier: Carrier, plan: Plan, runways: Sequence[float], *, finish: int, by_ends: bool, until: float, seed: int = 0
) -> Plan:
    """The plan after passes over all sites, none done after week ``finish``: cheaper, or (``by_ends``) with sooner ends."""
    profiles, draw = Profiles(carrier), random.Random(seed)
    profiles.plan(plan, -1)
    sites = list(plan.sites)
    numbers = list(range(len(sites)))
    moved = True
    while moved and monotonic() < until:
        moved = False
        draw.shuffle(numbers)
        for number in numbers:
            if monotonic() > until:
                break
            site, old = carrier.sites[number], sites[number]
            core = "" if plan.order == "core_first" else site.market
            ready = plan.cores[core] + core_weeks(carrier, core)
            profiles.site(site, old, 1)
            best, value = old, _worth(carrier, site, old, runways[number], by_ends=by_ends)
            for way in site.ways:
                for found in _choices(profiles, site, way, old.survey, ready, finish):
                    made = _worth(carrier, site, found, runways[number], by_ends=by_ends)
                    if made < value:
                        best, value, moved = found, made, True
            sites[number] = best
            profiles.site(site, best, -1)
    return Plan(plan.order, plan.cores, tuple(sites))


def _worth(carrier: Carrier, site: Site, placed: Placed, runway: float, *, by_ends: bool) -> tuple[int, int]:
    """Dollars then end, or end then dollars; the least is best."""
    end = placed.end(carrier)
    dollars = fixed_cost(carrier, site, placed.way) + exposure_rate(carrier, site) * exposed(carrier, placed, runway)
    return (end, dollars) if by_ends else (dollars, end)


def _choices(profiles: Profiles, site: Site, number: int, survey: int, ready: int, finish: int) -> list[Placed]:
    """The soonest place of a site in a way beside what is there; none where it does not fit before the finish."""
    carrier, crews, opened = profiles.carrier, profiles.crews, profiles.open[site.season]
    way = carrier.ways[number]
    allowed, strengthen = survey + site.survey + site.permit, None
    if site.structural and not way.off_air:
        strengthen = _first(profiles.runs((crews["structural"] >= 1) & opened, site.structural), allowed)
        if strengthen is None:
            return []
        allowed = strengthen + site.structural
    allowed = max(allowed, carrier.vendors[way.vendor].lead)
    climbable = (crews["tower"] >= way.crews) & opened
    builds = profiles.runs(climbable, way.build) & profiles.affordable(way.cost(site.sectors))
    builds &= profiles.runs(profiles.vendors[way.vendor] >= 1, MONTH)
    cutovers = profiles.runs(crews["integration"] >= 1, way.cutover)
    if way.off_air:
        quiet = (profiles.served[site.market] >= site.unserved) & (profiles.calls >= site.sole)
        builds &= profiles.runs(quiet, way.build + way.cutover)
        then = np.zeros_like(builds)
        then[: len(builds) - way.build] = cutovers[way.build :]
        build = _first(builds & then, max(allowed, ready - way.build))
        if build is None or build + way.build + way.cutover > finish:
            return []
        return [Placed(number, survey, None, build, build + way.build, None)]
    removals = profiles.runs(climbable, way.removal)
    build = _first(builds, allowed)
    while build is not None:
        cutover = _first(cutovers, max(build + way.build, ready))
        remove = None if cutover is None else _first(removals, cutover + way.cutover) if way.removal else cutover
        if cutover is None or remove is None or remove + (way.removal or way.cutover) > finish:
            return []
        if not way.removal or remove + way.removal - build <= carrier.double_load:
            return [Placed(number, survey, strengthen, build, cutover, remove if way.removal else None)]
        build = _first(builds, build + 1)
    return []


def _first(good: npt.NDArray[np.bool_], at: int) -> int | None:
    if at >= len(good):
        return None
    place = int(np.argmax(good[at:]))
    return at + place if good[at + place] else None
