"""Timelines of many rows: each distinct one is held once, under a key that is the same in every process.

A timeline is the outcome on the day of the act and every later change of it, with what moved it. Books of millions of
rows hold some thousands of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from carveout.decide.frame_timeline import SETS, Changes, mark_of
from carveout.decide.network import Network
from carveout.decide.outcome import Interval
from carveout.decide.timeline import Change

Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Timelines:
    """Distinct timelines, ordered by key: the n-th starts at mark ``start[n]`` and has the changes ``ends[n]`` up to
    ``ends[n + 1]``. Marks and causes are those of :class:`carveout.decide.frame_timeline.Changes`. The lowest bit of a
    key tells whether the outcome changes at all.
    """

    keys: Keys
    start: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]
    days: npt.NDArray[np.int32]
    before: npt.NDArray[np.uint8]
    after: npt.NDArray[np.uint8]
    causes: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.keys)

    @cached_property
    def of_change(self) -> npt.NDArray[np.int64]:
        """For every change the timeline it belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.ends))

    def places(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Where the timelines of some keys are."""
        return np.searchsorted(self.keys, keys)

    def take(self, which: npt.NDArray[np.int64]) -> Timelines:
        """Some of them, in the order given."""
        counts = np.diff(self.ends)[which]
        ends = np.concatenate([[0], np.cumsum(counts)])
        # The n-th change taken stands as far from its timeline's first as it does here.
        changes = np.arange(ends[-1]) + np.repeat(self.ends[which] - ends[:-1], counts)
        return Timelines(self.keys[which], self.start[which], ends, self.days[changes], self.before[changes],
                         self.after[changes], self.causes[changes])  # fmt: skip


def together(several: Sequence[Timelines]) -> Timelines:
    """The distinct ones of several lots."""
    if not several:
        return none_at_all()
    start = np.concatenate([one.start for one in several])
    keys = np.concatenate([one.keys for one in several])
    ends = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(one.ends) for one in several]))])
    rest = [np.concatenate([getattr(one, name) for one in several]) for name in ("days", "before", "after", "causes")]
    _, firsts = np.unique(keys, return_index=True)
    return Timelines(keys, start, ends, *rest).take(firsts)


def none_at_all(words: int = 1) -> Timelines:
    """No timeline."""
    marks, days = np.empty(0, np.uint8), np.empty(0, np.int32)
    return Timelines(np.empty(0, np.uint64), marks, np.zeros(1, np.int64), days, marks, marks,
                     np.empty((0, words), np.uint64))  # fmt: skip


def told(changes: Changes) -> tuple[Keys, Timelines]:
    """The key of every row, and the distinct timelines."""
    keys = keys_of(changes)
    counts = np.bincount(changes.rows, minlength=len(changes.start))
    ends = np.concatenate([[0], np.cumsum(counts)])
    _, firsts = np.unique(keys, return_index=True)
    each = Timelines(keys, changes.start, ends, changes.days, changes.before, changes.after, changes.causes)
    return keys, each.take(firsts)


def keys_of(changes: Changes) -> Keys:
    """A 64-bit mix of all that a timeline says, per row; the lowest bit tells whether it says more than one outcome."""
    found = _mixed(changes.start.astype(np.uint64))
    if len(changes.rows):
        rows = changes.rows
        nth = np.arange(len(rows)) - np.searchsorted(rows, rows)
        words = changes.days.astype(np.uint64) << np.uint64(8) | changes.after
        for number in range(int(nth.max()) + 1):
            places = np.flatnonzero(nth == number)
            mix = _mixed(found[rows[places]] ^ words[places])
            for causes in changes.causes[places].T:
                mix = _mixed(mix ^ causes)
            found[rows[places]] = mix
    found &= ~np.uint64(1)
    found[changes.rows] |= np.uint64(1)
    return found


def _mixed(words: Keys) -> Keys:
    """Every bit of a word depends on all bits of what it was (the finalizer of splitmix64)."""
    found = words + np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(found ^ (found >> np.uint64(31)))


def of_one(first: Interval, changes: Sequence[Change], network: Network) -> Changes:
    """The timeline of a single row, as the plain interpreter tells it."""
    words = -(-len(network.nodes) // SETS)
    causes = np.zeros((len(changes), words), np.uint64)
    for place, change in enumerate(changes):
        for name in change.causes:
            word, bit = divmod(network.position[name], SETS)
            causes[place, word] |= np.uint64(1 << bit)
    return Changes(
        np.asarray([mark_of(first)], np.uint8), np.zeros(len(changes), np.int64),
        np.asarray([change.day.toordinal() for change in changes], np.int32),
        np.asarray([mark_of(change.before) for change in changes], np.uint8),
        np.asarray([mark_of(change.after) for change in changes], np.uint8), causes,
    )  # fmt: skip


def names_in(causes: npt.NDArray[np.uint64], names: Sequence[str]) -> list[str]:
    """The provisions of a set of causes, by id."""
    found = []
    for word, bits in enumerate(causes.tolist()):
        found += [names[SETS * word + bit] for bit in range(SETS) if bits >> bit & 1]
    return sorted(found)
