"""The legal outcome of each act of the deal, in both directions and year by year: asked of the engine.

An act counts as free when it surely is; what is unsettled is told as unsettled and does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from carveout.decide.outcome import Interval
from carveout.decide.transaction import Transaction, outcome
from carveout.law.view import View
from carveout.plan.error import PlanError
from carveout.plan.license.case import Case

Compose = Callable[[Mapping[str, str], date, View], Transaction]
"""The transaction of a row of cells on a day under a view."""


@dataclass(frozen=True)
class Lawful:
    """Under one scenario: asset -> the outcome of its coming; asset -> the outcomes of what goes out, by year; vendor -> of buying;
    and of placing what the own line makes."""

    inbound: Mapping[str, Interval]
    outward: Mapping[str, tuple[Interval, ...]]
    buying: Mapping[str, tuple[Interval, ...]]
    placing: tuple[Interval, ...]


def ask(case: Case, views: Sequence[View], compose: Compose) -> list[Lawful]:
    """Ask for every asset and vendor under every scenario.

    Raises:
        PlanError: a day before the law is held.
    """
    found = []
    for view in views:
        if case.on < view.corpus.covers_from:
            raise PlanError(f"the law is held from {view.corpus.covers_from} on; the deal is of {case.on}")

        def judged(cells: Mapping[str, str], day: date, view: View = view) -> Interval:
            return outcome(compose(cells, day, view), view)

        days = [case.first_day(year) for year in range(case.years)]
        found.append(
            Lawful(
                {a.name: judged(a.inbound, case.on) for a in case.assets if a.inbound},
                {a.name: tuple(judged(a.outward, day) for day in days) for a in case.assets if a.outward},
                {v.name: tuple(judged(v.buying, day) for day in days) for v in case.vendors},
                tuple(judged(case.own.placing, day) for day in days),
            )
        )
    return found


def free(outcome: Interval) -> bool:
    """Whether an act is surely free."""
    return outcome.at_most.is_free
