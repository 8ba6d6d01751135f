"""The search over the yes and no of one part, kept from one round of prices to the next.

A branch and bound whose tree outlives a round: of its leaves each keeps the basis in which it was solved last, so that at other
prices a leaf takes a few steps of the simplex method, and a split made once is never made again. Measured on parts of 3,000
columns it takes a tenth of the time of a search begun anew.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from carveout.plan.sourcing.case import Numbers
from carveout.plan.sourcing.highs import Program
from carveout.plan.sourcing.part_model import PartModel

if TYPE_CHECKING:
    import highspy

WHOLE = 1e-6
"""How far from 0 and 1 a yes or no may lie."""
PROGRAMS = 250
"""Linear programs that a search may solve in a round: a limit that does not depend on the clock. What is open then is the bound."""
KEPT = 30
"""Plans remembered: at other prices one of them is the first to beat."""
ROUNDED = (0.5, 0.1, 1e-3)
PRIMAL, DUAL = 4, 1
"""HiGHS's numbers of its simplex methods: primal where prices moved, dual where bounds did."""


Box = tuple[Numbers, Numbers]
"""Lower and upper bounds of the yes and no of a part."""


@dataclass
class Leaf:
    """A part of the space: bounds of the yes and no; its value when solved last, the solution and the basis it had."""

    number: int
    lower: Numbers
    upper: Numbers
    basis: highspy.HighsBasis | None
    value: float = -np.inf
    x: Numbers | None = None
    fresh: bool = False

    @property
    def key(self) -> tuple[float, int]:
        """Its place in the queue."""
        return self.value, self.number


@dataclass
class Found:
    """What a search came to: the bound, the plans met, the best first."""

    bound: float
    plans: list[Numbers]
    infeasible: bool = False


@dataclass
class PartSearch:
    """One part, with its program and the leaves of its tree."""

    model: PartModel
    seed: int = 1
    program: Program = field(init=False)
    leaves: list[Leaf] = field(init=False)
    plans: list[Numbers] = field(init=False, default_factory=list)
    count: int = 1
    solved: int = 0
    _bases: dict[bytes | None, highspy.HighsBasis] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hand the program to the solver, without its yes and no: the search sees to these."""
        m = self.model
        self.first = m.first_stage
        self.program = Program(
            np.zeros(len(m.lower)), m.lower, m.upper, None, m.rows, m.row_lower, m.row_upper, seed=self.seed
        )
        self.leaves = [Leaf(0, m.lower[self.first].copy(), m.upper[self.first].copy(), None)]

    def search(self, objective: Numbers, gap: float, seconds: float = np.inf, box: Box | None = None) -> Found:
        """The bound at an objective, and plans within ``gap`` of it, relative to their value, if time allows; in a box if one is
        given: bounds of the yes and no. What is learned within a box is of use without it."""
        ends = time.monotonic() + seconds
        self.program.costs(objective)
        known = [x for x in self.plans if box is None or self._lies(x, box)]
        best = min((float(objective @ x) for x in known), default=np.inf)
        met: list[tuple[float, int, Numbers]] = []
        queue, aside = [], []
        for leaf in self.leaves:
            leaf.fresh = False
            leaf.value = -np.inf
            if box is not None and (np.maximum(leaf.lower, box[0]) > np.minimum(leaf.upper, box[1])).any():
                aside.append(leaf)
            else:
                queue.append((leaf.key, leaf))
        heapq.heapify(queue)
        bound, closed, before = np.inf, [], self.solved
        while queue:
            (value, _), leaf = queue[0]
            full = self.solved - before >= PROGRAMS and np.isfinite(value)
            late = time.monotonic() >= ends and bool(known or met or self.solved > before)
            if value >= best - gap * abs(best) or full or late:
                bound = value
                break
            heapq.heappop(queue)
            if not leaf.fresh:
                if not self._solve(leaf, box):
                    if box is not None:
                        aside.append(leaf)
                    continue
                if leaf.x is None:
                    # The solver could not say: nothing is known of what lies here.
                    bound = -np.inf
                    closed.append(leaf)
                    break
                if self._is_whole(leaf):
                    assert leaf.x is not None
                    met.append((leaf.value, leaf.number, leaf.x))
                    best = min(best, leaf.value)
                heapq.heappush(queue, (leaf.key, leaf))
            elif self._is_whole(leaf):
                closed.append(leaf)
                bound = leaf.value
                break
            else:
                for child in self._split(leaf):
                    heapq.heappush(queue, (child.key, child))
        left = [*closed, *(leaf for _, leaf in queue)]
        self.leaves = sorted([*left, *aside], key=lambda leaf: leaf.number)
        if not left:
            return Found(np.inf, [], infeasible=True)
        if not met and not known:
            met += self._rounded(objective, left, box)
        met.sort(key=lambda one: one[:2])
        self._remember([x for _, _, x in met])
        plans = [x for _, _, x in met]
        if known and (not met or best < met[0][0] - 1e-12 * abs(best)):
            first = min(known, key=lambda x: float(objective @ x))
            plans = [first, *plans]
        return Found(bound, plans)

    def _rounded(self, objective: Numbers, left: list[Leaf], box: Box | None) -> list[tuple[float, int, Numbers]]:
        """A plan from a leaf whose halves are rounded, where a search was cut short before it met one."""
        m = self.model
        lower, upper = box if box is not None else (m.lower[self.first], m.upper[self.first])
        for leaf in left:
            for level in ROUNDED if leaf.x is not None else ():
                assert leaf.x is not None
                own = np.clip((leaf.x[self.first] > level).astype(float), lower, upper)
                value, x = self.linear(objective, own.astype(np.int8).tobytes())
                if x is not None:
                    return [(value, leaf.number, x)]
        return []

    def linear(self, objective: Numbers, pattern: bytes | None = None) -> tuple[float, Numbers | None]:
        """The least value at an objective, and a plan with it: with yes and no by halves, or with those of a pattern.

        No plan: none is possible with the pattern.
        """
        m, highs = self.model, self.program.highs
        lower, upper = m.lower[self.first], m.upper[self.first]
        if pattern is not None:
            lower = upper = np.frombuffer(pattern, dtype=np.int8).astype(float)
        self.program.costs(objective)
        self.program.bounds(self.first, lower, upper)
        held = self._bases.get(pattern)
        if held is not None:
            highs.setBasis(held)
        highs.setOptionValue("simplex_strategy", PRIMAL if held is not None else DUAL)
        solved = self.program.solve()
        if solved.x is None and not solved.infeasible:
            highs.clearSolver()
            solved = self.program.solve()
        if solved.x is None:
            return np.inf if solved.infeasible else -np.inf, None
        if len(self._bases) > KEPT:
            self._bases.clear()
        self._bases[pattern] = highs.getBasis()
        return solved.value, solved.x

    def _remember(self, made: list[Numbers]) -> None:
        self.plans = [*made, *self.plans][:KEPT]

    def _lies(self, x: Numbers, box: Box) -> bool:
        own = x[self.first]
        return bool((own >= box[0] - WHOLE).all() and (own <= box[1] + WHOLE).all())

    def _solve(self, leaf: Leaf, box: Box | None) -> bool:
        """Solve a leaf at the prices of the round, within a box if one is given; False where nothing lies in it."""
        highs = self.program.highs
        lower, upper = leaf.lower, leaf.upper
        if box is not None:
            lower, upper = np.maximum(lower, box[0]), np.minimum(upper, box[1])
        self.program.bounds(self.first, lower, upper)
        for method in (DUAL if leaf.x is None or box is not None else PRIMAL, DUAL):
            highs.setOptionValue("simplex_strategy", method)
            if leaf.basis is not None:
                highs.setBasis(leaf.basis)
            solved = self.program.solve()
            self.solved += 1
            if solved.infeasible:
                return False
            if solved.x is not None:
                break
            highs.clearSolver()
            leaf.basis = None
        leaf.value, leaf.x, leaf.fresh = solved.value, solved.x, True
        leaf.basis = highs.getBasis() if solved.x is not None else None
        return True

    def _is_whole(self, leaf: Leaf) -> bool:
        assert leaf.x is not None
        share = leaf.x[self.first]
        return bool((np.minimum(share, 1 - share) <= WHOLE).all())

    def _split(self, leaf: Leaf) -> list[Leaf]:
        """Two leaves: with no and with yes where the leaf is least decided, first whether at all, then when."""
        assert leaf.x is not None
        share = leaf.x[self.first]
        open_ = np.minimum(share, 1 - share)
        at_all = np.where(self.model.is_final, open_, 0.0)
        place = int(np.argmax(at_all if at_all.max() > WHOLE else open_))
        made = []
        for value in (0.0, 1.0):
            lower, upper = leaf.lower.copy(), leaf.upper.copy()
            lower[place] = upper[place] = value
            made.append(Leaf(self.count, lower, upper, leaf.basis, leaf.value))
            self.count += 1
        return made


LIGHT = {
    "mip_heuristic_effort": 0.01, "mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False, "mip_detect_symmetry": False, "mip_allow_restart": False,
}  # fmt: skip
"""A search begun anew each round is short, so heuristics cost more than they save: measured, they take half of the time."""


class PartMip(PartSearch):
    """A part with many yes and no (starts that may follow what becomes public), searched by HiGHS anew each round.

    It is not started from its last solution: HiGHS 1.16 then tells the value of another one. Should value and solution ever
    disagree again, neither is believed.
    """

    def __post_init__(self) -> None:
        """Hand the program to the solver, with its yes and no too."""
        super().__post_init__()
        m = self.model
        self.whole = Program(
            np.zeros(len(m.lower)), m.lower, m.upper, m.integer, m.rows, m.row_lower, m.row_upper, seed=self.seed
        )
        for option, value in LIGHT.items():
            self.whole.highs.setOptionValue(option, value)

    def search(self, objective: Numbers, gap: float, seconds: float = np.inf, box: Box | None = None) -> Found:
        """The bound at an objective, and a plan within ``gap`` of it, if time allows."""
        m = self.model
        lower, upper = box if box is not None else (m.lower[self.first], m.upper[self.first])
        self.whole.bounds(self.first, lower, upper)
        self.whole.costs(objective)
        solved = self.whole.solve(gap=gap, seconds=seconds)
        if solved.infeasible:
            return Found(np.inf, [], infeasible=True)
        if solved.x is None:
            return Found(solved.bound, [])
        if abs(float(objective @ solved.x) - solved.value) > 1e-6 * (1 + abs(solved.value)):
            return Found(-np.inf, [])
        return Found(solved.bound, [solved.x])
