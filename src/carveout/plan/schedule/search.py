"""The search for the shortest schedule: rules first, then CP-SAT with a proof, then breeding by the hundred thousand."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from ortools.sat.python import cp_model

from carveout.facts.compiled import Warming
from carveout.plan.error import PlanError
from carveout.plan.schedule.check import broken
from carveout.plan.schedule.generation import quick
from carveout.plan.schedule.incumbent import Incumbent
from carveout.plan.schedule.mode_choice import choose_modes
from carveout.plan.schedule.model import Model, model_of
from carveout.plan.schedule.project import Project, Schedule

COMPLETE = 0.2
"""The part of the time after which the complete search hands over to breeding."""

MARGIN = 0.1
"""Seconds kept for reading and checking the result."""


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
    best = Incumbent(project, start, lower)
    if not best.done:
        _improve(best, begun=begun, until=until, seconds=seconds, seed=seed, workers=workers)
    wrong = broken(project, best.schedule)
    if wrong:
        raise PlanError("the schedule found does not hold, which is a fault of the planner: " + "; ".join(wrong))
    return Solved(best.schedule, best.makespan, min(best.lower, best.makespan))


def _prepare() -> None:
    from carveout.plan.schedule.evolution import warm

    warm()


def _improve(best: Incumbent, *, begun: float, until: float, seconds: float, seed: int, workers: int) -> None:
    """Prove, then breed; while breeding is being compiled, which is once, the complete search goes on."""
    breeding = Warming(_prepare)
    end = begun + COMPLETE * seconds
    while not best.done and monotonic() < until and (monotonic() < end or not breeding.ready()):
        _complete(best, until=min(until, max(end, monotonic() + COMPLETE * seconds)), seed=seed, workers=workers)
    if not best.done and monotonic() < until:
        from carveout.plan.schedule.evolution import evolution

        evolution(best, until=until, seed=seed, searchers=workers)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Hands each better schedule on as it is found."""

    def __init__(self, model: Model, best: Incumbent) -> None:
        super().__init__()
        self.model, self.best = model, best

    def on_solution_callback(self) -> None:
        """Called by the solver."""
        self.best.offer(self.model.read(self))


def _complete(best: Incumbent, *, until: float, seed: int, workers: int) -> None:
    """Search the whole model; what it proves raises the bound."""
    model = model_of(best.project, best.makespan, lower=best.lower)
    model.hint(best.schedule)
    solver = cp_model.CpSolver()
    asked = solver.parameters
    asked.num_workers, asked.random_seed = workers, seed
    asked.max_time_in_seconds = max(0.05, until - monotonic())
    status = solver.solve(model.cp, _Watch(model, best))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        best.offer(model.read(solver))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
        best.lower = max(best.lower, min(round(solver.best_objective_bound), best.makespan))
