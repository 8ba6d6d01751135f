"""The words of rows: the sum of the numbers of their cells, however the columns are looked up."""

from __future__ import annotations

import numpy as np
import pytest

from carveout.book.word_sum import WordSum


@pytest.mark.parametrize("sizes", [(1,), (1, 1), (1, 3), (3, 1, 2), (5000, 1), (1, 5000)])
def test_a_column_in_which_all_rows_are_alike_counts_like_any_other(sizes: tuple[int, ...]) -> None:
    chance = np.random.default_rng(len(sizes) + sum(sizes))
    found, expected = WordSum(7), np.zeros(7, np.uint64)
    for size in sizes:
        codes = chance.integers(0, size, 7)
        numbers = chance.integers(1, 2**63, size, dtype=np.uint64)
        found.add(codes, numbers)
        expected += numbers[codes]
    assert found.total().tolist() == expected.tolist()
