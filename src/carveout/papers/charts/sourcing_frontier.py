"""What a plan is worth: the frontier of expected cost and risk, and the regret of policies on held-out scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from carveout.papers.charts.axis import data
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import ACCENT, FAINT, INK


def frontier_chart(plan: Mapping[str, Any], analysis: Mapping[str, Any]) -> Picture:
    """Expected cost against the mean of the worst scenarios, a point per weight of risk."""
    tail = 1 - plan["aim"]["tail"]
    rows = _points(analysis["frontier"])
    x = alt.X(
        "expected:Q",
        title=f"expected cost, {plan['currency']}",
        scale=alt.Scale(zero=False, padding=30),
        axis=alt.Axis(format=",.0f", tickCount=6),
    )
    y = alt.Y(
        "cvar:Q",
        title=f"mean of the worst {tail:.0%}, {plan['currency']}",
        scale=alt.Scale(zero=False, padding=30),
        axis=alt.Axis(format=",.0f"),
    )
    base = alt.Chart(data(rows))
    chart = base.mark_line(color=ACCENT, opacity=0.4).encode(x=x, y=y, order="order:Q")
    chart += base.mark_point(color=ACCENT, filled=True, size=70, opacity=1).encode(x=x, y=y)
    for place, one in enumerate(
        rows
    ):  # neighbors above and below their points, so that labels do not lie on each other
        label = alt.Chart(data([one])).mark_text(align="left", dx=8, dy=-9 if place % 2 else 10, color=INK)
        chart += label.encode(x=x, y=y, text="text:N")
    chart = chart.properties(width=640, height=340, title=alt.TitleParams(
        "The frontier of cost and risk", subtitle=["Each point is a plan; its label is the weight given to the worst scenarios.", plan["title"]],
        subtitleColor=FAINT,
    ))  # fmt: skip
    least, safest = min(rows, key=lambda r: r["expected"]), min(rows, key=lambda r: r["cvar"])
    return drawn(chart, f"Frontier: the cheapest plan costs {least['expected']:,.0f} in expectation and {least['cvar']:,.0f} in the worst "
                        f"scenarios; the safest {safest['expected']:,.0f} and {safest['cvar']:,.0f}.")  # fmt: skip


def _points(frontier: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The points; those that lie on each other share a label."""
    reach = 0.03 * max(1.0, *(max(p[k] for p in frontier) - min(p[k] for p in frontier) for k in ("expected", "cvar")))
    found: list[dict[str, Any]] = []
    for p in frontier:
        if found and abs(found[-1]["expected"] - p["expected"]) < reach and abs(found[-1]["cvar"] - p["cvar"]) < reach:
            found[-1]["text"] += f", {p['risk']:g}"
            continue
        found.append({"expected": p["expected"], "cvar": p["cvar"], "text": f"risk {p['risk']:g}", "order": p["risk"]})
    return found


def regret_chart(plan: Mapping[str, Any], analysis: Mapping[str, Any]) -> Picture:
    """Mean regret against perfect information with its 95 percent interval, a bar per policy."""
    rows = [{"policy": p["policy"], "mean": p["mean_regret"], "low": p["interval_95"][0], "high": p["interval_95"][1],
             "text": f"{p['mean_regret']:,.0f}"} for p in analysis["policies"] if p["policy"] != "perfect information"]  # fmt: skip
    names = [row["policy"] for row in sorted(rows, key=lambda r: r["mean"])]
    x = alt.X("mean:Q", title=f"mean regret, {plan['currency']}", axis=alt.Axis(format=",.0f", tickCount=6))
    y = alt.Y("policy:N", sort=names, title=None)
    base = alt.Chart(data(rows))
    chart = base.mark_bar(height=18, color=ACCENT, opacity=0.75).encode(x=x, y=y)
    chart += base.mark_rule(color=INK, strokeWidth=1.6).encode(x=alt.X("low:Q"), x2="high:Q", y=y)
    chart += base.mark_text(align="left", dx=6, dy=-13, color=INK).encode(x=alt.X("high:Q"), y=y, text="text:N")
    chart = chart.properties(width=640, height=52 * len(rows), title=alt.TitleParams(
        "Regret on scenarios that the plan was not made for",
        subtitle=[f"Cost above that of knowing the law's course from the first day: mean of {analysis['held_out']} drawn scenarios, "
                  "95 percent interval."], subtitleColor=FAINT,
    ))  # fmt: skip
    told = "; ".join(f"{row['policy']} {row['mean']:,.0f} ({row['low']:,.0f} to {row['high']:,.0f})" for row in rows)
    return drawn(chart, f"Mean regret: {told}.")
