"""Which word of one name stands for which word of the other, in many pairs of names at once: :mod:`carveout.parties.alignment` in arrays.

Equal words are found, and the likeness of those left over is taken, in all pairs together. Only pairs in which words may be
written apart or together, or be initials, are aligned each for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from carveout.parties.alignment import Pair, align_unequal, likeness
from carveout.parties.coded_names import AS_PERSON, CORE, GIVEN_NAME, MANY_PARTS, NO_LETTER, PARTICLE, CodedNames
from carveout.parties.vocabulary import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carveout.parties.overlap import Floats
    from carveout.parties.pair_arrays import AskedNames
    from carveout.parties.vocabulary import Ints

    Bools = NDArray[np.bool_]


class Side(NamedTuple):
    """The words of one side of all pairs, one pair after the other. Of every pair: where its words begin among those of all names, how
    many it has, where they begin here. Of every word: its pair, its place, its number, and that of the same as spelled."""

    low: Ints
    words: Ints
    begin: Ints
    pair: Ints
    place: Ints
    word: Ints
    spelled: Ints

    @classmethod
    def of(cls, names: CodedNames, which: Ints, part: Ints) -> Side:
        """The words of a part of some names, and beside each the same as spelled."""
        at = MANY_PARTS * which + part
        low, written = names.start[at].astype(np.int64), names.start[at + 1].astype(np.int64)
        count = written - low
        place = spread(np.zeros(len(which), np.int64), count)
        pair = np.repeat(np.arange(len(which)), count)
        word = names.words[low[pair] + place].astype(np.int64)
        return cls(
            low, count, np.cumsum(count) - count, pair, place, word, names.words[written[pair] + place].astype(np.int64)
        )


class Aligned(NamedTuple):
    """Words that stand for each other though they are not equal: pair, places, numbers, likeness, letters changed, whether one is
    an initial, the share of a word that is meant, and whether both are compared as they are spelled."""

    pair: Ints
    place: Ints
    one: Ints
    other: Ints
    alike: Floats
    changed: Ints
    initial: Bools
    part: Floats
    plain: Bools

    def and_then(self, others: Aligned) -> Aligned:
        """These words, and others behind them."""
        return Aligned(*(np.concatenate(part) for part in zip(self, others, strict=True)))


def _may_be_parts(whole: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether one of some words may be what stands in two neighboring parts or more."""
    for word in whole:
        size = len(word)
        if size < 4:
            continue
        for one, other in pairwise(parts):
            if one[0] == word[0] and len(one) <= size and len(one) + len(other) <= size + 1:
                return True
    return False


def _may_be_initials(short: Sequence[str], firsts: str) -> bool:
    """Whether one of some words may be the initials of neighboring words."""
    return any(2 <= len(word) <= 5 and word in firsts for word in short)


class AlignedPairs:
    """Pairs of a name asked for and a listed one, their words aligned.

    ``equal`` and ``equal_there`` tell of every word of either side whether it stands in the other, ``aligned`` are the words that stand
    for each other though they are not equal, ``left`` and ``free`` the places of those left over. Pairs that are not ``told`` are left
    to the scorer.
    """

    def __init__(self, names: AskedNames, asked: Ints, rows: Ints, person: Bools) -> None:
        self.names, self.asked, self.rows, self.person = names, asked, rows, person
        self.size = len(rows)
        part = np.where(person, AS_PERSON, CORE)
        self.mine, self.theirs = Side.of(names.query, asked, part), Side.of(names.listed, rows, part)
        self.told = (self.mine.words > 0) & (self.theirs.words > 0)
        self.equal, self.equal_there = self._equal()
        self.aligned, self.left, self.free = self._aligned(~self.equal, ~self.equal_there)

    def sum(self, pair: Ints, value: Any = None) -> Any:
        """The sum of values by pair, added one after the other as they stand; without values, how many there are."""
        return np.bincount(pair, value, self.size)

    def _equal(self) -> tuple[Bools, Bools]:
        """Which words of either side stand in the other. Pairs in which a word is said twice are not told."""
        base = len(self.names.pool.size)
        keys = [side.pair * base + side.word for side in (self.mine, self.theirs)]
        found = []
        for key, other in (keys, keys[::-1]):
            held = np.sort(other)
            self.told[held[1:][held[1:] == held[:-1]] // base] = False
            at = np.minimum(np.searchsorted(held, key), max(len(held) - 1, 0))
            found.append(held[at] == key if len(held) else np.zeros(len(key), bool))
        return found[0], found[1]

    def _aligned(self, left: Bools, free: Bools) -> tuple[Aligned, Ints, Ints]:
        """Words left over on both sides that stand for each other; then the places of those still left over on either side."""
        mine, theirs = self.mine, self.theirs
        lefts, frees = np.flatnonzero(left), np.flatnonzero(free)
        count, many = self.sum(mine.pair[lefts]), self.sum(theirs.pair[frees])
        both = np.flatnonzero(self.told & (count > 0) & (many > 0))
        # Every word left over beside every other of the same pair.
        n, m = (np.cumsum(count) - count)[both], (np.cumsum(many) - many)[both]
        size = count[both] * many[both]
        at = spread(np.zeros(len(both), np.int64), size)
        of = np.repeat(np.arange(len(both)), size)
        one, two = n[of] + at // many[both][of], m[of] + at % many[both][of]
        alike, changed, initial = self._likeness(mine.spelled[lefts[one]], theirs.spelled[frees[two]])
        apart = np.abs(mine.place[lefts[one]] - theirs.place[frees[two]])
        odd = self._out_of_order(both, lefts, frees, n, m, count, many)
        found = np.flatnonzero((alike >= self.names.settings.alike) & ~odd[of])
        found = found[np.lexsort((two[found], one[found], apart[found], -alike[found], of[found]))]
        gone, taken, kept = np.zeros(len(lefts), bool), np.zeros(len(frees), bool), []
        for place, i, j in zip(found.tolist(), one[found].tolist(), two[found].tolist(), strict=True):
            if not (gone[i] or taken[j]):
                gone[i] = taken[j] = True
                kept.append(place)
        chosen = np.array(kept, np.int64)
        pair, i, j = both[of[chosen]], lefts[one[chosen]], frees[two[chosen]]
        aligned = self._standing(
            pair, i, j, alike[chosen], changed[chosen], initial[chosen], np.ones(len(chosen))
        )  # fmt: skip
        if odd.any():
            aligned = aligned.and_then(self._aligned_singly(both[odd], lefts, frees, gone, taken))
        return aligned, lefts[~gone], frees[~taken]

    def _standing(
        self, pair: Ints, one: Ints, two: Ints, alike: Floats, changed: Ints, initial: Bools, part: Floats
    ) -> Aligned:
        """Words that stand for each other, by their places among all words of either side."""
        mine, theirs = self.mine, self.theirs
        plain = (mine.spelled[one] == mine.word[one]) & (theirs.spelled[two] == theirs.word[two])
        return Aligned(pair, mine.place[one], mine.word[one], theirs.word[two], alike, changed, initial, part, plain)

    def _likeness(self, one: Ints, other: Ints) -> tuple[Floats, Ints, Bools]:
        """(likeness, letters changed, whether one is an initial) of words; where that is surely too little, no more than letters
        tell."""
        words, pool = self.names.words, self.names.pool
        texts, others = [*map(words.__getitem__, one.tolist())], [*map(words.__getitem__, other.tolist())]
        changed = process.cpdist(texts, others, scorer=OSA.distance, dtype=np.int32).astype(np.int64)
        size, short = np.maximum(pool.size[one], pool.size[other]), np.minimum(pool.size[one], pool.size[other])
        alike, initial = 1.0 - changed / size, np.zeros(len(one), bool)
        bits, bits_there = pool.letters[one], pool.letters[other]
        letters = (short > 1) & (((bits | bits_there) & NO_LETTER) == 0)
        little = (alike < self.names.settings.alike) & ((pool.traits[one] & pool.traits[other] & GIVEN_NAME) == 0)
        little &= (short < 4) | (bits != bits_there)
        for at in np.flatnonzero(~(letters & (((changed <= 1) & (size >= 4)) | little))).tolist():
            alike[at], changed[at], how = likeness(texts[at], others[at])
            initial[at] = how == "initial"
        return alike, changed, initial

    def _out_of_order(
        self, both: Ints, lefts: Ints, frees: Ints, n: Ints, m: Ints, count: Ints, many: Ints
    ) -> Bools:  # fmt: skip
        """Pairs in which a word may be what the other name writes in parts, or the initials of its words."""
        words, particles = self.names.words, self.names.pool.traits
        found = np.zeros(len(both), bool)
        sides = self.mine, self.theirs
        for at in np.flatnonzero(count[both] + many[both] > 2).tolist():
            pair = both[at]
            ours = lefts[n[at] : n[at] + count[pair]], frees[m[at] : m[at] + many[pair]]
            spelled = [
                [words[one] for one in side.spelled[own].tolist()] for side, own in zip(sides, ours, strict=True)
            ]
            numbers = [side.word[own].tolist() for side, own in zip(sides, ours, strict=True)]
            short = [[words[one] for one in own if not particles[one] & PARTICLE] for own in numbers]
            firsts = ["".join([words[one][0] for one in own]) for own in numbers]
            found[at] = (
                _may_be_parts(spelled[0], spelled[1])
                or _may_be_parts(spelled[1], spelled[0])
                or _may_be_initials(short[0], firsts[1])
                or _may_be_initials(short[1], firsts[0])
            )
        return found

    def _aligned_singly(
        self, pairs: Ints, lefts: Ints, frees: Ints, gone: Bools, taken: Bools
    ) -> Aligned:  # fmt: skip
        """Words that stand for each other in some pairs, each aligned for itself; what is taken is marked."""
        mine, theirs = self.mine, self.theirs
        rows: list[tuple[int, int, int, float, int, bool, float]] = []
        for pair in pairs.tolist():
            first, end = np.searchsorted(mine.pair[lefts], (pair, pair + 1)).tolist()
            second, other = np.searchsorted(theirs.pair[frees], (pair, pair + 1)).tolist()
            here, there = mine.place[lefts[first:end]].tolist(), theirs.place[frees[second:other]].tolist()
            before, behind = list(here), list(there)
            found: list[Pair] = []
            words, listed, spelled, written = self._texts(pair)
            align_unequal(words, listed, spelled, written, here, there, found, self.names.settings.alike)
            rows += [(pair, i, j, alike, edits, how == "initial", part) for i, j, alike, edits, how, part in found]
            gone[first:end] = [at not in here for at in before]
            taken[second:other] = [at not in there for at in behind]
        kinds = (int, int, int, float, int, bool, float)
        columns: list[Any] = [np.array([row[n] for row in rows], kind) for n, kind in enumerate(kinds)]
        of, i, j, alike, changed, initial, part = columns
        return self._standing(of, mine.begin[of] + i, theirs.begin[of] + j, alike, changed, initial, part)

    def _texts(self, pair: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """(words, listed words, both as spelled) of a pair."""
        name, held, word = self.names.names[self.asked[pair]], self.names.listed, self.names.words.__getitem__
        low, count = int(self.theirs.low[pair]), int(self.theirs.words[pair])
        numbers = held.words[low : low + 2 * count].tolist()
        listed = tuple(map(word, numbers[:count]))
        written = listed if numbers[:count] == numbers[count:] else tuple(map(word, numbers[count:]))
        if self.person[pair]:
            return name.person, listed, name.called, written
        return name.core, listed, name.plain, written
