"""The frame interpreter: the equations over bit planes, for a block of rows at once.

The plain interpreter is its oracle: on every row, every truth is the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.decide.equation import Solution, settle
from carveout.decide.network import Clause, Node, Step, TextNode
from carveout.decide.plain import network_of
from carveout.decide.planes import (
    Bits,
    Codes,
    Column,
    Constant,
    Planes,
    bool_planes,
    compare,
    constant_planes,
    ends,
    leaf_test,
    pack,
    shifted,
    truths_of,
    value_ends,
)  # fmt: skip
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.law.condition import And, Compare, Holds, Member, Not, Or
from carveout.law.condition import Node as Tree
from carveout.law.group import GroupHistory
from carveout.law.view import View


class Frame:
    """A block of units: their facts as columns, and the solution of the equations over bit planes.

    ``act`` is the day of the act, per row (day ordinals) or one day for all. A frame made with ``like`` shares the
    truths of conditions that none of the ``changed`` facts is in.
    """

    def __init__(
        self, view: View, rows: int, columns: Mapping[str, Column], act: npt.NDArray[Any] | int,
        supplied: Mapping[str, Codes] | None = None, like: Frame | None = None, changed: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.view = view
        self.network = network_of(view)
        self.rows = rows
        self.size = (rows + 7) // 8
        self.columns = columns
        self.supplied = supplied or {}
        self.like = like
        self.changed = changed
        self._none = np.zeros(self.size, np.uint8)
        self._every = np.full(self.size, 255, np.uint8)
        self._still: dict[int, Planes] = {}
        self._moving: dict[int, Planes] = {}
        self._conjunctions: dict[int, Planes] = {}
        self._facts: dict[str, Planes] = {}
        self._leaves: dict[Any, Planes] = {}
        self._missing: dict[str, Bits] = {}
        self.derived: dict[str, Planes] = {}
        self.set_day(act)

    def set_day(self, act: npt.NDArray[Any] | int) -> None:
        """Another day of the act; what does not move with the day is kept."""
        self.act = act
        self._moving = {}
        self.derived = {}
        self._masks: dict[tuple[Any, Any], Bits | bool] = {}
        self.epochs: npt.NDArray[Any] | int
        days = self.network.ordinals
        if isinstance(act, np.ndarray):
            self.epochs = np.searchsorted(days, act, side="right").astype(np.uint8)
            self.present = np.flatnonzero(np.bincount(self.epochs, minlength=len(days) + 1))
        else:
            self.epochs = bisect_right(days, act)
            self.present = np.asarray([self.epochs])

    def solve(self) -> Solution[Planes]:
        """Solve the equations for the day set."""
        return settle(self.network.nodes, self)

    def active(self, step: Step) -> Bits | bool:
        """Rows whose day lies in a step: True for all, False for none, else their bits."""
        key = (step.start, step.end)
        found = self._masks.get(key)
        if found is None:
            days = self.network.ordinals
            first = bisect_right(days, step.start.toordinal())
            last = bisect_right(days, step.end.toordinal()) if step.end else len(days) + 1
            inside = (self.present >= first) & (self.present < last)
            if inside.all():
                found = True
            elif not inside.any():
                found = False
            else:
                epochs = self.epochs
                assert isinstance(epochs, np.ndarray)
                found = pack((epochs >= first) & (epochs < last))
            self._masks[key] = found
        return found

    # The algebra (see carveout.decide.equation.Algebra)

    def text(self, node: Node) -> Planes:
        """Whether each provision's own text holds."""
        if node.own_clock:
            return self._by_own_clock(node)
        must, may = self._none, self._none
        for step in node.steps:
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
        return must, may | (anyway & self.missing(node.provision.clock))

    def own_active(self, node: Node, step: Step) -> Bits:
        """Rows whose own clock is known and lies in a step."""
        low, high = ends(self.columns.get(node.provision.clock, Constant(None)))
        inside = (low == high) & (low >= step.start.toordinal())
        if step.end:
            inside = inside & (low < step.end.toordinal())
        return pack(np.broadcast_to(inside, (self.rows,)))

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
            return self._none, self._none
        key = id(text)
        kept = self._conjunctions.get(key)
        if kept is None:
            must, may = (self._none if text.untranslatable else self._every), self._every
            for clause in text.clauses:
                if clause.still:
                    found = self.clause(clause)
                    must, may = must & found[0], may & found[1]
            kept = self._conjunctions[key] = (must, may)
        must, may = kept
        for clause in text.clauses:
            if not clause.still:
                if not may.any():
                    break
                found = self.clause(clause)
                must, may = must & found[0], may & found[1]
        return must, may

    def either(self, holds: Sequence[Planes], which: Sequence[int]) -> Planes:
        """Disjunction."""
        must, may = self._none, self._none
        for index in which:
            must, may = must | holds[index][0], may | holds[index][1]
        return must, may

    def but_not(self, truth: Planes, holds: Sequence[Planes], against: Sequence[int]) -> Planes:
        """The truth and none of those against it."""
        must, may = truth
        for index in against:
            other = holds[index]
            if other[1] is self._none:
                continue
            must, may = must & ~other[1], may & ~other[0]
        return must, may

    def both(self, left: Planes, right: Planes) -> Planes:
        """Conjunction."""
        return left[0] & right[0], left[1] & right[1]

    def define(self, fact: str, truth: Planes) -> None:
        """A derived fact; a supplied conclusion stands, and is unknown where the derivation contradicts it."""
        stated = self.supplied.get(fact)
        if stated is not None:
            codes = np.asarray([0 if v is None else 1 for v in stated.values], np.uint8)[stated.codes]
            given = pack(codes)
            must, may = bool_planes(Codes(stated.codes, tuple(0 if v is None else v for v in stated.values)), self.rows)
            clash = (truth[0] & ~may) | (~truth[1] & must)
            must, may = must & ~clash, may | clash
            truth = (truth[0] & ~given) | (must & given), (truth[1] & ~given) | (may & given)
        self.derived[fact] = truth

    # Conditions

    def clause(self, clause: Clause) -> Planes:
        """The truth of a clause, under all its readings."""
        held = self._still if clause.still else self._moving
        found = held.get(clause.index)
        if found is None:
            if self.like is not None and clause.still and not (clause.facts & self.changed):
                found = self.like.clause(clause)
            else:
                found = self._clause(clause)
            held[clause.index] = found
        return found

    def _clause(self, clause: Clause) -> Planes:
        parts = [self.tree(tree, clause.clock) for tree in clause.condition.readings]
        if clause.condition.doubted:
            return parts[0][0], self._every
        must, may = parts[0]
        for part in parts[1:]:
            must, may = must & part[0], may | part[1]
        return must, may

    def tree(self, tree: Tree, clock: str = "act_date") -> Planes:
        """The truth of any part of a condition."""
        if isinstance(tree, Holds):
            return self.fact(tree.fact)
        if isinstance(tree, Not):
            must, may = self.tree(tree.part, clock)
            return ~may, ~must
        if isinstance(tree, And):
            must, may = self._every, self._every
            for part in tree.parts:
                found = self.tree(part, clock)
                must, may = must & found[0], may & found[1]
            return must, may
        if isinstance(tree, Or):
            must, may = self._none, self._none
            for part in tree.parts:
                found = self.tree(part, clock)
                must, may = must | found[0], may | found[1]
            return must, may
        return self._leaf(tree, clock)

    def fact(self, name: str) -> Planes:
        """A boolean fact."""
        if name in self.derived:
            return self.derived[name]
        found = self._facts.get(name)
        if found is None:
            column = self.columns.get(name, Constant(UNKNOWN))
            if self.like is not None and name not in self.changed:
                found = self.like.fact(name)
            elif isinstance(column, Constant):
                found = constant_planes(column.value, self.size)
            else:
                assert isinstance(column, Codes)
                found = bool_planes(column, self.rows)
            self._facts[name] = found
        return found

    def _leaf(self, leaf: Any, clock: str) -> Planes:
        """A leaf; one that no day moves is judged once, one over a dated set once per state of the set."""
        if isinstance(leaf, Member) and leaf.group:
            return self._in_group(leaf, self.view.groups[leaf.group], clock)
        if leaf.fact == "act_date" or (isinstance(leaf, Compare) and leaf.other == "act_date"):
            return self._new_leaf(leaf)
        found = self._leaves.get(id(leaf))
        if found is None:
            names = {leaf.fact, leaf.other} if isinstance(leaf, Compare) else {leaf.fact}
            shared = self.like is not None and not (names & self.changed)
            found = self._leaves[id(leaf)] = (
                self.like._leaf(leaf, clock) if shared and self.like else self._new_leaf(leaf)
            )
        return found

    def _new_leaf(self, leaf: Any) -> Planes:
        if isinstance(leaf, Compare) and leaf.other:
            left = tuple(shifted(end, leaf.shift) for end in self._ends(leaf.fact))
            right = tuple(shifted(end, leaf.other_shift) for end in self._ends(leaf.other))
            column, other = self.columns.get(leaf.fact), self.columns.get(leaf.other)
            if isinstance(column, Codes) and isinstance(other, Codes):
                return self._two_texts(leaf.op, column, other)
            return self._from(*compare(leaf.op, (left[0], left[1]), (right[0], right[1])))
        if leaf.fact == "act_date":
            return self._dates(leaf, self._ends("act_date"))
        column = self.columns.get(leaf.fact, Constant(None))
        if isinstance(column, Constant):
            return constant_planes(leaf_test(leaf)(column.value), self.size)
        if isinstance(column, Codes):
            return self._from(*truths_of(leaf_test(leaf), column))
        return self._dates(leaf, ends(column))

    def _dates(self, leaf: Any, own: tuple[Any, Any]) -> Planes:
        """A leaf over dates or numbers against literals."""
        if isinstance(leaf, Compare):
            return self._from(*compare(leaf.op, own, value_ends(leaf.value)))
        must: Any = np.zeros(self.rows, bool)
        may: Any = np.zeros(self.rows, bool)
        for value in leaf.values:
            found = compare("=", own, value_ends(value))
            must, may = must | found[0], may | found[1]
        return self._from(must, may)

    def _two_texts(self, op: str, column: Codes, other: Codes) -> Planes:
        same = np.asarray(column.values, object)[column.codes] == np.asarray(other.values, object)[other.codes]
        same = same if op == "=" else ~same
        known = (column.codes != len(column.values) - 1) & (other.codes != len(other.values) - 1)
        return self._from(same & known, same | ~known)

    def _in_group(self, leaf: Member, history: GroupHistory, clock: str) -> Planes:
        """Membership of a dated set on the day of the clock: a plane per state of the set, chosen by row."""
        starts = [start.toordinal() for start in history.starts]
        if clock != "act_date":
            low, high = ends(self.columns.get(clock, Constant(None)))
            places = np.searchsorted(np.asarray(starts), np.broadcast_to(np.asarray(low), (self.rows,)), side="right")
            known = pack(np.broadcast_to(np.asarray(low == high), (self.rows,)))
        elif isinstance(self.act, np.ndarray):
            table = [bisect_right(starts, day) for day in (starts[0] - 1 if starts else 0, *self.network.ordinals)]
            table[0] = 0
            places, known = np.asarray(table, np.uint8)[self.epochs], self._every
        else:
            return self._state(leaf, history, bisect_right(starts, self.act))
        states = np.unique(places)
        if len(states) == 1 and known is self._every:
            return self._state(leaf, history, int(states[0]))
        must, may = self._none, self._none
        for state in states:
            rows, found = pack(places == state), self._state(leaf, history, int(state))
            must, may = must | (found[0] & rows), may | (found[1] & rows)
        return must & known, may | ~known

    def _state(self, leaf: Member, history: GroupHistory, state: int) -> Planes:
        """Membership while a set is in its n-th state (0: before its first statement)."""
        key = (leaf.fact, leaf.group, state)
        found = self._leaves.get(key)
        if found is None:
            if self.like is not None and leaf.fact not in self.changed:
                found = self.like._state(leaf, history, state)
            else:
                day = history.starts[state - 1] if state else date.min
                column = self.columns.get(leaf.fact, Constant(None))

                def test(value: Any) -> Truth:
                    return UNKNOWN if value is None or not state else history.contains(value, day)

                if isinstance(column, Constant):
                    found = constant_planes(test(column.value), self.size)
                else:
                    assert isinstance(column, Codes)
                    found = self._from(*truths_of(test, column))
            self._leaves[key] = found
        return found

    def _ends(self, name: str) -> tuple[Any, Any]:
        if name == "act_date":
            return self.act, self.act
        column = self.columns.get(name, Constant(None))
        if isinstance(column, Codes):
            return 0, 0
        return ends(column)

    def _from(self, must: Any, may: Any) -> Planes:
        """Booleans over rows, or one for all of them, as planes."""
        if np.ndim(must) == 0 and np.ndim(may) == 0:
            truth: Truth = TRUE if must else UNKNOWN if may else FALSE
            return constant_planes(truth, self.size)
        shape = (self.rows,)
        return pack(np.broadcast_to(must, shape)), pack(np.broadcast_to(may, shape))

    def missing(self, name: str) -> Bits:
        """Rows in which a fact is not known, or known within bounds only."""
        found = self._missing.get(name)
        if found is None:
            found = self._missing[name] = self._open(name)
        return found

    def _open(self, name: str) -> Bits:
        boolean = self.network.facts[name].type == "bool"
        column = self.columns.get(name, Constant(UNKNOWN if boolean else None))
        if isinstance(column, Codes):
            table = np.asarray([v == UNKNOWN if boolean else v is None for v in column.values])
            return pack(table[column.codes])
        if boolean:
            assert isinstance(column, Constant)
            return self._every if column.value == UNKNOWN else self._none
        low, high = ends(column)
        return pack(np.broadcast_to(np.asarray(low != high), (self.rows,)))
