"""The law of a view as a network ready to be solved: provisions in order, conditions by number, edges by position."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from carveout.facts.schema import Schema, schema
from carveout.law.condition import Compare, Shift, facts_of, groups_of, leaves
from carveout.law.evidence import Evidence
from carveout.law.provision import Condition, Kind, Provision
from carveout.law.view import ProvisionView, Reading, Stretch, View


@dataclass(frozen=True, slots=True)
class Watch:
    """What can change an answer from one day of the act to the next.

    The day itself, or how it lies to the ``dates`` of the row; dated sets; derived facts.
    """

    act: bool
    dates: tuple[str, ...]
    groups: tuple[str, ...]
    derived: tuple[str, ...]

    @property
    def unmoved(self) -> bool:
        """Whether nothing can, but for derived facts."""
        return not (self.act or self.dates or self.groups)

    @property
    def still(self) -> bool:
        """Whether nothing can."""
        return self.unmoved and not self.derived


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition in its place in the network.

    ``still`` clauses give the same answer on every day of the act (no clock, no dated set, no derived fact).
    """

    index: int
    condition: Condition
    clock: str
    facts: frozenset[str]
    derived: tuple[str, ...]
    still: bool
    watch: Watch


@dataclass(frozen=True, slots=True)
class TextNode:
    """One reading of a stretch in the network: its clauses (those that are ``moving`` once more), and whether something
    in it is untranslatable."""

    clauses: tuple[Clause, ...]
    moving: tuple[Clause, ...]
    untranslatable: str
    evidence: Evidence
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """Days ``start``..``end`` (end exclusive) with their readings; None is a reading under which it is not law."""

    start: date
    end: date | None
    readings: tuple[TextNode | None, ...]
    watch: Watch


@dataclass(frozen=True, slots=True)
class Node:
    """A provision in the network; every reference is a position among the nodes."""

    index: int
    provision: Provision
    view: ProvisionView
    steps: tuple[Step, ...]
    carved_by: tuple[int, ...]
    defeated_by: tuple[int, ...]
    attached_to: tuple[int, ...]
    siblings: tuple[int, ...]
    completes: bool
    own_clock: bool

    @property
    def reads(self) -> tuple[int, ...]:
        """Positions of the provisions whose ``holds`` its own rests on."""
        return (*self.carved_by, *self.attached_to, *self.defeated_by)

    def at(self, day: date) -> Step | None:
        """The step that holds the day."""
        for step in self.steps:
            if step.start <= day and (step.end is None or day < step.end):
                return step
        return None


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


@dataclass
class Network:
    """A view compiled: nodes in an order in which defeaters and definitions come first."""

    view: View
    facts: Schema
    nodes: tuple[Node, ...]
    clauses: tuple[Clause, ...]
    position: Mapping[str, int]
    blank: dict[str, object] = field(default_factory=dict)
    parts: dict[int, Any] = field(default_factory=dict)
    _epochs: dict[int, tuple[Step | None, ...]] = field(default_factory=dict)
    _calendars: dict[frozenset[int], Calendar] = field(default_factory=dict)
    _changed: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def by_kind(self) -> dict[str, dict[Kind, tuple[Node, ...]]]:
        """Regime -> kind -> its nodes."""
        found: dict[str, dict[Kind, list[Node]]] = {name: {} for name in self.view.corpus.regimes}
        for node in self.nodes:
            found[node.provision.regime].setdefault(node.provision.kind, []).append(node)
        return {regime: {kind: tuple(nodes) for kind, nodes in kinds.items()} for regime, kinds in found.items()}

    @cached_property
    def own_facts(self) -> dict[int, frozenset[str]]:
        """Entitlement -> the facts that it looks at and no provision of another kind does."""

        def seen(node: Node) -> frozenset[str]:
            readings = (reading for step in node.steps for reading in step.readings if reading is not None)
            return frozenset(name for reading in readings for clause in reading.clauses for name in clause.facts)

        others = {name for node in self.nodes if node.provision.kind is not Kind.entitlement for name in seen(node)}
        return {node.index: seen(node) - others for node in self.nodes if node.provision.kind is Kind.entitlement}

    @cached_property
    def places(self) -> dict[str, dict[Kind, tuple[int, ...]]]:
        """Regime -> kind -> the positions of its nodes."""
        return {
            regime: {kind: tuple(node.index for node in nodes) for kind, nodes in kinds.items()}
            for regime, kinds in self.by_kind.items()
        }

    @cached_property
    def changes(self) -> dict[date, tuple[Node, ...]]:
        """Day on which the law changes -> the provisions that change on it."""
        found: dict[date, list[Node]] = {}
        for node in self.nodes:
            for day in {d for step in node.steps for d in (step.start, step.end) if d}:
                found.setdefault(day, []).append(node)
        return {day: tuple(nodes) for day, nodes in sorted(found.items())}

    @cached_property
    def _days(self) -> tuple[date, ...]:
        return tuple(self.changes)

    @cached_property
    def law_days(self) -> frozenset[date]:
        """The days on which the text of the law, a dated set or a literal may change an answer."""
        texts = {day for day in self._days if self.changed(self.steps_on(day - timedelta(days=1)), self.steps_on(day))}
        return frozenset(texts) | self.group_days | frozenset(self.literal_days)

    @cached_property
    def ordinals(self) -> list[int]:
        """The days on which the law or a dated set changes, as day numbers."""
        return sorted(day.toordinal() for day in {*self._days, *self.group_days})

    def steps_on(self, day: date) -> tuple[Step | None, ...]:
        """Per node the step in force on a day of the act; shared by all days between two changes of the law."""
        epoch = bisect_right(self._days, day)
        found = self._epochs.get(epoch)
        if found is None:
            found = self._epochs[epoch] = tuple(node.at(day) for node in self.nodes)
        return found

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
        for node in self.nodes:
            texts = (reading for step in node.steps for reading in step.readings if reading is not None)
            gates = (tuple((c.index, c.derived) for c in text.clauses if c.watch.unmoved) for text in texts)
            found.append(tuple(dict.fromkeys(gates)))
        return tuple(found)

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
        subjects = {regime.subject for regime in self.view.corpus.regimes.values()}
        idle = {node.index for node in self.nodes if node.provision.defines and node.provision.defines not in subjects}
        waiting = [node for node in self.nodes if node.index not in idle and node.index not in closed]
        while waiting:
            readings = (reading for step in waiting.pop().steps for reading in step.readings if reading is not None)
            for fact in {fact for reading in readings for clause in reading.clauses for fact in clause.derived}:
                for definer in self.definers.get(fact, ()):
                    if definer.index in idle:
                        idle.discard(definer.index)
                        waiting.append(definer)
        return idle

    def _calendar(self, closed: frozenset[int]) -> Calendar:
        idle = closed.union(self._idle(closed))
        clauses = frozenset(index for index, users in enumerate(self.users) if not idle.issuperset(users))
        turns = {day: tuple(index for index in found if index in clauses) for day, found in self.turns_on.items()}
        texts = {
            day for day in self._days
            if not idle.issuperset(self.changed(self.steps_on(day - timedelta(days=1)), self.steps_on(day)))
        }  # fmt: skip
        days = sorted(texts | {day for day, found in turns.items() if found})
        return Calendar(tuple(days), turns, clauses)

    @cached_property
    def turning(self) -> tuple[int, ...]:
        """Positions of the clauses that look at the day of the act, or at sets that are dated by it."""
        watched = ((clause.index, clause.watch) for clause in self.clauses)
        return tuple(index for index, watch in watched if watch.act or watch.dates or watch.groups)

    @cached_property
    def readers(self) -> Mapping[str, tuple[int, ...]]:
        """Derived fact -> positions of the clauses that read it."""
        found: dict[str, list[int]] = {}
        for clause in self.clauses:
            for fact in clause.derived:
                found.setdefault(fact, []).append(clause.index)
        return {fact: tuple(clauses) for fact, clauses in found.items()}

    @cached_property
    def definers(self) -> Mapping[str, tuple[Node, ...]]:
        """Derived fact -> its definitions."""
        found = self.view.corpus.definitions.items()
        return {fact: tuple(self.nodes[self.position[one]] for one in ids) for fact, ids in found}

    @cached_property
    def reading(self) -> Mapping[str, tuple[int, ...]]:
        """Fact -> positions of the clauses that read it, their clock included."""
        found: dict[str, list[int]] = {}
        for clause in self.clauses:
            for fact in {*clause.facts, clause.clock}:
                found.setdefault(fact, []).append(clause.index)
        return {fact: tuple(clauses) for fact, clauses in found.items()}

    @cached_property
    def clocked(self) -> Mapping[str, tuple[int, ...]]:
        """Fact -> positions of the nodes whose clock it is."""
        found: dict[str, list[int]] = {}
        for node in self.nodes:
            if node.own_clock:
                found.setdefault(node.provision.clock, []).append(node.index)
        return {fact: tuple(nodes) for fact, nodes in found.items()}

    @cached_property
    def users(self) -> tuple[tuple[int, ...], ...]:
        """Per clause the positions of the nodes whose text it is part of, at any time."""
        found: list[dict[int, None]] = [{} for _ in self.clauses]
        for node in self.nodes:
            for reading in (reading for step in node.steps for reading in step.readings if reading is not None):
                for clause in reading.clauses:
                    found[clause.index].setdefault(node.index)
        return tuple(tuple(nodes) for nodes in found)

    @cached_property
    def resting(self) -> tuple[tuple[int, ...], ...]:
        """Per node the positions of those that rest on whether it holds: what it is against or attached to, and the last
        definition of the fact it defines."""
        found: list[set[int]] = [set() for _ in self.nodes]
        for node in self.nodes:
            for index in (*node.reads, *(node.siblings if node.completes else ())):
                found[index].add(node.index)
        return tuple(tuple(sorted(nodes)) for nodes in found)

    @cached_property
    def group_days(self) -> frozenset[date]:
        """Days on which a dated set changes."""
        return frozenset(day for group in self.view.groups.values() for day in group.starts)

    @cached_property
    def dated_facts(self) -> tuple[tuple[str, Shift, Shift], ...]:
        """Date facts that are compared with the day of the act: the fact, its own shift, the shift of the act."""
        found: set[tuple[str, Shift, Shift]] = set()
        for clause in self.clauses:
            for tree in clause.condition.readings:
                for leaf in leaves(tree):
                    if not isinstance(leaf, Compare) or not leaf.other or "act_date" not in (leaf.fact, leaf.other):
                        continue
                    if leaf.fact == "act_date":
                        found.add((leaf.other, leaf.other_shift, leaf.shift))
                    else:
                        found.add((leaf.fact, leaf.shift, leaf.other_shift))
        found |= {(node.provision.clock, Shift(), Shift()) for node in self.nodes if node.own_clock}
        return tuple(sorted(found, key=str))

    @cached_property
    def turns_on(self) -> Mapping[date, tuple[int, ...]]:
        """Day on which a set or a literal of the law may turn a condition -> positions of those clauses."""
        found: dict[date, dict[int, None]] = {}
        for clause in self.clauses:
            days = {day for name in clause.watch.groups for day in self.view.groups[name].starts}
            for leaf in (leaf for tree in clause.condition.readings for leaf in leaves(tree)):
                if isinstance(leaf, Compare) and leaf.fact == "act_date" and isinstance(leaf.value, date):
                    days |= {leaf.value, leaf.value + timedelta(days=1)}
            for day in days:
                found.setdefault(day, {})[clause.index] = None
        return {day: tuple(clauses) for day, clauses in found.items()}

    @cached_property
    def comparing(self) -> tuple[tuple[int, ...], ...]:
        """Per entry of ``dated_facts`` the positions of the clauses that compare this fact with the day of the act."""
        found: list[list[int]] = [[] for _ in self.dated_facts]
        for clause in self.clauses:
            for place, (name, _, _) in enumerate(self.dated_facts):
                if "act_date" in clause.facts and name in clause.facts:
                    found[place].append(clause.index)
        return tuple(tuple(clauses) for clauses in found)

    @cached_property
    def literal_days(self) -> tuple[date, ...]:
        """Days that conditions compare the day of the act with, and the days after them."""
        found: set[date] = set()
        for clause in self.clauses:
            for node in clause.condition.readings:
                for leaf in leaves(node):
                    if isinstance(leaf, Compare) and leaf.fact == "act_date" and isinstance(leaf.value, date):
                        found |= {leaf.value, leaf.value + timedelta(days=1)}
        return tuple(sorted(found))


def _said(step: Step | None) -> object:
    """What a step says, whoever said it: a prolonged text is the same text."""
    if step is None:
        return None
    return [
        None if reading is None else (tuple(clause.index for clause in reading.clauses), bool(reading.untranslatable))
        for reading in step.readings
    ]


def _dates(condition: Condition) -> tuple[bool, tuple[str, ...]]:
    """Whether a condition looks at the day of the act itself, and the facts that it only compares the day with."""
    act, dates = False, set()
    for leaf in (leaf for tree in condition.readings for leaf in leaves(tree)):
        names = {leaf.fact, leaf.other} if isinstance(leaf, Compare) and leaf.other else {leaf.fact}
        if "act_date" not in names:
            continue
        if isinstance(leaf, Compare) and leaf.other and leaf.shift == leaf.other_shift == Shift():
            dates |= names - {"act_date"}
        else:
            act = True
    return act, tuple(sorted(dates))


def _together(watches: Sequence[Watch]) -> Watch:
    dates, groups, derived = (
        tuple(sorted({name for watch in watches for name in getattr(watch, what)}))
        for what in ("dates", "groups", "derived")
    )
    return Watch(any(watch.act for watch in watches), dates, groups, derived)


def build(view: View, facts: Schema | None = None) -> Network:
    """Compile a view. Conditions that read the same are compiled once for all provisions that share them."""
    known = facts or schema()
    corpus = view.corpus
    position = {identifier: index for index, identifier in enumerate(corpus.order)}
    derived = {fact.name for fact in known if fact.kind == "derived"}
    clauses: dict[tuple[object, ...], Clause] = {}

    def clause(condition: Condition, clock: str) -> Clause:
        names = frozenset(name for node in condition.readings for name in facts_of(node))
        dated = sorted({name for node in condition.readings for name in groups_of(node)})
        computed = tuple(sorted(names & derived))
        key = (condition, clock if dated else "")
        if key not in clauses:
            act, dates = _dates(condition)
            watch = Watch(act, dates, tuple(dated) if clock == "act_date" else (), computed)
            clauses[key] = Clause(len(clauses), condition, clock, names, computed, watch.still, watch)
        return clauses[key]

    def text(reading: Reading, clock: str) -> TextNode:
        own = tuple(clause(c, clock) for c in reading.text.conditions)
        moving = tuple(c for c in own if not c.still)
        return TextNode(own, moving, reading.text.untranslatable, reading.evidence, reading.source)

    def step(stretch: Stretch, clock: str) -> Step:
        readings = tuple(text(reading, clock) if reading is not None else None for reading in stretch.readings)
        watch = _together([c.watch for found in readings if found is not None for c in found.moving])
        return Step(stretch.start, stretch.end, readings, watch)

    against: dict[str, dict[str, list[int]]] = {"carves": {}, "beats": {}}
    for provision in corpus.provisions.values():
        for edge, targets in provision.edges().items():
            if edge == "attaches":
                continue
            for target in targets:
                kind = "carves" if edge == "carves" else "beats"
                against[kind].setdefault(target, []).append(position[provision.id])
    nodes = []
    for identifier in corpus.order:
        provision, seen = corpus.provisions[identifier], view.provisions[identifier]
        siblings = (
            tuple(position[d] for d in corpus.definitions.get(provision.defines, ())) if provision.defines else ()
        )
        steps = tuple(step(stretch, provision.clock) for stretch in seen.stretches)
        nodes.append(
            Node(
                index=position[identifier],
                provision=provision,
                view=seen,
                steps=steps,
                carved_by=tuple(sorted(against["carves"].get(identifier, ()))),
                defeated_by=tuple(sorted(against["beats"].get(identifier, ()))),
                attached_to=tuple(position[t] for t in provision.attaches),
                siblings=siblings,
                completes=bool(siblings) and position[identifier] == max(siblings),
                own_clock=provision.clock != "act_date",
            )
        )
    blank: dict[str, object] = {
        fact.name: (1 if fact.type == "bool" else None) for fact in known if fact.kind != "label"
    }
    return Network(view, known, tuple(nodes), tuple(clauses.values()), position, blank)
