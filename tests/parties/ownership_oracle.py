"""The 50 percent rule written down as slowly as it reads, and every completion of a small graph.

A graph is plain: parties 0..n-1, holdings (owner, owned, low, high) in percent, and flags. Nothing of the package is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

Holding = tuple[int, int, int, int]


@dataclass(frozen=True)
class Small:
    """A small graph: ``open`` parties may have owners that nobody names, ``domestic`` ones are not covered themselves."""

    count: int
    holdings: tuple[Holding, ...]
    listed: frozenset[int]
    perhaps: frozenset[int] = frozenset()
    open: frozenset[int] = frozenset()
    domestic: frozenset[int] = frozenset()
    step: int = field(default=10)


def restricted(
    small: Small, shares: Sequence[int], listed: frozenset[int], hidden: Sequence[int], through: bool
) -> set[int]:
    """Who is restricted when every share is known: ``hidden`` is what unnamed restricted owners hold of each party."""
    found = set(listed)
    while True:
        fresh = set()
        for party in range(small.count):
            if party in found or (party in small.domestic and not through):
                continue
            total = hidden[party] + sum(
                share
                for (owner, owned, _, _), share in zip(small.holdings, shares, strict=True)
                if owned == party and owner in found and owner != party
            )
            if total >= 50:
                fresh.add(party)
        if not fresh:
            return found
        found |= fresh


def completions(small: Small) -> Iterator[set[int]]:
    """Who is restricted, in every way in which the shares (on a grid, at most 100 percent of a party), the doubtful listings,
    the unnamed owners and the question about domestic companies may turn out."""
    grids = [range(low, high + 1, small.step) for _, _, low, high in small.holdings]
    doubtful = sorted(small.perhaps - small.listed)
    for shares in product(*grids):
        totals = [0] * small.count
        for (_, owned, _, _), share in zip(small.holdings, shares, strict=True):
            totals[owned] += share
        if any(total > 100 for total in totals):
            continue
        # Of what nobody is named for, all or nothing is in restricted hands: what lies between makes nobody more restricted.
        rests = [(0, 100 - totals[p]) if p in small.open else (0,) for p in range(small.count)]
        for hidden in product(*rests):
            for chosen in product((False, True), repeat=len(doubtful)):
                listed = small.listed | {p for p, one in zip(doubtful, chosen, strict=True) if one}
                for through in (False, True) if small.domestic else (False,):
                    yield restricted(small, shares, listed, hidden, through)
