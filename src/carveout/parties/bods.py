"""Shareholdings from statements of the Beneficial Ownership Data Standard: version 0.4, and 0.2 and 0.3.

What counts is an interest of the type shareholding that is held directly; other types are ties and no equity. An interest that is
held indirectly is no holding: it says what the chain amounts to. Where the chain itself is not in the file, it stands for a
holding of which nobody knows whether it is one, from nothing up to its share. Who is not named may be anybody.

A statement holds from the start of its interests; a later version of a record, or a statement that replaces another, takes its
place from its own day on, and a record that was closed ends with the day before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from carveout.parties.holding import (
    EQUITY,
    WHOLE,
    Holding,
    HoldingError,
    Member,
    MemberKind,
    Share,
    Shareholdings,
    parts,
)
from carveout.parties.ownership_file import NotHoldings

NOT_NAMED = "not known"
"""The name of a party that a statement does not name: screening takes it for somebody who may be listed."""

_KINDS = {"entitystatement": "entity", "personstatement": "person", "ownershiporcontrolstatement": "relationship"}
_OPEN_TYPES = ("", "unknowninterest", "unpublishedinterest")
_DAY = timedelta(days=1)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Statement:
    """One statement in the shape both generations share: what it is of, of which record, declared when, ending when."""

    kind: str
    id: str
    record: str
    declared: date | None
    details: Json
    place: str
    closed: bool = False
    replaces: tuple[str, ...] = ()


@dataclass
class _Reading:
    members: dict[str, Member] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    errors: list[HoldingError] = field(default_factory=list)
    same: dict[str, str] = field(default_factory=dict)

    def key(self, reference: str) -> str:
        """The key of the record that a reference leads to: statements of one party that replace each other are one."""
        seen = {reference}
        while (further := self.same.get(reference, reference)) not in seen:
            reference = further
            seen.add(reference)
        return reference

    def wrong(self, place: str, column: str, value: Any, expected: str, owned: str = "") -> None:
        self.errors.append(HoldingError(place, column, str(value), expected, owned))


def is_bods(statements: Sequence[Any]) -> bool:
    """Whether what was read from a file of JSON looks like statements of the standard."""
    return any(isinstance(one, Mapping) and ("recordType" in one or "statementType" in one) for one in statements[:50])


def load_statements(path: Path) -> list[Any]:
    """The statements of a file: a JSON array, or an object a line.

    Raises:
        NotHoldings: the file is not JSON.
    """
    text = path.read_text(encoding="utf-8-sig")
    try:
        if text.lstrip().startswith("["):
            found = json.loads(text)
        else:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotHoldings(f"{path.name} is neither a JSON array nor a JSON object a line: {error}") from None
    return found if isinstance(found, list) else [found]


def read_bods(statements: Iterable[Any]) -> Shareholdings:
    """Members and holdings of statements; what cannot be read is an error of its own."""
    found = _Reading()
    shaped = [one for number, raw in enumerate(statements, 1) if (one := _shaped(found, raw, number)) is not None]
    for one in shaped:
        for older in one.replaces:
            found.same[older] = one.record
    for one in sorted(shaped, key=lambda s: s.declared or date.min):
        if one.kind != "relationship":
            key = found.key(one.record)
            found.members[key] = _member(key, one)
    for versions in _by_record(found, [one for one in shaped if one.kind == "relationship"]):
        for one, after in zip(versions, [*versions[1:], None], strict=True):
            if not one.closed:
                _relationship(found, one, first=one is versions[0], end=after.declared if after else None)
    return Shareholdings(found.members, tuple(found.holdings), tuple(found.errors))


def _shaped(found: _Reading, raw: Any, number: int) -> _Statement | None:
    place = f"statement {number}"
    if not isinstance(raw, Mapping):
        found.wrong(place, "statement", type(raw).__name__, "an object with statementId and recordType")
        return None
    kind = str(raw.get("recordType") or _KINDS.get(str(raw.get("statementType", "")).casefold(), ""))
    identifier = str(raw.get("statementId") or raw.get("statementID") or "")
    if kind not in ("entity", "person", "relationship") or not identifier:
        found.wrong(
            place, "recordType", kind or raw.get("statementType"), "entity, person or relationship, with a statementId"
        )
        return None
    newer = "recordType" in raw
    details = raw.get("recordDetails") if newer else raw
    record = str(raw.get("recordId") or identifier) if newer else identifier
    replaces = raw.get("replacesStatements") or ()
    return _Statement(
        kind, identifier, record, _day(raw.get("statementDate")), details if isinstance(details, Mapping) else {}, place,
        raw.get("recordStatus") == "closed", tuple(map(str, replaces)) if isinstance(replaces, Sequence) else (),
    )  # fmt: skip


def _by_record(found: _Reading, statements: Sequence[_Statement]) -> Iterator[list[_Statement]]:
    """The versions of every relationship, the oldest first."""
    groups: dict[str, list[_Statement]] = {}
    for one in statements:
        groups.setdefault(found.key(one.record), []).append(one)
    for versions in groups.values():
        yield sorted(versions, key=lambda one: one.declared or date.min)


def _member(key: str, one: _Statement) -> Member:
    details = one.details
    names = details.get("names")
    name = details.get("name") or ""
    if not name and isinstance(names, Sequence) and names and isinstance(names[0], Mapping):
        name = names[0].get("fullName") or ""
    where = details.get("jurisdiction") or details.get("incorporatedInJurisdiction")
    country = str(where.get("code", "")).upper()[:2] if isinstance(where, Mapping) else ""
    sort = details.get("entityType")
    sort = str(sort.get("type", "") if isinstance(sort, Mapping) else sort or "").casefold()
    kind: MemberKind = "person" if one.kind == "person" else "state" if sort.startswith("state") else "company"
    return Member(key, " ".join(str(name).split()) or NOT_NAMED, country, kind)


def _relationship(found: _Reading, one: _Statement, *, first: bool, end: date | None) -> None:
    """The holdings of one version of a relationship."""
    owned = _party(found, one, "subject", "")
    if not owned:
        return
    owner = _party(found, one, "interestedParty", owned)
    if not owner:
        return
    interests = one.details.get("interests") or ()
    given = [i for i in interests if isinstance(i, Mapping)] if isinstance(interests, Sequence) else []
    chain = one.details.get("componentRecords") or one.details.get("componentStatementIDs")
    for interest in given or [{}]:
        try:
            share = _share(interest.get("share"))
            starts, ends = _known_day(interest.get("startDate")), _known_day(interest.get("endDate"))
        except ValueError as problem:
            found.wrong(
                one.place,
                "interests",
                problem,
                "shares from 0 to 100 percent, the lower end first, and days as YYYY-MM-DD",
                owned,
            )
            continue
        sort = str(interest.get("type") or "").replace("-", "").casefold()
        level = str(interest.get("directOrIndirect") or interest.get("interestLevel") or "unknown").casefold()
        kind = (
            EQUITY
            if sort == "shareholding" or sort in _OPEN_TYPES
            else "votes"
            if sort == "votingrights"
            else "control"
        )
        if kind == EQUITY and (level != "direct" or sort in _OPEN_TYPES):
            if level == "indirect" and chain:
                kind = "control"
            share = Share(0, share.high) if level != "direct" or not share.exact else share
        starts = starts if first else max(filter(None, (starts, one.declared)), default=None)
        lasts = min(filter(None, (ends, end)), default=None)
        found.holdings.append(
            Holding(owner, owned, share, starts, lasts - _DAY if lasts else None, kind, "", one.place)
        )


def _party(found: _Reading, one: _Statement, what: str, owned: str) -> str:
    """The key of the subject or the interested party; empty where a reason stands in its place, or an error."""
    value = one.details.get(what)
    if isinstance(value, Mapping):
        value = value.get("describedByEntityStatement") or value.get("describedByPersonStatement")
        if not value:
            return ""
    if not isinstance(value, str) or not value:
        found.wrong(one.place, what, value, "a reference to a record, or a reason why there is none", owned)
        return ""
    key = found.key(value)
    if key not in found.members:
        # Told of and never described: somebody who may be listed.
        found.members[key] = Member(key, NOT_NAMED)
    return key


def _share(share: Any) -> Share:
    """The interval of a share. In 0.4 an exclusive bound is a number; before it is a mark on the bound."""
    if not isinstance(share, Mapping):
        return Share(0, WHOLE)
    low, high = _bound(share, "inimum", 0), _bound(share, "aximum", WHOLE)
    if share.get("exact") is not None:
        return Share(parts(str(share["exact"]), up=False), parts(str(share["exact"]), up=True))
    return Share(low, high)


def _bound(share: Json, name: str, without: int) -> int:
    up, step = name == "aximum", -1 if name == "aximum" else 1
    plain, exclusive = share.get(f"m{name}"), share.get(f"exclusiveM{name}")
    found = without
    if plain is not None:
        found = parts(str(plain), up=up) + (step if exclusive is True else 0)
    if exclusive is not None and not isinstance(exclusive, bool):
        bound = parts(str(exclusive), up=up) + step
        found = bound if plain is None else min(found, bound) if up else max(found, bound)
    return max(0, min(found, WHOLE))


def _day(value: Any) -> date | None:
    try:
        return _known_day(value)
    except ValueError:
        return None


def _known_day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


__all__ = ["NOT_NAMED", "is_bods", "load_statements", "read_bods"]
