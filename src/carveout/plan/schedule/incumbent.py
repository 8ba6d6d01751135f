"""The best schedule so far, shared by all who search."""

from __future__ import annotations

from threading import Lock

from carveout.plan.schedule.project import Project, Schedule


class Incumbent:
    """A schedule, its length, and the bound that ends the search when it is met."""

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
