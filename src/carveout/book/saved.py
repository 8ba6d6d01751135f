"""A determination that is kept: beside the results, a row of each kind with its answer, so that a question about all rows
is a question about their kinds.

``out.parquet`` gets a column ``kind``; ``out.kinds.parquet`` holds for every kind the cells of one of its rows, the day
of the act, and the outcome. Both carry the same run in their metadata, and under which law and options they were made.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from carveout.book.columns import EPOCH
from carveout.book.error import BookError
from carveout.book.frame_book import Answered, FrameBook
from carveout.book.table_facts import held_tables
from carveout.book.writer import whole_file
from carveout.decide.outcome import Outcome
from carveout.facts.schema import schema
from carveout.law.corpus import Corpus
from carveout.law.view import View

KEY = b"carveout"
KIND = "kind"
_OUTCOMES = ("overall_at_least", "overall_at_most")


@dataclass(frozen=True, slots=True)
class Made:
    """Under which law and options a determination was made, and the run that made it."""

    run: str
    corpus: str
    known: str | None
    scenarios: tuple[str, ...]
    on: str | None
    strict: bool
    tables: str = ""

    @classmethod
    def by(cls, book: FrameBook) -> Made:
        """A new run of a book."""
        view = book.view
        on = date.fromordinal(book.on).isoformat() if book.on is not None else None
        known = view.known.isoformat() if view.known else None
        return cls(secrets.token_hex(8), view.corpus.hash, known, view.scenarios, on, book.strict, _tables())

    def stamped(self, table: pa.Table) -> pa.Table:
        """The table with this in its metadata."""
        return table.replace_schema_metadata({**(table.schema.metadata or {}), KEY: json.dumps(asdict(self)).encode()})


def _tables() -> str:
    """The hashes of the imported EAR tables, or nothing."""
    vintages = held_tables()
    return vintages.hash if vintages else ""


def kinds_file(results: Path) -> Path:
    """Where the kinds of saved results are."""
    return results.with_name(f"{results.stem}.kinds.parquet")


class Saving:
    """Takes the answers of a book as they are written, and keeps a row of each new kind."""

    def __init__(self, made: Made, part: Path) -> None:
        self.made = made
        self.part = part
        self._writer: pq.ParquetWriter | None = None

    def add(self, table: pa.Table, answered: Answered) -> None:
        """Keep the new kinds of a batch."""
        if len(answered.new):
            self._keep(self._rows(table, answered))

    def marked(self, written: pa.Table, answered: Answered) -> pa.Table:
        """The rows to be written, with the column ``kind``."""
        return self.made.stamped(_with(written, KIND, pa.array(answered.kinds[answered.answer_of])))

    def _rows(self, table: pa.Table, answered: Answered) -> pa.Table:
        known = schema()
        facts = [n for n in table.column_names if n in known and known[n].is_column and known[n].kind != "label"]
        rows = table.select(facts).take(pa.array(answered.new_rows))
        told = answered.told.select(_OUTCOMES).take(pa.array(answered.new))
        for name in _OUTCOMES:
            rows = _with(rows, name, told.column(name))
        days = pa.array(answered.on[answered.new_rows] - EPOCH, pa.int32()).cast(pa.date32())
        return _with(_with(rows, "on", days), KIND, pa.array(answered.kinds[answered.new]))

    def _keep(self, rows: pa.Table) -> None:
        rows = self.made.stamped(rows)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.part, rows.schema, compression="snappy", write_statistics=False)
        self._writer.write_table(rows.cast(self._writer.schema))

    def close(self) -> None:
        """No more answers."""
        if self._writer is not None:
            self._writer.close()


@contextmanager
def saving(results: Path, book: FrameBook) -> Iterator[Saving]:
    """Keep the kinds of results beside them; the file appears whole or not at all.

    Raises:
        BookError: results that are not Parquet.
    """
    if results.suffix.lower() != ".parquet":
        raise BookError(f"{results}: a determination is saved as .parquet; name the results so")
    with whole_file(kinds_file(results)) as part:
        kept = Saving(Made.by(book), part)
        try:
            yield kept
        finally:
            kept.close()


class Saved:
    """A saved determination: its results, its kinds in the order of their numbers, and the law it was made under.

    ``corpus`` is that law, or that law with scenarios of a user laid beside it; ``held`` is the hash of that law alone.

    Raises:
        BookError: the two files are not there, not of one run, or made under another state of the law.
    """

    def __init__(self, results: Path, corpus: Corpus, held: str | None = None) -> None:
        self.path = results
        self.corpus = corpus
        self.made = made(results)
        beside = kinds_file(results)
        if not beside.exists():
            raise BookError(f"{beside} is not there; save the determination again: determine BOOK -o {results} --save")
        if made(beside).run != self.made.run:
            raise BookError(f"{results} and {beside} are of two runs; save the determination again")
        if self.made.corpus != (held or corpus.hash):
            raise BookError(f"{results} was made under another state of the law; determine the book again")
        if self.made.tables != _tables():
            raise BookError(f"{results} was made with other EAR tables; determine the book again")

    @property
    def view(self) -> View:
        """The law it was made under."""
        known = date.fromisoformat(self.made.known) if self.made.known else None
        return self.corpus.view(known=known, scenarios=self.made.scenarios)

    @property
    def on(self) -> int | None:
        """The day that was asked for all rows, if one was."""
        return date.fromisoformat(self.made.on).toordinal() if self.made.on else None

    @cached_property
    def kinds(self) -> pa.Table:
        """A row of each kind, in the order of their numbers."""
        table = pq.read_table(kinds_file(self.path))
        return table.take(pa.array(np.argsort(np.asarray(table.column(KIND)))))

    @cached_property
    def days(self) -> npt.NDArray[np.int32]:
        """The day of the act of the row of each kind."""
        return np.asarray(self.kinds.column("on").cast(pa.int32())) + np.int32(EPOCH)

    def outcomes(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """The lower and upper ends of each kind's outcome, as numbers on the scale."""
        scale = pa.array([outcome.name for outcome in Outcome])
        found = [pc.index_in(self.kinds.column(name).cast(pa.string()), value_set=scale) for name in _OUTCOMES]
        lower, upper = (np.asarray(ends).astype(np.uint8) for ends in found)
        return lower, upper

    def column(self, name: str) -> pa.ChunkedArray:
        """One column of the results."""
        return pq.read_table(self.path, columns=[name]).column(name)

    @cached_property
    def names(self) -> list[str]:
        """The columns of the results."""
        return list(pq.read_schema(self.path).names)

    @cached_property
    def kind_of(self) -> npt.NDArray[np.int32]:
        """The place among :attr:`kinds` of the kind of each row. Kinds that were never answered have a number and no place."""
        numbers = np.asarray(self.kinds.column(KIND))
        place = np.full(int(numbers.max(initial=0)) + 1, -1, np.int32)
        place[numbers] = np.arange(len(numbers), dtype=np.int32)
        return np.asarray(place[np.asarray(self.column(KIND))])


def is_saved(path: Path) -> bool:
    """Whether a file is the results of a saved determination."""
    if path.suffix.lower() != ".parquet" or not kinds_file(path).exists():
        return False
    try:
        return KEY in (pq.read_schema(path).metadata or {})
    except (pa.ArrowInvalid, OSError):
        return False


def made(path: Path) -> Made:
    """How the results of a saved determination were made.

    Raises:
        BookError: the file is not whole, or not of a saved determination.
    """
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowInvalid, OSError):
        raise BookError(f"{path} is no whole Parquet file; save the determination again") from None
    if KEY not in metadata:
        raise BookError(f"{path} is not a saved determination; make one: determine BOOK -o {path} --save")
    told = json.loads(metadata[KEY])
    return Made(**{**told, "scenarios": tuple(told["scenarios"])})


def _with(table: pa.Table, name: str, column: Any) -> pa.Table:
    return (table.drop_columns([name]) if name in table.column_names else table).append_column(name, column)
