"""The timeline of a row: every later day on which its overall outcome changes, as known, all other facts equal.

The horizon stops at the first such day; here the row is judged on every day that can matter, so it is the oracle of
:mod:`carveout.decide.frame_timeline`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from carveout.decide.causes import causes
from carveout.decide.horizon import candidate_days
from carveout.decide.outcome import Interval
from carveout.decide.plain import Unit
from carveout.decide.transaction import Transaction, judge_units, make_units
from carveout.law.view import View


@dataclass(frozen=True, slots=True)
class Change:
    """A day from which the outcome is another one, and the provisions that moved it (by id)."""

    day: date
    before: Interval
    after: Interval
    causes: tuple[str, ...]


def timeline(transaction: Transaction, view: View) -> tuple[Interval, list[Change]]:
    """The overall outcome on the day of the act, and every later change of it, earliest first."""
    return told_by(lambda: [unit for _, unit in make_units(transaction, view)], transaction.on)


def told_by(make: Callable[[], Sequence[Unit]], on: date) -> tuple[Interval, list[Change]]:
    """The same for the units that are made, solved on the day of the act."""
    units, eve = make(), make()
    network = units[0].network
    first = held = judge_units(network, units)["overall"]
    found: list[Change] = []
    for day in candidate_days(network, units, on):
        for unit in units:
            unit.on(day)
        now = judge_units(network, units)["overall"]
        if now == held:
            continue
        for unit in eve:
            unit.on(day - timedelta(days=1))
        found.append(Change(day, held, now, causes(eve, units)))
        held = now
    return first, found
