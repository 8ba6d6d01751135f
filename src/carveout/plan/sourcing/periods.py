"""The calendar of a plan: periods of equal length from a first day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

MONTH = 30
"""Days of the month that rates of the inputs (per month) are told in."""


@dataclass(frozen=True, slots=True)
class Periods:
    """``count`` periods of ``days`` days each, numbered from 0; the first begins on ``first_day``."""

    first_day: date
    days: int
    count: int

    def first(self, period: int) -> date:
        """The first day of a period."""
        return self.first_day + timedelta(days=period * self.days)

    def last(self, period: int) -> date:
        """The last day of a period."""
        return self.first(period + 1) - timedelta(days=1)

    @property
    def last_day(self) -> date:
        """The last day of the plan."""
        return self.last(self.count - 1)

    def of(self, day: date) -> int:
        """The number of the period that holds a day; below 0 or past the end where none does."""
        return (day - self.first_day).days // self.days

    def lasting(self, days: int) -> int:
        """Periods that a number of days takes, rounded up: nothing is ready before it is."""
        return ceil(days / self.days)

    def rate(self, per_month: float) -> float:
        """A rate per month of 30 days, per period."""
        return per_month * self.days / MONTH
