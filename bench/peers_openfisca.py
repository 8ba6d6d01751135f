"""The program as a tax and benefit system for OpenFisca: a boolean variable with a formula per condition and step.

Texts are Enums, as OpenFisca likes them, and a pattern is a look-up by member: both are its fastest way. Three-valued, a
truth is two variables, and a column with empty cells has a second one that says which cells are known.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bench.peers_program import End, Program, Tree, ended, flat
from carveout.law.condition import And, Compare, Holds, Like, Member, Not, Or, like_pattern


def formulas(
    program: Program, members: dict[str, list[str]], *, three_valued: bool = False, empty: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Inputs by type, the members of each text, the patterns by member, and the formulas.

    ``empty`` are the columns with empty cells.
    """
    law, writer = flat(program, three_valued=three_valued), _Writer(members)
    steps = {}
    for name, tree in law.leaves.items():
        known = [f"unit('{column}__known', period)" for column in _columns(tree) if column in empty]
        for end in law.ends:
            steps[ended(name, end)] = _known(writer.leaf(tree), " & ".join(known), end)
    steps |= {name: source(tree) for name, tree in law.steps.items()}
    kinds = {name: column.type for name, column in program.columns.items()}
    return {
        "inputs": kinds | ({f"{name}__known": "bool" for name in sorted(empty)} if three_valued else {}),
        "members": members,
        "patterns": writer.patterns,
        "steps": steps,
        "at_least": _level(program, law.ends[0]),
        "at_most": _level(program, law.ends[-1]),
    }


def _columns(tree: Tree) -> tuple[str, ...]:
    return (tree.fact, tree.other) if isinstance(tree, Compare) and tree.other else (tree.fact,)


def _known(written: str, known: str, end: End) -> str:
    if not known:
        return written
    return {"must": f"({known}) & {written}", "may": f"~({known}) | {written}", "": written}[end]


def _level(program: Program, end: End) -> str:
    levels = [(level, [ended(name, end) for name in names]) for level, names in program.levels if names]
    tests = ", ".join(" | ".join(f"unit({name!r}, period)" for name in names) for _, names in levels)
    return f"numpy.select([{tests}], {[level for level, _ in levels]!r})"


def source(tree: Tree) -> str:
    """A step as an expression over arrays."""
    if isinstance(tree, Not):
        return f"~({source(tree.part)})"
    if isinstance(tree, (And, Or)):
        word = " & " if isinstance(tree, And) else " | "
        return f"({word.join(map(source, tree.parts))})" if tree.parts else _every(isinstance(tree, And))
    assert isinstance(tree, Holds)
    return f"unit({tree.fact!r}, period)"


def _every(truth: bool) -> str:
    return f"numpy.full(unit.count, {truth})"


class _Writer:
    def __init__(self, members: dict[str, list[str]]) -> None:
        self.members = members
        self.patterns: dict[str, list[bool]] = {}

    def leaf(self, tree: Tree) -> str:
        """A condition as an expression over arrays."""
        if isinstance(tree, Compare):
            op = {"=": "==", "<>": "!="}.get(tree.op, tree.op)
            other = f"unit({tree.other!r}, period)" if tree.other else self.literal(tree.fact, tree.value)
            return f"(unit({tree.fact!r}, period) {op} {other})"
        if isinstance(tree, Member):
            values = [self.literal(tree.fact, value) for value in sorted(tree.values, key=str)]
            tests = [f"(unit({tree.fact!r}, period) == {value})" for value in values]
            return f"({' | '.join(tests)})" if tests else _every(False)
        if isinstance(tree, Like):
            key = f"{tree.fact} {tree.pattern}"
            matches = like_pattern(tree.pattern).fullmatch
            self.patterns[key] = [bool(matches(member)) for member in self.members[tree.fact]]
            return f"patterns[{key!r}][unit({tree.fact!r}, period).view(numpy.ndarray)]"
        return source(tree)

    def literal(self, name: str, value: Any) -> str:
        """A literal: a member of a text's Enum, a day as a number."""
        if isinstance(value, str):
            return f"members[{name!r}][{self.members[name].index(value)}]"
        return str(value.toordinal()) if isinstance(value, date) else repr(value)
