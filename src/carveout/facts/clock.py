"""Today, as the law counts days: US Eastern."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def today() -> date:
    """The current day in US Eastern time."""
    return datetime.now(ZoneInfo("America/New_York")).date()
