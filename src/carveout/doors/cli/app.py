"""The commands. Each does one thing and says what it did; everything heavy is imported inside."""

from __future__ import annotations

from typing import Annotated

import typer

from carveout.doors.cli import books, law

EPILOG = "Not legal advice; liability is strict; regimes of other countries are out of scope."

app = typer.Typer(
    name="carveout", no_args_is_help=True, epilog=EPILOG, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="May this transaction go ahead on this date, under which authorization, until when, with what on file?",
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
app.add_typer(law.app, name="law")


def _version(show: bool) -> None:
    if show:
        from carveout import __version__

        typer.echo(f"carveout {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """US restrictions on listed companies as dated law."""


Book = Annotated[
    str,
    typer.Argument(
        help="The book: .csv, .xlsx, .parquet, .ndjson or .arrow; - is NDJSON on standard input.", metavar="BOOK"
    ),
]
On = Annotated[
    str | None,
    typer.Option("--on", help="Day of the act for every row (else the column on, else today).", metavar="DATE"),
]
Known = Annotated[
    str | None,
    typer.Option("--known", help="Judge as a reader of that day could know the law.", metavar="DATE"),
]
Scenario = Annotated[
    list[str],
    typer.Option("--scenario", help="Lay a scenario over the law; may be repeated.", metavar="NAME"),
]
Strict = Annotated[bool, typer.Option("--strict", help="Turn every default off: what is not stated is unknown.")]
Json = Annotated[bool, typer.Option("--json", help="One compact JSON object per line.")]


@app.command()
def determine(
    book: Book,
    on: On = None,
    known: Known = None,
    scenario: Scenario = [],  # noqa: B006
    strict: Strict = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print the full explanation of every row.")] = False,
    json: Json = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="Write rows and results: .csv, .xlsx, .parquet or .ndjson, by ending.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Decide every row of a book."""
    books.determine(book, on, known, scenario, strict, explain, json, output)


@app.command()
def explain(
    book: Book,
    id: Annotated[str, typer.Option("--id", help="The row to explain.", metavar="ID")],
    on: On = None,
    known: Known = None,
    scenario: Scenario = [],  # noqa: B006
    strict: Strict = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown.")] = False,
    json: Json = False,
) -> None:
    """The full explanation of one row."""
    books.explain(book, id, on, known, scenario, strict, markdown, json)


@app.command()
def ask(
    fact: Annotated[
        list[str],
        typer.Option("--fact", help="A fact of the transaction; may be repeated.", metavar="NAME=VALUE"),
    ] = [],  # noqa: B006
    on: On = None,
    known: Known = None,
    scenario: Scenario = [],  # noqa: B006
    strict: Strict = False,
    json: Json = False,
) -> None:
    """One transaction: interviews on a terminal, else answers with what it has.

    Exit codes: 0 free, 11 free with exposure to a review, 12 free only on assumptions or weak evidence,
    10 unsettled, 20 license required, 30 prohibited.
    """
    from carveout.doors.cli import interview

    interview.ask(fact, on, known, scenario, strict, json)


@app.command()
def demo(
    out: Annotated[str | None, typer.Option("--out", help="Write the reports to this folder.", metavar="DIR")] = None,
) -> None:
    """The tour: decides the bundled book as of several days and shows what lapses."""
    from carveout.doors.cli import tour

    tour.demo(out)
