"""The second file of a book: ``parties(id, role, name, country, address, listing, ownership, owners)``, several parties in one role.

It is held in memory as id -> parties. A party that cannot be read rejects its transaction: a row is never decided
without a party that somebody stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from carveout.book.error import BookError
from carveout.book.reader import Record
from carveout.book.tables import ending_of, records, sheets
from carveout.facts.row import (
    LISTING,
    OWNERS,
    PARTY_COLUMNS,
    UNKNOWN_WORDS,
    CellError,
    CellProblem,
    Party,
    is_listing,
    is_owners,
    read_cell,
)
from carveout.facts.schema import ROLES, schema

NEEDED = PARTY_COLUMNS[:3]

HINTS, HINTED = 20_000, 20
"""Ids of the book that are kept to name the one that was probably meant, and parties for which it is looked for."""


def id_text(cell: Any) -> str:
    """An id as text; a whole number that a spreadsheet holds as 7.0 is 7."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell if cell is not None else "").strip()


@dataclass
class PartiesFile:
    """Parties and errors by the id of their transaction, and which of the ids the book had.

    ``fill`` says more of a party, by the row that it belongs to (see :mod:`carveout.book.owner_columns`).
    """

    name: str
    parties: dict[str, list[Party]] = field(default_factory=dict)
    errors: dict[str, list[CellError]] = field(default_factory=dict)
    nowhere: list[CellError] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)
    fill: Callable[[Mapping[str, Any], Party], Party] | None = None
    _met: set[str] = field(default_factory=set)
    _hints: dict[str, None] = field(default_factory=dict)

    def of(self, cells: Mapping[str, Any]) -> tuple[tuple[Party, ...], tuple[CellError, ...]]:
        """The parties of a row by its id, and what is wrong with them."""
        identifier = id_text(cells.get("id"))
        if identifier in self.places:
            self._met.add(identifier)
        self.hint(identifier)
        found = self.parties.get(identifier, ())
        filled = found if self.fill is None else [self.fill(cells, party) for party in found]
        return tuple(filled), tuple(self.errors.get(identifier, ()))

    def hint(self, identifier: str) -> None:
        """An id of the book, remembered for the sentence about a party whose id the book does not have."""
        if len(self._hints) < HINTS:
            self._hints.setdefault(identifier)

    def leftover(self) -> list[CellError]:
        """Once the whole book is read: the parties that belong to none of its rows."""
        found = list(self.nowhere)
        strays = [identifier for identifier in self.places if identifier not in self._met]
        for number, identifier in enumerate(strays):
            places = self.places[identifier]
            close = get_close_matches(identifier, self._hints, n=1, cutoff=0.8) if number < HINTED else []
            found += [
                CellError(identifier, _where("id", place), identifier, "the id of a row of the book", *close)
                for place in places
            ]
        return found


def _where(column: str, place: int) -> str:
    return f"{column} (row {place} of parties)"


def open_parties(name: str) -> PartiesFile:
    """The parties in a file of any kind that a book may be; of a workbook the sheet ``parties``, else the first.

    Raises:
        BookError: a file that cannot be read, or lacks a column.
    """
    sheet = _sheet(name) if ending_of(name) == ".xlsx" else ""
    return read_parties(records(name, sheet=sheet), name)


def parties_within(book: str) -> PartiesFile | None:
    """The parties that a workbook holds itself, in a sheet ``parties`` behind the first.

    Raises:
        BookError: a book that cannot be read, or a sheet that lacks a column.
    """
    if book == "-" or ending_of(book) != ".xlsx":
        return None
    sheet = _sheet(book)
    if not sheet or sheet == sheets(book)[0]:
        return None
    return read_parties(records(book, sheet=sheet), f"{book}, sheet {sheet}")


def _sheet(name: str) -> str:
    return next((sheet for sheet in sheets(name) if sheet.strip().casefold() == "parties"), "")


def read_parties(records: Iterable[Record], name: str) -> PartiesFile:
    """The parties of a book by the id of their row.

    Raises:
        BookError: the file lacks one of the columns id, role and name.
    """
    found = PartiesFile(name)
    columns: dict[str, None] = {}
    for record in records:
        cells = {column.strip().casefold(): cell for column, cell in record.cells.items()}
        columns.update(dict.fromkeys(cells))
        if any(str(cell or "").strip() for cell in cells.values()):
            _take(found, cells, record.position)
    absent = [column for column in NEEDED if column not in columns]
    if columns and absent:
        raise BookError(
            f"{name} has no column {' and no column '.join(absent)}; a file of parties has id, role and name, and may "
            "have country, address, listing, ownership and owners"
        )
    return found


def _take(found: PartiesFile, cells: Mapping[str, Any], place: int) -> None:
    """One row of the file."""
    identifier = id_text(cells.get("id"))
    party, errors = _party(identifier or "(no id)", cells, place)
    if not identifier:
        errors = [CellError("(no id)", _where("id", place), "", "the id of a row of the book"), *errors]
        found.nowhere += errors
        return
    found.places.setdefault(identifier, []).append(place)
    if errors:
        found.errors.setdefault(identifier, []).extend(errors)
    elif party not in found.parties.setdefault(identifier, []):
        found.parties[identifier].append(party)


def _party(identifier: str, cells: Mapping[str, Any], place: int) -> tuple[Party, list[CellError]]:
    """The party of one row of the file, and an error for every cell that is not right."""
    errors: list[CellError] = []

    def wrong(column: str, value: Any, expected: str, nearest: str = "") -> None:
        errors.append(CellError(identifier, _where(column, place), str(value), expected, nearest))

    texts = {column: " ".join(str(cells.get(column) or "").split()) for column in PARTY_COLUMNS}
    role = texts["role"].casefold().replace(" ", "_").replace("-", "_")
    if role not in ROLES:
        close = get_close_matches(role, ROLES, n=1, cutoff=0.5)
        wrong("role", texts["role"], "one of " + ", ".join(ROLES), *close)
        role = ROLES[0]
    name = "unknown" if texts["name"].casefold() in UNKNOWN_WORDS else texts["name"]
    if not name or name.casefold() == "none":
        wrong("name", name, "the name of a party, or unknown")
    country = "unknown" if texts["country"].casefold() in UNKNOWN_WORDS else texts["country"]
    if country and country != "unknown":
        try:
            country = str(read_cell(schema()[f"{role}_country"], country))
        except CellProblem as problem:
            wrong("country", country, problem.expected, problem.nearest)
    listing = "unknown" if texts["listing"].casefold() in UNKNOWN_WORDS else texts["listing"].casefold()
    if listing and listing != "unknown" and not is_listing(listing):
        wrong("listing", texts["listing"], LISTING)
    ownership = "unknown" if texts["ownership"].casefold() in UNKNOWN_WORDS else texts["ownership"]
    if ownership and ownership != "unknown":
        try:
            ownership = str(read_cell(schema()[f"{role}_ownership"], ownership))
        except CellProblem as problem:
            wrong("ownership", ownership, problem.expected, problem.nearest)
    owners = "unknown" if texts["owners"].casefold() in UNKNOWN_WORDS else texts["owners"].casefold()
    if owners and owners != "unknown" and not is_owners(owners):
        wrong("owners", texts["owners"], OWNERS)
    if "" in cells:
        wrong("(row)", "more cells than columns", "as many cells as there are columns")
    return Party(role, name, country, texts["address"], listing, ownership, owners), errors
