"""De minimis over a bill of a million lines, from the file to the verdict, in a process of its own."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

Row = tuple[str, str, str]

RUN = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
from carveout.law.corpus import bundled
from carveout.origin.calculation import calculate
from carveout.origin.reader import read_bill

view = bundled().view()
start, spent = time.perf_counter(), time.process_time()
bill = read_bill(Path(sys.argv[1]))
read = time.perf_counter() - start
(found,) = calculate(bill, view, "CN", date(2021, 3, 1))
print(json.dumps({
    "verdict": found.verdict, "seconds": time.perf_counter() - start, "read": read, "processor": time.process_time() - spent,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "lines": len(bill.child) + len(bill.roots),
}))
"""


def write(path: Path, lines: int, seed: int = 1) -> None:
    """A bill of assemblies in assemblies, a fiftieth of the lines, and parts in any of them; a sixth is not classified."""
    chance = random.Random(seed)
    assemblies = ["BOX"]
    with path.open("w", encoding="utf-8") as stream:
        stream.write(
            "part,parent,quantity,unit_value,currency,origin,eccn,reasons_for_control,controlled,kind,how,description\n"
        )
        stream.write("BOX,,,,USD,foreign,5A991,,,commodity,,the item\n")
        for number in range(lines // 50):
            parent = chance.choice(assemblies[-2000:])
            assemblies.append(f"A{number}")
            stream.write(f"A{number},{parent},1,,USD,foreign,EAR99,,,commodity,incorporated,assembly {number}\n")
        for number in range(lines - lines // 50 - 1):
            eccn = chance.choice(("EAR99", "3A001.a.2", "5A991", "5A002", "3A991", ""))
            reasons = "AT" if eccn.endswith("991") else ""
            origin, stated = chance.choice(("us", "foreign", "TW", "")), chance.choice(("", "", "true", "false"))
            value = chance.randint(1, 99_999) / 100
            stream.write(
                f"P{number},{chance.choice(assemblies)},{chance.randint(1, 9)},{value},USD,{origin},{eccn},{reasons},{stated},"
                f"commodity,incorporated,part {number}\n"
            )


def run(lines: int = 1_000_000) -> list[Row]:
    """(what, measured, target)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bill.csv"
        write(path, lines)
        runs = []
        for _ in range(3):
            done = subprocess.run([sys.executable, "-c", RUN, str(path)], capture_output=True, text=True, check=True)
            runs.append(json.loads(done.stdout))
    found = sorted(runs, key=lambda one: float(one["seconds"]))[1]
    return [
        (f"a bill of {lines:,} lines, file to verdict", f"{found['seconds']:.2f} s ({found['read']:.2f} s of it reading)", "5 s"),
        ("the same, processor time", f"{found['processor']:.2f} s", ""),
        ("the same, peak memory", f"{found['megabytes']:,.0f} MB", ""),
    ]  # fmt: skip
