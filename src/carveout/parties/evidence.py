"""What two names say for and against being one party: the features of the model, each a share or a count."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from rapidfuzz.distance import OSA

from carveout.parties.alignment import Alignment, Pair, align
from carveout.parties.name import Name
from carveout.parties.rarity import Rarity
from carveout.parties.settings import Settings
from carveout.parties.word import COUNTRIES, FAMILIES, PARTICLES, ROMAN, shard

_NONE: frozenset[str] = frozenset()
PARENTS = frozenset({"bin", "bint", "binti"})


_made = tuple.__new__
"""Makes a named tuple in a third of the time that its class takes; pairs are compared by the million."""


class Evidence(NamedTuple):
    """Features of a pair, in the order of the table of settings; shares are of the weight of the words compared."""

    slip: float
    letters: float
    contradicted: float
    missing: float
    added: float
    alone: float
    thin: float
    initial: float
    crossed: float
    number_differs: float
    number_slip: float
    number_missing: float
    place_differs: float
    country_missing: float
    place_missing: float
    form_differs: float
    form_missing: float


class Comparison(NamedTuple):
    """The words compared, as spelled too, how they were aligned, and the places that only one name has."""

    query: tuple[str, ...]
    candidate: tuple[str, ...]
    spelled: tuple[str, ...]
    listed: tuple[str, ...]
    alignment: Alignment
    query_places: frozenset[str]
    candidate_places: frozenset[str]
    unvoweled: bool = False


def compare(
    query: Name,
    candidate: Name,
    settings: Settings,
    *,
    person: bool,
    words: tuple[str, ...] = (),
    listed: tuple[str, ...] = (),
) -> Comparison:
    """The words of the two names, aligned; other readings of them may be given."""
    if words or listed:
        spelled, written = words, listed
    elif person:
        words, listed, spelled, written = query.person, candidate.person, query.called, candidate.called
    else:
        words, listed, spelled, written = query.core, candidate.core, query.plain, candidate.plain
    whole_words = person and query.script == candidate.script == "chinese"
    found = align(words, listed, 1.0 if whole_words else settings.alike, spelled, written)
    if person or query.places == candidate.places or _as_one(query, candidate, words, listed):
        return _made(Comparison, (words, listed, spelled, written, found, _NONE, _NONE, False))
    # A misspelled place is an ordinary word to the reader: the places of one name only may stand for words of the other.
    mine = [place for place in query.places if place not in candidate.places]
    theirs = [place for place in candidate.places if place not in query.places]
    if (found.query and theirs) or (found.candidate and mine):
        places_for_words(words, listed, found, mine, theirs)
    return Comparison(words, listed, spelled, written, found, frozenset(mine), frozenset(theirs))


def _as_one(query: Name, candidate: Name, words: tuple[str, ...], listed: tuple[str, ...]) -> bool:
    """Whether the whole names are compared letter by letter: numbers, places and forms are then in the letters."""
    return len(words) == 1 == len(listed) and words[0] == query.joined and listed[0] == candidate.joined


def one_word(one: str, other: str) -> bool:
    """Whether two names without their spaces are the same but for a slip or, in long ones, two."""
    if one == other:
        return True
    size = min(len(one), len(other))
    slips = 0 if size < 8 else 1 if size < 16 else 2
    return abs(len(one) - len(other)) <= slips > 0 and OSA.distance(one, other, score_cutoff=slips) <= slips


def places_for_words(
    words: tuple[str, ...], listed: tuple[str, ...], found: Alignment, mine: list[str], theirs: list[str]
) -> None:
    """Take away the places of one name that are words, as misspelled, of the other, and these words."""
    for left, side, places in ((found.query, words, theirs), (found.candidate, listed, mine)):
        for place in list(places):
            for spelled in ([place.replace(" ", "")], place.split()):
                meant = [_nearest(word, left, side) for word in spelled]
                if all(at is not None for at in meant) and len(set(meant)) == len(meant):
                    for at in meant:
                        left.remove(at)  # type: ignore[arg-type]
                    places.remove(place)
                    break


def _nearest(word: str, left: list[int], side: tuple[str, ...]) -> int | None:
    """The word left over that is a slip of the pen away from this one."""
    slips = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
    near = [(OSA.distance(word, side[at], score_cutoff=slips), at) for at in left]
    edits, at = min(near, default=(slips + 1, 0))
    return at if edits <= slips else None


class Measured(NamedTuple):
    """What a comparison weighs: word weights and their sums by what became of the words."""

    weights: dict[str, float]
    same: float
    slip: float
    extra: float
    lacking: float
    whole: float
    edits: int
    letters: int
    apart: int
    initials: int
    left: list[int]
    free: list[int]


def weigh(
    query: Name, candidate: Name, compared: Comparison, rarity: Rarity, settings: Settings, *, person: bool
) -> Measured:
    """The weights of the words compared, and the sums that the evidence is made of."""
    words, listed, _, _, (pairs, left, free), _, _, unvoweled = compared
    same = slip = 0.0
    edits = letters = initials = apart = 0
    weights = rarity.weights((*words, *listed), settings.least)
    if unvoweled:
        # Two consonants say less than three.
        weights = {word: min(1.0, len(word) / 3) for word in weights}
    elif person:
        for word in () if PARTICLES.isdisjoint(weights) else PARTICLES.intersection(weights):
            # The last word of a name is no particle: Ko Tae Bin.
            if word != words[-1] and word != listed[-1]:
                weights[word] = settings.particle
    for i, j, alike, changed, how, part in pairs:
        one, other = words[i], listed[j]
        weight = weights[one]
        if how != "equal":
            if weights[other] > weight:
                weight = weights[other]
            if how == "initial":
                initials += 1
                same += weight * settings.half
                continue
            weight *= part
            slip += weight * (1.0 - alike)
            edits += changed
        same += weight
        if part == 1.0:
            letters += len(one) if len(one) > len(other) else len(other)
        else:
            letters += min(len(one), len(other))
    if left or free:
        if not person:
            left = [i for i in left if not (shard(words[i]) or set_aside(words[i], candidate.aside))]
            free = [j for j in free if not (shard(listed[j]) or set_aside(listed[j], query.aside))]
        extra = sum([weights[words[i]] for i in left]) if left else 0.0
        lacking = sum([weights[listed[j]] for j in free]) if free else 0.0
        if not (extra and lacking):
            # A word said twice adds nothing: Sergey Sergey Shoigu.
            extra = sum([weights[words[i]] for i in left if words[i] not in listed]) if left else 0.0
            lacking = sum([weights[listed[j]] for j in free if listed[j] not in words]) if free else 0.0
        if extra and lacking:
            apart = max(sum([len(words[i]) for i in left]), sum([len(listed[j]) for j in free]))
            edits += apart
            letters += apart
    else:
        extra = lacking = 0.0
    whole = same + (extra if extra > lacking else lacking)
    return _made(
        Measured, (weights, same, slip, extra, lacking, whole or 1.0, edits, letters, apart, initials, left, free)
    )


def evidence(
    query: Name, candidate: Name, compared: Comparison, rarity: Rarity, settings: Settings, *, person: bool
) -> Evidence:
    """The features of a comparison."""
    words, listed, _, _, (pairs, _, _), mine, theirs, _ = compared
    _, same, slip, extra, lacking, whole, edits, letters, _, initials, _, _ = weigh(
        query, candidate, compared, rarity, settings, person=person
    )
    conflict = extra if extra < lacking else lacking
    numbers = (0.0, 0.0, 0.0)
    as_one = _as_one(query, candidate, words, listed)
    if not (person or as_one) and query.numbers != candidate.numbers:
        numbers = numbers_differ(query, candidate)
    return _made(Evidence, (
        slip / whole,
        edits / letters if letters else (0.0 if pairs else 1.0),
        conflict,
        (lacking - conflict) / whole,
        (extra - conflict) / whole,
        _short_of_two(words, pairs) if whole > same or (initials and (not person or initials == len(pairs))) else 0.0,
        1.0 - same / settings.enough if same < settings.enough and whole > same else 0.0,
        initials / len(pairs) if initials else 0.0,
        1.0 if person and _crossed(words, listed, pairs) else 0.0,
        *numbers,
        1.0 if mine and theirs else 0.0,
        *(one_sided(mine, theirs) if mine or theirs else (0.0, 0.0)),
        1.0 if query.forms != candidate.forms and not as_one and forms_differ(query.forms, candidate.forms) else 0.0,
        1.0 if bool(query.forms) != bool(candidate.forms) and not as_one else 0.0,
    ))  # fmt: skip


def set_aside(word: str, aside: tuple[str, ...]) -> bool:
    """Whether the word, or a slip of it, is among those set aside in the other name: those of its legal form and others."""
    if word in aside:
        return True
    size = len(word)
    if size < 3:
        return False
    slips = 1 if size < 8 else 2
    return any(
        len(other) > 2 and (other[0] == word[0] or size > 5) and OSA.distance(word, other, score_cutoff=slips) <= slips
        for other in aside
    )


def numbers_differ(query: Name, candidate: Name) -> tuple[float, float, float]:
    """(differ, differ by a slip, stand in one name only)."""
    mine, theirs = query.numbers, candidate.numbers
    if sorted(mine) == sorted(theirs):
        return 0.0, 0.0, 0.0
    if set(mine) <= set(theirs) or set(theirs) <= set(mine):
        return 0.0, 0.0, 1.0
    if len(mine) != len(theirs):
        return 1.0, 0.0, 0.0
    edits = sum(
        OSA.distance(*_as_written(one, other, query, candidate)) for one, other in zip(mine, theirs, strict=True)
    )
    return (0.0, 1.0, 0.0) if edits <= 1 else (1.0, 0.0, 0.0)


def _as_written(one: str, other: str, query: Name, candidate: Name) -> tuple[str, str]:
    """Two numbers in roman numerals where both names write them so: VIII and IX are no slip of the pen."""
    first, second = ROMAN.get(one), ROMAN.get(other)
    if first and second and first in query.normalized.split() and second in candidate.normalized.split():
        return first, second
    return one, other


def one_sided(mine: Collection[str], theirs: Collection[str]) -> tuple[float, float]:
    """Whether (a country, another place) stands in one name only."""
    if bool(mine) == bool(theirs):
        return 0.0, 0.0
    return (0.0, 1.0) if COUNTRIES.isdisjoint((*mine, *theirs)) else (1.0, 0.0)


def forms_differ(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether the legal forms contradict: both stated, and no family in common."""
    if not mine or not theirs:
        return False
    one = {FAMILIES[form] for form in mine}
    other = {FAMILIES[form] for form in theirs}
    return not (one & other or "any" in one or "any" in other)


def _short_of_two(words: tuple[str, ...], pairs: list[Pair]) -> float:
    """How many words short of two agree, particles and initials aside."""
    full = len({i for i, _, _, _, how, _ in pairs if how != "initial" and words[i] not in PARTICLES})
    return 2.0 - full if full < 2 else 0.0


def _crossed(words: tuple[str, ...], listed: tuple[str, ...], pairs: list[Pair]) -> bool:
    """Whether son and father have changed places: A bin B against B bin A."""
    if PARENTS.isdisjoint(words) or PARENTS.isdisjoint(listed):
        return False
    fathers = {i + 1 for i, word in enumerate(words) if word in PARENTS}
    others = {j + 1 for j, word in enumerate(listed) if word in PARENTS}
    return sum([(i in fathers) != (j in others) for i, j, *_ in pairs]) >= 2
