"""Days as the law files write them: one day, or a doubtful day with a narrow and a wide reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days ``start``..``end``, end exclusive (None is open), under two readings.

    ``narrow`` is where it runs under every reading (None: under none), ``wide`` where it runs under some.
    """

    wide: tuple[date, date | None]
    narrow: tuple[date, date | None] | None


class BadDate(ValueError):
    """A from or through that is neither a day nor a table of two days."""


def _pair(value: Any, name: str) -> tuple[date, date]:
    """(narrow, wide)."""
    if type(value) is date:
        return value, value
    if isinstance(value, dict) and set(value) == {"narrow", "wide"} and all(type(v) is date for v in value.values()):
        return value["narrow"], value["wide"]
    raise BadDate(f"{name} is {value!r}")


def period(start: Any, through: Any = None) -> Period:
    """The period from ``from`` and ``through`` as written (both inclusive).

    Raises:
        BadDate: a value that is no day, or an end before its start.
    """
    narrow_start, wide_start = _pair(start, "from")
    narrow_end = wide_end = None
    if through is not None:
        narrow_last, wide_last = _pair(through, "through")
        narrow_end, wide_end = narrow_last + timedelta(days=1), wide_last + timedelta(days=1)
    if wide_end is not None and wide_end <= wide_start:
        raise BadDate(f"through {wide_end - timedelta(days=1)} is before from {wide_start}")
    narrow = None if narrow_end is not None and narrow_end <= narrow_start else (narrow_start, narrow_end)
    return Period((wide_start, wide_end), narrow)
