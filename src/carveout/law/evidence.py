"""How well we hold a piece of law: the evidence grades of the dossier."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Evidence(IntEnum):
    """Strongest first. ``unverified`` law never settles an answer: it is read as law and as not law."""

    primary = 0
    secondary = 1
    inferred = 2
    unverified = 3

    @property
    def is_weak(self) -> bool:
        """Whether an answer that rests on it should be called weakly held."""
        return self >= Evidence.inferred


def weakest(grades: Iterable[Evidence]) -> Evidence:
    """The weakest of several grades; primary when there are none."""
    return max(grades, default=Evidence.primary)
