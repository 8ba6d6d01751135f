"""Many pairs of Latin names compared at once: the log odds of :mod:`carveout.parties.latin_pair`, to the last bit.

Which word stands for which is asked word by word, where words are left over on both sides; all else, the equal words, the weights,
the sums and the evidence, is taken of all pairs together in arrays, and added in the same order. Left to the scorer are other
scripts, sons and fathers, words said twice, names that may have to be compared as one word each, numbers that differ, and places
that may be misspelled words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

import numpy as np

from carveout.parties.aligned_pairs import AlignedPairs, Side
from carveout.parties.coded_names import (
    ASIDE,
    COUNTRY,
    LATIN,
    MANY_PARTS,
    NUMBERS,
    ONE_CORE,
    ONE_PERSON,
    PARENT,
    PARTICLE,
    PERSONAL,
    PLACES,
    USUAL,
    CodedNames,
    WordPool,
    families_differ,
)
from carveout.parties.evidence import one_word, set_aside
from carveout.parties.settings import Kind, Settings
from carveout.parties.word import shard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carveout.parties.name import Name
    from carveout.parties.overlap import Floats
    from carveout.parties.rarity import Rarity
    from carveout.parties.vocabulary import Ints

    Bools = NDArray[np.bool_]

ORGANIZATION, PERSON, VESSEL, ANY = 0, 1, 2, 3
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""Kinds of party by their numbers here."""


class Told(NamedTuple):
    """What is told of pairs: log odds, what the words that agree weigh, whether it is told at all, and whether a word that tells the
    listed party from others is surely in the name."""

    odds: list[float]
    said: list[float]
    told: list[bool]
    telling: list[bool]


class PairArrays:
    """The listed names as numbers, ready to be compared with those asked for."""

    def __init__(
        self, listed: CodedNames, words: Sequence[str], kinds: Sequence[Kind], rarity: Rarity, settings: Settings
    ) -> None:
        self.listed, self.words, self.rarity, self.settings = listed, words, rarity, settings
        self.kinds = np.array([*map(KINDS.index, kinds)], np.uint8)
        self.weights = np.array([settings.weights(kind) for kind in KINDS], np.float64)
        self._pool: WordPool | None = None

    def asked(self, names: Sequence[Name], kinds: Sequence[Kind]) -> AskedNames:
        """Names asked for, as numbers."""
        if self._pool is None:
            self._pool = WordPool(self.words, self.rarity, self.settings.least)
        return AskedNames(self, self._pool, names, kinds)


class AskedNames:
    """Names asked for, ready to be compared with listed ones."""

    def __init__(self, pairs: PairArrays, pool: WordPool, names: Sequence[Name], kinds: Sequence[Kind]) -> None:
        self.names, self.listed, self.settings = names, pairs.listed, pairs.settings
        self.query, self.pool, new = pool.coded(names)
        self.words = [*pool.words, *new]
        self.kinds = np.array([*map(KINDS.index, kinds)], np.uint8)
        self.held_kinds, self.weights = pairs.kinds, pairs.weights

    def compare(self, asked: Ints, rows: Ints) -> Told:
        """Every pair of a name asked for (by its place) and a listed one (by its row).

        A pair is compared by the kind of the listed party, by that of the name asked for where it is of any kind.
        """
        kind = np.where(self.held_kinds[rows] == ANY, self.kinds[asked], self.held_kinds[rows])
        mine, theirs = self.query.traits[asked], self.listed.traits[rows]
        personal = (mine & theirs & PERSONAL) > 0
        kind = np.where(kind == ANY, np.where(personal, PERSON, ORGANIZATION), kind)
        person = kind == PERSON
        whole = (mine & theirs & np.where(person, ONE_PERSON, ONE_CORE)) > 0
        looked = ((mine & theirs & LATIN) > 0) & ~(person & ((mine & PARENT) > 0))
        # What is not told may come to be divided by nothing.
        with np.errstate(divide="ignore", invalid="ignore"):
            chosen = np.flatnonzero(looked)
            chosen = chosen[~self._may_be_one_word(asked[chosen], rows[chosen], whole[chosen])]
            lot = _Lot(self, asked[chosen], rows[chosen], kind[chosen], whole[chosen])
        odds, said = np.zeros(len(rows)), np.zeros(len(rows))
        told, telling = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
        odds[chosen], said[chosen], told[chosen], telling[chosen] = lot.odds, lot.said, lot.told, lot.telling
        return Told(odds.tolist(), said.tolist(), told.tolist(), telling.tolist())

    def _may_be_one_word(self, asked: Ints, rows: Ints, whole: Bools) -> Bools:
        """Pairs that may have to be compared as one word each: only spaces differ, or a slip took one for a letter."""
        query, listed = self.query, self.listed
        found = np.zeros(len(rows), bool)
        mine = query.first[asked + 1] - query.first[asked]
        theirs = listed.first[rows + 1] - listed.first[rows]
        spaced = query.spaces[asked] == listed.spaces[rows]
        near = ~whole & (np.abs(mine - theirs) <= 2) & (~spaced | (mine == theirs))
        for at in np.flatnonzero(near).tolist():
            one = self.names[asked[at]].joined
            low, high = listed.first[rows[at]], listed.first[rows[at] + 1]
            other = listed.letters[low:high].tobytes().decode("ascii", "replace")
            found[at] = one == other if spaced[at] else one_word(one, other)
        return found


class _Lot:
    """Pairs compared together: ``odds``, ``said``, ``told`` and ``telling`` of each."""

    def __init__(self, names: AskedNames, asked: Ints, rows: Ints, kind: Ints, whole: Bools) -> None:
        self.names, self.asked, self.rows, self.kind, self.whole = names, asked, rows, kind, whole
        self.person = kind == PERSON
        self.pairs = AlignedPairs(names, asked, rows, self.person)
        self.told, self._sum = self.pairs.told, self.pairs.sum
        self.last = tuple(
            held.words[np.maximum(side.low + side.words - 1, 0)]
            for held, side in ((names.query, self.pairs.mine), (names.listed, self.pairs.theirs))
        )
        self._compare()

    def _weigh(self, pair: Ints, word: Ints) -> Floats:
        """What words weigh; a particle of a person's name little, unless it is the last of one of the two."""
        found = self.names.pool.weight[word]
        little = self.person[pair] & ((self.names.pool.traits[word] & PARTICLE) > 0)
        little &= (word != self.last[0][pair]) & (word != self.last[1][pair])
        found[little] = self.names.settings.particle
        return found

    def _compare(self) -> None:
        pool, pairs, settings = self.names.pool, self.pairs, self.names.settings
        mine, theirs, equal, aligned, left, free = (
            pairs.mine, pairs.theirs, pairs.equal, pairs.aligned, pairs.left, pairs.free
        )  # fmt: skip
        self.telling = self._tells()
        here, there = self._places(self._sum(mine.pair[left]) > 0, self._sum(theirs.pair[free]) > 0)
        left, free = self._own(mine, left, self._aside_there), self._own(theirs, free, self._aside_here)
        # Equal words first, then those alike: the order in which a single pair is added up.
        pair = np.concatenate([mine.pair[equal], aligned.pair])
        weight = np.maximum(self._weigh(aligned.pair, aligned.one), self._weigh(aligned.pair, aligned.other))
        full = np.where(aligned.initial, weight * settings.half, weight * aligned.part)
        same = self._sum(pair, np.concatenate([self._weigh(mine.pair[equal], mine.word[equal]), full]))
        self.said = self._sum(pair, pool.known[np.concatenate([mine.word[equal], aligned.one])])
        agreed, initials = self._sum(pair), self._sum(aligned.pair[aligned.initial])
        real = ~aligned.initial
        slip = self._sum(aligned.pair[real], (full * (1.0 - aligned.alike))[real])
        edits = self._sum(aligned.pair[real], aligned.changed[real])
        size, other = pool.size[aligned.one], pool.size[aligned.other]
        longer = np.where(aligned.part == 1.0, np.maximum(size, other), np.minimum(size, other))
        letters = self._sum(mine.pair[equal], pool.size[mine.word[equal]]) + self._sum(aligned.pair[real], longer[real])
        extra = self._sum(mine.pair[left], self._weigh(mine.pair[left], mine.word[left]))
        lacking = self._sum(theirs.pair[free], self._weigh(theirs.pair[free], theirs.word[free]))
        apart = np.maximum(
            self._sum(mine.pair[left], pool.size[mine.word[left]]),
            self._sum(theirs.pair[free], pool.size[theirs.word[free]]),
        )
        apart[(extra == 0) | (lacking == 0)] = 0
        edits, letters = edits + apart, letters + apart
        total = same + np.maximum(extra, lacking)
        total[total == 0] = 1.0
        conflict = np.minimum(extra, lacking)
        over = total > same
        alone = np.where(over | ((initials > 0) & (~self.person | (initials == agreed))), self._short_of_two(), 0.0)
        thin = np.where(over & (same < settings.enough), 1.0 - same / settings.enough, 0.0)
        of = self.names.weights[self.kind].T
        against = of[1] * np.where(slip > 0, slip / total, 0.0)
        against += of[2] * np.where(letters > 0, edits / letters, np.where(agreed > 0, 0.0, 1.0))
        against += of[3] * conflict
        against += of[4] * np.where(lacking > conflict, (lacking - conflict) / total, 0.0)
        against += of[5] * np.where(extra > conflict, (extra - conflict) / total, 0.0)
        against += of[6] * alone
        against += of[7] * thin
        against += of[8] * np.where(initials > 0, initials / agreed, 0.0)
        # Numbers, places and forms are in the letters where the whole names are compared as one word each.
        apart_from = ~self.whole
        against += np.where(apart_from & here & there, of[13], 0.0)
        against += np.where(apart_from & (here ^ there), np.where(self.country, of[14], of[15]), 0.0)
        against += np.where(apart_from, self._forms(of), 0.0)
        self.odds = of[0] - against

    def _tells(self) -> Bools:
        """Pairs in which a word that tells the listed party from others is in the name, if only about so, or there is none."""
        theirs, aligned, traits = self.pairs.theirs, self.pairs.aligned, self.names.pool.traits
        telling = (traits[theirs.word] & USUAL) == 0
        found = (self._sum(theirs.pair[telling]) == 0) | (self._sum(theirs.pair[self.pairs.equal_there & telling]) > 0)
        near = aligned.plain & ~aligned.initial & (aligned.part == 1.0) & ((traits[aligned.other] & USUAL) == 0)
        found[aligned.pair[near]] = True
        told: Bools = found & ~self.person
        return told

    def _short_of_two(self) -> Floats:
        """How many words short of two agree, particles and initials aside."""
        traits, mine, aligned = self.names.pool.traits, self.pairs.mine, self.pairs.aligned
        full = self._sum(mine.pair[self.pairs.equal & ((traits[mine.word] & PARTICLE) == 0)])
        real = ~aligned.initial & ((traits[aligned.one] & PARTICLE) == 0)
        base = int(aligned.place.max(initial=0)) + 1
        full = full + self._sum(np.unique(aligned.pair[real] * base + aligned.place[real]) // base)
        short: Floats = np.maximum(2.0 - full, 0.0)
        return short

    def _run(self, names: CodedNames, which: int, part: int) -> list[int]:
        at = MANY_PARTS * which + part
        found: list[int] = names.words[names.start[at] : names.start[at + 1]].tolist()
        return found

    def _places(self, left: Bools, free: Bools) -> tuple[Bools, Bools]:
        """Pairs with a place that only the one, and only the other name has; ``country`` tells where such a one is a country.

        Not told are pairs whose numbers differ, and those in which such a place may be a misspelled word of the other name.
        """
        query, listed, traits = self.names.query, self.names.listed, self.names.pool.traits
        here, there, self.country = (
            np.zeros(len(self.rows), bool),
            np.zeros(len(self.rows), bool),
            np.zeros(len(self.rows), bool),
        )
        sizes = []
        for names, which in ((query, self.asked), (listed, self.rows)):
            at = MANY_PARTS * which + PLACES
            sizes.append(names.start[at + 2] - names.start[at])
        # Numbers stand behind places, so that one look tells whether there is any of both.
        some = ~self.person & ~self.whole & self.told & ((sizes[0] > 0) | (sizes[1] > 0))
        for pair in np.flatnonzero(some).tolist():
            q, c = int(self.asked[pair]), int(self.rows[pair])
            if self._run(query, q, NUMBERS) != self._run(listed, c, NUMBERS):
                self.told[pair] = False
                continue
            mine, theirs = self._run(query, q, PLACES), self._run(listed, c, PLACES)
            if mine == theirs:
                continue
            only, others = [one for one in mine if one not in theirs], [one for one in theirs if one not in mine]
            here[pair], there[pair] = bool(only), bool(others)
            self.country[pair] = any(traits[one] & COUNTRY for one in (*only, *others))
            if (left[pair] and others) or (free[pair] and only):
                self.told[pair] = False
        return here, there

    def _aside_here(self, pair: int) -> tuple[str, ...]:
        name: Name = self.names.names[self.asked[pair]]
        return name.aside

    def _aside_there(self, pair: int) -> tuple[str, ...]:
        return tuple(map(self.names.words.__getitem__, self._run(self.names.listed, int(self.rows[pair]), ASIDE)))

    def _own(self, side: Side, left: Ints, aside: Any) -> Ints:
        """Of words left over those that are no part of a legal form, and not set aside in the other name."""
        pairs = side.pair[left]
        looked = ~self.person[pairs] & self.told[pairs]
        kept, words = np.ones(len(left), bool), self.names.words
        for at in np.flatnonzero(looked).tolist():
            word = words[side.word[left[at]]]
            kept[at] = not (shard(word) or set_aside(word, aside(int(pairs[at]))))
        return left[kept]

    def _forms(self, of: Floats) -> Floats:
        """What legal forms take away."""
        mine, theirs = self.names.query.forms[self.asked], self.names.listed.forms[self.rows]
        both = (mine > 0) & (theirs > 0)
        return np.where(both & families_differ(mine, theirs), of[16], np.where((mine > 0) ^ (theirs > 0), of[17], 0.0))
