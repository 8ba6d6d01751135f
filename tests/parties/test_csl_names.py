"""Names, footnote marks, policies and citations as the lists write them."""

from __future__ import annotations

from datetime import date

import pytest

from carveout.parties.citation import citations
from carveout.parties.filed_name import FiledName, clean, read_name
from carveout.parties.requirement import footnotes, review_policy


@pytest.mark.parametrize(
    ("cell", "name", "aliases", "parent"),
    [
        ("Huawei Technologies Co., Ltd. (Huawei)", "Huawei Technologies Co., Ltd.", ("Huawei",), ""),
        (
            "Huawei Technologies Co., Ltd. (Huawei). Affiliated Entity: Huawei Mobile Technology Ltd.",
            "Huawei Mobile Technology Ltd.", (), "Huawei Technologies Co., Ltd.",
        ),
        ("Hanif Computer Zone (HCZ)", "Hanif Computer Zone", ("HCZ",), ""),
        ("Icarus Marine (Pty) Ltd.", "Icarus Marine (Pty) Ltd.", (), ""),
        ("Well Smart (HK) Technology", "Well Smart (HK) Technology", (), ""),
        ("GE SONG TAO (GE)", "GE SONG TAO (GE)", (), ""),
        ("Chitron Electronics, a.k.a. Chi-Chung Electronics", "Chitron Electronics", ("Chi-Chung Electronics",), ""),
        ("Elena; a.k.a. Lena; a.k.a Ivanov Elena", "Elena", ("Lena", "Ivanov Elena"), ""),
        ("LTS Holding Limited (f.k.a. IPP Ltd.)", "LTS Holding Limited", ("IPP Ltd.",), ""),
        ("PMC Wagner; and any successor, sub-unit, or subsidiary thereof", "PMC Wagner", (), ""),
        ("Luo Dongmei (PRC national)", "Luo Dongmei", (), ""),
        (
            "Pakistan Atomic Energy Commission (PAEC), and subordinate entity National Development Complex (NDC)",
            "Pakistan Atomic Energy Commission (PAEC), and subordinate entity National Development Complex (NDC)",
            ("National Development Complex", "NDC"), "Pakistan Atomic Energy Commission",
        ),
        ("Suzhou Keda Technology Co., Ltd.,", "Suzhou Keda Technology Co., Ltd.", (), ""),
    ],
)  # fmt: skip
def test_a_cell_of_names_gives_the_name_the_others_and_the_parent(
    cell: str, name: str, aliases: tuple[str, ...], parent: str
) -> None:
    assert read_name(cell) == FiledName(name, aliases, parent)


def test_what_is_not_seen_is_not_compared() -> None:
    assert clean("Hua\u202ewei\u200b  Tech\u00a0Ltd\x00\x07\ud800") == "Huawei Tech Ltd"
    assert clean("Huawe\u0069\u0301") == "Huaweí"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("requirement", "marks"),
    [
        ("For all items subject to the EAR, see §§ 734.9(e)1 and 744.11 of the EAR2", {"1", "2"}),
        ("For All Items Subject to the EAR (See §734.9(e)1, and §744.11 of the EAR)2.", {"1", "2"}),
        ("For all items subject to the EAR. (See §§ 734.9(e)(2) and 744.11 of the EAR)4", {"4"}),
        ("For all items subject to the EAR (See §§734.4(a)(9), 734.9(e)(3), and 744.11 of the EAR)5", {"5"}),
        ("For All Items Subject to the EAR (See §734.9(g), 3 §746.8(a)(3), and §744.21(b) of the EAR).", {"3"}),
        ("For all items subject to the EAR. (See §§ 734.9(g),3 746.8(a)(3), and 744.21(b) of the EAR)", {"3"}),
        ("For all items subject to the EAR (See §§734.9(g)3, 746.8(a)(3), and 744.2l(b) of the EAR)", {"3"}),
        ("For all items subject to the EAR. (See §§ 734.9(e)(2) and 744.11 of the EAR) 4", {"4"}),
        ("For all items subject to the EAR. (See §734.9(e) and §744.11 of the EAR)", set()),
        ("For items on the CCL and EAR99 items listed in supplement no. 7 to part 746 of the EAR", set()),
        ("All items subject to the EAR. License Exception GOV under § 740.11(b)(2) and (e).", set()),
    ],
)
def test_footnote_marks_are_told_from_paragraphs(requirement: str, marks: set[str]) -> None:
    assert footnotes(requirement) == marks


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Presumption of denial.", "presumption_of_denial"),
        ("Presumption for denial", "presumption_of_denial"),
        ("Policy of denial. See §§ 746.8(b) and 744.21(e).", "policy_of_denial"),
        ("Policy of denial for all items subject to the EAR. See § 746.8(b)", "policy_of_denial"),
        ("Case-by-case review.", "case_by_case"),
        ("Case-by-case for all items listed on the CCL. Presumption of approval for EAR99 items", ""),
        ("Policy of denial for all items subject to the EAR apart from food and medicine designated as EAR99, which will "
         "be reviewed on a case-by-case basis. See §§ 746.8(b) and 744.21(e)", ""),
        ("Presumption of denial except case-by-case for items not described in ECCN 3B001.a.4", ""),
        ("See § 744.3(d) of the EAR", ""),
    ],
)  # fmt: skip
def test_a_policy_that_differs_by_item_is_not_made_simple(text: str, code: str) -> None:
    assert review_policy(text) == code


@pytest.mark.parametrize(
    ("chain", "read"),
    [
        ("84 FR 22963; 84 FR 43495,  85 FR 29853", ["84 FR 22963", "84 FR 43495", "85 FR 29853"]),
        ("67 F.R. 56530 9/4/02 67 F.R. 10890 3/11/02", ["67 FR 56530", "67 FR 10890"]),
        ("89 F.R.87329 11/1/2024, 89 F.R. NOTICD 87330", ["89 FR 87329", "89 FR 87330"]),
        ("Vol. 59, No. 44, 03/07/1994", ["59 FR No. 44"]),
        ("76 FR No. 197 (10/12/2011)", ["76 FR No. 197"]),
        ("77 FR 58006 (no. 182); 84 FR 40241, 84 FR 40241", ["77 FR 58006", "84 FR 40241"]),
        ("72 F.R. 1/30/07", []),
        ("999 FR 12; 84 FR", []),
    ],
)
def test_a_chain_of_notices_is_read_as_it_is_typed(chain: str, read: list[str]) -> None:
    assert [str(one) for one in citations(chain, 2026)] == read


def test_a_day_beside_a_notice_counts_only_in_the_year_of_its_volume() -> None:
    right, wrong = citations("87 F.R. 52741 8/29/2022, 87 F.R. 9030 2/17/2021")
    assert right.published == date(2022, 8, 29)
    assert right.year == 2022
    assert wrong.published is None
