"""Pictures of a technology license: the tornado, the threshold by volatility, the flows, what is lawful."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from carveout.papers.charts.axis import data
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import ACCENT, FAINT, INK, SHADES

Plan = Mapping[str, Any]
GAIN, COST, SALES = "#23776f", "#e08a55", "#9fcfc4"

WORDS = {
    "deal.discount_a_year": "discount rate", "market.units_a_year": "units needed", "own.unit_cost": "unit cost",
    "own.learning": "learning (share per doubling)", "own.opex_a_year": "running cost", "own.capex": "plant",
    "own.audit_a_year": "security audit", "own.ready_after_years": "years to market", "own.sales_units_a_year": "sales to others",
    "own.sales_margin_share": "margin on sales", "options.volatility_a_year": "volatility", "vendor.price_a_unit": "vendors' prices",
}  # fmt: skip


def _has_fee(plan: Plan) -> bool:
    return plan["threshold_fee"] is not None


def tornado(plan: Plan) -> Picture:
    """The threshold fee at both ends of each number, widest first."""
    money, base = plan["currency"], plan["threshold_fee"]
    rows = [row for row in plan["tornado"] if row["at_low"] is not None and row["at_high"] is not None]
    order = [_named(row) for row in rows]
    bars = [
        {"row": _named(row), "from": base, "to": row[at], "end": f"{end} end", "text": f"{row[end]:g}: {row[at]:,.0f}", "side": row[at] >= base}
        for row in rows for end, at in (("low", "at_low"), ("high", "at_high"))
    ]  # fmt: skip
    y = alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=300))
    ends = (
        [x for row in rows for x in (row["at_low"], row["at_high"])]
        + [base]
        + ([plan["fee_asked"]] if plan["fee_asked"] is not None else [])
    )
    room = 0.16 * (max(ends) - min(ends) or 1.0)
    x = alt.X("from:Q", title=f"threshold fee, {money}", axis=alt.Axis(format=",.0f"),
              scale=alt.Scale(domain=[min(ends) - room, max(ends) + room], nice=False))  # fmt: skip
    layers: list[Any] = [
        alt.Chart(data(bars)).mark_bar(height={"band": 0.66}).encode(
            x=x, x2="to:Q", y=y, color=alt.Color("end:N", title=None, scale=alt.Scale(domain=["low end", "high end"], range=[SALES, ACCENT]))),
        *(alt.Chart(data([bar for bar in bars if bar["side"] is right])).mark_text(align="left" if right else "right", dx=5 if right else -5, color=INK, fontSize=11)
          .encode(x=alt.X("to:Q"), y=y, text="text:N") for right in (True, False)),
        alt.Chart(data([{"at": base}])).mark_rule(color=INK, strokeWidth=1.4).encode(x="at:Q"),
    ]  # fmt: skip
    said = f"Line: the threshold of the case, {base:,.0f}."
    if plan["fee_asked"] is not None:
        layers.append(
            alt.Chart(data([{"at": plan["fee_asked"]}]))
            .mark_rule(color=COST, strokeDash=[5, 3], strokeWidth=1.6)
            .encode(x="at:Q")
        )
        said += f" Dashed: the fee that is asked, {plan['fee_asked']:,.0f}."
    chart = alt.layer(*layers).properties(
        width=640, height={"step": 30},
        title=alt.TitleParams("What moves the threshold fee", subtitle=["One number at a time, all else equal; at each end its value and the threshold.", said]),
    )  # fmt: skip
    return drawn(chart, "Tornado of the threshold fee; widest: " + ", ".join(order[:3]) + f". {said}")


def _named(row: Mapping[str, Any]) -> str:
    return WORDS.get(str(row["name"]), str(row["name"]))


def threshold(plan: Plan) -> Picture:
    """The threshold fee by volatility, with and without options, and the fee asked."""
    names = {"threshold": "with all options", "without_options": "without options"}
    values = [
        {"x": row["volatility"], "fee": row[key], "which": name}
        for row in plan["volatility"]
        for key, name in names.items()
    ]
    lines = {"with all options": GAIN, "without options": FAINT}
    color = alt.Color("which:N", title=None, scale=alt.Scale(domain=list(lines), range=list(lines.values())))
    fee = plan["fee_asked"]
    layers: list[Any] = [
        alt.Chart(data(values)).mark_line(point=True, strokeWidth=2.2).encode(
            x=alt.X("x:Q", title="volatility of the vendors' price level, a year", axis=alt.Axis(format=".0%")),
            y=alt.Y("fee:Q", title=f"threshold fee, {plan['currency']}", scale=alt.Scale(zero=True), axis=alt.Axis(format=",.0f")), color=color)
    ]  # fmt: skip
    if fee is not None:
        layers.append(
            alt.Chart(data([{"fee": fee}])).mark_rule(color=COST, strokeDash=[5, 3], strokeWidth=1.6).encode(y="fee:Q")
        )
        layers.append(alt.Chart(data([{"fee": fee, "text": f"asked: {fee:,.0f}", "x": 0.0}])).mark_text(
            align="left", dx=4, dy=-7, color=INK).encode(x="x:Q", y="fee:Q", text="text:N"))  # fmt: skip
    chart = alt.layer(*layers).properties(
        width=640, height=320,
        title=alt.TitleParams("What the license is worth", subtitle=[
            "Below a line the license is the better choice. What may be decided later is worth more, the less is known."]),
    )  # fmt: skip
    return drawn(
        chart,
        f"Threshold fee by volatility; in the case {plan['threshold_fee']:,.0f}, without options {plan['threshold_without_options']:,.0f}.",
    )


def flows(plan: Plan) -> Picture:
    """What the license saves, earns and costs in each year, of the first scenario in which the deal closes."""
    one = next(row for row in plan["scenarios"] if row["closes"])
    first = int(plan["on"][:4])
    names = {"avoided": "vendors not paid", "sales": "margin on sales to others", "cost": "own line"}
    values = [
        {"year": f"year {year + 1} ({first + year})", "money": amount * (-1 if key == "cost" else 1), "what": name}
        for key, name in names.items() for year, amount in enumerate(one[key])
    ]  # fmt: skip
    net = [{"year": f"year {y + 1} ({first + y})", "money": a + s - c}
           for y, (a, s, c) in enumerate(zip(one["avoided"], one["sales"], one["cost"], strict=True))]  # fmt: skip
    order = [row["year"] for row in net]
    x = alt.X("year:N", sort=order, title=None, axis=alt.Axis(labelAngle=0))
    bars = alt.Chart(data(values)).mark_bar(size=44).encode(
        x=x, y=alt.Y("money:Q", title=plan["currency"], axis=alt.Axis(format=",.0f")),
        color=alt.Color("what:N", title=None, scale=alt.Scale(domain=list(names.values()), range=[GAIN, SALES, COST])))  # fmt: skip
    dots = alt.Chart(data(net)).mark_point(filled=True, color=INK, size=60).encode(x=x, y="money:Q")
    chart = alt.layer(bars, dots).properties(
        width=680, height=320,
        title=alt.TitleParams("The license against the vendors, year by year", subtitle=[
            f"Against {one['vendor']}, the cheapest that may be bought from; before the fee, prices as expected, no option used. Dot: what is left."]),
    )  # fmt: skip
    return drawn(chart, "Flows by year; what is left: " + ", ".join(f"{row['money']:,.0f}" for row in net) + ".")


def acts(plan: Plan) -> Picture:
    """The legal outcome of every act, year by year, of the first scenario."""
    first = plan["scenarios"][0]["name"]
    start = int(plan["on"][:4])
    words = {"not_subject": "not subject to the rules", "no_license_required": "no license required", "authorized": "authorized",
             "subject_to_review": "free, subject to review", "license_required": "license required", "prohibited": "prohibited"}  # fmt: skip
    cells, order = [], []
    for row in plan["acts"]:
        if row["scenario"] != first:
            continue
        name = f"{row['what']}, {row['direction']}"
        order.append(name)
        for year, outcome in enumerate(row["outcomes"]):
            low, _, high = outcome.partition("..")
            free = row["free"][year]
            word = words[high or low] if free or not high else "unsettled" if low in FREE else words[low]
            cells.append({"row": name, "year": str(start + year), "outcome": word})
    present = [word for word in SHADES if word in {cell["outcome"] for cell in cells}]
    chart = alt.Chart(data(cells)).mark_rect(stroke="white", strokeWidth=2).encode(
        x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0)), y=alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=300)),
        color=alt.Color("outcome:N", title=None, scale=alt.Scale(domain=present, range=[SHADES[w] for w in present]), legend=alt.Legend(columns=4)),
    ).properties(
        width=64 * max(plan["years"], 3), height={"step": 28},
        title=alt.TitleParams("What is lawful, in both directions", subtitle=[
            f"On the first day of each year, {first}. What comes is asked once, on the day of the deal."]),
    )  # fmt: skip
    return drawn(
        chart,
        f"Outcomes of {len(order)} acts by year; of all cells {sum(c['outcome'] == 'license required' for c in cells)} need a license.",
    )


FREE = ("not_subject", "no_license_required", "authorized", "subject_to_review")


def pictures(plan: Plan) -> dict[str, Picture]:
    """File name without its ending -> picture."""
    found = {"acts": acts(plan)}
    if _has_fee(plan):
        found |= {"threshold": threshold(plan), "flows": flows(plan)}
        if plan["tornado"]:
            found["tornado"] = tornado(plan)
    return found
