"""A slow, naive reading of the law: complete worlds, two-valued logic, recursion straight from the two equations.

Shares nothing with the engine but the parsed law; the engine's intervals are checked against it world by world.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any

from carveout.facts.value import FALSE, TRUE, UNKNOWN
from carveout.law.condition import And, Compare, Holds, Like, Member, Not, Or, like_pattern
from carveout.law.provision import Kind
from carveout.law.view import View


class World:
    """One complete world: every fact has a value, every doubtful text and set one chosen reading."""

    def __init__(self, view: View, facts: dict[str, Any], choice: int) -> None:
        self.view, self.facts, self.choice = view, facts, choice
        self.holding: dict[str, bool] = {}

    def pick(self, *key: object) -> int:
        """An arbitrary but fixed choice for a place of doubt."""
        return hash((self.choice, *map(str, key))) & 0xFFFF

    def derived(self, fact: str) -> bool:
        return any(self.holds(p) for p in self.view.corpus.definitions.get(fact, ()))

    def tree(self, tree: Any) -> bool:
        if isinstance(tree, Not):
            return not self.tree(tree.part)
        if isinstance(tree, And):
            return all(self.tree(p) for p in tree.parts)
        if isinstance(tree, Or):
            return any(self.tree(p) for p in tree.parts)
        if isinstance(tree, Holds):
            if tree.fact in self.view.corpus.definitions:
                return self.derived(tree.fact)
            return self.facts[tree.fact] == TRUE
        value = self.facts[tree.fact]
        if isinstance(tree, Like):
            return bool(like_pattern(tree.pattern).fullmatch(value))
        if isinstance(tree, Member) and tree.some:
            return self.some(tree, value)
        if isinstance(tree, Member):
            if not tree.group:
                return value in tree.values
            held = self.view.groups[tree.group].at(self.facts["act_date"])
            if held is None or (value in held.wide and value not in held.narrow):
                return self.pick(tree.group, value) % 2 == 0
            return value in held.narrow
        return self.compare(tree, value)

    def some(self, tree: Member, eccns: str) -> bool:
        """Some of a list of ECCNs is a member, or a paragraph of one, under one reading of the set."""
        members = {str(v) for v in tree.values}
        if tree.group:
            held = self.view.groups[tree.group].at(self.facts["act_date"])
            if held is None:
                return self.pick(tree.group, eccns) % 2 == 0 and eccns != "none"
            members = set(held.narrow if self.pick(tree.group) % 2 else held.wide)
        return any(e == m or e.startswith(m + ".") for e in eccns.split(",") for m in members)

    def compare(self, tree: Compare, value: Any) -> bool:
        other: Any = tree.value
        if tree.other:
            other = (
                tree.other_shift.apply(self.facts[tree.other]) if isinstance(value, date) else self.facts[tree.other]
            )
        if isinstance(value, date):
            value = tree.shift.apply(value)
        return {
            "=": value == other, "<>": value != other, "<": value < other if tree.op == "<" else False,
            "<=": value <= other if tree.op == "<=" else False, ">": value > other if tree.op == ">" else False,
            ">=": value >= other if tree.op == ">=" else False,
        }[tree.op]  # fmt: skip

    def condition(self, condition: Any) -> bool:
        readings = [*condition.readings, True] if condition.doubted else list(condition.readings)
        chosen = readings[self.pick(condition.name, condition.sql) % len(readings)]
        return chosen is True or self.tree(chosen)

    def text(self, identifier: str) -> bool:
        stretch = self.view.provisions[identifier].at(self.facts["act_date"])
        if stretch is None:
            return False
        reading = stretch.readings[self.pick(identifier, "reading") % len(stretch.readings)]
        if reading is None:
            return False
        if reading.text.untranslatable and self.pick(identifier, reading.source, "puzzle") % 2:
            return False
        return all(self.condition(c) for c in reading.text.conditions)

    def against(self, identifier: str, edges: tuple[str, ...]) -> bool:
        return any(
            identifier in getattr(p, edge) and self.holds(p.id)
            for p in self.view.corpus.provisions.values()
            for edge in edges
        )

    def engaged(self, identifier: str) -> bool:
        provision = self.view.corpus.provisions[identifier]
        attached = not provision.attaches or any(self.holds(t) for t in provision.attaches)
        return self.text(identifier) and not self.against(identifier, ("carves",)) and attached

    def holds(self, identifier: str) -> bool:
        if identifier not in self.holding:
            self.holding[identifier] = self.engaged(identifier) and not self.against(
                identifier, ("lifts", "limits", "suspends")
            )
        return self.holding[identifier]

    def outcome(self) -> int:
        kinds: dict[Kind, list[str]] = {}
        for p in self.view.corpus.provisions.values():
            kinds.setdefault(p.kind, []).append(p.id)
        if any(self.holds(p) for p in kinds.get(Kind.prohibition, ())):
            return 5
        if any(self.holds(p) for p in kinds.get(Kind.requirement, ())):
            return 4
        if any(self.holds(p) for p in kinds.get(Kind.review, ())):
            return 3
        if any(self.engaged(p) for p in kinds.get(Kind.requirement, ())):
            return 2
        return int(any(self.derived(regime.subject) for regime in self.view.corpus.regimes.values()))


def completions(facts: dict[str, Any], domains: dict[str, list[Any]], limit: int) -> Iterator[dict[str, Any]]:
    """Ways of filling in what is unknown, from small domains, up to a number of them."""
    missing = [name for name, value in facts.items() if value is None or (type(value) is int and value == UNKNOWN)]
    for values in itertools.islice(itertools.product(*(domains[name] for name in missing)), limit):
        yield {**facts, **dict(zip(missing, values, strict=True))}


__all__ = ["FALSE", "World", "completions"]
