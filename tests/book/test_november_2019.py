"""The story of November 2019: what a reader of the 17th believed, what readers of two reports believed, and what happened.

On 2019-11-17 the Temporary General License was to end on the 18th. The press reported six months, and two weeks; the
rules that came prolonged it four times, through 2020-08-13. Every row of the example book, and a few rows of this page,
is judged on every day from the 18th to the end of 2020: on which days was it wrongly thought free, or wrongly thought barred?
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pyarrow as pa
import pytest

from carveout.book.diff_book import DiffBook
from carveout.book.frame_book import FrameBook
from carveout.law.corpus import bundled
from tests.book.near_rows import base_rows
from tests.book.test_scenarios import CHIP, DISCLOSURE, told
from tests.decide.test_causes import PATCH

LAW = bundled()
KNOWN = date(2019, 11, 17)
FACT = LAW.view()
BELIEFS = {
    "as known on 2019-11-17": LAW.view(known=KNOWN),
    "under the six-month report": LAW.view(known=KNOWN, scenarios=["six-months-2019-11"]),
    "under the two-week report": LAW.view(known=KNOWN, scenarios=["two-weeks-2019-11"]),
}
ENDS = {
    "as known on 2019-11-17": date(2019, 11, 18),
    "under the six-month report": date(2020, 5, 18),
    "under the two-week report": date(2019, 12, 2),
}
"""The last day of the license as each reader believed."""
LAST = date(2020, 8, 13)
"""The last day in fact."""
FIRST, END = date(2019, 11, 18), date(2020, 12, 31)
DAYS = [FIRST + timedelta(days=number) for number in range((END - FIRST).days + 1)]

OWN = {
    "a patch for a network": PATCH,
    "a patch that adds a function": {**PATCH, "enhances_function": "true"},
    "a handset gets a fix": {
        **PATCH, "activity": "support_device", "device_class": "handset", "device_public_on": "2019-03-01", "update_kind": "fix",
    },
    "a vulnerability is reported": DISCLOSURE,
    "a chip to HiSilicon": CHIP,
    "a chip to Huawei Cloud Brazil": {
        **CHIP, "ultimate_consignee": "Huawei Cloud Brazil", "ultimate_consignee_country": "BR",
    },
}  # fmt: skip
ROWS: dict[str, Mapping[str, str]] = {row["id"]: row for row in base_rows() if "id" in row} | OWN

# What the license covered in fact, and the day from which the certification was there.
COVERED = {
    "a patch for a network": FIRST,
    "a handset gets a fix": FIRST,
    "logs-contractor-2019-11-10": FIRST,
    "tablet-update-2019-09-05": FIRST,
    "home-router-update-2019-10-08": FIRST,
    "spare-defective-board-2019-12-03": date(2019, 11, 25),
    "certified-too-late-2020-01-10": date(2020, 1, 20),
    "router-update-last-day-2020-08-13": date(2020, 5, 20),
    "router-update-day-after-2020-08-14": date(2020, 5, 20),
}
# What it may have covered: a fact is missing, or the law is read two ways (who certifies for a disclosure).
MAYBE = {
    "logs-own-network-2019-12-05": FIRST,
    "certified-who-knows-2020-02-11": FIRST,
    "affiliate-contract-2019-10-15": FIRST,
    "a vulnerability is reported": FIRST,
    "vulnerability-2019-07-11": FIRST,
    "vulnerability-2020-08-18": FIRST,
    "vulnerability-handset-only-2020-09-22": FIRST,
    "vulnerability-in-the-gap-2020-08-15": date(2020, 7, 30),
}
# What nobody could know in November 2019, whatever they made of the reports.
STANDARDS, CLOUD, FOOTNOTE, DIRECT = date(2020, 6, 18), date(2020, 8, 17), date(2020, 8, 17), date(2020, 5, 15)
LATER = {
    **{f"standards-{name}": ("barred", STANDARDS) for name in
       ("2019-05-18", "2019-06-05", "2019-09-17", "in-body-2020-07-14", "2024-08-20")},
    **dict.fromkeys(("a vulnerability is reported", "vulnerability-2019-05-17", "vulnerability-2019-07-11", "vulnerability-in-the-gap-2020-08-15", "vulnerability-2020-08-18"), ("barred", FOOTNOTE)),
    "a chip to Huawei Cloud Brazil": ("free", CLOUD),
    "cloud-affiliate-not-yet-listed-2020-08-16": ("free", CLOUD),
    "chips-foreign-20-percent-2019-11-05": ("settled", DIRECT),
    "chips-direct-product-2020-10-12": ("settled", DIRECT),
}  # fmt: skip
# Goods under way when a party was listed: perhaps saved until they arrived, then barred.
UNDER_WAY = {"en-route-2020-08-18": (("settled", CLOUD, date(2020, 8, 21)), ("free", date(2020, 8, 22), END))}

WRONGLY = {"freed": "barred", "barred": "free", "opened": "settled"}
"""How a row was wrongly thought of, by the way it flips from the belief to the fact."""

Run = tuple[str, date, date]


@cache
def book() -> pa.Table:
    """Every row on every day; the id tells both."""
    names = sorted({name for row in ROWS.values() for name in row} - {"id", "on", "story", "label"})
    rows = [(identifier, row, day) for identifier, row in ROWS.items() for day in DAYS]
    columns = {name: [row.get(name) or None for _, row, _ in rows] for name in names}
    return pa.table({"id": [f"{key} @{day}" for key, _, day in rows], "on": [day for *_, day in rows], **columns})


@cache
def wrong(belief: str) -> dict[str, tuple[Run, ...]]:
    """Per row the runs of days on which the belief was wrong, and how."""
    days: dict[str, list[tuple[str, date]]] = {}
    compared = DiffBook(FrameBook(BELIEFS[belief]), FrameBook(FACT)).compare_all(iter([book()]))
    for one in compared:
        assert not one.errors
        for flip in one.flips.objects():
            if flip["direction"] in WRONGLY:
                row = flip["id"].rpartition(" @")[0]
                days.setdefault(row, []).append((WRONGLY[flip["direction"]], date.fromisoformat(flip["on"])))
    return {row: tuple(_runs(found)) for row, found in days.items()}


def _runs(days: list[tuple[str, date]]) -> list[Run]:
    """Unbroken runs of days on which the belief was wrong in the same way."""
    found = [(how, day, day) for how, day in days[:1]]
    for (how, day), (later, after) in pairwise(days):
        if (later, after) == (how, day + timedelta(days=1)):
            found[-1] = (how, found[-1][1], after)
        else:
            found.append((later, after, after))
    return found


def expected(belief: str) -> dict[str, tuple[Run, ...]]:
    """What the story says, row by row."""
    start = ENDS[belief] + timedelta(days=1)
    found: dict[str, tuple[Run, ...]] = {}
    for row, certified in COVERED.items():
        found[row] = (("barred", max(start, certified), LAST),)
    for row, certified in MAYBE.items():
        found[row] = (("settled", max(start, certified), LAST),)
    for row, (how, day) in LATER.items():
        found[row] = (*found.get(row, ()), (how, day, END))
    return found | UNDER_WAY


@pytest.mark.parametrize("belief", BELIEFS)
def test_on_which_days_each_row_was_wrongly_thought_free_or_barred(belief: str) -> None:
    assert wrong(belief) == expected(belief)


def test_the_story_of_one_patch() -> None:
    """The network contractor's patch, in days."""
    runs = {belief: wrong(belief)["a patch for a network"] for belief in BELIEFS}
    assert runs == {
        "as known on 2019-11-17": (("barred", date(2019, 11, 19), date(2020, 8, 13)),),
        "under the six-month report": (("barred", date(2020, 5, 19), date(2020, 8, 13)),),
        "under the two-week report": (("barred", date(2019, 12, 3), date(2020, 8, 13)),),
    }
    days = {belief: sum((last - first).days + 1 for _, first, last in found) for belief, found in runs.items()}
    assert list(days.values()) == [269, 87, 255]


def test_neither_report_made_anybody_think_a_row_free_that_the_license_did_not_cover() -> None:
    """In hindsight: each reported end came before the one in fact, so the wrong days are all on the careful side."""
    plain = {row: [run for run in runs if run[0] == "free"] for row, runs in wrong("as known on 2019-11-17").items()}
    for belief in BELIEFS:
        assert {row: [run for run in runs if run[0] == "free"] for row, runs in wrong(belief).items()} == plain
    assert {row for row, runs in plain.items() if runs} == {
        "a chip to Huawei Cloud Brazil", "cloud-affiliate-not-yet-listed-2020-08-16", "en-route-2020-08-18",
    }  # fmt: skip


def test_who_trusted_the_six_months_went_ahead_on_days_on_which_no_rule_that_was_public_covered_them() -> None:
    """The rules came late: on these days the law that could be read barred what the report called safe."""
    six = BELIEFS["under the six-month report"]
    uncovered = []
    for day in DAYS:
        if day <= LAST and told(PATCH, LAW.view(known=day), day) == "license_required":
            uncovered.append(day)
            assert told(PATCH, FACT, day) == "authorized"
    assert uncovered == [date(2019, 11, 19), date(2020, 2, 17), date(2020, 5, 16), date(2020, 5, 17)]
    assert all(told(PATCH, six, day) == "authorized" for day in uncovered)


def test_what_moved_the_flips_is_the_license_until_its_last_day() -> None:
    compared = DiffBook(FrameBook(BELIEFS["as known on 2019-11-17"]), FrameBook(FACT)).compare_all(iter([book()]))
    causes = {
        cause for one in compared for flip in one.flips.objects() for cause in flip["causes"]
        if flip["id"].rpartition(" @")[0] in (COVERED.keys() | MAYBE.keys()) and flip["on"] <= LAST.isoformat()
    }  # fmt: skip
    assert causes == {"ear/744.supp7/c1", "ear/744.supp7/c2", "ear/744.supp7/c3"}
