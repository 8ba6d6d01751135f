"""A linear or mixed-integer program in HiGHS: one thread, quiet, the same result for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
import numpy.typing as npt

from carveout.plan.highs import opened
from carveout.plan.sourcing.case import Numbers

if TYPE_CHECKING:
    from scipy import sparse

Integers = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Solved:
    """What HiGHS found: the solution and its value (None where there is none), the bound, and whether it is infeasible."""

    x: Numbers | None
    value: float
    bound: float
    infeasible: bool = False
    duals: Numbers | None = None


class Program:
    """A program that is solved again and again with other costs or bounds."""

    def __init__(
        self, objective: Numbers, lower: Numbers, upper: Numbers, integer: Integers | None, rows: sparse.csr_matrix,
        row_lower: Numbers, row_upper: Numbers, *, seed: int = 1, gap: float = 1e-6,
    ) -> None:  # fmt: skip
        self.highs = highs = opened()
        for option, value in (("random_seed", seed), ("mip_rel_gap", gap), ("mip_abs_gap", 1e-7), ("parallel", "off")):
            highs.setOptionValue(option, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(objective), rows.shape[0]
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = objective, lower, upper
        lp.row_lower_, lp.row_upper_ = row_lower, row_upper
        matrix = rows.tocsc()
        matrix.sort_indices()
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        self.is_integer = integer is not None and bool(integer.any())
        if self.is_integer:
            assert integer is not None
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(flag)] for flag in integer]
        highs.passModel(lp)
        self.columns = np.arange(len(objective), dtype=np.int32)

    def costs(self, objective: Numbers) -> None:
        """Replace the objective; what was found with the old one is forgotten (HiGHS 1.16 would tell its value)."""
        if self.is_integer:
            self.highs.clearSolver()
        self.highs.changeColsCost(len(objective), self.columns, objective)

    def bounds(self, columns: npt.NDArray[np.int64], lower: Numbers, upper: Numbers) -> None:
        """Replace the bounds of some columns."""
        self.highs.changeColsBounds(len(columns), np.asarray(columns, dtype=np.int32), lower, upper)

    def solve(self, *, gap: float | None = None, seconds: float = np.inf, wants_duals: bool = False) -> Solved:
        """Solve to a gap, or until time runs out."""
        highs = self.highs
        if gap is not None:
            highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue(
            "time_limit", float(highs.getRunTime() + max(seconds, 0.05)) if np.isfinite(seconds) else np.inf
        )
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        known = highspy.HighsModelStatus
        if status in (known.kInfeasible, known.kUnboundedOrInfeasible):
            return Solved(None, np.inf, np.inf, infeasible=True)
        held = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        x = np.array(highs.getSolution().col_value) if held else None
        value = float(info.objective_function_value) if held else np.inf
        bound = float(info.mip_dual_bound) if self.is_integer else value if status == known.kOptimal else -np.inf
        duals = np.array(highs.getSolution().row_dual) if wants_duals and held else None
        return Solved(x, value, bound, duals=duals)
