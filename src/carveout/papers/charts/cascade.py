"""The lapse cascade: for each later day, down the rows that are barred or fall into doubt, up those that come free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt

from carveout.papers.charts.axis import data, short
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import FAINT, INK, WAYS

MOST = 24
WORDS = {"barred": "barred: a license is needed, or prohibited", "doubtful": "doubtful: free before, unsettled now",
         "other": "changed otherwise", "freed": "freed"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a cascade: rows by the way they go (keys of WAYS), what moved them (as cited), value by currency."""

    day: date
    ways: Mapping[str, int]
    causes: tuple[str, ...]
    value: Mapping[str, float]


def cascade(days: Sequence[Day], *, known: date | None = None) -> Picture:
    """Bars from a middle line, a line per day, with what moved the rows and what they are worth.

    Raises:
        ValueError: no day.
    """
    if not days:
        raise ValueError("no later change is known; there is nothing to draw")
    chosen = sorted(sorted(days, key=lambda one: -sum(one.ways.values()))[:MOST], key=lambda one: one.day)
    bars: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for one in chosen:
        low, high = 0, 0
        for way in ("barred", "doubtful"):
            count = one.ways.get(way, 0)
            bars.append({"day": one.day.isoformat(), "from": low - count, "to": low, "way": WORDS[way], "rows": count})
            low -= count
        for way in ("freed", "other"):
            count = one.ways.get(way, 0)
            bars.append(
                {"day": one.day.isoformat(), "from": high, "to": high + count, "way": WORDS[way], "rows": count}
            )
            high += count
        worth = " · ".join(f"{unit} {total:,.0f}".strip() for unit, total in sorted(one.value.items()) if total)
        notes.append({"day": one.day.isoformat(), "text": short(", ".join(one.causes) or "not traced", 78), "worth": worth,
                      "down": -low or None, "up": high or None, "low": low, "high": high})  # fmt: skip
    bars = [bar for bar in bars if bar["rows"]]
    span = max(max(n["high"], -n["low"]) for n in notes)
    words = [word for word in WORDS.values() if any(bar["way"] == word for bar in bars)]
    colors = [WAYS[way] for way, word in WORDS.items() if word in words]
    y = alt.Y("day:O", title=None, axis=alt.Axis(grid=False, ticks=False, domain=False))
    reach = -min([0, *(n["low"] for n in notes)]), max([0, *(n["high"] for n in notes)])
    x = alt.X("from:Q", title=None, axis=alt.Axis(labels=False, ticks=False, grid=False, domain=False),
              scale=alt.Scale(domain=[-reach[0] - span * 0.12, reach[1] + span * 0.12], nice=False))  # fmt: skip
    rows = data(notes)
    color = alt.Color("way:N", title=None, scale=alt.Scale(domain=words, range=colors), legend=alt.Legend(columns=2))
    left = alt.layer(
        alt.Chart(data(bars)).mark_bar(height={"band": 0.66}).encode(x=x, x2="to:Q", y=y, color=color),
        alt.Chart(data([{"at": 0}])).mark_rule(color=INK).encode(x="at:Q"),
        alt.Chart(rows).transform_filter("datum.down").mark_text(align="right", dx=-5).encode(x="low:Q", y=y, text="down:Q"),
        alt.Chart(rows).transform_filter("datum.up").mark_text(align="left", dx=5).encode(x="high:Q", y=y, text="up:Q"),
    ).properties(width=330, height={"step": 34})  # fmt: skip
    none = alt.Y("day:O", title=None, axis=None)
    at = alt.value(0)
    right = alt.layer(
        alt.Chart(rows).mark_text(align="left", dy=-7).encode(y=none, x=at, text="text:N"),
        alt.Chart(rows).mark_text(align="left", dy=8, color=FAINT).encode(y=none, x=at, text="worth:N"),
    ).properties(width=430, height={"step": 34})  # fmt: skip
    seen = f"as known on {known}" if known else "as known today"
    told = [
        f"Rows whose outcome changes on each day, all facts equal, {seen}. Left: barred or doubtful. Right: freed or other."
    ]
    if len(days) > len(chosen):
        told.append(f"The {len(chosen)} days with most rows of {len(days):,}.")
    chart = alt.hconcat(left, right, spacing=14).properties(
        title=alt.TitleParams("What lapses, and what comes free", subtitle=told)
    )
    total = sum(one.ways.get("barred", 0) for one in days)
    return drawn(
        chart, f"{len(days)} days with changes, first {min(one.day for one in days)}; {total:,} times a row is barred."
    )
