"""Korean names in Latin: Revised Romanization, the spellings passports and the press print, and those of the North.

A personal name is a family name of one syllable (rarely two) and a given name of one or two. Organization names have their
ordinary words in English. Names in Chinese characters (hanja) are read in Korean where every character is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from carveout.parties.lexicon import Word, lexicon, spellings


def _jamo(letters: str) -> list[str]:
    """Romanizations in the order of Unicode (section 3.12 of the standard); a dash stands for none."""
    return ["" if letter == "-" else letter for letter in letters.split()]


_INITIALS = _jamo("g kk n d tt r m b pp s ss - j jj ch k t p h")
_MIDDLES = _jamo("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_FINALS = _jamo("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
# As the North prints names in Latin letters.
_NORTH_INITIALS = _jamo("k kk n t tt r m p pp s ss - j jj ch k th ph h")
_NORTH_MIDDLES = _jamo("a ae ya yae o e yo ye o wa wae oe yo u wo we wi yu u ui i")
# How people write their own names: u for eu, u or oo, young and hyun.
_COMMON = {
    "정": "jung", "영": "young", "현": "hyun", "은": "eun", "우": "woo", "준": "joon", "수": "soo", "희": "hee", "경": "kyung",
    "구": "koo", "승": "seung", "성": "sung", "선": "sun", "철": "chul", "국": "kook", "훈": "hoon", "석": "suk", "숙": "sook",
    "순": "soon", "연": "yeon", "용": "yong", "규": "kyu", "근": "keun", "기": "ki", "광": "kwang", "길": "kil", "동": "dong",
    "범": "bum", "병": "byung", "상": "sang", "섭": "sup", "원": "won", "웅": "woong", "윤": "yoon", "익": "ik", "일": "il",
    "재": "jae", "종": "jong", "주": "joo", "중": "joong", "진": "jin", "창": "chang", "춘": "choon", "태": "tae", "혁": "hyuk",
    "형": "hyung", "홍": "hong", "환": "hwan", "효": "hyo", "권": "kwon", "균": "kyun", "관": "kwan", "건": "kun", "명": "myung",
    "무": "moo", "문": "moon", "민": "min", "복": "bok", "봉": "bong", "부": "boo", "빈": "bin", "서": "seo", "식": "sik",
    "인": "in", "임": "lim", "욱": "wook", "운": "woon", "옥": "ok", "언": "eon", "호": "ho", "지": "ji", "회": "hoe",
}  # fmt: skip
_NORTH_FAMILIES = {"이": "ri", "임": "rim", "유": "ryu", "노": "ro", "나": "ra"}
_BASE, _LAST = 0xAC00, 0xD7A3


def _syllable(char: str, initials: Sequence[str], middles: Sequence[str]) -> tuple[str, str, str]:
    initial, rest = divmod(ord(char) - _BASE, 21 * 28)
    return initials[initial], middles[rest // 28], _FINALS[rest % 28]


def romanized(text: str, *, north: bool = False, assimilated: bool = False) -> list[str]:
    """The syllables of a Hangul text; other characters stay as they are, one a place."""
    initials, middles = (_NORTH_INITIALS, _NORTH_MIDDLES) if north else (_INITIALS, _MIDDLES)
    parts: list[list[str]] = []
    for char in text:
        parts.append(list(_syllable(char, initials, middles)) if _BASE <= ord(char) <= _LAST else [char, "", ""])
    if assimilated:
        for before, after in pairwise(parts):
            _assimilate(before, after)
    return ["".join(part) for part in parts]


def _assimilate(before: list[str], after: list[str]) -> None:
    """The changes between two syllables that Revised Romanization writes: a final before a vowel, ㄴ and ㄹ, nasals."""
    final, initial = before[2], after[0]
    if not after[1] or not final:
        return
    if not initial and final in {"k", "t", "p", "l"}:
        before[2] = {"k": "g", "t": "s", "p": "b", "l": "r"}[final]
    elif initial in {"r", "n"} and final == "l":
        after[0] = "l"
    elif initial == "r" and final == "n":
        before[2], after[0] = "l", "l"
    elif initial == "r" and final in {"m", "ng"}:
        after[0] = "n"
    elif initial in {"n", "m"} and final in {"k", "t", "p"}:
        before[2] = {"k": "ng", "t": "n", "p": "m"}[final]
    elif initial == "r" and final in {"k", "t", "p"}:
        before[2], after[0] = {"k": "ng", "t": "n", "p": "m"}[final], "n"


def _person(text: str) -> tuple[str, str] | None:
    """(family name, given name) where a text of two to four syllables begins with a known family name."""
    packed = text.replace(" ", "")
    if not 2 <= len(packed) <= 4 or not all(_BASE <= ord(char) <= _LAST for char in packed):
        return None
    families = spellings("surnames-korean")
    for length in (2, 1):
        if packed[:length] in families and 1 <= len(packed) - length <= 2:
            return packed[:length], packed[length:]
    return None


def _person_readings(family: str, given: str) -> Iterator[tuple[str, str]]:
    forms = spellings("surnames-korean")[family]
    revised = romanized(given)
    common = [_COMMON.get(char, syllable) for char, syllable in zip(given, revised, strict=True)]
    north = romanized(given, north=True)
    yield f"{forms[0]} {' '.join(common)}", "family name first, as passports print it"
    yield f"{forms[0]} {''.join(common)}", "family name first, given name joined"
    yield (
        f"{_NORTH_FAMILIES.get(family, ''.join(romanized(family, north=True)))} {' '.join(north)}",
        "as the North prints it",
    )
    yield f"{''.join(romanized(family))} {''.join(revised)}", "Revised Romanization"
    for form in forms[1:3]:
        yield f"{form} {' '.join(common)}", "another spelling of the family name"
    yield f"{forms[0]} {' '.join(revised)}", "Revised Romanization, family name as passports print it"


def readings(text: str) -> Iterator[tuple[str, str]]:
    """(Latin, how) of a name with Hangul; Latin letters in it stay."""
    tokens = re.findall(r"[^\W_]+", text.casefold())
    pieces = [piece for token in tokens for piece in [*lexicon("korean").pieces(token), " "]]
    person = _person(text)
    if person:
        yield from _person_readings(*person)
    if any(isinstance(piece, Word) for piece in pieces):
        for nth in (0, 1):
            yield _translated(pieces, nth), "ordinary words in English" if nth == 0 else "another wording"
    yield " ".join("".join(romanized(token, assimilated=True)) for token in tokens), "Revised Romanization"
    yield " ".join("".join(romanized(token)) for token in tokens), "Revised Romanization, syllable by syllable"
    yield " ".join(" ".join(romanized(token)) for token in tokens), "Revised Romanization, syllables apart"
    yield " ".join("".join(romanized(token, north=True)) for token in tokens), "as the North spells"


def _translated(pieces: Sequence[Word | str], nth: int) -> str:
    return " ".join(
        piece.rendering(nth) if isinstance(piece, Word) else "".join(romanized(piece, north=nth == 1, assimilated=True))
        for piece in pieces
    )


def hanja_readings(text: str) -> Iterator[tuple[str, str]]:
    """(Latin, how) of a personal name in Chinese characters that are all known as Korean name characters."""
    packed = text.replace(" ", "")
    table = spellings("hanja")
    if 2 <= len(packed) <= 4 and all(char in table for char in packed):
        person = _person("".join(table[char][0] for char in packed))
        if person:
            for latin, _ in list(_person_readings(*person))[:3]:
                yield latin, "a Korean name in Chinese characters"
