"""Compiled loops say what arrays say: the words of rows, the rows that are given, the places of kinds."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.book import compiled_words, raw_cells
from carveout.book.columns import coded_cells, codes_of
from carveout.book.kind_table import KindTable
from carveout.book.word_sum import WordSum

COLUMN = st.tuples(st.sampled_from((1, 2, 30)), st.sampled_from((0.0, 0.4, 1.0)), st.booleans())


@pytest.fixture(autouse=True, scope="module")
def _loops_are_ready() -> Iterator[None]:
    assert compiled_words.wait(time.monotonic() + 120)
    return


def column(rows: int, kind: tuple[int, float, bool], chance: np.random.Generator) -> pa.Array:
    values, empty, truths = kind
    mask = chance.random(rows) < empty if empty else None
    if truths:
        return pa.array(chance.random(rows) < 0.5, mask=mask)
    codes = pa.array(chance.integers(0, values, rows).astype(np.int32), mask=mask)
    return pa.DictionaryArray.from_arrays(codes, pa.array([str(value) for value in range(values)]))


@given(
    st.integers(0, 60) | st.integers(2040, 2060) | st.just(5_000), st.integers(0, 17), st.lists(COLUMN, max_size=6),
    st.integers(0, 2**32),
)  # fmt: skip
def test_the_words_are_the_same(rows: int, offset: int, kinds: list[tuple[int, float, bool]], seed: int) -> None:
    chance = np.random.default_rng(seed)
    sums, expected = WordSum(rows), np.zeros(rows, np.uint64)
    for kind in kinds:
        cells, values = coded_cells(column(rows + offset, kind, chance).slice(offset))
        numbers = chance.integers(0, 2**63, len(values) + 1).astype(np.uint64)
        sums.add_cells(cells, numbers)
        expected += numbers[codes_of(cells)]
    assert sums.total().tolist() == expected.tolist()


def test_a_code_without_a_value_is_refused_as_ever() -> None:
    broken = pa.DictionaryArray.from_arrays(pa.array(np.asarray([0, 9], np.int32)), pa.array(["a"]), safe=False)
    sums = WordSum(2)
    sums.add_cells(broken, np.asarray([1, 2], np.uint64))
    with pytest.raises(IndexError, match="cell 9 of 1"):
        sums.total()


@given(st.lists(st.none() | st.integers(-5, 5), max_size=70), st.integers(0, 70))
def test_given_cells_are_found(cells: list[int | None], offset: int) -> None:
    array = pa.array(cells, pa.int32()).slice(min(offset, len(cells)))
    rows, kept = raw_cells.given(array)
    expected = [(row, cell) for row, cell in enumerate(array.to_pylist()) if cell is not None]
    assert list(zip(rows.tolist(), kept.to_pylist(), strict=True)) == expected


@given(st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=200), st.lists(st.integers(0, 2**64 - 1), max_size=50))
def test_kinds_are_found_at_the_same_places(held: list[int], others: list[int]) -> None:
    table = KindTable()
    table.add(np.asarray([max(kind, 1) for kind in dict.fromkeys(held) if kind != 1], np.uint64))
    asked = np.asarray([*held, *others], np.uint64)
    assert table.find(asked).tolist() == table._find(asked).tolist()
