"""Cash flows of the deal against the vendors, year by year.

Year k is discounted to its end. What moves with the vendors' price level (spending on them that is avoided, and sales to others) is A; the
own line's cost is B: the license brings x A - B in a year in which the price level is x.

Learning (Wright 1936): a doubling of all units ever made multiplies the unit cost by the learning share, so q units after Q cost
``c E^b ((Q + q)^(1 - b) - Q^(1 - b)) / (1 - b)`` with b = -log2(share) and c the cost at E units.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from carveout.plan.license.case import Asset, Case
from carveout.plan.license.lawful import Lawful, free


@dataclass(frozen=True)
class Flows:
    """By year: ``avoided`` (vendor spending no longer needed), ``sales`` (margin on sales to others), ``cost`` (own line), ``audit`` (the yearly
    audits within cost); ``vendor`` is who would be bought from; ``closes`` whether the deal can be done, else ``why`` not."""

    avoided: tuple[float, ...]
    sales: tuple[float, ...]
    cost: tuple[float, ...]
    audit: tuple[float, ...]
    vendor: str
    closes: bool
    why: str = ""
    missing: tuple[str, ...] = ()


def made_cost(unit_cost: float, learning: float, experience: float, before: float, units: float) -> float:
    """What so many units cost after so many before (``before`` includes the experience)."""
    b = -log2(learning)
    return float(unit_cost * experience**b * ((before + units) ** (1 - b) - before ** (1 - b)) / (1 - b))


def spending(case: Case, vendor: str) -> tuple[float, ...]:
    """What all units cost from a vendor, by year."""
    one = next(v for v in case.vendors if v.name == vendor)
    return tuple(u * p + o for u, p, o in zip(case.units, one.price, one.opex, strict=True))


def present(case: Case, flows: tuple[float, ...]) -> float:
    """Present value of yearly flows, each at the end of its year."""
    return sum(flow / (1 + case.discount) ** (year + 1) for year, flow in enumerate(flows))


def best_vendor(case: Case, lawful: Lawful) -> str:
    """The cheapest vendor that may be bought from in every year; empty where there is none."""
    allowed = [v.name for v in case.vendors if all(free(o) for o in lawful.buying[v.name])]
    return min(allowed, key=lambda name: (present(case, spending(case, name)), name), default="")


def flows(case: Case, lawful: Lawful, *, vendor: str | None = None, without: str = "") -> Flows:
    """The flows under one scenario, against the cheapest lawful vendor or a given one; ``without`` leaves out an asset."""
    against = best_vendor(case, lawful) if vendor is None else vendor
    none = (0.0,) * case.years
    if not against:
        return Flows(
            none,
            none,
            none,
            none,
            "",
            False,
            "no vendor may surely be bought from in every year, so there is nothing to set it against",
        )
    for asset in case.assets:
        if asset.needed and asset.inbound and not free(lawful.inbound[asset.name]):
            return Flows(
                none,
                none,
                none,
                none,
                against,
                False,
                f"{asset.name} may not surely come: {lawful.inbound[asset.name]}",
            )
    own = case.own
    gone = {a.name for a in case.assets if a.name == without or (a.inbound and not free(lawful.inbound[a.name]))}
    missing = [a for a in case.assets if a.name in gone]
    ready = own.ready_after + sum(a.years_later for a in missing)
    share = [min(max(year + 1 - ready, 0.0), 1.0) * free(lawful.placing[year]) for year in range(case.years)]
    bought = spending(case, against)
    price = next(v for v in case.vendors if v.name == against).price
    before, avoided, sales, cost, audits = own.experience, [], [], [], []
    for year in range(case.years):
        units, sold = case.units[year] * share[year], own.sales[year] * share[year]
        lacking = [*missing, *(a for a in case.assets if _stopped(a, lawful, year, gone))]
        dearer = 1 + sum(a.unit_cost_share for a in lacking)
        made = made_cost(own.unit_cost, own.learning, own.experience, before, units + sold) if units + sold > 0 else 0.0
        before += units + sold
        audit = own.audit_yearly
        royalty = sum(a.royalty for a in lacking) * (units + sold)
        fixed = own.capex[year] + own.opex[year] + audit + sum(a.opex for a in lacking)
        if year == 0:
            fixed += own.audit_once + sum(a.capex for a in missing)
        own_made = made * dearer * (units / (units + sold) if units + sold > 0 else 0.0)
        avoided.append(bought[year] * share[year])
        sales.append(sold * price[year] * own.margin)
        cost.append(own_made + royalty + fixed)
        audits.append(audit)
    return Flows(tuple(avoided), tuple(sales), tuple(cost), tuple(audits), against, True, missing=tuple(sorted(gone)))


def _stopped(asset: Asset, lawful: Lawful, year: int, gone: set[str]) -> bool:
    """Whether a flow toward the other side is barred in a year."""
    return asset.name not in gone and bool(asset.outward) and not free(lawful.outward[asset.name][year])
