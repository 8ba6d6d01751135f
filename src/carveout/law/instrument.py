"""Instruments: the published documents that make law, and the days they were filed, published and effective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from carveout.law.error import Fault
from carveout.law.evidence import Evidence
from carveout.law.table import DAY, TEXT, TRUTH, line_of, misfits, read_toml


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

    @property
    def rank(self) -> tuple[date, date]:
        """Its place in the order in which instruments became law: by publication, then by effect."""
        return (date.min if self.standing else self.published, self.effective)

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
_SHAPE: Mapping[str, str] = {
    "title": TEXT, "citation": TEXT, "published": DAY, "effective": DAY, "document": TEXT, "filed": DAY,
    "time": TEXT, "url": TEXT, "evidence": TEXT, "note": TEXT, "standing": TRUTH,
}  # fmt: skip


def read_instruments(text: str, file: str) -> tuple[dict[str, Instrument], list[Fault]]:
    """All instruments of one TOML file, and what is wrong with it."""
    document, faults = read_toml(text, file)
    found: dict[str, Instrument] = {}
    for key, entry in document.items():
        headers = (f"[{key}]", f'["{key}"]')
        wrong = list(misfits(entry, _SHAPE, _REQUIRED))
        for misfit in wrong:
            line = line_of(text, headers, misfit.key) if isinstance(entry, dict) else line_of(text, (), key)
            faults.append(Fault(file, line, f"instrument {key}: {misfit.wrong}", misfit.right))
        if not wrong:
            grade = Evidence[entry.get("evidence", "secondary")]
            found[key] = Instrument(id=key, line=line_of(text, headers), **{**entry, "evidence": grade})
    return found, faults
