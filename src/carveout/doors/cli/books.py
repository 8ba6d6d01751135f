"""``determine`` and ``explain``: books in, answers out."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from carveout.doors.cli.receipt import ledger_of
from carveout.doors.cli.shared import OUTCOME_STYLE, REJECTED, Stop, console, counted, day, emit, say, view

if TYPE_CHECKING:
    from pyarrow import Table

    from carveout.book.deal import Deals
    from carveout.book.decide_book import Asked, Decided
    from carveout.book.frame_book import Answered
    from carveout.book.ledger import Ledger
    from carveout.book.owner_columns import OwnersOfBook
    from carveout.book.parties_file import PartiesFile
    from carveout.book.questions import Questions
    from carveout.book.stream import Tally

FEW_ROWS = 2_000
"""Books up to this size are shown as a table on the terminal."""

FEW_ERRORS = 20
"""Errors told one by one on the terminal; a file beside the output holds them all."""


def asked(on: str | None, known: str | None, scenarios: Sequence[str], strict: bool) -> Asked:
    """How a book is asked, from the options."""
    from carveout.book.decide_book import Asked

    return Asked(view(known, scenarios), day(on, "--on"), strict)


def parties_of(book: str, file: str | None, owners: OwnersOfBook | None = None) -> PartiesFile | None:
    """The parties of a second file, or of the sheet of a workbook; with what is proved of their owners."""
    from carveout.book.parties_file import open_parties, parties_within
    from carveout.book.reader import BookError

    if file == "-":
        raise Stop("--parties is a file of its own; standard input can only be the book")
    try:
        found = open_parties(file) if file is not None else parties_within(book)
    except BookError as error:
        raise Stop(str(error)) from None
    if found is not None and owners is not None:
        found.fill = owners.party
    return found


def owners_of(file: str | None, asked: Asked) -> OwnersOfBook | None:
    """The shareholdings of a file, to be asked for the parties of every row; its errors are told once."""
    if file is None:
        return None
    if file == "-":
        raise Stop("--owners is a file of its own; standard input can only be the book")
    from carveout.book.holdings_file import open_holdings
    from carveout.book.owner_columns import OwnersOfBook
    from carveout.book.reader import BookError

    try:
        found = open_holdings(file)
    except BookError as error:
        raise Stop(str(error)) from None
    for bad in found.errors[:FEW_ERRORS]:
        say(f"carveout: {file}: {bad}")
    if found.errors:
        say(f"carveout: {counted(len(found.errors), 'error')} in {file}; what these rows are about stays unknown")
    return OwnersOfBook(found, asked.view, asked.on)


def rows_of(
    book: str, asked: Asked, parties: PartiesFile | None = None, owners: OwnersOfBook | None = None
) -> Iterator[Decided]:
    """The rows of a book decided in order; misspelled columns are warned about once."""
    from carveout.book.decide_book import decide_book
    from carveout.book.reader import BookError, warnings
    from carveout.book.tables import records

    warned: set[str] = set()
    try:
        rows = records(book)
        for decided in decide_book(owners.records(rows) if owners else rows, asked, parties):
            for warning in warnings(c for c in decided.record.cells if c not in warned):
                say(f"carveout: {warning}")
            warned.update(decided.record.cells)
            yield decided
    except BookError as error:
        raise Stop(str(error)) from None


def not_what_is_read(sources: Sequence[str | None], outputs: Sequence[str | None]) -> None:
    """Stop where a result would take the place of what is read."""
    for output in outputs:
        for source in sources:
            if output and source and Path(output).exists() and Path(source).exists() and Path(output).samefile(source):
                raise Stop(f"{output} is what is read; name another file for the results")


def determine(
    book: str, asked: Asked, parties: str | None, *, explain: bool, json: bool, output: str | None, save: bool = False,
    owners: str | None = None, receipts: str | None = None,
) -> None:  # fmt: skip
    """Decide a book: a table on stdout, JSON with ``--json``, a file with ``-o``; receipts with ``--receipts``."""
    if save and not output:
        raise Stop("--save keeps results: name a file for them with -o FILE.parquet")
    if book == "-" and output and (json or explain or receipts):
        raise Stop("standard input can be read once: write the answers with -o, or print them, not both")
    not_what_is_read((book, parties, owners), (output, receipts))
    owned = owners_of(owners, asked)
    if book == "-" and sys.stdin.isatty():
        say("Reading NDJSON from standard input, one object a line; end with Ctrl-D.")
    rejected = _to_file(book, asked, parties_of(book, parties, owned), output, save=save, owners=owned) if output else 0
    if json or explain or receipts or not output:
        found = parties_of(book, parties, owned)
        with ledger_of(receipts, asked) as ledger:
            rejected = _row_by_row(
                book, asked, found, json=json, explain=explain, quiet=bool(output), owners=owned, ledger=ledger
            ) or rejected  # fmt: skip
    if rejected:
        raise typer.Exit(REJECTED)


FEW_DEALS, FEW_BLOCKING = 10, 3
"""Blocked deals that are told, and the rows named for each."""


def _to_file(
    book: str, asked: Asked, parties: PartiesFile | None, output: str, *, save: bool = False, owners: OwnersOfBook | None = None
) -> int:  # fmt: skip
    """Decide a book into a file, in batches; how many rows were rejected."""
    from carveout.book.amended import Amended
    from carveout.book.deal import LOOKED_AT, Deals
    from carveout.book.frame_book import FrameBook
    from carveout.book.own_process import arrow_without_pandas
    from carveout.book.questions import Questions
    from carveout.book.reader import BookError
    from carveout.book.stream import Rejects, decide_file
    from carveout.book.tables import tables
    from carveout.book.waiting_rows import NAMES

    if save and parties is not None:
        raise Stop("--save keeps rows by the columns of the book; rows with further parties cannot be kept yet")
    if save and owners is not None:
        raise Stop("--save keeps rows by the columns of the book; give the ownership as columns, or leave --save away")
    arrow_without_pandas()
    path = Path(output)
    rejects = Rejects(path, say, few=FEW_ERRORS)
    frames = FrameBook(asked.view, on=asked.on.toordinal() if asked.on else None, strict=asked.strict)
    questions, regimes, deals = Questions(), tuple(asked.view.corpus.regimes), Deals()
    amended = Amended(parties, asked) if parties is not None else None

    def after(table: Table, answered: Answered) -> Answered:
        if amended is None:
            questions.add(table, answered, regimes)
            deals.add(table, answered)
            return answered
        found = amended(table, answered)
        deals.add(table, found)
        for row, determination in amended.rows.values():
            questions.add_row(row, determination)
        questions.add(table, answered, regimes, skip={*amended.rows, *amended.dropped})
        return found

    try:
        with Progress(book) as progress:
            batches = warned(tables(book))
            tally = decide_file(
                owners.tables(batches) if owners else batches, frames, path, reject=rejects, progress=progress, workers=os.cpu_count() or 1,
                after=after, looked_at=None if amended or owners else (*NAMES, *LOOKED_AT), save=save, source=Path(book) if book != "-" else None,
            )  # fmt: skip
        leftover = parties.leftover() if parties is not None else []
        rejects(leftover)
        rejects.finish()
    except BookError as error:
        raise Stop(str(error)) from None
    _summary(tally.decisions, questions, tally.rejected, len(leftover), deals)
    say(f"Written to {output}." if tally.decided else f"No row could be decided; {output} is not written.")
    return tally.rejected + len(leftover)


def warned(batches: Iterator[Table]) -> Iterator[Table]:
    """The batches of a book; misspelled columns are warned about once."""
    from carveout.book.reader import warnings

    for number, table in enumerate(batches):
        for warning in warnings(table.column_names) if number == 0 else ():
            say(f"carveout: {warning}")
        yield table


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


def _row_by_row(
    book: str, asked: Asked, parties: PartiesFile | None, *, json: bool, explain: bool, quiet: bool,
    owners: OwnersOfBook | None = None, ledger: Ledger | None = None,
) -> int:  # fmt: skip
    """Answers printed row by row; how many rows were rejected."""
    from carveout.book.deal import Deals
    from carveout.book.questions import Questions
    from carveout.decide.explanation import as_json as as_tree
    from carveout.decide.explanation import explain as tell
    from carveout.decide.render import text
    from carveout.decide.shape import as_json

    decisions: Counter[str] = Counter()
    questions, deals = Questions(), Deals()
    rejected = 0
    shown: list[Decided] = []
    for decided in rows_of(book, asked, parties, owners):
        deals.add_row(decided.record.cells, decided.row.id, decided.determination)
        if decided.determination is None:
            rejected += 1
            for bad in decided.errors if not quiet else ():
                say(f"rejected: {bad}")
            continue
        determination = decided.determination
        decisions[determination.decision] += 1
        questions.add_row(decided.row, determination)
        if ledger is not None:
            ledger.add(decided)
        if json:
            found = as_json(determination, decided.hindsight)
            emit({**found, "explanation": as_tree(tell(determination))} if explain else found)
        elif explain:
            typer.echo(text(tell(determination)) + "\n")
        elif not quiet and len(shown) < FEW_ROWS:
            shown.append(decided)
    leftover = parties.leftover() if parties is not None else []
    for bad in leftover if not quiet else ():
        say(f"rejected: {bad}")
    if shown:
        _table(shown)
    if sum(decisions.values()) > len(shown) and not json and not explain and not quiet:
        say(f"Only the first {FEW_ROWS} rows are shown; -o FILE writes them all.")
    if not quiet:
        _summary(decisions, questions, rejected, len(leftover), deals)
    return rejected + len(leftover)


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


def _summary(
    decisions: Mapping[str, int], questions: Questions, rejected: int, strays: int, deals: Deals
) -> None:  # fmt: skip
    """The counts, and what to ask next, on stderr."""
    from carveout.decide.render import DECISION_WORDS

    total = sum(decisions.values())
    parts = [
        f"{decisions[d]:,} {words.lower().replace(',', '')}" for d, words in DECISION_WORDS.items() if decisions.get(d)
    ]
    say(
        f"{counted(total, 'row')} decided"
        + (f": {', '.join(parts)}." if parts else ".")
        + (f" {rejected:,} rejected." if rejected else "")
        + (f" {counted(strays, 'party', 'parties')} of no row." if strays else "")
    )
    _deals(deals)
    _questions(questions)


def _deals(deals: Deals) -> None:
    """The deals, and of those that are blocked by which rows."""
    from carveout.decide.render import DECISION_WORDS

    if not deals:
        return
    blocked = deals.worst_first()
    say(f"{counted(len(deals), 'deal')}, each as free as its worst row: {len(deals) - len(blocked):,} may go ahead, "
        f"{len(blocked):,} blocked.")  # fmt: skip
    for deal in blocked[:FEW_DEALS]:
        named = ", ".join(deal.blocking[:FEW_BLOCKING])
        more = deal.blocked_by - min(len(deal.blocking), FEW_BLOCKING)
        say(f"  {deal.name}: {DECISION_WORDS[deal.decision]}, blocked by {deal.blocked_by:,} of {counted(deal.rows, 'row')}: "
            f"{named}" + (f" and {more:,} more" if more else ""))  # fmt: skip
    if len(blocked) > FEW_DEALS:
        say(f"  and {counted(len(blocked) - FEW_DEALS, 'more deal')}.")
    if deals.beyond:
        say(f"  {counted(deals.beyond, 'row')} of further deals are not counted here.")


def _questions(questions: Questions) -> None:
    if not questions.unsettled:
        return
    verb = "is" if questions.unsettled == 1 else "are"
    say(f"{counted(questions.unsettled, 'row')} {verb} unsettled.")
    ranked, more = questions.ranked()
    if ranked:
        say("What would settle most of them, in this order (rows settled by then, rows that wait for it):")
    for asked in ranked:
        what = ", ".join(asked.facts)
        say(f"  {asked.settles or '-':>6}  {asked.waits:>6}  {what}: {asked.question}")
    if more:
        say(f"  and {counted(more, 'more question')} before the first row is settled.")
    if questions.in_doubt:
        waits = "waits" if questions.in_doubt == 1 else "wait"
        say(
            f"{counted(questions.in_doubt, 'row')} {waits} for no fact: the law is in doubt there; explain tells where."
        )


def explain(
    book: str, identifier: str, asked: Asked, parties: str | None, *, markdown: bool, json: bool, owners: str | None = None
) -> None:  # fmt: skip
    """Print the explanation of one row."""
    from carveout.decide.explanation import as_json, explain
    from carveout.decide.render import markdown as as_markdown
    from carveout.decide.render import text
    from carveout.law.corpus import nearest

    names = []
    owned = owners_of(owners, asked)
    for decided in rows_of(book, asked, parties_of(book, parties, owned), owned):
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
