"""A project: tasks with modes, what must precede what, and the resources that tasks share.

The problem is the resource-constrained project scheduling problem and its multi-mode form (Pritsker, Watters and Wolfe 1969;
Talbot 1982). Time is counted in whole periods from 0. A task runs without a break; it holds its renewable resources while it
runs and uses up nonrenewable ones once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from carveout.plan.error import PlanError


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to do a task: periods it takes, units of each renewable held, units of each nonrenewable used up."""

    duration: int
    renewable: tuple[int, ...]
    nonrenewable: tuple[int, ...] = ()


@dataclass(frozen=True)
class Project:
    """Tasks 0..n-1, each with its modes and the tasks that follow it; units of each resource that there are."""

    modes: tuple[tuple[Mode, ...], ...]
    successors: tuple[tuple[int, ...], ...]
    renewable: tuple[int, ...]
    nonrenewable: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """How many tasks there are."""
        return len(self.modes)

    @cached_property
    def predecessors(self) -> tuple[tuple[int, ...], ...]:
        """The tasks that each task follows."""
        found: list[list[int]] = [[] for _ in self.modes]
        for task, after in enumerate(self.successors):
            for other in after:
                found[other].append(task)
        return tuple(map(tuple, found))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The tasks, each after all that it follows.

        Raises:
            PlanError: tasks that wait for each other.
        """
        open_before = [len(before) for before in self.predecessors]
        ready = [task for task, count in enumerate(open_before) if not count]
        found = []
        while ready:
            task = ready.pop()
            found.append(task)
            for after in self.successors[task]:
                open_before[after] -= 1
                if not open_before[after]:
                    ready.append(after)
        if len(found) < self.size:
            waiting = ", ".join(str(task + 1) for task, count in enumerate(open_before) if count)
            raise PlanError(f"jobs wait for each other in a circle, or for one that does: {waiting}")
        return tuple(found)

    @cached_property
    def usable(self) -> tuple[tuple[int, ...], ...]:
        """Of each task the modes that fit into the resources there are, and that no other mode is as good as in all.

        Raises:
            PlanError: a task of which no mode fits.
        """
        found = []
        for task, modes in enumerate(self.modes):
            fits = [place for place, mode in enumerate(modes) if self._fits(mode)]
            if not fits:
                asked = "; ".join(str([*mode.renewable, *mode.nonrenewable]) for mode in modes)
                held = [*self.renewable, *self.nonrenewable]
                raise PlanError(f"job {task + 1} asks for {asked}, and there are {held}: no mode of it can ever run")
            found.append(tuple(place for place in fits if not any(_beats(modes, other, place) for other in fits)))
        return tuple(found)

    def _fits(self, mode: Mode) -> bool:
        pairs = (
            *zip(mode.renewable, self.renewable, strict=True),
            *zip(mode.nonrenewable, self.nonrenewable, strict=True),
        )
        return all(asked <= held for asked, held in pairs)

    def tails(self, chosen: tuple[int, ...] | None = None) -> list[int]:
        """Periods from the start of each task to the end of the project along the longest chain, resources aside.

        With ``chosen`` modes, else with the shortest usable mode of each task.
        """
        found = [0] * self.size
        for task in reversed(self.order):
            after = max((found[other] for other in self.successors[task]), default=0)
            found[task] = after + self._shortest(task, chosen)
        return found

    def heads(self, chosen: tuple[int, ...] | None = None) -> list[int]:
        """The earliest start of each task along the longest chain, resources aside."""
        found = [0] * self.size
        for task in self.order:
            end = found[task] + self._shortest(task, chosen)
            for other in self.successors[task]:
                found[other] = max(found[other], end)
        return found

    def _shortest(self, task: int, chosen: tuple[int, ...] | None) -> int:
        if chosen is not None:
            return self.modes[task][chosen[task]].duration
        return min(self.modes[task][place].duration for place in self.usable[task])


def _beats(modes: tuple[Mode, ...], one: int, other: int) -> bool:
    """Whether a mode is never worse than another; of two that are alike the first stays."""
    a, b = modes[one], modes[other]
    left, right = (a.duration, *a.renewable, *a.nonrenewable), (b.duration, *b.renewable, *b.nonrenewable)
    return all(x <= y for x, y in zip(left, right, strict=True)) and (left != right or one < other)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The start of each task and the place of its mode among the modes of the task."""

    starts: tuple[int, ...]
    modes: tuple[int, ...]

    def makespan(self, project: Project) -> int:
        """The period in which the last task ends."""
        return max((self.end(project, task) for task in range(project.size)), default=0)

    def end(self, project: Project, task: int) -> int:
        """The period in which a task ends."""
        return self.starts[task] + project.modes[task][self.modes[task]].duration
