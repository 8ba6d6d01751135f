"""What the plan is set beside: the greedy choice, and a random order.

Greedy takes, again and again, the set of projects that one gain still waits for with the most users per cost, all gains counted
that the set completes, cost being the share of all engineers plus the share of all money. With single projects instead of sets it would
stand still: under an AND the first of two halves brings nobody.

The guarantee. Greedy by density, or the best single choice if that is better, reaches at least (1 - 1/e)/2 of the best gain under
one budget where the gain is monotone submodular (Leskovec et al. 2007, after Khuller, Moss and Naor 1999). Here the gain is
submodular, in fact a sum, only where no gain waits for two projects: then a set is one project, and with one limit
(engineers, or money) and one date it is a knapsack, and the guarantee holds. Where an AND is left the gain is supermodular in
places and no such guarantee exists; ``guarantee`` says which of these it is.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from time import monotonic

import numpy as np

from carveout.plan.apps.instance import Instance, Numbers
from carveout.plan.apps.rounding import add_gain
from carveout.plan.apps.schedule import Schedule


def greedy(instance: Instance, *, until: float = float("inf")) -> Schedule:
    """The plan of greedy sets. A set's density is brought up to date when it comes up (lazily); sets that share a project with
    what was just chosen are asked again at once, for an AND can make them better."""
    it = instance
    plan = Schedule(it)
    cost = _shares(it)
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for gain, waits in enumerate(it.waits):
        groups[waits].append(gain)
    sets = list(groups)
    touching: dict[int, list[int]] = defaultdict(list)
    for place, waits in enumerate(sets):
        for project in waits:
            touching[project].append(place)
    worth = it.worth[:, 1]
    open_count = {place: len(waits) for place, waits in enumerate(sets)}

    def density(place: int) -> float:
        missing = [p for p in sets[place] if plan.ready[p] >= it.periods]
        if not missing:
            return 0.0
        price = sum(cost[p] for p in missing)
        brought = sum(worth[g] for g in groups[sets[place]])
        if len(missing) < 40:
            wanted = set(missing)
            rarest = min(missing, key=lambda p: len(touching[p]))
            for other in touching[rarest][:200]:
                if other != place and all(p in wanted or plan.ready[p] < it.periods for p in sets[other]):
                    brought += sum(worth[g] for g in groups[sets[other]])
        return float(brought / max(price, 1e-12))

    heap = [(-density(place), place) for place in range(len(sets))]
    heapq.heapify(heap)
    refused: set[int] = set()
    while heap and monotonic() < until:
        _, place = heapq.heappop(heap)
        if place in refused:
            continue
        now = density(place)
        if now <= 0:
            continue
        if heap and -now > heap[0][0] + 1e-15:
            heapq.heappush(heap, (-now, place))
            continue
        gain = groups[sets[place]][0]
        missing = [p for p in sets[place] if plan.ready[p] >= it.periods]
        if not add_gain(plan, gain):
            refused.add(place)
            continue
        again = {other for p in missing if len(touching[p]) <= 400 for other in touching[p]}
        for other in again:
            if other not in refused and open_count[other]:
                fresh = density(other)
                if fresh > 0:
                    heapq.heappush(heap, (-fresh, other))
    return plan


def random_order(instance: Instance, seed: int, *, until: float = float("inf")) -> Schedule:
    """The plan that takes the gains in a random order, each with all that it waits for, as long as it fits."""
    plan = Schedule(instance)
    for gain in np.random.default_rng(seed).permutation(len(instance.waits)):
        if monotonic() >= until:
            break
        add_gain(plan, int(gain))
    return plan


def _shares(instance: Instance) -> Numbers:
    """(J): the share of all engineer-months and of all money that a project takes, added."""
    months = max(float(instance.engineers[:-1].sum()), 1e-9)
    money = max(float(instance.budget[:-1].sum()), 1e-9)
    found: Numbers = instance.effort / months + instance.money / money
    return found


def guarantee(instance: Instance) -> str:
    """What greedy promises for this instance, and why; in words."""
    needing = {project for project, before in enumerate(instance.before) if before}
    ands = sum(len(waits) > 1 or bool(needing.intersection(waits)) for waits in instance.waits)
    if ands:
        return (
            f"none: {ands:,} of {len(instance.waits):,} gains wait for two projects or more, so the first of them brings nothing and "
            "the gain is not submodular; the bound is what tells how good the plan is"
        )
    dates = int((instance.weight > 0).sum())
    limits = int(bool(instance.effort.any())) + int(bool(instance.money.any()))
    if dates <= 1 and limits <= 1 and bool((instance.duration == 1).all()):
        return (
            "at least (1 - 1/e)/2, about 32 percent, of the best gain: every gain waits for one project, so gains add up, under one "
            "limit and at one date (Khuller, Moss and Naor 1999; Leskovec et al. 2007)"
        )
    return (
        "none proved: every gain waits for one project, so gains add up, but there are several limits, dates or durations, for which "
        "the proof of the density rule does not hold"
    )
