"""Which words of two very long names could be alike at all: the rest of the table is never looked at one by one.

No word is passed over that :func:`carveout.parties.alignment.likeness` finds alike: by letters, as an initial, by sound,
as forms of one given name, or by digits for letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from carveout.parties.alignment import DIGITS
from carveout.parties.word import GIVEN, sound


def plausible(mine: Sequence[str], theirs: Sequence[str], floor: float) -> list[tuple[int, int]]:
    """(place in mine, place in theirs) of the words that may be at least so alike, in order."""
    sizes = np.maximum.outer([len(word) for word in mine], [len(word) for word in theirs])
    edits = process.cdist(mine, theirs, scorer=OSA.distance, dtype=np.int32)
    near = edits <= sizes * (1.0 - floor) + 1e-6
    for traits, others in (
        (_sounds, _sounds), (_given, _given), (_digits, _digits), (_letter, _first), (_first, _letter),
    ):  # fmt: skip
        held: dict[str, list[int]] = {}
        for m, word in enumerate(theirs):
            for trait in others(word):
                held.setdefault(trait, []).append(m)
        for n, word in enumerate(mine):
            for trait in traits(word):
                near[n, held.get(trait, [])] = True
    first, second = np.nonzero(near)
    return list(zip(first.tolist(), second.tolist(), strict=True))


def _sounds(word: str) -> Iterable[str]:
    return (sound(word),) if len(word) >= 4 else ()


def _given(word: str) -> Iterable[str]:
    return GIVEN.get(word, ())


def _digits(word: str) -> Iterable[str]:
    return (word.translate(DIGITS),) if len(word) > 3 else ()


def _first(word: str) -> Iterable[str]:
    return (word[0],)


def _letter(word: str) -> Iterable[str]:
    return (word,) if len(word) == 1 else ()
