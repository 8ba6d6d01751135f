"""Federal Register citations as list rows carry them: the chain of notices behind an entry, and the years they fix.

A volume of the Federal Register is a calendar year: volume 1 is 1936, so the year is the volume plus 1935 (Office of
the Federal Register). Chains are typed by hand: ``84 FR 22963; 85 FR 29852``, ``67 F.R. 56530 9/4/02``,
``89 F.R.87329 11/1/2024``, ``Vol. 59, No. 44, 03/07/1994``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

FIRST_YEAR = 1935
"""The year of a volume is the volume plus this."""
_FIRST_VOLUME = 30
"""Volume of 1965: no list held is older, so a smaller number is a slip of the pen."""

_DATED = r"(?:\s*[,;(]?\s*(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})(?!\d))?"
_PAGE = re.compile(
    r"(?<![\d/])(?P<volume>\d{1,3})(?P<other>)\.?\s*F\.?\s*R\.?\s*(?:[A-Z]{3,}\s*)?(?:no\.?\s*\d+\s*pg\.?\s*)?(?P<page>\d{1,6})(?![\d/])"
    + _DATED,
    re.IGNORECASE,
)
_ISSUE = re.compile(
    r"(?:Vol\.?\s*(?P<volume>\d{1,3}),?|(?<![\d/])(?P<other>\d{1,3})\s*F\.?\s*R\.?)\s*No\.?\s*(?P<page>\d{1,3})(?!\d|\s*pg)"
    + _DATED,
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """One notice: volume and page of the Federal Register (``issue``: the number of the issue, where no page is given).

    ``published`` is the day of publication where the chain states one that lies in the year of its volume.
    """

    volume: int
    page: int
    issue: bool = False
    published: date | None = None

    def __str__(self) -> str:
        return f"{self.volume} FR No. {self.page}" if self.issue else f"{self.volume} FR {self.page}"

    @property
    def year(self) -> int:
        """The calendar year of the volume."""
        return self.volume + FIRST_YEAR


@lru_cache(maxsize=8192)
def citations(chain: str, latest: int = 9999) -> tuple[Citation, ...]:
    """The notices of a chain in the order written, each once; volumes after the year ``latest`` are slips and left out."""
    found: dict[tuple[int, int, bool], Citation] = {}
    for pattern, issue in ((_PAGE, False), (_ISSUE, True)):
        for match in pattern.finditer(chain):
            volume, page = int(match["volume"] or match["other"]), int(match["page"])
            if volume < _FIRST_VOLUME or volume + FIRST_YEAR > latest or page == 0:
                continue
            one = Citation(volume, page, issue, _published(match, volume + FIRST_YEAR))
            held = found.get((volume, page, issue))
            if held is None or held.published is None:
                found[volume, page, issue] = one
    return tuple(found.values())


def _published(match: re.Match[str], year: int) -> date | None:
    """The day beside a citation; None when there is none, or when it does not lie in the year of the volume."""
    if match["day"] is None or int(match["year"]) % 100 != year % 100:
        return None
    try:
        return date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
