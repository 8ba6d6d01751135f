"""The form of a CSV file, told by its first bytes and its header: encoding, delimiter, decimal mark.

European spreadsheets write semicolons between the columns and commas in the numbers. A header that can be read in two
ways is refused, not guessed.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from carveout.book.error import BookError
from carveout.facts.row import PARTY_COLUMNS
from carveout.facts.schema import schema

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
"""Byte order marks; that of UTF-32 begins with that of UTF-16."""

LONGEST_HEADER = 1 << 20
"""Characters of a header, at most."""

_DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+\Z")


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV file is written. ``columns`` are the names in its header, which takes so many ``lines``."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    lines: int = 1

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma is a decimal mark: only where semicolons stand between the columns."""
        return self.delimiter == ";"

    def numbers(self) -> tuple[str, ...]:
        """The columns that hold numbers with a decimal comma, if any."""
        known = schema()
        return tuple(c for c in self.columns if self.decimal_comma and c in known and known[c].type == "number")


def form_of(name: str) -> CsvForm:
    """The form of a CSV file.

    Raises:
        BookError: not text, no header, or a header that can be read in two ways.
    """
    encoding = encoding_of(name)
    header, lines = "", 0
    try:
        with Path(name).open(encoding=encoding, newline="") as handle:
            for line in handle:
                header, lines = header + line, lines + 1
                # A name in quotes may run over several lines.
                if header.count('"') % 2 == 0 or len(header) > LONGEST_HEADER:
                    break
    except UnicodeError as error:
        raise not_text(name, encoding, error) from None
    if "\0" in header:
        raise BookError(f"{name} is not UTF-8 (there are null bytes in its first line); save it as UTF-8")
    return CsvForm(encoding, *_split(header, name), lines)


def encoding_of(name: str) -> str:
    """The encoding a file says it has by its byte order mark; without one it is UTF-8.

    Raises:
        BookError: a file that may not be read.
    """
    try:
        with Path(name).open("rb") as handle:
            start = handle.read(4)
    except PermissionError:
        raise BookError(f"{name} cannot be opened: permission denied") from None
    return next((encoding for mark, encoding in MARKS if start.startswith(mark)), "utf-8-sig")


def not_text(name: str, encoding: str, error: UnicodeError) -> BookError:
    """The error of a file that is not in its encoding."""
    called = encoding.upper().removesuffix("-SIG")
    where = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
    return BookError(f"{name} is not {called}{where}; save it as UTF-8")


def _split(header: str, name: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter, and the columns it makes of the header."""
    found = {mark: _cells(header, mark) for mark in DELIMITERS}
    known = {mark: sum(_is_known(cell) for cell in cells) for mark, cells in found.items()}
    splitting = [mark for mark in DELIMITERS if len(found[mark]) > 1 and known[mark]]
    if len(splitting) > 1:
        first, second = splitting[:2]
        raise BookError(
            f"{name}, line 1: some columns are separated by {DELIMITERS[first]} and some by {DELIMITERS[second]}; "
            "put the same between all of them"
        )
    delimiter = splitting[0] if splitting else ","
    if not splitting and not found[","] and header.strip():
        raise BookError(f"{name}, line 1: not CSV; check the quotes")
    if not splitting and not known[","]:
        for mark in (";", "\t"):
            if len(found[","]) == 1 and len(found[mark]) > 1:
                raise BookError(
                    f"{name}, line 1: the columns seem to be separated by {DELIMITERS[mark]}, but none of them has a name "
                    "that is known; name the column of ids id (`carveout law facts` lists the others)"
                )
    cells = found[delimiter]
    if not any(cells):
        raise BookError(f"{name} is empty; the first line names the columns")
    return delimiter, tuple(cell or f"(column {place})" for place, cell in enumerate(cells, 1))


def _cells(header: str, delimiter: str) -> list[str]:
    try:
        row = next(csv.reader(header.splitlines(keepends=True), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in row]


def _is_known(column: str) -> bool:
    fact = schema().get(column)
    return column.casefold() in PARTY_COLUMNS or (fact is not None and fact.is_column)


def decimal_point(text: str) -> str:
    """A number with a decimal comma as one with a decimal point; any other text as it stands."""
    plain = text.strip()
    return plain.replace(".", "").replace(",", ".") if _DECIMAL_COMMA.match(plain) else text


def with_points(cells: Mapping[str, Any], numbers: tuple[str, ...]) -> Mapping[str, Any]:
    """A row whose numbers have decimal points."""
    return {**cells, **{c: decimal_point(cells[c]) for c in numbers if c in cells}} if numbers else cells


def columns_with_points(table: pa.Table, numbers: tuple[str, ...]) -> pa.Table:
    """A batch whose numbers have decimal points; every distinct cell is looked at once."""
    for column in numbers:
        array = table.column(column).combine_chunks().dictionary_encode()
        values = pa.array([decimal_point(text) for text in array.dictionary.to_pylist()], pa.string())
        table = table.set_column(table.column_names.index(column), column, values.take(array.indices))
    return table
