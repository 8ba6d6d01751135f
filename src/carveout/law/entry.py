"""List entries: parties on a list, as dated law (Supp. 4 to part 744 for the Entity List)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from carveout.facts.value import ALWAYS, NEVER, Span
from carveout.law.dates import BadDate, Period, period
from carveout.law.error import Fault
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Dated:
    """Something an instrument says about an entry for a period: that it is listed, carries a mark, has a policy."""

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
    footnote1_from: date
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
    entry: Entry, known: date | None, instruments: Mapping[str, Instrument], scenarios: frozenset[str] = frozenset()
) -> EntryView:
    """The entry as known on a day, with the given scenarios laid over it.

    A statement without an instrument belongs to a scenario; a scenario of removal ends the listing at its day.
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
        listed_through=NEVER, footnote1_from=NEVER, footnote2_from=NEVER, citation="", evidence=Evidence.inferred,
        policies=(),
    )  # fmt: skip


_ENTRY_KEYS = frozenset({"id", "name", "country", "aliases", "group", "listed", "footnote", "review_policy", "note"})


class _EntryReader:
    def __init__(self, file: str, text: str, instruments: Mapping[str, Instrument], scenario: str = "") -> None:
        self.file = file
        self.lines = text.splitlines()
        self.instruments = instruments
        self.scenario = scenario
        self.faults: list[Fault] = []

    def fault(self, identifier: str, wrong: str, right: str) -> None:
        line = next((n for n, row in enumerate(self.lines, 1) if identifier and f'"{identifier}"' in row), 1)
        self.faults.append(Fault(self.file, line, f"entry {identifier or '?'}: {wrong}", right))

    def dated(self, identifier: str, item: Mapping[str, Any], value: str = "") -> Dated | None:
        try:
            when = period(item.get("from"), item.get("through"))
        except BadDate as error:
            self.fault(identifier, str(error), "write a day, or {narrow = day, wide = day}")
            return None
        instrument = str(item.get("instrument", ""))
        if not self.scenario and instrument not in self.instruments:
            self.fault(identifier, f"unknown instrument {instrument!r}", "add it to instruments.toml")
            return None
        grade = str(item.get("evidence", "secondary"))
        if grade not in Evidence.__members__:
            self.fault(identifier, f"evidence {grade!r}", "one of " + ", ".join(Evidence.__members__))
            return None
        return Dated(when, instrument, str(item.get("citation", "")), Evidence[grade], value, self.scenario)

    def many(self, identifier: str, items: Any, key: str = "") -> tuple[Dated, ...]:
        read = [self.dated(identifier, item, str(item.get(key, "")) if key else "") for item in items or ()]
        return tuple(item for item in read if item is not None)

    def entry(self, item: Mapping[str, Any], list_name: str) -> Entry:
        identifier = str(item.get("id", ""))
        strange = sorted(set(item) - _ENTRY_KEYS)
        if strange:
            self.fault(identifier, f"unknown keys {', '.join(strange)}", "known are " + ", ".join(sorted(_ENTRY_KEYS)))
        for needed in ("id", "name", "country", "listed"):
            if not item.get(needed):
                self.fault(identifier, f"lacks {needed}", "every entry has an id, a name, a country and a listing")
        marks = {mark: self.many(identifier, dated) for mark, dated in item.get("footnote", {}).items()}
        return Entry(
            id=identifier, list=list_name, name=str(item.get("name", "")), country=str(item.get("country", "")),
            group=str(item.get("group", "other")), aliases=tuple(item.get("aliases", ())),
            listed=self.many(identifier, item.get("listed"), "change"), footnotes=marks,
            review_policies=self.many(identifier, item.get("review_policy"), "policy"), note=str(item.get("note", "")),
        )  # fmt: skip


def read_entries(
    text: str, file: str, instruments: Mapping[str, Instrument], scenario: str = ""
) -> tuple[PartyList | None, list[Entry], list[Fault]]:
    """One file of list entries: what is held of the list, its entries, and what is wrong with the file."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [], [Fault(file, 1, f"not TOML: {error}", "mend the syntax")]
    reader = _EntryReader(file, text, instruments, scenario)
    head = document.get("list", {})
    entries = [reader.entry(item, str(head.get("id", "EL"))) for item in document.get("entry", ())]
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            reader.fault(entry.id, "is written twice", "ids are unique and never change")
        seen.add(entry.id)
    held = None
    if head:
        held = PartyList(head["id"], head["title"], head["vintage"], bool(head["complete"]), head["covers"])
    return held, entries, reader.faults
