"""Instruments: the published documents that make law, with the days on which they were filed, published, effective."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from carveout.law.error import Fault
from carveout.law.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Instrument:
    """One document: Federal Register citation and number, and its dates.

    ``filed`` is the day of public inspection where it is held; ``time`` the hour of effect (US Eastern) where
    known. A ``standing`` instrument is a text older than the corpus and public on every day of it.
    """

    id: str
    title: str
    citation: str
    published: date
    effective: date
    document: str = ""
    filed: date | None = None
    time: str = ""
    url: str = ""
    evidence: Evidence = Evidence.secondary
    note: str = ""
    standing: bool = False
    line: int = 0

    def public_from(self, *, frees: bool) -> date:
        """First day on which a reader could know of what it says.

        Filed if that day is held; else for what restricts the earlier of effect and publication, and for what
        frees the day of publication.
        """
        if self.standing:
            return date.min
        if self.filed is not None:
            return self.filed
        return self.published if frees else min(self.effective, self.published)


_REQUIRED = ("title", "citation", "published", "effective")
_KNOWN = frozenset(
    {*_REQUIRED, "document", "filed", "time", "url", "evidence", "note", "standing"},
)


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() in (f"[{key}]", f'["{key}"]'):
            return number
    return 1


def read_instruments(text: str, file: str) -> tuple[dict[str, Instrument], list[Fault]]:
    """All instruments of one TOML file, and what is wrong with it."""
    try:
        document: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, [Fault(file, 1, f"not TOML: {error}", "mend the syntax")]
    found: dict[str, Instrument] = {}
    faults: list[Fault] = []
    for key, entry in document.items():
        line = _line_of(text, key)
        missing = [name for name in _REQUIRED if name not in entry]
        strange = [name for name in entry if name not in _KNOWN]
        wrong_dates = [n for n in ("published", "effective", "filed") if n in entry and type(entry[n]) is not date]
        if missing:
            faults.append(Fault(file, line, f"instrument {key} lacks {', '.join(missing)}", "every document has them"))
        if strange:
            faults.append(Fault(file, line, f"instrument {key} has unknown keys {', '.join(strange)}",
                                "known are " + ", ".join(sorted(_KNOWN))))  # fmt: skip
        if wrong_dates:
            faults.append(Fault(file, line, f"instrument {key}: {', '.join(wrong_dates)} is not a date", "write YYYY-MM-DD"))
        if missing or strange or wrong_dates:
            continue
        grade = entry.get("evidence", "secondary")
        if grade not in Evidence.__members__:
            faults.append(Fault(file, line, f"evidence {grade!r} of {key}", "one of " + ", ".join(Evidence.__members__)))
            continue
        found[key] = Instrument(id=key, line=line, **{**entry, "evidence": Evidence[grade]})
    return found, faults
