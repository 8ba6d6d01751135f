"""Lists of ECCNs: one form for every way of writing them, and some of them a member or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.facts.eccn import one_among, read_eccns, some_among
from carveout.facts.row import read_row
from carveout.facts.value import FALSE, TRUE, UNKNOWN


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("3E001", "3E001"), ("3e001.a", "3E001.A"), ("3E001; 2E991 ,3E001", "2E991,3E001"), ("EAR99", "EAR99"), ("none", "none"),
        ("None", "none"), ("2E991, unknown", "2E991,?"), ("?,5D002.c.1", "5D002.C.1,?"), ("3E001 3E002", "3E001,3E002"),
    ],
)  # fmt: skip
def test_a_list_has_one_form(text: str, form: str) -> None:
    assert read_eccns(text) == form
    assert read_eccns(form) == form


@pytest.mark.parametrize(
    "text", ["3EOO1", "3E1", "3E-001", "none, 3E001", "XI(d)", "3E001 and 3E002", "F3E001", "", ","]
)
def test_what_is_no_eccn_is_refused_and_never_read_as_something_unlisted(text: str) -> None:
    with pytest.raises(ValueError, match="no ECCN"):
        read_eccns(text)


def test_a_cell_that_holds_no_list_is_an_error_of_the_row_that_says_what_to_write() -> None:
    _, errors = read_row({"id": "r", "plant_eccns": "3E001 tools"})
    assert [error.column for error in errors] == ["plant_eccns"]
    assert "3E001, 5D002.c or EAR99" in errors[0].expected


def test_a_paragraph_belongs_to_its_number_and_a_number_may_be_its_paragraph() -> None:
    assert one_among("3E001.A", {"3E001"}) == TRUE
    assert one_among("3E001", {"3E001.a"}) == UNKNOWN
    assert one_among("3E001.B", {"3E001.a"}) == FALSE
    assert one_among("3E0011", {"3E001"}) == FALSE


def test_one_member_is_enough_and_one_unknown_keeps_it_open() -> None:
    members = {"3E001", "5E001"}
    assert some_among("2E991,3E001,EAR99", members) == TRUE
    assert some_among("2E991,EAR99", members) == FALSE
    assert some_among("2E991,?", members) == UNKNOWN
    assert some_among("3E001,?", members) == TRUE
    assert some_among("none", members) == FALSE


ECCNS = st.sampled_from(["3E001", "3E001.A", "3E002", "2E991", "EAR99", "5D002.C"])


@given(st.lists(ECCNS, max_size=4), st.sets(ECCNS), ECCNS)
def test_to_learn_one_more_of_an_open_list_only_narrows(known: list[str], members: set[str], more: str) -> None:
    before = some_among(",".join([*known, "?"]), members)
    after = some_among(",".join([*known, more, "?"]), members)
    closed = some_among(",".join(known) or "none", members)
    assert before in (UNKNOWN, after)
    assert before in (UNKNOWN, closed)
