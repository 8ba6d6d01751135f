"""Unsettled rows of batches counted by what they wait for, and by the parties that are asked about.

What a row waits for is read off its answer, once for every kind of row; of the batch itself only the names of the parties
are looked at, where something is asked about them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.columns import cells_of
from carveout.book.grouping import grouped
from carveout.decide.outcome import Outcome
from carveout.facts.schema import ROLES

if TYPE_CHECKING:
    from carveout.book.frame_book import Answered

NAMES = tuple(f"{role}{suffix}" for role in ROLES for suffix in ("", "_country"))
"""Columns of a book that tell which party a question is about."""

GROUPS = 4_000
"""Kinds of unsettled rows of a batch whose parties are told apart; the rest, the rarest, are counted by fact."""

PARTY_FACT = re.compile(rf"({'|'.join(ROLES)})_(country|listing|ownership|owners)\Z")

SETTLED = -1
NOBODY = 0
"""The number of an empty cell, and of one of a party that nothing is asked about."""

Wait = tuple[frozenset[str], frozenset[str]]
"""The facts of a row, and those of its parties, that it waits for; facts that a default carries are not waited for."""
Indices = npt.NDArray[np.int64]


class WaitingRows:
    """The rows counted so far. ``taken`` gives them out: the facts waited for, the party of each role, how many rows."""

    def __init__(self, regimes: Sequence[str]) -> None:
        self.regimes = regimes
        self._waits: dict[Wait, int] = {}
        self._of_kind = np.empty(0, np.int32)
        self._asked = np.empty((0, len(NAMES)), bool)
        self._cells: dict[Any, int] = {"": NOBODY}
        self._rows: Counter[tuple[int, ...]] = Counter()

    def __len__(self) -> int:
        """How many groups of rows are told apart."""
        return len(self._rows)

    def add(self, table: pa.Table, answered: Answered, skip: Iterable[int] = ()) -> None:
        """A batch with its answer; ``skip`` are places in the batch that are not counted."""
        if not len(answered.places):
            return
        skipped = np.isin(answered.places, np.asarray(list(skip), np.int64))
        places, answer_of = answered.places[~skipped], answered.answer_of[~skipped]
        waits = self._waits_of(answered)
        with_party = np.append(self._asked.any(axis=1), False)[waits]
        rows = np.bincount(answer_of, minlength=len(waits))
        plain = (waits != SETTLED) & ~with_party
        counts = np.bincount(waits[plain], weights=rows[plain], minlength=1).astype(np.int64)
        for wait in np.flatnonzero(counts).tolist():
            self._rows[wait,] += int(counts[wait])
        chosen = np.flatnonzero(with_party[answer_of])
        if len(chosen):
            self._add_parties(table, places[chosen], waits[answer_of[chosen]].astype(np.int64))

    def _waits_of(self, answered: Answered) -> npt.NDArray[np.int32]:
        """Per distinct answer the number of what it waits for. Answers of kinds met before are not read again."""
        if len(answered.kinds) != answered.told.num_rows:
            return self._read(answered.told)
        if len(answered.kinds):
            size = int(answered.kinds.max()) + 1
            if size > len(self._of_kind):
                more = np.full(max(size, 2 * len(self._of_kind)) - len(self._of_kind), SETTLED, np.int32)
                self._of_kind = np.concatenate([self._of_kind, more])
            self._of_kind[answered.kinds[answered.new]] = self._read(answered.told.take(pa.array(answered.new)))
        return np.asarray(self._of_kind[answered.kinds])

    def _read(self, told: pa.Table) -> npt.NDArray[np.int32]:
        """The number of what some answers wait for."""
        low, high = (_numbered(told, f"overall_{end}") for end in ("at_least", "at_most"))
        columns: list[Indices] = []
        each: list[list[Wait]] = []
        for regime in self.regimes:
            (matters, facts), (assumed, carried) = (_coded(told, f"{regime}_{n}") for n in ("matters", "assumed"))
            shut = _numbered(told, f"{regime}_at_most") <= low
            pairs, firsts = grouped(
                [np.where(shut, len(facts) - 1, matters), np.where(shut, len(carried) - 1, assumed)]
            )
            columns.append(pairs)
            each.append(
                [_NO_WAIT if shut[row] else _wait(facts[matters[row]], carried[assumed[row]]) for row in firsts]
            )
        alike, firsts = grouped([(low != high).astype(np.int64), *columns])
        numbers = []
        for row in firsts.tolist():
            found = [waits[column[row]] for waits, column in zip(each, columns, strict=True)]
            plain, parties = zip(*found, strict=True)
            wait = frozenset().union(*plain), frozenset().union(*parties)
            numbers.append(self._number(wait) if low[row] != high[row] else SETTLED)
        return np.asarray(numbers, np.int32)[alike]

    def _number(self, wait: Wait) -> int:
        number = self._waits.get(wait)
        if number is None:
            number = self._waits[wait] = len(self._waits)
            roles = {fact.rpartition("_")[0] for fact in wait[1]}
            asked = np.asarray([[name.removesuffix("_country") in roles for name in NAMES]])
            self._asked = np.concatenate([self._asked, asked])
        return number

    def _add_parties(self, table: pa.Table, places: Indices, waits: Indices) -> None:
        """Rows that wait for something about a party, by the parties they name."""
        columns = [waits]
        for place, name in enumerate(NAMES):
            if name not in table.column_names:
                columns.append(np.zeros(len(waits), np.int64))
                continue
            codes, values = cells_of(table.column(name))
            numbers = np.asarray([*map(self._cell, values), NOBODY], np.int64)
            # A name is kept only where something is asked about that party; elsewhere it would only set rows apart.
            columns.append(np.where(self._asked[waits, place], numbers[codes[places]], NOBODY))
        groups, firsts = grouped(columns)
        sizes = np.bincount(groups, minlength=len(firsts))
        order = np.argsort(-sizes, kind="stable")
        kept = np.stack(columns, axis=1)[firsts[order[:GROUPS]]]
        for key, rows in zip(map(tuple, kept.tolist()), sizes[order[:GROUPS]].tolist(), strict=True):
            self._rows[key] += rows
        rest = order[GROUPS:]
        left = np.bincount(waits[firsts[rest]], weights=sizes[rest], minlength=1).astype(np.int64)
        for wait in np.flatnonzero(left).tolist():
            self._rows[wait,] += int(left[wait])

    def _cell(self, value: Any) -> int:
        text = "" if value is None else str(value)
        return self._cells.setdefault(text, len(self._cells))

    def taken(self) -> Iterator[tuple[Wait, dict[str, str], int]]:
        """What was counted: what the rows of a group wait for, the cells of their parties, how many rows. It is let go."""
        waits, cells = list(self._waits), list(self._cells)
        for (wait, *named), rows in self._rows.items():
            yield waits[wait], {name: cells[cell] for name, cell in zip(NAMES, named, strict=False)}, rows
        self._rows.clear()


def _wait(matters: str, assumed: str) -> Wait:
    """What a regime waits for, from the texts of what matters and of what a default carries."""
    carried = frozenset(assumed.split("; "))
    facts = [fact for fact in matters.split("; ") if fact and fact not in carried]
    of_party = frozenset(fact for fact in facts if PARTY_FACT.match(fact))
    return frozenset(facts) - of_party, of_party


_NO_WAIT: Wait = (frozenset(), frozenset())


def _coded(told: pa.Table, name: str) -> tuple[Indices, list[str]]:
    """A column of answers as places among its distinct texts; the last of these is empty."""
    codes, values = cells_of(told.column(name))
    return codes.astype(np.int64), [*("" if value is None else str(value) for value in values), ""]


def _numbered(told: pa.Table, name: str) -> Indices:
    """A column of outcomes as numbers on the scale."""
    codes, names = _coded(told, name)
    return np.asarray([Outcome[one] if one else SETTLED for one in names], np.int64)[codes]
