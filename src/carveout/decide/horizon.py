"""The horizon: the first later day on which the outcome differs, and the last day an authorization keeps holding.

The outcome is constant between the days on which the law, a dated set, or a date of the row itself changes, so it is
solved again on those days only, all other facts equal, as known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from carveout.decide.network import Network
from carveout.decide.outcome import Interval
from carveout.decide.plain import Unit
from carveout.facts.value import ALWAYS, NEVER, Span
from carveout.law.condition import Shift

_NONE, _DAY = Shift(), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Per regime the first day of another outcome (None: none known); the last day of the authority relied on."""

    changes_on: dict[str, date | None]
    overall_changes_on: date | None
    authority_through: date | None


def own_days(network: Network, unit: Unit) -> dict[date, set[int]]:
    """Days on which a date of the row itself can change an answer: each date compared with the act, and the next; with
    the positions of the clauses that compare it."""
    found: dict[date, set[int]] = {}
    looked_at = network.motion.calendar(unit.closed).clauses
    for (name, own, act), comparing in zip(network.dated_facts, network.motion.comparing, strict=True):
        value = unit.facts.get(name)
        clauses = looked_at.intersection(comparing) if value is not None else ()
        if comparing and not clauses:
            continue
        ends = (value.low, value.high) if type(value) is Span else (value,)
        for end in ends:
            if isinstance(end, date) and ALWAYS < end < NEVER:
                for day in turning_days(end, own, act):
                    found.setdefault(day, set()).update(clauses)
    return found


def turning_days(day: date, own: Shift, act: Shift) -> set[date]:
    """Days of the act around which a comparison with a (shifted) date turns.

    A shift of the act by months is undone only to within the length of a month's end, so a few days are tried.
    """
    if own == act == _NONE:
        return {day, day + _DAY}
    base = Shift(months=-act.months, days=-act.days).apply(own.apply(day))
    slack = range(-3, 5) if act.months else range(2)
    return {base + timedelta(days=n) for n in slack}


def candidate_days(network: Network, units: Sequence[Unit], after: date) -> list[date]:
    """All days after a day on which the outcome of these units could change, ascending."""
    days: set[date] = set()
    for unit in units:
        days.update(network.motion.calendar(unit.closed).days, own_days(network, unit))
    return sorted(day for day in days if day > after)


Judge = Callable[[Sequence[Unit]], dict[str, Interval]]


def sweep(
    network: Network, units: Sequence[Unit], on: date, judge: Judge, relied: Sequence[Sequence[Sequence[int]]]
) -> Horizon:
    """Solve on every day that can matter, in order, until nothing more can be learned.

    ``judge`` reads the intervals per regime (``overall`` among them) off the solved units. ``relied`` gives per
    unit, per engaged requirement that is lifted, the positions of the authorizations that lift it: the authority
    runs while for each of these requirements one of the authorizations relied on goes on holding as firmly as on the
    day of the act.
    """
    start = judge(units)
    # Copies are moved, so that the row's own units stay on its day.
    units = [unit.changed({}) for unit in units]
    own = [own_days(network, unit) for unit in units]
    law = [network.motion.calendar(unit.closed) for unit in units]
    days = {day for one in (*(calendar.days for calendar in law), *own) for day in one if day > on}
    changes: dict[str, date | None] = dict.fromkeys(start)
    runs = [
        [[(index, unit.solution.holds[index]) for index in group] for group in groups]
        for unit, groups in zip(units, relied, strict=True)
    ]
    running = any(runs)
    through: date | None = None
    for day in sorted(days):
        moved = False
        for unit, dates, calendar in zip(units, own, law, strict=True):
            before = unit.solution
            now = unit.on(day, (*calendar.turns.get(day, ()), *dates.get(day, ())))
            moved = moved or (now is not before and (now.holds != before.holds or now.engaged != before.engaged))
        if not moved:
            continue
        for regime, interval in judge(units).items():
            if changes[regime] is None and interval != start[regime]:
                changes[regime] = day
        if running:
            for unit, groups in zip(units, runs, strict=True):
                for group in groups:
                    group[:] = [(index, least) for index, least in group if unit.solution.holds[index] >= least]
            if any(not group for groups in runs for group in groups):
                through, running = day - timedelta(days=1), False
        if not running and changes["overall"] is not None and all(changes.values()):
            break
    return Horizon({k: v for k, v in changes.items() if k != "overall"}, changes["overall"], through)
