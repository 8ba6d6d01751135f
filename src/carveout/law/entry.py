"""List entries: parties on a list, as dated law (Supp. 4 to part 744 for the Entity List)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from carveout.facts.value import ALWAYS, NEVER, Span
from carveout.law.dates import Period
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument

REMOVED = "removed"
"""The change of a statement that takes an entry off its list."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dated:
    """What an instrument (or a scenario) says about an entry for a period: listed, removed, a mark, a policy.

    ``public`` is the day from which it could be known, where the instrument is none that the corpus holds (an imported
    list names a citation only); None is the first day of the period.
    """

    period: Period
    instrument: str
    citation: str
    evidence: Evidence
    value: str = ""
    scenario: str = ""
    public: date | None = None

    @property
    def firm_from(self) -> date:
        """The first day under every reading; never when there is none, as for what is unverified."""
        if self.period.narrow is None or self.evidence is Evidence.unverified:
            return NEVER
        return self.period.narrow[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of one list, with everything that was ever said about it.

    ``country`` is that of the listing, empty where none is held, and ``countries`` are further ones. ``programs`` are the
    sanctions programs as the list tags them (``SDGT``), ``kind`` is what the list calls it (``Entity``, ``Individual``).
    """

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
    programs: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kind: str = ""
    addresses: tuple[str, ...] = ()

    def widened(self, other: Entry) -> Entry:
        """The entry with the further names, places and programs that another file holds of it, and with its removal where
        that file tells one; the rest of its history stays."""
        names = {self.name, *self.aliases}
        places = {self.country, *self.countries}
        return replace(
            self,
            listed=self.listed + tuple(s for s in other.listed if s.value == REMOVED and s not in self.listed),
            aliases=self.aliases + tuple(n for n in dict.fromkeys((other.name, *other.aliases)) if n not in names),
            countries=self.countries
            + tuple(c for c in dict.fromkeys((other.country, *other.countries)) if c and c not in places),
            addresses=tuple(dict.fromkeys((*self.addresses, *other.addresses))),
            programs=tuple(dict.fromkeys((*self.programs, *other.programs))),
            kind=self.kind or other.kind,
        )

    def overlaid(self, over: Entry) -> Entry:
        """The entry with what a scenario says of it added."""
        marks = {mark: self.footnotes.get(mark, ()) + said for mark, said in over.footnotes.items()}
        return replace(
            self,
            aliases=self.aliases + tuple(alias for alias in over.aliases if alias not in self.aliases),
            listed=self.listed + over.listed,
            footnotes={**self.footnotes, **marks},
            review_policies=self.review_policies + over.review_policies,
        )


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as known on a day: what the conditions of the law may ask about it.

    A date is a span where it is in doubt; ``never`` when, as known, the entry is not listed (or does not carry
    the footnote, or is not removed). ``listed_through`` is the last day under some reading, ``firm_through`` the
    last under every one (None: the same).
    """

    id: str
    list: str
    name: str
    country: str
    group: str
    listed_from: date | Span
    listed_through: date
    footnote1_from: date | Span
    footnote2_from: date | Span
    citation: str
    evidence: Evidence
    policies: tuple[Dated, ...]
    aliases: tuple[str, ...] = ()
    listing_instrument: str = ""
    firm_through: date | None = None
    programs: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kind: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The countries the entry is in, that of the listing first; none where none is held."""
        return tuple(place for place in dict.fromkeys((self.country, *self.countries)) if place)

    @property
    def through(self) -> date | Span:
        """The last day of the listing, a span where it is in doubt."""
        return _between(self.firm_through or self.listed_through, self.listed_through)

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
    """What is held of one list: its name, the vintage, the days for which it is complete, and what it covers.

    ``complete`` are stretches of days, end exclusive, None open: on these days every party then on the list is held,
    so that no match is an answer.
    """

    list: str
    title: str
    vintage: date
    complete: tuple[tuple[date, date | None], ...]
    covers: str

    def is_complete(self, day: date) -> bool:
        """Whether all of the list is held as it stood on a day."""
        return any(start <= day and (end is None or day < end) for start, end in self.complete)


@dataclass(slots=True)
class Listing:
    """One unbroken stretch on a list: its first and last day, each at the earliest and at the latest.

    ``said`` is the statement by which it is firmly listed, ``evidence`` the weakest of it and of its removal.
    """

    first: date
    firm: date
    last: date
    at_latest: date
    said: Dated
    evidence: Evidence


def listings(statements: Iterable[Dated]) -> list[Listing]:
    """The stretches that statements make, in the order of their effective days (ties: instruments, then scenarios,
    as written): a removal ends the stretch at its day, a statement that continues one does not move its first day."""
    found: list[Listing] = []
    for said in in_effect_order(statements):
        start, end = said.period.wide
        held = found[-1] if found and start <= _after(found[-1].at_latest) else None
        if said.value == REMOVED:
            if held is not None:
                held.last = min(held.last, _before(start))
                held.at_latest = min(held.at_latest, _before(said.firm_from))
                held.evidence = max(held.evidence, said.evidence) if said.firm_from < NEVER else held.evidence
            continue
        last = at_latest = _before(end or NEVER)
        if said.period.narrow is not None:
            last = _before(said.period.narrow[1] or NEVER)
        if held is None:
            found.append(Listing(start, said.firm_from, last, at_latest, said, said.evidence))
            continue
        held.at_latest = max(held.at_latest, at_latest)
        if said.firm_from <= _after(held.last):
            held.last = max(held.last, last)
        if said.firm_from < held.firm:
            held.firm, held.said, held.evidence = said.firm_from, said, said.evidence
    return found


def in_effect_order(statements: Iterable[Dated]) -> list[Dated]:
    """Statements by their effective day; on the same day instruments before scenarios, then as written."""
    return sorted(statements, key=lambda said: (said.period.wide[0], bool(said.scenario)))


def _before(day: date) -> date:
    return day if day in (ALWAYS, NEVER) else day - _DAY


def _after(day: date) -> date:
    return day if day == NEVER else day + _DAY


def _between(low: date, high: date) -> date | Span:
    return low if low == high else Span(low, high)


def _marked_from(statements: Iterable[Dated]) -> date | Span:
    """Since when an entry carries a footnote."""
    said = tuple(statements)
    low = min((one.period.wide[0] for one in said), default=NEVER)
    return _between(low, min((one.firm_from for one in said), default=NEVER))


def view_entry(
    entry: Entry,
    known: date | None,
    instruments: Mapping[str, Instrument],
    scenarios: frozenset[str] = frozenset(),
) -> EntryView:
    """The entry as known on a day, with the given scenarios laid over it.

    A statement without an instrument belongs to a scenario.
    """

    def public(said: Dated) -> bool:
        if said.scenario:
            return said.scenario in scenarios
        if known is None:
            return True
        instrument = instruments.get(said.instrument)
        if instrument is None:
            return (said.public or said.period.wide[0]) <= known
        return instrument.public_from(frees=said.value == REMOVED) <= known

    held = listings(filter(public, entry.listed))
    listing = held[-1] if held else None
    marks = {mark: _marked_from(filter(public, said)) for mark, said in entry.footnotes.items()}
    return EntryView(
        id=entry.id, list=entry.list, name=entry.name, country=entry.country, group=entry.group,
        listed_from=_between(listing.first, listing.firm) if listing else NEVER,
        listed_through=listing.at_latest if listing else NEVER, firm_through=listing.last if listing else None,
        footnote1_from=marks.get("1", NEVER), footnote2_from=marks.get("2", NEVER),
        citation=listing.said.citation if listing else "",
        evidence=listing.evidence if listing else Evidence.primary,
        policies=tuple(in_effect_order(filter(public, entry.review_policies))), aliases=entry.aliases,
        listing_instrument=(listing.said.instrument or listing.said.scenario) if listing else "",
        programs=entry.programs, countries=entry.countries, kind=entry.kind, addresses=entry.addresses,
    )  # fmt: skip


def unheld_entry(identifier: str) -> EntryView:
    """An entry a person names that no held list contains: taken as on the list that its id names, from the first day.

    Restricts, never frees: on the Entity List it is listed for all items, in no known group (the authorizations for the
    listed group ask for the group); the programs of a designated national are unknown; a list that is not known by its
    id is one without a mapping.
    """
    return EntryView(
        id=identifier, list=identifier.partition("/")[0].upper(), name=identifier, country="", group="other",
        listed_from=ALWAYS, listed_through=NEVER, footnote1_from=Span(ALWAYS, NEVER), footnote2_from=NEVER, citation="",
        evidence=Evidence.inferred, policies=(),
    )  # fmt: skip
