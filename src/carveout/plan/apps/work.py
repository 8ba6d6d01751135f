"""The work that keeps dates: of each project how many engineer-months in which period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from ortools.graph.python import max_flow

from carveout.plan.apps.instance import Instance, Numbers, Whole

WHOLE = 1 << 40
"""The largest amount, in the whole numbers of a flow."""


def kept_dates(instance: Instance, ready: Whole) -> tuple[Whole, Numbers]:
    """The dates, and work (J, T) that keeps them; projects whose work does not fit after all (which can be where engineers become
    fewer) are never ready, nor is what needs them."""
    ready = ready.copy()
    while True:
        work = _soon(instance, ready)
        if work is None:
            work, short = _flow(instance, ready)
            if short.any():
                ready[short] = instance.periods
                _drop_dependents(instance, ready)
                continue
        return ready, work


def _drop_dependents(instance: Instance, ready: Whole) -> None:
    changed = True
    while changed:
        changed = False
        for project, before in enumerate(instance.before):
            if ready[project] < instance.periods and any(ready[p] > ready[project] for p in before):
                ready[project], changed = instance.periods, True


def _soon(instance: Instance, ready: Whole) -> Numbers | None:
    """Work as early as it can be, period by period those first that have least time to spare; None where some date is missed."""
    it = instance
    left = np.where(ready < it.periods, it.effort, 0.0)
    work = np.zeros((it.projects, it.periods))
    for t in range(it.periods - 1):
        slack = np.where(left > 0, (ready - t) - left / np.maximum(it.rate, 1e-300), np.inf)
        if (slack < -1e-7).any():
            return None
        order = np.lexsort((ready, slack))
        asked = np.minimum(it.rate, left)[order]
        given = np.clip(it.engineers[t] - (np.cumsum(asked) - asked), 0.0, asked)
        work[order, t] = given
        left[order] -= given
        left[left <= 1e-9 * (1 + it.effort)] = 0.0
    return None if (left > 0).any() else work


def _flow(instance: Instance, ready: Whole) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Work by a largest flow, and the projects that it leaves short."""
    it = instance
    busy = np.flatnonzero((ready < it.periods) & (it.effort > 0))
    scale = WHOLE / max(float(it.engineers.max(initial=0.0)), float(it.effort.max(initial=0.0)), 1e-9)
    flow = max_flow.SimpleMaxFlow()
    whole = np.floor(it.effort[busy] * scale).astype(np.int64)
    first, source, sink = len(busy), len(busy) + it.periods, len(busy) + it.periods + 1
    flow.add_arcs_with_capacity(np.full(len(busy), source, np.int32), np.arange(len(busy), dtype=np.int32), whole)
    place, period = np.nonzero(np.arange(it.periods)[None, :] < ready[busy][:, None])
    room = np.ceil(it.rate[busy][place] * scale).astype(np.int64)
    arcs = flow.add_arcs_with_capacity(place.astype(np.int32), (first + period).astype(np.int32), room)
    limits = np.floor(it.engineers * scale).astype(np.int64)
    flow.add_arcs_with_capacity(np.arange(first, source, dtype=np.int32), np.full(it.periods, sink, np.int32), limits)
    flow.solve(source, sink)
    work = np.zeros((it.projects, it.periods))
    work[busy[place], period] = flow.flows(arcs) / scale
    sums = work.sum(axis=1)
    short = np.zeros(it.projects, dtype=bool)
    short[busy] = sums[busy] < it.effort[busy] * (1 - 1e-7) - 1e-9
    work *= np.where(sums > 0, it.effort / np.where(sums > 0, sums, 1.0), 1.0)[:, None]
    return work, short
