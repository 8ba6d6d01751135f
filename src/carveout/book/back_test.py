"""What a reader of a day believed, what happened, and from which day on each change could be known.

Two cascades of one book: as known on the day, and in fact (all that is held, no scenario laid over it). What a reader of
every other day could know is found the same way, by the law as it was public then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from carveout.book.cascade import BAR, FREE, Indices
from carveout.book.grouping import grouped
from carveout.book.lapses import Gathered
from carveout.book.timelines import Timelines
from carveout.decide.frame_horizon import NO_DAY
from carveout.law.corpus import Corpus
from carveout.law.view import View

AS_KNOWN, IN_FACT = 0, 1
"""Places of the two cascades among the views."""

ALWAYS_KNOWN = 0
"""Stands for a day before every instrument."""

WRONGLY = ("wrongly_free", "wrongly_barred", "unsettled")
"""Ways to differ: thought free and it was not, thought not free and it was, or one of the two was not settled."""


def views(corpus: Corpus, known: date, scenarios: Sequence[str]) -> list[View]:
    """As known, in fact, and then as known on every day on which an instrument became public, and before all of them."""
    instruments = corpus.instruments.values()
    days = {one.public_from(frees=frees) for one in instruments for frees in (True, False)} | {date.min}
    asked: list[tuple[date, tuple[str, ...]]] = [(day, ()) for day in sorted(days)]
    if scenarios:
        asked += [(day, tuple(scenarios)) for day in sorted(days) if day <= known]
    found = [corpus.view(known=known, scenarios=scenarios), corpus.view()]
    return found + [corpus.view(known=day, scenarios=laid) for day, laid in asked]


@dataclass(frozen=True)
class Differing:
    """Stretches of days on which belief and fact differ, line by line: the row (a place among those kept), the way, the
    first and last day (NO_DAY: no end known), and the marks of both.
    """

    rows: Indices
    ways: npt.NDArray[np.int8]
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    believed: npt.NDArray[np.uint8]
    happened: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.rows)


class BackTest:
    """The two cascades of a book gathered under :func:`views`."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self.cascades = (gathered.cascade(AS_KNOWN), gathered.cascade(IN_FACT))

    @cached_property
    def _places(self) -> list[tuple[View, Timelines, Indices]]:
        """Per view its timelines, and that of every row as a place among them."""
        found = []
        for number, book in enumerate(self.gathered.books):
            timelines = book.timelines
            found.append((book.view, timelines, timelines.places(self.gathered.keys(number))))
        return found

    @cached_property
    def _histories(self) -> tuple[Indices, Indices]:
        """Rows that every view sees alike: the history of each row, and a row of each history."""
        return grouped([places for _, _, places in self._places])

    @cached_property
    def _known(self) -> tuple[tuple[Indices, npt.NDArray[np.int32]], ...]:
        return self._known_from(AS_KNOWN), self._known_from(IN_FACT)

    def known_from(self, which: int, rows: Indices, changes: Indices) -> npt.NDArray[np.int32]:
        """For changes of rows in one of the cascades: the first day from which on, without a gap up to the day of the
        reader, a reader could have known of it; ALWAYS_KNOWN where no instrument had to be public for it.
        """
        starts, days = self._known[which]
        timelines = self.cascades[which].timelines
        nth = changes - timelines.ends[timelines.of_change[changes]]
        return days[starts[self._histories[0][rows]] + nth]

    def _known_from(self, which: int) -> tuple[Indices, npt.NDArray[np.int32]]:
        """Per history where its changes begin, and for each of them the day from which on it could be known."""
        mine, timelines, places = self._places[which]
        _, firsts = self._histories
        own = places[firsts]
        counts = np.diff(timelines.ends)[own]
        starts = np.concatenate([[0], np.cumsum(counts)])
        history = np.repeat(np.arange(len(own)), counts)
        changes = np.arange(starts[-1]) - np.repeat(starts[:-1] - timelines.ends[own], counts)
        last = mine.known or date.max
        found = np.full(len(changes), last.toordinal(), np.int32)
        going_on = np.ones(len(changes), bool)
        readers = [
            one for one in self._places[2:]
            if one[0].known is not None and one[0].known <= last and one[0].scenarios == mine.scenarios
        ]  # fmt: skip
        for view, theirs, theirs_of in sorted(readers, key=lambda one: one[0].known or last, reverse=True):
            assert view.known is not None
            seen = _signs(theirs, theirs.of_change, np.arange(len(theirs.days)))
            asked = _signs(timelines, theirs_of[firsts][history], changes)
            going_on &= np.isin(asked, seen)
            day = ALWAYS_KNOWN if view.known == date.min else view.known.toordinal()
            found[going_on] = day
        return starts, found

    def differing(self) -> Differing:
        """The days on which belief and fact differ in whether a row is free, those of a row together."""
        believed, happened = self.cascades
        pairs, firsts = grouped([believed.timeline, happened.timeline])
        each = [
            _stretches(believed.timelines, int(believed.timeline[row]), happened.timelines, int(happened.timeline[row]))
            for row in firsts.tolist()
        ]
        counts = np.asarray([len(stretches) for stretches in each], np.int64)
        starts = np.concatenate([[0], np.cumsum(counts)])
        flat = np.asarray([one for stretches in each for one in stretches], np.int64).reshape(-1, 5)
        own = counts[pairs]
        rows = np.repeat(np.arange(len(pairs)), own)
        lines = np.arange(len(rows)) - np.repeat(np.cumsum(own) - own - starts[pairs], own)
        way, first, last, was, fact = flat[lines].T
        # The first stretch of a row begins on its own day.
        first = np.where(first == 0, believed.kept.on()[rows], first)
        return Differing(rows, way.astype(np.int8), first.astype(np.int32), last.astype(np.int32), was.astype(np.uint8),
                         fact.astype(np.uint8))  # fmt: skip


def _signs(timelines: Timelines, owners: Indices, changes: Indices) -> npt.NDArray[np.int64]:
    """Changes as numbers: whose it is, the day, and both outcomes."""
    day = timelines.days[changes].astype(np.int64)
    marks = timelines.before[changes].astype(np.int64) << 8 | timelines.after[changes]
    found: npt.NDArray[np.int64] = owners << 40 | day << 16 | marks
    return found


def _stretches(one: Timelines, mine: int, other: Timelines, theirs: int) -> list[tuple[int, int, int, int, int]]:
    """Way, first and last day (0: the row's own; NO_DAY: open), and both marks, of the stretches in which two differ."""
    days = sorted({*_days(one, mine), *_days(other, theirs)})
    found = []
    for first, end in zip([0, *days], [*days, NO_DAY], strict=True):
        was, fact = _mark(one, mine, first), _mark(other, theirs, first)
        way = _way(was, fact)
        if way is not None:
            found.append((way, first, end if end == NO_DAY else end - 1, was, fact))
    return found


def _days(timelines: Timelines, place: int) -> list[int]:
    days: list[int] = timelines.days[timelines.ends[place] : timelines.ends[place + 1]].tolist()
    return days


def _mark(timelines: Timelines, place: int, day: int) -> int:
    """The outcome on a day."""
    found = int(timelines.start[place])
    for change in range(timelines.ends[place], timelines.ends[place + 1]):
        if timelines.days[change] <= day:
            found = int(timelines.after[change])
    return found


def _way(was: int, fact: int) -> int | None:
    if was == fact or (FREE[was] and FREE[fact]) or (BAR[was] and BAR[fact]):
        return None
    if FREE[was] and BAR[fact]:
        return 0
    return 1 if BAR[was] and FREE[fact] else 2


def days_of(differing: Differing, through: date) -> dict[str, int]:
    """Row-days per way; a stretch without an end counts through a day."""
    limit = through.toordinal()
    ends = np.minimum(differing.last, limit)
    lengths = np.maximum(0, ends - differing.first + 1)
    return {name: int(lengths[differing.ways == way].sum()) for way, name in enumerate(WRONGLY)}
