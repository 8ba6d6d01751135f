"""Sourcing cases of any size, drawn from a seed: the benchmark's and those of the tests.

Parts x suppliers x periods x leaves; qualification takes 2 to 11 periods; the first supplier is the incumbent, whose license
lapses, is renewed and lapses again on most leaves. ``told_apart`` is the period from which leaves are told apart (0: from the
first day on, which makes the case as large as it can be).
"""

from __future__ import annotations

import numpy as np

from carveout.plan.sourcing.case import Case, Part, Source, Store


def drawn_case(
    parts: int, suppliers: int, periods: int, leaves: int, *, seed: int = 7, told_apart: int = 0, risk: float = 0.0,
    tail: float = 0.9, service: float = 0.0,
) -> Case:  # fmt: skip
    random = np.random.default_rng(seed)
    lapse = random.integers(max(1, periods // 6), max(2, periods), size=leaves)
    again = lapse + random.integers(2, max(3, periods // 2), size=leaves)
    t = np.arange(periods)[:, None]
    licensed = (t < lapse) | ((t >= again) & (random.random(leaves) < 0.5))
    made = tuple(_part(random, n, suppliers, periods, licensed, service) for n in range(parts))
    weight = random.random(leaves) + 0.2
    classes = np.tile(np.arange(leaves), (periods, 1))
    classes[: min(told_apart, periods)] = 0
    states = classes.copy()
    # Before they are told apart, leaves share one law.
    shared = licensed[:, :1]
    for part in made:
        for source in part.sources:
            source.lawful[:told_apart] = source.lawful[:told_apart, :1]
    assert shared.shape == (periods, 1)
    use = sum(float(part.demand.mean()) * part.volume for part in made)
    value = sum(float(part.demand.mean()) * part.value for part in made)
    return Case(
        made, weight / weight.sum(), classes, states, ("store",), np.array([use * 5.0]), budget=parts * 130.0,
        slots=float(max(1, parts // 5)), stock_value=value * 6.0, risk=risk, tail=tail,
    )  # fmt: skip


def _part(
    random: np.random.Generator, number: int, suppliers: int, periods: int, licensed: np.ndarray, service: float
) -> Part:
    demand = np.round(random.uniform(8, 30) * random.uniform(0.7, 1.3, size=periods), 2)
    mean = float(demand.mean())
    price = float(random.uniform(2, 12))
    free = np.ones_like(licensed)
    sources = []
    for k in range(suppliers):
        first = k == 0
        lag = int(random.integers(0, 3))
        sources.append(Source(
            f"P{number}-{k}", f"supplier {k}", 0, round(price * (1 if first else random.uniform(1.05, 1.8)), 3),
            round(mean * (random.uniform(1.3, 2.5) if first else random.uniform(0.4, 1.6)), 3), lag, lag,
            0 if first else int(random.integers(2, min(12, max(3, periods)))),
            0.0 if first else round(float(random.uniform(40, 260)), 2), 0.0, 0.0, 0.0, 0.0, False,
            licensed.copy() if first or random.random() < 0.3 else free.copy(),
        ))  # fmt: skip
    return Part(
        f"P{number}", demand, round(price, 3), float(random.uniform(0.5, 2)), round(price * random.uniform(0.01, 0.04), 4),
        round(price * random.uniform(3, 8), 3), service, 0.0, tuple(sources),
        (Store("store", 0, round(mean * random.uniform(0, 2), 2), 0.0, free.copy()),),
    )  # fmt: skip
