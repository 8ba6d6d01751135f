"""Pairs of Latin names compared by compiled loops: the log odds of :mod:`carveout.parties.latin_pair`, to the last bit.

Most pairs differ in a slip, in a word missing or added, in the order of words. Those are told here. What needs more (words written
apart or together, initials, given names, numbers that differ, places for words) is left to the long way round, which is
the oracle of these loops too. Every loop reads names as numbers (:mod:`carveout.parties.coded_names`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from carveout.facts.compiled import compiled
from carveout.parties.alignment_loops import (
    S_FREE,
    S_LEFT,
    S_ROWS,
    S_TEXTS,
    SAID,
    alike_words,
    compare_left,
    equal_words,
    holds,
    letters_of,
    own_words,
    weights_left,
)
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
    PERSONAL,
    PLACES,
    PLAIN,
    SHORT,
    USUAL,
    W_TRAITS,
    WordPool,
)
from carveout.parties.compiled_pairs import (
    ANY,
    ORGANIZATION,
    PERSON,
    R_ALIKE,
    R_BEHIND,
    R_ENOUGH,
    R_SURE,
    R_WEIGHTS,
    TELLING,
    TOLD,
    rules_of,
)
from carveout.parties.name import read_name
from carveout.parties.rarity import DEFAULT
from carveout.parties.settings import SETTINGS
from carveout.parties.sound_loops import ROOM
from carveout.parties.word_loops import (
    UNKNOWN,
    letters_apart,
    likeness,
    may_be_initials,
    may_be_parts,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOWHERE = -1
HOPELESS = 1e9
"""More than one pair of a name is ever less hopeful than another."""
_FAMILIES = ANY_FORM - 1


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
        if not holds(there, place):
            only = True
            country = country or bool(pool[W_TRAITS][place] & COUNTRY)
    return only, country


@compiled
def _same_run(some: Any, others: Any) -> bool:
    if len(some) != len(others):
        return False
    for n in range(len(some)):  # noqa: SIM110
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
    count, many, sums = equal_words(pool, words, others, rules, scratch)
    if count and many:
        if count + many > 2 and (
            may_be_parts(pool, spelled, written, scratch[S_LEFT], count, scratch[S_FREE], many)
            or may_be_parts(pool, written, spelled, scratch[S_FREE], many, scratch[S_LEFT], count)
            or may_be_initials(pool, words, others, scratch[S_LEFT], count, scratch[S_FREE], many)
            or may_be_initials(pool, others, words, scratch[S_FREE], many, scratch[S_LEFT], count)
        ):
            return nothing
        if not compare_left(pool, spelled, written, count, many, scratch):
            return nothing
        count, many, sums = alike_words(pool, words, others, count, many, sums, rules, scratch)
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
            count = own_words(pool, words, scratch[S_LEFT], count, _of(listed, c, ASIDE), rules, scratch[S_ROWS])
            many = own_words(pool, others, scratch[S_FREE], many, _of(query, q, ASIDE), rules, scratch[S_ROWS])
        extra, lacking = weights_left(pool, words, others, count, many, rules, scratch)
        if extra and lacking:
            apart = max(
                letters_of(pool, words, scratch[S_LEFT], count), letters_of(pool, others, scratch[S_FREE], many)
            )  # fmt: skip
            same, slip, edits, letters, agreed, initials, full, said = sums
            sums = (same, slip, edits + apart, letters + apart, agreed, initials, full, said)
    against = _against(sums, extra, lacking, weights, rules, kind)
    if whole:
        # Numbers and forms are in the letters.
        return True, weights[0] - against, sums[SAID]
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
    return True, weights[0] - against, sums[SAID]


@compiled
def _telling(pool: Any, query: Any, listed: Any, q: int, c: int, rules: Any, scratch: Any) -> bool:
    """Whether a word that tells the listed party from others is in the core of the other name too, if only about so; true where it
    has none. Where it is not told here, it may be all the same.
    """
    core, others = _of(query, q, CORE), _of(listed, c, CORE)
    none = True
    for word in others:
        if not pool[W_TRAITS][word] & USUAL:
            if holds(core, word):
                return True
            none = False
    if none:
        return True
    for word in others:
        if not pool[W_TRAITS][word] & USUAL:
            for other in core:
                alike, _, how = likeness(pool, word, other, scratch[S_ROWS], scratch[S_TEXTS])
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
        np.zeros((3, MOST_LETTERS + 2), np.int64), np.zeros((4, ROOM), np.uint8),
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
