"""When a listing took effect: the day where an instrument is held for it, else an honest interval.

The start date of a list row is a day of publication, and wrong for several rows; alone it never makes a date. What is
used, best first: the bundled law; a Federal Register citation whose effective day is held; the year of the volume (a
calendar year), narrowed by the pages whose days are held, since pages only grow within a year. Effect may precede
publication: rules take effect at public display, denial orders when they are signed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from carveout.facts.value import ALWAYS
from carveout.law.entry import Entry
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument
from carveout.parties.citation import Citation, citations

LEAD = timedelta(days=42)
"""By how much effect may precede publication in the Federal Register, and the Register the list."""


@dataclass(frozen=True, slots=True)
class Effective:
    """The first day of a listing lies between ``earliest`` and ``latest`` (both inclusive); ``how`` says how that is known.

    ``citation`` is the notice it rests on, ``instrument`` the id of the instrument where the law holds one.
    """

    earliest: date
    latest: date
    evidence: Evidence
    how: str
    citation: str = ""
    instrument: str = ""


class HeldDays:
    """The days that the law holds for pages of the Federal Register."""

    def __init__(self, instruments: Mapping[str, Instrument], entries: Iterable[Entry] = ()) -> None:
        self.effect: dict[tuple[int, int], tuple[date, str]] = {}
        self.published: dict[int, list[tuple[int, date]]] = {}
        for instrument in instruments.values():
            for cited in () if instrument.standing else citations(instrument.citation):
                self.effect.setdefault((cited.volume, cited.page), (instrument.effective, instrument.id))
                if instrument.published.year == cited.year:
                    self.published.setdefault(cited.volume, []).append((cited.page, instrument.published))
        for entry in entries:  # they cite the page of the entry, not the first page of the rule
            for said in entry.listed:
                if said.instrument in instruments and said.period.wide == said.period.narrow:
                    for cited in citations(said.citation):
                        self.effect.setdefault((cited.volume, cited.page), (said.period.wide[0], said.instrument))
        for pages in self.published.values():
            pages.sort()

    def publication(self, cited: Citation) -> tuple[date, date]:
        """The days between which a page was published."""
        first, last = date(cited.year, 1, 1), date(cited.year, 12, 31)
        if cited.published is not None:
            return cited.published, cited.published
        pages = [] if cited.issue else self.published.get(cited.volume, [])
        numbers = [page for page, _ in pages]
        before, after = bisect_right(numbers, cited.page), bisect_left(numbers, cited.page)
        if before:
            first = max(first, pages[before - 1][1])
        if after < len(pages):
            last = min(last, pages[after][1])
        return (first, last) if first <= last else (date(cited.year, 1, 1), date(cited.year, 12, 31))


def first_volumes(chains: Iterable[tuple[Citation, ...]]) -> dict[tuple[int, int], int]:
    """(volume, page) -> the first volume of a run of volumes with that page, where a list has such a run.

    A spreadsheet filled downwards counts the volume up and leaves the page: ``83 FR 37423``, ``84 FR 37423``, ... The
    listing is then as old as the first of them may be.
    """
    volumes: dict[int, set[int]] = {}
    for chain in chains:
        for cited in chain:
            if not cited.issue:
                volumes.setdefault(cited.page, set()).add(cited.volume)
    found = {}
    for page, held in volumes.items():
        for volume in held:
            first = volume
            while first - 1 in held:
                first -= 1
            if first < volume:
                found[volume, page] = first
    return found


def effective(
    chain: tuple[Citation, ...],
    held: HeldDays,
    first_seen: date,
    published: date | None = None,
    absent: date | None = None,
    slips: Mapping[tuple[int, int], int] | None = None,
) -> Effective:
    """The first day of a listing from its notices and the days on which the list was seen.

    ``first_seen`` is the day of the first edition that has it, ``absent`` the last earlier day on which a complete edition
    did not, ``slips`` the result of :func:`first_volumes`.
    """
    if chain:
        oldest = min(chain)
        known = held.effect.get((oldest.volume, oldest.page)) if not oldest.issue else None
        if known is not None and known[0] <= first_seen:
            how = f"effective day of {oldest}, the oldest notice of the entry"
            return Effective(known[0], known[0], Evidence.inferred, how, str(oldest), known[1])
        first, last = held.publication(oldest)
        slip = (slips or {}).get((oldest.volume, oldest.page))
        how = (
            f"published in {oldest}"
            if oldest.published
            else f"the year of volume {oldest.volume} of the Federal Register"
        )
        if slip is not None:
            first = date(Citation(slip, oldest.page).year, 1, 1)
            how += f"; {slip} FR {oldest.page} is cited too, and the volume may have been counted up by a slip"
        # An order is signed before its notice appears; the day beside a notice of a rule is less sure.
        low = first - LEAD if oldest.published else first
        if published is not None and low <= published <= last:
            last, how = published, f"{how}; the list says published on {published}"
        return Effective(first - LEAD, max(first - LEAD, min(last, first_seen)), Evidence.inferred, how, str(oldest))
    latest, how = first_seen, f"seen on the list of {first_seen}; no notice is cited"
    if published is not None and published <= first_seen:
        latest, how = published, f"the list says published on {published}; no notice is cited"
    earliest = ALWAYS
    if absent is not None and absent - LEAD < latest:
        earliest, how = absent - LEAD, f"{how}; not on the list of {absent}"
    return Effective(earliest, latest, Evidence.inferred, how)
