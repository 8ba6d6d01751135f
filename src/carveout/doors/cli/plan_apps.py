"""``plan apps``: which services to build and which apps to win when a platform is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from carveout.doors.cli.shared import Stop, console, emit, say


def apps(
    file: Annotated[str, typer.Argument(help="The case: TOML, with the tables it names.", metavar="FILE")] = "",
    time_limit: Annotated[float, typer.Option("--time-limit", help="Seconds to plan for.", metavar="S")] = 60.0,
    seed: Annotated[int, typer.Option("--seed", help="Where the search starts from.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Write plan.json, pictures, memo and workbook.", metavar="DIR")
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", help="Write a case to start from, and stop.", metavar="DIR")
    ] = None,
    updates: Annotated[
        bool, typer.Option("--updates", help="Make no plan: tell who gets which updates until when, and who none.")
    ] = False,
) -> None:
    """Which services to build and which apps to win, so that most users stay on a date.

    Exit codes: 0 done, 1 what is asked for cannot be (it is said why), 2 a case that cannot be read.
    """
    if template is not None:
        from carveout.plan.apps.template import write_template

        write_template(Path(template))
        say(f"a case to start from is in {template}; carveout plan apps {Path(template) / 'apps.toml'}")
        return
    if not file:
        raise Stop("name a case, or --template DIR for one to start from")
    if not 0 < time_limit <= 86400:
        raise Stop(f"--time-limit {time_limit:g}: write seconds, more than 0")
    if updates:
        if output:
            raise Stop("--updates makes no plan, so there is nothing to write; leave out -o")
        from carveout.doors.cli import plan_updates

        plan_updates.tell(Path(file), json=json)
        return
    plan, _ = planned(Path(file), time_limit, seed, Path(output) if output else None, quiet=json)
    if output:
        from carveout.papers.app_plan import write_papers

        write_papers(plan, Path(output))
    if json:
        emit(plan)
    else:
        _show(plan)


def planned(file: Path, seconds: float, seed: int, output: Path | None, *, quiet: bool) -> tuple[dict[str, Any], Any]:
    """The plan of a case as JSON values, and its instance with names."""
    from time import monotonic

    from carveout.doors.cli.plan_law import AskedLaw
    from carveout.plan.apps.case_file import read_case
    from carveout.plan.apps.demand import unmet
    from carveout.plan.apps.further import frontier, graph, regret
    from carveout.plan.apps.lawful import Grounds, grounds, lawful_table, update_table
    from carveout.plan.apps.model import build
    from carveout.plan.apps.planner import plan as solve
    from carveout.plan.apps.result import written
    from carveout.plan.error import PlanError

    began, law = monotonic(), AskedLaw()
    try:
        case = read_case(file)
        views = [law.view(one.known, one.laid_over) for one in case.scenarios]
        lawful = lawful_table(case, views, law.compose)
        updates = update_table(case, views, law.compose)
    except PlanError as error:
        raise Stop(str(error)) from None
    named = build(case, lawful)
    shown = _Progress(quiet)
    left = max(seconds - (monotonic() - began), 0.2 * seconds)
    further = 0.4 * left if output is not None else 0.0  # for other means, and for each scenario alone
    found = solve(named.instance, seconds=left - further, seed=seed, told=shown)
    if case.floors:
        found, complaints = unmet(named, found, lawful, seconds=seconds, seed=seed)
        if complaints:
            raise Stop("\n".join(complaints), 1)

    def rests(scenario: int, model: str, service: str, period: int) -> Grounds:
        return grounds(case, views[scenario], law.compose, case.services[service], case.devices[model], period)

    plan = written(named, found, lawful, updates, rests)
    plan["graph"] = graph(named, found, lawful)
    if output is not None:
        plan["regret"] = regret(named, found, lawful, seconds=0.4 * further, seed=seed)
        plan["frontier"] = frontier(named, found, seconds=0.6 * further, seed=seed)
    here = (output or Path()).resolve()
    plan["inputs"] = {"case": os.path.relpath(file.resolve(), here), "sha256": dict(case.inputs)}
    return plan, named


class _Progress:
    """Progress on standard error, a line every few seconds."""

    def __init__(self, quiet: bool) -> None:
        from time import monotonic

        self.clock, self.last, self.quiet = monotonic, monotonic(), quiet

    def __call__(self, message: str) -> None:
        if not self.quiet and self.clock() - self.last >= 2:
            self.last = self.clock()
            say(message)


def _show(plan: dict[str, Any]) -> None:
    from rich.table import Table

    out = console()
    out.print(
        f"Kept: {plan['kept']:,.0f} ({plan['share']:.1%}) of {plan['counts']}; at most {plan['bound']:,.0f}, gap {plan['gap']:.2%}. "
        f"Doing nothing keeps {plan['without']:,.0f}, greedy {plan['greedy']:,.0f}, a random order {plan['random']:,.0f}."
    )
    table = Table(
        "from", "users", "kept", "share", "doing nothing", "engineer-months", "spent", "without security updates"
    )
    for row, bare in zip(plan["coverage"], plan["updates"]["unprotected_share"], strict=True):
        table.add_row(row["from"], f"{row['users']:,.0f}", f"{row['kept']:,.0f}", f"{row['share']:.1%}", f"{row['without']:,.0f}",
                      f"{row['engineer_months']:,.1f} of {row['engineer_months_at_most']:,.0f}", f"{row['spent']:,.0f}", f"{bare:.1%}")  # fmt: skip
    out.print(table)
    table = Table("build", "as", "starts", "ready", "engineer-months", "users that wait for it")
    for row in plan["builds"][:25]:
        table.add_row(f"{row['service']} {row['step'] if row['step'] > 1 else ''}", row["replacement"], row["starts"], row["ready"],
                      f"{sum(row['work']):,.1f}", f"{row['waiting']:,.0f}")  # fmt: skip
    out.print(table)
    if len(plan["builds"]) > 25:
        out.print(f"and {len(plan['builds']) - 25:,} more; -o DIR writes all")
    for place, call in enumerate(plan["first_calls"], start=1):
        out.print(f"{place}. call {call['maker']} by {call['call_by']} ({', '.join(call['apps'][:3])}): {call['why']}")
    out.print(f"Greedy's guarantee: {plan['greedy_guarantee']}.")
    out.print("Not legal advice; liability is strict; regimes of other countries are out of scope.")


__all__ = ["apps"]
