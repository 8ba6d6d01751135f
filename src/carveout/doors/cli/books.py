"""``determine`` and ``explain``: books in, answers out."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from carveout.doors.cli.shared import OUTCOME_STYLE, REJECTED, Stop, console, day, emit, say, view

if TYPE_CHECKING:
    from pyarrow import Table

    from carveout.book.decide_book import Asked, Decided
    from carveout.book.stream import Tally


def _asked(on: str | None, known: str | None, scenarios: Sequence[str], strict: bool) -> Asked:
    from carveout.book.decide_book import Asked

    return Asked(view(known, scenarios), day(on, "--on"), strict)


FEW_ROWS = 2_000
"""Books up to this size are shown as a table on the terminal."""


def rows_of(book: str, asked: Asked) -> Iterator[Decided]:
    """The rows of a book decided in order; misspelled columns are warned about once."""
    from carveout.book.decide_book import decide_book
    from carveout.book.reader import BookError, warnings
    from carveout.book.tables import records

    warned: set[str] = set()
    try:
        for decided in decide_book(records(book), asked):
            for warning in warnings(decided.record.cells):
                if warning not in warned:
                    warned.add(warning)
                    say(f"carveout: {warning}")
            yield decided
    except BookError as error:
        raise Stop(str(error)) from None


def determine(
    book: str, on: str | None, known: str | None, scenarios: Sequence[str], strict: bool, explain: bool, json: bool,
    output: str | None,
) -> None:  # fmt: skip
    """Decide a book: a table on stdout, JSON with ``--json``, a file with ``-o``."""
    asked = _asked(on, known, scenarios, strict)
    rejected = _to_file(book, asked, output) if output else 0
    if json or explain or not output:
        rejected = _row_by_row(book, asked, json=json, explain=explain, quiet=bool(output)) or rejected
    if rejected:
        raise typer.Exit(REJECTED)


def _to_file(book: str, asked: Asked, output: str) -> int:
    """Decide a book into a file, in batches; how many rows were rejected."""
    from carveout.book.frame_book import FrameBook
    from carveout.book.reader import BookError, warnings
    from carveout.book.stream import Rejects, decide_file
    from carveout.book.tables import tables

    path = Path(output)
    rejects = Rejects(path, say)
    frames = FrameBook(asked.view, on=asked.on.toordinal() if asked.on else None, strict=asked.strict)

    def warned(batches: Iterator[Table]) -> Iterator[Table]:
        for number, table in enumerate(batches):
            for warning in warnings(table.column_names) if number == 0 else ():
                say(f"carveout: {warning}")
            yield table

    try:
        with Progress(book) as progress:
            tally = decide_file(
                warned(tables(book)), frames, path, reject=rejects, progress=progress, workers=os.cpu_count() or 1
            )
        rejects.finish()
    except BookError as error:
        raise Stop(str(error)) from None
    _summary(tally.decisions, tally.open_facts, tally.rejected, output)
    return tally.rejected


class Progress:
    """Rows, rate and time left on a terminal; silent elsewhere."""

    def __init__(self, book: str) -> None:
        self.shown = sys.stderr.isatty()
        self.start = time.monotonic()
        self.total = self._rows(book)

    def _rows(self, book: str) -> int | None:
        """The number of rows, where the file says it."""
        if not self.shown or not book.endswith(".parquet"):
            return None
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return int(pq.ParquetFile(book).metadata.num_rows)
        except (pa.ArrowInvalid, OSError):
            return None

    def __enter__(self) -> Progress:
        return self

    def __call__(self, tally: Tally) -> None:
        """Show how far it is."""
        if not self.shown:
            return
        spent = max(time.monotonic() - self.start, 1e-9)
        rate = tally.read / spent
        left = f", {(self.total - tally.read) / rate:,.0f} s left" if self.total and rate else ""
        sys.stderr.write(f"\r{tally.read:,} rows, {rate:,.0f} a second{left}   ")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r" + " " * 60 + "\r")


def _row_by_row(book: str, asked: Asked, *, json: bool, explain: bool, quiet: bool) -> int:
    """Answers printed row by row; how many rows were rejected."""
    from carveout.decide.explanation import explain as tell
    from carveout.decide.render import text
    from carveout.decide.shape import as_json

    decisions: Counter[str] = Counter()
    open_facts: Counter[str] = Counter()
    rejected = 0
    shown: list[Decided] = []
    for decided in rows_of(book, asked):
        if decided.determination is None:
            rejected += 1
            for bad in decided.errors if not quiet else ():
                say(f"rejected: {bad}")
            continue
        determination = decided.determination
        decisions[determination.decision] += 1
        if not determination.overall.settled:
            answer = determination.regimes[determination.overall_regime]
            open_facts.update(n for n in answer.matters if n not in answer.assumed)
        if json:
            emit(as_json(determination, decided.hindsight))
        elif explain:
            typer.echo(text(tell(determination)) + "\n")
        elif len(shown) < FEW_ROWS:
            shown.append(decided)
    if shown:
        _table(shown)
    if sum(decisions.values()) > len(shown) and not json and not explain:
        say(f"Only the first {FEW_ROWS} rows are shown; -o FILE writes them all.")
    if not quiet:
        _summary(decisions, open_facts, rejected, None)
    return rejected


def _table(rows: Sequence[Decided]) -> None:
    from rich.table import Table
    from rich.text import Text

    from carveout.decide.render import DECISION_WORDS

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("id", "on", "decision", "outcome", "relies on", "changes on"):
        table.add_column(heading, no_wrap=heading in ("id", "on", "decision", "changes on"), overflow="fold")
    for row in rows:
        determination = row.determination
        if determination is None:
            continue
        answer = determination.regimes[determination.overall_regime]
        table.add_row(
            determination.transaction.id,
            determination.transaction.on.isoformat(),
            Text(DECISION_WORDS[determination.decision], style=OUTCOME_STYLE[determination.decision]),
            str(determination.overall).replace("..", " .. "),
            ", ".join(answer.authorizations),
            determination.overall_changes_on.isoformat() if determination.overall_changes_on else "",
        )
    console().print(table)


def _summary(decisions: Counter[str], open_facts: Counter[str], rejected: int, output: str | None) -> None:
    from carveout.decide.render import DECISION_WORDS
    from carveout.facts.schema import schema

    total = sum(decisions.values())
    parts = [f"{decisions[d]} {words.lower()}" for d, words in DECISION_WORDS.items() if decisions[d]]
    say(f"{total} rows decided: {', '.join(parts) or 'none'}." + (f" {rejected} rejected." if rejected else ""))
    if open_facts:
        say("What would settle most rows:")
        for name, count in open_facts.most_common(5):
            say(f"  {count:>5}  {name}: {schema()[name].question}")
    if output:
        say(f"Written to {output}.")


def explain(
    book: str, identifier: str, on: str | None, known: str | None, scenarios: Sequence[str], strict: bool,
    markdown: bool, json: bool,
) -> None:  # fmt: skip
    """Print the explanation of one row."""
    from carveout.decide.explanation import as_json, explain
    from carveout.decide.render import markdown as as_markdown
    from carveout.decide.render import text
    from carveout.law.corpus import nearest

    names = []
    for decided in rows_of(book, _asked(on, known, scenarios, strict)):
        names.append(decided.row.id)
        if decided.row.id != identifier:
            continue
        if decided.determination is None:
            for error in decided.errors:
                say(f"rejected: {error}")
            raise typer.Exit(REJECTED)
        told = explain(decided.determination)
        if json:
            emit(as_json(told))
        else:
            sys.stdout.write((as_markdown if markdown else text)(told) + "\n")
            if decided.hindsight is not None:
                sys.stdout.write(f"\nIn hindsight: {decided.hindsight.overall}.\n")
        return
    raise Stop(f"{book} has no row {identifier!r}; {nearest(identifier, names)}")
