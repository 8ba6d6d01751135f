"""The value of a license against closed forms, and what must hold for every case."""

from __future__ import annotations

from dataclasses import replace
from math import erf, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.decide.outcome import Interval, Outcome
from carveout.plan.error import PlanError
from carveout.plan.license.case import Case, from_document
from carveout.plan.license.flows import flows, made_cost, present
from carveout.plan.license.lattice import ALL, NONE, value
from carveout.plan.license.lawful import Lawful
from carveout.plan.license.report import threshold, turned, written

FREE = Interval(Outcome.no_license_required, Outcome.no_license_required)
BARRED = Interval(Outcome.license_required, Outcome.license_required)
OPEN = Interval(Outcome.authorized, Outcome.license_required)
ACT = {"direction": "import"}


def document(**change: Any) -> dict[str, Any]:
    """A small case, with tables changed key by key: ``own={...}``."""
    from datetime import date

    found: dict[str, Any] = {
        "deal": {"title": "a deal", "on": date(2019, 10, 1), "years": 5, "discount_a_year": 0.1, "currency": "USD"},
        "market": {"units_a_year": 100},
        "own": {"unit_cost": 6.0, "placing": ACT},
        "options": {},
        "vendor": [{"name": "dear", "price_a_unit": 12.0, "buying": ACT}, {"name": "cheap", "price_a_unit": 10.0, "buying": ACT}],
        "asset": [{"name": "code", "needed": True, "inbound": ACT, "without": {"opex_a_year": 7.0}},
                  {"name": "help", "outward": ACT, "without": {"opex_a_year": 5.0}}],
    }  # fmt: skip
    for table, keys in change.items():
        found[table] = {**found[table], **keys} if isinstance(keys, dict) else keys
    return found


def case(**change: Any) -> Case:
    return from_document(document(**change))


def law(one: Case, **barred: Interval) -> Lawful:
    """The law under which all is free but what is named."""

    def at(name: str) -> Interval:
        return barred.get(name, FREE)

    return Lawful(
        {a.name: at(a.name) for a in one.assets if a.inbound},
        {a.name: (at(a.name),) * one.years for a in one.assets if a.outward},
        {v.name: (at(v.name),) * one.years for v in one.vendors}, (at("placing"),) * one.years,
    )  # fmt: skip


def annuity(rate: float, years: int) -> float:
    return (1 - (1 + rate) ** -years) / rate


def test_without_uncertainty_the_threshold_is_the_difference_of_two_annuities() -> None:
    one = case()
    expected = 100 * (10.0 - 6.0) * annuity(0.1, 5)
    assert threshold(one, [law(one)]) == pytest.approx(expected, rel=1e-12)


def test_a_delay_loses_the_first_years_and_part_of_one() -> None:
    one = case(own={"ready_after_years": 1.5})
    expected = 400 * (annuity(0.1, 5) - 1 / 1.1 - 0.5 / 1.1**2)
    assert threshold(one, [law(one)]) == pytest.approx(expected, rel=1e-12)


@given(st.floats(0.55, 0.99), st.floats(1, 100), st.floats(0, 500), st.floats(0.1, 500))
def test_learning_is_the_integral_of_the_power_law(
    learning: float, experience: float, more: float, units: float
) -> None:
    b = -log(learning) / log(2)
    before = experience + more
    places = np.linspace(before, before + units, 4001)
    curve = 3.0 * (places / experience) ** -b
    integral = float(((curve[1:] + curve[:-1]) / 2 * np.diff(places)).sum())
    assert made_cost(3.0, learning, experience, before, units) == pytest.approx(integral, rel=1e-3)


@pytest.mark.parametrize("volatility", [0.1, 0.3, 0.6])
def test_abandoning_on_one_day_is_a_call_of_black_and_scholes(volatility: float) -> None:
    """All units in the second year; leaving at its start brings a salvage. As steps get many the lattice becomes the formula."""
    one = case(
        deal={"years": 2}, market={"units_a_year": [0, 100]},
        options={"volatility_a_year": volatility, "steps_a_year": 52, "abandon": {"salvage": [0, 250.0]}},
    )  # fmt: skip
    avoided, cost, salvage, r = 1000.0, 600.0, 250.0, 0.1
    strike = cost + salvage * (1 + r)
    d1 = log(avoided / strike) / volatility + volatility / 2

    def normal(x: float) -> float:
        return 0.5 * (1 + erf(x / sqrt(2)))

    call = avoided * normal(d1) - strike * normal(d1 - volatility)
    assert threshold(one, [law(one)]) == pytest.approx((salvage + call / (1 + r)) / (1 + r), rel=4e-3)


NUMBER = st.floats(0, 3)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    years = draw(st.integers(1, 5))
    return case(
        deal={"years": years, "discount_a_year": draw(st.floats(0, 0.3))},
        market={"units_a_year": draw(st.lists(st.floats(0, 200), min_size=years, max_size=years))},
        own={"unit_cost": draw(st.floats(0, 20)), "learning": draw(st.floats(0.6, 1)), "experience_units": 10.0, "capex": draw(st.floats(0, 500)),
             "audit_a_year": draw(st.floats(0, 50)), "sales_units_a_year": draw(st.floats(0, 100)), "sales_margin_share": 0.3},
        options={"volatility_a_year": draw(st.floats(0, 1)), "steps_a_year": draw(st.integers(1, 3)),
                 "modify": {"cost": draw(st.floats(0, 300)), "sales_share_more": draw(NUMBER), "audit_share_less": draw(st.floats(0, 1)), "needs": "code"},
                 "exclusive": {"cost": draw(st.floats(0, 300)), "sales_share_more": draw(NUMBER), "until_year": draw(st.integers(0, 4))},
                 "abandon": {"exit_cost": draw(st.floats(0, 100)), "salvage": draw(st.floats(0, 100))}},
    )  # fmt: skip


@settings(max_examples=60)
@given(cases())
def test_an_option_is_never_worth_less_than_nothing(one: Case) -> None:
    made = flows(one, law(one))
    bare = value(one, made, NONE)
    near = 1e-9 * (1 + abs(bare))
    for name in ("modify", "exclusive", "abandon"):
        assert value(one, made, replace(NONE, **{name: True})) >= bare - near
        assert value(one, made) >= value(one, made, replace(ALL, **{name: False})) - near


@settings(max_examples=60)
@given(cases(), st.floats(0, 1), st.floats(0, 1))
def test_options_gain_by_volatility_and_the_rest_does_not_move(one: Case, low: float, high: float) -> None:
    made = flows(one, law(one))
    low, high = sorted((low, high))
    calm, wild = (replace(one, options=replace(one.options, volatility=v)) for v in (low, high))
    near = 1e-9 * (1 + sum(made.avoided) + sum(made.cost))
    assert value(wild, made) >= value(calm, made) - near
    assert value(wild, made, NONE) == pytest.approx(value(calm, made, NONE), abs=near)


@settings(max_examples=60)
@given(cases())
def test_without_options_it_is_the_present_value_of_the_flows(one: Case) -> None:
    made = flows(one, law(one))
    each = tuple(a + s - c for a, s, c in zip(made.avoided, made.sales, made.cost, strict=True))
    assert value(one, made, NONE) == pytest.approx(
        present(one, each), abs=1e-8 * (1 + sum(made.avoided) + sum(made.cost))
    )


@settings(max_examples=40)
@given(cases(), st.floats(1, 3))
def test_dearer_vendors_never_lower_the_threshold(one: Case, factor: float) -> None:
    dearer = replace(one, vendors=tuple(replace(v, price=tuple(p * factor for p in v.price)) for v in one.vendors))
    held, more = threshold(one, [law(one)]), threshold(dearer, [law(dearer)])
    assert held is not None
    assert more is not None
    assert more >= held - 1e-7 * (1 + abs(held))


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_a_higher_fee_never_makes_the_deal_worth_it(low: float, high: float) -> None:
    low, high = sorted((low, high))
    said = []
    for fee in (low, high):
        one = case(deal={"fee_asked": fee})
        said.append(written(one, [law(one)])["worth_it"])
    assert said[0] or not said[1]


# The law


def test_a_needed_asset_that_may_not_come_leaves_no_fee_at_all() -> None:
    one = case()
    for outcome in (BARRED, OPEN):
        plan = written(one, [law(one, code=outcome)])
        assert plan["threshold_fee"] is None
        assert plan["closes_chance"] == 0
        assert plan["scenarios"][0]["why"].startswith("code may not surely come")


def test_what_may_not_go_out_costs_what_it_costs_to_be_without() -> None:
    one = case()
    held = threshold(one, [law(one)])
    assert held is not None
    assert threshold(one, [law(one, help=OPEN)]) == pytest.approx(held - 5 * annuity(0.1, 5))


def test_the_cheapest_vendor_counts_only_where_it_may_be_bought_from() -> None:
    one = case()
    assert threshold(one, [law(one, cheap=OPEN)]) == pytest.approx(100 * (12.0 - 6.0) * annuity(0.1, 5))
    plan = written(one, [law(one, cheap=BARRED, dear=BARRED)])
    assert plan["threshold_fee"] is None
    assert "no vendor" in plan["scenarios"][0]["why"]


def test_what_the_line_makes_and_may_not_place_brings_nothing() -> None:
    one = case(own={"capex": 50.0})
    assert threshold(one, [law(one, placing=OPEN)]) == pytest.approx(-50 / 1.1)


def test_the_source_that_may_not_come_cannot_be_changed() -> None:
    assets = [{"name": "code", "inbound": ACT}, {"name": "patents", "inbound": ACT}]
    options = {"modify": {"cost": 1.0, "sales_share_more": 1.0, "needs": "code"}}
    one = case(asset=assets, options=options, own={"sales_units_a_year": 10, "sales_margin_share": 0.5})
    free, barred = (written(one, [law(one, code=o)])["options"][0]["adds_alone"] for o in (FREE, BARRED))
    assert free > 0
    assert barred == 0


def test_scenarios_in_which_the_deal_cannot_be_done_do_not_count() -> None:
    scenarios = [{"name": "free", "probability": 0.25}, {"name": "barred", "probability": 0.75}]
    one = case(scenario=scenarios)
    plan = written(one, [law(one), law(one, code=BARRED)])
    assert plan["closes_chance"] == 0.25
    assert plan["threshold_fee"] == pytest.approx(400 * annuity(0.1, 5))


def test_the_tornado_turns_every_number_it_knows() -> None:
    from carveout.plan.license.case import RANGES

    one = case(
        options={"volatility_a_year": 0.2},
        own={"capex": 5.0, "opex_a_year": 3.0, "audit_a_year": 2.0, "sales_units_a_year": 4.0},
    )
    for name in RANGES:
        found = from_document(document(range=[{"name": name, "low": 0.6, "high": 0.9}])).ranges[0]
        assert turned(one, found, 0.73) != one


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"deal": {"years": 0}}, "[deal] years: 0 is not a whole number from 1 to 40"),
    ({"deal": {"discount": 0.1}}, "[deal] has no 'discount'; did you mean 'discount_a_year'?"),
    ({"market": {"units_a_year": [1, 2]}}, "[market] units_a_year: [1, 2] is not a number from 0, or a list of 5, one a year"),
    ({"own": {"learning": 0.4}}, "[own] learning: 0.4 is not a number from 0.5 to 1"),
    ({"own": {"placing": {}}}, "[own] placing: {} is not cells of a book"),
    ({"vendor": []}, "a [[vendor]] is needed"),
    ({"vendor": [{"name": "a", "price_a_unit": 1, "buying": {"directon": "import"}}]}, "directon is no column of a book; did you mean direction?"),
    ({"asset": [{"name": "a"}]}, "[asset a] has neither inbound nor outward cells"),
    ({"scenario": [{"name": "a", "probability": 0.5}]}, "the probabilities of [[scenario]] sum to 0.5, not to 1"),
    ({"range": [{"name": "own.costs", "low": 1, "high": 2}]}, "[range own.costs] name: 'own.costs' is not one of"),
    ({"options": {"modify": {"cost": 1, "needs": "codes"}}}, "[options.modify] needs 'codes', which is no [[asset]]"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), FAULTS, ids=[told[:50] for _, told in FAULTS])
def test_what_is_wrong_is_told(change: dict[str, Any], told: str) -> None:
    with pytest.raises(PlanError) as error:
        case(**change)
    assert told in str(error.value)
