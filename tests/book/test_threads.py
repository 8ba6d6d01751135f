"""Several threads tell a batch by kind as one does."""

from __future__ import annotations

import pyarrow as pa
import pytest

from carveout.book import frame_book
from carveout.book.frame_book import FrameBook
from carveout.law.corpus import bundled
from tests.book.near_rows import near_rows


@pytest.mark.parametrize("outcome_only", [True, False])
def test_threads_change_no_answer(monkeypatch: pytest.MonkeyPatch, outcome_only: bool) -> None:
    rows = near_rows(700, 8)
    columns = dict.fromkeys(name for row in rows for name in row)
    table = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns})
    one, several = FrameBook(bundled().view()), FrameBook(bundled().view())
    expected = one.answer(table, outcome_only=outcome_only)
    monkeypatch.setattr(frame_book, "SLICE", 100)
    for _ in range(2):
        found = several.answer(table, outcome_only=outcome_only, threads=4)
        assert found.results.to_pylist() == expected.results.to_pylist()
        assert found.places.tolist() == expected.places.tolist()
        assert [str(error) for error in found.errors] == [str(error) for error in expected.errors]
        assert len(found.kinds) == len(expected.kinds)
