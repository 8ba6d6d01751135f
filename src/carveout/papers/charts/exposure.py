"""Exposure by country and by the party on the other side: rows, or the value in one currency, by outcome on a day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt

from carveout.book.course import Course
from carveout.papers.charts.axis import data, shaded, short
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import SHADES, shade

MOST = 14


def currencies(rows: Sequence[Course]) -> list[str]:
    """The currencies of a book, that of most rows with a value first."""
    return [name for name, _ in Counter(one.currency for one in rows if one.value).most_common()]


def exposure(rows: Sequence[Course], *, on: date | None = None, currency: str | None = None) -> Picture:
    """Bars by country and by party: each row as it stands on ``on``, or on its own day where that is None or later.

    ``currency`` None counts rows; else the values in that currency are added, and rows in others are not there.

    Raises:
        ValueError: no row, or none with a value in the currency.
    """
    chosen = [one for one in rows if currency is None or (one.currency == currency and one.value)]
    if not chosen:
        raise ValueError("there is no row to draw" if currency is None else f"no row has a value in {currency}")
    values: dict[tuple[str, str, str], float] = defaultdict(float)
    for one in chosen:
        stretch = (one.at(on) if on else None) or one.stretches[0]
        amount = (one.value or 0.0) if currency else 1.0
        for kind, name in (("country", one.party_country or one.destination), ("party", one.party)):
            values[kind, name or "not stated", shade(stretch.outcome)] += amount
    present = {word for _, _, word in values}
    what = f"value in {currency}" if currency else "rows"
    parts = [_bars(kind, values, present, what) for kind in ("country", "party")]
    when = f"on {on}" if on else "each on its own day"
    chart = alt.vconcat(*parts, spacing=26).properties(
        title=alt.TitleParams("Exposure by country and by party on the other side", subtitle=[
            f"{len(chosen):,} {'row' if len(chosen) == 1 else 'rows'}, {when}; {what} by outcome.",
        ])
    ).resolve_scale(x="independent")  # fmt: skip
    return drawn(chart, f"{what[0].upper()}{what[1:]} by country and party, by outcome, {when}.")


def _bars(
    kind: str, values: dict[tuple[str, str, str], float], present: set[str], what: str
) -> alt.LayerChart | alt.FacetChart:
    totals: dict[str, float] = defaultdict(float)
    for (its, name, _), amount in values.items():
        if its == kind:
            totals[name] += amount
    names = [name for name, _ in sorted(totals.items(), key=lambda item: -item[1])[:MOST]]
    rest = len(totals) - len(names)
    other = f"{rest} others"
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for (its, name, word), amount in values.items():
        if its == kind:
            sums[name if name in names else other, word] += amount
    order = [short(name) for name in (*names, *([other] if rest else []))]
    bars: list[dict[str, Any]] = [{"name": short(name), "outcome": word, "amount": amount, "order": list(SHADES).index(word)}
            for (name, word), amount in sums.items()]  # fmt: skip
    ends: dict[str, float] = defaultdict(float)
    for bar in bars:
        ends[bar["name"]] += bar["amount"]
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=False, ticks=False, domain=False))
    x = alt.X(
        "amount:Q",
        title=what,
        axis=alt.Axis(format="~s" if what != "rows" else ",d", tickMinStep=1, tickCount=6),
        stack="zero",
    )
    marks = data([{"name": name, "amount": total, "text": f"{total:,.0f}"} for name, total in ends.items()])
    return alt.layer(
        alt.Chart(data(bars)).mark_bar(height={"band": 0.74}, stroke="white", strokeWidth=0.6).encode(
            x=x, y=y, color=shaded(present=present), order=alt.Order("order:Q")),
        alt.Chart(marks).mark_text(align="left", dx=6).encode(x=alt.X("amount:Q"), y=y, text="text:N"),
    ).properties(width=560, height={"step": 25}, title=alt.TitleParams(f"By {kind}", fontSize=14, offset=4, frame="group"))  # fmt: skip
