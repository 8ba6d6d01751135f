"""A book from file to file in constant memory: batches read ahead, decided, written in order."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.allocator import keep_freed
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

    def add(self, answered: Answered) -> None:
        """One more batch."""
        self.read += answered.count
        self.decided += len(answered.places)
        self.rejected += answered.count - len(answered.places)
        self.decisions.update(answered.decisions)


Task = tuple[pa.Table, int, npt.NDArray[np.bool_]]
"""A batch, the position of its first row, and the rows whose id is missing or taken."""

TOGETHER = 60_000
"""New kinds of row that make a task: a task costs as much before its first row as some tens of thousands of rows."""

MOST = 250_000
"""New kinds of row that are sent out though all programs are busy."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Batches whose few new kinds wait for more; batches begun before the first of them must be finished."""

    waiting: int
    ahead: int


HELD, LET_GO = Pace(5, 10), Pace(20, 40)
"""Where the cells of batches are held until these are finished, and where nearly all are let go."""

READ_AHEAD, WRITTEN_LATER = 4, 2
"""Batches read before they are wanted, and batches that wait to be written, at most: neither reader nor writer idles."""

LARGE = 150_000
"""Rows of a first batch that others are sure to follow, so that other programs are started before the second is read."""

UNANSWERED = 700_000
"""New kinds in batches begun beyond which the first of these must be finished: where every row is of its own kind, what is
held is large, and the workers have enough to do.
"""


def answer_all(
    batches: Iterator[pa.Table], book: FrameBook, *, workers: int = 1, looked_at: Collection[str] | None = None
) -> Iterator[tuple[pa.Table, Answered]]:
    """Every batch with its answer, in order; what is new in them is decided by several processes, if there are.

    Ids are looked at here, in order, so that an id used in an earlier batch is found wherever the later one is. Whoever
    needs few columns says which are ``looked_at``: the tables have no others then, and much more can be under way.
    """
    if workers > 1:
        keep_freed()
    with ThreadPoolExecutor(1) as reading:
        yield from _answers(_ahead(_tasks(batches), reading), book, workers, looked_at)


def _answers(
    tasks: Iterator[Task], book: FrameBook, workers: int, looked_at: Collection[str] | None
) -> Iterator[tuple[pa.Table, Answered]]:
    head = list(islice(tasks, 1))
    if head and head[0][0].num_rows < LARGE:
        head += islice(tasks, 1)
    if workers < 2 or not head or (len(head) < 2 and head[0][0].num_rows < LARGE) or not book.is_bundled:
        for table, first, ids in chain(head, tasks):
            yield table, book.answer(table, first=first, ids=ids)
        return
    with closing(Deciders(book.recipe, workers - 1)) as deciders:
        line = _Line(book, deciders, looked_at)
        for table, first, ids in chain(head, tasks):
            line.begin(table, first, ids)
            # Two at a time: while these are written, the next is told by kind, so that no program runs out of rows.
            yield from islice(line.finished(), 2)
        yield from line.finished(all_of_them=True)


class _Line:
    """Batches begun and not yet finished, in order; their new kinds are sent out together when there are enough."""

    def __init__(self, book: FrameBook, deciders: Deciders, looked_at: Collection[str] | None = None) -> None:
        self.book = book
        self.deciders = deciders
        self.looked_at = looked_at
        self.pace = HELD if looked_at is None else LET_GO
        self._begun: deque[Begun] = deque()
        self._unsent: list[Begun] = []
        self._sent: deque[_Sent] = deque()

    def begin(self, table: pa.Table, first: int, ids: npt.NDArray[np.bool_]) -> None:
        """One more batch."""
        begun = self.book.begin(table, first=first, ids=ids)
        if self.looked_at is not None:
            self.book.let_go(begun, self.looked_at)
        self._begun.append(begun)
        if len(begun.new):
            self._unsent.append(begun)
        many = sum(len(waiting.new) for waiting in self._unsent)
        if len(self._unsent) >= self.pace.waiting or many >= (TOGETHER if self._idle else MOST):
            self._send()

    @property
    def _idle(self) -> bool:
        """Whether everything that was sent out is done."""
        return all(sent.is_done for sent in self._sent)

    def _send(self) -> None:
        if not self._unsent:
            return
        unsent, self._unsent = [(begun, begun.rows) for begun in self._unsent], []
        # A column may be text in one batch and truths in the next: only rows of one schema go together.
        for _, same in groupby(unsent, key=lambda one: one[1].schema):
            together, tables = zip(*same, strict=True)
            days = np.concatenate([begun.days() for begun in together])
            table = tables[0] if len(tables) == 1 else pa.concat_tables(tables).unify_dictionaries()
            self._sent.append(_Sent(list(together), table, days, self.deciders.submit(table, days)))

    def finished(self, *, all_of_them: bool = False) -> Iterator[tuple[pa.Table, Answered]]:
        """The batches that are done, from the first on; what is not done is waited for where too many are begun."""
        while self._begun:
            ahead = 0 if all_of_them else self.pace.ahead
            crowded = len(self._begun) > ahead or sum(len(begun.new) for begun in self._begun) > UNANSWERED
            if crowded and any(begun is self._begun[0] for begun in self._unsent):
                self._send()
            while self._sent and self._sent[0].is_done:
                self._fill(self._sent.popleft())
            if self._first_waits():
                if not crowded:
                    return
                self._decide_here()
                continue
            begun = self._begun.popleft()
            yield begun.table, self.book.finish(begun)

    def _fill(self, sent: _Sent) -> None:
        """Give the batches of a task their answers."""
        decided, start = sent.decided(), 0
        for begun in sent.together:
            begun.memory.fill(begun.places[begun.new], decided.part(start, start + len(begun.new)))
            start += len(begun.new)

    def _first_waits(self) -> bool:
        """Whether the first batch rests on kinds that are not decided yet, its own or of one before it."""
        waiting = [sent.together[0].first for sent in self._sent] + [begun.first for begun in self._unsent]
        return min(waiting, default=self._begun[0].first + 1) <= self._begun[0].first

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
    """The same, some of them made while others are worked on."""
    coming = deque(pool.submit(next, tasks, None) for _ in range(READ_AHEAD))
    while (task := coming.popleft().result()) is not None:
        coming.append(pool.submit(next, tasks, None))
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
    after: Callable[[pa.Table, Answered], Answered] | None = None, looked_at: Collection[str] | None = None,
    save: bool = False, source: Path | None = None,
) -> Tally:  # fmt: skip
    """Decide a book into a file, which appears whole or not at all (not where no row can be decided).

    ``source`` is the file that the batches are all rows of, in order: from Parquet to Parquet its columns are copied as
    they stand, not written again. Where the batches have no columns but the file's, and ``after`` looks at few of them,
    ``looked_at`` names these: the cells of the others are let go early, and much more is under way at once.

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
            if not sink.copies or kept is not None:
                looked_at = None
            written: deque[Future[None]] = deque()
            try:
                for table, answered in answer_all(batches, book, workers=workers, looked_at=looked_at):
                    answered = after(table, answered) if after is not None else answered
                    reject(answered.errors)
                    tally.add(answered)
                    if len(written) >= WRITTEN_LATER:
                        written.popleft().result()
                    written.append(writing.submit(_write, sink, kept, table if looked_at is None else None, answered))
                    if progress is not None:
                        progress(tally)
                for one in written:
                    one.result()
            finally:
                writing.shutdown()
                sink.close()
            if not tally.decided:
                raise _NothingDecidedError
    except _NothingDecidedError:
        pass
    return tally


def _write(sink: PieceSink, kept: Saving | None, table: pa.Table | None, answered: Answered) -> None:
    """One more batch into the file, its results made here, beside the deciding of the next; no table where the sink needs
    none."""
    if kept is not None:
        kept.add(table, answered)
    fresh = frozenset(answered.results.column_names)
    rows = answered.results if table is None else joined(table, answered)
    if table is not None and kept is not None and len(answered.places):
        rows, fresh = kept.marked(rows, answered), fresh | {KIND}
    sink.put(Piece(rows, fresh, answered.places, answered.count))


class _NothingDecidedError(Exception):
    """No row could be decided: a file without a row, or without columns, is no answer."""
