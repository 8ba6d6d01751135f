"""Ownership: the two runs of the 50 percent rule over a million parties, by arrays, beside the rule written down as it reads."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from carveout.parties.fifty_percent import Edges, Seeds, lower_run, upper_run
from carveout.parties.holding import HALF, PART

PARTIES, LISTED, CHAIN, SLOW = 1_000_000, 4_000, 100_000, 20_000
TARGET = "10 s"


def shareholdings(parties: int, listed: int, chain: int, seed: int = 11) -> tuple[Edges, Seeds]:
    """A made-up world: every party has up to three owners before it or, one in fifty, behind it (circles); a third of the shares are
    known within bounds only; ``chain`` parties own each other one by one, the longest way that a share can go.
    """
    chance = np.random.default_rng(seed)
    count = 2 * parties
    owned = chance.integers(1, parties, count)
    owner = (owned * chance.random(count)).astype(np.int64)
    back = chance.random(count) < 0.02
    owner[back] = chance.integers(0, parties, int(back.sum()))
    low = chance.choice(np.asarray([5, 10, 20, 25, 50, 60]), count) * PART // 2
    high = np.where(chance.random(count) < 0.33, np.minimum(low * 2, 100 * PART), low)
    links = np.arange(parties - chain, parties - 1)
    inside = owned > parties - chain
    owner, owned, low, high = owner[~inside], owned[~inside], low[~inside], high[~inside]
    share = np.full(len(links), 50 * PART)
    edges = Edges.of(
        parties, np.concatenate([owner, links]), np.concatenate([owned, links + 1]),
        np.concatenate([low, share]), np.concatenate([high, share]),
    )  # fmt: skip
    sure = np.zeros(parties, bool)
    sure[chance.integers(0, parties, listed)] = True
    sure[parties - chain] = True
    perhaps = sure.copy()
    perhaps[chance.integers(0, parties, listed)] = True
    none = np.zeros(parties, bool)
    return edges, Seeds(sure, perhaps, none, none, none)


def as_it_reads(edges: Edges, seeds: Seeds) -> np.ndarray:
    """The lower run as the rule reads: look at every party again until nothing changes."""
    owners: list[list[tuple[int, int]]] = [[] for _ in range(edges.count)]
    for owner, owned, low in zip(edges.owner.tolist(), edges.owned.tolist(), edges.low.tolist(), strict=True):
        owners[owned].append((owner, low))
    restricted = seeds.listed.tolist()
    changed = True
    while changed:
        changed = False
        for party in range(edges.count):
            if not restricted[party] and sum(share for owner, share in owners[party] if restricted[owner]) >= HALF:
                restricted[party] = changed = True
    return np.asarray(restricted)


def timed(run: Callable[[], object], times: int = 3) -> float:
    """Median seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def run() -> list[tuple[str, str, str]]:
    """(what, measured, target) of each measurement."""
    edges, seeds = shareholdings(PARTIES, LISTED, CHAIN)
    lower, upper = lower_run(edges, seeds), upper_run(edges, seeds)
    spent = timed(lambda: (lower_run(edges, seeds), upper_run(edges, seeds)))
    small, some = shareholdings(SLOW, 400, 100)
    slow = timed(lambda: as_it_reads(small, some), 1)
    fast = timed(lambda: lower_run(small, some))
    same = bool((as_it_reads(small, some) == lower_run(small, some).restricted).all())
    return [
        (
            f"both runs over {PARTIES:,} parties and {len(edges.owner):,} holdings, a chain of {CHAIN:,} among them",
            f"{spent:.2f} s ({int(lower.restricted.sum()):,} surely restricted, {int(upper.restricted.sum()):,} perhaps)",
            TARGET,
        ),
        (
            f"the lower run over {SLOW:,} parties, beside the rule as it reads",
            f"{fast * 1000:.1f} ms, {slow * 1000:.0f} ms ({slow / fast:.0f} times), {'the same answers' if same else 'ANSWERS DIFFER'}",
            "",
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    for what, measured, target in run():
        print(f"{what}: {measured} (target {target or 'none'})")
