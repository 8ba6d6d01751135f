"""``plan check``: the independent check of a plan, by its kind."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.shared import REFUSED, Stop, emit, say

if TYPE_CHECKING:
    from datetime import date

    from carveout.decide.transaction import Transaction
    from carveout.facts.row import Row
    from carveout.law.view import View

CHECKERS = {
    "sourcing": "carveout.plan.sourcing_check:faults",
}
"""Kind of a plan -> the function that tells its faults, of (plan, its folder, how a row becomes a transaction)."""


def composed(row: Row, law: View, day: date) -> Transaction:
    """How a row becomes a transaction: screened and with its defaults, as in a book."""
    from carveout.book.compose import compose

    return compose(row, law, on=day)


def register(app: typer.Typer) -> None:
    """Put the command in its place."""
    app.command("check")(check)


def check(
    file: Annotated[str, typer.Argument(help="A plan.json, where it was written.", metavar="PLAN")],
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
) -> None:
    """Check a plan by a program of its own: inputs, law, every act, the cost and the bound.

    Exit codes: 0 it holds, 1 refused, 2 no plan.
    """
    plan = _read(Path(file))
    kind = plan.get("kind")
    if kind not in CHECKERS:
        raise Stop(f"{file} is a plan of kind {kind!r}; {', '.join(sorted(CHECKERS))} can be checked")
    module, function = CHECKERS[kind].split(":")
    found = getattr(import_module(module), function)(plan, Path(file).parent, composed)
    if json:
        emit({"plan": file, "holds": not found, "faults": found})
    elif not found:
        typer.echo("The plan holds: its inputs, the law, every act, every quantity, its cost and its bound.")
    for fault in found if not json else ():
        say(fault)
    if found:
        raise typer.Exit(REFUSED)


def _read(path: Path) -> dict[str, Any]:
    import json

    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Stop(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (UnicodeDecodeError, ValueError):
        raise Stop(f"{path} is not JSON; name the plan.json that a plan command wrote") from None
    if not isinstance(plan, dict):
        raise Stop(f"{path} is no plan; name the plan.json that a plan command wrote")
    return plan
