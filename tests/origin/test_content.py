"""Controlled US content rolled up through a nested bill: the fast way, the exact way and the slow way agree."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carveout.facts.value import FALSE, TRUE, UNKNOWN
from carveout.origin.by_part import exactly, roll_up_by_part
from carveout.origin.content import roll_up
from carveout.origin.levels import CycleError, order_of
from tests.origin.bills import CLASSES, TRUTHS, as_bill, plain_bills, slow_share


def share(parts):
    return roll_up(as_bill(parts), TRUTHS).share(0)


@given(plain_bills())
def test_random_bills_agree_with_the_slow_reference(parts):
    low, high = slow_share(parts)
    fast = share(parts)
    assert fast[0] == pytest.approx(float(low), abs=1e-9)
    assert fast[1] == pytest.approx(float(high), abs=1e-9)


@given(plain_bills())
def test_the_exact_roll_up_agrees_with_the_slow_reference_to_the_last_digit(parts):
    assert tuple(map(Fraction, exactly(as_bill(parts), TRUTHS).share(0))) == tuple(map(Fraction, slow_share(parts)))


@given(plain_bills())
def test_part_by_part_and_level_by_level_are_the_same(parts):
    bill = as_bill(parts)
    one = roll_up_by_part(bill, TRUTHS, order_of(bill))
    for column in ("value_low", "value_high", "upper_content", "upper_value", "lower_content", "lower_value", "over"):
        assert np.allclose(
            np.asarray(getattr(one, column), float), getattr(roll_up(bill, TRUTHS), column), equal_nan=True
        )


def settled(draw, part):
    """One way in which what is not known of a part may turn out."""
    kind = part.kind
    if CLASSES[kind].origin == "":
        # Foreign, or of US origin with what is said of its control.
        controlled = CLASSES[kind].controlled
        as_us = {TRUE: (1,), FALSE: (2,), UNKNOWN: (1, 2)}[controlled]
        kind = draw(st.sampled_from((0, *as_us)))
    elif TRUTHS[kind] == UNKNOWN:
        kind = draw(st.sampled_from((1, 2)))
    low, high = part.value if part.value else (None, None)
    if part.value is None and not part.holds:
        low, high = 0.0, 500.0
    value = None if low is None else (draw(st.sampled_from((low, (low + high) / 2, high))),) * 2
    uses = []
    for child, few, many in part.holds:
        number = draw(st.sampled_from((few, many)))
        uses.append((child, number, number))
    return replace(part, kind=kind, value=value, holds=tuple(uses))


@given(plain_bills(), st.data())
def test_however_the_unknown_turns_out_the_share_lies_within_the_bounds(parts, data):
    low, high = share(parts)
    known = (settled(data.draw, parts[0]), *(settled(data.draw, part) for part in parts[1:]))
    # Where an assembly would be worth less than what counts in it, the statements contradict each other.
    assume(not roll_up(as_bill(known), TRUTHS).over.any())
    least, most = share(known)
    assert least == pytest.approx(most)
    assert low - 1e-9 <= least <= high + 1e-9


@given(plain_bills(open_values=False), st.sampled_from([2.0, 0.5, 8.0]))
def test_values_in_another_unit_change_no_share(parts, factor):
    scaled = [replace(p, value=p.value and tuple(v * factor for v in p.value)) for p in parts]
    assert share(scaled) == pytest.approx(share(parts))


@given(plain_bills(), st.randoms())
def test_the_order_of_the_lines_changes_nothing(parts, chance):
    bill = as_bill(parts)
    places = list(range(len(bill.child)))
    chance.shuffle(places)
    shuffled = replace(
        bill, parent=bill.parent[places], child=bill.child[places], quantity_low=bill.quantity_low[places],
        quantity_high=bill.quantity_high[places],
    )  # fmt: skip
    assert roll_up(shuffled, TRUTHS).share(0) == pytest.approx(share(parts))


@given(plain_bills())
def test_a_line_split_in_two_changes_nothing(parts):
    bill = as_bill(parts)
    twice = [0, *range(len(bill.child))]
    few, many = bill.quantity_low[twice], bill.quantity_high[twice]
    for column in (few, many):
        column[0] = column[1] = column[0] / 2
    split = replace(bill, parent=bill.parent[twice], child=bill.child[twice], quantity_low=few, quantity_high=many)
    assert roll_up(split, TRUTHS).share(0) == pytest.approx(share(parts))


@given(plain_bills())
def test_knowing_more_never_widens_the_bounds(parts):
    low, high = share(parts)
    for place, part in enumerate(parts):
        if place and TRUTHS[part.kind] == UNKNOWN:
            for kind in (0, 1):
                known = (
                    *parts[:place],
                    replace(part, kind=kind if CLASSES[part.kind].origin == "" else 1 + kind),
                    *parts[place + 1 :],
                )
                least, most = share(known)
                assert low - 1e-9 <= least
                assert most <= high + 1e-9


def test_a_us_part_counts_with_its_whole_value_and_its_own_parts_are_detail():
    parts = plain((0, (100, 100), [1]), (1, (40, 40), [2]), (1, (30, 30), []))
    assert share(parts) == (40.0, 40.0)


def test_us_parts_count_however_deep_they_lie():
    parts = plain((0, (100, 100), [1]), (0, (60, 60), [2]), (0, (50, 50), [3]), (1, (30, 30), []))
    assert share(parts) == (30.0, 30.0)


def test_a_shared_assembly_counts_as_often_as_it_is_used():
    parts = plain((0, None, [1, 2, 3]), (0, None, [3]), (0, None, [3]), (0, None, [4]), (1, (5, 5), []))
    bill = as_bill(parts)
    assert roll_up(bill, TRUTHS).upper_content[0] == 15


def test_a_part_that_contains_itself_is_refused_with_the_way_round():
    bill = as_bill(plain((0, None, [1]), (0, None, [2]), (0, None, [3]), (1, (1, 1), [])))
    round_ = replace(
        bill, parent=np.append(bill.parent, 2), child=np.append(bill.child, 1),
        quantity_low=np.append(bill.quantity_low, 1.0), quantity_high=np.append(bill.quantity_high, 1.0),
    )  # fmt: skip
    with pytest.raises(CycleError, match="P1 contains P2 contains P1"):
        order_of(round_)


def test_a_bill_of_many_levels_is_added_up_all_the_same():
    depth = 3000
    parts = plain(*[(0, None, [place + 1]) for place in range(depth)], (1, (7, 7), []))
    bill = as_bill(parts)
    assert order_of(bill).is_deep
    assert roll_up(bill, TRUTHS).share(0) == (100.0, 100.0)


def plain(*parts):
    from tests.origin.bills import Plain

    return tuple(Plain(kind, value, tuple((child, 1.0, 1.0) for child in holds)) for kind, value, holds in parts)
