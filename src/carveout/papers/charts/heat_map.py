"""The heat map: for every activity and month, the share of rows that may not surely go ahead."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt

from carveout.book.course import Course
from carveout.papers.charts.axis import data
from carveout.papers.picture import Picture, drawn

MONTHS = 40
RAMP = ("#dceeea", "#f3d9a8", "#d97f47", "#9c3d1b")


def heat_map(rows: Sequence[Course], *, through: date) -> Picture:
    """Activities down, months across; a cell holds how many rows stand under it on the last day of the month.

    Raises:
        ValueError: no row.
    """
    if not rows:
        raise ValueError("there is no row to draw")
    months = _months(min(one.on for one in rows), max(through, max(one.on for one in rows)))
    step = -(-len(months) // MONTHS)
    months = months[::-1][::step][::-1]
    cells: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for one in rows:
        for day in months:
            stretch = one.at(day)
            if stretch is not None:
                cell = cells[one.activity or "not stated", day]
                cell[0] += 1
                cell[1] += not stretch.outcome.at_most.is_free
    values: list[dict[str, Any]] = [
        {"activity": activity.replace("_", " "), "month": day.strftime("%Y-%m"), "share": barred / count, "rows": barred,
         "of": count, "text": str(barred) if barred else "", "dark": barred / count > 0.75}
        for (activity, day), (count, barred) in cells.items()
    ]  # fmt: skip
    order = sorted(
        {one["activity"] for one in values}, key=lambda name: -sum(v["rows"] for v in values if v["activity"] == name)
    )
    labels = {day.strftime("%Y-%m"): day.strftime("%b %y") for day in months}
    every = max(1, len(months) // 14)
    shown = [name for place, name in enumerate(labels) if place % every == 0]
    x = alt.X("month:O", title=None, sort=list(labels),
              axis=alt.Axis(values=shown, labelAngle=0, labelExpr=f"({json.dumps(labels)})[datum.value]", grid=False,
                            ticks=False))  # fmt: skip
    y = alt.Y("activity:N", title=None, sort=order, axis=alt.Axis(ticks=False, grid=False))
    base = alt.Chart(data(values))
    chart = alt.layer(
        base.mark_rect(stroke="white", strokeWidth=1).encode(
            x=x, y=y,
            color=alt.Color("share:Q", title="share of rows that may not surely go ahead",
                            scale=alt.Scale(domain=[0, 1 / 3, 2 / 3, 1], range=list(RAMP)),
                            legend=alt.Legend(format=".0%", gradientLength=260, titleLimit=400)),
        ),
        base.mark_text(fontSize=10).encode(
            x=x, y=y, text="text:N", color=alt.condition("datum.dark", alt.value("white"), alt.value("#22303c")),
        ),
    ).properties(
        width={"step": max(19, 820 // len(months))}, height={"step": 27},
        title=alt.TitleParams("Which activities are barred, and when", subtitle=[
            "Each cell: the rows of an activity that need a license, are prohibited or unsettled on the last day of the month.",
            f"A row counts from its own day on, all facts equal, through {months[-1]}."
            + (f" One month in {step} is shown." if step > 1 else ""),
        ]),
    )  # fmt: skip
    return drawn(
        chart, f"Share of rows that may not surely go ahead, for {len(order)} activities over {len(months)} months."
    )


def _months(first: date, last: date) -> list[date]:
    """The last days of the months from that of ``first`` to that of ``last``."""
    found, year, month = [], first.year, first.month
    while (year, month) <= (last.year, last.month):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        found.append(date.fromordinal(date(year, month, 1).toordinal() - 1))
    return found
