"""``origin``: how much controlled US content an item holds, and whether it is a direct product."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.shared import DONE, REJECTED, Stop, counted, day, emit, say, view

if TYPE_CHECKING:
    from datetime import date

    from carveout.origin.calculation import Calculation
    from carveout.origin.direct_product import DirectProduct
    from carveout.origin.ear_tables import EarTables

app = typer.Typer(no_args_is_help=True, help="Where an item comes from, part by part.", rich_markup_mode=None)


def tables_on(named: str | None, on: date) -> EarTables | None:
    """The EAR tables that hold on a day: of a folder, or those imported; None when none do."""
    from carveout.origin.error import OriginError
    from carveout.origin.vintages import held

    try:
        folder = Path(named) if named not in (None, "imported") else None
        found = held(folder)
    except OriginError as error:
        raise Stop(str(error)) from None
    if found is None:
        if named == "imported":
            raise Stop("no EAR tables are imported; `carveout law import-tables FOLDER` keeps some")
        return None
    tables = found.at(on)
    if tables is None:
        say(f"The EAR tables begin on {found.tables[0].issued}; for {on} they say nothing.")
    return tables


def _rates(given: list[str]) -> dict[str, float]:
    found = {}
    for text in given:
        name, _, rate = text.partition("=")
        try:
            found[name.strip().upper()] = float(rate)
        except ValueError:
            raise Stop(f"--rate {text!r} is not CURRENCY=NUMBER, for example EUR=1.08") from None
        if not 0 < found[name.strip().upper()] < float("inf"):
            raise Stop(f"--rate {text!r} is no rate; it is more than nothing")
    return found


@app.command()
def bill(
    file: Annotated[str, typer.Argument(help="The bill: .csv, or .json in CycloneDX.", metavar="FILE")] = "",
    destination: Annotated[
        str, typer.Option("--destination", help="Country of ultimate destination, ISO 3166-1 alpha-2.", metavar="CC")
    ] = "",
    on: Annotated[str | None, typer.Option("--on", help="Day of the act (else today).", metavar="DATE")] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="Judge as a reader of that day could know the law.", metavar="DATE")
    ] = None,
    tables: Annotated[
        str | None,
        typer.Option(
            "--tables",
            help="A folder of EAR tables, or imported (those are taken anyway where there are any).",
            metavar="DIR",
        ),
    ] = None,
    item: Annotated[
        str | None, typer.Option("--item", help="Only this part, as if it were shipped alone.", metavar="PART")
    ] = None,
    family: Annotated[
        str | None,
        typer.Option(
            "--zero-family", help="yes or no: is the item of a family without a level (734.4(a))?", metavar="WORD"
        ),
    ] = None,
    rate: Annotated[
        list[str],
        typer.Option(
            "--rate", help="What one unit of another currency is worth in that of the bill.", metavar="EUR=1.08"
        ),
    ] = [],  # noqa: B006
    strict: Annotated[
        bool, typer.Option("--strict", help="Do not take what is not classified to be of no family without a level.")
    ] = False,
    template: Annotated[bool, typer.Option("--template", help="Print a bill to start from, and stop.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object per item.")] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Write the sheet: .md or .xlsx.", metavar="FILE")
    ] = None,
) -> None:
    """De minimis over a nested bill of materials: controlled US content toward a destination, with the sheet to sign.

    What is missing is counted both ways, so the share is a range; the sheet says which missing value would settle it.

    Exit codes: 0 done, 2 wrong usage or a bill that cannot be read, 3 some cells could not be read (they count as not known).
    """
    from carveout.facts.clock import today
    from carveout.facts.country import is_country, nearest_country
    from carveout.facts.row import CellProblem, read_cell
    from carveout.facts.schema import schema
    from carveout.origin.calculation import calculate
    from carveout.origin.error import OriginError
    from carveout.origin.line import TEMPLATE
    from carveout.origin.reader import read_bill

    if template:
        typer.echo(TEMPLATE, nl=False)
        return
    if not file:
        raise Stop("name a bill, or --template for one to start from")
    country = destination.upper()
    if not is_country(country):
        near = nearest_country(destination) if destination else ""
        hint = f"; did you mean {near}?" if near else ""
        raise Stop(f"--destination {destination!r} is not a country as ISO 3166-1 alpha-2{hint}")
    if output is not None and Path(output).suffix.casefold() not in (".md", ".xlsx"):
        raise Stop(f"-o {output}: a sheet is .md or .xlsx")
    when = day(on, "--on") or today()
    try:
        stated = read_cell(schema()["zero_de_minimis_item"], family) if family else None
    except CellProblem:
        raise Stop(f"--zero-family {family!r} is not yes or no") from None
    try:
        read = read_bill(Path(file), rates=_rates(rate))
        found = calculate(
            read, view(known, ()), country, when, tables=tables_on(tables, when), item=item,
            zero_family=stated if isinstance(stated, int) else None, strict=strict,
        )  # fmt: skip
    except OriginError as error:
        raise Stop(str(error)) from None
    for fault in read.errors:
        say(str(fault))
    _tell(found, json=json, output=output)
    if read.errors:
        say(f"{counted(len(read.errors), 'cell')} could not be read; what they would have said counts as not known.")
    raise typer.Exit(REJECTED if read.errors else DONE)


@app.command()
def process(
    file: Annotated[str, typer.Argument(help="The process: .toml, or .csv with a line a use.", metavar="FILE")],
    on: Annotated[str | None, typer.Option("--on", help="Day of the shipment (else today).", metavar="DATE")] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="Judge as a reader of that day could know the law.", metavar="DATE")
    ] = None,
    item: Annotated[
        str | None, typer.Option("--item", help="An item made on the way, as if it were shipped.", metavar="ITEM")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
) -> None:
    """Direct product of steps, tools, software and plants: the facts of 734.9(e)(1), and the path that makes it so.

    Whether a license is needed also takes who designed the item and where it goes: put the cells into a row, and ask.

    Exit codes: 0 done, 2 wrong usage or a process that cannot be read.
    """
    from carveout.facts.clock import today
    from carveout.origin.direct_product import direct_product
    from carveout.origin.error import OriginError
    from carveout.origin.process_file import read_process

    when = day(on, "--on") or today()
    try:
        read = read_process(Path(file))
        if item is not None and not read.of(item):
            made = ", ".join(dict.fromkeys(step.makes for step in read.steps))
            raise Stop(f"--item {item!r} is made by no step of {file}; there is {made}")
        found = direct_product(read, when, view(known, ()), item=item or "")
    except OriginError as error:
        raise Stop(str(error)) from None
    if json:
        emit(_object(found, known))
    else:
        typer.echo(_words(found))


_HOW_FAR = ("no", "open", "", "yes")
"""Words for a truth."""


def _object(found: DirectProduct, known: str | None) -> dict[str, Any]:
    return {
        "item": found.item, "on": found.on, "known": known, "direct_product": _HOW_FAR[found.truth],
        "limbs": {limb: _HOW_FAR[found.limb(limb)] for limb in ("item", "plant")},
        "paths": [
            {"limb": p.limb, "item": p.item, "step": p.step, "uses": p.uses, "eccn": p.eccn, "holds": _HOW_FAR[p.truth],
             "why": p.words, "questions": p.questions}
            for p in found.paths
        ],
        "questions": found.questions, "cells": found.cells,
    }  # fmt: skip


def _words(found: DirectProduct) -> str:
    told = {
        "yes": "is a direct product in the sense of 15 CFR 734.9(e)(1)",
        "no": "is no direct product in the sense of 15 CFR 734.9(e)(1)",
        "open": "may be a direct product in the sense of 15 CFR 734.9(e)(1)",
    }[_HOW_FAR[found.truth]]
    parts = [f"{found.item}, shipped on {found.on}: {told}."]
    why = {"yes": "Because", "open": "It may be so by", "no": ""}[_HOW_FAR[found.truth]]
    if found.because:
        parts += ["", f"{why}:", *(f"  {words}" for words in found.because)]
    if found.questions:
        parts += ["", "What would settle it:", *(f"  {question}" for question in found.questions)]
    parts += ["", "Cells of a row:", *(f"  {name} = {cell}" for name, cell in found.cells.items())]
    parts += ["", "Whether a license is needed also takes the end-user and what is known of it. Not legal advice; liability is",
              "strict."]  # fmt: skip
    return "\n".join(parts)


def _tell(found: list[Calculation], *, json: bool, output: str | None) -> None:
    from carveout.origin.sheet import as_json, as_markdown, sheet_of

    if json:
        for one in found:
            emit(as_json(one))
    if output is None:
        if not json:
            typer.echo("\n\n".join(as_markdown(sheet_of(one)) for one in found), nl=False)
        return
    from carveout.book.error import BookError
    from carveout.book.writer import whole
    from carveout.papers.bill_workbook import write_bill_workbook

    path = Path(output)
    try:
        if path.suffix.casefold() == ".md":
            with whole(path) as stream:
                stream.write("\n\n".join(as_markdown(sheet_of(one)) for one in found))
        else:
            write_bill_workbook(path, found)
    except BookError as error:
        raise Stop(str(error)) from None
    say(f"{path} written.")
