"""The back-test against the plain interpreter: what was believed, what happened, and since when it could be known."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest

from carveout.book.back_test import ALWAYS_KNOWN, AS_KNOWN, IN_FACT, WRONGLY, BackTest, days_of, views
from carveout.book.back_test_table import differing_tables, tables, write_json
from carveout.book.compose import compose
from carveout.decide.frame_horizon import NO_DAY
from carveout.decide.outcome import Interval
from carveout.decide.timeline import timeline
from carveout.decide.transaction import outcome
from carveout.facts.row import read_row
from carveout.law.corpus import bundled
from carveout.law.view import View
from tests.book.near_rows import base_rows, near_rows
from tests.book.test_lapses import gathered, law_days

KNOWN = date(2019, 11, 17)


def good_rows(count: int, seed: int) -> list[dict[str, str]]:
    """Rows near the real law that can be read, from the days of the first windows."""
    rows = [row for row in near_rows(count, seed) if "2019-05" < row["on"] < "2021"]
    return [row for row in rows if not read_row(row)[1]]


def back_test(rows: list[dict[str, str]], known: date = KNOWN) -> BackTest:
    return BackTest(gathered(rows, *views(bundled(), known, ()), batch=97))


def told(row: dict[str, str], view: View, day: date | None = None) -> Any:
    """The plain timeline of a row, or its plain outcome on a day."""
    read, _ = read_row(row)
    if day is not None:
        return outcome(compose(read, view, on=day), view)
    return timeline(compose(read, view), view)[1]


@pytest.mark.parametrize("which", [AS_KNOWN, IN_FACT])
def test_a_change_could_be_known_since_the_first_day_from_which_every_reader_foresees_it(which: int) -> None:
    rows = {row["id"]: row for row in good_rows(70, 61)}
    test = back_test(list(rows.values()))
    instruments = bundled().instruments.values()
    days = {one.public_from(frees=frees) for one in instruments for frees in (True, False)} | {date.min}
    readers = sorted((day for day in days if which == IN_FACT or day <= KNOWN), reverse=True)
    foreseen = {
        (name, day): {(c.day, c.before, c.after) for c in told(row, bundled().view(known=day))}
        for name, row in rows.items()
        for day in readers
    }
    cascade, ids, seen = test.cascades[which], test.gathered.kept.ids().to_pylist(), set()
    for lapse in cascade:
        known = test.known_from(which, lapse.rows, lapse.changes)
        for row, change, number in zip(lapse.rows.tolist(), lapse.changes.tolist(), known.tolist(), strict=True):
            expected = None
            for day in readers:
                if (lapse.day, cascade.before(change), cascade.after(change)) not in foreseen[ids[row], day]:
                    break
                expected = day
            assert expected is not None
            assert number == (ALWAYS_KNOWN if expected == date.min else expected.toordinal())
            seen.add(number)
    assert len(seen) >= 3


def way_of(was: Interval, fact: Interval) -> str | None:
    """How belief and fact differ."""
    believed = None if not (was.at_most.is_free or not was.at_least.is_free) else was.at_most.is_free
    happened = None if not (fact.at_most.is_free or not fact.at_least.is_free) else fact.at_most.is_free
    if was == fact or (believed is not None and believed == happened):
        return None
    if believed is None or happened is None:
        return "unsettled"
    return "wrongly_free" if believed else "wrongly_barred"


def test_belief_and_fact_differ_on_the_days_on_which_determining_again_says_so() -> None:
    rows = {row["id"]: row for row in good_rows(100, 62)}
    test = back_test(list(rows.values()))
    differing, ids = test.differing(), test.gathered.kept.ids().to_pylist()
    stretches: dict[str, list[tuple[int, int, str]]] = {name: [] for name in rows}
    for place in range(len(differing)):
        way = WRONGLY[differing.ways[place]]
        stretches[ids[differing.rows[place]]].append((int(differing.first[place]), int(differing.last[place]), way))
    then, now, found = bundled().view(known=KNOWN), bundled().view(), set()
    days = sorted({*law_days(then), *law_days(now)})
    for name, row in rows.items():
        own = {v.toordinal() + n for v in read_row(row)[0].facts.values() if isinstance(v, date) for n in (0, 1)}
        on = date.fromisoformat(row["on"]).toordinal()
        for number in sorted(day for day in {*days, *own, on} if day >= on):
            day = date.fromordinal(number)
            ways = [way for first, last, way in stretches[name] if first <= number <= last]
            expected = way_of(told(row, then, day), told(row, now, day))
            assert ways == ([expected] if expected else []), (name, day)
            found.update(ways)
    assert found == set(WRONGLY)


def test_the_reader_of_17_november_2019_thought_the_license_over_and_it_was_not() -> None:
    patch = next(row for row in base_rows() if row.get("id") == "logs-contractor-2019-11-10")
    test = back_test([patch])
    stream = io.StringIO()
    write_json(stream, test, test.differing())
    then, now, row = map(json.loads, stream.getvalue().splitlines())
    assert (then["date"], then["cascade"], then["causes"]) == ("2019-11-19", "as_known", ["ear/744.supp7/c1"])
    assert (now["date"], now["cascade"], now["causes"]) == ("2020-08-14", "in_fact", ["ear/744.supp7/c1"])
    assert then["rows"][0]["known_from"] == "2019-08-21"
    assert "2020-05-15" <= now["rows"][0]["known_from"] <= "2020-05-18"
    assert row == {
        "id": "logs-contractor-2019-11-10", "on": "2019-11-10", "wrongly_free": [], "unsettled": [],
        "wrongly_barred": [
            {"from": "2019-11-19", "through": "2020-08-13", "believed": "license_required", "happened": "authorized"}
        ],
    }  # fmt: skip
    assert days_of(test.differing(), date(2019, 11, 28)) == {"wrongly_free": 0, "wrongly_barred": 10, "unsettled": 0}


def test_tables_hold_both_cascades_and_every_stretch() -> None:
    test = back_test(base_rows_with_ids())
    both = [line for table in tables(test) for line in table.to_pylist()]
    assert [line["cascade"] for line in both] == sorted(line["cascade"] for line in both)
    for which, name in ((AS_KNOWN, "as_known"), (IN_FACT, "in_fact")):
        days = [line["date"] for line in both if line["cascade"] == name]
        assert days == [lapse.day for lapse in test.cascades[which] for _ in lapse.rows]
    differing = test.differing()
    lines = [line for table in differing_tables(test, differing) for line in table.to_pylist()]
    assert len(lines) == len(differing) > 20
    open_ended = [line for line, last in zip(lines, differing.last.tolist(), strict=True) if last == NO_DAY]
    assert open_ended
    assert all(line["through"] is None for line in open_ended)
    assert next(differing_tables(test, differing, none=True)).column_names == list(lines[0])


def base_rows_with_ids() -> list[dict[str, str]]:
    """Every sixth row near the law: of all its pages, and not all of its cases."""
    return [{**row, "id": f"b{number}"} for number, row in enumerate(base_rows()[::12])]
