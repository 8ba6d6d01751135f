"""``diff``: the rows of a book whose outcome differs between two views of the law."""

from __future__ import annotations

import json as json_text
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carveout.doors.cli.books import FEW_ERRORS, Progress, parties_of
from carveout.doors.cli.shared import REJECTED, Stop, console, corpus, day, emit, say, view_asked, views

if TYPE_CHECKING:
    from datetime import date

    from pyarrow import Table

    from carveout.book.diff import Differences, Flips
    from carveout.book.diff_book import Compared
    from carveout.book.parties_file import PartiesFile
    from carveout.book.saved import Saved
    from carveout.facts.row import CellError
    from carveout.law.view import View

FEW_GROUPS = 40
"""Groups shown on the terminal."""


def diff(
    book: Annotated[
        str,
        typer.Argument(
            help="The book: .csv, .xlsx, .parquet, .ndjson or .arrow; - is NDJSON on standard input.", metavar="BOOK"
        ),
    ],
    before: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="The view to start from: known=DATE,scenario=NAME,...; else all that is known.",
            metavar="VIEW",
        ),
    ] = None,
    after: Annotated[
        str | None, typer.Option("--to", help="The view to go to; else all that is known.", metavar="VIEW")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", help="Day of the act for every row (else the column on, else today).", metavar="DATE"),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Turn every default off: what is not stated is unknown.")
    ] = False,
    parties: Annotated[
        str | None,
        typer.Option("--parties", help="A second file of parties, as for determine.", metavar="FILE"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object per row that flips.")] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="Write the rows that flip: .csv, .xlsx, .parquet or .ndjson, by ending.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """The rows whose outcome differs between two views, and the provisions that made the difference.

    A view is what was known on a day, with scenarios laid over it. Without --from or --to that view is all that is
    known today, and no scenario. A determination kept with determine --save is asked again by what the other view can
    have changed; without --from it starts from the view that it was made under.

    Exit codes: 0 done, 2 wrong usage or a book that cannot be read, 3 some rows were rejected.
    """
    kept = _kept(book) if before is None else None
    two = views(kept or view_asked(before, "--from"), view_asked(after, "--to"))
    if two[0] is two[1]:
        raise Stop(
            "--from and --to are the same view; give one of them a day (known=DATE) or a scenario (scenario=NAME)"
        )
    for source in (book, parties):
        if output and source and Path(output).exists() and Path(source).exists() and Path(output).samefile(source):
            raise Stop(f"{output} is what is read; name another file for the results")
    _run(book, two, day(on, "--on"), parties_of(book, parties), strict=strict, json=json, output=output)


def _run(
    book: str, two: list[View], on: date | None, parties: PartiesFile | None, *, strict: bool, json: bool, output: str | None
) -> None:  # fmt: skip
    """Compare the book, say what came of it, and end with the exit code."""
    from carveout.book.diff import Differences
    from carveout.book.error import BookError
    from carveout.book.stream import Rejects, Tally

    found = Differences(two[0], two[1])
    rejects = Rejects(Path(output), say, few=FEW_ERRORS) if output else None

    def reject(errors: list[CellError]) -> None:
        if rejects is not None:
            rejects(errors)
            return
        for error in errors:
            say(f"rejected: {error}")

    try:
        with ExitStack() as stack:
            write = _writer(stack, output) if output else None
            progress = stack.enter_context(Progress(book)) if output else None
            for compared in _compared(book, two, on, parties, strict=strict):
                found.decided += compared.decided
                found.rejected += compared.rejected
                reject(compared.errors)
                found.add(compared.flips)
                for flip in compared.flips.objects() if json else ():
                    emit(flip)
                if write is not None:
                    write(compared.flips)
                if progress is not None:
                    progress(Tally(read=found.decided + found.rejected))
            if not found.decided:
                raise _NothingDecidedError
    except BookError as error:
        raise Stop(str(error)) from None
    except _NothingDecidedError:
        pass  # so that no file is written
    leftover = parties.leftover() if parties is not None else []
    reject(leftover)
    if rejects is not None:
        rejects.finish()
    _close(found, output, shown=not json and not output)
    if found.rejected or leftover:
        raise typer.Exit(REJECTED)


class _NothingDecidedError(Exception):
    """No row could be decided."""


def _close(found: Differences, output: str | None, *, shown: bool) -> None:
    """The last words: groups and sentence as a result where they are ``shown``, else the sentence beside it."""
    if shown:
        _print(found)
    else:
        say(found.sentence())
    if found.rejected:
        say(f"{found.rejected:,} rejected.")
    if output:
        say(f"Written to {output}." if found.decided else f"No row could be decided; {output} is not written.")


def _compared(
    book: str, two: list[View], on: date | None, parties: PartiesFile | None, *, strict: bool
) -> Iterator[Compared]:  # fmt: skip
    """The batches of the book compared."""
    from carveout.book.decide_book import Asked
    from carveout.book.diff_book import DiffBook, compare_rows
    from carveout.book.diff_saved import compare_saved
    from carveout.book.frame_book import FrameBook
    from carveout.book.tables import records, tables

    saved = _saved(book, two[0]) if parties is None and on is None and not strict else None
    if saved is not None:
        yield compare_saved(saved, two[1])
        return
    if parties is not None:
        yield from compare_rows(records(book), Asked(two[0], on, strict), Asked(two[1], on, strict), parties)
        return
    frames = [FrameBook(view, on=on.toordinal() if on else None, strict=strict) for view in two]
    yield from DiffBook(*frames).compare_all(_warned(tables(book)))


def _kept(book: str) -> tuple[date | None, list[str]] | None:
    """The view that a kept determination was made under, to start from."""
    from datetime import date

    from carveout.book.saved import is_saved, made

    if not is_saved(Path(book)):
        return None
    told = made(Path(book))
    return date.fromisoformat(told.known) if told.known else None, list(told.scenarios)


def _saved(book: str, before: View) -> Saved | None:
    """The kept determination of a book, if it was made under the view to start from; else it is asked anew."""
    from carveout.book.error import BookError
    from carveout.book.saved import Saved, is_saved

    if not is_saved(Path(book)):
        return None
    try:
        saved = Saved(Path(book), before.corpus, corpus().hash)
    except BookError as error:
        say(f"carveout: {error}; until then every row is decided anew")
        return None
    return saved if saved.view is before else None


def _warned(batches: Iterator[Table]) -> Iterator[Table]:
    from carveout.book.reader import warnings

    for number, table in enumerate(batches):
        for warning in warnings(table.column_names) if number == 0 else ():
            say(f"carveout: {warning}")
        yield table


def _writer(stack: ExitStack, output: str) -> Callable[[Flips], None]:
    """What writes flips to a file, which appears whole or not at all."""
    from carveout.book.results import OUTPUTS, open_sink
    from carveout.book.writer import check_ending, whole, whole_file

    path = Path(output)
    if check_ending(path, OUTPUTS) == ".ndjson":
        stream = stack.enter_context(whole(path))

        def write(flips: Flips) -> None:
            for flip in flips.objects():
                stream.write(json_text.dumps(flip, ensure_ascii=False, separators=(",", ":")) + "\n")

        return write
    sink = open_sink(path, stack.enter_context(whole_file(path)))
    stack.callback(sink.close)
    return lambda flips: sink.write(flips.table())


def _print(found: Differences) -> None:
    """The groups as a table, and the sentence."""
    from rich.table import Table

    from carveout.book.diff import amounts

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("rows", "before", "after", "through", "value"):
        table.add_column(heading, justify="right" if heading == "rows" else "left", overflow="fold")
    ranked = found.ranked()
    for (was, now, told), group in ranked[:FEW_GROUPS]:
        before, after = (str(one).replace("..", " .. ") for one in (was, now))
        table.add_row(f"{group.rows:,}", before, after, ", ".join(told), amounts(group.values))
    if ranked:
        console().print(table)
    if len(ranked) > FEW_GROUPS:
        typer.echo(f"and {len(ranked) - FEW_GROUPS:,} more groups; -o FILE writes every row.")
    typer.echo(found.sentence())
