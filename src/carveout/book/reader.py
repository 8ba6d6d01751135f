"""Reading a book: CSV or NDJSON, row by row, every cell as it stands."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from carveout.facts.row import near_misses


class BookError(Exception):
    """A book that cannot be read at all: what was wrong, where, and what would be right."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands: its position (1 is the first row of data) and its cells by column."""

    position: int
    cells: Mapping[str, Any]


@contextmanager
def _opened(name: str) -> Iterator[IO[str]]:
    if name == "-":
        yield sys.stdin
        return
    path = Path(name)
    if path.is_dir():
        raise BookError(f"{name} is a directory; name a file: .csv or .ndjson")
    if not path.exists():
        raise BookError(f"{name} is not there; check the path")
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            yield handle
    except PermissionError:
        raise BookError(f"{name} cannot be opened: permission denied") from None


def _csv(handle: Iterable[str], name: str) -> Iterator[Record]:
    reader = csv.reader(handle, strict=True)
    try:
        header = next(reader)
    except StopIteration:
        raise BookError(f"{name} is empty; the first line names the columns") from None
    columns = [column.strip() for column in header]
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    if twice:
        raise BookError(f"{name}: column {twice[0]!r} is there twice; name every column once")
    position = 0
    try:
        for row in reader:
            if not row:
                continue
            position += 1
            if len(row) > len(columns):
                extra = {f"(cell {len(columns) + 1 + n})": cell for n, cell in enumerate(row[len(columns) :])}
                yield Record(position, {**dict(zip(columns, row, strict=False)), **extra, "": ""})
            else:
                yield Record(position, dict(zip(columns, row, strict=False)))
    except csv.Error as error:
        raise BookError(f"{name}, line {reader.line_num}: not CSV ({error}); check the quotes") from None


def _ndjson(handle: Iterable[str], name: str) -> Iterator[Record]:
    position = 0
    for number, line in enumerate(handle, 1):
        if not line.strip():
            continue
        position += 1
        try:
            cells = json.loads(line)
        except json.JSONDecodeError as error:
            raise BookError(f"{name}, line {number}: not JSON ({error.msg}); one object a line") from None
        if not isinstance(cells, dict):
            raise BookError(f"{name}, line {number}: not an object; one {{...}} a line")
        yield Record(position, cells)


def read_book(name: str) -> Iterator[Record]:
    """The rows of a book: ``.csv``, ``.ndjson`` or ``.jsonl`` by ending, ``-`` is NDJSON on standard input.

    Raises:
        BookError: no such file, a directory, an ending that is not known, not text, not CSV or not JSON.
    """
    ending = ".ndjson" if name == "-" else Path(name).suffix.lower()
    readers = {".csv": _csv, ".ndjson": _ndjson, ".jsonl": _ndjson}
    if ending not in readers and not Path(name).is_dir():
        raise BookError(f"{name}: books are .csv or .ndjson, not {ending or 'without an ending'}")
    with _opened(name) as handle:
        try:
            yield from readers.get(ending, _csv)(handle, name)
        except UnicodeDecodeError as error:
            raise BookError(f"{name} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def warnings(columns: Iterable[str]) -> list[str]:
    """A sentence for every column that looks like a misspelled fact."""
    return [f"column {column!r} is carried through unread; did you mean {meant!r}?"
            for column, meant in near_misses(list(columns)).items()]  # fmt: skip
