"""Schedules made quickly: serial and parallel generation, priority rules with random draws, forward-backward improvement.

Serial generation (Kelley 1963) places the tasks one by one, each as early as precedence and resources allow; its schedules
include an optimal one. Parallel generation goes through time and starts what it can. Forward-backward improvement (Tormos and
Lova 2001) pushes every task as late as it will go, then as early, in the order of ends and starts; it never lengthens.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from time import monotonic

from carveout.plan.schedule.project import Project, Schedule


class Placer:
    """Places the tasks of a project whose modes are chosen, forward in time or mirrored."""

    def __init__(self, project: Project, chosen: Sequence[int]) -> None:
        self.project = project
        picked = [project.modes[task][place] for task, place in enumerate(chosen)]
        self.durations = [mode.duration for mode in picked]
        self.asks = [[(r, u) for r, u in enumerate(mode.renewable) if u] for mode in picked]
        self.horizon = sum(self.durations)

    def serial(self, order: Sequence[int], *, mirrored: bool = False) -> list[int]:
        """Starts of the tasks placed in an order in which none comes before what it follows."""
        before = self.project.successors if mirrored else self.project.predecessors
        durations, asks = self.durations, self.asks
        free = [[held] * (self.horizon + 1) for held in self.project.renewable]
        starts = [0] * len(durations)
        ends = [0] * len(durations)
        for task in order:
            at = 0
            for other in before[task]:
                if ends[other] > at:
                    at = ends[other]
            duration = durations[task]
            if duration:
                at = _earliest(free, asks[task], at, duration)
                for resource, units in asks[task]:
                    line = free[resource]
                    for period in range(at, at + duration):
                        line[period] -= units
            starts[task] = at
            ends[task] = at + duration
        return starts

    def parallel(self, rank: Sequence[float]) -> list[int]:
        """Starts of the tasks when, period by period, those that can start do so, least rank first."""
        project, durations = self.project, self.durations
        waits = [len(before) for before in project.predecessors]
        ready = sorted((task for task, count in enumerate(waits) if not count), key=rank.__getitem__)
        free = list(project.renewable)
        running: list[tuple[int, int]] = []
        starts = [0] * project.size
        now = 0
        while ready or running:
            again = True
            while again:
                again = False
                for task in list(ready):
                    if any(free[resource] < units for resource, units in self.asks[task]):
                        continue
                    ready.remove(task)
                    starts[task] = now
                    if durations[task]:
                        for resource, units in self.asks[task]:
                            free[resource] -= units
                        running.append((now + durations[task], task))
                    else:
                        again = self._release(task, waits, ready) or again
                ready.sort(key=rank.__getitem__)
            if running:
                now = min(running)[0]
                for end, task in [pair for pair in running if pair[0] == now]:
                    running.remove((end, task))
                    for resource, units in self.asks[task]:
                        free[resource] += units
                    self._release(task, waits, ready)
                ready.sort(key=rank.__getitem__)
        return starts

    def _release(self, task: int, waits: list[int], ready: list[int]) -> bool:
        found = False
        for other in self.project.successors[task]:
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
                found = True
        return found

    def improved(self, starts: Sequence[int], draw: random.Random | None = None) -> list[int]:
        """The schedule after pushing all tasks late, then early; ties of equal times are drawn where ``draw`` is given."""
        durations, order = self.durations, self.project.order
        # A tie of both times is between tasks of one length; only those without any can follow each other.
        place: dict[int, float] = {task: n for n, task in enumerate(order)}
        if draw is not None:
            place |= {task: draw.random() for task in order if durations[task]}
        late = sorted(order, key=lambda task: (-(starts[task] + durations[task]), -starts[task], -place[task]))
        mirrored = self.serial(late, mirrored=True)
        last = max((at + durations[task] for task, at in enumerate(mirrored)), default=0)
        pushed = [last - at - durations[task] for task, at in enumerate(mirrored)]
        early = sorted(order, key=lambda task: (pushed[task], pushed[task] + durations[task], place[task]))
        return self.serial(early)

    def makespan(self, starts: Sequence[int]) -> int:
        """The period in which the last task ends."""
        return max((at + duration for at, duration in zip(starts, self.durations, strict=True)), default=0)


def _earliest(free: list[list[int]], asks: Sequence[tuple[int, int]], at: int, duration: int) -> int:
    """The first period from ``at`` on from which enough is free for the whole duration."""
    while True:
        clash = -1
        for resource, units in asks:
            line = free[resource]
            for period in range(at + duration - 1, max(at, clash) - 1, -1):
                if line[period] < units:
                    clash = max(clash, period)
                    break
        if clash < 0:
            return at
        at = clash + 1


def drawn_order(project: Project, rank: Sequence[float], draw: random.Random, heat: float) -> list[int]:
    """An order that keeps precedence, least rank first, ranks blurred by ``heat`` of their spread."""
    spread = (max(rank) - min(rank)) * heat if rank else 0.0
    blurred = [value + draw.random() * spread for value in rank]
    waits = [len(before) for before in project.predecessors]
    ready = [task for task, count in enumerate(waits) if not count]
    found = []
    while ready:
        task = min(ready, key=blurred.__getitem__)
        ready.remove(task)
        found.append(task)
        for other in project.successors[task]:
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    return found


def quick(project: Project, chosen: Sequence[int], *, until: float, seed: int = 0, rounds: int = 200) -> Schedule:
    """The best of some schedules made by rules, with modes as chosen; stops at the clock ``until`` or after ``rounds``."""
    draw, placer = random.Random(seed), Placer(project, chosen)
    modes = tuple(chosen)
    tails, heads = project.tails(modes), project.heads(modes)
    latest = [-float(tail) for tail in tails]
    slack = [head - tail for head, tail in zip(heads, tails, strict=True)]
    best = placer.improved(placer.parallel(latest))
    found = placer.makespan(best)
    lower = max(tails, default=0)
    for count in range(rounds):
        if found == lower or (count and monotonic() > until):
            break
        rank = latest if count % 2 else [float(value) for value in slack]
        order = drawn_order(project, rank, draw, 0.0 if count < 2 else 0.35)
        starts = placer.improved(placer.serial(order), draw if count > 2 else None)
        made = placer.makespan(starts)
        if made < found:
            best, found = starts, made
    return Schedule(tuple(best), modes)
