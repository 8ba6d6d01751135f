"""Files of shareholdings judged for a day: what is proved, what is not, and what would settle it."""

from __future__ import annotations

from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from carveout.law.corpus import bundled
from carveout.parties.holding import PART, WHOLE, Share, parts, read_share
from carveout.parties.name import normalize
from carveout.parties.ownership import Judged, Verdict, judge
from carveout.parties.ownership_file import COLUMNS, NotHoldings, read_holdings
from carveout.parties.settling import Above, settling

HUAWEI, HISILICON = "Huawei Technologies Co., Ltd.", "HiSilicon Technologies Co., Ltd"
DAY = date(2025, 10, 15)


def judged(*rows: tuple[str, ...], day: date = DAY, complete: bool = False) -> Judged:
    """Rows of owner, owned, share and, if there are more, owner_kind, from, through, kind."""
    columns = (
        "owner",
        "owned",
        "share",
        "owner_kind",
        "from",
        "through",
        "kind",
        "source",
        "owned_country",
        "owner_country",
    )
    cells = [dict(zip(columns, (*row, *[""] * (len(columns) - len(row))), strict=True)) for row in rows]
    return judge(read_holdings(cells, "shares"), bundled().view(), day, complete=complete)


def verdict(found: Judged, name: str) -> Verdict:
    one = found.of(normalize(name))
    assert one is not None
    return one


def test_a_company_that_a_listed_party_owns_is_covered_with_its_path_and_owner() -> None:
    found = verdict(judged((HUAWEI, "Alpha", "50"), ("Alpha", "Beta", "60")), "Beta")
    assert (found.answer, found.state) == ("covered", "owned")
    assert [(s.owner, s.owned) for s in found.path] == [(HUAWEI, "Alpha"), ("Alpha", "Beta")]
    assert "el/huawei-technologies-co-ltd-cn" in [owner.id for owner in found.owners]


def test_two_listed_owners_are_added_up_and_both_are_named() -> None:
    found = verdict(judged((HUAWEI, "Alpha", "30"), (HISILICON, "Alpha", "20")), "Alpha")
    assert found.state == "owned"
    assert {owner.name for owner in found.owners} >= {HUAWEI}
    assert len(found.decisive) == 2


def test_before_its_owner_was_listed_a_company_is_not_covered() -> None:
    rows = ((HUAWEI, "Alpha", "100"),)
    assert verdict(judged(*rows, day=date(2019, 5, 15), complete=True), "Alpha").answer == "not_covered"
    assert verdict(judged(*rows, day=date(2019, 5, 16), complete=True), "Alpha").answer == "covered"


def test_shares_count_on_their_days_only() -> None:
    rows = ((HUAWEI, "Alpha", "60", "", "2025-01-01", "2025-10-14"), (HUAWEI, "Alpha", "40", "", "2025-10-15", ""))
    assert verdict(judged(*rows, day=date(2025, 10, 14), complete=True), "Alpha").state == "owned"
    assert verdict(judged(*rows, complete=True), "Alpha").state == "minority"


def test_who_does_not_name_all_owners_proves_nothing_free() -> None:
    row = (HUAWEI, "Alpha", "10")
    assert verdict(judged(row), "Alpha").state is None
    assert verdict(judged(row, complete=True), "Alpha").state == "minority"
    assert verdict(judged(row, ("Jane Roe", "Alpha", "51", "person")), "Alpha").state == "minority"
    assert verdict(judged(row, ("Jane Roe", "Alpha", "50", "person")), "Alpha").state is None
    # Another company in between may itself be anybody's.
    assert verdict(judged(row, ("Holding BV", "Alpha", "90")), "Alpha").state is None


def test_a_listed_owner_with_a_share_nobody_knows_is_red_flag_29() -> None:
    found = verdict(judged((HUAWEI, "Alpha", "")), "Alpha")
    assert (found.answer, found.state) == ("undetermined", "share_unknown")
    assert found.settles == ("an extract of all owners of Alpha",)


def test_votes_and_control_are_ties_and_no_share() -> None:
    rows = ((HUAWEI, "Alpha", "100", "", "", "", "votes"), ("Jane Roe", "Alpha", "100", "person"))
    assert verdict(judged(*rows), "Alpha").state == "minority"


def test_a_company_of_the_united_states_is_out_and_what_lies_behind_it_is_open() -> None:
    rows = ((HUAWEI, "Sub Inc", "100", "", "", "", "", "", "US"), ("Sub Inc", "Alpha", "100"))
    found = judged(*rows)
    assert verdict(found, "Sub Inc").state == "none"
    assert verdict(found, "Alpha").answer == "undetermined"


def test_with_a_free_partner_from_the_united_states_it_is_a_joint_venture() -> None:
    partner = ("Prairie Radio Inc.", "Alpha", "40", "", "", "", "", "", "", "US")
    assert verdict(judged((HUAWEI, "Alpha", "60"), partner), "Alpha").state == "joint_venture"
    other = (*partner[:-1], "CN")
    assert verdict(judged((HUAWEI, "Alpha", "60"), other), "Alpha").state == "owned"


def test_an_owner_whose_name_may_be_a_listed_one_enters_the_upper_run_only() -> None:
    found = verdict(judged(("Huawei Technologies Duesseldorf Branch Office", "Alpha", "100")), "Alpha")
    assert (found.answer, found.state) == ("undetermined", None)
    assert found.perhaps
    assert found.settles[0].startswith("whether ")


def test_rows_that_cannot_all_be_right_are_an_error_and_leave_the_party_open() -> None:
    found = judged((HUAWEI, "Alpha", "60"), ("Jane Roe", "Alpha", "60", "person"))
    assert "at most 100 percent" in str(found.errors[0])
    assert verdict(found, "Alpha").answer == "undetermined"


def test_a_row_written_twice_counts_once_and_two_words_on_one_holding_are_a_doubt() -> None:
    twice = judged((HUAWEI, "Alpha", "30"), (HUAWEI, "Alpha", "30"), complete=True)
    assert verdict(twice, "Alpha").state == "minority"
    assert "alike in everything" in twice.graph.notes[0]
    two = judged((HUAWEI, "Alpha", "30"), (HUAWEI, "Alpha", "25"), complete=True)
    assert verdict(two, "Alpha").answer == "undetermined"
    classes = (HUAWEI, "Alpha", "25", "", "", "", "preferred")
    assert verdict(judged((HUAWEI, "Alpha", "25"), classes), "Alpha").state == "owned"


@pytest.mark.parametrize(
    ("cells", "column", "expected"),
    [
        ({"share": "abc"}, "share", "a percentage from 0 to 100"),
        ({"share": "120"}, "share", "a percentage from 0 to 100"),
        ({"share": "60..40"}, "share", "bounds such as 30..45"),
        ({"owned": ""}, "owned", "the name of a party"),
        ({"from": "2025-13-01"}, "from", "a day as YYYY-MM-DD"),
        ({"from": "2025-02-01", "through": "2025-01-01"}, "through", "on or after from"),
        ({"owner_kind": "persn"}, "owner_kind", "did you mean 'person'?"),
        ({"owned_country": "Germany"}, "owned_country", "ISO 3166-1"),
    ],
)
def test_a_row_that_cannot_be_read_says_what_would_be_right(cells: dict[str, str], column: str, expected: str) -> None:
    row = {"owner": "Acme", "owned": "Alpha", "share": "20", **cells}
    good = {"owner": HUAWEI, "owned": "Alpha", "share": "20"}
    found = read_holdings([row, good], "shares")
    assert [error.column for error in found.errors] == [column]
    assert expected in str(found.errors[0])
    assert "row 1" in str(found.errors[0])
    assert len(found.holdings) == 1
    if column != "owned":
        # The unreadable row may be the one that counts.
        assert verdict(judge(found, bundled().view(), DAY, complete=True), "Alpha").answer == "undetermined"


def test_a_file_without_its_columns_is_told_which_it_needs() -> None:
    with pytest.raises(NotHoldings, match="no column owned"):
        read_holdings([{"owner": "A", "share": "1"}], "shares")
    with pytest.raises(NotHoldings, match="no column share"):
        read_holdings([{"owner": "A", "owned": "B"}], "shares")


def test_shares_are_exact_where_written_and_rounded_outward_where_finer_than_they_are_held() -> None:
    assert read_share("33.3") == Share(33_300_000, 33_300_000)
    assert read_share("12.5..30.25") == Share(12_500_000, 30_250_000)
    assert read_share("..40") == Share(0, 40 * PART)
    assert read_share("") == Share(0, WHOLE)
    assert parts("16.66666666", up=False) + 1 == parts("16.66666666", up=True)


_cell = (
    st.none()
    | st.floats()
    | st.integers(-3, 300)
    | st.text(max_size=8)
    | st.sampled_from(["A", "B", "C", "50", "30..60", "2025-01-01"])
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from([*COLUMNS, ""]), _cell, max_size=8), max_size=5))
def test_whatever_a_row_holds_it_is_read_or_told(rows: list[dict[str, Any]]) -> None:
    found = read_holdings([dict.fromkeys(("owner", "owned", "share")), *rows], "shares")
    assert len(found.holdings) <= len(rows)
    assert all(0 <= holding.share.low <= holding.share.high <= WHOLE for holding in found.holdings)
    assert all(str(error) for error in found.errors)


# What would settle it


@st.composite
def above(draw: st.DrawFn) -> Above:
    """Four parties, owned by each other; the target is the last."""
    owners: dict[int, list[tuple[int, Share]]] = {}
    for party in (1, 2, 3):
        left = WHOLE
        for owner in draw(st.frozensets(st.sampled_from([p for p in range(4) if p != party]), max_size=2)):
            low = draw(st.sampled_from([0, 20, 50])) * PART
            high = draw(st.sampled_from([20, 50, 60, 100])) * PART
            if low <= high and low <= left:
                left -= low
                owners.setdefault(party, []).append((owner, Share(low, high)))
    perhaps = draw(st.frozensets(st.sampled_from([0, 1, 2]), max_size=2))
    return Above((3, 2, 1, 0), owners, {}, frozenset({0}) if draw(st.booleans()) else frozenset(), perhaps | {0},
                 draw(st.frozensets(st.sampled_from([1, 2, 3]), max_size=2)))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(above())
def test_what_is_said_to_settle_it_does_and_nothing_smaller_does(one: Above) -> None:
    may = frozenset(p for p in range(4) if not one.free(p, frozenset()) or p in one.perhaps)
    assume(not one.covered(3, frozenset()) and not one.free(3, frozenset()))
    points = [p for p in one.points(may) if p.party != 3 or p.what != "listing"]

    def decides(chosen: tuple[object, ...]) -> bool:
        pinned = frozenset(chosen)
        return one.free(3, pinned) and one.covered(3, pinned)  # type: ignore[arg-type]

    found = settling(one, 3, may)
    smaller = chain.from_iterable(
        combinations(points, size) for size in range(len(found) if found else len(points) + 1)
    )
    assert not any(decides(chosen) for chosen in smaller)
    if found:
        assert decides(found)
