"""What the commands share: stopping with a sentence, days, views, output streams."""

from __future__ import annotations

import json
import re
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
    """The bundled law, and the lists that were imported."""
    return _held(())


def _held(added: tuple[tuple[str, str], ...]) -> Corpus:
    """The bundled law with further scenarios, and with the lists that were imported."""
    from carveout.law.error import LawError
    from carveout.parties.held_law import law_with_lists
    from carveout.parties.unreadable import Unreadable

    try:
        return law_with_lists(added)
    except LawError as error:
        raise Stop(f"the law cannot be loaded:\n{error}", REFUSED) from None
    except Unreadable as error:
        raise Stop(f"the imported lists cannot be read: {error}") from None


def view(known: str | None, scenarios: Sequence[str]) -> View:
    """The law as known on a day, with scenarios: names, or paths of pages of the user's own."""
    return views((day(known, "--known"), scenarios))[0]


def views(*asked: tuple[date | None, Sequence[str]]) -> list[View]:
    """Several views of one corpus: for each the day of knowledge and the scenarios."""
    from carveout.law.error import LawError, UnknownName
    from carveout.law.overlay import bundled_over

    corpus()
    try:
        law, names = bundled_over([scenario for _, scenarios in asked for scenario in scenarios])
    except UnknownName as error:
        raise Stop(str(error)) from None
    except LawError as error:
        raise Stop(f"the scenario cannot be laid over the law:\n{error}") from None
    law = _held(law.added)
    found, start = [], 0
    for known, scenarios in asked:
        found.append(law.view(known=known, scenarios=names[start : start + len(scenarios)]))
        start += len(scenarios)
    return found


def view_asked(text: str | None, option: str) -> tuple[date | None, list[str]]:
    """The day and the scenarios of a VIEW, ``known=D,scenario=S,...``; without any, all that is known and no scenario."""
    known: date | None = None
    scenarios = []
    for part in re.split(r",\s*(?=(?:known|scenario)\s*=)", text) if text else ():
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in ("known", "scenario") or not value:
            raise Stop(f"{option} {text!r} is not a view; write known=YYYY-MM-DD,scenario=NAME, either or both")
        if name == "scenario":
            scenarios.append(value)
        elif known is not None:
            raise Stop(f"{option} {text!r} names two days of knowledge; name one")
        else:
            known = day(value, f"{option} known")
    return known, scenarios


def emit(value: Any) -> None:
    """One compact JSON object on a line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str) + "\n")


def say(message: str) -> None:
    """One line to stderr."""
    typer.echo(message, err=True)


def counted(number: int, what: str, many: str = "") -> str:
    """A number of things: one row, 1,200 rows."""
    return f"{number:,} {what if number == 1 else many or what + 's'}"


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
