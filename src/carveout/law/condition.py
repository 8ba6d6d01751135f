"""Conditions as trees of leaves over the facts; :mod:`carveout.law.grammar` reads them from SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import TypeAlias

Literal: TypeAlias = "str | float | date | bool"


@dataclass(frozen=True, slots=True)
class Shift:
    """Days and months added to a date fact."""

    months: int = 0
    days: int = 0

    def apply(self, day: date) -> date:
        """The day moved, within the calendar; 31 January + 1 month is the last of February."""
        total = day.year * 12 + day.month - 1 + self.months
        year, month = divmod(total, 12)
        if not 1 <= year <= 9998:
            return day
        month += 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        try:
            return date(year, month, min(day.day, last)) + timedelta(days=self.days)
        except OverflowError:
            return date.max if self.days > 0 else date.min


@dataclass(frozen=True, slots=True)
class Compare:
    """``fact op literal`` or ``fact op other fact``; either fact may be shifted when it is a date."""

    op: str
    fact: str
    value: Literal | None = None
    other: str = ""
    shift: Shift = Shift()
    other_shift: Shift = Shift()


@dataclass(frozen=True, slots=True)
class Member:
    """``fact IN (literals)`` or ``fact IN GROUP('name')``; of a list of ECCNs, that ``some`` of them is a member."""

    fact: str
    values: frozenset[str | float | date] = frozenset()
    group: str = ""
    some: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    """``fact LIKE 'pattern'``, case kept."""

    fact: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Holds:
    """A boolean fact by itself."""

    fact: str


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """Conjunction."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Disjunction."""

    parts: tuple[Node, ...]


Node: TypeAlias = Compare | Member | Like | Holds | Not | And | Or


class Refused(ValueError):
    """A condition outside the grammar: ``wrong`` and ``right`` say why and what to write."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(f"{wrong}; {right}")
        self.wrong = wrong
        self.right = right


def like_pattern(pattern: str) -> re.Pattern[str]:
    """The LIKE pattern as a regular expression over the whole text."""
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.DOTALL)


def leaves(node: Node) -> Iterator[Compare | Member | Like | Holds]:
    """Every leaf of the tree, left to right."""
    if isinstance(node, Not):
        yield from leaves(node.part)
    elif isinstance(node, (And, Or)):
        for part in node.parts:
            yield from leaves(part)
    else:
        yield node


def facts_of(node: Node) -> frozenset[str]:
    """The facts the condition mentions."""
    return frozenset(
        name for leaf in leaves(node) for name in (leaf.fact, leaf.other if isinstance(leaf, Compare) else "") if name
    )


def groups_of(node: Node) -> frozenset[str]:
    """The dated sets the condition names."""
    return frozenset(leaf.group for leaf in leaves(node) if isinstance(leaf, Member) and leaf.group)


def conjunction(nodes: list[Node]) -> Node:
    """One node that holds when all do."""
    return reduce(lambda left, right: And((left, right)), nodes) if nodes else And(())
