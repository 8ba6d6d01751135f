"""Words compared by compiled loops: the distances and likenesses of :mod:`carveout.parties.alignment`, of numbered words.

A word is a number in a pool of letters (:class:`carveout.parties.coded_names.Pool`). What takes a table to tell, given
names, is not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from carveout.facts.compiled import compiled
from carveout.parties.alignment import DIGITS, FIRM
from carveout.parties.coded_names import GIVEN_NAME, PARTICLE, SHARD, W_FIRST, W_HELD, W_LETTERS, W_SIZE, W_TRAITS
from carveout.parties.sound_loops import same_sound

if TYPE_CHECKING:
    from numpy.typing import NDArray

LETTERS, INITIAL, UNKNOWN = 0, 1, -1
"""How two words are alike: in their letters, as an initial, or a table would have to be looked at."""


def _digit_letters() -> NDArray[np.uint8]:
    """Every letter, digits as the letters they look like."""
    table = np.arange(128, dtype=np.uint8)
    for digit, letter in DIGITS.items():
        table[digit] = letter
    return table


_LOOKS_LIKE: Final = _digit_letters()
_FIRM: Final = np.array([1 + FIRM.find(chr(code)) for code in range(128)], np.int64)


@compiled
def letters_apart(some: Any, first: int, n: int, others: Any, second: int, m: int, rows: Any) -> int:
    """The optimal string alignment distance of two texts, each a place and a length among letters.

    Where they differ over a longer stretch than ``rows`` has room for, nothing is told: -1.
    """
    while n > 0 and m > 0 and some[first] == others[second]:
        first, second, n, m = first + 1, second + 1, n - 1, m - 1
    while n > 0 and m > 0 and some[first + n - 1] == others[second + m - 1]:
        n, m = n - 1, m - 1
    if n == 0 or m == 0:
        return n + m
    if m >= rows.shape[1]:
        return -1
    for j in range(m + 1):
        rows[0, j] = j
    for i in range(1, n + 1):
        now, before, earlier = i % 3, (i - 1) % 3, (i - 2) % 3
        rows[now, 0] = i
        letter = some[first + i - 1]
        for j in range(1, m + 1):
            beside = others[second + j - 1]
            best = rows[before, j - 1] + (letter != beside)
            best = min(best, rows[before, j] + 1, rows[now, j - 1] + 1)
            if i > 1 and j > 1 and letter == others[second + j - 2] and some[first + i - 2] == beside:
                best = min(best, rows[earlier, j - 2] + 1)
            rows[now, j] = best
    return int(rows[n % 3, m])


@compiled
def distance(pool: Any, one: int, other: int, rows: Any) -> int:
    """The optimal string alignment distance of two words."""
    letters, first, size = pool[W_LETTERS], pool[W_FIRST], pool[W_SIZE]
    return letters_apart(letters, first[one], size[one], letters, first[other], size[other], rows)


@compiled
def within(pool: Any, one: int, other: int, slips: int, rows: Any) -> bool:
    """Whether two words are at most so many letters apart."""
    if abs(pool[W_SIZE][one] - pool[W_SIZE][other]) > slips:
        return False
    # A letter changed takes one letter from a word and brings another.
    unlike = pool[W_HELD][one] ^ pool[W_HELD][other]
    for _ in range(2 * slips):
        unlike &= unlike - np.uint32(1)
    if unlike:
        return False
    return bool(distance(pool, one, other, rows) <= slips)


@compiled
def _all_letters(pool: Any, word: int) -> bool:
    """Whether a word has no digit in it."""
    for at in range(pool[W_FIRST][word], pool[W_FIRST][word] + pool[W_SIZE][word]):
        if pool[W_LETTERS][at] < 97 or pool[W_LETTERS][at] > 122:
            return False
    return True


@compiled
def _same_digits(pool: Any, one: int, other: int) -> bool:
    """Whether two words are the same once digits are the letters they look like."""
    if pool[W_SIZE][one] != pool[W_SIZE][other]:
        return False
    for at in range(pool[W_SIZE][one]):
        if (
            _LOOKS_LIKE[pool[W_LETTERS][pool[W_FIRST][one] + at] & 127]
            != _LOOKS_LIKE[pool[W_LETTERS][pool[W_FIRST][other] + at] & 127]
        ):
            return False
    return True


@compiled
def _firm(pool: Any, word: int) -> int:
    """The letters of a word that no rule of sounds takes away, in order, the same ones in a row once; as one number."""
    found = last = 0
    for at in range(pool[W_FIRST][word], pool[W_FIRST][word] + pool[W_SIZE][word]):
        letter = _FIRM[pool[W_LETTERS][at] & 127]
        if letter and letter != last:
            found = found * 7 + letter
            last = letter
    return found


@compiled
def likeness(pool: Any, one: int, other: int, rows: Any, texts: Any) -> tuple[float, int, int]:
    """How alike two words are, by how many letters they differ, how; nothing is told of two given names."""
    size, short = max(pool[W_SIZE][one], pool[W_SIZE][other]), min(pool[W_SIZE][one], pool[W_SIZE][other])
    if short == 1:
        if pool[W_LETTERS][pool[W_FIRST][one]] == pool[W_LETTERS][pool[W_FIRST][other]] and size > 1:
            return 1.0, 0, INITIAL
        return 0.0, size, LETTERS
    edits = distance(pool, one, other, rows)
    if edits > 1 or size < 4:
        if pool[W_TRAITS][one] & pool[W_TRAITS][other] & GIVEN_NAME:
            return 0.0, 0, UNKNOWN
        if short >= 4 and _firm(pool, one) == _firm(pool, other) and same_sound(pool, one, other, texts):
            return max(1.0 - edits / size, 0.9), min(edits, 1), LETTERS
    if size > 3 and not (_all_letters(pool, one) and _all_letters(pool, other)) and _same_digits(pool, one, other):
        return 0.95, 1, LETTERS
    return 1.0 - edits / size, edits, LETTERS


@compiled
def is_shard(pool: Any, word: int, shards: Any, rows: Any) -> bool:
    """Whether a word is left of a legal form, as it is or misspelled; ``shards`` are such
    words by their first letter: where those of a letter begin, and the words."""
    if pool[W_TRAITS][word] & SHARD:
        return True
    size = pool[W_SIZE][word]
    if size < 6:
        return False
    slips = 1 if size < 10 else 2
    letter = pool[W_LETTERS][pool[W_FIRST][word]]
    for held in shards[1][shards[0][letter] : shards[0][letter + 1]]:
        if pool[W_SIZE][held] > 5 and within(pool, word, held, slips, rows):
            return True
    return False


@compiled
def set_aside(pool: Any, word: int, aside: Any, rows: Any) -> bool:
    """Whether the words set aside of the other name hold a word, or a slip of it."""
    size = pool[W_SIZE][word]
    slips = 1 if size < 8 else 2
    for other in aside:
        if other == word:
            return True
    if size < 3:
        return False
    letter = pool[W_LETTERS][pool[W_FIRST][word]]
    for other in aside:
        if (
            pool[W_SIZE][other] > 2
            and (size > 5 or pool[W_LETTERS][pool[W_FIRST][other]] == letter)
            and within(pool, word, other, slips, rows)
        ):
            return True
    return False


@compiled
def may_be_parts(pool: Any, whole: Any, parts: Any, left: Any, count: int, free: Any, others: int) -> bool:
    """Whether a word of those left may be what the other name writes in two neighboring parts or more."""
    for n in range(count):
        word = whole[left[n]]
        size = pool[W_SIZE][word]
        if size < 4:
            continue
        for m in range(others - 1):
            one, other = parts[free[m]], parts[free[m + 1]]
            if (
                pool[W_LETTERS][pool[W_FIRST][one]] == pool[W_LETTERS][pool[W_FIRST][word]]
                and pool[W_SIZE][one] <= size
                and pool[W_SIZE][one] + pool[W_SIZE][other] <= size + 1
            ):
                return True
    return False


@compiled
def may_be_initials(pool: Any, short: Any, long: Any, left: Any, count: int, free: Any, others: int) -> bool:
    """Whether a word of those left may be the initials of neighboring words of the other name."""
    for n in range(count):
        word = short[left[n]]
        size = pool[W_SIZE][word]
        if not 2 <= size <= 5 or size > others or pool[W_TRAITS][word] & PARTICLE:
            continue
        for m in range(others - size + 1):
            same = True
            for k in range(size):
                if pool[W_LETTERS][pool[W_FIRST][long[free[m + k]]]] != pool[W_LETTERS][pool[W_FIRST][word] + k]:
                    same = False
                    break
            if same:
                return True
    return False
