"""The same plan told without haste: nothing that nobody waits for, and apps won no earlier than they can work.

Calling a maker earlier than needed costs nothing in the model, so a search may do it; but a reader takes the day for a need. An app
is moved to the first period in which one of its gains is realized, its work as late as free engineers allow; it was feasible
before, so it is after.
"""

from __future__ import annotations

import numpy as np

from carveout.plan.apps.instance import Instance, Numbers, Whole


def tidy(instance: Instance, ready: Whole, work: Numbers) -> tuple[Whole, Numbers]:
    """Ready dates (J) and work (J, T) of a plan that keeps the same users."""
    it, end = instance, instance.periods
    ready, work = ready.copy(), work.copy()
    useful = _useful(it, ready)
    ready[~useful] = end
    work[~useful] = 0.0
    first = np.full(it.projects + 1, end, dtype=np.int64)
    dates = it.dates(ready)
    real = it.worth[np.arange(len(dates)), np.minimum(dates, end)] > 0
    for place in range(it.table.shape[1]):
        np.minimum.at(first, it.table[real, place], dates[real])
    needed = {other for project, before in enumerate(it.before) for other in before if ready[project] < end}
    free = it.engineers - work.sum(axis=0)
    for project in sorted(map(int, np.flatnonzero(ready < first[:-1])), key=lambda p: -first[p]):
        if it.before[project] or project in needed or first[project] >= end:
            continue
        target, left = int(first[project]), float(work[project].sum())
        free += work[project]
        work[project] = 0.0
        for t in range(target - 1, -1, -1):
            part = min(left, float(it.rate[project]), max(float(free[t]), 0.0))
            work[project, t] = part
            left -= part
        free -= work[project]
        ready[project] = target
    return ready, work


def _useful(instance: Instance, ready: Whole) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(J): whether a realized gain waits for a project, by itself or through another."""
    it, end = instance, instance.periods
    dates = it.dates(ready)
    real = it.worth[np.arange(len(dates)), np.minimum(dates, end)] > 0
    found = np.zeros(it.projects + 1, dtype=bool)
    found[it.table[real]] = True
    stack = [int(p) for p in np.flatnonzero(found[:-1])]
    while stack:
        for other in it.before[stack.pop()]:
            if not found[other]:
                found[other] = True
                stack.append(other)
    return found[:-1] & (ready < end)
