"""``ask``: one transaction, by facts on the command line, or by interview on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from carveout.doors.cli.shared import Stop, console, day, emit, exit_code, say, view

if TYPE_CHECKING:
    from carveout.book.decide_book import Asked
    from carveout.decide.determination import Determination
    from carveout.facts.row import Row


def _cells(facts: Sequence[str]) -> dict[str, Any]:
    from carveout.facts.row import near_misses
    from carveout.facts.schema import schema
    from carveout.law.corpus import nearest

    cells: dict[str, Any] = {"id": "ask"}
    for fact in facts:
        name, equals, value = fact.partition("=")
        name = name.strip()
        if not equals:
            raise Stop(f"--fact {fact!r} is not NAME=VALUE, for example --fact direction=export")
        known = schema().get(name)
        if known is None or not known.is_column:
            close = near_misses([name]).get(name)
            hint = f"did you mean {close}?" if close else nearest(name, [f.name for f in schema().columns])
            raise Stop(f"--fact {name}: no such fact; {hint} `carveout law facts` lists them all")
        cells[name] = value
    return cells


def _decide(cells: dict[str, Any], asked: Asked) -> tuple[Row, Determination]:
    from carveout.book.decide_book import decide_cells

    row, determination, errors = decide_cells(cells, asked)
    if determination is None:
        raise Stop("; ".join(f"{error.column}: {error.value!r} is not {error.expected}"
                             + (f"; did you mean {error.nearest!r}?" if error.nearest else "") for error in errors))  # fmt: skip
    return row, determination


def ask(
    facts: Sequence[str],
    on: str | None,
    known: str | None,
    scenarios: Sequence[str],
    strict: bool,
    json: bool,
    owners: str | None = None,
) -> None:
    """Answer one transaction; the exit code says how free it is."""
    from carveout.book.decide_book import Asked, decide_cells
    from carveout.decide.explanation import explain
    from carveout.decide.render import text
    from carveout.decide.shape import as_json
    from carveout.doors.cli.books import owners_of

    asked = Asked(view(known, scenarios), day(on, "--on"), strict)
    cells = _cells(facts)
    owned = owners_of(owners, asked)
    cells = owned.fill(cells) if owned is not None else cells
    row, determination = _decide(cells, asked)
    if sys.stdin.isatty() and sys.stdout.isatty() and not json:
        cells, determination = _interview(cells, row, determination, asked)
    hindsight = None
    if asked.view.known is not None and asked.view.known < determination.transaction.on:
        later = Asked(asked.view.corpus.view(scenarios=asked.view.scenarios), asked.on, strict)
        hindsight = decide_cells(cells, later)[1]
    if json:
        emit(as_json(determination, hindsight))
    else:
        typer.echo(text(explain(determination)))
        if hindsight is not None:
            typer.echo(f"\nIn hindsight: {hindsight.overall}.")
    raise typer.Exit(exit_code(determination))


def _interview(
    cells: dict[str, Any], row: Row, determination: Determination, asked: Asked
) -> tuple[dict[str, Any], Determination]:
    """Ask the best next question until the answer is settled or nothing that is asked can settle it."""
    from carveout.book.decide_book import decide_cells
    from carveout.book.interview import answered, next_question
    from carveout.decide.render import say as in_words

    out = console()
    out.print(
        "[bold]Carveout[/bold] asks what matters, best question first. Enter: unknown.  ?: what is meant.  q: stop.\n"
    )
    skipped: set[str] = set()
    told = ""
    while True:
        so_far = in_words(str(determination.overall))
        if so_far != told:
            out.print(f"  [dim]so far: {so_far}[/dim]")
            told = so_far
        question = next_question(row, determination, asked.view, skip=frozenset(skipped))
        if question is None:
            break
        fact = question.fact
        choices = f" [dim]({', '.join(fact.values)})[/dim]" if fact.values else " [dim](yes, no)[/dim]" if fact.type == "bool" else (
            " [dim](YYYY-MM-DD)[/dim]" if fact.type == "date" else " [dim](ISO country code)[/dim]" if fact.country else "")  # fmt: skip
        out.print(f"\n{fact.question}{choices}")
        try:
            answer = input("> ").strip()
        except EOFError:
            break
        if answer == "q":
            break
        if answer == "?":
            out.print(f"  {fact.meaning} [dim]{fact.citation}[/dim]")
            continue
        if not answer:
            skipped.add(fact.name)
        tried = answered(cells, fact.name, answer)
        new_row, new, errors = decide_cells(tried, asked)
        if new is None:
            say(
                "  "
                + "; ".join(
                    f"{e.value!r} is not {e.expected}" + (f"; did you mean {e.nearest!r}?" if e.nearest else "")
                    for e in errors
                )
            )
            continue
        cells, row, determination = tried, new_row, new
    out.print()
    return cells, determination
