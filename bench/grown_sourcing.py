"""A sourcing problem of any size as a planner hands it in: TOML and tables, acts that the engine judges, events that fork the law.

Every part has a store in the US supplier's chain, drawn under the license that lapses, and one of foreign parts. Suppliers: the
incumbent in the US (until the lapse), one in the US that waits for a license of its own, and foreign ones with little US content
or so much that a lower level of the de minimis rule would bar them. Everything is made up.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from carveout.plan.sourcing.template import example_text

LISTED = "Huawei Technologies Co., Ltd."
COMMON = {
    "item_kind": "commodity", "destination": "CN", "ultimate_consignee": LISTED, "ultimate_consignee_country": "CN",
    "activity": "maintain_network", "contract_date": "2017-05-02", "network_fully_operational": "true", "network_third_party": "true",
    "device_class": "network_equipment", "enhances_function": "false", "expands_capacity": "false", "certification_by": "listed_entity",
    "certification_on": "2019-09-02", "ccl_license_required": "false", "knowledge_of_violation": "false", "diversion_knowledge": "false",
}  # fmt: skip
US = {"direction": "export", "origin": "us", "located_in_us": "true"}
DRAWN = {"direction": "reexport", "origin": "us", "located_in_us": "false"}
FOREIGN = {"direction": "export_from_abroad", "origin": "foreign", "located_in_us": "false"}
SECOND_LICENSE = """
[[event]]
id = "license-b"
kind = "license"
acts = [{acts}]
number = "D-B"
public = 2020-03-16
base_rate = "huawei-licenses-2022-q1"
"""
SHEET = """[plan]
title = "{parts} parts, {suppliers} suppliers each, {leaves} scenarios"
currency = "USD"
known = 2019-11-01
first_day = 2019-11-04
periods = {periods}
period_days = 14

[limits]
budget = {budget}
slots = {slots}
stock_value = {stock_value}

[aim]
risk = {risk}
tail = 0.9
gap = {gap}

[[event]]
id = "renewal"
kind = "extension"
provisions = ["ear/744.supp7/c1"]
through = 2019-11-18
public_after = 2
days = [0, 45, 90, 135, 180]
base_rate = "tgl-renewals"

[[event]]
id = "license-a"
kind = "license"
acts = [{acts}]
number = "D-A"
public = 2020-01-20
base_rate = "huawei-licenses-2020-2021"

[[event]]
id = "lower-de-minimis"
kind = "scenario"
page = "de-minimis-ten-percent.md"
public = 2020-02-10
probability = 0.2
"""


def grow(
    folder: Path, *, parts: int = 20, suppliers: int = 4, periods: int = 24, leaves: int = 20, seed: int = 7, risk: float = 0.0,
    gap: float = 0.001,
) -> Path:  # fmt: skip
    """Write a problem with 20 or 40 leaves; the path of its TOML."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, list[dict[str, Any]]] = {"parts": [], "offers": [], "stores": [], "acts": []}
    for number in range(parts):
        _part(random, f"p{number:02d}", suppliers, tables)
    space = sum(row["demand_per_month"] / 2 * row["volume"] for row in tables["parts"])
    value = sum(row["demand_per_month"] / 2 * row["value"] for row in tables["parts"])
    tables["sites"] = [{"site": "hub", "warehouse": round(space * 5, 1)}]
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", rows)
    asked = [f'"{row["id"]}"' for row in tables["acts"] if row["id"].endswith("-sale")]
    half = len(asked) // 2 if leaves == 40 else len(asked)
    text = SHEET.format(
        parts=parts, suppliers=suppliers, leaves=leaves, periods=periods, budget=round(value * 0.02 + parts * 1500.0), slots=max(1, parts // 5),
        stock_value=round(value * 6, 1), risk=risk, gap=gap, acts=", ".join(asked[:half]),
    )  # fmt: skip
    if leaves == 40:
        text += SECOND_LICENSE.format(acts=", ".join(asked[half:]))
    (folder / "de-minimis-ten-percent.md").write_text(example_text("de-minimis-ten-percent.md"), encoding="utf-8")
    (folder / "sourcing.toml").write_text(text, encoding="utf-8")
    return folder / "sourcing.toml"


def _part(random: np.random.Generator, name: str, suppliers: int, tables: dict[str, list[dict[str, Any]]]) -> None:
    def between(low: float, high: float) -> float:
        return round(float(random.uniform(low, high)), 2)

    price, demand = between(5, 60), between(60, 400)
    tables["parts"].append({
        "part": name, "demand_per_month": demand, "value": price, "volume": between(0.1, 1), "holding_per_month": round(price * 0.02, 3),
        "shortage": round(price * between(3, 8), 2), "service": 0, "salvage": 10,
    })  # fmt: skip
    for kind, stocked in (("us", between(0, demand / 2)), ("foreign", 0.0)):
        tables["stores"].append(
            {"store": f"{name}-{kind}", "part": name, "site": "hub", "on_hand": stocked, "act": f"{name}-{kind}-draw"}
        )
    content = between(2, 9)
    acts = {
        "us": {**US, "eccn": "EAR99"}, "us-draw": {**DRAWN, "eccn": "EAR99"}, "sale": {**US, "eccn": "EAR99", "activity": "sale"},
        "foreign-draw": {**FOREIGN, "eccn": "EAR99", "us_controlled_content_pct": content},
    }  # fmt: skip
    offers = [{"supplier": "Columbine", "store": f"{name}-us", "act": "us", "price": price,
               "capacity_per_month": round(demand * between(1.2, 2.2), 2), "transit_days": 7, "cancel": 10}]  # fmt: skip
    for place in range(1, suppliers):
        # Of the second sources one waits for a license, one has much US content, the others little.
        act = "sale" if place == 2 and random.random() < 0.5 else f"from-{place}"
        acts[act] = acts.get(act) or {
            **FOREIGN,
            "eccn": "EAR99",
            "us_controlled_content_pct": between(11, 24) if place == 3 else content,
        }
        offers.append({
            "supplier": f"source {place}", "store": f"{name}-foreign", "act": act, "price": round(price * between(1.05, 1.8), 2),
            "capacity_per_month": round(demand * between(0.4, 1.6), 2), "transit_days": 14 * int(random.integers(0, 2)),
            "qualification_days": 14 * int(random.integers(2, 12)), "qualification_cost": round(demand * price * between(0.3, 1.5), 0), "cancel": 5,
        })  # fmt: skip
    for place, one in enumerate(offers):
        tables["offers"].append({"offer": f"{name}-{place}", "part": name, **one, "act": f"{name}-{one['act']}"})
    tables["acts"] += [{"id": f"{name}-{act}", **COMMON, **cells} for act, cells in acts.items()]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
