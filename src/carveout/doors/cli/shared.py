"""What the commands share: stopping with a sentence, days, views, output streams."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from carveout.decide.determination import Determination
    from carveout.law.corpus import Corpus
    from carveout.law.view import View

DONE, REFUSED, USAGE, REJECTED = 0, 1, 2, 3


class Stop(Exception):
    """The command cannot go on: one sentence that says what was wrong and what would be right."""

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


def day(value: str | None, name: str) -> date | None:
    """An ISO day given as an option."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Stop(f"{name} {value!r} is not a day; write YYYY-MM-DD") from None


def corpus() -> Corpus:
    """The bundled law."""
    from carveout.law.corpus import bundled
    from carveout.law.error import LawError

    try:
        return bundled()
    except LawError as error:
        raise Stop(f"the law cannot be loaded:\n{error}", REFUSED) from None


def view(known: str | None, scenarios: Sequence[str]) -> View:
    """The law as known on a day, with scenarios."""
    from carveout.law.error import UnknownName

    try:
        return corpus().view(known=day(known, "--known"), scenarios=scenarios)
    except UnknownName as error:
        raise Stop(str(error)) from None


def emit(value: Any) -> None:
    """One compact JSON object on a line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str) + "\n")


def say(message: str) -> None:
    """One line to stderr."""
    typer.echo(message, err=True)


def console(*, stderr: bool = False) -> Console:
    """A console that uses color on a terminal only."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 160
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


OUTCOME_STYLE = {
    "go": "green", "go_with_conditions": "green", "hold": "yellow", "license_required": "red", "prohibited": "bold red",
}  # fmt: skip


def exit_code(determination: Determination) -> int:
    """The exit code of ``ask`` (contract): how free the act is, and how firmly."""
    from carveout.decide.outcome import Outcome

    low, high = determination.overall.at_least, determination.overall.at_most
    if high is Outcome.prohibited and low is Outcome.prohibited:
        return 30
    if not low.is_free:
        return 20
    if not high.is_free:
        return 10
    if high is Outcome.subject_to_review:
        return 11
    return 12 if determination.is_weak or not determination.overall.settled else 0
