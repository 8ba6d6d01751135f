"""One transaction decided: from facts and parties to outcome, authority, horizon, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from carveout.decide.answer import Gathering
from carveout.decide.closure import Judge
from carveout.decide.horizon import Horizon, sweep
from carveout.decide.missing import missing, undone_answers
from carveout.decide.network import Network
from carveout.decide.outcome import Interval, Outcome, worst
from carveout.decide.plain import compiled, network_of, part_judge
from carveout.decide.support import Support
from carveout.decide.transaction import Transaction, UnitAnswer, intervals_of, judge_units, make_units, outcome
from carveout.facts.schema import schema
from carveout.law.evidence import Evidence
from carveout.law.view import View

REGIME_ORDER = ("ear", "icts", "fcc", "s889")
"""Order in which a tie between regimes is broken."""


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
    entitlements: tuple[tuple[str, str], ...]
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
    rule_left_open: bool
    overall_changes_on: date | None

    @property
    def telling_regime(self) -> str:
        """The regime by which the outcome is best explained: of those that reach its upper end the one that is surest of it."""
        order = sorted(self.regimes, key=REGIME_ORDER.index)
        return max(order, key=lambda name: (self.regimes[name].interval.at_most, self.regimes[name].interval.at_least))

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
        beyond = self.transaction.on > self.view.corpus.reviewed_through
        return self.rests_on_default or weak or beyond or self.rule_left_open


def _evidence(answers: Sequence[UnitAnswer], supports: Sequence[Support], network: Network, regime: str) -> Evidence:
    kinds, subject = network.by_kind[regime], network.view.corpus.regimes[regime].subject
    pairs = zip(answers, supports, strict=True)
    return max(support.outcome(kinds, answer.intervals[regime], subject) for answer, support in pairs)


def _relied(network: Network, answers: Sequence[UnitAnswer], regimes: Mapping[str, Gathering]) -> list[list[list[int]]]:
    found = []
    for answer in answers:
        groups = [[n.index for n in lifters] for one in regimes.values() for _, lifters in one.lifted(answer.unit)]
        found.append(groups)
    return found


@lru_cache(maxsize=64)
def _open_rules(view: View) -> tuple[tuple[str, Judge | None], ...]:
    """The rules that are not encoded: the id of each, and when it may matter (None: always)."""
    network = network_of(view)
    rules = view.corpus.not_encoded
    return tuple((rule.id, None if rule.when is None else part_judge(network, rule.when)) for rule in rules)


def _not_evaluated(view: View, answers: Sequence[UnitAnswer]) -> tuple[tuple[str, ...], bool]:
    """The rules that may matter and are not encoded, and whether one of them does because of what the row says."""
    found, left_open = [], False
    for identifier, when in _open_rules(view):
        if when is None:
            found.append(identifier)
        elif any(when(answer.unit.facts) for answer in answers):
            found.append(identifier)
            left_open = True
    return tuple(found), left_open


def _cautions(transaction: Transaction, view: View, answers: Sequence[UnitAnswer], doubts: Sequence[str]) -> list[str]:
    found = list(transaction.cautions)
    corpus = view.corpus
    if transaction.on > corpus.reviewed_through:
        found.append(
            f"the law was last reviewed through {corpus.reviewed_through}; the answer assumes it has not changed since"
        )
    for answer in answers:
        entry = answer.involvement.entry
        if entry is not None and entry.listed_from == transaction.on and entry.listing_instrument in corpus.instruments:
            instrument = corpus.instruments[entry.listing_instrument]
            if instrument.time:
                found.append(
                    f"the listing took effect at {instrument.time} US Eastern on {transaction.on}; judged at the end of the day"
                )
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
    builders = {regime: Gathering(transaction, network, regime, answers) for regime in corpus.regimes}
    undone = undone_answers(transaction, network, answers)
    supports = [Support(answer.unit, answer.involvement.evidence) for answer in answers]
    parts: dict[str, dict[str, Any]] = {}
    frees = False
    for regime, builder in builders.items():
        matters, questions, assumed, doubts = missing(transaction, network, regime, answers, undone)
        governing, relied = builder.governing(), builder.authorizations()
        met, outstanding = builder.conditions(relied)
        frees = frees or any(schema()[name].default_frees for name in assumed)
        parts[regime] = {
            "interval": builder.interval, "governing": tuple(n.provision.id for n in governing),
            "authorizations": tuple(n.provision.id for n in relied), "parties": builder.parties(),
            "review_policy": builder.review_policy(), "conditions_met": met, "conditions_outstanding": outstanding,
            "duties": builder.duties(), "entitlements": builder.entitlements(), "matters": tuple(matters),
            "questions": tuple(dict.fromkeys([*questions, *(schema()[name].question for name in matters)])),
            "assumed": tuple(assumed), "cautions": tuple(_cautions(transaction, view, answers, doubts)),
            "citations": builder.citations([*governing, *relied]), "evidence": _evidence(answers, supports, network, regime),
        }  # fmt: skip
    not_evaluated, left_open = _not_evaluated(view, answers)
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
    return Determination(transaction, view, overall, first, regimes, not_evaluated, tuple(answers), frees, left_open,
                         horizon.overall_changes_on)  # fmt: skip


__all__ = [
    "Determination",
    "RegimeAnswer",
    "Transaction",
    "UnitAnswer",
    "determine",
    "judge_units",
    "make_units",
    "outcome",
]
