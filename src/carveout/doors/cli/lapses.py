"""``lapses``: every later change of a book's outcomes, day by day; as a calendar; and against what became known."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli import books
from carveout.doors.cli.shared import REJECTED, Stop, console, counted, day, say

if TYPE_CHECKING:
    from pyarrow import Table

    from carveout.book.back_test import BackTest, Differing
    from carveout.book.cascade import Cascade
    from carveout.book.decide_book import Asked
    from carveout.book.exposure import Exposure
    from carveout.book.lapses import Gathered
    from carveout.book.timeline_book import TimelineBook
    from carveout.facts.row import CellError

FEW_DAYS = 100
"""Days that are shown on the terminal; a file has them all."""

FEW_NAMES = 2
"""Parties and sites that are named for a day on the terminal."""

FEW_DIFFERING = 40
"""Stretches of the back-test that are shown on the terminal."""

SHOWN_IDS = 20
"""Ids of rows that a calendar entry is given."""


def lapses(
    book: Annotated[str, typer.Argument(help="The book, as for determine.", metavar="BOOK")],
    on: Annotated[
        str | None, typer.Option("--on", help="Day of the act for every row: the changes after it.", metavar="DATE")
    ] = None,
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
    back_test: Annotated[
        bool,
        typer.Option(
            "--back-test",
            help="With --known: what became known later, since when each change could be known, and the days on which "
            "each row was wrongly thought free, or wrongly thought barred.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object per date.")] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", help="Write a line per change of a row: .csv, .xlsx, .parquet or .ndjson.", metavar="FILE"
        ),
    ] = None,
    ics: Annotated[
        str | None, typer.Option("--ics", help="Write a calendar: an event per date, with alarms.", metavar="FILE")
    ] = None,
) -> None:
    """What lapses, and what comes free: every later change of a row's overall outcome, by date.

    All facts equal, as known: each date with the rows that change on it, what moved them, and their value by currency,
    party and site.

    Exit codes: 0 done, 2 wrong usage or a book that cannot be read, 3 some rows were rejected.
    """
    asked = books.asked(on, known, scenario, strict)
    if back_test and known is None:
        raise Stop("--back-test compares what a reader believed with what happened; name the reader's day with --known")
    if output and ics and Path(output).resolve() == Path(ics).resolve():
        raise Stop(f"{output} cannot be both the table and the calendar; name two files")
    books.not_what_is_read((book, parties), (output, ics))
    if book == "-" and sys.stdin.isatty():
        say("Reading NDJSON from standard input, one object a line; end with Ctrl-D.")
    found = gathered(book, asked, parties, output or ics, back_test=back_test)
    tally = found.tally
    if back_test:
        _show_back_test(found, asked, day(known, "--known"), output, json=json)
    else:
        _show(found, output, json=json)
    if ics and tally.decided:
        calendar(Path(ics), book, found.cascade(), asked)
    if tally.rejected:
        raise typer.Exit(REJECTED)


def gathered(
    book: str, asked: Asked, parties: str | None, beside: str | None = None, *, back_test: bool = False,
    quiet: bool = False,
) -> Gathered:  # fmt: skip
    """The book read; rejected rows are told (unless ``quiet``), and listed beside what is written."""
    from carveout.book.back_test import views
    from carveout.book.decide_book import Asked as AskedBook
    from carveout.book.further_timelines import FurtherTimelines
    from carveout.book.lapses import gather
    from carveout.book.reader import BookError
    from carveout.book.stream import Rejects
    from carveout.book.tables import tables
    from carveout.book.timeline_book import TimelineBook

    seen = [asked.view]
    if back_test:
        assert asked.view.known is not None
        seen = views(asked.view.corpus, asked.view.known, asked.view.scenarios)
    on = asked.on.toordinal() if asked.on else None
    held = books.parties_of(book, parties)
    frames: list[TimelineBook] = [TimelineBook(view, on=on, strict=asked.strict) for view in seen]
    further = [] if held is None else [
        FurtherTimelines(held, AskedBook(frame.view, asked.on, asked.strict), frame) for frame in frames
    ]  # fmt: skip
    rejects = Rejects(Path(beside), say, few=books.FEW_ERRORS) if beside else None
    told = 0

    def reject(errors: list[CellError]) -> None:
        nonlocal told
        if rejects is not None or quiet:
            if rejects is not None:
                rejects(errors)
            return
        for error in errors[: max(0, books.FEW_ERRORS - told)]:
            say(f"rejected: {error}")
        told += len(errors)

    try:
        with books.Progress(book) as progress:
            found = gather(
                books.warned(tables(book)), frames, reject=reject, progress=progress, workers=os.cpu_count() or 1,
                further=further,
            )  # fmt: skip
        leftover = held.leftover() if held is not None else []
        reject(leftover)
        found.tally.rejected += len(leftover)
        if rejects is not None:
            rejects.finish()
        elif told > books.FEW_ERRORS:
            say(f"... and {told - books.FEW_ERRORS} more")
    except BookError as error:
        raise Stop(str(error)) from None
    return found


def _show(gathered: Gathered, output: str | None, *, json: bool) -> None:
    """The cascade of one view: a file, JSON, or a table."""
    from carveout.book.cascade_table import CascadeTable, write_json

    cascade = gathered.cascade()
    if output and gathered.tally.decided:
        table = CascadeTable(cascade)
        _write(table.tables(iter(cascade)), table.none(), output)
    if json:
        write_json(sys.stdout, cascade)
    else:
        _table(cascade, to_stderr=bool(output))
    _counts(gathered, cascade, output)


def _write(tables: Iterator[Table], empty: Table, output: str) -> int:
    from carveout.book.cascade_table import write_tables
    from carveout.book.reader import BookError

    try:
        return write_tables(tables, Path(output), empty)
    except BookError as error:
        raise Stop(str(error)) from None


def _counts(gathered: Gathered, cascade: Cascade, output: str | None) -> None:
    tally, rows = (
        gathered.tally,
        int((cascade.sizes * (cascade.timelines.ends[1:] > cascade.timelines.ends[:-1])).sum()),
    )
    changes = sum(cascade.rows_of(own) for own in cascade.days.values())
    rejected = f" {tally.rejected:,} rejected." if tally.rejected else ""
    if not tally.decided:
        say(f"No row could be judged.{rejected}" + (f" {output} is not written." if output else ""))
        return
    verb = "changes" if rows == 1 else "change"
    say(
        f"{counted(tally.decided, 'row')} judged: {rows:,} {verb} later, {counted(changes, 'change')} on "
        f"{counted(len(cascade.days), 'day')}.{rejected}"
    )
    if output:
        say(f"Written to {output}.")


def _table(cascade: Cascade, *, to_stderr: bool, title: str = "") -> None:
    """A line per day."""
    from rich.table import Table as Shown

    from carveout.book.cascade import WAYS
    from carveout.book.exposure import Exposures

    exposures = Exposures(cascade)
    table = Shown(box=None, pad_edge=False, header_style="bold", title=title or None, title_justify="left")
    for heading, right in (("date", False), ("rows", True), ("barred", True), ("freed", True), ("doubtful", True),
                           ("other", True), ("value", True)):  # fmt: skip
        table.add_column(heading, no_wrap=heading != "value", justify="right" if right else "left")
    for heading in ("by", "parties", "sites"):
        table.add_column(heading, overflow="fold")
    for number, (held, changes) in enumerate(cascade.days.items()):
        if number == FEW_DAYS:
            break
        found: Exposure = exposures.of(changes)
        ways = [f"{found.ways[way]:,}" if found.ways.get(way) else "" for way in WAYS]
        table.add_row(
            held.isoformat(), f"{found.rows:,}", *ways, _value(found.value), ", ".join(found.causes),
            _names(found.party_rows, found.parties), _names(found.site_rows, found.sites),
        )  # fmt: skip
    if cascade.days:
        console(stderr=to_stderr).print(table)
    if len(cascade.days) > FEW_DAYS:
        say(f"Only the first {FEW_DAYS} of {len(cascade.days):,} days are shown; -o FILE or --json has them all.")


def _value(value: Any) -> str:
    return "\n".join(f"{total:,.0f} {unit}".rstrip() for unit, total in sorted(value.items()) if total)


def _names(rows: Any, value: Any) -> str:
    """The parties or sites of most rows."""
    ranked = sorted(rows.items(), key=lambda item: (-item[1], item[0]))
    shown = []
    for name, count in ranked[:FEW_NAMES]:
        worth = _value(value.get(name, {})).replace("\n", ", ")
        shown.append(f"{name} ({count:,}" + (f": {worth})" if worth else ")"))
    more = len(ranked) - FEW_NAMES
    return "; ".join(shown) + (f"; and {more:,} more" if more > 0 else "")


def calendar(path: Path, book: str, cascade: Cascade, asked: Asked) -> None:
    """The calendar of the cascade as known."""
    from carveout.book.cascade import BARRED, FREED
    from carveout.book.exposure import Exposures
    from carveout.book.reader import BookError
    from carveout.papers.calendar import Lapse, write_calendar

    exposures, events = Exposures(cascade), []
    for lapse in cascade:
        found = exposures.of(cascade.days[lapse.day])
        barred, freed = found.ways[BARRED], found.ways[FREED]
        import pyarrow as pa

        ids = cascade.kept.ids().take(pa.array(lapse.rows[:SHOWN_IDS])).to_pylist()
        events.append(
            Lapse(lapse.day, found.causes, freed, barred, found.rows - barred - freed, found.value, tuple(ids))
        )
    provisions = asked.view.corpus.provisions
    headings = {name: f"{held.citation}: {held.title}" for name, held in provisions.items()}
    try:
        count = write_calendar(
            path, Path(book).name, events, headings, known=asked.view.known, scenarios=asked.view.scenarios
        )
    except BookError as error:
        raise Stop(str(error)) from None
    say(f"Written to {path}: {counted(count, 'event')}." if count else f"No change is known; {path} is not written.")


# The back-test


def _show_back_test(gathered: Gathered, asked: Asked, known: date | None, output: str | None, *, json: bool) -> None:
    """Two cascades and the days on which they differ."""
    from carveout.book.back_test import BackTest
    from carveout.book.back_test_table import differing_tables, tables, write_json

    test = BackTest(gathered)
    differing = test.differing()
    if output and gathered.tally.decided:
        path = Path(output)
        beside = path.with_name(f"{path.stem}.differing{path.suffix}")
        _write(tables(test), next(tables(test, none=True)), output)
        _write(differing_tables(test, differing), next(differing_tables(test, differing, none=True)), str(beside))
        say(f"The days on which belief and fact differ are in {beside}.")
    if json:
        write_json(sys.stdout, test, differing)
    else:
        for cascade, title in zip(test.cascades, (f"As known on {known}", "In fact"), strict=True):
            _table(cascade, to_stderr=bool(output), title=title)
        _differing(test, differing, to_stderr=bool(output))
    _story(differing, asked)
    _counts(gathered, test.cascades[0], output)


def _differing(test: BackTest, differing: Differing, *, to_stderr: bool) -> None:
    """The stretches on which belief and fact differ, the first of them."""
    from rich.table import Table as Shown

    from carveout.book.back_test_table import differing_tables

    if not len(differing):
        return
    table = Shown(box=None, pad_edge=False, header_style="bold", title="Where they differ", title_justify="left")
    for heading in ("id", "on", "differs", "from", "through", "believed", "happened"):
        table.add_column(heading, no_wrap=heading != "id", overflow="fold")
    first = next(differing_tables(test, differing)).slice(0, FEW_DIFFERING)
    for line in first.to_pylist():
        cells = [line[name] for name in ("id", "on", "differs", "from", "through", "believed", "happened")]
        table.add_row(*("" if cell is None else str(cell).replace("wrongly_", "wrongly ") for cell in cells))
    console(stderr=to_stderr).print(table)
    if len(differing) > FEW_DIFFERING:
        say(
            f"Only the first {FEW_DIFFERING} of {len(differing):,} stretches are shown; -o FILE or --json has them all."
        )


def _story(differing: Differing, asked: Asked) -> None:
    """The back-test in a sentence or two."""
    from carveout.book.back_test import WRONGLY, days_of

    known, through = asked.view.known, asked.view.corpus.reviewed_through
    days = days_of(differing, through)
    rows = {name: len(set(differing.rows[differing.ways == way].tolist())) for way, name in enumerate(WRONGLY)}
    if not len(differing):
        say(f"As known on {known}, no row was wrongly thought free or wrongly thought barred on any day.")
        return
    words = ("wrongly thought free", "wrongly thought barred", "unsettled on one side only")
    parts = [
        f"{counted(rows[name], 'row')} {word} on {counted(days[name], 'day')}"
        for name, word in zip(WRONGLY, words, strict=True) if rows[name]
    ]  # fmt: skip
    say(f"As known on {known}, counted through {through}: {'; '.join(parts)} (days of all these rows together).")
