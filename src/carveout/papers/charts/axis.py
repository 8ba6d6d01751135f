"""What charts share: days as the axis wants them, the color of outcomes, texts that are cut with an ellipsis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt

from carveout.papers.theme import SHADES


def data(rows: Sequence[Mapping[str, Any]]) -> alt.Data:
    """Rows as the data of a layer, inside the chart: nothing is fetched."""
    return alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]


def shaded(name: str = "outcome", *, title: str | None = None, present: set[str] | None = None) -> alt.Color:
    """The color of outcomes, with those words in the legend that are in the picture, in the order of the scale."""
    words = [word for word in SHADES if present is None or word in present]
    return alt.Color(
        f"{name}:N", title=title, scale=alt.Scale(domain=words, range=[SHADES[word] for word in words]),
        legend=alt.Legend(columns=len(words)),
    )  # fmt: skip


def iso(day: date) -> str:
    """A day as Vega reads it: a local midnight, never shifted by a time zone."""
    return f"{day.isoformat()}T00:00:00"


def day_axis(name: str, first: date, last: date, *, title: str | None = None, grid: bool = True) -> alt.X:
    """An axis of days between two days."""
    return alt.X(
        f"{name}:T", title=title, scale=alt.Scale(domain=[iso(first), iso(last)], nice=False),
        axis=alt.Axis(format=_format(first, last), grid=grid, labelOverlap="greedy", tickCount=8),
    )  # fmt: skip


def _format(first: date, last: date) -> str:
    return (
        "%Y" if last - first > timedelta(days=3_000) else "%b %Y" if last - first > timedelta(days=120) else "%d %b %Y"
    )


def short(text: str, length: int = 44) -> str:
    """A text that is no longer than so many characters."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
