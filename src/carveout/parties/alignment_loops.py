"""Which word of one name stands for which word of the other, by compiled loops: :mod:`carveout.parties.alignment` of numbered words.

Words written apart or together, and initials, are not told.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from carveout.facts.compiled import compiled
from carveout.parties.coded_names import PARTICLE, W_KNOWN, W_SIZE, W_TRAITS, W_WEIGHT
from carveout.parties.compiled_pairs import R_ALIKE, R_HALF, R_PARTICLE, R_SHARDS
from carveout.parties.word_loops import INITIAL, UNKNOWN, is_shard, likeness, set_aside

_NOWHERE = -1
_TAKEN = -1.0

S_LEFT, S_FREE, S_MINE, S_THEIRS, S_ALIKE, S_CHANGED, S_HOW, S_ROWS, S_TEXTS = range(9)
"""Room to work in, by places: places of words left over in either name, those paired, the likeness of every two, rows of a distance, and texts as they
sound."""

Sums: TypeAlias = tuple[float, float, int, int, int, int, int, float]
"""What the words that stand for each other come to: their weight, what slips take of it, letters changed and compared, words that
agree, those of them that are initials and those that are no particles, and what they weigh before any rule."""
SAID = 7


@compiled
def holds(words: Any, word: int) -> bool:
    """Whether a word is among some."""
    for held in words:  # noqa: SIM110 (the compiler knows no generators)
        if held == word:
            return True
    return False


@compiled
def _weight(pool: Any, word: int, rules: Any, words: Any, others: Any) -> float:
    """What a word weighs beside the others; a particle little, unless it is the last of a name."""
    if rules[R_PARTICLE] >= 0.0 and pool[W_TRAITS][word] & PARTICLE and word not in (words[-1], others[-1]):
        return float(rules[R_PARTICLE])
    return float(pool[W_WEIGHT][word])


@compiled
def equal_words(pool: Any, words: Any, others: Any, rules: Any, scratch: Any) -> tuple[int, int, Sums]:
    """Equal words stand for each other, the first for the first: (words left over in one, in the other, sums)."""
    left, free = scratch[S_LEFT], scratch[S_FREE]
    count, many = 0, len(others)
    same = said = 0.0
    letters = agreed = full = 0
    for j in range(many):
        free[j] = j
    for i in range(len(words)):
        word, found = words[i], _NOWHERE
        for m in range(many):
            if others[free[m]] == word:
                found = m
                break
        if found == _NOWHERE:
            left[count] = i
            count += 1
            continue
        many -= 1
        for m in range(found, many):
            free[m] = free[m + 1]
        agreed += 1
        full += 0 if pool[W_TRAITS][word] & PARTICLE else 1
        same += _weight(pool, word, rules, words, others)
        said += pool[W_KNOWN][word]
        letters += pool[W_SIZE][word]
    return count, many, (same, 0.0, 0, letters, agreed, 0, full, said)


@compiled
def compare_left(pool: Any, spelled: Any, written: Any, count: int, many: int, scratch: Any) -> bool:
    """How alike every two words left over are; False where that takes more than letters."""
    for n in range(count):
        for m in range(many):
            alike, changed, how = likeness(
                pool, spelled[scratch[S_LEFT][n]], written[scratch[S_FREE][m]], scratch[S_ROWS], scratch[S_TEXTS]
            )
            if how == UNKNOWN:
                return False
            scratch[S_ALIKE][n, m], scratch[S_CHANGED][n, m], scratch[S_HOW][n, m] = alike, changed, how
    return True


@compiled
def _likest(count: int, many: int, floor: float, scratch: Any) -> tuple[int, int]:
    """The two words left over that are the likest, of these those that stand nearest, of these the first; -1 where there are none."""
    left, free, alike = scratch[S_LEFT], scratch[S_FREE], scratch[S_ALIKE]
    best, at, apart, first, second = floor, _NOWHERE, 0, _NOWHERE, _NOWHERE
    for n in range(count):
        for m in range(many):
            value, gap = alike[n, m], abs(left[n] - free[m])
            if value == _TAKEN or value < best or (value == best and at != _NOWHERE and gap >= apart):
                continue
            best, at, apart, first, second = value, n, gap, n, m
    return first, second


@compiled
def alike_words(
    pool: Any, words: Any, others: Any, count: int, many: int, sums: Any, rules: Any, scratch: Any
) -> tuple[int, int, Sums]:
    """Words left over that are alike stand for each other, the likest first: (words still left over, in the other, sums)."""
    same, slip, edits, letters, agreed, initials, full, said = sums
    pairs = 0
    while True:
        n, m = _likest(count, many, rules[R_ALIKE], scratch)
        if n == _NOWHERE:
            break
        one, other = words[scratch[S_LEFT][n]], others[scratch[S_FREE][m]]
        alike, changed, how = scratch[S_ALIKE][n, m], scratch[S_CHANGED][n, m], scratch[S_HOW][n, m]
        scratch[S_ALIKE][n, :many] = _TAKEN
        scratch[S_ALIKE][:count, m] = _TAKEN
        scratch[S_MINE][pairs], scratch[S_THEIRS][pairs] = n, m
        pairs += 1
        agreed += 1
        said += pool[W_KNOWN][one]
        weight = max(_weight(pool, one, rules, words, others), _weight(pool, other, rules, words, others))
        if how == INITIAL:
            initials += 1
            same += weight * rules[R_HALF]
            continue
        full += 0 if pool[W_TRAITS][one] & PARTICLE else 1
        slip += weight * (1.0 - alike)
        edits += changed
        same += weight
        letters += max(pool[W_SIZE][one], pool[W_SIZE][other])
    return (
        _without(scratch[S_LEFT], count, scratch[S_MINE][:pairs]),
        _without(scratch[S_FREE], many, scratch[S_THEIRS][:pairs]),
        (same, slip, edits, letters, agreed, initials, full, said),
    )


@compiled
def _without(held: Any, count: int, gone: Any) -> int:
    """Take away what stands at some places; how many are left."""
    kept = 0
    for n in range(count):
        if not holds(gone, n):
            held[kept] = held[n]
            kept += 1
    return kept


@compiled
def own_words(pool: Any, words: Any, held: Any, count: int, aside: Any, rules: Any, rows: Any) -> int:
    """Of the words left over keep those that are no part of a legal form, and not set aside in the other name; how many."""
    kept = 0
    for n in range(count):
        word = words[held[n]]
        if not (is_shard(pool, word, rules[R_SHARDS], rows) or set_aside(pool, word, aside, rows)):
            held[kept] = held[n]
            kept += 1
    return kept


@compiled
def weights_left(
    pool: Any, words: Any, others: Any, count: int, many: int, rules: Any, scratch: Any
) -> tuple[float, float]:
    """What the words left over weigh, of one name and of the other."""
    left, free = scratch[S_LEFT], scratch[S_FREE]
    extra = lacking = 0.0
    if count and many:
        for n in range(count):
            extra += _weight(pool, words[left[n]], rules, words, others)
        for m in range(many):
            lacking += _weight(pool, others[free[m]], rules, words, others)
    if not (extra and lacking):
        # A word said twice adds nothing.
        extra = lacking = 0.0
        for n in range(count):
            if not holds(others, words[left[n]]):
                extra += _weight(pool, words[left[n]], rules, words, others)
        for m in range(many):
            if not holds(words, others[free[m]]):
                lacking += _weight(pool, others[free[m]], rules, words, others)
    return extra, lacking


@compiled
def letters_of(pool: Any, words: Any, held: Any, count: int) -> int:
    """The letters of the words at some places, together."""
    found = 0
    for n in range(count):
        found += pool[W_SIZE][words[held[n]]]
    return found
