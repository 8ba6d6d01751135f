"""The weakest evidence that an outcome rests on.

True conjunctions and false disjunctions rest on all their parts; false conjunctions and true disjunctions on the
best-held part that suffices; what is unsettled rests on everything that leaves it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from carveout.decide.network import Clause, Node, Step, TextNode
from carveout.decide.outcome import LEVELS, Interval, Outcome
from carveout.decide.plain import Unit
from carveout.facts.value import FALSE, TRUE, Truth
from carveout.law.evidence import Evidence
from carveout.law.provision import Kind

_PRIMARY = int(Evidence.primary)
_UNVERIFIED = int(Evidence.unverified)


class Support:
    """Grades of one solved unit, computed when asked and remembered."""

    def __init__(self, unit: Unit, party_evidence: Evidence = Evidence.primary) -> None:
        self.unit = unit
        self.party = int(party_evidence)
        self._engaged: dict[int, int] = {}
        self._holds: dict[int, int] = {}

    def clause(self, clause: Clause) -> int:
        """How well the truth of a condition is held: its own grade, the party's listing, derived facts."""
        grade = int(clause.condition.evidence)
        if self.party > grade and any(name.startswith("party_") for name in clause.facts):
            grade = self.party
        for fact in clause.derived:
            grade = max(grade, self.fact(fact))
        return grade

    def fact(self, name: str) -> int:
        """How well a derived fact is held."""
        if name in self.unit.supplied:
            return _PRIMARY
        nodes = [self.unit.network.nodes[self.unit.network.position[d]]
                 for d in self.unit.network.view.corpus.definitions.get(name, ())]  # fmt: skip
        truths = self.unit.solution.holds
        return self._disjunction([(truths[n.index], n) for n in nodes], self.unit.facts[name], self.holds)

    def _disjunction(self, parts: Sequence[tuple[Truth, Node]], truth: Truth, grade: object) -> int:
        assert callable(grade)
        if truth == TRUE:
            return min((grade(node) for t, node in parts if t == TRUE), default=_PRIMARY)
        return max((grade(node) for _, node in parts), default=_PRIMARY)

    def _reading(self, reading: TextNode | None) -> int:
        if reading is None:
            return _PRIMARY
        truths = [(self.unit.clause(c.index), c) for c in reading.clauses]
        false = [self.clause(c) for t, c in truths if t == FALSE]
        if false:
            return min(false)
        chosen = truths if all(t == TRUE for t, _ in truths) else [(t, c) for t, c in truths if t != TRUE]
        return max([int(reading.evidence), *(self.clause(c) for _, c in chosen)])

    def _step(self, step: Step) -> int:
        # Law and not law agree here: the answer does not rest on whether the doubtful text is law.
        if None in step.readings and self.unit.step(step) == FALSE:
            return _PRIMARY
        grades = [self._reading(reading) for reading in step.readings]
        if len(grades) > 1 and self.unit.step(step) not in (TRUE, FALSE):
            return _UNVERIFIED
        return max(grades)

    def text(self, node: Node) -> int:
        """How well the truth of the provision's own text is held."""
        clock = self.unit.facts[node.provision.clock]
        if clock is None or not hasattr(clock, "year"):
            return max((self._step(step) for step in node.steps), default=_PRIMARY)
        step = node.at(clock)
        return self._step(step) if step is not None else _PRIMARY

    def _less(self, own: Truth, grade: int, against: Iterable[int]) -> int:
        """``own and not any(against)``: the grade of the result."""
        holds = self.unit.solution.holds
        nodes = self.unit.network.nodes
        against = tuple(against)
        if own == FALSE or not against:
            return grade
        true = [self.holds(nodes[i]) for i in against if holds[i] == TRUE]
        if true:
            return min(true)
        return max([grade, *(self.holds(nodes[i]) for i in against)])

    def engaged(self, node: Node) -> int:
        """How well ``engaged`` is held."""
        if node.index not in self._engaged:
            self._engaged[node.index] = self._less(self.unit.text(node), self.text(node), node.carved_by)
        return self._engaged[node.index]

    def holds(self, node: Node) -> int:
        """How well ``holds`` is held."""
        if node.index not in self._holds:
            own = self.unit.solution.engaged[node.index]
            self._holds[node.index] = self._less(own, self.engaged(node), node.defeated_by)
        return self._holds[node.index]

    def outcome(self, kinds: Mapping[Kind, Sequence[Node]], interval: Interval, subject: str) -> Evidence:
        """The weakest evidence of an interval: what reaches its ends, and what keeps it from going higher."""
        solution = self.unit.solution
        grades = [_PRIMARY]
        levels = [(outcome, tuple(kinds.get(kind, ())) if kind else (), solution.holds, self.holds)
                  for outcome, kind in LEVELS]  # fmt: skip
        requirements = tuple(kinds.get(Kind.requirement, ()))
        levels.append((Outcome.authorized, requirements, solution.engaged, self.engaged))
        for outcome, nodes, truths, grade in levels:
            if outcome > interval.at_least:
                grades += [grade(node) for node in nodes]
            elif outcome is interval.at_least:
                grades.append(min((grade(node) for node in nodes if truths[node.index] == TRUE), default=_PRIMARY))
        if interval.at_least <= Outcome.no_license_required:
            grades.append(self.fact(subject))
        if interval.at_least is Outcome.authorized:
            engaged = [n for n in requirements if solution.engaged[n.index] == TRUE]
            grades += [self.holds(node) for node in engaged]
        return Evidence(max(grades))
