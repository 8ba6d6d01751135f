"""The whole program solved without its yes and no, or with them fixed: where prices begin, and how a plan gets its quantities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from carveout.plan.sourcing.case import Case, Numbers
from carveout.plan.sourcing.error import Infeasible
from carveout.plan.sourcing.highs import Program
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.master import Prices, within
from carveout.plan.sourcing.part_model import PartModel
from carveout.plan.sourcing.risk import objective_value
from carveout.plan.sourcing.whole_model import WholeModel, whole_model


@dataclass
class Whole:
    """One program, kept: each time only bounds move, and the simplex method goes on from where it was."""

    case: Case
    links: Links
    models: Sequence[PartModel]
    seed: int = 1
    model: WholeModel = field(init=False)
    program: Program = field(init=False)

    def __post_init__(self) -> None:
        """Build the program."""
        self.model = m = whole_model(self.case, self.links, self.models)
        self.program = Program(m.objective, m.lower, m.upper, None, m.rows, m.row_lower, m.row_upper, seed=self.seed)
        self._first = np.flatnonzero(m.integer)

    def prices(self) -> Prices:
        """The prices of the relaxation; none where it was not solved.

        Raises:
            Infeasible: not even with yes and no by halves there is a plan.
        """
        case, rows = self.case, len(self.links.limit)
        solved = self.program.solve(wants_duals=True)
        if solved.infeasible:
            raise Infeasible(
                "no plan keeps the limits and the service targets together, not even with halves of starts"
            )
        if solved.duals is None:
            return Prices(np.zeros(rows), case.probability.copy())
        own = sum(model.rows.shape[0] for model in self.models)
        weights = (1 - case.risk) * case.probability
        if case.risk:
            weights = weights + within(solved.duals[own + rows :], case)
        return Prices(np.maximum(0.0, -solved.duals[own : own + rows]), weights)

    def fixed(self, patterns: Sequence[bytes]) -> tuple[float, tuple[Numbers, ...]] | None:
        """The best quantities where the starts and contracts of each part are given, with their value; None where none fit."""
        values = np.concatenate([np.frombuffer(pattern, dtype=np.int8).astype(float) for pattern in patterns])
        self.program.bounds(self._first, values, values)
        solved = self.program.solve()
        if solved.x is None:
            return None
        x = solved.x.copy()
        x[self._first] = values
        parts = tuple(self.model.of(number, x) for number in range(len(self.models)))
        cost = np.sum([m.cost @ own for m, own in zip(self.models, parts, strict=True)], axis=0)
        return objective_value(self.case, cost), parts
