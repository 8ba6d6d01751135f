"""The outcome of a book over time: how many rows, or how much of one currency, stand under which outcome on each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt

from carveout.book.course import Course
from carveout.papers.charts.axis import data, day_axis, iso, shaded
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import SHADES, shade


def area(rows: Sequence[Course], *, through: date) -> Picture:
    """Stacked steps: a row counts from its own day on.

    Raises:
        ValueError: no row.
    """
    if not rows:
        raise ValueError("there is no row to draw")
    first = min(one.on for one in rows)
    last = max(through, first + timedelta(days=30))
    turns = sorted({s.start for one in rows for s in one.stretches if s.start <= last} | {first, last})
    values: list[dict[str, Any]] = []
    peak = 0
    for day in turns:
        counts = Counter(shade(stretch.outcome) for one in rows if (stretch := one.at(day)))
        peak = max(peak, counts.total())
        values += [{"day": iso(day), "outcome": word, "rows": counts[word], "order": place}
                   for place, word in enumerate(SHADES)]  # fmt: skip
    present = {one["outcome"] for one in values if one["rows"]}
    chart = (
        alt.Chart(data([one for one in values if one["outcome"] in present]))
        .mark_area(interpolate="step-after", line=False, stroke="white", strokeWidth=0.6)
        .encode(
            x=day_axis("day", first, last, grid=False),
            y=alt.Y("rows:Q", stack="zero", title="rows of the book", axis=alt.Axis(tickMinStep=1, format=",d")),
            color=shaded(present=present), order=alt.Order("order:Q"),
        )
        .properties(
            width=820, height=360,
            title=alt.TitleParams("How the book stands, day by day", subtitle=[
                f"{len(rows):,} rows, each from its own day on, all facts equal, through {through}.",
                "Read upward: the freest at the bottom.",
            ]),
        )
    )  # fmt: skip
    ends = Counter(shade(stretch.outcome) for one in rows if (stretch := one.at(last)))
    said = ", ".join(f"{count:,} {word}" for word, count in ends.most_common())
    return drawn(chart, f"Rows by outcome over time, at most {peak:,} at once; on {last}: {said}.")
