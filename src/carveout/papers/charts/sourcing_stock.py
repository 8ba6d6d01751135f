"""Stock against the lapse line: for each part what lies in stock, in the mean and from the leanest to the fullest scenario."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import altair as alt

from carveout.papers.charts.axis import data, day_axis, iso
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import ACCENT, FAINT, INK

MOST = 8
"""Parts that are drawn, those with the most value in stock first as the plan lists them."""


def lapses(plan: Mapping[str, Any]) -> list[tuple[date, str]]:
    """The days on which an authorization lapses as the law stands, with the event that decides about it."""
    return [(date.fromisoformat(one["lapses"]), one["event"]) for one in plan["chances"] if "lapses" in one]


def span(plan: Mapping[str, Any]) -> tuple[date, date]:
    """The first and the last day of a plan."""
    first = date.fromisoformat(plan["first_day"])
    return first, first + timedelta(days=plan["periods"] * plan["period_days"] - 1)


def stock_chart(plan: Mapping[str, Any]) -> Picture:
    """Stock per part at the end of each period.

    Raises:
        ValueError: nothing lies in stock in any scenario.
    """
    if not plan["stock"]:
        raise ValueError("nothing lies in stock; there is nothing to draw")
    first, last = span(plan)
    weight = {one["id"]: one["probability"] for one in plan["scenarios"]}
    held: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(lambda: dict.fromkeys(weight, 0.0)))
    for one in plan["stock"]:
        for name in one["scenarios"]:
            held[one["part"]][one["period"]][name] += one["quantity"]
    parts = list(held)[:MOST]
    rows: list[dict[str, Any]] = []
    for part in parts:
        for period in range(1, plan["periods"] + 1):
            levels = held[part][period]
            end = first + timedelta(days=period * plan["period_days"] - 1)
            mean = sum(weight[name] * level for name, level in levels.items())
            rows.append(
                {"part": part, "day": iso(end), "mean": mean, "low": min(levels.values()), "high": max(levels.values())}
            )
    marks = [{"day": iso(day), "event": f"lapses {day} if not extended", "part": part}
             for day, _ in lapses(plan) for part in parts if first <= day <= last]  # fmt: skip
    x = day_axis("day", first, last)
    layers: list[Any] = [
        alt.Chart().mark_area(color=ACCENT, opacity=0.18).encode(x=x, y=alt.Y("low:Q", title="units"), y2="high:Q"),
        alt.Chart().mark_line(color=ACCENT, strokeWidth=2).encode(x=x, y="mean:Q"),
    ]
    found = []
    for part in parts:
        own = [row for row in rows if row["part"] == part]
        panel = [layer.properties(data=data(own)) for layer in layers]
        at = [mark for mark in marks if mark["part"] == part]
        if at:
            rule = alt.Chart(data(at)).mark_rule(color="#a8431a", strokeDash=[5, 3], strokeWidth=1.5).encode(x=x)
            panel.append(rule)
            if part == parts[0]:
                panel.append(alt.Chart(data(at)).mark_text(align="left", dx=5, baseline="top", color=INK).encode(
                    x=x, y=alt.value(2), text="event:N"))  # fmt: skip
        title = alt.TitleParams(part, fontSize=13, anchor="start", color=INK, offset=4)
        found.append(alt.layer(*panel).properties(width=760, height=86, title=title))
    chart = alt.vconcat(*found, spacing=6).properties(title=alt.TitleParams(
        "Stock against the lapse of the authorization",
        subtitle=["Line: mean over the scenarios. Band: from the leanest to the fullest scenario. At the end of each period.",
                  f"{plan['title']}; as known on {plan['known']}."], subtitleColor=FAINT,
    ))  # fmt: skip
    peak = {part: max(row["mean"] for row in rows if row["part"] == part) for part in parts}
    told = "; ".join(f"{part} at most {value:,.0f} units in the mean" for part, value in peak.items())
    return drawn(chart, f"Stock by part over time against the lapse of the authorization: {told}.")
