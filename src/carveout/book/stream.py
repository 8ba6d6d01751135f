"""A book from file to file in constant memory: batches read ahead, decided, written in order."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from carveout.book.frame_book import Answered, FrameBook, Recipe
from carveout.book.results import open_sink
from carveout.book.writer import neutral, whole, whole_file
from carveout.facts.row import CellError


class SeenIds:
    """Ids seen so far, as 64-bit hashes in sorted runs: eight bytes an id, whatever their length."""

    def __init__(self) -> None:
        self._runs: list[npt.NDArray[np.uint64]] = []

    def taken(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        """Rows of a batch whose id is missing or was used before, here or earlier."""
        if "id" not in table.column_names:
            return np.ones(table.num_rows, bool)
        ids = pl.Series(table.column("id").cast(pa.string())).str.strip_chars()
        missing = (ids.is_null() | (ids == "")).to_numpy()
        hashes = ids.hash(seed=7).to_numpy()
        order = np.argsort(hashes, kind="stable")
        again = np.zeros(len(hashes), bool)
        again[order[1:]] = hashes[order[1:]] == hashes[order[:-1]]
        for run in self._runs:
            places = np.minimum(np.searchsorted(run, hashes), len(run) - 1)
            again |= run[places] == hashes
        self._add(hashes[order])
        return np.asarray(missing | again)

    def _add(self, run: npt.NDArray[np.uint64]) -> None:
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2]) <= 2 * len(self._runs[-1]):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]), kind="stable")


@dataclass
class Tally:
    """What a run counted: rows read and decided, decisions, the facts that keep rows unsettled, rejected rows."""

    read: int = 0
    decided: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    open_facts: Counter[str] = field(default_factory=Counter)
    rejected: int = 0

    def add(self, table: pa.Table, answered: Answered) -> None:
        """One more batch."""
        self.read += table.num_rows
        self.decided += len(answered.places)
        self.rejected += table.num_rows - len(answered.places)
        self.decisions.update(answered.decisions)
        self.open_facts.update(answered.open_facts)


def answer_all(
    batches: Iterator[pa.Table], book: FrameBook, *, workers: int = 1
) -> Iterator[tuple[pa.Table, Answered]]:
    """Every batch with its answer, in order; by several processes when there is more than one batch for them.

    Ids are looked at here, in order, so that an id used in an earlier batch is found whoever decides the later one.
    """
    tasks = _tasks(batches)
    head = list(islice(tasks, 2))
    if workers < 2 or len(head) < 2 or not book.is_bundled:
        for table, first, ids in chain(head, tasks):
            yield table, book.answer(table, first=first, ids=ids)
        return
    # Spawned, not forked: the readers' threads do not survive a fork.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(book.recipe,)) as pool:
        waiting: deque[tuple[pa.Table, Future[Answered]]] = deque()
        for table, first, ids in chain(head, tasks):
            waiting.append((table, pool.submit(_answer, table, first, ids)))
            if len(waiting) > workers:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()


def _tasks(batches: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, int, npt.NDArray[np.bool_]]]:
    seen = SeenIds()
    first = 1
    for table in batches:
        yield table, first, seen.taken(table)
        first += table.num_rows


_BOOK: list[FrameBook] = []


def _begin(recipe: Recipe) -> None:
    """Make the book of a worker process."""
    _BOOK.append(recipe.make())


def _answer(table: pa.Table, first: int, ids: npt.NDArray[np.bool_]) -> Answered:
    return _BOOK[0].answer(table, first=first, ids=ids)


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
) -> Tally:  # fmt: skip
    """Decide a book into a file, which appears whole or not at all; errors of rows go to ``reject`` as they are found.

    Raises:
        BookError: an output that cannot be written, an input that cannot be read.
    """
    tally = Tally()
    with whole_file(output) as part:
        sink = open_sink(output, part)
        try:
            for table, answered in answer_all(batches, book, workers=workers):
                reject(answered.errors)
                tally.add(table, answered)
                if len(answered.places):
                    sink.write(joined(table, answered))
                if progress is not None:
                    progress(tally)
        finally:
            sink.close()
    return tally
