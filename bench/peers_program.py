"""The law of a view as one flat program, from which the programs of the peers are written.

Every provision becomes one or two named steps, in the order in which the equations are solved; a step is a tree over
columns and earlier steps. Nothing of the law is written here by hand: when the law changes, the program does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeAlias

from carveout.decide.outcome import LEVELS, Outcome
from carveout.facts.schema import schema
from carveout.law.condition import And, Compare, Holds, Like, Member, Node, Not, Or, Shift
from carveout.law.provision import Condition, Kind, Provision
from carveout.law.view import Reading, Stretch, View


@dataclass(frozen=True, slots=True)
class Agree:
    """Several readings: true when all are, false when none is, else unknown."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What no fact can answer: unknown."""


Tree: TypeAlias = "Node | Agree | Unsaid"

UNMOVED = Shift()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the program: a fact, moved by days or months, or one end of it where it is known within bounds."""

    fact: str
    end: str = ""
    shift: Shift = UNMOVED

    @property
    def name(self) -> str:
        """The column's name."""
        moved = f"_moved_{self.shift.months}_{self.shift.days}".replace("-", "m") if self.shift != UNMOVED else ""
        return f"{self.fact}{moved}" + (f"_{self.end}" if self.end else "")

    @property
    def type(self) -> str:
        """text, day, number or bool."""
        return {"enum": "text", "date": "day"}.get(schema()[self.fact].type, schema()[self.fact].type)


@dataclass
class Program:
    """Columns, steps in order, and the steps that reach each level of the scale, highest level first."""

    columns: dict[str, Column] = field(default_factory=dict)
    steps: dict[str, Tree] = field(default_factory=dict)
    levels: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    provisions: list[str] = field(default_factory=list)


def write(view: View, spanned: frozenset[str] = frozenset()) -> Program:
    """The program of a view; ``spanned`` are the facts that some row knows within bounds only.

    Duties are left out: they never change an outcome.
    """
    return _Writer(view, spanned).program


class _Writer:
    def __init__(self, view: View, spanned: frozenset[str]) -> None:
        self.view, self.spanned = view, spanned
        self.program = Program()
        corpus = view.corpus
        self.against: dict[str, dict[str, list[str]]] = {"carves": {}, "beats": {}}
        for provision in corpus.provisions.values():
            for edge, targets in provision.edges().items():
                for target in targets if edge != "attaches" else ():
                    self.against["carves" if edge == "carves" else "beats"].setdefault(target, []).append(provision.id)
        self.ids = [i for i in corpus.order if corpus.provisions[i].kind not in (Kind.duty, Kind.entitlement)]
        for identifier in self.ids:
            self.provision(corpus.provisions[identifier])
        self.levels()

    def provision(self, provision: Provision) -> None:
        """The two equations for one provision, and the fact that its definitions complete."""
        steps, name = self.program.steps, slug(provision.id)
        clock = provision.clock
        text = Or(tuple(self.stretch(s, clock) for s in self.view.provisions[provision.id].stretches))
        carvers = tuple(Not(Holds(self.holds(c))) for c in self.against["carves"].get(provision.id, ()))
        steps[f"{name}__engaged"] = And((text, *carvers))
        beaters = tuple(Not(Holds(self.holds(b))) for b in self.against["beats"].get(provision.id, ()))
        if beaters:
            steps[f"{name}__holds"] = And((Holds(f"{name}__engaged"), *beaters))
        siblings = self.view.corpus.definitions.get(provision.defines, ()) if provision.defines else ()
        if siblings and all(f"{slug(s)}__engaged" in steps for s in siblings):
            steps[provision.defines] = Or(tuple(Holds(self.holds(s)) for s in siblings))
        self.program.provisions.append(provision.id)

    def holds(self, identifier: str) -> str:
        """The step that says whether a provision holds."""
        return slug(identifier) + ("__holds" if identifier in self.against["beats"] else "__engaged")

    def levels(self) -> None:
        """What reaches each level, over all regimes together (design section 1)."""
        provisions = self.view.corpus.provisions
        for outcome, kind in LEVELS:
            found = tuple(self.holds(i) for i in self.ids if provisions[i].kind is kind)
            self.program.levels.append((int(outcome), found))
        engaged = tuple(f"{slug(i)}__engaged" for i in self.ids if provisions[i].kind is Kind.requirement)
        self.program.levels.append((int(Outcome.authorized), engaged))
        subjects = tuple(regime.subject for regime in self.view.corpus.regimes.values())
        self.program.levels.append((int(Outcome.no_license_required), subjects))

    def stretch(self, stretch: Stretch, clock: str) -> Tree:
        """A stretch of days with its readings."""
        readings = tuple(self.reading(r, clock) for r in stretch.readings)
        held = readings[0] if len(readings) == 1 else Agree(readings)
        return And((self.days(clock, stretch.start, stretch.end), held))

    def days(self, clock: str, start: date, end: date | None) -> Node:
        """Whether the day of a clock lies in ``start``..``end`` (end exclusive)."""
        first = (self.leaf(Compare(">=", clock, start)),) if start != date.min else ()
        return And((*first, *((self.leaf(Compare("<", clock, end)),) if end else ())))

    def reading(self, reading: Reading | None, clock: str) -> Tree:
        """One reading of a stretch."""
        if reading is None:
            return Or(())
        parts = tuple(self.condition(c, clock) for c in reading.text.conditions)
        return And((*parts, Unsaid()) if reading.text.untranslatable else parts)

    def condition(self, condition: Condition, clock: str) -> Tree:
        """A condition under all its readings."""
        parts = tuple(self.tree(node, clock) for node in condition.readings)
        if condition.doubted:
            return Agree((parts[0], And(())))
        return parts[0] if len(parts) == 1 else Agree(parts)

    def tree(self, node: Node, clock: str) -> Tree:
        """Any part of a condition over the columns of the program."""
        if isinstance(node, Not):
            return Not(self.tree(node.part, clock))
        if isinstance(node, (And, Or)):
            return type(node)(tuple(self.tree(part, clock) for part in node.parts))
        if isinstance(node, Member) and node.group:
            return self.group(node, clock)
        return self.leaf(node)

    def group(self, node: Member, clock: str) -> Tree:
        """Membership of a dated set: its members state by state; before the first statement nothing is said."""
        history = self.view.groups[node.group]
        parts: list[Tree] = [And((self.days(clock, date.min, history.starts[0]), Unsaid()))]
        for place, (start, held) in enumerate(zip(history.starts, history.held, strict=True)):
            end = history.starts[place + 1] if place + 1 < len(history.starts) else None
            sets = (held.narrow, held.wide) if held else ()
            read = [self.among(node, s) for s in dict.fromkeys(sets)]
            said = Unsaid() if not read else read[0] if len(read) == 1 else Agree(tuple(read))
            parts.append(And((self.days(clock, start, end), said)))
        return Or(tuple(parts))

    def among(self, node: Member, members: frozenset[str]) -> Tree:
        """Membership of a set that stands still; of a list of ECCNs in its one form, that some of it is a member."""
        if not node.some:
            return self.leaf(Member(node.fact, values=frozenset(members)))
        more = And((self.leaf(Like(node.fact, "%?%")), Unsaid()))
        return Or((*(self.leaf(Like(node.fact, f"%{member}%")) for member in sorted(members)), more))

    def leaf(self, node: Node) -> Tree:
        """A leaf over columns; a fact known within bounds is judged by both its ends."""
        if isinstance(node, Holds) and node.fact in self.program.steps:
            return node
        if isinstance(node, Compare) and self.spanned & {node.fact, node.other}:
            return self.span(node)
        if isinstance(node, Member) and node.fact in self.spanned:
            return Or(tuple(self.span(Compare("=", node.fact, v)) for v in node.values))
        if isinstance(node, Compare):
            other = self.column(node.other, node.other_shift) if node.other else ""
            return Compare(node.op, self.column(node.fact, node.shift), node.value, other)
        assert isinstance(node, (Holds, Like, Member))
        self.column(node.fact)
        return node

    def span(self, node: Compare) -> Tree:
        """A comparison of facts known within bounds: settled when the bounds leave no doubt."""
        if node.op in ("=", "<>"):
            same = And(tuple(self.span(replace(node, op=op)) for op in ("<=", ">=")))
            return Not(same) if node.op == "<>" else same
        upper, lower = ("high", "low") if node.op in ("<", "<=") else ("low", "high")
        parts = []
        for mine, theirs in ((upper, lower), (lower, upper)):
            other = self.column(node.other, node.other_shift, theirs) if node.other else ""
            parts.append(Compare(node.op, self.column(node.fact, node.shift, mine), node.value, other))
        return Agree(tuple(parts))

    def column(self, fact: str, shift: Shift = UNMOVED, end: str = "") -> str:
        """The name of a column, which the program then has."""
        column = Column(fact, end if fact in self.spanned else "", shift)
        self.program.columns[column.name] = column
        return column.name


def slug(identifier: str) -> str:
    """A provision's id as a name that every peer takes."""
    return re.sub("[^0-9a-z]+", "_", identifier.lower())


def parts_of(tree: Tree) -> Iterator[Tree]:
    """The tree and everything in it."""
    yield tree
    if isinstance(tree, Not):
        yield from parts_of(tree.part)
    elif isinstance(tree, (And, Or, Agree)):
        for part in tree.parts:
            yield from parts_of(part)


def one_reading(tree: Tree) -> Tree:
    """The tree as an engine that knows only true and false can hold it: the first reading, and what is unsaid is false."""
    if isinstance(tree, Agree):
        return one_reading(tree.parts[0])
    if isinstance(tree, Unsaid):
        return Or(())
    if isinstance(tree, Not):
        return Not(one_reading(tree.part))
    if isinstance(tree, (And, Or)):
        return type(tree)(tuple(one_reading(part) for part in tree.parts))
    return tree


End = Literal["must", "may", ""]
OTHER: dict[End, End] = {"must": "may", "may": "must", "": ""}


@dataclass
class Flat:
    """A program for engines that know true and false only: ``leaves`` by name, and steps over them and each other.

    Three-valued, every truth is a pair: what must hold ends in ``__must``, what may hold in ``__may``.
    """

    ends: tuple[End, ...]
    leaves: dict[str, Tree] = field(default_factory=dict)
    steps: dict[str, Tree] = field(default_factory=dict)


def flat(program: Program, *, three_valued: bool) -> Flat:
    """The program with each condition that reads the same held once; two-valued, with one reading of every text."""
    found = Flat(("must", "may") if three_valued else ("",))
    names: dict[Tree, str] = {}

    def over(tree: Tree, end: End) -> Tree:
        if isinstance(tree, Unsaid):
            return And(()) if end == "may" else Or(())
        if isinstance(tree, Not):
            return Not(over(tree.part, OTHER[end]))
        if isinstance(tree, Agree):
            tree = And(tree.parts) if end == "must" else Or(tree.parts)
        if isinstance(tree, (And, Or)):
            return type(tree)(tuple(over(part, end) for part in tree.parts))
        if isinstance(tree, Holds) and tree.fact in program.steps:
            return Holds(ended(tree.fact, end))
        return Holds(ended(names.setdefault(tree, f"condition_{len(names) + 1}"), end))

    for name, tree in program.steps.items():
        for end in found.ends:
            found.steps[ended(name, end)] = over(tree if end else one_reading(tree), end)
    found.leaves = {name: tree for tree, name in names.items()}
    return found


def ended(name: str, end: End) -> str:
    """The name of one end of a truth."""
    return f"{name}__{end}" if end else name


def texts(program: Program, values: Mapping[str, Iterable[str | None]]) -> dict[str, list[str]]:
    """Every text that a column holds in some row or that the law compares it with: the members of an enumeration."""
    members = {
        name: {v for v in values[name] if v is not None} for name, c in program.columns.items() if c.type == "text"
    }
    for part in (p for tree in program.steps.values() for p in parts_of(tree)):
        if isinstance(part, Compare) and isinstance(part.value, str):
            members[part.fact].add(part.value)
        elif isinstance(part, Member) and part.fact in members:
            members[part.fact] |= {str(value) for value in part.values}
    return {name: sorted(found) for name, found in members.items()}


def in_pattern(program: Program) -> frozenset[str]:
    """Columns that some pattern is tried on."""
    return frozenset(p.fact for tree in program.steps.values() for p in parts_of(tree) if isinstance(p, Like))
