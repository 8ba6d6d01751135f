"""A carrier grown from published figures: 418 towers on 90,000 square miles, up to 110 million dollars, a tenth of the towers weak.

The figures are those of two rural carriers in the replacement program (Union Wireless: 418 towers, 34 million dollars of equipment,
replacement up to 110 million; Viaero: double equipment until cut-over, up to a tenth of towers need structural work) and of the
program itself (pro-rata factor 39.5 percent). What is not published (crews, permits, spares) is drawn, and says so in the file.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

TOML = """\
# A carrier grown from published figures; see bench/carrier.py. Not published and drawn: crews, permits, spares, vendors, own funds.
scenarios = []

[program]
name = "Carrier of {sites} towers"
start = 2022-07-18
deadline = 2025-07-17
latest = 2026-12-31
order = "either"
core_weeks = 30
core_cost = {core}

[floors]
coverage_pct = 94
emergency_pct = 96

[tower]
double_load_weeks = 30

[money]
cash = {cash}
credit = {credit}
own_a_week = {weekly}
reimbursed_pct = 39.5
claim_weeks = 12
overhead_a_week = 60
roaming = 4.0
exposure = 0.15

[risk]
weather_pct = 8
vendor_slip_weeks = [0, 4, 16]
claim_slip_weeks = [0, 4, 20]

[[extension]]
months = 6
probability = 0.9

[[extension]]
months = 6
probability = 0.8

# The act that support is: fault logs to the listed vendor (carveout law facts).
[support]
direction = "export"
item_kind = "technology"
eccn = "5E991"
reasons_for_control = "AT"
origin = "us"
located_in_us = true
published = false
ccl_license_required = false
destination = "CN"
ultimate_consignee = "Huawei Technologies Co., Ltd."
ultimate_consignee_country = "CN"
knowledge_of_violation = false
diversion_knowledge = false
network_third_party = true
device_class = "network_equipment"
enhances_function = false
expands_capacity = false
certification_by = "listed_entity"
certification_on = 2019-08-26

[files]
sites = "sites.csv"
ways = "ways.csv"
crews = "crews.csv"
vendors = "vendors.csv"
seasons = "seasons.csv"
markets = "markets.csv"
"""
MARKETS = ("Absaroka", "Big Horn", "Black Hills", "Carbon", "Great Divide", "Laramie", "Uinta", "Wind River")


def grow(folder: Path, *, sites: int = 418, seed: int = 7) -> Path:
    """Write the carrier; its TOML file. Crews and money go with the number of sites."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    scale = sites / 418
    money = {
        "cash": round(22_000 * scale),
        "credit": round(20_000 * scale),
        "weekly": round(260 * scale),
        "core": round(6_500 * scale),
    }
    (folder / "carrier.toml").write_text(TOML.format(sites=sites, **money))
    markets = MARKETS[: max(1, min(8, sites // 6))]
    rows = []
    for number in range(sites):
        market = markets[number * len(markets) // sites]
        place = MARKETS.index(market)
        high = draw.random() < (0.7 if place % 2 else 0.35)
        population = round(draw.lognormvariate(6.6, 0.9))
        sole = round(population * draw.choice((0, 0, 0.05, 0.15, 0.4)))
        units = draw.choice((6, 9, 9, 12))
        weak = draw.random() < 0.10
        rows.append([
            f"{market} {number + 1}", f"{41.2 + (place // 4) * 1.9 + draw.random() * 1.7:.3f}",
            f"{-110.9 + (place % 4) * 1.6 + draw.random() * 1.5:.3f}", market, "high" if high else "plain", units // 3, population, sole,
            draw.choice((0, 20, 40, 60)), units, f"{draw.uniform(0.03, 0.08):.3f}", draw.choice((0, 1, 1, 2, 3)), draw.choice((1, 1, 2)),
            draw.choice((4, 8, 8, 12, 16, 26)), draw.choice((3, 4, 6)) if weak else 0, "parallel" if population > 4000 else "",
            "2017-03-01", "true",
        ])  # fmt: skip
    _write(folder / "sites.csv", "site,latitude,longitude,market,season,sectors,population,sole,roaming_pct,units,failures_a_year,"
           "spares,survey_weeks,permit_weeks,structural_weeks,ways,contract_date,network_fully_operational", rows)  # fmt: skip
    _write(folder / "ways.csv", "way,vendor,build_weeks,tower_crews,cutover_weeks,removal_weeks,off_air,cost_site,cost_sector", [
        ["parallel", "North", 2, 1, 1, 1, "no", 118, 44], ["in place", "North", 2, 1, 1, 0, "yes", 92, 44],
        ["parallel", "South", 2, 1, 1, 1, "no", 106, 41], ["in place", "South", 2, 1, 2, 0, "yes", 84, 41],
    ])  # fmt: skip
    crews = {"survey": 8, "structural": 3, "tower": 8, "integration": 6, "core": 2}
    _write(
        folder / "crews.csv",
        "crew,count,from,through",
        [[k, max(1, round(n * scale)), "", ""] for k, n in crews.items()],
    )
    _write(folder / "vendors.csv", "vendor,lead_weeks,sites_a_month",
           [["North", 16, max(2, round(20 * scale))], ["South", 30, max(2, round(12 * scale))]])  # fmt: skip
    _write(
        folder / "seasons.csv",
        "season,closed_from,closed_through",
        [["high", "11-15", "04-20"], ["plain", "12-20", "02-20"]],
    )
    _write(
        folder / "markets.csv",
        "market,core_weeks,core_cost",
        [[name, draw.choice((5, 6, 8)), round(950 * scale * 8 / len(markets))] for name in markets],
    )
    return folder / "carrier.toml"


def _write(path: Path, header: str, rows: list[list[object]]) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
