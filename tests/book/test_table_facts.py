"""Facts that imported EAR tables show: what they fill, what they never fill, and that both interpreters agree."""

import random
import re
from datetime import date
from pathlib import Path

import pytest

from carveout.book.decide_book import Asked, decide_cells
from carveout.book.table_facts import held_tables
from carveout.facts.value import FALSE
from carveout.law.corpus import bundled
from carveout.origin.vintages import import_tables
from tests.book.near_rows import near_rows
from tests.book.test_interpreters_agree import assert_same

ISSUED = date(2026, 7, 23)
CHIP = {
    "id": "1", "on": "2026-07-23", "direction": "export", "item_kind": "commodity", "eccn": "3A001", "origin": "us",
    "destination": "CN", "ultimate_consignee": "Formosa Boards Ltd.", "ultimate_consignee_country": "TW",
    "knowledge_of_violation": "false", "diversion_knowledge": "false",
}  # fmt: skip


@pytest.fixture
def imported(test_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARVEOUT_TABLES", str(tmp_path / "tables"))
    import_tables(test_data / "ear")
    return tmp_path / "tables"


def decided(strict: bool = False, **cells: str):
    _, found, errors = decide_cells({**CHIP, **cells}, Asked(bundled().view(), None, strict))
    assert not errors
    assert found is not None
    return found


def ends(found) -> str:
    low, high = found.overall.at_least.name, found.overall.at_most.name
    return low if low == high else f"{low}..{high}"


def test_without_tables_nothing_is_told() -> None:
    assert held_tables() is None
    assert ends(decided()) == "no_license_required..license_required"


def test_an_x_in_the_chart_shows_that_a_license_is_required(imported: Path) -> None:
    found = decided()
    assert ends(found) == "license_required"
    assert "ccl_license_required" in found.regimes["ear"].assumed
    told = [caution for caution in found.regimes["ear"].cautions if "EAR tables" in caution]
    assert any("NS 2" in caution and "2026-07-23" in caution for caution in told)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"eccn": "5A991"}, "anti-terrorism controls only, no X: that is no answer"),
        ({"eccn": "EAR99"}, "not in the list"),
        ({"eccn": "4A003"}, "its lines are limited to paragraphs that the row does not state"),
        ({"destination": "DE"}, "no X under NS 2 for Germany"),
        ({"destination": "CU"}, "the row of Cuba points to part 746"),
        ({"on": "2026-07-22"}, "a day before the tables"),
        ({"destination": "unknown"}, "no destination"),
    ],
)
def test_what_the_tables_do_not_show_stays_unknown(imported: Path, cells: dict[str, str], why: str) -> None:
    found = decided(**cells)
    assert ends(found) == "no_license_required..license_required", why
    assert "ccl_license_required" not in found.regimes["ear"].assumed


def test_the_word_of_the_user_stands(imported: Path) -> None:
    assert ends(decided(ccl_license_required="false")) == "no_license_required"
    assert ends(decided(ccl_license_required="unknown")) == "no_license_required..license_required"


def test_strict_mode_takes_nothing_from_tables(imported: Path) -> None:
    assert "ccl_license_required" not in decided(strict=True).regimes["ear"].assumed
    assert ends(decided(strict=True)) != "license_required"


def test_at_only_by_the_tables_opens_the_way_of_at_only_technology(imported: Path) -> None:
    release = {
        "direction": "release", "item_kind": "technology", "eccn": "5E991", "published": "false", "release_in_us": "false",
        "activity": "standards_development", "standard_to_be_published": "true", "recipient_acts_for_listed": "false",
        "ultimate_consignee": "Huawei Technologies Co., Ltd.", "ultimate_consignee_country": "CN",
        "ccl_license_required": "false",
    }  # fmt: skip
    found = decided(**release)
    assert ends(found) == "not_subject"
    assert "reasons_for_control" in found.regimes["ear"].assumed
    assert ends(decided(**release, reasons_for_control="unknown")) == "not_subject..license_required"
    assert ends(decided(**{**release, "eccn": "3E001"})) == "license_required"


def test_a_release_in_the_united_states_is_read_in_the_row_of_the_citizenship(imported: Path) -> None:
    release = {
        "direction": "release", "item_kind": "technology", "eccn": "3E001", "published": "false", "release_in_us": "true",
        "destination": "US", "recipient_acts_for_listed": "false", "ultimate_consignee": "Prairie Labs Inc.",
        "ultimate_consignee_country": "US",
    }  # fmt: skip
    assert ends(decided(**release, recipient_citizenship="CN")) == "license_required"
    assert ends(decided(**release, recipient_citizenship="CA")) == "no_license_required..license_required"
    # Nobody asked for the citizenship: there is no row to read.
    assert "ccl_license_required" not in decided(**release).regimes["ear"].assumed


def test_no_row_is_ever_told_that_no_license_is_required(imported: Path) -> None:
    from carveout.book.table_facts import told_of
    from carveout.facts.row import read_row

    tables = held_tables()
    assert tables is not None
    for eccn in tables.tables[0].entries:
        for country in ("CN", "DE", "CA", "CU"):
            row, _ = read_row({**CHIP, "eccn": eccn, "destination": country})
            assert told_of(row, ISSUED, tables).facts.get("ccl_license_required") != FALSE


@pytest.mark.parametrize("seed", range(3))
def test_with_tables_both_interpreters_say_the_same(imported: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows = near_rows(300, seed)
    for row in rows:
        if chance.random() < 0.6:
            row["on"] = chance.choice(("2026-07-22", "2026-07-23", "2026-07-30", "2026-10-01"))
            row["eccn"] = chance.choice(("3A001", "5E991", "3E001", "5A002.a", "4A003", "3A611.a", "EAR99", "5A991"))
            row["destination"] = chance.choice(("CN", "DE", "HK", "CU", "CA", ""))
            row["direction"] = chance.choice(("export", "reexport", "release", "release", ""))
            row["release_in_us"] = chance.choice(("true", "false", ""))
            row["recipient_citizenship"] = chance.choice(("CN", "US", "CA", ""))
            row["ccl_license_required"] = chance.choice(("", "", "false", "unknown"))
            row["reasons_for_control"] = "" if row["eccn"] == "EAR99" else chance.choice(("", "", "AT", "unknown"))
        if chance.random() < 0.3:
            row["origin"] = "foreign"
            row["us_controlled_content_pct"] = chance.choice(
                ("5..10", "10..11", "24..25", "20..30", "0..0", "26..99", "9..101")
            )
    assert_same(rows, bundled().view(), strict=seed == 2)


def test_a_later_vintage_takes_over_from_its_day(imported: Path, test_data: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    newer.mkdir()
    for name in ("ccl.json", "country-chart.json", "country-groups.json"):
        text = (test_data / "ear" / name).read_text(encoding="utf-8").replace('"2026-07-23"', '"2026-09-01"')
        # As if the entry had been taken off the list.
        (newer / name).write_text(re.sub(r'("eccn":\s*)"3A001"', r'\1"3A999"', text), encoding="utf-8")
    import_tables(newer)
    assert ends(decided(on="2026-08-31")) == "license_required"
    assert ends(decided(on="2026-09-01")) == "no_license_required..license_required"
