"""The order in which a bill adds up: every part after all that goes into it, level by level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from carveout.origin.bill import Bill, Places
from carveout.origin.error import OriginError

DEEP = 500
"""Levels above which going level by level costs more than going part by part."""


class CycleError(OriginError):
    """A part that goes into itself; ``path`` names the parts on the way round, the first one again at the end."""

    def __init__(self, path: list[str]) -> None:
        shown = path if len(path) <= 12 else [*path[:6], "...", *path[-5:]]
        super().__init__(f"the bill goes round in a circle: {' contains '.join(shown)}; take one of these lines out")
        self.path = path


@dataclass(frozen=True, eq=False)
class Order:
    """Uses of a bill sorted for adding up. ``uses`` are places of the bill's uses, those of one level together, and among
    them those of one parent; ``bounds[i]:bounds[i + 1]`` are those whose parent is on level i + 1.
    """

    uses: Places
    bounds: Places

    def upward(self) -> Iterator[Places]:
        """Uses per level: those of parents that hold only finished parts first."""
        for start, end in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            yield self.uses[start:end]

    def downward(self) -> Iterator[Places]:
        """Uses per level from the items down."""
        for place in range(len(self.bounds) - 2, -1, -1):
            yield self.uses[self.bounds[place] : self.bounds[place + 1]]

    @property
    def is_deep(self) -> bool:
        """Whether there are so many levels that single steps are quicker."""
        return len(self.bounds) - 1 > DEEP


def order_of(bill: Bill) -> Order:
    """The order of a bill, by longest way down from each part.

    Raises:
        CycleError: a part contains itself, with the path.
    """
    count, uses = len(bill.parts), len(bill.child)
    by_child = np.argsort(bill.child, kind="stable")
    starts = np.searchsorted(bill.child[by_child], np.arange(count + 1))
    waiting = np.bincount(bill.parent, minlength=count)
    level = np.zeros(count, np.int64)
    ready = np.flatnonzero(waiting == 0)
    seen = 0
    depth = 0
    while len(ready):
        seen += len(ready)
        depth += 1
        if depth > DEEP:
            seen += _one_by_one(bill, by_child, starts, waiting, level, ready) - len(ready)
            break
        lengths = starts[ready + 1] - starts[ready]
        ends = np.cumsum(lengths)
        if not len(ends) or not ends[-1]:
            ready = ready[:0]
            continue
        inside = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths) + np.repeat(starts[ready], lengths)
        parents = bill.parent[by_child[inside]]
        touched, times = np.unique(parents, return_counts=True)
        waiting[touched] -= times
        ready = touched[waiting[touched] == 0]
        level[ready] = depth
    if seen < count:
        raise CycleError(_cycle(bill, waiting > 0))
    own = level[bill.parent]
    sorted_uses = np.lexsort((bill.parent, own))
    top = int(level.max()) if count else 0
    bounds = np.searchsorted(own[sorted_uses], np.arange(1, top + 2))
    assert len(sorted_uses) == uses
    return Order(sorted_uses, bounds)


def _one_by_one(bill: Bill, by_child: Places, starts: Places, waiting: Places, level: Places, ready: Places) -> int:
    """The rest of the order, part by part; how many parts became ready (those given included)."""
    parents, first = bill.parent[by_child].tolist(), starts.tolist()
    left, reached = waiting.tolist(), level.tolist()
    stack = ready.tolist()
    done = 0
    while stack:
        part = stack.pop()
        done += 1
        for place in range(first[part], first[part + 1]):
            parent = parents[place]
            reached[parent] = max(reached[parent], reached[part] + 1)
            left[parent] -= 1
            if not left[parent]:
                stack.append(parent)
    waiting[:], level[:] = left, reached
    return done


def _cycle(bill: Bill, stuck: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    """One way round among parts that wait for each other, in the order in which each contains the next."""
    inside = stuck[bill.parent] & stuck[bill.child]
    following: dict[int, int] = {}
    for parent, child in zip(bill.parent[inside].tolist(), bill.child[inside].tolist(), strict=True):
        following.setdefault(parent, child)
    # Each part that waits holds one that waits; following them must come round.
    part = next(iter(following))
    path: list[int] = []
    place: dict[int, int] = {}
    while part not in place:
        place[part] = len(path)
        path.append(part)
        part = following[part]
    way = path[place[part] :]
    first = way.index(min(way))
    return [bill.parts[one] for one in (*way[first:], *way[:first], way[first])]
