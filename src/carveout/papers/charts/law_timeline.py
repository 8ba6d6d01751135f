"""The instruments through time: filed, published, effective, and how long what each put in force stayed so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import altair as alt

from carveout.law.view import View
from carveout.papers.charts.axis import data, day_axis, iso, short
from carveout.papers.picture import Picture, drawn
from carveout.papers.theme import ACCENT, FAINT, INK

MARKS = {
    "filed for public inspection": ("triangle-up", "#7a5ea8"),
    "published": ("circle", ACCENT),
    "takes effect": ("diamond", INK),
}
FORCE = "what it says is in force"


def law_timeline(view: View, provisions: Sequence[str] = (), *, through: date | None = None) -> Picture:
    """A line per instrument, in the order of effect; ``provisions`` are prefixes of ids, empty for all.

    Raises:
        ValueError: no instrument.
    """
    last = through or view.corpus.reviewed_through
    spans: dict[str, list[tuple[date, date]]] = {}
    for name, held in view.provisions.items():
        if provisions and not name.startswith(tuple(provisions)):
            continue
        for stretch in held.stretches:
            for reading in stretch.readings:
                if reading is not None and reading.assertion.instrument and stretch.start <= last:
                    end = stretch.end - timedelta(days=1) if stretch.end else last
                    spans.setdefault(reading.assertion.instrument, []).append((stretch.start, min(end, last)))
    known = view.known or date.max
    held_instruments = sorted(
        (view.corpus.instruments[name] for name in spans
         if not view.corpus.instruments[name].standing and view.corpus.instruments[name].effective <= last
         and view.corpus.instruments[name].public_from(frees=False) <= known),
        key=lambda one: (one.effective, one.published),
    )  # fmt: skip
    if not held_instruments:
        raise ValueError("no instrument of these provisions is held")
    bars, marks, order, days = [], [], [], []
    for one in held_instruments:
        label = short(f"{one.citation}  {one.title}", 64)
        order.append(label)
        days.append({"name": label, "filed": str(one.filed or "not held"), "published": str(one.published),
                     "effective": str(one.effective)})  # fmt: skip
        start, end = min(span[0] for span in spans[one.id]), max(span[1] for span in spans[one.id])
        bars.append(
            {"name": label, "from": iso(max(start, one.effective)), "to": iso(end + timedelta(days=1)), "what": FORCE}
        )
        for what, day in zip(MARKS, (one.filed, one.published, one.effective), strict=True):
            if day is not None and day <= last:
                marks.append({"name": label, "at": iso(day), "what": what})
    first = min(min(one.effective, one.published, one.filed or date.max) for one in held_instruments) - timedelta(
        days=20
    )
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, ticks=False, domain=False, labelLimit=460))
    words = [word for word in MARKS if any(mark["what"] == word for mark in marks)]
    legend = alt.Legend(symbolSize=90, columns=4)
    bars_and_marks = (
        alt.layer(
            alt.Chart(data(bars))
            .mark_bar(height={"band": 0.42}, opacity=0.9)
            .encode(
                x=day_axis("from", first, last),
                x2="to:T",
                y=y,
                color=alt.Color(
                    "what:N", title=None, scale=alt.Scale(domain=[FORCE], range=["#b7cbdd"]), legend=legend
                ),
            ),
            alt.Chart(data(marks))
            .mark_point(filled=True, size=70, opacity=1)
            .encode(
                x="at:T",
                y=y,
                fill=alt.Fill(
                    "what:N",
                    title=None,
                    scale=alt.Scale(domain=words, range=[MARKS[w][1] for w in words]),
                    legend=legend,
                ),
                shape=alt.Shape(
                    "what:N",
                    title=None,
                    scale=alt.Scale(domain=words, range=[MARKS[w][0] for w in words]),
                    legend=legend,
                ),
            ),
        )
        .resolve_scale(color="independent")
        .properties(width=480, height={"step": 27})
    )
    none = alt.Y("name:N", sort=order, title=None, axis=None)
    columns = [
        alt.Chart(data(days))
        .mark_text(align="left", fontSize=11)
        .encode(y=none, x=alt.value(0), text=f"{what}:N")
        .properties(width=74, height={"step": 27}, title=alt.TitleParams(what, fontSize=12, color=FAINT, offset=4))
        for what in ("filed", "published", "effective")
    ]
    chart = alt.hconcat(bars_and_marks, *columns, spacing=10).properties(
        title=alt.TitleParams("The law, instrument by instrument", subtitle=[
            "What takes effect before it is published could not be known on its first days;",
            f"a bar ends where a later instrument replaced it, or at {last}.",
        ], subtitleColor=FAINT),
    )  # fmt: skip
    return drawn(chart, f"{len(order)} instruments: filed, published, effective, and how long in force.")
