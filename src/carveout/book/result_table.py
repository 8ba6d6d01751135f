"""The result columns of the contract as Arrow columns, from the arrays of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.coded_texts import EXPLANATION, NOTHING, SETS, CodedTexts
from carveout.book.writer import REGIME_COLUMNS
from carveout.decide.frame_horizon import NO_DAY
from carveout.decide.outcome import Outcome
from carveout.law.evidence import Evidence
from carveout.law.view import View

DECISIONS = ("go", "go_with_conditions", "hold", "license_required", "prohibited")
KEY = "timeline"
"""The column of keys in the results of a book of timelines."""
EPOCH = 719163
"""Day number of 1970-01-01, from which Arrow counts."""


def result_table(
    view: View, arrays: Mapping[str, npt.NDArray[Any]], texts: CodedTexts, policies: list[str], *,
    outcome_only: bool = False,
) -> pa.Table:  # fmt: skip
    """The result columns of the contract from the arrays of the good rows, in which ``texts`` stand as numbers."""
    names = [outcome.name for outcome in Outcome]
    if not len(arrays.get("lower", ())):
        return pa.table({})
    columns: dict[str, Any] = {
        "overall_at_least": _coded(arrays["lower"], names),
        "overall_at_most": _coded(arrays["upper"], names),
    }
    if outcome_only:
        return pa.table({**columns, KEY: arrays[KEY]} if KEY in arrays else columns)
    columns["overall_decision"] = _coded(arrays["decision"], DECISIONS)
    for regime in view.corpus.regimes:
        own = {name: arrays[f"{regime}_{name}"] for name in
               ("lower", "upper", "changes", "through", "authorizations", "matters", "assumed", "evidence", "policy")}  # fmt: skip
        through = np.where(own["authorizations"] == NOTHING, NO_DAY, own["through"])
        built = {
            "at_least": _coded(own["lower"], names), "at_most": _coded(own["upper"], names),
            "changes_on": _dates(own["changes"]), "authority_through": _dates(through),
            **{name: texts.column(f"{regime}_{name}", own[name]) for name in SETS},
            "evidence": _coded(own["evidence"], [grade.name for grade in Evidence]),
            "review_policy": _policies(own["policy"], policies),
        }  # fmt: skip
        columns |= {f"{regime}_{name}": built[name] for name in REGIME_COLUMNS}
    columns["explanation_id"] = texts.column(EXPLANATION, arrays[EXPLANATION])
    return pa.table(columns)


def _coded(codes: npt.NDArray[Any], names: Any) -> pa.Array:
    # Parquet is written a third faster from codes of four bytes than from narrower ones.
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(names)))


def _dates(days: npt.NDArray[np.int32]) -> pa.Array:
    missing = days == NO_DAY
    return pa.array((np.where(missing, EPOCH, days) - EPOCH).astype(np.int32), pa.int32(), mask=missing).cast(
        pa.date32()
    )


def _policies(codes: npt.NDArray[np.uint8], policies: list[str]) -> pa.Array:
    missing = (codes == 0) | (codes == 255)
    indices = np.where(missing, 0, codes.astype(np.int32) - 1).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=missing), pa.array(policies or [""]))
