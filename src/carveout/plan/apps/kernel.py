"""Services and apps taken out of a plan and put back by the ten thousand, compiled by numba (ruin and recreate; Schrimpf and others 2000).

A plan is a ready date per project, ``date[project]``; the number of periods means never. Work may be spread over all periods before
that date, no faster than ``rate`` a period, so what must be done in the first s periods is at least rate times what the later ones
cannot hold: dates can be kept where for every s these needs together stay within the engineers of the first s periods (exact where the
engineers do not become fewer; a flow says at the end where they do). Money is due in the period before a project is ready.

``used[0, s]`` is that need, ``used[1, t]`` the money due by period t; ``most`` are their limits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.facts.compiled import compiled

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SMALL = 1e-9
MOST_OPEN = 4
"""Projects that a gain may still wait for to count in what a service promises."""


@compiled
def soonest(j: int, least: int, rate: Floats, dur: Ints, money: Floats, used: Floats, most: Floats) -> int:
    """The first date from ``least`` on by which a project fits; the number of periods where it never does."""
    end = used.shape[1] - 1
    day = max(least, dur[j], 1)
    while day < end:
        good = True
        for t in range(end - 1, day - 2, -1):
            if used[1, t] + money[j] > most[1, t] + SMALL * (1 + most[1, t]):
                good = False
                break
        if good:
            for s in range(1, end):
                held = min(dur[j], max(0, dur[j] - max(0, day - s)))
                if used[0, s] + rate[j] * held > most[0, s] + SMALL * (1 + most[0, s]):
                    good = False
                    break
        if good:
            return int(day)
        day += 1
    return int(end)


@compiled
def moved(
    j: int, day: int, date: Ints, gains_date: Ints, lacks: Ints, rate: Floats, dur: Ints, money: Floats, used: Floats, worth: Floats, w_off: Ints,
    w_list: Ints, g_off: Ints, g_list: Ints,
) -> float:  # fmt: skip
    """Give a project another date; what its gains bring more. ``lacks`` is how many projects each gain still waits for."""
    end, old, more = used.shape[1] - 1, date[j], 0.0
    for s in range(1, end):
        if old < end:
            used[0, s] -= rate[j] * min(dur[j], max(0, dur[j] - max(0, old - s)))
        if day < end:
            used[0, s] += rate[j] * min(dur[j], max(0, dur[j] - max(0, day - s)))
    for t in range(end):
        if old < end and t >= old - 1:
            used[1, t] -= money[j]
        if day < end and t >= day - 1:
            used[1, t] += money[j]
    date[j] = day
    step = (1 if old < end else 0) - (1 if day < end else 0)
    for k in range(g_off[j], g_off[j + 1]):
        g = g_list[k]
        lacks[g] += step
        latest = end
        if lacks[g] == 0:
            latest = day
            for e in range(w_off[g], w_off[g + 1]):
                latest = max(latest, date[w_list[e]])
        if latest != gains_date[g]:
            more += worth[g, latest] - worth[g, gains_date[g]]
            gains_date[g] = latest
    return more


@compiled
def ordered(key: Floats, order: Ints, count: int) -> None:
    """Sort the first ``count`` entries of ``order`` by their keys, greatest first (Shell's sort); keys move along."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, count):
            item, value, at = order[k], key[k], k
            while at >= gap and key[at - gap] < value:
                order[at], key[at] = order[at - gap], key[at - gap]
                at -= gap
            order[at], key[at] = item, value
        gap //= 3


@compiled
def promise(
    j: int, date: Ints, lacks: Ints, own: Bools, cost: Floats, worth: Floats, w_off: Ints, w_list: Ints, g_off: Ints, g_list: Ints, day: int, hope: float
) -> float:  # fmt: skip
    """What a service that is ready by a date would bring above what its apps take, per price: a gain that waits for further services
    counts less by the factor ``hope`` for each."""
    end, found = worth.shape[1] - 1, 0.0
    for k in range(g_off[j], g_off[j + 1]):
        g = g_list[k]
        if lacks[g] > MOST_OPEN:
            continue
        part, price, latest = 1.0, 0.0, day
        for e in range(w_off[g], w_off[g + 1]):
            other = w_list[e]
            if own[other]:
                if date[other] >= end:
                    price += cost[other, max(day, 1)]
            elif other != j:
                if date[other] >= end:
                    part *= hope
                else:
                    latest = max(latest, date[other])
        found += part * max(0.0, worth[g, min(latest, end)] - price)
    return float(found / max(cost[j, max(day, 1)], 1e-9))


@compiled
def renew(
    seed: int, rounds: int, heat: float, date: Ints, gains_date: Ints, total: float, used: Floats, most: Floats, rate: Floats, dur: Ints,
    money: Floats, cost: Floats, worth: Floats, own: Bools, services: Ints, w_off: Ints, w_list: Ints, g_off: Ints, g_list: Ints,
    b_off: Ints, b_list: Ints, a_off: Ints, a_list: Ints, best: Ints,
) -> tuple[float, float]:  # fmt: skip
    """So many rounds from a plan, kept by simulated annealing; what the current and the best plan bring, of which ``best`` has the dates."""
    np.random.seed(seed)
    projects, end = date.shape[0], used.shape[1] - 1
    log, was = np.zeros(8 * projects + 8, dtype=np.int64), np.zeros(8 * projects + 8, dtype=np.int64)
    stack, seen = np.zeros(projects + 1, dtype=np.int64), np.zeros(projects, dtype=np.int64)
    wanted, key = np.zeros(projects + 1, dtype=np.int64), np.zeros(projects + 1)
    apps = np.zeros(projects + 1, dtype=np.int64)
    chain = np.zeros(projects + 1, dtype=np.int64)
    record, stamp = total, 0
    for j in range(projects):
        best[j] = date[j]
    lacks = np.zeros(gains_date.shape[0], dtype=np.int64)
    for g in range(lacks.shape[0]):
        for e in range(w_off[g], w_off[g + 1]):
            if date[w_list[e]] >= end:
                lacks[g] += 1
    usual = 0
    for k in range(services.shape[0]):
        usual += min(200, g_off[services[k] + 1] - g_off[services[k]])
    usual = 10 + 2 * usual // services.shape[0]
    for _ in range(rounds):
        begun, logged, depth, count = total, 0, 0, 0
        stamp += 1
        # Which services go: a drawn one, some that apps use with it, and some from anywhere.
        first = services[np.random.randint(services.shape[0])]
        while np.random.random() * (g_off[first + 1] - g_off[first]) > usual:  # what nearly all use is moved rarely
            first = services[np.random.randint(services.shape[0])]
        wanted[0], count = first, 1
        if date[first] < end:
            stack[0], depth = first, 1
        for _ in range(np.random.randint(5)):
            other = services[np.random.randint(services.shape[0])]
            if np.random.random() < 0.5 and g_off[first + 1] > g_off[first]:
                g = g_list[g_off[first] + np.random.randint(g_off[first + 1] - g_off[first])]
                other = w_list[w_off[g] + np.random.randint(w_off[g + 1] - w_off[g])]
            if not own[other] and count < projects and np.random.random() * (g_off[other + 1] - g_off[other]) <= usual:
                wanted[count] = other
                count += 1
                if date[other] < end and np.random.random() < 0.8:
                    stack[depth] = other
                    depth += 1
        # Some apps go too, wherever they are.
        some = np.random.randint(3 + projects // 300) if np.random.random() < 0.3 else 0
        for _ in range(some):
            other = np.random.randint(projects)
            if own[other] and date[other] < end and depth < projects:
                stack[depth] = other
                depth += 1
        going = 0
        while depth > 0:
            depth -= 1
            j = stack[depth]
            if date[j] >= end or logged >= 6 * projects:
                continue
            log[logged], was[logged] = j, date[j]
            logged += 1
            total += moved(j, end, date, gains_date, lacks, rate, dur, money, used, worth, w_off, w_list, g_off, g_list)
            if own[j]:
                if seen[j] != stamp:
                    seen[j] = stamp
                    apps[going] = j
                    going += 1
            elif seen[j] != stamp:
                seen[j] = stamp
                if count < projects:
                    wanted[count] = j
                    count += 1
            for k in range(a_off[j], a_off[j + 1]):
                if date[a_list[k]] < end and depth < projects:
                    stack[depth] = a_list[k]
                    depth += 1
            # Apps of which nothing works any more.
            for k in range(g_off[j], g_off[j + 1]):
                g = g_list[k]
                if lacks[g] > 1:
                    continue
                for e in range(w_off[g], w_off[g + 1]):
                    other = w_list[e]
                    if own[other] and date[other] < end:
                        works = False
                        for i in range(g_off[other], g_off[other + 1]):
                            if gains_date[g_list[i]] < end:
                                works = True
                                break
                        if not works and depth < projects:
                            stack[depth] = other
                            depth += 1
        # Services come back, those first that promise most for their price, with some chance.
        hope, noise = 0.1 + 0.6 * np.random.random(), 0.8 * np.random.random()
        for k in range(count):
            j = wanted[k]
            day = min(end - 1, max(dur[j], 1 + np.random.randint(end - 1)))
            key[k] = promise(j, date, lacks, own, cost, worth, w_off, w_list, g_off, g_list, day, hope) * np.exp(
                noise * np.random.randn()
            )
        key[0] *= 1.0 + 3.0 * np.random.random()
        ordered(key, wanted, count)
        spared = 0.25 * np.random.random()
        for k in range(count):
            if np.random.random() < spared:
                continue
            # a service with all that it needs, those that need nothing first
            links, chain[0] = 1, wanted[k]
            good = True
            while links > 0 and good:
                j = chain[links - 1]
                if date[j] < end:
                    links -= 1
                    continue
                least, open_one = 1, -1
                for e in range(b_off[j], b_off[j + 1]):
                    if date[b_list[e]] >= end:
                        open_one = b_list[e]
                        break
                    least = max(least, date[b_list[e]])
                if open_one >= 0:
                    if links >= projects:
                        good = False
                    else:
                        chain[links] = open_one
                        links += 1
                    continue
                if np.random.random() < 0.03:
                    least += 1
                day = soonest(j, least, rate, dur, money, used, most)
                if day >= end or logged >= 7 * projects:
                    good = False
                    continue
                log[logged], was[logged] = j, end
                logged += 1
                total += moved(
                    j, day, date, gains_date, lacks, rate, dur, money, used, worth, w_off, w_list, g_off, g_list
                )
                links -= 1
                # the apps that may work now
                for i in range(g_off[j], g_off[j + 1]):
                    g = g_list[i]
                    if lacks[g] > 1:
                        continue
                    for e in range(w_off[g], w_off[g + 1]):
                        other = w_list[e]
                        if own[other] and date[other] >= end and seen[other] != stamp:
                            seen[other] = stamp
                            apps[going] = other
                            going += 1
        for _ in range(30):
            other = np.random.randint(projects)
            if own[other] and date[other] >= end and seen[other] != stamp:
                seen[other] = stamp
                apps[going] = other
                going += 1
        # Apps come back by what they bring for their price; ``seen`` of those holds until the next round.
        left = 0
        for k in range(going):
            j = apps[k]
            if date[j] < end:
                continue
            brought, least = 0.0, end
            for i in range(g_off[j], g_off[j + 1]):
                g = g_list[i]
                if lacks[g] > 1:
                    continue
                latest = dur[j]
                for e in range(w_off[g], w_off[g + 1]):
                    if w_list[e] != j:
                        latest = max(latest, date[w_list[e]])
                brought += worth[g, min(latest, end)]
                least = min(least, latest)
            if brought > 0.0 and least < end:
                apps[left] = j
                key[left] = brought / max(cost[j, max(least, dur[j])], 1e-9) * np.exp(0.3 * noise * np.random.randn())
                left += 1
        ordered(key, apps, left)
        for k in range(left):
            j = apps[k]
            least = end
            for i in range(g_off[j], g_off[j + 1]):
                if lacks[g_list[i]] > 1:
                    continue
                latest = 1
                for e in range(w_off[g_list[i]], w_off[g_list[i] + 1]):
                    if w_list[e] != j:
                        latest = max(latest, date[w_list[e]])
                least = min(least, latest)
            day = soonest(j, least, rate, dur, money, used, most)
            if day < end and logged < 8 * projects:
                log[logged], was[logged] = j, end
                logged += 1
                total += moved(
                    j, day, date, gains_date, lacks, rate, dur, money, used, worth, w_off, w_list, g_off, g_list
                )
        # What came in and serves nobody after all makes room again.
        for k in range(logged - 1, -1, -1):
            j = log[k]
            if was[k] < end or own[j] or date[j] >= end or logged >= 8 * projects:
                continue
            serves = False
            for i in range(g_off[j], g_off[j + 1]):
                if gains_date[g_list[i]] < end:
                    serves = True
                    break
            for e in range(a_off[j], a_off[j + 1]):
                if date[a_list[e]] < end:
                    serves = True
            if not serves:
                log[logged], was[logged] = j, date[j]
                logged += 1
                total += moved(
                    j, end, date, gains_date, lacks, rate, dur, money, used, worth, w_off, w_list, g_off, g_list
                )
        if total >= begun + heat * np.log(np.random.random() + 1e-12):
            if total > record:
                record = total
                for j in range(projects):
                    best[j] = date[j]
        else:
            for k in range(logged - 1, -1, -1):
                moved(
                    log[k], was[k], date, gains_date, lacks, rate, dur, money, used, worth, w_off, w_list, g_off, g_list
                )
            total = begun
    return total, record


__all__: list[Any] = ["moved", "renew", "soonest"]
