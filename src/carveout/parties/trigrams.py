"""Character trigrams of many texts at once, each text kept to its rarest.

A trigram is a number: 36 letters and digits, and the gap between words, to the third power. A trigram whose middle is a
gap says nothing about a word and is left out, so word order does not matter and joined words lose only two trigrams each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LETTERS = 37
"""Letters and digits, and the gap."""
SIZE = LETTERS**3
"""How many trigrams there are."""

Ints = NDArray[np.int64]


def _letters() -> NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    for place, letter in enumerate(b"abcdefghijklmnopqrstuvwxyz0123456789", start=1):
        table[letter] = place
    return table


_LETTER = _letters()


def letters(text: str) -> NDArray[np.uint8]:
    """The letters of a text as numbers, 0 for what is none."""
    return _LETTER[np.frombuffer(text.encode("ascii", "replace"), np.uint8)]


def trigrams(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """(row, trigram) of every trigram in every text, repetitions included; texts are lower-case ASCII."""
    letter = letters("\n" + "\n".join(texts) + "\n").astype(np.int64)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    rows = np.repeat(np.arange(len(texts)), lengths + 1)
    code = letter[:-2] * (LETTERS * LETTERS) + letter[1:-1] * LETTERS + letter[2:]
    inside = letter[1:-1] > 0
    return rows[: len(code)][inside], code[inside]


LEAST, MOST = 3, 20
"""So many trigrams a text keeps whatever they cost, and never more than so many."""


def rarest(rows: Ints, ranks: Ints, size: int, count: Ints, postings: int) -> tuple[Ints, Ints]:
    """(row, rank) without repetitions, ascending, each row kept to its rarest.

    ``count`` is how many names have the trigram of a rank; a row keeps ranks below ``size`` until their counts exceed
    ``postings`` together.
    """
    known = ranks < size
    key = np.sort(rows[known] * size + ranks[known])
    if len(key) == 0:
        return key, key
    key = key[np.concatenate([[True], key[1:] != key[:-1]])]
    rows, ranks = np.divmod(key, size)
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    length = np.diff(first, append=len(rows))
    touched = np.cumsum(count[ranks])
    touched -= np.repeat(touched[first] - count[ranks[first]], length)
    place = np.arange(len(rows)) - np.repeat(first, length)
    kept = ((touched <= postings) & (place < MOST)) | (place < LEAST)
    return rows[kept], ranks[kept]
