"""Small carriers for tests: files in a folder, with cells changed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from carveout.plan.migration.carrier import Carrier, Market, Money, Site, Vendor, Way
from carveout.plan.migration.template import write_template

IN_PLACE = Way("in place", "North", 1, 1, 1, 0, True, 50, 10)
PARALLEL = Way("parallel", "North", 1, 1, 1, 1, False, 60, 10)


def site(name: str, **changes: object) -> Site:
    told: dict[str, object] = {
        "name": name, "latitude": 43.0, "longitude": -107.0, "market": "north", "season": "", "sectors": 3, "population": 100,
        "sole": 10, "roaming": 0.0, "units": 6, "failures": 0.1, "spares": 1.0, "survey": 1, "permit": 0, "structural": 0,
        "ways": (0, 1),
    }  # fmt: skip
    return Site(**{**told, **changes})  # type: ignore[arg-type]


def carrier(sites: tuple[Site, ...], weeks: int = 14, **changes: object) -> Carrier:
    start = date(2022, 7, 18)
    told: dict[str, object] = {
        "name": "Tiny", "start": start, "deadline": start + timedelta(days=7 * weeks - 1), "latest": start + timedelta(days=7 * weeks - 1),
        "orders": ("core_first",), "core": 2, "core_cost": 10, "coverage": 0.5, "emergency": 0.0, "double_load": 4,
        "money": Money(1000, 0, 0, 0.5, 2, 1, 1.0, 1.0), "sites": sites, "ways": (IN_PLACE, PARALLEL),
        "vendors": {"North": Vendor("North", 1, 4)}, "markets": {"north": Market("north", 1, 5)},
        "crews": dict.fromkeys(("survey", "structural", "tower", "integration", "core"), (1,) * weeks),
        "open": {"": (True,) * weeks, "high": tuple(week % 5 != 0 for week in range(weeks))},
    }  # fmt: skip
    return Carrier(**{**told, **changes})  # type: ignore[arg-type]


def files(folder: Path, **changes: tuple[str, str]) -> Path:
    """The template with a text of one of its files changed: file stem -> (old, new)."""
    path = write_template(folder)
    for stem, (old, new) in changes.items():
        file = path if stem == "migration" else folder / f"{stem}.csv"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
    return path
