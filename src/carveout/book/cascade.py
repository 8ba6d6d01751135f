"""The lapse cascade: for every later day the rows of a book whose outcome changes on it, what moved them, both ways.

Rows of one timeline change together, so a day is a few timelines, and a timeline its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from carveout.book.kept_rows import KeptRows
from carveout.book.timelines import Timelines, names_in
from carveout.decide.frame_timeline import interval_of
from carveout.decide.outcome import Interval, Outcome

Indices = npt.NDArray[np.int64]

WAYS = BARRED, FREED, DOUBTFUL, OTHER = "barred", "freed", "doubtful", "other"
"""Ways a change can go: not free from this day, and it was not surely so before; surely free from this day; free until
then and unsettled from this day; any other.
"""


@dataclass(frozen=True)
class Lapse:
    """One day: rows (places among those kept, in the order of the book), and for each its change among the timelines."""

    day: date
    rows: Indices
    changes: Indices


class Cascade:
    """The changes of a book under one view. ``timeline`` is the timeline of every row kept, as a place among them."""

    def __init__(self, kept: KeptRows, timelines: Timelines, timeline: Indices, names: tuple[str, ...]) -> None:
        self.kept = kept
        self.timelines = timelines
        self.timeline = timeline
        self.names = names
        """Ids of the provisions, by position in the network."""

    @cached_property
    def sizes(self) -> Indices:
        """How many rows each timeline has."""
        return np.bincount(self.timeline, minlength=len(self.timelines))

    @cached_property
    def _by_timeline(self) -> tuple[Indices, Indices]:
        """The rows, timeline by timeline, and where each timeline begins among them."""
        order = np.argsort(self.timeline, kind="stable")
        return order, np.concatenate([[0], np.cumsum(self.sizes)])

    @cached_property
    def days(self) -> dict[date, Indices]:
        """Day -> the changes that happen on it, those without a row left out; ascending."""
        shown = np.flatnonzero(self.sizes[self.timelines.of_change] > 0)
        order = shown[np.argsort(self.timelines.days[shown], kind="stable")]
        days, firsts = np.unique(self.timelines.days[order], return_index=True)
        ends = [*firsts[1:], len(order)]
        return {
            date.fromordinal(day): order[first:end]
            for day, first, end in zip(days.tolist(), firsts, ends[: len(firsts)], strict=True)
        }

    def __iter__(self) -> Iterator[Lapse]:
        """The days, earliest first."""
        for day, changes in self.days.items():
            yield self.lapse(day, changes)

    def lapse(self, day: date, changes: Indices) -> Lapse:
        """The rows of some changes of one day."""
        order, starts = self._by_timeline
        owners = self.timelines.of_change[changes]
        parts = [order[starts[owner] : starts[owner + 1]] for owner in owners]
        rows, own = np.concatenate(parts), np.repeat(changes, [len(part) for part in parts])
        if len(parts) > 1:
            place = np.argsort(rows, kind="stable")
            rows, own = rows[place], own[place]
        return Lapse(day, rows, own)

    def rows_of(self, changes: Indices) -> int:
        """How many rows some changes have."""
        return int(self.sizes[self.timelines.of_change[changes]].sum())

    def before(self, change: int) -> Interval:
        """The outcome before a change."""
        return interval_of(self.timelines.before[change])

    def after(self, change: int) -> Interval:
        """The outcome from its day on."""
        return interval_of(self.timelines.after[change])

    def causes(self, change: int) -> tuple[str, ...]:
        """What moved it."""
        return tuple(names_in(self.timelines.causes[change], self.names))

    def way(self, change: int) -> str:
        """Which way it goes."""
        was, now = self.timelines.before[change], self.timelines.after[change]
        if BAR[now] and not BAR[was]:
            return BARRED
        if FREE[was] == FREE[now]:
            return OTHER
        return FREED if FREE[now] else DOUBTFUL


FREE = np.asarray([interval_of(mark).at_most.is_free for mark in range(len(Outcome) ** 2)])
"""By mark: whether the outcome is surely free."""

BAR = np.asarray([not interval_of(mark).at_least.is_free for mark in range(len(Outcome) ** 2)])
"""By mark: whether the outcome is surely not free."""
