"""Words that names are made of: abbreviations, synonyms, numbers, places, titles, particles, name variants.

The tables are data beside this module, compiled for it: ``words.tsv`` (kind, spelling, reading), ``places.tsv``
(spelling, place,
kind), ``forms.tsv`` (spelling, form, family, where it stands) and ``common.tsv`` (word, per ten thousand names,
in whose names).
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

from rapidfuzz.distance import OSA


def table(name: str) -> list[tuple[str, ...]]:
    """The rows of a table of this package, without its heading."""
    text = files("carveout.parties").joinpath(name).read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines()[1:] if line]


def _kind(*kinds: str) -> dict[str, str]:
    return {spelling: reading for kind, spelling, reading in _WORDS if kind in kinds}


_WORDS = table("words.tsv")
ABBREVIATIONS: Final = _kind("abbreviation")
SYNONYMS: Final = _kind("synonym")
NOISE: Final = frozenset(_kind("noise"))
HONORIFICS: Final = frozenset(_kind("honorific"))
"""Titles that come before a name; elsewhere they may be the name: John Major."""
TITLES: Final = frozenset(_kind("title"))
"""Titles wherever they stand."""
PARTICLES: Final = frozenset(_kind("particle"))
VESSELS: Final = frozenset(_kind("vessel"))
NUMBERS: Final = _kind("number")
GIVEN: Final = {spelling: frozenset(reading.split()) for spelling, reading in _kind("given").items()}
"""Short and national forms of given names, and spellings of Korean names: the groups a word belongs to."""
VARIANTS: Final = _kind("variant")
_PLACES = table("places.tsv")
PLACES: Final = {spelling: place for spelling, place, _ in _PLACES}
COUNTRIES: Final = frozenset(place for _, place, kind in _PLACES if kind == "country")
_FORMS = table("forms.tsv")
FORMS: Final = {spelling: form for spelling, form, *_ in _FORMS}
FAMILIES: Final = {form: family for _, form, family, _ in _FORMS}
STANDS: Final = {spelling: stands for spelling, _, _, stands in _FORMS}
"""Where a spelling is a legal form: ``anywhere``; only last (``end``) or at either end (``ends``) where it is also a word."""


COMPANY_WORDS: Final = frozenset(word for word, _, found_in in table("common.tsv") if found_in == "company")
"""Words common in names of companies: a name that holds one is no person's."""

_SHARDS = frozenset(
    shard
    for spelling, _, family, _ in _FORMS
    if family in ("limited", "stock", "partnership")
    for words in (spelling.split(),)
    if len(words) > 1
    for n, word in enumerate(words)
    for shard in (word, "".join(words[n : n + 2]))
    if len(shard) > 4 and (shard not in COMPANY_WORDS or shard in ("limited", "company", "corporation"))
) | {"joint", "stock", "ltd", "limited", "company", "corporation"}
_SHARDS_BY_SIZE = {size: tuple(sorted(s for s in _SHARDS if len(s) == size)) for size in {len(s) for s in _SHARDS}}


@lru_cache(maxsize=16384)
def shard(word: str) -> bool:
    """Whether a word is left of a legal form that was torn apart or misspelled: ``liabilty``, ``stck``."""
    if word in _SHARDS:
        return True
    size = len(word)
    if size < 6:
        return False
    slips = 1 if size < 10 else 2
    return any(
        OSA.distance(word, held, score_cutoff=slips) <= slips
        for near in range(size - slips, size + slips + 1)
        for held in _SHARDS_BY_SIZE.get(near, ())
        if held[0] == word[0] and len(held) > 5
    )


def phrases(spellings: dict[str, str]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Spellings by their first word, the longest first: what a left-to-right search for phrases needs."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for spelling, reading in spellings.items():
        words = tuple(spelling.split())
        found.setdefault(words[0], []).append((words, reading))
    return {first: tuple(sorted(held, key=lambda row: -len(row[0]))) for first, held in found.items()}


_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_ORDINAL = re.compile(r"0*(\d+)(?:st|nd|rd|th)?")


@lru_cache(maxsize=4096)
def numeral(word: str) -> str | None:
    """The number a word is written for, in digits: ``44``, ``1st``; None for words that are none."""
    match = _ORDINAL.fullmatch(word)
    return match.group(1) if match else None


@lru_cache(maxsize=1024)
def roman(word: str) -> int | None:
    """The value of a roman numeral from I to XXXIX, else None."""
    match = _ROMAN.fullmatch(word)
    if not match or not word:
        return None
    tens, ones = match.groups()
    values = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
    return 10 * len(tens) + values[ones]


_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
ROMAN: Final = {str(n): "x" * (n // 10) + _ONES[n % 10] for n in range(1, 40)}
"""Roman numerals of the numbers up to 39."""

_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|tsch|tch|sch|cz|sh|ch|zh|dzh|dj", "c"), ("ph", "f"), ("kh", "h"), ("gh", "g"), ("ck", "k"),
        ("th", "t"), ("dh", "d"), ("ts|tz", "s"), ("x", "ks"), ("q", "k"), ("c(?=[eiy])", "s"), ("w", "v"),
        ("z", "s"), ("ou|oo|ow", "u"), ("ee", "i"), ("ae", "a"), ("oe", "o"), ("ue", "u"),
        ("[eijy]+", "i"), ("[ou]+", "u"), ("([aiu])[aiu]+", r"\1"), (r"(.)\1+", r"\1"), ("(?<=.)h", ""),
    )
)  # fmt: skip


@lru_cache(maxsize=65536)
def consonants(word: str) -> str:
    """The consonants that Arabic and Hebrew write, in one transliteration; the word itself where there is none."""
    return re.sub("[aiuvwy]", "", sound(word)) or word


@lru_cache(maxsize=32768)
def sound(word: str) -> str:
    """How a word sounds across transliterations: Zelenskyy and Selenskyj, Usama and Osama share one sound."""
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word
