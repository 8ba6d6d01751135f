"""The facts of a block as bit planes: what conditions see of each column, judged once per distinct value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.decide.frame_days import Days
from carveout.decide.planes import (
    Bits,
    CodePlanes,
    Codes,
    Column,
    Constant,
    Planes,
    compare,
    constant_planes,
    ends,
    leaf_test,
    pack,
    planes_of,
    shifted,
    value_ends,
)  # fmt: skip
from carveout.facts.schema import Schema
from carveout.facts.value import ALWAYS, FALSE, NEVER, TRUE, UNKNOWN, Truth
from carveout.law.condition import Compare, Member, Node
from carveout.law.group import GroupHistory


class FramedFacts:
    """The columns of a block, and the truths of single conditions over them.

    Made with ``like``, it shares what those facts say that are not ``changed``.
    """

    def __init__(
        self, facts: Schema, rows: int, columns: Mapping[str, Column],
        like: FramedFacts | None = None, changed: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.facts = facts
        self.rows = rows
        self.size = (rows + 7) // 8
        self.columns = columns
        self.like = like
        self.changed = changed
        self._codes: dict[str, CodePlanes] = {}
        self._missing: dict[str, Bits] = {}
        self._spans: dict[str, tuple[int, int] | None] = {}
        self._truths: dict[str, Planes] = {}
        self._leaves: dict[Node, Planes] = {}
        self._states: dict[tuple[str, str, int], Planes] = {}

    def shares(self, *names: str) -> FramedFacts | None:
        """The facts that say the same of these names, if any."""
        return None if self.like is None or not self.changed.isdisjoint(names) else self.like

    def column(self, name: str) -> Column:
        """The column of a fact; one that is not there is unknown in all rows."""
        found = self.columns.get(name)
        return found if found is not None else Constant(UNKNOWN if self._boolean(name) else None)

    def _boolean(self, name: str) -> bool:
        return self.facts[name].type == "bool"

    def codes(self, name: str) -> CodePlanes:
        """A coded column by its values."""
        found = self._codes.get(name)
        if found is None:
            column = self.columns[name]
            assert isinstance(column, Codes)
            found = self._codes[name] = CodePlanes(column)
        return found

    def truth(self, name: str) -> Planes:
        """A boolean fact."""
        found = self._truths.get(name)
        if found is None:
            shared = self.shares(name)
            found = self._truths[name] = shared.truth(name) if shared else self._tested(name, _itself)
        return found

    def missing(self, name: str) -> Bits:
        """Rows in which a fact is not known, or known within bounds only."""
        found = self._missing.get(name)
        if found is None:
            shared = self.shares(name)
            found = self._missing[name] = shared.missing(name) if shared else self._open(name)
        return found

    def _open(self, name: str) -> Bits:
        column, nothing = self.column(name), UNKNOWN if self._boolean(name) else None
        if isinstance(column, Codes):
            return self.codes(name).rows([value == nothing for value in column.values])
        if self._boolean(name):
            assert isinstance(column, Constant)
            return constant_planes(TRUE if column.value == UNKNOWN else FALSE, self.size)[0]
        low, high = ends(column)
        return pack(np.broadcast_to(np.asarray(low != high), (self.rows,)))

    def span(self, name: str) -> tuple[int, int] | None:
        """The first and the last day on which a date of any row lies, or may begin or end to lie; None without any."""
        if name not in self._spans:
            shared = self.shares(name)
            self._spans[name] = shared.span(name) if shared else _span(self.column(name))
        return self._spans[name]

    def seen_on(self, name: str, days: Days) -> object:
        """What days of the act see of a date: where no date of any row is near, days on the same side see the same."""
        if not days.one:
            return days
        span = self.span(name)
        if span is None or days.last < span[0]:
            return "before"
        return "after" if days.first > span[1] else days

    def leaf(self, leaf: Any) -> Planes:
        """A condition on facts that no day of the act moves."""
        found = self._leaves.get(leaf)
        if found is None:
            shared = self.shares(leaf.fact, *([leaf.other] if isinstance(leaf, Compare) and leaf.other else ()))
            found = self._leaves[leaf] = shared.leaf(leaf) if shared else self._leaf(leaf)
        return found

    def _leaf(self, leaf: Any) -> Planes:
        if isinstance(leaf, Compare) and leaf.other:
            left, right = self.columns.get(leaf.fact), self.columns.get(leaf.other)
            if isinstance(left, Codes) and isinstance(right, Codes):
                return _two_texts(leaf.op, left, right)
            return self.compared(leaf, None)
        column = self.column(leaf.fact)
        if isinstance(column, (Codes, Constant)):
            return self._tested(leaf.fact, leaf_test(leaf))
        return self.against_literals(leaf, ends(column))

    def _tested(self, name: str, test: Callable[[Any], Truth]) -> Planes:
        """A test of single values."""
        column = self.column(name)
        if isinstance(column, Constant):
            return constant_planes(test(column.value), self.size)
        return self.codes(name).truths([test(value) for value in self.codes(name).values])

    def state(self, leaf: Member, history: GroupHistory, state: int) -> Planes:
        """Membership while a dated set is in its n-th state (0: before its first statement)."""
        name, some = leaf.fact, leaf.some
        key = (name, history.name, state)
        found = self._states.get(key)
        if found is None:
            shared = self.shares(name)
            if shared:
                found = shared.state(leaf, history, state)
            else:
                day = history.starts[state - 1] if state else date.min
                found = self._tested(
                    name, lambda v: UNKNOWN if v is None or not state else history.contains(v, day, some=some)
                )
            self._states[key] = found
        return found

    def compared(self, leaf: Compare, act: npt.NDArray[Any] | int | None) -> Planes:
        """A comparison of two dates or numbers, of which one may be the day of the act."""
        left = tuple(shifted(end, leaf.shift) for end in self._ends(leaf.fact, act))
        right = tuple(shifted(end, leaf.other_shift) for end in self._ends(leaf.other, act))
        return planes_of(compare(leaf.op, (left[0], left[1]), (right[0], right[1])), self.rows)

    def _ends(self, name: str, act: npt.NDArray[Any] | int | None) -> tuple[Any, Any]:
        if name == "act_date":
            return act, act
        column = self.columns.get(name, Constant(None))
        # A text has no ends; any will do beside another that is not known at all.
        return (0, 0) if isinstance(column, Codes) else ends(column)

    def against_literals(self, leaf: Any, own: tuple[Any, Any]) -> Planes:
        """A leaf over dates or numbers against literals; ``own`` are the ends of what is compared."""
        if isinstance(leaf, Compare):
            return planes_of(compare(leaf.op, own, value_ends(leaf.value)), self.rows)
        must: Any = np.zeros(self.rows, bool)
        may: Any = np.zeros(self.rows, bool)
        for value in leaf.values:
            found = compare("=", own, value_ends(value))
            must, may = must | found[0], may | found[1]
        return planes_of((must, may), self.rows)


def _span(column: Column) -> tuple[int, int] | None:
    if isinstance(column, Codes):
        return None
    low, high = (np.atleast_1d(np.asarray(end)) for end in ends(column))
    if not len(low) or (low.max() <= ALWAYS.toordinal() and high.min() >= NEVER.toordinal()):
        return None
    first, last = NEVER.toordinal(), ALWAYS.toordinal()
    for end in (low, high):
        dated = (end > ALWAYS.toordinal()) & (end < NEVER.toordinal())
        first = min(first, int(np.where(dated, end, first).min()))
        last = max(last, int(np.where(dated, end, last).max()))
    return (first, last) if first <= last else None


def _itself(value: Truth) -> Truth:
    return value


def _two_texts(op: str, left: Codes, right: Codes) -> Planes:
    """Two texts compared, by the place of each value among the values of both."""
    places: dict[Any, int] = {}
    table, other = (
        np.asarray([places.setdefault(value, len(places)) for value in column.values]) for column in (left, right)
    )
    same = table[left.codes] == other[right.codes]
    same = same if op == "=" else ~same
    known = (left.codes != len(left.values) - 1) & (right.codes != len(right.values) - 1)
    return pack(same & known), pack(same | ~known)
