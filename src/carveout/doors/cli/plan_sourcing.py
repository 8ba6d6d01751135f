"""``plan sourcing``: what to qualify, contract and stock, and when, under every way the law may go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.plan_law import composed
from carveout.doors.cli.shared import Stop, console, emit, say

if TYPE_CHECKING:
    from carveout.plan.sourcing.decompose import Progress


def register(app: typer.Typer) -> None:
    """Put the command in its place."""
    app.command("sourcing")(sourcing)


def sourcing(
    file: Annotated[str | None, typer.Argument(help="The problem: TOML that names its tables.", metavar="FILE")] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", help="Seconds to search for.", metavar="S")
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", help="Write the plan, tables, pictures and memo there.", metavar="DIR")
    ] = None,
    analysis: Annotated[bool, typer.Option(help="With -o: frontier, regret and the value of waiting too.")] = True,
    template: Annotated[
        str | None, typer.Option("--template", help="Write a problem to fill in there.", metavar="DIR")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
) -> None:
    """What to qualify, contract and stock, and when, if authorizations may or may not be extended.

    Every purchase, shipment and draw-down is asked of the engine, by period and scenario; what is not settled is not allowed.

    Exit codes: 0 done, 2 a problem that cannot be read or that no plan fits.
    """
    from carveout.plan.error import PlanError

    try:
        if template is not None:
            _template(Path(template))
        if file is None:
            if template is None:
                raise Stop("name the problem, or write one to fill in with --template DIR")
            return
        if time_limit is not None and not time_limit > 0:
            raise Stop(f"--time-limit {time_limit:g}: a number of seconds above 0")
        _plan(Path(file), time_limit, Path(output) if output is not None else None, analysis=analysis, json=json)
    except PlanError as error:
        raise Stop(str(error)) from None


def _template(folder: Path) -> None:
    from carveout.plan.sourcing.template import write_template

    written = write_template(folder)
    say(f"Written to {folder}: {', '.join(written)}. COLUMNS.md says what each column means; the data are invented.")


def _plan(file: Path, seconds: float | None, folder: Path | None, *, analysis: bool, json: bool) -> None:
    from carveout.plan.sourcing.plan_file import plan_document
    from carveout.plan.sourcing.planning import planned

    if folder is not None and folder.exists() and not folder.is_dir():
        raise Stop(f"-o {folder} is a file; name a folder")
    solved = planned(file, composed, seconds=float("inf") if seconds is None else seconds, tell=_tell, say=say)
    plan = plan_document(solved, folder if folder is not None else Path())
    for caution in dict.fromkeys(c for chance in plan["chances"] for c in chance["cautions"]):
        say(f"Note: {caution}.")
    if folder is not None:
        from carveout.papers.sourcing_folder import write_folder
        from carveout.plan.sourcing.analysis import analyzed

        studied = analyzed(solved, composed, tell=say) if analysis else None
        for name in write_folder(plan, studied, folder):
            say(f"Written: {folder / name}")
    if json:
        emit(plan)
    else:
        _show(plan)


def _tell(progress: Progress) -> None:
    best = f"{progress.value:,.0f}" if progress.value < float("inf") else "none yet"
    gap = f"{progress.gap:.2%}" if progress.value < float("inf") else "unknown"
    say(f"round {progress.round}: best plan {best}, bound {progress.bound:,.0f}, gap {gap}, {progress.seconds:.1f} s")


def _show(plan: dict[str, Any]) -> None:
    from rich.table import Table

    out = console()
    first = Table("what", "part", "with", "from", "ready", "cost")
    for one in plan["qualifications"]:
        first.add_row("qualify", one["part"], one["supplier"], one["start_on"], one["ready_on"], f"{one['cost']:,.0f}")
    for one in plan["contracts"]:
        first.add_row("contract", one["part"], one["supplier"], "", "", f"{one['fee']:,.0f}")
    everyone = len(plan["scenarios"])
    for one in plan["flows"]:
        if len(one["scenarios"]) == everyone:
            relies = one["lawful"][0]["relies_on"]
            under = ", ".join(relies) if relies else one["lawful"][0]["outcome"].replace("_", " ")
            first.add_row(f"order {one['quantity']:,.0f}", one["part"], f"{one['supplier']} ({under})", one["order_on"],
                          f"period {one['arrive_period']}", f"{one['quantity'] * one['price']:,.0f}")  # fmt: skip
    out.print(first)
    cost, bound = plan["cost"], plan["bound"]
    out.print(f"Expected cost {cost['expected']:,.0f} {plan['currency']}; the worst {1 - plan['aim']['tail']:.0%} cost "
              f"{cost['cvar']:,.0f} on average. Over {everyone} scenarios, {len(plan['flows'])} orders in all.")  # fmt: skip
    out.print(f"No plan has an objective below {bound['value']:,.0f}; this one has {cost['objective']:,.0f}: gap {bound['gap']:.2%}. "
              f"Stopped by {plan['stopped']} after {plan['rounds']} rounds.")  # fmt: skip
    out.print(plan["notice"])
