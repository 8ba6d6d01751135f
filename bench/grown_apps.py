"""A case of 500 services, 10,000 apps and 12 periods, made up from what public counts and app files show.

Apps use services as app files do: nearly all the store, most push messages and an account, then a run of services of their kind
from the common to the special (maps needs location; indoor maps need maps), some a service of another kind. Users and efforts are
heavy-tailed. Older models keep the platform while the license of the period lasts, newer ones never have it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

CASE = """[plan]
start = 2019-09-01
periods = {periods}
months = 1
unprotected_loss = 0.05

[resources]
engineer_months = {engineers:.1f}
recruiting = {budget:.0f}

[law]
direction = "export"
item_kind = "software"
origin = "us"
published = false
enhances_function = false
network_fully_operational = false
destination = "CN"
ultimate_consignee = "Huawei Device Co., Ltd."
ultimate_consignee_country = "CN"
certification_by = "listed_entity"
certification_on = 2019-08-30
ccl_license_required = false
knowledge_of_violation = false
diversion_knowledge = false

[[scenario]]
name = "lapses in November"
probability = 0.5
known = 2019-09-01

[[scenario]]
name = "six months more"
probability = 0.5
known = 2019-09-01
laid_over = ["six-months-2019-11"]

[files]
devices = "devices.csv"
services = "services.csv"
replacements = "replacements.csv"
apps = "apps.csv"
"""
CORE = ("updates", "account", "store", "push", "analytics", "location", "ads", "billing", "integrity", "maps")
KINDS = 35
FLEET = 64e6


def write_case(folder: Path, *, services: int = 500, apps: int = 10_000, periods: int = 12, seed: int = 1,
               means: float = 0.6) -> Path:  # fmt: skip
    """Write the case; ``means`` is the engineers and money there are, as a share of what everything would take."""
    chance = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    names = [*CORE]
    kinds: list[list[str]] = []
    needs: dict[str, str] = {
        "store": "account",
        "push": "account",
        "billing": "account; store",
        "ads": "account",
        "maps": "location",
    }
    sizes = np.maximum(chance.zipf(1.8, KINDS), 4).clip(4, 40).astype(float)
    sizes = np.maximum(np.round(sizes / sizes.sum() * (services - len(CORE))), 1).astype(int)
    while sizes.sum() != services - len(CORE):
        sizes[int(chance.integers(KINDS))] += 1 if sizes.sum() < services - len(CORE) else -1
        sizes = np.maximum(sizes, 1)
    for kind, size in enumerate(sizes):
        members = [f"kind{kind:02d}-{place:02d}" for place in range(size)]
        for place, name in enumerate(members):
            if place and chance.random() < 0.3:
                needs[name] = members[place - 1]
        kinds.append(members)
        names += members
    effort = {name: float(chance.lognormal(2.5, 0.7)) for name in names}
    effort |= {name: 40.0 + 60.0 * float(chance.random()) for name in CORE}
    cost = {name: float(np.round(effort[name] * chance.uniform(500, 3000), -2)) for name in names}
    steps = {name: chance.random() < 0.1 for name in names}
    popular = 1 / np.arange(1, KINDS + 1) ** 0.9
    popular /= popular.sum()
    users = 1 / np.arange(1, apps + 1) ** 0.85
    users = np.round(users / users.sum() * FLEET * 0.8)
    chance.shuffle(users)
    rows, total = [], 0.0
    for place in range(apps):
        kind = kinds[int(chance.choice(KINDS, p=popular))]
        uses = ["store"] if chance.random() < 0.97 else []
        uses += [name for name, share in (("push", 0.6), ("account", 0.5), ("analytics", 0.4), ("location", 0.25), ("ads", 0.3),
                                          ("billing", 0.2), ("maps", 0.12), ("integrity", 0.08)) if chance.random() < share]  # fmt: skip
        depth = min(int(chance.geometric(0.35)) - 1, len(kind))
        uses += kind[:depth]
        if chance.random() < 0.15:
            uses.append(kinds[int(chance.choice(KINDS, p=popular))][0])
        uses = list(dict.fromkeys(uses))
        price = float(np.round(2000 + users[place] * chance.uniform(0.01, 0.2), -2))
        total += price
        rows.append([f"app{place:05d}", f"maker{int(chance.integers(apps // 3)):05d}", int(users[place]), "; ".join(uses), price,
                     int(chance.integers(1, 5)), round(float(chance.choice([0.0, 0.1, 0.25, 0.5])), 2)])  # fmt: skip
    work = sum(effort.values()) + sum(row[-1] for row in rows)
    total += sum(cost.values())
    _table(folder / "devices.csv", "model,device_class,device_public_on,users,users_end", [
        ["of 2018", "handset", "2018-10-16", FLEET * 0.6, FLEET * 0.5],
        ["of spring 2019", "handset", "2019-03-26", FLEET * 0.2, FLEET * 0.2],
        ["of summer 2019", "handset", "2019-07-01", FLEET * 0.2, FLEET * 0.5],
    ])  # fmt: skip
    _table(folder / "services.csv", "service,needs,update_kind",
           [[name, needs.get(name, ""), "security" if name == "updates" else ""] for name in names])  # fmt: skip
    _table(folder / "replacements.csv", "service,replacement,effort_engineer_months,months,cost,quality_loss", [
        row for name in names for row in (
            [name, "own", round(effort[name], 2), max(1, min(6, round(effort[name] ** 0.45))), cost[name], 0.05 if steps[name] else 0.02],
            *([[name, "better", round(effort[name] * 0.7, 2), 2, 0, 0.01]] if steps[name] else []),
        )
    ])  # fmt: skip
    _table(folder / "apps.csv", "app,maker,users,services,win_cost,win_months,win_engineer_months", rows)
    path = folder / "apps.toml"
    path.write_text(
        CASE.format(periods=periods, engineers=means * work / periods, budget=means * total / periods), encoding="utf-8"
    )
    return path


def _table(path: Path, header: str, rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
