"""Pictures of a migration plan: jobs and crews over time, persons in service, waves on the map, money, spares.

They take the object of ``plan.json`` and know no rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt

from carveout.papers.charts.axis import data, day_axis, iso
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import ACCENT, FAINT, INK

Plan = Mapping[str, Any]

JOB_COLORS = {
    "survey": "#8fa1ae", "structural work": "#b9a5cf", "build": "#2b5c8a", "cut-over": "#e3c567", "removal": "#e08a55",
}  # fmt: skip
WAVES = ("#0d3b4f", "#176a74", "#3f9a83", "#94c27a", "#e3c567", "#e08a55", "#b4482f", "#6d1f2f")
BARRED, FREE, RISK = "#8c2740", "#23776f", "#c9808f"
OUT_OF_SERVICE = ("#f4f6f8", "#f3d9a8", "#d97f47", "#9c3d1b")
"""From nobody out of service to as many as the floor allows."""


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _week(plan: Plan, week: float) -> date:
    return _day(plan["start"]) + timedelta(days=round(7 * week))


def _span(plan: Plan) -> tuple[date, date]:
    first, deadline = _day(plan["start"]), _day(plan["deadline"])
    return first, max(_week(plan, plan["finish_week"]), deadline) + timedelta(days=21)


def _deadline(plan: Plan, first: date, last: date) -> Any:
    """The deadline as a rule, its name on the side where there is room, above what is drawn."""
    day = _day(plan["deadline"])
    early = (day - first) < (last - first) / 3
    mark = data([{"at": iso(day), "text": f"deadline {day}"}])
    rule = alt.Chart(mark).mark_rule(color=BARRED, strokeDash=[4, 3]).encode(x="at:T")
    label = alt.Chart(mark).mark_text(
        align="left" if early else "right", dx=4 if early else -4, dy=-14, baseline="top", color=BARRED
    ).encode(x="at:T", y=alt.value(0), text="text:N")  # fmt: skip
    return alt.layer(rule, label)


def gantt(plan: Plan) -> Picture:
    """The jobs of each market over time, how many sites at once, and crews at work beside those there are."""
    first, last = _span(plan)
    rows: list[dict[str, Any]] = []
    cores: list[dict[str, Any]] = []
    for job, key in (
        ("survey", "survey"),
        ("structural work", "strengthen"),
        ("build", "build"),
        ("cut-over", "cutover"),
        ("removal", "remove"),
    ):
        counts: Counter[tuple[str, int]] = Counter()
        for site in plan["sites"]:
            start = site[f"{key}_week"]
            if start is not None:
                counts.update((site["market"], week) for week in range(start, start + site[f"{key}_weeks"]))
        rows += [{"market": market, "job": job, "from": iso(_week(plan, week)), "to": iso(_week(plan, week + 1)), "sites": count}
                 for (market, week), count in counts.items()]  # fmt: skip
    for core in plan["cores"]:
        told = core["market"] or "one core for all"
        cores.append({"market": core["market"] or "core", "from": iso(_week(plan, core["start_week"])),
                      "to": iso(_day(core["done_day"])), "text": told})  # fmt: skip
    starts = {market: min(site["build_week"] for site in plan["sites"] if site["market"] == market)
              for market in {site["market"] for site in plan["sites"]}}  # fmt: skip
    order = (["core"] if any(not core["market"] for core in plan["cores"]) else []) + sorted(
        starts, key=lambda m: (starts[m], m)
    )
    kinds = list(JOB_COLORS)
    y = alt.Y("market:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False))
    x = day_axis("from", first, last)
    bars = alt.Chart(data(rows)).mark_bar(height={"band": 0.8}).encode(
        x=x, x2="to:T", y=y, yOffset=alt.YOffset("job:N", sort=kinds, scale=alt.Scale(domain=kinds)),
        color=alt.Color("job:N", title=None, scale=alt.Scale(domain=kinds, range=list(JOB_COLORS.values()))),
        opacity=alt.Opacity("sites:Q", legend=None, scale=alt.Scale(domain=[0, max((row["sites"] for row in rows), default=1)], range=[0.5, 1])),
    )  # fmt: skip
    core = alt.Chart(data(cores)).mark_bar(height=4, color=INK, yOffset=-27).encode(x=x, x2="to:T", y=y)
    top = alt.layer(bars, core, _deadline(plan, first, last)).properties(width=820, height=64 * len(order))
    crews = _histogram(plan, first, last)
    chart = alt.vconcat(top, crews, spacing=22).resolve_scale(color="independent").properties(
        title=alt.TitleParams(f"Plan of {plan['name']}", subtitle=[
            f"{len(plan['sites']):,} sites, {plan['order'].replace('_', ' ')}: done {plan['finish_day']}. Each line a job; the darker, the more sites at once.",
            "Dark bars on top: work on the core. Below: crews at work.",
        ])
    )  # fmt: skip
    told = f"Jobs of {len(plan['sites'])} sites by market from {first} to {plan['finish_day']}, and crews at work each week."
    return drawn(chart, told)


def _histogram(plan: Plan, first: date, last: date) -> alt.VConcatChart:
    """Crews at work of each kind, under a line of those there are."""
    parts = []
    for kind in ("tower", "survey", "integration", "structural"):
        line, there = plan["weeks"]["crews"][kind], plan["weeks"]["crews_there"][kind]
        if not any(line):
            continue
        rows = [
            {"from": iso(_week(plan, week)), "to": iso(_week(plan, week + 1)), "crews": count, "zero": 0}
            for week, count in enumerate(line)
            if count
        ]
        most = max(there)
        x = day_axis("from", first, last, grid=False)
        y = alt.Y("crews:Q", title=kind, scale=alt.Scale(domain=[0, most * 1.12], nice=False),
                  axis=alt.Axis(values=sorted({0, most // 2 if most > 1 else 0, most}), format="d"))  # fmt: skip
        bars = alt.Chart(data(rows)).mark_bar(color=ACCENT, stroke="white", strokeWidth=0.4).encode(
            x=x, x2="to:T", y=y, y2="zero:Q"
        )  # fmt: skip
        held = [{"from": iso(_week(plan, week)), "crews": count} for week, count in enumerate(there)]
        rule = alt.Chart(data(held)).mark_line(interpolate="step-after", color=FAINT, strokeWidth=1).encode(x=x, y=y)
        parts.append(alt.layer(bars, rule).properties(width=820, height=62))
    return alt.vconcat(*parts, spacing=8)


def coverage(plan: Plan) -> Picture:
    """How much of what the floor allows is out of service in each market and week; and the share of sites cut over."""
    first, last = _span(plan)
    persons, floor = plan["persons"], plan["coverage_floor"]
    allowed = max(1 - floor, 1e-9)
    rows, low = [], 1.0
    for market, line in plan["weeks"]["off_air"].items():
        total = persons[market]
        shares = [off / total if total else 0.0 for off in line]
        low = min(low, 1 - max(shares, default=0.0))
        for from_, to, share in _runs(shares):
            rows.append({"from": iso(_week(plan, from_)), "to": iso(_week(plan, to)), "market": market, "share": share})
    scale = alt.Scale(domain=[0, allowed], range=list(OUT_OF_SERVICE), interpolate="lab", clamp=True)
    top = alt.Chart(data(rows)).mark_rect(stroke="white", strokeWidth=0.2).encode(
        x=day_axis("from", first, last, grid=False), x2="to:T",
        y=alt.Y("market:N", title=None, sort=None, axis=alt.Axis(ticks=False, domain=False)),
        color=alt.Color("share:Q", title=f"persons out of service; the floor allows {allowed:.0%}", scale=scale,
                        legend=alt.Legend(format=".0%", tickCount=4, gradientLength=260, titleLimit=500)),
    ).properties(width=820, height={"step": 24})  # fmt: skip
    count = len(plan["sites"])
    done = [{"day": iso(_week(plan, week)), "share": n / count} for week, n in enumerate(plan["weeks"]["cut_over"])]
    done.append({"day": iso(_week(plan, len(done))), "share": 1.0})
    done.append({"day": iso(last), "share": 1.0})
    below = alt.Chart(data(done)).mark_area(
        color=FREE, opacity=0.25, interpolate="step-after", line={"color": FREE, "strokeWidth": 2}
    ).encode(
        x=day_axis("day", first, last), y=alt.Y("share:Q", title="sites cut over", axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1])),
    )  # fmt: skip
    chart = alt.vconcat(
        top, alt.layer(below, _deadline(plan, first, last)).properties(width=820, height=150), spacing=18,
    ).resolve_scale(color="independent").properties(title=alt.TitleParams("Who is out of service, week by week", subtitle=[
        "Sites that are replaced in place are off the air meanwhile; roaming partners and other carriers are counted as stated.",
        f"Lowest share in service in any market and week: {low:.1%}; the floor is {floor:.0%}.",
    ]))  # fmt: skip
    return drawn(
        chart,
        f"Share of persons out of service by market, at most {1 - low:.1%}; the floor allows {allowed:.0%}. Sites cut over rise to all.",
    )


def _runs(line: Sequence[float]) -> Iterator[tuple[int, int, float]]:
    """Stretches of one value: from a week, to before another."""
    begin = 0
    for week in range(1, len(line) + 1):
        if week == len(line) or line[week] != line[begin]:
            yield begin, week, line[begin]
            begin = week


def waves(plan: Plan) -> Picture:
    """Sites on a plain map, colored by the half-year in which they are cut over; sites exposed before are ringed."""
    rows, names = [], []
    start = _day(plan["start"])
    for site in plan["sites"]:
        day = _day(site["cutover_day"])
        name = f"{day.year} {'first' if day.month <= 6 else 'second'} half"
        names.append(name)
        rows.append(
            {
                "x": site["longitude"],
                "y": site["latitude"],
                "wave": name,
                "exposed": site["exposed_weeks"] > 0,
                "site": site["site"],
            }
        )
    order = sorted(set(names))
    colors = [WAVES[round(n * (len(WAVES) - 1) / max(1, len(order) - 1))] for n in range(len(order))]
    west, east = min(row["x"] for row in rows), max(row["x"] for row in rows)
    south, north = min(row["y"] for row in rows), max(row["y"] for row in rows)
    x_pad, y_pad = max(0.1, (east - west) * 0.05), max(0.1, (north - south) * 0.05)
    from math import cos, radians

    tall = (north - south + 2 * y_pad) / max(0.1, (east - west + 2 * x_pad) * cos(radians((north + south) / 2)))
    x = alt.X(
        "x:Q",
        title="degrees east",
        scale=alt.Scale(domain=[west - x_pad, east + x_pad], nice=False, zero=False),
        axis=alt.Axis(grid=True, format=".1f", tickCount=6),
    )
    y = alt.Y(
        "y:Q",
        title="degrees north",
        scale=alt.Scale(domain=[south - y_pad, north + y_pad], nice=False, zero=False),
        axis=alt.Axis(grid=True, format=".1f", tickCount=6),
    )
    dots = alt.Chart(data(rows)).mark_circle(size=70, opacity=1, stroke="white", strokeWidth=0.8).encode(
        x=x, y=y, color=alt.Color("wave:N", title=None, sort=order, scale=alt.Scale(domain=order, range=colors))
    )  # fmt: skip
    rings = (
        alt.Chart(data([row for row in rows if row["exposed"]]))
        .mark_point(size=150, color=BARRED, strokeWidth=1.1, filled=False)
        .encode(x=x, y=y)
    )
    exposed = sum(row["exposed"] for row in rows)
    chart = alt.layer(rings, dots).properties(width=760, height=min(720, max(240, round(760 * tall)))).properties(
        title=alt.TitleParams("Where the waves go", subtitle=[
            f"Each dot a site, colored by the half-year of its cut-over, from {start}.",
            f"Ringed: {exposed:,} sites whose spares are used up before.",
        ])
    )  # fmt: skip
    return drawn(chart, f"Map of {len(rows)} sites by wave of cut-over; {exposed} are exposed before it.")


def cash(plan: Plan) -> Picture:
    """Money at hand over time, below zero on credit."""
    first, last = _span(plan)
    rows = [
        {"day": iso(_week(plan, week)), "money": held / 1000, "zero": 0}
        for week, held in enumerate(plan["weeks"]["cash"])
    ]
    low = min((row["money"] for row in rows), default=0.0)
    credit = -plan["credit"] / 1000
    line = alt.Chart(data(rows)).mark_area(interpolate="step-after", color=ACCENT, opacity=0.25, line={"color": ACCENT, "strokeWidth": 2}).encode(
        x=day_axis("day", first, last), y=alt.Y("money:Q", title="million dollars at hand", axis=alt.Axis(format=",.1f")), y2="zero:Q",
    )  # fmt: skip
    mark = data([{"credit": credit, "text": f"credit ends at {credit:,.1f}"}])
    rule = alt.Chart(mark).mark_rule(color=BARRED, strokeDash=[4, 3]).encode(y="credit:Q")
    label = (
        alt.Chart(mark).mark_text(align="left", dy=-7, color=BARRED).encode(y="credit:Q", x=alt.value(4), text="text:N")
    )
    chart = alt.layer(line, rule, label, _deadline(plan, first, last)).properties(
        width=820, height=300, title=alt.TitleParams("Money at hand, week by week", subtitle=[
            f"{plan['reimbursed']:.1%} of each payment comes back after {plan['claim_weeks']} weeks. Lowest: {low:,.1f} million dollars.",
        ]),
    )  # fmt: skip
    return drawn(chart, f"Money at hand over time, lowest {low:,.1f} million dollars; credit ends at {credit:,.1f}.")


def spares(plan: Plan, most: int = 40) -> Picture:
    """Of the sites that are exposed longest (then soonest out of spares): support, spares, exposure, cut-over."""
    first, last = _span(plan)
    chosen = sorted((s for s in plan["sites"] if s["spares_used_up_week"] is not None),
                    key=lambda s: (-s["exposed_weeks"], s["spares_used_up_week"], s["site"]))[:most]  # fmt: skip
    under = next(iter(plan["sites"][0]["support_ends"]))
    rows: list[dict[str, Any]] = []
    cuts = []
    for site in chosen:
        used, cut = _week(plan, site["spares_used_up_week"]), _day(site["cutover_day"])
        lapse = site["support_ends"][under]
        edges = [
            ("supported", first, _day(lapse) if lapse else cut),
            ("on spares", max(first, _day(lapse)) if lapse else cut, used),
            ("at risk", used, cut),
        ]
        for state, start, end in edges:
            start, end = max(first, start), min(cut, end)
            if start < end:
                rows.append({"site": site["site"], "state": state, "from": iso(start), "to": iso(end)})
        cuts.append({"site": site["site"], "at": iso(cut)})
    states = {"supported": FREE, "on spares": "#e3c567", "at risk": RISK}
    order = [site["site"] for site in chosen]
    y = alt.Y("site:N", sort=order, title=None)
    x = day_axis("from", first, last)
    bars = alt.Chart(data(rows)).mark_bar(height={"band": 0.7}).encode(
        x=x, x2="to:T", y=y, color=alt.Color("state:N", title=None, scale=alt.Scale(domain=list(states), range=list(states.values())))
    )  # fmt: skip
    ticks = alt.Chart(data(cuts)).mark_tick(color=INK, thickness=2, height={"band": 0.9}).encode(x=alt.X("at:T"), y=y)
    total = sum(1 for site in plan["sites"] if site["exposed_weeks"])
    chart = alt.layer(bars, ticks).properties(width=760, height={"step": 17}, title=alt.TitleParams(
        "How long the spares last", subtitle=[
            f"{total:,} of {len(plan['sites']):,} sites are out of spares before their cut-over (dark tick); the {len(chosen)} drawn are those that are so longest.",
            f"Support as the engine answers for each site: {under}." + ("" if cuts else " No site runs out."),
        ]))  # fmt: skip
    return drawn(
        chart, f"Support, spares and risk of {len(chosen)} sites until their cut-over; {total} are at risk for a time."
    )


def finish(plan: Plan) -> Picture:
    """When simulated futures are done, beside the deadline."""
    weeks = Counter(plan["simulation"]["finish_weeks"])
    rows = [
        {"from": iso(_week(plan, week)), "to": iso(_week(plan, week + 1)), "runs": count, "zero": 0}
        for week, count in weeks.items()
    ]
    first, last = (
        min(_week(plan, min(weeks)), _day(plan["deadline"]), _day(plan["finish_day"])) - timedelta(days=28),
        max(_week(plan, max(weeks) + 1), _day(plan["deadline"])) + timedelta(days=28),
    )
    chance = plan["simulation"]["chance"]
    bars = alt.Chart(data(rows)).mark_bar(color=ACCENT, stroke="white", strokeWidth=0.4).encode(
        x=day_axis("from", first, last, grid=False), x2="to:T", y=alt.Y("runs:Q", title="futures", axis=alt.Axis(tickMinStep=1, format="d")), y2="zero:Q"
    )  # fmt: skip
    done = _day(plan["finish_day"])
    early = (done - first) < (last - first) / 3
    plain = data([{"at": iso(done), "text": f"as planned {done}"}])
    rule = alt.Chart(plain).mark_rule(color=FAINT).encode(x="at:T")
    label = (
        alt.Chart(plain)
        .mark_text(align="left" if early else "right", dx=4 if early else -4, dy=4, baseline="top", color=FAINT)
        .encode(x="at:T", y=alt.value(0), text="text:N")
    )
    chart = alt.layer(bars, rule, label, _deadline(plan, first, last)).properties(width=820, height=240, title=alt.TitleParams(
        "When it is done, if weather, vendors and claims have their say", subtitle=[
            f"{plan['simulation']['runs']:,} futures; chance of the deadline {chance['share']:.0%}, between {chance['low']:.0%} and {chance['high']:.0%} (95 percent).",
        ]))  # fmt: skip
    return drawn(chart, f"Finish of {plan['simulation']['runs']} futures; {chance['share']:.0%} meet the deadline.")


def pictures(plan: Plan) -> Sequence[tuple[str, Picture]]:
    """Every picture with the name of its file."""
    found = [
        ("gantt", gantt(plan)),
        ("coverage", coverage(plan)),
        ("waves", waves(plan)),
        ("cash", cash(plan)),
        ("spares", spares(plan)),
    ]
    return [*found, ("finish", finish(plan))] if "simulation" in plan else found
