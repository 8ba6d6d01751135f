"""From the register to the law: an entry of a list as statements with a period under two readings.

An interval for the first day makes the narrow reading begin at its latest and the wide one at its earliest day; the same
for a removal. The statements of an imported list name the standing instrument ``lists/CODE``, unless the law holds the
instrument of the notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from carveout.law.dates import Period
from carveout.law.entry import REMOVED, Dated, Entry
from carveout.law.evidence import Evidence

_DAY = timedelta(days=1)


def instrument_of(code: str) -> str:
    """The id of the standing instrument of a list: the list itself, as it was imported."""
    return f"lists/{code}"


class EntryMaker:
    """Makes entries of rows of the register; what many rows say alike is made once."""

    def __init__(self, law: Mapping[str, Entry]) -> None:
        self.law = law
        self._days: dict[str, date] = {}
        self._said: dict[tuple[Any, ...], Dated] = {}

    def day(self, text: str) -> date:
        """The day of an ISO text."""
        made = self._days.get(text)
        if made is None:
            made = self._days[text] = date.fromisoformat(text)
        return made

    def said(self, row: Mapping[str, Any], value: str, earliest: str, latest: str) -> Dated:
        """What the list says from a day that lies between two."""
        _, _, grade, _, citation, instrument = row["effective"]
        key = (row["list"], value, earliest, latest, grade, citation, instrument)
        made = self._said.get(key)
        if made is None:
            first, firm = self.day(earliest), self.day(max(earliest, latest))
            made = self._said[key] = Dated(
                Period((first, None), (firm, None)),
                instrument or instrument_of(row["list"]),
                citation,
                Evidence(grade),
                value,
            )
        return made

    def removal(self, row: Mapping[str, Any]) -> tuple[Dated, ...]:
        """The removal of an entry, where it left its list; public when the list without it was."""
        if "removal" not in row:
            return ()
        last_seen, gone = (self.day(text) for text in row["removal"])
        period = Period((min(last_seen + _DAY, gone), None), (gone, None))
        return (Dated(period, instrument_of(row["list"]), "", Evidence.inferred, REMOVED, public=gone),)

    def entry(self, row: Mapping[str, Any]) -> Entry:
        """The entry of a row; one that the bundled law holds keeps what that says."""
        get = row.get
        earliest, latest = row["effective"][:2]
        held = self.law.get(row["id"])
        if held is not None:
            listed, marks, policies = held.listed, held.footnotes, held.review_policies
        else:
            listed = (self.said(row, "", earliest, latest),)
            marks = {
                mark: (self.said(row, "", earliest, max(since, latest)),)
                for mark, since in get("footnotes", {}).items()
            }
            policies = (self.said(row, row["policy_code"], earliest, latest),) if get("policy_code") else ()
        return Entry(
            id=row["id"], list=row["list"], name=row["name"], country=get("country", ""),
            group=held.group if held else "other", aliases=tuple(get("aliases", ())), listed=listed + self.removal(row),
            footnotes=marks, review_policies=policies, note=held.note if held else "", programs=tuple(get("programs", ())),
            countries=tuple(get("countries", ())), kind=get("kind", ""),
            addresses=tuple([one[0] for one in get("addresses", ()) if one[0]]),
        )  # fmt: skip
