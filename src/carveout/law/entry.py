"""List entries: parties on a list, as dated law (Supp. 4 to part 744 for the Entity List)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from carveout.facts.value import ALWAYS, NEVER, Span
from carveout.law.dates import BadDate, Period, period
from carveout.law.error import Fault
from carveout.law.evidence import Evidence
from carveout.law.instrument import (
    DAY,
    FROM,
    TABLE,
    TABLES,
    TEXT,
    TEXTS,
    THROUGH,
    TRUTH,
    Instrument,
    line_of,
    misfits,
    read_toml,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """What an instrument says about an entry for a period: it is listed, carries a mark, has a policy."""

    period: Period
    instrument: str
    citation: str
    evidence: Evidence
    value: str = ""
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of one list, with everything that was ever said about it."""

    id: str
    list: str
    name: str
    country: str
    group: str
    aliases: tuple[str, ...] = ()
    listed: tuple[Dated, ...] = ()
    footnotes: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    review_policies: tuple[Dated, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as known on a day: what the conditions of the law may ask about it.

    ``listed_from`` is a span when the date itself is in doubt; ``never`` when, as known, it is not listed.
    """

    id: str
    list: str
    name: str
    country: str
    group: str
    listed_from: date | Span
    listed_through: date
    footnote1_from: date | Span
    footnote2_from: date
    citation: str
    evidence: Evidence
    policies: tuple[Dated, ...]
    aliases: tuple[str, ...] = ()
    listing_instrument: str = ""

    def review_policy(self, day: date) -> str | None:
        """The license review policy of the entry on a day."""
        held = None
        for policy in self.policies:
            start, end = policy.period.wide
            if start <= day and (end is None or day < end):
                held = policy.value
        return held

    def may_be_listed(self, day: date) -> bool:
        """Whether the entry is, or may be, in force on a day."""
        first = self.listed_from.low if isinstance(self.listed_from, Span) else self.listed_from
        return isinstance(first, date) and first <= day <= self.listed_through


@dataclass(frozen=True, slots=True)
class PartyList:
    """What is held of one list: its name, the vintage, whether it is complete, and what it covers."""

    list: str
    title: str
    vintage: date
    complete: bool
    covers: str


def _first(dated: tuple[Dated, ...]) -> date:
    return min((d.period.wide[0] for d in dated), default=NEVER)


def view_entry(
    entry: Entry,
    known: date | None,
    instruments: Mapping[str, Instrument],
    scenarios: frozenset[str] = frozenset(),
) -> EntryView:
    """The entry as known on a day, with the given scenarios laid over it.

    A statement without an instrument belongs to a scenario; one of removal ends the listing at its day.
    """

    def public(dated: Dated) -> bool:
        if dated.scenario:
            return dated.scenario in scenarios
        return known is None or instruments[dated.instrument].public_from(frees=dated.value == "removed") <= known

    listed: date | Span = NEVER
    through = NEVER
    citation, evidence, source = "", Evidence.primary, ""
    for dated in entry.listed:
        if not public(dated):
            continue
        if dated.value == "removed":
            through = dated.period.wide[0] - timedelta(days=1)
            continue
        wide = dated.period.wide[0]
        certain = dated.period.narrow[0] if dated.period.narrow else NEVER
        listed = wide if wide == certain else Span(wide, certain)
        through = dated.period.wide[1] - timedelta(days=1) if dated.period.wide[1] else NEVER
        citation, evidence, source = dated.citation, dated.evidence, dated.instrument or dated.scenario
    marks = {mark: tuple(d for d in dated if public(d)) for mark, dated in entry.footnotes.items()}
    return EntryView(
        id=entry.id, list=entry.list, name=entry.name, country=entry.country, group=entry.group,
        listed_from=listed, listed_through=through,
        footnote1_from=_first(marks.get("1", ())), footnote2_from=_first(marks.get("2", ())),
        citation=citation, evidence=evidence, policies=tuple(p for p in entry.review_policies if public(p)),
        aliases=entry.aliases, listing_instrument=source,
    )  # fmt: skip


def unheld_entry(identifier: str) -> EntryView:
    """An entry a person names that no held list contains: taken as listed, for all items, in no known group.

    Restricts, never frees: the authorizations for the listed group ask for the group.
    """
    return EntryView(
        id=identifier, list="EL", name=identifier, country="", group="other", listed_from=ALWAYS,
        listed_through=NEVER, footnote1_from=Span(ALWAYS, NEVER), footnote2_from=NEVER, citation="",
        evidence=Evidence.inferred, policies=(),
    )  # fmt: skip


_FILE = {"list": TABLE, "entry": TABLES}
_LIST = {"id": TEXT, "title": TEXT, "vintage": DAY, "complete": TRUTH, "covers": TEXT}
_ENTRY = {
    "id": TEXT, "name": TEXT, "country": TEXT, "aliases": TEXTS, "group": TEXT, "listed": TABLES,
    "footnote": TABLE, "review_policy": TABLES, "note": TEXT,
}  # fmt: skip
_DATED = {"from": FROM, "through": THROUGH, "instrument": TEXT, "citation": TEXT, "evidence": TEXT}


class _EntryReader:
    def __init__(self, file: str, text: str, instruments: Mapping[str, Instrument], scenario: str = "") -> None:
        self.file = file
        self.text = text
        self.instruments = instruments
        self.scenario = scenario
        self.faults: list[Fault] = []
        self.nth = 0
        self.id = ""

    def fault(self, key: str, wrong: str, right: str) -> None:
        line = line_of(self.text, ("[[entry]]",), key, self.nth)
        self.faults.append(Fault(self.file, line, f"entry {self.id or '?'}: {wrong}", right))

    def dated(self, at: str, item: Mapping[str, Any], key: str = "") -> Dated | None:
        """One statement below the key ``at``; ``key`` is what it may say beside its dates."""
        required = ("from",) if self.scenario else ("from", "instrument")
        wrong = list(misfits(item, {**_DATED, key: TEXT} if key else _DATED, required))
        for misfit in wrong:
            self.fault(at, f"{at}: {misfit.wrong}", misfit.right)
        if wrong:
            return None
        try:
            when = period(item["from"], item.get("through"))
        except BadDate as error:
            self.fault(at, f"{at}: {error}", "through is the last day, not before from")
            return None
        instrument = item.get("instrument", "")
        if not self.scenario and instrument not in self.instruments:
            self.fault(at, f"{at}: unknown instrument {instrument!r}", "add it to instruments.toml")
            return None
        grade = Evidence[item.get("evidence", "secondary")]
        return Dated(when, instrument, item.get("citation", ""), grade, item.get(key, ""), self.scenario)

    def many(self, at: str, items: list[Mapping[str, Any]], key: str = "") -> tuple[Dated, ...]:
        read = [self.dated(at, item, key) for item in items]
        return tuple(item for item in read if item is not None)

    def footnotes(self, marks: Mapping[str, Any]) -> dict[str, tuple[Dated, ...]]:
        for misfit in misfits(marks, dict.fromkeys(marks, TABLES)):
            self.fault("footnote", f"footnote.{misfit.wrong}", misfit.right)
        return {
            mark: self.many("footnote", [item for item in items if isinstance(item, dict)])
            for mark, items in marks.items()
            if isinstance(items, list)
        }

    def entry(self, nth: int, item: Mapping[str, Any], list_name: str) -> Entry | None:
        self.nth, self.id = nth, str(item.get("id", ""))
        wrong = list(misfits(item, _ENTRY))
        for misfit in wrong:
            self.fault(misfit.key, misfit.wrong, misfit.right)
        for needed in ("id", "name", "country", "listed"):
            if not item.get(needed):
                self.fault("", f"lacks {needed}", "every entry has an id, a name, a country and a listing")
        if wrong:
            return None
        return Entry(
            id=self.id, list=list_name, name=item.get("name", ""), country=item.get("country", ""),
            group=item.get("group", "other"), aliases=tuple(item.get("aliases", ())),
            listed=self.many("listed", item.get("listed", []), "change"),
            footnotes=self.footnotes(item.get("footnote", {})),
            review_policies=self.many("review_policy", item.get("review_policy", []), "policy"),
            note=item.get("note", ""),
        )  # fmt: skip


def read_entries(
    text: str, file: str, instruments: Mapping[str, Instrument], scenario: str = ""
) -> tuple[PartyList | None, list[Entry], list[Fault]]:
    """One file of list entries: what is held of the list, its entries, and what is wrong with the file."""
    document, faults = read_toml(text, file)
    for misfit in misfits(document, _FILE):
        faults.append(Fault(file, line_of(text, (), misfit.key), misfit.wrong, misfit.right))
    head = document.get("list", {})
    for misfit in misfits(head, _LIST, tuple(_LIST)) if head and isinstance(head, dict) else ():
        faults.append(Fault(file, line_of(text, ("[list]",), misfit.key), f"list: {misfit.wrong}", misfit.right))
    if faults:
        return None, [], faults
    reader = _EntryReader(file, text, instruments, scenario)
    entries: dict[str, Entry] = {}
    for nth, item in enumerate(document.get("entry", ()), 1):
        entry = reader.entry(nth, item, head.get("id", "EL"))
        if entry is not None and entry.id in entries:
            reader.fault("id", "is written twice", "ids are unique and never change")
        elif entry is not None:
            entries[entry.id] = entry
    held = PartyList(head["id"], head["title"], head["vintage"], head["complete"], head["covers"]) if head else None
    return held, list(entries.values()), reader.faults
