"""``chart``: one picture of a book, of one answer, or of the law; SVG or PNG."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carveout.doors.cli import books
from carveout.doors.cli.shared import REJECTED, Stop, day, say, view

if TYPE_CHECKING:
    from carveout.book.course import Course
    from carveout.book.decide_book import Asked, Decided
    from carveout.decide.determination import Determination
    from carveout.papers.charts.cascade import Day
    from carveout.papers.picture import Picture

NAMES = {
    "coverage": "what covers each row, until when",
    "outcomes": "how the book stands, day by day",
    "lapses": "what lapses and what comes free, by day, with its value",
    "activities": "which activities are barred, and when",
    "exposure": "rows or value by country and by party",
    "path": "the path of one answer (--id), with citations",
    "law": "the instruments: filed, published, effective (no book)",
}

MOST_ROWS = 5_000
"""Rows that are judged one by one for a picture or a paper; `lapses` takes any number."""


def chart(
    name: Annotated[str, typer.Argument(help="; ".join(f"{name}: {what}" for name, what in NAMES.items()), metavar="NAME")],
    book: Annotated[str | None, typer.Argument(help="The book, as for determine.", metavar="BOOK")] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", help="The picture: .svg or .png.", metavar="FILE")
    ] = "",
    id: Annotated[str | None, typer.Option("--id", help="For path: the row.", metavar="ID")] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", help="For exposure: add the values in it instead of counting rows.", metavar="CODE")
    ] = None,
    provision: Annotated[
        list[str], typer.Option("--provision", help="For law: ids that begin so; may be repeated.", metavar="ID")
    ] = [],  # noqa: B006
    through: Annotated[
        str | None, typer.Option("--through", help="The last day drawn; else a little after the last change.", metavar="DATE")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of the act for every row.", metavar="DATE")] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="As a reader of that day could know the law.", metavar="DATE")
    ] = None,
    scenario: Annotated[
        list[str], typer.Option("--scenario", help="Lay a scenario over the law; may be repeated.", metavar="NAME")
    ] = [],  # noqa: B006
    strict: Annotated[bool, typer.Option("--strict", help="Turn every default off.")] = False,
    parties: Annotated[
        str | None, typer.Option("--parties", help="Further parties of the rows, as for determine.", metavar="FILE")
    ] = None,
) -> None:  # fmt: skip
    """Draw one picture: coverage, outcomes, lapses, activities, exposure, path or law.

    Exit codes: 0 done, 2 wrong usage, a book that cannot be read or nothing to draw, 3 some rows were rejected.
    """
    from carveout.book.error import BookError
    from carveout.law.corpus import nearest
    from carveout.papers.picture import check_ending, write_picture

    if name not in NAMES:
        raise Stop(f"no chart {name!r}; {nearest(name, NAMES)}: {', '.join(NAMES)}")
    if not output:
        raise Stop("name the picture with -o FILE.svg or -o FILE.png")
    last = day(through, "--through")
    path, rejected = Path(output), 0
    try:
        check_ending(path)
        if name == "law":
            from carveout.papers.charts.law_timeline import law_timeline

            picture = law_timeline(view(known, scenario), provision, through=last)
        else:
            if book is None:
                raise Stop(f"chart {name} draws a book; name one")
            books.not_what_is_read((book, parties), (output,))
            asked = books.asked(on, known, scenario, strict)
            picture, rejected = of_book(name, book, asked, parties, id=id, currency=currency, through=last)
        write_picture(picture, path)
    except BookError as error:
        raise Stop(str(error)) from None
    except ValueError as error:
        raise Stop(f"chart {name}: {error}") from None
    say(f"Written to {output}: {picture.told}")
    if rejected:
        raise typer.Exit(REJECTED)


def of_book(
    name: str, book: str, asked: Asked, parties: str | None, *, id: str | None, currency: str | None, through: date | None,
) -> tuple[Picture, int]:  # fmt: skip
    """One picture of a book, and how many rows were rejected.

    Raises:
        ValueError: there is nothing to draw.
    """
    if name == "lapses":
        from carveout.papers.charts.cascade import cascade

        days, rejected = lapse_days(book, asked, parties)
        return cascade(days, known=asked.view.known), rejected
    rows, rejected = judged(book, asked, parties)
    if name == "path":
        from carveout.decide.explanation import explain
        from carveout.papers.charts.decision_path import decision_path

        return decision_path(explain(chosen(rows, id, book))), rejected
    return drawing(name, asked, courses_of(rows), currency, through)(), rejected


def courses_of(rows: list[Decided]) -> list[Course]:
    """The courses of rows."""
    from carveout.book.course import courses

    return courses(rows)


def drawing(
    name: str, asked: Asked, rows: list[Course], currency: str | None, through: date | None
) -> Callable[[], Picture]:  # fmt: skip
    """The picture of that name, to be drawn when asked for."""
    from carveout.papers.charts.area import area
    from carveout.papers.charts.exposure import exposure
    from carveout.papers.charts.gantt import gantt
    from carveout.papers.charts.heat_map import heat_map

    last = through or horizon(rows, name)
    citations = {key: held.citation for key, held in asked.view.corpus.provisions.items()}
    return {
        "coverage": lambda: gantt(rows, through=last, known=asked.view.known, citations=citations),
        "outcomes": lambda: area(rows, through=last),
        "activities": lambda: heat_map(rows, through=last),
        "exposure": lambda: exposure(rows, on=asked.on, currency=currency),
    }[name]


def horizon(rows: list[Course], name: str) -> date:
    """A little after the last change of any row; for coverage, after the last end of a free stretch."""
    days = [stretch.start for one in rows for stretch in one.stretches]
    if not days:
        raise ValueError("no row could be decided")
    if name == "coverage":
        free = [s.end for one in rows for s in one.stretches if s.outcome.at_most.is_free and s.end]
        days = [*(one.on for one in rows), *free]
    return max(days) + timedelta(days=max(30, (max(days) - min(days)).days // 20))


def judged(
    book: str, asked: Asked, parties: str | None, errors: list[str] | None = None
) -> tuple[list[Decided], int]:  # fmt: skip
    """The rows of a book that were decided, and how many were rejected; these are told, and go to ``errors`` too."""
    told = errors if errors is not None else []
    found: list[Decided] = []
    rejected = 0
    held = books.parties_of(book, parties)
    for one in books.rows_of(book, asked, held):
        if one.determination is None:
            rejected += 1
            told += map(str, one.errors)
            for bad in one.errors:
                say(f"rejected: {bad}")
            continue
        found.append(one)
        if len(found) > MOST_ROWS:
            raise Stop(f"{book} has more than {MOST_ROWS:,} rows, too many for one paper; draw a part of it, or lapses")
    for bad in held.leftover() if held is not None else ():
        say(f"rejected: {bad}")
        told.append(str(bad))
        rejected += 1
    return found, rejected


def chosen(rows: list[Decided], id: str | None, book: str) -> Determination:
    """The determination of one row."""
    from carveout.law.corpus import nearest

    names = {one.row.id: one.determination for one in rows if one.determination is not None}
    if id is None:
        raise Stop("name the row with --id")
    if id not in names:
        raise Stop(f"{book} has no row {id!r} that could be decided; {nearest(id, names)}")
    return names[id]


def lapse_days(
    book: str, asked: Asked, parties: str | None, *, quiet: bool = False
) -> tuple[list[Day], int]:  # fmt: skip
    """The days of the lapse cascade of a book of any size, and how many rows were rejected."""
    from carveout.book.exposure import Exposures
    from carveout.doors.cli.lapses import gathered
    from carveout.papers.charts.cascade import Day

    found = gathered(book, asked, parties, quiet=quiet)
    cascade = found.cascade()
    exposures, provisions = Exposures(cascade), asked.view.corpus.provisions
    days = []
    for held, changes in cascade.days.items():
        told = exposures.of(changes)
        causes = tuple(dict.fromkeys(provisions[cause].citation for cause in told.causes))
        days.append(Day(held, dict(told.ways), causes, dict(told.value)))
    return days, found.tally.rejected
