"""Greek names in Latin: ELOT 743 (ISO 843), the common spellings, and given names as English has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from carveout.parties.lexicon import spellings

_LETTERS = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        ["a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s", "t", "y", "f",
         "ch", "ps", "o"],
        strict=True,
    )
)  # fmt: skip
_COMMON = _LETTERS | {"χ": "h", "φ": "ph", "υ": "i"}
_LETTER_BY_LETTER = _LETTERS | {"β": "b", "η": "e", "φ": "ph"}
_BEFORE_VOICELESS = re.compile(r"([αεη])υ(?=[θκξπσςτφχψ]|\b)")


def _plain(text: str) -> str:
    """Lower case without accents; a diaeresis keeps two vowels apart, so a mark of ours stays in its place."""
    split = unicodedata.normalize("NFD", text.casefold())
    return "".join(
        "'" if char == "\u0308" else char for char in split if char == "\u0308" or not unicodedata.combining(char)
    )


def _digraphs(word: str, *, spoken: bool) -> str:
    word = _BEFORE_VOICELESS.sub(lambda m: _LETTERS[m[1]] + "f", word)
    word = re.sub(r"([αεη])υ(?!')", lambda m: _LETTERS[m[1]] + "v", word)
    word = word.replace("ου", "ou")
    word = re.sub(r"γ(?=[γξχ])", "n", word)
    word = re.sub(r"\bμπ", "b", word)
    if spoken:
        word = re.sub(r"\bντ", "d", word).replace("μπ", "mb").replace("ντ", "nd")
        word = re.sub(r"\bγκ", "g", word).replace("γκ", "ng").replace("τζ", "tz")
    return word


def readings(text: str) -> Iterator[tuple[str, str]]:
    """(Latin, how) of a name with Greek letters; Latin letters in it stay."""
    tokens = re.findall(r"[\w']+", _plain(text))
    names = spellings("names-greek", _plain)

    def read(table: dict[str, str], *, spoken: bool = False, ou: str = "ou") -> str:
        words = ("".join(table.get(c, c) for c in _digraphs(token, spoken=spoken)) for token in tokens)
        return " ".join(words).replace("'", "").replace("ou", ou)

    yield read(_LETTERS), "ELOT 743"
    if any(token in names for token in tokens):
        for nth in (0, 1):
            yield (
                " ".join(
                    names[token][min(nth, len(names[token]) - 1)]
                    if token in names
                    else "".join(_LETTERS.get(c, c) for c in _digraphs(token, spoken=True)).replace("'", "")
                    for token in tokens
                ),
                "given names in English",
            )
    yield read(_COMMON, spoken=True), "as it is spoken"
    yield read(_LETTERS, spoken=True, ou="u"), "as it is spoken, u for ou"
    yield read(_LETTER_BY_LETTER), "letter by letter"
