"""A case solved part by part (Dantzig and Wolfe): the parts propose, the master prices what they share.

At any prices the parts' best values less what the shared limits are worth is a bound (Lagrange), so bound and gap are known
from the first round on and the solver may be stopped at any time. Work is split by part over two threads; every part keeps
its own program, so the same seed gives the same plan when the end is set by gap or rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from carveout.plan.error import PlanError
from carveout.plan.sourcing.case import Case, Numbers
from carveout.plan.sourcing.highs import Program
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.master import Master, Prices, Proposal
from carveout.plan.sourcing.part_model import PartModel, part_model
from carveout.plan.sourcing.whole import Whole

THREADS = 2
ROUNDS = 200
GUESSES, ROUNDED = 12, (0.25, 0.6)
"""Rounds of guesses before the first round, and the shares from which a relaxed yes is taken for one."""
SEARCHED = 20_000
"""Columns up to which a program is searched as a whole where prices leave a gap."""
LIGHT = {
    "mip_heuristic_effort": 0.01, "mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False, "mip_detect_symmetry": False, "mip_allow_restart": False,
}  # fmt: skip
"""A part's program has few yes and no, so heuristics cost more than they save: measured, they take half of the time."""


class Infeasible(PlanError):
    """No plan keeps all limits and targets."""


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop: a relative gap, rounds, seconds; the first that is reached. ``search``: what prices leave open in a small
    program is searched as a whole."""

    gap: float = 0.001
    rounds: int = ROUNDS
    seconds: float = np.inf
    search: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: the round, the best plan's value (infinite: none yet), the bound, seconds."""

    round: int
    value: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """How far the plan may be from the best there is, relative to its value."""
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True)
class Solution:
    """The best plan (columns per part), its value, the bound with the prices that prove it, and why it stopped.

    ``searched`` is the bound of a search of the whole program, where prices left a gap: few parts that share a slot leave one.
    """

    x: tuple[Numbers, ...]
    value: float
    bound: float
    prices: Prices
    rounds: int
    seconds: float
    stopped: str
    searched: float | None = None

    @property
    def gap(self) -> float:
        """How far the plan may be from the best there is, relative to its value."""
        return relative_gap(self.value, self.bound)


def relative_gap(value: float, bound: float) -> float:
    """The distance of value and bound, relative to the value; infinite without a plan."""
    return (value - bound) / max(1e-9, abs(value)) if np.isfinite(value) else np.inf


@dataclass
class PartSolver:
    """One part's program, kept between rounds.

    It is not started from its last solution: HiGHS 1.16 then tells the value of another one. Should value and solution ever
    disagree again, neither is believed.
    """

    number: int
    model: PartModel
    seed: int
    program: Program = field(init=False)
    _relaxed: Program | None = None

    def __post_init__(self) -> None:
        """Hand the program to the solver."""
        m = self.model
        self.program = Program(
            np.zeros(len(m.lower)), m.lower, m.upper, m.integer, m.rows, m.row_lower, m.row_upper, seed=self.seed
        )
        for option, value in LIGHT.items():
            self.program.highs.setOptionValue(option, value)

    def guesses(self, prices: Prices) -> list[Proposal]:
        """Plans at prices without a search: the relaxation's starts and contracts, rounded early and late, quantities to fit."""
        m, first = self.model, self.model.first_stage
        if not len(first):
            return []
        if self._relaxed is None:
            zeros = np.zeros(len(m.lower))
            self._relaxed = Program(zeros, m.lower, m.upper, None, m.rows, m.row_lower, m.row_upper, seed=self.seed)
        self._relaxed.costs(self.objective(prices))
        solved = self._relaxed.solve()
        if solved.x is None:
            return []
        found, share = [], solved.x[first]
        for level in ROUNDED:
            taken = np.clip((share > level).astype(float), m.lower[first], m.upper[first])
            self._relaxed.bounds(first, taken, taken)
            fitted = self._relaxed.solve()
            if fitted.x is not None:
                found.append(proposal(self.number, m, fitted.x))
        self._relaxed.bounds(first, m.lower[first], m.upper[first])
        return found

    def objective(self, prices: Prices) -> Numbers:
        """The part's objective at prices."""
        found: Numbers = self.model.cost.T @ prices.weights + self.model.use.T @ prices.shared
        return found

    def solve(self, prices: Prices, gap: float, seconds: float) -> tuple[float, Proposal | None]:
        """The part's bound at prices, and its plan.

        Raises:
            Infeasible: the part alone cannot keep its targets.
        """
        objective = self.objective(prices)
        self.program.costs(objective)
        solved = self.program.solve(gap=gap, seconds=seconds)
        if solved.infeasible:
            raise Infeasible(f"the part {self.model.part.name} cannot keep its service target, whatever the others do")
        if solved.x is None:
            return solved.bound, None
        if abs(float(objective @ solved.x) - solved.value) > 1e-6 * (1 + abs(solved.value)):
            return -np.inf, None
        return solved.bound, proposal(self.number, self.model, solved.x)


def proposal(number: int, model: PartModel, x: Numbers) -> Proposal:
    """A plan of a part as the master sees it; yes and no are made exact."""
    x = x.copy()
    first = model.first_stage
    x[first] = np.round(x[first])
    return Proposal(number, x, model.cost @ x, model.use @ x, x[first].astype(np.int8).tobytes())


def solve(
    case: Case, stop: Stop | None = None, *, seed: int = 1, links: Links | None = None,
    models: Sequence[PartModel] | None = None, tell: Callable[[Progress], None] | None = None,
) -> Solution:  # fmt: skip
    """The best plan of a case that is found, with its bound.

    ``models`` may be given where bounds were changed (a policy, starts that are not allowed yet).

    Raises:
        Infeasible: no plan keeps all limits and targets, or none was found in time.
    """
    stop, began = stop or Stop(), time.monotonic()
    links = links or Links(case)
    models = models or [part_model(case, part, links) for part in case.parts]
    solvers = [PartSolver(number, model, seed) for number, model in enumerate(models)]
    whole = Whole(case, links, models, seed)
    with ThreadPoolExecutor(THREADS) as pool:
        return _Rounds(case, links, solvers, whole, stop, seed, pool, began, tell).run()


@dataclass
class _Rounds:
    """The state of the rounds."""

    case: Case
    links: Links
    solvers: list[PartSolver]
    whole: Whole
    stop: Stop
    seed: int
    pool: ThreadPoolExecutor
    began: float
    tell: Callable[[Progress], None] | None
    value: float = np.inf
    bound: float = -np.inf
    plan: tuple[Numbers, ...] = ()
    best: Prices | None = None
    near: float = 0.6
    width: float = 0.25
    _made: list[Proposal] = field(default_factory=list)
    _tried: set[tuple[bytes, ...]] = field(default_factory=set)

    def run(self) -> Solution:
        start = self.whole.prices()
        self._round(start, None, 1e-3)
        master = Master(self.case, self.links, *self._box(start), self.seed)
        for made in self._made:
            master.add(made)
        self._try(tuple(bytes(len(solver.model.first_stage)) for solver in self.solvers))
        self._guess(master)
        reason, rounds = "rounds", 0
        for rounds in range(1, self.stop.rounds + 1):
            mixed, prices = master.priced()
            known = len(master.proposals)
            fine = self.stop.gap / 5 if relative_gap(mixed.value, self.bound) < 0.02 else 1e-3
            if not self._between(prices, master, max(fine, 1e-6)):
                self._round(prices, master, max(self.stop.gap / 10, 1e-7))
            near = relative_gap(mixed.value, self.bound) < max(self.stop.gap, 2e-3)
            if near or rounds in (1, 3) or rounds % 6 == 0 or len(master.proposals) == known:
                self._choose(master)
            if self.tell:
                self.tell(Progress(rounds, self.value, self.bound, self._seconds()))
            if relative_gap(self.value, self.bound) <= self.stop.gap:
                reason = "gap"
                break
            if self._seconds() >= self.stop.seconds:
                reason = "time"
                break
            if near or len(master.proposals) == known:
                # Within its box the master has found its prices: a wider one, around the best known.
                if self.width > 1e4:
                    reason = "nothing new"
                    break
                self.width *= 4
                assert self.best is not None
                master.widen(*self._box(self.best))
        if not self.plan:
            self._choose(master)
        searched = None
        if reason in ("rounds", "nothing new") and self.stop.search and len(self.whole.model.lower) <= SEARCHED:
            searched, reason = self._search(), "search"
        if not self.plan:
            raise Infeasible(
                "no plan was found that keeps the budget, the slots, the warehouses and the service targets together"
            )
        assert self.best is not None
        return Solution(self.plan, self.value, self.bound, self.best, rounds, self._seconds(), reason, searched)

    def _search(self) -> float:
        """The whole program searched by branch and bound, where prices leave a gap; the bound of the search."""
        left = max(1.0, self.stop.seconds - self._seconds())
        bound, patterns = self.whole.searched(self.stop.gap, left)
        if patterns is not None:
            self._try(patterns)
        return max(bound, self.bound)

    def _guess(self, master: Master) -> None:
        """Proposals from rounded relaxations, until they bring nothing new: a hundredth of the work of a round, and prices of
        which the first rounds would be wasted are left behind."""
        held = {(p.part, p.pattern, p.use.round(6).tobytes()) for p in master.proposals}
        for _ in range(GUESSES):
            if self._seconds() > self.stop.seconds / 4:
                return
            _, prices = master.priced()
            assert self.best is not None
            at = self.best.mixed(prices, 0.5)
            fresh = 0
            for made in self.pool.map(lambda solver, at=at: solver.guesses(at), self.solvers):
                for one in made:
                    key = (one.part, one.pattern, one.use.round(6).tobytes())
                    if key not in held:
                        held.add(key)
                        master.add(one)
                        fresh += 1
            if not fresh:
                return

    def _box(self, around: Prices) -> tuple[Numbers, Numbers]:
        """The box of the shared prices: narrow for space and value, wide for slots and budget."""
        links, case = self.links, self.case
        many = np.array([key[0] in ("warehouse", "stock_value") for key in links.place], dtype=bool)
        worst = sum(float(part.demand.sum()) * part.shortage for part in case.parts) + 1.0
        least = np.full(len(links.limit), np.inf)
        for solver in self.solvers:
            use = abs(solver.model.use)
            most = use.max(axis=1).toarray().ravel() if use.shape[0] else np.zeros(0)
            least = np.where(most > 0, np.minimum(least, most), least)
        wide = 2.0 * worst / np.where(np.isfinite(least), np.maximum(least, links.limit / 20), 1.0) / len(case.parts)
        floor = 0.05 * float(around.shared[many].max()) if many.any() else 0.0
        floor = max(floor, 1e-4 * float(np.median(wide[many]))) if many.any() else 0.0
        reach = self.width * (around.shared + floor)
        return (np.where(many, np.maximum(0.0, around.shared - reach), 0.0),
                np.where(many, around.shared + reach, np.maximum(wide, 10 * around.shared)))  # fmt: skip

    def _between(self, out: Prices, master: Master, gap: float) -> int:
        """A round at prices between the best known and the master's, which swing. How near the best is learned: if the bound
        still rises toward the master's prices there, the next round goes further, else it stays nearer (Pessoa et al. 2018).
        """
        held = self.best
        assert held is not None
        new = self._round(held.mixed(out, self.near), master, gap)
        rise = (sum(p.use for p in self._made) - self.links.limit) @ (out.shared - held.shared)
        rise += sum(p.cost for p in self._made) @ (out.weights - held.weights)
        self.near = max(0.0, self.near - 0.1) if rise > 0 else self.near + 0.1 * (1 - self.near)
        return new

    def _seconds(self) -> float:
        return time.monotonic() - self.began

    def _round(self, prices: Prices, master: Master | None, gap: float) -> int:
        """All parts at some prices: the bound may rise; how many proposals are new to the master."""
        left = max(0.2, self.stop.seconds - self._seconds())
        done = list(self.pool.map(lambda solver: solver.solve(prices, gap, left), self.solvers))
        bound = sum(value for value, _ in done) - float(prices.shared @ self.links.limit)
        if bound > self.bound or self.best is None:
            self.bound, self.best = bound, prices
        self._made = [one for _, one in done if one is not None]
        if master is None:
            if len(self._made) < len(done):
                raise Infeasible("the time was too short for a first plan of every part")
            return len(self._made)
        held = {(p.part, p.x.tobytes()) for p in master.proposals}
        fresh = [one for one in self._made if (one.part, one.x.tobytes()) not in held]
        for one in fresh:
            master.add(one)
        return len(fresh)

    def _choose(self, master: Master) -> None:
        """A plan with a pattern per part from the proposals, its quantities chosen together, if it is better than the one held."""
        patterns = master.chosen(self.stop.gap / 8)
        if patterns is not None:
            self._try(patterns)

    def _try(self, patterns: tuple[bytes, ...]) -> None:
        """The best quantities for starts and contracts, if that makes a better plan than the one held."""
        if patterns in self._tried:
            return
        self._tried.add(patterns)
        found = self.whole.fixed(patterns)
        if found is not None and found[0] < self.value:
            self.value, self.plan = found
