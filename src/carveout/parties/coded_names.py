"""Names as numbers, for the compiled comparison of pairs: every word a number, every part of a name a run of numbers.

The words of the listed names are numbered once and kept with the index; what a query brings beside them is numbered batch by
batch, and forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, repeat
from operator import attrgetter
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from carveout.parties.evidence import PARENTS
from carveout.parties.name import Name
from carveout.parties.rarity import COMMON, Rarity
from carveout.parties.score import looks_personal
from carveout.parties.word import COUNTRIES, FAMILIES, GIVEN, PARTICLES, SHARDS

Numbers32 = NDArray[np.int32]

MOST_WORDS, MOST_LETTERS = 24, 48
"""Words of a reading, and letters of a word, beyond which a name is left to the long way round."""

SHORT, PARENT, ONE_CORE, ONE_PERSON, PERSONAL = 1, 2, 4, 8, 16
"""What is told of a name: it is Latin and not too long; a word of it says whose son; its core, or its reading as a person, is one
word and nothing else is in the name; it may be a person's."""

PARTICLE, GIVEN_NAME, USUAL, COUNTRY, SHARD = 1, 2, 4, 8, 16
"""What is told of a word: a particle of persons' names, a given name, a word common in names, a country, what is left of a legal
form that was torn apart."""

_SPECIAL: Final = (
    (PARTICLE, PARTICLES), (GIVEN_NAME, GIVEN), (USUAL, COMMON), (COUNTRY, COUNTRIES), (SHARD, SHARDS),
)  # fmt: skip
_FAMILY: Final = {family: 1 << at for at, family in enumerate(sorted({*FAMILIES.values()} - {"any"}))}
FORMS, ANY_FORM = 1 << 30, 1 << 29
"""Bits beside those of the families of legal forms: there is a form; it goes with every other."""


CORE, PLAIN, AS_PERSON, CALLED, ASIDE, PLACES, NUMBERS = range(7)
PARTS: Final = attrgetter("core", "plain", "person", "called", "aside", "places", "numbers")
"""The parts of a name that are numbered, in this order; ``plain`` and ``called`` run beside ``core`` and ``person``, word by word."""
MANY_PARTS: Final = 7


N_START, N_WORDS, N_FORMS, N_TRAITS, N_FIRST, N_LETTERS, N_SPACES = range(7)
"""The fields of :class:`CodedNames` by their places: the loops are given a plain tuple, for what they keep on disk must not know of
our classes."""


class CodedNames(NamedTuple):
    """Names as numbers. The words of part p of name n are ``words[start[7 * n + p]:start[7 * n + p + 1]]``.

    ``forms`` are bits of families, ``letters`` those of the name without its spaces, which begin at ``first``; ``spaces`` how many
    it has.
    """

    start: Numbers32
    words: Numbers32
    forms: Numbers32
    traits: NDArray[np.uint8]
    first: Numbers32
    letters: NDArray[np.uint8]
    spaces: Numbers32

    @classmethod
    def of(cls, names: Sequence[Name], numbers: Mapping[str, int]) -> CodedNames:
        """These names, their words by these numbers."""
        parts = [*chain.from_iterable(map(PARTS, names))]
        start = _starts([*map(len, parts)])
        joined = [name.joined for name in names]
        return cls(
            start,
            np.fromiter(map(numbers.__getitem__, chain.from_iterable(parts)), np.int32, int(start[-1])),
            np.array([forms_of(name.forms) for name in names], np.int32),
            np.array([_traits(name) for name in names], np.uint8),
            _starts([*map(len, joined)]),
            _letters("".join(joined)),
            np.array([name.normalized.count(" ") for name in names], np.int32),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it by name, for :meth:`from_arrays`."""
        return {f"pair_{name}": part for name, part in self._asdict().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> CodedNames:
        """What :meth:`arrays` gave."""
        return cls(*(arrays[f"pair_{name}"] for name in cls._fields))


def _letters(text: str) -> NDArray[np.uint8]:
    """The letters of a text. They may be changed: what may not is of another type to the compiler, and compiled apart."""
    return np.frombuffer(bytearray(text.encode("ascii", "replace")), np.uint8)


def _starts(sizes: Sequence[int]) -> Numbers32:
    """Where each of some runs begins, and where the last ends."""
    start = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=start[1:])
    return start


@lru_cache(maxsize=1024)
def forms_of(forms: tuple[str, ...]) -> int:
    """The families of legal forms as bits; 0 where there is none."""
    if not forms:
        return 0
    families = {FAMILIES[form] for form in forms}
    return FORMS | (ANY_FORM if "any" in families else 0) | sum(_FAMILY[family] for family in families - {"any"})


def _traits(name: Name) -> int:
    core, person, joined = name.core, name.person, name.joined
    short = (
        name.script == "latin"
        and joined.isascii()
        and len(core) <= MOST_WORDS
        and len(person) <= MOST_WORDS
        and (
            len(joined) <= MOST_LETTERS
            or max(map(len, chain(core, person, name.aside, name.places)), default=0) <= MOST_LETTERS
        )
    )
    return (
        (SHORT if short else 0)
        + (0 if PARENTS.isdisjoint(person) else PARENT)
        + (ONE_CORE if len(core) == 1 and core[0] == joined else 0)
        + (ONE_PERSON if len(person) == 1 and person[0] == joined else 0)
        + (PERSONAL if looks_personal(name) else 0)
    )


W_LETTERS, W_FIRST, W_SIZE, W_WEIGHT, W_KNOWN, W_TRAITS, W_HELD = range(7)
"""The fields of :class:`Pool` by their places."""


class Pool(NamedTuple):
    """Words by number: their letters, one word after the other; what each weighs, at the least and as it is; its traits; which
    letters it holds, as bits.
    """

    letters: NDArray[np.uint8]
    first: Numbers32
    size: Numbers32
    weight: NDArray[np.float64]
    known: NDArray[np.float64]
    traits: NDArray[np.uint8]
    held: NDArray[np.uint32]

    @classmethod
    def of(cls, words: Sequence[str], rarity: Rarity, least: float) -> Pool:
        """These words, without their traits."""
        size = np.array([*map(len, words)], np.int32)
        first = (np.cumsum(size) - size).astype(np.int32)
        letters = _letters("".join(words))
        bits = np.uint32(1) << (letters & np.uint8(31)).astype(np.uint32)
        return cls(
            letters,
            first,
            size,
            np.array([*map(rarity.at_least(least).__getitem__, words)], np.float64),
            np.array([*map(rarity.known.get, words, repeat(rarity.unseen))], np.float64),
            np.zeros(len(words), np.uint8),
            np.bitwise_or.reduceat(bits, first) if words else np.zeros(0, np.uint32),
        )

    def and_then(self, others: Pool) -> Pool:
        """These words, and others behind them."""
        moved = others._replace(first=others.first + np.int32(len(self.letters)))
        return Pool(*(np.concatenate(part) for part in zip(self, moved, strict=True)))  # type: ignore[arg-type]


class Numbering(dict[str, int]):
    """Numbers of words, given in the order in which they are asked for, behind those of a ``base``; ``new`` are the new words."""

    def __init__(self, base: Mapping[str, int]) -> None:
        self.base = base
        self.first = len(base)
        self.new: list[str] = []

    def __missing__(self, word: str) -> int:
        number = self.base.get(word)
        if number is None:
            number = self.first + len(self.new)
            self.new.append(word)
        self[word] = number
        return number


class WordPool:
    """All words of the listed names, and those that mean something to the comparison, ready to be numbered and weighed."""

    def __init__(self, words: Iterable[str], rarity: Rarity, least: float) -> None:
        every = [*words]
        self.number = {word: at for at, word in enumerate(every)}
        # A special word is among these, so that the words of a query never are.
        more = sorted({word for _, special in _SPECIAL for word in special}.difference(every))
        self.number |= {word: len(every) + at for at, word in enumerate(more)}
        self.rarity, self.least = rarity, least
        self.pool = Pool.of([*self.number], rarity, least)
        for trait, special in _SPECIAL:
            self.pool.traits[[self.number[word] for word in special]] |= trait

    def coded(self, names: Sequence[Name]) -> tuple[CodedNames, Pool]:
        """Names as numbers, and the words that these mean."""
        numbers = Numbering(self.number)
        coded = CodedNames.of(names, numbers)
        return coded, self.pool.and_then(Pool.of(numbers.new, self.rarity, self.least))
