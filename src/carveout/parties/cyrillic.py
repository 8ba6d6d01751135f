"""Cyrillic names in Latin: BGN/PCGN, passports (ICAO Doc 9303), the press, ISO 9 without marks, and by language.

Which language a name is in is told by its letters: і ї є ґ Ukrainian, ў Belarusian, ј љ њ ћ ђ џ Serbian; a Bulgarian name has
none of its own, so its reading is always among those given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from carveout.parties.lexicon import Word, lexicon, spellings

_BASE = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        ["a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
         "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"],
        strict=True,
    )
)  # fmt: skip
_BASE |= {"ё": "yo", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "w", "’": "", "ʼ": "", "'": ""}
# Serbian and Macedonian letters, then those of Central Asia, the Caucasus and the Volga, as passports print them.
_BASE |= {"ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "gj", "ќ": "kj", "ѕ": "dz"}
_BASE |= {"ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "җ": "j", "ҳ": "h",
          "ҷ": "j", "ӣ": "i", "ӯ": "u", "ҙ": "z", "ҫ": "s", "ҡ": "k", "ӊ": "n", "ӏ": "", "ѐ": "e", "ѝ": "i"}  # fmt: skip

_PASSPORT = _BASE | {"ё": "e", "й": "i", "ъ": "ie", "ю": "iu", "я": "ia", "ї": "i", "є": "ie"}
_ISO = _BASE | {"ё": "e", "ж": "z", "й": "j", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ю": "u", "я": "a"}
_UKRAINIAN = _BASE | {"г": "h", "и": "y", "й": "i", "ї": "i", "є": "ie", "ю": "iu", "я": "ia"}
_BELARUSIAN = _BASE | {"г": "h", "ў": "u", "й": "i", "ю": "iu", "я": "ia", "ё": "io", "е": "e"}
_BULGARIAN = _BASE | {"щ": "sht", "ъ": "a", "х": "h", "ь": "y", "й": "y"}
_SERBIAN = _BASE | {"ж": "z", "ч": "c", "ш": "s", "х": "h", "ц": "c"}

_VOWELS = "аеёиоуыэюяіїєўaeiouy"


def _letters(word: str, table: dict[str, str]) -> str:
    return "".join(table.get(char, char) for char in word)


def _bgn(word: str, *, opened: bool) -> str:
    """BGN/PCGN: е is ye at the head of a word and after a vowel or a sign; ``opened`` says so, else it stays e."""
    out = []
    before = ""
    for char in word:
        if opened and char in "её" and (not before or before in "ъь" or before in _VOWELS):
            out.append("ye" if char == "е" else "yo")
        else:
            out.append(_BASE.get(char, char))
        before = char
    return "".join(out)


def _press(word: str) -> str:
    """As newspapers print it: -iy is -y, ks is x, ё is e or o after a hush."""
    word = re.sub(r"(?<=[жчшщ])ё", "о", word).replace("ё", "е")
    return re.sub(r"[иы]й\b", "y", word.replace("кс", "x")).translate(_PRESS)


_PRESS = {ord(char): latin for char, latin in _BASE.items()}


def readings(text: str) -> Iterator[tuple[str, str]]:
    """(Latin, how) of a name with Cyrillic letters; Latin letters in it stay."""
    lower = text.casefold()
    tokens = re.findall(r"[\w’ʼ'.]+", lower)
    tokens = [token.strip(".'’ʼ").replace(".", "") if token.count(".") else token for token in tokens]
    # A text that was folded before has и for й: at the end of a word after и or ы it was one.
    tokens = [re.sub(r"(?<=[иы])и$", "й", token) for token in tokens if token]
    words = list(lexicon("russian", _folded).phrases(tokens, _folded))
    if any(isinstance(word, Word) for word in words):
        yield _translated(words, 0), "ordinary words in English, names by BGN/PCGN"
        yield _translated(words, 1), "ordinary words in English, another wording"
    names = spellings("names-cyrillic", _folded)
    yield " ".join(_bgn(token, opened=True) for token in tokens), "BGN/PCGN"
    known = [names.get(_folded(token)) for token in tokens]
    if any(known):
        named = [name[0] if name else _press(token) for name, token in zip(known, tokens, strict=True)]
        yield " ".join(named), "given names in English"
    yield from _by_language(lower, tokens)
    yield " ".join(_press(token) for token in tokens), "as the press prints it"
    yield " ".join(_letters(token, _PASSPORT) for token in tokens), "as passports print it (ICAO 9303)"
    yield " ".join(_letters(token, _ISO) for token in tokens), "ISO 9 without marks"
    if set(lower) & set("щъх"):
        yield " ".join(_letters(token, _BULGARIAN) for token in tokens), "Bulgarian"


def _folded(text: str) -> str:
    """Letters as the table of words has them: ё written е, hyphens as spaces; й as и, for a folded text has lost its mark."""
    return text.replace("ё", "е").replace("й", "и").replace("-", " ")


def _by_language(lower: str, tokens: list[str]) -> Iterable[tuple[str, str]]:
    letters = set(lower)
    if letters & set("їєґ") or ("і" in letters and not letters & set("ыэўқғңұүөә")):
        yield " ".join(_ukrainian(token) for token in tokens), "Ukrainian, resolution 55 of 2010"
    if "ў" in letters or ("і" in letters and letters & set("ыэ")):
        yield " ".join(_letters(token, _BELARUSIAN) for token in tokens), "Belarusian"
    if letters & set("јљњћђџ"):
        yield " ".join(_letters(token, _SERBIAN) for token in tokens), "Serbian Latin without marks"


def _ukrainian(word: str) -> str:
    opened = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
    body = re.sub("зг", "zgh", word)
    return opened.get(body[:1], _letters(body[:1], _UKRAINIAN)) + _letters(body[1:], _UKRAINIAN)


def _translated(words: list[Word | str], nth: int) -> str:
    return " ".join(
        word.rendering(nth) if isinstance(word, Word) else _press(word) if nth else _bgn(word, opened=True)
        for word in words
    )
