"""Which unknown facts matter: one backward pass over a solved unit, from the outcome to the facts.

Only what is unsettled is followed, so a fact that is not listed cannot change the outcome; a listed one may not
either (over-reporting is measured, missing one is a bug).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from carveout.decide.network import Clause, Node, Step
from carveout.decide.outcome import LEVELS, Interval, Outcome
from carveout.decide.plain import Unit
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Span
from carveout.law.condition import And, Compare, Not, Or
from carveout.law.condition import Node as Tree
from carveout.law.provision import Kind


@dataclass
class Findings:
    """Facts that matter (in the order found), questions no fact answers, and conditions in legal doubt."""

    facts: dict[str, None] = field(default_factory=dict)
    questions: dict[str, None] = field(default_factory=dict)
    doubts: dict[str, None] = field(default_factory=dict)


class Inquiry:
    """One backward pass over one solved unit."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.findings = Findings()
        # What was followed already: provisions by position, conditions by position, facts by name.
        self._holds: set[int] = set()
        self._engaged: set[int] = set()
        self._clauses: set[int] = set()
        self._facts: set[str] = set()

    def outcome(self, kinds: Mapping[Kind, Sequence[Node]], interval: Interval, subject: str) -> Findings:
        """Follow every provision whose truth could still move one end of the interval."""
        solution = self.unit.solution
        for level, kind in LEVELS:
            if kind is not None and interval.at_least < level <= interval.at_most:
                for node in kinds.get(kind, ()):
                    if solution.holds[node.index] == UNKNOWN:
                        self.holds(node)
        if interval.at_least < Outcome.authorized <= interval.at_most:
            for node in kinds.get(Kind.requirement, ()):
                if solution.engaged[node.index] == UNKNOWN:
                    self.engaged(node)
        if interval.at_least < Outcome.no_license_required and self.unit.facts[subject] == UNKNOWN:
            self.fact(subject)
        return self.findings

    def holds(self, node: Node) -> None:
        """Follow an unknown ``holds``."""
        if node.index in self._holds:
            return
        self._holds.add(node.index)
        solution = self.unit.solution
        if solution.engaged[node.index] == UNKNOWN:
            self.engaged(node)
        for index in node.defeated_by:
            if solution.holds[index] == UNKNOWN:
                self.holds(self.unit.network.nodes[index])

    def engaged(self, node: Node) -> None:
        """Follow an unknown ``engaged``."""
        if node.index in self._engaged:
            return
        self._engaged.add(node.index)
        for index in node.carved_by:
            if self.unit.solution.holds[index] == UNKNOWN:
                self.holds(self.unit.network.nodes[index])
        if self.unit.solution.texts[node.index] != UNKNOWN:
            return
        clock = self.unit.facts[node.provision.clock]
        if clock is None or isinstance(clock, Span):
            self.findings.facts.setdefault(node.provision.clock)
        for step in self.unit.steps_of(node):
            if self.unit.step(step) == UNKNOWN:
                self._step(step, node)

    def _step(self, step: Step, node: Node) -> None:
        if len(step.readings) > 1 and {self.unit.reading(reading) for reading in step.readings} == {TRUE, FALSE}:
            self.findings.doubts.setdefault(f"{node.provision.citation}: whether this text is law is not verified")
        for reading in step.readings:
            if reading is None or self.unit.reading(reading) != UNKNOWN:
                continue
            if reading.untranslatable:
                self.findings.questions.setdefault(reading.untranslatable)
            for clause in reading.clauses:
                if self.unit.clause(clause.index) == UNKNOWN:
                    self._clause(clause, node)

    def _clause(self, clause: Clause, node: Node) -> None:
        if clause.index in self._clauses:
            return
        self._clauses.add(clause.index)
        trees, doubted = clause.condition.readings, clause.condition.doubted
        if len(trees) == 1 and not doubted:
            # The only reading of an unknown condition is unknown itself; what its facts say is known once they are.
            if not self._facts.issuperset(clause.facts):
                self._tree(trees[0])
            return
        before = len(self.findings.facts), len(self.findings.questions)
        truths = [self._truth(tree) for tree in trees]
        for tree, truth in zip(trees, truths, strict=True):
            if truth == UNKNOWN:
                self._tree(tree)
        if (len(self.findings.facts), len(self.findings.questions)) == before and (doubted or UNKNOWN not in truths):
            self.findings.doubts.setdefault(f"{node.provision.citation}: {clause.condition.name} (the readings differ)")

    def _truth(self, tree: Tree) -> int:
        return self.unit.tree(tree)

    def _tree(self, tree: Tree) -> None:
        if isinstance(tree, Not):
            self._tree(tree.part)
        elif isinstance(tree, (And, Or)):
            for part in tree.parts:
                if self._truth(part) == UNKNOWN:
                    self._tree(part)
        else:
            for name in (tree.fact, tree.other if isinstance(tree, Compare) else ""):
                if name:
                    self.fact(name)

    def fact(self, name: str) -> None:
        """A fact of an unknown leaf: itself when it is missing, its definitions when it is derived."""
        if name in self._facts:
            return
        self._facts.add(name)
        fact = self.unit.network.facts[name]
        if fact.kind == "derived":
            for node in self.unit.network.definers.get(name, ()):
                if self.unit.solution.holds[node.index] == UNKNOWN:
                    self.holds(node)
            return
        value = self.unit.facts[name]
        if value is None or isinstance(value, Span) or (fact.type == "bool" and value == UNKNOWN):
            self.findings.facts.setdefault(name)
