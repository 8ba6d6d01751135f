"""The days on which an answer can turn for rows of a block, all other facts equal: days of the law, and of the row itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.decide.frame import Frame
from carveout.decide.horizon import turning_days
from carveout.decide.planes import MISSING_HIGH, Column, Constant, Range, unpack
from carveout.facts.value import ALWAYS, NEVER
from carveout.law.condition import Shift

FEW_DAYS = 24
"""Up to so many distinct dates of a column are solved for all rows at once, rather than for single rows."""

Rows = npt.NDArray[np.int64]
DayColumn = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Single:
    """Rows, and for each of them one or more days of its own; some of the days may lie before the act."""

    rows: Rows
    days: Sequence[DayColumn]


@dataclass
class Turns:
    """``shared`` days are solved for all rows, ``single`` ones for the rows that have them."""

    shared: set[int] = field(default_factory=set)
    single: list[Single] = field(default_factory=list)


def turns(frames: Sequence[Frame], on: DayColumn) -> Turns:
    """The days after the act (``on``, per row) that can matter to the units of a block."""
    network = frames[0].network
    fixed = {day for frame in frames for day in network.motion.calendar(frame.closed).days}
    found = Turns({day.toordinal() for day in fixed})
    first = int(on.min()) if len(on) else 0
    for name, own, act in network.dated_facts:
        for column, sharers in _columns(frames, name):
            span = sharers[0].facts.span(name)
            known = _known_ends(column, len(on)) if span and span[1] + _reach(own, act) > first else []
            reached = _reached(sharers, name) if known else None
            if reached is not None:
                for end in known:
                    _add(found, end, reached, on, own, act)
    return found


def _columns(frames: Sequence[Frame], name: str) -> list[tuple[Column, list[Frame]]]:
    """The columns of a fact, each with the units that share it."""
    found: dict[int, tuple[Column, list[Frame]]] = {}
    for frame in frames:
        column = frame.facts.columns.get(name)
        if column is not None:
            found.setdefault(id(column), (column, []))[1].append(frame)
    return list(found.values())


def _reached(frames: Sequence[Frame], name: str) -> npt.NDArray[np.bool_] | None:
    """Rows in which some provision looks at the fact and is not settled without it; None where there are none."""
    bits = np.bitwise_or.reduce([frame.reach(name) for frame in frames])
    found = unpack(bits, frames[0].rows).astype(bool)
    return found if found.any() else None


def _known_ends(column: Column, rows: int) -> list[npt.NDArray[Any]]:
    if isinstance(column, Constant):
        return [np.full(rows, column.value.toordinal())] if isinstance(column.value, date) else []
    if not isinstance(column, Range):
        return []
    if column.high is column.low:
        return [column.low]
    # Where both ends are one day, it is looked at once.
    return [column.low, np.where(column.high == column.low, MISSING_HIGH, column.high)]


def _reach(own: Shift, act: Shift) -> int:
    """Days after a date by which it may still turn an answer: a shift by months may move it by that much."""
    return 31 * (abs(own.months) + abs(act.months)) + abs(own.days) + abs(act.days) + 8


def _add(
    found: Turns, end: npt.NDArray[Any], reached: npt.NDArray[np.bool_], on: DayColumn, own: Shift, act: Shift
) -> None:
    dated = (end > ALWAYS.toordinal()) & (end < NEVER.toordinal())
    rows = np.flatnonzero(dated & (end + _reach(own, act) > on) & reached)
    if not len(rows):
        return
    days, places = np.unique(end[rows], return_inverse=True)
    turning = [sorted(t.toordinal() for t in turning_days(date.fromordinal(int(d)), own, act)) for d in days]
    if len(days) <= FEW_DAYS:
        found.shared |= {day for several in turning for day in several}
        return
    last = max(map(len, turning)) - 1
    table = np.asarray([several + several[-1:] * (last + 1 - len(several)) for several in turning], np.int32)
    later = table[places, last] > on[rows]
    if later.any():
        found.single.append(Single(rows[later], [column[places][later] for column in table.T]))
