"""What a screening found, as a table: a line for each match, and one for each name without; CSV or a workbook."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from carveout.book.error import BookError
from carveout.book.writer import neutral, whole, whole_file
from carveout.decide.shape import NOTICE
from carveout.papers.sheets import Sheets
from carveout.parties.name_check import Checked

ENDINGS = (".csv", ".xlsx")
COLUMNS = (
    "name", "country", "decision", "may be", "listed as", "list", "status", "from", "through", "score", "strength", "why", "citation",
    "entry", "note",
)  # fmt: skip
PRINTED = 1 + COLUMNS.index("why")
"""Columns that are printed."""

MOST_LINES = 1_048_570
"""Lines that a sheet holds."""


def lines_of(checked: Checked) -> Iterator[list[Any]]:
    """The lines of one name, the match to look at first on top."""
    query = checked.query
    start = [query.name, query.country or "", checked.decision]
    for one in checked.matches:
        hit, entry = one.hit, one.entry
        yield [
            *start, hit.name, entry.name if hit.name != entry.name else "", entry.list, one.status.replace("_", " "),
            one.first_at_latest or "", one.last or "", round(hit.score, 3), round(hit.strength, 3), "; ".join(hit.why), entry.citation, entry.id,
            checked.note,
        ]  # fmt: skip
    if not checked.matches:
        yield [*start, *[""] * (len(COLUMNS) - 4), checked.note]


def write_screening(path: Path, found: Iterable[Checked], told: Callable[[], Sequence[tuple[str, Any]]]) -> None:
    """Write every name, whole or not at all. ``told`` are the statements of the first page, asked for once all names are read.

    Raises:
        BookError: another ending, a name that cannot be written, more lines than a sheet holds.
    """
    if path.suffix.lower() not in ENDINGS:
        raise BookError(f"{path}: a screening is written as .csv or .xlsx")
    lines = (line for checked in found for line in lines_of(checked))
    if path.suffix.lower() == ".csv":
        with whole(path) as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            writer.writerows([_plain(cell) for cell in line] for line in lines)
        return
    held: list[list[Any]] = []
    for line in lines:
        if len(held) == MOST_LINES:
            raise BookError(f"a sheet holds {MOST_LINES:,} lines; write .csv instead")
        held.append(line)
    with whole_file(path) as part, Sheets(part, "Screening") as book:
        book.page("Summary", "Screening", [*told(), ("Notice", NOTICE)])
        book.table("Names", COLUMNS, held, printed=PRINTED)


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else neutral(cell)
