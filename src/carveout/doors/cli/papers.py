"""``report`` and ``memo``: a book as one page, an answer or a deal as a paper to file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carveout.doors.cli import books
from carveout.doors.cli.chart import courses_of, drawing, horizon, judged, lapse_days
from carveout.doors.cli.shared import REJECTED, Stop, counted, day, say

if TYPE_CHECKING:
    from carveout.book.course import Course
    from carveout.book.deal import Deal
    from carveout.book.decide_book import Asked, Decided
    from carveout.papers.charts.cascade import Day
    from carveout.papers.report import Shown

Book = Annotated[str, typer.Argument(help="The book, as for determine.", metavar="BOOK")]
On = Annotated[str | None, typer.Option("--on", help="Day of the act for every row.", metavar="DATE")]
Known = Annotated[
    str | None, typer.Option("--known", help="As a reader of that day could know the law.", metavar="DATE")
]
Scenario = Annotated[
    list[str], typer.Option("--scenario", help="Lay a scenario over the law; may be repeated.", metavar="NAME")
]
Strict = Annotated[bool, typer.Option("--strict", help="Turn every default off.")]
Parties = Annotated[
    str | None, typer.Option("--parties", help="Further parties of the rows, as for determine.", metavar="FILE")
]
Through = Annotated[
    str | None,
    typer.Option("--through", help="The last day drawn; else a little after the last change.", metavar="DATE"),
]

CAPTIONS = {
    "outcomes": ("How the book stands, day by day", "Rows by outcome; each counts from its own day on."),
    "coverage": ("What covers each row, until when", "The rows that are free and end first, with the last day of each free stretch."),
    "lapses": ("What lapses, and what comes free", "The days on which rows change, what moves them, and their value."),
    "activities": ("Which activities are barred, and when", "Rows that may not surely go ahead, by activity and month."),
    "exposure": ("Exposure by country and by party", "Rows by outcome on their own day."),
}  # fmt: skip


def report(
    book: Book,
    output: Annotated[str, typer.Option("-o", "--output", help="The report: a page (.html) or a workbook (.xlsx).", metavar="FILE")] = "",
    through: Through = None, on: On = None, known: Known = None, scenario: Scenario = [],  # noqa: B006
    strict: Strict = False, parties: Parties = None,
) -> None:  # fmt: skip
    """The report of a book: a page with summary, deals, changes, pictures, rows and reasons, which needs nothing else; or a
    workbook with a sheet for every day on which rows change.

    Exit codes: 0 done, 2 wrong usage or a book that cannot be read, 3 some rows were rejected (the report lists them).
    """
    path = _named(output, ".html", ".xlsx")
    books.not_what_is_read((book, parties), (output,))
    rejected = write(book, path, books.asked(on, known, scenario, strict), parties, through)
    if rejected:
        raise typer.Exit(REJECTED)


def write(book: str, path: Path, asked: Asked, parties: str | None, through: str | None = None) -> int:
    """Write the report of a book; how many rows were rejected."""
    from carveout.book.error import BookError
    from carveout.papers.report import report_html, write_report
    from carveout.papers.workbook import write_workbook

    if book == "-":
        raise Stop("a report reads its book twice; name a file instead of standard input")
    errors: list[str] = []
    rows, _ = judged(book, asked, parties, errors)
    try:
        courses = courses_of(rows)
        if path.suffix.lower() == ".xlsx":
            held = {one.id: one for one in courses}
            sheets = write_workbook(path, Path(book).name, rows, held, view=asked.view, errors=errors)
            say(f"Written to {path}: {counted(len(rows), 'row')}, {counted(sheets, 'day')} on which rows change.")
            return len(errors)
        days, _ = lapse_days(book, asked, parties, quiet=True)
        html = report_html(
            Path(book).name, rows, {one.id: one for one in courses}, view=asked.view, days=days, errors=errors,
            pictures=_pictures(asked, courses, days, through),
        )  # fmt: skip
        write_report(path, html)
    except (BookError, ValueError) as error:
        raise Stop(str(error)) from None
    say(f"Written to {path}: {counted(len(rows), 'row')}, {len(html) // 1024:,} KiB.")
    return len(errors)


def _pictures(asked: Asked, courses: Sequence[Course], days: Sequence[Day], through: str | None) -> list[Shown]:
    from carveout.papers.charts.cascade import cascade
    from carveout.papers.report import Shown

    found, last = [], day(through, "--through")
    for name, (heading, caption) in CAPTIONS.items():
        if name == "lapses":
            if days:
                found.append(Shown(heading, cascade(days, known=asked.view.known), caption))
        else:
            found.append(Shown(heading, drawing(name, asked, list(courses), None, last)(), caption))
    return found


def memo(
    book: Book,
    id: Annotated[str | None, typer.Option("--id", help="The row it is about.", metavar="ID")] = None,
    deal: Annotated[str | None, typer.Option("--deal", help="The deal it is about: all rows of it.", metavar="NAME")] = None,
    output: Annotated[str, typer.Option("-o", "--output", help="The memo: .pdf.", metavar="FILE")] = "",
    receipts: Annotated[
        str | None,
        typer.Option("--receipts", help="Sign a receipt of each row into this file, and name it in the memo.", metavar="FILE"),
    ] = None,
    through: Through = None, on: On = None, known: Known = None, scenario: Scenario = [],  # noqa: B006
    strict: Strict = False, parties: Parties = None,
) -> None:  # fmt: skip
    """The memo to file of one row or one deal: question, answer, reasons with citations, assumptions, conditions, what would
    change it, evidence, receipt.

    Exit codes: 0 done, 2 wrong usage or a book that cannot be read, 3 some rows of the deal were rejected.
    """
    path = _named(output, ".pdf")
    if (id is None) == (deal is None):
        raise Stop("a memo is about one row or one deal: name it with --id or with --deal")
    books.not_what_is_read((book, parties), (output, receipts))
    file(
        book,
        path,
        books.asked(on, known, scenario, strict),
        parties,
        id=id,
        deal=deal,
        receipts=receipts,
        through=through,
    )


def file(
    book: str, path: Path, asked: Asked, parties: str | None = None, *, id: str | None = None, deal: str | None = None,
    receipts: str | None = None, through: str | None = None,
) -> None:  # fmt: skip
    """Write the memo of a row or a deal."""
    from carveout.book.error import BookError
    from carveout.papers.memo import write_memo

    rows, held, rejected = _about(book, asked, parties, id, deal)
    courses = courses_of(rows)
    try:
        last = day(through, "--through") or horizon(courses, "coverage")
        signed = _signed(rows, receipts, asked)
        write_memo(path, rows, {one.id: one for one in courses}, deal=held, receipts=signed, through=last)
    except (BookError, ValueError) as error:
        raise Stop(str(error)) from None
    say(f"Written to {path}: {counted(len(rows), 'row')}" + (f", {rejected} rejected." if rejected else "."))
    if rejected:
        raise typer.Exit(REJECTED)


def _about(
    book: str, asked: Asked, parties: str | None, id: str | None, deal: str | None
) -> tuple[list[Decided], Deal | None, int]:  # fmt: skip
    """The rows a memo is about, and the deal; every other row of the book is passed over."""
    from carveout.book.deal import Deals
    from carveout.law.corpus import nearest

    found: list[Decided] = []
    names: dict[str, None] = {}
    deals, rejected = Deals(), 0
    for one in books.rows_of(book, asked, books.parties_of(book, parties)):
        own = deals.of(one.record.cells)
        name = one.row.id if deal is None else own.name if own else ""
        names.setdefault(name)
        if name != (id if deal is None else deal):
            continue
        deals.add_row(one.record.cells, one.row.id, one.determination)
        if one.determination is None:
            rejected += 1
            for bad in one.errors:
                say(f"rejected: {bad}")
        else:
            found.append(one)
    wanted = id if deal is None else deal
    if not found:
        what = "row" if deal is None else "deal"
        if rejected:
            raise Stop(f"the {what} {wanted!r} was rejected; there is nothing to write about", REJECTED)
        raise Stop(f"{book} has no {what} {wanted!r}; {nearest(wanted or '', names)}")
    return found, deals.found.get(deal) if deal is not None else None, rejected


def _signed(rows: Sequence[Decided], receipts: str | None, asked: Asked) -> Mapping[str, tuple[str, str]]:
    """Receipts of the rows, written into a file: row -> hash of the line, id of the key."""
    if receipts is None:
        return {}
    from carveout.book.ledger import ledger
    from carveout.decide.signing import key_id
    from carveout.doors.cli.receipt import signer

    found = {}
    with ledger(Path(receipts), signer(), asked) as held:
        for one in rows:
            held.add(one)
            found[one.row.id] = (str(held.chain.head), key_id(held.chain.signer.public))
    say(f"Written to {receipts}: {counted(len(found), 'receipt')}.")
    return found


def _named(output: str, *endings: str) -> Path:
    if Path(output).suffix.lower() not in endings:
        raise Stop("name the file with " + " or ".join(f"-o FILE{ending}" for ending in endings))
    return Path(output)
