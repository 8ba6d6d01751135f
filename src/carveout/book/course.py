"""The course of a row: its outcome from its own day on, stretch by stretch, with what is relied on and what ends it.

All facts equal, as known. It is the timeline of :mod:`carveout.decide.timeline` with the authorizations of every stretch,
judged row by row: a picture or a memo of up to some thousand rows. A large book is read by :mod:`carveout.book.lapses`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from carveout.book.decide_book import Decided
from carveout.decide.determination import Determination, determine
from carveout.decide.outcome import Interval
from carveout.decide.timeline import timeline

LABELS = ("deal", "site", "activity", "destination", "currency")
ROLES = ("ultimate_consignee", "end_user", "purchaser", "intermediate_consignee", "supplier")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days ``start``..``end`` (inclusive, None open) with one outcome; ``causes`` are what brought it about.

    ``authorizations`` are those relied on from its first day; where one follows another under the same outcome, the stretch
    is still one.
    """

    start: date
    end: date | None
    outcome: Interval
    authorizations: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """A row through time. ``party`` is the one on the other side: the first that is or may be listed, else the first named.

    ``value`` is None where the row has none.
    """

    id: str
    on: date
    party: str
    party_country: str
    deal: str
    site: str
    activity: str
    destination: str
    currency: str
    value: float | None
    stretches: tuple[Stretch, ...]

    def at(self, day: date) -> Stretch | None:
        """The stretch of a day; None before the day of the act."""
        return next((s for s in self.stretches if s.start <= day and (s.end is None or day <= s.end)), None)


def course(decided: Decided) -> Course:
    """The course of a row that was decided.

    Raises:
        ValueError: the row was rejected.
    """
    found = decided.determination
    if found is None:
        raise ValueError(f"row {decided.row.id} was rejected; it has no course")
    first, changes = timeline(found.transaction, found.view)
    starts = [found.transaction.on, *(change.day for change in changes)]
    ends = [*(change.day - timedelta(days=1) for change in changes), None]
    outcomes = [first, *(change.after for change in changes)]
    causes: list[tuple[str, ...]] = [(), *(change.causes for change in changes)]
    stretches = tuple(
        Stretch(start, end, outcome, relied(found, start) if outcome.at_most.name == "authorized" else (), why)
        for start, end, outcome, why in zip(starts, ends, outcomes, causes, strict=True)
    )
    cells = decided.record.cells
    labels = {name: str(cells.get(name) or "") for name in LABELS}
    party, country = _party(decided)
    value = decided.row.facts.get("value")
    return Course(
        id=decided.row.id, on=found.transaction.on, party=party, party_country=country,
        value=value if isinstance(value, float) else None, stretches=stretches, **labels,
    )  # fmt: skip


def relied(found: Determination, day: date) -> tuple[str, ...]:
    """The authorizations relied on, in the regime that sets the outcome, were the act done on another day."""
    if day != found.transaction.on:
        found = determine(replace(found.transaction, on=day), found.view)
    return found.regimes[found.overall_regime].authorizations


def _party(decided: Decided) -> tuple[str, str]:
    assert decided.determination is not None
    facts = decided.row.facts
    involved = decided.determination.transaction.involved
    listed = [one for one in involved if one.match != "none" and one.name]
    for role in (*(listed[0].roles if listed else ()), *ROLES):
        name = facts.get(role)
        if isinstance(name, str) and name:
            return (listed[0].name if listed else name), str(facts.get(f"{role}_country") or "")
    return (listed[0].name if listed else ""), ""


def courses(rows: Iterable[Decided]) -> list[Course]:
    """The courses of all rows that were decided."""
    return [course(one) for one in rows if one.determination is not None]
