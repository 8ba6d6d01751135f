"""Deals: rows that share a ``deal`` stand or fall together; the outcome is that of the worst of them.

Both ends are the maximum over the rows, as for the units of a row. A row that was rejected is not decided, so its deal is
held: it never looks free because a row of it could not be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from carveout.book.frame_book import Answered
from carveout.decide.determination import Determination
from carveout.decide.outcome import Interval, Outcome

RANK = ("go", "go_with_conditions", "hold", "license_required", "prohibited")
"""Decisions, the worst last."""

REJECTED = "rejected"
LOOKED_AT = ("deal", "id")
"""Columns of a book that tell its deals, and the rows that block them."""

NAMED = 20
"""Blocking rows whose ids are kept for a deal."""

HELD = 200_000
"""Deals that are held; rows of further ones are counted only."""


@dataclass
class Deal:
    """One deal: how many rows of each decision (and of those rejected), both ends, and the ids of rows that block it."""

    name: str
    decisions: Counter[str] = field(default_factory=Counter)
    at_least: Outcome = Outcome.not_subject
    at_most: Outcome = Outcome.not_subject
    ids: dict[str, list[str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.decisions.total()

    @property
    def interval(self) -> Interval:
        """The outcome; a rejected row leaves it open up to prohibited."""
        return Interval(self.at_least, Outcome.prohibited if self.decisions[REJECTED] else self.at_most)

    @property
    def decision(self) -> str:
        """That of the worst row; a rejected row holds the deal."""
        found = max((one for one in RANK if self.decisions[one]), key=RANK.index, default="hold")
        return max(found, "hold", key=RANK.index) if self.decisions[REJECTED] else found

    @property
    def blocked_by(self) -> int:
        """How many rows keep it from going ahead."""
        return sum(count for one, count in self.decisions.items() if _blocks(one))

    @property
    def blocking(self) -> tuple[str, ...]:
        """Ids of these rows, the worst first, some of them where there are many."""
        order = [*reversed(RANK), REJECTED]
        return tuple(name for one in order for name in self.ids.get(one, ()))[:NAMED]

    def add(self, identifier: str, decision: str, count: int = 1) -> None:
        """Rows of one decision; the id of one of them where they block."""
        self.decisions[decision] += count
        if _blocks(decision):
            held = self.ids.setdefault(decision, [])
            if len(held) < NAMED:
                held.append(identifier)


def _blocks(decision: str) -> bool:
    return decision not in RANK[:2]


class Deals:
    """The deals of a book, in the order in which they come."""

    def __init__(self) -> None:
        self.found: dict[str, Deal] = {}
        self.beyond = 0

    def __iter__(self) -> Iterator[Deal]:
        return iter(self.found.values())

    def __len__(self) -> int:
        return len(self.found)

    def worst_first(self) -> list[Deal]:
        """The deals that are blocked, the worst first, then by how many rows block them."""
        blocked = [one for one in self.found.values() if one.blocked_by]
        return sorted(blocked, key=lambda one: (-RANK.index(one.decision), -one.blocked_by, one.name))

    def of(self, cells: Mapping[str, Any]) -> Deal | None:
        """The deal of a row, None where it has none."""
        return self._deal(_name(cells.get("deal")))

    def _deal(self, name: str) -> Deal | None:
        if not name:
            return None
        if name not in self.found and len(self.found) >= HELD:
            self.beyond += 1
            return None
        return self.found.setdefault(name, Deal(name))

    def add_row(self, cells: Mapping[str, Any], identifier: str, determination: Determination | None) -> None:
        """One row decided by itself; None where it was rejected."""
        deal = self.of(cells)
        if deal is None:
            return
        if determination is None:
            deal.add(identifier, REJECTED)
            return
        deal.add(identifier, determination.decision)
        deal.at_least = max(deal.at_least, determination.overall.at_least)
        deal.at_most = max(deal.at_most, determination.overall.at_most)

    def add(self, table: pa.Table, answered: Answered) -> None:
        """A batch of a book and its answer."""
        if "deal" not in table.column_names:
            return
        names = _names(table.column("deal"))
        if not (names != "").any():
            return
        ids = _names(table.column("id")) if "id" in table.column_names else pl.Series([""] * answered.count)
        decided = np.zeros(answered.count, bool)
        decided[answered.places] = True
        told = pl.DataFrame({"deal": names, "id": ids}).filter(pl.Series(decided))
        if len(told):
            answers = {name: pl.Series(answered.results.column(f"overall_{name}").cast(pa.string()))
                       for name in ("decision", "at_least", "at_most")}  # fmt: skip
            self._answers(told.with_columns(**answers).filter(pl.col("deal") != ""))
        for place in np.flatnonzero(~decided).tolist():
            deal = self._deal(names[place])
            if deal is not None:
                deal.add(ids[place] or f"#{place + 1}", REJECTED)

    def _answers(self, frame: pl.DataFrame) -> None:
        """Rows that were decided, deal by deal: columns deal, id, decision, at_least, at_most."""
        grouped = frame.group_by("deal", "decision", "at_least", "at_most", maintain_order=True)
        for name, decision, low, high, first, count in grouped.agg(pl.col("id").head(NAMED), pl.len()).iter_rows():
            deal = self._deal(name)
            if deal is None:
                continue
            deal.decisions[decision] += count - len(first)
            for identifier in first:
                deal.add(identifier, decision)
            deal.at_least = max(deal.at_least, Outcome[low])
            deal.at_most = max(deal.at_most, Outcome[high])


def _names(column: pa.ChunkedArray) -> pl.Series:
    """Names of deals or rows as :func:`_name` reads each."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        texts = pl.Series(column).fill_null("")
        return texts.str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.Series([_name(cell) for cell in column.to_pylist()], dtype=pl.String)


def _name(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split()) if cell is not None else ""
