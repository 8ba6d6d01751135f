"""The recorded explanation of an answer: a tree of plain data, rendered elsewhere.

outcome -> per party the requirements engaged -> their conditions with the values used -> what was tried against
them, each with its first failing or unknown condition -> what would change the answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from carveout.decide.determination import Determination, UnitAnswer
from carveout.decide.network import Clause, Node, TextNode
from carveout.decide.outcome import Outcome
from carveout.decide.plain import Unit
from carveout.decide.transaction import worst_of_each
from carveout.facts.value import ALWAYS, FALSE, NEVER, TRUE, UNKNOWN, Value, describe
from carveout.law.condition import facts_of
from carveout.law.provision import Kind

WORDS = {FALSE: "no", UNKNOWN: "unknown", TRUE: "yes"}


@dataclass(frozen=True, slots=True)
class ConditionNote:
    """A condition as it was judged: its name, truth, the SQL, and the values of the facts in it."""

    name: str
    truth: str
    sql: str
    values: tuple[tuple[str, str], ...]
    evidence: str
    readings_differ: bool = False


@dataclass(frozen=True, slots=True)
class ProvisionNote:
    """A provision as it was judged, with its conditions and what stood against it."""

    provision: str
    title: str
    citation: str
    kind: str
    instrument: str
    in_force: tuple[str, str] | None
    engaged: str
    holds: str
    conditions: tuple[ConditionNote, ...]
    against: tuple[ProvisionNote, ...]
    question: str = ""

    @property
    def stumbled_on(self) -> ConditionNote | None:
        """The first condition that fails, else the first that is unknown."""
        failing = [c for c in self.conditions if c.truth == "no"]
        unknown = [c for c in self.conditions if c.truth == "unknown"]
        return next(iter(failing or unknown), None)


@dataclass(frozen=True, slots=True)
class UnitNote:
    """One unit: the party, how it was matched, its outcome, and the provisions that decide it.

    ``subject`` are the definitions of what the regime reaches; ``deeper`` those of them that hold and say why: by US
    content, as a direct product, by which limb.
    """

    party: str
    entry: str
    roles: tuple[str, ...]
    match: str
    why: str
    outcome: str
    subject: tuple[ProvisionNote, ...]
    burdens: tuple[ProvisionNote, ...]
    deeper: tuple[ProvisionNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The tree of one row. ``id`` is the hash of what decided it, shared by rows decided alike."""

    id: str
    row: str
    on: date
    known: date | None
    outcome: str
    decision: str
    units: tuple[UnitNote, ...]
    changes_on: date | None
    change_causes: tuple[str, ...]
    authority_through: date | None
    matters: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    assumed: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    not_evaluated: tuple[tuple[str, str], ...]
    evidence: str
    review_policy: str | None
    duties: tuple[str, ...]
    citations: tuple[str, ...]
    beside: tuple[str, ...] = ()


def _shown(name: str, value: Value, boolean: bool) -> str:
    """A value in words; the stand-ins for days that do not come are said as what they mean."""
    if value == NEVER and not boolean:
        party = name.startswith("party_") or name.endswith("_footnote1_from")
        return "no end known" if name.endswith("_through") else "never" if party else "not claimed"
    if value == ALWAYS and not boolean:
        when = {"certification_on": "by the day of the act", "shipped_on": "on the day of the act"}
        return when.get(name, "always")
    return describe(value, boolean=boolean)


class _Teller:
    """Notes about the provisions of one solved unit."""

    def __init__(self, answer: UnitAnswer, day: date) -> None:
        self.unit: Unit = answer.unit
        self.network = answer.unit.network
        self.day = day

    def condition(self, clause: Clause) -> ConditionNote:
        names = sorted({n for tree in clause.condition.readings for n in facts_of(tree)}, key=self._order)
        values = tuple(
            (name, _shown(name, self.unit.facts[name], self.network.facts[name].type == "bool")) for name in names
        )
        differ = len(clause.condition.readings) > 1 or clause.condition.doubted
        return ConditionNote(
            clause.condition.name, WORDS[self.unit.clause(clause.index)], " | ".join(dict.fromkeys(clause.condition.sql)),
            values, clause.condition.evidence.name, differ,
        )  # fmt: skip

    def _order(self, name: str) -> int:
        return list(self.network.blank).index(name)

    def reading(self, node: Node) -> tuple[TextNode | None, tuple[str, str] | None]:
        """The reading shown (the one that says most), and the days between which it is in force."""
        step = node.at(self.day)
        if step is None:
            return None, None
        shown = next((r for r in reversed(step.readings) if r is not None), None)
        start = "always" if step.start == date.min else step.start.isoformat()
        end = date.fromordinal(step.end.toordinal() - 1).isoformat() if step.end else "open"
        return shown, (start, end)

    def source(self, shown: TextNode | None) -> str:
        if shown is None:
            return ""
        instrument = self.network.view.corpus.instruments.get(shown.source)
        return instrument.citation if instrument else shown.source

    def provision(self, node: Node, depth: int = 2) -> ProvisionNote:
        shown, days = self.reading(node)
        conditions = tuple(self.condition(c) for c in shown.clauses) if shown else ()
        solution = self.unit.solution
        tried = [self.network.nodes[i] for i in (*node.carved_by, *node.defeated_by)] if depth else []
        told = sorted(tried, key=lambda n: (-solution.holds[n.index], n.provision.id))
        return ProvisionNote(
            provision=node.provision.id, title=node.provision.title, citation=node.provision.citation,
            kind=node.provision.kind.value, instrument=self.source(shown), in_force=days,
            engaged=WORDS[solution.engaged[node.index]], holds=WORDS[solution.holds[node.index]], conditions=conditions,
            against=tuple(self.provision(n, depth - 1) for n in told if self._worth_telling(n)),
            question=shown.untranslatable if shown else "",
        )  # fmt: skip

    def _worth_telling(self, node: Node) -> bool:
        """Whether a reader wants to know why it did not help: it was in force, and about this kind of act."""
        if self.unit.solution.holds[node.index]:
            return True
        if node.provision.kind is Kind.limitation:
            return node.at(self.day) is not None
        shown, _ = self.reading(node)
        if shown is None:
            return False
        truths = [self.unit.clause(c.index) for c in shown.clauses]
        return truths.count(FALSE) <= max(1, len(truths) // 2)


def _subject(teller: _Teller, regime: str, unit: Unit) -> tuple[tuple[ProvisionNote, ...], tuple[ProvisionNote, ...]]:
    corpus = unit.network.view.corpus
    fact = corpus.regimes[regime].subject
    found: dict[str, ProvisionNote] = {}
    rest = [(fact, UNKNOWN, 0)]
    deeper = []
    for name, above, depth in rest:  # grows on the way: what a definition that is told asks comes after it
        for identifier in corpus.definitions.get(name, ()):
            node = unit.network.nodes[unit.network.position[identifier]]
            holds = unit.solution.holds[node.index]
            # What is settled is not settled by what is open.
            if identifier in found or not (name == fact or (holds and (above != TRUE or holds == TRUE))):
                continue
            found[identifier] = teller.provision(node, 0)
            if depth > 1 and holds == TRUE:
                deeper.append(found[identifier])
            asked = (f for s in node.steps for r in s.readings if r for c in r.clauses for f in c.derived)
            rest += [(f, holds, depth + 1) for f in dict.fromkeys(asked)]
    return tuple(found.values()), tuple(deeper)


def _unit(determination: Determination, answer: UnitAnswer, regime: str) -> UnitNote:
    teller = _Teller(answer, determination.transaction.on)
    kinds = answer.unit.network.by_kind[regime]
    burdens = []
    for kind in (Kind.prohibition, Kind.requirement, Kind.review):
        for node in kinds.get(kind, ()):
            touched = answer.unit.solution.engaged[node.index] or any(
                answer.unit.solution.holds[i] for i in node.carved_by if answer.unit.text(node)
            )
            if touched:
                burdens.append(teller.provision(node))
    involvement = answer.involvement
    entry = ", ".join(c.id for c in involvement.candidates)
    subject, deeper = _subject(teller, regime, answer.unit)
    return UnitNote(
        involvement.name or "(nobody named)", entry, involvement.roles, involvement.match, involvement.why,
        str(answer.intervals[regime]), subject, tuple(burdens), deeper,
    )  # fmt: skip


def vector(answer: UnitAnswer) -> tuple[int, ...]:
    """The provision vector of a unit: engaged and holds of every provision."""
    return (*answer.unit.solution.engaged, *answer.unit.solution.holds)


def packed(truths: tuple[int, ...]) -> bytes:
    """A provision vector as bits, must and may of each truth in turn, filled up with zeros to whole bytes."""
    value = 0
    for truth in truths:
        value = value << 2 | truth
    bits = 2 * len(truths)
    fill = -bits % 8
    return (value << fill).to_bytes((bits + fill) // 8, "big")


def identify(view_hash: str, overall: str, vectors: Sequence[bytes]) -> str:
    """Sixteen hex digits over the view, the outcome and the provision vectors of the units."""
    digest = hashlib.sha256(f"{view_hash}\0{overall}".encode())
    for vector_bytes in vectors:
        digest.update(b"\0" + vector_bytes)
    return digest.hexdigest()[:16]


def explanation_id(determination: Determination) -> str:
    """The id of the explanation of a row: alike for rows decided alike."""
    vectors = [packed(vector(answer)) for answer in determination.units]
    return identify(determination.view.hash, str(determination.overall), vectors)


def _beside(determination: Determination, told: str) -> Iterator[str]:
    """What the other regimes say of the row, where any but one reaches it, and what the row may be entitled to."""
    regimes = determination.view.corpus.regimes
    reach = {name: a for name, a in determination.regimes.items() if a.interval.at_most is not Outcome.not_subject}
    for name, answer in reach.items():
        if name != told:
            governing = f" ({', '.join(answer.governing)})" if answer.governing else ""
            yield f"{regimes[name].title}: {str(answer.interval).replace('_', ' ').replace('..', ' to ')}{governing}"
    for answer in reach.values():
        for provision, standing in answer.entitlements:
            title = determination.view.corpus.provisions[provision].title
            yield f"{provision}, {title}: {standing.replace('_', ' ')}"


def _causes(determination: Determination) -> tuple[str, ...]:
    """What changes on the day on which the outcome will: the provisions whose truth differs then."""
    day = determination.overall_changes_on
    if day is None:
        return ()
    return causes_of_change([a.unit for a in determination.units], determination.transaction.on, day)


def _bites(unit: Unit, limit: Node, before: Sequence[int]) -> bool:
    """Whether a limitation limits anything that would help, on either of two days."""
    targets = [n.index for n in unit.network.nodes if limit.index in n.defeated_by]
    return any(before[index] or unit.solution.engaged[index] for index in targets)


def causes_of_change(units: Sequence[Unit], before: date, day: date) -> tuple[str, ...]:
    """Provisions that hold on one of two days and not on the other, the law that itself changes first."""
    found: dict[str, bool] = {}
    for unit in units:
        unit.on(date.fromordinal(day.toordinal() - 1))
        earlier = list(unit.solution.holds)
        relevant = list(unit.solution.engaged)
        texts = [unit.text(node) for node in unit.network.nodes]
        unit.on(day)
        for node in unit.network.nodes:
            if node.provision.kind is Kind.limitation and not _bites(unit, node, relevant):
                continue
            if unit.solution.holds[node.index] != earlier[node.index]:
                own = unit.text(node) != texts[node.index]
                found[node.provision.id] = found.get(node.provision.id, False) or own
        unit.on(before)
    return tuple(sorted((p for p, own in found.items() if own))) or tuple(sorted(found))


def _as_stated(name: str) -> str:
    """What is assumed of a party where the schema names no default."""
    if name.endswith(("_ownership", "_owners")):
        return "as stated, or as the shareholdings prove it"
    return "as stated, or none on the lists held"


def explain(determination: Determination) -> Explanation:
    """The explanation tree of a determination, for the regime that sets the outcome."""
    regime = determination.telling_regime
    answer = determination.regimes[regime]
    facts = determination.view.corpus
    schema = determination.units[0].unit.network.facts
    assumed = tuple((name, schema[name].default or _as_stated(name)) for name in answer.assumed)
    rules = {rule.id: rule.title for rule in facts.not_encoded}
    return Explanation(
        id=explanation_id(determination), row=determination.transaction.id, on=determination.transaction.on,
        known=determination.view.known, outcome=str(determination.overall), decision=determination.decision,
        units=tuple(_unit(determination, a, regime) for a in worst_of_each(determination.units, regime)),
        changes_on=determination.overall_changes_on, change_causes=_causes(determination),
        authority_through=answer.authority_through,
        matters=tuple((name, schema[name].question) for name in answer.matters if name not in answer.assumed),
        questions=tuple(q for q in answer.questions if q not in {schema[n].question for n in answer.matters}),
        assumed=assumed, cautions=answer.cautions,
        not_evaluated=tuple((rule, rules[rule]) for rule in determination.not_evaluated),
        evidence=answer.evidence.name, review_policy=answer.review_policy,
        duties=tuple(what + (f", by {due}" if due else "") for _, what, due in answer.duties),
        citations=answer.citations, beside=tuple(_beside(determination, regime)),
    )  # fmt: skip


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The tree as JSON values."""
    from dataclasses import asdict

    found: dict[str, Any] = json.loads(json.dumps(asdict(explanation), default=lambda day: day.isoformat()))
    return found
