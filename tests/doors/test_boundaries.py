"""The boundary tests of the law and the golden questions, asked through the command line."""

from __future__ import annotations

from typing import Any

import pytest

HUAWEI = {
    "ultimate_consignee": "Huawei Technologies Co., Ltd.",
    "ultimate_consignee_country": "CN",
    "destination": "CN",
}
CLEAN = {"knowledge_of_violation": "false", "diversion_knowledge": "false", "ccl_license_required": "false"}
CHIP = {
    **HUAWEI,
    **CLEAN,
    "direction": "export",
    "item_kind": "commodity",
    "eccn": "EAR99",
    "origin": "us",
    "activity": "sale",
}
PATCH = {
    **HUAWEI, **CLEAN, "direction": "export", "item_kind": "software", "origin": "us", "published": "false", "eccn": "5D991",
    "activity": "maintain_network", "network_fully_operational": "true", "network_third_party": "true",
    "contract_date": "2018-06-01", "enhances_function": "false", "expands_capacity": "false",
    "certification_by": "exporter", "certification_on": "2019-05-20",
}  # fmt: skip
LATER_PATCH = {**PATCH, "certification_by": "listed_entity", "certification_on": "2019-08-19"}
STANDARD = {
    **HUAWEI, **CLEAN, "direction": "release", "item_kind": "technology", "origin": "us", "published": "false", "eccn": "EAR99",
    "activity": "standards_development", "standards_body": "3GPP", "release_setting": "in_body",
    "recipient_acts_for_listed": "true",
}  # fmt: skip
DISCLOSURE = {
    **HUAWEI, **CLEAN, "direction": "export", "item_kind": "technology", "origin": "us", "published": "false", "eccn": "EAR99",
    "activity": "security_disclosure", "network_fully_operational": "true", "certification_by": "exporter",
}  # fmt: skip
ITALIA = {"ultimate_consignee": "Huawei Italia", "ultimate_consignee_country": "IT", "destination": "IT"}
BRAZIL = {
    "ultimate_consignee": "Huawei Cloud Brazil",
    "ultimate_consignee_country": "BR",
    "destination": "BR",
}


@pytest.fixture
def ask(carveout: Any) -> Any:
    def asked(on: str, facts: dict[str, str], *more: str) -> Any:
        options = [part for name, value in facts.items() for part in ("--fact", f"{name}={value}")]
        ran = carveout("ask", "--on", on, *options, "--json", *more)
        (found,) = ran.objects
        return ran.code, found

    return asked


def ends(found: dict[str, Any]) -> tuple[str, str]:
    return found["overall"]["at_least"], found["overall"]["at_most"]


SETTLED = [
    ("the day before the listing, nothing is required", "2019-05-15", CHIP, "no_license_required", None),
    ("the day of the listing, judged at its end", "2019-05-16", CHIP, "license_required", None),
    ("a patch before there is any license", "2019-05-18", PATCH, "license_required", None),
    ("a network support item on 2019-05-17", "2019-05-17", PATCH, "license_required", None),
    ("the patch on the first day of the license", "2019-05-20", PATCH, "authorized", "ear/744.supp7/c1"),
    ("a contract signed one day late", "2019-06-01", {**PATCH, "contract_date": "2019-05-17"}, "license_required", None),
    ("an affiliate that is not listed yet", "2019-07-10", {**CHIP, **ITALIA}, "no_license_required", None),
    ("the affiliate once it is listed", "2019-08-19", {**LATER_PATCH, **ITALIA}, "authorized", "ear/744.supp7/c1"),
    ("the affiliate once it is listed, a sale", "2019-08-19", {**CHIP, **ITALIA}, "license_required", None),
    ("5G standards after the line was dropped", "2019-08-20", STANDARD, "license_required", None),
    ("5G standards while the line stood", "2019-06-20", {**STANDARD, "certification_by": "exporter"}, "authorized",
     "ear/744.supp7/c4"),
    ("certified by the exporter only, too late for that", "2019-08-20", PATCH, "license_required", None),
    ("an update that adds functions", "2019-09-01", {**LATER_PATCH, "enhances_function": "true"}, "license_required", None),
    ("the license in December 2019", "2019-12-01", LATER_PATCH, "authorized", "ear/744.supp7/c1"),
    ("router support on the last day", "2020-08-13", LATER_PATCH, "authorized", "ear/744.supp7/c1"),
    ("router support a day later", "2020-08-14", LATER_PATCH, "license_required", None),
    ("a disclosure in the gap", "2020-08-15", DISCLOSURE, "license_required", None),
    ("a disclosure once the carve-out is there", "2020-08-17", DISCLOSURE, "no_license_required", None),
    ("the Brazilian cloud, not listed yet", "2020-08-16", {**CHIP, **BRAZIL}, "no_license_required", None),
    ("the Brazilian cloud, listed", "2020-08-17", {**CHIP, **BRAZIL}, "license_required", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "on", "facts", "outcome", "relies"), SETTLED, ids=[s[0] for s in SETTLED])
def test_boundary(ask: Any, name: str, on: str, facts: dict[str, str], outcome: str, relies: str | None) -> None:
    code, found = ask(on, facts)
    assert ends(found) == (outcome, outcome)
    assert found["regimes"]["ear"]["authorizations"] == ([relies] if relies else [])
    assert code == {"license_required": 20}.get(outcome, 12)
    if outcome == "license_required" and on != "2019-05-15":
        assert found["regimes"]["ear"]["review_policy"] == "presumption_of_denial"


def test_on_the_day_of_the_listing_the_hour_is_said(ask: Any) -> None:
    _, found = ask("2019-05-16", CHIP)
    assert any("16:15" in caution for caution in found["regimes"]["ear"]["cautions"])


@pytest.mark.parametrize("country", ["CU", "IR", "KP", "SD", "SY"])
def test_no_part_of_the_license_reaches_country_group_e(ask: Any, country: str) -> None:
    _, found = ask(
        "2019-12-01",
        {
            **LATER_PATCH,
            "intermediate_consignee": "Some forwarder",
            "intermediate_consignee_country": country,
        },
    )
    assert ends(found) == ("license_required", "license_required")


def test_in_legal_time_it_is_authorized_and_as_known_two_days_before_it_lapses(ask: Any) -> None:
    _, legal = ask("2019-11-19", LATER_PATCH)
    assert ends(legal) == ("authorized", "authorized")
    _, known = ask("2019-11-19", LATER_PATCH, "--known", "2019-11-17")
    assert ends(known) == ("license_required", "license_required")
    assert known["hindsight"]["overall"]["at_most"] == "authorized"
    _, earlier = ask("2019-11-10", LATER_PATCH, "--known", "2019-11-17")
    assert earlier["regimes"]["ear"]["authority_through"] == "2019-11-18"
    assert earlier["regimes"]["ear"]["changes_on"] == "2019-11-19"
    _, later = ask("2019-11-10", LATER_PATCH, "--known", "2019-11-20")
    assert later["regimes"]["ear"]["authority_through"] == "2020-02-16"


def test_the_patch_that_flows_the_other_way_is_an_import(ask: Any) -> None:
    facts = {**CLEAN, "direction": "import", "item_kind": "software", "supplier": "Huawei Technologies Co., Ltd.",
             "ultimate_consignee": "Prairie Wireless Cooperative", "ultimate_consignee_country": "US",
             "ultimate_consignee_listing": "none", "destination": "US", "activity": "maintain_network"}  # fmt: skip
    _, found = ask("2019-05-17", facts)
    assert ends(found) == ("not_subject", "not_subject")


def test_the_day_counts_on_which_the_model_went_on_sale(ask: Any) -> None:
    update = {**HUAWEI, **CLEAN, "direction": "export", "item_kind": "software", "origin": "us", "published": "false",
              "activity": "support_device", "device_class": "handset", "certification_by": "exporter"}  # fmt: skip
    assert ends(ask("2019-05-25", {**update, "device_public_on": "2019-05-16"})[1]) == (
        "authorized",
        "authorized",
    )
    assert ends(ask("2019-05-25", {**update, "device_public_on": "2019-05-20"})[1]) == (
        "license_required",
        "license_required",
    )


def test_two_listed_parties_of_which_the_license_covers_one(ask: Any) -> None:
    code, found = ask("2020-08-13", {**LATER_PATCH, "purchaser": "Shenzhen SiCarrier", "purchaser_country": "CN",
                                     "purchaser_listing": "el/shenzhen-sicarrier-technologies-cn"})  # fmt: skip
    assert ends(found) == ("license_required", "license_required")
    assert code == 20
    entries = {party["entry"] for party in found["regimes"]["ear"]["parties"]}
    assert entries == {"el/huawei-technologies-co-ltd-cn", "el/shenzhen-sicarrier-technologies-cn"}


def test_a_listed_carrier_does_not_stand_in_for_who_receives(ask: Any) -> None:
    facts = {
        "direction": "release", "item_kind": "technology", "eccn": "EAR99", "origin": "us", "published": "false",
        "ultimate_consignee": "none", "intermediate_consignee": "Huawei Technologies Co., Ltd.", "destination": "DE",
        "intermediate_consignee_country": "CN", "ccl_license_required": "false", "knowledge_of_violation": "false",
        "diversion_knowledge": "false", "certification_by": "listed_entity", "certification_on": "2020-01-01",
        "activity": "maintain_network", "network_fully_operational": "true", "network_third_party": "true",
        "contract_date": "2018-01-01", "enhances_function": "false", "expands_capacity": "false",
    }  # fmt: skip
    outcomes = [
        ends(ask("2020-04-01", {**facts, "recipient_acts_for_listed": said})[1]) for said in ("", "true", "false")
    ]
    assert outcomes == [
        ("authorized", "license_required"), ("license_required", "license_required"), ("authorized", "authorized"),
    ]  # fmt: skip


def test_a_branch_in_another_country_is_never_cleared(ask: Any) -> None:
    code, found = ask("2020-10-01", {**CHIP, "ultimate_consignee_country": "MY", "destination": "MY"})
    assert ends(found) == ("no_license_required", "license_required")
    assert code == 10
    assert "ultimate_consignee_listing" in found["regimes"]["ear"]["matters"]
    assert any("branch" in caution for caution in found["regimes"]["ear"]["cautions"])
    _, stated = ask("2020-10-01", {**CHIP, "ultimate_consignee_country": "MY", "ultimate_consignee_listing": "none"})
    assert ends(stated) == ("no_license_required", "license_required")


def test_an_empty_certification_holds_the_shipment(ask: Any) -> None:
    facts = {name: value for name, value in LATER_PATCH.items() if not name.startswith("certification")}
    code, found = ask("2019-12-01", facts)
    assert ends(found) == ("authorized", "license_required")
    assert found["overall"]["decision"] == "hold"
    assert "certification_by" in found["regimes"]["ear"]["matters"]
    assert "ear/744.supp7/d" in found["regimes"]["ear"]["conditions_outstanding"]
    assert code == 10


def test_a_company_that_shares_one_word_is_not_the_listed_one_and_not_cleared_either(ask: Any) -> None:
    code, found = ask(
        "2020-10-01",
        {**CHIP, "ultimate_consignee": "Huawei Bakery of Ghent", "ultimate_consignee_country": "BE"},
    )
    assert ends(found) == ("no_license_required", "no_license_required")
    assert "ultimate_consignee_listing" in found["regimes"]["ear"]["assumed"]
    assert code == 12


def test_a_listed_company_of_a_group_that_is_not_held_rests_on_an_assumption(ask: Any) -> None:
    code, found = ask(
        "2021-06-01", {**CHIP, "ultimate_consignee": "Semiconductor Manufacturing International Corporation"}
    )
    assert code == 12
    assert found["overall"]["decision"] != "go"
    assert "ultimate_consignee_listing" in found["regimes"]["ear"]["assumed"]
    assert found["screened_against"][0]["complete"] is False
    strict_code, strict = ask(
        "2021-06-01",
        {**CHIP, "ultimate_consignee": "Semiconductor Manufacturing International Corporation"},
        "--strict",
    )
    assert ends(strict)[1] == "prohibited"
    assert strict_code == 10


def test_the_listed_company_in_its_own_characters_is_the_listed_company(ask: Any) -> None:
    code, found = ask("2020-10-01", {**CHIP, "ultimate_consignee": "华为技术有限公司"})
    assert ends(found) == ("license_required", "license_required")
    assert code == 20


def test_a_name_without_letters_names_nobody(ask: Any) -> None:
    code, found = ask("2020-10-01", {**CHIP, "ultimate_consignee": "???"})
    assert ends(found) == ("no_license_required", "prohibited")
    assert code == 10


def test_nothing_stated_is_nothing_cleared(ask: Any) -> None:
    code, found = ask("2019-12-01", {})
    assert ends(found) == ("not_subject", "prohibited")
    assert code == 10


def test_the_example_of_the_contract(ask: Any) -> None:
    _, found = ask("2019-11-10", LATER_PATCH, "--known", "2019-11-10")
    ear = found["regimes"]["ear"]
    assert found["overall"] == {"at_least": "authorized", "at_most": "authorized", "settled": True, "regime": "ear",
                                "decision": "go_with_conditions"}  # fmt: skip
    assert ear["governing"] == ["ear/744.11/entity-list"]
    assert ear["authorizations"] == ["ear/744.supp7/c1"]
    assert ear["parties"] == [{"role": "ultimate_consignee", "entry": "el/huawei-technologies-co-ltd-cn"}]
    assert (ear["changes_on"], ear["authority_through"]) == ("2019-11-19", "2019-11-18")
    assert ear["review_policy"] == "presumption_of_denial"
    assert "ear/744.supp7/d" in ear["conditions_met"]
    assert {"intermediate_consignee", "purchaser", "end_user"} <= set(ear["assumed"])
    assert {"provision": "ear/762.6", "what": "keep records", "due": None} in ear["duties"]
    assert "84 FR 43487" in ear["citations"]
    assert ear["evidence"] == "secondary"
    for other in ("icts", "fcc", "s889"):
        answer = found["regimes"][other]
        assert (answer["at_least"], answer["at_most"], answer["settled"]) == ("not_subject", "not_subject", True)
