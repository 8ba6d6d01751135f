"""What agencies, law firms and companies answered, against what the program answers (strictly: both ends equal)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from carveout.book.decide_book import Asked, decide_cells
from carveout.decide.determination import Determination
from carveout.law.corpus import bundled
from carveout.law.provision import Kind
from tests.acceptance.mapping import cells

REGIMES = ("entity_list", "temporary_general_license", "standards", "footnote1_fdp")
OUTCOMES = {
    "licence_required": "license_required", "not_required": "no_license_required", "authorised_by": "authorized",
    "prohibited": "prohibited", "not_subject": "not_subject",
}  # fmt: skip

DISAGREE = {
    "EL-013": "An export completed at 14:00 on the day the listing took effect at 16:15. The program judges a day at its "
    "end and adds a caution with the hour; the publisher's own note expects that of an engine that works by the day.",
    "EL-031": "Twenty percent controlled content without a classification. A foreign item of a family without a de minimis "
    "level (734.4(a)) would be subject at any percentage, so the program asks for the classification.",
    "FDP-033": "The savings clause of August 2020 is known to exist; its dates and conditions were not seen, and the publisher's own "
    "note asks to check them first. The program leaves such shipments open through 2020-09-30 and never calls them free.",
    "TGL-011": "The statement leaves out the certification that paragraph (d) makes a condition. Nobody said that there was "
    "one, and the program does not assume it.",
}

# Left to be derived, "subject to the EAR" needs an origin or a place that these statements do not give.
UNDERIVED = {
    "EL-034": "The maker's own conclusion is the fact; content and classification behind it were not published.",
    **dict.fromkeys(
        ("STD-001", "STD-003", "STD-005", "STD-010", "STD-011", "STD-012", "STD-015", "STD-020", "STD-021", "STD-022"),
        "The statement says 'subject to the EAR' and gives neither origin nor place of the technology.",
    ),
}

CASES = [
    case
    for case in yaml.safe_load(
        (Path(__file__).parents[1] / "data" / "published-answers.yaml").read_text(encoding="utf-8")
    )
    if case["regime"] in REGIMES
]


def decided(case: dict[str, Any], *, conclusions: bool = True) -> Determination:
    _, found, errors = decide_cells(cells(case, conclusions=conclusions), Asked(bundled().view()))
    assert found is not None, [str(error) for error in errors]
    return found


def agrees(case: dict[str, Any], found: Determination) -> bool:
    expected = case["expected"]["outcome"]
    if expected == "needs_more_facts":
        return not found.overall.settled
    if str(found.overall) == OUTCOMES[expected]:
        return True
    governing = found.regimes["ear"].governing
    carved = any(found.view.corpus.provisions[p].kind is Kind.carve_out for p in governing)
    return expected == "authorised_by" and str(found.overall) == "no_license_required" and carved


def test_there_are_sixty_two_of_them_and_seventeen_on_direct_products() -> None:
    assert Counter(case["regime"] == "footnote1_fdp" for case in CASES) == {False: 62, True: 17}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_program_agrees_or_says_why_not(case: dict[str, Any]) -> None:
    found = decided(case)
    if case["id"] in DISAGREE:
        assert not agrees(case, found), "it agrees now: take it off the list"
    else:
        assert agrees(case, found), f"{case['question']}: {found.overall}, published {case['expected']['outcome']}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_without_stated_conclusions_it_agrees_or_says_why_not(case: dict[str, Any]) -> None:
    found = decided(case, conclusions=False)
    if case["id"] in {**DISAGREE, **UNDERIVED}:
        assert not agrees(case, found), "it agrees now: take it off the list"
    else:
        assert agrees(case, found)


def test_all_but_one_of_the_answers_on_direct_products_are_given_strictly() -> None:
    found = [case["id"] for case in CASES if case["regime"] == "footnote1_fdp" and agrees(case, decided(case))]
    assert len(found) == 16


def test_no_disagreement_is_a_wrong_free_to_go() -> None:
    for case in CASES:
        found = decided(case)
        if case["id"] in DISAGREE:
            assert not found.overall.at_most.is_free


def test_an_authorized_answer_names_the_paragraph_that_was_published() -> None:
    paragraphs = {"(c)(1)": "ear/744.supp7/c1", "(c)(2)": "ear/744.supp7/c2"}
    for case in CASES:
        named = [ours for theirs, ours in paragraphs.items() if theirs in str(case["expected"].get("provision"))]
        if named and case["id"] not in DISAGREE:
            assert decided(case).regimes["ear"].authorizations == tuple(named)
