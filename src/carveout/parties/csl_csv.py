"""The Consolidated Screening List in CSV (or tab-separated), in the trade.gov bulk layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from carveout.parties.csl_row import COLUMNS, RowReader
from carveout.parties.filing import Edition, Filing
from carveout.parties.unreadable import Unreadable

_NEEDED = ("source", "name")
_MOST_COLUMNS = 500
LONGEST_CELL = 4_000_000
"""Characters of a cell; the reader of CSV would stop at 131,072, which the aliases of one party might reach."""


def read_csv(text: str) -> Edition:
    """The edition of a CSV text.

    Raises:
        Unreadable: the first row is no header of the list, or a cell is longer than a reader of CSV takes.
    """
    held = csv.field_size_limit(LONGEST_CELL)
    try:
        return _read(text)
    finally:
        csv.field_size_limit(held)


def _read(text: str) -> Edition:
    first = text[: 1 << 16].partition("\n")[0]
    separator = "\t" if first.count("\t") > first.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    reader = RowReader()
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        if len(header) > _MOST_COLUMNS or any(needed not in header for needed in _NEEDED):
            shown = ", ".join(header[:5])[:80]
            raise Unreadable(f"the first row is no header of the list ({shown}); expected the columns source and name")
        repeated = [name for name in header if name in COLUMNS and header.count(name) > 1]
        if repeated:
            raise Unreadable(f"the column {repeated[0]} is there twice")
        filings = tuple(_filings(rows, header, reader))
    except csv.Error as error:
        raise Unreadable(f"no CSV that can be read, at line {rows.line_num}: {error}") from None
    return Edition(filings, tuple(reader.faults), "CSV", sources=reader.sources)


def _filings(rows: Iterator[list[str]], header: list[str], reader: RowReader) -> Iterator[Filing]:
    for number, cells in enumerate(rows, 1):
        if not cells:
            continue
        if len(cells) != len(header):
            shown = (
                f"{len(cells)} cells, {cells[header.index('name')] if len(cells) > header.index('name') else cells[0]}"
            )
            reader.lost(number, "row", shown, f"{len(header)} cells, as the header has")
            continue
        filing = reader.read(number, dict(zip(header, cells, strict=True)))
        if filing is not None:
            yield filing
