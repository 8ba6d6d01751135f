"""Values of facts: what a cell may hold once it is read.

Truth values are two bits, ``must`` (2) and ``may`` (1): FALSE is 0, UNKNOWN is 1 (it may hold), TRUE is 3.
``&`` and ``|`` are then Kleene's conjunction and disjunction. A boolean fact is held as such a truth;
an ordered fact (date, number) that is known only within bounds is a :class:`Span`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

Truth: TypeAlias = int
FALSE: Final[Truth] = 0
UNKNOWN: Final[Truth] = 1
TRUE: Final[Truth] = 3

NEVER: Final = date.max
"""Stands for a day that does not come: the listing date of a party that is not listed."""

ALWAYS: Final = date.min
"""Stands for a day before all others."""


@dataclass(frozen=True, slots=True)
class Span:
    """A value known to lie between ``low`` and ``high``, both inclusive (dates or numbers)."""

    low: date | float
    high: date | float


Value: TypeAlias = date | float | str | Truth | Span | None
"""What a fact holds: None is unknown for every type but bool, where UNKNOWN is."""


def truth(value: bool | None) -> Truth:
    """The truth of a plain boolean; None is unknown."""
    return UNKNOWN if value is None else TRUE if value else FALSE


def describe(value: Value, *, boolean: bool = False) -> str:
    """How a value is shown to a person."""
    if boolean:
        return {FALSE: "no", UNKNOWN: "unknown", TRUE: "yes"}[value if isinstance(value, int) else UNKNOWN]
    if value is None:
        return "unknown"
    if isinstance(value, Span):
        return f"between {describe(value.low)} and {describe(value.high)}"
    if isinstance(value, date):
        return "never" if value == NEVER else "always" if value == ALWAYS else value.isoformat()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
