"""Which word of one name stands for which word of the other.

Equal words first; then words written apart or together (``hua wei``, ``huawei``); then words that are alike, the
likest first. What is left over on both sides contradicts, what is left on one side is missing or added.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from rapidfuzz.distance import OSA

from carveout.parties.word import GIVEN, PARTICLES, sound

osa = OSA.distance
DIGITS = str.maketrans("0135789", "oiesibg")
MANY = 200
"""Pairs of words from which those that cannot be alike are sorted out beforehand."""
FIRM = "lmnrbg"
"""Letters that no rule of sounds takes away or brings in: words that do not share them sound different; but for a letter said twice,
words of the same sound have them in the same order too."""


_firm = lru_cache(maxsize=16384)(frozenset(FIRM).intersection)


class Pair(NamedTuple):
    """Words that stand for each other: positions, likeness 0..1, letters changed, how they are alike.

    ``part`` is the share of the word that the pair covers, where one word stands for several.
    """

    query: int
    candidate: int
    likeness: float
    edits: int
    how: str
    part: float = 1.0


_made = tuple.__new__
"""Makes a named tuple in a third of the time that its class takes; pairs are made by the million."""


class Alignment(NamedTuple):
    """Pairs, and the positions left over in either name."""

    pairs: list[Pair]
    query: list[int]
    candidate: list[int]


@lru_cache(maxsize=8192)
def likeness(one: str, other: str) -> tuple[float, int, str]:
    """How alike two different words are (0..1), by how many letters they differ, and what makes them alike.

    Letters: optimal string alignment distance (an exchange of neighbors is one change) over the longer word.
    Sound: the same word in another transliteration. Given: short forms and national forms of one given name.
    Digits: written for letters they look like. Initial: a letter for a word that begins with it.
    """
    size, short = (len(one), len(other)) if len(one) >= len(other) else (len(other), len(one))
    if short == 1:
        return (1.0, 0, "initial") if one[0] == other[0] and size > 1 else (0.0, size, "")
    edits = osa(one, other)
    alike = 1.0 - edits / size
    if edits > 1 or size < 4:
        group = GIVEN.get(one)
        if group and not group.isdisjoint(GIVEN.get(other, ())):
            return max(alike, 0.85), min(edits, 1), "given"
        if short >= 4 and _firm(one) == _firm(other) and sound(one) == sound(other):
            return max(alike, 0.9), min(edits, 1), "sound"
    if size > 3 and not (one.isalpha() and other.isalpha()) and one.translate(DIGITS) == other.translate(DIGITS):
        return 0.95, 1, "digits"
    return alike, edits, "letters"


def align(
    query: tuple[str, ...],
    candidate: tuple[str, ...],
    floor: float,
    spelled: tuple[str, ...] = (),
    listed: tuple[str, ...] = (),
) -> Alignment:
    """The alignment of two tuples of words; words less alike than ``floor`` do not stand for each other.

    ``spelled`` and ``listed`` are the same words as written, before synonyms: slips of the pen are told by these.
    """
    pairs: list[Pair] = []
    if query == candidate:
        return Alignment([Pair(i, i, 1.0, 0, "equal") for i in range(len(query))], [], [])
    free = list(range(len(candidate)))
    left: list[int] = []
    for i, word in enumerate(query):
        if word in candidate:
            for j in free:
                if candidate[j] == word:
                    pairs.append(_made(Pair, (i, j, 1.0, 0, "equal", 1.0)))
                    free.remove(j)
                    break
            else:
                left.append(i)
        else:
            left.append(i)
    if left and free:
        align_unequal(query, candidate, spelled or query, listed or candidate, left, free, pairs, floor)
    return _made(Alignment, (pairs, left, free))


def align_unequal(
    query: tuple[str, ...],
    candidate: tuple[str, ...],
    spelled: tuple[str, ...],
    listed: tuple[str, ...],
    left: list[int],
    free: list[int],
    pairs: list[Pair],
    floor: float,
) -> None:
    """Adds the pairs of the words ``left`` and ``free`` once equal words are paired, and takes these from both."""
    if len(left) + len(free) > 2:
        _joined(spelled, listed, left, free, pairs, swapped=False)
        _joined(listed, spelled, free, left, pairs, swapped=True)
        _initials(query, candidate, left, free, pairs, swapped=False)
        _initials(candidate, query, free, left, pairs, swapped=True)
    if left and free:
        _alike(spelled, listed, left, free, pairs, floor)


def _joined(
    whole: tuple[str, ...],
    parts: tuple[str, ...],
    left: list[int],
    free: list[int],
    pairs: list[Pair],
    *,
    swapped: bool,
) -> None:
    """Words of one name that the other writes in two to four neighboring parts, up to one slip in long words."""
    firsts = _firsts(parts, free)
    for i in list(left):
        word = whole[i]
        if len(word) < 4:
            continue
        start = -1
        while (start := firsts.find(word[0], start + 1)) >= 0:
            text = ""
            for stop in range(start, min(start + 4, len(free))):
                text += parts[free[stop]]
                if stop == start:
                    if len(text) > len(word):
                        break
                    continue
                if len(text) > len(word) + 1:
                    break
                edits = (
                    0 if text == word else osa(text, word) if abs(len(text) - len(word)) <= 1 and len(word) > 6 else 9
                )
                if edits <= 1:
                    if edits and _closest(word, parts, free) <= edits:
                        break
                    taken = free[start : stop + 1]
                    for n, j in enumerate(taken):
                        at = (j, i) if swapped else (i, j)
                        pairs.append(
                            Pair(*at, 1.0 - edits / len(word), edits if n == 0 else 0, "joined", 1 / len(taken))
                        )
                        free.remove(j)
                    left.remove(i)
                    firsts = _firsts(parts, free)
                    break
            if i not in left:
                break


def _initials(
    short: tuple[str, ...], long: tuple[str, ...], left: list[int], free: list[int], pairs: list[Pair], *, swapped: bool
) -> None:
    """Words of two to five letters that are the initials of as many neighboring words: JC for Jean-Claude."""
    firsts = _firsts(long, free)
    for i in list(left):
        word = short[i]
        size = len(word)
        if not 2 <= size <= 5 or size > len(free) or word in PARTICLES:
            continue
        start = -1
        while (start := firsts.find(word, start + 1)) >= 0:
            taken = free[start : start + size]
            if min([len(long[j]) for j in taken]) > 1:
                for j in taken:
                    pairs.append(Pair(j, i, 1.0, 0, "initial") if swapped else Pair(i, j, 1.0, 0, "initial"))
                    free.remove(j)
                left.remove(i)
                firsts = _firsts(long, free)
                break


def _firsts(words: tuple[str, ...], at: list[int]) -> str:
    """The first letters of these words, one after the other."""
    return "".join([words[j][0] for j in at])


def _closest(word: str, parts: tuple[str, ...], free: list[int]) -> int:
    return min(osa(word, parts[j]) for j in free)


def _to_compare(
    query: tuple[str, ...], candidate: tuple[str, ...], left: list[int], free: list[int], floor: float
) -> Iterable[tuple[int, int]]:
    if len(left) * len(free) < MANY:
        return product(left, free)
    from carveout.parties.plausible import plausible

    found = plausible([query[i] for i in left], [candidate[j] for j in free], floor)
    return [(left[n], free[m]) for n, m in found]


def _alike(
    query: tuple[str, ...],
    candidate: tuple[str, ...],
    left: list[int],
    free: list[int],
    pairs: list[Pair],
    floor: float,
) -> None:
    found = []
    for i, j in _to_compare(query, candidate, left, free, floor):
        alike, edits, how = likeness(query[i], candidate[j])
        if alike >= floor:
            found.append((-alike, abs(i - j), i, j, edits, how))
    if not found:
        return
    if len(found) > 1:
        found.sort()
    for minus, _, i, j, edits, how in found:
        if i in left and j in free:
            pairs.append(_made(Pair, (i, j, -minus, edits, how, 1.0)))
            left.remove(i)
            free.remove(j)
