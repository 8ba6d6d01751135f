"""The horizon over bit planes: the first later day of another outcome, and the last day of an authority, per row.

The days on which the law changes are solved for all rows at once; the dates of single rows for those rows only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_levels import Levels
from carveout.decide.horizon import turning_days
from carveout.decide.network import Network
from carveout.decide.planes import MISSING_HIGH, MISSING_LOW, Bits, Column, Constant, Planes, Range, pack, unpack
from carveout.facts.value import ALWAYS, NEVER

Days = npt.NDArray[np.int32]
NO_DAY = np.iinfo(np.int32).max
"""Stands for: no such day is known."""

FEW_DAYS = 24
"""Up to so many distinct dates of a column are solved for all rows at once, rather than for single rows."""

Judge = Callable[[Sequence[Frame], Sequence[Solution[Planes]]], dict[str, Levels]]


@dataclass
class Relied:
    """Per unit: which authorizations a row relies on, how firmly, and for which requirement."""

    firm: dict[int, Bits] = field(default_factory=dict)
    loose: dict[int, Bits] = field(default_factory=dict)
    groups: dict[int, dict[int, Bits]] = field(default_factory=dict)


@dataclass
class FrameHorizon:
    """Per regime (and overall) the first day of another outcome; the last day of the authority; NO_DAY where none."""

    changes: dict[str, Days]
    through: Days


class _First:
    """The first day per row on which something is seen, in the order in which days are shown."""

    def __init__(self, rows: int, size: int) -> None:
        self.rows = rows
        self.seen = np.zeros(size, np.uint8)
        self.planes: list[Bits] = []
        self.days: list[int] = []
        self.size = size

    def see(self, bits: Bits, day: int) -> None:
        """Rows in which it is seen on a day; days come ascending."""
        new = bits & ~self.seen
        if not new.any():
            return
        self.seen = self.seen | new
        self.days.append(day)
        number = len(self.days)
        while number >> len(self.planes):
            self.planes.append(np.zeros(self.size, np.uint8))
        for bit in range(len(self.planes)):
            if number >> bit & 1:
                self.planes[bit] = self.planes[bit] | new

    def result(self) -> Days:
        """The first day per row."""
        numbers = np.zeros(self.rows, np.int64)
        for bit, planes in enumerate(self.planes):
            numbers |= unpack(planes, self.rows).astype(np.int64) << bit
        return np.asarray([NO_DAY, *self.days], np.int32)[numbers]


class Sweep:
    """One horizon for a block whose rows all have the same number of units."""

    def __init__(
        self, frames: Sequence[Frame], on: Days, judge: Judge, start: Mapping[str, Levels], relied: Sequence[Relied]
    ) -> None:
        self.frames = frames
        self.network: Network = frames[0].network
        self.on = on
        self.judge = judge
        self.start = start
        self.relied = relied
        rows, size = frames[0].rows, frames[0].size
        self.rows, self.size = rows, size
        self.changed = {name: _First(rows, size) for name in start}
        self.broken = [{index: _First(rows, size) for index in {*r.firm, *r.loose}} for r in relied]

    def run(self) -> FrameHorizon:
        """Solve on every day that can matter."""
        first_on = int(self.on.min()) if len(self.on) else NO_DAY
        shared, single = self._days()
        for day in sorted(d for d in shared if d > first_on):
            later = pack(self.on < day)
            solutions = []
            for frame in self.frames:
                frame.set_day(day)
                solutions.append(frame.solve())
            for name, found in self.judge(self.frames, solutions).items():
                self.changed[name].see(found.differs(self.start[name]) & later, day)
            for relied, broken, solution in zip(self.relied, self.broken, solutions, strict=True):
                for index, first in broken.items():
                    gone = self._gone(relied, index, solution)
                    first.see(gone & later, day)
        changes = {name: first.result() for name, first in self.changed.items()}
        breaks = [{index: first.result() for index, first in broken.items()} for broken in self.broken]
        for frame in self.frames:
            frame.set_day(self.on)
        for days in single:
            self._single(days, changes, breaks)
        return FrameHorizon(changes, self._through(breaks))

    def _gone(self, relied: Relied, index: int, solution: Solution[Planes]) -> Bits:
        none = np.zeros(self.size, np.uint8)
        must, may = solution.holds[index]
        return (relied.firm.get(index, none) & ~must) | (relied.loose.get(index, none) & ~may)

    def _days(self) -> tuple[set[int], list[Days]]:
        """Days to be solved for all rows, and columns of days to be solved row by row."""
        fixed = set(self.network.changes) | self.network.group_days | set(self.network.literal_days)
        shared = {day.toordinal() for day in fixed}
        single: list[Days] = []
        for name, own, act in self.network.dated_facts:
            for frame in self.frames:
                column = frame.columns.get(name)
                for end in _known_ends(column, self.rows):
                    # A day to be solved lies after the act; a shift by months may move a date by that much.
                    reach = 31 * (abs(own.months) + abs(act.months)) + abs(own.days) + abs(act.days) + 8
                    valid = (end + reach > self.on) & (end > ALWAYS.toordinal()) & (end < NEVER.toordinal())
                    if not valid.any():
                        continue
                    days = np.unique(end[valid])
                    table = {
                        int(d): sorted(t.toordinal() for t in turning_days(date.fromordinal(int(d)), own, act))
                        for d in days
                    }
                    if len(days) <= FEW_DAYS:
                        shared |= {t for turning in table.values() for t in turning}
                        continue
                    width = max(len(turning) for turning in table.values())
                    places = np.searchsorted(days, np.clip(end, days[0], days[-1]))
                    for number in range(width):
                        turned = np.asarray([t[min(number, len(t) - 1)] for t in table.values()], np.int32)[places]
                        single.append(np.where(valid, turned, NO_DAY).astype(np.int32))
        return shared, single

    def _single(self, days: Days, changes: dict[str, Days], breaks: list[dict[int, Days]]) -> None:
        """Solve rows on a day of their own; keep what is earlier than what is known."""
        rows = np.flatnonzero((days > self.on) & (days != NO_DAY))
        if not len(rows):
            return
        own = days[rows]
        frames, solutions = [], []
        for frame in self.frames:
            columns = {name: column.take(rows) for name, column in frame.columns.items()}
            supplied = {name: column.take(rows) for name, column in frame.supplied.items()}
            part = Frame(frame.view, len(rows), columns, own, supplied)
            frames.append(part)
            solutions.append(part.solve())
        for name, found in self.judge(frames, solutions).items():
            before = _part(self.start[name], rows, self.rows)
            hit = unpack(found.differs(before), len(rows)).astype(bool)
            changes[name][rows[hit]] = np.minimum(changes[name][rows[hit]], own[hit])
        for relied, broken, solution in zip(self.relied, breaks, solutions, strict=True):
            small = Relied(
                {i: _rows_of(bits, rows, self.rows) for i, bits in relied.firm.items()},
                {i: _rows_of(bits, rows, self.rows) for i, bits in relied.loose.items()},
            )
            none = np.zeros((len(rows) + 7) // 8, np.uint8)
            for index, first in broken.items():
                must, may = solution.holds[index]
                gone = (small.firm.get(index, none) & ~must) | (small.loose.get(index, none) & ~may)
                hit = unpack(gone, len(rows)).astype(bool)
                first[rows[hit]] = np.minimum(first[rows[hit]], own[hit])

    def _through(self, breaks: Sequence[Mapping[int, Days]]) -> Days:
        """Per row: the earliest, over its lifted requirements, of the latest break of what lifts them, less a day."""
        found = np.full(self.rows, NO_DAY, np.int32)
        for relied, broken in zip(self.relied, breaks, strict=True):
            for lifters in relied.groups.values():
                latest = np.full(self.rows, -1, np.int32)
                for index, bits in lifters.items():
                    member = unpack(bits, self.rows).astype(bool)
                    latest[member] = np.maximum(latest[member], broken[index][member])
                inside = latest >= 0
                found[inside] = np.minimum(found[inside], latest[inside])
        return np.where(found == NO_DAY, NO_DAY, found - 1).astype(np.int32)


def _known_ends(column: Column | None, rows: int) -> list[npt.NDArray[Any]]:
    if column is None:
        return []
    if isinstance(column, Constant):
        value = column.value
        return [np.full(rows, value.toordinal())] if isinstance(value, date) else []
    if not isinstance(column, Range):
        return []
    found = [column.low] if column.high is column.low else [column.low, column.high]
    return [np.where((end == MISSING_LOW) | (end == MISSING_HIGH), 0, end) for end in found]


def _rows_of(bits: Bits, rows: npt.NDArray[Any], total: int) -> Bits:
    return pack(unpack(bits, total)[rows])


def _part(levels: Levels, rows: npt.NDArray[Any], total: int) -> Levels:
    return Levels(
        tuple(_rows_of(b, rows, total) for b in levels.least), tuple(_rows_of(b, rows, total) for b in levels.most)
    )


def day_of(number: int) -> date | None:
    """The day of a number; None for no day."""
    return None if number == NO_DAY else date.fromordinal(int(number))
