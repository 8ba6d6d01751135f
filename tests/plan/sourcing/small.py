"""Small sourcing problems, written as files from a seed: two parts, one or two events, eight periods."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from carveout.book.compose import compose
from carveout.decide.transaction import Transaction
from carveout.facts.row import Row
from carveout.law.view import View

LISTED = "Huawei Technologies Co., Ltd."
COMMON = {
    "item_kind": "commodity", "eccn": "EAR99", "activity": "maintain_network", "contract_date": "2017-05-02",
    "network_fully_operational": "true", "network_third_party": "true", "device_class": "network_equipment",
    "enhances_function": "false", "expands_capacity": "false", "certification_by": "listed_entity",
    "certification_on": "2019-09-02", "ccl_license_required": "false", "knowledge_of_violation": "false",
    "diversion_knowledge": "false", "destination": "CN", "ultimate_consignee": LISTED, "ultimate_consignee_country": "CN",
}  # fmt: skip
ACTS = [
    {**COMMON, "id": "us", "direction": "export", "origin": "us", "located_in_us": "true"},
    {**COMMON, "id": "us-draw", "direction": "reexport", "origin": "us", "located_in_us": "false"},
    {**COMMON, "id": "sale", "direction": "export", "origin": "us", "located_in_us": "true", "activity": "sale"},
    {**COMMON, "id": "free", "direction": "export_from_abroad", "origin": "foreign", "located_in_us": "false", "us_controlled_content_pct": "8"},
    {**COMMON, "id": "unknown", "direction": "export_from_abroad", "origin": "foreign", "located_in_us": "false", "activity": "sale"},
]  # fmt: skip
EVENTS = """
[[event]]
id = "renewal"
kind = "extension"
provisions = ["ear/744.supp7/c1"]
through = 2019-11-18
public_after = 2
days = [0, 45, 90]
base_rate = "tgl-renewals"
"""
LICENSE = """
[[event]]
id = "license"
kind = "license"
acts = ["sale"]
public = 2020-01-06
probability = 0.6
"""


def composed(row: Row, view: View, day: date) -> Transaction:
    return compose(row, view, on=day)


def table(path: Path, rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def small_problem(
    folder: Path, seed: int = 1, *, license: bool = False, service: float = 0.0, risk: float = 0.3, periods: int = 8
) -> Path:
    """A problem in a folder; the path of its TOML."""
    r = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)

    def between(low: float, high: float) -> float:
        return round(float(r.uniform(low, high)), 2)

    parts, offers, stores = [], [], []
    for name in ("board", "module"):
        price = between(5, 60)
        demand = between(60, 200)
        parts.append({"part": name, "demand_per_month": demand, "value": price, "volume": between(0.1, 1), "holding_per_month": round(price * 0.03, 3),
                      "shortage": round(price * between(3, 8), 2), "service": service, "salvage": 10})  # fmt: skip
        stores += [{"store": f"{name}-us", "part": name, "site": "hub", "on_hand": between(0, demand / 2), "act": "us-draw", "draw_cost": 0.1},
                   {"store": f"{name}-free", "part": name, "site": "hub", "on_hand": 0, "act": "free", "draw_cost": 0.1}]  # fmt: skip
        base = {
            "part": name,
            "order_days": 0,
            "contract_fee": 0,
            "contract_capacity_per_month": 0,
            "contract_least": 0,
            "kind": "regular",
        }
        offers += [
            {**base, "offer": f"{name}-1", "supplier": "Columbine", "store": f"{name}-us", "act": "us", "price": price,
             "capacity_per_month": round(demand * between(1.1, 2), 2), "transit_days": 7, "qualification_days": 0, "qualification_cost": 0,
             "contract_fee": between(50, 200), "contract_capacity_per_month": between(20, 80), "contract_least": between(10, 60), "cancel": 10},
            {**base, "offer": f"{name}-2", "supplier": "Formosa", "store": f"{name}-free", "act": "free", "price": round(price * between(1.1, 1.7), 2),
             "capacity_per_month": round(demand * between(0.5, 1.5), 2), "transit_days": 14, "qualification_days": 14 * int(r.integers(1, 5)),
             "qualification_cost": between(100, 1500), "cancel": 5},
            {**base, "offer": f"{name}-3", "supplier": "Larkspur", "store": f"{name}-free", "act": "sale", "price": round(price * 1.05, 2),
             "capacity_per_month": demand, "transit_days": 0, "qualification_days": 14, "qualification_cost": between(50, 300), "cancel": 20},
            {**base, "offer": f"{name}-spot", "supplier": "brokers", "store": f"{name}-free", "act": "free", "price": round(price * 2.2, 2),
             "capacity_per_month": round(demand * 0.2, 2), "transit_days": 0, "qualification_days": 0, "qualification_cost": 0, "cancel": 0, "kind": "spot"},
        ]  # fmt: skip
    table(folder / "parts.csv", parts)
    table(folder / "offers.csv", offers)
    table(folder / "stores.csv", stores)
    table(folder / "sites.csv", [{"site": "hub", "warehouse": between(150, 400)}])
    table(folder / "acts.csv", ACTS)
    text = f"""[plan]
title = "a small problem"
known = 2019-11-01
first_day = 2019-11-04
periods = {periods}
period_days = 14

[limits]
budget = {between(800, 2500)}
slots = 1
stock_value = {between(5000, 20000)}

[aim]
risk = {risk}
tail = 0.8
gap = 0.001
{EVENTS}{LICENSE if license else ""}"""
    (folder / "sourcing.toml").write_text(text, encoding="utf-8")
    return folder / "sourcing.toml"
