"""What must fit before a week, whatever the plan: the work of crews, deliveries, persons off the air, money.

Each demand is a sum over the ways of the sites that may not exceed what there is. Work may be split and ways mixed here, so what does
not fit here fits in no plan. The bounds and the explanation of conflicts rest on the same demands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from carveout.plan.migration.carrier import Carrier, Site, core_names
from carveout.plan.migration.money import available, core_cost, returned
from carveout.plan.migration.profiles import MONTH


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of something, per pair of site and way, and what there is of it: ``told`` has {asked} and {most}."""

    name: str
    told: str
    values: tuple[float, ...]
    most: float


def pairs_of(carrier: Carrier) -> list[tuple[int, int]]:
    """Every site (by place) with every way that is possible there: not off the air where a floor would not bear the site alone."""
    return [(n, way) for n, site in enumerate(carrier.sites) for way in bearable(carrier, site)]


def bearable(carrier: Carrier, site: Site) -> list[int]:
    """The ways that are possible at a site; all that are stated where that leaves none."""
    bears = site.unserved <= carrier.most_off_air[site.market] and site.sole <= carrier.most_uncalled
    return [way for way in site.ways if bears or not carrier.ways[way].off_air] or list(site.ways)


def demands(carrier: Carrier, end: int, pairs: Sequence[tuple[int, int]], order: str = "") -> list[Demand]:
    """All demands of a program that ends before a week, with the core in an order (empty: in whichever suits)."""
    sites, ways = carrier.sites, carrier.ways
    after_build = min((ways[w].cutover + ways[w].removal for _, w in pairs), default=0)
    least = min((ways[w].build + ways[w].cutover + ways[w].removal for _, w in pairs), default=0)
    head = min((sites[n].survey + sites[n].permit for n, _ in pairs), default=0)
    after_survey = min(
        (sites[n].permit + ways[w].build + ways[w].cutover + ways[w].removal for n, w in pairs), default=0
    )
    first = max(head, min((one.lead for one in carrier.vendors.values()), default=0))
    found = [
        _crews(carrier, "survey", "", "surveys", [sites[n].survey for n, _ in pairs], 0, end - after_survey),
        _crews(carrier, "structural", "", "structural work on towers that carry both sets",
               [0 if ways[w].off_air else sites[n].structural for n, w in pairs], head, end - least),
        _crews(carrier, "integration", "", "cut-overs", [ways[w].cutover for _, w in pairs], first, end),
    ]  # fmt: skip
    climbing = [ways[w].crews * (ways[w].build + ways[w].removal) for _, w in pairs]
    last = end - min((0 if ways[w].removal else ways[w].cutover for _, w in pairs), default=0)
    found.append(_crews(carrier, "tower", "", "building and removing", climbing, first, last))
    found += _whole_builds(carrier, pairs, first, end - after_build)
    ready = _core_ready(carrier, order)
    waits = [ways[w].crews * (ways[w].build if ways[w].off_air else ways[w].removal) for _, w in pairs]
    since = max(first, ready - max((ways[w].build for _, w in pairs if ways[w].off_air), default=0))
    waiting = _crews(carrier, "tower", "", "what must wait for the core", waits, since, last)
    found.append(replace(waiting, name="tower crews once a core is ready"))
    for season in sorted({site.season for site in sites} - {""}):
        mine = [value if sites[n].season == season else 0 for (n, _), value in zip(pairs, climbing, strict=True)]
        found.append(
            _crews(carrier, "tower", season, f"building and removing in the season {season}", mine, first, last)
        )
    anywhere = np.any([carrier.open[site.season] for site in sites], axis=0) & (np.array(carrier.crews["tower"]) > 0)
    for name, one in sorted(carrier.vendors.items()):
        months = _months(anywhere, one.lead, end - after_build)
        values = tuple(float(ways[w].vendor == name) for _, w in pairs)
        told = (
            f"{{asked:,.0f}} sites of vendor {name}, which delivers {{most:,.0f}} after {one.lead} weeks of lead time"
        )
        found.append(Demand(f"deliveries of {name}", told, values, float(one.per_month * months)))
    for name, most in sorted(carrier.most_off_air.items()):
        off = [_off(carrier, n, w, sites[n].unserved) if sites[n].market == name else 0.0 for n, w in pairs]
        told = f"{{asked:,.0f}} person-weeks off the air in market {name}, of which its coverage floor of {carrier.coverage:.1%} allows {{most:,.0f}}"
        found.append(Demand(f"coverage of {name}", told, tuple(off), float(most * max(0, end - first))))
    calls = tuple(_off(carrier, n, w, sites[n].sole) for n, w in pairs)
    told = f"{{asked:,.0f}} person-weeks without emergency calls, of which the floor of {carrier.emergency:.1%} allows {{most:,.0f}}"
    found.append(Demand("emergency calls", told, calls, float(carrier.most_uncalled * max(0, end - first))))
    own = [ways[w].cost(sites[n].sectors) for n, w in pairs]
    own = [amount - returned(amount, carrier.money.reimbursed) for amount in own]
    told = (
        "{asked:,.0f} thousand dollars of the sites that are not reimbursed, of which cash, credit and own funds give {most:,.0f} "
        "once the core is paid for"
    )
    left = available(carrier, max(1, end))[-1] - least_core_cost(carrier)
    found.append(Demand("money", told, tuple(map(float, own)), float(left)))
    return found


def _months(anywhere: npt.NDArray[np.bool_], first: int, last: int) -> int:
    """The fewest stretches of four weeks that hold all weeks in which a site can be begun."""
    count, covered = 0, first
    for week in np.flatnonzero(anywhere[: max(0, last)]):
        if week >= covered:
            count += 1
            covered = int(week) + MONTH
    return count


def _whole_builds(carrier: Carrier, pairs: Sequence[tuple[int, int]], first: int, last: int) -> list[Demand]:
    """Builds run without a break: of a stretch of open weeks they fill only whole multiples of what divides all their lengths."""
    step = math.gcd(*(carrier.ways[w].build for _, w in pairs)) if pairs else 1
    if step < 2:
        return []
    found = []
    for season in ["", *sorted({site.season for site in carrier.sites} - {""})]:
        mine = [carrier.open[season]] if season else [carrier.open[site.season] for site in carrier.sites]
        crews = np.where(np.any(mine, axis=0), np.array(carrier.crews["tower"]), 0)[max(0, first) : max(0, first, last)]
        edges = np.flatnonzero(np.diff(np.concatenate([[-1], crews, [-1]])))
        lengths = np.diff(edges)
        # Where the number of crews changes within a stretch, nothing is cut off: it may be worked through.
        apart = [crews[a - 1] == 0 if a else True for a in edges[:-1]] if len(crews) else []
        alone = [apart[n] and (edges[n + 1] == len(crews) or crews[edges[n + 1]] == 0) for n in range(len(lengths))]
        most = sum(
            int(crews[a]) * (int(n) // step * step if whole else int(n))
            for a, n, whole in zip(edges[:-1], lengths, alone, strict=True)
        )
        values = tuple(float(carrier.ways[w].crews * carrier.ways[w].build) if not season or carrier.sites[n].season == season else 0.0
                       for n, w in pairs)  # fmt: skip
        told = (
            f"{{asked:,.0f}} crew-weeks of builds of whole {step} weeks, for which the open weeks leave {{most:,.0f}}"
        )
        found.append(Demand("whole builds" + (f" in season {season}" if season else ""), told, values, float(most)))
    return found


def _core_ready(carrier: Carrier, order: str) -> int:
    """The soonest that any core is ready."""
    weeks = {
        "core_first": carrier.core,
        "market_by_market": min((one.core for one in carrier.markets.values()), default=0),
    }
    return min(weeks[one] for one in ((order,) if order else carrier.orders))


def least_core_cost(carrier: Carrier) -> int:
    """What the cheapest order of the core costs the carrier itself, after reimbursement."""
    found = []
    for order in carrier.orders:
        costs = [core_cost(carrier, name) for name in core_names(carrier, order)]
        found.append(sum(cost - returned(cost, carrier.money.reimbursed) for cost in costs))
    return min(found)


def _off(carrier: Carrier, site: int, number: int, persons: int) -> float:
    way = carrier.ways[number]
    return float(persons * (way.build + way.cutover)) if way.off_air else 0.0


def _crews(carrier: Carrier, kind: str, season: str, what: str, values: Sequence[int], first: int, last: int) -> Demand:
    crews = np.array(carrier.crews[kind], dtype=float)
    if kind == "tower":
        mine = [carrier.open[season]] if season else [carrier.open[site.season] for site in carrier.sites]
        crews = crews * np.any(mine, axis=0)
    most = float(crews[max(0, first) : max(0, first, last)].sum())
    told = f"{{asked:,.0f}} crew-weeks of {what}, of which the {kind} crews have {{most:,.0f}}" + (
        " in open weeks" if kind == "tower" else ""
    )
    return Demand(f"{kind} crews" + (f" in season {season}" if season else ""), told, tuple(map(float, values)), most)
