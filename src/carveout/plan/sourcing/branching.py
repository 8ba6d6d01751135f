"""What prices leave open, searched: starts and contracts are branched on, and each branch is bounded by prices of its own.

Where few parts compete for a budget or a slot no prices close the gap, as with a knapsack of few things. A branch says of one start
"by this period" or "not by this period"; the branch with the lowest bound is taken up next, so the bound of the whole rises.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from carveout.plan.sourcing.case import Case, Numbers
from carveout.plan.sourcing.error import Infeasible
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.master import Master, Prices, Proposal
from carveout.plan.sourcing.part_model import PartModel
from carveout.plan.sourcing.part_pool import PartPool
from carveout.plan.sourcing.part_search import Box

ROUNDS, MORE = 8, 60
"""Rounds of prices that a branch gets, and where it cannot be split any further."""
BRANCHES = 100
"""Branches a search may make: a limit that does not depend on the clock, and keeps the proof short."""
OPEN = 1e-6


@dataclass
class Branch:
    """Bounds of the yes and no of each part, prices to begin with, and the bound they prove (infinite: nothing lies in it).

    ``on`` is the start or contract to split on (part, place); a branch that was split has two ``children``, without and with it.
    """

    boxes: tuple[Box, ...]
    prices: Prices
    bound: float
    on: tuple[int, int] | None = None
    children: tuple[Branch, ...] = ()

    def leaves(self) -> Iterator[Branch]:
        """The branches that were not split."""
        if self.children:
            for child in self.children:
                yield from child.leaves()
        else:
            yield self


@dataclass
class Branching:
    """The search. ``priced_box`` is the box of prices around some, ``widest`` the box of all; ``value`` tells the value of the best
    plan known, ``choose`` looks for a better one among proposals."""

    case: Case
    links: Links
    models: Sequence[PartModel]
    pool: PartPool
    priced_box: Callable[[Prices], tuple[Numbers, Numbers]]
    widest: Callable[[], tuple[Numbers, Numbers]]
    proposals: list[Proposal]
    value: Callable[[], float]
    choose: Callable[[list[Proposal]], None]
    gap: float
    done: Callable[[], bool]
    tell: Callable[[int, float], None] = lambda number, bound: None
    seed: int = 1
    _count: int = 0
    _closed: float = np.inf
    _held: set[tuple[int, bytes, bytes]] = field(default_factory=set)

    def run(self, prices: Prices, bound: float) -> Branch:
        """The tree of the search, begun from prices and the bound they prove; its leaves together prove the least of theirs."""
        self._held = {one.key for one in self.proposals}
        root = Branch(tuple((m.lower[m.first_stage], m.upper[m.first_stage]) for m in self.models), prices, bound)
        self._bound(root)
        queue = [(root.bound, 0, root)]
        while queue and self._count < BRANCHES and not self.done():
            lowest, _, branch = heapq.heappop(queue)
            self.tell(self._count, min(lowest, self._closed))
            if lowest >= min(self._closed, self.value() * (1 - self.gap)):
                break
            if branch.on is None:
                # Its prices say all there is to say: nothing in it is left to split on.
                self._closed = min(self._closed, lowest)
                continue
            branch.children = self._split(branch)
            for child in branch.children:
                self._count += 1
                self._bound(child)
                if np.isfinite(child.bound):
                    heapq.heappush(queue, (child.bound, self._count, child))
            self.choose(self.proposals)
        return root

    def _split(self, branch: Branch) -> tuple[Branch, ...]:
        assert branch.on is not None
        part, place = branch.on
        made = []
        for bit in (0.0, 1.0):
            lower, upper = (side.copy() for side in branch.boxes[part])
            lower[place] = upper[place] = bit
            boxes = (*branch.boxes[:part], (lower, upper), *branch.boxes[part + 1 :])
            made.append(Branch(boxes, branch.prices, branch.bound))
        return tuple(made)

    def _bound(self, branch: Branch) -> None:
        """Rounds of prices within a branch; infinite where nothing lies in it."""
        master = Master(self.case, self.links, *self.priced_box(branch.prices), self.seed)
        for one in self.proposals:
            if within(one.pattern, branch.boxes[one.part]):
                master.add(one)
        asked, best = branch.prices, branch.prices
        reached, stale, wide = -np.inf, False, 0.1
        for number in range(MORE):
            try:
                least, made = self.pool.search(asked, max(self.gap / 5, 1e-7), np.inf, boxes=branch.boxes)
            except Infeasible:
                branch.bound = np.inf
                return
            found = least - float(asked.shared @ self.links.limit)
            if found > reached:
                reached, best = found, asked
            fresh = sum([master.add(one) for own in made for one in own])
            self._keep([one for own in made for one in own])
            mixed, out = master.priced()
            branch.on = self._undecided(master, mixed.shares)
            near = mixed.value - reached <= self.gap / 4 * abs(reached)
            if reached >= self.value() * (1 - self.gap) or (near and not mixed.outside):
                break
            if number >= ROUNDS and branch.on is not None:
                break
            if near or (stale and not fresh):
                if not mixed.outside:
                    break
                wide *= 10.0
                cheapest, dearest = self.widest()
                master.widen(cheapest, wide * dearest)
            asked, stale = best.mixed(out, 0.5 if fresh else 0.0), not fresh
        branch.bound, branch.prices = reached, best

    def _keep(self, made: list[Proposal]) -> None:
        for one in made:
            if one.key not in self._held:
                self._held.add(one.key)
                self.proposals.append(one)

    def _undecided(self, master: Master, shares: Numbers) -> tuple[int, int] | None:
        """The start or contract that the master's mix is least decided about: first whether at all, then when."""
        mix = [np.zeros(len(model.first_stage)) for model in self.models]
        for share, one in zip(shares, master.proposals, strict=True):
            if share > OPEN:
                mix[one.part] += share * np.frombuffer(one.pattern, dtype=np.int8)
        best, found = OPEN, None
        for part, (own, model) in enumerate(zip(mix, self.models, strict=True)):
            for place, share in enumerate(own):
                score = min(share, 1 - share) * (4.0 if model.is_final[place] else 1.0)
                if score > best:
                    best, found = score, (part, place)
        return found


def within(pattern: bytes, box: Box) -> bool:
    """Whether starts and contracts lie within bounds."""
    own = np.frombuffer(pattern, dtype=np.int8)
    return bool((own >= box[0] - 0.5).all() and (own <= box[1] + 0.5).all())
