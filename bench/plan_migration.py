"""A carrier of 418 sites over 36 months: seconds to the first plan, distance from the bounds, what the check says.

``python -m bench.plan_migration [seconds]`` grows the carrier of :mod:`bench.carrier`, plans it, and checks the plan.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.carrier import grow


def main(seconds: float) -> None:
    """Plan by the command line, as a user would."""
    with TemporaryDirectory() as folder:
        path = grow(Path(folder) / "carrier")
        out = Path(folder) / "plan"
        command = [sys.executable, "-m", "carveout", "plan"]
        told = ["migration", str(path), "--time-limit", str(seconds), "--runs", "0", "-o", str(out), "--json"]
        subprocess.run([*command, *told], check=True, stdout=subprocess.DEVNULL)
        checked = subprocess.run([*command, "check", str(out)], check=False, capture_output=True, text=True)
        plan = json.loads((out / "plan.json").read_text())
    print("| what | measured | target |\n|---|---|---|")
    print(f"| first plan | {plan['first_plan_seconds']} s | 10 s |")
    print(
        f"| finish above the bound, {seconds:g} s | {plan['finish_gap']:.1%} (week {plan['finish_week']}, bound {plan['finish_bound']}) | 2% |"
    )
    print(
        f"| cost above the bound, {seconds:g} s | {plan['dollars_gap']:.1%} (${plan['dollars']:,}, bound ${plan['dollars_bound']:,}) | 2% |"
    )
    print(f"| check | {'holds' if checked.returncode == 0 else checked.stderr.splitlines()[0]} | holds |")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 120.0)
