"""All parts searched at prices, two at a time; each part keeps its own tree, so the same prices in the same order give the same."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import numpy as np

from carveout.plan.sourcing.case import Numbers
from carveout.plan.sourcing.error import Infeasible
from carveout.plan.sourcing.master import Prices, Proposal
from carveout.plan.sourcing.part_model import PartModel
from carveout.plan.sourcing.part_search import Box, PartMip, PartSearch

THREADS = 2
MANY = 300
"""Yes and no of a part from which on it is left to HiGHS's own search."""
MOST = 3
"""Plans that a part proposes in a round."""


class PartPool:
    """The parts of a case, searched by threads: HiGHS lets go of the interpreter while it solves."""

    def __init__(self, models: Sequence[PartModel], seed: int) -> None:
        self.models = models
        self.searches = [(PartSearch if len(model.first_stage) <= MANY else PartMip)(model, seed) for model in models]
        self._threads = ThreadPoolExecutor(THREADS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown()

    def search(
        self, prices: Prices, gap: float, seconds: float, boxes: Sequence[Box] | None = None
    ) -> tuple[float, list[list[Proposal]]]:
        """What all parts cost at least at prices, and what each proposes, the best first; within bounds of the yes and no if
        they are given.

        Raises:
            Infeasible: a part alone cannot keep its targets.
        """

        def one(number: int) -> tuple[float, list[Proposal]]:
            return self._one(number, prices, gap, seconds, None if boxes is None else boxes[number])

        done = list(self._threads.map(one, range(len(self.models))))
        return sum(bound for bound, _ in done), [made for _, made in done]

    def linear(self, prices: Prices, patterns: Sequence[bytes] | None = None) -> tuple[float, list[Proposal]]:
        """The same with yes and no by halves, or with those of a pattern for each part.

        Raises:
            Infeasible: a part alone cannot keep its targets so.
        """

        def one(number: int) -> tuple[float, Proposal | None]:
            model = self.models[number]
            own = None if patterns is None else patterns[number]
            value, x = self.searches[number].linear(objective(model, prices), own)
            if value == np.inf:
                raise Infeasible(f"the part {model.part.name} cannot keep its service target, whatever the others do")
            return value, None if x is None else Proposal(number, x, model.cost @ x, model.use @ x, own or b"")

        done = list(self._threads.map(one, range(len(self.models))))
        return sum(value for value, _ in done), [made for _, made in done if made is not None]

    def _one(
        self, number: int, prices: Prices, gap: float, seconds: float, box: Box | None
    ) -> tuple[float, list[Proposal]]:
        model = self.models[number]
        found = self.searches[number].search(objective(model, prices), gap, seconds, box)
        if found.infeasible:
            raise Infeasible(f"the part {model.part.name} cannot keep its service target, whatever the others do")
        return found.bound, [proposal(number, model, x) for x in found.plans[:MOST]]


def objective(model: PartModel, prices: Prices) -> Numbers:
    """A part's objective at prices."""
    found: Numbers = model.cost.T @ prices.weights + model.use.T @ prices.shared
    return found


def proposal(number: int, model: PartModel, x: Numbers) -> Proposal:
    """A plan of a part as the master sees it; yes and no are made exact."""
    x = x.copy()
    first = model.first_stage
    x[first] = x[first].round()
    return Proposal(number, x, model.cost @ x, model.use @ x, model.pattern(x))
