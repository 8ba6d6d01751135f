"""The plain interpreter: one unit, over Python values, remembering every truth it found for the explanation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from carveout.decide.closure import NEGATED, Facts, Judge, judge, judge_condition
from carveout.decide.equation import Solution, settle, settle_again
from carveout.decide.motion import Gate
from carveout.decide.network import Network, Node, Step, TextNode, build
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.law.condition import Node as Tree
from carveout.law.view import View


@lru_cache(maxsize=64)
def compiled(view: View) -> tuple[Network, tuple[Judge, ...]]:
    """The network of a view and its clauses as functions; compiled once per view."""
    network = build(view)
    return network, tuple(judge_condition(c.condition, view.groups, c.clock) for c in network.clauses)


def network_of(view: View) -> Network:
    """The network of a view."""
    return compiled(view)[0]


def part_judge(network: Network, tree: Tree) -> Judge:
    """A part of a condition as a function; compiled once per network."""
    key = id(tree)
    found = network.parts.get(key)
    if found is None:
        made = judge(tree, network.view.groups)
        network.parts[key] = (tree, made)
        return made
    return found[1]  # type: ignore[no-any-return]


class Unit:
    """One act toward one party on one day: the facts, and the solution of the equations for them.

    ``facts`` holds every judged fact by name; ``supplied`` the conclusions a person stated, which hold instead
    of what the definitions compute (unknown where the two disagree).
    """

    __slots__ = ("_cache", "_closed", "_steps", "conflicts", "facts", "judges", "network", "solution", "supplied")

    def __init__(self, view: View, facts: dict[str, Any], supplied: dict[str, Truth] | None = None) -> None:
        self.network, self.judges = compiled(view)
        self.facts: Facts = {**self.network.blank, **facts}
        self.supplied = supplied or {}
        self.conflicts: set[str] = set()
        self._closed: frozenset[int] | None = None
        self._cache: list[Truth] = [-1] * len(self.judges)
        self._steps = self.network.steps_on(self.facts["act_date"])
        self.solution: Solution[Truth] = settle(self.network.nodes, self)

    def on(self, day: date, turning: Iterable[int] | None = None) -> Solution[Truth]:
        """Solve again for another day of the act, all other facts equal.

        Only what the day moves is solved again, and what rests on it. ``turning`` are the clauses that may turn between
        the two days, where the caller knows them; else all that look at the day.
        """
        network = self.network
        before, self._steps = self._steps, network.steps_on(day)
        self.facts["act_date"] = day
        texts = self._turned(network.motion.turning if turning is None else turning)
        texts.update(network.motion.changed(before, self._steps))
        if texts:
            self._solve_again(texts)
        return self.solution

    def changed(self, facts: Mapping[str, Any]) -> Unit:
        """The unit with other values for some facts, on the same day; what none of them touches is not solved again."""
        other: Unit = object.__new__(Unit)
        other.network, other.judges, other.supplied = self.network, self.judges, self.supplied
        other.conflicts, other._steps = set(self.conflicts), self._steps
        other._cache, other.facts = self._cache.copy(), {**self.facts, **facts}
        other.solution, other._closed = self.solution, None if facts else self._closed
        held, texts, clauses = self.facts, set[int](), set[int]()
        clocked, reading = self.network.motion.clocked, self.network.motion.reading
        for name, value in facts.items():
            if value != held[name]:
                clauses.update(reading.get(name, ()))
                if name in clocked:
                    texts.update(clocked[name])
        texts.update(other._turned(clauses))
        if texts:
            other._solve_again(texts)
        return other

    @property
    def closed(self) -> frozenset[int]:
        """Positions of the nodes that hold on no day, for a reason that no day moves."""
        if self._closed is None:
            self._closed = self.network.motion.closed(self._fails, self.supplied, self.solution.texts)
        return self._closed

    def _fails(self, gate: Gate, false: set[str]) -> bool:
        cache = self._cache
        for index, derived in gate:
            truth = cache[index]
            if truth < 0:
                truth = cache[index] = self.judges[index](self.facts)
            if not truth and (not derived or false.issuperset(derived)):
                return True
        return False

    def _turned(self, clauses: Iterable[int]) -> set[int]:
        """Judge clauses again that were judged before; the nodes whose text may have moved with them."""
        facts, cache, judges, users = self.facts, self._cache, self.judges, self.network.motion.users
        found: set[int] = set()
        for index in clauses:
            held = cache[index]
            if held >= 0:
                truth = judges[index](facts)
                if truth != held:
                    cache[index] = truth
                    found.update(users[index])
        return found

    def _solve_again(self, looked_at: Iterable[int]) -> None:
        """Solve again what rests on those of these nodes whose text is another one now; none: nothing changes."""
        network, held = self.network, self.solution.texts
        closed = self._closed or ()
        nodes, text = network.nodes, self.text
        moved = {i: truth for i in looked_at if i not in closed and (truth := text(nodes[i])) != held[i]}
        if not moved:
            return
        self.solution = settle_again(network.nodes, self, self.solution, moved, network.motion.resting, self._redefine)

    def _redefine(self, fact: str, truth: Truth) -> Iterable[int]:
        """Take what the definitions of a fact now compute; the nodes whose text may have moved with it."""
        stood = self.facts[fact]
        self.define(fact, truth)
        return () if self.facts[fact] == stood else self._turned(self.network.motion.readers.get(fact, ()))

    def clause(self, index: int) -> Truth:
        """The truth of a clause."""
        truth = self._cache[index]
        if truth < 0:
            truth = self._cache[index] = self.judges[index](self.facts)
        return truth

    def tree(self, tree: Tree) -> Truth:
        """The truth of any part of a condition."""
        return part_judge(self.network, tree)(self.facts)

    def reading(self, text: TextNode | None) -> Truth:
        """Whether all clauses of a reading hold."""
        if text is None:
            return FALSE
        truth = UNKNOWN if text.untranslatable else TRUE
        cache = self._cache
        for index in text.places:
            found = cache[index]
            if found < 0:
                found = cache[index] = self.judges[index](self.facts)
            truth &= found
            if not truth:
                return FALSE
        return truth

    def step(self, step: Step) -> Truth:
        """Whether the provision's own text holds on a step, under all its readings."""
        if len(step.readings) == 1:
            return self.reading(step.readings[0])
        must, may = TRUE, FALSE
        for reading in step.readings:
            truth = self.reading(reading)
            must &= truth
            may |= truth
        return (must & 2) | (may & 1)

    def steps_of(self, node: Node) -> tuple[Step, ...]:
        """The step in force by the provision's clock; all of them where the day of that clock is not known."""
        if node.own_clock:
            clock = self.facts[node.provision.clock]
            if not isinstance(clock, date):
                return node.steps
            step = node.at(clock)
        else:
            step = self._steps[node.index]
        return () if step is None else (step,)

    def text(self, node: Node) -> Truth:
        """Whether the provision is in force by its clock and its conditions hold (see Algebra)."""
        if not node.own_clock:
            step = self._steps[node.index]
            if step is None:
                return FALSE
            readings = step.readings
            return self.reading(readings[0]) if len(readings) == 1 else self.step(step)
        steps = self.steps_of(node)
        if len(steps) > 1 or not isinstance(self.facts[node.provision.clock], date):
            return UNKNOWN if any(self.step(step) for step in steps) else FALSE
        return self.step(steps[0]) if steps else FALSE

    def either(self, holds: Sequence[Truth], which: Sequence[int]) -> Truth:
        """Disjunction."""
        found = FALSE
        for index in which:
            found |= holds[index]
        return found

    def but_not(self, truth: Truth, holds: Sequence[Truth], against: Sequence[int]) -> Truth:
        """The truth and none of those against it."""
        if truth:
            for index in against:
                truth &= NEGATED[holds[index]]
        return truth

    def both(self, left: Truth, right: Truth) -> Truth:
        """Conjunction."""
        return left & right

    def define(self, fact: str, truth: Truth) -> None:
        """A derived fact; a supplied conclusion stands, and is unknown where the derivation contradicts it."""
        stated = self.supplied.get(fact)
        if stated is not None:
            if truth != UNKNOWN and truth != stated:
                self.conflicts.add(fact)
                stated = UNKNOWN
            truth = stated
        self.facts[fact] = truth
