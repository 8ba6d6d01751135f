"""What a plan is worth: when it ends, then what it costs, in whole dollars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from carveout.plan.migration.carrier import Carrier, Placed, Plan, Site
from carveout.plan.migration.money import core_cost


class Score(NamedTuple):
    """The week by whose start all is done, and the cost in dollars; the first counts first."""

    finish: int
    dollars: int


def fixed_cost(carrier: Carrier, site: Site, number: int) -> int:
    """Dollars of a way at a site that do not depend on when: its price, and the persons off the air meanwhile."""
    way = carrier.ways[number]
    off = (way.build + way.cutover) * site.unserved * carrier.money.roaming if way.off_air else 0
    return way.cost(site.sectors) * 1000 + round(off)


def exposure_rate(carrier: Carrier, site: Site) -> int:
    """Dollars for each week that a site waits for its cut-over after its spares are used up."""
    return round(site.population * carrier.money.exposure)


def exposed_from(runway: float, horizon: int) -> int:
    """The week from which a site is exposed; the horizon stands for never."""
    return horizon if runway >= horizon else max(0, math.floor(runway))


def exposed(carrier: Carrier, placed: Placed, runway: float) -> int:
    """Weeks from the end of the spares to the end of the cut-over."""
    end = placed.cutover + carrier.ways[placed.way].cutover
    return max(0, end - exposed_from(runway, carrier.horizon))


def score(carrier: Carrier, plan: Plan, runways: Sequence[float]) -> Score:
    """Finish and cost of a plan; ``runways`` is the week in which the spares of each site are used up."""
    finish = plan.finish(carrier)
    dollars = finish * carrier.money.overhead * 1000
    dollars += sum(core_cost(carrier, name) * 1000 for name in plan.cores)
    for site, placed, runway in zip(carrier.sites, plan.sites, runways, strict=True):
        dollars += fixed_cost(carrier, site, placed.way)
        dollars += exposure_rate(carrier, site) * exposed(carrier, placed, runway)
    return Score(finish, dollars)
