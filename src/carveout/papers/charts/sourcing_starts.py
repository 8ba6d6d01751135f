"""The qualification chart: from when to when each second source is qualified, against the lapse line, and how long it may wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt

from carveout.papers.charts.axis import data, day_axis, iso
from carveout.papers.charts.sourcing_stock import lapses, span
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import ACCENT, FAINT, INK


def starts_chart(plan: Mapping[str, Any], may_wait: Sequence[Mapping[str, Any]] = ()) -> Picture:
    """A bar per qualification; a lighter one where its start may wait for nothing.

    Raises:
        ValueError: the plan qualifies nobody.
    """
    if not plan["qualifications"]:
        raise ValueError("the plan qualifies no source; there is nothing to draw")
    first, last = span(plan)
    bars: list[dict[str, Any]] = []
    names: list[str] = []
    waits = {one["offer"]: one for one in may_wait}
    for one in sorted(plan["qualifications"], key=lambda q: (q["start_on"], q["offer"])):
        name = f"{one['part']}: {one['supplier']}"
        names.append(name)
        ready = min(date.fromisoformat(one["ready_on"]), last)
        bars.append({"row": name, "from": iso(date.fromisoformat(one["start_on"])), "to": iso(ready), "what": "being qualified",
                     "text": f"ready {one['ready_on']}"})  # fmt: skip
        bars.append({"row": name, "from": iso(ready), "to": iso(last), "what": "qualified", "text": ""})
        wait = waits.get(one["offer"])
        if wait is not None and wait["free_until"] > wait["planned"]:
            bars[-2]["text"] += f"; may start until {wait['free_until']}"
    words, colors = ["being qualified", "qualified"], [ACCENT, "#9fcfc4"]
    x = day_axis("from", first, last)
    y = alt.Y("row:N", sort=names, title=None)
    color = alt.Color("what:N", title=None, scale=alt.Scale(domain=words, range=colors))
    chart: Any = alt.Chart(data(bars)).mark_bar(height=16).encode(x=x, x2="to:T", y=y, color=color)
    chart += alt.Chart(data([bar for bar in bars if bar["text"]])).mark_text(align="left", dx=4, color=INK).encode(
        x=alt.X("to:T"), y=y, text="text:N")  # fmt: skip
    at = [{"from": iso(day)} for day, _ in lapses(plan) if first <= day <= last]
    if at:
        chart += alt.Chart(data(at)).mark_rule(color="#a8431a", strokeDash=[5, 3], strokeWidth=1.5).encode(x=x)
    said = [f"the authorization lapses on {day} if {event} does not come" for day, event in lapses(plan)]
    chart = chart.properties(width=700, height=34 * len(names), title=alt.TitleParams(
        "What is qualified, and when", subtitle=[*(f"Dashed: {one}." for one in said), f"{plan['title']}; as known on {plan['known']}."],
        subtitleColor=FAINT,
    ))  # fmt: skip
    told = "; ".join(
        f"{q['supplier']} for {q['part']} from {q['start_on']} to {q['ready_on']}" for q in plan["qualifications"]
    )
    return drawn(chart, f"Qualifications over time: {told}.")
