"""The search for the shortest schedule: rules first, then CP-SAT with a proof, then neighborhoods of the best."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread
from time import monotonic, sleep
from typing import Protocol

from ortools.sat.python import cp_model

from carveout.plan.error import PlanError
from carveout.plan.schedule.check import broken
from carveout.plan.schedule.generation import quick
from carveout.plan.schedule.mode_choice import choose_modes
from carveout.plan.schedule.model import Model, model_of
from carveout.plan.schedule.neighborhood import Shared, search
from carveout.plan.schedule.project import Project, Schedule

BRED, COMPLETE = 0.25, 0.45
"""The parts of the time after which breeding hands over to the complete search, and that to breeding and neighborhoods."""

MOST_BRED = 4000

MARGIN = 0.1
"""Seconds kept for reading and checking the result."""


class Improve(Protocol):
    """What improves the shared schedule until the clock."""

    def __call__(self, shared: Shared, *, until: float, seed: int, searchers: int) -> None:
        """So many searchers at once, drawing from a seed."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A checked schedule, its length, and a proven lower bound of any."""

    schedule: Schedule
    makespan: int
    lower_bound: int

    @property
    def optimal(self) -> bool:
        """Whether no schedule is shorter."""
        return self.makespan == self.lower_bound


def solve(project: Project, *, seconds: float, seed: int = 0, workers: int = 2) -> Solved:
    """The best schedule found in a time, checked independently.

    Raises:
        PlanError: no schedule exists or none was found, in words; or the check refuses what was found.
    """
    begun = monotonic()
    until = begun + max(0.2, seconds - MARGIN)
    chosen, lower = choose_modes(project, seconds=seconds, seed=seed)
    start = quick(project, chosen, until=monotonic() + 0.03 * seconds, seed=seed)
    shared = Shared(project, start, lower)
    if not shared.done:
        _improve(shared, _Breeding(project), begun=begun, until=until, seconds=seconds, seed=seed, workers=workers)
    wrong = broken(project, shared.schedule)
    if wrong:
        raise PlanError("the schedule found does not hold, which is a fault of the planner: " + "; ".join(wrong))
    return Solved(shared.schedule, shared.makespan, min(shared.lower, shared.makespan))


class _Breeding:
    """Breeding, once numba has compiled it: some seconds the first time ever, kept for later. Until then, and where numba is not
    installed, neighborhoods take its place, which are slower and shorten less.
    """

    def __init__(self, project: Project) -> None:
        self.run: Improve | None = None
        self._thread = Thread(target=self._prepare)
        if project.size <= MOST_BRED:  # what the sort keys of the kernel can tell apart
            self._thread.start()

    def _prepare(self) -> None:
        try:
            from carveout.plan.schedule.evolution import evolution, warm
        except ModuleNotFoundError:
            return
        warm()
        self.run = evolution

    def ready(self, wait: float = 0.0) -> bool:
        """Whether it can run, after waiting a little for what is on disk already."""
        end = monotonic() + wait
        while self.run is None and self._thread.is_alive() and monotonic() < end:
            sleep(0.02)
        return self.run is not None


def _improve(
    shared: Shared, breeding: _Breeding, *, begun: float, until: float, seconds: float, seed: int, workers: int
) -> None:
    """Breed, prove, breed again; while breeding is not ready its time goes to neighborhoods."""
    if breeding.ready(wait=0.3 * seconds) and breeding.run is not None:
        breeding.run(shared, until=begun + BRED * seconds, seed=seed, searchers=workers)
    if not shared.done:
        _complete(shared, until=begun + COMPLETE * seconds, seed=seed, workers=workers)
    while not shared.done and monotonic() < until:
        if breeding.ready() and breeding.run is not None:
            breeding.run(shared, until=until, seed=seed + 1, searchers=workers)
        else:
            search(
                shared, until=min(until, monotonic() + 0.5), seed=seed + round(monotonic() * 1000), searchers=workers
            )


class _Watch(cp_model.CpSolverSolutionCallback):
    """Hands each better schedule on as it is found."""

    def __init__(self, model: Model, shared: Shared) -> None:
        super().__init__()
        self.model, self.shared = model, shared

    def on_solution_callback(self) -> None:
        """Called by the solver."""
        self.shared.offer(self.model.read(self))


def _complete(shared: Shared, *, until: float, seed: int, workers: int) -> None:
    """Search the whole model; what it proves raises the bound."""
    model = model_of(shared.project, shared.makespan, lower=shared.lower)
    model.hint(shared.schedule)
    solver = cp_model.CpSolver()
    asked = solver.parameters
    asked.num_workers, asked.random_seed = workers, seed
    asked.max_time_in_seconds = max(0.05, until - monotonic())
    status = solver.solve(model.cp, _Watch(model, shared))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        shared.offer(model.read(solver))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
        shared.lower = max(shared.lower, min(round(solver.best_objective_bound), shared.makespan))
