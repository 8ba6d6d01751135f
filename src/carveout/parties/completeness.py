"""Whether a new edition can be believed: against the one before it, and by entries that must be there.

Lists break silently: one vanishes from the feed, half of it is missing, an error page comes in its place. An edition that
looks so is refused and what was held stays. A true change, such as a delisting, is confirmed by a person with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from carveout.parties.filing import Edition
from carveout.parties.identity import name_key
from carveout.parties.list_code import list_title
from carveout.parties.snapshot import Manifest

SHRINK = 0.10
"""Share of its parties that a list may lose between two editions."""

SMALL = 5
"""A list may always lose as many parties as this, whatever the share."""


@dataclass(frozen=True, slots=True)
class Canary:
    """An entry that must be on its list: the list, a name it is filed under, the country, and since when it is there.

    ``checked`` is the last day on which we saw it listed.
    """

    list: str
    name: str
    country: str
    since: date
    checked: date


_CHECKED = date(2026, 7, 31)
CANARIES = (
    Canary("EL", "Huawei Technologies Co., Ltd.", "CN", date(2019, 5, 16), _CHECKED),
    Canary("EL", "HiSilicon Technologies Co., Ltd", "CN", date(2019, 5, 16), _CHECKED),
    Canary("SDN", "BANCO NACIONAL DE CUBA", "", date(2013, 1, 1), _CHECKED),
    Canary("CMIC", "HUAWEI TECHNOLOGIES CO., LTD.", "CN", date(2021, 8, 2), _CHECKED),
    Canary("SSI", "VTB BANK PUBLIC JOINT STOCK COMPANY", "RU", date(2014, 7, 29), _CHECKED),
    Canary("MEU", "Academy of Aerospace Solid Propulsion Technology", "CN", date(2020, 12, 23), _CHECKED),
    Canary("MBS", "Joint Stock Company Russian Agricultural Bank", "RU", date(2022, 3, 3), _CHECKED),
)
"""Large, long-standing entries of several lists; the days are those from which an edition must have them."""


def doubts(
    edition: Edition,
    vintage: date,
    held: tuple[Manifest, ...] = (),
    *,
    shrink: float = SHRINK,
    canaries: tuple[Canary, ...] = CANARIES,
) -> list[str]:
    """Why an edition that claims to be complete is not to be believed; nothing when it is.

    ``held`` are the manifests of all snapshots. It is compared with the complete one just before its day and with the one
    just after; a list that only a later edition has is none that is missing.
    """
    found = []
    if edition.total is not None and edition.total != len(edition.filings) + sum(
        fault.lost for fault in edition.faults
    ):
        found.append(f"the file says it has {edition.total:,} parties and holds {len(edition.filings):,}")
    complete = sorted((one for one in held if not one.partial), key=lambda one: one.vintage)
    before = {code: one for one in complete if one.vintage <= vintage for code in one.counts}
    after = {code: one for one in reversed(complete) if one.vintage > vintage for code in one.counts}
    found += _shrunken(edition.counts, before, shrink)
    found += _swollen(edition.counts, after, shrink)
    found += _missing(edition, vintage, canaries)
    return found


def _shrunken(counts: Mapping[str, int], before: Mapping[str, Manifest], shrink: float) -> list[str]:
    """``before`` is for each list the last snapshot that has it."""
    found = []
    for code, held in sorted(before.items()):
        now, number, title = counts.get(code, 0), held.counts[code], list_title(code, held.titles.get(code, ""))
        if now == 0 and number:
            found.append(f"the {title} ({code}) has gone; the snapshot of {held.vintage} has {number:,} parties of it")
        elif number - now > max(SMALL, shrink * number):
            found.append(
                f"the {title} ({code}) has {now:,} parties, {(number - now) / number:.0%} fewer than the {number:,} of "
                f"{held.vintage}; at most {shrink:.0%} is believed"
            )
    return found


def _swollen(counts: Mapping[str, int], after: Mapping[str, Manifest], shrink: float) -> list[str]:
    """An older edition that has far more than the next one: one of the two is not whole."""
    return [
        f"the {list_title(code)} ({code}) has {counts[code]:,} parties, and only {held.counts[code]:,} in the later snapshot "
        f"of {held.vintage}"
        for code, held in sorted(after.items())
        if counts.get(code, 0) - held.counts[code] > max(SMALL, shrink * counts.get(code, 0))
    ]


def _missing(edition: Edition, vintage: date, canaries: tuple[Canary, ...]) -> list[str]:
    wanted = {(one.list, name_key(one.name)): one for one in canaries if one.since <= vintage}
    there = set()
    for filing in edition.filings:
        if any((filing.list, key) in wanted for key in map(name_key, filing.names)):
            there |= {
                (filing.list, name_key(name), country) for name in filing.names for country in (*filing.countries, "")
            }
    gone = sorted({code for code, _ in wanted if code not in edition.counts})
    return [f"it holds nothing of the {list_title(code)} ({code})" for code in gone] + [
        f"{one.name} is not on the {list_title(one.list)} ({one.list}), where it was on {one.checked}"
        for (code, key), one in wanted.items()
        if code not in gone and (code, key, one.country) not in there
    ]
