"""Sites taken out of a plan and put back by the hundred thousand, compiled by numba (ruin and recreate; Schrimpf and others 2000).

What is free is one table ``left[row, week]``: a row per kind of crew, vendor (sites begun in four weeks), market (persons without
service), and one each for emergency calls and money (what may still be spent by the end of the week). ``dear[row, week]`` is the sum of
prices before a week: a site is put where its dollars, its lateness and what it takes at these prices are least, for prices know
that a site which may be climbed in winter is better kept for winter.

A site is placed as ``[way, survey, strengthen, build, cutover, remove]``, -1 where there is none; way -1: it is out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.facts.compiled import compiled

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SURVEY, STRUCTURAL, TOWER, INTEGRATION, CORE = range(5)
WAY, SURVEYED, STRENGTHENED, BUILT, CUT, REMOVED = range(6)
MONTH = 4
OUT = -1
NEVER = 1e300

# Columns of the table of sites, and of the table of ways.
SEASON, MARKET, UNSERVED, SOLE, SURVEY_WEEKS, PERMIT, STRUCTURAL_WEEKS, RATE, SINCE = range(9)
BUILD, CREWS, CUTOVER, REMOVAL, OFF_AIR, VENDOR, LEAD = range(7)


@compiled
def put(
    n: int, sign: int, placed: Ints, site: Ints, way: Ints, amount: Ints, back: Ints, left: Ints, first: Ints, delay: int
) -> None:  # fmt: skip
    """Put a placed site in (sign -1), or take it out (sign 1). ``first`` is the first row of vendors, of markets, of calls, of money."""
    w, weeks = placed[n, WAY], left.shape[1] - MONTH
    for t in range(placed[n, SURVEYED], placed[n, SURVEYED] + site[n, SURVEY_WEEKS]):
        left[SURVEY, t] += sign
    if placed[n, STRENGTHENED] >= 0:
        for t in range(placed[n, STRENGTHENED], placed[n, STRENGTHENED] + site[n, STRUCTURAL_WEEKS]):
            left[STRUCTURAL, t] += sign
    for t in range(placed[n, BUILT], placed[n, BUILT] + way[w, BUILD]):
        left[TOWER, t] += sign * way[w, CREWS]
    for t in range(placed[n, CUT], placed[n, CUT] + way[w, CUTOVER]):
        left[INTEGRATION, t] += sign
    if placed[n, REMOVED] >= 0:
        for t in range(placed[n, REMOVED], placed[n, REMOVED] + way[w, REMOVAL]):
            left[TOWER, t] += sign * way[w, CREWS]
    for t in range(placed[n, BUILT], placed[n, BUILT] + MONTH):
        left[first[0] + way[w, VENDOR], t] += sign
    if way[w, OFF_AIR] > 0:
        for t in range(placed[n, BUILT], placed[n, CUT] + way[w, CUTOVER]):
            left[first[1] + site[n, MARKET], t] += sign * site[n, UNSERVED]
            left[first[2], t] += sign * site[n, SOLE]
    for t in range(placed[n, BUILT], weeks):
        left[first[3], t] += sign * amount[n, w]
    for t in range(placed[n, BUILT] + delay, weeks):
        left[first[3], t] -= sign * back[n, w]


@compiled
def affordable(t: int, amount: int, back: int, cash: Ints, delay: int, weeks: int) -> bool:
    """Whether an amount can be paid in a week and is missed nowhere later."""
    for u in range(t, min(weeks, t + delay)):
        if cash[u] < amount:
            return False
    for u in range(t + delay, weeks):  # noqa: SIM110  compiled
        if cash[u] < amount - back:
            return False
    return True


@compiled
def done(n: int, placed: Ints, way: Ints) -> int:
    """The week by whose start all is done at a placed site."""
    w = placed[n, WAY]
    if placed[n, REMOVED] >= 0:
        return int(placed[n, REMOVED] + way[w, REMOVAL])
    return int(placed[n, CUT] + way[w, CUTOVER])


@compiled
def worth(n: int, placed: Ints, site: Ints, way: Ints, fixed: Ints, due: int, late: int, push: int) -> int:
    """Dollars of a placed site: its way, its exposure, ``push`` for each week until it is done, ``late`` for each after week ``due``."""
    w = placed[n, WAY]
    found = fixed[n, w] + site[n, RATE] * max(0, placed[n, CUT] + way[w, CUTOVER] - site[n, SINCE])
    end = done(n, placed, way)
    return int(found + push * end + late * max(0, end - due))


@compiled
def cheapest(
    n: int, ready: int, heed: float, placed: Ints, site: Ints, way: Ints, choice: Ints, fixed: Ints, amount: Ints, back: Ints,
    opened: Ints, left: Ints, dear: Floats, first: Ints, delay: int, double: int, due: int, late: int, push: int, head: Floats, whence: Ints,
    runs: Ints, rest: Floats,
) -> bool:  # fmt: skip
    """Place a site where it costs least in what is left; whether it fits anywhere. ``heed`` is how much prices count.

    ``head``, ``whence``, ``runs`` and ``rest`` are scratch of a few lines of weeks each.
    """
    weeks, season = left.shape[1] - MONTH, site[n, SEASON]
    survey, permit, strength = site[n, SURVEY_WEEKS], site[n, PERMIT], site[n, STRUCTURAL_WEEKS]
    # head[0, t]: least price of a survey whose permit is there by t; head[1, t]: of that and of structural work done by t
    best, at = NEVER, 0
    for t in range(weeks):
        u = t - permit - survey
        if u >= 0:
            good = True
            for v in range(u, u + survey):
                if left[SURVEY, v] < 1:
                    good = False
            if good:
                price = heed * (dear[SURVEY, u + survey] - dear[SURVEY, u])
                if price <= best:
                    best, at = price, u
        head[0, t], whence[0, t] = best, at
    if strength > 0:
        best, at, run = NEVER, 0, 0
        for t in range(weeks):
            u = t - strength
            if run >= strength and head[0, u] < NEVER:
                price = head[0, u] + heed * (dear[STRUCTURAL, t] - dear[STRUCTURAL, u])
                if price <= best:
                    best, at = price, u
            head[1, t], whence[1, t] = best, at
            run = run + 1 if left[STRUCTURAL, t] >= 1 and opened[season, t] > 0 else 0
    # runs[0]: weeks in a row from a week on with a crew for the cut-over; others below by way
    runs[0, weeks] = 0
    for t in range(weeks - 1, -1, -1):
        runs[0, t] = runs[0, t + 1] + 1 if left[INTEGRATION, t] >= 1 else 0
    top = NEVER
    cash = left[first[3]]
    for k in range(choice.shape[1]):
        w = choice[n, k]
        if w < 0:
            break
        build, cut, gone, crews = way[w, BUILD], way[w, CUTOVER], way[w, REMOVAL], way[w, CREWS]
        off, seller, market = way[w, OFF_AIR] > 0, first[0] + way[w, VENDOR], first[1] + site[n, MARKET]
        line = 1 if strength > 0 and not off else 0
        runs[1, weeks], runs[2, weeks], runs[3, weeks] = 0, MONTH, 0
        for t in range(weeks - 1, -1, -1):
            runs[1, t] = runs[1, t + 1] + 1 if left[TOWER, t] >= crews and opened[season, t] > 0 else 0
            runs[2, t] = runs[2, t + 1] + 1 if left[seller, t] >= 1 else 0
            if off:
                quiet = left[market, t] >= site[n, UNSERVED] and left[first[2], t] >= site[n, SOLE]
                runs[3, t] = runs[3, t + 1] + 1 if quiet else 0
        # rest[0, t]: what a cut-over in t costs; rest[1, t]: what a removal in t costs
        for t in range(weeks):
            rest[0, t], rest[1, t] = NEVER, NEVER
            if t >= ready and runs[0, t] >= cut:
                rest[0, t] = site[n, RATE] * max(0, t + cut - site[n, SINCE]) + heed * (
                    dear[INTEGRATION, t + cut] - dear[INTEGRATION, t]
                )
                if gone == 0:
                    rest[0, t] += push * (t + cut) + late * max(0, t + cut - due)
            if gone > 0 and runs[1, t] >= gone:
                rest[1, t] = (
                    push * (t + gone)
                    + late * max(0, t + gone - due)
                    + heed * crews * (dear[TOWER, t + gone] - dear[TOWER, t])
                )
        span = build + cut
        for t in range(max(way[w, LEAD], 0), weeks - span + 1):
            if runs[1, t] < build or runs[2, t] < MONTH or head[line, t] >= NEVER:
                continue
            if off and (runs[3, t] < span or rest[0, t + build] >= NEVER):
                continue
            price = fixed[n, w] + head[line, t]
            price += heed * (
                crews * (dear[TOWER, t + build] - dear[TOWER, t])
                + dear[seller, min(weeks, t + MONTH)]
                - dear[seller, t]
            )
            money = dear[first[3], weeks] - dear[first[3], t]
            price += heed * (
                amount[n, w] * money - back[n, w] * (dear[first[3], weeks] - dear[first[3], min(weeks, t + delay)])
            )
            then, over, removed = NEVER, -1, -1
            if off:
                price += heed * site[n, UNSERVED] * (dear[market, t + span] - dear[market, t])
                price += heed * site[n, SOLE] * (dear[first[2], t + span] - dear[first[2], t])
                then, over = rest[0, t + build], t + build
            elif price < top and gone == 0:
                for u in range(t + build, weeks):
                    if rest[0, u] < then:
                        then, over = rest[0, u], u
            elif price < top:
                # from the back: the cheapest removal after each cut-over that is soon enough for the tower
                least, when = NEVER, -1
                for u in range(min(weeks - gone, t + double - gone), t + span - 1, -1):
                    if rest[1, u] < least:
                        least, when = rest[1, u], u
                    value = rest[0, u - cut] + least
                    if value < then:
                        then, over, removed = value, u - cut, when
            if price + then < top and affordable(t, amount[n, w], back[n, w], cash, delay, weeks):
                top = price + then
                placed[n, WAY], placed[n, BUILT], placed[n, CUT], placed[n, REMOVED] = w, t, over, removed
                if line == 1:
                    placed[n, STRENGTHENED] = whence[1, t]
                    placed[n, SURVEYED] = whence[0, whence[1, t]]
                else:
                    placed[n, STRENGTHENED], placed[n, SURVEYED] = -1, whence[0, t]
    return bool(top < NEVER)


@compiled
def renew(
    seed: int, rounds: int, heat: float, heed: float, ready: Ints, placed: Ints, site: Ints, way: Ints, choice: Ints,
    fixed: Ints, amount: Ints, back: Ints, opened: Ints, left: Ints, dear: Floats, first: Ints, delay: int, double: int, due: int,
    late: int, push: int, best: Ints, told: Ints,
) -> int:  # fmt: skip
    """So many rounds from a plan: sites that are out are put in, then some are taken out and put back, kept by simulated annealing.

    ``placed`` and ``left`` are the current plan afterwards. ``best`` is the best whole plan met of which no site is late, and its dollars are
    returned, -1 where there was none; ``told`` is filled with the dollars of the current plan, lateness included, and the sites out.
    """
    np.random.seed(seed)
    count, weeks = site.shape[0], left.shape[1] - MONTH
    head, whence = np.zeros((2, weeks + 1)), np.zeros((2, weeks + 1), dtype=np.int64)
    runs, rest = np.zeros((4, weeks + 1), dtype=np.int64), np.zeros((2, weeks + 1))
    old, kept = np.zeros((count, 6), dtype=np.int64), np.zeros(left.shape, dtype=np.int64)
    out, key = np.zeros(count, dtype=np.int64), np.zeros(count)
    now, record, missing = 0, -1, 0
    for n in range(count):
        if placed[n, WAY] == OUT:
            missing += 1
        else:
            now += worth(n, placed, site, way, fixed, due, late, push)
    for _ in range(rounds):
        taken = 0
        if missing > 0:
            for n in range(count):
                if placed[n, WAY] == OUT:
                    out[taken] = n
                    taken += 1
        # a drawn site and some near it in time, or in its market, or drawn anywhere
        middle, kind = np.random.randint(count), np.random.random()
        if missing > 0 or kind < 0.2:  # a late one, or one that is dear, if some draws find one
            for _ in range(8):
                other = np.random.randint(count)
                if placed[other, WAY] == OUT or placed[middle, WAY] == OUT:
                    continue
                if worth(other, placed, site, way, fixed, due, late, push) - fixed[other, placed[other, WAY]] > (
                    worth(middle, placed, site, way, fixed, due, late, push) - fixed[middle, placed[middle, WAY]]
                ):
                    middle = other
        wanted = taken + 1 + np.random.randint(12) + (8 if missing > 0 else 0)
        near = placed[middle, BUILT] if placed[middle, WAY] != OUT else np.random.randint(weeks)
        wide = 2 + np.random.randint(10)
        kind = np.random.random()
        for r in range(left.shape[0]):
            for t in range(left.shape[1]):
                kept[r, t] = left[r, t]
        for n in range(taken):
            for c in range(6):
                old[out[n], c] = placed[out[n], c]
        before = now
        other = middle
        for _ in range(200):
            if placed[other, WAY] != OUT:
                fits = other == middle or abs(placed[other, BUILT] - near) <= wide
                if kind < 0.25:
                    fits = fits and (other == middle or site[other, MARKET] == site[middle, MARKET])
                elif kind < 0.35:
                    fits = True
                if fits:
                    for c in range(6):
                        old[other, c] = placed[other, c]
                    now -= worth(other, placed, site, way, fixed, due, late, push)
                    put(other, 1, placed, site, way, amount, back, left, first, delay)
                    placed[other, WAY] = OUT
                    out[taken] = other
                    taken += 1
            if taken >= wanted or taken >= count:
                break
            other = np.random.randint(count)
        # put them back: by chance, by what waiting costs, or those first that come soonest or latest
        kind = np.random.randint(4)
        for k in range(taken):
            n = out[k]
            key[k] = np.random.random()
            if kind == 1:
                key[k] -= site[n, RATE] * (0.8 + 0.4 * np.random.random())
            elif kind == 2:
                key[k] += old[n, BUILT] - 3.0 * old[n, WAY]
            elif kind == 3:
                key[k] -= site[n, PERMIT] + 4 * site[n, STRUCTURAL_WEEKS]
        for k in range(1, taken):
            moved, value, at = out[k], key[k], k
            while at > 0 and key[at - 1] > value:
                out[at], key[at] = out[at - 1], key[at - 1]
                at -= 1
            out[at], key[at] = moved, value
        weight = heed * (0.5 + np.random.random()) if np.random.random() < 0.8 else 0.0
        still = 0
        for k in range(taken):
            n = out[k]
            if cheapest(
                n, ready[n], weight, placed, site, way, choice, fixed, amount, back, opened, left, dear, first, delay, double, due, late, push,
                head, whence, runs, rest,
            ):  # fmt: skip
                put(n, -1, placed, site, way, amount, back, left, first, delay)
                now += worth(n, placed, site, way, fixed, due, late, push)
            else:
                placed[n, WAY] = OUT
                still += 1
        draw = np.random.random()
        if still < missing or (still == missing and now - before <= -heat * np.log(draw + 1e-12)):
            missing = still
            if missing == 0 and (record < 0 or now < record):
                good = True
                for n in range(count):
                    if done(n, placed, way) > due:
                        good = False
                        break
                if good:
                    record = now
                    for n in range(count):
                        for c in range(6):
                            best[n, c] = placed[n, c]
        else:
            now = before
            for r in range(left.shape[0]):
                for t in range(left.shape[1]):
                    left[r, t] = kept[r, t]
            for k in range(taken):
                for c in range(6):
                    placed[out[k], c] = old[out[k], c]
    told[0], told[1] = now, missing
    return int(record)


__all__: list[Any] = ["cheapest", "put", "renew"]
