"""From prices and the plans they mix to a plan that holds.

The master mixes plans, each of which never breaks an AND; so for any threshold alpha the date by which a project is ready
in at least a share alpha of the mix keeps every AND too (alpha points). Projects are put in by these dates; then what is left of
engineers and money is filled with the gains that bring most per priced resource, each with all that it still waits for.
"""

from __future__ import annotations

from collections import defaultdict
from time import monotonic

import numpy as np

from carveout.plan.apps.closure import Closure
from carveout.plan.apps.instance import Instance, Numbers, Whole
from carveout.plan.apps.prices import Bound
from carveout.plan.apps.schedule import Schedule, ordered


def alpha_dates(instance: Instance, bound: Bound, alpha: float) -> Whole:
    """(J): the first period by which a share alpha of the mixed plans has each project ready."""
    share = np.zeros((instance.projects, instance.periods))
    for part, ready in bound.plans:
        share += part * (ready[:, None] <= np.arange(instance.periods)[None, :])
    enough = share >= alpha * max(sum(part for part, _ in bound.plans), 1e-9) - 1e-9
    return np.where(enough.any(axis=1), enough.argmax(axis=1), instance.periods).astype(np.int64)


def density(instance: Instance, cost: Numbers) -> Numbers:
    """(J): the users that wait for a project, shared among all that each gain waits for, per priced cost."""
    table = instance.table
    count = np.maximum((table < instance.projects).sum(axis=1), 1)
    each = np.zeros(instance.projects + 1)
    np.add.at(each, table, (instance.worth[:, 1] / count)[:, None])
    found: Numbers = each[:-1] / np.maximum(cost, 1e-9 * (1 + cost.max(initial=0.0)))
    return found


def own_projects(instance: Instance) -> tuple[Whole, Whole]:
    """The projects that nothing else needs and whose gains all include one: apps. With that gain each, the base."""
    it = instance
    gains: dict[int, list[int]] = defaultdict(list)
    for gain, waits in enumerate(it.waits):
        for project in waits:
            gains[project].append(gain)
    needed = {other for before in it.before for other in before}
    found, base = [], []
    taken: set[int] = set()
    for project, many in gains.items():
        if it.before[project] or project in needed:
            continue
        least = min(many, key=lambda g: len(it.waits[g]))
        inside = set(it.waits[least])
        if least not in taken and len(many) <= 64 and all(inside.issubset(it.waits[g]) for g in many):
            others = [p for p in inside if p != project and len(gains[p]) <= len(many)]
            if not others:
                found.append(project)
                base.append(least)
                taken.add(least)
    return np.array(found, dtype=np.int64), np.array(base, dtype=np.int64)


def rounded(
    instance: Instance, dates: Whole, cost: Numbers, apps: tuple[Whole, Whole], rank: Numbers | None = None
) -> Schedule:
    """A plan that follows dates (J) as far as the limits allow: by date, services first, then by ``rank`` (J, the least first)
    or by users per priced cost."""
    it = instance
    plan = Schedule(it)
    if rank is None:
        rank = np.argsort(np.argsort(-density(it, cost), kind="stable"), kind="stable") / max(it.projects, 1)
    else:
        rank = rank.copy()
        rank[apps[0]] = np.argsort(np.argsort(-density(it, cost)[apps[0]], kind="stable"), kind="stable") / max(
            it.projects, 1
        )
    base = {int(p): int(g) for p, g in zip(*apps, strict=True)}
    own = np.zeros(it.projects, dtype=bool)
    own[apps[0]] = True
    for project in ordered(it, np.flatnonzero(dates < it.periods), dates + 0.5 * own + 0.4 * rank):
        if own[project]:
            rest = max((int(plan.ready[p]) for p in it.waits[base[project]] if p != project), default=0)
            if rest < it.periods:
                plan.add(project, no_earlier=rest)
        else:
            plan.add_all([project])
    return plan


def fill(plan: Schedule, cost: Numbers, *, passes: int = 3, until: float = float("inf")) -> None:
    """Add gains that are not realized yet, most users per priced cost of what is missing first."""
    it = plan.instance
    end = it.periods
    if not len(it.waits):
        return
    for _ in range(passes):
        before = plan.total
        missing = np.append(plan.ready >= end, False)[it.table]
        price = (np.append(cost, 0.0)[it.table] * missing).sum(axis=1)
        open_gains = np.flatnonzero(missing.any(axis=1) & np.isfinite(price))
        ratio = it.worth[open_gains, 1] / np.maximum(price[open_gains], 1e-12)
        for gain in open_gains[np.argsort(-ratio, kind="stable")]:
            if monotonic() >= until:
                return
            add_gain(plan, int(gain))
        if plan.total <= before:
            return


def add_gain(plan: Schedule, gain: int) -> bool:
    """Put in all that a gain waits for, or nothing."""
    it = plan.instance
    wanted = [p for p in it.waits[gain] if plan.ready[p] >= it.periods]
    if not wanted:
        return False
    free, slack, ready, work = list(plan.free), list(plan.slack), plan.ready, plan.work
    added: list[int] = []
    order = ordered(it, wanted, it.effort)
    hardest_first = [p for p in order if p not in set(wanted)] + [p for p in order if p in set(wanted)]
    latest = max((int(ready[p]) for p in it.waits[gain] if ready[p] < it.periods), default=0)
    for project in ordered(it, hardest_first, -it.effort):
        if ready[project] < it.periods:
            continue
        last = project == wanted[-1] and it.effort[project] == 0
        if not plan.add(project, no_earlier=latest if last else 0):
            for one in added:
                ready[one] = it.periods
                work.pop(one, None)
            plan.free, plan.slack = free, slack
            return False
        added.append(project)
        latest = max(latest, int(ready[project]))
    return True


def best_rounding(
    closure: Closure, bound: Bound, alphas: tuple[float, ...], *, until: float = float("inf")
) -> Schedule:
    """The best of the plans at several thresholds, as many as fit in before a moment of the monotonic clock; one at least."""
    it = closure.instance
    cost, apps = finite_costs(closure, bound), own_projects(it)
    best = None
    for alpha in alphas:
        plan = rounded(it, alpha_dates(it, bound, alpha), cost, apps)
        fill(plan, cost, until=until)
        if best is None or plan.total > best.total:
            best = plan
        if monotonic() >= until:
            break
    assert best is not None
    return best


def finite_costs(closure: Closure, bound: Bound) -> Numbers:
    """(J): what each project costs at the prices of a bound, averaged over the periods in which it can be ready."""
    cost, _ = closure.costs(bound.work, bound.money)
    inner = cost[:, 1 : closure.instance.periods]
    known = np.isfinite(inner)
    found: Numbers = np.where(known, inner, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known.any(axis=1), found, np.inf)
