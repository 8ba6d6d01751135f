"""A book decided row by row: good rows answered in order, bad rows listed with what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from carveout.book.compose import compose
from carveout.book.parties_file import PartiesFile
from carveout.book.reader import Record
from carveout.book.several import seat
from carveout.decide.determination import Determination, determine
from carveout.facts.clock import today
from carveout.facts.row import CellError, Party, Row, read_row
from carveout.law.view import View


@dataclass(frozen=True, slots=True)
class Decided:
    """One row's answer, or its errors; ``hindsight`` where it was asked as known before its day.

    ``further`` are the parties that a second file adds to the row.
    """

    record: Record
    row: Row
    determination: Determination | None
    errors: tuple[CellError, ...]
    hindsight: Determination | None = None
    further: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """How a book is asked: the day (None: the row's, else today), the view, strictness."""

    view: View
    on: date | None = None
    strict: bool = False


def decide_cells(
    cells: dict[str, Any], asked: Asked, *, position: int = 1, further: Sequence[Party] = ()
) -> tuple[Row, Determination | None, list[CellError]]:
    """One row of cells, and the parties a second file adds to it, decided; None with errors when a cell cannot be read."""
    row, errors = read_row(cells, position=position)
    row = seat(row, further) if further else row
    day = asked.on or row.on or today()
    first = asked.view.corpus.covers_from
    if not errors and day < first:
        errors = [before_the_law(row.id, day, first)]
    if errors:
        return row, None, errors
    transaction = compose(row, asked.view, on=asked.on, strict=asked.strict)
    return row, determine(transaction, asked.view), []


def _id_of(cells: Mapping[str, Any]) -> str:
    return str(cells.get("id") or "").strip()


def before_the_law(identifier: str, day: date, first: date) -> CellError:
    """The error of a row whose day lies before the first that the law covers."""
    return CellError(identifier, "on", day.isoformat(), f"on or after {first}, the first day the law here covers")


def id_error(identifier: str, cells: Mapping[str, Any]) -> CellError:
    """The error of a row without an id, or with one that an earlier row has."""
    if not _id_of(cells):
        return CellError(identifier, "id", "", "a name of its own for every row")
    return CellError(identifier, "id", identifier, "an id that no earlier row has")


def ragged_row(identifier: str, cells: Mapping[str, Any]) -> CellError:
    """The error of a row with more cells than there are columns (the reader marks it with a cell without a name)."""
    count = sum(1 for name, cell in cells.items() if name and cell is not None)
    return CellError(identifier, "(row)", f"{count} cells", "as many cells as there are columns")


def decide_book(records: Iterable[Record], asked: Asked, parties: PartiesFile | None = None) -> Iterator[Decided]:
    """Every row in order; a row without an id or with one already used is an error of its own.

    ``parties`` adds parties to rows; one of them that cannot be read rejects its row.
    """
    seen: set[str] = set()
    for record in records:
        cells = dict(record.cells)
        further, unread = parties.of(cells) if parties is not None else ((), ())
        row, determination, errors = decide_cells(cells, asked, position=record.position, further=further)
        if not _id_of(cells) or row.id in seen:
            errors.append(id_error(row.id, cells))
        if "" in record.cells:
            errors.append(ragged_row(row.id, record.cells))
        errors += unread
        seen.add(row.id)
        if errors or determination is None:
            yield Decided(record, row, None, tuple(errors))
            continue
        later = _hindsight(cells, determination, asked, record.position, further)
        yield Decided(record, row, determination, (), later, tuple(further))


def _hindsight(
    cells: dict[str, Any], determination: Determination, asked: Asked, position: int, further: Sequence[Party]
) -> Determination | None:
    """The same row as known today, when it was asked as known before its day."""
    known = asked.view.known
    if known is None or known >= determination.transaction.on:
        return None
    later = asked.view.corpus.view(scenarios=asked.view.scenarios)
    return decide_cells(cells, Asked(later, asked.on, asked.strict), position=position, further=further)[1]
