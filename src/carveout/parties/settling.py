"""What would settle a party whose ownership is undetermined: the fewest extracts whose exact content decides, whatever it is.

Only the part of the graph above the party counts. An open point is a share that is not exact, a name that may be listed, or a
company of which nobody says who owns the rest; an extract of all its owners tells their shares as well. A set of points settles the party when it is provably not covered with all of
them at their least, and provably covered with all of them at their most; by monotony the rest of their values decide as well or
leave less open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from carveout.parties.holding import HALF, WHOLE, Share

MOST_PARTIES, MOST_POINTS, IN_THREES = 300, 24, 12
"""Parties above one, and open points, up to which the fewest are looked for; points up to which three of them are tried together."""


@dataclass(frozen=True, slots=True)
class Point:
    """One open point: the share of ``owner`` in ``party``, whether ``party`` is listed, or an ``extract`` of all its owners."""

    what: Literal["share", "listing", "extract"]
    party: int
    owner: int = -1


@dataclass
class Above:
    """The part of a graph above a party, which is judged by its owners whether it is listed itself or not: plain numbers, small enough to be tried over and over.

    ``owners`` gives party -> (owner, share); ``own`` the shares that a party holds of itself. A ``blocked`` party cannot be settled by
    an extract: its rows contradict themselves, or the law itself is in doubt about it.
    """

    parties: tuple[int, ...]
    owners: Mapping[int, Sequence[tuple[int, Share]]]
    own: Mapping[int, Share]
    listed: frozenset[int]
    perhaps: frozenset[int]
    open: frozenset[int]
    blocked: frozenset[int] = field(default=frozenset())

    def points(self, may: frozenset[int]) -> list[Point]:
        """The open points, those near the party first; ``may`` are the parties that may be restricted."""
        found = []
        for party in self.parties:
            if party in self.perhaps - self.listed:
                found.append(Point("listing", party))
            shares = [(o, s) for o, s in self.owners.get(party, ()) if not s.exact and o in may]
            found += [
                Point("share", party, owner) for owner, _ in sorted(shares, key=lambda one: one[1].low - one[1].high)
            ]
            if party in self.open and sum(s.low for _, s in self.owners.get(party, ())) < WHOLE:
                found.append(Point("extract", party))
        return found

    def covered(self, target: int, pinned: frozenset[Point]) -> bool:
        """Whether the target is provably covered with the pinned points at their most and all others at their least."""
        restricted = (self.listed | {p for p in self.perhaps if Point("listing", p) in pinned}) - {target}
        return target in self._spread(restricted, lambda party, so_far: self._least(party, so_far, pinned) >= HALF)

    def free(self, target: int, pinned: frozenset[Point]) -> bool:
        """Whether it is provably not covered with the pinned points at their least and all others at their most."""
        restricted = (self.listed | {p for p in self.perhaps if Point("listing", p) not in pinned} | self.blocked) - {
            target
        }
        return target not in self._spread(restricted, lambda party, so_far: self._may(party, so_far, pinned))

    def _least(self, party: int, restricted: set[int], pinned: frozenset[Point]) -> int:
        if party in self.blocked:
            return 0
        extract = Point("extract", party) in pinned
        held = sum(
            share.high if extract or Point("share", party, owner) in pinned else share.low
            for owner, share in self.owners.get(party, ())
            if owner in restricted
        )
        if extract:
            held += WHOLE - sum(share.low for _, share in self.owners.get(party, ()))
        return held

    def _may(self, party: int, restricted: set[int], pinned: frozenset[Point]) -> bool:
        held = others = 0
        extract = Point("extract", party) in pinned
        for owner, share in self.owners.get(party, ()):
            if owner in restricted:
                held += share.low if extract or Point("share", party, owner) in pinned else share.high
            else:
                others += share.low
        if party in self.open and not extract:
            held += WHOLE
        own = self.own.get(party, Share(0, 0))
        most = min(own.high, WHOLE - 2 * others)
        return most >= own.low and 2 * held + most >= WHOLE and held > 0

    def _spread(self, restricted: Iterable[int], test: Callable[[int, set[int]], bool]) -> set[int]:
        found = set(restricted)
        while True:
            fresh = {party for party in self.parties if party not in found and test(party, found)}
            if not fresh:
                return found
            found |= fresh


def settling(above: Above, target: int, may: frozenset[int]) -> tuple[Point, ...]:
    """The fewest open points that settle a party (of very many, a set of which none can be left out); none where no extract can, or where too much is open to tell."""
    points = [point for point in above.points(may) if point != Point("listing", target)]
    if not points or len(above.parties) > MOST_PARTIES or len(points) > MOST_POINTS:
        return ()

    def decides(chosen: Iterable[Point]) -> bool:
        pinned = frozenset(chosen)
        return above.free(target, pinned) and above.covered(target, pinned)

    if not decides(points):
        return ()
    for size in (1, 2, 3) if len(points) <= IN_THREES else (1, 2):
        for chosen in combinations(points, size):
            if decides(chosen):
                return chosen
    kept = list(points)
    for point in reversed(points):
        fewer = [one for one in kept if one != point]
        if decides(fewer):
            kept = fewer
    return tuple(kept)


__all__ = ["MOST_PARTIES", "MOST_POINTS", "Above", "Point", "settling"]
