"""The frame interpreter: the equations over bit planes, for a block of rows at once.

The plain interpreter is its oracle: on every row, every truth is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.decide.equation import Solution, settle
from carveout.decide.frame_days import Days
from carveout.decide.frame_facts import FramedFacts
from carveout.decide.motion import Gate
from carveout.decide.network import Clause, Node, Step, TextNode, Watch
from carveout.decide.plain import network_of
from carveout.decide.planes import Bits, CodePlanes, Codes, Column, Constant, Planes, ends, pack
from carveout.facts.value import FALSE
from carveout.law.condition import And, Compare, Holds, Member, Not, Or
from carveout.law.condition import Node as Tree
from carveout.law.view import View


class Frame:
    """A block of units: their facts as columns, and the solution of the equations over bit planes.

    ``act`` are the days of the act (day ordinals per row, or one for all). A frame made with ``like`` shares the
    truths of conditions that none of the ``changed`` facts is in.
    """

    def __init__(
        self, view: View, rows: int, columns: Mapping[str, Column], act: Days | npt.NDArray[Any] | int,
        supplied: Mapping[str, Codes] | None = None, like: Frame | None = None, changed: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.view = view
        self.network = network_of(view)
        self.rows = rows
        self.size = (rows + 7) // 8
        self.supplied = supplied or {}
        self.like = like
        self.changed = changed
        self.facts: FramedFacts = FramedFacts(self.network.facts, rows, columns, like.facts if like else None, changed)
        self.derived: dict[str, Planes] = {}
        self.solution: Solution[Planes] | None = None
        self._none = np.zeros(self.size, np.uint8)
        self._every = np.full(self.size, 255, np.uint8)
        self._never: Planes = (self._none, self._none)
        self._still: dict[int, Planes] = {}
        self._moving: dict[int, tuple[Any, Planes]] = {}
        self._conjunctions: dict[int, Planes] = {}
        self._texts: dict[int, tuple[Any, Planes]] = {}
        self._own_active: dict[tuple[int, Any], Bits] = {}
        self._clocked: dict[tuple[int, str], Planes] = {}
        self._versions: dict[str, int] = {}
        self._closed: frozenset[int] | None = None
        self.set_day(act)

    def set_day(self, act: Days | npt.NDArray[Any] | int) -> None:
        """Other days of the act; what does not move with the day is kept."""
        self.days = act if isinstance(act, Days) else Days(act)
        self._daily: dict[Tree, Planes] = {}

    def solve(self) -> Solution[Planes]:
        """Solve the equations for the days set; what is as it was when they were last solved is kept."""
        self.solution = settle(self.network.nodes, self, self.solution)
        return self.solution

    @property
    def closed(self) -> frozenset[int]:
        """Positions of the nodes that hold in no row, for a reason that no day moves (see ``Motion.gates``)."""
        if self._closed is None:
            self._closed = self.network.motion.closed(self._fails, self.supplied)
        return self._closed

    def _fails(self, gate: Gate, false: set[str]) -> bool:
        """Whether in every row some clause of a gate fails, where no fact that is not false for good can change that."""
        may = self._every
        for index, derived in gate:
            if false.issuperset(derived):
                may = may & self.clause(self.network.clauses[index])[1]
        return not may.any()

    def active(self, step: Step) -> Bits | bool:
        """Rows whose day lies in a step: True for all, False for none, else their bits."""
        return self.days.within(step.start.toordinal(), step.end.toordinal() if step.end else None)

    # The algebra (see carveout.decide.equation.Algebra)

    def text(self, node: Node) -> Planes:
        """Whether each provision's own text holds."""
        steps = self._steps(node)
        seen = (steps if self.days.one or node.own_clock else self.days, *[self._seen(step.watch) for step in steps])
        kept = self._texts.get(node.index)
        if kept is not None and kept[0] == seen:
            return kept[1]
        found = self._by_own_clock(node) if node.own_clock else self._by_act(steps)
        if not found[1].any():
            found = self._never
        # What turns out the same is the same planes, so that what rests on it need not be solved again.
        if kept is not None and all(map(np.array_equal, found, kept[1])):
            found = kept[1]
        self._texts[node.index] = (seen, found)
        return found

    def _steps(self, node: Node) -> Sequence[Step]:
        """The steps of a provision that matter on the days set."""
        if node.own_clock or not self.days.one:
            return node.steps
        step = self.network.steps_on(date.fromordinal(self.days.first))[node.index]
        return () if step is None else (step,)

    def _by_act(self, steps: Sequence[Step]) -> Planes:
        must, may = self._never
        for step in steps:
            active = self.active(step)
            if active is False:
                continue
            found = self.step(step)
            if active is True:
                return found
            must = must | (found[0] & active)
            may = may | (found[1] & active)
        return must, may

    def _by_own_clock(self, node: Node) -> Planes:
        must, may, anyway = self._none, self._none, self._none
        for step in node.steps:
            active, found = self.own_active(node, step), self.step(step)
            must, may, anyway = must | (found[0] & active), may | (found[1] & active), anyway | found[1]
        return must, may | (anyway & self.facts.missing(node.provision.clock))

    def own_active(self, node: Node, step: Step) -> Bits:
        """Rows whose own clock is known and lies in a step."""
        key = (node.index, step.start)
        found = self._own_active.get(key)
        if found is None:
            low, high = ends(self.facts.columns.get(node.provision.clock, Constant(None)))
            inside = (low == high) & (low >= step.start.toordinal())
            if step.end:
                inside = inside & (low < step.end.toordinal())
            found = self._own_active[key] = pack(np.broadcast_to(inside, (self.rows,)))
        return found

    def step(self, step: Step) -> Planes:
        """A step under all its readings."""
        if len(step.readings) == 1:
            return self.reading(step.readings[0])
        must, may = self._every, self._none
        for reading in step.readings:
            found = self.reading(reading)
            must, may = must & found[0], may | found[1]
        return must, may

    def reading(self, text: TextNode | None) -> Planes:
        """All clauses of a reading; the conjunction of those that do not move is kept."""
        if text is None:
            return self._never
        must, may = kept = self.standing(text)
        if not text.moving:
            return kept
        for clause in text.moving:
            if not may.any():
                return self._never
            found = self.clause(clause)
            must, may = must & found[0], may & found[1]
        return must, may

    def standing(self, text: TextNode) -> Planes:
        """The conjunction of the clauses that do not move."""
        kept = self._conjunctions.get(id(text))
        if kept is None:
            must, may = (self._none if text.untranslatable else self._every), self._every
            for clause in text.clauses:
                if clause.still:
                    found = self.clause(clause)
                    must, may = must & found[0], may & found[1]
            kept = self._conjunctions[id(text)] = (must, may)
        return kept

    def reach(self, name: str) -> Bits:
        """Rows in which a provision looks at a dated fact and what no day moves does not rule it out."""
        found = self._none
        for node in self.network.nodes:
            for text in (text for step in node.steps for text in step.readings if text is not None):
                if node.provision.clock == name or any(name in clause.facts for clause in text.moving):
                    found = found | self.standing(text)[1]
        return found

    def either(self, holds: Sequence[Planes], which: Sequence[int]) -> Planes:
        """Disjunction."""
        must, may = self._none, self._none
        for index in which:
            if holds[index] is not self._never:
                must, may = must | holds[index][0], may | holds[index][1]
        return must, may

    def but_not(self, truth: Planes, holds: Sequence[Planes], against: Sequence[int]) -> Planes:
        """The truth and none of those against it."""
        if truth is self._never:
            return truth
        must, may = truth
        for index in against:
            other = holds[index]
            if other is not self._never:
                must, may = must & ~other[1], may & ~other[0]
        return must, may

    def both(self, left: Planes, right: Planes) -> Planes:
        """Conjunction."""
        if left is self._never:
            return left
        return left[0] & right[0], left[1] & right[1]

    def define(self, fact: str, truth: Planes) -> None:
        """A derived fact; a supplied conclusion stands, and is unknown where the derivation contradicts it."""
        stated = self.supplied.get(fact)
        if stated is not None:
            column = CodePlanes(stated)
            given = column.rows([value is not None for value in stated.values])
            must, may = column.truths([FALSE if value is None else value for value in stated.values])
            clash = (truth[0] & ~may) | (~truth[1] & must)
            must, may = must & ~clash, may | clash
            truth = (truth[0] & ~given) | (must & given), (truth[1] & ~given) | (may & given)
        self.derived[fact] = truth
        self._versions[fact] = self._versions.get(fact, 0) + 1

    # Conditions

    def clause(self, clause: Clause) -> Planes:
        """The truth of a clause, under all its readings."""
        if not clause.still:
            return self._moved(clause)
        found = self._still.get(clause.index)
        if found is None:
            shared = self.like if self.changed.isdisjoint(clause.facts) else None
            found = self._still[clause.index] = shared.clause(clause) if shared else self._clause(clause)
        return found

    def _moved(self, clause: Clause) -> Planes:
        """A clause that days move; it is judged again once something it looks at is no longer as it was."""
        seen = self._seen(clause.watch)
        kept = self._moving.get(clause.index)
        if kept is None or kept[0] != seen:
            kept = self._moving[clause.index] = (seen, self._clause(clause))
        return kept[1]

    def _seen(self, watch: Watch) -> tuple[object, ...]:
        """What there is to see, on the days set, of what could change an answer."""
        return (
            self.days if watch.act else None,
            *[self.facts.seen_on(name, self.days) for name in watch.dates],
            *[self.days.state(self.view.groups[name]) for name in watch.groups],
            *[self._versions.get(name) for name in watch.derived],
        )

    def _clause(self, clause: Clause) -> Planes:
        parts = [self.tree(tree, clause.clock) for tree in clause.condition.readings]
        if clause.condition.doubted:
            return parts[0][0], self._every
        must, may = parts[0]
        for part in parts[1:]:
            must, may = must & part[0], may | part[1]
        return must, may

    def judged(self, clause: Clause, days: Days, derived: Mapping[str, Planes]) -> Planes:
        """A clause as it was on other days, with the derived facts of those days."""
        held = self.days, self._daily, self.derived
        self.days, self._daily, self.derived = days, {}, dict(derived)
        try:
            return self._clause(clause)
        finally:
            self.days, self._daily, self.derived = held

    def tree(self, tree: Tree, clock: str = "act_date") -> Planes:
        """The truth of any part of a condition."""
        if isinstance(tree, Holds):
            return self.fact(tree.fact)
        if isinstance(tree, Not):
            must, may = self.tree(tree.part, clock)
            return ~may, ~must
        if not isinstance(tree, (And, Or)):
            return self._leaf(tree, clock)
        must, may = self.tree(tree.parts[0], clock)
        for part in tree.parts[1:]:
            found = self.tree(part, clock)
            if isinstance(tree, And):
                must, may = must & found[0], may & found[1]
            else:
                must, may = must | found[0], may | found[1]
        return must, may

    def fact(self, name: str) -> Planes:
        """A boolean fact, asked or derived."""
        return self.derived[name] if name in self.derived else self.facts.truth(name)

    def _leaf(self, leaf: Any, clock: str) -> Planes:
        """A leaf; one that no day moves is judged once, one over a dated set once per state of the set."""
        dated = isinstance(leaf, Member) and leaf.group
        if not dated and leaf.fact != "act_date" and not (isinstance(leaf, Compare) and leaf.other == "act_date"):
            return self.facts.leaf(leaf)
        if dated and clock != "act_date":
            return self._by_clock(leaf, clock)
        found = self._daily.get(leaf)
        if found is None:
            found = self._daily[leaf] = self._in_group(leaf, self.days) if dated else self._by_day(leaf)
        return found

    def _by_day(self, leaf: Any) -> Planes:
        """A leaf that the day of the act is compared in."""
        act = self.days.act
        if isinstance(leaf, Compare) and leaf.other:
            return self.facts.compared(leaf, act)
        return self.facts.against_literals(leaf, (act, act))

    def _in_group(self, leaf: Member, days: Days) -> Planes:
        """Membership of a dated set on some days: the planes of each state that the set is in, chosen by row."""
        history = self.view.groups[leaf.group]
        must, may = self._never
        for state, rows in days.states(history):
            found = self.facts.state(leaf, history, state)
            if rows is True:
                return found
            if rows is not False:
                must, may = must | (found[0] & rows), may | (found[1] & rows)
        return must, may

    def _by_clock(self, leaf: Member, clock: str) -> Planes:
        """Membership on the day of another clock; unknown where that day is not known."""
        found = self._clocked.get((id(leaf), clock))
        if found is not None:
            return found
        low, high = ends(self.facts.columns.get(clock, Constant(None)))
        known = pack(np.broadcast_to(np.asarray(low == high), (self.rows,)))
        must, may = self._in_group(leaf, Days(np.broadcast_to(np.asarray(low), (self.rows,))))
        found = self._clocked[id(leaf), clock] = must & known, may | ~known
        return found
