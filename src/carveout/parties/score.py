"""How well a name fits a listed name: a calibrated value, a match or not, and a strength that does not tie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp
from typing import Final, NamedTuple

from rapidfuzz.distance import Indel

from carveout.parties.evidence import PARENTS, Comparison, Evidence, compare, evidence, one_word
from carveout.parties.latin_pair import against_forms, latin_odds, may_be_one_word, one_word_each
from carveout.parties.name import Name
from carveout.parties.rarity import DEFAULT, Rarity
from carveout.parties.settings import SETTINGS, Kind, Settings
from carveout.parties.word import COMPANY_WORDS, consonants

__all__ = ["KINDS", "Score", "compared", "graded", "kind_of", "looks_personal", "score"]

KINDS: Final[dict[str, Kind]] = {
    "company": "organization", "organization": "organization", "publicbody": "organization", "entity": "organization",
    "person": "person", "individual": "person", "vessel": "vessel", "airplane": "vessel", "aircraft": "vessel",
    "legalentity": "any", "thing": "any", "": "any",
}  # fmt: skip
"""Kinds by schema of FollowTheMoney, or by type of the Consolidated Screening List, lower case."""


def kind_of(schema: str | None) -> Kind:
    """The kind of party that a schema names; ``any`` for one that says nothing about it."""
    return KINDS.get((schema or "").strip().lower(), "any")


class Score(NamedTuple):
    """What a comparison came to.

    ``value`` is in 0..1, ``match`` whether it reaches the threshold of the kind, ``strength`` in 0..1 orders
    candidates: 1.0 for the same text only, then names equal but for case and punctuation, then by evidence.
    """

    value: float
    match: bool
    strength: float


def looks_personal(name: Name) -> bool:
    """Whether a name of unknown kind may be a person's: no legal form, number, place or company word."""
    return (
        not (name.forms or name.numbers or name.places) and COMPANY_WORDS.isdisjoint(name.core) and len(name.person) > 1
    )


def settled(kind: Kind, query: Name, candidate: Name) -> Kind:
    """The kind whose weights apply: parties of unknown kind are persons where both names could be a person's."""
    if kind != "any":
        return kind
    return "person" if looks_personal(query) and looks_personal(candidate) else "organization"


def compared(
    query: Name, candidate: Name, kind: Kind, rarity: Rarity, settings: Settings
) -> tuple[float, Comparison, Evidence]:
    """The log odds of the best reading of two names, with the comparison and the evidence it rests on."""
    kind = settled(kind, query, candidate)
    person = kind == "person"
    weights = settings.weights(kind)
    best: tuple[float, Comparison, Evidence] | None = None
    for words, listed, cost in _readings(query, candidate, person=person):
        found = compare(query, candidate, settings, person=person, words=words, listed=listed)
        if cost:
            found = found._replace(unvoweled=True)
        shown = evidence(query, candidate, found, rarity, settings, person=person)
        odds = weights[0] - _sum(weights[1:], shown) - (settings.unvoweled if cost else 0.0)
        if best is None or odds > best[0]:
            best = odds, found, shown
    assert best is not None
    return best


def _sum(weights: Sequence[float], shown: Sequence[float]) -> float:
    """What the features take away; added one by one, as ``latin_pair.py`` adds them."""
    found = 0.0
    for weight, part in zip(weights, shown, strict=True):
        found += weight * part
    return found


_UNVOWELED = frozenset({"arabic", "hebrew"})
Reading = tuple[tuple[str, ...], tuple[str, ...], bool]
_AS_THEY_ARE: Final[tuple[Reading, ...]] = (((), (), False),)


def _readings(query: Name, candidate: Name, *, person: bool) -> Iterable[Reading]:
    """The readings to compare: (words, listed words, by consonants only); empty words are those of the name."""
    # Where only spaces differ, or a slip took one for a letter, the whole name is one word.
    whole = query.normalized.count(" ") != candidate.normalized.count(" ") and one_word(query.joined, candidate.joined)
    whole = whole or (query.joined == candidate.joined and query.normalized != candidate.normalized)
    as_one: tuple[Reading, ...] = (((query.joined,), (candidate.joined,), False),) if whole else ()
    if query.script == "latin" == candidate.script:
        return _AS_THEY_ARE + as_one if as_one else _AS_THEY_ARE
    mine = [query.person, *query.callings] if person else [query.core, *query.variants]
    theirs = [candidate.person, *candidate.callings] if person else [candidate.core, *candidate.variants]
    if person and query.script == candidate.script == "chinese":
        # Each character of a person's name is a word: one in three is another person, however alike they sound.
        return [(max(mine, key=len), max(theirs, key=len), False)]
    readings: list[Reading] = [*((words, listed, False) for words in mine for listed in theirs), *as_one]
    if query.script != candidate.script and _UNVOWELED & {query.script, candidate.script}:
        readings += [(tuple(map(consonants, w)), tuple(map(consonants, li)), True) for w in mine for li in theirs[:1]]
    return readings


def _same_words(query: Name, candidate: Name, *, person: bool) -> tuple[str, ...]:
    """The words of two Latin names that differ in nothing but their order, and their legal forms; empty for all others.

    Nothing but the forms speaks against such a pair, so that its log odds are known without an alignment.
    """
    if (
        query.places != candidate.places
        or query.numbers != candidate.numbers
        or query.script != "latin"
        or candidate.script != "latin"
    ):
        return ()
    words, listed = (query.person, candidate.person) if person else (query.core, candidate.core)
    if words != listed and (len(words) != len(listed) or sorted(words) != sorted(listed)):
        return ()
    if query.forms != candidate.forms and (
        # Forms are in the letters of a single word, and where names could be compared as one word each.
        one_word_each(query, candidate, words, listed) or may_be_one_word(query, candidate)
    ):
        return ()
    return () if person and not PARENTS.isdisjoint(words) else words


def score(
    query: Name, candidate: Name, *, kind: Kind = "any", rarity: Rarity = DEFAULT, settings: Settings = SETTINGS
) -> Score:
    """The score of ``query`` against the listed name ``candidate``.

    Deterministic; not symmetric, because a word missing from the query and a word added by it weigh differently.
    A name without a letter or digit scores 0. ``explain`` in ``explanation.py`` says why.
    """
    if not query.normalized or not candidate.normalized:
        return Score(0.0, False, 0.0)
    if query.raw == candidate.raw:
        return Score(1.0, True, 1.0)
    read_as = settled(kind, query, candidate)
    words = _same_words(query, candidate, person=read_as == "person")
    if words and settings.least > 0:
        weights = settings.weights(read_as)
        odds = weights[0] - against_forms(query.forms, candidate.forms, weights)
    else:
        told = latin_odds(
            query, candidate, settings.weights(read_as), rarity, settings, person=read_as == "person"
        )  # fmt: skip
        if told is None:
            odds, found, _ = compared(query, candidate, read_as, rarity, settings)
            words = tuple([found.query[i] for i, *_ in found.alignment.pairs])
        else:
            odds, words = told
    threshold = settings.threshold(kind)
    if query.normalized == candidate.normalized:
        value = max(_value(odds), threshold)
        near = 0.9 * Indel.normalized_similarity(query.raw.lower(), candidate.raw.lower())
        near += 0.09 * Indel.normalized_similarity(query.raw, candidate.raw)
        return Score(value, True, 0.99 + 0.01 * near)
    return graded(odds, rarity.said(words), query.normalized, candidate.normalized, threshold)


def graded(odds: float, said: float, query: str, listed: str, threshold: float) -> Score:
    """The score of two different normalized names from the log odds and what the words that agree weigh."""
    value = _value(odds)
    strength = 0.8 * value + 0.16 * Indel.normalized_similarity(query, listed) + 0.03 * said / (1.0 + said)
    return Score(value, value >= threshold, 0.99 * strength)


def _value(odds: float) -> float:
    return 1.0 / (1.0 + exp(-odds)) if odds > -40 else 0.0
