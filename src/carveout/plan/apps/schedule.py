"""From dates that one would like to a plan that holds every limit: projects in an order, each as early as it can be."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from carveout.plan.apps.instance import Instance, Numbers, Whole

SMALL = 1e-9


class Schedule:
    """A plan in the making: ``ready`` (J) and ``work`` per project, with what is left of engineers and money."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.ready: Whole = np.full(instance.projects, instance.periods, dtype=np.int64)
        self.free = [float(x) for x in instance.engineers]
        self.slack = [float(x) for x in instance.income]
        self.work: dict[int, list[tuple[int, float]]] = {}

    def add(self, project: int, *, no_earlier: int = 0) -> bool:
        """Put a project in as early as it can be, ready no earlier than a period; False where it does not fit.

        What must be ready before has to be in already.
        """
        it = self.instance
        end = it.periods
        if self.ready[project] < end:
            return True
        effort, rate = float(it.effort[project]), float(it.rate[project])
        left, taken, last = effort, [], int(it.duration[project]) - 1
        free = self.free
        for t in range(end - 1):
            if left <= SMALL * (1 + effort):
                break
            part = min(rate, free[t], left)
            if part > 0:
                taken.append((t, part))
                left -= part
                last = max(last, t)
        if left > SMALL * (1 + effort):
            return False
        ready = max(last + 1, no_earlier, 1, *(int(self.ready[p]) for p in it.before[project]))
        if ready >= end:
            return False
        money = float(it.money[project])
        if money > 0:
            due = self._day_of_money(money, ready - 1)
            if due is None:
                return False
            for t in range(due, end):
                self.slack[t] -= money
            ready = due + 1
        for t, part in taken:
            free[t] -= part
        self.work[project] = taken
        self.ready[project] = ready
        return True

    def _day_of_money(self, money: float, earliest: int) -> int | None:
        """The first period from ``earliest`` on in which the money is there and is missing nowhere later."""
        found = None
        for t in range(self.instance.periods - 1, earliest - 1, -1):
            if self.slack[t] + SMALL * (1 + money) < money:
                break
            found = t
        return found if found is not None and found < self.instance.periods - 1 else None

    def add_all(self, projects: Iterable[int]) -> None:
        """Put projects in one after the other; what does not fit stays out, and what waits for it too."""
        never = self.instance.periods
        for project in projects:
            if all(self.ready[p] < never for p in self.instance.before[project]):
                self.add(project)

    @property
    def total(self) -> float:
        """What the plan keeps, weighted."""
        return self.instance.total(self.ready)


def ordered(instance: Instance, projects: Iterable[int], key: Numbers) -> list[int]:
    """Projects by a key, each after those that must be ready before it."""
    seen: set[int] = set()
    found: list[int] = []

    def visit(project: int) -> None:
        if project in seen:
            return
        seen.add(project)
        for other in instance.before[project]:
            visit(other)
        found.append(project)

    for project in sorted(projects, key=lambda p: (key[p], p)):
        visit(int(project))
    return found
