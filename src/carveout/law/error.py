"""Errors of the law as written: each names the file, the line, what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place of the corpus."""

    file: str
    line: int
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.wrong}; {self.right}"


class LawError(Exception):
    """The corpus cannot be loaded; ``faults`` lists every reason found, in file order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.wrong)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnknownName(LookupError):
    """A provision, scenario, list entry or view that does not exist; the message names the nearest one."""


def nearest(name: str, among: Iterable[str]) -> str:
    """A hint at the nearest known name."""
    close = get_close_matches(name, list(among), n=1, cutoff=0.4)
    return f"did you mean {close[0]}?" if close else "there is none like it"
