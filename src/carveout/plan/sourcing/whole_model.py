"""All parts as one program, for small cases, for comparison, and with the starts fixed for the last polish.

Columns are those of the parts one after the other, then ``eta`` and one ``tail`` per leaf where risk counts (Rockafellar and
Uryasev: CVaR is the least of ``eta + E[(cost - eta)+] / (1 - tail)``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from carveout.plan.sourcing.case import Case, Numbers
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import PartModel


@dataclass
class WholeModel:
    """``minimize objective @ x`` with ``row_lower <= rows @ x <= row_upper``; ``starts[p]`` is the first column of part p."""

    objective: Numbers
    lower: Numbers
    upper: Numbers
    integer: np.ndarray[tuple[int], np.dtype[np.bool_]]
    rows: sparse.csr_matrix
    row_lower: Numbers
    row_upper: Numbers
    starts: tuple[int, ...]

    def of(self, part: int, x: Numbers) -> Numbers:
        """The columns of one part."""
        return x[self.starts[part] : self.starts[part + 1]]


def tail_objective(case: Case) -> Numbers:
    """The objective of ``eta`` and of the tail of each leaf."""
    return np.concatenate([[case.risk], case.risk * case.probability / (1 - case.tail)])


def whole_model(case: Case, links: Links, models: Sequence[PartModel]) -> WholeModel:
    """The program of all parts together."""
    width = sum(len(model.lower) for model in models)
    starts = tuple(int(n) for n in np.cumsum([0, *(len(model.lower) for model in models)]))
    own = sparse.block_diag([model.rows for model in models], format="csr")
    shared = sparse.hstack([model.use for model in models], format="csr")
    cost = sparse.hstack([model.cost for model in models], format="csr")
    blocks = [own, shared]
    low = [*(model.row_lower for model in models), np.full(len(links.limit), -np.inf)]
    high = [*(model.row_upper for model in models), links.limit]
    objective = (1 - case.risk) * np.asarray(cost.T @ case.probability).ravel()
    lower = np.concatenate([model.lower for model in models])
    upper = np.concatenate([model.upper for model in models])
    integer = np.concatenate([model.integer for model in models])
    rows = sparse.vstack(blocks, format="csr")
    if case.risk:
        s = case.leaves
        tails = sparse.hstack([-cost, sparse.csr_matrix(np.ones((s, 1))), sparse.identity(s)], format="csr")
        rows = sparse.vstack([sparse.hstack([rows, sparse.csr_matrix((rows.shape[0], s + 1))]), tails], format="csr")
        objective = np.concatenate([objective, tail_objective(case)])
        lower = np.concatenate([lower, [-np.inf], np.zeros(s)])
        upper = np.concatenate([upper, np.full(s + 1, np.inf)])
        integer = np.concatenate([integer, np.zeros(s + 1, dtype=bool)])
        low.append(np.zeros(s))
        high.append(np.full(s, np.inf))
    assert rows.shape == (sum(map(len, low)), len(lower))
    assert len(lower) >= width
    return WholeModel(objective, lower, upper, integer, rows, np.concatenate(low), np.concatenate(high), starts)
