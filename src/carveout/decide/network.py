"""The law of a view as a network ready to be solved: provisions in order, conditions by number, edges by position."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from carveout.decide.motion import Motion
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

    ``still`` clauses give the same answer on every day of the act (no clock, no dated set, no derived fact); those
    ``of_party`` look at a fact of the party.
    """

    index: int
    condition: Condition
    clock: str
    facts: frozenset[str]
    derived: tuple[str, ...]
    still: bool
    watch: Watch
    of_party: bool


@dataclass(frozen=True, slots=True)
class TextNode:
    """One reading of a stretch in the network: its clauses (those that are ``moving`` once more), and whether something
    in it is untranslatable. ``places`` are the positions of its clauses."""

    clauses: tuple[Clause, ...]
    moving: tuple[Clause, ...]
    untranslatable: str
    evidence: Evidence
    source: str
    places: tuple[int, ...]


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

    @cached_property
    def motion(self) -> Motion:
        """What moves when the day of the act or a fact does."""
        return Motion(self)

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

    @cached_property
    def definers(self) -> Mapping[str, tuple[Node, ...]]:
        """Derived fact -> its definitions."""
        found = self.view.corpus.definitions.items()
        return {fact: tuple(self.nodes[self.position[one]] for one in ids) for fact, ids in found}

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
    def literal_days(self) -> tuple[date, ...]:
        """Days that conditions compare the day of the act with, and the days after them."""
        found: set[date] = set()
        for clause in self.clauses:
            for node in clause.condition.readings:
                for leaf in leaves(node):
                    if isinstance(leaf, Compare) and leaf.fact == "act_date" and isinstance(leaf.value, date):
                        found |= {leaf.value, leaf.value + timedelta(days=1)}
        return tuple(sorted(found))


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
            of_party = any(name.startswith("party_") for name in names)
            clauses[key] = Clause(len(clauses), condition, clock, names, computed, watch.still, watch, of_party)
        return clauses[key]

    def text(reading: Reading, clock: str) -> TextNode:
        own = tuple(clause(c, clock) for c in reading.text.conditions)
        moving = tuple(c for c in own if not c.still)
        places = tuple(clause.index for clause in own)
        return TextNode(own, moving, reading.text.untranslatable, reading.evidence, reading.source, places)

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
