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

from carveout.decide.bit_table import octets
from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_days import Days
from carveout.decide.frame_levels import Levels
from carveout.decide.frame_turns import DayColumn, Rows, Single, turns
from carveout.decide.planes import Bits, Planes, Taken, pack, unpack

NO_DAY = np.iinfo(np.int32).max
"""Stands for: no such day is known."""

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

    changes: dict[str, DayColumn]
    through: DayColumn


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

    def result(self) -> DayColumn:
        """The first day per row."""
        table = np.asarray([NO_DAY, *self.days], np.int32)
        numbers: npt.NDArray[Any] = octets(self.planes[:8], self.rows)
        if len(self.planes) > 8:
            numbers = numbers | octets(self.planes[8:], self.rows).astype(np.uint16) << 8
        return table.take(numbers, mode="clip")


class Sweep:
    """One horizon for a block whose rows all have the same number of units. It leaves the frames on the last day."""

    def __init__(
        self,
        frames: Sequence[Frame],
        on: DayColumn,
        judge: Judge,
        start: Mapping[str, Levels],
        relied: Sequence[Relied],
    ) -> None:
        self.frames = frames
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
        days = turns(self.frames, self.on)
        for day in sorted(day for day in days.shared if day > first_on):
            self._shared(day)
        changes = {name: first.result() for name, first in self.changed.items()}
        breaks = [{index: first.result() for index, first in broken.items()} for broken in self.broken]
        for single in days.single:
            self._single(single, changes, breaks)
        return FrameHorizon(changes, self._through(breaks))

    def _shared(self, number: int) -> None:
        """Solve all rows on one day."""
        day = Days(number)
        later = pack(self.on < number)
        solutions = []
        for frame in self.frames:
            frame.set_day(day)
            solutions.append(frame.solve())
        for name, found in self.judge(self.frames, solutions).items():
            self.changed[name].see(found.differs(self.start[name]) & later, number)
        for relied, broken, solution in zip(self.relied, self.broken, solutions, strict=True):
            for index, first in broken.items():
                first.see(_gone(relied, index, solution) & later, number)

    def _single(self, single: Single, changes: dict[str, DayColumn], breaks: list[dict[int, DayColumn]]) -> None:
        """Solve rows on days of their own; keep what is earlier than what is known."""
        rows = single.rows
        start = {
            name: Levels(*(_all_of(ends, rows) for ends in (held.least, held.most)))
            for name, held in self.start.items()
        }
        relied = [Relied(_each_of(r.firm, rows), _each_of(r.loose, rows)) for r in self.relied]
        frames: list[Frame] = []
        for frame in self.frames:
            supplied = {name: column.take(rows) for name, column in frame.supplied.items()}
            like = frames[0] if frames else None
            columns = Taken(frame.facts.columns, rows)
            frames.append(Frame(frame.view, len(rows), columns, single.days[0], supplied, like, frame.changed))
        for own in single.days:
            later, day = pack(own > self.on[rows]), Days(own)
            for frame in frames:
                frame.set_day(day)
            solutions = [frame.solve() for frame in frames]
            for name, found in self.judge(frames, solutions).items():
                _lower(changes[name], rows, found.differs(start[name]) & later, own)
            for mine, broken, solution in zip(relied, breaks, solutions, strict=True):
                for index, first in broken.items():
                    _lower(first, rows, _gone(mine, index, solution) & later, own)

    def _through(self, breaks: Sequence[Mapping[int, DayColumn]]) -> DayColumn:
        """Per row: the earliest, over its lifted requirements, of the latest break of what lifts them, less a day."""
        found = np.full(self.rows, NO_DAY, np.int32)
        for relied, broken in zip(self.relied, breaks, strict=True):
            for lifters in relied.groups.values():
                latest = np.full(self.rows, -1, np.int32)
                for index, bits in lifters.items():
                    member = unpack(bits, self.rows).astype(bool)
                    np.maximum(latest, np.where(member, broken[index], -1), out=latest)
                np.minimum(found, np.where(latest < 0, NO_DAY, latest), out=found)
        return np.where(found == NO_DAY, NO_DAY, found - 1).astype(np.int32)


def _gone(relied: Relied, index: int, solution: Solution[Planes]) -> Bits:
    """Rows in which an authorization no longer holds as firmly as it was relied on."""
    must, may = solution.holds[index]
    none = np.zeros_like(must)
    return np.asarray((relied.firm.get(index, none) & ~must) | (relied.loose.get(index, none) & ~may))


def _lower(days: DayColumn, rows: Rows, bits: Bits, own: DayColumn) -> None:
    """Where something is seen on a row's own day, that day, unless an earlier one is known."""
    seen = unpack(bits, len(rows)).astype(bool)
    days[rows[seen]] = np.minimum(days[rows[seen]], own[seen])


def _of(bits: Bits, rows: Rows) -> Bits:
    return pack(unpack(bits, 8 * len(bits))[rows])


def _all_of(planes: Sequence[Bits], rows: Rows) -> tuple[Bits, ...]:
    return tuple(_of(bits, rows) for bits in planes)


def _each_of(planes: Mapping[int, Bits], rows: Rows) -> dict[int, Bits]:
    return {index: _of(bits, rows) for index, bits in planes.items()}


def day_of(number: int) -> date | None:
    """The day of a number; None for no day."""
    return None if number == NO_DAY else date.fromordinal(int(number))
