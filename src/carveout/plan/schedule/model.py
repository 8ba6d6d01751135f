"""The model of a project for CP-SAT (OR-Tools): intervals, cumulatives, and what follows from them.

A task with several modes has one start and a presence per mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from carveout.plan.schedule.project import Project, Schedule


@dataclass
class Model:
    """The CP-SAT model of a project with its variables: start per task, presence per task and usable mode, and the end."""

    project: Project
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    starts: list[cp_model.IntVar] = field(default_factory=list)
    present: list[dict[int, cp_model.IntVar]] = field(default_factory=list)
    end: cp_model.IntVar | None = None

    def hint(self, schedule: Schedule) -> None:
        """Tell the solver of a known schedule."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for task, start in enumerate(schedule.starts):
            self.cp.add_hint(self.starts[task], start)
            for place, presence in self.present[task].items():
                self.cp.add_hint(presence, place == schedule.modes[task])
        if self.end is not None:
            self.cp.add_hint(self.end, schedule.makespan(self.project))

    def read(self, value: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Schedule:
        """The schedule that a solver found."""
        modes = []
        for task, choices in enumerate(self.present):
            only = self.project.usable[task][0]
            modes.append(next((place for place, var in choices.items() if value.boolean_value(var)), only))
        return Schedule(tuple(value.value(start) for start in self.starts), tuple(modes))


def model_of(project: Project, upper: int, *, lower: int = 0) -> Model:
    """The model with the end of the project between ``lower`` and ``upper``, to be made least."""
    made = Model(project)
    cp, modes = made.cp, project.usable
    heads, tails = project.heads(), project.tails()
    made.end = cp.new_int_var(max(lower, max(tails, default=0)), max(upper, 0), "end")
    resources: list[list[tuple[cp_model.IntervalVar, int]]] = [[] for _ in project.renewable]
    ends: list[cp_model.LinearExprT] = []
    for task in range(project.size):
        start = cp.new_int_var(heads[task], max(heads[task], upper - tails[task]), f"s{task}")
        made.starts.append(start)
        ends.append(_task(made, task, modes[task], resources, upper))
    for task, after in enumerate(project.successors):
        for other in after:
            cp.add(made.starts[other] >= ends[task])
        if not after:
            cp.add(made.end >= ends[task])
    for held, line in zip(project.renewable, resources, strict=True):
        _share(cp, held, line)
    _use_up(made, modes)
    _energy(made, modes)
    cp.minimize(made.end)
    return made


def _task(
    made: Model, task: int, places: Sequence[int], resources: list[list[tuple[cp_model.IntervalVar, int]]], upper: int
) -> cp_model.LinearExprT:
    """Add one task; its end."""
    cp, start, all_modes = made.cp, made.starts[task], made.project.modes[task]
    if len(places) == 1:
        made.present.append({})
        mode = all_modes[places[0]]
        if mode.duration and any(mode.renewable):
            interval = cp.new_fixed_size_interval_var(start, mode.duration, f"i{task}")
            for line, units in zip(resources, mode.renewable, strict=True):
                if units:
                    line.append((interval, units))
        return start + mode.duration
    presence = {place: cp.new_bool_var(f"m{task}_{place}") for place in places}
    made.present.append(presence)
    cp.add_exactly_one(presence.values())
    for place, var in presence.items():
        mode = all_modes[place]
        if mode.duration and any(mode.renewable):
            interval = cp.new_optional_fixed_size_interval_var(start, mode.duration, var, f"i{task}_{place}")
            for line, units in zip(resources, mode.renewable, strict=True):
                if units:
                    line.append((interval, units))
    lengths = sorted({all_modes[place].duration for place in places})
    if len(lengths) == 1:
        return start + lengths[0]
    length = sum(all_modes[place].duration * var for place, var in presence.items())
    end = cp.new_int_var(0, upper, f"e{task}")
    cp.add(end == start + length)
    return end


def _share(cp: cp_model.CpModel, held: int, line: Sequence[tuple[cp_model.IntervalVar, int]]) -> None:
    if sum(units for _, units in line) > held:
        cp.add_cumulative([interval for interval, _ in line], [units for _, units in line], held)


def _use_up(made: Model, modes: Sequence[Sequence[int]]) -> None:
    for kind, held in enumerate(made.project.nonrenewable):
        fixed, terms = 0, []
        for task, places in enumerate(modes):
            units = {place: made.project.modes[task][place].nonrenewable[kind] for place in places}
            least = min(units.values())
            fixed += least
            terms += [(more - least) * made.present[task][place] for place, more in units.items() if more > least]
        if terms:
            made.cp.add(sum(terms) <= held - fixed)


def _energy(made: Model, modes: Sequence[Sequence[int]]) -> None:
    """The work on each renewable must fit before the end: redundant, and it lifts the bound where modes are open."""
    assert made.end is not None
    for kind, held in enumerate(made.project.renewable):
        if not held:
            continue
        fixed, terms = 0, []
        for task, places in enumerate(modes):
            work = {p: (m := made.project.modes[task][p]).duration * m.renewable[kind] for p in places}
            least = min(work.values())
            fixed += least
            terms += [(more - least) * made.present[task][place] for place, more in work.items() if more > least]
        if terms:
            made.cp.add(held * made.end >= fixed + sum(terms))
