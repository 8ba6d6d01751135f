"""Modes chosen before any task is placed: the choice that makes the longest chain and the work per resource least.

This relaxation forgets only that tasks compete period by period, so what it proves is a lower bound of the project too.
"""

from __future__ import annotations

from dataclasses import replace

from ortools.sat.python import cp_model

from carveout.plan.error import PlanError
from carveout.plan.schedule.bound import simple_bound
from carveout.plan.schedule.model import model_of
from carveout.plan.schedule.project import Project


def choose_modes(project: Project, *, seconds: float, seed: int = 0) -> tuple[tuple[int, ...], int]:
    """A mode for each task within the nonrenewable resources, and a proven lower bound of the end of the project.

    ``seconds`` is the time for the whole search, of which this takes a tenth if it can.

    Raises:
        PlanError: the nonrenewable resources do not suffice whatever the modes, or no choice was found in the time.
    """
    if all(len(places) == 1 for places in project.usable):
        chosen = tuple(places[0] for places in project.usable)
        for kind, held in enumerate(project.nonrenewable):
            total = sum(project.modes[task][place].nonrenewable[kind] for task, place in enumerate(chosen))
            if total > held:
                raise PlanError(_short_of(kind, total, held))
        return chosen, simple_bound(project)
    upper = sum(
        max(project.modes[task][place].duration for place in places) for task, places in enumerate(project.usable)
    )
    relaxed = model_of(_without_sharing(project), upper, lower=simple_bound(project))
    for kind, held in enumerate(project.renewable):
        work = sum(
            mode.duration * mode.renewable[kind] * relaxed.present[task][place]
            if place in relaxed.present[task]
            else mode.duration * mode.renewable[kind]
            for task, places in enumerate(project.usable)
            for place in places
            for mode in [project.modes[task][place]]
        )
        assert relaxed.end is not None
        relaxed.cp.add(held * relaxed.end >= work)
    for share in (0.1, 0.6):  # a good choice soon; any choice, where none was found so soon
        solver = cp_model.CpSolver()
        asked = solver.parameters
        asked.num_workers, asked.max_time_in_seconds, asked.random_seed = 2, max(0.1, share * seconds), seed
        status = solver.solve(relaxed.cp)
        if status != cp_model.UNKNOWN:
            break
    if status == cp_model.INFEASIBLE:
        raise PlanError(_why_short(project))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise PlanError(f"no choice of modes was found in {seconds:g} seconds; give more time with --time-limit")
    bound = max(simple_bound(project), round(solver.best_objective_bound))
    return relaxed.read(solver).modes, bound


def _without_sharing(project: Project) -> Project:
    modes = tuple(tuple(replace(mode, renewable=()) for mode in modes) for modes in project.modes)
    bare = Project(modes, project.successors, (), project.nonrenewable)
    bare.__dict__["usable"] = project.usable  # the modes that count are those of the project with all its resources
    return bare


def _why_short(project: Project) -> str:
    for kind, held in enumerate(project.nonrenewable):
        least = sum(
            min(project.modes[task][place].nonrenewable[kind] for place in places)
            for task, places in enumerate(project.usable)
        )
        if least > held:
            return _short_of(kind, least, held)
    return (
        "the nonrenewable resources do not suffice together: each alone would, but no choice of modes keeps within all"
    )


def _short_of(kind: int, needed: int, held: int) -> str:
    return f"nonrenewable resource {kind + 1}: even the thriftiest modes use up {needed}, and there are {held}"
