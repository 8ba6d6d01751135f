"""Which filings are the same entry: within one edition, and from one edition to the next.

An entry keeps its id through refilings: another spelling, another order of addresses, China instead of Hong Kong, the
page of the rule instead of the page of the entry. What ties two filings, best first: the number the source gives the
party; a name or alias with a rule and a country in common; and for an entry that vanished while a new one came, the same
name and country, or the same rule and a name one slip away. Where one side has no notice or no country that test is
passed. Matches are one to one, so that affiliates of near-identical name in several countries stay apart; an entry whose
name and country stand in a filing of another entry now is covered by it, and has not gone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz

from carveout.law.entry import Entry
from carveout.parties.citation import Citation, citations
from carveout.parties.filing import Filing

_T = TypeVar("_T")

VERSION = "1"
"""Of these rules: an entry may be tied otherwise under another version."""

SAME = 100.0
ONE_SLIP = 88.0
"""Similarity (rapidfuzz ratio, 0 to 100) from which a new name may be the old one spelled otherwise."""

ONE_RULE = 50
"""Pages of a volume this near are taken for one rule: rows cite its first page, or that of the entry."""

_FORMS = {
    "limited": "ltd", "company": "co", "corporation": "corp", "incorporated": "inc", "private": "pvt", "and": "", "the": "",
}  # fmt: skip
_CHINA = frozenset(["CN", "HK", "MO"])


@lru_cache(maxsize=1 << 18)
def name_key(name: str) -> str:
    """The name for comparison: case, marks, punctuation and the spelling of legal forms gone; the words keep their order.

    It is not the key of screening, which may learn without entries changing their id.
    """
    folded = name.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    words = re.sub(r"[^\w]+", " ", re.sub(r"['’`.]", "", folded)).split()
    return " ".join(word for word in (_FORMS.get(word, word) for word in words) if word)


@dataclass(slots=True)
class Face:
    """What ties a filing to an entry: its keys, notices and countries."""

    filing: Filing
    main: str
    names: frozenset[str]
    chain: tuple[Citation, ...]
    notices: frozenset[tuple[int, int]]
    countries: frozenset[str]

    @property
    def order(self) -> tuple[str, ...]:
        """A place among filings that hangs on what they say, and not on the order of rows."""
        filing = self.filing
        return (self.main, filing.number, " ".join(filing.countries), filing.chain, repr(filing))


def face(filing: Filing, latest_year: int) -> Face:
    """The face of a filing; notices of years after the edition are slips."""
    chain = citations(filing.chain, latest_year)
    keys = [name_key(name) for name in filing.names]
    return Face(
        filing, keys[0] or filing.name, frozenset(filter(None, keys)) | {keys[0] or filing.name}, chain,
        frozenset((cited.volume, cited.page) for cited in chain), frozenset(filing.countries),
    )  # fmt: skip


def merged(faces: Iterable[Face], latest_year: int) -> list[Face]:
    """The faces with those joined that are one entry filed twice in one edition: the same name, the same countries, and
    notices in common (or none on either side), with no two numbers."""
    groups: dict[tuple[str, frozenset[str]], list[Face]] = {}
    for one in faces:
        groups.setdefault((one.main, one.countries), []).append(one)
    found: list[Face] = []
    for group in groups.values():
        found += [_joined(part, latest_year) for part in _parts(sorted(group, key=lambda one: one.order))]
    return sorted(found, key=lambda one: one.order)


def _parts(group: Sequence[Face]) -> list[list[Face]]:
    parts: list[list[Face]] = []
    for one in group:
        near = [part for part in parts if any(_twice(one, other) for other in part)]
        parts = [part for part in parts if part not in near]
        parts.append([*(other for part in near for other in part), one])
    return parts


def _twice(one: Face, other: Face) -> bool:
    numbers = {one.filing.number, other.filing.number}
    if len(numbers) > 1:
        return False
    return _rule_in_common(one.notices, other.notices) or (not one.notices and not other.notices)


def _rule_in_common(some: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> bool:
    held = list(others)
    return any(volume == other and abs(page - near) <= ONE_RULE for volume, page in some for other, near in held)


def _joined(part: list[Face], latest_year: int) -> Face:
    if len(part) == 1:
        return part[0]
    filings = [one.filing for one in part]
    first = filings[0]
    joined = replace(
        first,
        aliases=_all(name for filing in filings for name in filing.names if name != first.name),
        addresses=_all(one for filing in filings for one in filing.addresses),
        identifiers=_all(one for filing in filings for one in filing.identifiers),
        programs=_all(one for filing in filings for one in filing.programs),
        chain="; ".join(_all(filing.chain for filing in filings if filing.chain)),
        requirement=" / ".join(_all(filing.requirement for filing in filings if filing.requirement)),
        policy=" / ".join(_all(filing.policy for filing in filings if filing.policy)),
        published=min((filing.published for filing in filings if filing.published), default=None),
        expires=max((filing.expires for filing in filings if filing.expires), default=None),
    )
    return face(joined, latest_year)


def _all(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values))


@dataclass(slots=True)
class Lineage:
    """One entry of the list ``code`` through the editions: everything by which it was ever filed. ``held`` is the entry of the bundled law."""

    code: str
    held: Entry | None = None
    mains: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    notices: set[tuple[int, int]] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    latest: frozenset[str] = frozenset()
    numbers: set[str] = field(default_factory=set)
    seen: list[tuple[int, Filing]] = field(default_factory=list)
    covered: set[int] = field(default_factory=set)

    @property
    def present(self) -> set[int]:
        """The editions that have the entry, in a filing of its own or in one of another."""
        return {edition for edition, _ in self.seen} | self.covered

    def take(self, edition: int, one: Face) -> None:
        """Add what an edition files of it."""
        self.mains.add(one.main)
        self.names |= one.names
        self.notices |= one.notices
        self.countries |= one.countries
        self.latest = one.countries or self.latest
        if one.filing.number:
            self.numbers.add(one.filing.number)
        self.seen.append((edition, one.filing))


def of_law(entry: Entry, notices: Iterable[str]) -> Lineage:
    """The lineage of an entry that the bundled law holds; ``notices`` are the citations of its instruments."""
    names = [name_key(name) for name in (entry.name, *entry.aliases)]
    cited = [*notices, *(said.citation for said in entry.listed)]
    pages = {(one.volume, one.page) for text in cited for one in citations(text)}
    country = frozenset([entry.country]) - {""}
    return Lineage(entry.list, entry, {names[0]}, set(names), pages, set(country), country)


class Matcher:
    """Ties the faces of one edition of a list to lineages."""

    def __init__(self, lineages: list[Lineage]) -> None:
        self.lineages = lineages
        self.by_number: dict[str, int] = {}
        self.by_name: dict[str, list[int]] = {}
        for at in range(len(lineages)):
            self.index(at)

    def index(self, at: int) -> None:
        """Note under what a lineage may be found, after it took something."""
        lineage = self.lineages[at]
        for number in lineage.numbers:
            self.by_number.setdefault(number, at)
        for name in lineage.names:
            held = self.by_name.setdefault(name, [])
            if at not in held:
                held.append(at)

    def match(self, edition: int, faces: Sequence[Face], gone: Iterable[int] = ()) -> None:
        """Tie each face to its lineage, or begin one. ``gone`` are lineages that may be filed under another spelling."""
        tied: dict[int, int] = {}
        taken: set[int] = set()
        for nth, one in enumerate(faces):
            at = self.by_number.get(one.filing.number) if one.filing.number else None
            if at is not None and at not in taken:
                tied[nth] = at
                taken.add(at)
        scored = [
            (score, nth, at)
            for nth, one in enumerate(faces) if nth not in tied
            for at in dict.fromkeys(at for name in sorted(one.names) for at in self.by_name.get(name, ()))
            if at not in taken and (score := _score(one, self.lineages[at])) is not None
        ]  # fmt: skip
        for _, nth, at in sorted(scored, key=lambda item: ([-part for part in item[0]], item[1], item[2])):
            if nth not in tied and at not in taken:
                tied[nth] = at
                taken.add(at)
        left = [(nth, one) for nth, one in enumerate(faces) if nth not in tied]
        missed = {at: self.lineages[at] for at in gone if at not in taken}
        for nth, at in _refiled(left, missed):
            tied[nth] = at
            del missed[at]
        by_name: dict[str, list[Face]] = {}
        for one in faces if missed else ():
            for name in one.names:
                by_name.setdefault(name, []).append(one)
        for lineage in missed.values():
            if any(_here(one, lineage) for name in lineage.mains for one in by_name.get(name, ())):
                lineage.covered.add(edition)
        for nth, one in enumerate(faces):
            at = tied.get(nth)
            if at is None:
                self.lineages.append(Lineage(one.filing.list))
                at = len(self.lineages) - 1
            self.lineages[at].take(edition, one)
            self.index(at)


def _near(countries: Iterable[str]) -> frozenset[str]:
    """The countries, with those of China in one: an entry moves between them without being another."""
    return frozenset("CN" if country in _CHINA else country for country in countries)


def _score(one: Face, lineage: Lineage) -> tuple[float, ...] | None:
    """How well a face fits a lineage, better is greater; None where it does not."""
    if one.filing.number and lineage.numbers:
        return None
    same = one.main in lineage.mains
    ruled = _rule_in_common(one.notices, lineage.notices)
    if not _here(one, lineage):
        return None
    if (
        one.notices
        and lineage.notices
        and not ruled
        and not (lineage.held and same and one.countries & lineage.countries)
    ):
        return None
    common = len(one.names & lineage.names)
    if not same:
        if one.main not in lineage.names and not one.names & lineage.mains:
            return None
        firm = ruled or (not one.notices and not lineage.notices)
        if not firm or not one.countries & lineage.countries:
            return None
    both = one.countries | lineage.latest
    alike = len(one.countries & lineage.latest) / len(both) if both else 1.0
    first = 1.0 if one.filing.countries and one.filing.countries[0] in lineage.countries else 0.0
    notices = len(one.notices & lineage.notices) / max(1, len(one.notices | lineage.notices))
    return (float(same), alike, first, notices, float(common))


def _here(one: Face, lineage: Lineage) -> bool:
    """Whether a face and a lineage have a country in common, or one of them has none."""
    return not one.countries or not lineage.countries or bool(_near(one.countries) & _near(lineage.countries))


def _refiled(faces: Sequence[tuple[int, Face]], gone: Mapping[int, Lineage]) -> list[tuple[int, int]]:
    """New faces and vanished lineages that are one: the best of each for the other, and no second as good."""
    near: dict[object, list[int]] = {}
    for at, lineage in gone.items():
        for key in (*lineage.mains, *((volume, page // ONE_RULE) for volume, page in lineage.notices)):
            near.setdefault(key, []).append(at)
    pairs = []
    for nth, one in faces:
        keys: list[object] = [one.main]
        for volume, page in [min(one.notices)] if one.notices else []:
            keys += [(volume, page // ONE_RULE + step) for step in (-1, 0, 1)]
        for at in dict.fromkeys(at for key in keys for at in near.get(key, ())):
            lineage = gone[at]
            if not _here(one, lineage) or (one.filing.number and lineage.numbers):
                continue
            likeness = max(_likeness(one.main, main) for main in lineage.mains)
            if likeness == SAME or (likeness >= ONE_SLIP and _rule_in_common(one.notices, lineage.notices)):
                pairs.append((likeness, nth, at))
    best: dict[tuple[str, int], list[float]] = {}
    for likeness, nth, at in pairs:
        best.setdefault(("new", nth), []).append(likeness)
        best.setdefault(("old", at), []).append(likeness)
    return [
        (nth, at) for likeness, nth, at in pairs
        if all(max(held) == likeness and held.count(likeness) == 1 for held in (best["new", nth], best["old", at]))
    ]  # fmt: skip


def _likeness(one: str, other: str) -> float:
    """0 to 100; names with different numbers in them are different parties, a name with something added is the same."""
    if one == other:
        return SAME
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return 0.0
    if one.startswith(f"{other} ") or other.startswith(f"{one} "):
        return min(99.0, max(ONE_SLIP, fuzz.ratio(one, other)))
    return min(99.0, fuzz.ratio(one, other))
