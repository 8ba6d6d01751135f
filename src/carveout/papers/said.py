"""What a paper says of one row, as plain texts in the order of a memo: question, answer, reasons, and what they rest on.

Memo and report are two layouts of the same texts; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from carveout.book.course import Course
from carveout.book.decide_book import Decided
from carveout.decide.determination import Determination
from carveout.decide.explanation import Explanation, ProvisionNote, explain
from carveout.decide.receipt import decided_on, facts_hash, stated
from carveout.decide.render import DECISION_WORDS, say
from carveout.decide.shape import as_json
from carveout.law.evidence import Evidence
from carveout.papers.address import address
from carveout.papers.theme import shade

EVIDENCE = {
    "primary": "primary: read in the official text",
    "secondary": "secondary: read in the words of others, such as an agency's summary or a law firm's",
    "inferred": "inferred: concluded from other texts",
    "unverified": "unverified: not confirmed; read both as law and as no law",
}
"""What a grade of evidence means."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A text with the citation behind it and where that can be read (empty where nowhere known)."""

    text: str
    citation: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A provision on the way to the answer: what it did, its source and days, its conditions as judged, what stood against it.

    ``conditions`` are (truth, name, values used).
    """

    did: str
    title: str
    citation: str
    address: str
    source: str
    conditions: tuple[tuple[str, str, str], ...]
    against: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Toward:
    """One party: name, roles, how it was matched, the outcome toward it, and the steps."""

    party: str
    roles: str
    match: str
    outcome: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """All that a paper says of one row."""

    id: str
    on: str
    question: str
    story: str
    decision: str
    decision_word: str
    shade: str
    outcome: str
    answer: tuple[str, ...]
    toward: tuple[Toward, ...]
    outstanding: tuple[Cited, ...]
    duties: tuple[Cited, ...]
    assumed: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    not_evaluated: tuple[str, ...]
    changes: tuple[tuple[str, str, str, str], ...]
    to_settle: tuple[tuple[str, str], ...]
    evidence: str
    citations: tuple[Cited, ...]
    lists: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    proof: tuple[tuple[str, str], ...]

    def plain(self) -> dict[str, Any]:
        """The same as dictionaries, lists and texts."""
        return asdict(self)


def said(decided: Decided, course: Course, receipt: tuple[str, str] | None = None) -> Said:
    """What a paper says of a row that was decided; ``receipt`` are the hash and the key id of its signed receipt.

    Raises:
        ValueError: the row was rejected.
    """
    found = decided.determination
    if found is None:
        raise ValueError(f"row {decided.row.id} was rejected; there is nothing to say of it")
    told, e, on = as_json(found), explain(found), found.transaction.on
    regime = found.regimes[found.overall_regime]
    lines = _Lines(found, on)
    return Said(
        id=decided.row.id, on=on.isoformat(), question=_question(decided, course, on),
        story=str(decided.record.cells.get("story") or ""), decision=found.decision,
        decision_word=DECISION_WORDS[found.decision], shade=shade(found.overall), outcome=say(str(found.overall)),
        answer=tuple(_answer(decided, found, e)), toward=tuple(lines.toward(e)),
        outstanding=tuple(lines.cited(name) for one in found.regimes.values() for name in one.conditions_outstanding),
        duties=tuple(lines.duty(name, what) for one in found.regimes.values() for name, what, _ in one.duties),
        assumed=tuple((_words(name), default) for name, default in e.assumed), cautions=regime.cautions,
        not_evaluated=tuple(title for _, title in e.not_evaluated), changes=tuple(lines.changes(course)),
        to_settle=tuple((_words(name), question) for name, question in e.matters) + tuple(("", q) for q in e.questions),
        evidence=EVIDENCE[max((one.evidence for one in found.regimes.values()), default=Evidence.primary).name],
        citations=tuple(lines.source(name) for name in e.citations), lists=tuple(_lists(told["screened_against"])),
        facts=tuple((_words(name), value) for name, value in stated(decided.record.cells).items()),
        proof=tuple(_proof(decided, found, e, receipt)),
    )  # fmt: skip


def _words(name: str) -> str:
    return name.replace("_", " ")


def _question(decided: Decided, course: Course, on: date) -> str:
    """The question in a sentence, of what was stated."""
    facts = decided.row.facts

    def of(name: str) -> str:
        value = facts.get(name)
        return _words(str(value)) if isinstance(value, str) else ""

    who = str(facts.get("actor") or "the actor")
    verb = ACTS.get(str(facts.get("direction")), "do this act with")
    what = {"commodity": "a commodity", "software": "software", "technology": "technology", "service": "a service"}.get(
        str(facts.get("item_kind")), "an item"
    )
    class_ = f" ({facts['eccn']})" if facts.get("eccn") else ""
    toward = f", {course.party} taking part" if course.party else ""
    place = f" ({course.party_country})" if course.party and course.party_country else ""
    purpose = f", purpose: {of('activity')}," if of("activity") else ""
    return f"May {who} {verb} {what}{class_}{toward}{place}{purpose} on {on.isoformat()}?"


ACTS = {
    "export": "export", "reexport": "reexport", "export_from_abroad": "export from abroad", "release": "release",
    "transfer_in_country": "transfer in country", "return_to_us": "return to the United States", "import": "import",
    "domestic_sale": "sell at home", "procurement": "procure", "use": "use", "service": "provide",
}  # fmt: skip
"""Direction -> the act as a verb."""


def verdict(decision: str, outcome: str) -> str:
    """A decision and its outcome in words, once where both say the same."""
    word, told = DECISION_WORDS[decision], say(outcome)
    return word if word.casefold() == told else f"{word}: {told}"


def _answer(decided: Decided, found: Determination, e: Explanation) -> list[str]:
    """The answer in sentences: what, under what, how long, as seen when."""
    lines = [f"{verdict(e.decision, e.outcome)}."]
    provisions = found.view.corpus.provisions
    regime = found.regimes[found.overall_regime]
    if regime.authorizations:
        named = "; ".join(f"{provisions[name].citation} ({provisions[name].title})" for name in regime.authorizations)
        lines.append(f"{'Relied on' if found.overall.settled else 'May be relied on'}: {named}.")
    if regime.authority_through:
        lines.append(f"That authority runs through {regime.authority_through}, all facts equal, as known.")
    if e.changes_on:
        lines.append(f"The answer changes on {e.changes_on}, all facts equal, as known.")
    else:
        lines.append("No later change is known.")
    if e.review_policy:
        lines.append(f"License review policy: {_words(e.review_policy)}.")
    view = found.view
    lines.append(
        f"Judged as the law could be known on {view.known}." if view.known else "Judged with all law that is held."
    )
    if view.scenarios:
        lines.append(f"Under the scenario {', '.join(view.scenarios)}, which is not law.")
    if decided.hindsight is not None:
        lines.append(f"In hindsight, with all law that is held: {say(str(decided.hindsight.overall))}.")
    return lines


def _lists(screened: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{one['list']}, as of {one['vintage']}, {'complete' if one['complete'] else 'not complete'} for this day"
        + (f" ({one['covers']})" if one["covers"] else "")
        for one in screened
    ]


def _proof(
    decided: Decided, found: Determination, e: Explanation, receipt: tuple[str, str] | None
) -> list[tuple[str, str]]:
    from carveout import __version__

    further = [
        {"role": p.role, "name": p.name, "country": p.country, "address": p.address, "listing": p.listing}
        for p in decided.further
    ]
    rows = [
        ("engine", f"carveout {__version__}"), ("law, with lists (SHA-256)", found.view.corpus.hash),
        ("view of the law", found.view.hash), ("facts as stated", facts_hash(stated(decided.record.cells), further)),
        ("facts as decided on", decided_on(found)), ("explanation", e.id),
    ]  # fmt: skip
    if receipt is None:
        return [*rows, ("signed receipt", "none was written for this memo")]
    return [*rows, ("signed receipt (SHA-256 of its line)", receipt[0]), ("signed by the key", receipt[1])]


class _Lines:
    """Texts that need the law: citations and addresses."""

    def __init__(self, found: Determination, on: date) -> None:
        self.found = found
        self.corpus = found.view.corpus
        self.on = on

    def at(self, citation: str) -> str:
        return address(citation, self.on, self.corpus.instruments)

    def cited(self, name: str) -> Cited:
        held = self.corpus.provisions[name]
        return Cited(held.title, held.citation, self.at(held.citation))

    def duty(self, name: str, what: str) -> Cited:
        held = self.corpus.provisions[name]
        return Cited(what, held.citation, self.at(held.citation))

    def source(self, citation: str) -> Cited:
        held = next((one for one in self.corpus.instruments.values() if one.citation == citation), None)
        if held is None or held.standing:
            return Cited("", citation, self.at(citation))
        filed = f"filed {held.filed}, " if held.filed else ""
        text = f"{held.title}; {filed}published {held.published}, effective {held.effective}"
        return Cited(text, citation, self.at(citation))

    def changes(self, course: Course) -> list[tuple[str, str, str, str]]:
        """First day, last day, outcome and causes of every stretch of the row."""
        found = []
        for stretch in course.stretches:
            causes = ", ".join(dict.fromkeys(self.corpus.provisions[name].citation for name in stretch.causes))
            held = ", ".join(dict.fromkeys(self.corpus.provisions[name].citation for name in stretch.authorizations))
            why = f"by {causes}" if causes else ""
            under = f" under {held}" if held else ""
            end = stretch.end.isoformat() if stretch.end else "no end known"
            found.append((stretch.start.isoformat(), end, say(str(stretch.outcome)) + under, why))
        return found

    def toward(self, e: Explanation) -> list[Toward]:
        found = []
        for unit in e.units:
            match = {
                "exact": f"listed as {unit.entry}", "stated": f"stated to be {unit.entry}",
                "possible": f"may be {unit.entry}: {unit.why}", "none": "not on the lists held",
                "unknown": f"cannot be told: {unit.why}",
            }[unit.match]  # fmt: skip
            roles = ", ".join(_words(role) for role in unit.roles) or "no role"
            notes = unit.burdens or unit.subject
            found.append(Toward(unit.party, roles, match, say(unit.outcome), tuple(self.step(note) for note in notes)))
        return found

    def step(self, note: ProvisionNote, depth: int = 2) -> Step:
        start, end = note.in_force or ("", "")
        days = (
            "not in force on that day"
            if not start
            else f"in force since {start}"
            if end == "open"
            else f"in force {start} to {end}"
        )
        conditions = [
            (one.truth, one.name, ", ".join(f"{_words(name)} = {value}" for name, value in one.values))
            for one in note.conditions
        ]
        if depth < 2 and note.holds == "no":  # of what did not help, where it stumbled
            conditions = [one for one in conditions if one[0] != "yes"][:1]
        told = [one for one in note.against if depth and (depth == 2 or one.holds != "no")]
        return Step(
            _did(note), note.title, note.citation, self.at(note.citation), f"{note.instrument or note.citation}, {days}",
            tuple(conditions), tuple(self.step(one, depth - 1) for one in told),
        )  # fmt: skip


_DID = {
    ("requirement", "yes"): "applies", ("requirement", "unknown"): "may apply", ("prohibition", "yes"): "applies",
    ("prohibition", "unknown"): "may apply", ("review", "yes"): "applies", ("review", "unknown"): "may apply",
    ("authorization", "yes"): "lifts it", ("authorization", "unknown"): "may lift it", ("authorization", "no"): "does not lift it",
    ("carve_out", "yes"): "takes the act out of it", ("carve_out", "unknown"): "may take the act out of it",
    ("carve_out", "no"): "does not take the act out of it", ("limitation", "yes"): "bars it",
    ("limitation", "unknown"): "may bar it", ("limitation", "no"): "does not bar it", ("definition", "yes"): "holds",
    ("definition", "unknown"): "may hold", ("definition", "no"): "does not hold",
}  # fmt: skip


def _did(note: ProvisionNote) -> str:
    if note.kind in ("requirement", "prohibition", "review") and note.holds == "no":
        return "is engaged, and lifted" if note.engaged != "no" else "is taken out"
    return _DID.get((note.kind, note.holds), "was looked at")


__all__ = ["EVIDENCE", "Cited", "Said", "Step", "Toward", "said", "verdict"]
