"""``plan``: what can still be done, and until when."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli import plan_apps, plan_check, plan_license, plan_migration, plan_sourcing
from carveout.doors.cli.shared import Stop, console, emit, say, view

if TYPE_CHECKING:
    from datetime import date

    from carveout.decide.transaction import Transaction
    from carveout.plan.lot_start import Last, LotStart

app = typer.Typer(no_args_is_help=True, help="Plan B: what can still be done, and until when.", rich_markup_mode=None)

plan_sourcing.register(app)
app.command("migration")(plan_migration.migration)

RULE = "ear/734.9/e1"
"""The rule whose versions a lot is planned under: 734.9(e)(1)."""


@app.callback()
def plan() -> None:
    """Plan B: what can still be done, and until when."""


@app.command()
def lots(
    file: Annotated[str, typer.Argument(help="The lot: TOML with [plan] and [row].", metavar="FILE")],
    known: Annotated[
        str | None, typer.Option("--known", help="As a reader of that day could know the law.", metavar="DATE")
    ] = None,
    scenario: Annotated[
        list[str], typer.Option("--scenario", help="Lay a scenario over the law; may be repeated.", metavar="NAME")
    ] = [],  # noqa: B006
    strict: Annotated[bool, typer.Option("--strict", help="Turn every default off.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Write a workbook: .xlsx.", metavar="FILE")
    ] = None,
) -> None:
    """The last lot start that still ships, under each version of the direct product rule.

    A lot surely ships when it is free whatever its cycle turns out to be; it may ship when it is on some cycle, or where the
    law is in doubt.

    Exit codes: 0 done, 2 a file that cannot be read.
    """
    from carveout.book.compose import compose
    from carveout.origin.direct_product import INPUTS
    from carveout.plan.error import PlanError
    from carveout.plan.lot_file import read_lot
    from carveout.plan.lot_start import last_lot_starts

    if output is not None and Path(output).suffix.lower() != ".xlsx":
        raise Stop(f"-o {output}: lot starts are written as .xlsx")
    law = view(known, scenario)
    try:
        lot = read_lot(Path(file))

        def made(begun: date, shipped: date) -> Transaction:
            return compose(lot.row(begun, shipped, law), law, on=shipped, strict=strict)

        found = last_lot_starts(law, made, lot.cycle, rule=RULE, groups=(INPUTS,))
    except PlanError as error:
        raise Stop(str(error)) from None
    if output is not None:
        seen = f"as known on {known}" if known else "with all law that is held"
        under = f", under the scenario {', '.join(scenario)}, which is not law" if scenario else ""
        asked = {"Cycle": f"{lot.cycle.shortest} to {lot.cycle.longest} days", "Law": seen + under, **lot.cells}
        _write(Path(output), Path(file).name, found, asked)
    if json:
        cycle = [lot.cycle.shortest, lot.cycle.longest]
        emit({"known": known, "scenarios": scenario, "cycle_days": cycle, "versions": [_object(one) for one in found]})
        return
    if output is None:
        _show(found)


def _write(path: Path, name: str, found: list[LotStart], asked: dict[str, Any]) -> None:
    """The workbook, or a sentence on why it cannot be written."""
    from carveout.papers.lot_workbook import write_lot_workbook

    try:
        write_lot_workbook(path, name, found, asked)
    except OSError as error:
        raise Stop(str(error)) from None
    say(f"{path} written.")


def _object(found: LotStart) -> dict[str, Any]:
    version = found.version
    return {
        "from": version.start, "through": version.through, "citations": version.citations, "last_start": _last(found.start),
        "last_ship": _last(found.ship), "possible_start": _last(found.possible_start),
        "possible_ship": _last(found.possible_ship),
    }  # fmt: skip


def _last(last: Last) -> dict[str, Any]:
    return {"day": last.day, "open": last.open, "ends": list(last.ends)}


def _days(one: LotStart) -> tuple[Last, ...]:
    return one.start, one.ship, one.possible_start, one.possible_ship


def _closed(one: LotStart) -> bool:
    """Whether nothing may be begun or shipped under a version."""
    return all(last.day is None and not last.open for last in _days(one))


def _show(found: list[LotStart]) -> None:
    """A line for each version; versions under which nothing ships, one after the other, are one line."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("shipped from", "through", "last start", "last shipment", "may start", "may ship", "ended by"):
        table.add_column(name, no_wrap=name != "ended by")
    for place, one in enumerate(found):
        if place and _closed(one) and _closed(found[place - 1]):
            continue
        same = [one, *takewhile(_closed, found[place + 1 :])] if _closed(one) else [one]
        ends = dict.fromkeys(name for last in _days(one) for name in last.ends)
        through = same[-1].version.through
        table.add_row(str(one.version.start), str(through or "open"), *map(_word, _days(one)), ", ".join(ends))
    out = console()
    out.print(table)
    out.print(
        "Days on which only the version ends are followed by those of the next. Not legal advice; liability is strict."
    )


def _word(last: Last) -> str:
    return "no end known" if last.open else str(last.day or "none")


app.command()(plan_apps.apps)
app.command()(plan_license.license)
app.command()(plan_check.check)
