"""Names made comparable: letters, words, legal forms, numbers, places.

``VERSION`` names the rules below and the tables they read; a change of rules is a new version, because stored
matches rest on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from carveout.parties.letters import LIMIT, MOST_WORDS, NameTooLong, fold, masked, script, script_of, unmasked
from carveout.parties.rendering import renderings
from carveout.parties.word import (
    ABBREVIATIONS,
    FORMS,
    HONORIFICS,
    NOISE,
    NUMBERS,
    PLACES,
    ROMAN,
    STANDS,
    SYNONYMS,
    TITLES,
    VARIANTS,
    VESSELS,
    numeral,
    phrases,
    roman,
)

__all__ = ["VERSION", "Name", "NameTooLong", "bare", "can_be_read", "normalize", "read_name", "readable"]

VERSION = "2"

_SPELLED: Final = {
    "limited": "ltd", "company": "co", "corporation": "corp", "incorporated": "inc", "private": "pvt", "and": "",
}  # fmt: skip
_LEGAL: Final = frozenset({
    "ltd", "co", "corp", "inc", "pvt", "pte", "pty", "llc", "plc", "sa", "srl", "sarl", "spa", "gmbh", "ag", "nv", "bv",
    "kk", "ltda", "sasu", "as", "ab", "oy", "ua", "pt", "the",
})  # fmt: skip
_INITIALS = re.compile(r"(?<!\w)((?:[^\W_]\.){2,}[^\W_]?|[^\W_]\.[^\W_])(?=\W|$)")
_DOTTED = re.compile(r"\w\.\w")
_WORD = re.compile(r"[^\W_]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_GLUED = re.compile(r"([^\W\d_]{3,})(\d+)")


@dataclass(slots=True, unsafe_hash=True)
class Name:
    """A name as read: everything the scorer and the index need of it.

    ``script`` is that of most letters; ``normalized`` the Latin text, casefolded, single spaces, word order kept.
    ``core`` holds the words that tell who it is, in order: without legal forms, noise words, numbers and places.
    ``forms`` are canonical legal forms, ``numbers`` digits, ``places`` canonical place words. ``person`` is the
    reading as a person: every word but titles and trailing legal forms. ``variants`` are the cores, ``callings``
    the readings as a person, of other Latin renderings where the script is not Latin. ``masked``: a word mixed look-alike letters of two scripts.
    ``joined`` are the words as spelled without spaces; ``plain`` and ``called`` are ``core`` and ``person`` as spelled,
    before abbreviations, synonyms and transliterations are given one spelling. ``aside`` are all other words: those of
    legal forms, noise words, numbers and places.

    Nothing changes a name once it is read. It is not frozen because that makes the making of one ten times as long.
    """

    raw: str
    script: str
    normalized: str
    core: tuple[str, ...]
    forms: tuple[str, ...]
    numbers: tuple[str, ...]
    places: tuple[str, ...]
    person: tuple[str, ...]
    variants: tuple[tuple[str, ...], ...] = ()
    callings: tuple[tuple[str, ...], ...] = ()
    masked: bool = False
    joined: str = ""
    plain: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    def respelled(self, raw: str, normalized: str) -> Name:
        """The same words, written otherwise."""
        return Name(
            raw, self.script, normalized, self.core, self.forms, self.numbers, self.places, self.person, self.variants,
            self.callings, self.masked, self.joined, self.plain, self.called, self.aside,
        )  # fmt: skip


def _words(folded: str) -> list[str]:
    """Words of a folded text: apostrophes closed, initials of an abbreviation joined."""
    if "'" in folded:
        folded = folded.replace("'", "")
    # A full stop before a space joins no initials, and most are such.
    if folded.count(".") > folded.count(". ") and _DOTTED.search(folded):
        folded = _INITIALS.sub(lambda match: match.group(1).replace(".", ""), folded)
    # Closing may have made one word of two scripts.
    return parted(_ASCII_WORD.findall(folded) if folded.isascii() else _WORD.findall(unmasked(folded)))


def parted(words: list[str]) -> list[str]:
    """The words, those with a number glued to their end in two."""
    for at, word in enumerate(words):
        if word[-1].isdigit() and word[0].isalpha() and len(word) > 3:
            match = _GLUED.fullmatch(word)
            if match:
                words[at : at + 1] = match.groups()
    return words


def normalize(name: str) -> str:
    """Lower case, marks and punctuation gone, legal forms in one spelling; word order kept.

    Raises ``NameTooLong`` for text that is no name.
    """
    if len(name) > LIMIT:
        raise NameTooLong(len(name))
    return _normalize(name)


@lru_cache(maxsize=131072)
def _normalize(name: str) -> str:
    return " ".join([word for word in (_SPELLED.get(word, word) for word in _words(fold(name))) if word])


@lru_cache(maxsize=16384)
def bare(name: str) -> str:
    """The normalized name without its legal forms."""
    return " ".join(word for word in normalize(name).split() if word not in _LEGAL)


def readable(name: str) -> bool:
    """Whether the name is in a script the held names are written in (Latin); others cannot be screened.

    A word that mixes Latin letters with look-alikes counts as Latin, because it is folded to it.
    """
    if len(name) > LIMIT:
        return False
    letters = [letter for letter in fold(name) if letter.isalpha()]
    return bool(letters) and all(script_of(letter) == "LATIN" for letter in letters)


_LATIN_FORMS: Final = phrases(FORMS)
_LATIN_PLACES: Final = phrases(PLACES)
_MARKED: Final = frozenset({*_LATIN_FORMS, *_LATIN_PLACES, *NUMBERS, *ROMAN.values()})
_RESPELLED: Final = frozenset({*ABBREVIATIONS, *SYNONYMS, *VARIANTS})
_DROPPED: Final = NOISE | {"and"}
_ADDRESSED: Final = TITLES | HONORIFICS | {"and"}
_VARYING: Final = frozenset(VARIANTS)
_SHORTENED: Final = frozenset(_SPELLED)
_SPECIAL: Final = _MARKED | _RESPELLED | _DROPPED | _ADDRESSED | _SHORTENED | VESSELS
"""Words that a name is not simply made of."""

_TAIL: Final = 6
"""Words of the longest ends of names that are read once."""

_TENS: Final = frozenset({"20", "30", "40", "50", "60", "70", "80", "90"})


def _phrase(
    words: list[str], at: int, table: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
) -> tuple[int, str] | None:
    """The longest phrase of the table that starts at this word: (its length, its reading)."""
    for phrase, reading in table.get(words[at], ()):
        size = len(phrase)
        if size == 1 or tuple(words[at : at + size]) == phrase:
            return size, reading
    return None


def _sorted_out(words: list[str]) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    """Words told apart: (core, forms, numbers, places, words without forms)."""
    if _MARKED.isdisjoint(words) and not list(filter(_begins_as_number, words)):
        return words, [], [], [], words
    at = next(n for n, word in enumerate(words) if word in _MARKED or _begins_as_number(word))
    if at == 0 or len(words) - at > _TAIL:
        return _sort_out(words)
    # Most such names end in a few forms and places, and these are read the same behind whatever words.
    head = words[:at]
    core, forms, numbers, places, rest = _tail(min(at, 2), len(head[-1]) > 1, tuple(words[at:]))
    return head + core, forms, numbers, places, head + rest


@lru_cache(maxsize=16384)
def _tail(
    before: int, long: bool, words: tuple[str, ...]
) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    """The end of a name told apart, behind one or more plain words; ``long``: the last of these has more than one letter.

    What is returned is shared by all such names: it is not to be changed.
    """
    core, forms, numbers, places, rest = _sort_out([*["qq"] * (before - 1), "qq" if long else "q", *words])
    return core[before:], forms, numbers, places, rest[before:]


def _sort_out(words: list[str]) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    """The same, word by word."""
    core: list[str] = []
    forms: list[str] = []
    numbers: list[str] = []
    places: list[str] = []
    rest: list[str] = []
    count, at = len(words), 0
    while at < count:
        word = words[at]
        if word not in _MARKED and ("a" <= word[0] <= "z" or not word[0].isdigit()):
            core.append(word)
            rest.append(word)
            at += 1
            continue
        if word in _LATIN_FORMS:
            found = _phrase(words, at, _LATIN_FORMS)
            if found and _stands(words, at, found[0], bool(core or places or numbers)):
                forms.append(found[1])
                at += found[0]
                continue
        if word in _LATIN_PLACES:
            found = _phrase(words, at, _LATIN_PLACES)
            if found:
                places.append(found[1])
                rest.extend(words[at : at + found[0]])
                at += found[0]
                continue
        number = numeral(word) if word[0].isdigit() else NUMBERS.get(word)
        if number is not None:
            if numbers and rest and numbers[-1] in _TENS and len(number) == 1 and at and NUMBERS.get(words[at - 1]):
                numbers[-1] = str(int(numbers[-1]) + int(number))
            else:
                numbers.append(number)
            rest.append(word)
            at += 1
            continue
        value = roman(word)
        if value is not None and _is_numeral(words, at, core):
            numbers.append(str(value))
        else:
            core.append(word)
        rest.append(word)
        at += 1
    return core, forms, numbers, places, rest


def _stands(words: list[str], at: int, size: int, after_a_word: bool) -> bool:
    """Whether the form found here is one: short ambiguous spellings only at an end, and never the whole name."""
    if size > 1:
        return True
    where = STANDS[words[at]]
    if where == "anywhere":
        return True
    if at == 0:
        return where == "ends" and len(words) > 1
    return after_a_word and _closing(words, at + 1)


def _closing(words: list[str], at: int) -> bool:
    """Whether nothing but legal forms and places follows from here on."""
    while at < len(words):
        found = _phrase(words, at, _LATIN_FORMS) or _phrase(words, at, _LATIN_PLACES)
        if not found:
            return False
        at += found[0]
    return True


def _is_numeral(words: list[str], at: int, core: list[str]) -> bool:
    """Whether letters that could be a roman numeral are one: never first; short ones only late in a longer name."""
    word = words[at]
    if at == 0 or not core:
        return False
    if len(word) >= 3 or word in ("ii", "iv", "ix"):
        return True
    return (len(core) >= 2 or at + 1 < len(words)) and len(words[at - 1]) > 1 and _closing(words, at + 1)


def _begins_as_number(word: str) -> bool:
    return not "a" <= word[0] <= "z" and word[0].isdigit()


def _told(word: str) -> str:
    """A word of an organization's name in its plain reading: abbreviations written out, one spelling of synonyms."""
    word = ABBREVIATIONS.get(word, word)
    word = SYNONYMS.get(word, word)
    return VARIANTS.get(word, word)


def _core(words: list[str]) -> tuple[str, ...]:
    """The words that tell who it is: noise words dropped, unless hardly anything else is there (AT&T)."""
    told = tuple(words if _DROPPED.isdisjoint(words) else [word for word in words if word not in _DROPPED])
    return told if len(told) != 1 or len(told[0]) > 2 else tuple(words)


def _person(words: list[str]) -> tuple[str, ...]:
    """The words of a person's name: titles dropped, unless the name is nothing else."""
    if _ADDRESSED.isdisjoint(words):
        return tuple(words)
    kept = [word for word in words if word not in TITLES and word != "and"]
    first = 0
    while first < len(kept) - 1 and kept[first] in HONORIFICS:
        first += 1
    return tuple(kept[first:] or words)


def read_name(raw: str) -> Name:
    """A name read once for scoring and indexing; the same text is read once. Raises ``NameTooLong``."""
    if len(raw) > LIMIT:
        raise NameTooLong(len(raw))
    return _read(raw)


def can_be_read(raw: str) -> bool:
    """Whether ``read_name`` reads it; known without reading for what is short and in ASCII, where a word takes two signs."""
    if len(raw) < 2 * MOST_WORDS and raw.isascii():
        return True
    try:
        read_name(raw)
    except NameTooLong:
        return False
    return True


@lru_cache(maxsize=8192)
def _read(raw: str) -> Name:
    if raw.isascii():
        return _latin(raw, raw.lower(), "latin", False)
    folded = fold(raw)
    if folded.isascii():
        return _latin(raw, folded, "latin", masked(raw))
    rendered = [rendering for rendering in renderings(raw) if rendering.text.strip()]
    # Readings by syllable have more words than others: those too long are left out, unless all are.
    rendered = [rendering for rendering in rendered if rendering.text.count(" ") < MOST_WORDS // 2] or rendered
    if not rendered:
        return _latin(raw, folded, script(folded), masked(raw))
    mixed = masked(raw)
    first, *rest = [_latin(raw, fold(rendering.text[:LIMIT]), rendering.script, mixed) for rendering in rendered]
    # A reading in which the legal form is no longer recognized would take its words for the party's own.
    rest = [other for other in rest if other.forms or not first.forms]
    return replace(
        first,
        variants=tuple(dict.fromkeys(other.core for other in rest if other.core != first.core)),
        callings=tuple(dict.fromkeys(other.person for other in rest if other.person != first.person)),
    )


def _latin(raw: str, folded: str, of: str, mixed: bool) -> Name:
    """The name that a text in Latin letters reads as."""
    return name_of_words(raw, _words(folded), of, mixed)


def name_of_words(raw: str, words: list[str], of: str = "latin", mixed: bool = False) -> Name:
    """The name that these words make. Raises ``NameTooLong``."""
    if len(words) > MOST_WORDS:
        raise NameTooLong(len(words), "words", MOST_WORDS)
    if _SPECIAL.isdisjoint(words) and (len(words) > 1 or (words and len(words[0]) > 2)):
        # No word means anything but itself, unless it begins as a number.
        for word in words:
            if not "a" <= word[0] <= "z":
                break
        else:
            whole = tuple(words)
            return Name(
                raw, of, " ".join(words), whole, (), (), (), whole, (), (), mixed, "".join(words), whole, whole, ()
            )
    told, found, numbers, places, rest = _sorted_out(words)
    if len(told) > 1 and told[0] in VESSELS and not found:
        told = told[1:]
    plain = _core(told)
    core = plain if _RESPELLED.isdisjoint(plain) else tuple(map(_told, plain))
    if not core:
        # A name of nothing but places, numbers or forms is that name.
        core = plain = tuple(told or rest or words)
        places, numbers = ([], []) if not told else (places, numbers)
        found = found if rest else []
    person = called = _person(rest or words)
    if not _VARYING.isdisjoint(called):
        # The first word is no particle: Ben Carson.
        person = tuple([VARIANTS.get(word, word) if n or word != "ben" else word for n, word in enumerate(called)])
    spelled = words
    if not _SHORTENED.isdisjoint(words):
        spelled = [word for word in [_SPELLED.get(word, word) for word in words] if word] or words
    aside = () if len(plain) == len(words) else tuple([word for word in words if word not in plain])
    return Name(
        raw, of, " ".join(spelled), core, tuple(found), tuple(numbers), tuple(places), person,
        (), (), mixed, "".join(words), plain, called, aside,
    )  # fmt: skip
