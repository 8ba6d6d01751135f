"""Which provisions made the difference, over bit planes: :mod:`carveout.decide.causes` for many rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_days import Days
from carveout.decide.frame_levels import Levels
from carveout.decide.network import Clause, Node, Step
from carveout.decide.outcome import LEVELS, Outcome
from carveout.decide.planes import Bits, Planes
from carveout.law.provision import Kind


@dataclass(frozen=True, slots=True)
class Solved:
    """A frame as it was solved: it may move on to other days, what is held here stays."""

    frame: Frame
    solution: Solution[Planes]
    derived: Mapping[str, Planes]
    days: Days

    @classmethod
    def of(cls, frame: Frame) -> Solved:
        """The state of a frame that was just solved."""
        assert frame.solution is not None
        return cls(frame, frame.solution, dict(frame.derived), frame.days)

    def fact(self, name: str) -> Planes:
        """A boolean fact, asked or derived."""
        return self.derived[name] if name in self.derived else self.frame.facts.truth(name)

    def clause(self, clause: Clause) -> Planes:
        """A condition as it was judged."""
        return self.frame.clause(clause) if clause.still else self.frame.judged(clause, self.days, self.derived)


def frame_causes(before: Sequence[Solved], after: Sequence[Solved], was: Levels, now: Levels) -> dict[int, Bits]:
    """Position of a provision -> rows in which it moved the outcome between two states of the same units.

    ``was`` and ``now`` are the overall levels of the rows in the two states (over all units and regimes). Bits
    beyond the last row mean nothing.
    """
    found: dict[int, Bits] = {}
    for old, new in zip(before, after, strict=True):
        for index, bits in _FrameTrace(old, new).run(_moved(was.least, now.least), _moved(was.most, now.most)).items():
            found[index] = found[index] | bits if index in found else bits
    return found


def _moved(was: Sequence[Bits], now: Sequence[Bits]) -> list[Bits]:
    """Per level the rows in which an end of the outcome crossed it, or one below it."""
    found = [was[0] ^ now[0]]
    for one, other in zip(was[1:], now[1:], strict=True):
        found.append(found[-1] | (one ^ other))
    return found


class _FrameTrace:
    """The way back through one unit of every row, per end of each truth: what must hold, what may."""

    def __init__(self, before: Solved, after: Solved) -> None:
        self.before = before
        self.after = after
        self.network = before.frame.network
        self.found: dict[int, Bits] = {}
        self._holds: dict[int, Planes] = {}
        self._engaged: dict[int, Planes] = {}
        self._facts: dict[str, Bits] = {}

    def run(self, least: Sequence[Bits], most: Sequence[Bits]) -> dict[int, Bits]:
        """From the levels that were crossed to the texts that differ."""
        regimes = self.network.view.corpus.regimes
        for regime, kinds in self.network.by_kind.items():
            for level, kind in LEVELS:
                for node in kinds.get(kind, ()) if kind else ():
                    self._mark_holds(node.index, (least[level], most[level]))
            for node in kinds.get(Kind.requirement, ()):
                self._mark_engaged(node.index, (least[Outcome.authorized], most[Outcome.authorized]))
            free = Outcome.no_license_required
            self._mark_fact(regimes[regime].subject, least[free] | most[free])
        # What defeats or defines stands before what it touches, so one sweep from the last node to the first is enough.
        for node in reversed(self.network.nodes):
            if node.completes:
                bits = self._facts.get(node.provision.defines)
                for index in node.siblings if bits is not None else ():
                    assert bits is not None
                    self._mark_holds(index, (bits, bits))
            self._node(node)
        return self.found

    def _node(self, node: Node) -> None:
        ends = self._holds.get(node.index)
        if ends is not None:
            self._mark_engaged(node.index, ends)
            for index in node.defeated_by:
                self._mark_holds(index, (ends[1], ends[0]))
        ends = self._engaged.get(node.index)
        if ends is None:
            return
        for index in node.carved_by:
            self._mark_holds(index, (ends[1], ends[0]))
        for index in node.attached_to:
            self._mark_holds(index, ends)
        old, new = self.before.solution.texts[node.index], self.after.solution.texts[node.index]
        if old is new:
            return
        bits: Bits = np.asarray((ends[0] & (old[0] ^ new[0])) | (ends[1] & (old[1] ^ new[1])))
        if bits.any():
            self._text(node, bits)

    def _text(self, node: Node, bits: Bits) -> None:
        """A text that differs in some rows: it is the cause, or it passes the question on to derived facts."""
        carried = np.zeros_like(bits)
        for state in (self.before, self.after):
            for step, active in _active(state, node.index):
                for name in step.watch.derived:
                    inside = bits & active & self._differs(name)
                    if inside.any():
                        carried = carried | inside
                        self._mark_fact(name, inside)
        own = bits & ~carried
        if carried.any():
            own = own | self._by_itself(node, carried)
        if own.any():
            self.found[node.index] = own

    def _by_itself(self, node: Node, bits: Bits) -> Bits:
        """Rows in which the text would differ too if it did not look at derived facts that differ."""
        if node.own_clock:
            return bits
        old, new = self._rest(self.before, node.index), self._rest(self.after, node.index)
        return np.asarray(bits & ((old[0] ^ new[0]) | (old[1] ^ new[1])))

    def _rest(self, state: Solved, index: int) -> Planes:
        """The text of a provision but for the conditions that look at a derived fact which differs."""
        none = np.zeros(state.frame.size, np.uint8)
        every = ~none
        found_must, found_may = none, none
        for step, active in _active(state, index):
            all_must, any_may = every, none
            for reading in step.readings:
                must, may = (none, none) if reading is None else (none if reading.untranslatable else every, every)
                for clause in reading.clauses if reading is not None else ():
                    truth, aside = state.clause(clause), none
                    for name in clause.derived:
                        aside = aside | self._differs(name)
                    must, may = must & (truth[0] | aside), may & (truth[1] | aside)
                all_must, any_may = all_must & must, any_may | may
            found_must, found_may = found_must | (all_must & active), found_may | (any_may & active)
        return found_must, found_may

    def _differs(self, name: str) -> Bits:
        """Rows in which a derived fact differs."""
        old, new = self.before.fact(name), self.after.fact(name)
        return np.asarray((old[0] ^ new[0]) | (old[1] ^ new[1]))

    def _mark_fact(self, name: str, bits: Bits) -> None:
        """Rows in which a derived fact is followed: those in which it differs."""
        bits = bits & self._differs(name)
        if bits.any():
            self._facts[name] = self._facts[name] | bits if name in self._facts else bits

    def _mark_holds(self, index: int, ends: Planes) -> None:
        _mark(self._holds, index, ends, self.before.solution.holds[index], self.after.solution.holds[index])

    def _mark_engaged(self, index: int, ends: Planes) -> None:
        _mark(self._engaged, index, ends, self.before.solution.engaged[index], self.after.solution.engaged[index])


def _mark(where: dict[int, Planes], index: int, ends: Planes, old: Planes, new: Planes) -> None:
    """Rows in which a truth is followed, per end: those in which that end differs."""
    if old is new:
        return
    must, may = ends[0] & (old[0] ^ new[0]), ends[1] & (old[1] ^ new[1])
    if np.any(must) or np.any(may):
        held = where.get(index)
        where[index] = (must, may) if held is None else (held[0] | must, held[1] | may)


def _active(state: Solved, index: int) -> Iterator[tuple[Step, Bits]]:
    """The steps that a provision is judged by, and the rows of each; all steps where its clock is not known."""
    node = state.frame.network.nodes[index]
    for step in node.steps:
        if node.own_clock:
            yield step, state.frame.own_active(node, step) | state.frame.facts.missing(node.provision.clock)
            continue
        active = state.days.within(step.start.toordinal(), step.end.toordinal() if step.end else None)
        if active is not False:
            yield step, np.full(state.frame.size, 255, np.uint8) if active is True else active
