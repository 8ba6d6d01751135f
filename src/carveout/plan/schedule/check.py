"""The independent check of a schedule: only the project and the numbers, no part of any solver.

Every broken rule is told in a sentence. Jobs are counted from 1, as the files count them.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from carveout.plan.schedule.project import Project, Schedule

MOST_TOLD = 20


def broken(project: Project, schedule: Schedule) -> list[str]:
    """What a schedule breaks, at most MOST_TOLD sentences; empty for a feasible one."""
    if len(schedule.starts) != project.size or len(schedule.modes) != project.size:
        return [
            f"the schedule has {len(schedule.starts)} starts and {len(schedule.modes)} modes for {project.size} jobs"
        ]
    found = []
    for task, (start, place) in enumerate(zip(schedule.starts, schedule.modes, strict=True)):
        if start < 0:
            found.append(f"job {task + 1} starts at {start}, before the project does")
        if not 0 <= place < len(project.modes[task]):
            found.append(f"job {task + 1} has no mode {place + 1}")
    if found:
        return found[:MOST_TOLD]
    for task, after in enumerate(project.successors):
        end = schedule.end(project, task)
        found += [
            f"job {other + 1} starts at {schedule.starts[other]}, before job {task + 1} ends at {end}"
            for other in after
            if schedule.starts[other] < end
        ]
    chosen = [project.modes[task][place] for task, place in enumerate(schedule.modes)]
    for name, held in enumerate(project.renewable):
        steps: Counter[int] = Counter()
        for start, mode in zip(schedule.starts, chosen, strict=True):
            if mode.duration:
                steps[start] += mode.renewable[name]
                steps[start + mode.duration] -= mode.renewable[name]
        used = 0
        for period, until in pairwise([*sorted(steps), None]):
            assert period is not None
            used += steps[period]
            if used > held:
                found.append(f"renewable {name + 1}: {used} in use from {period} to {until}, and there are {held}")
    for name, held in enumerate(project.nonrenewable):
        total = sum(mode.nonrenewable[name] for mode in chosen)
        if total > held:
            found.append(f"nonrenewable {name + 1}: {total} used up, and there are {held}")
    return found[:MOST_TOLD]
