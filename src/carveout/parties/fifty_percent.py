"""The 50 percent rule as a monotone closure over arrays (Supp. 8 to part 744; the cascade is a reading of it).

A party is restricted when it is listed, or when restricted parties directly hold 50 percent or more of it, together; that is
repeated until nothing changes. Two runs bound every way in which the unknown may turn out:

* the lower run takes the least of every share and the surely listed only. Who is in it is restricted in every completion;
* the upper run takes the most that restricted owners can hold: the sum of their upper shares and of what nobody is named for,
  and never more than what the surely unrestricted leave of 100 percent. Who is not in it is restricted in no completion.

Both are exact: the least shares are one completion, and the upper run builds one, owner after owner in the order in which they
join (tests enumerate all completions of small graphs). Edges into one party constrain only each other, so its bounds are its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from carveout.parties.holding import HALF, WHOLE

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FEW = 128
"""Parties that join at once up to which they are taken one by one: a long chain adds one a round."""

NEVER_JOINED = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Edges:
    """Holdings as arrays over the parties 0..n-1, sorted by owner; no party holds itself here.

    ``start`` has n + 1 places: the holdings of party v are ``start[v]`` to ``start[v + 1]``. ``self_low`` and ``self_high`` are
    the shares that a party holds of itself.
    """

    count: int
    start: Ints
    owner: Ints
    owned: Ints
    low: Ints
    high: Ints
    self_low: Ints
    self_high: Ints

    @classmethod
    def of(cls, count: int, owner: Ints, owned: Ints, low: Ints, high: Ints) -> Edges:
        """The edges of so many parties from holdings in any order."""
        own = owner == owned
        self_low = np.bincount(owned[own], low[own], count).astype(np.int64)
        self_high = np.minimum(np.bincount(owned[own], high[own], count), WHOLE).astype(np.int64)
        owner, owned, low, high = owner[~own], owned[~own], low[~own], high[~own]
        order = np.argsort(owner, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))]).astype(np.int64)
        return cls(count, start, owner[order], owned[order], low[order], high[order], self_low, self_high)

    def total_low(self) -> Ints:
        """The least that all named owners but the party itself hold of each party."""
        return np.bincount(self.owned, self.low, self.count).astype(np.int64)

    def from_any(self, chosen: Ints) -> Ints:
        """The places of all holdings of some parties."""
        counts = self.start[chosen + 1] - self.start[chosen]
        ends = np.cumsum(counts)
        places: Ints = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts - self.start[chosen], counts)
        return places


@dataclass(frozen=True)
class Seeds:
    """Where the closure starts, a flag for every party.

    ``listed`` surely, ``perhaps`` listed (the sure ones among them); ``open`` are parties that may have owners nobody names,
    ``broken`` those whose rows contradict themselves, and ``domestic`` those organized in the United States: the rule covers
    foreign companies only, and whether it looks through a domestic one is not known.
    """

    listed: Flags
    perhaps: Flags
    open: Flags
    broken: Flags
    domestic: Flags


@dataclass(frozen=True)
class Closure:
    """Which parties are restricted, and in which round each joined; ``owned`` are those that are by their owners, listed or not."""

    restricted: Flags
    owned: Flags
    joined: npt.NDArray[np.int32]


def lower_run(edges: Edges, seeds: Seeds) -> Closure:
    """The parties that are restricted whatever the unknown turns out to be."""
    held = np.zeros(edges.count, np.int64)
    barred = seeds.broken | seeds.domestic

    def add(places: Ints) -> Ints:
        reached = edges.owned[places]
        np.add.at(held, reached, edges.low[places])
        return reached[(held[reached] >= HALF) & ~barred[reached]]

    restricted, joined = _spread(edges, seeds.listed.copy(), add)
    return Closure(restricted, (held >= HALF) & ~barred, joined)


def upper_run(edges: Edges, seeds: Seeds) -> Closure:
    """The parties that may be restricted. Domestic ones are among them as far as they may pass a share on."""
    held, sure = np.zeros(edges.count, np.int64), np.zeros(edges.count, np.int64)
    total = edges.total_low()
    rest = np.where(seeds.open, WHOLE, 0)

    def may(some: Ints | slice) -> Flags:
        # What the surely unrestricted hold at least, and what the party may hold of itself: its own shares are no owner's, and
        # whether they count in the 100 percent is not known.
        others = total[some] - sure[some]
        own = np.minimum(edges.self_high[some], WHOLE - 2 * others)
        most = held[some] + rest[some]
        found: Flags = (own >= edges.self_low[some]) & (2 * most + own >= WHOLE) & (most > 0)
        return found

    def add(places: Ints) -> Ints:
        reached = edges.owned[places]
        np.add.at(held, reached, edges.high[places])
        np.add.at(sure, reached, edges.low[places])
        return reached[may(reached)]

    restricted, joined = _spread(edges, seeds.perhaps | seeds.broken | may(slice(None)), add)
    return Closure(restricted, may(slice(None)) | seeds.broken, joined)


def _spread(edges: Edges, restricted: Flags, add: Callable[[Ints], Ints]) -> tuple[Flags, npt.NDArray[np.int32]]:
    """Let restricted parties restrict what they own until nothing changes."""
    joined = np.where(restricted, 0, NEVER_JOINED).astype(np.int32)
    fresh = np.flatnonzero(restricted)
    number = 0
    while len(fresh):
        number += 1
        if len(fresh) <= FEW:
            reached = [add(np.arange(edges.start[v], edges.start[v + 1])) for v in fresh.tolist()]
            found = np.concatenate(reached) if reached else fresh[:0]
        else:
            found = add(edges.from_any(fresh))
        fresh = np.unique(found[~restricted[found]]) if len(found) else found
        restricted[fresh] = True
        joined[fresh] = number
    return restricted, joined


__all__ = ["Closure", "Edges", "Flags", "Ints", "Seeds", "lower_run", "upper_run"]
