"""Large-neighborhood search: part of a good schedule is taken apart and solved again, shorter or not at all.

Two searchers share the best schedule. Each draws which tasks to free (those in a window of time, those around a task in the
precedence graph, or any), and learns how many it can free at a time: more when the answer comes quickly, fewer when none comes.
Between tries the schedule is shaken by forward-backward improvement with drawn ties, which keeps its length and moves its tasks.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic

from ortools.sat.python import cp_model

from carveout.plan.schedule.generation import Placer
from carveout.plan.schedule.model import model_of
from carveout.plan.schedule.project import Project, Schedule

TRY_SECONDS = 0.01
"""What one neighborhood may take, in the solver's own deterministic seconds: some tenths of a second of a clock."""

Better = Callable[[Schedule], None]


class Shared:
    """The best schedule so far, shared by the searchers, and the bound that ends the search when it is met."""

    def __init__(self, project: Project, schedule: Schedule, lower: int) -> None:
        self.project, self.schedule, self.lower = project, schedule, lower
        self.makespan = schedule.makespan(project)
        self._lock = Lock()

    def offer(self, schedule: Schedule) -> bool:
        """Take a schedule if it is shorter."""
        made = schedule.makespan(self.project)
        with self._lock:
            if made >= self.makespan:
                return False
            self.schedule, self.makespan = schedule, made
            return True

    @property
    def done(self) -> bool:
        """Whether the best is proven best."""
        return self.makespan <= self.lower


def search(shared: Shared, *, until: float, seed: int, searchers: int = 2) -> None:
    """Improve the shared schedule until the clock, or until it is proven best."""
    threads = [Thread(target=_searcher, args=(shared, until, seed + 7919 * n), daemon=True) for n in range(searchers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _searcher(shared: Shared, until: float, seed: int) -> None:
    project, draw = shared.project, random.Random(seed)
    active = [task for task in range(project.size) if any(mode.duration for mode in project.modes[task])]
    if not active:
        return
    sizes = [min(1.0, 15 / len(active))] * 3
    current, length = shared.schedule, shared.makespan
    solver = cp_model.CpSolver()
    while monotonic() < until and not shared.done:
        if shared.makespan < length or draw.random() < 0.02:
            current, length = shared.schedule, shared.makespan
        kind = draw.randrange(3)
        count = max(2, round(sizes[kind] * len(active)))
        free = _drawn(project, current, active, kind, count, draw)
        model = model_of(project, shared.makespan - 1, lower=shared.lower, kept=current, free=free)
        if project.nonrenewable or draw.random() < 0.5:
            model.cp.clear_objective()  # type: ignore[no-untyped-call]  # any shorter schedule will do, and is found sooner
        status = _try(solver, model.cp, draw, until)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            current = _settled(project, model.read(solver))
            shared.offer(current)
            length = shared.makespan
        elif status == cp_model.INFEASIBLE:
            sizes[kind] = min(1.0, sizes[kind] * 1.03)
        else:
            sizes[kind] = max(5 / len(active), sizes[kind] * 0.95)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) and draw.random() < 0.5:
            current = _shaken(project, current, shared.makespan, draw)


def _try(
    solver: cp_model.CpSolver, model: cp_model.CpModel, draw: random.Random, until: float
) -> cp_model.CpSolverStatus:
    asked = solver.parameters
    asked.num_workers, asked.random_seed = 1, draw.randrange(1 << 30)
    asked.max_deterministic_time = TRY_SECONDS
    asked.max_time_in_seconds = max(0.01, until - monotonic())
    asked.linearization_level, asked.cp_model_probing_level, asked.symmetry_level = 0, 0, 0
    asked.use_lns = False
    return solver.solve(model)


def _drawn(
    project: Project, schedule: Schedule, active: list[int], kind: int, count: int, draw: random.Random
) -> set[int]:
    """The tasks to free: a window of time, a ball of the precedence graph, or a window thinned by chance."""
    if count >= len(active):
        return set(active)
    middle = draw.choice(active)
    if kind == 1:
        found, edge = {middle}, [middle]
        while len(found) < count and edge:
            task = edge.pop(draw.randrange(len(edge)))
            near = [t for t in (*project.predecessors[task], *project.successors[task]) if t not in found]
            found.update(near)
            edge += near
        return found if len(found) >= count else found | set(draw.sample(active, count - len(found)))
    at = draw.uniform(0, schedule.makespan(project))
    mid = {task: (schedule.starts[task] + schedule.end(project, task)) / 2 for task in active}
    near = sorted(active, key=lambda task: abs(mid[task] - at))
    if kind == 0:
        return set(near[:count])
    return set(draw.sample(near[: min(len(near), 2 * count)], count))


def _settled(project: Project, schedule: Schedule) -> Schedule:
    """The same schedule pushed together."""
    placer = Placer(project, schedule.modes)
    pushed = Schedule(tuple(placer.improved(schedule.starts)), schedule.modes)
    return pushed if pushed.makespan(project) <= schedule.makespan(project) else schedule


def _shaken(project: Project, schedule: Schedule, most: int, draw: random.Random) -> Schedule:
    """A schedule that is no longer and differs, if one is found by drawn ties."""
    placer = Placer(project, schedule.modes)
    made = Schedule(tuple(placer.improved(schedule.starts, draw)), schedule.modes)
    return made if made.makespan(project) <= most else schedule
