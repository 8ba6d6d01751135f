"""The calendar of lapses (RFC 5545): an all-day event per date on which outcomes of a book change, with alarms.

Nothing here decides. Who calls says what changes on a day, and as seen by whom; the calendar says it in a sentence
and three alarms.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from icalendar import Alarm, Calendar, Event, vText

from carveout import __version__
from carveout.book.writer import whole_file
from carveout.decide.shape import NOTICE

ALARM_DAYS = (30, 7, 1)
"""How many days before the event its alarms ring."""

ALARM_HOUR = timedelta(hours=9)
"""When on those days. An all-day event has no time zone, so this is nine o'clock wherever the calendar is read."""

SHOWN_CAUSES = 3
SHOWN_IDS = 20
ID_LENGTH = 80

# Minutes since this day number the revisions: a calendar written later wins over one written earlier.
_FIRST = datetime(2019, 5, 16, tzinfo=UTC)

# RFC 5545 forbids control characters; some readers break lines at the other separators, and UTF-8 has no surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Lapse:
    """What changes on one day.

    ``causes`` are ids of provisions, empty where the change could not be traced to any. ``barred`` counts the rows
    that need a license or are prohibited from that day and did not, or were not surely, before; ``freed`` those that
    are surely free from that day and were not before; ``other`` every other change, such as into doubt. ``values``
    is currency -> sum over all these rows, with ``""`` for rows that name no currency. ``ids`` are some of their ids.

    Raises:
        ValueError: a negative count, no row at all, or more ids than rows.
    """

    day: date
    causes: tuple[str, ...]
    freed: int
    barred: int
    other: int
    values: Mapping[str, float]
    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        if min(self.freed, self.barred, self.other) < 0:
            raise ValueError(f"The lapse of {self.day} counts fewer than no rows; give counts of zero or more")
        if not self.rows:
            raise ValueError(f"The lapse of {self.day} has no row; leave out days on which nothing changes")
        if len(self.ids) > self.rows:
            raise ValueError(f"The lapse of {self.day} names {len(self.ids)} rows and counts {self.rows}")

    @property
    def rows(self) -> int:
        """How many rows change."""
        return self.freed + self.barred + self.other


class CalendarText(vText):
    """A text property. The library takes a backslash before N for a line end, which a row id may well hold."""

    def to_ical(self) -> bytes:
        """The text with the escapes of RFC 5545 section 3.3.11."""
        escaped = re.sub(r"[\\;,]", r"\\\g<0>", self)
        return escaped.replace("\n", "\\n").encode()


def write_calendar(
    path: Path,
    book: str,
    lapses: Iterable[Lapse],
    headings: Mapping[str, str],
    *,
    known: date | None = None,
    scenarios: Sequence[str] = (),
    written: datetime | None = None,
) -> int:
    """Write the calendar, whole or not at all, and return how many events it has.

    Without a lapse nothing is written, an older file stays as it was, and 0 is returned: RFC 5545 knows no calendar
    without content, so the caller should say that no change is known. The arguments are those of ``calendar_text``.

    Raises:
        BookError: the path is a directory or lies in none.
        ValueError: two lapses on one day.
    """
    found = list(lapses)
    if not found:
        return 0
    text = calendar_text(book, found, headings, known=known, scenarios=scenarios, written=written)
    with whole_file(path) as part:
        part.write_bytes(text)
    return len(found)


def calendar_text(
    book: str,
    lapses: Sequence[Lapse],
    headings: Mapping[str, str],
    *,
    known: date | None = None,
    scenarios: Sequence[str] = (),
    written: datetime | None = None,
) -> bytes:
    """The calendar as UTF-8, lines folded at 75 octets and ended by CRLF.

    ``book`` names the book, best without its folder: the name, the day, the causes and the scenarios make the id of
    an event, so that importing a later calendar of the same book renews events and does not double them.
    ``headings`` is provision id -> ``citation: title``; a provision that it lacks is called by its id. ``known`` is
    the day of the reader (None: all that the corpus holds). Every event under a scenario says that it is not law.
    ``written`` stamps the events (None: now).

    Raises:
        ValueError: two lapses on one day.
    """
    twice = [str(day) for day, times in Counter(lapse.day for lapse in lapses).items() if times > 1]
    if twice:
        raise ValueError(f"Two lapses on {', '.join(twice)}; give one for each day")
    stamp = (written or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    calendar = Calendar()
    calendar.add("prodid", f"-//Carveout//lapses {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # As text: what the library takes for an unknown property it would write without escapes.
    calendar["X-WR-CALNAME"] = CalendarText(clean(f"Lapses of {book}{_under(scenarios)}"))
    for lapse in sorted(lapses, key=lambda lapse: lapse.day):
        calendar.add_component(_event(book, lapse, headings, known, scenarios, stamp))
    text: bytes = calendar.to_ical()
    return text


def _event(
    book: str,
    lapse: Lapse,
    headings: Mapping[str, str],
    known: date | None,
    scenarios: Sequence[str],
    stamp: datetime,
) -> Event:
    event = Event()

    def headline(when: str) -> CalendarText:
        return CalendarText(clean(_headline(lapse, headings, when) + _under(scenarios)))

    event.add("uid", _uid(book, lapse, scenarios))
    event.add("dtstamp", stamp)
    event.add("sequence", max(0, (stamp - _FIRST) // timedelta(minutes=1)))
    event.add("dtstart", lapse.day)
    if lapse.day < date.max:
        event.add("dtend", lapse.day + timedelta(days=1))
    event.add("summary", headline("from today"))
    event.add("description", CalendarText(clean(_description(book, lapse, headings, known, scenarios))))
    event.add("categories", ["Trade controls"])
    event.add("transp", "TRANSPARENT")
    for days in ALARM_DAYS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", headline("from tomorrow" if days == 1 else f"in {days} days"))
        alarm.add("trigger", ALARM_HOUR - timedelta(days=days))
        event.add_component(alarm)
    return event


def _uid(book: str, lapse: Lapse, scenarios: Sequence[str]) -> str:
    told = json.dumps([book, lapse.day.isoformat(), sorted(set(lapse.causes)), sorted(set(scenarios))])
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@carveout"


def _under(scenarios: Sequence[str]) -> str:
    return f" (scenario {', '.join(scenarios)}: not law)" if scenarios else ""


def _headline(lapse: Lapse, headings: Mapping[str, str], when: str) -> str:
    kinds = (
        (lapse.barred, "needs a license or is prohibited", "need a license or are prohibited"),
        (lapse.freed, "becomes free", "become free"),
        (lapse.other, "changes otherwise", "change otherwise"),
    )
    said = [f"{number:,} {one if number == 1 else many}" for number, one, many in kinds if number]
    first = next(number for number, *_ in kinds if number)
    said[0] = said[0].replace(f"{first:,}", _rows(first), 1)
    causes = _short_causes(lapse.causes, headings)
    return f"{', '.join(said)} {when}" + (f": {causes}" if causes else "")


def _short_causes(causes: Sequence[str], headings: Mapping[str, str]) -> str:
    """Citations, each once; of one that shares its section with the one before it, only the paragraph."""
    cited = list(dict.fromkeys(headings.get(cause, cause).partition(": ")[0] for cause in causes))
    said: list[str] = []
    section = ""
    for citation in cited[:SHOWN_CAUSES]:
        stem, space, paragraph = citation.partition(" (")
        said.append(f"({paragraph}" if space and stem == section else citation)
        section = stem
    more = len(cited) - SHOWN_CAUSES
    return ", ".join(said) + (f" and {more:,} more" if more > 0 else "")


def _description(
    book: str, lapse: Lapse, headings: Mapping[str, str], known: date | None, scenarios: Sequence[str]
) -> str:
    seen = f"as known on {known}" if known else "with all that the corpus holds"
    counts = (
        (lapse.barred, "a license is needed or the act is prohibited"),
        (lapse.freed, "free to go ahead, under the conditions that each row's determination names"),
        (lapse.other, "another change, such as into doubt"),
    )
    paragraphs = [
        [f"{book}, from {lapse.day}, {seen}:", *(f"{_rows(number)}: {what}" for number, what in counts if number)]
    ]
    if scenarios:
        paragraphs.append([f"Under the scenario {', '.join(scenarios)}, which is not law."])
    causes = [headings.get(cause, cause) for cause in dict.fromkeys(lapse.causes)]
    paragraphs.append(["Causes:", *causes] if causes else ["The change was not traced to a provision."])
    if lapse.values:
        paragraphs.append(["Value of these rows:", *(_amount(*pair) for pair in sorted(lapse.values.items()))])
    if lapse.ids:
        shown = [name if len(name) <= ID_LENGTH else name[: ID_LENGTH - 1] + "…" for name in lapse.ids[:SHOWN_IDS]]
        more = lapse.rows - len(shown)
        paragraphs.append(["Rows:", ", ".join(shown) + (f" and {more:,} more" if more else "")])
    paragraphs.append(["Determine these rows again before you act: the law may have changed since.", NOTICE])
    return "\n\n".join("\n".join(lines) for lines in paragraphs)


def _rows(number: int) -> str:
    return f"{number:,} {'row' if number == 1 else 'rows'}"


def _amount(currency: str, value: float) -> str:
    return f"{currency or 'no currency named'} {value:,.2f}"


def clean(text: str) -> str:
    """The text with a space for what no calendar may hold, and one kind of line end."""
    return _FORBIDDEN.sub(" ", text.replace("\r\n", "\n"))
