"""What the law sees of the parties of a row, as a number that joins the row's word: each combination of cells is screened once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.columns import BAD, EMPTY, GIVEN, SAID_UNKNOWN, cells_of, coded_cells, codes_of
from carveout.book.kind_table import KindTable, Words
from carveout.book.pattern import ROLE_FACTS, Patterns
from carveout.book.stand_ins import role_cell
from carveout.book.suspect import MARKS
from carveout.book.word_sum import WordSum, distinct, look_up
from carveout.facts.schema import ROLES, schema
from carveout.law.view import View
from carveout.parties.producer import SUPPLIER, UNSTATED, made_by

MANY_CELLS = 2_000_000
"""Cells of a column about parties whose numbers are remembered; past that they are found again."""


class PartyWords:
    """The numbers of combinations met so far, and the days on which what is seen of each may turn.

    ``number`` gives a number for whatever is seen, ``view_of`` what the law sees of a text.
    """

    def __init__(
        self, view: View, patterns: Patterns, number: Callable[[Any], int], view_of: Callable[[str, Any], Any]
    ) -> None:
        self.view = view
        self.patterns = patterns
        self._number = number
        self._view_of = view_of
        self._cells: dict[str, dict[Any, int]] = {}
        self._combinations = KindTable()
        self._found = np.empty(0, np.uint64)
        self._dated = np.empty(0, bool)
        self._days: list[tuple[int, ...]] = []
        self._lock = Lock()

    def add(self, words: Words, table: pa.Table, on: npt.NDArray[np.int32]) -> None:
        """The parties of a row enter by what screening says of them, each combination of their cells screened once, and
        once more for days for which the lists are held complete."""
        total, held = WordSum(len(words)), dict[str, Any]()
        listing_unknown = np.zeros(len(words), bool)
        for name in ROLE_FACTS:
            if name not in table.column_names:
                continue
            held[name], cells = coded_cells(table.column(name))
            memo = self._role_numbers(name, f"{name} {table.column(name).type}", cells)
            numbers = np.asarray([*(memo[cell] for cell in cells), self._number((name, EMPTY, None))], np.uint64)
            total.add_cells(held[name], numbers)
            if name.endswith("_listing"):
                said = numbers == np.uint64(self._number((name, SAID_UNKNOWN, None)))
                if said.any():
                    listing_unknown |= said[codes_of(held[name])]
        own = total.total()
        if listing_unknown.any():
            self._add_names(own, held, np.flatnonzero(listing_unknown))
        whole = self.patterns.held_on(on)
        if whole.any():
            own[whole] += np.uint64(self._number("lists held complete"))
        places = self._combinations.find(own)
        if (places < 0).any():
            places = self._met(own, held, whole)
        numbers, dated = self._found, self._dated
        words += look_up(numbers, places)
        if dated.any():
            rows = np.flatnonzero(look_up(dated, places))
            rows = rows[np.argsort(places[rows], kind="stable")]
            for some in np.split(rows, np.flatnonzero(np.diff(places[rows])) + 1) if len(rows) else ():
                self._add_listing_days(words, some, on[some], self._days[places[some[0]]])

    def _met(self, own: Words, held: Mapping[str, Any], whole: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """The places of the combinations of rows, those met for the first time screened and put into the memory."""
        with self._lock:
            strange = np.flatnonzero(self._combinations.find(own) < 0)
            combinations, _, firsts = distinct(own[strange])
            rows = pa.array(strange[firsts])
            cells = {name: array.take(rows).to_pylist() for name, array in held.items()}
            found = []
            for number, row in enumerate(strange[firsts].tolist()):
                named = {name: value for name, values in cells.items() if (value := values[number]) is not None}
                found.append(self._parties_seen(named, bool(whole[row])))
            numbers = np.asarray([self._number(seen) for seen, _ in found], np.uint64)
            self._days += [days for _, days in found]
            self._dated = np.concatenate([self._dated, np.asarray([len(d) > 0 for _, d in found], bool)])
            self._found = np.concatenate([self._found, numbers])
            # Last: who finds a combination there finds its number too.
            self._combinations.add(combinations)
            # Here: while another thread adds, some that are there may not be found.
            return self._combinations.find(own)

    def _add_listing_days(
        self, words: Words, rows: npt.NDArray[np.int64], on: npt.NDArray[np.int32], days: tuple[int, ...]
    ) -> None:
        """How the day of the act lies to the days of the listings of a row's parties."""
        places = np.searchsorted(days, on, side="right")
        seen = [self._number(("listing days", days, place)) for place in range(len(days) + 1)]
        words[rows] += np.asarray(seen, np.uint64)[places]

    def _role_numbers(self, name: str, column: str, cells: Sequence[Any]) -> Mapping[Any, int]:
        """The number of every cell of a column about parties, its names matched with the lists at once.

        Names that nothing on the lists resembles look the same to the law: a book may have hundreds of thousands.
        """
        fact = schema()[name]
        memo = self._cells.setdefault(column, {})
        if len(memo) > MANY_CELLS:
            memo = self._cells[column] = {}
        fresh = [cell for cell in cells if cell not in memo]
        looks = [(name, *role_cell(fact, cell)) for cell in fresh]
        if name in ROLES and not self.patterns.strict:
            named = [value for _, state, value in looks if state == GIVEN]
            alike = dict(zip(named, self.patterns.stand_ins(named), strict=True))
            looks = [(name, state, alike.get(value, value)) for _, state, value in looks]
        for cell, look in zip(fresh, looks, strict=True):
            memo[cell] = self._number(look)
        return memo

    def _add_names(self, own: Words, held: Mapping[str, Any], rows: npt.NDArray[np.int64]) -> None:
        """Where a listing is said to be unknown, the name counts as it is: one party in two roles is one question."""
        for name in ROLES:
            if name in held:
                codes, cells = cells_of(held[name])
                used, places = np.unique(codes[rows], return_inverse=True)
                numbers = [self._number((name, "as written", cells[code])) if code < len(cells) else 0 for code in used]
                own[rows] += np.asarray(numbers, np.uint64)[places]

    def _parties_seen(self, cells: Mapping[str, Any], whole: bool) -> tuple[Any, tuple[int, ...]]:
        """What the law sees of the parties of a row, and the days on which what it sees may turn."""
        known = schema()
        # Most roles of a row are empty.
        read = [role_cell(known[name], cells[name]) if name in cells else (EMPTY, None) for name in ROLE_FACTS]
        bad = tuple(state == BAD for state, _ in read)
        marks = tuple(MARKS[n](v) for n, (_, v) in zip(ROLE_FACTS, read, strict=True) if n in MARKS and v is not None)
        if any(bad) or not all(marks):
            return ("parties", bad, marks), ()
        unknown = tuple(state == SAID_UNKNOWN for state, _ in read)
        pattern = self.patterns.of(tuple(value for _, value in read), unknown, whole)
        countries = tuple(self._view_of(name, value) for name, value in pattern.countries.items())
        said = dict(zip(ROLE_FACTS, (value for _, value in read), strict=True))
        supplier, listing = (said[name] for name in SUPPLIER)
        maker = made_by(supplier, listing, self.view, strict=self.patterns.strict)
        return ("parties", pattern.seen, countries, maker.group, maker == UNSTATED), pattern.days
