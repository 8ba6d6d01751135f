"""What is kept of the rows whose outcome changes, until the book is read: compact, so that ten million of them fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carveout.book.columns import cells_of, one_array, read_column
from carveout.decide.planes import Range
from carveout.facts.row import UNKNOWN_WORDS
from carveout.facts.schema import ROLES, schema
from carveout.law.view import View
from carveout.parties.matcher import matcher_of

Places = npt.NDArray[np.int64]
TEXTS = ("deal", "site", "currency")
"""Labels that are carried along, where the book has them."""

LISTED, POSSIBLE, NAMED, NOBODY = range(4)
"""How a party of a row is known; the first of the best known is the one the row is counted for."""


@dataclass
class Labels:
    """Texts by number, the same number for the same text in every batch; the first stands for no text."""

    numbers: dict[str, int] = field(default_factory=lambda: {"": 0})
    parts: list[npt.NDArray[np.int32]] = field(default_factory=list)

    def number(self, text: str) -> int:
        """The number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))

    @property
    def texts(self) -> list[str]:
        """The texts, by number."""
        return list(self.numbers)

    def codes(self) -> npt.NDArray[np.int32]:
        """The number of every row kept."""
        self.parts = [np.concatenate(self.parts)] if self.parts else [np.empty(0, np.int32)]
        return self.parts[0]


class KeptRows:
    """Ids, days, values and labels of the rows kept, in the order of the book."""

    def __init__(self, view: View) -> None:
        self._matcher = matcher_of(view)
        self._ids: list[pa.Array] = []
        self._values: list[npt.NDArray[np.float64]] = []
        self._on: list[npt.NDArray[np.int32]] = []
        self._parties: dict[str, tuple[int, str]] = {}
        self.labels: dict[str, Labels] = {}
        self.has_values = False
        self.count = 0

    def add(self, table: pa.Table, rows: Places, on: npt.NDArray[np.int32]) -> None:
        """More rows: their places in a batch, and their days."""
        part = table.select([name for name in table.column_names if name in _WANTED]).take(pa.array(rows))
        self._ids.append(ids_of(part))
        self._on.append(on)
        self._values.append(self._numbers(part))
        for name in TEXTS:
            if name in part.column_names:
                codes, cells = cells_of(part.column(name))
                texts = [*(str(cell).strip() for cell in cells), ""]
                self._add(name, codes, texts)
        if any(role in part.column_names for role in ROLES):
            self._add_parties(part)
        self.count += len(rows)
        for labels in self.labels.values():
            # A column that this batch lacks is empty in its rows.
            short = self.count - sum(map(len, labels.parts))
            if short:
                labels.parts.append(np.zeros(short, np.int32))

    def _numbers(self, part: pa.Table) -> npt.NDArray[np.float64]:
        if "value" not in part.column_names:
            return np.full(part.num_rows, np.nan)
        self.has_values = True
        read = read_column(schema()["value"], part.column("value")).column
        assert isinstance(read, Range)
        return np.where(read.low == read.high, read.low, np.nan)

    def _labels(self, name: str) -> Labels:
        found = self.labels.get(name)
        if found is None:
            found = self.labels[name] = Labels()
            if self.count:
                found.parts.append(np.zeros(self.count, np.int32))
        return found

    def _add(self, name: str, codes: npt.NDArray[Any], texts: list[str]) -> None:
        labels = self._labels(name)
        used = np.unique(codes)
        table = np.zeros(len(texts), np.int32)
        table[used] = [labels.number(texts[place]) for place in used.tolist()]
        labels.parts.append(table[codes])

    def _add_parties(self, part: pa.Table) -> None:
        """One party a row: a listed one before one that may be listed, before one that is only named."""
        labels = self._labels("party")
        best = np.full(part.num_rows, NOBODY, np.uint8)
        chosen = np.zeros(part.num_rows, np.int32)
        for role in ROLES:
            if role not in part.column_names:
                continue
            codes, cells = cells_of(part.column(role))
            ranks = np.full(len(cells) + 1, NOBODY, np.uint8)
            table = np.zeros(len(cells) + 1, np.int32)
            for place in np.unique(codes).tolist():
                if place < len(cells):
                    ranks[place], name = self._party(" ".join(str(cells[place]).split()))
                    table[place] = labels.number(name)
            better = ranks[codes] < best
            best = np.where(better, ranks[codes], best)
            chosen = np.where(better, table[codes], chosen)
        labels.parts.append(chosen)

    def _party(self, text: str) -> tuple[int, str]:
        """How a name is known, and the name: that of the entry where it is listed."""
        found = self._parties.get(text)
        if found is None:
            if not text or text.casefold() in {*UNKNOWN_WORDS, "none"}:
                self._parties[text] = NOBODY, ""
                return NOBODY, ""
            match = self._matcher.find(text)
            if match.sort == "exact":
                found = LISTED, match.candidates[0].name
            else:
                found = (POSSIBLE if match.sort == "possible" else NAMED), text
            self._parties[text] = found
        return found

    # What was kept

    def ids(self) -> pa.Array:
        """The ids."""
        if len(self._ids) != 1:
            # Texts of more than two gigabytes need offsets of eight bytes.
            kind = pa.string() if sum(part.nbytes for part in self._ids) < 2**31 else pa.large_string()
            parts = [part.cast(kind) for part in self._ids]
            self._ids = [pa.concat_arrays(parts) if parts else pa.array([], kind)]
        return self._ids[0]

    def values(self) -> npt.NDArray[np.float64]:
        """The values; not a number where none is stated."""
        self._values = [np.concatenate(self._values)] if self._values else [np.empty(0)]
        return self._values[0]

    def on(self) -> npt.NDArray[np.int32]:
        """The days of the act."""
        self._on = [np.concatenate(self._on)] if self._on else [np.empty(0, np.int32)]
        return self._on[0]


_WANTED = frozenset(("id", "value", *TEXTS, *ROLES))


def ids_of(table: pa.Table) -> pa.Array:
    """The ids of rows as text, as the reader of rows reads them."""
    column = one_array(table.column("id"))
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pc.utf8_trim_whitespace(column.cast(kind))
    return pa.array([str(cell).strip() for cell in column.to_pylist()], pa.string())
