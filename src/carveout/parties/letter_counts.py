"""How often each letter stands in a text, and what that says of how like two texts can be at the most.

What two texts have in common in order, they have in common in any order: no likeness of letters (twice the longest common
subsequence over both lengths) exceeds the one that counts letters only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from carveout.parties.trigrams import LETTERS, letters

Counts = NDArray[np.uint16]
Ints = NDArray[np.int64]


def counts(texts: Sequence[str]) -> Counts:
    """The letters of each ASCII text, a column for each letter and one for all other signs."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    key = np.repeat(np.arange(len(texts)) * LETTERS, lengths) + letters("".join(texts))
    return np.bincount(key, minlength=len(texts) * LETTERS).reshape(len(texts), LETTERS).astype(np.uint16)


def lengths(held: Counts) -> Ints:
    """How long the texts are."""
    total: Ints = held.sum(axis=1, dtype=np.int64)
    return total


def at_most(some: Counts, others: Counts) -> NDArray[np.float64]:
    """The most that the likeness of each pair of texts can be, 0 to 1."""
    common = np.minimum(some, others).sum(axis=1, dtype=np.int64)
    both: NDArray[np.float64] = 2.0 * common / np.maximum(lengths(some) + lengths(others), 1)
    return both
