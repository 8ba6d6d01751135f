"""The workbook of a plan: a sheet for each table of plan.json, every text written as a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from carveout.decide.shape import NOTICE
from carveout.facts.whole_file import whole_file

WIDEST = 60

Table = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""Columns, rows."""


def write_plan_workbook(path: Path, title: str, sheets: Mapping[str, Table], percents: Sequence[str] = ()) -> None:
    """Write the workbook, whole or not at all. Columns named in ``percents`` are shares."""
    with whole_file(path) as part:
        book = xlsxwriter.Workbook(str(part), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"title": title, "author": "Carveout", "comments": NOTICE})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#eef1f4"})
        number = book.add_format({"num_format": "#,##0.##"})
        percent = book.add_format({"num_format": "0.0%"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        for name, (columns, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column, head)
                widest = max([len(column), *(len(str(row[place])) for row in rows[:200] if row[place] is not None)])
                sheet.set_column(place, place, min(WIDEST, max(9, widest + 2)))
            for line, row in enumerate(rows, 1):
                for place, cell in enumerate(row):
                    if isinstance(cell, bool):
                        sheet.write_boolean(line, place, cell)
                    elif isinstance(cell, int | float):
                        sheet.write_number(line, place, cell, percent if columns[place] in percents else number)
                    elif (found := _day(cell)) is not None:
                        sheet.write_datetime(line, place, datetime(found.year, found.month, found.day), day)  # noqa: DTZ001
                    elif cell is not None and cell != "":
                        sheet.write_string(line, place, str(cell)[:32_767])
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            sheet.set_footer(f"&L&8{NOTICE}&R&8&P / &N")
        book.close()


def _day(cell: Any) -> date | None:
    if isinstance(cell, str) and len(cell) == 10 and cell[4:5] == "-":
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return None
    return None
