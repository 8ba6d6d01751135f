"""Rows near the example book and the law's own cases, as a careless world would write them: for interpreter against interpreter."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from carveout.facts.schema import ROLES, schema
from carveout.law.corpus import bundled

LISTS = ["none", "3E001", "2e991, 3E001.a", "2E991, unknown", "2E991", "unknown", "5E002", "3E901", "x", ""]
MAKERS = [
    "Huawei",
    "ZTE Corporation",
    "Hytera America Inc.",
    "Dahua Technology Company",
    "DJI",
    "Acme",
    "none",
    "unknown",
    "TBD",
    "",
]
WORDS = {
    "eccn": ["EAR99", "5D002", "5D992", "3A001", "4A003", "5E002", ""],
    "reasons_for_control": ["AT", "NS,AT", ""],
    "other_authorization": ["none", "exception:RPL", "license:D1", "nlr", "NLR", ""],
    "license_no": ["D1", "none", "NONE", ""],
    "standards_body": ["3GPP", "IEEE", "none", ""],
    "input_eccns": LISTS,
    "plant_eccns": LISTS,
    "producer": MAKERS,
    "component_producer": MAKERS,
    "design_owner": [
        "HiSilicon",
        "Huawei Cloud Brazil",
        "HiSilicon Technologies Shanghai",
        "Acme",
        "none",
        "unknown",
        "TBD",
        "",
    ],
}
NAMES = [entry.name for entry in bundled().entries.values()]
OTHERS = ["Acme", "Huawei Technologies Co., Ltd.", "", "unknown", "none", "Huawei Bakery", "TBD", "华为"]
LISTINGS = ["none", "none", "el/smic-cn", "el/huawei-italia-it", "dpl/x-de", "sdn/y-ae", "abc/z-fr", "", "unknown"]
OWNERS = [
    "el/huawei-technologies-co-ltd-cn", "EL/huawei-italia-it", "el/smic-cn", "meu/x-ru, sdn/y-ae", "el/smic-cn,EL/Huawei-Italia-IT",
    "dpl/x-de", "none", "", "unknown",
]  # fmt: skip
COLUMNS = [f for f in schema().columns if f.kind == "asked" and f.regimes]


def base_rows() -> list[dict[str, str]]:
    """The rows of the example book and of the law's own cases."""
    path = Path(str(files("carveout") / "examples" / "press-2019-2020.csv"))
    with path.open(encoding="utf-8") as handle:
        rows: list[dict[str, str]] = list(csv.DictReader(handle))
    for provision in bundled().provisions.values():
        rows += [{"on": c.on.isoformat(), **{k: v for k, v in c.facts if v}} for c in provision.cases]
    return rows


def _cell(name: str, chance: random.Random, names: Sequence[str]) -> str:
    fact = schema()[name]
    if fact.type == "bool":
        return chance.choice(["true", "false", "yes", "", "unknown"])
    if fact.type == "enum":
        return chance.choice([*fact.values, "", "unknown"])
    if fact.type == "date":
        return (date(2019, 1, 1) + timedelta(days=chance.randrange(900))).isoformat()
    if fact.type == "number":
        return chance.choice(["0", "5", "10", "10.5", "25", "26", "60", "", "120"])
    if fact.country:
        return chance.choice(["CN", "CU", "IR", "DE", "HK", "US", "", "unknown"])
    if name.endswith("_listing"):
        return chance.choice(LISTINGS)
    if name.endswith("_owners"):
        return chance.choice(OWNERS)
    if name in WORDS:
        return chance.choice(WORDS[name])
    return chance.choice([*chance.sample(names, 3), *OTHERS]) if name in ROLES else chance.choice(["x", "none", ""])


def near_rows(count: int, seed: int, names: Sequence[str] = NAMES) -> list[dict[str, str]]:
    """So many rows, the same for the same seed; a few hold cells that cannot be read. ``names`` are those of parties."""
    chance = random.Random(seed)
    base = base_rows()
    found = []
    for number in range(count):
        row = dict(chance.choice(base))
        for fact in chance.sample(COLUMNS, chance.randrange(6)):
            row[fact.name] = _cell(fact.name, chance, names)
        if chance.random() < 0.5:
            row["on"] = (date(2018, 12, 25) + timedelta(days=chance.randrange(2900))).isoformat()
        row["id"] = f"r{number}"
        found.append(row)
    return found
