"""A share as a fact: one number, or bounds that never lie inside the true ones."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from carveout.facts.value import Span


def as_fact(share: tuple[Any, Any]) -> float | Span:
    """The share as the fact ``us_controlled_content_pct``: percent, from 0 to 100."""
    low, high = _down(share[0]), _up(share[1])
    return low if low == high else Span(low, high)


def as_cell(share: tuple[Any, Any]) -> str:
    """The fact as the cell of a book: ``12.5`` or ``12.5..31``."""
    fact = as_fact(share)
    return f"{fact.low!r}..{fact.high!r}" if isinstance(fact, Span) else repr(fact)


def _down(end: Any) -> float:
    number = float(end)
    return math.nextafter(number, -1.0) if isinstance(end, Fraction) and Fraction(number) > end else max(number, 0.0)


def _up(end: Any) -> float:
    number = float(end)
    return math.nextafter(number, 101.0) if isinstance(end, Fraction) and Fraction(number) < end else min(number, 100.0)
