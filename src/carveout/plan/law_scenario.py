"""One way the law may go, as the cases of planners tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LawScenario:
    """One way the law may go: as known on a day, with scenarios laid over it, and how likely."""

    name: str
    probability: float
    known: date | None = None
    laid_over: tuple[str, ...] = ()
