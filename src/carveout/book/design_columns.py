"""The owners of designs over a batch: each distinct name is screened once, by the screening of rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from carveout.book.columns import ReadColumn
from carveout.book.pattern import day_ends, mask
from carveout.decide.planes import Codes, Column, Range
from carveout.law.view import View
from carveout.parties.design import FOOTNOTE, OWNER, UNSTATED, design_of


def add_designs(
    columns: Mapping[str, ReadColumn], facts: dict[str, Column], undone: dict[str, Column],
    assumed: npt.NDArray[np.uint64], view: View, *, strict: bool,
) -> bool:  # fmt: skip
    """Put the day of footnote 1 of each row's owner into ``facts``; where it rests on lists that are not held complete, mark
    the owner in ``assumed`` and take the day back in ``undone``. Whether any does.
    """
    held = columns.get(OWNER)
    rows = len(assumed)
    column = held.column if held is not None else None
    values, codes = (column.values, column.codes) if isinstance(column, Codes) else ((None,), np.zeros(rows, np.uint8))
    designs = [design_of(value, view, strict=strict) if value is not None else UNSTATED for value in values]
    ends = np.asarray([day_ends(design.footnote1_from) for design in designs], np.int32)
    facts[FOOTNOTE] = Range(ends[codes, 0], ends[codes, 1])
    rests = np.asarray([design.assumed for design in designs])[codes]
    if not rests.any():
        return False
    for place, word in enumerate(mask([OWNER])):
        if word:
            assumed[:, place] |= np.where(rests, np.uint64(word), np.uint64(0))
    low, high = day_ends(None)
    undone[FOOTNOTE] = Range(np.where(rests, low, ends[codes, 0]), np.where(rests, high, ends[codes, 1]))
    return True
