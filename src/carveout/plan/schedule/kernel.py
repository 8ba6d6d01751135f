"""Placing tasks by the hundred thousand: serial generation and forward-backward improvement compiled by numba.

The same schedules as :mod:`carveout.plan.schedule.generation`, on arrays. Tables of a project: ``dur[task, mode]``,
``use[task, mode, resource]``, ``eat[task, mode, nonrenewable]``; lists of predecessors and successors as flat arrays with offsets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit  # type: ignore[import-not-found,import-untyped,unused-ignore]

TOO_LONG = 1 << 40

SPAN = 1_048_576.0
"""More periods than any project has, so that start and end make one key to sort by."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def place(
    order: Ints, mode: Ints, dur: Ints, use: Ints, held: Ints, off: Ints, before: Ints, free: Ints, starts: Ints
) -> int:
    """Place tasks in an order, each as early as it goes after those before it; the end of the last.

    ``free[resource, period]`` is scratch; ``starts`` is filled, unless some task does not fit into these periods (TOO_LONG). For a mirrored schedule give successors as what comes before.
    """
    resources, horizon = free.shape
    for r in range(resources):
        free[r, :] = held[r]
    last = 0
    for n in range(order.shape[0]):
        task = order[n]
        m = mode[task]
        length = dur[task, m]
        at = 0
        for k in range(off[task], off[task + 1]):
            b = before[k]
            end = starts[b] + dur[b, mode[b]]
            at = max(at, end)
        if length > 0:
            t = at
            run = 0
            while run < length:
                if t >= horizon:
                    return TOO_LONG
                good = True
                for r in range(resources):
                    if free[r, t] < use[task, m, r]:
                        good = False
                        break
                t += 1
                if good:
                    run += 1
                else:
                    run = 0
                    at = t
            for r in range(resources):
                units = use[task, m, r]
                if units > 0:
                    for t in range(at, at + length):
                        free[r, t] -= units
        starts[task] = at
        last = max(last, at + length)
    return last


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def sort_by(key: Floats, order: Ints) -> None:
    """Fill ``order`` with the places of the keys, least first (Shell's sort: short to compile, quick on some hundred tasks)."""
    n = key.shape[0]
    for k in range(n):
        order[k] = k
    gap = 1
    while gap < n // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, n):
            moved = order[k]
            at = k
            while at >= gap and key[order[at - gap]] > key[moved]:
                order[at] = order[at - gap]
                at -= gap
            order[at] = moved
        gap //= 3


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def improve(
    starts: Ints, mode: Ints, dur: Ints, use: Ints, held: Ints, rank: Ints,
    p_off: Ints, p_list: Ints, s_off: Ints, s_list: Ints, free: Ints, other: Ints, draw: bool,
) -> int:  # fmt: skip
    """Push all tasks late, then early; ``starts`` is replaced, the end of the last is returned.

    ``rank`` is a place of each task in an order that keeps precedence; ``draw`` breaks ties between tasks by chance.
    """
    n = starts.shape[0]
    key, order = np.empty(n, dtype=np.float64), np.empty(n, dtype=np.int64)
    for task in range(n):
        length = dur[task, mode[task]]
        tie = np.random.random() if draw and length > 0 else rank[task] / n
        # later ends first, then later starts; of two without length the one that follows first
        key[task] = -((starts[task] + length) * SPAN + starts[task]) * 2.0 - tie
    sort_by(key, order)
    last: int = place(order, mode, dur, use, held, s_off, s_list, free, other)
    if last >= TOO_LONG:
        return last
    for task in range(n):
        length = dur[task, mode[task]]
        starts[task] = last - other[task] - length
        tie = np.random.random() if draw and length > 0 else rank[task] / n
        key[task] = (starts[task] * SPAN + starts[task] + length) * 2.0 + tie
    for task in range(n):
        other[task] = 0
    sort_by(key, order)
    last = place(order, mode, dur, use, held, p_off, p_list, free, other)
    if last < TOO_LONG:
        starts[:] = other
    return last


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def excess(mode: Ints, eat: Ints, store: Ints) -> int:
    """By how many units a choice of modes uses up more than there is, over all nonrenewables."""
    found = 0
    for kind in range(store.shape[0]):
        total = 0
        for task in range(mode.shape[0]):
            total += eat[task, mode[task], kind]
        found += max(0, total - store[kind])
    return found


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def repair(mode: Ints, count: Ints, eat: Ints, store: Ints) -> int:
    """Change modes by chance until the nonrenewables suffice, or some tries are over; the excess that is left."""
    over: int = excess(mode, eat, store)
    for _ in range(4 * mode.shape[0]):
        if over == 0:
            break
        task = np.random.randint(mode.shape[0])
        if count[task] < 2:
            continue
        old = mode[task]
        mode[task] = np.random.randint(count[task])
        now = excess(mode, eat, store)
        if now <= over:
            over = now
        else:
            mode[task] = old
    return over


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def evolve(
    seed: int, rounds: int, orders: Ints, modes: Ints, value: Ints, count: Ints, dur: Ints, use: Ints, held: Ints, eat: Ints,
    store: Ints, rank: Ints, p_off: Ints, p_list: Ints, s_off: Ints, s_list: Ints, horizon: int, best: Ints, best_mode: Ints,
) -> int:  # fmt: skip
    """So many children of a population: parents by tournament, two-point crossover of orders, drawn swaps and modes.

    A child takes the place of the worse of two drawn members if it is better, or as good and different. ``best`` and ``best_mode``
    are filled with the best schedule met; its length is returned. Members whose modes use up too much are worse than all others.
    """
    np.random.seed(seed)
    size, n = orders.shape
    free = np.empty((held.shape[0], horizon + 1), dtype=np.int64)
    starts, other, taken = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    order, mode = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    key = np.empty(n, dtype=np.float64)
    shortest = 1 << 40
    multi = count.max() > 1
    for _ in range(rounds):
        a, b = np.random.randint(size), np.random.randint(size)
        c = np.random.randint(size)
        if value[c] < value[a]:
            a = c
        c = np.random.randint(size)
        if value[c] < value[b]:
            b = c
        low = np.random.randint(n)
        high = np.random.randint(n)
        if low > high:
            low, high = high, low
        for k in range(n):
            taken[k] = 0
        place_at = 0
        for k in range(low):
            task = orders[a, k]
            order[place_at] = task
            mode[task] = modes[a, task]
            taken[task] = 1
            place_at += 1
        for k in range(n):
            if place_at >= high:
                break
            task = orders[b, k]
            if taken[task] == 0:
                order[place_at] = task
                mode[task] = modes[b, task]
                taken[task] = 1
                place_at += 1
        for k in range(n):
            task = orders[a, k]
            if taken[task] == 0:
                order[place_at] = task
                mode[task] = modes[a, task]
                taken[task] = 1
                place_at += 1
        # Drawn swaps of neighbors, where neither follows the other.
        for k in range(n - 1):
            if np.random.random() < 0.05:
                first, second = order[k], order[k + 1]
                follows = False
                for e in range(p_off[second], p_off[second + 1]):
                    if p_list[e] == first:
                        follows = True
                        break
                if not follows:
                    order[k], order[k + 1] = second, first
        over = 0
        if multi:
            for task in range(n):
                if count[task] > 1 and np.random.random() < 1.5 / n:
                    mode[task] = np.random.randint(count[task])
            over = repair(mode, count, eat, store)
        made = place(order, mode, dur, use, held, p_off, p_list, free, starts)
        if made >= TOO_LONG:
            continue
        for task in range(n):
            other[task] = 0
        made = improve(starts, mode, dur, use, held, rank, p_off, p_list, s_off, s_list, free, other, True)
        if made >= TOO_LONG:
            continue
        if multi and over == 0:
            made = faster(
                starts, made, mode, count, dur, use, held, eat, store, rank, p_off, p_list, s_off, s_list, free, other
            )
        if over == 0 and made < shortest:
            shortest = made
            for task in range(n):
                best[task] = starts[task]
                best_mode[task] = mode[task]
        worth = made + over * 100_000
        c, d = np.random.randint(size), np.random.randint(size)
        if value[d] > value[c]:
            c = d
        if worth < value[c] or (worth == value[c] and np.random.random() < 0.5):
            value[c] = worth
            for task in range(n):
                key[task] = (starts[task] * SPAN + starts[task] + dur[task, mode[task]]) * 2.0 + rank[task] / n
            sort_by(key, orders[c])
            for k in range(n):
                modes[c, k] = mode[k]
    return shortest


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def faster(
    starts: Ints, made: int, mode: Ints, count: Ints, dur: Ints, use: Ints, held: Ints, eat: Ints, store: Ints, rank: Ints,
    p_off: Ints, p_list: Ints, s_off: Ints, s_list: Ints, free: Ints, other: Ints,
) -> int:  # fmt: skip
    """Try one other mode of a few drawn tasks and keep what makes the schedule no longer; ``starts`` and ``mode`` are replaced."""
    n = mode.shape[0]
    kept = starts.copy()
    for _ in range(3):
        task = np.random.randint(n)
        if count[task] < 2:
            continue
        old = mode[task]
        mode[task] = np.random.randint(count[task])
        if mode[task] == old or excess(mode, eat, store) > 0:
            mode[task] = old
            continue
        for k in range(n):
            other[k] = 0
        now = improve(starts, mode, dur, use, held, rank, p_off, p_list, s_off, s_list, free, other, True)
        if now <= made:
            made = now
            kept[:] = starts
        else:
            mode[task] = old
            starts[:] = kept
    starts[:] = kept
    return made


__all__: list[Any] = ["evolve", "improve", "place"]
