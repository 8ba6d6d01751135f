"""A book read once for its lapses: of the rows whose outcome changes, or is seen differently, what the cascade needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.cascade import Cascade
from carveout.book.frame_book import Answered
from carveout.book.further_timelines import FurtherTimelines
from carveout.book.kept_rows import KeptRows
from carveout.book.result_table import KEY
from carveout.book.stream import Tally, answer_all
from carveout.book.timeline_book import ACT, TimelineBook
from carveout.book.timelines import Keys
from carveout.facts.row import CellError

CHANGES = np.uint64(1)
"""The bit of a key that tells whether the outcome changes."""


@dataclass
class Gathered:
    """The rows kept, and per view (that of each book) the key of the timeline of each of them."""

    kept: KeptRows
    books: Sequence[TimelineBook]
    tally: Tally
    _keys: list[list[Keys]] = field(default_factory=list)

    def keys(self, view: int = 0) -> Keys:
        """The keys under one view."""
        held = self._keys[view]
        held[:] = [np.concatenate(held)] if held else [np.empty(0, np.uint64)]
        return held[0]

    def cascade(self, view: int = 0) -> Cascade:
        """The cascade under one view."""
        book = self.books[view]
        timelines = book.timelines
        names = tuple(node.provision.id for node in book.network.nodes)
        return Cascade(self.kept, timelines, timelines.places(self.keys(view)), names)


def gather(
    batches: Iterator[pa.Table], books: Sequence[TimelineBook], *, reject: Callable[[list[CellError]], None],
    progress: Callable[[Tally], None] | None = None, workers: int = 1, further: Sequence[FurtherTimelines] = (),
) -> Gathered:  # fmt: skip
    """Read a book under the views of some books; errors of rows go to ``reject`` as they are found.

    Of the first two books the rows with a change are kept, and those whose outcome on their own day is not the same
    under both; the other books are asked about these rows only. ``further`` knows, per book, rows with further parties.

    Raises:
        BookError: an input that cannot be read.
    """
    found = Gathered(KeptRows(books[0].view), books, Tally(), [[] for _ in books])
    for table, answered in answer_all(batches, books[0], workers=workers):
        keys, places, errors = _amended(table, answered, further, 0)
        reject(errors)
        found.tally.read += table.num_rows
        found.tally.decided += len(places)
        found.tally.rejected += table.num_rows - len(places)
        if len(places):
            _keep(found, table, keys, places, _days(answered, places), further)
        if progress is not None:
            progress(found.tally)
        # What batches leave behind is given back, or ten million rows hold a twentieth more than they need.
        pa.default_memory_pool().release_unused()
    return found


def _keep(
    found: Gathered, table: pa.Table, keys: Keys, places: npt.NDArray[np.int64], on: npt.NDArray[np.int32],
    further: Sequence[FurtherTimelines],
) -> None:  # fmt: skip
    """Keep what matters of the good rows of a batch; ``on`` are their days."""
    wanted = (keys & CHANGES) > 0
    others: list[Keys] = []
    good = table if len(places) == table.num_rows or len(found.books) == 1 else table.take(pa.array(places))
    if len(found.books) > 1:
        others.append(_asked(found.books[1], good, further, 1))
        wanted |= ((others[0] & CHANGES) > 0) | (_starts(found, 0, keys) != _starts(found, 1, others[0]))
    if not wanted.any():
        return
    chosen = np.flatnonzero(wanted)
    found.kept.add(table, places[chosen], on[chosen])
    found._keys[0].append(keys[chosen])
    if len(found.books) == 1:
        return
    found._keys[1].append(others[0][chosen])
    part = good.take(pa.array(chosen))
    for number in range(2, len(found.books)):
        found._keys[number].append(_asked(found.books[number], part, further, number))


def _days(answered: Answered, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """The days of the good rows, of which a file of parties may have left fewer than the answer has."""
    days = answered.results.column(ACT).combine_chunks().to_numpy()
    return np.asarray(days[np.searchsorted(answered.places, places)])


def _asked(book: TimelineBook, table: pa.Table, further: Sequence[FurtherTimelines], number: int) -> Keys:
    """The keys of good rows under another view: what is an error is the same under all."""
    keys, places, _ = _amended(table, book.answer(table), further, number)
    assert len(places) == table.num_rows
    return keys


def _amended(
    table: pa.Table, answered: Answered, further: Sequence[FurtherTimelines], number: int
) -> tuple[Keys, npt.NDArray[np.int64], list[CellError]]:
    """The keys and places of the good rows and the errors of the others, with the further parties of rows."""
    keys = np.empty(0, np.uint64)
    if len(answered.places):
        keys = answered.results.column(KEY).combine_chunks().to_numpy(zero_copy_only=False)
    if not further:
        return keys, answered.places, answered.errors
    return further[number](table, answered, keys)


def _starts(found: Gathered, number: int, keys: Keys) -> npt.NDArray[np.uint8]:
    """The outcome of rows on their own days."""
    timelines = found.books[number].timelines
    return np.asarray(timelines.start[timelines.places(keys)])
