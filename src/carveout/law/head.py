"""The head of a corpus, ``corpus.toml``: what it covers, its regimes, what is not encoded, lines of provisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from carveout.facts.schema import Schema
from carveout.law.condition import Node, Refused
from carveout.law.error import Fault, nearest
from carveout.law.kept_conditions import Conditions
from carveout.law.table import DAY, TABLE, TABLES, TEXT, TEXTS, line_of, misfits, read_toml

FILE = "corpus.toml"


@dataclass(frozen=True, slots=True)
class Regime:
    """A body of rules decided side by side with others: whom it addresses, which act it bars."""

    id: str
    title: str
    addressee: str
    act: str
    scope: str
    subject: str


@dataclass(frozen=True, slots=True)
class NotEncoded:
    """A regime or rule that is not in the corpus: reported as not evaluated where ``when`` may hold."""

    id: str
    title: str
    when: Node | None


@dataclass(frozen=True, slots=True)
class Line:
    """Provisions that follow each other in time, and the gaps between them that the law really has."""

    title: str
    provisions: tuple[str, ...]
    gaps: tuple[tuple[date, date, str], ...]
    start: date | None = None


_HEAD = {"covers_from": DAY, "reviewed_through": DAY, "regime": TABLE, "not_encoded": TABLES, "line": TABLES}
_REGIME = dict.fromkeys(("title", "addressee", "act", "scope", "subject"), TEXT)
_NOT_ENCODED = {"id": TEXT, "title": TEXT, "when": TEXT}
_LINE = {"title": TEXT, "provisions": TEXTS, "from": DAY, "gap": TABLES}
_GAP = {"from": DAY, "through": DAY, "reason": TEXT}


def read_head(text: str, facts: Schema) -> tuple[dict[str, Any], list[Fault]]:
    """``corpus.toml`` as a table that has the right shape, and what is wrong with the file."""
    head, faults = read_toml(text, FILE)

    def fits(
        name: str, table: Any, shape: dict[str, str], required: Iterable[str], *headers: str, nth: int = 1
    ) -> bool:
        found = list(misfits(table, shape, tuple(required)))
        for misfit in found:
            line = line_of(text, headers, misfit.key, nth)
            faults.append(Fault(FILE, line, f"{name}{misfit.wrong}", misfit.right))
        return not found

    if not fits("", head, _HEAD, ()):
        return head, faults
    for key, regime in head.get("regime", {}).items():
        headers = (f"[regime.{key}]", f'[regime."{key}"]')
        if fits(f"regime {key}: ", regime, _REGIME, _REGIME, *headers):
            subject = facts.get(regime["subject"])
            if subject is None or subject.type != "bool":
                wrong = f"regime {key}: subject {regime['subject']!r} is no fact of type bool"
                right = "name the derived fact that says whether the law reaches the act"
                faults.append(Fault(FILE, line_of(text, headers, "subject"), wrong, right))
    for nth, item in enumerate(head.get("not_encoded", ()), 1):
        fits("not_encoded: ", item, _NOT_ENCODED, ("id", "title"), "[[not_encoded]]", nth=nth)
    gaps = 0
    for nth, line_of_law in enumerate(head.get("line", ()), 1):
        if fits("line: ", line_of_law, _LINE, ("title", "provisions"), "[[line]]", nth=nth):
            for gap in line_of_law.get("gap", ()):
                gaps += 1
                fits("gap: ", gap, _GAP, _GAP, "[[line.gap]]", nth=gaps)
    return head, faults


def not_encoded(head: Mapping[str, Any], text: str, grammar: Conditions) -> tuple[tuple[NotEncoded, ...], list[Fault]]:
    """What the head says is not encoded, and the conditions in it that cannot be read."""
    found: list[NotEncoded] = []
    faults: list[Fault] = []
    for nth, item in enumerate(head.get("not_encoded", ()), 1):
        when = None
        if "when" in item:
            try:
                when = grammar.parse(item["when"])
            except Refused as refused:
                line = line_of(text, ("[[not_encoded]]",), "when", nth)
                faults.append(Fault(FILE, line, f"not_encoded: {refused.wrong}", refused.right))
        found.append(NotEncoded(item["id"], item["title"], when))
    return tuple(found), faults


def lines_of_law(head: Mapping[str, Any], text: str, provisions: Iterable[str]) -> tuple[tuple[Line, ...], list[Fault]]:
    """The lines the head declares, and the provisions in them that are not there."""
    held = frozenset(provisions)
    found: list[Line] = []
    faults: list[Fault] = []
    for nth, item in enumerate(head.get("line", ()), 1):
        for target in item["provisions"]:
            if target not in held:
                line = line_of(text, ("[[line]]",), "provisions", nth)
                faults.append(Fault(FILE, line, f"line: no provision {target!r}", nearest(target, held)))
        gaps = tuple((gap["from"], gap["through"], gap["reason"]) for gap in item.get("gap", ()))
        found.append(Line(item["title"], tuple(item["provisions"]), gaps, item.get("from")))
    return tuple(found), faults
