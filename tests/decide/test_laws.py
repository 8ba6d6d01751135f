"""The laws of the engine (design section 8), on random corpora and on the real one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carveout.book.compose import compose
from carveout.decide.determination import Transaction, determine, judge_units, make_units, outcome
from carveout.decide.outcome import Outcome
from carveout.decide.plain import Unit
from carveout.facts.row import read_row
from carveout.facts.schema import schema
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Span
from carveout.law.corpus import Corpus, bundled, load
from carveout.law.involvement import Involvement
from tests.oracle import World, completions
from tests.strategies import DATES, FIRST, USED, corpora, random_facts, random_value, unknown_of

ROUGH = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a corpus is shrunk by hand, not by the hour
    max_examples=40,
)
CORPORA = corpora().map(load)


def unit_of(corpus: Corpus, facts: dict[str, Any], day: date) -> Unit:
    return Unit(corpus.view(), {**facts, "act_date": day})


def interval_of(unit: Unit) -> Any:
    return judge_units(unit.network, [unit])["overall"]


def without_spans(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, Span) else value for name, value in facts.items()}


SEEDS = st.integers(0, 1 << 30)
ROWS = 25
"""Rows drawn per random corpus: loading a corpus costs more than judging a row."""


def rows(seed: int) -> Iterator[tuple[random.Random, dict[str, Any], date]]:
    for number in range(ROWS):
        chance = random.Random(seed + number)
        yield chance, random_facts(chance, USED), FIRST + timedelta(days=chance.randrange(900))


@ROUGH
@given(CORPORA, SEEDS)
def test_a_new_fact_only_narrows_the_answer(corpus: Corpus, seed: int) -> None:
    for chance, facts, day in rows(seed):
        name = chance.choice(USED)
        facts[name] = unknown_of(schema()[name])
        before = interval_of(unit_of(corpus, facts, day))
        facts[name] = random_value(chance, schema()[name])
        after = interval_of(unit_of(corpus, facts, day))
        assert before.at_least <= after.at_least <= after.at_most <= before.at_most


@ROUGH
@given(CORPORA, SEEDS)
def test_a_narrower_span_only_narrows_the_answer(corpus: Corpus, seed: int) -> None:
    for chance, facts, day in rows(seed):
        name = chance.choice(DATES)
        low, high = sorted(FIRST + timedelta(days=chance.randrange(900)) for _ in range(2))
        facts[name] = Span(low, high)
        before = interval_of(unit_of(corpus, facts, day))
        facts[name] = low + timedelta(days=chance.randint(0, (high - low).days))
        after = interval_of(unit_of(corpus, facts, day))
        assert before.at_least <= after.at_least <= after.at_most <= before.at_most


@ROUGH
@given(CORPORA, SEEDS)
def test_every_complete_world_lies_within_the_interval(corpus: Corpus, seed: int) -> None:
    domains = {name: _domain(name) for name in USED}
    for chance, facts, day in rows(seed):
        known = without_spans(facts)
        interval = interval_of(unit_of(corpus, known, day))
        for world in completions(known, domains, 6):
            found = World(corpus.view(), {**world, "act_date": day}, chance.randrange(1 << 30)).outcome()
            assert interval.at_least <= found <= interval.at_most


@ROUGH
@given(CORPORA, SEEDS)
def test_where_nothing_is_unknown_or_in_doubt_the_answer_is_settled_and_that_of_the_world(
    corpus: Corpus, seed: int
) -> None:
    for chance, facts, day in rows(seed):
        world = {
            n: random_value(chance, schema()[n])
            if v is None or (type(v) is int and v == UNKNOWN) or isinstance(v, Span)
            else v
            for n, v in facts.items()
        }
        interval = interval_of(unit_of(corpus, world, day))
        found = {
            World(corpus.view(), {**world, "act_date": day}, chance.randrange(1 << 30)).outcome() for _ in range(4)
        }
        assert {interval.at_least, interval.at_most} == found or not interval.settled


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
@given(CORPORA, SEEDS)
def test_a_fact_that_is_not_listed_never_changes_the_outcome(corpus: Corpus, seed: int) -> None:
    view = corpus.view()
    nobody = (Involvement(("ultimate_consignee",), "x", "none"),)
    for chance, facts, day in rows(seed):
        own = {name: value for name, value in facts.items() if not name.startswith("party_")}
        found = determine(Transaction("r", day, own, nobody), view)
        listed = set(found.regimes["ear"].matters)
        others = [n for n, value in own.items() if n not in listed and value == unknown_of(schema()[n])]
        filled = {**own, **{n: random_value(chance, schema()[n]) for n in others}}
        assert outcome(Transaction("r", day, filled, nobody), view) == found.overall


@ROUGH
@given(CORPORA, SEEDS)
def test_the_outcome_is_constant_before_the_change_and_different_on_it(corpus: Corpus, seed: int) -> None:
    view = corpus.view()
    somebody = (Involvement(("end_user",), "x", "none"),)
    for chance, facts, day in rows(seed):
        found = determine(Transaction("r", day, facts, somebody), view)
        change = found.overall_changes_on
        last = change or date(2022, 6, 1)
        between = {day + timedelta(days=chance.randrange(1, 1200)) for _ in range(8)} | {last - timedelta(days=1)}
        for later in between:
            if day < later < last:
                assert outcome(Transaction("r", later, facts, somebody), view) == found.overall
        if change is not None:
            assert outcome(Transaction("r", change, facts, somebody), view) != found.overall


@ROUGH
@given(corpora(), SEEDS, st.randoms())
def test_the_order_of_files_is_irrelevant(sources: dict[str, str], seed: int, shuffler: random.Random) -> None:
    names = list(sources)
    shuffler.shuffle(names)
    one, other = load(sources), load({name: sources[name] for name in names})
    assert one.hash == other.hash
    for _, facts, day in rows(seed):
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


REAL = bundled().for_cases.view()
CASES = [case for provision in bundled().provisions.values() for case in provision.cases]
FREE_FACTS = tuple(f.name for f in schema() if f.kind == "asked" and f.type in ("bool", "enum") and "ear" in f.regimes)


CONCLUSIONS = frozenset(fact.name for fact in schema() if fact.kind == "derived")


def near(chance: random.Random) -> Transaction:
    """A row of the real law's own cases, a few of its facts changed, so that every provision comes into play."""
    case = chance.choice(CASES)
    cells = {"id": "r", **{name: value for name, value in case.facts if value}}
    for name in chance.sample(FREE_FACTS, chance.randrange(3)):
        fact = schema()[name]
        cells[name] = chance.choice(["", "unknown", *(fact.values or ("true", "false"))])
    # A stated conclusion that other facts contradict is unknown: no law of narrowing there.
    cells = {name: value for name, value in cells.items() if name not in CONCLUSIONS}
    row, errors = read_row(cells)
    day = case.on + timedelta(days=chance.choice([0, 0, 0, -3, 5, 90, 400]))
    return compose(row if not errors else read_row({"id": "r"})[0], REAL, on=day, strict=chance.random() < 0.2)


def changed(transaction: Transaction, **facts: Any) -> Transaction:
    return replace(transaction, facts={**transaction.facts, **facts})


def unknown_facts(transaction: Transaction) -> list[str]:
    return [n for n in FREE_FACTS if transaction.facts.get(n) in (None, UNKNOWN) and n not in transaction.undone]


@given(SEEDS)
def test_in_the_real_law_a_new_fact_only_narrows(seed: int) -> None:
    view = REAL
    for number in range(ROWS):
        chance = random.Random(seed + number)
        transaction = near(chance)
        before = outcome(transaction, view)
        for name in chance.sample(unknown_facts(transaction), min(4, len(unknown_facts(transaction)))):
            after = outcome(changed(transaction, **{name: random_value(chance, schema()[name])}), view)
            assert before.at_least <= after.at_least <= after.at_most <= before.at_most, name


@given(SEEDS)
def test_in_the_real_law_a_fact_that_is_not_listed_never_changes_the_outcome(seed: int) -> None:
    view = REAL
    for number in range(ROWS // 3):
        chance = random.Random(seed + number)
        transaction = near(chance)
        found = determine(transaction, view)
        others = [n for n in unknown_facts(transaction) if n not in found.regimes["ear"].matters]
        filled = changed(transaction, **{n: random_value(chance, schema()[n]) for n in others})
        assert outcome(filled, view) == found.overall


@given(SEEDS)
def test_in_the_real_law_the_horizon_is_exact(seed: int) -> None:
    view = REAL
    days = sorted({d + timedelta(days=n) for d in view.boundaries if d > date(2019, 1, 1) for n in (-1, 0, 1)})
    for number in range(3):
        transaction = near(random.Random(seed + number))
        found = determine(transaction, view)
        change = found.overall_changes_on
        for day in days:
            if day > transaction.on and (change is None or day < change):
                assert outcome(replace(transaction, on=day), view) == found.overall
        if change is not None:
            assert outcome(replace(transaction, on=change), view) != found.overall


@given(SEEDS)
def test_in_the_real_law_every_complete_world_lies_within_the_interval(seed: int) -> None:
    view = REAL
    for number in range(3):
        chance = random.Random(seed + number)
        transaction = near(chance)
        for _, unit in make_units(transaction, view):
            interval = interval_of(unit)
            world = {n: _filled(chance, n, v) for n, v in unit.facts.items() if schema()[n].kind != "derived"}
            found = World(view, world, chance.randrange(1 << 30)).outcome()
            assert interval.at_least <= found <= interval.at_most


def _filled(chance: random.Random, name: str, value: Any) -> Any:
    if isinstance(value, Span):
        return chance.choice([value.low, value.high])
    fact = schema()[name]
    return random_value(chance, fact) if value == unknown_of(fact) else value


def test_several_parties_are_several_units_and_the_worst_decides() -> None:
    view = REAL
    row, _ = read_row({"id": "r", "on": "2019-12-01", "direction": "export", "item_kind": "commodity", "origin": "us",
                       "ultimate_consignee": "Acme", "ultimate_consignee_listing": "none",
                       "purchaser": "Huawei Technologies Co., Ltd.", "purchaser_country": "CN"})  # fmt: skip
    transaction = compose(row, view)
    assert len(make_units(transaction, view)) == 2
    assert outcome(transaction, view).at_most >= Outcome.license_required
