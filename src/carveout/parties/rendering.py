"""Names in other scripts as the Latin renderings under which they are compared with the lists, which are in Latin.

A name has several renderings, best first: the standards (ISO 9, BGN/PCGN, ICAO 9303 passports, ELOT 743, Hepburn,
Hanyu Pinyin, Revised Romanization), what the press and passports print, and, for organizations, the ordinary words in
English with the names left as they sound. A rendering is a guess for comparison, never a finding about a party.
Deterministic, linear in the length, bounded: at most ``MOST`` renderings of the first ``LONGEST`` characters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from carveout.parties import arabic, chinese, cyrillic, greek, hebrew, japanese, korean
from carveout.parties.arabic import arabic_skeleton

__all__ = ["LONGEST", "MOST", "VERSION", "Rendering", "arabic_skeleton", "renderings", "script_of"]

VERSION = "1"
LONGEST = 400
MOST = 10

Reader = Callable[[str], Iterable[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Rendering:
    """One Latin reading of a name: ``text`` in lower case, the ``script`` it came from, ``how`` in words."""

    text: str
    script: str
    how: str


# First and last code point of the blocks that the readers know; everything else alphabetic is read by anyascii.
_BLOCKS = (
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"),
    (0x08A0, 0x08FF, "arabic"),
    (0x1100, 0x11FF, "hangul"),
    (0x1C80, 0x1C8F, "cyrillic"),
    (0x1F00, 0x1FFF, "greek"),
    (0x2DE0, 0x2DFF, "cyrillic"),
    (0x3005, 0x3007, "han"),
    (0x3040, 0x30FF, "kana"),
    (0x3130, 0x318F, "hangul"),
    (0x31F0, 0x31FF, "kana"),
    (0x3400, 0x4DBF, "han"),
    (0x4E00, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "hangul"),
    (0xA640, 0xA69F, "cyrillic"),
    (0xF900, 0xFAFF, "han"),
    (0x20000, 0x3FFFF, "han"),
)


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """The script of one character, or ``""`` where it has none (digits, signs, marks)."""
    point = ord(char)
    for first, last, script in _BLOCKS:
        if first <= point <= last:
            return script if unicodedata.category(char)[0] == "L" or point == 0x3007 else ""
    if not char.isalpha():
        return ""
    return "latin" if unicodedata.name(char, "").startswith(("LATIN", "MODIFIER", "FEMININE", "MASCULINE")) else "other"


def script_of(text: str) -> str:
    """The script most letters of a text are in, Latin aside: ``latin`` only where no letter is in another."""
    if text.isascii():
        return "latin"
    counted = Counter(_script(char) for char in text)
    counted.pop("", None)
    counted.pop("latin", None)
    if counted["kana"]:
        return "kana"
    return max(sorted(counted), key=lambda script: counted[script]) if counted.total() else "latin"


# Letters of other scripts that look like Latin ones; only inside a word that has Latin letters too.
_LOOK_ALIKE = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХҮԌԚԜавеѕіјкмнорстухүɡԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχτ",
        "ABESIJKMHOPCTYXYGQWabesijkmnopctyxygqwhABEZHIKMNOPTYXaikvopuxt",
        strict=True,
    )
)


def _unmasked(text: str) -> str:
    """Look-alike letters put into Latin, in words that mix Latin with Cyrillic or Greek."""
    words = text.split(" ")
    for nth, word in enumerate(words):
        scripts = {_script(char) for char in word}
        if "latin" in scripts and scripts & {"cyrillic", "greek"} and not word.isascii():
            swapped = "".join(_LOOK_ALIKE.get(char, char) for char in word)
            if all(_script(char) in {"latin", ""} for char in swapped):
                words[nth] = swapped
    return " ".join(words)


def _visible(raw: str) -> str:
    """The name without what nobody sees: control and format characters, odd spaces; compatibility forms unfolded."""
    text = unicodedata.normalize("NFKC", raw[:LONGEST])[:LONGEST]
    kept = (
        " " if char.isspace() or unicodedata.category(char) == "Cc" else char
        for char in text
        if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"}
    )
    return " ".join("".join(kept).split())


def _other(text: str) -> Iterable[tuple[str, str]]:
    yield anyascii(text).lower(), "letter by letter"


_READERS: dict[str, Reader] = {
    "cyrillic": cyrillic.readings,
    "greek": greek.readings,
    "arabic": arabic.readings,
    "hebrew": hebrew.readings,
    "hangul": korean.readings,
    "kana": japanese.readings,
    "han": chinese.readings,
    "other": _other,
}

_NAMED = {"hangul": "korean", "kana": "japanese", "han": "chinese"}


@lru_cache(maxsize=65536)
def renderings(raw: str) -> tuple[Rendering, ...]:
    """The Latin renderings of a name, best first, at least one, none twice; a Latin name is its own rendering."""
    if raw.isascii():
        return (Rendering(raw[:LONGEST], "latin", "as written"),)
    text = _visible(raw)
    plain = _unmasked(text)
    script = script_of(plain)
    if script == "latin":
        how = "as written" if plain == text else "letters that look alike put into Latin"
        return (Rendering(plain, "latin", how),)
    read = _read(plain, script)
    if script == "han":  # the same characters write Japanese and Korean names
        read = chinese.merged(plain, read, [*japanese.readings(plain), *korean.hanja_readings(plain)])
    found: dict[str, str] = {}
    for latin, how in read:
        rest = script_of(latin)
        if rest != "latin":  # a second script in one name: its best reading only
            latin = next((reading for reading, _ in _read(latin, rest)), latin)
            if not latin.isascii():
                latin = anyascii(latin)
        clean = " ".join(latin.lower().split())
        if clean and len(found) < MOST:
            found.setdefault(clean, how)
    if not found:
        # A mark without a sound of its own still tells one name from another.
        spelled = anyascii(plain).lower().strip() or " ".join(
            f"u{ord(letter):x}" for letter in plain if not letter.isspace()
        )
        return (Rendering(spelled or plain, script, "letter by letter"),)
    named = _NAMED.get(script, script)
    return tuple(Rendering(latin, named, how) for latin, how in found.items())


def _read(text: str, script: str) -> list[tuple[str, str]]:
    return list(_READERS[script](text))
