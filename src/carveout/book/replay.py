"""Receipts replayed: the recorded facts decided again, under the recorded law where it is at hand, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from carveout import __version__
from carveout.book.decide_book import Asked, decide_cells
from carveout.book.table_facts import held_tables
from carveout.decide.explanation import explanation_id
from carveout.decide.receipt import decided_on, outcome_of
from carveout.facts.row import Party
from carveout.law.corpus import Corpus

SAME, SAME_OUTCOME, DIFFERS = "same", "same_outcome", "differs"
"""How a replay ends: alike to the last field; the same outcome by another law or another way; another outcome."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A receipt decided again. ``otherwise`` are the surroundings that are not those recorded: name -> (then, now).

    ``differing`` are the fields of the answer that differ: path -> (then, now).
    """

    row: str
    on: str
    verdict: str
    otherwise: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    differing: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def replay(receipt: Mapping[str, Any], corpus: Corpus) -> Replayed:
    """A verified receipt decided again with a corpus (which holds the scenarios of its pages).

    The day, the day of knowledge, the scenarios and strictness are the recorded ones; the engine is this one.
    """
    law, asked = receipt["law"], receipt["asked"]
    otherwise = _surroundings(receipt, corpus)
    missing = [name for name in law["scenarios"] if name not in corpus.scenarios]
    if missing:
        return Replayed(
            receipt["row"], receipt["on"], DIFFERS, {**otherwise, "scenarios": (", ".join(missing), "none")}
        )
    view = corpus.view(known=_day(law["known"]), scenarios=law["scenarios"])
    cells = {"id": receipt["row"], **receipt["facts"]}
    parties = [Party(**party) for party in receipt["parties"]]
    _, found, errors = decide_cells(
        cells, Asked(view, date.fromisoformat(receipt["on"]), asked["strict"]), further=parties
    )
    if found is None:
        told = "; ".join(map(str, errors))
        return Replayed(receipt["row"], receipt["on"], DIFFERS, otherwise, {"facts": ("read", f"not read: {told}")})
    now = {
        "outcome": outcome_of(found), "decided_on_hash": decided_on(found), "explanation": explanation_id(found),
        "view": view.hash,
    }  # fmt: skip
    then = {name: receipt[name] for name in ("outcome", "decided_on_hash", "explanation")} | {"view": law["view"]}
    differing = dict(_differences(then, now))
    outcomes = any(name.endswith((".at_least", ".at_most", ".decision")) for name in differing)
    verdict = DIFFERS if outcomes else SAME_OUTCOME if differing else SAME
    return Replayed(receipt["row"], receipt["on"], verdict, otherwise, differing)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _surroundings(receipt: Mapping[str, Any], corpus: Corpus) -> dict[str, tuple[str, str]]:
    """What is not as it was when the receipt was written: the engine, the law with its lists, the EAR tables."""
    held = held_tables()
    pairs = {
        "engine": (receipt["engine"]["version"], __version__),
        "law": (receipt["law"]["corpus"], corpus.hash),
        "tables": (receipt["law"]["tables"], held.hash if held is not None else ""),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _differences(then: Any, now: Any, path: str = "") -> list[tuple[str, tuple[Any, Any]]]:
    """The leaves that differ, by dotted path."""
    if isinstance(then, dict) and isinstance(now, dict):
        found = []
        for name in sorted({*then, *now}):
            found += _differences(then.get(name), now.get(name), f"{path}.{name}" if path else name)
        return found
    return [] if then == now else [(path, (then, now))]
