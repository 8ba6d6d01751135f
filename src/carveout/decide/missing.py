"""What an answer is missing and what it assumed: the facts a person can give, and the defaults that carry it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from carveout.decide.inquiry import Findings, Inquiry
from carveout.decide.network import Network
from carveout.decide.outcome import Interval, worst
from carveout.decide.plain import Unit
from carveout.decide.transaction import Transaction, UnitAnswer, intervals_of, undone_units
from carveout.facts.schema import schema
from carveout.law.involvement import Involvement
from carveout.law.owners import OF_OWNERS


def in_order(names: Iterable[str]) -> list[str]:
    """Facts in the order in which they are worth asking: by rank, then as the schema has them."""
    ranks = _ranks()
    return sorted(set(names), key=ranks.__getitem__)


@cache
def _ranks() -> dict[str, tuple[int, int]]:
    return {fact.name: (fact.rank, place) for place, fact in enumerate(schema())}


def _inquire(unit: Unit, network: Network, regime: str, interval: Interval) -> Findings:
    subject = network.view.corpus.regimes[regime].subject
    return Inquiry(unit).outcome(network.by_kind[regime], interval, subject)


def _renamed(facts: Mapping[str, None], involvement: Involvement, open_roles: Sequence[str]) -> list[str]:
    """Party facts become the facts a person can answer: the role, or its listing; countries of empty roles the role."""
    found: dict[str, None] = {}
    for name in facts:
        if name.startswith("party_"):
            for asked in involvement.ownership.ask if name in OF_OWNERS else involvement.ask:
                found.setdefault(asked)
            continue
        name = schema()[name].asks or name
        role = name.removesuffix("_country")
        found.setdefault(role if name != role and role in open_roles else name)
    return list(found)


def undone_answers(transaction: Transaction, network: Network, answers: Sequence[UnitAnswer]) -> list[UnitAnswer]:
    """The units of a row with every default taken back, as decided; none where no default was taken."""
    if not transaction.assumed:
        return []
    again = undone_units(transaction, answers[0].unit)
    return [UnitAnswer(involvement, unit, intervals_of(network, unit)) for involvement, unit in again]


def missing(
    transaction: Transaction, network: Network, regime: str, answers: Sequence[UnitAnswer], undone: Sequence[UnitAnswer]
) -> tuple[list[str], list[str], list[str], list[str]]:
    """(matters, questions, assumed, doubts) of a regime: what is missing, and which defaults carry the answer.

    ``undone`` are the answers without the defaults (:func:`undone_answers`).
    """
    matters: dict[str, None] = {}
    questions: dict[str, None] = {}
    doubts: dict[str, None] = {}
    interval = worst(answer.intervals[regime] for answer in answers)
    for answer in answers:
        own = answer.intervals[regime]
        relevant = Interval(max(own.at_least, interval.at_least), own.at_most)
        if relevant.at_least >= relevant.at_most:
            continue
        found = _inquire(answer.unit, network, regime, relevant)
        matters.update(dict.fromkeys(_renamed(found.facts, answer.involvement, transaction.open_roles)))
        questions.update(found.questions)
        doubts.update(found.doubts)
    assumed: dict[str, None] = {}
    floor = max((answer.intervals[regime].at_least for answer in undone), default=interval.at_least)
    for answer in undone:
        own = answer.intervals[regime]
        relevant = Interval(max(own.at_least, floor), own.at_most)
        if relevant.at_least >= relevant.at_most:
            continue
        found = _inquire(answer.unit, network, regime, relevant)
        names = _renamed(found.facts, answer.involvement, transaction.open_roles)
        assumed.update(dict.fromkeys(name for name in names if name in transaction.assumed))
    stated = [a for i in transaction.involved for a in (*i.assumed, *i.ownership.assumed) if a in transaction.facts]
    matters.update(assumed)
    return in_order(matters), list(questions), in_order([*assumed, *stated]), list(doubts)
