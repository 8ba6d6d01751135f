"""How widely the search seeks the names that a query could possibly be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """How widely candidates are sought.

    ``postings`` is how many entries of the index the trigrams of a query may touch, from the rarest on; ``words``,
    ``slips`` and ``skeletons`` are how many of those a query brings; ``names`` how many candidates are kept; the
    weights say what words and skeletons count beside trigrams.
    """

    postings: int = 1500
    words: int = 3
    slips: int = 6
    skeletons: int = 3
    names: int = 20
    word_weight: float = 0.5
    skeleton_weight: float = 0.3
