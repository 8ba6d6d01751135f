"""Which provisions made the difference between two answers: the same units on two days, or under two views of a corpus.

The way leads back from the outcome, only through what differs. A provision is a cause when its own text (not what
defeats it) came to hold or ceased to, wholly or as far as is known, and the outcome moved through it. A text that differs
in derived facts alone passes the question on to what defines them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from carveout.decide.network import Node, Step
from carveout.decide.outcome import LEVELS, Interval, Outcome
from carveout.decide.plain import Unit
from carveout.decide.transaction import judge_units
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.law.provision import Kind

BOTH = TRUE
"""Both ends of a truth. Must and may are its two bits, so ``one ^ other`` tells the ends in which two truths differ."""


def causes(before: Sequence[Unit], after: Sequence[Unit]) -> tuple[str, ...]:
    """The provisions that moved the overall outcome between two solved states of the same units, by id.

    The units stand in the same order in both; a unit moved to another day is the same object no longer solved for
    the first, so each state has units of its own. Empty when the outcome is the same; else never.
    """
    was = judge_units(before[0].network, before)["overall"]
    now = judge_units(after[0].network, after)["overall"]
    moved = {level: _ends_moved(was, now, level) for level in Outcome}
    found: set[str] = set()
    for old, new in zip(before, after, strict=True):
        trace = _Trace(old, new)
        trace.outcome(moved)
        found |= trace.found
    return tuple(sorted(found))


def _ends_moved(was: Interval, now: Interval, level: Outcome) -> Truth:
    """The ends of the outcome that crossed the level, or one below it: what reaches the level can have moved them."""
    ends = 0
    for end, one, other in ((TRUE ^ UNKNOWN, was.at_least, now.at_least), (UNKNOWN, was.at_most, now.at_most)):
        if one != other and min(one, other) < level:
            ends |= end
    return ends


def swapped(ends: Truth) -> Truth:
    """The ends seen through a negation: what must not hold is what may not."""
    return ((ends & UNKNOWN) << 1) | (ends >> 1)


class _Trace:
    """The way back through one unit."""

    def __init__(self, before: Unit, after: Unit) -> None:
        self.before = before
        self.after = after
        self.nodes = before.network.nodes
        self.found: set[str] = set()
        self._followed: set[tuple[str, int, Truth]] = set()

    def outcome(self, moved: Mapping[Outcome, Truth]) -> None:
        """From each level of the scale to what reached it in one state and not in the other."""
        for regime, kinds in self.before.network.by_kind.items():
            for level, kind in LEVELS:
                for node in kinds.get(kind, ()) if kind else ():
                    self.holds(node.index, moved[level])
            for node in kinds.get(Kind.requirement, ()):
                self.engaged(node.index, moved[Outcome.authorized])
            if moved[Outcome.no_license_required]:
                self.fact(self.before.network.view.corpus.regimes[regime].subject)

    def _differing(self, what: str, index: int, ends: Truth) -> Truth:
        """Of some ends of a truth, those that differ and were not followed yet."""
        one, other = (getattr(unit.solution, what)[index] for unit in (self.before, self.after))
        differing: Truth = ends & (one ^ other)
        if (what, index, differing) in self._followed:
            return 0
        self._followed.add((what, index, differing))
        return differing

    def holds(self, index: int, ends: Truth) -> None:
        """What moved ``holds``."""
        differing = self._differing("holds", index, ends)
        if differing:
            self.engaged(index, differing)
            for other in self.nodes[index].defeated_by:
                self.holds(other, swapped(differing))

    def engaged(self, index: int, ends: Truth) -> None:
        """What moved ``engaged``."""
        differing = self._differing("engaged", index, ends)
        if not differing:
            return
        node = self.nodes[index]
        for other in node.carved_by:
            self.holds(other, swapped(differing))
        for other in node.attached_to:
            self.holds(other, differing)
        if self._differing("texts", index, differing):
            facts = [name for name in self._read(node) if self._fact_differs(name)]
            for name in facts:
                self.fact(name)
            if not facts or self._by_itself(node):
                self.found.add(node.provision.id)

    def _read(self, node: Node) -> set[str]:
        """The derived facts that the text looks at in either state."""
        steps = [*_active(self.before, node.index), *_active(self.after, node.index)]
        return {
            name for step in steps for reading in step.readings if reading is not None
            for clause in reading.clauses for name in clause.derived
        }  # fmt: skip

    def _by_itself(self, node: Node) -> bool:
        """Whether the text would differ too if it did not look at derived facts that differ."""
        return node.own_clock or self._rest(self.before, node.index) != self._rest(self.after, node.index)

    def _rest(self, unit: Unit, index: int) -> Truth:
        """The text of a provision but for the conditions that look at a derived fact which differs (see Unit.step)."""
        steps = _active(unit, index)
        if not steps:
            return FALSE
        must, may = TRUE, FALSE
        for reading in steps[0].readings:
            truth = FALSE if reading is None else UNKNOWN if reading.untranslatable else TRUE
            for clause in reading.clauses if reading is not None else ():
                if not any(map(self._fact_differs, clause.derived)):
                    truth &= unit.clause(clause.index)
            must, may = must & truth, may | truth
        return (must & (TRUE ^ UNKNOWN)) | (may & UNKNOWN)

    def _fact_differs(self, name: str) -> bool:
        return bool(self.before.facts[name] != self.after.facts[name])

    def fact(self, name: str) -> None:
        """What moved a derived fact: the definitions that differ."""
        if self._fact_differs(name):
            network = self.before.network
            for identifier in network.view.corpus.definitions.get(name, ()):
                self.holds(network.position[identifier], BOTH)


def _active(unit: Unit, index: int) -> Sequence[Step]:
    """The step of a provision that a unit is judged by; all of them while its clock is not known."""
    node = unit.network.nodes[index]
    clock = unit.facts[node.provision.clock]
    if not isinstance(clock, date):
        return node.steps
    step = node.at(clock)
    return () if step is None else (step,)
