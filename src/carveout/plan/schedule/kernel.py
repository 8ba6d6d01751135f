"""Placing tasks by the hundred thousand: serial generation and forward-backward improvement compiled by numba.

The same schedules as :mod:`carveout.plan.schedule.generation`, on arrays. A project is given by ``dur[task, mode]``,
``eat[task, mode, nonrenewable]``, and lists of predecessors and successors as flat arrays with offsets. All its renewables are packed into
words of 64 bits, each in a lane with a guard bit above it: ``free`` minus ``use`` leaves every guard bit set where all of them suffice,
so one subtraction compares all resources of a period at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.facts.compiled import compiled

TOO_LONG = 1 << 40
WORST = 1 << 50
"""What a place in a population is worth before it is taken."""

Ints = npt.NDArray[np.int64]


@compiled
def place(
    order: Ints, mode: Ints, dur: Ints, use: Ints, guard: Ints, full: Ints, off: Ints, before: Ints, free: Ints, ends: Ints
) -> int:  # fmt: skip
    """Place tasks in an order, each as early as it goes after those before it; the end of the last.

    ``free[period, word]`` is scratch; ``ends`` is filled, unless some task does not fit into these periods (TOO_LONG). For a mirrored
    schedule give successors as what comes before.
    """
    horizon, words = free.shape
    for t in range(horizon):
        for w in range(words):
            free[t, w] = full[w]
    last = 0
    for n in range(order.shape[0]):
        task = order[n]
        m = mode[task]
        length = dur[task, m]
        at = 0
        for k in range(off[task], off[task + 1]):
            at = max(at, ends[before[k]])
        if length > 0:
            # From the back of the window: where a period is full, the window starts anew behind it, and what lies between
            # it and the old end is known to be free.
            top, floor = at + length, at
            t = top - 1
            while t >= floor:
                if t >= horizon:
                    return TOO_LONG
                good = True
                for w in range(words):
                    if (free[t, w] - use[task, m, w]) & guard[w] != guard[w]:
                        good = False
                        break
                if good:
                    t -= 1
                else:
                    floor, at = top, t + 1
                    top = at + length
                    t = top - 1
            for t in range(at, top):
                for w in range(words):
                    free[t, w] -= use[task, m, w]
        ends[task] = at + length
        last = max(last, at + length)
    return last


@compiled
def turned(order: Ints, ends: Ints, last: int, count: Ints, found: Ints) -> None:
    """Fill ``found`` with the tasks, latest end first, ties in the reverse of their order: how to place them in the mirror.

    ``count`` is scratch, longer than the schedule. Of a task without duration and what follows it at once, the order tells which
    comes first, so precedence is kept in the mirror.
    """
    for t in range(last + 2):
        count[t] = 0
    for n in range(order.shape[0]):
        count[last - ends[order[n]] + 1] += 1
    for t in range(last + 1):
        count[t + 1] += count[t]
    for n in range(order.shape[0] - 1, -1, -1):
        task = order[n]
        found[count[last - ends[task]]] = task
        count[last - ends[task]] += 1


@compiled
def improved(
    order: Ints, mode: Ints, dur: Ints, use: Ints, guard: Ints, full: Ints, p_off: Ints, p_list: Ints, s_off: Ints, s_list: Ints,
    free: Ints, count: Ints, ends: Ints, back: Ints,
) -> int:  # fmt: skip
    """Place tasks in an order, push all late, then early; ``ends`` and the ``order`` of it are replaced, the end of the last returned."""
    last: int = place(order, mode, dur, use, guard, full, p_off, p_list, free, ends)
    if last >= TOO_LONG:
        return last
    turned(order, ends, last, count, back)
    last = place(back, mode, dur, use, guard, full, s_off, s_list, free, ends)
    if last >= TOO_LONG:
        return last
    turned(back, ends, last, count, order)
    return place(order, mode, dur, use, guard, full, p_off, p_list, free, ends)


@compiled
def by_start(order: Ints, ends: Ints, mode: Ints, dur: Ints, last: int, count: Ints, found: Ints) -> None:
    """Fill ``found`` with the tasks by their starts, ties in their order."""
    for t in range(last + 2):
        count[t] = 0
    for n in range(order.shape[0]):
        task = order[n]
        count[ends[task] - dur[task, mode[task]] + 1] += 1
    for t in range(last + 1):
        count[t + 1] += count[t]
    for n in range(order.shape[0]):
        task = order[n]
        at = ends[task] - dur[task, mode[task]]
        found[count[at]] = task
        count[at] += 1


@compiled
def excess(mode: Ints, eat: Ints, store: Ints) -> int:
    """By how many units a choice of modes uses up more than there is, over all nonrenewables."""
    found = 0
    for kind in range(store.shape[0]):
        total = 0
        for task in range(mode.shape[0]):
            total += eat[task, mode[task], kind]
        found += max(0, total - store[kind])
    return found


@compiled
def repaired(mode: Ints, choices: Ints, eat: Ints, store: Ints) -> int:
    """Change modes by chance until the nonrenewables suffice, or some tries are over; the excess that is left."""
    over: int = excess(mode, eat, store)
    for _ in range(4 * mode.shape[0]):
        if over == 0:
            break
        task = np.random.randint(mode.shape[0])
        if choices[task] < 2:
            continue
        old = mode[task]
        mode[task] = np.random.randint(choices[task])
        now = excess(mode, eat, store)
        if now <= over:
            over = now
        else:
            mode[task] = old
    return over


@compiled
def crossed(
    a: Ints, b: Ints, low: int, high: int, mode_a: Ints, mode_b: Ints, taken: Ints, order: Ints, mode: Ints
) -> None:
    """Fill ``order`` with the head of one parent, the middle in the order of the other, and the tail; modes from where a task is taken."""
    n, at = order.shape[0], 0
    for k in range(n):
        taken[k] = 0
    for k in range(low):
        task = a[k]
        order[at], mode[task], taken[task] = task, mode_a[task], 1
        at += 1
    for k in range(n):
        if at >= high:
            break
        task = b[k]
        if taken[task] == 0:
            order[at], mode[task], taken[task] = task, mode_b[task], 1
            at += 1
    for k in range(n):
        task = a[k]
        if taken[task] == 0:
            order[at], mode[task], taken[task] = task, mode_a[task], 1
            at += 1


@compiled
def shaken(order: Ints, share: float, p_off: Ints, p_list: Ints) -> None:
    """Swap a share of the neighbors in an order, where the second does not follow the first."""
    for k in range(order.shape[0] - 1):
        if np.random.random() < share:
            first, second = order[k], order[k + 1]
            follows = False
            for e in range(p_off[second], p_off[second + 1]):
                if p_list[e] == first:
                    follows = True
                    break
            if not follows:
                order[k], order[k + 1] = second, first


@compiled
def drawn(value: Ints) -> int:
    """A member of a population: the better of two drawn ones."""
    one, other = np.random.randint(value.shape[0]), np.random.randint(value.shape[0])
    return other if value[other] < value[one] else one


@compiled
def evolve(
    seed: int, rounds: int, orders: Ints, modes: Ints, value: Ints, mark: Ints, choices: Ints, dur: Ints, use: Ints, guard: Ints,
    full: Ints, eat: Ints, store: Ints, p_off: Ints, p_list: Ints, s_off: Ints, s_list: Ints, horizon: int, multi: bool, best: Ints,
    best_mode: Ints,
) -> int:  # fmt: skip
    """So many children of a population: parents by tournament, two-point crossover of orders, drawn swaps and modes.

    Members that are not placed yet (WORST) are placed first. A child takes the place of the worse of two drawn members if it is as
    good, and if no member is the same schedule (``mark``). ``best`` (starts) and ``best_mode`` are filled with the best schedule met; its
    length is returned. Members whose modes use up too much are worse than all others.
    """
    np.random.seed(seed)
    size, n = orders.shape
    free = np.empty((horizon + 1, guard.shape[0]), dtype=np.int64)
    count = np.zeros(horizon + 4, dtype=np.int64)
    ends, back = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    order, mode, taken = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    shortest, fresh = TOO_LONG, 0
    for _ in range(rounds):
        while fresh < size and value[fresh] < WORST:
            fresh += 1
        if fresh < size:
            for k in range(n):
                order[k], mode[k] = orders[fresh, k], modes[fresh, k]
        else:
            a, b = drawn(value), drawn(value)
            low, high = np.random.randint(n), np.random.randint(n)
            crossed(orders[a], orders[b], min(low, high), max(low, high), modes[a], modes[b], taken, order, mode)
            shaken(order, 0.05, p_off, p_list)
        over = 0
        if multi:
            for task in range(n):
                if choices[task] > 1 and np.random.random() < 1.5 / n:
                    mode[task] = np.random.randint(choices[task])
            over = repaired(mode, choices, eat, store)
        made = improved(order, mode, dur, use, guard, full, p_off, p_list, s_off, s_list, free, count, ends, back)
        if made < TOO_LONG and multi and over == 0:
            made = faster(
                order, made, mode, choices, dur, use, guard, full, eat, store, p_off, p_list, s_off, s_list, free, count, ends, back
            )  # fmt: skip
        if made < TOO_LONG and over == 0 and made < shortest:
            shortest = made
            for task in range(n):
                best[task] = ends[task] - dur[task, mode[task]]
                best_mode[task] = mode[task]
        worth = made + over * 100_000
        sign = 0
        for task in range(n):
            sign = sign * 1_000_003 + ends[task] * 31 + mode[task]
        if fresh < size:
            c = fresh
            worth = min(worth, WORST - 1)
        else:
            c, d = np.random.randint(size), np.random.randint(size)
            if value[d] > value[c]:
                c = d
            if worth > value[c] or made >= TOO_LONG:
                continue
            known = False
            for k in range(size):
                if mark[k] == sign:
                    known = True
                    break
            if known:
                continue
        value[c], mark[c] = worth, sign
        if made < TOO_LONG:
            by_start(order, ends, mode, dur, made, count, orders[c])
        for task in range(n):
            modes[c, task] = mode[task]
    return shortest


@compiled
def faster(
    order: Ints, made: int, mode: Ints, choices: Ints, dur: Ints, use: Ints, guard: Ints, full: Ints, eat: Ints, store: Ints,
    p_off: Ints, p_list: Ints, s_off: Ints, s_list: Ints, free: Ints, count: Ints, ends: Ints, back: Ints,
) -> int:  # fmt: skip
    """Try one other mode of a few drawn tasks and keep what makes the schedule no longer; ``order``, ``ends`` and ``mode`` are replaced."""
    n = mode.shape[0]
    kept, kept_ends = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    for k in range(n):
        kept[k], kept_ends[k] = order[k], ends[k]
    for _ in range(3):
        task = np.random.randint(n)
        if choices[task] < 2:
            continue
        old = mode[task]
        mode[task] = np.random.randint(choices[task])
        if mode[task] == old or excess(mode, eat, store) > 0:
            mode[task] = old
            continue
        now = improved(order, mode, dur, use, guard, full, p_off, p_list, s_off, s_list, free, count, ends, back)
        if now <= made:
            made = now
            for k in range(n):
                kept[k], kept_ends[k] = order[k], ends[k]
        else:
            mode[task] = old
            for k in range(n):
                order[k], ends[k] = kept[k], kept_ends[k]
    return made


__all__: list[Any] = ["compiled", "evolve", "improved", "place"]
