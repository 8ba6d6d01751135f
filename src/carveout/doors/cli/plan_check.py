"""``plan check``: the independent check of a plan, by its kind."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from carveout.doors.cli.plan_law import AskedLaw, composed
from carveout.doors.cli.shared import DONE, REFUSED, Stop, emit, say


def _asking(module: str, plan: dict[str, Any], path: Path) -> list[str]:
    """A checker that asks the law through :mod:`carveout.doors.cli.plan_law`."""
    found: list[str] = import_module(module).check(plan, path.parent, AskedLaw())
    return found


def _sourcing(plan: dict[str, Any], path: Path) -> list[str]:
    from carveout.plan.sourcing_check import faults

    return faults(plan, path.parent, composed)


def _migration(plan: dict[str, Any], path: Path) -> list[str]:
    from carveout.plan.migration_check import check_migration

    return check_migration(plan, path, AskedLaw())


CHECKERS = {
    "apps": lambda plan, path: _asking("carveout.plan.apps_check", plan, path),
    "license": lambda plan, path: _asking("carveout.plan.license_check", plan, path),
    "migration": _migration,
    "sourcing": _sourcing,
}
"""Kind of a plan -> what checks it: the plan and its path in, what is wrong in sentences out."""


def check(
    file: Annotated[str, typer.Argument(help="The plan: plan.json, or the folder that holds it.", metavar="PLAN")],
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
) -> None:
    """The independent check of a plan: recomputed from its inputs and from the law, asked again.

    Exit codes: 0 it holds, 1 it is refused, 2 it cannot be read.
    """
    from carveout.plan.error import PlanError

    path = Path(file) / "plan.json" if Path(file).is_dir() else Path(file)
    plan = _read(path)
    kind = plan.get("kind")
    if kind not in CHECKERS:
        raise Stop(f"{path}: the kind of the plan is {kind!r}; checked are {', '.join(sorted(CHECKERS))}")
    try:
        wrong = CHECKERS[kind](plan, path)
    except PlanError as error:
        raise Stop(str(error)) from None
    if json:
        emit({"plan": str(path), "kind": kind, "holds": not wrong, "faults": wrong})
    elif not wrong:
        typer.echo(f"{path}: the plan holds")
        if plan.get("search_bound") is not None and plan["search_bound"] < plan["prices"]["bound"]:
            typer.echo(
                f"Its prices prove a bound of {plan['prices']['bound']:,.0f}; the lower one, {plan['search_bound']:,.0f}, was "
                "proved by the integer search, which no short check can repeat."
            )
    for sentence in wrong if not json else ():
        say(f"refused: {sentence}")
    raise typer.Exit(REFUSED if wrong else DONE)


def _read(path: Path) -> dict[str, Any]:
    import json

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Stop(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except ValueError:
        raise Stop(f"{path} is not JSON; name the plan.json that a plan command wrote") from None
    if not isinstance(found, dict):
        raise Stop(f"{path} is no plan; name the plan.json that a plan command wrote")
    return found
