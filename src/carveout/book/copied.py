"""Results written beside the columns of a Parquet book: row groups of which every row is good are not encoded again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.error import BookError
from carveout.book.parquet_parts import Assembly, Chunk, ParquetSource, encoded
from carveout.book.results import open_sink, parquet_options
from carveout.book.tables import parquet_file
from carveout.book.thrift import ThriftError

LEAST = 20_000
"""Rows in a row group below which copying many small ones costs the readers of the result more than it spares here."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A batch to be written: its good rows with their results (or the results alone, for a sink that copies the book's own
    columns), which columns are not the book's, the places of the good rows, and how many rows the batch had.
    """

    rows: pa.Table
    fresh: frozenset[str]
    places: npt.NDArray[np.int64]
    count: int


class PieceSink(Protocol):
    """Takes every batch of a book in order. Where it ``copies`` the book's own columns, it needs none of their cells."""

    copies: bool

    def put(self, piece: Piece) -> None:
        """One more batch."""
        ...

    def close(self) -> None:
        """No more batches."""
        ...


class _Encoded:
    """Batches written as they are, whatever the kind of file."""

    copies = False

    def __init__(self, path: Path, part: Path) -> None:
        self._sink = open_sink(path, part)

    def put(self, piece: Piece) -> None:
        if len(piece.places):
            self._sink.write(piece.rows)

    def close(self) -> None:
        self._sink.close()


class _Copied:
    """Row groups as the book has them; pieces are held until their row group is complete."""

    copies = True

    def __init__(self, part: Path, book: Path, source: ParquetSource) -> None:
        self.part, self.book, self.source = part, book, source
        self._assembly: Assembly | None = None
        self._fresh: frozenset[str] = frozenset()
        self._group = 0
        self._at = 0
        self._held: list[tuple[pa.Table, npt.NDArray[np.int64]]] = []
        self._pool = ThreadPoolExecutor(2)

    def put(self, piece: Piece) -> None:
        """Cut a batch where row groups end."""
        if self._assembly is None and len(piece.places):
            self._assembly = Assembly(self.part, self._schema(piece))
            self._fresh = piece.fresh
        start, end = self._at, self._at + piece.count
        if end > self.source.ends[-1]:
            raise BookError(f"{self.book} changed while it was read; start again")
        while self._at < end:
            stop = min(end, self.source.ends[self._group])
            first, last = np.searchsorted(piece.places, (self._at - start, stop - start)).tolist()
            if last > first:
                begin = self.source.ends[self._group] - self.source.counts[self._group]
                self._held.append((piece.rows.slice(first, last - first), piece.places[first:last] + (start - begin)))
            self._at = stop
            while self._group < len(self.source.ends) and self.source.ends[self._group] <= self._at:
                self._finish()
        self._held = [(rows.select([*self._fresh]), places) for rows, places in self._held]

    def _schema(self, piece: Piece) -> pa.Schema:
        """What is written: the book's own columns, and those of the piece."""
        if piece.fresh < set(piece.rows.column_names):
            return piece.rows.schema
        book = parquet_file(str(self.book)).schema_arrow
        own = [field for field in book if field.name and field.name not in piece.fresh]
        return pa.schema([*own, *piece.rows.schema], metadata=book.metadata)

    def _finish(self) -> None:
        """Write a row group."""
        group, held, self._held = self._group, self._held, []
        self._group += 1
        good = sum(len(places) for _, places in held)
        if not good or self._assembly is None:
            return
        schema = self._assembly.schema
        rows = held[0][0]
        if len(held) > 1:
            rows = pa.concat_tables([part.select([*self._fresh]) for part, _ in held])
        chunks: dict[str, Chunk] = {}
        if good == self.source.counts[group]:
            copied = (
                name for name in schema.names if name not in self._fresh and self._assembly.takes(self.source, name)
            )
            found = ((name, self.source.chunk(group, name)) for name in copied)
            chunks = {name: chunk for name, chunk in found if chunk is not None}
        left = [name for name in schema.names if name not in chunks]
        missing = [name for name in left if name not in rows.column_names]
        if missing:
            again = parquet_file(str(self.book)).read_row_group(group, columns=missing)
            again = again.take(pa.array(np.concatenate([places for _, places in held])))
            for name in missing:
                rows = rows.append_column(name, again.column(name))
        if left:
            # Half of the columns each: when all is decided, writing alone is left, and a processor would idle.
            for names, some in self._pool.map(lambda names: self._encoded(rows, names), (left[::2], left[1::2])):
                chunks |= zip(names, some, strict=True)
        self._assembly.add([chunks[name] for name in schema.names], good)

    def _encoded(self, rows: pa.Table, names: list[str]) -> tuple[list[str], list[Chunk]]:
        """Some columns of a row group, as they are written."""
        if not names or self._assembly is None:
            return [], []
        fields = pa.schema([self._assembly.schema.field(name) for name in names])
        table = rows.select(names).unify_dictionaries().cast(fields)
        return names, encoded(table, **parquet_options(table.schema))[1]

    def close(self) -> None:
        """Write the end of the file."""
        self._pool.shutdown()
        self.source.close()
        if self._assembly is not None:
            self._assembly.close()


def piece_sink(path: Path, part: Path, book: Path | None) -> PieceSink:
    """The writer for the ending of ``path``, writing to ``part``; ``book`` is the file that the batches come from.

    Raises:
        BookError: an ending that cannot be written.
    """
    if book is not None and book.suffix.lower() == path.suffix.lower() == ".parquet":
        with suppress(ThriftError, LookupError, TypeError, ValueError, OSError):
            source = ParquetSource(book)
            if source.counts and source.ends[-1] >= LEAST * len(source.counts):
                return _Copied(part, book, source)
            source.close()
    return _Encoded(path, part)
