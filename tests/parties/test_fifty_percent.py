"""The 50 percent rule over arrays says exactly what all completions of a small graph say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.parties.fifty_percent import Edges, Seeds, lower_run, upper_run
from carveout.parties.holding import PART
from tests.parties.ownership_oracle import Small, completions


def runs(small: Small) -> tuple[set[int], set[int]]:
    """Who is surely restricted, and who may be, by the two runs."""
    columns = np.asarray(small.holdings or np.empty((0, 4)), np.int64).reshape(-1, 4).T
    edges = Edges.of(small.count, columns[0], columns[1], columns[2] * PART, columns[3] * PART)

    def flags(chosen: frozenset[int]) -> np.ndarray:
        return np.isin(np.arange(small.count), sorted(chosen))

    seeds = Seeds(
        flags(small.listed), flags(small.listed | small.perhaps), flags(small.open), flags(frozenset()), flags(small.domestic)
    )  # fmt: skip
    return (
        set(np.flatnonzero(lower_run(edges, seeds).restricted).tolist()),
        set(np.flatnonzero(upper_run(edges, seeds).restricted).tolist()),
    )


@st.composite
def graphs(draw: st.DrawFn) -> Small:
    """Graphs of up to five parties with up to five holdings, cycles among them, whose shares can add up to 100 percent."""
    count = draw(st.integers(2, 5))
    party = st.integers(0, count - 1)
    # Ends that lie around 50 percent and are met by the grid; few steps, so that all completions can be walked through.
    ends = st.sampled_from(
        [(0, 20), (10, 40), (20, 20), (30, 30), (40, 60), (50, 50), (0, 100), (60, 100), (20, 50), (30, 60)]
    )
    pairs = draw(st.lists(st.tuples(party, party).filter(lambda p: p[0] != p[1]), unique=True, max_size=5))
    holdings, left = [], [100] * count
    wide = 0
    for owner, owned in pairs:
        low, high = draw(ends)
        wide += high > low
        if low > left[owned] or wide > 3:
            continue
        left[owned] -= low
        holdings.append((owner, owned, low, high))
    some = st.frozensets(party, max_size=2)
    return Small(count, tuple(holdings), draw(some), draw(st.frozensets(party, max_size=1)), draw(some),
                 draw(st.frozensets(party, max_size=1)))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_the_two_runs_bound_all_completions_and_no_more(small: Small) -> None:
    lower, upper = runs(small)
    always, ever = set(range(small.count)), set()
    for found in completions(small):
        always &= found
        ever |= found
    assert lower == always
    assert upper == ever


def test_what_two_listed_owners_hold_is_added_and_fifty_percent_is_enough() -> None:
    assert runs(Small(3, ((0, 2, 30, 30), (1, 2, 20, 20)), frozenset({0, 1})))[0] == {0, 1, 2}
    assert runs(Small(3, ((0, 2, 30, 30), (1, 2, 19, 19)), frozenset({0, 1})))[1] == {0, 1}


def test_a_half_owned_company_counts_with_its_full_holding_and_a_lesser_one_with_nothing() -> None:
    assert 2 in runs(Small(3, ((0, 1, 50, 50), (1, 2, 50, 50)), frozenset({0})))[0]
    assert 2 not in runs(Small(3, ((0, 1, 49, 49), (1, 2, 100, 100)), frozenset({0})))[1]


def test_owners_in_a_circle_restrict_nobody_by_themselves() -> None:
    circle = ((0, 1, 100, 100), (1, 0, 60, 60))
    assert runs(Small(3, circle, frozenset())) == (set(), set())
    assert runs(Small(3, ((2, 0, 40, 40), *circle), frozenset({2}))) == ({2}, {2})


def test_what_others_surely_hold_leaves_less_for_the_listed() -> None:
    # 0 is listed and holds an unknown share of 2, of which 1, a person, holds 51 percent.
    assert runs(Small(3, ((0, 2, 0, 100), (1, 2, 51, 51)), frozenset({0}))) == ({0}, {0})
    assert runs(Small(3, ((0, 2, 0, 100), (1, 2, 50, 50)), frozenset({0}))) == ({0}, {0, 2})


@pytest.mark.parametrize(
    ("low", "high", "sure", "may"), [(45, 45, False, True), (50, 50, True, True), (39, 39, False, False)]
)
def test_shares_that_a_company_holds_of_itself_make_the_rest_weigh_more(
    low: int, high: int, sure: bool, may: bool
) -> None:
    # A fifth of the company is its own: of the other 80 percent, 40 are a half.
    lower, upper = runs(Small(2, ((0, 1, low, high), (1, 1, 20, 20)), frozenset({0})))
    assert (1 in lower, 1 in upper) == (sure, may)


def test_a_company_nobody_names_an_owner_of_may_be_anybodys() -> None:
    assert runs(Small(2, (), frozenset({0}), open=frozenset({1}))) == ({0}, {0, 1})


def test_a_chain_of_a_hundred_thousand_is_followed_to_its_end() -> None:
    count = 100_000
    owner = np.arange(count - 1)
    share = np.full(count - 1, 50 * PART)
    edges = Edges.of(count, owner, owner + 1, share, share)
    none = np.zeros(count, bool)
    first = none.copy()
    first[0] = True
    found = lower_run(edges, Seeds(first, first, none, none, none))
    assert found.restricted.all()
    assert found.joined[-1] == count - 1
