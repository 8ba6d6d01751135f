"""The lapse cascade against determining again, day by day: on every boundary of the law and of the rows themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from carveout.book.cascade import Cascade
from carveout.book.compose import compose
from carveout.book.frame_book import FrameBook
from carveout.book.lapses import Gathered, gather
from carveout.book.result_table import KEY
from carveout.book.timeline_book import TimelineBook
from carveout.decide.frame_timeline import interval_of
from carveout.decide.outcome import Outcome
from carveout.decide.plain import network_of
from carveout.decide.transaction import outcome
from carveout.facts.row import read_row
from carveout.facts.schema import schema
from carveout.law.corpus import bundled
from carveout.law.view import View
from tests.book.near_rows import base_rows, near_rows
from tests.book.test_interpreters_agree import table_of

DATES = tuple(fact.name for fact in schema().columns if fact.type == "date" and fact.name != "on")
MARK = {outcome.name: number for number, outcome in enumerate(Outcome)}


def law_days(view: View) -> list[int]:
    """Every day on which the law, a set or a literal changes, or a listing begins or ends, each day before and after."""
    network = network_of(view)
    days = {*view.boundaries, *network.group_days, *network.literal_days}
    for entry in view.entries.values():
        for value in (entry.listed_from, entry.listed_through, entry.footnote1_from, entry.footnote2_from):
            days |= {end for end in (getattr(value, "low", value), getattr(value, "high", value)) if end}
    near = {day for day in days if date(2012, 1, 1) < day < date(2090, 1, 1)}
    return sorted({day.toordinal() + n for day in near for n in (-1, 0, 1)})


def told_again(table: pa.Table, view: View, on: int | None) -> np.ndarray:
    """The marks of all rows, determined on a day, or on their own days."""
    answered = FrameBook(view, on=on).answer(table, outcome_only=True)
    assert len(answered.places) == table.num_rows
    least, most = (
        np.asarray([MARK[name] for name in answered.results[f"overall_{end}"].to_pylist()])
        for end in ("at_least", "at_most")
    )
    return len(Outcome) * least + most


class Told:
    """The timelines of a book, asked for a day."""

    def __init__(self, table: pa.Table, view: View) -> None:
        book = TimelineBook(view)
        answered = book.answer(table)
        self.places = answered.places
        self.timelines = book.timelines
        self.of_row = self.timelines.places(answered.results[KEY].to_numpy())

    def on(self, day: np.ndarray | int) -> np.ndarray:
        """The marks of all rows on a day, or a day each."""
        found = self.timelines.start[self.of_row].copy()
        days = np.broadcast_to(day, self.of_row.shape)
        for nth in range(int(np.diff(self.timelines.ends).max())):
            change = self.timelines.ends[self.of_row] + nth
            there = np.flatnonzero(change < self.timelines.ends[self.of_row + 1])
            passed = there[self.timelines.days[change[there]] <= days[there]]
            found[passed] = self.timelines.after[change[passed]]
        return found


def check(count: int, seed: int, view: View, *, every: int = 1) -> int:
    """Compare on every boundary (or every one of so many); how many changes there were."""
    rows = near_rows(count, seed)
    table = table_of(rows)
    places = Told(table, view).places
    table = table.take(pa.array(places))
    told = Told(table, view)
    assert len(told.places) == table.num_rows
    on = np.asarray([date.fromisoformat(text).toordinal() for text in table["on"].to_pylist()])
    assert (told.on(on) == told_again(table, view, None)).all()
    for day in list(law_days(view))[seed % every :: every]:
        later = np.flatnonzero(on < day)
        if len(later):
            assert (told.on(day)[later] == told_again(table.take(pa.array(later)), view, day)).all(), day
    for name in DATES[seed % every :: every]:
        own = np.asarray(
            [date.fromisoformat(c).toordinal() if c and c[0] == "2" else 0 for c in table[name].to_pylist()]
        )
        for step in (-1, 0, 1, 2):
            later = np.flatnonzero((own > 0) & (own + step > on))
            if len(later):
                part = table.take(pa.array(later))
                days = [date.fromordinal(int(d)).isoformat() for d in own[later] + step]
                part = part.set_column(part.column_names.index("on"), "on", pa.array(days))
                assert (told.on(own + step)[later] == told_again(part, view, None)).all(), (name, step)
    return int(np.diff(told.timelines.ends)[told.of_row].sum())


@pytest.mark.parametrize(("known", "changes"), [(None, 120), (date(2019, 11, 17), 40)])
def test_on_every_boundary_a_timeline_says_what_determining_again_says(known: date | None, changes: int) -> None:
    assert check(800, 41, bundled().view(known=known), every=5) > changes


@pytest.mark.soak
def test_the_same_on_a_hundred_thousand_rows() -> None:
    assert check(100_000, 42, bundled().view()) > 30_000


def test_the_plain_interpreter_says_the_same_on_every_boundary() -> None:
    view = bundled().view()
    rows = [row for row in near_rows(120, 43) if row["on"] >= "2019"]
    table = table_of(rows)
    told = Told(table, view)
    days = law_days(view)
    for place, number in zip(told.places.tolist(), range(len(told.places)), strict=True):
        row, _ = read_row(rows[place])
        assert row.on is not None
        own = {v.toordinal() + n for v in row.facts.values() if isinstance(v, date) for n in (-1, 0, 1, 2)}
        for day in (day for day in {*days, *own} if day > row.on.toordinal()):
            again = outcome(compose(row, view, on=date.fromordinal(day)), view)
            assert interval_of(told.on(day)[number]) == again, (row.id, day)


def gathered(rows: list[dict[str, Any]], *views: View, workers: int = 1, batch: int = 10_000) -> Gathered:
    """A book of rows gathered under some views."""
    table = table_of(rows)
    batches = [table.slice(start, batch) for start in range(0, table.num_rows, batch)]
    return gather(iter(batches), [TimelineBook(view) for view in views], reject=lambda errors: None, workers=workers)


def lines(cascade: Cascade) -> list[tuple[Any, ...]]:
    """Date, id, before, after and causes of every change, in order."""
    ids = cascade.kept.ids().to_pylist()
    return [
        (lapse.day, ids[row], str(cascade.before(change)), str(cascade.after(change)), cascade.causes(change))
        for lapse in cascade
        for row, change in zip(lapse.rows.tolist(), lapse.changes.tolist(), strict=True)
    ]


def test_several_processes_and_small_batches_give_the_same_cascade() -> None:
    rows = [{**row, "id": f"r{number}"} for number, row in enumerate(near_rows(300, 5) * 4)]
    one = lines(gathered(rows, bundled().view()).cascade())
    assert len(one) > 500
    assert lines(gathered(rows, bundled().view(), workers=2, batch=130).cascade()) == one


def test_the_days_come_in_order_and_the_rows_of_a_day_as_in_the_book() -> None:
    rows = [{**row, "id": f"r{number}"} for number, row in enumerate(base_rows())]
    found = lines(gathered(rows, bundled().view()).cascade())
    assert [line[0] for line in found] == sorted(line[0] for line in found)
    for day in {line[0] for line in found}:
        places = [int(line[1][1:]) for line in found if line[0] == day]
        assert places == sorted(set(places))


def test_every_change_names_what_moved_it_and_joins_the_one_before_it() -> None:
    rows = near_rows(500, 44)
    found = lines(gathered(rows, bundled().view()).cascade())
    held: dict[str, str] = {}
    for _, name, before, after, causes in found:
        assert causes
        assert before != after
        assert held.get(name, before) == before
        held[name] = after


def test_the_license_of_november_2019_lapses_as_it_was_known_then() -> None:
    patch = next(row for row in base_rows() if row.get("id") == "logs-contractor-2019-11-10")
    then, now = (gathered([patch], bundled().view(known=known)).cascade() for known in (date(2019, 11, 17), None))
    expected = ("logs-contractor-2019-11-10", "authorized", "license_required", ("ear/744.supp7/c1",))
    assert lines(then) == [(date(2019, 11, 19), *expected)]
    assert lines(now) == [(date(2020, 8, 14), *expected)]


def test_a_row_before_all_changes_and_one_after_the_last_have_theirs() -> None:
    patch = next(row for row in base_rows() if row.get("id") == "logs-contractor-2019-11-10")
    late = {**patch, "id": "late", "on": (date(2020, 8, 14) + timedelta(days=400)).isoformat()}
    assert lines(gathered([late], bundled().view()).cascade()) == []
