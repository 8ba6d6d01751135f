"""The days of the act of a block: one day for all rows, or a day per row; and which rows lie in a stretch of days."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.decide.planes import MISSING_LOW, Bits, pack
from carveout.law.group import GroupHistory


class Days:
    """``act`` is the day of the act as a day ordinal, per row or one for all.

    Where a question has the same answer in all rows it is True or False, which is cheaper to go on with than bits.
    """

    def __init__(self, act: npt.NDArray[Any] | int) -> None:
        self.act = act
        if isinstance(act, int):
            self.first = self.last = act
        else:
            self.first, self.last = (int(act.min()), int(act.max())) if len(act) else (1, 1)
        self.one = self.first == self.last
        self._since: dict[int, Bits] = {}
        self._states: dict[str, object] = {}
        self._within: dict[tuple[int, int | None], Bits] = {}

    def within(self, start: int, end: int | None) -> Bits | bool:
        """Rows whose day lies in ``start``..``end`` (end exclusive)."""
        if self.first >= start and (end is None or self.last < end):
            return True
        if self.last < start or (end is not None and self.first >= end):
            return False
        found = self._within.get((start, end))
        if found is None:
            found = self._from(start) if end is None else self._from(start) & ~self._from(end)
            self._within[start, end] = found
        return found

    def _from(self, day: int) -> Bits:
        found = self._since.get(day)
        if found is None:
            found = self._since[day] = pack(np.asarray(self.act >= day))
        return found

    def states(self, history: GroupHistory) -> list[tuple[int, Bits | bool]]:
        """The states that a dated set is in on these days (0: before its first statement), and their rows."""
        cuts = [MISSING_LOW, *(start.toordinal() for start in history.starts)]
        low, high = bisect_right(cuts, self.first) - 1, bisect_right(cuts, self.last) - 1
        ends = [*cuts[1:], None]
        return [(state, self.within(cuts[state], ends[state])) for state in range(low, high + 1)]

    def state(self, history: GroupHistory) -> object:
        """What the days see of a dated set: its state, or, where it changes among them, these days themselves."""
        found = self._states.get(history.name)
        if found is None:
            states = self.states(history)
            found = self._states[history.name] = states[0][0] if len(states) == 1 else self
        return found
