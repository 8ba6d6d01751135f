"""A determination as JSON: the object of the contract, one per row."""

from __future__ import annotations

from datetime import date
from typing import Any

from carveout.decide.determination import Determination, RegimeAnswer
from carveout.law.entry import PartyList

NOTICE = "Not legal advice; liability is strict; regimes of other countries are out of scope."


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _is_complete(held: PartyList, determination: Determination) -> bool:
    """Whether a list is held complete for the day of the act, as known."""
    day, known = determination.transaction.on, determination.view.known
    return held.is_complete(day) and (known is None or day <= known)


def _regime(answer: RegimeAnswer, determination: Determination) -> dict[str, Any]:
    regime = determination.view.corpus.regimes[answer.regime]
    return {
        "at_least": answer.interval.at_least.name,
        "at_most": answer.interval.at_most.name,
        "settled": answer.interval.settled,
        "addressee": regime.addressee,
        "act": determination.transaction.facts.get("direction") or regime.act,
        "governing": list(answer.governing),
        "authorizations": list(answer.authorizations),
        "parties": [{"role": role, "entry": entry} for role, entry in answer.parties],
        "changes_on": _day(answer.changes_on),
        "authority_through": _day(answer.authority_through),
        "review_policy": answer.review_policy,
        "conditions_met": list(answer.conditions_met),
        "conditions_outstanding": list(answer.conditions_outstanding),
        "duties": [{"provision": p, "what": what, "due": _day(due)} for p, what, due in answer.duties],
        **({"entitlements": dict(answer.entitlements)} if answer.entitlements else {}),
        "matters": list(answer.matters),
        "questions": list(answer.questions),
        "assumed": list(answer.assumed),
        "cautions": list(answer.cautions),
        "citations": list(answer.citations),
        "evidence": answer.evidence.name,
    }


def overall(determination: Determination) -> dict[str, Any]:
    """The ``overall`` object."""
    return {
        "at_least": determination.overall.at_least.name,
        "at_most": determination.overall.at_most.name,
        "settled": determination.overall.settled,
        "regime": determination.overall_regime,
        "decision": determination.decision,
    }


def as_json(determination: Determination, hindsight: Determination | None = None) -> dict[str, Any]:
    """The whole object; ``hindsight`` adds what is known today where the answer was asked as known earlier."""
    view = determination.view
    found: dict[str, Any] = {
        "id": determination.transaction.id,
        "on": determination.transaction.on.isoformat(),
        "known": _day(view.known),
        "scenarios": list(view.scenarios),
        "overall": overall(determination),
        "regimes": {name: _regime(answer, determination) for name, answer in determination.regimes.items()},
        "not_evaluated": list(determination.not_evaluated),
        "screened_against": [
            {
                "list": held.list,
                "vintage": held.vintage.isoformat(),
                "complete": _is_complete(held, determination),
                "covers": held.covers,
            }
            for held in view.corpus.lists
        ],
        "notice": NOTICE,
    }
    if hindsight is not None:
        found["hindsight"] = {"overall": overall(hindsight), "changes_on": _day(hindsight.overall_changes_on)}
    return found
