"""The calculation toward a destination: what counts, which level, the verdict, and what would settle it."""

from datetime import date
from pathlib import Path

import pytest

from carveout.facts.value import FALSE, TRUE, UNKNOWN, Span
from carveout.law.corpus import bundled
from carveout.origin.bill import PartClass
from carveout.origin.bill_csv import read_csv
from carveout.origin.calculation import Verdict, calculate
from carveout.origin.control import Destination, counted
from carveout.origin.ear_tables import read_tables
from carveout.origin.error import OriginError
from carveout.origin.levels import CycleError
from carveout.origin.sheet import as_json, as_markdown, sheet_of
from carveout.origin.threshold import threshold

VIEW = bundled().view()
DAY = date(2021, 3, 1)
HEAD = "part,parent,quantity,unit_value,currency,origin,eccn,reasons_for_control,controlled,kind,how\n"


def bill(tmp_path: Path, *lines: str):
    path = tmp_path / "bill.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return read_csv(path)


def one(tmp_path: Path, *lines: str, to: str = "CN", on: date = DAY, **more):
    (found,) = calculate(bill(tmp_path, *lines), VIEW, to, on, **more)
    return found


BOX = "BOX,,,100,USD,foreign,5A991,,,commodity,"


def chip(value: str, eccn: str = "3A001", controlled: str = "true", reasons: str = "") -> str:
    return f"CHIP,BOX,1,{value},USD,us,{eccn},{reasons},{controlled},commodity,incorporated"


@pytest.mark.parametrize(
    ("value", "to", "verdict"),
    [
        ("25", "CN", "below"), ("25.01", "CN", "above"), ("10", "CU", "below"), ("10.01", "CU", "above"), ("10.01", "CN", "below"),
        ("10", "SY", "below"), ("20", "SD", "below"), ("0", "CN", "below"), ("20..30", "CN", "undetermined"),
        ("26..30", "CN", "above"), ("20..25", "CN", "below"),
    ],
)  # fmt: skip
def test_content_equal_to_the_level_is_still_de_minimis(tmp_path: Path, value: str, to: str, verdict: str) -> None:
    assert one(tmp_path, BOX, chip(value), to=to).verdict == verdict


def test_sudan_left_the_group_with_the_lower_level_in_january_2021(tmp_path: Path) -> None:
    assert one(tmp_path, BOX, chip("20"), to="SD", on=date(2021, 1, 13)).verdict == "above"
    assert one(tmp_path, BOX, chip("20"), to="SD", on=date(2021, 1, 14)).verdict == "below"


def test_a_share_on_the_level_is_reckoned_exactly(tmp_path: Path) -> None:
    # 0.1 + 0.2 is above 0.3 in binary numbers, and not in the numbers of the bill.
    lines = ["BOX,,,1.2,USD,foreign,5A991,,,commodity,"]
    lines += [f"C{n},BOX,1,{value},USD,us,3A001,,true,commodity," for n, value in enumerate(("0.1", "0.2"))]
    found = one(tmp_path, *lines)
    assert found.share == (25, 25)
    assert found.verdict is Verdict.below
    lines[2] = "C1,BOX,1,0.2000000001,USD,us,3A001,,true,commodity,"
    assert one(tmp_path, *lines).verdict is Verdict.above


def test_what_is_missing_makes_a_range_and_the_sheet_says_what_settles_it(tmp_path: Path) -> None:
    found = one(tmp_path, BOX, chip("20"), "FPGA,BOX,1,10,USD,us,,,,commodity,", "GLUE,BOX,1,1,USD,us,,,,commodity,")
    assert found.verdict is Verdict.undetermined
    assert (found.share[0], found.share[1]) == (20, 31)
    assert [(found.bill.parts[s.line.part], s.low, s.high) for s in found.settling] == [
        ("FPGA", "below", "above"), ("GLUE", "undetermined", "undetermined"),
    ]  # fmt: skip
    told = as_markdown(sheet_of(found))
    assert "Missing and decisive: eccn of FPGA" in told
    assert found.facts["us_controlled_content_pct"] == Span(20.0, 31.0)


def test_lines_of_the_sheet_add_up_to_the_content(tmp_path: Path) -> None:
    found = one(
        tmp_path, "BOX,,,1000,USD,foreign,5A991,,,,", "BOARD,BOX,3,,USD,foreign,,,,,", "CHIP,BOARD,2,10,USD,us,3A001,,true,,",
        "CHIP,BOX,1,,,,,,,,", "OPEN,BOARD,1,,USD,,,,,,", "PSU,OPEN,1,7,USD,us,3A001,,true,,", "CAP,BOX,1,5,USD,us,EAR99,,,,",
    )  # fmt: skip
    rows = sheet_of(found).rows
    assert sum(row[7] for row in rows[:-1]) == pytest.approx(found.content[0]) == pytest.approx(rows[-1][7])
    assert sum(row[8] for row in rows[:-1]) == pytest.approx(found.content[1]) == pytest.approx(rows[-1][8])
    assert found.content == (70, 91)


def test_an_item_of_a_family_without_a_level_is_above_with_any_content(tmp_path: Path) -> None:
    computer = "BOX,,,100,USD,foreign,4A003,,,commodity,"
    assert one(tmp_path, computer, chip("1")).verdict is Verdict.undetermined
    assert one(tmp_path, computer, chip("1"), zero_family=TRUE).verdict is Verdict.above
    assert one(tmp_path, computer, chip("1"), zero_family=FALSE).verdict is Verdict.below
    assert one(tmp_path, computer, chip("1", controlled="false"), zero_family=TRUE).verdict is Verdict.below


@pytest.mark.parametrize(
    ("eccn", "to", "on", "verdict"),
    [
        ("3A611.a", "CN", DAY, "above"), ("3A611.a", "DE", DAY, "below"), ("3A611.y", "CN", DAY, "undetermined"),
        ("3A611.y", "CN", date(2025, 3, 3), "above"), ("3A611.y", "DE", date(2025, 3, 3), "below"),
        ("9A515.a", "CN", DAY, "above"), ("3A611.a", "LB", DAY, "undetermined"), ("3A611.a", "LB", date(2026, 7, 23), "above"),
    ],
)  # fmt: skip
def test_military_content_has_no_level_toward_arms_embargoed_countries(
    tmp_path: Path, eccn: str, to: str, on: date, verdict: str
) -> None:
    assert one(tmp_path, BOX, chip("1", eccn), to=to, on=on).verdict == verdict


def test_an_unclassified_us_line_is_assumed_not_to_be_military_and_strict_takes_that_back(tmp_path: Path) -> None:
    lines = (BOX, "FPGA,BOX,1,1,USD,us,,,,commodity,")
    found = one(tmp_path, *lines)
    assert found.verdict is Verdict.below
    assert any("600-series" in text for text in found.assumed)
    assert "us_600_series_content" not in found.facts
    assert one(tmp_path, *lines, strict=True).verdict is Verdict.undetermined


def test_software_shipped_separately_is_no_content_and_technology_asks_for_the_report(tmp_path: Path) -> None:
    apart = one(tmp_path, BOX, "APP,BOX,1,90,USD,us,5D002,,true,software,separate")
    assert apart.share == (0, 0)
    assert "never de minimis" in as_markdown(sheet_of(apart))
    know_how = "BOX,,,100,USD,foreign,EAR99,,,technology,"
    found = one(tmp_path, know_how, "K,BOX,1,5,USD,us,3E001,,true,technology,commingled")
    assert found.report_due
    assert not one(tmp_path, know_how, "K,BOX,1,5,USD,foreign,3E001,,,technology,commingled").report_due


def test_technology_in_a_commodity_is_counted_both_ways(tmp_path: Path) -> None:
    found = one(tmp_path, BOX, "K,BOX,1,40,USD,us,3E001,,true,technology,")
    assert found.share == (0, 40)


def test_each_item_of_a_bill_has_its_own_calculation(tmp_path: Path) -> None:
    lines = (BOX, chip("30"), "CASE,,,50,USD,foreign,EAR99,,,,", "CHIP,CASE,1,,,,,,,,")
    found = calculate(bill(tmp_path, *lines), VIEW, "CN", DAY)
    assert [(c.name, c.share, c.verdict) for c in found] == [("BOX", (30, 30), "above"), ("CASE", (60, 60), "above")]
    assert [c.name for c in calculate(bill(tmp_path, *lines), VIEW, "CN", DAY, item="CASE")] == ["CASE"]


def test_a_bill_that_tells_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OriginError, match="no item of the bill has parts"):
        calculate(bill(tmp_path, BOX), VIEW, "CN", DAY)
    with pytest.raises(OriginError, match="no part 'NONE'"):
        calculate(bill(tmp_path, BOX, chip("1")), VIEW, "CN", DAY, item="NONE")
    with pytest.raises(CycleError, match="A contains B contains A"):
        calculate(bill(tmp_path, "A,B,1,,,,,,,,", "B,A,1,,,,,,,,"), VIEW, "CN", DAY)


@pytest.mark.parametrize(
    ("part", "to", "on", "truth"),
    [
        (PartClass("us", "EAR99"), "CN", DAY, FALSE), (PartClass("us", "EAR99"), "CU", DAY, TRUE),
        (PartClass("us", "EAR99"), "SD", date(2020, 6, 1), UNKNOWN), (PartClass("us", "EAR99"), "RU", DAY, FALSE),
        (PartClass("us", "EAR99"), "RU", date(2022, 3, 1), UNKNOWN), (PartClass("us", "5A991", "AT"), "CN", DAY, FALSE),
        (PartClass("us", "5A991", "AT"), "SD", date(2020, 6, 1), TRUE), (PartClass("us", "5A991"), "CN", DAY, UNKNOWN),
        (PartClass("us", "3A001", "NS,AT"), "CN", DAY, UNKNOWN), (PartClass("us", "3A001"), "KP", DAY, TRUE),
        (PartClass("us"), "CN", DAY, UNKNOWN), (PartClass("us"), "CU", DAY, TRUE), (PartClass("", "EAR99"), "CN", DAY, FALSE),
        (PartClass("", "3A001", "", TRUE), "CN", DAY, UNKNOWN), (PartClass("foreign", "3A001", "", TRUE), "CN", DAY, FALSE),
        (PartClass("us", "EAR99", "", TRUE), "CN", DAY, TRUE), (PartClass("us", "3A001", "", FALSE), "CU", DAY, FALSE),
    ],
)  # fmt: skip
def test_a_part_counts_when_it_would_need_a_license_by_itself(part: PartClass, to: str, on: date, truth: int) -> None:
    found = counted(part, Destination(to, on, VIEW.groups))
    assert found.truth == truth
    assert found.why


def test_tables_show_what_needs_a_license_and_what_has_no_other_reason_than_at(test_data: Path) -> None:
    tables = read_tables(test_data / "ear")
    to = Destination("CN", date(2026, 7, 23), VIEW.groups, tables)
    assert counted(PartClass("us", "3A001"), to).truth == TRUE
    assert "NS 2" in counted(PartClass("us", "3A001"), to).why
    assert counted(PartClass("us", "5A991"), to).truth == FALSE
    assert counted(PartClass("us", "4A003"), to).truth == UNKNOWN
    assert counted(PartClass("us", "3A001"), Destination("DE", to.on, VIEW.groups, tables)).truth == UNKNOWN


def test_the_levels_are_those_of_the_law_and_a_day_before_it_is_refused() -> None:
    assert (threshold(VIEW, "CN", DAY).low, threshold(VIEW, "CU", DAY).low) == (25.0, 10.0)
    with pytest.raises(OriginError, match="says nothing"):
        threshold(VIEW, "CN", date(2018, 12, 31))


def test_the_object_holds_the_facts_of_a_book(tmp_path: Path) -> None:
    from carveout.facts.row import read_row

    told = as_json(one(tmp_path, BOX, chip("20..30")))
    row, errors = read_row({"id": "1", **told["facts"]})
    assert not errors
    assert row.facts["us_controlled_content_pct"] == Span(20.0, 30.0)
    assert told["content_pct"] == {"at_least": 20.0, "at_most": 30.0}
    assert told["missing"][0]["what"] == ["unit_value"]
