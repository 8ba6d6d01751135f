"""A book under two views, batch by batch: the rows that flip, in order, and the errors of those that cannot be read.

Rows alike share their causes, found once a batch. Books with a second file of parties are compared row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, tee

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.columns import one_array
from carveout.book.compose import compose
from carveout.book.decide_book import Asked, decide_book
from carveout.book.diff import CARRIED, Flips, number
from carveout.book.diff_causes import Causes, RowCauses, row_causes
from carveout.book.frame_book import Answered, Begun, FrameBook
from carveout.book.parties_file import PartiesFile
from carveout.book.reader import Record
from carveout.book.seen_ids import SeenIds
from carveout.book.word_sum import distinct
from carveout.decide.transaction import outcome
from carveout.facts.row import CellError
from carveout.law.view import View


@dataclass(frozen=True, slots=True)
class Compared:
    """A batch compared: the rows that flip, how many could be decided and how many not, and the errors of those."""

    flips: Flips
    decided: int
    rejected: int
    errors: list[CellError]


class DiffBook:
    """Two frame books that differ in their view, asked side by side."""

    def __init__(self, before: FrameBook, after: FrameBook) -> None:
        self.before = before
        self.after = after
        self.causes = RowCauses(before, after)
        self._known = known_before(before.view, after.view)
        self._fact = FrameBook(before.view.corpus.view(), on=before.on, strict=before.strict) if self._known else None

    def compare_all(self, batches: Iterator[pa.Table]) -> Iterator[Compared]:
        """Every batch compared, in order; an id used in an earlier batch is found in a later one."""
        seen, first = SeenIds(), 1
        for table in batches:
            yield self.compare(table, first, seen.taken(table))
            first += table.num_rows

    def compare(self, table: pa.Table, first: int, ids: npt.NDArray[np.bool_]) -> Compared:
        """One batch compared; ``first`` is the position of its first row, ``ids`` marks rows whose id is missing or taken."""
        (was, told), (now, again) = (_outcomes(book, table, first, ids) for book in (self.before, self.after))
        places = told.places
        assert np.array_equal(places, again.places)  # whether a row can be read does not hang on the view
        flipped = np.flatnonzero(_numbers(told) != _numbers(again))
        rows = places[flipped]
        kinds = was.kind_of[rows].astype(np.uint64) << np.uint64(32) | now.kind_of[rows].astype(np.uint64)
        # Rows of a kind that may hold an error were decided each for itself.
        alone = was.memory.suspect(was.places)[was.kind_of[rows]] | now.memory.suspect(now.places)[now.kind_of[rows]]
        kinds[alone] = np.uint64(2**63) | rows[alone].astype(np.uint64)
        _, kind_of, firsts = distinct(kinds)
        told_by_kind = self.causes.of(table.take(pa.array(rows[firsts])), was.on[rows[firsts]]) if len(rows) else []
        causes = {one: place for place, one in enumerate(dict.fromkeys(told_by_kind))}
        place_of = np.asarray([causes[one] for one in told_by_kind], np.int64)
        names = [name for name in ("id", *CARRIED) if name in table.column_names]
        flips = Flips(
            table.select(names).take(pa.array(rows)), was.on[rows], _numbers(told)[flipped], _numbers(again)[flipped],
            place_of[kind_of] if len(rows) else np.empty(0, np.int64), list(causes), self._hindsight(table, was.on, rows),
        )  # fmt: skip
        return Compared(flips, len(places), table.num_rows - len(places), told.errors)

    def _hindsight(
        self, table: pa.Table, on: npt.NDArray[np.int32], rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:  # fmt: skip
        """The outcomes as known today, of rows whose day both views were known before."""
        found = np.full(len(rows), -1, np.int64)
        if self._known is None or self._fact is None:
            return found
        later = np.flatnonzero(on[rows] > self._known.toordinal())
        if len(later):
            found[later] = _numbers(self._fact.answer(table.take(pa.array(rows[later])), outcome_only=True))
        return found


def known_before(before: View, after: View) -> date | None:
    """The later day of knowledge of two views, where both have one: what came after it is hindsight to both."""
    return max(before.known, after.known) if before.known and after.known else None


def _outcomes(book: FrameBook, table: pa.Table, first: int, ids: npt.NDArray[np.bool_]) -> tuple[Begun, Answered]:
    """The outcomes of a batch under one view, and its rows told by kind."""
    begun = book.begin(table, first=first, ids=ids, outcome_only=True)
    if len(begun.new):
        begun.memory.fill(begun.places[begun.new], book.decide(begun.rows, begun.days(), outcome_only=True))
    return begun, book.finish(begun)


def _numbers(answered: Answered) -> npt.NDArray[np.int64]:
    """The number of the outcome of every good row."""
    if not len(answered.places):
        return np.empty(0, np.int64)
    ends = ("overall_at_least", "overall_at_most")
    least, most = (np.asarray(one_array(answered.results.column(end)).indices, np.int64) for end in ends)
    return np.asarray(number(least, most), np.int64)


TOGETHER = 1_000
"""Rows with further parties that make a batch."""


def compare_rows(
    records: Iterator[Record], before: Asked, after: Asked, parties: PartiesFile
) -> Iterator[Compared]:  # fmt: skip
    """A book with a second file of parties, compared row by row."""
    one, other = tee(records)
    known, fact = known_before(before.view, after.view), before.view.corpus.view()
    pairs = zip(decide_book(one, before, parties), decide_book(other, after, parties), strict=True)
    for head in pairs:
        flips: list[_Flip] = []
        errors: list[CellError] = []
        decided = rejected = 0
        for was, now in chain([head], islice(pairs, TOGETHER - 1)):
            if was.determination is None or now.determination is None:
                rejected += 1
                errors += was.errors
                continue
            decided += 1
            old, new = was.determination.overall, now.determination.overall
            if old == new:
                continue
            day = was.determination.transaction.on
            cells = {name: str(was.record.cells.get(name) or "") for name in CARRIED}
            told = row_causes(was.row, before.view, after.view, on=day, strict=before.strict)
            seen = (
                outcome(compose(was.row, fact, on=day, strict=before.strict), fact) if known and day > known else None
            )
            flips.append(
                (
                    {"id": was.row.id, **cells}, day.toordinal(),
                    number(old.at_least, old.at_most), number(new.at_least, new.at_most),
                    number(seen.at_least, seen.at_most) if seen else -1, told,
                )
            )  # fmt: skip
        yield Compared(_together(flips), decided, rejected, errors)


_Flip = tuple[dict[str, str], int, int, int, int, Causes]
"""Cells, day, the numbers of the outcome before, after and in hindsight, and the causes of a row."""


def _together(flips: list[_Flip]) -> Flips:
    causes = list(dict.fromkeys(told for *_, told in flips))
    rows = pa.table({name: pa.array([row[name] for row, *_ in flips], pa.string()) for name in ("id", *CARRIED)})
    days, old, new, seen = np.asarray([flip[1:5] for flip in flips], np.int64).reshape(-1, 4).T
    cause = np.asarray([causes.index(told) for *_, told in flips], np.int64)
    return Flips(rows, days.astype(np.int32), old, new, cause, causes, seen)
