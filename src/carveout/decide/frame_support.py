"""The weakest evidence over bit planes: :mod:`carveout.decide.support` for many rows.

A grade is three planes: weaker than primary, weaker than secondary, weaker than inferred. The maximum of grades is a
disjunction, the minimum a conjunction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_levels import Levels
from carveout.decide.network import Clause, Node, Step, TextNode
from carveout.decide.outcome import LEVELS, Outcome
from carveout.decide.planes import Bits, Planes, pack
from carveout.law.evidence import Evidence
from carveout.law.provision import Kind

Grade: TypeAlias = tuple[Bits, Bits, Bits]


class FrameSupport:
    """Grades of one solved unit over rows. ``party`` is the evidence of the listing matched, per row."""

    def __init__(self, frame: Frame, solution: Solution[Planes], party: npt.NDArray[np.uint8]) -> None:
        self.frame = frame
        self.solution = solution
        none, every = np.zeros(frame.size, np.uint8), np.full(frame.size, 255, np.uint8)
        self._levels = [(every if grade > 0 else none, every if grade > 1 else none, every if grade > 2 else none)
                        for grade in range(4)]  # fmt: skip
        self.none, self.every = none, every
        self.party: Grade = (pack(party > 0), pack(party > 1), pack(party > 2)) if party.any() else self._levels[0]
        self._clauses: dict[int, Grade] = {}
        self._facts: dict[str, Grade] = {}
        self._engaged: dict[int, Grade] = {}
        self._holds: dict[int, Grade] = {}

    def constant(self, grade: int) -> Grade:
        """The same grade in every row."""
        return self._levels[grade]

    def clause(self, clause: Clause) -> Grade:
        """How well the truth of a condition is held."""
        found = self._clauses.get(clause.index)
        if found is None:
            found = self.constant(int(clause.condition.evidence))
            if any(name.startswith("party_") for name in clause.facts):
                found = most(found, self.party)
            for fact in clause.derived:
                found = most(found, self.fact(fact))
            self._clauses[clause.index] = found
        return found

    def fact(self, name: str) -> Grade:
        """How well a derived fact is held."""
        found = self._facts.get(name)
        if found is None:
            network = self.frame.network
            nodes = [network.nodes[network.position[d]] for d in network.view.corpus.definitions.get(name, ())]
            truth = self.frame.derived[name]
            reached, anyway = self.constant(3), self.constant(0)
            for node in nodes:
                own = self.holds(node)
                reached = least(reached, self._where(self.solution.holds[node.index][0], own, self.constant(3)))
                anyway = most(anyway, own)
            found = self._where(truth[0], reached if nodes else self.constant(0), anyway)
            stated = self.frame.supplied.get(name)
            if stated is not None:
                given = pack(np.asarray([v is not None for v in stated.values])[stated.codes])
                found = self._where(given, self.constant(0), found)
            self._facts[name] = found
        return found

    def _where(self, rows: Bits, then: Grade, other: Grade) -> Grade:
        return ((then[0] & rows) | (other[0] & ~rows), (then[1] & rows) | (other[1] & ~rows),
                (then[2] & rows) | (other[2] & ~rows))  # fmt: skip

    def reading(self, text: TextNode | None) -> Grade:
        """How well the truth of a reading is held."""
        if text is None:
            return self.constant(0)
        failing, any_false = self.constant(3), self.none
        all_true = self.every
        chosen_all, chosen_open = self.constant(0), self.constant(0)
        for clause in text.clauses:
            truth, grade = self.frame.clause(clause), self.clause(clause)
            false = ~truth[1]
            any_false = any_false | false
            all_true = all_true & truth[0]
            failing = least(failing, self._where(false, grade, self.constant(3)))
            chosen_all = most(chosen_all, grade)
            chosen_open = most(chosen_open, self._where(~truth[0], grade, self.constant(0)))
        own = self.constant(int(text.evidence))
        standing = self._where(all_true, most(own, chosen_all), most(own, chosen_open))
        return self._where(any_false, failing, standing)

    def step(self, step: Step) -> Grade:
        """How well the truth of a step is held, over its readings."""
        if len(step.readings) == 1:
            return self.reading(step.readings[0])
        truth = self.frame.step(step)
        found = self.constant(0)
        for reading in step.readings:
            found = most(found, self.reading(reading))
        found = self._where(truth[1] & ~truth[0], self.constant(int(Evidence.unverified)), found)
        if None in step.readings:
            found = self._where(~truth[1], self.constant(0), found)
        return found

    def text(self, node: Node) -> Grade:
        """How well the truth of the provision's own text is held."""
        found = self.constant(0)
        if node.own_clock:
            unknown = self.frame.missing(node.provision.clock)
            for step in node.steps:
                rows = self.frame.own_active(node, step) | unknown
                found = most(found, self._where(rows, self.step(step), self.constant(0)))
            return found
        for step in node.steps:
            active = self.frame.active(step)
            if active is False:
                continue
            if active is True:
                return self.step(step)
            found = self._where(active, self.step(step), found)
        return found

    def _less(self, own: Planes, grade: Grade, against: Sequence[int]) -> Grade:
        if not against:
            return grade
        holds, nodes = self.solution.holds, self.frame.network.nodes
        beaten, any_true, all_of = self.constant(3), self.none, grade
        for index in against:
            other = self.holds(nodes[index])
            beaten = least(beaten, self._where(holds[index][0], other, self.constant(3)))
            any_true = any_true | holds[index][0]
            all_of = most(all_of, other)
        found = self._where(any_true, beaten, all_of)
        return self._where(~own[1], grade, found)

    def engaged(self, node: Node) -> Grade:
        """How well ``engaged`` is held."""
        found = self._engaged.get(node.index)
        if found is None:
            found = self._less(self.frame.text(node), self.text(node), node.carved_by)
            self._engaged[node.index] = found
        return found

    def holds(self, node: Node) -> Grade:
        """How well ``holds`` is held."""
        found = self._holds.get(node.index)
        if found is None:
            found = self._less(self.solution.engaged[node.index], self.engaged(node), node.defeated_by)
            self._holds[node.index] = found
        return found

    def outcome(self, kinds: Mapping[Kind, Sequence[Node]], own: Levels, subject: str) -> Grade:
        """The weakest evidence of the unit's interval."""
        found = self.constant(0)
        requirements = tuple(kinds.get(Kind.requirement, ()))
        rows = [(outcome, tuple(kinds.get(kind, ())) if kind else (), self.solution.holds, self.holds)
                for outcome, kind in LEVELS]  # fmt: skip
        rows.append((Outcome.authorized, requirements, self.solution.engaged, self.engaged))
        for outcome, nodes, truths, grade in rows:
            if not nodes:
                continue
            above = ~own.least[outcome]
            here = own.least[outcome] & ~(own.least[outcome + 1] if outcome < Outcome.prohibited else self.none)
            best, known, all_of = self.constant(3), self.none, self.constant(0)
            for node in nodes:
                mine, true = grade(node), truths[node.index][0]
                best = least(best, self._where(true, mine, self.constant(3)))
                known = known | true
                all_of = most(all_of, mine)
            found = most(found, self._where(above, all_of, self.constant(0)))
            found = most(found, self._where(here & known, best, self.constant(0)))
        low = ~own.least[Outcome.authorized]
        found = most(found, self._where(low, self.fact(subject), self.constant(0)))
        lifted = own.least[Outcome.authorized] & ~own.least[Outcome.subject_to_review]
        for node in requirements:
            rows_in = lifted & self.solution.engaged[node.index][0]
            if rows_in.any():
                found = most(found, self._where(rows_in, self.holds(node), self.constant(0)))
        return found


def most(left: Grade, right: Grade) -> Grade:
    """The weaker of two grades."""
    return left[0] | right[0], left[1] | right[1], left[2] | right[2]


def least(left: Grade, right: Grade) -> Grade:
    """The stronger of two grades."""
    return left[0] & right[0], left[1] & right[1], left[2] & right[2]
