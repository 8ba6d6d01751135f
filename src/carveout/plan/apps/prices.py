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

from carveout.plan.apps.closure import Closure, Priced
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
    heard: Callable[[Priced, Bound], None] | None = None,
) -> Bound:  # fmt: skip
    """Lower the bound until it is within ``tolerance`` of the least that prices can reach, or for ``rounds`` cuts, or until a
    moment of the monotonic clock."""
    it = closure.instance
    periods = it.periods
    capacity = np.concatenate([it.engineers, it.income])
    total = max(float(it.worth[:, 1].sum()) if len(it.worth) > 0 else 0.0, 1e-9)
    most = np.where(capacity > 0, total / np.maximum(capacity, 1e-9), total * 1e3)
    cuts: list[tuple[float, Numbers, Whole]] = []
    best_value, best_at = np.inf, np.zeros(2 * periods)

    def ask(at: Numbers) -> None:
        nonlocal best_value, best_at
        found = closure.solve(at[:periods], at[periods:])
        slope = capacity - np.concatenate([found.work, found.spent])
        cuts.append((found.bound - float(slope @ at), slope, found.ready))
        if found.bound < best_value:
            best_value, best_at = found.bound, at
        if heard is not None:
            heard(found, Bound(best_value, best_at[:periods], best_at[periods:], 0.0, ()))

    falling = np.concatenate([np.arange(periods, 0, -1), np.zeros(periods)]) / periods
    falling[periods:] = 1.0 / periods
    start = most * falling
    for power in (0.0, -2.0, -4.0, -1.0, -3.0):
        ask(start * 4.0**power)
    floor, shares = -np.inf, np.zeros(len(cuts))
    for turn in range(rounds):
        rows = np.array([np.append(slope, -1.0) for _, slope, _ in cuts])
        sides = np.array([-level for level, _, _ in cuts])
        scale = np.append(most, total)
        solved = linprog(
            np.append(np.zeros(2 * periods), 1.0), A_ub=rows * scale / total, b_ub=sides / total,
            bounds=[(0, 1)] * (2 * periods) + [(None, None)], method="highs",
        )  # fmt: skip
        if solved.status != 0:
            break
        floor = float(solved.x[-1]) * total
        shares = -solved.ineqlin.marginals
        if best_value - floor <= tolerance * abs(best_value) or monotonic() >= until:
            break
        inward = 0.5 if turn % 8 else 0.0
        ask(inward * best_at + (1 - inward) * solved.x[:-1] * most)
    mixed = [(float(share), cuts[place][2]) for place, share in enumerate(shares) if share > 1e-9]
    return Bound(best_value, best_at[:periods], best_at[periods:], floor, tuple(mixed))
