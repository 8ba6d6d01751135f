"""What covers me until when: a bar per row, colored by outcome, the end of each authorization marked with its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import altair as alt

from carveout.book.course import Course, Stretch
from carveout.papers.charts.axis import data, day_axis, iso, shaded, short
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import FAINT, INK, shade

MOST = 32
"""Rows that are drawn: of a larger book those that are covered now and end first, then the others."""


def gantt(rows: Sequence[Course], *, through: date, known: date | None = None, citations: dict[str, str]) -> Picture:
    """The authorization chart of some rows, from the first day of any to ``through``.

    ``citations`` is provision id -> how it is cited; ``known`` draws the reader's day.

    Raises:
        ValueError: no row.
    """
    if not rows:
        raise ValueError("there is no row to draw")
    chosen = sorted(rows, key=_urgency)[:MOST]
    chosen.sort(key=lambda one: (one.deal, one.on, one.id))
    first = min(one.on for one in chosen)
    last = max(through, first + timedelta(days=30))
    days = int((last - first).days)
    bars: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    for one in chosen:
        for stretch in one.stretches:
            if stretch.start > last:
                continue
            end = min(stretch.end or last, last)
            bars.append({"row": one.id, "from": iso(stretch.start), "to": iso(end + timedelta(days=1)),
                         "outcome": shade(stretch.outcome)})  # fmt: skip
            text = ", ".join(dict.fromkeys(_paragraph(citations.get(name, name)) for name in stretch.authorizations))
            if text and (end - stretch.start).days > days * (len(short(text, 34)) * 6.6 + 12) / 760:
                labels.append({"row": one.id, "at": iso(stretch.start), "text": short(text, 34)})
        for here, after in pairwise(one.stretches):
            if here.end and here.end < last and here.outcome.at_most.is_free and not after.outcome.at_most.is_free:
                ends.append(
                    {"row": one.id, "at": iso(after.start), "text": here.end.isoformat(), "left": _tight(here, days)}
                )
    order = [one.id for one in chosen]
    y = alt.Y(
        "row:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelExpr="length(datum.label) > 46 ? slice(datum.label, 0, 45) + '…' : datum.label"),
    )
    base = day_axis("from", first, last + timedelta(days=1))
    present = {bar["outcome"] for bar in bars}
    layers = [
        alt.Chart(data(bars)).mark_bar(height={"band": 0.72}).encode(x=base, x2="to:T", y=y, color=shaded(present=present)),
        alt.Chart(data(labels)).mark_text(align="left", dx=6, color="white", fontSize=11).encode(x="at:T", y=y, text="text:N"),
        alt.Chart(data(ends)).mark_tick(color=INK, thickness=2, height={"band": 0.9}).encode(x="at:T", y=y),
        alt.Chart(data(ends)).mark_text(align="left", dx=5, color=INK, fontSize=10.5).encode(x="at:T", y=y, text="text:N"),
    ]  # fmt: skip
    if known is not None and first <= known <= last:
        mark = data([{"at": iso(known), "text": f"as known on {known}"}])
        layers.append(alt.Chart(mark).mark_rule(color=FAINT, strokeDash=[4, 3]).encode(x="at:T"))
        layers.append(alt.Chart(mark).mark_text(align="left", dx=4, dy=-6, baseline="bottom", color=FAINT)
                      .encode(x="at:T", y=alt.value(0), text="text:N"))  # fmt: skip
    left = len(rows) - len(chosen)
    told = [f"A bar per row from its own day on, all facts equal, through {through}.",
            "A dark line with a day: the last day on which the row is surely free."]  # fmt: skip
    if left:
        told.append(f"{left:,} more rows are not drawn: shown are those that are free and end first.")
    chart = alt.layer(*layers).properties(
        title=alt.TitleParams("What covers each row, until when", subtitle=told), width=760, height={"step": 26}
    )
    return drawn(
        chart,
        f"Outcomes over time of so many rows: {len(chosen)}; ends of a free stretch: {len(ends)}. " + " ".join(told),
    )


def _urgency(one: Course) -> tuple[bool, date, str]:
    end = next((s.end for s in one.stretches if s.outcome.at_most.is_free and s.end), None)
    return (end is None, end or one.on, one.id)


def _tight(stretch: Stretch, days: int) -> bool:
    return stretch.end is not None and (stretch.end - stretch.start).days < days / 10


def _paragraph(citation: str) -> str:
    return citation.removeprefix("15 CFR ").partition(":")[0]
