"""Timelines over bit planes: for every row of a block all later days on which its overall outcome changes.

The days on which the law changes are solved for all rows at once, the dates of single rows for those rows only; what
moved each outcome is asked afterwards, of the rows that change and on the days on which they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_answer import BlockFacts, frames_of, judge
from carveout.decide.frame_causes import Solved, frame_causes
from carveout.decide.frame_days import Days
from carveout.decide.frame_levels import Levels
from carveout.decide.frame_turns import DayColumn, Rows, Single, turns
from carveout.decide.outcome import Interval, Outcome
from carveout.decide.planes import Planes, Taken, unpack
from carveout.law.view import View

Marks = npt.NDArray[np.uint8]
"""Intervals as numbers: six times the lower end and the upper end (see :func:`interval_of`)."""

SETS = 64
"""Provisions in a word of a set of causes."""


def mark_of(interval: Interval) -> int:
    """An interval as a number."""
    return len(Outcome) * interval.at_least + interval.at_most


def interval_of(mark: int) -> Interval:
    """The interval of a number."""
    at_least, at_most = divmod(int(mark), len(Outcome))
    return Interval(Outcome(at_least), Outcome(at_most))


@dataclass
class Changes:
    """Changes of rows, ordered by row and day: marks before and after, and the causes as sets (changes x words; bit n of
    the words is the n-th provision of the network). ``start`` is the mark of every row on its own day.
    """

    start: Marks
    rows: Rows
    days: DayColumn
    before: Marks
    after: Marks
    causes: npt.NDArray[np.uint64]


def changes_of(view: View, block: BlockFacts) -> Changes:
    """All later changes of the rows of a block."""
    frames = frames_of(view, block)
    start = _marks(_judged(frames), block.rows)
    found = turns(frames, block.on)
    first = int(block.on.min())
    shared = np.asarray(sorted(day for day in found.shared if day > first), np.int32)
    held = np.empty((len(shared) + 1, block.rows), np.uint8)
    held[0] = start
    for place, day in enumerate(shared.tolist(), 1):
        for frame in frames:
            frame.set_day(Days(day))
        # Days before the act of a row say nothing of it.
        held[place] = np.where(block.on < day, _marks(_judged(frames), block.rows), start)
    alone = np.zeros(block.rows, bool)
    for single in found.single:
        alone[single.rows] = True
    places, rows = np.nonzero((held[1:] != held[:-1]) & ~alone)
    parts = [(rows, shared[places], held[places, rows], held[places + 1, rows])]
    if found.single:
        parts.append(_merged(frames, block.on, found.single, shared, held, np.flatnonzero(alone)))
    rows, days, before, after = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((days, rows))
    rows, days, before, after = rows[order], days[order].astype(np.int32), before[order], after[order]
    return Changes(start, rows, days, before, after, _causes(frames, rows, days))


Part = tuple[Rows, DayColumn, Marks, Marks]
"""Rows, days, marks before and after."""


def _merged(
    frames: Sequence[Frame], on: DayColumn, singles: Sequence[Single], shared: DayColumn, held: Marks, alone: Rows
) -> Part:
    """The changes of rows with days of their own, which fall among the days of all."""
    rows = [np.tile(alone, len(shared) + 1)]
    days = [np.concatenate([on[alone], np.repeat(shared, len(alone))])]
    marks = [held[:, alone].ravel()]
    for single in singles:
        part = _taken(frames, single.rows, single.days[0])
        for own in single.days:
            for frame in part:
                frame.set_day(Days(own))
            rows.append(single.rows)
            days.append(own)
            marks.append(_marks(_judged(part), len(single.rows)))
    row, day, mark = np.concatenate(rows), np.concatenate(days), np.concatenate(marks)
    later = day >= on[row]
    row, day, mark = row[later], day[later], mark[later]
    order = np.lexsort((day, row))
    row, day, mark = row[order], day[order], mark[order]
    turned = np.flatnonzero((row[1:] == row[:-1]) & (mark[1:] != mark[:-1]))
    return row[turned + 1], day[turned + 1], mark[turned], mark[turned + 1]


def _causes(frames: Sequence[Frame], rows: Rows, days: DayColumn) -> npt.NDArray[np.uint64]:
    """What moved each outcome: the first changes of all rows are looked at together, then the second ones, and so on."""
    words = -(-len(frames[0].network.nodes) // SETS)
    found = np.zeros((len(rows), words), np.uint64)
    if not len(rows):
        return found
    starts = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]]))
    counts = np.diff(np.concatenate([starts, [len(rows)]]))
    for nth in range(int(counts.max())):
        places = starts[counts > nth] + nth
        part = _taken(frames, rows[places], days[places] - 1)
        eve, was = _solved(part)
        for frame in part:
            frame.set_day(Days(days[places]))
        after, now = _solved(part)
        for index, bits in frame_causes(eve, after, was, now).items():
            word, bit = divmod(index, SETS)
            found[places, word] |= unpack(bits, len(places)).astype(np.uint64) << np.uint64(bit)
    return found


def _solved(frames: Sequence[Frame]) -> tuple[list[Solved], Levels]:
    levels = _judged(frames)
    return [Solved.of(frame) for frame in frames], levels


def _taken(frames: Sequence[Frame], rows: Rows, days: DayColumn) -> list[Frame]:
    """The same units for some of the rows."""
    found: list[Frame] = []
    for frame in frames:
        supplied = {name: column.take(rows) for name, column in frame.supplied.items()}
        columns = Taken(frame.facts.columns, rows)
        like = found[0] if found else None
        days_set = found[0].days if found else days
        found.append(Frame(frame.view, len(rows), columns, days_set, supplied, like, frame.changed))
    return found


def _judged(frames: Sequence[Frame]) -> Levels:
    solutions: list[Solution[Planes]] = [frame.solve() for frame in frames]
    return judge(frames, solutions)["overall"]


def _marks(levels: Levels, rows: int) -> Marks:
    return np.uint8(len(Outcome)) * levels.lower(rows) + levels.upper(rows)
