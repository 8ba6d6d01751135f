"""Published instances put to the planner itself: what books and stockpyl 1.0.2 say of them, to a millionth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import poisson

from carveout.plan.sourcing.case import Case, Part, Source, Store
from carveout.plan.sourcing.decompose import Solution, Stop, solve
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import PartModel, part_model
from carveout.plan.sourcing.stock_theory import disruption_lasts, order_quantity_cost

EXACT = Stop(gap=1e-9, rounds=200)
MUCH = 1e6
MILLION = 1e6
"""Money is counted in millionths, so that what a leaf of very small chance costs is no smaller than a solver's tolerance."""


def source(name: str, lawful: np.ndarray, **more: object) -> Source:
    made = {
        "supplier": name, "store": 0, "price": 0.0, "capacity": MUCH, "ships": 0, "arrives": 0, "qualification": 0,
        "qualification_cost": 0.0, "contract_fee": 0.0, "contract_capacity": 0.0, "contract_least": 0.0, "cancel": 0.0, "spot": False,
    }  # fmt: skip
    return Source(name=name, lawful=lawful, **{**made, **more})  # type: ignore[arg-type]


def one_part(
    demand: Sequence[float], sources: Sequence[Source], holding: float, shortage: float, p: np.ndarray, classes: np.ndarray,
    stores: Sequence[Store] = (),
) -> Case:  # fmt: skip
    own = Store("store", 0, 0.0, 0.0, np.ones(classes.shape, dtype=bool))
    part = Part("part", np.array(demand), 0.0, 0.0, holding, shortage, 0.0, 0.0, tuple(sources), (own, *stores))
    return Case((part,), p, classes, classes, ("store",), np.array([np.inf]))


def newsvendor(unit: float, p: Sequence[float], holding: float, stockout: float) -> tuple[Case, float]:
    """Stock is chosen before it is known how many units are wanted: on leaf n it is n times ``unit``.

    What is wanted in the second period is the same on every leaf, but there is old stock that the law lets be drawn on some
    leaves only: what may be drawn on a leaf is what it lacks to the largest demand. So a law that is not known makes a demand
    that is not known. The case, and what keeping the old stock costs: that of the first period, and of what may not be drawn.
    """
    leaves = len(p)
    most = leaves - 1
    classes = np.zeros((2, leaves), dtype=np.int64)
    classes[1] = np.arange(leaves)
    free = np.ones((2, leaves), dtype=bool)
    old = []
    for bit in range(most.bit_length()):
        lawful = np.zeros((2, leaves), dtype=bool)
        lawful[1] = (most - np.arange(leaves)) >> bit & 1 == 1
        old.append(Store(f"old {bit}", 0, unit * 2**bit, 0.0, lawful))
    weight = np.array(p) / sum(p)
    held = sum(store.on_hand for store in old)
    idle = held - unit * (most - np.arange(leaves))
    make = [source("stock", free, arrives=1)]
    case = one_part([0.0, most * unit], make, holding * MILLION, stockout * MILLION, weight, classes, old)
    return case, holding * (held + float(weight @ idle))


def solved(case: Case) -> tuple[Solution, PartModel]:
    links = Links(case)
    model = part_model(case, case.parts[0], links)
    return solve(case, EXACT, links=links, models=[model]), model


def stock_and_cost(case: Case, old: float) -> tuple[float, float]:
    found, model = solved(case)
    return float(found.x[0][model.place["y", 0, 0, 0]]), found.value / MILLION - old


def test_the_newsvendor_with_disruptions_is_planned_as_published() -> None:
    # Snyder and Shen, example 9.3: a base stock of 8,000 at 2737.0689302470355 a period.
    chances = [0.0, *(disruption_lasts(0.04, 0.25, n) for n in range(127))]
    stock, cost = stock_and_cost(*newsvendor(2000, chances, 0.25, 3))
    assert stock == pytest.approx(8000, rel=1e-6)
    assert cost == pytest.approx(2737.0689302470355, rel=1e-6)


@pytest.mark.parametrize(
    ("holding", "stockout", "mean", "stock", "cost"),
    [(1.0, 4.0, 6.0, 8, 3.5701069457709416), (0.18, 0.70, 50.0, 56, 1.797235211809178)],
    ids=["example 4.7", "stockpyl newsvendor_poisson"],
)
def test_the_newsvendor_with_poisson_demand_is_planned_as_published(
    holding: float, stockout: float, mean: float, stock: float, cost: float
) -> None:
    chances = [float(poisson.pmf(n, mean)) for n in range(128)]
    planned, value = stock_and_cost(*newsvendor(1.0, chances, holding, stockout))
    assert planned == pytest.approx(stock, rel=1e-6)
    assert value == pytest.approx(cost, rel=1e-6)


def test_the_lot_sizes_of_wagner_and_whitin_are_planned_as_published() -> None:
    # Example 3.9: a contract for each period costs 500; holding 2; wanted 90, 120, 80, 70. Orders of 210 and 150 cost 1,380.
    sources = []
    for period in range(4):
        lawful = np.zeros((4, 1), dtype=bool)
        lawful[period] = True
        sources.append(source(f"period {period}", lawful, capacity=0.0, contract_fee=500.0, contract_capacity=MUCH))
    case = one_part([90, 120, 80, 70], sources, 2.0, 1e4, np.ones(1), np.zeros((4, 1), dtype=np.int64))
    found, model = solved(case)
    assert found.value == pytest.approx(1380.0, rel=1e-6)
    ordered = [float(found.x[0][model.place["y", period, period, 0]]) for period in range(4)]
    assert ordered == pytest.approx([210, 0, 150, 0], abs=1e-4)


def test_the_cost_of_an_order_quantity_with_disruptions_is_the_published_one() -> None:
    assert order_quantity_cost(700, 8, 0.225, 5, 1300, 1.5, 14) == pytest.approx(174.78711738886236, rel=1e-12)
