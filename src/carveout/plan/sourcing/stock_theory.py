"""Stock under disruption in closed form: what single-source theory says, beside which the planner is tested.

Snyder and Shen, *Fundamentals of Supply Chain Theory*, chapter 9: the economic order quantity with disruptions (Parlar and
Berkin; Snyder's cost function), and the newsvendor whose supply fails and recovers from period to period.
"""

from __future__ import annotations

import math

from scipy.optimize import minimize_scalar


def order_quantity_cost(
    quantity: float, fixed: float, holding: float, stockout: float, demand: float, disruption: float, recovery: float
) -> float:
    """The cost per unit of time of an order quantity, where supply fails at one rate and recovers at another.

    ``fixed`` per order, ``holding`` per unit and time, ``stockout`` per unit lost, ``demand`` units per time; rates per time.
    """
    both = disruption + recovery
    down = disruption / both * (1 - math.exp(-both * quantity / demand))
    cycle = quantity / demand + down / recovery
    return (fixed + holding * quantity * quantity / (2 * demand) + stockout * demand * down / recovery) / cycle


def order_quantity(
    fixed: float, holding: float, stockout: float, demand: float, disruption: float, recovery: float
) -> tuple[float, float]:
    """The best order quantity and its cost per unit of time (:func:`order_quantity_cost`)."""

    def cost(quantity: float) -> float:
        return order_quantity_cost(quantity, fixed, holding, stockout, demand, disruption, recovery)

    plain = math.sqrt(2 * fixed * demand / holding)
    high = plain + demand * (1 / recovery + 1 / disruption)
    found = minimize_scalar(cost, bounds=(1e-9, max(high, 10 * plain)), method="bounded", options={"xatol": 1e-10})
    return float(found.x), float(found.fun)


def disruption_lasts(failing: float, recovering: float, periods: int) -> float:
    """The chance that supply has been down for just so many periods (0: it is up), in the long run."""
    if periods == 0:
        return recovering / (failing + recovering)
    return failing * recovering / (failing + recovering) * (1 - recovering) ** (periods - 1)


def base_stock(
    holding: float, stockout: float, demand: float, failing: float, recovering: float
) -> tuple[float, float]:
    """The level to order up to each period and its mean cost, where supply fails and recovers with given chances a period."""
    ratio = stockout / (stockout + holding)
    covered, total = 0, disruption_lasts(failing, recovering, 0)
    while total < ratio:
        covered += 1
        total += disruption_lasts(failing, recovering, covered)
    level = demand * (1 + covered)
    cost, periods, left = 0.0, 0, 1.0
    while left > 1e-15 or periods <= covered:
        chance = disruption_lasts(failing, recovering, periods)
        wanted = demand * (periods + 1)
        cost += chance * (holding * max(0.0, level - wanted) + stockout * max(0.0, wanted - level))
        left -= chance
        periods += 1
        if periods > 10_000:
            break
    return level, cost
