"""What no plan can beat: the soonest finish and the least cost, proven by relaxations that need no search.

*Finish.* All work of a kind of crew must lie between the earliest that any of it can start and the end less the least that must
follow; the work that climbs must fit into open weeks of its season; persons off the air, deliveries and money must suffice.
Ways may be mixed at a site, work may be split. A linear program says for a given end whether this leaves room.

*Cost.* Prices by the week for all that sites share (:mod:`carveout.plan.migration.prices`), for plans that are done as soon as the
one the bound stands beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from carveout.plan.migration.carrier import Carrier, Site, core_names, core_weeks
from carveout.plan.migration.first_plan import place_core, place_site
from carveout.plan.migration.prices import Ascent, Relaxation
from carveout.plan.migration.relaxation import demands, pairs_of
from carveout.plan.migration.slots import Slots

ENOUGH = 1 << 40
"""More money than any program has."""

SLICES = 12
"""Into so many parts the time for the bound of the cost falls."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The week before which no plan is done, and the dollars below which none is that is done as soon as the plan it stands beside."""

    finish: int
    dollars: int


def finish_bound(carrier: Carrier, known: int) -> int:
    """The week before which no plan is done; ``known`` is the finish of some plan, above which nothing is tried."""
    found = []
    for order in carrier.orders:
        ends = [_alone(carrier, site, order) for site in carrier.sites]
        found.append(_finish(carrier, order, ends, known))
    return min(found)


def dollars_bound(
    carrier: Carrier, runways: Sequence[float], finish: int, by: int, *, target: int, until: float
) -> int:
    """Dollars below which no plan is that is done by a week; none is done before ``finish``. ``target`` is what some plan costs.

    Each order of the core has a bound of its own, of which the least counts; so the time goes to the one that is least.
    """
    overhead, slice_ = finish * carrier.money.overhead * 1000, max(0.05, (until - monotonic()) / SLICES)
    ascents = [Ascent(Relaxation(carrier, runways, order, by), float(target - overhead)) for order in carrier.orders]
    for ascent in ascents:
        ascent.run(until=monotonic() + slice_)
    while monotonic() < until:
        least = min(ascents, key=lambda one: one.bound)
        least.again()
        least.run(until=min(until, monotonic() + slice_))
    bound = min(ascent.bound for ascent in ascents)
    return ENOUGH if np.isinf(bound) else int(bound - 1e-9 * abs(bound)) + overhead


def _alone(carrier: Carrier, site: Site, order: str) -> int:
    """The earliest end of everything at a site if it were the only one."""
    slots = Slots(carrier, money=False)  # which of two payments comes first is for a plan to say
    name = "" if order == "core_first" else site.market
    start = place_core(slots, name)
    placed = place_site(slots, site, carrier.horizon if start is None else start + core_weeks(carrier, name))
    return carrier.horizon if placed is None else placed.end(carrier)


def _finish(carrier: Carrier, order: str, ends: Sequence[int], known: int) -> int:
    low = max([*ends, _core_end(carrier, order)], default=0)
    high = max(low, known)
    while low < high:  # the least end that leaves room
        middle = (low + high) // 2
        if _room(carrier, middle, order):
            high = middle
        else:
            low = middle + 1
    return low


def _core_end(carrier: Carrier, order: str) -> int:
    """The end of all core work, and the least cut-over after it."""
    work = sum(core_weeks(carrier, name) for name in core_names(carrier, order))
    enough = np.flatnonzero(np.cumsum(carrier.crews["core"]) >= work)
    last = int(enough[0]) + 1 if len(enough) else carrier.horizon
    return last + min(way.cutover for way in carrier.ways) if work else 0


def _room(carrier: Carrier, end: int, order: str) -> bool:
    """Whether ways can be mixed within all demands of a program that ends before a week; only a proof that they cannot counts."""
    pairs = pairs_of(carrier)
    asked = demands(carrier, end, pairs, order)
    most = np.array([demand.most for demand in asked])
    if (most < 0).any():
        return False
    scale = np.maximum(1.0, most)
    upper = csr_array(csr_array(np.array([demand.values for demand in asked])).multiply(1 / scale[:, None]))
    one = csr_array(
        (np.ones(len(pairs)), ([n for n, _ in pairs], range(len(pairs)))), shape=(len(carrier.sites), len(pairs))
    )
    # A tolerance in favor of room keeps the bound safe.
    found = linprog(np.zeros(len(pairs)), upper, most / scale + 1e-7, one, np.ones(len(carrier.sites)), method="highs")
    return bool(found.status != 2)
