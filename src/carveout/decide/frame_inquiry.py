"""Which unknown facts matter, over bit planes: the backward pass of :mod:`carveout.decide.inquiry` for many rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_levels import Levels
from carveout.decide.network import Clause, Node
from carveout.decide.outcome import LEVELS, Outcome
from carveout.decide.planes import Bits, Planes
from carveout.law.condition import And, Compare, Not, Or
from carveout.law.condition import Node as Tree
from carveout.law.provision import Kind


class FrameInquiry:
    """One backward pass; ``facts`` holds per fact the rows in which it matters."""

    def __init__(self, frame: Frame, solution: Solution[Planes]) -> None:
        self.frame = frame
        self.solution = solution
        self.facts: dict[str, Bits] = {}
        nodes = len(frame.network.nodes)
        self._holds: list[Bits | None] = [None] * nodes
        self._engaged: list[Bits | None] = [None] * nodes
        self._derived: dict[str, Bits] = {}

    def outcome(
        self, kinds: Mapping[Kind, Sequence[Node]], floor: Levels, own: Levels, subject: str
    ) -> dict[str, Bits]:
        """Follow what could move one end: between the row's lower end and the unit's own upper end."""

        def open_at(level: int) -> Bits:
            return ~floor.least[level] & own.most[level]

        for level, kind in LEVELS:
            for node in kinds.get(kind, ()) if kind else ():
                self._mark(self._holds, node.index, open_at(level) & unknown(self.solution.holds[node.index]))
        for node in kinds.get(Kind.requirement, ()):
            bits = open_at(Outcome.authorized) & unknown(self.solution.engaged[node.index])
            self._mark(self._engaged, node.index, bits)
        first = open_at(Outcome.no_license_required) & unknown(self.frame.derived[subject])
        self._mark_derived(subject, first)
        # What defeats or defines stands before what it touches, so one sweep from the last node to the first is enough.
        for node in reversed(self.frame.network.nodes):
            if node.completes:
                self._definitions(node)
            self._node(node)
        return self.facts

    def _mark(self, where: list[Bits | None], index: int, bits: Bits) -> None:
        if bits.any():
            held = where[index]
            where[index] = bits if held is None else held | bits

    def _mark_derived(self, name: str, bits: Bits) -> None:
        if bits.any():
            self._derived[name] = self._derived[name] | bits if name in self._derived else bits

    def _definitions(self, node: Node) -> None:
        bits = self._derived.get(node.provision.defines)
        if bits is None:
            return
        for index in node.siblings:
            self._mark(self._holds, index, bits & unknown(self.solution.holds[index]))

    def _node(self, node: Node) -> None:
        bits = self._holds[node.index]
        if bits is not None:
            self._mark(self._engaged, node.index, bits & unknown(self.solution.engaged[node.index]))
            for index in node.defeated_by:
                self._mark(self._holds, index, bits & unknown(self.solution.holds[index]))
        bits = self._engaged[node.index]
        if bits is None:
            return
        for index in node.carved_by:
            self._mark(self._holds, index, bits & unknown(self.solution.holds[index]))
        bits = bits & unknown(self.solution.texts[node.index])
        if node.own_clock:
            self._note(node.provision.clock, bits & self.frame.facts.missing(node.provision.clock))
        for step in node.steps:
            active = True if node.own_clock else self.frame.active(step)
            if active is False:
                continue
            inside = bits if active is True else bits & active
            inside = inside & unknown(self.frame.step(step))
            for reading in step.readings if inside.any() else ():
                if reading is None:
                    continue
                here = inside & unknown(self.frame.reading(reading))
                for clause in reading.clauses if here.any() else ():
                    there = here & unknown(self.frame.clause(clause))
                    if there.any():
                        self._clause(clause, there)

    def _clause(self, clause: Clause, bits: Bits) -> None:
        """Follow a condition in rows in which it is unknown."""
        if clause.condition.doubted or len(clause.condition.readings) > 1:
            for tree in clause.condition.readings:
                self._part(tree, clause.clock, bits)
        else:
            self._tree(clause.condition.readings[0], clause.clock, bits)

    def _part(self, tree: Tree, clock: str, bits: Bits) -> None:
        """Follow part of a condition in those of the rows in which it is unknown."""
        bits = bits & unknown(self.frame.tree(tree, clock))
        if bits.any():
            self._tree(tree, clock, bits)

    def _tree(self, tree: Tree, clock: str, bits: Bits) -> None:
        if isinstance(tree, Not):
            self._tree(tree.part, clock, bits)
        elif isinstance(tree, (And, Or)):
            for part in tree.parts:
                self._part(part, clock, bits)
        else:
            for name in (tree.fact, tree.other if isinstance(tree, Compare) else ""):
                if not name or name == "act_date":
                    continue
                if self.frame.network.facts[name].kind == "derived":
                    self._mark_derived(name, bits)
                else:
                    self._note(name, bits & self.frame.facts.missing(name))

    def _note(self, name: str, bits: Bits) -> None:
        if bits.any():
            self.facts[name] = self.facts[name] | bits if name in self.facts else bits


def unknown(truth: Planes) -> Bits:
    """Rows in which a truth is unknown."""
    return np.asarray(truth[1] & ~truth[0])
