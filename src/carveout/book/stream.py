"""A book from file to file in constant memory: batches read ahead, decided, written in order."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.copied import Piece, PieceSink, piece_sink
from carveout.book.deciders import Deciders
from carveout.book.frame_book import Answered, Begun, FrameBook
from carveout.book.memory import Decided
from carveout.book.saved import KIND, Saving, saving
from carveout.book.seen_ids import SeenIds
from carveout.book.writer import neutral, whole, whole_file
from carveout.facts.row import CellError


@dataclass
class Tally:
    """What a run counted: rows read and decided, decisions, rejected rows."""

    read: int = 0
    decided: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    rejected: int = 0

    def add(self, table: pa.Table, answered: Answered) -> None:
        """One more batch."""
        self.read += table.num_rows
        self.decided += len(answered.places)
        self.rejected += table.num_rows - len(answered.places)
        self.decisions.update(answered.decisions)


Task = tuple[pa.Table, int, npt.NDArray[np.bool_]]
"""A batch, the position of its first row, and the rows whose id is missing or taken."""

TOGETHER = 60_000
"""New kinds of row that make a task: a task costs as much before its first row as some tens of thousands of rows."""

WAITING, AHEAD = 5, 10
"""Batches whose few new kinds wait for more; batches begun before the first of them must be finished."""

UNANSWERED = 1_000_000
"""New kinds in batches begun beyond which the first of these must be finished: where every row is of its own kind, what is
held is large, and the workers have enough to do.
"""


def answer_all(
    batches: Iterator[pa.Table], book: FrameBook, *, workers: int = 1
) -> Iterator[tuple[pa.Table, Answered]]:
    """Every batch with its answer, in order; what is new in them is decided by several processes, if there are.

    Ids are looked at here, in order, so that an id used in an earlier batch is found wherever the later one is.
    """
    with ThreadPoolExecutor(1) as reading:
        yield from _answers(_ahead(_tasks(batches), reading), book, workers)


def _answers(tasks: Iterator[Task], book: FrameBook, workers: int) -> Iterator[tuple[pa.Table, Answered]]:
    head = list(islice(tasks, 2))
    if workers < 2 or len(head) < 2 or not book.is_bundled:
        for table, first, ids in chain(head, tasks):
            yield table, book.answer(table, first=first, ids=ids)
        return
    with closing(Deciders(book.recipe, workers - 1)) as deciders:
        line = _Line(book, deciders)
        for table, first, ids in chain(head, tasks):
            line.begin(table, first, ids)
            yield from line.finished(keep=AHEAD)
        yield from line.finished(keep=0)


class _Line:
    """Batches begun and not yet finished, in order; their new kinds are sent out together when there are enough."""

    def __init__(self, book: FrameBook, deciders: Deciders) -> None:
        self.book = book
        self.deciders = deciders
        self._begun: deque[Begun] = deque()
        self._unsent: list[Begun] = []
        self._sent: deque[_Sent] = deque()

    def begin(self, table: pa.Table, first: int, ids: npt.NDArray[np.bool_]) -> None:
        """One more batch."""
        begun = self.book.begin(table, first=first, ids=ids)
        self._begun.append(begun)
        if len(begun.new):
            self._unsent.append(begun)
        if len(self._unsent) >= WAITING or sum(len(waiting.new) for waiting in self._unsent) >= TOGETHER:
            self._send()

    def _send(self) -> None:
        if not self._unsent:
            return
        unsent, self._unsent = [(begun, begun.rows()) for begun in self._unsent], []
        # A column may be text in one batch and truths in the next: only rows of one schema go together.
        for _, same in groupby(unsent, key=lambda one: one[1].schema):
            together, tables = zip(*same, strict=True)
            days = np.concatenate([begun.days() for begun in together])
            table = tables[0] if len(tables) == 1 else pa.concat_tables(tables).unify_dictionaries()
            self._sent.append(_Sent(list(together), table, days, self.deciders.submit(table, days)))

    def finished(self, *, keep: int) -> Iterator[tuple[pa.Table, Answered]]:
        """The batches that are done, as long as more than ``keep`` are begun."""
        while len(self._begun) > keep or sum(len(begun.new) for begun in self._begun) > UNANSWERED:
            if any(begun is self._begun[0] for begun in self._unsent):
                self._send()
            while self._sent and (self._sent[0].is_done or self._first_waits()):
                if not self._sent[0].is_done:
                    self._decide_here()
                    continue
                sent, start = self._sent.popleft(), 0
                decided = sent.decided()
                for begun in sent.together:
                    begun.memory.fill(begun.places[begun.new], decided.part(start, start + len(begun.new)))
                    start += len(begun.new)
            begun = self._begun.popleft()
            yield begun.table, self.book.finish(begun)

    def _first_waits(self) -> bool:
        """Whether the first batch rests on kinds that are still being decided, its own or of one before it."""
        return bool(self._sent) and self._sent[0].together[0].first <= self._begun[0].first

    def _decide_here(self) -> None:
        """Rather than wait, decide what no other process has begun, the first of it; else wait for the first."""
        for sent in self._sent:
            # A future that was cancelled says so again.
            if sent.here is None and sent.future.cancel():
                sent.here = self.book.decide(sent.table, sent.days)
                return
        wait([self._sent[0].future])


@dataclass
class _Sent:
    """New kinds of some batches on their way: decided by another process, or ``here``."""

    together: list[Begun]
    table: pa.Table
    days: npt.NDArray[np.int32]
    future: Future[Decided]
    here: Decided | None = None

    @property
    def is_done(self) -> bool:
        return self.here is not None or (self.future.done() and not self.future.cancelled())

    def decided(self) -> Decided:
        return self.here if self.here is not None else self.future.result()


def _tasks(batches: Iterator[pa.Table]) -> Iterator[Task]:
    seen = SeenIds()
    first = 1
    for table in batches:
        yield table, first, seen.taken(table)
        first += table.num_rows


def _ahead(tasks: Iterator[Task], pool: ThreadPoolExecutor) -> Iterator[Task]:
    """The same, each made while the one before it is worked on."""
    coming = pool.submit(next, tasks, None)
    while (task := coming.result()) is not None:
        coming = pool.submit(next, tasks, None)
        yield task


def joined(table: pa.Table, answered: Answered) -> pa.Table:
    """The good rows of a batch with the result columns behind the input's."""
    extra = [name for name in table.column_names if not name or name.startswith("(cell ")]
    table = table.drop_columns(extra) if extra else table
    kept = table if len(answered.places) == table.num_rows else table.take(pa.array(answered.places))
    for name in answered.results.column_names:
        if name in kept.column_names:
            kept = kept.drop_columns([name])
        kept = kept.append_column(name, answered.results.column(name))
    return kept


class Rejects:
    """The errors of rows: the first few told at once, all of them written beside the output when there are any."""

    COLUMNS = ("row", "column", "value", "expected", "nearest")

    def __init__(self, beside: Path, tell: Callable[[str], None], *, few: int = 20) -> None:
        self.path = beside.with_name(f"{beside.stem}.rejects.csv")
        self.tell = tell
        self.few = few
        self.count = 0
        self._held: list[CellError] = []

    def __call__(self, errors: list[CellError]) -> None:
        """More errors, in the order of the rows."""
        for error in errors[: max(0, self.few - self.count)]:
            self.tell(f"rejected: {error}")
        self.count += len(errors)
        self._held += errors

    def finish(self) -> None:
        """Write the reject file, if there is anything in it."""
        if self.count > self.few:
            self.tell(f"... and {self.count - self.few} more")
        if not self._held:
            return
        with whole(self.path) as stream:
            writer = csv.writer(stream)
            writer.writerow(self.COLUMNS)
            for error in self._held:
                writer.writerow(
                    [neutral(cell) for cell in (error.row, error.column, error.value, error.expected, error.nearest)]
                )
        self.tell(f"The rejected rows are in {self.path}.")


def decide_file(
    batches: Iterator[pa.Table], book: FrameBook, output: Path, *, reject: Callable[[list[CellError]], None],
    progress: Callable[[Tally], None] | None = None, workers: int = 1,
    after: Callable[[pa.Table, Answered], Answered] | None = None, save: bool = False, source: Path | None = None,
) -> Tally:  # fmt: skip
    """Decide a book into a file, which appears whole or not at all (not where no row can be decided).

    ``source`` is the file that the batches are all rows of, in order: from Parquet to Parquet its columns are copied as
    they stand, not written again.

    Errors of rows go to ``reject`` as they are found. ``after`` sees every batch with its answer, in order, and may amend
    the answer. With ``save``, what a later question needs is kept beside the output (see :mod:`carveout.book.saved`).

    Raises:
        BookError: an output that cannot be written, an input that cannot be read.
    """
    tally = Tally()
    try:
        with (
            whole_file(output) as part,
            saving(output, book) if save else nullcontext() as kept,
            ThreadPoolExecutor(1) as writing,
        ):
            sink = piece_sink(output, part, source)
            written: Future[None] | None = None
            try:
                for table, answered in answer_all(batches, book, workers=workers):
                    answered = after(table, answered) if after is not None else answered
                    reject(answered.errors)
                    tally.add(table, answered)
                    if written is not None:
                        written.result()
                    written = writing.submit(_write, sink, kept, table, answered)
                    if progress is not None:
                        progress(tally)
                if written is not None:
                    written.result()
            finally:
                writing.shutdown()
                sink.close()
            if not tally.decided:
                raise _NothingDecidedError
    except _NothingDecidedError:
        pass
    return tally


def _write(sink: PieceSink, kept: Saving | None, table: pa.Table, answered: Answered) -> None:
    """One more batch into the file, its results made here, beside the deciding of the next."""
    if kept is not None:
        kept.add(table, answered)
    rows, fresh = joined(table, answered), frozenset(answered.results.column_names)
    if kept is not None and len(answered.places):
        rows, fresh = kept.marked(rows, answered), fresh | {KIND}
    sink.put(Piece(rows, fresh, answered.places, table.num_rows))


class _NothingDecidedError(Exception):
    """No row could be decided: a file without a row, or without columns, is no answer."""
