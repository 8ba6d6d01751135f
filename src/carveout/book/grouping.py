"""Rows put together that are alike in some columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Indices = npt.NDArray[np.int64]


def grouped(columns: Sequence[npt.NDArray[Any]]) -> tuple[Indices, Indices]:
    """The group of every row, and the first row of each group; the numbers in the columns are none below zero."""
    groups = np.zeros(len(columns[0]), np.int64)
    firsts = np.zeros(min(1, len(groups)), np.int64)
    for codes in columns if len(groups) else ():
        # Divided column by column: a number for all columns at once could outgrow 64 bits.
        encoded = pa.array(groups * (int(codes.max()) + 1) + codes).dictionary_encode()
        groups = np.asarray(encoded.indices).astype(np.int64)
        firsts = np.empty(len(encoded.dictionary), np.int64)
        # Written from the last row to the first: the first stays.
        firsts[groups[::-1]] = np.arange(len(groups) - 1, -1, -1)
    return groups, firsts
