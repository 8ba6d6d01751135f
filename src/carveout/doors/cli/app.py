"""The commands. Each does one thing and says what it did; everything heavy is imported inside."""

from __future__ import annotations

from typing import Annotated

import typer

from carveout.doors.cli import (
    books,
    chart,
    diff,
    lapses,
    law,
    lists,
    meetings,
    origin,
    owners,
    papers,
    plan,
    receipt,
    screen,
)  # fmt: skip

EPILOG = "Not legal advice; liability is strict; regimes of other countries are out of scope."

app = typer.Typer(
    name="carveout", no_args_is_help=True, epilog=EPILOG, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="May this transaction go ahead on this date, under which authorization, until when, with what on file?",
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
app.add_typer(law.app, name="law")
app.add_typer(lists.app, name="lists")
app.add_typer(plan.app, name="plan")
app.add_typer(origin.app, name="origin")
app.add_typer(receipt.app, name="receipt")
app.command()(lapses.lapses)
app.command()(screen.screen)
app.command()(owners.owners)
app.command()(chart.chart)
app.command()(papers.report)
app.command()(papers.memo)
app.command()(meetings.meetings)


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
    typer.Option(
        "--scenario",
        help="Lay a scenario over the law: a name of `law scenarios`, or the path of a page of your own; may be repeated.",
        metavar="NAME",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Turn every default off: what is not stated is unknown.")]
Parties = Annotated[
    str | None,
    typer.Option(
        "--parties",
        help="A second file: id, role, name, country, address, listing, ownership, owners; further parties of the rows with these ids. "
        "A sheet named parties in a workbook is taken without asking.",
        metavar="FILE",
    ),
]
Owners = Annotated[
    str | None,
    typer.Option(
        "--owners",
        help="Shareholdings, as `carveout owners` reads them: what they prove of the parties of a row on its day is filled in.",
        metavar="FILE",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One compact JSON object per line.")]


@app.command()
def determine(
    book: Book,
    on: On = None,
    known: Known = None,
    scenario: Scenario = [],  # noqa: B006
    strict: Strict = False,
    parties: Parties = None,
    owners: Owners = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Print the full explanation of every row; with --json add it to each object."),
    ] = False,
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
    save: Annotated[
        bool,
        typer.Option(
            "--save",
            help="With -o FILE.parquet: keep beside it what lets diff, and law show --book, ask the same rows again at once.",
        ),
    ] = False,
    receipts: Annotated[
        str | None,
        typer.Option(
            "--receipts",
            help="Write a signed receipt of every answer: NDJSON; one that is there goes on. The key: `receipt key`.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Decide every row of a book: a table on the terminal, JSON, or a file.

    Rows that cannot be read are listed on standard error and the others still run. After the rows come the counts, and
    the questions that would settle most of what is unsettled.

    Exit codes: 0 done, 2 wrong usage or a book that cannot be read, 3 some rows were rejected.
    """
    asked = books.asked(on, known, scenario, strict)
    books.determine(
        book, asked, parties, explain=explain, json=json, output=output, save=save, owners=owners, receipts=receipts
    )


app.command("diff")(diff.diff)


@app.command()
def explain(
    book: Book,
    id: Annotated[str, typer.Option("--id", help="The row to explain.", metavar="ID")],
    on: On = None,
    known: Known = None,
    scenario: Scenario = [],  # noqa: B006
    strict: Strict = False,
    parties: Parties = None,
    owners: Owners = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown.")] = False,
    json: Json = False,
) -> None:
    """The full explanation of one row."""
    books.explain(
        book, id, books.asked(on, known, scenario, strict), parties, markdown=markdown, json=json, owners=owners
    )


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
    owners: Owners = None,
    json: Json = False,
) -> None:
    """One transaction: interviews on a terminal, else answers with what it has.

    Exit codes: 0 free, 11 free with exposure to a review, 12 free only on assumptions or weak evidence,
    10 unsettled, 20 license required, 30 prohibited.
    """
    from carveout.doors.cli import interview

    interview.ask(fact, on, known, scenario, strict, json, owners)


@app.command()
def demo(
    out: Annotated[str | None, typer.Option("--out", help="Write the reports to this folder.", metavar="DIR")] = None,
) -> None:
    """The tour: decides the bundled book as of several days and shows what lapses."""
    from carveout.doors.cli import tour

    tour.demo(out)
