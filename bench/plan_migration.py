"""A carrier of 418 sites over 36 months: seconds to the first plan, distance from the bounds, what the check says.

``python -m bench.plan_migration [seconds]`` grows the carrier of :mod:`bench.carrier`, plans it, and checks the plan.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.carrier import grow


def run(seconds: float = 120.0) -> Iterator[tuple[str, str, str]]:
    """Plan by the command line, as a user would: what was measured, how it came out, and the target."""
    with TemporaryDirectory() as folder:
        path = grow(Path(folder) / "carrier")
        out = Path(folder) / "plan"
        command = [sys.executable, "-m", "carveout", "plan"]
        told = ["migration", str(path), "--time-limit", str(seconds), "--runs", "0", "-o", str(out), "--json"]
        subprocess.run([*command, *told], check=True, stdout=subprocess.DEVNULL)
        checked = subprocess.run([*command, "check", str(out)], check=False, capture_output=True, text=True)
        plan = json.loads((out / "plan.json").read_text())
    yield "first plan", f"{plan['first_plan_seconds']} s", "10 s"
    finish = f"{plan['finish_gap']:.1%} (week {plan['finish_week']}, bound {plan['finish_bound']})"
    yield f"finish above its bound, {seconds:g} s", finish, "2 %"
    dollars = f"{plan['dollars_gap']:.1%} (${plan['dollars']:,}, bound ${plan['dollars_bound']:,})"
    yield f"cost above the bound of plans done as soon, {seconds:g} s", dollars, "2 %"
    yield "plan check", "holds" if checked.returncode == 0 else checked.stderr.splitlines()[0], "holds"


if __name__ == "__main__":
    for what, measured, target in run(float(sys.argv[1]) if len(sys.argv) > 1 else 120.0):
        print(f"{what}: {measured} (target {target})")
