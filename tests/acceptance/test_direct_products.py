"""The stories of the direct product rule, told as rows: what is free, what is not, and what nobody may call free."""

from __future__ import annotations

from datetime import date

import pytest

from carveout.book.decide_book import Asked, decide_cells
from carveout.decide.determination import Determination
from carveout.decide.explanation import explain
from carveout.decide.render import text
from carveout.law.corpus import bundled

CHIP = {
    "id": "r", "direction": "export_from_abroad", "item_kind": "commodity", "origin": "foreign", "located_in_us": "false",
    "us_controlled_content_pct": "0", "activity": "sale", "input_eccns": "none", "plant_eccns": "3E001",
    "plant_us_origin": "true", "design_owner": "HiSilicon", "knowledge": "actual", "ccl_license_required": "false",
    "ultimate_consignee": "HiSilicon Technologies Co., Ltd", "ultimate_consignee_country": "CN",
    "knowledge_of_violation": "false", "diversion_knowledge": "false", "production_started_on": "2020-06-01",
}  # fmt: skip
OFF_THE_SHELF = {"design_owner": "Formosa Silicon Inc."}
UNLISTED = {"ultimate_consignee": "Formosa Boards Ltd.", "ultimate_consignee_country": "TW"}
REQUIRED, OUTSIDE, SAVED = "license_required", "not_subject", "no_license_required"


def decided(day: str, known: str = "", *, strict: bool = False, **facts: str) -> Determination:
    view = bundled().view(known=date.fromisoformat(known) if known else None)
    _, found, errors = decide_cells({**CHIP, **facts, "on": day}, Asked(view, strict=strict))
    assert found is not None, [str(error) for error in errors]
    return found


def told(day: str, known: str = "", **facts: str) -> str:
    return str(decided(day, known, **facts).overall)


def test_an_off_the_shelf_chip_is_outside_before_the_text_of_august_2020_and_inside_after_it() -> None:
    assert told("2020-08-16", **OFF_THE_SHELF) == OUTSIDE
    assert told("2020-08-17", **OFF_THE_SHELF) == f"{SAVED}..{REQUIRED}"
    assert told("2020-10-01", **OFF_THE_SHELF) == REQUIRED


def test_hard_drives_made_with_us_inspection_tools_need_a_license_from_august_2020() -> None:
    drives = {"eccn": "EAR99", "design_owner": "Singapore Drive Works", "plant_eccns": "3D991"}
    assert told("2020-08-01", **drives) == OUTSIDE
    assert told("2021-02-01", **drives) == REQUIRED


def test_a_lot_begun_before_the_rule_ships_until_the_clause_ends_under_both_texts() -> None:
    lot = {"production_started_on": "2020-05-14"}
    assert told("2020-08-10", **lot) == SAVED
    assert told("2020-09-10", **lot) == SAVED
    assert told("2020-09-20", **lot) == REQUIRED
    assert told("2020-09-10", "2020-06-01", **lot) == SAVED


def test_the_clause_of_may_does_not_save_what_only_august_caught() -> None:
    lot = {"production_started_on": "2020-05-14", **OFF_THE_SHELF}
    assert told("2020-09-10", **lot) == f"{SAVED}..{REQUIRED}"
    assert told("2020-10-10", **lot) == REQUIRED


def test_the_clause_saves_no_lot_that_is_subject_for_another_reason() -> None:
    lot = {"production_started_on": "2020-05-14"}
    for other in ({"us_controlled_content_pct": "30"}, {"origin": "us"}, {"located_in_us": "true"}):
        assert told("2020-09-10", **lot, **other) == REQUIRED


# Nobody may call these free


@pytest.mark.parametrize(
    "facts",
    [
        {"plant_eccns": ""},
        {"plant_eccns": "", "plant_us_origin": "false"} | {"input_eccns": ""},
        {"plant_us_origin": ""},
        {"plant_eccns": "2E991, unknown"},
        {"plant_eccns": "2E991,2E992,EAR99,unknown"},
        {"plant_eccns": "none", "input_eccns": "unknown"},
        {"plant_eccns": "none", "input_eccns": "3E001", "input_subject_to_ear": ""},
        {**UNLISTED, "knowledge": ""},
        {**UNLISTED, "knowledge": "not_inquired"},
        {**UNLISTED, "knowledge": "none_after_diligence", "diversion_knowledge": ""},
        {**UNLISTED, "knowledge": "none_after_diligence", "recipient_acts_for_listed": "unknown"},
        {"plant_eccns": "none", "caught_components": "unknown"},
        {"plant_eccns": "none", "knowledge_of_violation": ""},
        {"plant_eccns": "none", "us_controlled_content_pct": ""},
        {"plant_eccns": "none", "origin": ""},
    ],
    ids=str,
)
def test_what_was_not_looked_into_is_never_free(facts: dict[str, str]) -> None:
    assert not decided("2021-03-01", **facts).overall.at_most.is_free


@pytest.mark.parametrize("eccn", ["3E001", "3e001", "3E001.a", "3e001.b.2", "EAR99; 3E001", " 2E991 , 3e001 "])
def test_a_listed_input_is_seen_however_it_is_written(eccn: str) -> None:
    assert told("2021-03-01", plant_eccns="none", input_eccns=eccn, input_subject_to_ear="true") == REQUIRED
    assert told("2021-03-01", plant_eccns=eccn) == REQUIRED


def test_technology_outside_the_ear_and_ear99_technology_make_no_direct_product() -> None:
    assert told("2021-03-01", plant_eccns="none", input_eccns="3E001", input_subject_to_ear="false") == OUTSIDE
    assert told("2021-03-01", plant_eccns="EAR99", input_eccns="EAR99", input_subject_to_ear="true") == OUTSIDE


@pytest.mark.parametrize("owner", ["HiSilicon", "hisilicon technologies co ltd", "HiSilicon Tech (Suzhou) Co., Ltd."])
def test_a_listed_affiliate_owns_the_design_under_whatever_name(owner: str) -> None:
    assert told("2020-06-20", design_owner=owner) == REQUIRED


@pytest.mark.parametrize("owner", ["", "unknown", "TBD", "华为", "HiSilicon Technologies Shanghai Design Center"])
def test_an_owner_of_the_design_who_may_be_listed_is_never_free(owner: str) -> None:
    assert not decided("2020-06-20", design_owner=owner).overall.at_most.is_free


def test_an_owner_on_no_list_held_is_an_assumption_that_strict_reading_takes_back() -> None:
    plain, strict = (decided("2020-06-20", strict=s, **OFF_THE_SHELF) for s in (False, True))
    assert str(plain.overall) == OUTSIDE
    assert "design_owner" in plain.regimes["ear"].assumed
    assert plain.is_weak
    assert not strict.overall.at_most.is_free
    assert "design_owner" in strict.regimes["ear"].matters


def test_the_misprint_of_february_2022_is_open_for_its_days_and_as_long_as_nobody_knew_of_it() -> None:
    foreign = {"plant_us_origin": "false"}
    assert [told(f"2022-02-{day}", **foreign) for day in ("02", "03", "23", "24")] == [
        OUTSIDE, f"{OUTSIDE}..{REQUIRED}", f"{OUTSIDE}..{REQUIRED}", OUTSIDE,
    ]  # fmt: skip
    assert told("2022-02-26", "2022-02-26", **foreign) == f"{OUTSIDE}..{REQUIRED}"
    assert told("2022-03-15", "2022-03-15", **foreign) == OUTSIDE


def test_a_new_listing_or_mark_catches_from_its_own_day() -> None:
    brazil = {"ultimate_consignee": "Huawei Cloud Brazil", "ultimate_consignee_country": "BR"}
    assert told("2020-08-16", knowledge="none_after_diligence", **brazil) == OUTSIDE
    assert told("2020-10-05", **brazil) == REQUIRED


def test_below_5g_is_said_as_a_matter_of_review_and_frees_nothing() -> None:
    found = decided("2021-03-01", supports_only_below_5g="true")
    assert str(found.overall) == REQUIRED
    assert any("below the 5G level" in what for _, what, *_ in found.regimes["ear"].duties)
    other = decided("2021-03-01", supports_only_below_5g="false")
    assert not any("below the 5G level" in what for _, what, *_ in other.regimes["ear"].duties)


def test_who_relies_on_a_license_is_told_to_pass_it_on() -> None:
    license = {
        "license_no": "D1",
        "license_from": "2021-01-01",
        "license_through": "2024-12-31",
        "license_conditions_met": "true",
    }
    found = decided("2021-03-01", **license)
    assert str(found.overall) == "authorized"
    assert any("pass the license" in what for _, what, *_ in found.regimes["ear"].duties)


def test_the_explanation_says_by_which_limb_and_under_which_text() -> None:
    shown = text(explain(decided("2021-03-01", design_owner="Formosa Silicon Inc.")))
    assert "ear/734.9/e1-scope; 85 FR 51596" in shown
    assert "plant_eccns = 3E001" in shown
    assert "ear/734.9/e1-inputs;" not in shown
