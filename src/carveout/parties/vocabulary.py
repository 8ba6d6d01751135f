"""The words of the listed names as numbers, and the words of a query seen through them: known, one slip away, alike in
their consonants, or strange."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from carveout.parties.slips import Slips

Ints = NDArray[np.int64]
_VOWELS = str.maketrans("", "", "aeiouyw")
_DOUBLED = re.compile(r"([^\n])\1+")


def skeleton(word: str) -> str:
    """The consonants of a word, doubled ones once; empty where fewer than two remain."""
    bones = word.translate(_VOWELS)
    kept = "".join([b for b, before in zip(bones, " " + bones, strict=False) if b != before])
    return kept if len(kept) > 1 else ""


def skeletons(words: Sequence[str]) -> list[str]:
    """The skeletons of many words at once."""
    if not words:
        return []
    told = _DOUBLED.sub(r"\1", "\n".join(words).translate(_VOWELS)).split("\n")
    return [kept if len(kept) > 1 else "" for kept in told]


def spread(low: Ints, count: Ints) -> Ints:
    """The ranges ``low[i] .. low[i] + count[i]``, one after the other."""
    total = int(count.sum())
    return np.arange(total) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)


class Bags(NamedTuple):
    """The words of some texts, each as two arrays (text, number); ``strange`` holds texts only, once a strange word."""

    texts: int
    known: tuple[Ints, Ints]
    near: tuple[Ints, Ints]
    bones: tuple[Ints, Ints]
    strange: Ints


class Vocabulary:
    """Words by number, their skeletons by number, and the words one slip away from a given one."""

    def __init__(self, words: Sequence[str], skeletons: Sequence[str], arrays: Mapping[str, NDArray[Any]]) -> None:
        self.words, self.skeletons, self.arrays = words, skeletons, arrays
        self.word_at = {word: at for at, word in enumerate(words)}
        self.skeleton_at = {bones: at for at, bones in enumerate(skeletons)}
        self.skeleton_of = arrays["skeleton_of"]
        self.slips = Slips(arrays["slip_numbers"], arrays["slip_words"])
        self.by_skeleton = np.argsort(self.skeleton_of, kind="stable")
        ordered = self.skeleton_of[self.by_skeleton]
        self.first = np.searchsorted(ordered, np.arange(len(skeletons) + 1))

    @classmethod
    def build(cls, texts: Sequence[str]) -> Vocabulary:
        """The words of these texts."""
        words = list(dict.fromkeys(word for text in texts for word in text.split()))
        bones = skeletons(words)
        at = {found: place for place, found in enumerate(dict.fromkeys(filter(None, bones)))}
        slips = Slips.build(words)
        arrays: dict[str, NDArray[Any]] = {
            "skeleton_of": np.array([at[found] if found else -1 for found in bones], np.int64),
            "slip_numbers": slips.numbers, "slip_words": slips.words,
        }  # fmt: skip
        return cls(words, list(at), arrays)

    def bags(self, texts: Sequence[str]) -> Bags:
        """The words of these texts."""
        counts = [text.count(" ") + 1 if text else 0 for text in texts]
        owners = np.repeat(np.arange(len(texts)), counts)
        words = " ".join(filter(None, texts)).split()
        pairs = dict.fromkeys(zip(owners.tolist(), words, strict=True))
        if len(pairs) < len(words):
            # A word said twice is one.
            owners, words = np.array([row for row, _ in pairs], np.int64), [word for _, word in pairs]
        at = np.fromiter(map(self.word_at.get, words, repeat(-1)), np.int64, len(words))
        held = at >= 0
        known, number, lost = owners[held], at[held], owners[~held]
        strange = [words[place] for place in np.flatnonzero(~held).tolist()]
        of = self.skeleton_of[number]
        bare = np.fromiter(map(self.skeleton_at.get, skeletons(strange), repeat(-1)), np.int64, len(strange))
        asked, found = self.slips.near(strange)
        return Bags(
            len(texts),
            (known, number),
            (lost[asked], found),
            (
                np.concatenate([lost[bare >= 0], known[of >= 0]]),
                np.concatenate([bare[bare >= 0], of[of >= 0]]),
            ),
            lost,
        )

    def sharing(self, rows: Ints, skeletons: Ints) -> tuple[Ints, Ints]:
        """(row, word) of every word with one of these skeletons."""
        low = self.first[skeletons]
        count = self.first[skeletons + 1] - low
        return np.repeat(rows, count), self.by_skeleton[spread(low, count)]
