"""Whether an act may go ahead in a period on a leaf: asked of the engine, and remembered by what can matter.

An act counts as lawful in a period when the engine's answer is free on every day of it, under what is public on that day;
an answer that is not settled between free and barred, or that waits for a condition, is not lawful. So a plan may act on
any day of the period.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from carveout.decide.answer import Gathering
from carveout.decide.horizon import candidate_days
from carveout.decide.plain import network_of
from carveout.decide.transaction import Transaction, UnitAnswer, intervals_of, judge_units, make_units
from carveout.facts.row import Row, read_row
from carveout.law.view import View
from carveout.plan.error import PlanError
from carveout.plan.sourcing.law_tree import LawTree, Leaf
from carveout.plan.sourcing.periods import Periods

Compose = Callable[[Row, View, date], Transaction]
"""How a row becomes a transaction under a view on a day (:func:`carveout.book.compose.compose`, handed in by the doors)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says of an act: whether it is free, the outcome in words, what it relies on, what bars it, and the
    last day of the unbroken run of free days it stands in (None: no end is known, or it is not free)."""

    lawful: bool
    outcome: str
    relies_on: tuple[str, ...] = ()
    barred_by: tuple[str, ...] = ()
    through: date | None = None


class Lawful:
    """Asks the engine for acts by period and leaf."""

    def __init__(
        self, acts: Mapping[str, Mapping[str, str]], tree: LawTree, periods: Periods, compose: Compose
    ) -> None:
        self.acts, self.tree, self.periods, self.compose = acts, tree, periods, compose
        self._licensed = {act: event for event in tree.events.values() for act in event.acts}
        self._courses: dict[tuple[str, tuple[str, ...], bool], tuple[list[date], list[Answer]]] = {}
        self._told: dict[tuple[str, int, tuple[tuple[date, tuple[str, ...], bool], ...]], Answer] = {}
        self.asked = 0

    def in_period(self, act: str, leaf: Leaf, period: int) -> Answer:
        """The answer for a whole period: free only if free on each of its days; the first day that is not decides."""
        first, last = self.periods.first(period), self.periods.last(period)
        starts = [first, *sorted({s.day for s in leaf.steps if first < s.day <= last})]
        stretches = tuple((day, leaf.overlays(day), self.has_license(act, leaf, day)) for day in starts)
        key = (act, period, stretches)
        if key not in self._told:
            self._told[key] = self._whole(act, stretches, last)
        return self._told[key]

    def has_license(self, act: str, leaf: Leaf, day: date) -> bool:
        """Whether the license that an event gives the act is public on a day."""
        event = self._licensed.get(act)
        return event is not None and event.id in leaf.licenses(day)

    def _whole(self, act: str, stretches: tuple[tuple[date, tuple[str, ...], bool], ...], last: date) -> Answer:
        found: Answer | None = None
        for place, (start, overlays, licensed) in enumerate(stretches):
            end = stretches[place + 1][0] - timedelta(days=1) if place + 1 < len(stretches) else last
            days, answers = self.course(act, overlays, licensed=licensed)
            for answer in answers[bisect_right(days, start) - 1 : bisect_right(days, end)]:
                if not answer.lawful:
                    return answer
                found = answer
        assert found is not None
        return found

    def course(self, act: str, overlays: tuple[str, ...], *, licensed: bool) -> tuple[list[date], list[Answer]]:
        """The answers of an act through the plan under one view: the days from which each holds, from the first day on."""
        key = (act, overlays, licensed)
        if key not in self._courses:
            self._courses[key] = self._ask(act, overlays, licensed=licensed)
        return self._courses[key]

    def row(self, act: str, *, licensed: bool) -> Row:
        """The row of an act, with the license of its event where that is approved.

        Raises:
            PlanError: a cell that cannot be read.
        """
        cells = dict(self.acts[act])
        event = self._licensed.get(act)
        if licensed and event is not None:
            assert event.valid_from is not None
            assert event.valid_through is not None
            cells |= {"license_no": event.number, "license_from": event.valid_from.isoformat(),
                      "license_through": event.valid_through.isoformat(), "license_conditions_met": "true"}  # fmt: skip
        row, errors = read_row(cells)
        if errors:
            raise PlanError("; ".join(str(error) for error in errors))
        return row

    def on_day(self, row: Row, view: View, day: date) -> Answer:
        """The engine's answer for one day."""
        self.asked += 1
        transaction = self.compose(row, view, day)
        network = network_of(view)
        units = make_units(transaction, view)
        overall = judge_units(network, [unit for _, unit in units])["overall"]
        answers = [UnitAnswer(i, u, intervals_of(network, u)) for i, u in units]
        builders = [Gathering(transaction, network, regime, answers) for regime in view.corpus.regimes]
        if not overall.at_most.is_free:
            worst = max(builders, key=lambda builder: builder.interval.at_most)
            return Answer(False, str(overall), barred_by=tuple(node.provision.id for node in worst.governing()))
        relied: dict[str, None] = {}
        for builder in builders:
            nodes = builder.authorizations()
            outstanding = builder.conditions(nodes)[1]
            if outstanding:
                return Answer(False, f"{overall}, waiting for {', '.join(outstanding)}", barred_by=outstanding)
            relied.update((node.provision.id, None) for node in nodes)
        return Answer(True, str(overall), tuple(relied))

    def _ask(self, act: str, overlays: tuple[str, ...], *, licensed: bool) -> tuple[list[date], list[Answer]]:
        view, row = self.tree.view(overlays), self.row(act, licensed=licensed)
        first = self.periods.first_day
        units = [unit for _, unit in make_units(self.compose(row, view, first), view)]
        later = candidate_days(network_of(view), units, first)
        days = [first, *(day for day in later if day <= self.periods.last_day)]
        answers = [self.on_day(row, view, day) for day in days]
        # The end of each run of free days, found from behind: the day before the next that is not.
        beyond = [day for day in later if day > self.periods.last_day]
        end = None
        if answers[-1].lawful:
            end = next((day for day in beyond if not self.on_day(row, view, day).lawful), None)
        told: list[Answer] = []
        for day, answer in zip(reversed(days), reversed(answers), strict=True):
            if answer.lawful:
                through = end - timedelta(days=1) if end is not None else None
                told.append(Answer(True, answer.outcome, answer.relies_on, (), through))
            else:
                told.append(answer)
                end = day
        return days, told[::-1]
