"""Reading a book: CSV or NDJSON, row by row, every cell as it stands."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from carveout.book.csv_form import CsvForm, form_of, not_text, with_points
from carveout.book.error import BookError
from carveout.facts.row import near_misses


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands: its position (1 is the first row of data) and its cells by column."""

    position: int
    cells: Mapping[str, Any]


@contextmanager
def _opened(name: str, encoding: str) -> Iterator[IO[str]]:
    if name == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding)
        return
    try:
        with Path(name).open(encoding=encoding, newline="") as handle:
            yield handle
    except PermissionError:
        raise BookError(f"{name} cannot be opened: permission denied") from None


def _csv(handle: Iterable[str], name: str, form: CsvForm) -> Iterator[Record]:
    reader = csv.reader(handle, delimiter=form.delimiter, strict=True)
    columns, numbers = form.columns, form.numbers()
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise BookError(f"{name}: column {twice[0]!r} is there twice; name every column once")
    position = 0
    try:
        next(reader)
        for row in reader:
            if not row:
                continue
            position += 1
            cells = with_points(dict(zip(columns, row, strict=False)), numbers)
            if len(row) > len(columns):
                extra = {f"(cell {len(columns) + 1 + n})": cell for n, cell in enumerate(row[len(columns) :])}
                cells = {**cells, **extra, "": ""}
            yield Record(position, cells)
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
    if name != "-" and Path(name).is_dir():
        raise BookError(f"{name} is a directory; name a file: .csv or .ndjson")
    if ending not in (".csv", ".ndjson", ".jsonl"):
        raise BookError(f"{name}: books are .csv or .ndjson, not {ending or 'without an ending'}")
    if name != "-" and not Path(name).exists():
        raise BookError(f"{name} is not there; check the path")
    form = form_of(name) if ending == ".csv" else None
    encoding = form.encoding if form is not None else "utf-8-sig"
    called = "standard input" if name == "-" else name
    with _opened(name, encoding) as handle:
        try:
            yield from _csv(handle, name, form) if form is not None else _ndjson(handle, called)
        except UnicodeError as error:
            raise not_text(called, encoding, error) from None


def warnings(columns: Iterable[str]) -> list[str]:
    """A sentence for every column that looks like a misspelled fact."""
    return [f"column {column!r} is carried through unread; did you mean {meant!r}?"
            for column, meant in near_misses(list(columns)).items()]  # fmt: skip


__all__ = ["BookError", "Record", "read_book", "warnings"]
