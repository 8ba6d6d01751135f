"""The same problem as a mixed-integer program, for HiGHS: whole instances where they are small, a neighborhood where not.

Columns: ``y[j, t]`` the project is ready by t (binary, monotone), ``z[g, t]`` the gain is realized in t, ``w[j, t]`` work. A gain
whose last need is a project of its own needs no z: the project may be ready as late as the gain is.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import coo_matrix

from carveout.plan.apps.instance import Instance, Numbers, Whole
from carveout.plan.highs import opened


@dataclass(frozen=True)
class Solved:
    """Ready dates (J), work (J, T), the plan's total and the bound that the search proved."""

    ready: Whole
    work: Numbers
    total: float
    bound: float


class _Rows:
    """Rows of a sparse matrix in the making."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, terms: list[tuple[int, float]], lower: float, upper: float) -> None:
        place = len(self.lower)
        for column, value in terms:
            self.row.append(place)
            self.column.append(column)
            self.value.append(value)
        self.lower.append(lower)
        self.upper.append(upper)


def solve_mip(
    instance: Instance, *, seconds: float, start: Whole | None = None, free: Whole | None = None, gap: float = 1e-6,
    floors: dict[int, float] | None = None,
) -> Solved | None:  # fmt: skip
    """The best ready dates, or the best found in time; None where no plan holds (or none was found).

    ``free`` are the projects whose dates may change; the others keep those of ``start``. ``floors`` are periods in which at least
    so many users have to be kept.
    """
    it = instance
    end, inf = it.periods, highspy.kHighsInf
    movable = np.ones(it.projects, dtype=bool)
    if free is not None:
        movable[:] = False
        movable[free] = True
    columns = 0
    low: list[float] = []
    high: list[float] = []
    cost: list[float] = []
    whole: list[bool] = []

    def column(lower: float, upper: float, gain: float = 0.0, integer: bool = False) -> int:
        nonlocal columns
        low.append(lower)
        high.append(upper)
        cost.append(gain)
        whole.append(integer)
        columns += 1
        return columns - 1

    y = np.full((it.projects + 1, end), -1, dtype=np.int64)
    rows = _Rows()
    for j in range(it.projects):
        for t in range(1, end):
            if movable[j]:
                y[j, t] = column(0.0, 0.0 if t < it.duration[j] else 1.0, integer=True)
            else:
                assert start is not None
                fixed = float(start[j] <= t)
                y[j, t] = column(fixed, fixed)
            if t > 1:
                rows.add([(y[j, t - 1], 1.0), (y[j, t], -1.0)], -inf, 0.0)
    for j, before in enumerate(it.before):
        for other in before:
            for t in range(1, end):
                rows.add([(y[j, t], 1.0), (y[other, t], -1.0)], -inf, 0.0)
    kept: list[list[tuple[int, float]]] = [[] for _ in range(end)]
    for g, waits in enumerate(it.waits):
        for t in range(1, end):
            worth = float(it.value[g, t])
            if worth <= 0:
                continue
            z = column(0.0, 1.0, worth * float(it.weight[t]))
            kept[t].append((z, worth))
            for j in waits:
                rows.add([(z, 1.0), (int(y[j, t]), -1.0)], -inf, 0.0)
    work = np.full((it.projects, end), -1, dtype=np.int64)
    for j in range(it.projects):
        if it.effort[j] <= 0:
            continue
        done: list[tuple[int, float]] = []
        for t in range(end - 1):
            work[j, t] = column(0.0, float(it.rate[j]))
            done.append((int(work[j, t]), 1.0))
            rows.add([*done, (int(y[j, t + 1]), -float(it.effort[j]))], 0.0, inf)
    for t in range(end - 1):
        rows.add([(int(work[j, t]), 1.0) for j in range(it.projects) if work[j, t] >= 0], -inf, float(it.engineers[t]))
        rows.add(
            [(int(y[j, t + 1]), float(it.money[j])) for j in range(it.projects) if it.money[j] > 0],
            -inf,
            float(it.income[t]),
        )
    for t, least in (floors or {}).items():
        rows.add(kept[t], least - float(it.kept[t]), inf)
    solver = _model(rows, columns, low, high, cost, whole)
    solver.setOptionValue("time_limit", max(seconds, 0.1))
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    if start is not None:
        _hint(solver, it, y, start)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    values = np.array(solver.getSolution().col_value)
    ready = np.full(it.projects, end, dtype=np.int64)
    for t in range(end - 1, 0, -1):
        ready[values[y[:-1, t]] > 0.5] = t
    spent = np.where((work >= 0) & (np.arange(end) < ready[:, None]) & (ready[:, None] < end), values[work], 0.0)
    sums = spent.sum(axis=1)
    spent *= np.where(sums > 0, it.effort / np.where(sums > 0, sums, 1.0), 1.0)[:, None]
    return Solved(ready, spent, it.total(ready), it.at_rest + float(info.mip_dual_bound))


def _model(
    rows: _Rows, columns: int, low: list[float], high: list[float], cost: list[float], whole: list[bool]
) -> highspy.Highs:
    matrix = coo_matrix((rows.value, (rows.row, rows.column)), shape=(len(rows.lower), columns)).tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, len(rows.lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(cost), np.array(low), np.array(high)
    lp.row_lower_, lp.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger if one else highspy.HighsVarType.kContinuous for one in whole]
    lp.sense_ = highspy.ObjSense.kMaximize
    solver = opened()
    solver.passModel(lp)
    return solver


def _hint(solver: highspy.Highs, instance: Instance, y: Whole, start: Whole) -> None:
    """Hand the ready dates of a plan to the solver, which completes them."""
    places, values = [], []
    for j in range(instance.projects):
        for t in range(1, instance.periods):
            places.append(int(y[j, t]))
            values.append(float(start[j] <= t))
    solver.setSolution(len(places), np.array(places, dtype=np.int32), np.array(values, dtype=np.float64))
