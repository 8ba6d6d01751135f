"""The bound of an app plan from its prices alone, for the checker: a node for every step, app and gain in every period.

At prices for engineer-months (by period) and money (due by each period) the limits fall away; what remains is a largest closure,
and no plan keeps more than its value plus what all engineers and money are worth. This is written apart from the planner's
own way to the same number, which leaves out the nodes of the apps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from ortools.graph.python import max_flow

from carveout.plan.apps.case import Case

WHOLE = 1 << 45


class _Net:
    """A network in the making: weights of nodes, and arcs "this one needs that one"."""

    def __init__(self) -> None:
        self.weight: list[float] = []
        self.tails: list[int] = []
        self.heads: list[int] = []

    def node(self, weight: float) -> int:
        self.weight.append(weight)
        return len(self.weight) - 1

    def needs(self, one: int, other: int) -> None:
        self.tails.append(one)
        self.heads.append(other)

    def best(self) -> float:
        """The largest sum of weights of a set of nodes that holds all that its nodes need."""
        weights = np.array(self.weight)
        if not len(weights):
            return 0.0
        plus = float(weights[weights > 0].sum())
        scale = WHOLE / max(plus, 1e-9)
        flow = max_flow.SimpleMaxFlow()
        count = len(weights)
        source, sink = count, count + 1
        rich, poor = np.flatnonzero(weights > 0), np.flatnonzero(weights < 0)
        gains = np.ceil(weights[rich] * scale).astype(np.int64)
        flow.add_arcs_with_capacity(np.full(len(rich), source, np.int32), rich.astype(np.int32), gains)
        flow.add_arcs_with_capacity(
            poor.astype(np.int32),
            np.full(len(poor), sink, np.int32),
            np.minimum(np.floor(-weights[poor] * scale), 4.0 * WHOLE).astype(np.int64),
        )
        flow.add_arcs_with_capacity(
            np.array(self.tails, np.int32),
            np.array(self.heads, np.int32),
            np.full(len(self.tails), 4 * WHOLE, np.int64),
        )
        flow.solve(source, sink)
        return float((int(gains.sum()) - flow.optimal_flow()) / scale)


def bound_at(
    case: Case, groups: Sequence[Mapping[frozenset[str], float]], weight: Sequence[float], work: Sequence[float],
    money: Sequence[float],
) -> float:  # fmt: skip
    """No plan keeps more than this. ``groups`` is, per period, barred services -> users."""
    end = case.periods
    net = _Net()
    due = [sum(money[t:]) for t in range(end)]
    nodes: dict[object, list[int | None]] = {}

    def project(name: object, effort: float, months: int, cost: float) -> None:
        duration = -(-months // case.months)
        price: list[float | None] = [None] * (end + 1)
        for t in range(max(duration, 1), end):
            price[t] = effort / duration * sum(sorted(work[:t])[:duration]) + cost * due[t - 1]
        price[end] = 0.0
        made: list[int | None] = [None] * end
        for t in range(end - 1, 0, -1):
            here, later = price[t], price[t + 1]
            if here is None or later is None:
                break
            made[t] = net.node(later - here)
            if t + 1 < end:
                net.needs(made[t], made[t + 1])  # type: ignore[arg-type]
        nodes[name] = made

    for service, steps in case.replacements.items():
        for step, one in enumerate(steps):
            project((service, step), one.effort, one.months, one.cost)
    for app in case.apps.values():
        project(app.id, app.effort, app.months, app.cost)

    def gain(value: float, t: int, waits: Sequence[object]) -> None:
        ready = [nodes[one][t] for one in waits]
        if value > 0 and all(one is not None for one in ready):
            made = net.node(value)
            for one in ready:
                net.needs(made, one)  # type: ignore[arg-type]

    for service, steps in case.replacements.items():
        for step in range(len(steps)):
            before = [(service, step - 1)] if step else [(n, 0) for n in case.services[service].needs]
            for t in range(1, end):
                mine = nodes[service, step][t]
                if mine is None:
                    continue
                for other in before:
                    if other in nodes:
                        its = nodes[other][t]
                        net.needs(mine, its if its is not None else _never(net))
                    elif case.services[str(other[0])].platform:
                        net.needs(mine, _never(net))
    fleet = sum(one.users for one in case.devices.values())
    decided = sum(one.users for one in case.apps.values())
    fixed = 0.0
    for t in range(end):
        values: dict[tuple[object, ...], float] = defaultdict(float)
        for barred, users in groups[t].items():
            fixed += users * (1 - decided / fleet - case.unprotected_loss) * weight[t]
            part = users / fleet * weight[t]
            for app in case.apps.values():
                fixed += _app(case, app.id, barred, part * app.users, values)
            streams = [s.id for s in case.services.values() if s.update_kind == "security" and s.id in barred]
            lost = users * case.unprotected_loss * weight[t]
            if not streams:
                fixed += lost
            elif all(s in case.replacements for s in streams):
                values[tuple((s, 0) for s in streams)] += lost
        for waits, value in values.items():
            if t > 0:
                gain(value, t, waits)
    limits = sum(p * e for p, e in zip(work, case.engineers, strict=True))
    limits += sum(d * r for d, r in zip(due, case.recruiting, strict=True))
    return fixed + limits + net.best()


def _never(net: _Net) -> int:
    return net.node(-float(WHOLE))


def _app(case: Case, name: str, barred: frozenset[str], users: float, values: dict[tuple[object, ...], float]) -> float:
    """Adds the gains of an app's users under some barred services; returns the users that stay anyway."""
    app = case.apps[name]
    missing = [s for s in app.services if s in barred]
    lacking = {s: loss for s, loss in app.optional.items() if s in barred}
    if not missing and not lacking:
        return users
    if any(s not in case.replacements for s in missing):
        return 0.0
    base: tuple[object, ...] = (*((s, 0) for s in missing), name) if missing else ()
    first = users * (1 - sum(case.replacements[s][0].loss for s in missing) - sum(lacking.values()))
    if base:
        values[base] += first
    for service in (*missing, *lacking):
        held = lacking.get(service)
        for step, one in enumerate(case.replacements.get(service, ())):
            above = held if step == 0 else case.replacements[service][step - 1].loss
            if above is None:
                continue
            better = min(above, held if held is not None else 1.0) - min(one.loss, held if held is not None else 1.0)
            values[(*base, *(() if base else (name,)), (service, step))] += users * max(better, 0.0)
    return 0.0 if base else first
