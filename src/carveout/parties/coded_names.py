"""Names as numbers, to compare many pairs at once: every word a number, every part of a name a run of numbers.

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

from carveout.parties.alignment import FIRM
from carveout.parties.evidence import PARENTS
from carveout.parties.name import Name
from carveout.parties.rarity import COMMON, Rarity
from carveout.parties.score import looks_personal
from carveout.parties.word import COUNTRIES, FAMILIES, GIVEN, PARTICLES

Numbers32 = NDArray[np.int32]

LATIN, PARENT, ONE_CORE, ONE_PERSON, PERSONAL = 1, 2, 4, 8, 16
"""What is told of a name: it is Latin; a word of it says whose son; its core, or its reading as a person, is one
word and nothing else is in the name; it may be a person's."""

PARTICLE, USUAL, COUNTRY, GIVEN_NAME = 1, 2, 4, 8
"""What is told of a word: a particle of persons' names, a word common in names, a country, a given name."""

_SPECIAL: Final = ((PARTICLE, PARTICLES), (USUAL, COMMON), (COUNTRY, COUNTRIES), (GIVEN_NAME, GIVEN))
NO_LETTER = 1 << 7
_LETTER_BITS: Final = np.array(
    [
        1 << FIRM.find(chr(code)) if chr(code) in FIRM else 0 if chr(code).isalpha() else NO_LETTER
        for code in range(128)
    ],
    np.uint8,
)
"""Of every letter a bit of its own if no rule of sounds takes it away; another for what is no letter."""
_FAMILY: Final = {family: 1 << at for at, family in enumerate(sorted({*FAMILIES.values()} - {"any"}))}
_FORMS, _ANY_FORM = 1 << 30, 1 << 29
"""Bits beside those of the families of legal forms: there is a form; it goes with every other."""
_FAMILY_BITS = _ANY_FORM - 1


CORE, PLAIN, AS_PERSON, CALLED, ASIDE, PLACES, NUMBERS = range(7)
PARTS: Final = attrgetter("core", "plain", "person", "called", "aside", "places", "numbers")
"""The parts of a name that are numbered, in this order; ``plain`` and ``called`` run beside ``core`` and ``person``, word by word."""
MANY_PARTS: Final = 7


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
            np.frombuffer("".join(joined).encode("ascii", "replace"), np.uint8),
            np.array([name.normalized.count(" ") for name in names], np.int32),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it by name, for :meth:`from_arrays`."""
        return {f"pair_{name}": part for name, part in self._asdict().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> CodedNames:
        """What :meth:`arrays` gave."""
        return cls(*(arrays[f"pair_{name}"] for name in cls._fields))


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
    return _FORMS | (_ANY_FORM if "any" in families else 0) | sum(_FAMILY[family] for family in families - {"any"})


def families_differ(mine: Any, theirs: Any) -> Any:
    """Whether legal forms, both stated, as bits, have no family in common; of two numbers, or of two arrays of them."""
    return ((mine & theirs & _FAMILY_BITS) == 0) & (((mine | theirs) & _ANY_FORM) == 0)


def _traits(name: Name) -> int:
    core, person, joined = name.core, name.person, name.joined
    return (
        (LATIN if name.script == "latin" and joined.isascii() else 0)
        + (0 if PARENTS.isdisjoint(person) else PARENT)
        + (ONE_CORE if len(core) == 1 and core[0] == joined else 0)
        + (ONE_PERSON if len(person) == 1 and person[0] == joined else 0)
        + (PERSONAL if looks_personal(name) else 0)
    )


class Pool(NamedTuple):
    """Words by number: how many letters they have, what each weighs, at the least and as it is; its traits, and those of its
    letters (bits of :data:`_LETTER_BITS`)."""

    size: Numbers32
    weight: NDArray[np.float64]
    known: NDArray[np.float64]
    traits: NDArray[np.uint8]
    letters: NDArray[np.uint8]

    @classmethod
    def of(cls, words: Sequence[str], rarity: Rarity, least: float) -> Pool:
        """These words, without their traits."""
        size = np.array([*map(len, words)], np.int32)
        bits = _LETTER_BITS[np.frombuffer("".join(words).encode("ascii", "replace"), np.uint8)]
        return cls(
            size,
            np.array([*map(rarity.at_least(least).__getitem__, words)], np.float64),
            np.array([*map(rarity.known.get, words, repeat(rarity.unseen))], np.float64),
            np.zeros(len(words), np.uint8),
            np.bitwise_or.reduceat(bits, np.cumsum(size) - size) if words else bits,
        )

    def and_then(self, others: Pool) -> Pool:
        """These words, and others behind them."""
        return Pool(*(np.concatenate(part) for part in zip(self, others, strict=True)))  # type: ignore[arg-type]


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
        self.words = [*self.number]
        self.rarity, self.least = rarity, least
        self.pool = Pool.of(self.words, rarity, least)
        for trait, special in _SPECIAL:
            self.pool.traits[[self.number[word] for word in special]] |= trait

    def coded(self, names: Sequence[Name]) -> tuple[CodedNames, Pool, list[str]]:
        """Names as numbers, what is known of the words that these mean, and the words that are new."""
        numbers = Numbering(self.number)
        coded = CodedNames.of(names, numbers)
        return coded, self.pool.and_then(Pool.of(numbers.new, self.rarity, self.least)), numbers.new
