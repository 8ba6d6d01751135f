"""A case solved part by part (Dantzig and Wolfe): the parts propose, the master prices what they share.

At any prices the parts' least costs less what the shared limits are worth are a bound (Lagrange), so bound and gap are known
from the first round on and the solver may be stopped at any time. Parts are searched two at a time; the same seed gives the
same plan when the end is set by gap or rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from carveout.plan.sourcing.branching import Branch, Branching
from carveout.plan.sourcing.case import Case, Numbers
from carveout.plan.sourcing.error import Infeasible, TooShort
from carveout.plan.sourcing.linear_rounds import linear_rounds
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.master import Master, Prices, Proposal
from carveout.plan.sourcing.part_model import PartModel, part_model
from carveout.plan.sourcing.part_pool import PartPool, proposal
from carveout.plan.sourcing.whole import Whole

ROUNDS = 200
SMALL = 20_000
"""Columns up to which the whole program is kept too: its relaxation begins the search, and it fits quantities exactly."""
FIRST = 0.05
"""How near to the best its quantities are where a first plan is made after time."""
RELAXED = 0.005
"""How near to the relaxation the first prices of larger cases are."""

NONE = "no plan was found that keeps the budget, the slots, the warehouses and the service targets together"


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop: a relative gap, rounds, seconds; the first that is reached. ``search``: what prices leave open is searched by
    branches."""

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
    """The best plan (columns per part), its value, the bound with the branches and prices that prove it, and why it stopped.

    Where prices alone leave no gap there is one branch; few parts that share a slot or a budget take more.
    """

    x: tuple[Numbers, ...]
    value: float
    bound: float
    proof: Branch
    rounds: int
    seconds: float
    stopped: str

    @property
    def gap(self) -> float:
        """How far the plan may be from the best there is, relative to its value."""
        return relative_gap(self.value, self.bound)

    def patterns(self, models: Sequence[PartModel]) -> tuple[bytes, ...]:
        """The starts and contracts of the plan, per part."""
        return tuple(model.pattern(x) for model, x in zip(models, self.x, strict=True))


def relative_gap(value: float, bound: float) -> float:
    """The distance of value and bound, relative to the value; infinite without a plan."""
    return (value - bound) / max(1e-9, abs(value)) if np.isfinite(value) else np.inf


def solve(
    case: Case, stop: Stop | None = None, *, seed: int = 1, links: Links | None = None, models: Sequence[PartModel] | None = None,
    tell: Callable[[Progress], None] | None = None, tries: Sequence[tuple[bytes, ...]] = (), began: float | None = None,
) -> Solution:  # fmt: skip
    """The best plan of a case that is found, with its bound.

    ``models`` may be given where bounds were changed (a policy, starts that are not allowed yet), ``tries`` are starts and
    contracts per part that are known to be good. Seconds count from ``began`` (of ``time.monotonic``), else from now.

    Raises:
        Infeasible: no plan keeps all limits and targets, as far as was found.
        TooShort: none was found in time.
    """
    stop, began = stop or Stop(), time.monotonic() if began is None else began
    links = links or Links(case)
    models = models or [part_model(case, part, links) for part in case.parts]
    with PartPool(models, seed) as pool:
        return _Rounds(case, links, models, pool, stop, seed, began, tell, tries).run()


@dataclass
class _Rounds:
    """The state of the rounds."""

    case: Case
    links: Links
    models: Sequence[PartModel]
    pool: PartPool
    stop: Stop
    seed: int
    began: float
    tell: Callable[[Progress], None] | None
    tries: Sequence[tuple[bytes, ...]]
    value: float = np.inf
    bound: float = -np.inf
    plan: tuple[Numbers, ...] = ()
    best: Prices | None = None
    near: float = 0.6
    width: float = 0.25
    _master: Master = field(init=False)
    _made: list[Proposal] = field(default_factory=list)
    _tried: set[tuple[bytes, ...]] = field(default_factory=set)

    def run(self) -> Solution:
        start = self._start()
        self.best = start
        master = self._master = Master(self.case, self.links, *self._box(start), self.seed)
        for patterns in self.tries:
            self._try(patterns)
        self._round(start, master, 1e-3)
        reason, rounds = "rounds", 0
        whole = len({one.part for one in master.proposals}) == len(self.models)
        for rounds in range(1, self.stop.rounds + 1):
            if not whole:
                reason = "time"
                break
            mixed, prices = master.priced()
            known = len(master.proposals)
            fine = self.stop.gap / 5 if relative_gap(mixed.value, self.bound) < 0.02 else 1e-3
            if not self._between(prices, master, max(fine, 1e-6)):
                self._round(prices, master, max(self.stop.gap / 10, 1e-7))
            near = relative_gap(mixed.value, self.bound) < self.stop.gap
            late = self._seconds() >= self.stop.seconds
            if not late and (near or rounds in (1, 3) or rounds % 6 == 0 or len(master.proposals) == known):
                self._choose(master)
            if self.tell:
                self.tell(Progress(rounds, self.value, self.bound, self._seconds()))
            if relative_gap(self.value, self.bound) <= self.stop.gap:
                reason = "gap"
                break
            if self._seconds() >= self.stop.seconds:
                reason = "time"
                break
            idle = len(master.proposals) == known
            if not mixed.outside and (idle or relative_gap(mixed.value, self.bound) < self.stop.gap / 4):
                # These are the prices: what is left open is left by yes and no.
                reason = "nothing new"
                break
            if mixed.outside and (idle or near):
                if self.width > 1e4:
                    reason = "nothing new"
                    break
                self.width *= 4
                assert self.best is not None
                master.widen(*self._box(self.best))
        if not self.plan:
            self._try(tuple(bytes(len(model.first_stage)) for model in self.models))
        if not self.plan and whole:
            self._choose(master)
        assert self.best is not None
        proof = Branch((), self.best, self.bound)
        if reason == "nothing new" and self.stop.search:
            proof, reason = self._search(rounds), "search"
            self.bound = min(leaf.bound for leaf in proof.leaves())
            if relative_gap(self.value, self.bound) <= self.stop.gap:
                reason = "gap"
            elif self._seconds() >= self.stop.seconds:
                reason = "time"
        if not self.plan:
            if reason == "time":
                raise TooShort("the time ended before a plan was found; there may be one, give it longer")
            raise Infeasible(NONE)
        return Solution(self.plan, self.value, self.bound, proof, rounds, self._seconds(), reason)

    @cached_property
    def _is_small(self) -> bool:
        return sum(len(model.lower) for model in self.models) <= SMALL

    @cached_property
    def whole(self) -> Whole:
        """All parts as one program, for small cases."""
        return Whole(self.case, self.links, self.models, self.seed)

    def _start(self) -> Prices:
        """The prices of the relaxation, or nearly so."""
        if self._is_small:
            return self.whole.prices()
        zero = Prices(np.zeros(len(self.links.limit)), self.case.probability.copy())
        ends = self.began + self.stop.seconds / 3
        found = linear_rounds(
            self.case, self.links, self.pool, self._widest(), zero, gap=RELAXED, rounds=40, ends=ends, seed=self.seed
        )
        return found.prices

    def _search(self, rounds: int) -> Branch:
        """What prices leave open, searched by branches."""

        def tell(number: int, bound: float) -> None:
            if self.tell:
                self.tell(Progress(rounds + number, self.value, max(bound, self.bound), self._seconds()))

        assert self.best is not None
        return Branching(
            self.case, self.links, self.models, self.pool, self._box, self._widest, list(self._master.proposals), lambda: self.value, self._chosen_of,
            self.stop.gap, lambda: self._seconds() >= self.stop.seconds, tell, self.seed,
        ).run(self.best, self.bound)  # fmt: skip

    def _chosen_of(self, proposals: list[Proposal]) -> None:
        """A better plan among proposals that the search of branches has made, if there is one."""
        for one in proposals:
            self._master.add(one)
        self._choose(self._master)

    def _widest(self) -> tuple[Numbers, Numbers]:
        """A box of prices that no limit is worth more than."""
        links, case = self.links, self.case
        worst = sum(float(part.demand.sum()) * part.shortage for part in case.parts) + 1.0
        least = np.full(len(links.limit), np.inf)
        for model in self.models:
            use = abs(model.use)
            most = use.max(axis=1).toarray().ravel() if use.shape[0] else np.zeros(0)
            least = np.where(most > 0, np.minimum(least, most), least)
        wide = 2.0 * worst / np.where(np.isfinite(least), np.maximum(least, links.limit / 20), 1.0) / len(case.parts)
        return np.zeros(len(wide)), wide

    def _box(self, around: Prices) -> tuple[Numbers, Numbers]:
        """The box of the shared prices: narrow for space and value, wide for slots and budget."""
        many = np.array([key[0] in ("warehouse", "stock_value") for key in self.links.place], dtype=bool)
        wide = self._widest()[1]
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

    def _fine(self, share: float) -> float:
        """A share of the gap wanted, or of the gap reached while that is wider: no step is finer than what it can decide."""
        reached = relative_gap(self.value, self.bound)
        return max(self.stop.gap, min(reached, 0.01)) / share

    def _seconds(self) -> float:
        return time.monotonic() - self.began

    def _round(self, prices: Prices, master: Master, gap: float) -> int:
        """All parts at some prices: the bound may rise; how many proposals are new to the master."""
        left = max(0.2, self.stop.seconds - self._seconds())
        least, made = self.pool.search(prices, gap, left)
        bound = least - float(prices.shared @ self.links.limit)
        if bound > self.bound or self.best is None:
            self.bound, self.best = bound, prices
        self._made = [own[0] for own in made if own]
        return sum(master.add(one) for own in made for one in own)

    def _choose(self, master: Master) -> None:
        """A plan with a pattern per part from the proposals, its quantities chosen together, if it is better than the one held."""
        patterns = master.chosen(self._fine(8), self.stop.seconds - self._seconds())
        if patterns is not None:
            self._try(patterns)

    def _try(self, patterns: tuple[bytes, ...]) -> None:
        """The best quantities for starts and contracts, if that makes a better plan than the one held."""
        if patterns in self._tried:
            return
        self._tried.add(patterns)
        found = self.whole.fixed(patterns) if self._is_small else self._fitted(patterns)
        if found is None:
            return
        for number, (model, x) in enumerate(zip(self.models, found[1], strict=True)):
            self._master.add(proposal(number, model, x))
        if found[0] < self.value:
            self.value, self.plan = found

    def _fitted(self, patterns: tuple[bytes, ...]) -> tuple[float, tuple[Numbers, ...]] | None:
        """The quantities that fit together, to a twentieth of the gap reached or wanted."""
        assert self.best is not None
        # Where time is out a first plan is wanted, not a fine one.
        late = self._seconds() >= self.stop.seconds
        held = [one for one in self._master.proposals if one.pattern == patterns[one.part]]
        try:
            found = linear_rounds(
                self.case, self.links, self.pool, self._widest(), self.best, patterns=patterns, proposals=held,
                gap=FIRST if late else self._fine(20), rounds=25, ends=self.began + self.stop.seconds if self.plan else np.inf, seed=self.seed,
            )  # fmt: skip
        except Infeasible:
            return None
        return None if found.x is None else (found.value, found.x)
