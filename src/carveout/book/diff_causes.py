"""Why rows flip from one view to another: the provisions that made the difference, for rows of a book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.compose import compose
from carveout.book.frame_book import FrameBook
from carveout.decide.causes import causes
from carveout.decide.frame_answer import BlockFacts, frames_of, judge
from carveout.decide.frame_causes import Solved, frame_causes
from carveout.decide.frame_levels import Levels
from carveout.decide.plain import Unit
from carveout.decide.planes import unpack
from carveout.decide.transaction import Transaction, relevant
from carveout.facts.row import Row, read_row
from carveout.facts.value import Value
from carveout.law.involvement import Involvement
from carveout.law.view import View

Causes = tuple[str, ...]
Rows = npt.NDArray[np.int64]


class RowCauses:
    """The causes of rows of a table; the two books differ in their view only."""

    def __init__(self, before: FrameBook, after: FrameBook) -> None:
        self.books = (before, after)
        # A name that only one of the views holds may change which parties make units, and their order.
        self.alike = _names(before.view) == _names(after.view)

    def of(self, table: pa.Table, on: npt.NDArray[np.int32]) -> list[Causes]:
        """The causes of every row; its cells hold no errors."""
        found: list[Causes] = [()] * len(on)
        rest = np.arange(len(on))
        if self.alike:
            blocks = [{tuple(rows.tolist()): b for rows, b in book.split(table, on)} for book in self.books]
            for rows in blocks[0].keys() & blocks[1].keys():
                one, other = (held[rows] for held in blocks)
                if len(one.units) == len(other.units):
                    for row, told in zip(rows, self._by_frames(one, other), strict=True):
                        found[row] = told
                    rest = np.setdiff1d(rest, rows)
        for row, cells in zip(rest.tolist(), table.take(pa.array(rest)).to_pylist(), strict=True):
            found[row] = self._plainly(cells, int(on[row]))
        return found

    def _by_frames(self, before: BlockFacts, after: BlockFacts) -> list[Causes]:
        states = [_solved(book.view, block) for book, block in zip(self.books, (before, after), strict=True)]
        (old, was), (new, now) = states
        nodes = self.books[0].network.nodes
        told = sorted(
            (nodes[i].provision.id, unpack(b, before.rows)) for i, b in frame_causes(old, new, was, now).items()
        )
        if not told:
            return [()] * before.rows
        # Rows with the same causes share one tuple.
        table = np.stack([rows for _, rows in told], axis=1)
        distinct, places = np.unique(table, axis=0, return_inverse=True)
        names = [tuple(name for (name, _), true in zip(told, row, strict=True) if true) for row in distinct]
        return [names[place] for place in places.reshape(-1)]

    def _plainly(self, cells: Mapping[str, Any], day: int) -> Causes:
        row, _ = read_row(dict(cells))
        one, other = (compose(row, book.view, on=date.fromordinal(day), strict=book.strict) for book in self.books)
        return transaction_causes(one, other, self.books[0].view, self.books[1].view)


def _names(view: View) -> dict[str, tuple[str, ...]]:
    """What screening looks at of the entries of a view."""
    return {key: (entry.name, entry.country, *entry.aliases) for key, entry in view.entries.items()}


def _solved(view: View, block: BlockFacts) -> tuple[list[Solved], Levels]:
    frames = frames_of(view, block)
    solutions = [frame.solve() for frame in frames]
    return [Solved.of(frame) for frame in frames], judge(frames, solutions)["overall"]


def row_causes(row: Row, before: View, after: View, *, on: date, strict: bool) -> Causes:
    """The causes of one row as read, with the further parties that it has."""
    one, other = (compose(row, view, on=on, strict=strict) for view in (before, after))
    return transaction_causes(one, other, before, after)


def transaction_causes(before: Transaction, after: Transaction, old: View, new: View) -> Causes:
    """The causes of one transaction composed under two views; each party is compared with itself."""
    units = [_units(before), _units(after)]
    keys = list(dict.fromkeys([*units[0], *units[1]]))
    return causes(
        [_unit(before, old, units[0].get(key) or _counterpart(before, *units[1][key])) for key in keys],
        [_unit(after, new, units[1].get(key) or _counterpart(after, *units[0][key])) for key in keys],
    )


Part = tuple[Involvement, Mapping[str, Value]]
"""A party and the variant of the facts it is judged under."""


def _units(transaction: Transaction) -> dict[Any, Part]:
    """The units of a transaction by who they are, whatever screening says of them."""
    found: dict[Any, Part] = {}
    for involved in relevant(transaction):
        for variant in transaction.variants:
            key: Any = (involved.roles, involved.name, tuple(variant.items()))
            while key in found:
                key = (key, "again")
            found[key] = involved, variant
    return found


def _counterpart(transaction: Transaction, other: Involvement, variant: Mapping[str, Value]) -> Part:
    """The same party where it makes no unit of its own: as it is involved there, or as somebody on no list."""
    for involved in transaction.involved:
        if involved.name == other.name and (involved.roles == other.roles or set(involved.roles) & set(other.roles)):
            return involved, variant
    return replace(other, match="none", candidates=()), variant


def _unit(transaction: Transaction, view: View, part: Part) -> Unit:
    involved, variant = part
    facts = {**transaction.facts, "act_date": transaction.on, **variant, **involved.facts()}
    return Unit(view, facts, dict(transaction.supplied))
