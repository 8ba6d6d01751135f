"""A whole program solved by SCIP: the second opinion."""

from __future__ import annotations

import numpy as np
from pyscipopt import Model, quicksum

from carveout.plan.sourcing.whole_model import WholeModel


def scip_value(whole: WholeModel, seconds: float = 60.0, gap: float = 1e-9) -> tuple[float, float]:
    """The least value that SCIP finds, and its bound."""
    model = Model()
    model.hideOutput()
    model.setParam("limits/time", seconds)
    model.setParam("limits/gap", gap)

    def bound(value: float) -> float | None:
        return None if np.isinf(value) else float(value)

    x = [
        model.addVar(
            vtype="I" if whole.integer[n] else "C",
            lb=bound(whole.lower[n]),
            ub=bound(whole.upper[n]),
            obj=float(whole.objective[n]),
        )
        for n in range(len(whole.lower))
    ]
    rows = whole.rows.tocsr()
    for r in range(rows.shape[0]):
        low, high = whole.row_lower[r], whole.row_upper[r]
        entries = range(rows.indptr[r], rows.indptr[r + 1])
        if not len(entries):
            continue
        sum_ = quicksum(float(rows.data[k]) * x[rows.indices[k]] for k in entries)
        if low == high:
            model.addCons(sum_ == float(low))
        else:
            if np.isfinite(low):
                model.addCons(sum_ >= float(low))
            if np.isfinite(high):
                model.addCons(sum_ <= float(high))
    model.optimize()
    return float(model.getObjVal()) if model.getNSols() else np.inf, float(model.getDualbound())
