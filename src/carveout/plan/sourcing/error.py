"""Why there is no plan."""

from __future__ import annotations

from carveout.plan.error import PlanError


class NoPlan(PlanError):
    """No plan was found that keeps all limits and targets."""


class Infeasible(NoPlan):
    """There is none, as far as was found: the search ended by itself."""


class TooShort(NoPlan):
    """The time ended before one was found; there may be one."""
