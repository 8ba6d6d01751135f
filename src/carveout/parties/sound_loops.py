"""How words sound across transliterations, by compiled loops: :func:`carveout.parties.word.sound` of numbered words.

The rules are run one after the other over the letters of a word, each as its pattern would: from left to right, the first
alternative that fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from carveout.facts.compiled import compiled
from carveout.parties.coded_names import MOST_LETTERS, W_FIRST, W_LETTERS, W_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RULES: Final = (
    ("shch|tsch|tch|sch|cz|sh|ch|zh|dzh|dj", "c"), ("ph", "f"), ("kh", "h"), ("gh", "g"), ("ck", "k"), ("th", "t"), ("dh", "d"),
    ("ts|tz", "s"), ("x", "ks"), ("q", "k"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("w", "v"), ("z", "s"), ("ou|oo|ow", "u"),
    ("ee", "i"), ("ae", "a"), ("oe", "o"), ("ue", "u"),
)  # fmt: skip
"""Letters, and what they are heard as; those of :data:`carveout.parties.word.SOUNDS` before its runs of vowels."""

_LONGEST: Final = 4
"""Letters that a rule looks at."""
ROOM: Final = 2 * MOST_LETTERS + 2
"""Letters that a word may have while it is heard: one may become two."""


def _table() -> NDArray[np.uint8]:
    """One row an alternative: the number of its rule, how many letters it has, these, how many it becomes, and these."""
    rows = [
        (rule, len(letters), *letters.encode().ljust(_LONGEST), len(heard), *heard.encode().ljust(2))
        for rule, (alternatives, heard) in enumerate(_RULES)
        for letters in alternatives.split("|")
    ]
    return np.array(rows, np.uint8)


_TABLE: Final = _table()
_FIRST: Final = np.searchsorted(_TABLE[:, 0], np.arange(len(_RULES) + 1))
_I, _U, _A, _H = 105, 117, 97, 104


@compiled
def _replaced(text: Any, size: int, rule: int, other: Any) -> int:
    """Write a text with a rule done to it; how many letters it has."""
    at = made = 0
    while at < size:
        fits = -1
        for row in range(_FIRST[rule], _FIRST[rule + 1]):
            length = _TABLE[row, 1]
            if at + length > size:
                continue
            same = True
            for n in range(length):
                if text[at + n] != _TABLE[row, 2 + n]:
                    same = False
                    break
            if same:
                fits = row
                break
        if fits < 0:
            other[made] = text[at]
            made, at = made + 1, at + 1
            continue
        for n in range(_TABLE[fits, 2 + _LONGEST]):
            other[made] = _TABLE[fits, 3 + _LONGEST + n]
            made += 1
        at += _TABLE[fits, 1]
    return made


@compiled
def _holds_any(text: Any, size: int, rule: int) -> bool:
    """Whether a text has the first letter of a rule's alternatives; most have not."""
    for row in range(_FIRST[rule], _FIRST[rule + 1]):
        for at in range(size):
            if text[at] == _TABLE[row, 2]:
                return True
    return False


@compiled
def _vowels_run(text: Any, size: int) -> int:
    """The last rules, in place: runs of vowels are one, doubled letters once, no h but the first."""
    made = 0
    for at in range(size):
        letter = text[at]
        if letter in (101, 105, 106, 121):
            letter = _I
        elif letter in (111, 117):
            letter = _U
        if made and letter in (_I, _U) and text[made - 1] == letter:
            continue
        text[made] = letter
        made += 1
    size, made = made, 0
    for at in range(size):
        letter = text[at]
        if made and letter in (_A, _I, _U) and text[made - 1] in (_A, _I, _U):
            continue
        text[made] = letter
        made += 1
    size, made = made, 0
    for at in range(size):
        if made and text[at] == text[made - 1]:
            continue
        text[made] = text[at]
        made += 1
    size, made = made, 0
    for at in range(size):
        if made and text[at] == _H:
            continue
        text[made] = text[at]
        made += 1
    return made


@compiled
def _heard(pool: Any, word: int, texts: Any) -> tuple[int, int]:
    """(which of two texts holds the sound of a word, how many letters it has)."""
    first, size = pool[W_FIRST][word], int(pool[W_SIZE][word])
    for n in range(size):
        texts[0, n] = pool[W_LETTERS][first + n]
    here = 0
    for rule in range(len(_FIRST) - 1):
        if _holds_any(texts[here], size, rule):
            size = _replaced(texts[here], size, rule, texts[1 - here])
            here = 1 - here
    return here, _vowels_run(texts[here], size)


@compiled
def same_sound(pool: Any, one: int, other: int, texts: Any) -> bool:
    """Whether two words sound the same; ``texts`` is room for four, of :data:`ROOM` letters each."""
    here, n = _heard(pool, one, texts[:2])
    there, m = _heard(pool, other, texts[2:])
    if n != m:
        return False
    for at in range(n):  # noqa: SIM110 (the compiler knows no generators)
        if texts[here, at] != texts[2 + there, at]:
            return False
    return True
