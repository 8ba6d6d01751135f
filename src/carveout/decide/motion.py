"""What moves in a network when the day of the act, or a fact, does: which texts, which conditions, on which days.

Positions only; a unit keeps what it found and looks again at these.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from carveout.law.condition import Compare, leaves

if TYPE_CHECKING:
    from carveout.decide.network import Network, Step

MANY = 10_000
"""Calendars that a network remembers."""

Gate = tuple[tuple[int, tuple[str, ...]], ...]
"""The clauses of a text that no day moves but through derived facts: each as its position and those facts."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which the law may move what is not closed, ascending; the clauses that may turn on a day; all clauses
    that are still looked at."""

    days: tuple[date, ...]
    turns: Mapping[date, tuple[int, ...]]
    clauses: frozenset[int]


class Motion:
    """What moves in one network, found when asked and remembered."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._changed: dict[tuple[int, int], tuple[int, ...]] = {}
        self._calendars: dict[frozenset[int], Calendar] = {}

    def changed(self, before: tuple[Step | None, ...], after: tuple[Step | None, ...]) -> tuple[int, ...]:
        """Positions of the nodes that two stretches of days (see :meth:`steps_on`) give another text."""
        if before is after:
            return ()
        key = id(before), id(after)
        found = self._changed.get(key)
        if found is None:
            pairs = enumerate(zip(before, after, strict=True))
            found = self._changed[key] = tuple(index for index, (one, other) in pairs if _said(one) != _said(other))
        return found

    @cached_property
    def gates(self) -> tuple[tuple[Gate, ...], ...]:
        """Per node its gates, one a text that it ever has. Where one clause of each fails for good, it never holds."""
        found = []
        for node in self.network.nodes:
            texts = (reading for step in node.steps for reading in step.readings if reading is not None)
            gates = (tuple((c.index, c.derived) for c in text.clauses if c.watch.unmoved) for text in texts)
            found.append(tuple(dict.fromkeys(gates)))
        return tuple(found)

    def closed(
        self, fails: Callable[[Gate, set[str]], bool], supplied: Container[str], texts: Sequence[object] = ()
    ) -> frozenset[int]:
        """Positions of the nodes that hold on no day, for a reason that no day moves: some clause of each of their texts fails.

        ``fails`` says whether one does in a gate, given the derived facts that are false for good: those all of whose
        definitions are closed, unless they are ``supplied``. ``texts`` are the truths of the texts on some day: what holds
        or may hold there is not closed.
        """
        found, false = set[int](), set[str]()
        for node, gates in zip(self.network.nodes, self.gates, strict=True):
            if texts and texts[node.index]:
                continue
            for gate in gates:
                if not fails(gate, false):
                    break
            else:
                found.add(node.index)
            if node.completes and found.issuperset(node.siblings) and node.provision.defines not in supplied:
                false.add(node.provision.defines)
        return frozenset(found)

    def calendar(self, closed: frozenset[int]) -> Calendar:
        """What may move on later days where some nodes are closed for good (see ``gates``)."""
        found = self._calendars.get(closed)
        if found is None:
            if len(self._calendars) > MANY:
                self._calendars.clear()
            found = self._calendars[closed] = self._calendar(closed)
        return found

    def _idle(self, closed: frozenset[int]) -> set[int]:
        """The definitions of facts that nothing open reads."""
        subjects = {regime.subject for regime in self.network.view.corpus.regimes.values()}
        idle = {
            node.index
            for node in self.network.nodes
            if node.provision.defines and node.provision.defines not in subjects
        }
        waiting = [node for node in self.network.nodes if node.index not in idle and node.index not in closed]
        while waiting:
            readings = (reading for step in waiting.pop().steps for reading in step.readings if reading is not None)
            for fact in {fact for reading in readings for clause in reading.clauses for fact in clause.derived}:
                for definer in self.network.definers.get(fact, ()):
                    if definer.index in idle:
                        idle.discard(definer.index)
                        waiting.append(definer)
        return idle

    def _calendar(self, closed: frozenset[int]) -> Calendar:
        idle = closed.union(self._idle(closed))
        clauses = frozenset(index for index, users in enumerate(self.users) if not idle.issuperset(users))
        turns = {day: tuple(index for index in found if index in clauses) for day, found in self.turns_on.items()}
        texts = {
            day for day in self.network.changes
            if not idle.issuperset(self.changed(self.network.steps_on(day - timedelta(days=1)), self.network.steps_on(day)))
        }  # fmt: skip
        days = sorted(texts | {day for day, found in turns.items() if found})
        return Calendar(tuple(days), turns, clauses)

    @cached_property
    def turning(self) -> tuple[int, ...]:
        """Positions of the clauses that look at the day of the act, or at sets that are dated by it."""
        watched = ((clause.index, clause.watch) for clause in self.network.clauses)
        return tuple(index for index, watch in watched if watch.act or watch.dates or watch.groups)

    @cached_property
    def readers(self) -> Mapping[str, tuple[int, ...]]:
        """Derived fact -> positions of the clauses that read it."""
        found: dict[str, list[int]] = {}
        for clause in self.network.clauses:
            for fact in clause.derived:
                found.setdefault(fact, []).append(clause.index)
        return {fact: tuple(clauses) for fact, clauses in found.items()}

    @cached_property
    def reading(self) -> Mapping[str, tuple[int, ...]]:
        """Fact -> positions of the clauses that read it, their clock included."""
        found: dict[str, list[int]] = {}
        for clause in self.network.clauses:
            for fact in {*clause.facts, clause.clock}:
                found.setdefault(fact, []).append(clause.index)
        return {fact: tuple(clauses) for fact, clauses in found.items()}

    @cached_property
    def clocked(self) -> Mapping[str, tuple[int, ...]]:
        """Fact -> positions of the nodes whose clock it is."""
        found: dict[str, list[int]] = {}
        for node in self.network.nodes:
            if node.own_clock:
                found.setdefault(node.provision.clock, []).append(node.index)
        return {fact: tuple(nodes) for fact, nodes in found.items()}

    @cached_property
    def users(self) -> tuple[tuple[int, ...], ...]:
        """Per clause the positions of the nodes whose text it is part of, at any time."""
        found: list[dict[int, None]] = [{} for _ in self.network.clauses]
        for node in self.network.nodes:
            for reading in (reading for step in node.steps for reading in step.readings if reading is not None):
                for clause in reading.clauses:
                    found[clause.index].setdefault(node.index)
        return tuple(tuple(nodes) for nodes in found)

    @cached_property
    def resting(self) -> tuple[tuple[int, ...], ...]:
        """Per node the positions of those that rest on whether it holds: what it is against or attached to, and the last
        definition of the fact it defines."""
        found: list[set[int]] = [set() for _ in self.network.nodes]
        for node in self.network.nodes:
            for index in (*node.reads, *(node.siblings if node.completes else ())):
                found[index].add(node.index)
        return tuple(tuple(sorted(nodes)) for nodes in found)

    @cached_property
    def turns_on(self) -> Mapping[date, tuple[int, ...]]:
        """Day on which a set or a literal of the law may turn a condition -> positions of those clauses."""
        found: dict[date, dict[int, None]] = {}
        for clause in self.network.clauses:
            days = {day for name in clause.watch.groups for day in self.network.view.groups[name].starts}
            for leaf in (leaf for tree in clause.condition.readings for leaf in leaves(tree)):
                if isinstance(leaf, Compare) and leaf.fact == "act_date" and isinstance(leaf.value, date):
                    days |= {leaf.value, leaf.value + timedelta(days=1)}
            for day in days:
                found.setdefault(day, {})[clause.index] = None
        return {day: tuple(clauses) for day, clauses in found.items()}

    @cached_property
    def comparing(self) -> tuple[tuple[int, ...], ...]:
        """Per entry of ``dated_facts`` the positions of the clauses that compare this fact with the day of the act."""
        found: list[list[int]] = [[] for _ in self.network.dated_facts]
        for clause in self.network.clauses:
            for place, (name, _, _) in enumerate(self.network.dated_facts):
                if "act_date" in clause.facts and name in clause.facts:
                    found[place].append(clause.index)
        return tuple(tuple(clauses) for clauses in found)


def _said(step: Step | None) -> object:
    """What a step says, whoever said it: a prolonged text is the same text."""
    if step is None:
        return None
    return [
        None if reading is None else (tuple(clause.index for clause in reading.clauses), bool(reading.untranslatable))
        for reading in step.readings
    ]
