"""A unit moved to another day, or given other facts, against one that is solved anew."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from carveout.book.compose import compose
from carveout.decide.determination import Transaction, judge_units, make_units
from carveout.decide.horizon import candidate_days, sweep
from carveout.decide.plain import Unit, network_of
from carveout.decide.transaction import undone_involved, undone_units
from carveout.facts.row import read_row
from carveout.law.corpus import Corpus, bundled
from tests.book.near_rows import near_rows
from tests.decide.test_laws import CORPORA, ROUGH, SEEDS, rows, unit_of
from tests.strategies import FIRST, USED, random_facts


def told(unit: Unit) -> tuple[Any, ...]:
    """All that is read off a solved unit."""
    clauses = [unit.clause(clause.index) for clause in unit.network.clauses]
    derived = {fact.name: unit.facts[fact.name] for fact in unit.network.facts if fact.kind == "derived"}
    solution = unit.solution
    return solution.texts, solution.engaged, solution.holds, clauses, derived


@ROUGH
@given(CORPORA, SEEDS)
def test_a_unit_moved_from_day_to_day_is_the_unit_of_that_day(corpus: Corpus, seed: int) -> None:
    for chance, facts, day in rows(seed):
        moved = unit_of(corpus, facts, day)
        for _ in range(3):
            day = FIRST + timedelta(days=chance.randrange(900))
            moved.on(day)
            assert told(moved) == told(unit_of(corpus, facts, day))


@ROUGH
@given(CORPORA, SEEDS)
def test_a_unit_given_other_facts_is_the_unit_of_those_facts(corpus: Corpus, seed: int) -> None:
    for chance, facts, day in rows(seed):
        unit = unit_of(corpus, facts, day)
        before = told(unit)
        others = random_facts(chance, tuple(chance.sample(USED, chance.randrange(1, 6))))
        assert told(unit.changed(others)) == told(unit_of(corpus, {**facts, **others}, day))
        assert told(unit) == before


def transactions(seed: int) -> list[Transaction]:
    view = bundled().view()
    read = [read_row(cells, position=1) for cells in near_rows(40, seed)]
    found = [compose(row, view) for row, errors in read if row is not None and not errors and row.on is not None]
    return [one for one in found if one.on >= view.corpus.covers_from]


@pytest.mark.parametrize("seed", range(3))
def test_days_that_only_some_conditions_look_at_are_solved_as_every_day_is(seed: int) -> None:
    view = bundled().view()
    network = network_of(view)
    for transaction in transactions(seed):
        units = [unit for _, unit in make_units(transaction, view)]
        held = sweep(network, units, transaction.on, lambda solved: judge_units(network, solved), [[] for _ in units])
        again = [unit for _, unit in make_units(transaction, view)]
        start = judge_units(network, again)
        first: dict[str, date] = {}
        for day in candidate_days(network, again, transaction.on):
            for unit in again:
                unit.on(day)
            for regime, interval in judge_units(network, again).items():
                if interval != start[regime]:
                    first.setdefault(regime, day)
        assert held.overall_changes_on == first.get("overall")
        assert held.changes_on == {regime: first.get(regime) for regime in view.corpus.regimes}
        assert [told(unit) for unit in units] == [told(unit) for _, unit in make_units(transaction, view)]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_holds_otherwise_on_a_day_that_is_not_tried(seed: int) -> None:
    view = bundled().view()
    chance = random.Random(seed)
    for transaction in chance.sample(transactions(seed), 6):
        [unit, *_] = [unit for _, unit in make_units(transaction, view)]
        tried = set(candidate_days(unit.network, [unit], transaction.on))
        # A definition that nothing open reads may change its truth without a trace.
        nodes = [node.index for node in unit.network.nodes if not node.provision.defines]
        held = [unit.solution.holds[index] for index in nodes]
        for number in range(1, 2600, 7):
            day = transaction.on + timedelta(days=number)
            days = {day + timedelta(days=n) for n in range(-6, 1)}
            now = [unit.on(day).holds[index] for index in nodes]
            assert now == held or days & tried, (transaction.id, day)
            held = now


@pytest.mark.parametrize("seed", range(3))
def test_a_row_without_its_defaults_is_solved_as_if_it_never_had_them(seed: int) -> None:
    view = bundled().view()
    for transaction in transactions(seed):
        units = [unit for _, unit in make_units(transaction, view)]
        facts = {**transaction.facts, **transaction.undone, "act_date": transaction.on}
        found = undone_units(transaction, units[0])
        assert [involved for involved, _ in found] == [
            i for i in undone_involved(transaction) for _ in transaction.variants
        ]
        for (involved, unit), variant in zip(found, transaction.variants * len(found), strict=False):
            party = involved.facts()
            if not involved.roles and involved.match == "unknown":
                party["party_role"] = None
            anew = Unit(view, {**facts, **variant, **party}, dict(transaction.supplied))
            assert told(unit) == told(anew)
