"""``determine`` and ``explain``: books in, answers out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from carveout.doors.cli.shared import OUTCOME_STYLE, REJECTED, Stop, console, day, emit, say, view

if TYPE_CHECKING:
    from carveout.book.decide_book import Asked, Decided


def _asked(on: str | None, known: str | None, scenarios: Sequence[str], strict: bool) -> Asked:
    from carveout.book.decide_book import Asked

    return Asked(view(known, scenarios), day(on, "--on"), strict)


def rows_of(book: str, asked: Asked) -> Iterator[Decided]:
    """The rows of a book decided in order; misspelled columns are warned about once."""
    from carveout.book.decide_book import decide_book
    from carveout.book.reader import BookError, read_book, warnings

    warned: set[str] = set()
    try:
        for decided in decide_book(read_book(book), asked):
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
    from carveout.book.reader import BookError
    from carveout.book.writer import TableWriter, check_ending, result_columns, whole
    from carveout.decide.explanation import explain as tell
    from carveout.decide.render import text
    from carveout.decide.shape import as_json

    asked = _asked(on, known, scenarios, strict)
    decisions: Counter[str] = Counter()
    open_facts: Counter[str] = Counter()
    rejected = 0
    shown: list[Decided] = []
    with ExitStack() as stack:
        writer = None
        if output:
            try:
                path = Path(output)
                writer = TableWriter(stack.enter_context(whole(path)), check_ending(path))
            except BookError as error:
                raise Stop(str(error)) from None
        for decided in rows_of(book, asked):
            if decided.determination is None:
                rejected += 1
                for bad in decided.errors:
                    say(f"rejected: {bad}")
                continue
            determination = decided.determination
            decisions[determination.decision] += 1
            if not determination.overall.settled:
                answer = determination.regimes[determination.overall_regime]
                open_facts.update(n for n in answer.matters if n not in answer.assumed)
            if writer:
                writer.write(decided.record.cells, result_columns(determination))
            if json:
                emit(as_json(determination, decided.hindsight))
            elif explain:
                typer.echo(text(tell(determination)) + "\n")
            elif not output:
                shown.append(decided)
    if shown:
        _table(shown)
    _summary(decisions, open_facts, rejected, output)
    if rejected:
        raise typer.Exit(REJECTED)


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
