"""Sourcing plans: parts searched alone under prices, beside the whole program in HiGHS and in SCIP, in the same run.

    python -m bench.plan_sourcing [NAME ...] [--no-peers] [--seed N]

Cases are drawn from a seed (``bench/plan_instances.py``): parts x suppliers x periods x leaves, in which every leaf is told apart
from the first day on, which makes them as large as they can be. The time runs from the numbers of the case to the plan: building
the programs is in it. ``files`` is a problem of the same size as a planner hands it in (``bench/grown_sourcing.py``), from the
files to the plan as JSON: reading and asking the engine are in it, and told beside.

Ours and HiGHS have two threads, SCIP has one. Each other solver gets the seconds of the target, in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.grown_sourcing import grow
from bench.plan_instances import drawn_case
from bench.scip import scip_value
from carveout.doors.cli.plan_law import composed
from carveout.plan.sourcing.case import Case
from carveout.plan.sourcing.decompose import Progress, Stop, relative_gap, solve
from carveout.plan.sourcing.highs import Program
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import part_model
from carveout.plan.sourcing.plan_file import plan_document
from carveout.plan.sourcing.planning import planned
from carveout.plan.sourcing.whole_model import WholeModel, whole_model


@dataclass(frozen=True)
class Task:
    """A case of so many parts and leaves, with its target: a gap within seconds."""

    told: str
    parts: int
    leaves: int
    risk: float
    gap: float
    seconds: float

    def case(self, seed: int) -> Case:
        """The case itself."""
        return drawn_case(self.parts, 4, 24, self.leaves, seed=seed, risk=self.risk)


TASKS = {
    "expected": Task("20 x 4 x 24 x 20, expected cost", 20, 20, 0.0, 0.001, 30),
    "cvar": Task("20 x 4 x 24 x 20, half CVaR", 20, 20, 0.5, 0.005, 60),
    "large": Task("40 x 4 x 24 x 40, expected cost", 40, 40, 0.0, 0.001, 90),
}
PEERS = {"highs": "HiGHS, whole", "scip": "SCIP, whole"}
FILES = Task("20 x 4 x 24 x 20 from files, engine asked", 20, 20, 0.0, 0.001, 30)
SEED = 7


def ours(task: Task, seed: int) -> dict[str, Any]:
    """Until the gap of the target, whatever it takes, and how far it is at the time of the target."""
    case = task.case(seed)
    began, used = time.monotonic(), time.process_time()
    links = Links(case)
    models = [part_model(case, part, links) for part in case.parts]
    at_time = np.inf

    def tell(progress: Progress) -> None:
        nonlocal at_time
        if progress.seconds <= task.seconds:
            at_time = progress.gap

    stop = Stop(gap=task.gap, seconds=4 * task.seconds)
    found = solve(case, stop, links=links, models=models, tell=tell, began=began)
    return {
        "columns": sum(len(m.lower) for m in models), "rows": sum(m.rows.shape[0] for m in models) + len(links.limit),
        "value": found.value, "bound": found.bound, "gap": found.gap, "seconds": time.monotonic() - began,
        "processor": time.process_time() - used, "rounds": found.rounds, "stopped": found.stopped, "gap_by_target": at_time,
    }  # fmt: skip


def from_files(task: Task, seed: int) -> dict[str, Any]:
    """A problem in files to its plan as JSON: the seconds of all of it, and of asking the engine."""
    asked: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = grow(Path(folder), parts=task.parts, leaves=task.leaves, seed=seed, risk=task.risk, gap=task.gap)
        began = time.monotonic()
        solved = planned(
            path, composed, seconds=4 * task.seconds, say=lambda told: asked.append((told, time.monotonic() - began))
        )
        plan = json.dumps(plan_document(solved, Path(folder)))
        took = time.monotonic() - began
    found = solved.solution
    return {
        "columns": sum(len(m.lower) for m in solved.models), "value": found.value, "bound": found.bound, "gap": found.gap, "seconds": took,
        "asked": asked[0][0], "asked_seconds": asked[0][1], "searched_seconds": found.seconds - asked[0][1], "bytes": len(plan), "stopped": found.stopped,
    }  # fmt: skip


def peer(name: str, task: Task, seed: int) -> dict[str, Any]:
    """The whole program in another solver, in a process of its own, for as many seconds as the target has."""
    command = [sys.executable, "-m", "bench.plan_sourcing", "--peer", name, "--seed", str(seed), _name_of(task)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _name_of(task: Task) -> str:
    return next(name for name, one in TASKS.items() if one is task)


def _peer_here(name: str, task: Task, seed: int) -> dict[str, Any]:
    case = task.case(seed)
    links = Links(case)
    whole = whole_model(case, links, [part_model(case, part, links) for part in case.parts])
    began = time.monotonic()
    value, bound = (_highs if name == "highs" else _scip)(whole, task)
    return {"value": value, "bound": bound, "gap": relative_gap(value, bound), "seconds": time.monotonic() - began}


def _highs(m: WholeModel, task: Task) -> tuple[float, float]:
    program = Program(m.objective, m.lower, m.upper, m.integer, m.rows, m.row_lower, m.row_upper, gap=task.gap)
    program.highs.setOptionValue("threads", 2)
    program.highs.setOptionValue("parallel", "on")
    found = program.solve(seconds=task.seconds)
    return found.value, found.bound


def _scip(m: WholeModel, task: Task) -> tuple[float, float]:
    return scip_value(m, task.seconds, task.gap)


def run(names: list[str], seed: int, *, peers: bool) -> Iterator[tuple[str, str, str]]:
    """What was measured, how it came out, and the target."""
    for name in names:
        if name == "files":
            found = from_files(FILES, seed)
            told = (
                f"gap {found['gap']:.3%} in {found['seconds']:.1f} s, of which {found['asked_seconds']:.1f} s to read and to ask, "
                f"{found['searched_seconds']:.1f} s to search; {found['columns']:,} columns"
            )
            yield FILES.told, told, f"{FILES.gap:.1%} in {FILES.seconds:g} s"
            continue
        task = TASKS[name]
        found = ours(task, seed)
        told = (
            f"gap {found['gap']:.3%} in {found['seconds']:.1f} s ({found['processor']:.1f} s of processors), {found['rounds']} rounds; "
            f"value {found['value']:,.1f}, bound {found['bound']:,.1f}; {found['columns']:,} columns, {found['rows']:,} rows"
        )
        yield task.told, told, f"{task.gap:.1%} in {task.seconds:g} s"
        for other, title in PEERS.items() if peers else ():
            beside = peer(other, task, seed)
            yield f"{title}, beside it", _beside(beside), ""


def _beside(found: dict[str, Any]) -> str:
    return (
        f"gap {found['gap']:.2%} in {found['seconds']:.1f} s; value {found['value']:,.1f}, bound {found['bound']:,.1f}"
    )


def section() -> list[str]:
    """The part of docs/benchmarks.md."""
    lines = [
        "\n## Plan B: sourcing\n",
        "Parts x suppliers x periods x scenarios drawn from a seed, every scenario told apart from the first day on; building the programs is in\n"
        "the time. The other solvers get the seconds of the target. From files: reading and asking the engine included, until the plan is JSON.\n",
        "| what | measured | target |\n|---|---|---|",
    ]
    return lines + [
        f"| {what} | {measured} | {target} |" for what, measured, target in run([*TASKS, "files"], SEED, peers=True)
    ]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument(
        "names", nargs="*", choices=[*TASKS, "files", []], help="what to measure; all of it if none is named"
    )
    asked.add_argument("--no-peers", action="store_true", help="without the other solvers")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--peer", choices=list(PEERS), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.peer:
        print(json.dumps(_peer_here(given.peer, TASKS[given.names[0]], given.seed)))
        return
    for what, measured, target in run(given.names or [*TASKS, "files"], given.seed, peers=not given.no_peers):
        print(f"{what}: {measured}" + (f" (target {target})" if target else ""), flush=True)


if __name__ == "__main__":
    main()
