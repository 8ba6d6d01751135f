"""What each list means, from a name in a row to the outcome, and when no match is an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest

from carveout.book.decide_book import Asked, decide_cells
from carveout.decide.determination import Determination
from carveout.decide.shape import as_json
from carveout.facts.row import read_row
from carveout.facts.value import NEVER, Span
from carveout.law.corpus import Corpus, bundled
from carveout.law.entry import REMOVED, EntryView, unheld_entry
from carveout.law.involvement import MEANING, NO_EFFECT, Involvement
from carveout.parties.screening import complete, screen, turns_complete
from tests.further_lists import BOTH, FIRST, entry, held, now_and_then, said, with_lists

SALE = {
    "direction": "export", "item_kind": "commodity", "origin": "us", "eccn": "EAR99", "activity": "sale",
    "ccl_license_required": "false", "knowledge_of_violation": "false", "diversion_knowledge": "false",
    "ultimate_consignee": "Rheinland Netz GmbH", "ultimate_consignee_country": "DE",
}  # fmt: skip
LICENSE = {
    "license_no": "D1", "license_from": "2019-01-01", "license_through": "2026-12-31", "license_conditions_met": "true",
}  # fmt: skip


def decided(
    on: str, law: Corpus | None = None, *, known: date | None = None, strict: bool = False, **cells: str
) -> Determination:
    view = (law or with_lists()).view(known=known)
    asked = Asked(view, date.fromisoformat(on), strict)
    _, found, errors = decide_cells({"id": "r", **SALE, **cells}, asked)
    assert found is not None, errors
    return found


def to(name: str, country: str = "", **cells: str) -> dict[str, str]:
    return {"ultimate_consignee": name, "ultimate_consignee_country": country, **cells}


def ends(found: Determination) -> str:
    return str(found.overall)


# One list


def test_a_denied_person_as_end_user_is_prohibited() -> None:
    found = decided("2021-03-01", end_user="Kestrel Air Parts GmbH", end_user_country="DE")
    assert (ends(found), found.decision) == ("prohibited", "prohibited")
    assert "ear/736.2/b4" in found.regimes["ear"].governing


@pytest.mark.parametrize("role", ["purchaser", "intermediate_consignee", "ultimate_consignee", "end_user"])
def test_a_denied_person_is_prohibited_in_every_role_that_something_goes_to(role: str) -> None:
    cells = {role: "Kestrel Air Parts GmbH", f"{role}_country": "DE"}
    assert ends(decided("2021-03-01", **cells)) == "prohibited"


def test_a_denied_supplier_is_never_free_and_says_which_question_is_open() -> None:
    found = decided("2021-03-01", supplier="Kestrel Air Parts GmbH", supplier_country="DE")
    assert ends(found) == "no_license_required..prohibited"
    assert found.decision == "hold"
    assert any("denial order" in question for question in found.regimes["ear"].questions)


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2020-03-01", "no_license_required"), ("2020-03-02", "prohibited"), ("2024-03-01", "prohibited"),
        ("2024-03-02", "no_license_required"),
    ],
)  # fmt: skip
def test_a_formerly_denied_person_is_not_listed_on_the_day_after(on: str, outcome: str) -> None:
    assert ends(decided(on, **to("Kestrel Air Parts GmbH", "DE"))) == outcome


def test_a_designated_terrorist_needs_a_license_at_least_and_is_prohibited_at_most() -> None:
    found = decided("2021-03-01", **to("Al Safa Transfer LLC", "AE"))
    assert ends(found) == "license_required..prohibited"
    assert any("Treasury" in question for question in found.regimes["ear"].questions)


def test_a_designation_outside_the_ear_still_leaves_the_treasury_open() -> None:
    foreign = {"direction": "export_from_abroad", "origin": "foreign", "located_in_us": "false",
               "us_controlled_content_pct": "0", "knowledge": "none_after_diligence"}  # fmt: skip
    assert ends(decided("2021-03-01", **foreign, **to("Nadir General Trading", "AE"))) == "not_subject..prohibited"
    assert ends(decided("2021-03-01", **foreign)) == "not_subject"


def test_programs_that_are_written_in_one_cell_are_read_one_by_one() -> None:
    bank = to("Meridian Bank PJSC", "RU")
    assert ends(decided("2024-03-20", **bank)) == "no_license_required..prohibited"
    assert ends(decided("2024-03-21", **bank)) == "license_required..prohibited"


def test_toward_an_unverified_party_no_exception_helps() -> None:
    claimed = {"eccn": "3A001", "ccl_license_required": "true", "other_authorization": "exception:GBS"}
    assert ends(decided("2021-03-01", **claimed)) == "authorized"
    assert ends(decided("2021-03-01", **claimed, **to("Meridian Freight Ltd.", "HK"))) == "license_required"
    assert ends(decided("2022-01-01", **claimed, **to("Meridian Freight Ltd.", "HK"))) == "authorized"


def test_toward_an_unverified_party_the_statement_comes_first_and_no_license() -> None:
    freight = to("Meridian Freight Ltd.", "HK", other_authorization="nlr")
    silent = decided("2021-03-01", **freight)
    assert (silent.decision, silent.overall.at_least.name) == ("hold", "no_license_required")
    assert "uvl_statement" in silent.regimes["ear"].matters
    assert ends(decided("2021-03-01", **freight, uvl_statement="true")) == "no_license_required"
    assert ends(decided("2021-03-01", **freight, uvl_statement="false")) == "prohibited"


@pytest.mark.parametrize(
    ("eccn", "outcome"),
    [
        ("EAR99", "no_license_required"), ("5A992.c", "license_required"), ("3A991", "license_required"),
        ("1C990", "no_license_required..license_required"), ("", "no_license_required..license_required"),
    ],
)  # fmt: skip
def test_toward_a_military_end_user_the_item_decides_and_what_is_not_confirmed_stays_open(
    eccn: str, outcome: str
) -> None:
    assert ends(decided("2021-03-01", **to("Longhe Avionics Institute", "CN", eccn=eccn))) == outcome


@pytest.mark.parametrize(("name", "country"), [("Meridian Holdings Ltd.", "CN"), ("Meridian Bank PJSC", "RU")])
def test_a_list_without_effect_is_said_and_changes_nothing(name: str, country: str) -> None:
    found = decided("2021-03-01", **to(name, country))
    assert ends(found) == "no_license_required"
    caution = next(c for c in found.regimes["ear"].cautions if "no effect under the EAR" in c)
    assert name in caution
    assert any(code in caution for code in NO_EFFECT)
    assert "other regimes" in caution


def test_an_import_for_a_party_on_a_list_without_effect_contradicts_nothing() -> None:
    found = decided("2021-03-01", direction="import", **to("Meridian Holdings Ltd.", "US"))
    assert not any("direction says" in caution for caution in found.regimes["ear"].cautions)


@pytest.mark.parametrize("cells", [to("Meridian Mining Ltd.", "ZA"), to("Someone", ultimate_consignee_listing="qq/x-de"),
                                   to("Brightwater Ordnance Inc.")])  # fmt: skip
def test_a_list_nobody_mapped_is_at_most_prohibited_with_a_question(cells: dict[str, str]) -> None:
    found = decided("2021-03-01", **cells)
    assert ends(found) == "no_license_required..prohibited"
    assert found.decision == "hold"
    assert any("What does this list" in question for question in found.regimes["ear"].questions)


def test_no_list_but_those_known_to_have_no_effect_leaves_a_plain_sale_free() -> None:
    for code in ("DPL", "MEU", "UVL", "SDN", "EL", "DTC", "ISN", "PLC", "CAP", "NEW", *NO_EFFECT):
        law = with_lists(entries=[entry(code, "Quiet Harbor Trading", "AE")])
        found = decided("2021-03-01", law, **to("Quiet Harbor Trading", "AE", eccn="3A991"))
        assert (ends(found) == "no_license_required") == (code in NO_EFFECT), code


# Several lists


def test_the_same_name_on_two_lists_gets_the_worst() -> None:
    both = to(BOTH, "CZ")
    assert ends(decided("2020-12-31", **both)) == "license_required"
    found = decided("2021-01-01", **both)
    assert ends(found) == "prohibited"
    assert [entry for _, entry in found.regimes["ear"].parties][:2] == [
        "el/ostrava-guidance-works-cz", "dpl/ostrava-guidance-works-cz",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [BOTH, "Kestrel Air Parts GmbH"])
def test_a_license_never_lifts_a_denial_order(name: str) -> None:
    assert ends(decided("2021-03-01", **to(name), **LICENSE)) == "prohibited"


def test_a_license_never_lifts_what_the_treasury_bars() -> None:
    assert ends(decided("2021-03-01", **to("Al Safa Transfer LLC"), **LICENSE)) == "authorized..prohibited"


def test_the_temporary_general_license_never_reaches_a_denied_or_designated_party() -> None:
    patch = {
        "item_kind": "software", "published": "false", "activity": "maintain_network", "network_fully_operational": "true",
        "network_third_party": "true", "contract_date": "2018-03-01", "enhances_function": "false", "destination": "CN",
        "expands_capacity": "false", "certification_by": "listed_entity", "certification_on": "2019-10-01",
        **to("Huawei Technologies Co., Ltd.", "CN"),
    }  # fmt: skip
    assert ends(decided("2019-11-10", **patch)) == "authorized"
    for code, outcome in (("DPL", "prohibited"), ("SDN", "authorized..prohibited"), ("ZZZ", "authorized..prohibited")):
        law = with_lists(entries=[entry(code, "Huawei Technologies Co., Ltd.", "CN")])
        assert ends(decided("2019-11-10", law, **patch)) == outcome


def test_a_stated_entry_of_one_list_never_clears_the_same_name_on_another() -> None:
    stated = to(BOTH, "CZ", ultimate_consignee_listing="el/ostrava-guidance-works-cz")
    assert ends(decided("2021-03-01", **stated)) == "prohibited"


def test_a_name_denied_in_another_country_stays_open_until_somebody_says_which_entry_it_is() -> None:
    here = to("Meridian Sensors Co., Ltd.", "CN")
    found = decided("2021-03-01", **here)
    assert ends(found) == "license_required..prohibited"
    assert "ultimate_consignee_listing" in found.regimes["ear"].matters
    assert any("dpl/meridian-sensors-co-ltd-my" in caution for caution in found.regimes["ear"].cautions)
    stated = decided("2021-03-01", **here, ultimate_consignee_listing="el/meridian-sensors-co-ltd-cn")
    assert ends(stated) == "license_required"
    assert ends(decided("2021-03-01", **to("Meridian Sensors Co., Ltd."))) == "prohibited"


def test_in_two_roles_and_two_countries_each_role_has_its_own_doubt() -> None:
    here = to("Meridian Sensors Co., Ltd.", "CN", purchaser="Meridian Sensors Co., Ltd.", purchaser_country="MY")
    assert ends(decided("2021-03-01", **here)) == "prohibited"


def test_an_entry_nobody_holds_is_on_the_list_that_its_id_names() -> None:
    expected = {"el": "license_required", "dpl": "prohibited", "sdn": "no_license_required..prohibited",
                "meu": "license_required", "cmic": "no_license_required"}  # fmt: skip
    for prefix, outcome in expected.items():
        stated = to("Somebody", eccn="3A991", ultimate_consignee_listing=f"{prefix}/somebody-de")
        assert ends(decided("2021-03-01", **stated)) == outcome, prefix
        assert unheld_entry(f"{prefix}/somebody-de").list == prefix.upper()


# The facts


def view_of(code: str, name: str = "N", **more: Any) -> EntryView:
    return replace(unheld_entry(f"{code.lower()}/{name}"), **{"listed_from": FIRST, **more})


DATES = (date(2019, 1, 1), date(2020, 5, 5), Span(date(2021, 1, 1), date(2021, 9, 9)))


def hull(value: Any) -> tuple[Any, Any]:
    return (
        (date.min, date.max)
        if value is None
        else (value.low, value.high)
        if isinstance(value, Span)
        else (value, value)
    )


def test_a_party_that_is_not_known_leaves_every_list_unknown() -> None:
    facts = Involvement(("end_user",), "", "unknown").facts()
    assert facts.pop("party_role") == "end_user"
    assert facts.pop("party_tie") == "none", "nobody stated one; who owns it is asked where a rule asks"
    assert set(facts.values()) == {None}


def test_a_party_on_no_list_is_never_on_one() -> None:
    facts = Involvement(("end_user",), "x", "none").facts()
    own = {name: value for name, value in facts.items() if not name.startswith("party_owner_")}
    assert {v for n, v in own.items() if n.endswith(("_from", "_through"))} == {NEVER}
    assert facts["party_sdn_programs"] == facts["party_military_country"] == facts["party_group"] == "none"


def test_what_may_be_is_never_less_than_what_is() -> None:
    for first, second in combinations([view_of(c, listed_from=d) for c in (*MEANING, "QQ") for d in DATES], 2):
        exact = Involvement(("end_user",), "x", "exact", (first, second)).facts()
        for wider in (
            Involvement(("end_user",), "x", "possible", (first, second)).facts(),
            Involvement(("end_user",), "x", "exact", (first, second), doubtful=frozenset({second.id})).facts(),
        ):
            for name in (n for n in exact if n.endswith(("_from", "_through"))):
                (low, high), (wide_low, wide_high) = hull(exact[name]), hull(wider[name])
                assert wide_low <= low
                assert wide_high >= high


def test_an_entry_of_a_list_without_effect_changes_no_fact() -> None:
    for code in MEANING:
        party = view_of(code)
        for other in NO_EFFECT:
            one = Involvement(("end_user",), "x", "exact", (party,))
            both = Involvement(("end_user",), "x", "exact", (party, view_of(other)))
            assert one.facts() == both.facts()
            assert one.evidence == both.evidence


def test_entries_of_one_list_that_differ_leave_their_programs_and_country_open() -> None:
    sdn = [view_of("SDN", "A", programs=("SDGT",)), view_of("SDN", "B", programs=("CUBA",))]
    assert Involvement((), "x", "exact", tuple(sdn)).facts()["party_sdn_programs"] is None
    meu = view_of("MEU", "A", country="CN", countries=("HK",))
    assert Involvement((), "x", "exact", (meu,)).facts()["party_military_country"] is None


# Lists held by the day


def test_no_match_is_an_answer_only_on_days_for_which_all_five_lists_are_held() -> None:
    law = now_and_then()
    for on, answer in (("2019-12-31", False), ("2020-01-01", True), ("2020-12-31", True), ("2021-01-01", False),
                       ("2021-06-30", False), ("2021-07-01", True), ("2025-01-01", True)):  # fmt: skip
        found = decided(on, law)
        assert ("ultimate_consignee_listing" in found.regimes["ear"].assumed) is not answer, on
        told = {held["list"]: held["complete"] for held in as_json(found)["screened_against"]}
        assert {told[code] for code in MEANING} == {answer}
        assert ends(found).startswith("no_license_required")


def test_one_list_that_is_not_held_makes_no_match_an_assumption() -> None:
    always = (date.min, None)
    for missing in MEANING:
        lists = [held(code, always) for code in MEANING if code != missing]
        law = bundled().with_lists([], [*lists, *([] if missing != "EL" else [held("EL")])])
        assert not complete(law.view(), date(2021, 1, 1))
    law = bundled().with_lists([], [held(code, always) for code in MEANING])
    assert complete(law.view(), date(2021, 1, 1))
    assert not turns_complete(bundled().view())


def test_a_list_is_not_held_complete_for_a_day_after_what_was_known() -> None:
    law, known = now_and_then(), date(2020, 6, 1)
    assert complete(law.view(known=known), known)
    assert not complete(law.view(known=known), known + timedelta(days=1))
    assert known + timedelta(days=1) in turns_complete(law.view(known=known))
    found = decided("2020-06-02", law, known=known)
    assert not any(held["complete"] for held in as_json(found)["screened_against"])


def test_read_strictly_a_party_found_on_one_list_is_unknown_on_those_that_are_not_held() -> None:
    holding = to("Meridian Holdings Ltd.", "CN", end_user="Meridian Holdings Ltd.", purchaser="Meridian Holdings Ltd.",
                 intermediate_consignee="none")  # fmt: skip
    loose, strict = (decided("2021-03-01", strict=s, **holding) for s in (False, True))
    assert "ultimate_consignee_listing" in loose.regimes["ear"].assumed
    assert strict.overall.at_most.name == "prohibited"
    assert ends(decided("2021-08-01", now_and_then(), strict=True, **holding)).startswith("no_license_required")


def test_on_a_day_for_which_the_lists_are_held_a_party_on_one_rests_on_no_assumption() -> None:
    law = now_and_then()
    row, _ = read_row({"id": "r", **to("Meridian Holdings Ltd.", "CN")})
    for day, named in ((date(2020, 5, 1), False), (date(2021, 5, 1), True)):
        found = screen(row, law.view(), complete(law.view(), day))
        assert ("ultimate_consignee_listing" in found.assumed) is named


# Further lists beside the law


def test_the_bundled_entry_keeps_its_history_and_takes_further_names_and_places() -> None:
    identifier = "el/huawei-technologies-co-ltd-cn"
    old = bundled().entries[identifier]
    more = replace(old, name="Huawei Renamed", country="SG", aliases=("HW Tech",), listed=(said(date(2024, 1, 1)),),
                   footnotes={}, programs=("P",), addresses=("Bantian",))  # fmt: skip
    new = bundled().with_lists([more], []).entries[identifier]
    assert (new.listed, new.footnotes, new.name, new.country) == (old.listed, old.footnotes, old.name, old.country)
    assert new.aliases == (*old.aliases, "Huawei Renamed", "HW Tech")
    assert (new.countries, new.addresses, new.programs) == (("SG",), ("Bantian",), ("P",))
    law = bundled().with_lists([more], [])
    found = decided("2021-03-01", law, **to("Huawei Renamed", "SG"))
    assert ends(found) == "license_required"


def test_the_hash_covers_what_was_added_and_not_the_order_of_entries() -> None:
    one, two = entry("DPL", "A One", "DE"), entry("SDN", "B Two", "FR")
    law = bundled()
    hashes = {law.hash, law.with_lists([one], []).hash, law.with_lists([two], []).hash, law.with_lists([], [held("SDN")]).hash,
              law.with_lists([one, two], []).hash, law.with_lists([], [held("SDN", (FIRST, None))]).hash}  # fmt: skip
    assert len(hashes) == 6
    assert law.with_lists([one, two], []).hash == law.with_lists([two, one], []).hash
    assert law.with_lists([one], []).view() is not law.view()
    assert one.id not in law.view().entries


def test_what_an_imported_list_says_is_known_from_the_day_it_was_public() -> None:
    late = replace(entry("DPL", "Late Notice GmbH", "DE"), listed=(said(date(2020, 1, 1), public=date(2020, 3, 1)),))
    gone = replace(entry("DPL", "Gone GmbH", "DE"), listed=(
        said(date(2020, 1, 1)), said(date(2021, 1, 1), value=REMOVED, public=date(2021, 2, 1)),
    ))  # fmt: skip
    law = with_lists(entries=[late, gone])
    assert ends(decided("2020-02-01", law, known=date(2020, 2, 1), **to("Late Notice GmbH"))) == "no_license_required"
    assert ends(decided("2020-02-01", law, known=date(2020, 3, 1), **to("Late Notice GmbH"))) == "prohibited"
    assert ends(decided("2021-01-15", law, known=date(2021, 1, 15), **to("Gone GmbH"))) == "prohibited"
    assert ends(decided("2021-01-15", law, **to("Gone GmbH"))) == "no_license_required"


def test_an_entry_without_a_country_is_never_cleared_by_one() -> None:
    law = with_lists(entries=[replace(entry("SDN", "Stateless Shipping", "DE"), country="")])
    found = decided("2021-03-01", law, **to("Stateless Shipping", "PA"))
    assert found.overall.at_most.name == "prohibited"
    assert [i.match for i in found.transaction.involved if i.name] == ["exact"]
    assert ends(decided("2021-03-01", law, **to("Stateless Shipping"))) == "no_license_required..prohibited"
