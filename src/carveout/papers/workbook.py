"""The workbook of a book: its rows with their answers, its deals, a sheet for every day on which rows change.

Every text is written as a text, so that no cell runs as a formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from carveout import __version__
from carveout.book.course import Course
from carveout.book.deal import Deals
from carveout.book.decide_book import Decided
from carveout.book.writer import result_columns, whole_file
from carveout.decide.outcome import Interval
from carveout.decide.render import DECISION_WORDS, say
from carveout.decide.shape import NOTICE
from carveout.law.view import View
from carveout.papers.memo import BANNER

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_SHEETS = 60
"""Days that have a sheet of their own; further ones share the last."""

ANSWERS = ("decision", "outcome", "under", "runs through", "changes on", "evidence", "assumed", "to settle",
           "party", "citations", "explanation")  # fmt: skip
WIDEST, SAMPLE = 60, 200


class _Book:
    """The workbook while it is written: its formats, and tables with a frozen header and a filter."""

    def __init__(self, path: Path, title: str) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self.book.set_properties({"title": title, "author": "Carveout", "comments": NOTICE})
        self.head = self.book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#eef1f4"}
        )
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        self.number = self.book.add_format({"num_format": "#,##0.##", "valign": "top"})
        self.title = self.book.add_format({"font_size": 16})
        self.marks = {name: self.book.add_format({"font_color": "#ffffff", "bg_color": color, "valign": "top"})
                      for name, color in BANNER.items()}  # fmt: skip

    def table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], intro: str = "") -> Worksheet:
        """A sheet with a table: the header frozen below the intro, a filter over it."""
        sheet = self.book.add_worksheet(name)
        top = 1 if intro else 0
        if intro:
            sheet.write_string(0, 0, intro)
        for place, column in enumerate(columns):
            sheet.write_string(top, place, column, self.head)
            widest = max([len(column), *(len(str(row[place])) for row in rows[:SAMPLE] if row[place] is not None)])
            sheet.set_column(place, place, min(WIDEST, max(9, widest + 2)))
        for line, row in enumerate(rows, top + 1):
            for place, cell in enumerate(row):
                self.cell(sheet, line, place, cell)
        sheet.freeze_panes(top + 1, 1)
        if columns:
            sheet.autofilter(top, 0, max(top + 1, top + len(rows)), len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        sheet.set_footer(f"&L&8{NOTICE}&R&8&P / &N")
        return sheet

    def cell(self, sheet: Worksheet, line: int, place: int, cell: Any) -> None:
        """One cell by its type; the word of a decision in its color."""
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            sheet.write_boolean(line, place, cell, self.text)
        elif isinstance(cell, (int, float)):
            sheet.write_number(line, place, cell, self.number)
        elif isinstance(cell, date):
            sheet.write_datetime(line, place, datetime(cell.year, cell.month, cell.day), self.day)  # noqa: DTZ001
        else:
            sheet.write_string(line, place, str(cell)[:32_767], self._mark(str(cell)))

    def _mark(self, cell: str) -> Format:
        held = next((name for name, word in DECISION_WORDS.items() if word == cell), None)
        return self.marks[held] if held else self.text


def write_workbook(
    path: Path, name: str, rows: Sequence[Decided], courses: Mapping[str, Course], *, view: View,
    errors: Sequence[str] = (), written: datetime | None = None,
) -> int:  # fmt: skip
    """Write the workbook, whole or not at all; how many days have a sheet.

    Raises:
        BookError: a name that cannot be written.
        ValueError: no row.
    """
    if not rows:
        raise ValueError("no row could be decided; there is nothing to write")
    stamp = (written or datetime.now(UTC)).astimezone(UTC)
    with whole_file(path) as part:
        made = _Book(part, f"{name}: determinations")
        made.book.set_properties({"title": f"{name}: determinations", "author": "Carveout", "comments": NOTICE,
                                  "created": stamp.replace(tzinfo=None)})  # fmt: skip
        _summary(made, name, rows, view, errors, stamp)
        _rows(made, rows)
        _deals(made, rows)
        sheets = _lapses(made, rows, courses, view)
        made.book.close()
    return sheets


def _summary(
    made: _Book, name: str, rows: Sequence[Decided], view: View, errors: Sequence[str], stamp: datetime
) -> None:
    sheet = made.book.add_worksheet("Summary")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, name, made.title)
    seen = f"as the law could be known on {view.known}" if view.known else "with all law that is held"
    under = f", under the scenario {', '.join(view.scenarios)}, which is not law" if view.scenarios else ""
    counts = {word: sum(one.determination.decision == key for one in rows if one.determination)
              for key, word in DECISION_WORDS.items()}  # fmt: skip
    lines: list[tuple[str, Any]] = [
        ("Written", f"{stamp:%Y-%m-%d %H:%M} UTC, {seen}{under}"), ("Rows decided", len(rows)),
        *((word, count) for word, count in counts.items() if count), ("Law reviewed through", view.corpus.reviewed_through),
        ("Engine", f"carveout {__version__}"), ("Law and lists, SHA-256", view.corpus.hash),
        *((f"Screened against {held.list}", f"as of {held.vintage}; {held.covers}") for held in view.corpus.lists),
        *(("Not evaluated", rule.title) for rule in view.corpus.not_encoded),
        *(("Rejected: never free", error) for error in errors), ("Notice", NOTICE),
    ]  # fmt: skip
    for line, (what, cell) in enumerate(lines, 2):
        sheet.write_string(line, 0, what, made.text)
        made.cell(sheet, line, 1, cell)


def _rows(made: _Book, rows: Sequence[Decided]) -> None:
    """All rows: id and day, the answer, then the columns of the book."""
    own = list(dict.fromkeys(name for one in rows for name in one.record.cells if name and name not in ("id", "on")))
    lines = []
    for one in rows:
        found = one.determination
        assert found is not None
        answer = found.regimes[found.overall_regime]
        cited = found.view.corpus.provisions
        told = result_columns(found)
        lines.append([
            one.row.id, found.transaction.on, DECISION_WORDS[found.decision], say(str(found.overall)),
            ", ".join(dict.fromkeys(cited[name].citation for name in answer.authorizations)), answer.authority_through,
            found.overall_changes_on, answer.evidence.name, ", ".join(answer.assumed),
            ", ".join(name for name in answer.matters if name not in answer.assumed),
            ", ".join(dict.fromkeys(entry for _, entry in answer.parties)), "; ".join(answer.citations), told["explanation_id"],
            *(one.record.cells.get(name) for name in own),
        ])  # fmt: skip
    made.table("Rows", ["id", "on", *ANSWERS, *own], lines)


def _deals(made: _Book, rows: Sequence[Decided]) -> None:
    deals = Deals()
    for one in rows:
        deals.add_row(one.record.cells, one.row.id, one.determination)
    if not deals:
        return
    chosen = [*deals.worst_first(), *(one for one in deals if not one.blocked_by)]
    lines = [[one.name, DECISION_WORDS[one.decision], say(str(one.interval)), one.rows, one.blocked_by, ", ".join(one.blocking)]
             for one in chosen]  # fmt: skip
    made.table("Deals", ["deal", "decision", "outcome", "rows", "blocking rows", "named"], lines)


def _lapses(made: _Book, rows: Sequence[Decided], courses: Mapping[str, Course], view: View) -> int:
    """A sheet per day on which rows change: before, after, what moved them."""
    days: dict[date, list[list[Any]]] = {}
    cited = view.corpus.provisions
    for one in rows:
        course = courses[one.row.id]
        for before, after in pairwise(course.stretches):
            days.setdefault(after.start, []).append([
                one.row.id, course.on, say(str(before.outcome)), say(str(after.outcome)), _way(before.outcome, after.outcome),
                ", ".join(dict.fromkeys(cited[name].citation for name in after.causes)), course.party, course.deal, course.site,
                course.value, course.currency,
            ])  # fmt: skip
    columns = ["id", "on", "before", "from this day", "way", "by", "party", "deal", "site", "value", "currency"]
    ordered = sorted(days.items())
    for day, lines in ordered[:MOST_SHEETS]:
        made.table(f"From {day}", columns, lines, f"Rows that change on {day}, all facts equal, as known")
    rest = [[day, *line] for day, lines in ordered[MOST_SHEETS:] for line in lines]
    if rest:
        made.table("Later", ["day", *columns], rest)
    return min(len(ordered), MOST_SHEETS)


def _way(before: Interval, after: Interval) -> str:
    """Which way a row goes, in the words of the lapse cascade."""
    if not after.at_least.is_free and before.at_least.is_free:
        return "barred"
    if after.at_most.is_free == before.at_most.is_free:
        return "other"
    return "freed" if after.at_most.is_free else "doubtful"
