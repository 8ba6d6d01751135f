"""Pairs of Latin names compared by compiled loops: the log odds of :mod:`carveout.parties.latin_pair`, to the last bit.

Most pairs differ in a slip, in a word missing or added, in the order of words. Those are told here. What needs more (words written
apart or together, initials, given names and sounds, numbers that differ, places for words) is left to the long way round, which is
the oracle of these loops too. Every loop reads names as numbers (:mod:`carveout.parties.coded_names`).
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from carveout.facts.compiled import compiled
from carveout.parties.coded_names import (
    ANY_FORM,
    AS_PERSON,
    ASIDE,
    CALLED,
    CORE,
    COUNTRY,
    MANY_PARTS,
    MOST_LETTERS,
    MOST_WORDS,
    N_FIRST,
    N_FORMS,
    N_LETTERS,
    N_SPACES,
    N_START,
    N_TRAITS,
    N_WORDS,
    NUMBERS,
    ONE_CORE,
    ONE_PERSON,
    PARENT,
    PARTICLE,
    PERSONAL,
    PLACES,
    PLAIN,
    SHORT,
    USUAL,
    W_KNOWN,
    W_SIZE,
    W_TRAITS,
    W_WEIGHT,
    WordPool,
)
from carveout.parties.compiled_pairs import (
    ANY,
    ORGANIZATION,
    PERSON,
    R_ALIKE,
    R_BEHIND,
    R_ENOUGH,
    R_HALF,
    R_PARTICLE,
    R_SHARDS,
    R_SURE,
    R_WEIGHTS,
    TELLING,
    TOLD,
    rules_of,
)
from carveout.parties.name import read_name
from carveout.parties.rarity import DEFAULT
from carveout.parties.settings import SETTINGS
from carveout.parties.word_loops import (
    INITIAL,
    UNKNOWN,
    is_shard,
    letters_apart,
    likeness,
    may_be_initials,
    may_be_parts,
    set_aside,
)

_NOWHERE = -1
_TAKEN = -1.0
HOPELESS = 1e9
"""More than one pair of a name is ever less hopeful than another."""
_FAMILIES = ANY_FORM - 1


S_LEFT, S_FREE, S_MINE, S_THEIRS, S_ALIKE, S_CHANGED, S_HOW, S_ROWS = range(8)
"""Room to work in: places of words left over in either name, those paired, the likeness of every two, and rows of a distance."""

_Sums: TypeAlias = tuple[float, float, int, int, int, int, int, float]
"""What the words that stand for each other come to: their weight, what slips take of it, letters changed and compared, words that
agree, those of them that are initials and those that are no particles, and what they weigh before any rule."""
_SAID = 7


@compiled
def _holds(words: Any, word: int) -> bool:
    for held in words:
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
def _equal_words(pool: Any, words: Any, others: Any, rules: Any, scratch: Any) -> tuple[int, int, _Sums]:
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
def _compare_left(pool: Any, spelled: Any, written: Any, count: int, many: int, scratch: Any) -> bool:
    """How alike every two words left over are; False where that takes more than letters."""
    for n in range(count):
        for m in range(many):
            alike, changed, how = likeness(
                pool, spelled[scratch[S_LEFT][n]], written[scratch[S_FREE][m]], scratch[S_ROWS]
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
def _alike_words(
    pool: Any, words: Any, others: Any, count: int, many: int, sums: Any, rules: Any, scratch: Any
) -> tuple[int, int, _Sums]:
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
        if not _holds(gone, n):
            held[kept] = held[n]
            kept += 1
    return kept


@compiled
def _own_words(pool: Any, words: Any, held: Any, count: int, aside: Any, rules: Any, rows: Any) -> int:
    """Of the words left over keep those that are no part of a legal form, and not set aside in the other name; how many."""
    kept = 0
    for n in range(count):
        word = words[held[n]]
        if not (is_shard(pool, word, rules[R_SHARDS], rows) or set_aside(pool, word, aside, rows)):
            held[kept] = held[n]
            kept += 1
    return kept


@compiled
def _weights_left(
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
            if not _holds(others, words[left[n]]):
                extra += _weight(pool, words[left[n]], rules, words, others)
        for m in range(many):
            if not _holds(words, others[free[m]]):
                lacking += _weight(pool, others[free[m]], rules, words, others)
    return extra, lacking


@compiled
def _letters_of(pool: Any, words: Any, held: Any, count: int) -> int:
    found = 0
    for n in range(count):
        found += pool[W_SIZE][words[held[n]]]
    return found


@compiled
def _against(sums: Any, extra: float, lacking: float, weights: Any, rules: Any, kind: int) -> float:
    """What the features of the words take away, added in the order of the features as it is everywhere."""
    same, slip, edits, letters, agreed, initials, full, _ = sums
    total = same + max(extra, lacking)
    if total == 0.0:
        total = 1.0
    conflict = min(extra, lacking)
    alone = thin = 0.0
    short = 2.0 - full if full < 2 else 0.0
    if total > same:
        if same < rules[R_ENOUGH]:
            thin = 1.0 - same / rules[R_ENOUGH]
        alone = short
    elif initials and (kind != PERSON or initials == agreed):
        alone = short
    found = 0.0
    if slip:
        found += weights[1] * (slip / total)
    if edits or not letters:
        found += weights[2] * (edits / letters if letters else (0.0 if agreed else 1.0))
    if conflict:
        found += weights[3] * conflict
    if lacking > conflict:
        found += weights[4] * ((lacking - conflict) / total)
    if extra > conflict:
        found += weights[5] * ((extra - conflict) / total)
    found += weights[6] * alone
    found += weights[7] * thin
    if initials:
        found += weights[8] * (initials / agreed)
    return float(found)


@compiled
def _one_sided(pool: Any, here: Any, there: Any) -> tuple[bool, bool]:
    """(whether a place stands here that is not there, whether such a one is a country)."""
    only = country = False
    for place in here:
        if not _holds(there, place):
            only = True
            country = country or bool(pool[W_TRAITS][place] & COUNTRY)
    return only, country


@compiled
def _same_run(some: Any, others: Any) -> bool:
    if len(some) != len(others):
        return False
    for n in range(len(some)):
        if some[n] != others[n]:
            return False
    return True


@compiled
def _of(names: Any, name: int, part: int) -> Any:
    """The words of a part of one name."""
    at = MANY_PARTS * name + part
    return names[N_WORDS][names[N_START][at] : names[N_START][at + 1]]


@compiled
def _may_be_one_word(query: Any, listed: Any, q: int, c: int, rows: Any) -> bool:
    """Whether two names may have to be compared as one word each: only spaces differ, or a slip took one for a letter."""
    first, second = query[N_FIRST][q], listed[N_FIRST][c]
    n, m = query[N_FIRST][q + 1] - first, listed[N_FIRST][c + 1] - second
    if abs(n - m) > 2:
        return False
    apart = letters_apart(query[N_LETTERS], first, n, listed[N_LETTERS], second, m, rows)
    if query[N_SPACES][q] == listed[N_SPACES][c]:
        return bool(apart == 0)
    # What is not told (-1) may be.
    return bool(apart <= (0 if min(n, m) < 8 else 1 if min(n, m) < 16 else 2))


@compiled
def _one_pair(
    pool: Any, query: Any, listed: Any, q: int, c: int, weights: Any, rules: Any, scratch: Any, kind: int
) -> tuple[bool, float, float]:
    """(whether it is told, log odds, what the words that agree weigh) of one pair."""
    nothing, person = (False, 0.0, 0.0), kind == PERSON
    if not (query[N_TRAITS][q] & listed[N_TRAITS][c] & SHORT) or (person and query[N_TRAITS][q] & PARENT):
        return nothing
    whole = bool(query[N_TRAITS][q] & listed[N_TRAITS][c] & (ONE_PERSON if person else ONE_CORE))
    if not whole and _may_be_one_word(query, listed, q, c, scratch[S_ROWS]):
        return nothing
    if person:
        words, spelled, others, written = (
            _of(query, q, AS_PERSON), _of(query, q, CALLED), _of(listed, c, AS_PERSON), _of(listed, c, CALLED)
        )  # fmt: skip
    else:
        words, spelled, others, written = (
            _of(query, q, CORE), _of(query, q, PLAIN), _of(listed, c, CORE), _of(listed, c, PLAIN)
        )  # fmt: skip
    if len(words) == 0 or len(others) == 0:
        return nothing
    count, many, sums = _equal_words(pool, words, others, rules, scratch)
    if count and many:
        if count + many > 2 and (
            may_be_parts(pool, spelled, written, scratch[S_LEFT], count, scratch[S_FREE], many)
            or may_be_parts(pool, written, spelled, scratch[S_FREE], many, scratch[S_LEFT], count)
            or may_be_initials(pool, words, others, scratch[S_LEFT], count, scratch[S_FREE], many)
            or may_be_initials(pool, others, words, scratch[S_FREE], many, scratch[S_LEFT], count)
        ):
            return nothing
        if not _compare_left(pool, spelled, written, count, many, scratch):
            return nothing
        count, many, sums = _alike_words(pool, words, others, count, many, sums, rules, scratch)
    here, there = _of(query, q, PLACES), _of(listed, c, PLACES)
    only_here = only_there = country = country_there = False
    if not (whole or person):
        only_here, country = _one_sided(pool, here, there)
        only_there, country_there = _one_sided(pool, there, here)
        if (count and only_there) or (many and only_here):
            # A place of one name may be a misspelled word of the other.
            return nothing
    extra = lacking = 0.0
    if count or many:
        if not person:
            count = _own_words(pool, words, scratch[S_LEFT], count, _of(listed, c, ASIDE), rules, scratch[S_ROWS])
            many = _own_words(pool, others, scratch[S_FREE], many, _of(query, q, ASIDE), rules, scratch[S_ROWS])
        extra, lacking = _weights_left(pool, words, others, count, many, rules, scratch)
        if extra and lacking:
            apart = max(
                _letters_of(pool, words, scratch[S_LEFT], count), _letters_of(pool, others, scratch[S_FREE], many)
            )  # fmt: skip
            same, slip, edits, letters, agreed, initials, full, said = sums
            sums = (same, slip, edits + apart, letters + apart, agreed, initials, full, said)
    against = _against(sums, extra, lacking, weights, rules, kind)
    if whole:
        # Numbers and forms are in the letters.
        return True, weights[0] - against, sums[_SAID]
    if not person and not _same_run(_of(query, q, NUMBERS), _of(listed, c, NUMBERS)):
        return nothing
    if only_here and only_there:
        against += weights[13]
    elif only_here or only_there:
        against += weights[14] if country or country_there else weights[15]
    forms, other_forms = query[N_FORMS][q], listed[N_FORMS][c]
    if forms and other_forms:
        if not (forms & other_forms & _FAMILIES or (forms | other_forms) & ANY_FORM):
            against += weights[16]
    elif forms or other_forms:
        against += weights[17]
    return True, weights[0] - against, sums[_SAID]


@compiled
def _telling(pool: Any, query: Any, listed: Any, q: int, c: int, rules: Any, scratch: Any) -> bool:
    """Whether a word that tells the listed party from others is in the core of the other name too, if only about so; true where it
    has none. Where it is not told here, it may be all the same.
    """
    core, others = _of(query, q, CORE), _of(listed, c, CORE)
    none = True
    for word in others:
        if not pool[W_TRAITS][word] & USUAL:
            if _holds(core, word):
                return True
            none = False
    if none:
        return True
    for word in others:
        if not pool[W_TRAITS][word] & USUAL:
            for other in core:
                alike, _, how = likeness(pool, word, other, scratch[S_ROWS])
                if how != UNKNOWN and alike >= rules[R_ALIKE]:
                    return True
    return False


@compiled
def compare_pairs(
    pool: Any, query: Any, listed: Any, asked: Any, rows: Any, kinds: Any, hopes: Any, rules: Any, people: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8]]:
    """(log odds, what the words that agree weigh, what became of it) of every pair of a name asked for and a listed one.

    ``asked`` and ``rows`` are the places of the two names of each pair, ``kinds`` the numbers of the kind that it is read as;
    ``people`` are the rules for persons. Pairs of one name stand together, the most hopeful first; what is far less hopeful than a
    match before it is left.
    """
    count = len(asked)
    odds, said, state = np.zeros(count), np.zeros(count), np.zeros(count, np.uint8)
    room, table = MOST_WORDS + 1, (MOST_WORDS + 1, MOST_WORDS + 1)
    scratch = (
        np.zeros(room, np.int64), np.zeros(room, np.int64), np.zeros(room, np.int64), np.zeros(room, np.int64),
        np.zeros(table, np.float64), np.zeros(table, np.int64), np.zeros(table, np.int64),
        np.zeros((3, MOST_LETTERS + 2), np.int64),
    )  # fmt: skip
    before, least = _NOWHERE, 0.0
    for n in range(count):
        q, c, kind = asked[n], rows[n], kinds[n]
        if q != before:
            before, least = q, hopes[n] - HOPELESS
        if hopes[n] < least:
            continue
        sure = rules[R_SURE][kind]
        if kind == ANY:
            kind = PERSON if query[N_TRAITS][q] & listed[N_TRAITS][c] & PERSONAL else ORGANIZATION
        of = people if kind == PERSON else rules
        told, odds[n], said[n] = _one_pair(pool, query, listed, q, c, rules[R_WEIGHTS][kind], of, scratch, kind)
        if told:
            state[n] = TOLD
            if odds[n] >= sure:
                if _telling(pool, query, listed, q, c, rules, scratch):
                    state[n] = TELLING
                if kind == PERSON or state[n] == TELLING:
                    least = max(least, hopes[n] - rules[R_BEHIND])
    return odds, said, state


def warm() -> None:
    """Compile, or load what was compiled before, by comparing one name with itself."""
    coded, pool = WordPool((), DEFAULT, SETTINGS.least).coded([read_name("Warm Up Ltd")])
    first, kinds, hopes = np.zeros(1, np.int64), np.zeros(1, np.uint8), np.zeros(1)
    rules = rules_of(SETTINGS, 0.0, {"ltd": 0})
    compare_pairs(tuple(pool), tuple(coded), tuple(coded), first, first, kinds, hopes, *rules)
