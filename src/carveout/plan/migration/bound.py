"""What no plan can beat: the soonest finish and the least cost, proven by relaxations that need no search.

*Finish.* All work of a kind of crew must lie between the earliest that any of it can start and the end less the least that must
follow; the work that climbs must fit into open weeks of its season; persons off the air, deliveries and money must suffice.
Ways may be mixed at a site, work may be split. A linear program says for a given end whether this leaves room.

*Cost.* Each site at its cheapest, plus the least exposure: a linear program in which sites are cut over in parts, week by week, as
fast as crews allow that could do nothing else. Both are lower bounds, whatever the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from carveout.plan.migration.carrier import Carrier, Site, core_weeks
from carveout.plan.migration.cost import exposed_from, exposure_rate, fixed_cost
from carveout.plan.migration.first_plan import place_core, place_site
from carveout.plan.migration.relaxation import demands, pairs_of
from carveout.plan.migration.slots import Slots

ENOUGH = 1 << 40
"""More money than any program has."""


class Bounds(NamedTuple):
    """The week before which no plan is done, and the dollars below which none is that is done as soon as the plan it stands beside."""

    finish: int
    dollars: int


def finish_bound(carrier: Carrier, known: int) -> int:
    """The week before which no plan is done; ``known`` is the finish of some plan, above which nothing is tried."""
    found = []
    for order in carrier.orders:
        ends = [_alone(carrier, site, order)[1] for site in carrier.sites]
        found.append(_finish(carrier, order, ends, known))
    return min(found)


def dollars_bound(carrier: Carrier, runways: Sequence[float], finish: int, by: int, *, seconds: float) -> int:
    """Dollars below which no plan is that is done by a week; none is done before ``finish``. ``seconds`` is what it may take."""
    share, found = seconds / len(carrier.orders), []
    for order in carrier.orders:
        earliest = [_alone(carrier, site, order)[0] for site in carrier.sites]
        found.append(_dollars(carrier, runways, order, earliest, by, share))
    return min(found) + finish * carrier.money.overhead * 1000


def _alone(carrier: Carrier, site: Site, order: str) -> tuple[int, int]:
    """The earliest end of the cut-over, and of everything, at a site if it were the only one."""
    slots = Slots(carrier, money=False)  # which of two payments comes first is for a plan to say
    name = "" if order == "core_first" else site.market
    start = place_core(slots, name)
    placed = place_site(slots, site, carrier.horizon if start is None else start + core_weeks(carrier, name))
    if placed is None:
        return carrier.horizon, carrier.horizon
    least = min(carrier.ways[number].cutover for number in site.ways)
    way = carrier.ways[placed.way]
    end = placed.cutover + way.cutover if placed.remove is None else placed.remove + way.removal
    # The way that ends soonest need not be cut over soonest: a cut-over follows the build, the core and what precedes it.
    cut = site.survey + site.permit + min(carrier.ways[number].build for number in site.ways) + least
    lead = min(carrier.vendors[carrier.ways[n].vendor].lead + carrier.ways[n].build for n in site.ways) + least
    ready = min((carrier.core if order == "core_first" else carrier.markets[site.market].core), carrier.horizon) + least
    return max(cut, lead, ready), end


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
    names = [""] if order == "core_first" else [n for n in carrier.markets if any(s.market == n for s in carrier.sites)]
    work = sum(core_weeks(carrier, name) for name in names)
    line = np.cumsum(carrier.crews["core"])
    enough = np.flatnonzero(line >= work)
    last = int(enough[0]) + 1 if len(enough) else carrier.horizon
    return last + min(way.cutover for way in carrier.ways) if work else 0


def _room(carrier: Carrier, end: int, order: str) -> bool:
    """Whether the relaxed work fits before a week; only a proof that it does not counts."""
    return _least(carrier, end, order, [0.0] * len(pairs_of(carrier))) is not None


def _least(carrier: Carrier, end: int, order: str, costs: Sequence[float]) -> float | None:
    """The least cost of ways mixed within all demands of a program that ends before a week; None where nothing fits."""
    pairs = pairs_of(carrier)
    asked = demands(carrier, end, pairs, order)
    most = np.array([demand.most for demand in asked])
    if (most < 0).any():
        return None
    scale = np.maximum(1.0, most)
    upper = csr_array(csr_array(np.array([demand.values for demand in asked])).multiply(1 / scale[:, None]))
    one = csr_array(
        (np.ones(len(pairs)), ([n for n, _ in pairs], range(len(pairs)))), shape=(len(carrier.sites), len(pairs))
    )
    # A tolerance in favor of room keeps the bound safe.
    found = linprog(np.array(costs), upper, most / scale + 1e-7, one, np.ones(len(carrier.sites)), method="highs")
    if found.status == 2:
        return None
    return float(found.fun) * (1 - 1e-6) if found.status == 0 else 0.0


def _dollars(
    carrier: Carrier, runways: Sequence[float], order: str, earliest: Sequence[int], end: int, seconds: float
) -> int:
    """The cores, the cheapest mixture of ways that can be done in time, and the least exposure."""
    names = [""] if order == "core_first" else [n for n in carrier.markets if any(s.market == n for s in carrier.sites)]
    fixed = sum((carrier.markets[n].cost if n else carrier.core_cost) * 1000 for n in names)
    ways = _least(carrier, end, order, [float(fixed_cost(carrier, carrier.sites[n], w)) for n, w in pairs_of(carrier)])
    if ways is None:  # in this order nothing is done in time
        return ENOUGH
    return fixed + int(ways) + _least_exposure(carrier, runways, earliest, seconds)


def _least_exposure(carrier: Carrier, runways: Sequence[float], earliest: Sequence[int], seconds: float) -> int:
    """A linear program: which part of each site is cut over at the end of which week, within crews that did nothing else."""
    weeks, ways = carrier.horizon, carrier.ways
    costs, site_of, week_of = [], [], []
    for n, site in enumerate(carrier.sites):
        first = min(max(1, earliest[n]), weeks)
        rate, start = exposure_rate(carrier, site), exposed_from(runways[n], weeks)
        for week in range(first, weeks + 1):
            costs.append(rate * max(0, week - start))
            site_of.append(n)
            week_of.append(week)
    if not any(costs):
        return 0
    i_of, w_of = np.array(site_of), np.array(week_of)
    count = len(costs)
    build = np.array([min(ways[w].crews * ways[w].build for w in site.ways) for site in carrier.sites], dtype=float)
    cut = np.array([min(ways[w].cutover for w in site.ways) for site in carrier.sites])
    length = np.array([min(ways[w].build for w in site.ways) for site in carrier.sites])
    survey = np.array([site.survey for site in carrier.sites], dtype=float)
    permit = np.array([site.permit for site in carrier.sites])
    blocks = []
    done = np.maximum(0, w_of - cut[i_of])  # the build is over by the start of this week
    tower = np.array(carrier.crews["tower"], dtype=float)
    tower[: min(one.lead for one in carrier.vendors.values())] = 0.0  # nothing is built before anything is delivered
    anywhere = np.any([carrier.open[site.season] for site in carrier.sites], axis=0)
    blocks.append((build[i_of], done, tower * anywhere))
    for season in {site.season for site in carrier.sites}:
        mine = np.array([site.season == season for site in carrier.sites], dtype=float)
        blocks.append((build[i_of] * mine[i_of], done, tower * np.array(carrier.open[season])))
    surveyed = np.maximum(0, done - length[i_of] - permit[i_of])
    blocks.append((survey[i_of], surveyed, np.array(carrier.crews["survey"], dtype=float)))
    data, rows, cols, total = [], [], [], count + len(blocks) * weeks
    for number, (work, by, _) in enumerate(blocks):
        base, store = number * (weeks + 1), count + number * weeks
        # Work done by the start of week b was done in weeks before it; what a week leaves over is stored for later needs.
        keep = work > 0
        data.append(work[keep])
        rows.append(base + by[keep])
        cols.append(np.flatnonzero(keep))
        each = np.arange(weeks)
        data += [np.full(weeks, -1.0), np.ones(weeks)]
        rows += [base + each + 1, base + each]
        cols += [store + each, store + each]
    # store[w] is what is left over at the start of week w + 1: needs(w) + store(w) - store(w - 1) <= capacity(w - 1).
    shape = (len(blocks) * (weeks + 1), total)
    upper = coo_array((np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=shape).tocsr()
    right = np.concatenate([np.concatenate([[0.0], capacity[:weeks]]) for _, _, capacity in blocks])
    equal = coo_array((np.ones(count), (i_of, np.arange(count))), shape=(len(carrier.sites), total)).tocsr()
    cost = np.concatenate([np.array(costs, dtype=float), np.zeros(total - count)])
    found = linprog(
        cost, upper, right, equal, np.ones(len(carrier.sites)), method="highs", options={"time_limit": seconds}
    )
    return int(found.fun * (1 - 1e-6)) if found.status == 0 else 0
