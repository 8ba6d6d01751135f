"""The program as a decision graph for the ZEN engine: one expression per step, then the outcome."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import pairwise
from typing import Any

from bench.peers_program import Program, Tree, one_reading
from carveout.law.condition import And, Compare, Holds, Like, Member, Not, Or


def graph(program: Program) -> dict[str, Any]:
    """The graph: input, the steps, the outcome as a number on the scale, output."""
    steps = [(name, expression(one_reading(tree), program)) for name, tree in program.steps.items()]
    outcome = "0"
    for level, names in reversed(program.levels):
        if names:
            outcome = f"({' or '.join(names)}) ? {level} : ({outcome})"
    nodes: list[dict[str, Any]] = [
        {"id": "book", "type": "inputNode", "name": "book"},
        _expressions("law", steps),
        _expressions("outcome", [("outcome", outcome)]),
        {"id": "answer", "type": "outputNode", "name": "answer"},
    ]
    ids = [node["id"] for node in nodes]
    edges = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in pairwise(ids)]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _expressions(name: str, steps: list[tuple[str, str]]) -> dict[str, Any]:
    content = {"expressions": [{"id": key, "key": key, "value": value} for key, value in steps], "passThrough": False}
    return {"id": name, "type": "expressionNode", "name": name, "content": content}


def expression(tree: Tree, program: Program) -> str:
    """A tree in the expression language; earlier steps are read from the node's own output."""
    if isinstance(tree, Not):
        return f"not ({expression(tree.part, program)})"
    if isinstance(tree, (And, Or)):
        word = " and " if isinstance(tree, And) else " or "
        empty = "true" if isinstance(tree, And) else "false"
        return f"({word.join(expression(part, program) for part in tree.parts)})" if tree.parts else empty
    if isinstance(tree, Compare):
        op = {"=": "==", "<>": "!="}.get(tree.op, tree.op)
        return f"{tree.fact} {op} {tree.other or literal(tree.value)}"
    if isinstance(tree, Member):
        return f"{tree.fact} in [{', '.join(sorted(map(literal, tree.values)))}]" if tree.values else "false"
    if isinstance(tree, Like):
        start = tree.pattern.removesuffix("%")
        if tree.pattern.endswith("%") and not set(start) & {"%", "_"}:
            return f"startsWith({tree.fact}, {literal(start)})"
        pattern = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in tree.pattern)
        return f"matches({tree.fact}, {literal(f'^{pattern}$')})"
    assert isinstance(tree, Holds)
    return f"$.{tree.fact}" if tree.fact in program.steps else tree.fact


def literal(value: Any) -> str:
    """A literal; days are numbers."""
    return str(value.toordinal()) if isinstance(value, date) else json.dumps(value)
