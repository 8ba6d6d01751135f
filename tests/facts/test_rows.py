"""Rows: what a cell may hold, and the sentence a bad one gets."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from carveout.facts.default import fill
from carveout.facts.row import near_misses, read_row
from carveout.facts.schema import schema
from carveout.facts.value import FALSE, NEVER, TRUE


def errors(**cells: object) -> list[str]:
    return [str(error) for error in read_row({"id": "r", **cells})[1]]


def fact(name: str, cell: object) -> object:
    row, found = read_row({"id": "r", name: cell})
    assert not found
    return row.facts.get(name)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("direction", "exprot", "row r, column direction: 'exprot' is not one of export, reexport, export_from_abroad, "
         "transfer_in_country, release, return_to_us, import, domestic_sale, procurement, use, service; did you mean 'export'?"),
        ("contract_date", "01/02/2019", "row r, column contract_date: '01/02/2019' is not a date as YYYY-MM-DD"),
        ("contract_date", "2019/2/1", "row r, column contract_date: '2019/2/1' is not a date as YYYY-MM-DD; did you mean '2019-02-01'?"),
        ("contract_date", "2019-02-30", "row r, column contract_date: '2019-02-30' is not a day of the calendar as YYYY-MM-DD"),
        ("published", "maybe", "row r, column published: 'maybe' is not true or false"),
        ("us_controlled_content_pct", "12,5", "row r, column us_controlled_content_pct: '12,5' is not a number with a decimal "
         "point; did you mean '12.5'?"),
        ("us_controlled_content_pct", "120", "row r, column us_controlled_content_pct: '120' is not a percentage from 0 to 100"),
        ("us_controlled_content_pct", "nan", "row r, column us_controlled_content_pct: 'nan' is not a finite number"),
        ("destination", "China", "row r, column destination: 'China' is not a country as ISO 3166-1 alpha-2, for example CN; "
         "did you mean 'CN'?"),
        ("destination", "UK", "row r, column destination: 'UK' is not a country as ISO 3166-1 alpha-2, for example CN"),
        ("other_authorization", "GOV", "row r, column other_authorization: 'GOV' is not nlr, none, exception:XXX or license:NNN"),
        ("purchaser_listing", "Huawei", "row r, column purchaser_listing: 'Huawei' is not a list entry id such as "
         "el/huawei-technologies-co-ltd-cn, or none"),
    ],
)  # fmt: skip
def test_a_bad_cell_says_what_was_expected(column: str, cell: str, message: str) -> None:
    assert errors(**{column: cell}) == [message]


def test_dates_in_the_wrong_order_are_refused() -> None:
    assert errors(license_from="2020-01-01", license_through="2019-01-01") == [
        "row r, column license_through: '2019-01-01' is not a day on or after license_from (2020-01-01)"
    ]


@pytest.mark.parametrize("word", ["true", "Yes", "Y", "1", True])
def test_yes_has_several_spellings(word: object) -> None:
    assert fact("published", word) == TRUE


@pytest.mark.parametrize("word", ["false", "No", "n", 0, False])
def test_no_has_several_spellings(word: object) -> None:
    assert fact("published", word) == FALSE


@pytest.mark.parametrize("cell", ["", "   ", None, "unknown", "?"])
def test_empty_and_unknown_are_unknown(cell: object) -> None:
    assert fact("published", cell) is None


def test_a_day_with_a_time_is_refused_and_a_plain_one_is_not() -> None:
    assert fact("contract_date", datetime(2019, 5, 16)) == date(2019, 5, 16)
    assert errors(contract_date=datetime(2019, 5, 16, 14, 30)) == [
        "row r, column contract_date: '2019-05-16 14:30:00' is not a date without a time of day; did you mean '2019-05-16'?"
    ]


def test_classifications_are_read_in_one_spelling() -> None:
    assert fact("eccn", " 5a991 ") == "5A991"
    assert fact("reasons_for_control", "ns, at") == "AT,NS"
    assert fact("destination", "cn") == "CN"


def test_a_misspelled_column_is_noticed() -> None:
    assert near_misses(["Contract Date", "direktion", "story"]) == {
        "Contract Date": "contract_date",
        "direktion": "direction",
    }


def test_a_claim_nobody_makes_is_not_made() -> None:
    row, _ = read_row({"id": "r"})
    filled = fill(row)
    assert filled.facts["order_on"] == NEVER
    assert filled.facts["license_no"] == "none"
    assert {"order_on", "license_no", "fundamental_research", "other_authorization"} <= filled.assumed


def test_once_a_claim_is_begun_its_other_facts_are_unknown() -> None:
    row, _ = read_row({"id": "r", "en_route_from": "2019-05-10"})
    filled = fill(row)
    assert "order_on" not in filled.facts
    assert "order_on" not in filled.assumed


def test_strict_reading_takes_no_default() -> None:
    row, _ = read_row({"id": "r", "certification_by": "exporter"})
    assert fill(row, strict=True).facts == row.facts


def test_a_default_frees_only_where_the_schema_says_so() -> None:
    frees = {f.name for f in schema() if f.default_frees}
    roles = {r for r in frees if r.removesuffix("_listing") in {
        "ultimate_consignee", "end_user", "purchaser", "intermediate_consignee", "supplier"}}  # fmt: skip
    assert frees - roles == {
        "actor_country", "certification_on", "reasons_for_control", "recipient_acts_for_listed", "recipient_citizenship",
        "recipient_employed_by_listed", "standard_is_5g", "us_600_series_content", "caught_components", "design_owner", "shipped_on",
        "producer", "producer_country", "adversary_nexus", "is_icts", "icts_category", "vehicle_component", "manufacturer_nexus",
        "product_category", "funds", "authorization_sought", "authorization_limited", "component_type", "reimbursement_recipient",
        "federal_role",
    }  # fmt: skip


def test_every_asked_fact_has_a_question_and_a_meaning() -> None:
    for found in schema():
        assert found.meaning, found.name
        if found.kind == "asked":
            assert found.question.endswith("?"), found.name
            assert found.citation, found.name


def test_the_columns_of_the_contract_are_all_there() -> None:
    contract = """id on deal site value currency quantity unit actor actor_country direction item_kind service_conveys_item
    will_be_exported eccn reasons_for_control origin located_in_us us_controlled_content_pct published fundamental_research
    ccl_license_required other_authorization destination purchaser intermediate_consignee ultimate_consignee end_user supplier
    purchaser_country purchaser_address purchaser_listing knowledge_of_violation diversion_knowledge activity contract_date
    network_fully_operational network_third_party device_class device_public_on update_kind enhances_function expands_capacity
    certification_by certification_on standards_body standards_body_open recipient_is_member standard_to_be_published
    release_setting order_on en_route_from en_route_until eligible_before input_eccns input_subject_to_ear plant_eccns
    plant_us_origin design_owner production_started_on shipped_on knowledge recipient_acts_for_listed recipient_citizenship
    release_in_us encryption_source_notice license_no license_from license_through license_conditions_met"""
    columns = {found.name for found in schema().columns}
    assert set(contract.split()) <= columns
