"""Kinds found again: a table of slots says what a mapping would."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from carveout.book.kind_table import KindTable
from carveout.book.seen_ids import WHITE, SeenIds
from carveout.book.word_sum import TOGETHER, WordSum

# Few last bits and many first ones: most kinds want a slot that another has.
CROWDED = st.builds(lambda high, low: high << 40 | low, st.integers(0, 2**24 - 1), st.integers(0, 3))


@given(st.lists(st.lists(CROWDED | st.integers(0, 2**64 - 1), max_size=60), max_size=6))
def test_every_kind_keeps_the_place_it_was_given(lots: list[list[int]]) -> None:
    table, known = KindTable(), dict[int, int]()
    for lot in lots:
        # Zero stands for an empty slot, and is kept as one.
        asked = np.asarray([max(kind, 1) for kind in lot], np.uint64)
        assert table.find(asked).tolist() == [known.get(kind, -1) for kind in asked.tolist()]
        new = np.asarray(list(dict.fromkeys(kind for kind in asked.tolist() if kind not in known)), np.uint64)
        known.update(zip(new.tolist(), table.add(new).tolist(), strict=True))
        assert table.find(asked).tolist() == [known[kind] for kind in asked.tolist()]
    assert sorted(known.values()) == list(range(table.count))


def test_a_large_table_finds_all_and_nothing_else() -> None:
    kinds = np.random.default_rng(5).integers(1, 2**63, 40_000).astype(np.uint64)
    table = KindTable()
    for start in range(0, 30_000, 7_000):
        table.add(kinds[start : min(start + 7_000, 30_000)])
    found = table.find(kinds)
    assert (found[:30_000] == np.arange(30_000)).all()
    assert (found[30_000:] == -1).all()


@given(st.lists(st.sampled_from((2, 3, 7, 300, TOGETHER, TOGETHER + 1)), max_size=8), st.integers(0, 2**32))
def test_a_word_is_the_sum_of_the_numbers_of_its_cells(sizes: list[int], seed: int) -> None:
    chance = np.random.default_rng(seed)
    sums, told = WordSum(50), np.zeros(50, np.uint64)
    for size in sizes:
        numbers = chance.integers(0, 2**63, size).astype(np.uint64)
        codes = chance.integers(0, size, 50)
        sums.add(codes.astype(np.uint8 if size <= 256 else np.uint16), numbers)
        told += numbers[codes]
    assert (sums.total() == told).all()


def test_what_is_taken_off_an_id_is_what_the_reader_of_rows_takes_off() -> None:
    assert "".join(filter(str.isspace, map(chr, range(0x110000)))) == WHITE


ID = st.sampled_from(("a", "b", "\x1fb", " a", "a ", "c\t", "é", "\u2003b", "", " ", None)) | st.text(max_size=3)


@given(st.lists(st.lists(ID, max_size=12), max_size=5), st.booleans(), st.integers(1, 70))
def test_an_id_is_taken_when_an_earlier_row_has_it(lots: list[list[str | None]], large: bool, many: int) -> None:
    seen, before = SeenIds(), set[str]()
    seen._MANY = many
    # A table of few slots, so that ids meet in them.
    seen._SLOTS = np.uint64(3)
    for lot in lots:
        told = []
        for cell in lot:
            text = (cell or "").strip()
            told.append(not text or text in before)
            before.add(text)
        column = pa.array(lot, pa.large_string() if large else pa.string())
        assert seen.taken(pa.table({"id": column})).tolist() == told


@given(st.lists(st.lists(st.integers(0, 2000), max_size=12), max_size=6), st.booleans())
def test_ids_that_count_up_are_new_and_one_that_does_not_is_looked_for(lots: list[list[int]], sort: bool) -> None:
    lots = (
        np.split(np.sort(np.concatenate([[], *lots])).astype(int), np.cumsum([len(lot) for lot in lots])[:-1])
        if sort
        else lots
    )
    seen, before = SeenIds(), set[str]()
    for lot in lots:
        told = []
        for number in lot:
            told.append(f"T-{number}" in before)
            before.add(f"T-{number}")
        assert seen.taken(pa.table({"id": pa.array([f"T-{number}" for number in lot], pa.string())})).tolist() == told
