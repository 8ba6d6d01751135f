"""``plan check``: the independent check of a plan, by its kind."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from carveout.doors.cli.shared import REFUSED, Stop, say

CHECKERS = {
    "migration": "carveout.plan.migration_check:check_migration",
}
"""Kind of a plan -> what checks it: the object and its path in, sentences out."""


def check(file: Annotated[str, typer.Argument(help="The plan.json of a plan.", metavar="PLAN")]) -> None:
    """Check a plan against its own inputs, by a program that knows no solver.

    Exit codes: 0 it holds, 1 it does not, 2 a file that cannot be read.
    """
    from carveout.plan.error import PlanError

    path = Path(file)
    path = path / "plan.json" if path.is_dir() else path
    try:
        document = _read(path)
        module, name = _checker(document, path).split(":")
        broken: list[str] = getattr(import_module(module), name)(document, path)
    except PlanError as error:
        raise Stop(str(error)) from None
    for sentence in broken:
        say(sentence)
    if broken:
        raise Stop(f"{path}: the plan does not hold", REFUSED)
    typer.echo(f"{path}: the plan holds")


def _read(path: Path) -> dict[str, Any]:
    import json

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise Stop(f"{path} is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise Stop(f"{path} is no plan: a JSON object with a kind is one")
    return found


def _checker(document: dict[str, Any], path: Path) -> str:
    kind = document.get("kind")
    if kind not in CHECKERS:
        raise Stop(f"{path}: the kind of the plan is {kind!r}; checked are {', '.join(sorted(CHECKERS))}")
    return CHECKERS[kind]
