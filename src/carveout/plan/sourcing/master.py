"""The master program of the decomposition: plans of single parts, mixed so that what the parts share suffices.

Plans of a part with the same starts and contracts (a *pattern*) may be mixed in any shares, for the rest is linear; of the
patterns a part takes one. As a linear program the master gives prices; as a mixed-integer program it gives a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import highspy
import numpy as np
from scipy import sparse

from carveout.plan.sourcing.case import Case, Numbers
from carveout.plan.sourcing.highs import Program, Solved
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.whole_model import tail_objective

NODES = 300
"""Nodes the mixed-integer master may open: a limit that does not depend on the clock."""


@dataclass(frozen=True)
class Proposal:
    """A plan of one part: its columns, its cost per leaf, its use of the shared rows, and its pattern."""

    part: int
    x: Numbers
    cost: Numbers
    use: Numbers
    pattern: bytes

    @cached_property
    def key(self) -> tuple[int, bytes, bytes]:
        """What two proposals that are the same have in common."""
        return self.part, self.pattern, self.x.round(6).tobytes()


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of the shared rows (0 or more), and weights of the leaves' costs (they add up to 1)."""

    shared: Numbers
    weights: Numbers

    def mixed(self, other: Prices, share: float) -> Prices:
        """This one's share and the rest of the other: prices too, for they form a convex set."""
        return Prices(
            share * self.shared + (1 - share) * other.shared, share * self.weights + (1 - share) * other.weights
        )


@dataclass(frozen=True, slots=True)
class Mixed:
    """What a master found: its value, the share of each proposal, and whether the prices want out of their box: a limit is exceeded
    at its dearest price, or room is sold back at its cheapest."""

    value: float
    shares: Numbers
    outside: bool


@dataclass
class Master:
    """Rows: shared limits, then tails per leaf where risk counts, then one per part. Columns: excess of each shared row at
    its ``dearest`` price, room sold back at its ``cheapest``, ``eta`` and tails, then the proposals.

    So the prices stay in a box. Those of the many rows of space and value hardly move from where the relaxation puts them,
    and the search is over the few that matter; whatever the box, the prices prove a bound.
    """

    case: Case
    links: Links
    cheapest: Numbers
    dearest: Numbers
    seed: int = 1
    proposals: list[Proposal] = field(default_factory=list)
    _held: set[tuple[int, bytes, bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Build the program without proposals."""
        case, limit = self.case, self.links.limit
        self.tails = case.leaves if case.risk else 0
        rows, parts = len(limit), len(case.parts)
        one = sparse.identity(rows, format="csr")
        head = [sparse.hstack([-one, one], format="csr")] if rows else [sparse.csr_matrix((0, 0))]
        if self.tails:
            s = self.tails
            risky = sparse.hstack([np.ones((s, 1)), sparse.identity(s)], format="csr")
            head.append(risky)
        fixed = sparse.block_diag(head, format="csr")
        fixed = sparse.vstack([fixed, sparse.csr_matrix((parts, fixed.shape[1]))], format="csr")
        objective, lower = np.concatenate([self.dearest, -self.cheapest]), np.zeros(2 * rows)
        if self.tails:
            objective = np.concatenate([objective, tail_objective(case)])
            lower = np.concatenate([lower, [-np.inf], np.zeros(self.tails)])
        self.fixed = len(objective)
        low = np.concatenate([np.full(rows, -np.inf), np.zeros(self.tails), np.ones(parts)])
        high = np.concatenate([limit, np.full(self.tails, np.inf), np.ones(parts)])
        self.program = Program(objective, lower, np.full(self.fixed, np.inf), None, fixed, low, high, seed=self.seed)
        self.head = (objective, lower, fixed, low, high)

    def column(self, proposal: Proposal) -> tuple[float, Numbers]:
        """Objective and entries of a proposal."""
        value = (1 - self.case.risk) * float(self.case.probability @ proposal.cost)
        own = np.zeros(len(self.case.parts))
        own[proposal.part] = 1.0
        tails = -proposal.cost if self.tails else np.zeros(0)
        return value, np.concatenate([proposal.use, tails, own])

    def add(self, proposal: Proposal) -> bool:
        """Take a proposal in; False where it is held already."""
        if proposal.key in self._held:
            return False
        self._held.add(proposal.key)
        value, entries = self.column(proposal)
        places = np.flatnonzero(entries).astype(np.int32)
        self.program.highs.addCol(value, 0.0, highspy.kHighsInf, len(places), places, entries[places])
        self.proposals.append(proposal)
        return True

    def widen(self, cheapest: Numbers, dearest: Numbers) -> None:
        """Another box."""
        self.cheapest, self.dearest = cheapest, dearest
        rows = 2 * len(dearest)
        self.head[0][:rows] = np.concatenate([dearest, -cheapest])
        self.program.highs.changeColsCost(rows, np.arange(rows, dtype=np.int32), self.head[0][:rows])

    def priced(self) -> tuple[Mixed, Prices]:
        """The linear master, and its prices made valid: none negative, weights within what CVaR allows."""
        solved = self.program.solve(wants_duals=True)
        assert solved.x is not None
        assert solved.duals is not None
        rows, case = len(self.links.limit), self.case
        shared = np.maximum(0.0, -solved.duals[:rows])
        weights = (1 - case.risk) * case.probability
        if self.tails:
            tail = np.clip(solved.duals[rows : rows + self.tails], 0.0, case.risk * case.probability / (1 - case.tail))
            weights = weights + within(tail, case)
        return self._mixed(solved), Prices(shared, weights)

    def _mixed(self, solved: Solved) -> Mixed:
        assert solved.x is not None
        rows = len(self.links.limit)
        slack = 1e-7 * np.maximum(1.0, self.links.limit)
        excess, room = solved.x[:rows] > slack, (solved.x[rows : 2 * rows] > slack) & (self.cheapest > 0)
        return Mixed(solved.value, solved.x[self.fixed :], bool(excess.any() or room.any()))

    def chosen(self, gap: float, seconds: float) -> tuple[bytes, ...] | None:
        """The mixed-integer master: the pattern that each part takes; None where none was found."""
        patterns = list(dict.fromkeys((p.part, p.pattern) for p in self.proposals))
        objective, lower, fixed, low, high = self.head
        columns = [self.column(p) for p in self.proposals]
        thetas = sparse.csr_matrix(np.array([entries for _, entries in columns]).T)
        rows = sparse.hstack([fixed, thetas, sparse.csr_matrix((fixed.shape[0], len(patterns)))], format="csr")
        # The shares of a pattern add up to whether it is taken; the patterns of a part to one.
        width = self.fixed + len(columns)
        place = {pattern: n for n, pattern in enumerate(patterns)}
        linking = sparse.lil_matrix((len(patterns), width + len(patterns)))
        for n, p in enumerate(self.proposals):
            linking[place[p.part, p.pattern], self.fixed + n] = 1.0
        for n in range(len(patterns)):
            linking[n, width + n] = -1.0
        program = Program(
            np.concatenate([objective, [value for value, _ in columns], np.zeros(len(patterns))]),
            np.concatenate([lower, np.zeros(len(columns) + len(patterns))]),
            np.concatenate([np.full(width, np.inf), np.ones(len(patterns))]),
            np.concatenate([np.zeros(width, dtype=bool), np.ones(len(patterns), dtype=bool)]),
            sparse.vstack([rows, linking.tocsr()], format="csr"),
            np.concatenate([low, np.zeros(len(patterns))]), np.concatenate([high, np.zeros(len(patterns))]),
            seed=self.seed, gap=gap,
        )  # fmt: skip
        program.highs.setOptionValue("mip_max_nodes", NODES)
        solved = program.solve(seconds=max(seconds, 0.5))
        if solved.x is None:
            return None
        taken = {part: pattern for n, (part, pattern) in enumerate(patterns) if solved.x[width + n] > 0.5}
        return tuple(taken[part] for part in range(len(self.case.parts)))


def within(tail: Numbers, case: Case) -> Numbers:
    """Weights of the tail moved into what CVaR allows: at most ``risk * p / (1 - tail)`` each, together ``risk``."""
    most = case.risk * case.probability / (1 - case.tail)
    tail = np.clip(tail, 0.0, most)
    lacking = case.risk - float(tail.sum())
    if lacking > 0:
        room = most - tail
        return tail + room * (lacking / float(room.sum()))
    return tail * (case.risk / float(tail.sum()))
