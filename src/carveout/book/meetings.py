"""Meetings: a calendar and a table of acts make a book, every act at every meeting, judged on every day it lasts.

The description of an event may hold facts of the meeting, a line each: ``standards_body_open = true``. They stand beside the
facts of an act; where both name a fact, that of the meeting counts. ``acts = attend, release`` says what is planned there; else
every act is. A day of an event with an hour is that of US Eastern, as the law is judged. A meeting is as free as its worst act
on its worst day; one that repeats is held, because only its first occurrence is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from carveout.book.deal import RANK, REJECTED
from carveout.book.decide_book import Asked, Decided, decide_book
from carveout.book.error import BookError
from carveout.book.reader import Record, read_book
from carveout.decide.render import DECISION_WORDS, say
from carveout.facts.schema import schema

if TYPE_CHECKING:
    from icalendar import Calendar, Component

EASTERN = ZoneInfo("America/New_York")
_FACT = re.compile(r"\s*([a-z][a-z0-9_]*)\s*=\s*(.*?)\s*\Z")
PLANNED = "acts"
LONGEST = 120
"""Days of a meeting that are judged; a longer one is no meeting."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One event: its place in the calendar, name, first and last day, facts, the acts planned, and whether it repeats."""

    number: int
    name: str
    first: date
    last: date
    facts: Mapping[str, str]
    planned: tuple[str, ...]
    repeats: bool


@dataclass(frozen=True, slots=True)
class ActAnswer:
    """One act at one meeting: the worst over its days, since when it is so, and the row that says why (None: rejected)."""

    act: str
    what: str
    decision: str
    outcome: str
    day: date
    decided: Decided
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingAnswer:
    """A meeting and its acts in the order of the table. ``decision`` is that of the worst planned act."""

    meeting: Meeting
    acts: tuple[ActAnswer, ...]

    @property
    def decision(self) -> str:
        """go, go_with_conditions, hold, license_required or prohibited."""
        planned = [one.decision for one in self.acts if not self.meeting.planned or one.act in self.meeting.planned]
        held = ["hold"] if self.meeting.repeats or not planned else []
        return max([*planned, *held], key=RANK.index)


def read_calendar(path: Path) -> Calendar:
    """The calendar of a file.

    Raises:
        BookError: it cannot be read, or is none.
    """
    from icalendar import Calendar

    try:
        found = Calendar.from_ical(path.read_bytes())
    except OSError as error:
        raise BookError(f"{path}: {(error.strerror or 'it cannot be read').lower()}; name a calendar (.ics)") from None
    except ValueError as error:
        raise BookError(f"{path} is no calendar (RFC 5545): {error}") from None
    if not isinstance(found, Calendar) or not found.walk("VEVENT"):
        raise BookError(f"{path} has no event; name a calendar with meetings")
    return found


def read_acts(path: str) -> list[dict[str, str]]:
    """The table of acts: a column ``act`` with a name of its own in every row, ``what`` in words, and facts.

    Raises:
        BookError: it cannot be read, or an act has no name, or one that another has.
    """
    found = [
        {name: str(cell) for name, cell in one.cells.items() if name and cell not in (None, "")}
        for one in read_book(path)
    ]
    names = [one.get("act", "") for one in found]
    if not found or not all(names) or len(set(names)) < len(names):
        raise BookError(f"{path}: every act needs a name of its own in the column act")
    return found


def meetings(calendar: Calendar, acts: Sequence[str]) -> list[Meeting]:
    """The events of a calendar as meetings.

    Raises:
        BookError: an event without a day, longer than a meeting can be, with a fact that is none, or an act that is not in
            the table.
    """
    return [_meeting(number, event, acts) for number, event in enumerate(calendar.walk("VEVENT"))]


def _meeting(number: int, event: Component, acts: Sequence[str]) -> Meeting:
    from difflib import get_close_matches

    name = str(event.get("SUMMARY") or f"event {number + 1}")
    if "DTSTART" not in event:
        raise BookError(f"meeting {name!r} has no first day (DTSTART)")
    first, last = _days(event)
    if not first <= last <= first + timedelta(days=LONGEST):
        raise BookError(f"meeting {name!r} lasts from {first} to {last}; a meeting lasts at most {LONGEST} days")
    facts: dict[str, str] = {}
    planned: tuple[str, ...] = ()
    for line in str(event.get("DESCRIPTION") or "").splitlines():
        match = _FACT.match(line)
        if match is None:
            continue
        key, value = match.groups()
        if key == PLANNED:
            planned = tuple(part.strip() for part in value.split(",") if part.strip())
            continue
        fact = schema().get(key)
        if fact is None or not fact.is_column or key in ("id", "on"):
            close = get_close_matches(key, [one.name for one in schema().columns], n=1)
            raise BookError(
                f"meeting {name!r}: {key} is no fact of a meeting" + (f"; did you mean {close[0]}?" if close else "")
            )
        facts[key] = value
    strange = next((one for one in planned if one not in acts), None)
    if strange is not None:
        raise BookError(f"meeting {name!r}: no act {strange!r} in the table; there are {', '.join(acts)}")
    return Meeting(number, name, first, last, facts, planned, any(key in event for key in ("RRULE", "RDATE")))


def _days(event: Component) -> tuple[date, date]:
    """The first and the last day, both inclusive; an end at midnight is that of the day before."""
    start = event.decoded("DTSTART")
    end = event.decoded("DTEND") if "DTEND" in event else None
    if end is None and "DURATION" in event:
        end = start + event.decoded("DURATION")
    if end is None:
        return _eastern(start), _eastern(start)
    if isinstance(end, datetime):
        return _eastern(start), max(_eastern(start), _eastern(end - timedelta(microseconds=1)))
    return _eastern(start), max(_eastern(start), end - timedelta(days=1))


def _eastern(when: date | datetime) -> date:
    if isinstance(when, datetime):
        return (when.astimezone(EASTERN) if when.tzinfo else when).date()
    return when


def decide_meetings(
    held: Sequence[Meeting], acts: Sequence[Mapping[str, str]], asked: Asked
) -> Iterator[MeetingAnswer]:
    """Every act at every meeting, in order."""
    for meeting in held:
        yield MeetingAnswer(meeting, tuple(_act(meeting, act, asked) for act in acts))


def cells_of(meeting: Meeting, act: Mapping[str, str], day: date) -> dict[str, Any]:
    """The row of an act at a meeting on a day."""
    facts = {name: cell for name, cell in act.items() if name not in ("act", "what")}
    return {"id": f"{meeting.name} {meeting.first} {act['act']}", **facts, **meeting.facts, "on": day.isoformat()}


def _act(meeting: Meeting, act: Mapping[str, str], asked: Asked) -> ActAnswer:
    """The worst over the days of the meeting."""
    found: list[ActAnswer] = []
    for number in range(meeting.first.toordinal(), meeting.last.toordinal() + 1):
        day = date.fromordinal(number)
        decided = next(decide_book([Record(1, cells_of(meeting, act, day))], asked))
        what = act.get("what", "")
        if decided.determination is None:
            errors = tuple(map(str, decided.errors))
            return ActAnswer(act["act"], what, "hold", REJECTED, day, decided, errors)
        outcome = say(str(decided.determination.overall))
        found.append(ActAnswer(act["act"], what, decided.determination.decision, outcome, day, decided))
    return max(found, key=lambda one: RANK.index(one.decision))


def told(answer: ActAnswer, meeting: Meeting) -> str:
    """An act in a line: its name, the decision in words, and since when where that is not the first day."""
    word = DECISION_WORDS[answer.decision]
    since = f" from {answer.day}" if answer.day > meeting.first else ""
    outcome = "" if word.casefold() == answer.outcome else f" ({answer.outcome})"
    return f"{answer.act}: {word}{outcome}{since}" + (f" - {'; '.join(answer.errors)}" if answer.errors else "")
