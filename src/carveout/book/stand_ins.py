"""Names that look alike to the law, exchanged for one that stands for them: whoever decides such rows searches no name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carveout.book.columns import BAD, EMPTY, GIVEN, SAID_UNKNOWN, cells_of
from carveout.book.pattern import REMEMBERED, ROLE_FACTS, Patterns
from carveout.facts.row import CellProblem, read_cell
from carveout.facts.schema import ROLES, Fact, schema


def with_stand_ins(table: pa.Table, patterns: Patterns) -> pa.Table:
    """Rows in which a name that looks like many others to the law is one that stands for them: whoever decides the
    rows has no such name to search. Names stay where a listing is said to be unknown, and where no default is taken.
    """
    if patterns.strict or not any(role in table.column_names for role in ROLES):
        return table
    keep = np.zeros(table.num_rows, bool)
    known = schema()
    for name in (name for name in ROLE_FACTS if name.endswith("_listing") and name in table.column_names):
        codes, cells = cells_of(table.column(name))
        keep |= np.asarray([*(role_cell(known[name], c)[0] == SAID_UNKNOWN for c in cells), False], bool)[codes]
    for role in (role for role in ROLES if role in table.column_names):
        codes, cells = cells_of(table.column(role))
        shown = _shown(known[role], cells, patterns)
        kept = pa.array([*(None if cell is None else str(cell) for cell in cells), None], pa.string())
        other = pa.array([*(None if cell is None else str(cell) for cell in shown), None], pa.string())
        column = pc.if_else(pa.array(keep), kept.take(pa.array(codes)), other.take(pa.array(codes)))
        table = table.set_column(table.column_names.index(role), role, column.dictionary_encode())
    return table


def _shown(role: Fact, cells: Sequence[Any], patterns: Patterns) -> list[Any]:
    """For each cell the one that stands for it: its own where the lists tell it apart."""
    # A name is read alike in every role.
    memo = patterns.stood
    if len(memo) > REMEMBERED:
        memo.clear()
    fresh = {cell: role_cell(role, cell) for cell in cells if cell not in memo}
    given = {cell: name for cell, (state, name) in fresh.items() if state == GIVEN}
    memo.update((cell, cell) for cell in fresh)
    for (cell, name), alike in zip(given.items(), patterns.stand_ins(list(given.values())), strict=True):
        if alike != name:
            memo[cell] = alike
    return [memo[cell] for cell in cells]


def role_cell(fact: Fact, cell: Any) -> tuple[int, Any]:
    """State and value of a cell about a party."""
    try:
        value = read_cell(fact, cell)
    except CellProblem:
        return BAD, None
    if value is None:
        return (SAID_UNKNOWN if str(cell or "").strip() else EMPTY), None
    return GIVEN, value.casefold() if isinstance(value, str) and fact.name.endswith(("_listing", "_owners")) else value
