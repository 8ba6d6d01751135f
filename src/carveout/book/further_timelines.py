"""Timelines of rows with further parties: found one by one, in the place of what the columns alone say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from carveout.book.amended import Amended
from carveout.book.compose import compose
from carveout.book.decide_book import Asked
from carveout.book.frame_book import Answered
from carveout.book.parties_file import PartiesFile
from carveout.book.several import seat
from carveout.book.timeline_book import TimelineBook
from carveout.book.timelines import Keys, of_one, told
from carveout.decide.timeline import timeline
from carveout.facts.row import CellError, read_row

if TYPE_CHECKING:
    import pyarrow as pa


class FurtherTimelines:
    """What the answers of batches become for the rows that a file of parties concerns, under the view of one book."""

    def __init__(self, parties: PartiesFile, asked: Asked, book: TimelineBook) -> None:
        self._amended = Amended(parties, asked)
        self._asked = asked
        self._book = book

    def __call__(
        self, table: pa.Table, answered: Answered, keys: Keys
    ) -> tuple[Keys, npt.NDArray[np.int64], list[CellError]]:
        """Keys and places of the good rows, and the errors of the others. ``keys`` are those of the answer."""
        concerned = self._amended.concerned(table, answered)
        if concerned is None:
            return keys, answered.places, answered.errors
        keys = keys.copy()
        numbers = {place: number for number, place in enumerate(answered.places.tolist())}
        for place, (cells, further) in concerned.rows.items():
            row, _ = read_row(cells, position=concerned.first + place)
            transaction = compose(seat(row, further), self._asked.view, on=self._asked.on, strict=self._asked.strict)
            first, changes = timeline(transaction, self._asked.view)
            own, found = told(of_one(first, changes, self._book.network))
            self._book.take(found)
            keys[numbers[place]] = own[0]
        kept = np.asarray([place not in self._amended.dropped for place in answered.places.tolist()], bool)
        return keys[kept], answered.places[kept], concerned.errors
