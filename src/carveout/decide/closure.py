"""Conditions as plain Python functions of the facts of one unit: the scalar interpreter of the grammar.

Every function returns a truth in two bits and treats a missing fact as unknown, a span by its ends.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from carveout.facts.eccn import some_among
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Span, Truth
from carveout.law.condition import And, Compare, Holds, Like, Member, Node, Not, Or, Shift, like_pattern
from carveout.law.group import GroupHistory
from carveout.law.provision import Condition

Facts: TypeAlias = dict[str, Any]
Judge: TypeAlias = Callable[[Facts], Truth]

NEGATED: tuple[Truth, ...] = (TRUE, UNKNOWN, UNKNOWN, FALSE)
"""Negation of a truth, by its value."""

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _ends(value: Any) -> tuple[Any, Any]:
    return (value.low, value.high) if type(value) is Span else (value, value)


def compare_spans(op: str, left: Any, right: Any) -> Truth:
    """Compare two values of which either may be a span: true, false, or unknown when the spans overlap."""
    low, high = _ends(left)
    other_low, other_high = _ends(right)
    if op in (">", ">="):
        low, high, other_low, other_high = other_low, other_high, low, high
        op = {">": "<", ">=": "<="}[op]
    if op in ("<", "<="):
        before = _OPERATORS[op]
        return TRUE if before(high, other_low) else UNKNOWN if before(low, other_high) else FALSE
    same = (
        TRUE
        if low == high == other_low == other_high
        else UNKNOWN
        if low <= other_high and other_low <= high
        else FALSE
    )
    return same if op == "=" else NEGATED[same]


def _shifted(value: Any, shift: Shift) -> Any:
    if shift == Shift():
        return value
    if type(value) is Span:
        ends: Any = value
        return Span(shift.apply(ends.low), shift.apply(ends.high))
    return shift.apply(value)


def _compare(node: Compare) -> Judge:
    name, op, literal = node.fact, node.op, node.value
    test = _OPERATORS[op]
    if node.other:
        other, shift, other_shift = node.other, node.shift, node.other_shift

        def between(facts: Facts) -> Truth:
            left, right = facts[name], facts[other]
            if left is None or right is None:
                return UNKNOWN
            return compare_spans(op, _shifted(left, shift), _shifted(right, other_shift))

        plain = shift == Shift() == other_shift

        def quick(facts: Facts) -> Truth:
            left, right = facts[name], facts[other]
            if left is None or right is None:
                return UNKNOWN
            if type(left) is Span or type(right) is Span:
                return compare_spans(op, left, right)
            return TRUE if test(left, right) else FALSE

        return quick if plain else between

    def against(facts: Facts) -> Truth:
        value = facts[name]
        if value is None:
            return UNKNOWN
        if type(value) is Span:
            return compare_spans(op, value, literal)
        return TRUE if test(value, literal) else FALSE

    return against


def _member(node: Member, groups: Mapping[str, GroupHistory], clock: str) -> Judge:
    name, values, some = node.fact, node.values, node.some
    if node.group:
        history = groups[node.group]

        def in_group(facts: Facts) -> Truth:
            value, day = facts[name], facts[clock]
            if value is None or not isinstance(day, date):
                return UNKNOWN
            return history.contains(value, day, some=some)

        return in_group

    if some:
        members = [str(member) for member in values]
        return lambda facts: UNKNOWN if facts[name] is None else some_among(facts[name], members)

    def in_values(facts: Facts) -> Truth:
        value = facts[name]
        if value is None:
            return UNKNOWN
        if type(value) is Span:
            inside = [v for v in values if compare_spans("=", value, v)]
            return UNKNOWN if inside else FALSE
        return TRUE if value in values else FALSE

    return in_values


def _like(node: Like) -> Judge:
    name, matches = node.fact, like_pattern(node.pattern).fullmatch
    return lambda facts: UNKNOWN if facts[name] is None else TRUE if matches(facts[name]) else FALSE


def _start(node: Node) -> str:
    """What a text begins with that is like a pattern, where the pattern says no more than that; else nothing."""
    if not isinstance(node, Like):
        return ""
    start = node.pattern[:-1]
    return start if node.pattern.endswith("%") and "%" not in start and "_" not in start else ""


def _begins(name: str, starts: tuple[str, ...]) -> Judge:
    """Whether a text begins in one of some ways: what a pattern for each would say, in one look."""
    return lambda facts: UNKNOWN if facts[name] is None else TRUE if facts[name].startswith(starts) else FALSE


def _alternatives(node: Or, groups: Mapping[str, GroupHistory], clock: str) -> tuple[Judge, ...]:
    """The parts of a disjunction; what a fact may begin with is one of them."""
    starts: dict[str, list[str]] = {}
    others = []
    for part in node.parts:
        if isinstance(part, Like) and _start(part):
            starts.setdefault(part.fact, []).append(_start(part))
        else:
            others.append(judge(part, groups, clock))
    return (*(_begins(fact, tuple(found)) for fact, found in starts.items()), *others)


def judge(node: Node, groups: Mapping[str, GroupHistory], clock: str = "act_date") -> Judge:
    """The tree as a function of the facts of one unit."""
    if isinstance(node, Holds):
        name = node.fact
        return lambda facts: facts[name]
    if isinstance(node, Compare):
        return _compare(node)
    if isinstance(node, Member):
        return _member(node, groups, clock)
    if isinstance(node, Like):
        return _begins(node.fact, (_start(node),)) if _start(node) else _like(node)
    if isinstance(node, Not):
        part = judge(node.part, groups, clock)
        return lambda facts: NEGATED[part(facts)]
    if isinstance(node, And):
        parts = tuple(judge(p, groups, clock) for p in node.parts)

        def every(facts: Facts) -> Truth:
            truth = TRUE
            for part in parts:
                truth &= part(facts)
                if not truth:
                    return FALSE
            return truth

        return every
    parts = _alternatives(node, groups, clock)
    if len(parts) == 1:
        return parts[0]

    def some(facts: Facts) -> Truth:
        truth = FALSE
        for part in parts:
            truth |= part(facts)
            if truth == TRUE:
                return TRUE
        return truth

    return some


def judge_condition(condition: Condition, groups: Mapping[str, GroupHistory], clock: str = "act_date") -> Judge:
    """A condition under all its readings: must is under every one, may under some."""
    parts = tuple(judge(node, groups, clock) for node in condition.readings)
    if condition.doubted:
        only = parts[0]
        return lambda facts: only(facts) | UNKNOWN
    if len(parts) == 1:
        return parts[0]

    def readings(facts: Facts) -> Truth:
        must, may = TRUE, FALSE
        for part in parts:
            truth = part(facts)
            must &= truth
            may |= truth
        return (must & 2) | (may & 1)

    return readings
