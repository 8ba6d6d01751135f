"""Floors: a share of all users that has to be kept by a day. Where it cannot be, the limits that conflict are named.

The bound proves it: if at the best prices for that period alone fewer are kept than asked for, no plan exists. Then every set of
limits (engineers, recruiting money, how long things take) is tried with the others lifted: told are the smallest sets that by
themselves put the floor out of reach. All of them have to be eased.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from time import monotonic

import numpy as np

from carveout.plan.apps.closure import Closure
from carveout.plan.apps.instance import Instance
from carveout.plan.apps.model import Lawful, Named, build
from carveout.plan.apps.planner import Found, plan
from carveout.plan.apps.prices import best_prices

LIMITS = ("the engineers", "the recruiting budget", "how long things take")
MORE_WEIGHT = (1.0, 8.0, 64.0)


def unmet(named: Named, found: Found, lawful: Lawful, *, seconds: float, seed: int) -> tuple[Found, list[str]]:
    """The plan, changed where that meets the floors, and what cannot be met, in words."""
    case, it = named.case, named.instance
    wanted = {case.period_of(one.by): one for one in case.floors}
    complaints = []
    missed: dict[int, float] = {}
    for t, floor in wanted.items():
        need = floor.share * float(it.users[t])
        if it.curve(found.ready)[t] >= need * (1 - 1e-9):
            continue
        words = _impossible(named, t, need)
        if words:
            complaints.append(f"{floor.share:.1%} of all users by {floor.by} ({need:,.0f}) cannot be kept: {words}")
        else:
            missed[t] = need
    if complaints or not missed:
        return found, complaints
    for more in MORE_WEIGHT:
        heavier = build(case, lawful, weights=dict.fromkeys(missed, more))
        again = plan(heavier.instance, seconds=seconds / 2, seed=seed, compare=False)
        curve = it.curve(again.ready)
        if all(curve[t] >= floor.share * float(it.users[t]) * (1 - 1e-9) for t, floor in wanted.items()):
            return replace(found, ready=again.ready, work=again.work, total=it.total(again.ready)), []
    curve = it.curve(found.ready)
    return found, [
        f"{wanted[t].share:.1%} of all users by {wanted[t].by} ({need:,.0f}): the best plan found keeps {curve[t]:,.0f}; whether a plan "
        "exists is not settled, for the bound does not forbid it. Give it more time, or ask for less"
        for t, need in missed.items()
    ]


def _impossible(named: Named, period: int, need: float) -> str:
    """Why no plan keeps so many users in a period; empty where the bound does not forbid it."""
    it = named.instance
    most = _most(it, period, set(LIMITS))
    if most >= need:
        return ""
    told = f"at most {most:,.0f} can, whatever is built and won"
    if _most(it, period, set()) < need:
        beyond = float(named.beyond[period])
        return (
            f"{told}, even with any number of engineers, any budget and no time needed. The apps of {beyond:,.0f} users need platform "
            f"services that are barred then and have no replacement, or lose them to quality{_worst(named, period)}"
        )
    found: list[tuple[set[str], float]] = []
    for size in (1, 2, 3):
        for chosen in combinations(LIMITS, size):
            if any(held <= set(chosen) for held, _ in found):
                continue
            reached = _most(it, period, set(chosen))
            if reached < need:
                found.append((set(chosen), reached))
    each = [
        f"{' and '.join(one for one in LIMITS if one in held)} ({reached:,.0f} with the other limits lifted)"
        for held, reached in found
    ]
    return f"{told}. What conflicts with it, each by itself: {'; '.join(each)}"


def _worst(named: Named, period: int) -> str:
    case = named.case
    bare = [name for name, one in case.services.items() if one.platform and name not in case.replacements]
    if not bare:
        return ""
    users = {name: sum(app.users for app in case.apps.values() if name in app.services) for name in bare}
    first = sorted(bare, key=lambda name: -users[name])[:5]
    return ": " + ", ".join(f"{name} ({users[name]:,.0f} users)" for name in first)


def _most(instance: Instance, period: int, limits: set[str]) -> float:
    """The bound for one period alone, under some of the limits."""
    weight = np.zeros(instance.periods)
    weight[period] = 1.0
    it = replace(
        instance, weight=weight,
        engineers=instance.engineers if LIMITS[0] in limits else np.full(instance.periods, instance.effort.sum() + 1.0),
        budget=instance.budget if LIMITS[1] in limits else np.full(instance.periods, instance.money.sum() + 1.0),
        duration=instance.duration if LIMITS[2] in limits else np.ones_like(instance.duration),
    )  # fmt: skip
    return best_prices(Closure(it), tolerance=1e-4, until=monotonic() + 10).value
