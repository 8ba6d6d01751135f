"""Instances of ``plan apps`` without any structure of ours: who uses what is drawn, in several ways.

Each is a family of its own: services that apps use drawn evenly or by popularity, few or many of them; users alike or heavy-tailed;
means tight or loose; replacements that need others, or none that does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from carveout.plan.apps.instance import Instance


@dataclass(frozen=True)
class Family:
    """How an instance is drawn: ``uses`` is the least and most services of an app, ``skew`` the power by which services are popular
    (0: all alike), ``tail`` that by which users fall with rank (0: all alike), ``means`` the share of all work and money there is,
    ``needs`` the share of services that need another, ``own`` the share of all work and of all money that winning the apps takes."""

    name: str
    uses: tuple[int, int]
    skew: float
    tail: float
    means: float
    needs: float = 0.2
    own: float = 0.3


FAMILIES = (
    Family("few services, popular, heavy tail", (1, 4), 1.0, 0.9, 0.5),
    Family("few services, popular, users alike", (1, 4), 1.0, 0.0, 0.5),
    Family("few services, even, heavy tail", (1, 3), 0.0, 0.9, 0.5),
    Family("few services, even, users alike", (1, 3), 0.0, 0.0, 0.5),
    Family("many services, popular, heavy tail", (2, 10), 1.0, 0.9, 0.5),
    Family("many services, even, heavy tail", (2, 8), 0.0, 0.9, 0.6),
    Family("tight means, popular", (1, 5), 0.8, 0.9, 0.15),
    Family("loose means, popular", (1, 5), 0.8, 0.9, 0.9),
    Family("apps take nothing", (1, 5), 0.8, 0.9, 0.5, own=0.0),
    Family("apps take nearly all", (1, 5), 0.8, 0.9, 0.5, own=0.9),
    Family("deep needs", (1, 4), 0.7, 0.9, 0.5, needs=0.8),
)


def drawn(family: Family, *, services: int = 500, apps: int = 10_000, periods: int = 12, seed: int = 1) -> Instance:
    """An instance of a family."""
    chance = np.random.default_rng(seed)
    popular = 1.0 / np.arange(1, services + 1) ** family.skew
    popular = chance.permutation(popular / popular.sum())
    users = 1.0 / np.arange(1, apps + 1) ** family.tail
    users = chance.permutation(users / users.sum()) * 1e8
    effort = chance.lognormal(2.0, 0.7, services)
    months = np.clip(np.round(effort**0.4), 1, max(1, periods // 2))
    cost = effort * chance.uniform(0.5, 3.0, services)
    own_effort, own_cost = chance.lognormal(0.0, 1.0, apps), chance.lognormal(0.0, 1.0, apps)
    for own, taken in ((own_effort, effort), (own_cost, cost)):
        own *= family.own / max(1 - family.own, 1e-9) * taken.sum() / own.sum()
    waits = []
    for app in range(apps):
        count = int(chance.integers(family.uses[0], family.uses[1] + 1))
        chosen = chance.choice(services, size=min(count, services), replace=False, p=popular)
        waits.append((*sorted(map(int, chosen)), services + app))
    before: list[tuple[int, ...]] = [()] * (services + apps)
    for service in range(1, services):
        if chance.random() < family.needs:
            before[service] = (int(chance.integers(0, service)),)
    work, money = np.concatenate([effort, own_effort]), np.concatenate([cost, own_cost])
    growth = chance.uniform(0.97, 1.04, apps)[:, None] ** np.arange(periods)
    value = users[:, None] * growth
    total = value.sum(axis=0) * 1.25
    return Instance(
        effort=work, duration=np.concatenate([months, chance.integers(1, 4, apps)]).astype(np.int64), money=money, before=before, value=value,
        waits=waits, engineers=np.full(periods, family.means * work.sum() / periods),
        budget=np.full(periods, family.means * money.sum() / periods), kept=total - value.sum(axis=0), users=total,
        weight=np.full(periods, 1.0 / periods),
    )  # fmt: skip
