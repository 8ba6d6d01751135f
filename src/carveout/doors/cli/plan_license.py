"""``plan license``: what a technology license is worth against buying from the vendors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from carveout.doors.cli.shared import Stop, console, emit, say


def license(
    file: Annotated[str, typer.Argument(help="The case: TOML.", metavar="FILE")] = "",
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Accepted for all plans; this one takes about a second.", metavar="S")
    ] = 60.0,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Write plan.json, pictures, memo and workbook.", metavar="DIR")
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", help="Write a case to start from, and stop.", metavar="FILE")
    ] = None,
) -> None:
    """What a technology license is worth: the fee at which it and the vendors come to the same, and what moves it.

    Exit codes: 0 done, 1 the deal closes under no scenario (it is said why), 2 a case that cannot be read.
    """
    from carveout.plan.error import PlanError

    if template is not None:
        from carveout.plan.license.template import write_template

        try:
            write_template(Path(template))
        except PlanError as error:
            raise Stop(str(error)) from None
        say(f"a case to start from is in {template}; carveout plan license {template}")
        return
    if not file:
        raise Stop("name a case, or --template FILE for one to start from")
    if not 0 < time_limit <= 86400:
        raise Stop(f"--time-limit {time_limit:g}: write seconds, more than 0")
    plan = valued(Path(file), Path(output) if output else None)
    if output:
        from carveout.papers.license_plan import write_papers

        write_papers(plan, Path(output))
    if json:
        emit(plan)
    else:
        _show(plan)
    if plan["threshold_fee"] is None:
        raise typer.Exit(1)


def valued(file: Path, output: Path | None) -> dict[str, Any]:
    """The plan of a case as JSON values."""
    from carveout.doors.cli.plan_law import AskedLaw
    from carveout.plan.error import PlanError
    from carveout.plan.license.case import read_case
    from carveout.plan.license.lawful import ask, grounds
    from carveout.plan.license.report import written

    law = AskedLaw()
    try:
        case = read_case(file)
        views = [law.view(one.known, one.laid_over) for one in case.scenarios]
        lawful, rests = ask(case, views, law.compose), grounds(case, views, law.compose)
    except PlanError as error:
        raise Stop(str(error)) from None
    plan = written(case, lawful, rests)
    plan["inputs"] = {
        "case": os.path.relpath(file.resolve(), (output or Path()).resolve()),
        "sha256": dict(case.inputs),
    }
    return plan


def _amount(value: float | None) -> str:
    return "none" if value is None else f"{value:,.1f}"


def _show(plan: dict[str, Any]) -> None:
    from rich.table import Table

    out = console()
    money = plan["currency"]
    if plan["threshold_fee"] is None:
        for one in plan["scenarios"]:
            out.print(f"Under {one['name']!r} the deal does not close: {one['why']}.")
    else:
        out.print(
            f"Threshold fee: {money} {_amount(plan['threshold_fee'])}; without options {_amount(plan['threshold_without_options'])}. "
            f"The deal may surely be done with probability {plan['closes_chance']:.0%}."
        )
        if plan["fee_asked"] is not None:
            out.print(f"Asked: {_amount(plan['fee_asked'])}. " + ("Worth it." if plan["worth_it"] else "Not worth it."))
    table = Table("vendor", "spending, present value", "may be bought from", "threshold against it")
    for row in plan["vendors"]:
        told = "yes" if all(row["lawful"]) else "no" if not any(row["lawful"]) else "under some scenarios"
        table.add_row(row["vendor"], _amount(row["spending"]), told, _amount(row["threshold"]))
    out.print(table)
    table = Table("option", "adds alone", "adds last")
    for row in plan["options"]:
        table.add_row(row["option"], _amount(row["adds_alone"]), _amount(row["adds_last"]))
    out.print(table)
    table = Table("asset or vendor", "act", "scenario", "outcome, year by year")
    for row in plan["acts"]:
        table.add_row(row["what"], row["direction"], row["scenario"], _runs(row["outcomes"]))
    out.print(table)
    table = Table("asset", "worth", "needed")
    for row in plan["assets"]:
        table.add_row(row["asset"], _amount(row["worth"]), "yes" if row["needed"] else "")
    out.print(table)
    table = Table("what turns", "from", "to", "threshold at the low end", "at the high end")
    for row in plan["tornado"]:
        table.add_row(
            row["name"], f"{row['low']:g}", f"{row['high']:g}", _amount(row["at_low"]), _amount(row["at_high"])
        )
    out.print(table)
    out.print("Not legal advice; liability is strict; regimes of other countries are out of scope.")


def _runs(outcomes: list[str]) -> str:
    """Outcomes by year, equal ones together."""
    told: list[str] = []
    start = 0
    for year in range(1, len(outcomes) + 1):
        if year == len(outcomes) or outcomes[year] != outcomes[start]:
            span = "" if len(outcomes) == 1 else f"{start + 1} to {year}: " if year > start + 1 else f"{year}: "
            told.append(span + outcomes[start].replace("_", " "))
            start = year
    return "; ".join(told)
