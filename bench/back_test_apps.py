"""The app-ecosystem counts against the planner: 45,000 apps with the maker's kits in 2019, 134,000 in June 2021.

Each row of the case stands for ten apps. The users of apps fall with rank by a power (assumed); the money of each month wins as many as
were won on average; which apps were there at the start is not published, so two ends are tried: the largest, and a random third.

    python -m bench.back_test_apps
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import numpy as np

from bench.grown_apps import CASE
from carveout.doors.cli.plan_law import AskedLaw
from carveout.plan.apps.case_file import read_case
from carveout.plan.apps.lawful import lawful_table
from carveout.plan.apps.model import build
from carveout.plan.apps.planner import plan

THERE, LATER, MONTHS = 4_500, 13_400, 21


def write_case(folder: Path, there: str, power: float) -> Path:
    """The case; ``there`` is which apps had the kits at the start: the largest, or a random third."""
    users = 1 / np.arange(1, LATER + 1) ** power
    users = np.floor(users / users.sum() * 60e6)
    chance = np.random.default_rng(1)
    first = set(range(THERE)) if there == "the largest" else set(chance.choice(LATER, THERE, replace=False).tolist())
    tables = {
        "devices": [("model", "device_class", "device_public_on", "users"), ("new models", "handset", "2019-09-26", 60e6)],
        "services": [("service",), ("kits",)],
        "replacements": [("service", "replacement", "effort_engineer_months", "months", "cost", "quality_loss"), ("kits", "own kits", 0, 1, 0, 0)],
        "apps": [("app", "users", "services", "win_cost", "win_months"),
                 *((f"a{n}", int(u), "kits", 0 if n in first else 1, 1 if n in first else 3) for n, u in enumerate(users))],
    }  # fmt: skip
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
    text = CASE.format(periods=MONTHS, engineers=0.0, budget=(LATER - THERE) / (MONTHS - 1))
    text = text.replace("unprotected_loss = 0.05", "unprotected_loss = 0.0").replace("2019-09-01\n", "2019-10-01\n")
    start = text.index("[[scenario]]")
    text = text[:start] + text[text.index("[files]") :]
    path = folder / "apps.toml"
    path.write_text(text, encoding="utf-8")
    return path


def main() -> None:
    """Print, for each assumption, the share of users and the count of apps by date."""
    law = AskedLaw()
    for power in (0.85, 1.0):
        for there in ("the largest", "a random third"):
            with tempfile.TemporaryDirectory() as folder:
                case = read_case(write_case(Path(folder), there, power))
                view = law.view(None, ())
                named = build(case, lawful_table(case, [view], law.compose))
                found = plan(named.instance, seconds=30, compare=False)
            curve = found.ready[len(named.steps) :]
            share = named.instance.curve(found.ready) / named.instance.users
            told = "; ".join(
                f"{case.starts[t]}: {10 * int((curve <= t).sum()):,} apps, {share[t]:.0%} of users"
                for t in (1, 3, 6, 12, MONTHS - 1)
            )
            print(f"users fall with rank to the power {power:g}, at the start {there}: {told} (gap {found.gap:.2%})")


if __name__ == "__main__":
    main()
