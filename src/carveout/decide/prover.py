"""Proofs about the law by z3: the same two equations, solved over formulas instead of values.

A world is complete: every fact has a value, one date of act, one of the readings of each doubtful text. Shown are
that no world makes two definitions of one fact true at once, and that every provision holds in some world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import z3

from carveout.decide.equation import settle
from carveout.decide.network import Network, Node, TextNode, build
from carveout.facts.schema import Fact
from carveout.law.condition import And, Compare, Holds, Like, Member, Not, Or
from carveout.law.condition import Node as Tree
from carveout.law.corpus import Corpus
from carveout.law.provision import Kind

TIMEOUT_MS = 20_000


@dataclass(frozen=True, slots=True)
class Proof:
    """One question put to the prover: ``proved`` None means that it gave up in time."""

    subject: str
    claim: str
    proved: bool | None
    witness: str = ""


class World:
    """The algebra of formulas over one symbolic world (see :class:`carveout.decide.equation.Algebra`)."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.variables: dict[str, Any] = {}
        self.derived: dict[str, Any] = {}
        self._readings = 0
        self._choices: dict[str, int] = {}

    def variable(self, fact: Fact) -> Any:
        """The symbol of a fact: dates as day numbers, numbers as reals, choices as their places, texts as strings."""
        if fact.name not in self.variables:
            make = {"bool": z3.Bool, "number": z3.Real, "date": z3.Int, "enum": z3.Int}.get(fact.type, z3.String)
            self.variables[fact.name] = make(fact.name)
        return self.variables[fact.name]

    def choice(self, value: str) -> int:
        """The place of a choice, the same for all facts that have it."""
        return self._choices.setdefault(value, len(self._choices))

    def chosen(self, place: int) -> str:
        """The choice at a place."""
        return next((value for value, number in self._choices.items() if number == place), str(place))

    def _literal(self, value: Any, fact: str) -> Any:
        if self.network.facts[fact].type == "enum":
            return z3.IntVal(self.choice(str(value)))
        if isinstance(value, date):
            return z3.IntVal(value.toordinal())
        return z3.StringVal(value) if isinstance(value, str) else z3.RealVal(value)

    def _side(self, name: str, days: int, months: int) -> Any:
        # A month is bounded by its longest length: enough for what is proved here, and noted as such.
        return self.variable(self.network.facts[name]) + days + months * 31

    def tree(self, tree: Tree, clock: str) -> Any:
        """The formula of a condition."""
        if isinstance(tree, Holds):
            found = self.derived.get(tree.fact)
            return found if found is not None else self.variable(self.network.facts[tree.fact])
        if isinstance(tree, Not):
            return z3.Not(self.tree(tree.part, clock))
        if isinstance(tree, And):
            return z3.And(*(self.tree(part, clock) for part in tree.parts))
        if isinstance(tree, Or):
            return z3.Or(*(self.tree(part, clock) for part in tree.parts))
        if isinstance(tree, Like):
            return z3.InRe(self.variable(self.network.facts[tree.fact]), _pattern(tree.pattern))
        if isinstance(tree, Member):
            return self._member(tree, clock)
        return self._compare(tree)

    def _compare(self, tree: Compare) -> Any:
        if tree.other:
            left = self._side(tree.fact, tree.shift.days, tree.shift.months)
            right = self._side(tree.other, tree.other_shift.days, tree.other_shift.months)
        else:
            left, right = self.variable(self.network.facts[tree.fact]), self._literal(tree.value, tree.fact)
        return {
            "=": lambda: left == right, "<>": lambda: left != right, "<": lambda: left < right,
            "<=": lambda: left <= right, ">": lambda: left > right, ">=": lambda: left >= right,
        }[tree.op]()  # fmt: skip

    def _member(self, tree: Member, clock: str) -> Any:
        if tree.group:
            return self._in_group(tree, clock)
        return z3.Or(*(self._is(tree, value) for value in sorted(tree.values, key=str)))

    def _is(self, tree: Member, value: Any) -> Any:
        """A fact is a value; a list of ECCNs holds it, which is a symbol of its own."""
        if tree.some:
            return z3.Bool(f"{tree.fact} holds {value}")
        return self.variable(self.network.facts[tree.fact]) == self._literal(value, tree.fact)

    def _in_group(self, tree: Member, clock: str) -> Any:
        history = self.network.view.groups[tree.group]
        day = self.variable(self.network.facts[clock])
        ends = [*history.starts[1:], None]
        parts = []
        for start, end, held in zip(history.starts, ends, history.held, strict=True):
            if held is None:
                continue
            inside = z3.Or(*(self._is(tree, member) for member in sorted(held.wide)))
            parts.append(z3.And(self._between(day, start, end), inside))
        return z3.Or(*parts)

    def _between(self, day: Any, start: date, end: date | None) -> Any:
        after = day >= start.toordinal()
        return after if end is None else z3.And(after, day < end.toordinal())

    def _reading(self, text: TextNode | None, clock: str) -> Any:
        if text is None:
            return z3.BoolVal(False)
        parts = []
        for clause in text.clauses:
            readings = [self.tree(tree, clock) for tree in clause.condition.readings]
            if clause.condition.doubted:
                readings.append(z3.BoolVal(True))
            parts.append(self._choose(readings))
        if text.untranslatable:
            parts.append(self._free())
        return z3.And(*parts)

    def _free(self) -> Any:
        self._readings += 1
        return z3.Bool(f"reading-{self._readings}")

    def _choose(self, readings: Sequence[Any]) -> Any:
        found = readings[0]
        for other in readings[1:]:
            found = z3.If(self._free(), found, other)
        return found

    def text(self, node: Node) -> Any:
        """In force by its clock, and all conditions, under one choice of readings."""
        clock = node.provision.clock
        day = self.variable(self.network.facts[clock])
        parts = [
            z3.And(
                self._between(day, step.start, step.end),
                self._choose([self._reading(r, clock) for r in step.readings]),
            )
            for step in node.steps
        ]
        return z3.Or(*parts)

    def either(self, holds: Sequence[Any], which: Sequence[int]) -> Any:
        """Disjunction."""
        return z3.Or(*(holds[index] for index in which))

    def but_not(self, truth: Any, holds: Sequence[Any], against: Sequence[int]) -> Any:
        """The truth and none of those against it."""
        return z3.And(truth, z3.Not(self.either(holds, against)))

    def both(self, left: Any, right: Any) -> Any:
        """Conjunction."""
        return z3.And(left, right)

    def define(self, fact: str, truth: Any) -> None:
        """The formula of a derived fact."""
        self.derived[fact] = truth

    def sane(self, formula: Any) -> Any:
        """What is true of every world that a formula speaks of: closed facts take their values, the act lies in the time
        covered."""
        parts = []
        spoken = _symbols(formula)
        for name, variable in self.variables.items():
            fact = self.network.facts[name]
            if fact.type == "enum" and name in spoken:
                parts.append(z3.Or(*(variable == self.choice(value) for value in fact.values)))
        day = self.variable(self.network.facts["act_date"])
        parts.append(day >= self.network.view.corpus.covers_from.toordinal())
        parts.append(day <= date(2100, 1, 1).toordinal())
        return z3.And(*parts)


def _pattern(pattern: str) -> Any:
    any_char = z3.AllChar(z3.ReSort(z3.StringSort()))
    parts = [z3.Star(any_char) if c == "%" else any_char if c == "_" else z3.Re(c) for c in pattern]
    return parts[0] if len(parts) == 1 else z3.Concat(*parts)


def _symbols(formula: Any) -> set[str]:
    """The names of the symbols in a formula."""
    found: set[str] = set()
    seen: set[int] = set()
    rest = [formula]
    while rest:
        part = rest.pop()
        if part.get_id() in seen:
            continue
        seen.add(part.get_id())
        rest += part.children()
        if z3.is_const(part) and part.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            found.add(part.decl().name())
    return found


def _solve(world: World, formula: Any) -> tuple[Any, str]:
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT_MS)
    solver.add(world.sane(formula), formula)
    answer = solver.check()
    if answer != z3.sat:
        return answer, ""
    model = solver.model()
    shown = []
    for name, variable in sorted(world.variables.items()):
        value = model.eval(variable)
        if value.eq(variable):
            continue
        if world.network.facts[name].type == "date":
            ordinal = value.as_long()
            shown.append(f"{name}={date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else ordinal}")
        elif world.network.facts[name].type == "enum":
            shown.append(f"{name}={world.chosen(value.as_long())}")
        else:
            shown.append(f"{name}={str(value).strip(chr(34))}")
    return answer, "; ".join(shown)


def prove(corpus: Corpus) -> list[Proof]:
    """All proofs about a corpus, definitions first.

    A month added to a date counts as 31 days here, so a claim about windows in months is shown for longer ones.
    """
    network = build(corpus.view())
    world = World(network)
    solution = settle(network.nodes, world)
    proofs = []
    for fact, identifiers in sorted(corpus.definitions.items()):
        positions = [network.position[i] for i in identifiers]
        for number, first in enumerate(positions):
            for second in positions[number + 1 :]:
                answer, witness = _solve(world, z3.And(solution.holds[first], solution.holds[second]))
                pair = f"{network.nodes[first].provision.id} and {network.nodes[second].provision.id}"
                proofs.append(Proof(pair, f"never define {fact} at once", _unsat(answer), witness))
    for node in network.nodes:
        goal = solution.holds[node.index]
        if node.provision.kind is Kind.authorization:
            targets = [network.position[t] for t in node.provision.lifts]
            goal = z3.And(goal, z3.Or(*(solution.engaged[t] for t in targets)))
        answer, witness = _solve(world, goal)
        proofs.append(Proof(node.provision.id, "can hold", None if answer == z3.unknown else answer == z3.sat, witness))
    return proofs


def _unsat(answer: Any) -> bool | None:
    return None if answer == z3.unknown else bool(answer == z3.unsat)
