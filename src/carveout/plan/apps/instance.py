"""The planning problem as numbers: projects that take engineers, time and money, and gains that wait for projects.

A project is a replacement service, a better version of one, or an app that is to be won. It is *ready* at the start of a
period, 1 to ``periods - 1``, and stays ready; ``periods`` means never, for what would be ready at the end serves nobody. Work
on it takes at least ``duration`` periods, so at most ``effort / duration`` engineer-months a period; it may be spread and
paused. Its money is due in the period before it is ready; money left over is carried on, engineers are not.

A gain is users kept in each period from the one in which all projects that it waits for are ready: an AND. What users are
kept without doing anything is ``kept``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Instance:
    """Arrays over projects (J), gains (G) and periods (T).

    ``effort`` (J) engineer-months, ``duration`` (J) periods, ``money`` (J); ``before`` (J) the projects that must be ready
    no later; ``value`` (G, T) users kept; ``waits`` (G) the projects each gain waits for; ``engineers`` (T) engineer-months,
    ``budget`` (T) money that comes in; ``kept`` (T) and ``users`` (T) users; ``weight`` (T) what a user in a period counts.
    """

    effort: Numbers
    duration: Whole
    money: Numbers
    before: Sequence[tuple[int, ...]]
    value: Numbers
    waits: Sequence[tuple[int, ...]]
    engineers: Numbers
    budget: Numbers
    kept: Numbers
    users: Numbers
    weight: Numbers

    @property
    def projects(self) -> int:
        """How many projects there are."""
        return len(self.effort)

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return len(self.engineers)

    @cached_property
    def worth(self) -> Numbers:
        """(G, T + 1): what a gain is worth from a period on, weighted; the last column is 0."""
        weighted = self.value * self.weight
        sums = np.cumsum(weighted[:, ::-1], axis=1)[:, ::-1]
        return np.hstack([sums, np.zeros((len(sums), 1))])

    @cached_property
    def rate(self) -> Numbers:
        """(J): the most engineer-months a project can take in one period."""
        return self.effort / self.duration

    @cached_property
    def income(self) -> Numbers:
        """(T): money that has come in by the end of each period."""
        return np.cumsum(self.budget)

    @cached_property
    def at_rest(self) -> float:
        """What is kept without doing anything, weighted."""
        return float(self.kept @ self.weight)

    @cached_property
    def table(self) -> Whole:
        """(G, K): ``waits`` padded with J, the place of a project that is ready from the start."""
        width = max((len(one) for one in self.waits), default=1) or 1
        found = np.full((len(self.waits), width), self.projects, dtype=np.int64)
        for place, one in enumerate(self.waits):
            found[place, : len(one)] = one
        return found

    def dates(self, ready: Whole) -> Whole:
        """(G): from which period each gain is realized, when the projects are ready at ``ready`` (J)."""
        return np.append(ready, 0)[self.table].max(axis=1) if len(self.waits) else np.zeros(0, dtype=np.int64)

    def total(self, ready: Whole) -> float:
        """What is kept in all, weighted, when the projects are ready at ``ready`` (J)."""
        if not len(self.waits):
            return self.at_rest
        return self.at_rest + float(np.take_along_axis(self.worth, self.dates(ready)[:, None], axis=1).sum())

    def curve(self, ready: Whole) -> Numbers:
        """(T): users kept in each period."""
        realized = self.dates(ready)[:, None] <= np.arange(self.periods)[None, :]
        found: Numbers = self.kept + (self.value * realized).sum(axis=0)
        return found
