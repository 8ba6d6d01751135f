"""The weakest evidence that an outcome rests on.

True conjunctions and false disjunctions rest on all their parts; false conjunctions and true disjunctions on the
best-held part that suffices; what is unsettled rests on everything that leaves it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from carveout.decide.network import Clause, Node, Step, TextNode
from carveout.decide.outcome import LEVELS, Interval, Outcome
from carveout.decide.plain import Unit
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.law.evidence import Evidence
from carveout.law.provision import Kind

_PRIMARY = int(Evidence.primary)
_UNVERIFIED = int(Evidence.unverified)


def _best(grades: Iterable[int]) -> int:
    """The best of some grades; none is better than primary, so that nothing is looked at after it."""
    found = None
    for grade in grades:
        if grade == _PRIMARY:
            return grade
        if found is None or grade < found:
            found = grade
    return _PRIMARY if found is None else found


class Support:
    """Grades of one solved unit, computed when asked and remembered."""

    def __init__(self, unit: Unit, party_evidence: Evidence = Evidence.primary) -> None:
        self.unit = unit
        self.party = int(party_evidence)
        self._clauses: dict[int, int] = {}
        self._facts: dict[str, int] = {}
        self._engaged: dict[int, int] = {}
        self._holds: dict[int, int] = {}

    def clause(self, clause: Clause) -> int:
        """How well the truth of a condition is held: its own grade, the party's listing, derived facts."""
        found = self._clauses.get(clause.index)
        if found is None:
            found = int(clause.condition.evidence)
            if self.party > found and clause.of_party:
                found = self.party
            for fact in clause.derived:
                found = max(found, self.fact(fact))
            self._clauses[clause.index] = found
        return found

    def fact(self, name: str) -> int:
        """How well a derived fact is held."""
        if name in self.unit.supplied:
            return _PRIMARY
        found = self._facts.get(name)
        if found is None:
            nodes, truths = self.unit.network.definers.get(name, ()), self.unit.solution.holds
            if self.unit.facts[name] == TRUE:
                found = _best(self.holds(node) for node in nodes if truths[node.index] == TRUE)
            else:
                found = max([self.holds(node) for node in nodes], default=_PRIMARY)
            self._facts[name] = found
        return found

    def _reading(self, reading: TextNode | None) -> int:
        if reading is None:
            return _PRIMARY
        truth, truths, best = self.unit.clause, [], _UNVERIFIED + 1
        for index, clause in zip(reading.places, reading.clauses, strict=True):
            found = truth(index)
            truths.append(found)
            if found == FALSE:
                best = min(best, self.clause(clause))
                # A primary ground suffices: the others need not be looked at, which may not have been yet.
                if best == _PRIMARY:
                    return best
        if best <= _UNVERIFIED:
            return best
        grade = int(reading.evidence)
        unsettled = UNKNOWN in truths
        for t, clause in zip(truths, reading.clauses, strict=True):
            if not unsettled or t == UNKNOWN:
                own = self.clause(clause)
                if own > grade:
                    grade = own
        return grade

    def _step(self, step: Step) -> int:
        # Law and not law agree here: the answer does not rest on whether the doubtful text is law.
        if None in step.readings and self.unit.step(step) == FALSE:
            return _PRIMARY
        if len(step.readings) == 1:
            return self._reading(step.readings[0])
        grades = [self._reading(reading) for reading in step.readings]
        if self.unit.step(step) not in (TRUE, FALSE):
            return _UNVERIFIED
        return max(grades)

    def text(self, node: Node) -> int:
        """How well the truth of the provision's own text is held."""
        steps = self.unit.steps_of(node)
        return self._step(steps[0]) if len(steps) == 1 else max(map(self._step, steps), default=_PRIMARY)

    def _less(self, own: Truth, grade: int, against: Sequence[int]) -> int:
        """``own and not any(against)``: the grade of the result."""
        if own == FALSE:
            return grade
        holds = self.unit.solution.holds
        nodes = self.unit.network.nodes
        true = [nodes[i] for i in against if holds[i] == TRUE]
        if true:
            return _best(map(self.holds, true))
        return max([grade, *[self.holds(nodes[i]) for i in against]])

    def engaged(self, node: Node) -> int:
        """How well ``engaged`` is held."""
        found = self._engaged.get(node.index)
        if found is None:
            found = self.text(node)
            if node.carved_by:
                found = self._less(self.unit.solution.texts[node.index], found, node.carved_by)
            self._engaged[node.index] = found
        return found

    def holds(self, node: Node) -> int:
        """How well ``holds`` is held."""
        found = self._holds.get(node.index)
        if found is None:
            found = self.engaged(node)
            if node.defeated_by:
                found = self._less(self.unit.solution.engaged[node.index], found, node.defeated_by)
            self._holds[node.index] = found
        return found

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
                grades.append(_best(grade(node) for node in nodes if truths[node.index] == TRUE))
        if interval.at_least <= Outcome.no_license_required:
            grades.append(self.fact(subject))
        if interval.at_least is Outcome.authorized:
            engaged = [n for n in requirements if solution.engaged[n.index] == TRUE]
            grades += [self.holds(node) for node in engaged]
        return Evidence(max(grades))
