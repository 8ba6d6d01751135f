"""``plan apps`` on 500 services, 10,000 apps and 12 periods: the gap to the bound in 60 s, with greedy and a random order beside it.

python -m bench.plan_apps [--services 500 --apps 10000 --seconds 60 --seed 1 --means 0.6 --keep DIR]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.grown_apps import write_case
from bench.machine import machine
from bench.random_apps import FAMILIES, drawn
from carveout.doors.cli.plan_law import AskedLaw
from carveout.plan.apps.case_file import read_case
from carveout.plan.apps.lawful import lawful_table
from carveout.plan.apps.model import build
from carveout.plan.apps.planner import plan


def measured(
    folder: Path, *, services: int, apps: int, seconds: float, seed: int, means: float, at: bool = False
) -> dict[str, Any]:
    """One run: what was planned, and how long each part took."""
    path = write_case(folder, services=services, apps=apps, seed=seed, means=means)
    if at:
        path.write_text(path.read_text().replace("months = 1\n", "months = 1\nat = 2020-08-01\n", 1))
    law = AskedLaw()
    start = time.perf_counter()
    case = read_case(path)
    views = [law.view(one.known, one.laid_over) for one in case.scenarios]
    read = time.perf_counter()
    lawful = lawful_table(case, views, law.compose)
    asked = time.perf_counter()
    named = build(case, lawful)
    built = time.perf_counter()
    found = plan(named.instance, seconds=seconds - (built - start), seed=seed, told=lambda _: None)
    done = time.perf_counter()
    users = float(named.instance.users @ named.instance.weight)
    return {
        "services": services, "apps": apps, "periods": case.periods, "means": means, "projects": named.instance.projects,
        "gains": len(named.instance.waits), "read_s": round(read - start, 1), "asked_s": round(asked - read, 1),
        "built_s": round(built - asked, 1), "total_s": round(done - start, 1), "kept_share": found.total / users,
        "gap": found.gap, "bound_share": found.bound / users, "prices_gap": 1 - found.prices.floor / found.prices.value,
        "greedy": found.greedy / found.bound, "random": found.random / found.bound, "without": named.instance.at_rest / found.bound,
    }  # fmt: skip


def run() -> Iterator[tuple[str, str, str]]:
    """What was measured, how it came out, and the target."""
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), services=500, apps=10_000, seconds=60.0, seed=1, means=0.6)
    yield "gap of the plan to its bound", f"{found['gap']:.2%}", "1 %"
    yield "seconds, input read to plan", f"{found['total_s']:.0f} s", "60 s"
    yield "greedy sets, share of the bound", f"{found['greedy']:.1%}", ""
    yield "a random order, share of the bound", f"{found['random']:.1%}", ""
    yield "doing nothing, share of the bound", f"{found['without']:.1%}", ""
    for family in FAMILIES:
        one = plan(drawn(family), seconds=60.0)
        greedy, random = (1 - kept / one.bound for kept in (one.greedy, one.random))
        told = f"{one.gap:.2%} (greedy {greedy:.1%}, a random order {random:.1%})"
        yield f"gap without structure of ours: {family.name}", told, "1 %"


def main() -> None:
    """Measure and print a line of JSON."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--services", type=int, default=500)
    asked.add_argument("--apps", type=int, default=10_000)
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--means", type=float, default=0.6)
    asked.add_argument("--at", action="store_true", help="count users at the end, not the average of all periods")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), services=given.services, apps=given.apps, seconds=given.seconds, seed=given.seed,
                         means=given.means, at=given.at)  # fmt: skip
    print(json.dumps({**found, "machine": machine()}))


if __name__ == "__main__":
    main()
