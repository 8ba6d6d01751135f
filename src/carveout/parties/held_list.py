"""On which days a list is held complete: then no match is an answer, else it is an assumption."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from carveout.law.entry import PartyList
from carveout.parties.list_code import list_title
from carveout.parties.snapshot import Manifest

LONGEST_GAP = timedelta(days=31)
"""Between two complete editions at most this far apart the list is held complete too (docs/decisions/0004)."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HeldList:
    """One list as held: its code and title, the days of its editions, and the days (first, last) it is complete on."""

    list: str
    title: str
    vintages: tuple[date, ...]
    complete_days: tuple[tuple[date, date], ...]

    def is_complete(self, day: date) -> bool:
        """Whether all of the list is held as it stood on a day."""
        return any(first <= day <= last for first, last in self.complete_days)

    def as_party_list(self) -> PartyList:
        """The list as the law holds it."""
        spans = ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in self.complete_days)
        covers = f"complete on {spans}" if spans else "held in part"
        stretches = tuple((first, last + _DAY) for first, last in self.complete_days)
        return PartyList(self.list, self.title, self.vintages[-1], stretches, covers)


def held_lists(manifests: Iterable[Manifest]) -> list[HeldList]:
    """The lists of all snapshots, by code."""
    known = sorted(manifests, key=lambda one: (one.vintage, one.sha256))
    found = []
    for code in sorted({code for one in known for code in one.counts}):
        having = [one for one in known if one.counts.get(code)]
        title = list_title(code, next((one.titles[code] for one in having if one.titles.get(code)), ""))
        vintages = tuple(dict.fromkeys(one.vintage for one in having))
        found.append(
            HeldList(code, title, vintages, complete_days(one.vintage for one in having if one.is_complete(code)))
        )
    return found


def complete_days(vintages: Iterable[date]) -> tuple[tuple[date, date], ...]:
    """The days of complete editions, those at most ``LONGEST_GAP`` apart joined with the days between them."""
    spans: list[tuple[date, date]] = []
    for day in sorted(set(vintages)):
        if spans and day - spans[-1][1] <= LONGEST_GAP:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return tuple(spans)
