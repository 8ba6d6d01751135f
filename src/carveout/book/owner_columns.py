"""The ownership stage before the engine: who owns the parties of a row on its day, from a file of shareholdings, as cells of the row.

What the row says itself stays. A party that the file does not name, or of which nothing is proved, stays unknown and is asked about.
Both interpreters then read the same columns; they are in the results, and shown as assumed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from carveout.book.reader import Record
from carveout.facts.clock import today
from carveout.facts.row import CellProblem, Party, read_cell
from carveout.facts.schema import ROLES, schema
from carveout.facts.value import ALWAYS, NEVER, Span
from carveout.law.owners import BEARING
from carveout.law.view import View
from carveout.parties.holding import Shareholdings
from carveout.parties.listed_members import DESIGNATED
from carveout.parties.matcher import matcher_of
from carveout.parties.name import normalize
from carveout.parties.ownership import Judged, judge

JUDGED = 64
"""Stretches of days whose judgment is remembered."""

FILLED = ROLES[:4]
"""The roles that are filled: from whom goods come is not what the rule restricts."""

Told = tuple[str, str]
"""The cells ``<role>_ownership`` and ``<role>_owners`` of a party; empty where nothing is proved."""


class OwnersOfBook:
    """A file of shareholdings, asked for the parties of a book under one view; ``on`` overrides the days of the rows."""

    def __init__(self, found: Shareholdings, view: View, on: date | None, *, complete: bool = False) -> None:
        self.found, self.view, self.on, self.complete = found, view, on, complete
        self.keys: dict[str, list[str]] = {}
        for member in found.members.values():
            self.keys.setdefault(normalize(member.name), []).append(member.key)
        self.turns = self._turns()
        self._judged: dict[int, Judged] = {}
        self._told: dict[tuple[str, int], Told] = {}

    def _turns(self) -> list[date]:
        """The days from which another judgment may hold: shares begin and end, owners are listed and delisted."""
        days: set[date] = set()
        for one in self.found.holdings:
            days |= {one.first} if one.first else set()
            days |= {one.through + timedelta(days=1)} if one.through and one.through < NEVER else set()
        matcher = matcher_of(self.view)
        matcher.prefetch([member.name for member in self.found.members.values()])
        for member in self.found.members.values():
            for entry in matcher.find(member.name, member.country or None).candidates:
                for value in (entry.listed_from, entry.through) if entry.list in BEARING else ():
                    ends = (value.low, value.high) if isinstance(value, Span) else (value,)
                    days |= {
                        day + timedelta(days=n)
                        for day in ends
                        if isinstance(day, date) and ALWAYS < day < NEVER
                        for n in (0, 1)
                    }
        if DESIGNATED in self.view.provisions:
            days |= set(self.view.provisions[DESIGNATED].starts)
        return sorted(days)

    def of(self, name: str, day: date) -> Told:
        """What the file proves of a party on a day."""
        keys = self.keys.get(normalize(name))
        if not keys:
            return "", ""
        stretch = bisect_right(self.turns, day)
        held = self._told.get((name, stretch))
        if held is None:
            held = self._told[name, stretch] = self._prove(keys, stretch, day)
        return held

    def _prove(self, keys: Iterable[str], stretch: int, day: date) -> Told:
        judged = self._judged.get(stretch)
        if judged is None:
            if len(self._judged) >= JUDGED:
                self._judged.clear()
            judged = self._judged[stretch] = judge(self.found, self.view, day, complete=self.complete)
        told = set()
        for key in keys:
            verdict = judged.of(key, settle=False)
            assert verdict is not None
            told.add((verdict.state or "", ", ".join(owner.id for owner in verdict.owners) if verdict.state else ""))
        # Several parties of one name that are owned differently: which of them it is nobody can tell.
        return told.pop() if len(told) == 1 else ("", "")

    def day_of(self, cell: Any) -> date | None:
        """The day of the act of a row; None where its cell cannot be read, and the row is refused anyway."""
        if self.on is not None:
            return self.on
        try:
            read = read_cell(schema()["on"], cell) if cell is not None else None
        except CellProblem:
            return None
        return read if isinstance(read, date) else today()

    # Rows

    def fill(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """The cells of a row with what the file proves of its parties."""
        filled = dict(cells)
        day = self.day_of(cells.get("on"))
        for role in FILLED if day is not None else ():
            assert day is not None
            if any(str(cells.get(f"{role}_{what}") or "").strip() for what in ("ownership", "owners")):
                continue
            told = self.of(str(cells.get(role) or ""), day)
            if told[0]:
                filled[f"{role}_ownership"], filled[f"{role}_owners"] = told
        return filled

    def party(self, cells: Mapping[str, Any], party: Party) -> Party:
        """A further party of a row with what the file proves of it on the day of the row."""
        day = self.day_of(cells.get("on"))
        if day is None or party.role not in FILLED or party.ownership or party.owners:
            return party
        ownership, owners = self.of(party.name, day)
        return replace(party, ownership=ownership, owners=owners) if ownership else party

    def records(self, records: Iterable[Record]) -> Iterator[Record]:
        """The rows of a book, filled."""
        for record in records:
            yield Record(record.position, self.fill(record.cells))

    def tables(self, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The batches of a book, filled; every batch has the columns of every role that the book names."""
        for table in tables:
            roles = [role for role in FILLED if role in table.column_names]
            days = _cells(table, "on")
            for role in roles:
                table = self._filled(table, role, days)
            yield table

    def _filled(self, table: pa.Table, role: str, days: list[Any] | None) -> pa.Table:
        names = _cells(table, role) or []
        given = [_cells(table, f"{role}_{what}") or [None] * len(names) for what in ("ownership", "owners")]
        cells: list[list[str | None]] = [[], []]
        for place, name in enumerate(names):
            own = [column[place] for column in given]
            if not any(str(cell or "").strip() for cell in own):
                day = self.day_of(days[place] if days else None)
                told = self.of(str(name or ""), day) if day is not None else ("", "")
                own = [text or None for text in told]
            for column, cell in zip(cells, own, strict=True):
                column.append(None if cell is None else str(cell))
        for what, column in zip(("ownership", "owners"), cells, strict=True):
            filled = pa.array(column, pa.string()).dictionary_encode()
            fact = f"{role}_{what}"
            at = table.column_names.index(fact) if fact in table.column_names else None
            table = table.append_column(fact, filled) if at is None else table.set_column(at, fact, filled)
        return table


def _cells(table: pa.Table, name: str) -> list[Any] | None:
    """The cells of a column, None where there is none."""
    return table.column(name).to_pylist() if name in table.column_names else None


__all__ = ["FILLED", "OwnersOfBook"]
