"""The laws of the engine (design section 8), on random corpora and on the real one."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from carveout.book.compose import compose
from carveout.decide.determination import Transaction, determine, judge_units, make_units, outcome
from carveout.decide.outcome import Outcome
from carveout.decide.plain import Unit, compiled
from carveout.facts.row import read_row
from carveout.facts.schema import schema
from carveout.facts.value import FALSE, TRUE, Span
from carveout.law.corpus import Corpus, bundled, load
from carveout.law.involvement import Involvement
from tests.oracle import World, completions
from tests.strategies import DATES, DAYS, USED, corpora, facts_of, unknown_of, value_of

ROUGH = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])
CORPORA = corpora().map(load)


def unit_of(corpus: Corpus, facts: dict[str, Any], day: date) -> Unit:
    return Unit(corpus.view(), {**facts, "act_date": day})


def interval_of(unit: Unit) -> Any:
    return judge_units(unit.network, [unit])["overall"]


def without_spans(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, Span) else value for name, value in facts.items()}


@ROUGH
@given(CORPORA, facts_of(), DAYS, st.sampled_from(USED), st.data())
def test_a_new_fact_only_narrows_the_answer(
    corpus: Corpus, facts: dict[str, Any], day: date, name: str, data: Any
) -> None:
    facts[name] = unknown_of(schema()[name])
    before = interval_of(unit_of(corpus, facts, day))
    facts[name] = data.draw(value_of(schema()[name]))
    after = interval_of(unit_of(corpus, facts, day))
    assert before.at_least <= after.at_least <= after.at_most <= before.at_most


@ROUGH
@given(CORPORA, facts_of(), DAYS, st.sampled_from(DATES), st.data())
def test_a_narrower_span_only_narrows_the_answer(
    corpus: Corpus, facts: dict[str, Any], day: date, name: str, data: Any
) -> None:
    low, high = sorted((data.draw(DAYS), data.draw(DAYS)))
    facts[name] = Span(low, high)
    before = interval_of(unit_of(corpus, facts, day))
    facts[name] = low + timedelta(days=data.draw(st.integers(0, (high - low).days)))
    after = interval_of(unit_of(corpus, facts, day))
    assert before.at_least <= after.at_least <= after.at_most <= before.at_most


@ROUGH
@given(CORPORA, facts_of(spans=False), DAYS, st.integers(0, 1 << 20))
def test_every_complete_world_lies_within_the_interval(
    corpus: Corpus, facts: dict[str, Any], day: date, choice: int
) -> None:
    interval = interval_of(unit_of(corpus, facts, day))
    domains = {name: _domain(name) for name in USED}
    for number, world in enumerate(completions(facts, domains, 40)):
        found = World(corpus.view(), {**world, "act_date": day}, choice + number).outcome()
        assert interval.at_least <= found <= interval.at_most


def _domain(name: str) -> list[Any]:
    fact = schema()[name]
    if fact.type == "bool":
        return [TRUE, FALSE]
    if fact.type == "enum":
        return list(fact.values)
    if fact.type == "date":
        return [date(2019, 3, 1), date(2020, 2, 1), date(2021, 6, 1)]
    return [5.0, 30.0] if fact.type == "number" else ["EAR99", "5D002", "CU", "CN"]


@ROUGH
@given(CORPORA, facts_of(spans=False), DAYS, st.data())
def test_a_fact_that_is_not_listed_never_changes_the_outcome(
    corpus: Corpus, facts: dict[str, Any], day: date, data: Any
) -> None:
    transaction = Transaction("r", day, {k: v for k, v in facts.items() if not k.startswith("party_")},
                              (Involvement(("ultimate_consignee",), "x", "none"),))  # fmt: skip
    view = corpus.view()
    found = determine(transaction, view)
    listed = set(found.regimes["ear"].matters)
    others = [n for n in facts if n not in listed and not n.startswith("party_") and transaction.facts.get(n) in (None, 1)
              and facts[n] == unknown_of(schema()[n])]  # fmt: skip
    assume(others)
    filled = {**transaction.facts, **{n: data.draw(value_of(schema()[n])) for n in others}}
    again = Transaction("r", day, filled, transaction.involved)
    assert outcome(again, view) == found.overall


@ROUGH
@given(CORPORA, facts_of(), DAYS)
def test_the_outcome_is_constant_before_the_change_and_different_on_it(
    corpus: Corpus, facts: dict[str, Any], day: date
) -> None:
    transaction = Transaction("r", day, facts, (Involvement(("end_user",), "x", "none"),))
    view = corpus.view()
    found = determine(transaction, view)
    change = found.overall_changes_on
    last = change or date(2022, 6, 1)
    for later in {day + timedelta(days=n) for n in (1, 7, 30, 90)} | {last - timedelta(days=1)}:
        if day < later < last:
            assert outcome(Transaction("r", later, facts, transaction.involved), view) == found.overall
    if change is not None:
        assert outcome(Transaction("r", change, facts, transaction.involved), view) != found.overall
    else:
        for n in range(1, 1300, 13):
            assert (
                outcome(Transaction("r", day + timedelta(days=n), facts, transaction.involved), view) == found.overall
            )


@ROUGH
@given(corpora(), facts_of(), DAYS, st.randoms())
def test_the_order_of_files_is_irrelevant(
    sources: dict[str, str], facts: dict[str, Any], day: date, shuffler: random.Random
) -> None:
    names = list(sources)
    shuffler.shuffle(names)
    one, other = load(sources), load({name: sources[name] for name in names})
    assert one.hash == other.hash
    assert unit_of(one, facts, day).solution.holds == unit_of(other, facts, day).solution.holds


def test_the_same_row_asked_twice_gives_the_same_answer() -> None:
    cells = {
        "id": "r",
        "on": "2019-11-10",
        "direction": "export",
        "ultimate_consignee": "Huawei Technologies Co., Ltd.",
    }
    view = bundled().view()
    row, _ = read_row(cells)
    first, second = (determine(compose(row, view), view) for _ in range(2))
    assert first.regimes == second.regimes


REAL = ("direction", "item_kind", "origin", "activity", "network_fully_operational", "network_third_party", "contract_date",
        "certification_by", "device_class", "device_public_on", "enhances_function", "expands_capacity", "published",
        "ccl_license_required", "knowledge_of_violation", "diversion_knowledge", "us_controlled_content_pct", "eccn",
        "destination", "standards_body_open", "recipient_is_member", "release_setting", "standard_to_be_published",
        "party_listed_from", "party_listed_through", "party_group", "party_role", "party_footnote1_from")  # fmt: skip


@settings(max_examples=300)
@given(facts_of(REAL), DAYS, st.sampled_from(REAL), st.data())
def test_in_the_real_law_a_new_fact_only_narrows(facts: dict[str, Any], day: date, name: str, data: Any) -> None:
    facts[name] = unknown_of(schema()[name])
    before = interval_of(unit_of(bundled(), facts, day))
    facts[name] = data.draw(value_of(schema()[name]))
    after = interval_of(unit_of(bundled(), facts, day))
    assert before.at_least <= after.at_least <= after.at_most <= before.at_most


@settings(max_examples=300)
@given(facts_of(REAL, spans=False), DAYS, st.integers(0, 1 << 20))
def test_in_the_real_law_every_complete_world_lies_within_the_interval(
    facts: dict[str, Any], day: date, choice: int
) -> None:
    blank = {**compiled(bundled().view())[0].blank}
    everything = {**{n: (FALSE if schema()[n].type == "bool" else v) for n, v in blank.items()}, **facts}
    filled = {n: v if v is not None else _some(n) for n, v in everything.items() if n not in facts}
    unit = unit_of(bundled(), {**filled, **facts}, day)
    interval = interval_of(unit)
    domains = {n: _domain(n) for n in REAL}
    for number, world in enumerate(completions({**filled, **facts}, domains, 12)):
        found = World(bundled().view(), {**world, "act_date": day}, choice + number).outcome()
        assert interval.at_least <= found <= interval.at_most


def _some(name: str) -> Any:
    fact = schema()[name]
    return _domain(name)[0] if fact.type in ("date", "number", "enum") else "none"


def test_several_parties_are_several_units_and_the_worst_decides() -> None:
    view = bundled().view()
    row, _ = read_row({"id": "r", "on": "2019-12-01", "direction": "export", "item_kind": "commodity", "origin": "us",
                       "ultimate_consignee": "Acme", "ultimate_consignee_listing": "none",
                       "purchaser": "Huawei Technologies Co., Ltd.", "purchaser_country": "CN"})  # fmt: skip
    transaction = compose(row, view)
    assert len(make_units(transaction, view)) == 2
    assert outcome(transaction, view).at_most >= Outcome.license_required
