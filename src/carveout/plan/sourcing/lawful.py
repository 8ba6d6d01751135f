"""Whether an act may go ahead in a period on a leaf: asked of the engine, and remembered by what can matter.

An act counts as lawful in a period when the engine's answer is free on every day of it, under what is public on that day;
an answer that is not settled between free and barred, or that waits for a condition, is not lawful. So a plan may act on
any day of the period.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from carveout.decide.answer import Gathering
from carveout.decide.horizon import candidate_days, own_days
from carveout.decide.plain import Unit, network_of
from carveout.decide.transaction import Transaction, UnitAnswer, intervals_of, judge_units, make_units
from carveout.facts.row import Row, read_row
from carveout.law.involvement import Involvement
from carveout.law.view import View
from carveout.parties.screening import turns_complete
from carveout.plan.error import PlanError
from carveout.plan.sourcing.law_tree import LawTree, Leaf
from carveout.plan.sourcing.periods import Periods

Compose = Callable[[Row, View, date], Transaction]
"""How a row becomes a transaction under a view on a day (:func:`carveout.book.compose.compose`, handed in by the doors)."""


Cells = tuple[frozenset[tuple[str, str]], str]
"""The cells of an act but its id, and the event whose license it waits for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says of an act: whether it is free, the outcome in words, what it relies on, what bars it, and the
    last day of the unbroken run of free days it stands in (None: no end is known, or it is not free)."""

    lawful: bool
    outcome: str
    relies_on: tuple[str, ...] = ()
    barred_by: tuple[str, ...] = ()
    through: date | None = None


Stretch = tuple[date, date, tuple[str, ...], frozenset[str]]
"""First and last day of a stretch on which nothing becomes public, the scenarios laid over the law, the licenses public."""


class Lawful:
    """Asks the engine for acts by period and leaf."""

    def __init__(
        self, acts: Mapping[str, Mapping[str, str]], tree: LawTree, periods: Periods, compose: Compose
    ) -> None:
        self.acts, self.tree, self.periods, self.compose = acts, tree, periods, compose
        self._licensed = {act: event for event in tree.events.values() for act in event.acts}
        self._alike = {act: self._cells(act) for act in acts}
        self._courses: dict[tuple[Cells, tuple[str, ...], bool], tuple[list[date], list[Answer]]] = {}
        self._parts: dict[tuple[str, int], tuple[int, tuple[Stretch, ...]]] = {}
        self._numbers: dict[tuple[Stretch, ...], int] = {}
        self._told: dict[tuple[str, int], Answer] = {}
        self.asked = 0

    def _cells(self, act: str) -> Cells:
        """What the engine is asked of an act: acts with the same cells, and the same license to come, are asked once."""
        event = self._licensed.get(act)
        own = frozenset((name, cell) for name, cell in self.acts[act].items() if name != "id")
        return own, event.id if event is not None else ""

    def in_period(self, act: str, leaf: Leaf, period: int) -> Answer:
        """The answer for a whole period: free only if free on each of its days; the first day that is not decides."""
        number, stretches = self._stretches(leaf, period)
        key = act, number
        if key not in self._told:
            self._told[key] = self._whole(act, stretches)
        return self._told[key]

    def _stretches(self, leaf: Leaf, period: int) -> tuple[int, tuple[Stretch, ...]]:
        """The stretches of a period on a leaf, and a number that leaves with the same ones share."""
        held = self._parts.get((leaf.id, period))
        if held is None:
            first, last = self.periods.first(period), self.periods.last(period)
            starts = [first, *sorted({s.day for s in leaf.steps if first < s.day <= last})]
            ends = [*(day - timedelta(days=1) for day in starts[1:]), last]
            pairs = zip(starts, ends, strict=True)
            found = tuple((start, end, leaf.overlays(start), leaf.licenses(start)) for start, end in pairs)
            held = self._parts[leaf.id, period] = self._numbers.setdefault(found, len(self._numbers)), found
        return held

    def has_license(self, act: str, leaf: Leaf, day: date) -> bool:
        """Whether the license that an event gives the act is public on a day."""
        event = self._licensed.get(act)
        return event is not None and event.id in leaf.licenses(day)

    def _whole(self, act: str, stretches: tuple[Stretch, ...]) -> Answer:
        found: Answer | None = None
        event = self._licensed.get(act)
        for start, end, overlays, licenses in stretches:
            days, answers = self.course(act, overlays, licensed=event is not None and event.id in licenses)
            for answer in answers[bisect_right(days, start) - 1 : bisect_right(days, end)]:
                if not answer.lawful:
                    return answer
                found = answer
        assert found is not None
        return found

    def course(self, act: str, overlays: tuple[str, ...], *, licensed: bool) -> tuple[list[date], list[Answer]]:
        """The answers of an act through the plan under one view: the days from which each holds, from the first day on."""
        key = (self._alike[act], overlays, licensed)
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
        transaction = self.compose(row, view, day)
        return self._answer(transaction, view, make_units(transaction, view))

    def _answer(self, transaction: Transaction, view: View, units: Sequence[tuple[Involvement, Unit]]) -> Answer:
        self.asked += 1
        network = network_of(view)
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
        last = self.periods.last_day
        days: list[date] = []
        told: list[Answer] = []
        end: date | None = None
        for day, answer in self._moving(row, view):
            if day > last and (end is not None or not told[-1].lawful):
                break
            if day > last:
                # Beyond the plan only the end of the run of free days is looked for.
                end = day if not answer.lawful else None
                continue
            days.append(day)
            told.append(answer)
        for place in range(len(told) - 1, -1, -1):
            if told[place].lawful:
                through = end - timedelta(days=1) if end is not None else None
                told[place] = replace(told[place], through=through)
            else:
                end = days[place]
        return days, told

    def _moving(self, row: Row, view: View) -> Iterator[tuple[date, Answer]]:
        """The answers from the first day of the plan on, on each day on which they can differ: units are moved from day to day,
        and the row is composed anew only where lists cease to be held in full."""
        network, first = network_of(view), self.periods.first_day
        starts = [first, *(day for day in turns_complete(view) if day > first)]
        for start, until in zip(starts, [*starts[1:], date.max], strict=True):
            transaction = self.compose(row, view, start)
            units = make_units(transaction, view)
            yield start, self._answer(transaction, view, units)
            own = [unit for _, unit in units]
            calendars = [network.motion.calendar(unit.closed) for unit in own]
            dates = [own_days(network, unit, calendar) for unit, calendar in zip(own, calendars, strict=True)]
            for day in candidate_days(network, own, start):
                if day >= until:
                    break
                moved = False
                for unit, calendar, turning in zip(own, calendars, dates, strict=True):
                    before = unit.solution
                    moved |= unit.on(day, (*calendar.turns.get(day, ()), *turning.get(day, ()))) is not before
                if moved:
                    yield day, self._answer(replace(transaction, on=day), view, units)
