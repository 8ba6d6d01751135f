"""What names have in common, word by word, for many pairs at once: a first judgment that only sorts out.

It weighs what the scorer weighs (words missing, added, contradicting, written differently, by their rarity), but knows
words only as equal, one slip apart, or alike in their consonants. Its coefficients were fitted by logistic regression to the
scorer's own answers on altered listed names and on names that should not match; they decide who is scored, never
who matches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import local
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from carveout.parties.vocabulary import Bags, Ints, Vocabulary, spread

Floats = NDArray[np.float64]
AT_ONCE = 256
"""Texts looked at together: their table of words stays in the processor's cache row by row."""
_BONES, _SLIP, _SAME = 1, 2, 3


class Shares(NamedTuple):
    """Shares of the weight of the words compared, one array each: what contradicts, lacks, is added, is alike."""

    conflict: Floats
    missing: Floats
    added: Floats
    alike: Floats
    whole: Floats

    def of(self, chosen: Ints) -> Shares:
        """Those of these pairs."""
        return Shares(*(part[chosen] for part in self))


class Overlap:
    """The words of the listed names with their weights, ready to be laid over those of queries."""

    def __init__(self, vocabulary: Vocabulary, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.vocabulary, self.arrays = vocabulary, arrays
        self.count, self.words, self.weight = (arrays[f"bag_{part}"] for part in ("count", "words", "weight"))
        self.start = np.cumsum(self.count) - self.count
        owner = np.repeat(np.arange(len(self.count)), self.count)
        self.listed = np.bincount(owner, self.weight[self.words], len(self.count))
        self._kept = local()

    @classmethod
    def build(cls, vocabulary: Vocabulary, texts: Sequence[str], weigh: Callable[[str], float]) -> Overlap:
        """Of these texts, their words weighed so."""
        at = vocabulary.word_at
        bags = [list(dict.fromkeys(text.split())) for text in texts]
        arrays: dict[str, NDArray[Any]] = {
            "bag_count": np.array([len(bag) for bag in bags], np.int64),
            "bag_words": np.array([at[word] for bag in bags for word in bag], np.int64),
            "bag_weight": np.array([weigh(word) for word in vocabulary.words], np.float64),
        }
        return cls(vocabulary, arrays)

    def shares(self, bags: Bags, texts: Ints, names: Ints) -> Shares:
        """What each pair (text, name) has in common; texts ascend."""
        heft = np.bincount(bags.known[0], self.weight[bags.known[1]], bags.texts)
        heft += np.bincount(bags.strange, minlength=bags.texts)
        parts = []
        marks = [
            (*self.vocabulary.sharing(*_sorted(*bags.bones)), _BONES),
            (*_sorted(*bags.near), _SLIP),
            (*_sorted(*bags.known), _SAME),
        ]
        table = self._empty(bags.texts)
        for low in range(0, bags.texts, AT_ONCE):
            here = slice(*np.searchsorted(texts, (low, low + AT_ONCE)))
            spans = [slice(*np.searchsorted(rows, (low, low + AT_ONCE))) for rows, _, _ in marks]
            for (rows, words, mark), span in zip(marks, spans, strict=True):
                table[rows[span] - low, words[span]] = mark
            parts.append(self._laid(table, texts[here] - low, names[here]))
            for (rows, words, _), span in zip(marks, spans, strict=True):
                table[rows[span] - low, words[span]] = 0
        if len(table) == AT_ONCE:
            self._kept.table = table
        same, alike, beside = (np.concatenate([part[n] for part in parts]) for n in range(3))
        lacking = np.maximum(self.listed[names] - same - alike, 0.0)
        # A word of the query that is no listed word weighs 1, and stands for the listed word it is like.
        extra = np.maximum(heft[texts] - np.minimum(same + beside, heft[texts]), 0.0)
        whole = np.maximum(same + np.maximum(alike, beside) + np.maximum(lacking, extra), 1e-9)
        conflict = np.minimum(lacking, extra)
        return Shares(conflict / whole, (lacking - conflict) / whole, (extra - conflict) / whole, alike / whole, whole)

    def _empty(self, texts: int) -> NDArray[np.uint8]:
        """A table of words for so many texts at once; a large one is used again, for it is emptied after each use."""
        if texts >= AT_ONCE:
            # Taken away until it is empty again.
            kept: NDArray[np.uint8] | None = self._kept.__dict__.pop("table", None)
            if kept is not None:
                return kept
        return np.zeros((min(AT_ONCE, texts), len(self.vocabulary.words)), np.uint8)

    def _laid(self, table: NDArray[np.uint8], texts: Ints, names: Ints) -> list[Floats]:
        """(weight of equal words, of listed words alike, number of those) of each pair."""
        count = self.count[names]
        word = self.words[spread(self.start[names], count)]
        pair = np.repeat(np.arange(len(names)), count)
        mark = table[texts[pair], word]
        weight = self.weight[word]
        like = (mark == _BONES) | (mark == _SLIP)
        sums: list[Floats] = []
        for held in (weight * (mark == _SAME), weight * like, like.astype(np.float64)):
            sums.append(np.bincount(pair, held, len(names)).astype(np.float64))
        return sums


def most_odds(shares: Shares, letters: Floats, likeness: Floats, person: NDArray[np.bool_]) -> Floats:
    """The most that :func:`odds` can come to where no likeness of letters exceeds ``letters``.

    In the letters alone the odds are a parabola open upwards, so that they are largest at an end; ``plain`` only adds.
    """
    none = np.zeros(len(letters))
    return np.maximum(odds(shares, none, none, likeness, person) + COEFFICIENTS[9] * letters,
                      odds(shares, letters, letters, likeness, person))  # fmt: skip


def _sorted(rows: Ints, words: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(rows, kind="stable")
    return rows[order], words[order]


def odds(shares: Shares, plain: Floats, turned: Floats, likeness: Floats, person: NDArray[np.bool_]) -> Floats:
    """Log odds that the scorer finds a match; ``plain`` and ``turned`` are likenesses of letters (0..1)."""
    letters = np.maximum(plain, turned)
    conflict, missing, added, alike, whole = shares
    c = COEFFICIENTS
    found: Floats = c[0] + c[2] * missing + c[3] * added + c[4] * alike + c[7] * likeness + c[9] * plain
    found += c[10] * np.log(whole) + (c[5] + c[6] * letters) * letters + (c[1] + c[8] * letters) * conflict
    who = np.flatnonzero(person)
    if len(who):
        of = (part[who] for part in (conflict, missing, added, letters))
        found[who] += c[11] + sum(weight * part for weight, part in zip(c[12:], of, strict=True))
    return found


COEFFICIENTS = (
    -5.6, -29.7, -5.5, -2.9, -0.1, -3.5, 9.8, 1.9, 29.5, 0.6, 0.9, 0.1, 0.3, 6.3, 3.8, 0.5,
)  # fmt: skip
"""Of: 1, conflict, missing, added, alike, letters, letters squared, likeness, conflict times letters, plain, the logarithm of
whole; and of persons beside: 1, conflict, missing, added, letters."""
