"""What else a reader of the plan wants to know: other means, and the best plan if one knew how the law goes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from carveout.plan.apps.model import Lawful, Named, build
from carveout.plan.apps.planner import Found, plan

MEANS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)


def frontier(named: Named, found: Found, *, seconds: float, seed: int) -> list[dict[str, Any]]:
    """The share of users kept in each period, for so many times the engineers and the money.

    What smaller means can do, larger ones can: where the search for larger ones ends with less, the plan for smaller ones stands.
    """
    it = named.instance
    rows: list[dict[str, Any]] = []
    best = np.full(it.projects, it.periods, dtype=np.int64)
    for means in MEANS:
        if means == 1.0:
            ready, bound = found.ready, found.bound
        elif means == 0.0 and bool((it.effort + it.money > 0).all()):
            ready, bound = np.full(it.projects, it.periods, dtype=np.int64), it.at_rest
        else:
            other = replace(it, engineers=it.engineers * means, budget=it.budget * means)
            planned = plan(other, seconds=seconds / len(MEANS), seed=seed, compare=False)
            ready, bound = planned.ready, planned.bound
        if means != 1.0 and it.total(best) > it.total(ready):
            ready = best
        best = ready
        rows.append(
            {
                "means": means,
                "kept": it.total(ready),
                "bound": bound,
                "share": [float(x) for x in it.curve(ready) / it.users],
            }
        )
    return rows


def regret(named: Named, found: Found, lawful: Lawful, *, seconds: float, seed: int) -> list[dict[str, Any]]:
    """For each scenario: what the plan keeps if it comes, and what the best plan for it alone would."""
    case, rows = named.case, []
    if len(case.scenarios) < 2:
        return []
    for place, one in enumerate(case.scenarios):
        chances = [float(p == place) for p in range(len(case.scenarios))]
        alone = build(case, lawful, chances=chances).instance
        best = plan(alone, seconds=seconds / len(case.scenarios), seed=seed, compare=False)
        kept = alone.total(found.ready)
        rows.append({"name": one.name, "kept": kept, "best": max(best.total, kept), "bound": best.bound})
    return rows


def graph(named: Named, found: Found, lawful: Lawful) -> list[dict[str, Any]]:
    """Each service with what its replacement needs, the users whose apps use it, and what becomes of it."""
    case, it = named.case, named.instance
    ready = {service: int(found.ready[place]) for place, (service, step) in enumerate(named.steps) if step == 0}
    users: dict[str, float] = {}
    for app in case.apps.values():
        for name in (*app.services, *app.optional):
            users[name] = users.get(name, 0.0) + app.users
    rows = []
    for one in case.services.values():
        day = ready.get(one.id, it.periods)
        lasting = all(all(table[model, one.id]) for table in lawful for model in case.devices)
        state = (
            "built"
            if day < it.periods
            else "stays lawful"
            if lasting
            else "not built"
            if one.id in ready
            else "has no replacement"
        )
        rows.append({"service": one.id, "needs": list(one.needs), "users": users.get(one.id, 0.0), "state": state,
                     "ready": str(case.starts[day]) if day < it.periods else None})  # fmt: skip
    return rows
