"""Prices of engineers and money that make the bound small: cutting planes, each cut asked for between the best prices
known and those of the master problem (in-out separation, Ben-Ameur and Neto 2007).

The bound at any prices holds; better prices only make it tighter. What the last master mixes is a fractional plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np
from scipy.optimize import linprog

from carveout.plan.apps.closure import Closure
from carveout.plan.apps.instance import Numbers, Whole


@dataclass(frozen=True)
class Bound:
    """The least bound found, its prices of work (T) and money (T), a lower limit of what prices can reach, and the plans
    that the master mixes with their shares."""

    value: float
    work: Numbers
    money: Numbers
    floor: float
    plans: tuple[tuple[float, Whole], ...]


def best_prices(
    closure: Closure, *, tolerance: float = 1e-3, rounds: int = 120, until: float = float("inf"),
    heard: Callable[[Bound], None] | None = None,
) -> Bound:  # fmt: skip
    """Lower the bound until it is within ``tolerance`` of the least that prices can reach, or for ``rounds`` cuts, or until a
    moment of the monotonic clock."""
    return Cuts(closure).lower(tolerance=tolerance, rounds=rounds, until=until, heard=heard)


class Cuts:
    """The cuts known so far; more of them lower the bound."""

    def __init__(self, closure: Closure) -> None:
        it = closure.instance
        self.closure, self.periods = closure, it.periods
        self.capacity = np.concatenate([it.engineers, it.income])
        self.total = max(float(it.worth[:, 1].sum()) if len(it.worth) > 0 else 0.0, 1e-9)
        self.most = np.where(self.capacity > 0, self.total / np.maximum(self.capacity, 1e-9), self.total * 1e3)
        self.cuts: list[tuple[float, Numbers, Whole]] = []
        self.value, self.at, self.floor = np.inf, np.zeros(2 * it.periods), -np.inf
        self.shares: Numbers = np.zeros(0)

    @property
    def bound(self) -> Bound:
        """The best bound so far, with the plans that the last master mixed."""
        mixed = [(float(share), self.cuts[place][2]) for place, share in enumerate(self.shares) if share > 1e-9]
        return Bound(self.value, self.at[: self.periods], self.at[self.periods :], self.floor, tuple(mixed))

    def _ask(self, at: Numbers) -> None:
        found = self.closure.solve(at[: self.periods], at[self.periods :])
        slope = self.capacity - np.concatenate([found.work, found.spent])
        self.cuts.append((found.bound - float(slope @ at), slope, found.ready))
        if found.bound < self.value:
            self.value, self.at = found.bound, at

    def lower(
        self, *, tolerance: float, rounds: int = 400, until: float = float("inf"), heard: Callable[[Bound], None] | None = None
    ) -> Bound:  # fmt: skip
        """Go on with cuts; the best bound."""
        if not self.cuts:
            falling = np.concatenate([np.arange(self.periods, 0, -1), np.ones(self.periods)]) / self.periods
            for power in (0.0, -2.0, -4.0, -1.0, -3.0):
                self._ask(self.most * falling * 4.0**power)
        for _ in range(rounds):
            price = self._master()
            if price is None or self.value - self.floor <= tolerance * abs(self.value) or monotonic() >= until:
                break
            inward = 0.5 if len(self.cuts) % 8 else 0.0
            self._ask(inward * self.at + (1 - inward) * price)
            if heard is not None:
                heard(self.bound)
        return self.bound

    def _master(self) -> Numbers | None:
        """The prices at which the cuts allow least; None where the program fails."""
        rows = np.array([np.append(slope, -1.0) for _, slope, _ in self.cuts])
        sides = np.array([-level for level, _, _ in self.cuts])
        scale = np.append(self.most, self.total)
        solved = linprog(
            np.append(np.zeros(2 * self.periods), 1.0), A_ub=rows * scale / self.total, b_ub=sides / self.total,
            bounds=[(0, 1)] * (2 * self.periods) + [(None, None)], method="highs",
        )  # fmt: skip
        if solved.status != 0:
            return None
        self.floor, self.shares = float(solved.x[-1]) * self.total, -solved.ineqlin.marginals
        found: Numbers = solved.x[:-1] * self.most
        return found
