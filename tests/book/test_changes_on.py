"""The day an answer changes, against the answer itself on every boundary: constant before, different on it."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from carveout.book.frame_book import FrameBook
from carveout.law.corpus import bundled
from tests.book.near_rows import near_rows

NEVER = 10**7


def _ends(table: pa.Table, on: int | None) -> tuple[np.ndarray, list[int]]:
    """The interval of every row (as one text) on a day, or on its own day, and the places of the good rows."""
    answered = FrameBook(bundled().view(), on=on).answer(table, outcome_only=True)
    least = answered.results["overall_at_least"].to_pylist()
    most = answered.results["overall_at_most"].to_pylist()
    return np.asarray([f"{a}..{b}" for a, b in zip(least, most, strict=True)]), answered.places.tolist()


def _changes(results: pa.Table, regime: str) -> np.ndarray:
    return np.asarray([d.toordinal() if d else NEVER for d in results[f"{regime}_changes_on"].to_pylist()])


def _regime(results: pa.Table, regime: str) -> np.ndarray:
    """The interval of one regime, as text."""
    ends = (results[f"{regime}_at_least"].to_pylist(), results[f"{regime}_at_most"].to_pylist())
    return np.asarray([f"{a}..{b}" for a, b in zip(*ends, strict=True)])


def check(rows: int, seed: int, days: int | None = None) -> int:
    """Compare, on so many days drawn by lot or on all; how many rows have a change."""
    book = [row for row in near_rows(rows, seed) if row["on"] >= "2019-01-01"]
    names = sorted({name for row in book for name in row})
    table = pa.table({name: [row.get(name) or None for row in book] for name in names})
    answered = FrameBook(bundled().view()).answer(table)
    places = answered.places.tolist()
    table = table.take(pa.array(places))
    on = np.asarray([date.fromisoformat(book[place]["on"]).toordinal() for place in places])
    regimes = tuple(bundled().regimes)
    each = {regime: _changes(answered.results, regime) for regime in regimes}
    changes = np.min([*each.values()], axis=0)
    base, kept = _ends(table, None)
    assert len(kept) == len(places)
    boundaries = [day.toordinal() for day in bundled().view().boundaries if day >= date(2019, 1, 1)]
    near = sorted({d + n for d in boundaries for n in (-1, 0, 1)} - {boundaries[0] - 1})
    chance = random.Random(seed)
    for day in near if days is None else chance.sample(near, days):
        now, _ = _ends(table, day)
        before = (on < day) & (day < changes)
        assert (now[before] == base[before]).all()
    turns = np.unique(changes[changes < NEVER]).tolist()
    for day in turns if days is None else chance.sample(turns, min(days, len(turns))):
        chosen = np.flatnonzero(changes == day)
        later = FrameBook(bundled().view(), on=day).answer(table.take(pa.array(chosen))).results
        for regime in regimes:
            differ = _regime(later, regime) != _regime(answered.results, regime)[chosen]
            assert (differ == (each[regime][chosen] == day)).all()
    return int((changes < NEVER).sum())


def test_the_answer_is_constant_before_the_day_and_different_on_it() -> None:
    assert check(800, 9, days=24) > 130


@pytest.mark.soak
def test_the_same_on_thirty_thousand_rows() -> None:
    assert check(30_500, 10) > 5_000
