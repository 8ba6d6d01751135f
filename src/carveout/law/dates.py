"""Days as the law files write them: one day, or a doubtful day with a narrow and a wide reading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(text: str) -> date | None:
    """The day a text names as YYYY-MM-DD; None when it is written in another way or is no day of the calendar."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days ``start``..``end``, end exclusive (None is open), under two readings.

    ``narrow`` is where it runs under every reading (None: under none), ``wide`` where it runs under some.
    """

    wide: tuple[date, date | None]
    narrow: tuple[date, date | None] | None


class BadDate(ValueError):
    """A from or through that cannot be read: ``key`` is which, ``wrong`` and ``right`` say why and what to write."""

    def __init__(self, key: str, wrong: str, right: str) -> None:
        super().__init__(f"{wrong}; {right}")
        self.key = key
        self.wrong = wrong
        self.right = right


def _pair(value: Any, name: str) -> tuple[date, date]:
    """(narrow, wide)."""
    if type(value) is date:
        return value, value
    if isinstance(value, dict) and set(value) == {"narrow", "wide"} and all(type(v) is date for v in value.values()):
        return value["narrow"], value["wide"]
    raise BadDate(name, f"{name} is {value!r}", "write a day, or {narrow = day, wide = day}")


def period(start: Any, through: Any = None) -> Period:
    """The period from ``from`` and ``through`` as written (both inclusive).

    Raises:
        BadDate: a value that is no day, an end before its start, or a narrow reading outside the wide one.
    """
    narrow_start, wide_start = _pair(start, "from")
    if narrow_start < wide_start:
        raise BadDate("from", f"from is {narrow_start} in the narrow reading, before {wide_start} in the wide one",
                      "the wide reading begins first")  # fmt: skip
    narrow_end = wide_end = None
    if through is not None:
        narrow_last, wide_last = _pair(through, "through")
        if wide_last < wide_start:
            raise BadDate("through", f"through {wide_last} is before from {wide_start}",
                          "through is the last day, not before from")  # fmt: skip
        if narrow_last > wide_last:
            raise BadDate("through", f"through is {narrow_last} in the narrow reading, after {wide_last} in the wide one",
                          "the wide reading ends last")  # fmt: skip
        narrow_end, wide_end = narrow_last + timedelta(days=1), wide_last + timedelta(days=1)
    narrow = None if narrow_end is not None and narrow_end <= narrow_start else (narrow_start, narrow_end)
    return Period((wide_start, wide_end), narrow)
