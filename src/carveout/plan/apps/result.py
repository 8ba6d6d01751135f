"""The plan as it is written down: ``plan.json`` of kind "apps".

Everything that a reader needs to act, and everything that the checker needs to refuse it: dates, work by period, money, the
users kept, the prices behind the bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from carveout.law.evidence import Evidence
from carveout.plan.apps.case import UPDATES, Case
from carveout.plan.apps.lawful import Grounds
from carveout.plan.apps.model import Lawful, Named
from carveout.plan.apps.naive import guarantee
from carveout.plan.apps.planner import Found

CALLS = 10
VERSION = 1


def written(
    named: Named, found: Found, lawful: Lawful, updates: Lawful, rests: Callable[[int, str, str, int], Grounds]
) -> dict[str, Any]:
    """The plan as JSON values."""
    case, it = named.case, named.instance
    curve = it.curve(found.ready)
    without = it.curve(np.full(it.projects, it.periods))
    return {
        "kind": "apps", "version": VERSION, "currency": case.currency,
        "counts": f"users in the period of {case.at}" if case.at else "users, averaged over all periods",
        "kept": found.total, "share": found.total / max(float(it.users @ it.weight), 1e-9), "bound": found.bound,
        "gap": found.gap,
        "prices": {
            "bound": found.prices.value, "engineer_month": _list(found.prices.work),
            "money": _list(found.prices.money),
        },
        "search_bound": None if np.isinf(found.search_bound) else found.search_bound,
        "without": it.at_rest, "greedy": found.greedy, "random": found.random, "greedy_guarantee": guarantee(it),
        "builds": _builds(named, found), "wins": _wins(named, found), "first_calls": first_calls(named, found),
        "coverage": [
            {"period": t + 1, "from": str(case.starts[t]), "through": str(case.last_day(t)), "users": float(it.users[t]),
             "kept": float(curve[t]), "share": float(curve[t] / max(it.users[t], 1e-9)), "without": float(without[t]),
             "beyond": float(named.beyond[t]), "engineer_months": float(found.work[:, t].sum()),
             "engineer_months_at_most": float(it.engineers[t]),
             "spent": float(it.money[(found.ready == t + 1) & (found.ready < it.periods)].sum()), "budget": float(it.budget[t])}
            for t in range(it.periods)
        ],
        "services": _services(case, lawful, rests), "updates": _updates(named, found, updates),
        "scenarios": [
            {"name": one.name, "probability": one.probability, "known": str(one.known) if one.known else None,
             "laid_over": list(one.laid_over)}
            for one in case.scenarios
        ],
    }  # fmt: skip


def _list(values: Any) -> list[float]:
    return [float(x) for x in values]


def _day(case: Case, period: int) -> str:
    return str(case.starts[period])


def _first_work(found: Found, project: int, duration: int) -> int:
    """The period in which work starts; without engineers, the last one from which it can be done in time."""
    spent = np.flatnonzero(found.work[project] > 0)
    latest = int(found.ready[project]) - duration
    return min(int(spent[0]), latest) if len(spent) else latest


def _builds(named: Named, found: Found) -> list[dict[str, Any]]:
    it, case = named.instance, named.case
    rows = []
    for place, (service, step) in enumerate(named.steps):
        ready = int(found.ready[place])
        if ready >= it.periods:
            continue
        one = case.replacements[service][step]
        start = _first_work(found, place, int(it.duration[place]))
        rows.append({
            "service": service, "step": step + 1, "replacement": one.name, "starts": _day(case, start), "ready": _day(case, ready),
            "start_period": start + 1, "ready_period": ready + 1, "work": _list(found.work[place]), "cost": float(it.money[place]),
            "quality_loss": one.loss, "waiting": _waiting(named, place),
        })  # fmt: skip
    return sorted(rows, key=lambda row: (row["ready_period"], row["start_period"], row["service"]))


def _waiting(named: Named, project: int) -> float:
    """Users in the last period whose app waits for a project, among others."""
    return float(sum(named.instance.value[g, -1] for g in named.gains_of.get(project, ())))


def _wins(named: Named, found: Found) -> list[dict[str, Any]]:
    it, case = named.instance, named.case
    rows = []
    for place, name in enumerate(named.apps, start=len(named.steps)):
        ready = int(found.ready[place])
        if ready >= it.periods:
            continue
        app = case.apps[name]
        call = _first_work(found, place, int(it.duration[place]))
        realized = [g for g in named.gains_of.get(place, ()) if _date(it.waits[g], found) < it.periods]
        waits = sorted({named.project(p) for g in realized for p in it.waits[g] if p != place})
        rows.append({
            "app": name, "maker": app.maker, "call_by": _day(case, call), "ready": _day(case, ready), "call_period": call + 1,
            "ready_period": ready + 1, "work": _list(found.work[place]), "cost": float(it.money[place]),
            "users": float(sum(it.value[g, -1] for g in realized)), "worth": float(sum(it.worth[g, _date(it.waits[g], found)] for g in realized)),
            "waits_for": waits,
        })  # fmt: skip
    return sorted(rows, key=lambda row: (row["call_period"], -row["worth"], row["app"]))


def _date(waits: Sequence[int], found: Found) -> int:
    return max((int(found.ready[p]) for p in waits), default=1)


def first_calls(named: Named, found: Found) -> list[dict[str, Any]]:
    """The makers to call first, and why.

    The first call is the one that must be made first without loss: makers by the earliest day by which they have to be called, and
    within a period by what their apps keep above what they take at the plan's prices.
    """
    it, case = named.instance, named.case
    price = _priced(named, found)
    makers: dict[str, list[tuple[int, float, str, float]]] = defaultdict(list)
    for place, name in enumerate(named.apps, start=len(named.steps)):
        ready = int(found.ready[place])
        if ready >= it.periods:
            continue
        worth = sum(
            float(it.worth[g, _date(it.waits[g], found)])
            for g in named.gains_of.get(place, ()) if _date(it.waits[g], found) < it.periods
        )  # fmt: skip
        call = _first_work(found, place, int(it.duration[place]))
        makers[case.apps[name].maker].append((call, worth, name, price[place]))
    rows = []
    for maker, apps in makers.items():
        call = min(one[0] for one in apps)
        worth, taken = sum(one[1] for one in apps), sum(one[3] for one in apps)
        rows.append((call, -(worth - taken), maker, apps, worth, taken))
    told = []
    for call, _, maker, apps, worth, taken in sorted(rows, key=lambda row: row[:3])[:CALLS]:
        users = sum(case.apps[name].users for _, _, name, _ in apps)
        cost = sum(case.apps[name].cost for _, _, name, _ in apps)
        told.append({
            "maker": maker, "apps": [name for _, _, name, _ in sorted(apps)], "call_by": _day(case, call), "users": users,
            "keeps": worth, "takes": taken, "cost": cost,
            "why": _why(case, call, users, worth, taken, cost, len(apps)),
        })  # fmt: skip
    return told


def _why(case: Case, call: int, users: float, worth: float, taken: float, cost: float, apps: int) -> str:
    ratio = f"{worth / taken:,.1f} times what the engineers and money it takes could keep elsewhere" if taken > 1e-9 * (1 + worth) else (
        "more than nothing is given up for it: its engineers and money are not scarce then"
    )  # fmt: skip
    return (
        f"{users:,.0f} users decide by {'its app' if apps == 1 else f'its {apps} apps'}; work has to start by {case.starts[call]} to be ready "
        f"in time; for {case.currency} {cost:,.0f} it keeps {worth:,.0f} users (as the plan counts), {ratio}"
    )


def _priced(named: Named, found: Found) -> list[float]:
    """(J): what each project takes at the plan's prices: its work where it is done, its money from when it is due."""
    it = named.instance
    due = np.cumsum(found.prices.money[::-1])[::-1]
    return [
        float(found.work[p] @ found.prices.work)
        + (float(it.money[p] * due[found.ready[p] - 1]) if found.ready[p] < it.periods else 0.0)
        for p in range(it.projects)
    ]


def _services(case: Case, lawful: Lawful, rests: Callable[[int, str, str, int], Grounds]) -> list[dict[str, Any]]:
    """Until when each platform service may reach the models; services with the same answer everywhere are one row."""
    rows = []
    for number, (scenario, table) in enumerate(zip(case.scenarios, lawful, strict=True)):
        same: dict[tuple[tuple[bool, ...], ...], list[str]] = defaultdict(list)
        models = list(case.devices)
        for one in case.services.values():
            if one.platform:
                same[tuple(tuple(table[model, one.id]) for model in models)].append(one.id)
        for pattern, names in same.items():
            for model, row in zip(models, pattern, strict=True):
                told = _rests_on(case, names, row, partial(rests, number, model))
                rows.append(
                    {"scenario": scenario.name, "model": model, "services": names, "lawful": list(row), "through": _through(case, row), **told}
                )  # fmt: skip
    return rows


def _rests_on(
    case: Case, names: Sequence[str], row: Sequence[bool], rests: Callable[[str, int], Grounds]
) -> dict[str, Any]:
    """What the first lawful period of some services rests on, one of each kind of act."""
    first = next((t for t, good in enumerate(row) if good), None)
    if first is None:
        return {"authorizations": [], "evidence": None, "assumed": []}
    kinds = {
        (case.services[name].update_kind, *sorted(case.services[name].facts.items())): name for name in reversed(names)
    }
    held = [rests(name, first) for name in kinds.values()]
    grades = [name for name in Evidence.__members__ if any(one.evidence == name for one in held)]
    return {
        "authorizations": sorted({a for one in held for a in one.authorizations}), "evidence": grades[-1],
        "assumed": sorted({a for one in held for a in one.assumed}),
    }  # fmt: skip


def _through(case: Case, row: Sequence[bool]) -> str | None:
    """The last day of the first run of lawful periods; None where there is none. The last day planned: no end within the plan."""
    if not row[0]:
        return None
    run = next((t for t, good in enumerate(row) if not good), len(row))
    return str(case.last_day(run - 1))


def _updates(named: Named, found: Found, updates: Lawful) -> dict[str, Any]:
    """Whether each kind of update can reach each model, lawfully from the platform or from a replacement, and the share of the
    fleet without security updates."""
    case, it = named.case, named.instance
    ready: dict[str, int] = {}
    for kind in UPDATES:
        streams = [s.id for s in case.services.values() if s.update_kind == kind]
        dates = [int(found.ready[named.steps.index((s, 0))]) for s in streams if (s, 0) in named.steps]
        ready[kind] = max(dates) if streams and len(dates) == len(streams) else it.periods
    models: list[dict[str, Any]] = []
    unprotected = np.zeros(it.periods)
    for scenario, table in zip(case.scenarios, updates, strict=True):
        for device in case.devices.values():
            row: dict[str, Any] = {"scenario": scenario.name, "model": device.model}
            for kind in UPDATES:
                good = [bool(table[device.model, kind][t] or ready[kind] <= t) for t in range(it.periods)]
                row[kind] = good
                row[f"{kind}_through"] = _through(case, table[device.model, kind])
                if kind == "security":
                    unprotected += [
                        0.0 if ok else case.users_of(device, t) * scenario.probability for t, ok in enumerate(good)
                    ]
            models.append(row)
    share = unprotected / np.maximum(it.users, 1e-9)
    return {"models": models, "unprotected_users": _list(unprotected), "unprotected_share": _list(share)}


__all__ = ["CALLS", "VERSION", "first_calls", "written"]
