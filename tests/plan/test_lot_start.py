"""The last lot start that still ships, against trying every day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.book.compose import compose
from carveout.decide.transaction import Transaction, outcome
from carveout.facts.row import read_row
from carveout.law.corpus import bundled
from carveout.law.view import View
from carveout.plan.error import PlanError
from carveout.plan.lot_file import read_lot
from carveout.plan.lot_start import Cycle, Last, LotStart, LotStarts, Make, Version, last_lot_starts

DAY = timedelta(days=1)
CHIP = {
    "direction": "export_from_abroad", "item_kind": "commodity", "origin": "foreign", "located_in_us": "false",
    "us_controlled_content_pct": "0", "activity": "sale", "input_eccns": "none", "plant_eccns": "3E001",
    "plant_us_origin": "true", "design_owner": "HiSilicon", "knowledge": "actual", "ccl_license_required": "false",
    "ultimate_consignee": "HiSilicon Technologies Co., Ltd", "ultimate_consignee_country": "CN",
    "knowledge_of_violation": "false", "diversion_knowledge": "false",
}  # fmt: skip
OFF_THE_SHELF = {**CHIP, "design_owner": "Formosa Silicon Inc."}
BRAZIL = {**CHIP, "ultimate_consignee": "Huawei Cloud Brazil", "ultimate_consignee_country": "BR"}
RULE = "ear/734.9/e1"


@cache
def view(known: date | None) -> View:
    return bundled().view(known=known)


def making(cells: dict[str, str], law: View) -> Make:
    def made(begun: date, shipped: date) -> Transaction:
        days = {"production_started_on": begun.isoformat(), "shipped_on": shipped.isoformat()}
        row, errors = read_row({"id": "lot", **cells, **days})
        assert not errors
        return compose(row, law, on=shipped)

    return made


def told(cells: dict[str, str], cycle: Cycle, known: str = "") -> dict[date, LotStart]:
    law = view(date.fromisoformat(known) if known else None)
    return {f.version.start: f for f in last_lot_starts(law, making(cells, law), cycle, rule=RULE)}


MAY, AUGUST = date(2020, 5, 15), date(2020, 8, 17)


def test_in_june_2020_a_lot_of_hisilicons_design_had_to_be_begun_by_the_day_of_the_rule() -> None:
    found = told(CHIP, Cycle(80, 110), "2020-06-01")[MAY]
    assert found.start.day == date(2020, 5, 15)
    assert found.start.ends == ("ear/734.9/savings-2020-05-15",)
    assert found.ship.day == date(2020, 5, 15) + 110 * DAY
    assert found.version.through is None


def test_with_a_long_cycle_the_end_of_the_clause_decides_and_not_its_start() -> None:
    found = told(CHIP, Cycle(100, 140), "2020-06-01")[MAY]
    assert found.start.day == date(2020, 9, 14) - 140 * DAY
    assert found.possible_start.day == date(2020, 5, 15)
    assert found.ship.day == date(2020, 9, 14)


def test_the_clause_of_the_lot_goes_on_under_the_text_of_august() -> None:
    found = told(CHIP, Cycle(80, 110))
    assert found[MAY].ship.day == date(2020, 8, 16)
    assert found[MAY].ship.ends == ()
    assert found[AUGUST].start.day == date(2020, 5, 15)


def test_off_the_shelf_chips_had_no_end_until_august_was_known_and_only_doubt_after() -> None:
    assert told(OFF_THE_SHELF, Cycle(80, 110), "2020-06-01")[MAY].start == Last(open=True)
    found = told(OFF_THE_SHELF, Cycle(80, 110))
    assert found[MAY].ship == Last(date(2020, 8, 16), ends=("ear/734.9/e1-scope",))
    assert found[MAY].start.day == date(2020, 8, 16) - 110 * DAY
    assert found[AUGUST].start == Last()
    assert found[AUGUST].possible_ship.day == date(2020, 9, 30)
    assert found[AUGUST].possible_start.day == date(2020, 9, 30) - 80 * DAY


def test_a_chip_outside_the_rule_has_no_last_start() -> None:
    outside = {**CHIP, "plant_eccns": "none"}
    owned_by_nobody = {**outside, "ultimate_consignee_ownership": "none"}
    assert list(told(owned_by_nobody, Cycle(80, 110)).values())[-1].start == Last(open=True)
    # Once the Affiliates Rule is due back, a part of 3B made by it may be caught through the owners of the party.
    assert list(told(outside, Cycle(80, 110)).values())[-1].start == Last()


def test_a_lot_of_which_nothing_is_known_never_surely_ships() -> None:
    unknown = {**CHIP, "plant_eccns": "unknown", "plant_us_origin": "unknown"}
    for start, found in told(unknown, Cycle(80, 110)).items():
        if start > AUGUST:
            assert found.start == found.ship == Last()
            assert found.possible_ship.day or found.possible_ship.open


# Against trying every day

FIRST, LAST = date(2020, 3, 1), date(2020, 11, 30)


class EveryDay:
    """All pairs of days, tried one by one."""

    def __init__(self, law: View, make: Make, cycle: Cycle) -> None:
        self.law, self.make, self.cycle = law, make, cycle
        self._known: dict[tuple[date, date], tuple[bool, bool]] = {}

    def free(self, begun: date, shipped: date) -> tuple[bool, bool]:
        """Whether surely, and whether possibly."""
        key = begun, shipped
        if key not in self._known:
            found = outcome(self.make(begun, shipped), self.law)
            self._known[key] = found.at_most.is_free, found.at_least.is_free
        return self._known[key]

    def shipments(self, begun: date) -> Iterator[date]:
        return (begun + n * DAY for n in range(self.cycle.shortest, self.cycle.longest + 1))

    def last(self, version: Version) -> tuple[date | None, date | None, date | None, date | None]:
        through = version.through or date.max
        days = [FIRST + n * DAY for n in range((LAST - FIRST).days)]
        within = [day for day in days if version.start <= day <= through]
        starts = [b for b in days if all(self.free(b, s)[0] for s in self.shipments(b))
                  and version.start <= b + self.cycle.longest * DAY <= through]  # fmt: skip
        may = [b for b in days if any(self.free(b, s)[1] for s in self.shipments(b) if version.start <= s <= through)]

        def ships(end: int) -> list[date]:
            spans = range(self.cycle.shortest, self.cycle.longest + 1)
            return [s for s in within if any(self.free(s - n * DAY, s)[end] for n in spans)]

        return tuple(max(found, default=None) for found in (starts, ships(0), may, ships(1)))  # type: ignore[return-value]


@given(st.sampled_from([CHIP, OFF_THE_SHELF, BRAZIL, {**CHIP, "design_owner": "unknown"}]), st.integers(0, 40),
       st.integers(0, 6), st.sampled_from([None, date(2020, 6, 1)]))  # fmt: skip
@settings(max_examples=8)
def test_every_day_tried_gives_the_same_last_days(
    cells: dict[str, str], shortest: int, more: int, known: date | None
) -> None:
    law = view(known)
    make, cycle = making(cells, law), Cycle(shortest, shortest + more)
    slow = EveryDay(law, make, cycle)
    for found in last_lot_starts(law, make, cycle, rule=RULE):
        if not FIRST + 60 * DAY < found.version.start < LAST - 60 * DAY:
            continue
        lasts = (found.start, found.ship, found.possible_start, found.possible_ship)
        for last, tried in zip(lasts, slow.last(found.version), strict=True):
            # What goes on beyond the days tried cannot be told by trying them.
            if not last.open and (last.day is None or last.day < LAST - 60 * DAY):
                assert last.day == tried, found.version


def test_few_days_are_asked_of_the_engine() -> None:
    law = view(None)
    starts = LotStarts(law, making(CHIP, law), Cycle(80, 110))
    for found in last_lot_starts(law, making(CHIP, law), Cycle(80, 110), rule=RULE):
        starts.last(found.version)
    assert len(starts._answers) < 700


# Files

PROCESS = """
[lot]
item = "chip"
design_owner = "HiSilicon"
[[plant]]
id = "fab"
behind = "none"
[[tool]]
id = "etcher"
behind = [{eccn = "3E001", us_origin = true}]
[[step]]
id = "etch"
makes = "chip"
plant = "fab"
tools = ["etcher"]
technology = "none"
components = "none"
started_on = 2020-04-01
"""


def test_a_lot_made_by_a_process_is_planned_like_one_whose_facts_are_stated(tmp_path: Path) -> None:
    (tmp_path / "process.toml").write_text(PROCESS, encoding="utf-8")
    raw = ("input_eccns", "plant_eccns", "plant_us_origin", "design_owner")
    lines = [f'{name} = "{value}"' for name, value in CHIP.items() if name not in raw]
    path = tmp_path / "lot.toml"
    path.write_text(
        "\n".join(["[plan]", "cycle_days = [80, 110]", 'process = "process.toml"', "[row]", *lines]), encoding="utf-8"
    )
    law = view(None)
    lot = read_lot(path)
    found = last_lot_starts(law, lambda b, s: compose(lot.row(b, s, law), law, on=s), lot.cycle, rule=RULE)
    assert found == list(told(CHIP, Cycle(80, 110)).values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[plan]\ncycle_days = [80, 110]\n", r"\[plan\] and \[row\]"),
        ("[plan]\ncycle_days = 80\n[row]\n", "cycle_days = "),
        ("[plan]\ncycle_days = [110, 80]\n[row]\n", "a cycle of 110 to 80 days"),
        ("[plan]\ncycle_days = [80, 110]\n[row]\ncustomer = 'x'\n", "customer: no column"),
        ("[plan]\ncycle_days = [80, 110]\n[row]\nshipped_on = 2020-09-01\n", "the plan tries out"),
        ("[plan]\ncycle_days = [80, 110]\nprocess = 'none.csv'\n[row]\n", "cannot be read"),
        ("plan = ", "not TOML"),
    ],
)
def test_a_lot_that_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "lot.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=said):
        read_lot(path)
