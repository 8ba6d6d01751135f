"""Until when a site may be supported: asked of the engine, per site and scenario.

The act is to maintain the network toward the listed vendor (15 CFR 744 Supp. 7 (c)(1) and whatever else the engine knows). It
is lawful until the day before the first on which the engine does not say that it is surely free.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from carveout.decide.timeline import timeline
from carveout.decide.transaction import Transaction
from carveout.facts.row import read_row
from carveout.facts.schema import schema
from carveout.law.view import View
from carveout.plan.error import PlanError
from carveout.plan.migration.carrier import Carrier

Make = Callable[[Any, View, date], Transaction]
"""From a row, a view and a day to a transaction; given by the door, since composing is another room's work."""

ACTIVITY = "maintain_network"
FIXED = ("on", "activity")


@dataclass(frozen=True, slots=True)
class Support:
    """Under one scenario: per site the first day without support (None: no end known), and what ends it."""

    scenario: tuple[str, ...]
    ends: tuple[date | None, ...]
    causes: tuple[tuple[str, ...], ...]


def site_cells(carrier: Carrier, facts: Mapping[str, str]) -> dict[str, str]:
    """The cells of the act at a site: those of the program, and those of the site's own."""
    return {**carrier.support, **facts, "activity": ACTIVITY}


def support_under(carrier: Carrier, view: View, make: Make, *, asked_on: date | None = None) -> Support:
    """When support ends at each site under a view, asked on the first day of the program or on ``asked_on``.

    A site whose support is over on that day is asked on earlier days too, for its spares have run down since.

    Raises:
        PlanError: a cell that is no fact of a book, or that cannot be read.
    """
    known: dict[tuple[tuple[str, str], ...], tuple[date | None, tuple[str, ...]]] = {}
    ends, causes = [], []
    for site in carrier.sites:
        cells = site_cells(carrier, site.facts)
        key = tuple(sorted(cells.items()))
        if key not in known:
            known[key] = _end(cells, view, make, asked_on or carrier.start, site.name)
        end, by = known[key]
        ends.append(end)
        causes.append(by)
    return Support(tuple(view.scenarios), tuple(ends), tuple(causes))


def _end(cells: Mapping[str, str], view: View, make: Make, day: date, site: str) -> tuple[date | None, tuple[str, ...]]:
    check_facts(cells, f"site {site}")
    row, errors = read_row({"id": site, **cells})
    if errors:
        raise PlanError(f"site {site}: " + "; ".join(str(error) for error in errors))
    first = view.corpus.covers_from
    held, changes = timeline(make(row, view, first), view)
    runs: list[tuple[date, bool, tuple[str, ...]]] = [(first, held.at_most.is_free, ("never lawful before",))]
    for one in changes:  # doubt is not free
        if one.after.at_most.is_free != runs[-1][1]:
            runs.append((one.day, one.after.at_most.is_free, one.causes))
    now = max(place for place, run in enumerate(runs) if run[0] <= max(day, first))
    if not runs[now][1]:
        return runs[now][0], runs[now][2]
    return (runs[now + 1][0], runs[now + 1][2]) if now + 1 < len(runs) else (None, ())


def check_facts(cells: Mapping[str, str], where: str) -> None:
    """Refuse cells that are no column of a book, or that the plan itself sets.

    Raises:
        PlanError: the first such cell.
    """
    for name in cells:
        fact = schema().get(name)
        if name != "activity" and (fact is None or not fact.is_column or name in ("id", *FIXED)):
            raise PlanError(
                f"{where}: {name} is no fact of a book that can be stated here; `carveout law facts` lists them"
            )


def runway_weeks(carrier: Carrier, support: Support) -> list[float]:
    """Per site the week in which its spares are expected to be used up; infinite where support goes on or nothing fails."""
    found = []
    for site, end in zip(carrier.sites, support.ends, strict=True):
        lapse = float("inf") if end is None else (end - carrier.start) / timedelta(days=7)
        found.append(lapse + site.runway)
    return found


def distinct(scenarios: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The scenarios to ask under: none first, then each once."""
    return list(dict.fromkeys([(), *scenarios]))
