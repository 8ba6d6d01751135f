"""Two names in Latin letters compared in one pass: the log odds of ``compared``, without what an explanation needs.

Nearly all pairs that a search scores are such, and making the objects of a comparison costs twice the comparison. The sums are
added in the order of ``evidence.py``, so that the odds are the same to the last bit; other scripts, and sons and fathers, are
left to the long way round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from carveout.parties.alignment import Alignment, Pair, align_unequal, likeness
from carveout.parties.evidence import (
    PARENTS,
    forms_differ,
    numbers_differ,
    one_sided,
    one_word,
    places_for_words,
    set_aside,
)
from carveout.parties.name import Name
from carveout.parties.rarity import Rarity
from carveout.parties.settings import Settings
from carveout.parties.word import PARTICLES, shard

_made = tuple.__new__
"""Makes a named tuple in a third of the time that its class takes."""


def latin_odds(
    query: Name, candidate: Name, weights: Sequence[float], rarity: Rarity, settings: Settings, *, person: bool
) -> tuple[float, tuple[str, ...]] | None:
    """(log odds, words of the query that stand for a word of the other); None where the pair needs the long way round."""
    if query.script != "latin" or candidate.script != "latin":
        return None
    if person:
        words, listed, spelled, written = query.person, candidate.person, query.called, candidate.called
        if not PARENTS.isdisjoint(words):
            return None
    else:
        words, listed, spelled, written = query.core, candidate.core, query.plain, candidate.plain
    whole = one_word_each(query, candidate, words, listed)
    model = (weights, rarity, settings, person)
    best = _reading(query, candidate, words, listed, spelled, written, *model, whole=whole)
    if not whole and may_be_one_word(query, candidate):
        one, other = (query.joined,), (candidate.joined,)
        joined = _reading(query, candidate, one, other, one, other, *model, whole=True)
        if joined[0] > best[0]:
            best = joined
    return best


def _reading(
    query: Name, candidate: Name, words: tuple[str, ...], listed: tuple[str, ...], spelled: tuple[str, ...],
    written: tuple[str, ...], weights: Sequence[float], rarity: Rarity, settings: Settings, person: bool, *, whole: bool,
) -> tuple[float, tuple[str, ...]]:  # fmt: skip
    """The same of one reading of both; ``whole`` says that numbers, places and forms are in the letters of one word each."""
    weigh: Callable[[str], float] = rarity.at_least(settings.least).__getitem__
    if person and not (PARTICLES.isdisjoint(words) and PARTICLES.isdisjoint(listed)):
        weigh = _particles(weigh, (words[-1], listed[-1]), settings.particle)
    same = slip = 0.0
    edits = letters = initials = 0
    agreed: list[str] = []
    left: list[int] = []
    free = list(range(len(listed)))
    for i, word in enumerate(words):
        if word in listed:
            j = listed.index(word)
            if j not in free:
                # It stands there twice, or was taken before.
                j = next((other for other in free if listed[other] == word), -1)
            if j < 0:
                left.append(i)
                continue
            free.remove(j)
            agreed.append(word)
            same += weigh(word)
            letters += len(word)
        else:
            left.append(i)
    equal = len(agreed)
    pairs: list[Pair] = []
    if left and free:
        if len(left) == 1 == len(free):
            i, j = left[0], free[0]
            alike, changed, how = likeness(spelled[i], written[j])
            if alike >= settings.alike:
                pairs.append(_made(Pair, (i, j, alike, changed, how, 1.0)))
                left, free = [], []
        else:
            align_unequal(words, listed, spelled, written, left, free, pairs, settings.alike)
        for i, j, alike, changed, how, part in pairs:
            one, other = words[i], listed[j]
            agreed.append(one)
            weight, second = weigh(one), weigh(other)
            if second > weight:
                weight = second
            if how == "initial":
                initials += 1
                same += weight * settings.half
                continue
            weight *= part
            slip += weight * (1.0 - alike)
            edits += changed
            same += weight
            size, length = len(one), len(other)
            letters += (size if size > length else length) if part == 1.0 else min(size, length)
    places: tuple[list[str], list[str]] | None = None
    if not (whole or person) and query.places != candidate.places:
        here, there = query.places, candidate.places
        places = [place for place in here if place not in there], [place for place in there if place not in here]
        if (left and places[1]) or (free and places[0]):
            places_for_words(words, listed, Alignment(pairs, left, free), *places)
    extra = lacking = 0.0
    if left or free:
        mine, theirs = [words[i] for i in left], [listed[j] for j in free]
        if not person:
            mine = [word for word in mine if not (shard(word) or set_aside(word, candidate.aside))]
            theirs = [word for word in theirs if not (shard(word) or set_aside(word, query.aside))]
        if mine and theirs:
            extra, lacking = sum(map(weigh, mine)), sum(map(weigh, theirs))
        if not (extra and lacking):
            # A word said twice adds nothing: Sergey Sergey Shoigu.
            extra = sum([weigh(word) for word in mine if word not in listed])
            lacking = sum([weigh(word) for word in theirs if word not in words])
        if extra and lacking:
            apart = max(sum(map(len, mine)), sum(map(len, theirs)))
            edits += apart
            letters += apart
    total = same + (extra if extra > lacking else lacking) or 1.0
    conflict = extra if extra < lacking else lacking
    aligned = len(agreed)
    alone = thin = 0.0
    if total > same:
        if same < settings.enough:
            thin = 1.0 - same / settings.enough
        alone = _short_of_two(words, agreed[:equal], pairs)
    elif initials and (not person or initials == aligned):
        alone = _short_of_two(words, agreed[:equal], pairs)
    # What is nothing takes nothing: the sum is that over all features, in their order.
    _, of_slip, of_letters, contradicted, missing, added, of_alone, of_thin, of_initial, _, *of_numbers = weights[:13]
    against = 0.0
    if slip:
        against += of_slip * (slip / total)
    if edits or not letters:
        against += of_letters * (edits / letters if letters else (0.0 if aligned else 1.0))
    if conflict:
        against += contradicted * conflict
    if lacking > conflict:
        against += missing * ((lacking - conflict) / total)
    if extra > conflict:
        against += added * ((extra - conflict) / total)
    against += of_alone * alone
    against += of_thin * thin
    if initials:
        against += of_initial * (initials / aligned)
    if whole:
        # Numbers and forms are in the letters.
        return weights[0] - against, tuple(agreed)
    if not person and query.numbers != candidate.numbers:
        for weight, part in zip(of_numbers, numbers_differ(query, candidate), strict=True):
            against += weight * part
    if places:
        if places[0] and places[1]:
            against += weights[13]
        elif places[0] or places[1]:
            for weight, part in zip(weights[14:16], one_sided(*places), strict=True):
                against += weight * part
    against += against_forms(query.forms, candidate.forms, weights)
    return weights[0] - against, tuple(agreed)


def against_forms(forms: tuple[str, ...], others: tuple[str, ...], weights: Sequence[float]) -> float:
    """What legal forms take away: different families, or none in one name (never both)."""
    if forms == others:
        return 0.0
    if forms and others:
        return weights[-2] if forms_differ(forms, others) else 0.0
    return weights[-1]


def _particles(weigh: Callable[[str], float], last: tuple[str, str], particle: float) -> Callable[[str], float]:
    """Weights where particles weigh less; the last word of a name is none: Ko Tae Bin."""
    meant = PARTICLES.difference(last)
    return lambda word: particle if word in meant else weigh(word)


def one_word_each(query: Name, candidate: Name, words: tuple[str, ...], listed: tuple[str, ...]) -> bool:
    """Whether the whole names are compared letter by letter as they are."""
    return len(words) == 1 == len(listed) and words[0] == query.joined and listed[0] == candidate.joined


def may_be_one_word(query: Name, candidate: Name) -> bool:
    """Whether the names could also be compared as one word each."""
    one, other = query.joined, candidate.joined
    if abs(len(one) - len(other)) > 2:
        return False
    if one == other:
        return query.normalized != candidate.normalized
    return query.normalized.count(" ") != candidate.normalized.count(" ") and one_word(one, other)


def _short_of_two(words: Sequence[str], equal: Sequence[str], pairs: Sequence[Pair]) -> float:
    """How many words short of two agree, particles and initials aside; equal words stand for one word each."""
    full = sum([word not in PARTICLES for word in equal])
    if full < 2 and pairs:
        full += len({i for i, _, _, _, how, _ in pairs if how != "initial" and words[i] not in PARTICLES})
    return 2.0 - full if full < 2 else 0.0
