"""Words one slip of the pen apart: a letter changed, lost, added, or swapped with its neighbor.

Two such words are equal once a letter is left out of one or of both. So each word is filed under itself and under all
that remains of it with one letter left out, as numbers; words that share a number are taken for one slip apart. Some
are two slips apart, which does no harm where candidates are sought.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHORTEST = 5
"""Shorter words have too many neighbors."""
_LAST = 2**20 - 1
_BASE = np.uint64(1_099_511_628_211)

Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]


def remains(words: Sequence[str]) -> tuple[Ints, Hashes]:
    """(word, number) of each ASCII word of five letters or more: the word itself, and it with any one letter left out."""
    long = np.array([at for at, word in enumerate(words) if len(word) >= SHORTEST], np.int64)
    if len(long) == 0:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    kept = [words[at] for at in long]
    lengths = np.fromiter(map(len, kept), np.int64, len(kept))
    letters = np.frombuffer("".join(kept).encode("ascii", "replace"), np.uint8).astype(np.uint64)
    last = np.cumsum(lengths)
    first = last - lengths
    word = np.repeat(np.arange(len(kept)), lengths)
    place = np.arange(len(letters)) - first[word]
    power = _BASE ** np.arange(lengths.max() + 1, dtype=np.uint64)
    # A word is the polynomial of its letters; leaving one out joins what stands before it to what stands after.
    term = letters * power[place]
    before = np.concatenate([np.zeros(1, np.uint64), np.cumsum(term, dtype=np.uint64)])
    head = before[:-1] - before[first][word]
    tail = (before[last][word] - before[1:]) * _INVERSE
    whole = before[last] - before[first]
    # Neighbors that are the same letter leave the same word behind, once is enough.
    twice = np.zeros(len(letters), bool)
    twice[1:] = (letters[1:] == letters[:-1]) & (place[1:] > 0)
    return (
        np.concatenate([long, long[word[~twice]]]),
        np.concatenate([whole, (head + tail)[~twice]]),
    )


_INVERSE = np.uint64(pow(int(_BASE), -1, 2**64))


class Slips:
    """Words, found by those one slip apart. ``numbers`` ascend, ``words`` stand beside them: all its state."""

    def __init__(self, numbers: Hashes, words: NDArray[np.int32]) -> None:
        self.numbers, self.words = numbers, words
        self.first = np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]])) if len(numbers) else numbers
        self.count = np.diff(self.first, append=len(numbers)).astype(np.int64)
        self.different = numbers[self.first.astype(np.int64)]
        # Nearly no number that is asked for is held, which its last bits tell at once.
        self.maybe = np.zeros(_LAST + 1, bool)
        self.maybe[numbers & np.uint64(_LAST)] = True

    @classmethod
    def build(cls, words: Sequence[str]) -> Slips:
        """Of these words, numbered in their order."""
        at, numbers = remains(words)
        order = np.argsort(numbers, kind="stable")
        return cls(numbers[order], at[order].astype(np.int32))

    def near(self, words: Sequence[str]) -> tuple[Ints, Ints]:
        """(asked, found): the numbers of the words one slip from each of these, pairs once each, in order."""
        at, numbers = remains(words)
        maybe = self.maybe[numbers & np.uint64(_LAST)]
        at, numbers = at[maybe], numbers[maybe]
        place = np.searchsorted(self.different, numbers)
        held = place < len(self.different)
        held[held] = self.different[place[held]] == numbers[held]
        at, place = at[held], place[held]
        low, count = self.first[place], self.count[place]
        total = int(count.sum())
        if total == 0:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        offset = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
        found = self.words[np.repeat(low, count) + offset].astype(np.int64)
        key = np.unique(np.repeat(at, count) * (2**32) + found)
        return key >> 32, key & (2**32 - 1)
