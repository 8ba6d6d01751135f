"""The workbook of a plan: a sheet for each table of plan.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from carveout.decide.shape import NOTICE
from carveout.facts.whole_file import whole_file
from carveout.papers.sheets import Sheets

Table = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""Columns, rows."""


def write_plan_workbook(
    path: Path, title: str, sheets: Mapping[str, Table], percents: Sequence[str] = (), *, notice: str = NOTICE
) -> None:
    """Write the workbook, whole or not at all. Columns named in ``percents`` are shares; a text that is a day is written as one."""
    with whole_file(path) as part, Sheets(part, title, notice=notice) as book:
        for name, (columns, rows) in sheets.items():
            book.table(name, columns, [[_day(cell) for cell in row] for row in rows], shares=percents)


def _day(cell: Any) -> Any:
    if isinstance(cell, str) and len(cell) == 10 and cell[4:5] == "-":
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return cell
    return cell
