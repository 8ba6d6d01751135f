"""``plan check``: the independent check of a plan, by its kind."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from carveout.doors.cli.shared import DONE, REFUSED, Stop, emit

CHECKERS = {
    "apps": "carveout.plan.apps_check:check",
    "license": "carveout.plan.license_check:check",
}
"""Kind of plan -> its checker: ``check(plan, folder, law)`` gives what is wrong, in sentences."""


def check(
    file: Annotated[str, typer.Argument(help="The plan: plan.json, or the folder that holds it.", metavar="PLAN")],
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
) -> None:
    """The independent check of a plan: recomputed from its inputs and from the law, asked again.

    Exit codes: 0 it holds, 1 it is refused, 2 it cannot be read.
    """
    from json import JSONDecodeError, loads

    from carveout.doors.cli.plan_law import AskedLaw

    path = Path(file) / "plan.json" if Path(file).is_dir() else Path(file)
    try:
        plan = loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, JSONDecodeError) as error:
        raise Stop(f"{path} is not JSON: {error}") from None
    kind = plan.get("kind") if isinstance(plan, dict) else None
    if kind not in CHECKERS:
        raise Stop(f"{path} is no plan of a kind that can be checked: {', '.join(sorted(CHECKERS))}")
    module, _, name = CHECKERS[kind].partition(":")
    wrong = getattr(import_module(module), name)(plan, path.parent, AskedLaw())
    if json:
        emit({"plan": str(path), "kind": kind, "holds": not wrong, "wrong": wrong})
    else:
        for sentence in wrong:
            typer.echo(f"refused: {sentence}")
        if not wrong:
            typer.echo(f"{path} holds: feasible, lawful as asked again, counted again, its bound recomputed.")
            if plan.get("search_bound") is not None and plan["search_bound"] < plan["prices"]["bound"]:
                typer.echo(
                    f"Its prices prove a bound of {plan['prices']['bound']:,.0f}; the lower one, {plan['search_bound']:,.0f}, was proved by "
                    "the integer search, which no short check can repeat."
                )
    raise typer.Exit(REFUSED if wrong else DONE)
