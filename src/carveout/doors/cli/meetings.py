"""``meetings``: a calendar in, a table of acts, and the same calendar out, colored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carveout.doors.cli import books
from carveout.doors.cli.shared import OUTCOME_STYLE, REJECTED, Stop, console, counted, emit, say


def meetings(
    calendar: Annotated[str, typer.Argument(help="The calendar: .ics; facts of a meeting stand in its description.", metavar="CALENDAR")],
    acts: Annotated[str, typer.Option("--acts", help="The table of acts: .csv with act, what, and facts.", metavar="FILE")],
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write the calendar, colored: .ics.", metavar="FILE")] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="As a reader of that day could know the law.", metavar="DATE")
    ] = None,
    scenario: Annotated[
        list[str], typer.Option("--scenario", help="Lay a scenario over the law; may be repeated.", metavar="NAME")
    ] = [],  # noqa: B006
    strict: Annotated[bool, typer.Option("--strict", help="Turn every default off.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object per meeting.")] = False,
) -> None:  # fmt: skip
    """What may be done at each meeting: every act of a table, at every event of a calendar, on every day it lasts.

    A line ``name = value`` in the description of an event is a fact of that meeting; ``acts = attend, release`` says what is
    planned. Green may go ahead, orange is unsettled, red needs a license or is prohibited: the worst planned act, on its
    worst day.

    Exit codes: 0 done, 2 a calendar or a table that cannot be read, 3 an act could not be judged.
    """
    from rich.table import Table
    from rich.text import Text

    from carveout.book.error import BookError
    from carveout.book.meetings import decide_meetings, read_acts, read_calendar
    from carveout.book.meetings import meetings as read_meetings
    from carveout.decide.render import DECISION_WORDS
    from carveout.papers.meeting_calendar import COLORS, WORDS, write_meetings

    if output is not None and Path(output).suffix.lower() != ".ics":
        raise Stop("name the calendar with -o FILE.ics")
    books.not_what_is_read((calendar, acts), (output,))
    try:
        held, table = read_calendar(Path(calendar)), read_acts(acts)
        names = [one["act"] for one in table]
        answers = list(decide_meetings(read_meetings(held, names), table, books.asked(None, known, scenario, strict)))
        if output is not None:
            write_meetings(Path(output), held, answers)
    except BookError as error:
        raise Stop(str(error)) from None
    if json:
        for one in answers:
            emit({
                "meeting": one.meeting.name, "from": one.meeting.first, "through": one.meeting.last, "decision": one.decision,
                "color": COLORS[one.decision],
                "acts": [{"act": a.act, "decision": a.decision, "outcome": a.outcome, "on": a.day} for a in one.acts],
            })  # fmt: skip
    else:
        shown = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("from", "meeting", *names):
            shown.add_column(heading, no_wrap=heading != "meeting", overflow="fold")
        for one in answers:
            marks = [Text(WORDS[a.decision], style=OUTCOME_STYLE[a.decision]) for a in one.acts]
            shown.add_row(str(one.meeting.first), one.meeting.name, *marks)
        console().print(shown)
    errors = [f"{one.meeting.name}, {a.act}: {bad}" for one in answers for a in one.acts for bad in a.errors]
    for bad in errors:
        say(f"rejected: {bad}")
    worst = [f"{sum(one.decision == name for one in answers)} {word.lower()}" for name, word in DECISION_WORDS.items()
             if any(one.decision == name for one in answers)]  # fmt: skip
    say(f"{counted(len(answers), 'meeting')}, each as free as its worst planned act: {', '.join(worst)}.")
    if output is not None:
        say(f"Written to {output}.")
    if errors:
        raise typer.Exit(REJECTED)
