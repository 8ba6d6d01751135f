"""Pictures of an app plan: users kept over time, by budget, what is built when, what depends on what, who gets updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import altair as alt

from carveout.papers.charts.axis import data, day_axis, iso, short
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import ACCENT, FAINT, INK, LINE

Plan = Mapping[str, Any]
BUILT, LAWFUL, LEFT, BARE = "#23776f", "#9fcfc4", "#cfd8df", "#e08a55"
MOST_ROWS, MOST_NODES = 40, 36
LINES = {"all users": FAINT, "kept by the plan": BUILT, "doing nothing": BARE}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def coverage(plan: Plan) -> Picture:
    """Users kept in each period by the plan and by doing nothing, with what platform services still carry."""
    rows = plan["coverage"]
    first, last = _day(rows[0]["from"]), _day(rows[-1]["through"]) + timedelta(days=1)
    names = {"all users": "users", "kept by the plan": "kept", "doing nothing": "without"}
    values = [
        {"day": iso(_day(row["from"])), "users": row[key] / 1e6, "which": name}
        for row in rows
        for name, key in names.items()
    ]
    values += [{"day": iso(last), "users": rows[-1][key] / 1e6, "which": name} for name, key in names.items()]
    labels = [
        {"day": iso(last), "users": rows[-1][key] / 1e6, "text": f"{name}: {rows[-1][key] / 1e6:,.1f}"}
        for name, key in names.items()
    ]
    most = max(row["users"] for row in rows) / 1e6
    y = alt.Y("users:Q", title="million users", scale=alt.Scale(domain=[0, 1.25 * most]), axis=alt.Axis(format=",.0f"))
    color = alt.Color("which:N", title=None, scale=alt.Scale(domain=list(LINES), range=list(LINES.values())))
    lines = alt.Chart(data(values)).mark_line(interpolate="step-after", strokeWidth=2.2).encode(
        x=day_axis("day", first, last), y=y, color=color
    )  # fmt: skip
    ends = (
        alt.Chart(data(labels)).mark_text(align="left", dx=6, color=INK).encode(x="day:T", y="users:Q", text="text:N")
    )
    layers: list[Any] = [lines, ends]
    marks: dict[str, list[str]] = {}
    for row in plan["services"]:
        if row["through"] and row["through"] != rows[-1]["through"]:
            names_at = marks.setdefault(row["through"], [])
            if row["scenario"] not in names_at:
                names_at.append(row["scenario"])
    told = [
        {"day": iso(_day(day) + timedelta(days=1)), "text": short("; ".join(names), 34)}
        for day, names in sorted(marks.items())
    ]
    layers += [
        alt.Chart(data(told)).mark_rule(color=FAINT, strokeDash=[4, 3]).encode(x="day:T"),
        *(alt.Chart(data([one])).mark_text(align="left", dx=4, dy=4, baseline="top", color=FAINT).encode(
            x="day:T", y=alt.value(14 * (place % 3)), text="text:N") for place, one in enumerate(told)),
    ]  # fmt: skip
    share = plan["share"]
    chart = alt.layer(*layers).properties(
        width=720, height=340,
        title=alt.TitleParams("Users kept, period by period", subtitle=[
            f"{share:.1%} of {plan['counts']}, at most {plan['bound'] / max(plan['kept'], 1e-9) * share:.1%}; expected over the scenarios.",
            "Dashed: the end of the last whole period in which the platform's services may reach a model, by scenario.",
        ]),
    )  # fmt: skip
    return drawn(
        chart,
        f"Users kept over time: at the end {rows[-1]['kept']:,.0f} of {rows[-1]['users']:,.0f}, doing nothing {rows[-1]['without']:,.0f}.",
    )


def budget(plan: Plan) -> Picture:
    """Share of users kept at each date, for several sizes of all means."""
    rows = plan["frontier"]
    first, last = _day(plan["coverage"][0]["from"]), _day(plan["coverage"][-1]["through"]) + timedelta(days=1)
    days = [_day(row["from"]) for row in plan["coverage"]]
    values, ends = [], []
    for place, row in enumerate(rows):
        name = f"{row['means']:g} times the means" if row["means"] != 1 else "the means of the case"
        values += [
            {"day": iso(day), "share": share, "which": name, "order": place}
            for day, share in zip(days, row["share"], strict=True)
        ]
        values.append({"day": iso(last), "share": row["share"][-1], "which": name, "order": place})
        ends.append((row["share"][-1], f"{row['means']:g}x"))
    names = list(dict.fromkeys(v["which"] for v in values))
    shades = ["#cfd8df", "#a9c4cf", "#7aaab5", "#4b8f96", "#23776f", "#14534d", "#0b302c"][: len(names)]
    lines = alt.Chart(data(values)).mark_line(interpolate="step-after", strokeWidth=2).encode(
        x=day_axis("day", first, last), y=alt.Y("share:Q", title="share of all users kept", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("which:N", title=None, sort=names, scale=alt.Scale(domain=names, range=shades), legend=alt.Legend(columns=3)),
    )  # fmt: skip
    told = (
        alt.Chart(data([{"day": iso(last), "share": share, "text": text} for share, text in _apart(ends)]))
        .mark_text(align="left", dx=6, color=INK)
        .encode(x="day:T", y="share:Q", text="text:N")
    )
    chart = alt.layer(lines, told).properties(
        width=720, height=340,
        title=alt.TitleParams("What more, or fewer, engineers and money would keep", subtitle=[
            "Each line is a plan of its own: engineers and recruiting money of every period times the factor."]),
    )  # fmt: skip
    said = "; ".join(f"{row['means']:g} times: {row['share'][-1]:.1%}" for row in rows)
    return drawn(chart, f"Share of users kept at the end by means: {said}.")


def _apart(ends: Sequence[tuple[float, str]], least: float = 0.035) -> list[tuple[float, str]]:
    """Labels at heights; those that would lie on each other are one."""
    found: list[tuple[float, list[str], float]] = []
    for share, text in sorted(ends):
        if found and share - found[-1][0] < least:
            found[-1][1].append(text)
        else:
            found.append((share, [text], share))
    return [
        (share, f"{', '.join(texts)}: {share:.0%}" + (" or more" if len(texts) > 1 else ""))
        for share, texts, _ in found
    ]


def gantt(plan: Plan) -> Picture:
    """When each service is built, and how many apps are won in each period."""
    first, last = _day(plan["coverage"][0]["from"]), _day(plan["coverage"][-1]["through"]) + timedelta(days=1)
    chosen = sorted(plan["builds"], key=lambda row: -row["waiting"])[:MOST_ROWS]
    chosen.sort(key=lambda row: (row["ready_period"], row["start_period"], row["service"]))
    names = [f"{row['service']}: {row['replacement']}" for row in chosen]
    bars = [
        {
            "row": name,
            "from": iso(_day(row["starts"])),
            "to": iso(_day(row["ready"])),
            "what": "work",
            "text": f"{sum(row['work']):,.0f} engineer-months",
        }
        for name, row in zip(names, chosen, strict=True)
    ]
    bars += [
        {"row": name, "from": iso(_day(row["ready"])), "to": iso(last), "what": "in service"}
        for name, row in zip(names, chosen, strict=True)
    ]
    y = alt.Y("row:N", sort=names, title=None, axis=alt.Axis(labelLimit=300))
    color = alt.Color("what:N", title=None, scale=alt.Scale(domain=["work", "in service"], range=[ACCENT, LAWFUL]))
    base = (
        alt.Chart(data(bars))
        .mark_bar(height={"band": 0.7})
        .encode(x=day_axis("from", first, last), x2="to:T", y=y, color=color)
    )
    left = len(plan["builds"]) - len(chosen)
    top = base.properties(
        width=560, height={"step": 20},
        title=alt.TitleParams("What is built when", subtitle=[
            "Blue: work on a replacement; it may be spread and paused. Green: in service." + (f" {left:,} smaller ones are not drawn." if left else "")]),
    )  # fmt: skip
    wins: dict[str, int] = {}
    for row in plan["wins"]:
        wins[row["ready"]] = wins.get(row["ready"], 0) + 1
    months = [
        {"from": iso(_day(row["from"])), "to": iso(_day(row["through"])), "apps": wins.get(row["from"], 0),
         "months": row["engineer_months"]} for row in plan["coverage"]
    ]  # fmt: skip
    below = alt.Chart(data(months)).mark_bar(color=BUILT, opacity=0.85).encode(
        x=day_axis("from", first, last), x2="to:T", y=alt.Y("apps:Q", title="apps that start"), y2=alt.datum(0)
    ).properties(width=560, height=110)  # fmt: skip
    work = alt.Chart(data(months)).mark_bar(color=ACCENT, opacity=0.85).encode(
        x=day_axis("from", first, last), x2="to:T", y=alt.Y("months:Q", title="engineer-months"), y2=alt.datum(0)
    ).properties(width=560, height=110)  # fmt: skip
    return drawn(
        alt.vconcat(top, below, work, spacing=24),
        f"{len(plan['builds'])} replacements are built and {len(plan['wins'])} apps won.",
    )


def graph(plan: Plan) -> Picture:
    """Services and what their replacements need, by depth; built ones by the day they are ready."""
    nodes = plan["graph"]
    chosen = sorted(nodes, key=lambda one: -one["users"])[:MOST_NODES]
    held = {one["service"] for one in chosen}
    chosen += [
        one for one in nodes if one["service"] not in held and any(one["service"] in other["needs"] for other in chosen)
    ]
    by_name = {one["service"]: one for one in chosen}
    depth: dict[str, int] = {}

    def deep(name: str) -> int:
        if name not in depth:
            depth[name] = 0
            depth[name] = max((deep(n) + 1 for n in by_name[name]["needs"] if n in by_name), default=0)
        return depth[name]

    columns: dict[int, list[str]] = {}
    for name in by_name:
        columns.setdefault(deep(name), []).append(name)
    tall = max(len(one) for one in columns.values())
    place = {
        name: (level, (tall - len(names)) / 2 + row)
        for level, names in columns.items()
        for row, name in enumerate(names)
    }
    words = {"built": BUILT, "stays lawful": LAWFUL, "not built": LEFT, "has no replacement": BARE}
    dots = [
        {"x": place[n][0], "y": -place[n][1], "text": short(n + (f", {one['ready']}" if one["ready"] else ""), 30), "users": one["users"],
         "state": one["state"]}
        for n, one in by_name.items()
    ]  # fmt: skip
    lines = [
        {"x": place[n][0], "y": -place[n][1], "x2": place[m][0], "y2": -place[m][1]}
        for n, one in by_name.items() for m in one["needs"] if m in place
    ]  # fmt: skip
    wide = max(columns) + 1
    # What nothing is needed for stands with its name outside, so that no line runs under it.
    first, others = [one for one in dots if one["x"] == 0], [one for one in dots if one["x"] > 0]
    sides: tuple[tuple[list[dict[str, Any]], Literal["left", "right"], int], ...] = (
        (first, "right", -16),
        (others, "left", 16),
    )
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.85, wide - 0.15]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-tall + 0.2, 0.8]))
    layers = [
        alt.Chart(data(lines)).mark_rule(color=LINE, strokeWidth=1.6).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        alt.Chart(data(dots)).mark_circle(opacity=1, stroke="white").encode(
            x=x, y=y, size=alt.Size("users:Q", legend=None, scale=alt.Scale(range=[60, 700])),
            color=alt.Color("state:N", title=None, scale=alt.Scale(domain=list(words), range=list(words.values())))),
        *(alt.Chart(data(some)).mark_text(align=align, dx=dx, fontSize=11, stroke="white", strokeWidth=4).encode(x=x, y=y, text="text:N")
          for some, align, dx in sides),
        *(alt.Chart(data(some)).mark_text(align=align, dx=dx, color=INK, fontSize=11).encode(x=x, y=y, text="text:N")
          for some, align, dx in sides),
    ]  # fmt: skip
    chart = alt.layer(*layers).properties(
        width=max(560, int(260 * (wide + 0.7))), height=max(260, 26 * tall),
        title=alt.TitleParams("What depends on what", subtitle=[
            "A replacement needs those to its left that a line leads to. Large: many users' apps use it. With the day it is ready."]),
    )  # fmt: skip
    return drawn(
        chart,
        f"{len(by_name)} services with {len(lines)} dependencies of their replacements; built: {sum(one['state'] == 'built' for one in chosen)}.",
    )


def updates(plan: Plan) -> Picture:
    """Who gets security updates when, by model and scenario; and the share of the fleet that gets none."""
    rows = plan["updates"]["models"]
    first, last = _day(plan["coverage"][0]["from"]), _day(plan["coverage"][-1]["through"]) + timedelta(days=1)
    cells = []
    for row in rows[: MOST_ROWS * 2]:
        through = _day(row["security_through"]) if row["security_through"] else first - timedelta(days=1)
        for span, good in zip(plan["coverage"], row["security"], strict=True):
            state = (
                "none"
                if not good
                else "lawful from the platform"
                if _day(span["through"]) <= through
                else "own updates"
            )
            cells.append({"row": f"{row['model']} / {row['scenario']}", "from": iso(_day(span["from"])),
                          "to": iso(_day(span["through"]) + timedelta(days=1)), "state": state})  # fmt: skip
    words = {"lawful from the platform": LAWFUL, "own updates": BUILT, "none": BARE}
    top = alt.Chart(data(cells)).mark_bar(height={"band": 0.8}).encode(
        x=day_axis("from", first, last), x2="to:T", y=alt.Y("row:N", title=None, sort=None, axis=alt.Axis(labelLimit=320)),
        color=alt.Color("state:N", title=None, scale=alt.Scale(domain=list(words), range=list(words.values()))),
    ).properties(width=520, height={"step": 19}, title=alt.TitleParams("Security updates, model by model", subtitle=[
        "Expected over the scenarios below. Fixes and new functions are told apart in the workbook."]))  # fmt: skip
    shares = [{"from": iso(_day(span["from"])), "to": iso(_day(span["through"])), "share": share}
              for span, share in zip(plan["coverage"], plan["updates"]["unprotected_share"], strict=True)]  # fmt: skip
    below = alt.Chart(data(shares)).mark_bar(color=BARE).encode(
        x=day_axis("from", first, last), x2="to:T", y=alt.Y("share:Q", title="fleet without", axis=alt.Axis(format=".0%")), y2=alt.datum(0),
    ).properties(width=520, height=100)  # fmt: skip
    worst = max(plan["updates"]["unprotected_share"])
    return drawn(
        alt.vconcat(top, below, spacing=22),
        f"Security updates by model and scenario; at the worst {worst:.1%} of the fleet gets none.",
    )


def pictures(plan: Plan) -> dict[str, Picture]:
    """File name without its ending -> picture."""
    made = {"coverage": coverage, "gantt": gantt, "graph": graph, "updates": updates}
    if plan.get("frontier"):
        made["budget"] = budget
    return {name: draw(plan) for name, draw in made.items()}


__all__: Sequence[str] = ("budget", "coverage", "gantt", "graph", "pictures", "updates")
