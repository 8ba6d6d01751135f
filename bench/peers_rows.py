"""Rows as the peers get them: defaults filled in and parties screened by us, one column per column of the program."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from bench.peers_program import Column, Program
from carveout.book.compose import compose
from carveout.decide.transaction import relevant
from carveout.facts.row import read_row
from carveout.facts.schema import schema
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Span
from carveout.law.view import View

TYPES = {"text": pa.string(), "day": pa.int32(), "number": pa.float64(), "bool": pa.bool_()}
ANYTHING: dict[str, Any] = {"text": "", "day": 0, "number": 0.0, "bool": False}
"""What stands in a missing cell for an engine that has no unknown; asked only where it cannot matter."""


def facts_of_rows(table: pa.Table, view: View) -> tuple[list[int], list[dict[str, Any]]]:
    """The good rows that toward one party only are judged: their places, and the facts of each after defaults."""
    places, found = [], []
    for place, cells in enumerate(table.to_pylist()):
        row, errors = read_row(cells, position=place + 1)
        if errors:
            continue
        transaction = compose(row, view)
        involved = relevant(transaction)
        if len(involved) == 1:
            places.append(place)
            found.append({**transaction.facts, **involved[0].facts(), "act_date": transaction.on})
    return places, found


def spanned_facts(rows: list[dict[str, Any]]) -> frozenset[str]:
    """Facts that some row knows within bounds only."""
    return frozenset(name for facts in rows for name, value in facts.items() if isinstance(value, Span))


def columns(program: Program, rows: list[dict[str, Any]]) -> pa.Table:
    """The rows over the columns of a program; what is not known is null."""
    arrays = {}
    for name, column in program.columns.items():
        boolean = schema()[column.fact].type == "bool"
        values = [_cell(facts.get(column.fact), column, boolean=boolean) for facts in rows]
        arrays[name] = pa.array(values, TYPES[column.type])
    return pa.table(arrays)


def filled(table: pa.Table, program: Program) -> pa.Table:
    """The same without a null."""
    arrays = {name: table[name].fill_null(ANYTHING[column.type]) for name, column in program.columns.items()}
    return pa.table(arrays)


def with_empty_cells(table: pa.Table) -> frozenset[str]:
    """Columns with a null in some row."""
    return frozenset(name for name in table.column_names if table[name].null_count)


def masked(table: pa.Table, program: Program) -> pa.Table:
    """The same without a null, and beside each column that had one a column that says where it did not."""
    known = {f"{name}__known": table[name].is_valid() for name in sorted(with_empty_cells(table))}
    return pa.table({**dict(zip(table.column_names, filled(table, program).columns, strict=True)), **known})


def _cell(value: Any, column: Column, *, boolean: bool) -> Any:
    if boolean:
        return {TRUE: True, FALSE: False, UNKNOWN: None, None: None}[value]
    if isinstance(value, Span):
        value = value.high if column.end == "high" else value.low
    if isinstance(value, date):
        return column.shift.apply(value).toordinal()
    return value
