"""The program as one SQL query for DuckDB, in the form that was fastest there of those tried.

Three-valued, a truth is a pair of columns that are never null; conditions are columns of their own, below all steps.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bench.peers_program import End, Program, Tree, ended, flat, parts_of
from carveout.law.condition import And, Compare, Holds, Like, Member, Not, Or


def query(program: Program, *, three_valued: bool, table: str = "book") -> str:
    """A query over a table that returns ``place`` (the row's own), ``at_least`` and ``at_most``, numbers on the scale."""
    law = flat(program, three_valued=three_valued)
    leaves = [
        f"{_known(leaf(tree), end)} AS {ended(name, end)}" for name, tree in law.leaves.items() for end in law.ends
    ]
    source = f"SELECT *,\n  {', '.join(leaves)}\nFROM {table}"
    for layer in layers(law.steps):
        written = ",\n  ".join(f"{sql(law.steps[name])} AS {name}" for name in layer)
        source = f"SELECT *,\n  {written}\nFROM ({source})"
    least, most = (_level(program, end) for end in (law.ends[0], law.ends[-1]))
    return f"SELECT place, {least} AS at_least, {most} AS at_most FROM ({source})"


def _known(written: str, end: End) -> str:
    return {"must": f"coalesce({written}, false)", "may": f"coalesce({written}, true)", "": written}[end]


def _level(program: Program, end: End) -> str:
    reached = [(level, " OR ".join(ended(name, end) for name in names)) for level, names in program.levels if names]
    return f"CASE {' '.join(f'WHEN {test} THEN {level}' for level, test in reached)} ELSE 0 END"


def layers(trees: dict[str, Tree]) -> list[list[str]]:
    """Steps by depth, so that each layer of the query uses those below it."""
    depth: dict[str, int] = {}
    for name, tree in trees.items():
        used = [p.fact for p in parts_of(tree) if isinstance(p, Holds) and p.fact in depth]
        depth[name] = 1 + max((depth[fact] for fact in used), default=-1)
    return [[name for name in trees if depth[name] == level] for level in range(max(depth.values()) + 1)]


def sql(tree: Tree) -> str:
    """A step as SQL."""
    if isinstance(tree, Not):
        return f"NOT {sql(tree.part)}"
    if isinstance(tree, (And, Or)):
        word = " AND " if isinstance(tree, And) else " OR "
        empty = str(isinstance(tree, And)).lower()
        return f"({word.join(map(sql, tree.parts))})" if tree.parts else empty
    assert isinstance(tree, Holds)
    return tree.fact


def leaf(tree: Tree) -> str:
    """A condition as SQL, null where it is unknown."""
    if isinstance(tree, Compare):
        return f"{tree.fact} {tree.op} {tree.other or literal(tree.value)}"
    if isinstance(tree, Member):
        return f"{tree.fact} IN ({', '.join(sorted(map(literal, tree.values)))})" if tree.values else "false"
    if isinstance(tree, Like):
        return f"{tree.fact} LIKE {literal(tree.pattern)}"
    assert isinstance(tree, Holds)
    return tree.fact


def literal(value: Any) -> str:
    """A literal; days are numbers."""
    if isinstance(value, date):
        return str(value.toordinal())
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
