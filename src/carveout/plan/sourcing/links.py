"""What the parts share, as rows: slots for qualification, the budget, warehouse space, the value of stock.

Each row says that what all parts use together is at most its limit. Space and value are limited per period and state.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from carveout.plan.sourcing.case import Case, Classes, Groups, Numbers, groups

Key = tuple[str, int, int, int]
"""Kind of the row (slots, budget, warehouse, stock_value), site (or 0), period (or 0), class (or 0)."""


@dataclass
class Links:
    """The shared rows of a case, those with a limit only: their places by key, and their limits.

    ``starts[t, s]`` numbers the classes of leaves that a qualification may tell apart when it is started in period ``t``: one
    class where it is decided now, the classes of orders where it may wait.
    """

    case: Case
    adaptive: bool = False
    starts: Classes = field(init=False)
    start_groups: Groups = field(init=False)
    place: dict[Key, int] = field(init=False, default_factory=dict)
    limit: Numbers = field(init=False)

    def __post_init__(self) -> None:
        """Number the rows."""
        case = self.case
        self.starts = case.orders if self.adaptive else np.zeros_like(case.orders)
        self.start_groups = groups(self.starts)
        limits: list[float] = []

        def row(kind: str, site: int, period: int, number: int, limit: float) -> None:
            if np.isfinite(limit):
                self.place[kind, site, period, number] = len(limits)
                limits.append(float(limit))

        for t in range(case.periods):
            for n in range(self.start_count(t)):
                row("slots", 0, t, n, case.slots)
        for n in range(self.start_count(case.periods - 1)):
            row("budget", 0, 0, n, case.budget)
        for t, many in enumerate(case.counts[1]):
            for b in range(many):
                for j, space in enumerate(case.warehouse):
                    row("warehouse", j, t, b, float(space))
                row("stock_value", 0, t, b, case.stock_value)
        self.limit = np.array(limits)

    def start_count(self, period: int) -> int:
        """How many classes of leaves a start in a period tells apart."""
        return len(self.start_groups[period])
