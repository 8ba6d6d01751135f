"""Sourcing plans: parts solved alone under prices, beside the whole program in HiGHS and in SCIP.

    python -m bench.plan_sourcing [--large] [--peers SECONDS]

Cases are drawn from a seed (``bench/plan_instances.py``): 20 parts x 4 suppliers x 24 periods x 20 leaves, in which every leaf
is told apart from the first day on, which makes them as large as they can be; with ``--large`` 40 x 4 x 24 x 40 too. Time is
wall time with two threads; processor time is beside it, for a machine that others use as well.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np

from bench.plan_instances import drawn_case
from carveout.plan.sourcing.case import Case
from carveout.plan.sourcing.decompose import Stop, relative_gap, solve
from carveout.plan.sourcing.highs import Program
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import part_model
from carveout.plan.sourcing.whole_model import whole_model


@dataclass(frozen=True)
class Task:
    name: str
    case: Case
    gap: float
    seconds: float


def tasks(*, large: bool) -> list[Task]:
    """What is measured, with its target."""
    found = [
        Task("20 x 4 x 24 x 20, expected cost", drawn_case(20, 4, 24, 20), 0.001, 30),
        Task("20 x 4 x 24 x 20, half CVaR", drawn_case(20, 4, 24, 20, risk=0.5), 0.005, 60),
    ]
    if large:
        found.append(Task("40 x 4 x 24 x 40, expected cost", drawn_case(40, 4, 24, 40), 0.001, 90))
    return found


def ours(task: Task) -> None:
    """Until the target's gap, whatever it takes, and how far it is at the target's time."""
    began, used = time.monotonic(), time.process_time()
    links = Links(task.case)
    models = [part_model(task.case, part, links) for part in task.case.parts]
    columns, rows = sum(len(m.lower) for m in models), sum(m.rows.shape[0] for m in models) + len(links.limit)
    at_time = np.inf
    head = time.monotonic() - began

    def tell(progress: object) -> None:
        nonlocal at_time
        if head + progress.seconds <= task.seconds:  # type: ignore[attr-defined]
            at_time = progress.gap  # type: ignore[attr-defined]

    found = solve(task.case, Stop(gap=task.gap, seconds=4 * task.seconds), links=links, models=models, tell=tell)
    took, spent = time.monotonic() - began, time.process_time() - used
    print(f"{task.name}: {columns:,} columns, {rows:,} rows")
    print(f"  by part            {found.value:12,.1f}  bound {found.bound:12,.1f}  gap {found.gap:8.3%}  {took:6.1f} s  "
          f"({spent:.1f} s of processors)  {found.rounds} rounds, stopped by {found.stopped}; target {task.gap:.1%} in {task.seconds:.0f} s; "
          f"gap by then {at_time:.3%}", flush=True)  # fmt: skip


def peers(task: Task, seconds: float) -> None:
    """The whole program in HiGHS and in SCIP, for so many seconds each."""
    links = Links(task.case)
    whole = whole_model(task.case, links, [part_model(task.case, part, links) for part in task.case.parts])
    began = time.monotonic()
    program = Program(
        whole.objective,
        whole.lower,
        whole.upper,
        whole.integer,
        whole.rows,
        whole.row_lower,
        whole.row_upper,
        gap=task.gap,
    )
    found = program.solve(seconds=seconds)
    _line("HiGHS, whole", found.value, found.bound, time.monotonic() - began)
    from tests.plan.sourcing.scip import scip_value

    began = time.monotonic()
    value, bound = scip_value(whole, seconds)
    _line("SCIP, whole", value, bound, time.monotonic() - began)


def _line(name: str, value: float, bound: float, took: float) -> None:
    print(
        f"  {name:18s} {value:12,.1f}  bound {bound:12,.1f}  gap {relative_gap(value, bound):8.3%}  {took:6.1f} s",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="40 x 4 x 24 x 40 too")
    parser.add_argument(
        "--peers", type=float, default=0.0, help="seconds for each of the others; 0: none", metavar="SECONDS"
    )
    asked = parser.parse_args()
    for task in tasks(large=asked.large):
        ours(task)
        if asked.peers:
            peers(task, asked.peers)


if __name__ == "__main__":
    main()
