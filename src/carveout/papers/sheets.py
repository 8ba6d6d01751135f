"""The workbooks of all papers: tables with a frozen header and a filter, and pages of statements; one look, in one place.

Every text is written as a text, so that no cell runs as a formula; a column is as wide as what is in it, up to a width at which
a text is wrapped; a sheet prints one page wide, with its header on every page.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import xlsxwriter

from carveout.book.row_height import LINE, height_of
from carveout.decide.render import DECISION_WORDS
from carveout.decide.shape import NOTICE
from carveout.papers.theme import BANNER

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

WIDEST, NARROWEST, SAMPLE = 46, 9, 200
"""Widths of a column in letters, and the rows that are looked at to choose one."""

AIR = 3
"""Points that a header is higher than its text."""

LONGEST = 32_767
"""Letters that a cell holds."""

COLORS = {DECISION_WORDS[name]: color for name, color in BANNER.items()} | {
    "alert": BANNER["license_required"], "clear": BANNER["go"],
}  # fmt: skip
"""The word of a decision, of a determination or a screening -> its color."""

MARKED = "decision"
"""The column whose words are in their color."""


class Sheets:
    """A workbook while it is written; closed at the end of its ``with``."""

    def __init__(self, path: Path, title: str, *, notice: str = NOTICE, created: datetime | None = None) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self.notice = notice
        stamp = (created or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
        self.book.set_properties({"title": title, "author": "Carveout", "comments": notice, "created": stamp})
        self._format = cache(lambda **wanted: self.book.add_format({"valign": "top", **wanted}))

    def __enter__(self) -> Self:
        """The workbook itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write all of it."""
        if kind is None:
            self.book.close()

    # Tables

    def table(
        self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, intro: str = "",
        shares: Sequence[str] = (), printed: int = 0,
    ) -> None:  # fmt: skip
        """A sheet with a table: the header frozen below the intro, a filter over it.

        Columns named in ``shares`` are shares of one. Where the table has more columns than a page holds, the first ``printed``
        ones are printed, and only they are wrapped.
        """
        seen = printed or len(columns)
        sheet = self.book.add_worksheet(name)
        top = 1 if intro else 0
        if intro:
            sheet.write_string(0, 0, intro)
        head = self._format(bold=True, bottom=1, text_wrap=True, bg_color="#eef1f4")
        widths = [_width(column, [row[place] for row in rows[:SAMPLE]]) for place, column in enumerate(columns)]
        for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.write_string(top, place, column, head)
            sheet.set_column(place, place, width)
        sheet.set_row(top, AIR + (height_of(zip(columns, (width - 2 for width in widths), strict=True)) or LINE))
        for line, row in enumerate(rows, top + 1):
            sheet.set_row(line, height_of(zip(map(_told, row[:seen]), widths[:seen], strict=True)))
            for place, cell in enumerate(row):
                color = COLORS.get(str(cell)) if columns[place] == MARKED else None
                look = {"font_color": color, "bold": True} if color else {}
                wrap = {} if place < seen else {"text_wrap": False}
                self._cell(sheet, line, place, cell, share=columns[place] in shares, **look, **wrap)
        sheet.freeze_panes(top + 1, 1)
        if columns:
            sheet.autofilter(top, 0, max(top + 1, top + len(rows)), len(columns) - 1)
        if seen < len(columns):
            sheet.print_area(0, 0, max(top + 1, top + len(rows)), seen - 1)
        sheet.repeat_rows(top)
        self._paper(sheet)

    def _cell(self, sheet: Worksheet, line: int, place: int, cell: Any, *, share: bool = False, **look: Any) -> None:
        """One cell by its type; ``look`` is more of its format."""
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            sheet.write_boolean(line, place, cell, self._format(align="left", **look))
        elif isinstance(cell, int | float) and math.isfinite(cell):
            shown = "0.0%" if share else _number(cell)
            sheet.write_number(
                line, place, cell, self._format(**{"num_format": shown, "align": "right", "indent": 1} | look)
            )
        elif isinstance(cell, date):
            day = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
            sheet.write_datetime(line, place, day, self._format(num_format="yyyy-mm-dd", align="left", **look))
        else:
            told = "no bound" if cell == math.inf else str(cell)[:LONGEST]
            sheet.write_string(line, place, told, self._format(**{"text_wrap": True} | look))

    # Pages

    def page(self, name: str, title: str, lines: Sequence[tuple[str, Any]]) -> None:
        """A sheet of statements: what, and what is said of it."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 96)
        sheet.write_string(0, 0, title, self._format(font_size=16))
        sheet.set_row(0, 26)
        for line, (what, cell) in enumerate(lines, 2):
            sheet.set_row(line, height_of([(what, 30), (_told(cell), 100)]))
            sheet.write_string(line, 0, what, self._format(text_wrap=True, bold=True))
            told = ("no", "yes")[cell] if isinstance(cell, bool) else cell
            look: dict[str, Any] = {"align": "left", "indent": 0} if isinstance(told, int | float) else {}
            self._cell(sheet, line, 1, told, **look)
        self._paper(sheet)

    def statement(
        self, name: str, title: str, lines: Sequence[tuple[str, str]], columns: Mapping[str, int], rows: Sequence[Sequence[Any]],
        closing: Sequence[str], *, colored: Mapping[str, str], signed: Sequence[str],
    ) -> None:  # fmt: skip
        """A page that is signed: statements, a table (column -> its width), closing sentences, and lines for signatures.

        ``colored`` are statements that stand out: what -> the color behind it. The last row of the table is a sum.
        """
        sheet, widths = self.book.add_worksheet(name), list(columns.values())
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.write_string(0, 0, title, self._format(font_size=16))
        sheet.set_row(0, 26)
        line = self._statements(sheet, 2, lines, widths, colored)
        line = self._summed(sheet, line + 1, columns, rows)
        line = self._sentences(sheet, line + 1, closing, widths)
        for place, what in enumerate(signed):
            self._signature(sheet, line + 2 * (place + 1), what)
        self._paper(sheet)

    def _statements(
        self,
        sheet: Worksheet,
        line: int,
        lines: Sequence[tuple[str, str]],
        widths: Sequence[int],
        colored: Mapping[str, str],
    ) -> int:
        """What, and beside it over all columns what is said; the line after them."""
        for what, said in lines:
            color = {"bg_color": colored[what], "font_color": "#ffffff", "bold": True} if what in colored else {}
            sheet.set_row(line, height_of([(what, widths[0] - 1), (said, sum(widths[1:]))]))
            sheet.write_string(line, 0, what, self._format(bold=True, text_wrap=True))
            sheet.merge_range(line, 1, line, len(widths) - 1, said, self._format(text_wrap=True, **color))
            line += 1
        return line

    def _summed(self, sheet: Worksheet, line: int, columns: Mapping[str, int], rows: Sequence[Sequence[Any]]) -> int:
        """A table with a filter over all rows but the last, which is their sum; the line after it."""
        head = self._format(bold=True, bottom=1, top=1, text_wrap=True, bg_color="#eef1f4")
        for place, column in enumerate(columns):
            sheet.write_string(line, place, column, head)
        sheet.set_row(line, AIR + (height_of((column, width - 2) for column, width in columns.items()) or LINE))
        if len(rows) > 1:
            sheet.autofilter(line, 0, line + len(rows) - 1, len(columns) - 1)
        for number, row in enumerate(rows, 1):
            sheet.set_row(line + number, height_of(zip(map(_told, row), columns.values(), strict=True)))
            look: dict[str, Any] = {"bold": True, "top": 1} if number == len(rows) else {}
            for place, cell in enumerate(row):
                if look and cell in (None, ""):
                    sheet.write_blank(line + number, place, None, self._format(**look))
                self._cell(sheet, line + number, place, cell, **look)
        return line + len(rows) + 1

    def _sentences(self, sheet: Worksheet, line: int, sentences: Sequence[str], widths: Sequence[int]) -> int:
        for sentence in sentences:
            sheet.set_row(line, height_of([(sentence, sum(widths))]))
            sheet.merge_range(line, 0, line, len(widths) - 1, sentence, self._format(text_wrap=True))
            line += 1
        return line

    def _signature(self, sheet: Worksheet, line: int, what: str) -> None:
        sheet.write_string(line, 0, what, self._format(bold=True))
        sheet.write_string(line, 3, "Day", self._format(bold=True, align="right"))
        for place in (1, 2, 4, 5):
            sheet.write_blank(line, place, None, self._format(bottom=1))

    def _paper(self, sheet: Worksheet) -> None:
        sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8{self.notice}&R&8&P / &N")


def _number(cell: float) -> str:
    """The format of a number: whole ones without a point, small ones with what they have."""
    if cell == int(cell):
        return "#,##0"
    return "#,##0.00" if abs(cell) >= 1 else "0.0###"


def _width(column: str, cells: Sequence[Any]) -> float:
    """How wide a column is: what is in it, or the longest word of its name beside the button of the filter."""
    texts = [str(cell) for cell in cells if cell is not None and cell != ""]
    longest = max((max(len(line) for line in text.splitlines() or [""]) for text in texts), default=0)
    word = max((len(one) for one in column.split()), default=0) + 4
    short = len(column) + 4 if len(column) <= 14 else word
    return min(WIDEST, max(NARROWEST, longest + 2, short))


def _told(cell: Any) -> str:
    """A cell as a text that may be wrapped; numbers and days are not."""
    return cell if isinstance(cell, str) else ""
