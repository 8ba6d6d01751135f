"""The weakest evidence over bit planes: :mod:`carveout.decide.support` for many rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_levels import Levels
from carveout.decide.grades import Grade, Grades
from carveout.decide.network import Clause, Node, Step, TextNode
from carveout.decide.outcome import LEVELS, Outcome
from carveout.decide.planes import Planes, pack
from carveout.law.evidence import Evidence
from carveout.law.provision import Kind


class FrameSupport(Grades):
    """Grades of one solved unit over rows. ``party`` is the evidence of the listing matched, per row."""

    def __init__(self, frame: Frame, solution: Solution[Planes], party: npt.NDArray[np.uint8]) -> None:
        self.frame = frame
        self.solution = solution
        super().__init__(frame.size)
        self.party = self.of(party)
        self._clauses: dict[int, Grade] = {}
        self._facts: dict[str, Grade] = {}
        self._engaged: dict[int, Grade] = {}
        self._holds: dict[int, Grade] = {}

    def clause(self, clause: Clause) -> Grade:
        """How well the truth of a condition is held."""
        found = self._clauses.get(clause.index)
        if found is None:
            found = self.constant(int(clause.condition.evidence))
            if clause.of_party:
                found = self.most(found, self.party)
            for fact in clause.derived:
                found = self.most(found, self.fact(fact))
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
                reached = self.least(reached, self.where(self.solution.holds[node.index][0], own, self.constant(3)))
                anyway = self.most(anyway, own)
            found = self.where(truth[0], reached if nodes else self.constant(0), anyway)
            stated = self.frame.supplied.get(name)
            if stated is not None:
                given = pack(np.asarray([v is not None for v in stated.values])[stated.codes])
                found = self.where(given, self.constant(0), found)
            self._facts[name] = found
        return found

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
            failing = self.least(failing, self.where(false, grade, self.constant(3)))
            chosen_all = self.most(chosen_all, grade)
            chosen_open = self.most(chosen_open, self.where(~truth[0], grade, self.constant(0)))
        own = self.constant(int(text.evidence))
        standing = self.where(all_true, self.most(own, chosen_all), self.most(own, chosen_open))
        return self.where(any_false, failing, standing)

    def step(self, step: Step) -> Grade:
        """How well the truth of a step is held, over its readings."""
        if len(step.readings) == 1:
            return self.reading(step.readings[0])
        truth = self.frame.step(step)
        found = self.constant(0)
        for reading in step.readings:
            found = self.most(found, self.reading(reading))
        found = self.where(truth[1] & ~truth[0], self.constant(int(Evidence.unverified)), found)
        if None in step.readings:
            found = self.where(~truth[1], self.constant(0), found)
        return found

    def text(self, node: Node) -> Grade:
        """How well the truth of the provision's own text is held."""
        found = self.constant(0)
        if node.own_clock:
            unknown = self.frame.facts.missing(node.provision.clock)
            for step in node.steps:
                rows = self.frame.own_active(node, step) | unknown
                found = self.most(found, self.where(rows, self.step(step), self.constant(0)))
            return found
        for step in node.steps:
            active = self.frame.active(step)
            if active is False:
                continue
            if active is True:
                return self.step(step)
            found = self.where(active, self.step(step), found)
        return found

    def _less(self, own: Planes, grade: Grade, against: Sequence[int]) -> Grade:
        if not against:
            return grade
        holds, nodes = self.solution.holds, self.frame.network.nodes
        beaten, any_true, all_of = self.constant(3), self.none, grade
        for index in against:
            other = self.holds(nodes[index])
            beaten = self.least(beaten, self.where(holds[index][0], other, self.constant(3)))
            any_true = any_true | holds[index][0]
            all_of = self.most(all_of, other)
        found = self.where(any_true, beaten, all_of)
        return self.where(~own[1], grade, found)

    def engaged(self, node: Node) -> Grade:
        """How well ``engaged`` is held."""
        found = self._engaged.get(node.index)
        if found is None:
            found = self._less(self.solution.texts[node.index], self.text(node), node.carved_by)
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
                best = self.least(best, self.where(true, mine, self.constant(3)))
                known = known | true
                all_of = self.most(all_of, mine)
            found = self.most(found, self.where(above, all_of, self.constant(0)))
            found = self.most(found, self.where(here & known, best, self.constant(0)))
        low = ~own.least[Outcome.authorized]
        found = self.most(found, self.where(low, self.fact(subject), self.constant(0)))
        lifted = own.least[Outcome.authorized] & ~own.least[Outcome.subject_to_review]
        for node in requirements:
            rows_in = lifted & self.solution.engaged[node.index][0]
            if rows_in.any():
                found = self.most(found, self.where(rows_in, self.holds(node), self.constant(0)))
        return found
