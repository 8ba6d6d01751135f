"""Parties: entries of the lists with their history, as the register holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any

from carveout.law.evidence import Evidence
from carveout.parties.effective import Effective
from carveout.parties.filing import Address, Identifier

_DAY = timedelta(days=1)


class Answer(Enum):
    """What a register says of an entry on a day."""

    listed = "listed"
    formerly_listed = "formerly listed"
    not_listed = "not listed as far as held"


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry left its list after ``last_seen`` and, at the latest, by ``gone``: the next complete edition lacks it."""

    last_seen: date
    gone: date


@dataclass(frozen=True, slots=True)
class Status:
    """Whether an entry is listed on a day, with the days it rests on.

    ``since`` are the earliest and latest first day, ``until`` the earliest and latest last day (None: not removed).
    ``sure`` is False on a day that lies within one of these intervals, or after the last edition that is held.
    """

    answer: Answer
    since: tuple[date, date] | None = None
    until: tuple[date, date] | None = None
    sure: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One entry of one list through all editions held.

    ``id`` never changes; ``former_ids`` are those that a later filing alone would have given, and lead to it too.
    ``name`` is that of the last filing, ``aliases`` are all other names ever filed. ``citations`` are the notices of the
    last filing, ``policy`` its review policy as filed and ``policy_code`` in one word where that is plain.
    ``footnotes`` gives for each mark the first edition that carries it. ``gaps`` are complete editions without the entry
    after which it was there again.
    """

    id: str
    list: str
    name: str
    effective: Effective
    country: str = ""
    countries: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    kind: str = ""
    number: str = ""
    identifiers: tuple[Identifier, ...] = ()
    programs: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    requirement: str = ""
    policy: str = ""
    policy_code: str = ""
    footnotes: Mapping[str, date] = field(default_factory=dict)
    first_seen: date | None = None
    last_seen: date | None = None
    removal: Removal | None = None
    gaps: tuple[date, ...] = ()
    former_ids: tuple[str, ...] = ()
    affiliate_of: str = ""
    filed_as: str = ""
    published: date | None = None
    expires: date | None = None
    remarks: str = ""
    source_url: str = ""
    in_law: bool = False

    @property
    def listed_through(self) -> tuple[date, date] | None:
        """The earliest and the latest last day on the list; None while it is listed."""
        return (self.removal.last_seen, self.removal.gone - _DAY) if self.removal else None

    def status(self, day: date, held_until: date | None = None) -> Status:
        """Whether the entry is listed on a day; ``held_until`` is the day of the last edition of its list."""
        since, until = (self.effective.earliest, self.effective.latest), self.listed_through
        if day < since[0]:
            return Status(Answer.not_listed, since, until, True, f"not before {since[0]}: {self.effective.how}")
        left = f"on the list of {self.removal.last_seen}, not on that of {self.removal.gone}" if self.removal else ""
        if until is not None and day > until[1]:
            return Status(Answer.formerly_listed, since, until, True, left)
        if day in self.gaps:
            return Status(Answer.listed, since, until, False, "not on the list of that day, on those before and after")
        sure, why = since[1] <= day and (until is None or day <= until[0]), self.effective.how
        if until is not None and day > until[0]:
            why = left
        elif until is None and held_until is not None and day > held_until:
            sure, why = False, f"on the list of {self.last_seen or held_until}, the last that is held"
        return Status(Answer.listed, since, until, sure, why)


_PLAIN = (
    "list", "name", "country", "kind", "number", "requirement", "policy", "policy_code", "affiliate_of", "filed_as",
    "remarks", "source_url",
)  # fmt: skip
_TEXTS = ("countries", "aliases", "programs", "citations", "former_ids")
_DAYS = ("first_seen", "last_seen", "published", "expires")


def party_as_plain(party: Party) -> dict[str, Any]:
    """The party as plain values for JSON; what is empty is left out."""
    held = party.effective
    effective = [
        held.earliest.isoformat(),
        held.latest.isoformat(),
        int(held.evidence),
        held.how,
        held.citation,
        held.instrument,
    ]
    plain: dict[str, Any] = {"id": party.id, "effective": effective}
    for name in (*_PLAIN, *_TEXTS):
        if value := getattr(party, name):
            plain[name] = value
    for name in _DAYS:
        if value := getattr(party, name):
            plain[name] = value.isoformat()
    if party.addresses:
        plain["addresses"] = [[one.text, one.country] for one in party.addresses]
    if party.identifiers:
        plain["identifiers"] = [[one.kind, one.number, one.country] for one in party.identifiers]
    if party.footnotes:
        plain["footnotes"] = {mark: day.isoformat() for mark, day in party.footnotes.items()}
    if party.removal:
        plain["removal"] = [party.removal.last_seen.isoformat(), party.removal.gone.isoformat()]
    if party.gaps:
        plain["gaps"] = [day.isoformat() for day in party.gaps]
    if party.in_law:
        plain["in_law"] = True
    return plain


def party_from_plain(plain: Mapping[str, Any]) -> Party:
    """The party of plain values."""
    day = date.fromisoformat
    earliest, latest, evidence, how, citation, instrument = plain["effective"]
    values: dict[str, Any] = {name: plain[name] for name in _PLAIN if name in plain}
    values |= {name: tuple(plain[name]) for name in _TEXTS if name in plain}
    values |= {name: day(plain[name]) for name in _DAYS if name in plain}
    return Party(
        id=plain["id"],
        effective=Effective(day(earliest), day(latest), Evidence(evidence), how, citation, instrument),
        addresses=tuple(Address(*one) for one in plain.get("addresses", ())),
        identifiers=tuple(Identifier(*one) for one in plain.get("identifiers", ())),
        footnotes={mark: day(since) for mark, since in plain.get("footnotes", {}).items()},
        removal=Removal(*map(day, plain["removal"])) if "removal" in plain else None,
        gaps=tuple(map(day, plain.get("gaps", ()))),
        in_law=plain.get("in_law", False),
        **values,
    )
