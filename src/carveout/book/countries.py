"""The countries that several parties bring to their roles, as far as the law can tell them apart.

A row with a party in every country of the world in every role has millions of combinations, of which the conditions of the
law see a handful. Two combinations are alike when every part of a condition that speaks of these countries only has the
same truth for both on every day; then no other fact and no day sets the rows apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any

from carveout.decide.closure import NEGATED
from carveout.decide.plain import network_of
from carveout.decide.planes import leaf_test
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth, Value
from carveout.law.condition import And, Compare, Like, Member, Node, Not, Or, facts_of
from carveout.law.view import View

Truths = tuple[Truth, ...]
"""The truth of a part of a condition on the days on which a dated set changes."""


def country_variants(countries: Mapping[str, Sequence[Value]], view: View) -> list[dict[str, Value]]:
    """One combination of each kind that the law can tell apart, that of the first countries first."""
    columns = tuple(countries)
    chosen = [_distinct([{column: value} for value in countries[column]], (column,), view) for column in columns]
    combined = [{k: v for part in parts for k, v in part.items()} for parts in product(*chosen)]
    return _distinct(combined, columns, view)


def _distinct(combinations: Sequence[dict[str, Value]], columns: tuple[str, ...], view: View) -> list[dict[str, Value]]:
    trees = _trees(view, columns)
    kinds: dict[Any, dict[str, Value]] = {}
    for combination in combinations:
        key = tuple(part for tree in trees for part in _apart(tree, combination, view))
        kinds.setdefault(key, combination)
    return list(kinds.values())


@lru_cache(maxsize=256)
def _trees(view: View, columns: tuple[str, ...]) -> tuple[Node, ...]:
    """The conditions that speak of some of these columns."""
    return tuple(
        tree
        for clause in network_of(view).clauses
        for tree in clause.condition.readings
        if facts_of(tree) & set(columns)
    )


@lru_cache(maxsize=64)
def _days(view: View) -> tuple[date, ...]:
    """The days on which a dated set changes, and one before them all."""
    return (date.min, *sorted({day for history in view.groups.values() for day in history.starts}))


@lru_cache(maxsize=65536)
def _leaf(leaf: Compare | Member | Like, value: Value, view: View) -> Truths:
    days = _days(view)
    if value is None:
        return (UNKNOWN,) * len(days)
    if isinstance(leaf, Member) and leaf.group:
        return tuple(view.groups[leaf.group].contains(str(value), day) for day in days)
    return (leaf_test(leaf)(value),) * len(days)


def _whole(node: Node, values: Mapping[str, Value], view: View) -> Truths | None:
    """The truths of a part that speaks of these columns only; None for any other."""
    if isinstance(node, Not):
        part = _whole(node.part, values, view)
        return None if part is None else tuple(NEGATED[truth] for truth in part)
    if isinstance(node, (And, Or)):
        parts = [_whole(part, values, view) for part in node.parts]
        known = [part for part in parts if part is not None]
        return _joined(node, known) if len(known) == len(parts) else None
    if isinstance(node, (Compare, Member, Like)) and node.fact in values and not _compared(node):
        return _leaf(node, values[node.fact], view)
    return None


def _apart(node: Node, values: Mapping[str, Value], view: View) -> list[Any]:
    """What sets combinations apart in a condition: the truths of its largest parts that speak of them only."""
    whole = _whole(node, values, view)
    if whole is not None:
        return [whole]
    if isinstance(node, Not):
        return _apart(node.part, values, view)
    if isinstance(node, (And, Or)):
        parts = [(part, _whole(part, values, view)) for part in node.parts]
        own = [truths for _, truths in parts if truths is not None]
        rest = [found for part, truths in parts if truths is None for found in _apart(part, values, view)]
        return [_joined(node, own), *rest] if own else rest
    # Compared with another fact, a country counts as it is.
    return [values[name] for name in sorted(facts_of(node)) if name in values]


def _compared(node: Compare | Member | Like) -> bool:
    return isinstance(node, Compare) and bool(node.other)


def _joined(node: And | Or, parts: Sequence[Truths]) -> Truths:
    found = []
    for truths in zip(*parts, strict=True):
        truth = TRUE if isinstance(node, And) else FALSE
        for one in truths:
            truth = truth & one if isinstance(node, And) else truth | one
        found.append(truth)
    return tuple(found)
