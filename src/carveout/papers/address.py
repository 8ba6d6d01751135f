"""Where a citation can be read: the Code of Federal Regulations as of a day, or the Federal Register."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from carveout.law.instrument import Instrument

_REGISTER = re.compile(r"(\d+) FR (\d+)")
_SUPPLEMENT = re.compile(r"(?:(\d+) CFR )?(\d+) Supp\. (\d+)")
_SECTION = re.compile(r"(\d+) CFR (\d+\.\d+)")
_PART = re.compile(r"(\d+) CFR (\d+)\b")
ECFR = "https://www.ecfr.gov/on"
FIRST_DAY = date(2017, 1, 1)
"""The first day whose text the electronic Code of Federal Regulations shows."""


def address(citation: str, on: date, instruments: Mapping[str, Instrument]) -> str:
    """The address of a citation, as of a day; empty where it has none of a known form.

    A document of the Federal Register that the corpus holds an address for is found there. A supplement without a title is
    one of title 15, as the corpus cites them.
    """
    if match := _REGISTER.search(citation):
        held = next((one.url for one in instruments.values() if one.citation == match.group() and one.url), "")
        return held or f"https://www.federalregister.gov/citation/{match.group(1)}-FR-{match.group(2)}"
    day = max(on, FIRST_DAY).isoformat()
    if match := _SUPPLEMENT.search(citation):
        title, part, number = match.group(1) or "15", match.group(2), match.group(3)
        return f"{ECFR}/{day}/title-{title}/part-{part}/appendix-" + quote(f"Supplement No. {number} to Part {part}")
    if match := _SECTION.search(citation):
        return f"{ECFR}/{day}/title-{match.group(1)}/section-{match.group(2)}"
    if match := _PART.search(citation):
        return f"{ECFR}/{day}/title-{match.group(1)}/part-{match.group(2)}"
    return ""
