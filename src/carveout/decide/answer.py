"""The full answer of one regime, gathered over the units of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from carveout.decide.network import Network, Node
from carveout.decide.outcome import Outcome, worst
from carveout.decide.plain import Unit
from carveout.decide.transaction import Transaction, UnitAnswer
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Value
from carveout.law.provision import Kind, Provision

_ENTITLED = {TRUE: "eligible", UNKNOWN: "undetermined", FALSE: "not_eligible"}


def last_day(provision: Provision, facts: Mapping[str, Value]) -> date | None:
    """The last day of a duty: the latest of its dates that the row gives; None where the first of them is not given."""
    days = [(facts.get(name), shift) for name, shift in provision.due]
    if not days or not isinstance(days[0][0], date):
        return None
    return max(shift.apply(day) for day, shift in days if isinstance(day, date))


class Gathering:
    """The full answer of one regime, gathered over the units of a row."""

    def __init__(self, transaction: Transaction, network: Network, regime: str, units: Sequence[UnitAnswer]) -> None:
        self.transaction = transaction
        self.network = network
        self.regime = regime
        self.units = units
        self.kinds = network.by_kind[regime]
        self.subject = network.view.corpus.regimes[regime].subject
        self.interval = worst(answer.intervals[regime] for answer in units)

    def deciding(self) -> list[UnitAnswer]:
        """The units whose interval reaches the upper end of the row's."""
        return [a for a in self.units if a.intervals[self.regime].at_most is self.interval.at_most]

    def governing(self) -> list[Node]:
        """The provisions that set the upper end: what holds there, what is lifted, or what takes it out."""
        at_most = self.interval.at_most
        found: dict[int, Node] = {}
        for answer in self.deciding():
            solution, facts = answer.unit.solution, answer.unit.facts
            if at_most is Outcome.prohibited:
                chosen = [n for n in self.kinds.get(Kind.prohibition, ()) if solution.holds[n.index]]
            elif at_most is Outcome.license_required:
                chosen = [n for n in self.kinds.get(Kind.requirement, ()) if solution.holds[n.index]]
            elif at_most is Outcome.subject_to_review:
                chosen = [n for n in self.kinds.get(Kind.review, ()) if solution.holds[n.index]]
            elif at_most is Outcome.authorized:
                chosen = [n for n in self.kinds.get(Kind.requirement, ()) if solution.engaged[n.index]]
            elif at_most is Outcome.no_license_required:
                chosen = [n for n in self.kinds.get(Kind.carve_out, ()) if self.carves_something(answer.unit, n)]
                chosen = chosen or self.definers(self.subject)
            else:
                chosen = self.outside(answer.unit) if not facts[self.subject] else []
            found.update({node.index: node for node in chosen})
        return [found[index] for index in sorted(found)]

    def carves_something(self, unit: Unit, node: Node) -> bool:
        """Whether a carve-out holds and takes the act out of something that would otherwise be engaged."""
        if not unit.solution.holds[node.index]:
            return False
        targets = (self.network.nodes[self.network.position[t]] for t in node.provision.carves)
        return any(unit.text(target) for target in targets)

    def definers(self, fact: str) -> list[Node]:
        """The provisions that define a fact."""
        return [
            self.network.nodes[self.network.position[d]] for d in self.network.view.corpus.definitions.get(fact, ())
        ]

    def outside(self, unit: Unit) -> list[Node]:
        """Why an act is outside: the exclusions that hold, else the definition of the subject itself."""
        names = {f for d in self.definers(self.subject) for s in d.steps for r in s.readings if r
                 for c in r.clauses for f in c.derived}  # fmt: skip
        holding = [n for name in sorted(names) for n in self.definers(name) if unit.solution.holds[n.index]]
        frees = [n for n in holding if any(a.frees for a in n.provision.assertions)]
        return frees or self.definers(self.subject)

    def lifted(self, unit: Unit) -> list[tuple[Node, list[Node]]]:
        """Engaged requirements that an authorization lifts or may lift, with those authorizations."""
        found = []
        for node in self.kinds.get(Kind.requirement, ()):
            if not unit.solution.engaged[node.index] or unit.solution.holds[node.index] == TRUE:
                continue
            lifters = [self.network.nodes[i] for i in node.defeated_by if unit.solution.holds[i]]
            lifters = [n for n in lifters if n.provision.kind is Kind.authorization]
            if lifters:
                found.append((node, lifters))
        return found

    def authorizations(self) -> list[Node]:
        """The authorizations relied on, or that may be, by id."""
        found: dict[int, Node] = {}
        if self.interval.at_most.is_free or not self.interval.settled:
            for answer in self.units:
                for _, lifters in self.lifted(answer.unit):
                    found.update({node.index: node for node in lifters})
        return [found[index] for index in sorted(found, key=lambda i: self.network.nodes[i].provision.id)]

    def conditions(self, authorizations: Sequence[Node]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Limitations of what is relied on: those that do not bar it (met), those that may (outstanding)."""
        met: dict[str, None] = {}
        outstanding: dict[str, None] = {}
        for node in authorizations:
            for index in node.defeated_by:
                limit = self.network.nodes[index]
                if limit.provision.kind is not Kind.limitation or limit.at(self.transaction.on) is None:
                    continue
                truths = {a.unit.solution.holds[index] for a in self.units if a.unit.solution.engaged[node.index]}
                (outstanding if UNKNOWN in truths else met).setdefault(limit.provision.id)
        return tuple(m for m in met if m not in outstanding), tuple(outstanding)

    def duties(self) -> tuple[tuple[str, str, date | None], ...]:
        """Duties that hold or may hold: provision, what to do, by when."""
        found: dict[str, tuple[str, str, date | None]] = {}
        for answer in self.units:
            for node in self.kinds.get(Kind.duty, ()):
                if answer.unit.solution.holds[node.index]:
                    due = last_day(node.provision, self.transaction.facts)
                    found[node.provision.id] = (node.provision.id, node.provision.duty, due)
        return tuple(found[key] for key in sorted(found))

    def entitlements(self) -> tuple[tuple[str, str], ...]:
        """What the row asks about and may be entitled to: provision, eligible, not_eligible or undetermined.

        Asked about is an entitlement of which the row gives a fact that no other kind of provision looks at.
        """
        found: dict[str, str] = {}
        for node in self.kinds.get(Kind.entitlement, ()):
            if node.at(self.transaction.on) is None or self.network.own_facts[node.index].isdisjoint(
                name for name, value in self.transaction.facts.items() if value not in (None, UNKNOWN)
            ):
                continue
            truths = {answer.unit.solution.holds[node.index] for answer in self.units}
            found[node.provision.id] = _ENTITLED[min(truths)] if len(truths) == 1 else "undetermined"
        return tuple(sorted(found.items()))

    def review_policy(self) -> str | None:
        """The license review policy of the first listed party that a requirement touches."""
        for answer in self.units:
            entry = answer.involvement.entry
            held = [n for n in self.kinds.get(Kind.requirement, ()) if answer.unit.solution.engaged[n.index]]
            if entry is not None and held and entry.may_be_listed(self.transaction.on):
                return entry.review_policy(self.transaction.on)
        return None

    def parties(self) -> tuple[tuple[str, str], ...]:
        """Role and entry of every party that is or may be listed."""
        found = [
            (role, entry.id) for a in self.units for role in a.involvement.roles for entry in a.involvement.candidates
        ]
        return tuple(dict.fromkeys(found))

    def citations(self, nodes: Sequence[Node]) -> tuple[str, ...]:
        """The instruments behind what governs and what is relied on, on that day."""
        found: dict[str, None] = {}
        instruments = self.network.view.corpus.instruments
        for node in nodes:
            step = node.at(self.transaction.on)
            for reading in step.readings if step else ():
                if reading is not None:
                    instrument = instruments.get(reading.source)
                    standing = instrument is None or instrument.standing
                    found.setdefault(node.provision.citation if standing else instrument.citation)  # type: ignore[union-attr]
        return tuple(found)
