"""One transaction decided: from facts and parties to outcome, authority, horizon, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from carveout.decide.horizon import Horizon, sweep
from carveout.decide.inquiry import Findings, Inquiry
from carveout.decide.network import Network, Node
from carveout.decide.outcome import Interval, Outcome, roll_up, worst
from carveout.decide.plain import Unit, compiled
from carveout.decide.support import Support
from carveout.facts.schema import schema
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth, Value
from carveout.law.evidence import Evidence
from carveout.law.involvement import Involvement
from carveout.law.provision import Kind
from carveout.law.view import View

REGIME_ORDER = ("ear", "icts", "fcc", "s889")
"""Order in which a tie between regimes is broken."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A row ready to be decided: facts after defaults, parties, and what was assumed on the way.

    ``undone`` are the facts with every default taken back (None or UNKNOWN in their place); ``open_roles`` the
    facts whose default put a possible party aside.
    """

    id: str
    on: date
    facts: Mapping[str, Value]
    involved: tuple[Involvement, ...]
    assumed: frozenset[str] = frozenset()
    undone: Mapping[str, Value] = field(default_factory=dict)
    open_roles: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    supplied: Mapping[str, Truth] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """One unit as decided: the party, the solved unit (for explanations), and its interval per regime."""

    involvement: Involvement
    unit: Unit
    intervals: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class RegimeAnswer:
    """What one regime says of a row (the shape of the contract, section "A determination as JSON")."""

    regime: str
    interval: Interval
    governing: tuple[str, ...]
    authorizations: tuple[str, ...]
    parties: tuple[tuple[str, str], ...]
    changes_on: date | None
    authority_through: date | None
    review_policy: str | None
    conditions_met: tuple[str, ...]
    conditions_outstanding: tuple[str, ...]
    duties: tuple[tuple[str, str, date | None], ...]
    matters: tuple[str, ...]
    questions: tuple[str, ...]
    assumed: tuple[str, ...]
    cautions: tuple[str, ...]
    citations: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Determination:
    """The whole answer for one row: overall, per regime, what is not evaluated, and the units it came from."""

    transaction: Transaction
    view: View
    overall: Interval
    overall_regime: str
    regimes: Mapping[str, RegimeAnswer]
    not_evaluated: tuple[str, ...]
    units: tuple[UnitAnswer, ...]
    rests_on_default: bool
    overall_changes_on: date | None

    @property
    def decision(self) -> str:
        """go, go_with_conditions, hold, license_required or prohibited (contract)."""
        answers = self.regimes.values()
        if not self.overall.settled:
            return "hold"
        if not self.overall.at_most.is_free:
            return self.overall.at_most.name
        if any(answer.conditions_outstanding for answer in answers):
            return "hold"
        conditional = self.overall.at_most in (Outcome.authorized, Outcome.subject_to_review) or self.is_weak
        return "go_with_conditions" if conditional else "go"

    @property
    def is_weak(self) -> bool:
        """Whether a free answer rests on an assumption or on weakly held law."""
        weak = any(answer.evidence.is_weak for answer in self.regimes.values())
        return self.rests_on_default or weak or self.transaction.on > self.view.corpus.reviewed_through


def _kinds(network: Network, regime: str) -> Mapping[Kind, Sequence[Node]]:
    return network.by_kind[regime]


def intervals_of(network: Network, unit: Unit) -> dict[str, Interval]:
    """Regime -> interval of one solved unit."""
    found = {}
    for name, regime in network.view.corpus.regimes.items():
        subject = unit.facts[regime.subject]
        found[name] = roll_up(_kinds(network, name), unit.solution.engaged, unit.solution.holds, subject)
    return found


def judge_units(network: Network, units: Sequence[Unit]) -> dict[str, Interval]:
    """Regime -> the worst interval over the units, and ``overall``."""
    each = [intervals_of(network, unit) for unit in units]
    found = {regime: worst(one[regime] for one in each) for regime in network.view.corpus.regimes}
    found["overall"] = worst(found.values())
    return found


def make_units(transaction: Transaction, view: View) -> list[tuple[Involvement, Unit]]:
    """The units of a row: one per party that is or may be restricted; one for nobody when there is none."""
    facts = {**transaction.facts, "act_date": transaction.on}
    supplied = dict(transaction.supplied)
    involved = transaction.involved or (Involvement((), "", "none"),)
    relevant = [i for i in involved if i.match != "none"] + [i for i in involved if i.match == "none"][:1]
    return [(i, Unit(view, {**facts, **i.facts()}, supplied)) for i in relevant]


def outcome(transaction: Transaction, view: View) -> Interval:
    """Only the overall interval of a row: the fast path, without horizon, evidence or missing facts."""
    network, _ = compiled(view)
    return judge_units(network, [unit for _, unit in make_units(transaction, view)])["overall"]


def undone_units(transaction: Transaction, view: View) -> list[tuple[Involvement, Unit]]:
    """The units of a row with every default taken back: what a default put aside comes back as an unknown party."""
    facts = {**transaction.facts, **transaction.undone, "act_date": transaction.on}
    supplied = dict(transaction.supplied)
    involved = [i for i in transaction.involved if not (i.match == "none" and set(i.assumed) & set(transaction.open_roles))]
    if transaction.open_roles:
        involved.append(Involvement((), "", "unknown", ask=transaction.open_roles))
    if not involved:
        involved.append(Involvement((), "", "none"))
    found = []
    for one in involved:
        party = one.facts()
        if not one.roles and one.match == "unknown":
            party["party_role"] = None
        found.append((one, Unit(view, {**facts, **party}, supplied)))
    return found


class _Answer:
    """The full answer of one regime, gathered over the units of a row."""

    def __init__(self, transaction: Transaction, network: Network, regime: str, units: Sequence[UnitAnswer]) -> None:
        self.transaction = transaction
        self.network = network
        self.regime = regime
        self.units = units
        self.kinds = _kinds(network, regime)
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
        return [self.network.nodes[self.network.position[d]] for d in self.network.view.corpus.definitions.get(fact, ())]

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
        found: dict[str, tuple[str, str, date | None]] = {}
        for answer in self.units:
            for node in self.kinds.get(Kind.duty, ()):
                if answer.unit.solution.holds[node.index]:
                    found[node.provision.id] = (node.provision.id, node.provision.duty, None)
        return tuple(found[key] for key in sorted(found))

    def review_policy(self) -> str | None:
        for answer in self.units:
            entry = answer.involvement.entry
            held = [n for n in self.kinds.get(Kind.requirement, ()) if answer.unit.solution.engaged[n.index]]
            if entry is not None and held and entry.may_be_listed(self.transaction.on):
                return entry.review_policy(self.transaction.on)
        return None

    def parties(self) -> tuple[tuple[str, str], ...]:
        found = [(role, entry.id) for a in self.units for role in a.involvement.roles for entry in a.involvement.candidates]
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


def _supports(answers: Sequence[UnitAnswer], network: Network, regime: str) -> Evidence:
    kinds, subject = _kinds(network, regime), network.view.corpus.regimes[regime].subject
    return max(
        Support(a.unit, a.involvement.evidence).outcome(kinds, a.intervals[regime], subject) for a in answers
    )


def _inquire(unit: Unit, network: Network, regime: str, interval: Interval) -> Findings:
    subject = network.view.corpus.regimes[regime].subject
    return Inquiry(unit).outcome(_kinds(network, regime), interval, subject)


def _renamed(facts: Mapping[str, None], involvement: Involvement, open_roles: Sequence[str]) -> list[str]:
    """Party facts become the facts a person can answer: the role, or its listing; countries of empty roles the role."""
    found: dict[str, None] = {}
    for name in facts:
        if name.startswith("party_"):
            for asked in involvement.ask:
                found.setdefault(asked)
            continue
        role = name.removesuffix("_country")
        found.setdefault(role if name != role and role in open_roles else name)
    return list(found)


def _missing(
    transaction: Transaction, view: View, network: Network, regime: str, answers: Sequence[UnitAnswer]
) -> tuple[list[str], list[str], list[str], list[str]]:
    """(matters, questions, assumed, doubts) of a regime: what is missing, and which defaults carry the answer."""
    matters: dict[str, None] = {}
    questions: dict[str, None] = {}
    doubts: dict[str, None] = {}
    interval = worst(answer.intervals[regime] for answer in answers)
    for answer in answers:
        own = answer.intervals[regime]
        relevant = Interval(max(own.at_least, interval.at_least), own.at_most)
        if relevant.at_least >= relevant.at_most:
            continue
        found = _inquire(answer.unit, network, regime, relevant)
        matters.update(dict.fromkeys(_renamed(found.facts, answer.involvement, transaction.open_roles)))
        questions.update(found.questions)
        doubts.update(found.doubts)
    assumed: dict[str, None] = {}
    if transaction.assumed:
        again = undone_units(transaction, view)
        intervals = [(i, u, intervals_of(network, u)[regime]) for i, u in again]
        floor = max(one.at_least for _, _, one in intervals)
        for involvement, unit, own in intervals:
            relevant = Interval(max(own.at_least, floor), own.at_most)
            if relevant.at_least >= relevant.at_most:
                continue
            found = _inquire(unit, network, regime, relevant)
            names = _renamed(found.facts, involvement, transaction.open_roles)
            assumed.update(dict.fromkeys(name for name in names if name in transaction.assumed))
    stated = [a for i in transaction.involved for a in i.assumed if a in transaction.facts]
    listed = list(dict.fromkeys([*assumed, *stated]))
    matters.update(assumed)
    return list(matters), list(questions), listed, list(doubts)


def _relied(network: Network, answers: Sequence[UnitAnswer], regimes: Mapping[str, _Answer]) -> list[list[list[int]]]:
    found = []
    for answer in answers:
        groups = [[n.index for n in lifters] for one in regimes.values() for _, lifters in one.lifted(answer.unit)]
        found.append(groups)
    return found


def _not_evaluated(network: Network, answers: Sequence[UnitAnswer]) -> tuple[str, ...]:
    rules = network.view.corpus.not_encoded
    return tuple(rule.id for rule in rules if rule.when is None or any(a.unit.tree(rule.when) for a in answers))


def _cautions(transaction: Transaction, view: View, answers: Sequence[UnitAnswer], doubts: Sequence[str]) -> list[str]:
    found = list(transaction.cautions)
    corpus = view.corpus
    if transaction.on > corpus.reviewed_through:
        found.append(f"the law was last reviewed through {corpus.reviewed_through}; the answer assumes it has not changed since")
    for answer in answers:
        entry = answer.involvement.entry
        if entry is not None and entry.listed_from == transaction.on and entry.listing_instrument in corpus.instruments:
            instrument = corpus.instruments[entry.listing_instrument]
            if instrument.time:
                found.append(f"the listing took effect at {instrument.time} US Eastern on {transaction.on}; judged at the end of the day")
        for fact in sorted(answer.unit.conflicts):
            found.append(f"{fact} was stated, but the other facts say otherwise; taken as unknown")
    for name in transaction.supplied:
        found.append(f"{name} was supplied as a conclusion and not derived")
    found += [f"the law is in doubt: {doubt}" for doubt in doubts]
    return list(dict.fromkeys(found))


def determine(transaction: Transaction, view: View) -> Determination:
    """Decide one row under a view: the full answer (design section 5), without the explanation tree.

    Raises:
        ValueError: the day of the act is before the first day the corpus covers.
    """
    corpus = view.corpus
    if transaction.on < corpus.covers_from:
        raise ValueError(f"{transaction.on} is before {corpus.covers_from}, the first day the corpus covers")
    network, _ = compiled(view)
    units = make_units(transaction, view)
    answers = [UnitAnswer(i, u, intervals_of(network, u)) for i, u in units]
    builders = {regime: _Answer(transaction, network, regime, answers) for regime in corpus.regimes}
    parts: dict[str, dict[str, Any]] = {}
    frees = False
    for regime, builder in builders.items():
        matters, questions, assumed, doubts = _missing(transaction, view, network, regime, answers)
        governing, relied = builder.governing(), builder.authorizations()
        met, outstanding = builder.conditions(relied)
        frees = frees or any(schema()[name].default_frees for name in assumed)
        parts[regime] = {
            "interval": builder.interval, "governing": tuple(n.provision.id for n in governing),
            "authorizations": tuple(n.provision.id for n in relied), "parties": builder.parties(),
            "review_policy": builder.review_policy(), "conditions_met": met, "conditions_outstanding": outstanding,
            "duties": builder.duties(), "matters": tuple(matters),
            "questions": tuple(dict.fromkeys([*questions, *(schema()[name].question for name in matters)])),
            "assumed": tuple(assumed), "cautions": tuple(_cautions(transaction, view, answers, doubts)),
            "citations": builder.citations([*governing, *relied]), "evidence": _supports(answers, network, regime),
        }  # fmt: skip
    not_evaluated = _not_evaluated(network, answers)
    horizon: Horizon = sweep(
        network, [a.unit for a in answers], transaction.on,
        lambda solved: judge_units(network, solved), _relied(network, answers, builders),
    )  # fmt: skip
    regimes = {
        regime: RegimeAnswer(
            regime=regime, changes_on=horizon.changes_on[regime],
            authority_through=horizon.authority_through if part["authorizations"] else None, **part,
        )
        for regime, part in parts.items()
    }  # fmt: skip
    overall = worst(answer.interval for answer in regimes.values())
    first = next(r for r in sorted(regimes, key=REGIME_ORDER.index) if regimes[r].interval.at_most is overall.at_most)
    return Determination(transaction, view, overall, first, regimes, not_evaluated, tuple(answers), frees,
                         horizon.overall_changes_on)  # fmt: skip


__all__ = ["FALSE", "Determination", "RegimeAnswer", "Transaction", "UnitAnswer", "determine", "outcome"]
