"""How much a word says: rare words name a party, common words fill names.

Inverse document frequency (Sparck Jones 1972) scaled to 0..1: ``log((N + 1) / (n + 1)) / log(N + 1)`` for a word in
``n`` of ``N`` names. Where few names are held the count says little, so a table of words common in company names
and of common given names and surnames (``common.tsv``, per ten thousand names) is the least a word counts as.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log
from typing import TYPE_CHECKING, Final

from carveout.parties.word import table

if TYPE_CHECKING:
    from carveout.parties.name import Name

COMMON: Final[Mapping[str, float]] = {word: float(share) / 10_000 for word, share, _ in table("common.tsv")}
"""Share of names that hold a word, where it is known to be common."""

USUAL_SIZE: Final = 50_000
"""Number of names that the weights are stated for when fewer are held."""


def shares_of(names: Iterable[Name]) -> tuple[dict[str, float], int]:
    """(share of names that hold each word, number of names); the share of a common word is at least what is known of it."""
    counts: Counter[str] = Counter()
    size = 0
    for name in names:
        size += 1
        counts.update({*name.core, *name.person})
    # The share of a word among few names is a guess: it is taken against the usual size.
    shares = {word: count / max(size, USUAL_SIZE) for word, count in counts.items()}
    for word, share in COMMON.items():
        shares[word] = max(share, shares.get(word, 0.0))
    return shares, size


class _Weights(dict[str, float]):
    """Weights by word; those of words that are not held are all the same."""

    __slots__ = ("unseen",)
    unseen: float

    def __missing__(self, word: str) -> float:
        return self.unseen


class Rarity:
    """Weights of words in 0..1, from the names held and the table of common words; immutable.

    ``known`` holds those of words seen, ``unseen`` is that of all others.
    """

    __slots__ = ("_floored", "known", "size", "unseen")

    def __init__(self, shares: Mapping[str, float], size: int) -> None:
        self.size = max(size, USUAL_SIZE)
        scale = log(self.size + 1)
        self.unseen = 1.0
        self.known = {word: log((self.size + 1) / (share * self.size + 1)) / scale for word, share in shares.items()}

        self._floored: dict[float, _Weights] = {}

    @classmethod
    def of(cls, names: Iterable[Name]) -> Rarity:
        """The weights for a list of names; a word counts once a name."""
        return cls(*shares_of(names))

    def weight(self, word: str) -> float:
        """What the word weighs: 1.0 for a word never seen, near 0 for one in every name."""
        return self.known.get(word, self.unseen)

    def said(self, words: Iterable[str]) -> float:
        """What the words weigh together, added in their order."""
        known, unseen = self.known.get, self.unseen
        return sum([known(word, unseen) for word in words])

    def at_least(self, least: float) -> Mapping[str, float]:
        """What every word weighs, ``least`` at the least; words never seen are answered too."""
        held = self._floored.get(least)
        if held is None:
            held = _Weights((word, max(weight, least)) for word, weight in self.known.items())
            held.unseen = max(self.unseen, least)
            self._floored[least] = held
        return held

    def weights(self, words: Iterable[str], least: float) -> dict[str, float]:
        """What each of these words weighs, ``least`` at the least."""
        get, unseen = self.known.get, self.unseen
        return {word: weight if (weight := get(word, unseen)) > least else least for word in words}


DEFAULT: Final = Rarity(COMMON, USUAL_SIZE)
"""Weights without any list."""
