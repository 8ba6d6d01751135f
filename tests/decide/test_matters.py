"""Which facts matter, against brute force over all ways of filling in what is missing."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import Any

import pytest

from carveout.book.compose import compose
from carveout.decide.determination import Transaction, determine, outcome
from carveout.decide.plain import compiled
from carveout.facts.row import read_row
from carveout.facts.schema import schema
from carveout.facts.value import FALSE, TRUE
from carveout.law.corpus import bundled
from tests.book.near_rows import near_rows

VIEW = bundled().view()
SEEN = {name for clause in compiled(VIEW)[0].clauses for name in clause.facts}
CHOICES = [f for f in schema() if f.kind == "asked" and f.type in ("bool", "enum") and f.name in SEEN]
FEW = 4


def values_of(name: str) -> list[Any]:
    fact = schema()[name]
    return [TRUE, FALSE] if fact.type == "bool" else list(fact.values)[:5]


def few_missing(seed: int, count: int) -> list[tuple[Transaction, list[str]]]:
    """Rows of which at most a few choices are missing and nothing else is; the other gaps are filled at random."""
    chance = random.Random(seed)
    found = []
    for cells in near_rows(3 * count, seed):
        row, errors = read_row(cells)
        if errors or row.on is None or row.on < VIEW.corpus.covers_from:
            continue
        transaction = compose(row, VIEW)
        transaction = replace(transaction, assumed=frozenset(), supplied={})
        facts = dict(transaction.facts)
        missing = [f.name for f in CHOICES if facts.get(f.name) in (None, 1)]
        # Most gaps of a row are of no account; half of those kept open are ones the answer says matter, half any.
        told = [n for n in determine(transaction, VIEW).regimes["ear"].matters if n in missing]
        first = chance.sample(told, min(FEW // 2, len(told)))
        rest = [n for n in missing if n not in first]
        kept = first + chance.sample(rest, min(FEW - len(first), len(rest)))
        for name in missing:
            if name not in kept:
                facts[name] = chance.choice(values_of(name))
        found.append((replace(transaction, facts=facts), kept))
        if len(found) == count:
            break
    return found


def really_matter(transaction: Transaction, missing: list[str]) -> set[str]:
    """Facts of which two values give two answers, for some way of filling in the others."""
    answers = {
        values: outcome(
            replace(transaction, facts={**transaction.facts, **dict(zip(missing, values, strict=True))}), VIEW
        )
        for values in itertools.product(*(values_of(name) for name in missing))
    }
    found = set()
    for place, name in enumerate(missing):
        seen: dict[Any, Any] = {}
        for values, answer in answers.items():
            rest = values[:place] + values[place + 1 :]
            if seen.setdefault(rest, answer) != answer:
                found.add(name)
                break
    return found


def compare(seed: int, count: int) -> tuple[int, int, int]:
    """(facts that matter, missed, reported though they do not)."""
    matter = missed = over = 0
    for transaction, missing in few_missing(seed, count):
        regimes = determine(transaction, VIEW).regimes.values()
        listed = {name for regime in regimes for name in regime.matters} & set(missing)
        true = really_matter(transaction, missing)
        matter += len(true)
        missed += len(true - listed)
        over += len(listed - true)
    return matter, missed, over


def test_no_fact_that_matters_is_missed() -> None:
    matter, missed, over = compare(3, 500)
    assert matter > 50
    assert missed == 0
    assert over < matter


@pytest.mark.soak
def test_no_fact_that_matters_is_missed_on_five_thousand_rows(capsys: pytest.CaptureFixture[str]) -> None:
    totals = [compare(seed, 500) for seed in range(200, 210)]
    matter, missed, over = (sum(column) for column in zip(*totals, strict=True))
    with capsys.disabled():
        print(
            f"\nmatter {matter}, missed {missed}, over-reported {over} ({over / (matter + over):.1%} of what is listed)"
        )
    assert missed == 0
