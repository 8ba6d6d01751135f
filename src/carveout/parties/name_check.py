"""Names checked against the lists as of a day: alert or clear, with every listed party that the name may mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from carveout.facts.value import ALWAYS, NEVER, Span
from carveout.law.entry import EntryView
from carveout.parties.matcher import AT_MOST, Matcher
from carveout.parties.name import can_be_read
from carveout.parties.query import Query
from carveout.parties.search import Hit

TOGETHER = 5_000
"""Names searched at once."""


@dataclass(frozen=True, slots=True)
class ListedOn:
    """A listed party that a name may mean, as of the day asked: a day is None where it is open or not held.

    ``status`` is listed, may_be_listed (the first or last day is in doubt), formerly_listed or not_yet_listed.
    """

    entry: EntryView
    hit: Hit
    status: str
    first: date | None
    first_at_latest: date | None
    last: date | None

    @property
    def stands(self) -> bool:
        """Whether the party is, or may be, on the list on the day."""
        return self.status in ("listed", "may_be_listed")


@dataclass(frozen=True, slots=True)
class Checked:
    """A name as checked: ``decision`` is alert or clear; ``note`` says what a reviewer has to know beside the matches."""

    query: Query
    decision: str
    matches: tuple[ListedOn, ...]
    note: str = ""


def listed_on(entry: EntryView, hit: Hit, day: date) -> ListedOn:
    """The entry of a hit as it stands on a day."""
    low, high = _ends(entry.listed_from)
    last_low, last_high = _ends(entry.through)
    if day > last_high:
        status = "formerly_listed"
    elif day < low:
        status = "not_yet_listed"
    else:
        status = "listed" if high <= day <= last_low else "may_be_listed"
    return ListedOn(
        entry, hit, status, None if low == ALWAYS else low, None if high == NEVER else high,
        None if last_high == NEVER else last_high,
    )  # fmt: skip


def check(matcher: Matcher, queries: Iterable[Query], day: date) -> Iterator[Checked]:
    """Each name, in order. An alert is a party that the name may mean and that is, or may be, listed on the day.

    A name that cannot be screened is an alert too: nobody has looked at it.
    """
    waiting = iter(queries)
    while some := list(islice(waiting, TOGETHER)):
        yield from _checked(matcher, some, day)


def _checked(matcher: Matcher, queries: Sequence[Query], day: date) -> Iterator[Checked]:
    names = [query for query in queries if can_be_read(query.name)]
    answered = dict(zip(names, matcher.search.find_many(names, limit=AT_MOST), strict=True))
    for query in queries:
        hits = answered.get(query)
        if hits is None:
            yield Checked(query, "alert", (), "the text is too long for a name")
            continue
        if not any(letter.isalnum() for letter in query.name):
            yield Checked(query, "alert", (), "no name is given")
            continue
        found = tuple(listed_on(matcher.view.entries[hit.party.entry], hit, day) for hit in hits)
        alert = any(one.stands and one.hit.alert for one in found)
        yield Checked(query, "alert" if alert else "clear", found, _note(found))


def _note(found: Sequence[ListedOn]) -> str:
    if any(one.stands and one.hit.alert for one in found):
        return ""
    if any(one.hit.alert and one.status == "formerly_listed" for one in found):
        return "formerly listed, and not on that day"
    if any(one.hit.tier == "related" and one.stands for one in found):
        return "not listed itself; it bears the name of a listed family"
    return ""


def _ends(value: date | Span) -> tuple[date, date]:
    if isinstance(value, Span):
        assert isinstance(value.low, date)
        assert isinstance(value.high, date)
        return value.low, value.high
    return value, value
