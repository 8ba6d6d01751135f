"""Project schedules beside plain CP-SAT: mean deviation from the best known makespans, in the same run, one after the other.

``python -m bench.plan_schedules [part of a name ...]`` reads the instances of CARVEOUT_TEST_DATA/schedules. Plain is CP-SAT with
its defaults on the textbook model (intervals, cumulatives, precedence), the same workers and the same time.
"""

from __future__ import annotations

import csv
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from ortools.sat.python import cp_model

from carveout.plan.schedule.check import broken
from carveout.plan.schedule.project import Project, Schedule
from carveout.plan.schedule.search import solve
from carveout.plan.schedule.standard_file import read_standard

SETS = {"j60": (5.0, 0.5), "j120": (10.0, 1.0), "mmlib50": (10.0, 1.0)}
"""Set -> seconds, target of the mean deviation in percent."""


@dataclass(frozen=True, slots=True)
class Row:
    file: str
    best: int
    plain: int | None
    ours: int
    bound: int
    seconds: float


def plain(project: Project, seconds: float) -> int | None:
    """The makespan that plain CP-SAT finds; None where it finds no schedule."""
    model = cp_model.CpModel()
    horizon = sum(max(mode.duration for mode in modes) for modes in project.modes)
    end = model.new_int_var(0, horizon, "end")
    starts, ends, lines = [], [], [([], []) for _ in project.renewable]
    used: list[list[object]] = [[] for _ in project.nonrenewable]
    chosen = []
    for task, modes in enumerate(project.modes):
        start, last = model.new_int_var(0, horizon, f"s{task}"), model.new_int_var(0, horizon, f"e{task}")
        starts.append(start)
        ends.append(last)
        presence = [model.new_bool_var("") for _ in modes]
        chosen.append(presence)
        model.add_exactly_one(presence)
        for mode, var in zip(modes, presence, strict=True):
            interval = model.new_optional_interval_var(start, mode.duration, last, var, "")
            for (intervals, demands), units in zip(lines, mode.renewable, strict=True):
                if units:
                    intervals.append(interval)
                    demands.append(units)
            for kind, units in enumerate(mode.nonrenewable):
                used[kind].append(units * var)
        model.add(end >= last)
    for task, after in enumerate(project.successors):
        for other in after:
            model.add(starts[other] >= ends[task])
    for (intervals, demands), held in zip(lines, project.renewable, strict=True):
        model.add_cumulative(intervals, demands, held)
    for terms, held in zip(used, project.nonrenewable, strict=True):
        model.add(sum(terms) <= held)
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 2, seconds
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    modes = tuple(next(n for n, var in enumerate(each) if solver.boolean_value(var)) for each in chosen)
    schedule = Schedule(tuple(solver.value(start) for start in starts), modes)
    assert broken(project, schedule) == []
    return schedule.makespan(project)


def run(parts: list[str]) -> list[Row]:
    """Every instance whose name has one of the parts, or all."""
    folder = Path(os.environ["CARVEOUT_TEST_DATA"]) / "schedules"
    with (folder / "best-known.csv").open() as stream:
        best = {row["file"]: int(row["best_makespan"]) for row in csv.DictReader(stream)}
    found = []
    for file in sorted(best):
        if parts and not any(part in file for part in parts):
            continue
        seconds = SETS[file.partition("-")[0]][0]
        project = read_standard(folder / file)
        begun = monotonic()
        ours = solve(project, seconds=seconds)
        took = monotonic() - begun
        assert broken(project, ours.schedule) == []
        other = plain(project, seconds)
        if other is not None and other < ours.makespan:
            print(f"{file}: plain CP-SAT is better here", flush=True)
        row = Row(file, best[file], other, ours.makespan, ours.lower_bound, took)
        print(f"{file}: best {row.best}, ours {row.ours} (bound {row.bound}, {took:.1f} s), plain {other}", flush=True)
        found.append(row)
    return found


def table(rows: list[Row]) -> list[str]:
    """Mean deviations by set, as Markdown."""
    lines = ["| set | n | seconds | ours | plain CP-SAT | target |", "|---|---|---|---|---|---|"]
    for name, (seconds, target) in SETS.items():
        mine = [row for row in rows if row.file.startswith(name + "-")]
        if mine:
            ours = sum(row.ours / row.best - 1 for row in mine) / len(mine)
            solved = [row for row in mine if row.plain is not None]
            other = sum((row.plain or 0) / row.best - 1 for row in solved) / max(1, len(solved))
            lines.append(f"| {name} | {len(mine)} | {seconds:g} | {ours:.2%} | {other:.2%} | {target}% |")
    return lines


def section() -> list[str]:
    """The section of docs/benchmarks.md; one line of it where there are no instances."""
    head = ["", "## Plan B: project schedules", ""]
    if not (Path(os.environ.get("CARVEOUT_TEST_DATA", "")) / "schedules" / "best-known.csv").is_file():
        return [*head, "Not measured: CARVEOUT_TEST_DATA names no folder with schedules/."]
    told = "Mean deviation from the best known makespans; plain CP-SAT on the textbook model, the same time and workers, one after the other."
    return [*head, told, "", *table(run([]))]


if __name__ == "__main__":
    print("\n".join(table(run(sys.argv[1:]))))
