"""The legal outcome of each act of the deal, in both directions and year by year: asked of the engine.

An act counts as free when it surely is; what is unsettled is told as unsettled and does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from carveout.decide.determination import determine
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


@dataclass(frozen=True)
class Grounds:
    """What the answers for one act rest on, over the years: the authorizations relied on, the weakest evidence, what was assumed."""

    scenario: str
    what: str
    direction: str
    authorizations: tuple[str, ...]
    evidence: str
    assumed: tuple[str, ...]


def grounds(case: Case, views: Sequence[View], compose: Compose) -> list[Grounds]:
    """What every act of the deal rests on, under every scenario."""
    found = []
    days = [case.first_day(year) for year in range(case.years)]
    acts = [
        *(("inbound", a.name, a.inbound, days[:1]) for a in case.assets if a.inbound),
        *(("outward", a.name, a.outward, days) for a in case.assets if a.outward),
        *(("buying", v.name, v.buying, days) for v in case.vendors), ("placing", "own line", case.own.placing, days),
    ]  # fmt: skip
    for scenario, view in zip(case.scenarios, views, strict=True):
        for direction, name, cells, when in acts:
            regimes = [r for day in when for r in determine(compose(cells, day, view), view).regimes.values()]
            found.append(
                Grounds(
                    scenario.name, name, direction, tuple(sorted({a for r in regimes for a in r.authorizations})),
                    max(r.evidence for r in regimes).name, tuple(sorted({a for r in regimes for a in r.assumed})),
                )
            )  # fmt: skip
    return found


def free(outcome: Interval) -> bool:
    """Whether an act is surely free."""
    return outcome.at_most.is_free
