"""The best next question: the missing fact whose answer closes the most, tried both ways on the row at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from carveout.book.compose import compose
from carveout.decide.determination import Determination, outcome
from carveout.decide.outcome import Interval
from carveout.facts.row import Row
from carveout.facts.schema import ROLES, Fact, schema
from carveout.facts.value import FALSE, TRUE, Value
from carveout.law.condition import Compare, Member, leaves
from carveout.law.view import View


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for, and how much its answer is expected to narrow the interval (0 to 5 steps)."""

    fact: Fact
    gain: float


def _width(interval: Interval) -> int:
    return int(interval.at_most) - int(interval.at_least)


def _probes(fact: Fact, view: View) -> list[Value]:
    """Answers to try: every value of a closed fact, the values around which the law changes its mind for others."""
    if fact.type == "bool":
        return [TRUE, FALSE]
    if fact.type == "enum":
        return list(fact.values)
    found: dict[Any, None] = {}
    for provision in view.provisions.values():
        for stretch in provision.stretches:
            for reading in stretch.readings:
                for condition in reading.text.conditions if reading else ():
                    for tree in condition.readings:
                        for leaf in leaves(tree):
                            if leaf.fact == fact.name:
                                found.update(dict.fromkeys(_around(leaf)))
    return list(found)


def _around(leaf: Any) -> list[Value]:
    if isinstance(leaf, Compare) and leaf.value is not None:
        if isinstance(leaf.value, date):
            return [leaf.value, leaf.value + timedelta(days=1)]
        return [leaf.value, leaf.value + 1.0] if isinstance(leaf.value, float) else [leaf.value]
    if isinstance(leaf, Member):
        return sorted(leaf.values, key=str)
    return []


def _missing(determination: Determination, skip: frozenset[str]) -> Iterator[list[str]]:
    """What every regime still misses that may yet raise the outcome, the one that may raise it most first."""
    for answer in sorted(determination.regimes.values(), key=lambda a: -a.interval.at_most):
        if answer.interval.at_most > determination.overall.at_least:
            yield [n for n in answer.matters if n not in skip and n not in answer.assumed]


def next_question(
    row: Row, determination: Determination, view: View, *, skip: frozenset[str] = frozenset()
) -> Question | None:
    """The question worth asking next, None when no missing fact matters any more.

    Facts that a default stands in for come last; parties come before anything that hangs on who they are.
    """
    names = next(filter(None, _missing(determination, skip)), None)
    if names is None or determination.overall.settled:
        return None
    base = _width(determination.overall)
    ranked = []
    for name in names:
        fact = schema()[name]
        gain = 0.0
        probes = [] if name in ROLES or name.endswith(("_listing", "_owners")) else _probes(fact, view)
        for probe in probes:
            tried = replace(row, facts={**row.facts, name: probe})
            closed = base - _width(outcome(compose(tried, view, on=determination.transaction.on), view))
            gain += closed / len(probes)
        ranked.append((fact.rank // 10, -gain, fact.rank, Question(fact, gain)))
    return min(ranked, key=lambda item: item[:3])[3]


def answered(cells: Mapping[str, Any], fact: str, value: str) -> dict[str, Any]:
    """The cells with one more answer; an empty answer says the fact is unknown."""
    return {**cells, fact: value or "unknown"}
