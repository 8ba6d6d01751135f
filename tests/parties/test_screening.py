"""Names against the entries: what is the listed party, what may be, what is not told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from carveout.facts.row import read_row
from carveout.facts.value import NEVER, Span
from carveout.law.corpus import bundled
from carveout.law.involvement import Involvement
from carveout.parties.name import bare, normalize
from carveout.parties.screening import Screened, screen


def screened(*, strict: bool = False, lists_are_complete: bool = False, **cells: str) -> Screened:
    row, errors = read_row({"id": "r", **cells})
    assert not errors
    return screen(row, bundled().view(), lists_are_complete, strict=strict)


def party(**cells: str) -> Involvement:
    return next(i for i in screened(**cells).involved if "ultimate_consignee" in i.roles)


@pytest.mark.parametrize(
    "name",
    [
        "Huawei Technologies Co., Ltd.", "HUAWEI TECHNOLOGIES CO LTD", "Huawei Technologies Company Limited",
        "  Huawei   Technologies Co. , Ltd ", "Huawei",
    ],
)  # fmt: skip
def test_spelling_case_and_punctuation_do_not_matter(name: str) -> None:
    found = party(ultimate_consignee=name, ultimate_consignee_country="CN")
    assert found.match == "exact"
    assert found.entry is not None
    assert found.entry.id == "el/huawei-technologies-co-ltd-cn"


@pytest.mark.parametrize(
    ("name", "country", "entry"),
    [
        ("HiSilicon", "CN", "el/hisilicon-technologies-co-ltd-hisilicon-cn"),
        ("Hisilicon Technologies Co., Ltd.", "CN", "el/hisilicon-technologies-co-ltd-hisilicon-cn"),
        ("Huawei Technologies Cooperatief U.A.", "NL", "el/huawei-technologies-cooperatief-u-a-nl"),
        ("Xian Huawei Technologies Co Ltd", "CN", "el/xi-an-huawei-technologies-co-ltd-cn"),
        ("Huawei Technologies France SASU", "FR", "el/huawei-france-fr"),
    ],
)
def test_aliases_marks_and_apostrophes_are_the_same_name(name: str, country: str, entry: str) -> None:
    found = party(ultimate_consignee=name, ultimate_consignee_country=country)
    assert (found.match, found.entry and found.entry.id) == ("exact", entry)


def test_the_country_chooses_among_entries_of_the_same_name() -> None:
    found = party(ultimate_consignee="Huawei Technologies Co., Ltd.", ultimate_consignee_country="HK")
    assert [c.id for c in found.candidates] == ["el/huawei-technologies-co-ltd-hk"]


def test_without_a_country_all_entries_of_the_name_are_meant() -> None:
    found = party(ultimate_consignee="Huawei Technologies Co., Ltd.")
    assert len(found.candidates) == 2
    assert found.facts()["party_listed_from"] == date(2019, 5, 16)


def test_another_country_never_clears_an_exact_name() -> None:
    found = screened(ultimate_consignee="Huawei Technologies Co., Ltd.", ultimate_consignee_country="MY")
    assert found.involved[0].match == "possible"
    assert found.involved[0].facts()["party_listed_from"] == Span(date(2019, 5, 16), NEVER)
    assert "branch" in found.cautions[0]


def test_a_stated_none_never_clears_an_exact_name() -> None:
    found = screened(
        ultimate_consignee="Huawei Italia", ultimate_consignee_country="IT", ultimate_consignee_listing="none"
    )
    assert found.involved[0].match == "exact"
    assert "the listing stands" in found.cautions[0]


def test_a_different_legal_form_may_be_the_same_company() -> None:
    assert party(ultimate_consignee="Huawei Device GmbH", ultimate_consignee_country="CN").match == "possible"


def test_a_stated_none_settles_a_possible_match() -> None:
    found = party(
        ultimate_consignee="Huawei Chile Ltda", ultimate_consignee_country="CL", ultimate_consignee_listing="none"
    )
    assert (found.match, found.assumed) == ("none", ("ultimate_consignee_listing",))


def test_an_entry_stated_but_not_held_is_taken_as_listed_and_never_as_of_the_group() -> None:
    facts = party(ultimate_consignee="SMIC", ultimate_consignee_listing="el/smic-cn").facts()
    assert facts["party_group"] == "other"
    assert facts["party_listed_from"] == date.min


def test_no_match_is_an_assumption_while_the_lists_are_not_complete() -> None:
    found = screened(ultimate_consignee="Prairie Wireless Cooperative")
    assert found.involved[0].match == "none"
    assert "ultimate_consignee_listing" in found.assumed
    assert "ultimate_consignee_listing" in found.open_roles


def test_read_strictly_no_match_and_nobody_named_are_unknown() -> None:
    found = screened(strict=True, ultimate_consignee="Prairie Wireless Cooperative")
    assert {i.match for i in found.involved} == {"unknown"}
    assert not found.assumed


def test_a_party_in_several_roles_is_one_unit() -> None:
    found = screened(ultimate_consignee="Huawei Italia", purchaser="Huawei Italia", end_user="HUAWEI ITALIA")
    assert len(found.involved) == 1
    assert found.involved[0].roles == ("ultimate_consignee", "end_user", "purchaser")


def test_roles_left_empty_take_the_defaults_of_the_contract() -> None:
    found = screened(ultimate_consignee="Huawei Italia", ultimate_consignee_country="IT")
    assert {"end_user", "purchaser", "intermediate_consignee"} <= found.assumed
    assert found.facts["end_user_country"] == "IT"
    assert found.facts["intermediate_consignee_country"] == "none"


def test_all_roles_empty_is_unknown() -> None:
    assert screened().involved[0].match == "unknown"


def test_a_cell_that_says_unknown_takes_no_default() -> None:
    found = screened(ultimate_consignee="Huawei Italia", intermediate_consignee="unknown")
    assert any(i.match == "unknown" and i.roles == ("intermediate_consignee",) for i in found.involved)


def test_a_listed_party_without_a_country_is_where_its_entry_says() -> None:
    assert screened(ultimate_consignee="Huawei Cuba").facts["ultimate_consignee_country"] == "CU"


@pytest.mark.parametrize(
    "name", ["华为技术有限公司", "Хуавей", "شركة هواوي", "ファーウェイ", "화웨이", "HUAWEI（华为）"]
)
def test_a_listed_party_is_found_under_its_name_in_another_script(name: str) -> None:
    found = party(ultimate_consignee=name)
    assert found.match in ("exact", "possible")
    assert any(c.group == "huawei" for c in found.candidates)


@pytest.mark.parametrize("name", ["江苏某某面包店", "مخبز الورد", "빵집"])
def test_a_script_that_does_not_spell_listed_names_is_never_a_plain_none(name: str) -> None:
    found = screened(ultimate_consignee=name, lists_are_complete=True)
    assert found.involved[0].match == "none"
    assert "ultimate_consignee_listing" in found.assumed
    assert any("no proof" in caution for caution in found.cautions)


@pytest.mark.parametrize(
    "name",
    [
        "Huawei Technologies Co., Ltd. Representative Office in Kenya", "Huawei Technologies (Shenzhen Branch)",
        "Филиал Huawei Technologies Co., Ltd.", "Huawei Technologies Co., Ltd. Bonn",
    ],
)  # fmt: skip
def test_a_branch_of_a_listed_party_may_be_that_party(name: str) -> None:
    found = party(ultimate_consignee=name, ultimate_consignee_country="KE")
    assert found.match == "possible"
    assert "branch" in found.why


def test_a_relative_is_not_listed_on_an_assumption_and_raises_the_red_flags() -> None:
    found = screened(ultimate_consignee="Huawei Bakery of Ghent", lists_are_complete=True)
    assert found.involved[0].match == "none"
    assert "ultimate_consignee_listing" in found.open_roles
    assert any("Who owns it" in caution for caution in found.cautions)


def test_the_address_of_a_listed_party_is_a_red_flag_and_no_listing() -> None:
    law = bundled()
    entry = replace(law.entries["el/huawei-italia-it"], addresses=("Via Lorenteggio 240, 20147 Milano, IT",))
    view = law.with_lists([entry], ()).view()
    row, _ = read_row(
        {
            "id": "r",
            "ultimate_consignee": "Rossi Reti SpA",
            "ultimate_consignee_address": "240 via Lorenteggio, 20147 MILANO IT",
        }
    )
    found = screen(row, view, False)
    assert found.involved[0].match == "none"
    assert any("Huawei Italia" in caution and "address" in caution for caution in found.cautions)


def test_a_cell_that_is_too_long_for_a_name_rejects_its_row() -> None:
    _, errors = read_row({"id": "r", "ultimate_consignee": "x" * 5000})
    assert [error.column for error in errors] == ["ultimate_consignee"]


def test_normalizing_twice_changes_nothing() -> None:
    for entry in bundled().entries.values():
        for name in (entry.name, *entry.aliases):
            assert normalize(normalize(name)) == normalize(name)
            assert bare(name)


def test_every_entry_is_found_by_its_own_name_and_country() -> None:
    for entry in bundled().entries.values():
        found = party(ultimate_consignee=entry.name, ultimate_consignee_country=entry.country)
        assert found.match == "exact"
        assert entry.id in {c.id for c in found.candidates}
