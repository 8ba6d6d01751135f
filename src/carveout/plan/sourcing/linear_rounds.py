"""Column generation where parts are linear programs: with yes and no by halves, or with those of given patterns.

By halves it gives the prices from which the search begins; with patterns, the quantities that fit together. In both every part
goes on from the basis it had, so a round takes a hundredth of the time of the whole program, which for large cases is not built.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from carveout.plan.sourcing.case import Case, Numbers
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.master import Master, Prices, Proposal
from carveout.plan.sourcing.part_pool import PartPool
from carveout.plan.sourcing.risk import objective_value

NEAR = 0.7
"""How near to the best known prices a round asks: between these and the master's (Wentges)."""


@dataclass(frozen=True)
class Linear:
    """The best prices with the bound they prove, and the plan of the last master: None where it exceeds a limit."""

    prices: Prices
    bound: float
    value: float
    x: tuple[Numbers, ...] | None


def linear_rounds(
    case: Case, links: Links, pool: PartPool, box: tuple[Numbers, Numbers], start: Prices, *, patterns: Sequence[bytes] | None = None,
    proposals: Iterable[Proposal] = (), gap: float = 0.005, rounds: int = 40, ends: float = np.inf, seed: int = 1,
) -> Linear:  # fmt: skip
    """Rounds until master and bound are within a gap, or nothing new comes, or at the latest until ``ends``.

    Raises:
        Infeasible: a part alone cannot keep its targets.
    """
    master = Master(case, links, *box, seed)
    for one in proposals:
        master.add(one)
    best, bound, near = start, -np.inf, NEAR
    asked = start
    for _ in range(rounds):
        least, made = pool.linear(asked, patterns)
        reached = least - float(asked.shared @ links.limit)
        if reached > bound:
            bound, best = reached, asked
        fresh = sum([master.add(one) for one in made])
        mixed, out = master.priced()
        if mixed.value - bound <= gap * abs(mixed.value) or time.monotonic() >= ends:
            break
        if not fresh:
            if near == 0.0:
                break
            near = 0.0
        else:
            near = NEAR
        asked = best.mixed(out, near)
    return Linear(best, bound, *_plan(case, links, master))


def _plan(case: Case, links: Links, master: Master) -> tuple[float, tuple[Numbers, ...] | None]:
    """What the master mixed, part by part."""
    mixed, _ = master.priced()
    x: list[Numbers | None] = [None] * len(case.parts)
    for share, one in zip(mixed.shares, master.proposals, strict=True):
        if share > 1e-12:
            held = x[one.part]
            x[one.part] = share * one.x if held is None else held + share * one.x
    whole = [own for own in x if own is not None]
    if len(whole) < len(case.parts):
        return np.inf, None
    use = sum(share * one.use for share, one in zip(mixed.shares, master.proposals, strict=True))
    if np.any(use > links.limit + 1e-7 * np.maximum(1.0, links.limit)):
        return np.inf, None
    cost = sum(share * one.cost for share, one in zip(mixed.shares, master.proposals, strict=True))
    return objective_value(case, np.asarray(cost)), tuple(whole)
