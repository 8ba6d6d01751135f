"""The regimes of supply chains, covered equipment and section 889 beside the export regulations: who is in them, and who is not."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from carveout.book.decide_book import Asked, decide_cells
from carveout.decide.determination import Determination
from carveout.decide.outcome import Outcome
from carveout.decide.shape import as_json
from carveout.facts.value import FALSE
from carveout.law.corpus import bundled
from tests.book.near_rows import near_rows

FURTHER = ("icts", "fcc", "s889")
OUTWARD = ("export", "reexport", "export_from_abroad", "transfer_in_country", "release")
VIEW = bundled().view()


def decide(on: str, **cells: str) -> Determination:
    _, found, errors = decide_cells({"id": "row", "on": on, **cells}, Asked(VIEW))
    assert found is not None, errors
    return found


def test_an_export_book_is_outside_the_three_and_nothing_is_assumed_for_that() -> None:
    path = Path(str(files("carveout") / "examples" / "press-2019-2020.csv"))
    with path.open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["direction"] in OUTWARD]
    assert len(rows) > 40
    for row in rows:
        _, found, _ = decide_cells(dict(row), Asked(VIEW))
        assert found is not None
        for regime in FURTHER:
            answer = found.regimes[regime]
            assert str(answer.interval) == "not_subject", row["id"]
            assert not answer.matters, row["id"]
            assert all(name.endswith("_listing") for name in answer.assumed), row["id"]  # as stated in the row
            assert answer.changes_on is None


def test_where_a_regime_does_not_reach_a_row_nothing_of_it_holds() -> None:
    seen = 0
    for cells in near_rows(150, 77):
        _, found, errors = decide_cells(cells, Asked(VIEW))
        for answer in found.units if found is not None and not errors else ():
            for regime in FURTHER:
                if answer.unit.facts[VIEW.corpus.regimes[regime].subject] == FALSE and not answer.unit.supplied:
                    seen += 1
                    assert answer.intervals[regime].at_most is Outcome.not_subject, (cells, regime)
    assert seen > 200


def test_a_purchase_at_home_that_says_nothing_of_makers_is_free_only_on_an_assumption() -> None:
    found = decide(
        "2022-05-02", direction="procurement", ultimate_consignee="Prairie Labs Inc.", ultimate_consignee_country="US"
    )
    assert {regime: str(found.regimes[regime].interval) for regime in FURTHER} == dict.fromkeys(FURTHER, "not_subject")
    assert "federal_role" in found.regimes["s889"].assumed
    assert {"producer", "funds"} <= set(found.regimes["fcc"].assumed)
    assert found.decision != "go"


def test_a_contract_stated_for_an_export_is_said_to_be_not_evaluated_and_never_a_plain_go() -> None:
    cells = {
        "direction": "export",
        "item_kind": "commodity",
        "origin": "us",
        "destination": "DE",
        "federal_role": "contractor",
    }
    found = decide("2022-05-02", **cells)
    assert str(found.regimes["s889"].interval) == "not_subject"
    assert "s889/abroad" in found.not_evaluated
    assert found.rule_left_open
    assert "s889/abroad" not in decide("2022-05-02", **{**cells, "federal_role": ""}).not_evaluated


def test_a_row_that_speaks_of_money_has_to_name_the_maker() -> None:
    found = decide("2022-05-02", direction="procurement", funds="universal_service", equipment_kind="telecom_equipment")
    assert str(found.regimes["fcc"].interval) == "no_license_required..prohibited"
    assert "producer" in found.regimes["fcc"].matters


@pytest.mark.parametrize(
    ("supplier", "outcome"),
    [("Huawei Technologies Co., Ltd.", "prohibited"), ("ZTE (USA) Inc.", "prohibited"), ("HiSilicon", "prohibited"),
     ("Hytera Europe GmbH", "no_license_required..prohibited"), ("Plains Dealer Inc.", "no_license_required..prohibited")],
)  # fmt: skip
def test_the_supplier_stands_for_the_maker_only_where_it_may_be_a_named_one(supplier: str, outcome: str) -> None:
    found = decide("2022-05-02", direction="procurement", funds="universal_service", supplier=supplier,
                   equipment_kind="telecom_equipment", security_end_use="true")  # fmt: skip
    assert str(found.regimes["fcc"].interval) == outcome


def test_a_named_producer_has_no_effect_under_the_export_regulations_and_the_answer_says_so() -> None:
    cells = {"direction": "export", "item_kind": "commodity", "origin": "us", "eccn": "EAR99", "activity": "sale",
             "ccl_license_required": "false", "knowledge_of_violation": "false", "diversion_knowledge": "false"}  # fmt: skip
    found = decide("2022-05-02", ultimate_consignee="ZTE Corporation", ultimate_consignee_country="CN", **cells)
    assert str(found.regimes["ear"].interval) == "no_license_required"
    assert any("no effect under the EAR" in caution for caution in found.regimes["ear"].cautions)


def test_every_recipient_has_a_last_day_of_its_own() -> None:
    cells = {
        "direction": "use",
        "producer": "Huawei",
        "equipment_kind": "telecom_equipment",
        "reimbursement_recipient": "true",
    }

    def due(**more: str) -> Any:
        duties = decide("2024-01-15", **cells, **more).regimes["fcc"].duties
        return {name: day for name, _, day in duties}["fcc/1.50004/term"]

    assert due() is None
    assert due(first_disbursed_on="2023-02-28") == date(2024, 2, 28)
    assert due(first_disbursed_on="2023-02-28", removal_extended_through="2024-08-28") == date(2024, 8, 28)


def test_an_entitlement_is_told_only_where_it_is_asked_about() -> None:
    cells = {"direction": "use", "producer": "Huawei", "equipment_kind": "telecom_equipment"}
    assert "entitlements" not in as_json(decide("2021-11-15", **cells))["regimes"]["fcc"]
    asked = decide("2021-11-15", **cells, reimbursement_sought="true")
    assert as_json(asked)["regimes"]["fcc"]["entitlements"] == {"fcc/1.50004": "undetermined"}
    told = {"communications_provider": "true", "customers": "90000", "gear_obtained_on": "2019-04-01",
            "comparable_replacement": "true", "application_on": "2021-12-01"}  # fmt: skip
    for customers, standing in (("90000", "eligible"), ("90000000", "not_eligible")):
        found = decide("2021-12-15", **cells, **{**told, "customers": customers}, reimbursement_sought="true")
        assert dict(found.regimes["fcc"].entitlements) == {"fcc/1.50004": standing}


def test_the_order_alone_forbids_nothing_and_reviews_reach_back_to_the_rule_of_january_2021() -> None:
    cells = {
        "direction": "procurement",
        "supplier": "Huawei Technologies Co., Ltd.",
        "supplier_country": "CN",
        "icts_category": "network",
    }
    for on, outcome in (("2019-05-14", "not_subject"), ("2020-10-01", "no_license_required"), ("2021-01-18", "no_license_required"),
                        ("2021-01-19", "subject_to_review"), ("2021-03-22", "subject_to_review")):  # fmt: skip
        assert str(decide(on, **cells).regimes["icts"].interval) == outcome, on
