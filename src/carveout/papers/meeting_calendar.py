"""A calendar of meetings colored by what may be done there: green, orange or red, and the same in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from carveout.book.meetings import MeetingAnswer, told
from carveout.book.writer import whole_file
from carveout.decide.shape import NOTICE
from carveout.papers.calendar import CalendarText, clean

if TYPE_CHECKING:
    from icalendar import Calendar, Component

COLORS = {
    "go": "green",
    "go_with_conditions": "green",
    "hold": "orange",
    "license_required": "red",
    "prohibited": "red",
}
"""Decision -> a color of CSS (RFC 7986, section 5.9)."""

WORDS = {
    "go": "GO",
    "go_with_conditions": "GO with conditions",
    "hold": "HOLD",
    "license_required": "LICENSE",
    "prohibited": "NO",
}
BEGIN, END = "--- what may be done ---", "--- end ---"
_OLD = re.compile(rf"\n*{re.escape(BEGIN)}.*?{re.escape(END)}\n*", re.DOTALL)
_WORD = re.compile(rf"\A\[(?:{'|'.join(map(re.escape, WORDS.values()))})\] ")


def colored(calendar: Calendar, answers: Sequence[MeetingAnswer], *, written: datetime | None = None) -> bytes:
    """The same calendar, each event with a color, a word before its name, and its acts below its description.

    Coloring what was colored before replaces what stood there. All else of the events stays.
    """

    stamp = (written or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    events = calendar.walk("VEVENT")
    for answer in answers:
        event, meeting = events[answer.meeting.number], answer.meeting
        name = _WORD.sub("", str(event.get("SUMMARY") or meeting.name))
        lines = [told(one, meeting) + ("" if not meeting.planned or one.act in meeting.planned else " [not planned]")
                 for one in answer.acts]  # fmt: skip
        if meeting.repeats:
            lines.append("This event repeats; only its first occurrence was judged, so it is held.")
        plain = _OLD.sub("", str(event.get("DESCRIPTION") or "")).strip("\n")
        body = "\n".join([plain, "", BEGIN, *lines, "All facts as in the table of acts and above; determine again before you act.",
                          NOTICE, END]).strip("\n")  # fmt: skip
        own = [name for name in _categories(event) if name not in WORDS.values()]
        for key in ("SUMMARY", "DESCRIPTION", "COLOR", "CATEGORIES", "LAST-MODIFIED"):
            event.pop(key, None)
        event["SUMMARY"] = CalendarText(clean(f"[{WORDS[answer.decision]}] {name}"))
        event["DESCRIPTION"] = CalendarText(clean(body))
        event.add("COLOR", COLORS[answer.decision])
        event.add("CATEGORIES", [WORDS[answer.decision], *own])
        event.add("LAST-MODIFIED", stamp)
    found: bytes = calendar.to_ical()
    return found


def _categories(event: Component) -> list[str]:
    found = event.get("CATEGORIES") or []
    return [str(name) for one in (found if isinstance(found, list) else [found]) for name in one.cats]


def write_meetings(
    path: Path, calendar: Calendar, answers: Sequence[MeetingAnswer], *, written: datetime | None = None
) -> None:  # fmt: skip
    """Write the colored calendar, whole or not at all.

    Raises:
        BookError: a name that cannot be written.
    """
    text = colored(calendar, answers, written=written)
    with whole_file(path) as part:
        part.write_bytes(text)
