"""Parts solved alone under prices, against the whole program in SCIP; the same seed gives the same plan."""

from __future__ import annotations

import numpy as np
import pytest

from bench.plan_instances import drawn_case
from bench.scip import scip_value
from carveout.plan.sourcing.decompose import Stop, solve
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import part_model
from carveout.plan.sourcing.risk import cvar, objective_value
from carveout.plan.sourcing.whole_model import whole_model


@pytest.mark.parametrize(
    ("seed", "risk", "told_apart"), [(1, 0.0, 0), (2, 0.5, 0), (3, 0.0, 3), (4, 0.5, 3), (5, 1.0, 2)]
)
def test_small_cases_have_the_value_that_scip_proves(seed: int, risk: float, told_apart: int) -> None:
    case = drawn_case(3, 3, 8, 4, seed=seed, risk=risk, told_apart=told_apart)
    links = Links(case)
    models = [part_model(case, part, links) for part in case.parts]
    found = solve(case, Stop(gap=1e-6, rounds=300), links=links, models=models)
    best, _ = scip_value(whole_model(case, links, models))
    assert found.value == pytest.approx(best, rel=2e-6)
    assert found.bound <= best * (1 + 1e-7)
    cost = np.sum([model.cost @ x for model, x in zip(models, found.x, strict=True)], axis=0)
    assert objective_value(case, cost) == pytest.approx(found.value, rel=1e-9)
    use = np.sum([model.use @ x for model, x in zip(models, found.x, strict=True)], axis=0)
    assert (use <= links.limit + 1e-6 * np.maximum(1, links.limit)).all()


def test_the_same_seed_gives_the_same_plan_when_the_end_is_set_by_gap_or_rounds() -> None:
    case = drawn_case(3, 3, 8, 4, seed=9, risk=0.4)
    for stop in (Stop(gap=0.002), Stop(gap=0.0, rounds=3)):
        first, second = solve(case, stop), solve(case, stop)
        assert (first.value, first.bound, first.rounds) == (second.value, second.bound, second.rounds)
        assert all((a == b).all() for a, b in zip(first.x, second.x, strict=True))


def test_progress_is_told_and_the_bound_only_rises() -> None:
    told = []
    found = solve(drawn_case(3, 3, 10, 5, seed=11), Stop(gap=1e-4), tell=told.append)
    bounds = [one.bound for one in told]
    assert bounds == sorted(bounds)
    values = [one.value for one in told]
    assert values == sorted(values, reverse=True)
    assert (told[-1].value, told[-1].bound) == (found.value, found.bound)


def test_leaves_that_cannot_be_told_apart_share_their_orders() -> None:
    case = drawn_case(2, 3, 8, 5, seed=3, told_apart=4)
    assert case.counts[0][:4] == (1, 1, 1, 1)
    model = part_model(case, case.parts[0], Links(case))
    early = {key for key in model.place if key[0] == "y" and key[2] < 4}
    assert {key[3] for key in early} == {0}
    later = drawn_case(2, 3, 8, 5, seed=3, told_apart=0)
    exact = Stop(gap=1e-6, rounds=300)
    assert solve(later, exact).value <= solve(case, exact).value * (1 + 1e-6) or not _same_law(case, later)


def _same_law(left: object, right: object) -> bool:
    return all(
        (a.lawful == b.lawful).all()
        for p, q in zip(left.parts, right.parts, strict=True)  # type: ignore[attr-defined]
        for a, b in zip(p.sources, q.sources, strict=True)
    )


def test_cvar_is_the_mean_of_the_worst() -> None:
    case = drawn_case(1, 2, 4, 4, seed=1)
    cost = np.array([1.0, 5.0, 3.0, 9.0])
    p = case.probability
    values = np.concatenate([cost, np.linspace(0, 10, 4001)])
    # Rockafellar and Uryasev: the least of eta + E[(cost - eta)+] / (1 - tail).
    least = min(eta + float(p @ np.maximum(cost - eta, 0)) / (1 - case.tail) for eta in values)
    assert cvar(case, cost) == pytest.approx(least)
