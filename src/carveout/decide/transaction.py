"""Transactions ready to be decided, and the units they fall into: one act toward one party each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from carveout.decide.network import Network
from carveout.decide.outcome import Interval, roll_up, worst
from carveout.decide.plain import Unit, compiled
from carveout.facts.value import Truth, Value
from carveout.law.involvement import Involvement
from carveout.law.view import View

RECEIVING = ("ultimate_consignee", "end_user")
"""Roles of those who receive the item for themselves."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A row ready to be decided: facts after defaults, parties, and what was assumed on the way.

    ``undone`` are the facts with every default taken back (None or UNKNOWN in their place); ``open_roles`` the
    facts whose default put a possible party aside. ``variants`` are facts that differ within one row (the countries
    of several parties in one role): every unit is judged under each, and the worst counts.
    """

    id: str
    on: date
    facts: Mapping[str, Value]
    involved: tuple[Involvement, ...]
    assumed: frozenset[str] = frozenset()
    undone: Mapping[str, Value] = field(default_factory=dict)
    open_roles: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    supplied: Mapping[str, Truth] = field(default_factory=dict)
    variants: tuple[Mapping[str, Value], ...] = ({},)


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """One unit as decided: the party, the solved unit (for explanations), and its interval per regime."""

    involvement: Involvement
    unit: Unit
    intervals: Mapping[str, Interval]


def intervals_of(network: Network, unit: Unit) -> dict[str, Interval]:
    """Regime -> interval of one solved unit."""
    found = {}
    for name, regime in network.view.corpus.regimes.items():
        subject = unit.facts[regime.subject]
        found[name] = roll_up(network.places[name], unit.solution.engaged, unit.solution.holds, subject)
    return found


def judge_units(network: Network, units: Sequence[Unit]) -> dict[str, Interval]:
    """Regime -> the worst interval over the units, and ``overall``."""
    each = [intervals_of(network, unit) for unit in units]
    found = {regime: worst(one[regime] for one in each) for regime in network.view.corpus.regimes}
    found["overall"] = worst(found.values())
    return found


def relevant(transaction: Transaction) -> list[Involvement]:
    """The parties that make units: each that is or may be restricted, and one that stands for all others that are owned alike."""
    involved = transaction.involved or (Involvement((), "", "none"),)
    found = [i for i in involved if i.match != "none"] + _one_of_each([i for i in involved if i.match == "none"])
    receives = any(role in RECEIVING for i in found for role in i.roles)
    if not receives and all(i.roles and i.match != "none" for i in found):
        # Somebody receives, even where only parties are named that do not.
        found.append(Involvement((), "", "none"))
    return found


def _one_of_each(free: Sequence[Involvement]) -> list[Involvement]:
    """Of parties on no list the first of those of whose owners the same is known; it is asked about them all."""
    if len(free) < 2:
        return list(free)
    groups: dict[object, list[Involvement]] = {}
    for one in free:
        groups.setdefault((one.ownership.state, one.ownership.owners), []).append(one)
    found = []
    for first, *others in groups.values():
        ask = tuple(dict.fromkeys(name for one in (first, *others) for name in one.ownership.ask))
        found.append(replace(first, ownership=replace(first.ownership, ask=ask)))
    return found


def make_units(transaction: Transaction, view: View) -> list[tuple[Involvement, Unit]]:
    """The units of a row: one per party that is or may be restricted; one for nobody when there is none."""
    facts = {**transaction.facts, "act_date": transaction.on}
    supplied = dict(transaction.supplied)
    return [
        (i, Unit(view, {**facts, **variant, **i.facts()}, supplied))
        for i in relevant(transaction)
        for variant in transaction.variants
    ]


def outcome(transaction: Transaction, view: View) -> Interval:
    """Only the overall interval of a row: the fast path, without horizon, evidence or missing facts."""
    network, _ = compiled(view)
    return judge_units(network, [unit for _, unit in make_units(transaction, view)])["overall"]


def undone_involved(transaction: Transaction) -> list[Involvement]:
    """The parties with every default taken back: what a default put aside comes back as one unknown party."""
    put_aside = set(transaction.open_roles)
    involved = [i for i in transaction.involved if not (i.match == "none" and set(i.assumed) & put_aside)]
    if transaction.open_roles:
        involved.append(Involvement((), "", "unknown", ask=transaction.open_roles))
    return involved or [Involvement((), "", "none")]


def undone_units(transaction: Transaction, solved: Unit) -> list[tuple[Involvement, Unit]]:
    """The units of a row with every default taken back, found from any solved unit of the row, and each from the one before."""
    found = []
    for one in undone_involved(transaction):
        party = one.facts()
        if not one.roles and one.match == "unknown":
            party["party_role"] = None
        for variant in transaction.variants:
            solved = solved.changed({**transaction.undone, **variant, **party})
            found.append((one, solved))
    return found


def worst_of_each(answers: Sequence[UnitAnswer], regime: str) -> list[UnitAnswer]:
    """One unit a party: of those that differ in a fact of the row only, the first with the worst interval."""
    found: dict[int, UnitAnswer] = {}
    for answer in answers:
        held = found.get(id(answer.involvement))
        if held is None or _ends(answer, regime) > _ends(held, regime):
            found[id(answer.involvement)] = answer
    return list(found.values())


def _ends(answer: UnitAnswer, regime: str) -> tuple[int, int]:
    interval = answer.intervals[regime]
    return int(interval.at_most), int(interval.at_least)
