"""The law of a migration plan asked again: until when each site may be supported, and what follows for its spares.

Each act is put together anew for every day on which the engine's answer for it could change, where the planner lets the engine walk
through them; so a plan whose days were moved by hand, or whose law has changed since, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from carveout.decide.horizon import candidate_days
from carveout.decide.plain import network_of
from carveout.decide.transaction import make_units, outcome
from carveout.law.view import View
from carveout.plan.asked_law import Law
from carveout.plan.migration.carrier import Carrier, Site

DAY = timedelta(days=1)
NEAR = 1e-6

Cells = tuple[tuple[str, str], ...]


def support_faults(document: Mapping[str, Any], carrier: Carrier, law: Law) -> list[str]:
    """What a plan says of support, spares and exposure that the law and the carrier do not bear out, in sentences."""
    known = date.fromisoformat(document["known"]) if document["known"] else None
    base = list(document["scenarios"])
    asked = [base, *([*base, *names] for names in carrier.scenarios if not set(names) <= set(base))]
    views = {", ".join(view.scenarios) or "law as known": view for view in (law.view(known, names) for names in asked)}
    rows, found = {str(row["site"]): row for row in document["sites"]}, list[str]()
    answers = _Answers(carrier, law)
    for site in carrier.sites:
        row = rows.get(site.name)
        if row is None:
            continue  # told by the check of the jobs
        if list(row["support_ends"]) != list(views):
            found.append(
                f"site {site.name}: support is told under {', '.join(row['support_ends'])}, not {', '.join(views)}"
            )
            continue
        cells = tuple(sorted({**carrier.support, **site.facts, "activity": "maintain_network"}.items()))
        for number, (name, view) in enumerate(views.items()):
            told = row["support_ends"][name]
            end = date.fromisoformat(told) if told else None
            wrong = answers.wrong(cells, name, view, end)
            if wrong:
                found.append(f"site {site.name}, {name}: {wrong}")
            found += _spares(carrier, site, row, name, end, first=number == 0)
    return found


def _spares(
    carrier: Carrier, site: Site, row: Mapping[str, Any], name: str, end: date | None, *, first: bool
) -> list[str]:
    """What is wrong with the day on which spares are used up, and the weeks at risk after it."""
    used = (
        None if end is None or site.runway == float("inf") else (end - carrier.start) / timedelta(days=7) + site.runway
    )
    found, told = [], row["spares_used_up_week"]
    if first and ((used is None) != (told is None) or (used is not None and abs(used - told) > NEAR * (1 + abs(used)))):
        found.append(f"site {site.name}: its spares are used up in week {used}, not {told}")
    ways = [
        carrier.ways[n]
        for n in site.ways
        if (carrier.ways[n].name, carrier.ways[n].vendor) == (row["way"], row["vendor"])
    ]
    ends = {row["cutover_week"] + way.cutover for way in ways}
    risk = {0 if used is None else max(0, last - max(0, int(used // 1))) for last in ends}
    if row["exposed_weeks_by_scenario"][name] not in risk:
        found.append(
            f"site {site.name}, {name}: {row['exposed_weeks_by_scenario'][name]} weeks at risk; it is {min(risk, default=0)}"
        )
    return found


class _Answers:
    """What the law says of acts, each asked once."""

    def __init__(self, carrier: Carrier, law: Law) -> None:
        self.carrier, self.law = carrier, law
        self.days: dict[tuple[Cells, str], list[date]] = {}
        self.free: dict[tuple[Cells, str, date], bool] = {}
        self.told: dict[tuple[Cells, str, date | None], str] = {}

    def wrong(self, cells: Cells, name: str, view: View, end: date | None) -> str:
        """Why support does not end on a day (None: never, as far as it is known); empty where it does."""
        key = cells, name, end
        if key not in self.told:
            self.told[key] = self._wrong(cells, name, view, end)
        return self.told[key]

    def _wrong(self, cells: Cells, name: str, view: View, end: date | None) -> str:
        first = view.corpus.covers_from
        now = max(self.carrier.start, first)
        days = [now, *self._candidates(cells, name, view, first)]
        if end is None or end > now:
            barred = [d for d in days if now <= d and (end is None or d < end) and not self._free(cells, name, view, d)]
            if barred:
                return f"support is not surely lawful on {min(barred)}, but said to be until {end or 'no end known'}"
            if end is not None and self._free(cells, name, view, end):
                return f"support is lawful on {end}, the day on which it is said to end"
            return ""
        lawful = [d for d in (end, *days) if end <= d <= now and self._free(cells, name, view, d)]
        if lawful:
            return f"support is lawful on {min(lawful)}, but said to have ended on {end if end < min(lawful) else 'it'}"
        if end > first and not self._free(cells, name, view, end - DAY):
            return f"support is not surely lawful on {end - DAY} either, the day before it is said to end"
        return ""

    def _candidates(self, cells: Cells, name: str, view: View, first: date) -> list[date]:
        key = cells, name
        if key not in self.days:
            units = [unit for _, unit in make_units(self.law.compose(dict(cells), first, view), view)]
            self.days[key] = candidate_days(network_of(view), units, first)
        return self.days[key]

    def _free(self, cells: Cells, name: str, view: View, day: date) -> bool:
        key = cells, name, day
        if key not in self.free:
            self.free[key] = outcome(self.law.compose(dict(cells), day, view), view).at_most.is_free
        return self.free[key]
