"""Deals: as free as their worst row, whichever way the book is read, and never free where a row could not be read."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from carveout.book.deal import REJECTED, Deals
from carveout.book.decide_book import Asked, decide_book
from carveout.book.frame_book import FrameBook
from carveout.book.reader import Record
from carveout.decide.outcome import worst
from carveout.law.corpus import bundled

HUAWEI = "Huawei Technologies Co., Ltd."
SOLD = {"direction": "export", "item_kind": "technology", "eccn": "5E991", "reasons_for_control": "AT", "origin": "us",
        "located_in_us": "true", "published": "false", "ccl_license_required": "false", "destination": "CN", "activity": "sale",
        "knowledge_of_violation": "false", "diversion_knowledge": "false", "ultimate_consignee_country": "CN"}  # fmt: skip
KINDS = {
    "barred": {**SOLD, "on": "2021-01-01", "ultimate_consignee": HUAWEI},
    "free": {**SOLD, "on": "2019-02-01", "ultimate_consignee": HUAWEI},
    "open": {"direction": "export", "on": "2021-01-01", "ultimate_consignee": HUAWEI},
    "unread": {"direction": "sideways", "on": "2021-01-01"},
}  # fmt: skip
COLUMNS = sorted({name for one in KINDS.values() for name in one})
BOOKS = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(["", "D-1", "D-2", " D-2 "])), max_size=8)


def records(book: list[tuple[str, str]]) -> list[Record]:
    return [Record(n, {"id": f"T-{n}", "deal": deal, **KINDS[kind]}) for n, (kind, deal) in enumerate(book, 1)]


def by_row(book: list[tuple[str, str]]) -> Deals:
    found = Deals()
    for one in decide_book(records(book), Asked(bundled().view())):
        found.add_row(one.record.cells, one.row.id, one.determination)
    return found


def test_a_deal_is_that_of_its_worst_row_and_names_what_blocks_it() -> None:
    found = by_row([("free", "D-1"), ("barred", "D-1"), ("open", "D-1"), ("free", "D-2"), ("barred", "")])
    deal, other = found.found["D-1"], found.found["D-2"]
    assert (deal.decision, deal.rows, deal.blocked_by) == ("license_required", 3, 2)
    assert deal.blocking == ("T-2", "T-3"), "the worst first"
    assert other.blocking == ()
    assert [one.name for one in found.worst_first()] == ["D-1"]


def test_a_rejected_row_holds_its_deal() -> None:
    found = by_row([("free", "D-1"), ("unread", "D-1")]).found["D-1"]
    assert (found.decision, found.blocking, found.interval.at_most.name) == ("hold", ("T-2",), "prohibited")
    assert found.decisions[REJECTED] == 1


@given(BOOKS)
def test_a_deal_is_the_worst_over_its_rows(book: list[tuple[str, str]]) -> None:
    rows = [one for one in decide_book(records(book), Asked(bundled().view())) if one.determination is not None]
    for deal in by_row(book):
        own = [
            one.determination.overall
            for one in rows
            if one.record.cells["deal"].strip() == deal.name
            if one.determination
        ]
        if own and not deal.decisions[REJECTED]:
            assert deal.interval == worst(own)


@given(BOOKS)
def test_books_read_in_columns_have_the_same_deals(book: list[tuple[str, str]]) -> None:
    frames = FrameBook(bundled().view(), on=None, strict=False)
    table = pa.table({
        name: pa.array([one.cells.get(name) or None for one in records(book)], pa.string()) for name in ("id", "deal", *COLUMNS)
    })  # fmt: skip
    found = Deals()
    if table.num_rows:
        found.add(table, frames.answer(table))
    slow = by_row(book)
    assert {d.name: replace(d, ids={k: sorted(v) for k, v in d.ids.items()}) for d in found} == {
        d.name: replace(d, ids={k: sorted(v) for k, v in d.ids.items()}) for d in slow
    }
