"""What hangs on a provision: the rows of a determined book whose outcome would be another without it, by the assertion
that is in force on the day of the row."""

from __future__ import annotations

import math
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.error import BookError
from carveout.book.frame_book import FrameBook
from carveout.book.rerun import Flips, flips, without
from carveout.book.saved import Saved, is_saved
from carveout.book.stream import Rejects, decide_file
from carveout.book.tables import tables
from carveout.decide.outcome import Interval, Outcome
from carveout.law.view import Stretch, View

FEW = 10
"""Ids that are named of the rows that hang on an assertion."""


@dataclass
class Hanging:
    """The rows that hang on one assertion: how many, from which outcome they would go to which, their value by currency,
    and some of their ids.
    """

    stretch: Stretch
    rows: int = 0
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    values: dict[str, float] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    @property
    def sources(self) -> tuple[str, ...]:
        """The instruments that say it."""
        return tuple(dict.fromkeys(reading.source for reading in self.stretch.readings if reading is not None))


def hanging(saved: Saved, provision: str) -> list[Hanging]:
    """What hangs on each assertion of a provision, in the order of time; assertions on which nothing hangs are left out."""
    found = flips(saved, without(saved.view, [provision]))
    stretches = saved.view.provisions[provision].stretches
    starts = np.asarray([stretch.start.toordinal() for stretch in stretches])
    place = np.searchsorted(starts, found.days, side="right") - 1
    ways = _ways(found)
    by_stretch: dict[int, Hanging] = {}
    own = place[found.case_of]
    counts = np.bincount(found.case_of, minlength=len(found.days))
    for case in np.flatnonzero(counts):
        one = by_stretch.setdefault(int(place[case]), Hanging(stretches[max(int(place[case]), 0)]))
        one.rows += int(counts[case])
        one.ways[ways[case]] += int(counts[case])
    for number, one in by_stretch.items():
        rows = found.rows[own == number]
        one.ids = [str(cell) for cell in _cells(saved, "id", rows[:FEW])]
        if "value" in saved.names:
            currencies = _cells(saved, "currency", rows) if "currency" in saved.names else [None] * len(rows)
            for currency, cell in zip(currencies, _cells(saved, "value", rows), strict=True):
                if (value := _number(cell)) is not None:
                    name = str(currency or "no currency")
                    one.values[name] = one.values.get(name, 0.0) + value
    return [by_stretch[number] for number in sorted(by_stretch)]


def _ways(found: Flips) -> list[tuple[str, str]]:
    """Before and after of each case, in words."""
    sides = []
    for lower, upper in (found.before, found.after):
        sides.append([str(Interval(Outcome(int(a)), Outcome(int(b)))) for a, b in zip(lower, upper, strict=True)])
    return list(zip(*sides, strict=True))


def _cells(saved: Saved, name: str, rows: npt.NDArray[np.int64]) -> list[Any]:
    return list(saved.column(name).take(pa.array(rows)).to_pylist())


def _number(cell: Any) -> float | None:
    try:
        found = float(str(cell))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


@contextmanager
def as_saved(
    book: Path, view: View, tell: Callable[[str], None], *, on: date | None = None, strict: bool = False
) -> Iterator[Saved]:
    """A saved determination as it is, or a book determined for the occasion; rejected rows are told.

    Raises:
        BookError: no row could be decided; see :class:`Saved` and :func:`carveout.book.tables.tables`.
    """
    if is_saved(book):
        yield Saved(book, view.corpus)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.parquet"
        frames = FrameBook(view, on=on.toordinal() if on else None, strict=strict)
        rejects = Rejects(path, tell)
        tally = decide_file(tables(str(book)), frames, path, reject=rejects, save=True, workers=os.cpu_count() or 1)
        if not tally.decided:
            raise BookError(f"no row of {book} could be decided")
        yield Saved(path, view.corpus)
