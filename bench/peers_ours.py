"""Our own engine on the very columns that the peers get: the frame interpreter, outcome only, one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.peers_program import Program
from carveout.decide.frame_answer import BlockFacts, UnitColumns, outcome_of
from carveout.decide.planes import MISSING_HIGH, MISSING_LOW, Codes, Column, Range
from carveout.facts.value import FALSE, TRUE, UNKNOWN
from carveout.law.view import View

Outcomes = tuple[list[int], list[int]]


def prepare(view: View, program: Program, table: pa.Table) -> Callable[[], Outcomes]:
    """The rows as the frame holds them; what is returned decides them."""
    facts: dict[str, Column] = {}
    for name, column in program.columns.items():
        if column.end != "high" and column.fact != "act_date":
            upper = name.removesuffix("low") + "high" if column.end else name
            facts[column.fact] = _column(column.type, table[name], table[upper])
    rows, on = table.num_rows, table["act_date"].to_numpy()
    none = np.zeros((rows, 2), np.uint64)
    unit = UnitColumns(facts, np.zeros(rows, np.uint8), none, np.zeros(rows, np.uint8), none)
    block = BlockFacts(rows, on, [unit], [], frozenset(), none, none, none)

    def run() -> Outcomes:
        lower, upper = outcome_of(view, block)
        return lower, upper

    return run


def _column(kind: str, low: pa.ChunkedArray, high: pa.ChunkedArray) -> Column:
    if kind == "text":
        coded = low.combine_chunks().dictionary_encode()
        values = coded.dictionary.to_pylist()
        codes = np.asarray(pc.fill_null(coded.indices, len(values)))
        return Codes(codes.astype(np.uint8 if len(values) < 256 else np.uint16), (*values, None))
    if kind == "bool":
        codes = np.asarray(pc.if_else(pc.is_null(low), 2, pc.cast(low, pa.uint8())), np.uint8)
        return Codes(codes, (FALSE, TRUE, UNKNOWN))
    return Range(_number(low, MISSING_LOW), _number(high, MISSING_HIGH))


def _number(cells: pa.ChunkedArray, missing: int) -> Any:
    return np.asarray(pc.fill_null(cells, missing))
