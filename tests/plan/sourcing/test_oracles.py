"""Published results on stock and second sources under disruption, and the planner beside closed forms."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from carveout.plan.sourcing.case import Case, Part, Source, Store
from carveout.plan.sourcing.decompose import Stop, solve
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import part_model
from carveout.plan.sourcing.risk import cvar
from carveout.plan.sourcing.stock_theory import base_stock, disruption_lasts, order_quantity

EXACT = Stop(gap=1e-9, rounds=200)


def test_the_economic_order_quantity_with_disruptions_of_snyder_and_shen() -> None:
    # Exercise 9.1: Q* = 772.81 at a cost of 173.95 a year; further digits as stockpyl 1.0.2 gives them.
    quantity, cost = order_quantity(8, 0.225, 5, 1300, 1.5, 14)
    assert quantity == pytest.approx(772.8110739983106, rel=1e-6)
    assert cost == pytest.approx(173.95000257319708, rel=1e-9)


def test_without_disruptions_it_is_the_plain_economic_order_quantity() -> None:
    # Example 3.1 of the same book: Q* = 304.0467800264368 at 68.41052550594829.
    quantity, cost = order_quantity(8, 0.225, 5, 1300, 1e-9, 14)
    assert quantity == pytest.approx(304.0467800264368, rel=1e-6)
    assert cost == pytest.approx(68.41052550594829, rel=1e-6)


def test_the_newsvendor_with_disruptions_of_snyder_and_shen() -> None:
    level, cost = base_stock(0.25, 3, 2000, 0.04, 0.25)
    assert level == 8000
    # Summed over ten thousand lengths of a disruption, not in closed form.
    chances = [disruption_lasts(0.04, 0.25, n) for n in range(400)]
    assert sum(chances) == pytest.approx(1, abs=1e-12)
    by_sum = sum(
        p * (0.25 * max(0, level - 2000 * (n + 1)) + 3 * max(0, 2000 * (n + 1) - level)) for n, p in enumerate(chances)
    )
    assert cost == pytest.approx(by_sum, rel=1e-9)
    assert cost == pytest.approx(2737.06893, rel=1e-6)


@pytest.mark.parametrize("failing", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("recovering", [0.1, 0.4, 0.9])
def test_no_other_level_is_better_than_the_base_stock(failing: float, recovering: float) -> None:
    _level, cost = base_stock(0.5, 4, 10, failing, recovering)
    chances = [disruption_lasts(failing, recovering, n) for n in range(2000)]
    for other in range(10, 400, 5):
        mean = sum(
            p * (0.5 * max(0, other - 10 * (n + 1)) + 4 * max(0, 10 * (n + 1) - other)) for n, p in enumerate(chances)
        )
        assert cost <= mean + 1e-9


# The planner: one part, an incumbent that fails, a dearer source that never does

T, DOWN = 14, 4


def supply(
    chance: float, length: int, *, holding: float = 0.15, premium: float = 0.5, fee: float = 60.0, risk: float = 0.0
) -> Case:
    """From period 4 on the incumbent is down for ``length`` periods, with a chance; it becomes known when it happens."""
    down = np.zeros((T, 2), dtype=bool)
    down[DOWN : DOWN + length, 1] = True
    free = np.ones((T, 2), dtype=bool)
    sources = (
        Source("cheap", "incumbent", 0, 10.0, 30.0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, False, ~down),
        Source("sure", "second", 0, 10.0 + premium, 30.0, 0, 0, 2, fee, 0.0, 0.0, 0.0, 0.0, False, free),
    )
    part = Part(
        "part", np.full(T, 10.0), 10.0, 0.0, holding, 80.0, 0.0, 0.0, sources, (Store("store", 0, 0.0, 0.0, free),)
    )
    classes = np.zeros((T, 2), dtype=np.int64)
    classes[DOWN:] = [0, 1]
    return Case(
        (part,), np.array([1 - chance, chance]), classes, classes, ("store",), np.array([np.inf]), risk=risk, tail=0.9
    )


def mitigations(case: Case) -> tuple[float, bool, float]:
    """Stock when the disruption may begin, whether the second source is qualified, and the expected cost."""
    links = Links(case)
    model = part_model(case, case.parts[0], links)
    found = solve(case, EXACT, links=links, models=[model])
    x = found.x[0]
    return float(x[model.place["i", 0, DOWN - 1, 0]]), bool(x[model.place["z", 1, T - 1, 0]] > 0.5), found.value


def test_for_the_same_uptime_longer_rarer_disruptions_favor_the_second_source_over_stock() -> None:
    # Tomlin (2006): stock is the answer to short frequent disruptions, a second source to long rare ones.
    found = [mitigations(supply(0.8 / length, length)) for length in (1, 2, 4, 8)]
    qualified = [second for _, second, _ in found]
    assert qualified == sorted(qualified)
    assert not qualified[0]
    assert qualified[-1]
    assert found[0][0] == pytest.approx(10.0)
    assert found[-1][0] < found[0][0] + 1e-6


def test_without_limits_and_risk_one_answer_is_enough() -> None:
    # Tomlin: a mix is for finite capacity or risk aversion; with neither, stock or the second source covers all of it.
    for length in (1, 2, 4, 8):
        stock, second, _ = mitigations(supply(0.8 / length, length))
        assert not (second and stock > 1e-6)


def test_dearer_stock_never_adds_stock_and_a_dearer_second_source_never_brings_it() -> None:
    stocks = [mitigations(supply(0.3, 3, holding=h, fee=1e6))[0] for h in (0.05, 0.5, 2.0, 8.0, 30.0)]
    assert stocks == sorted(stocks, reverse=True)
    assert stocks[0] == pytest.approx(30.0)
    assert stocks[-1] == pytest.approx(0.0)
    seconds = [mitigations(supply(0.1, 8, fee=fee))[1] for fee in (10.0, 100.0, 500.0, 5000.0)]
    assert seconds == sorted(seconds, reverse=True)


@pytest.mark.parametrize("chance", [0.02, 0.1, 0.4])
def test_stock_for_a_disruption_of_unknown_length_is_the_newsvendors(chance: float) -> None:
    # The k-th unit of cover is kept from period 4-k on, so its price is known; it is worth a shortage with the chance that
    # the disruption lasts so long. Found by trying every cover.
    lengths = 5
    p = np.array([1 - chance, *(chance / lengths,) * lengths])
    base = supply(0.5, 1, fee=1e6)
    down = np.zeros((T, lengths + 1), dtype=bool)
    for n in range(1, lengths + 1):
        down[DOWN : DOWN + n, n] = True
    cheap = replace(base.parts[0].sources[0], lawful=~down, capacity=100.0)
    free = np.ones((T, lengths + 1), dtype=bool)
    part = replace(base.parts[0], sources=(cheap,), stores=(Store("store", 0, 0.0, 0.0, free),), holding=3.0)
    classes = np.zeros((T, lengths + 1), dtype=np.int64)
    for t in range(DOWN, T):
        classes[t] = [
            min(n, t - DOWN + 1) if n and n < t - DOWN + 1 else (lengths + 1 if n else 0) for n in range(lengths + 1)
        ]
    case = Case((part,), p, classes, classes, ("store",), np.array([np.inf]))
    case = replace(case, orders=_numbered(classes), states=_numbered(classes))
    found = solve(case, EXACT).value

    def cost(cover: int) -> float:
        total = 0.0
        for n, chance_ in enumerate(p):
            held = short = 0.0
            left = 10.0 * cover
            held += left  # at the end of period 3
            for t in range(DOWN, T):
                drawn = min(left, 10.0) if n and t < DOWN + n else 0.0
                if n and t < DOWN + n:
                    short += 10.0 - drawn
                elif left:
                    drawn = min(left, 10.0)
                left -= drawn
                held += left
            bought = 10.0 * T - short
            total += float(chance_) * (10.0 * bought + 3.0 * held + 80.0 * short)
        return total

    assert found == pytest.approx(min(cost(cover) for cover in range(lengths + 1)), rel=1e-6)


def _numbered(classes: np.ndarray) -> np.ndarray:
    from carveout.plan.sourcing.case import classes_of

    return classes_of([list(map(int, row)) for row in classes])


def test_the_more_risk_counts_the_dearer_and_the_safer_the_plan() -> None:
    points = []
    for risk in (0.0, 0.3, 0.6, 0.9):
        case = supply(0.02, 6, fee=160.0, holding=3.0, risk=risk)
        links = Links(case)
        model = part_model(case, case.parts[0], links)
        cost = model.cost @ solve(case, EXACT, links=links, models=[model]).x[0]
        points.append((float(case.probability @ cost), cvar(case, cost)))
    expected, worst = zip(*points, strict=True)
    assert all(a <= b + 1e-6 for a, b in itertools.pairwise(expected))
    assert all(a >= b - 1e-6 for a, b in itertools.pairwise(worst))
    assert worst[-1] < worst[0]
