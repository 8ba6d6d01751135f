"""Hebrew names in Latin: known names, else a guess at the vowels nobody writes, and the consonants as written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from carveout.parties.lexicon import spellings

_LETTERS = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "v", "ז": "z", "ח": "h", "ט": "t", "י": "y", "כ": "k", "ך": "kh",
    "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "p", "ף": "f", "צ": "tz", "ץ": "tz",
    "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_SOFT = _LETTERS | {"ב": "v", "כ": "kh", "פ": "f", "ח": "ch", "צ": "ts", "ץ": "ts"}


def _guess(token: str, table: dict[str, str]) -> str:
    """Vav inside a word is o, yod is i; an "a" stands between two consonants."""
    out: list[str] = []
    consonant = False
    last = len(token) - 1
    for nth, char in enumerate(token):
        if char in "אע":
            out.append("a")
            consonant = False
        elif char == "ו" and nth and (nth == last or token[nth + 1] not in "אהוי"):
            out.append("o")
            consonant = False
        elif char == "י" and nth:
            out.append("i" if token[nth - 1] != "י" else "")
            consonant = False
        elif char == "ה" and nth == last:
            out.append("a" if consonant else "")
            consonant = False
        elif char in table:
            # The hard letter stands at the head of a word, the soft one inside it.
            letter = _LETTERS[char] if nth == 0 else table[char]
            out.append(("a" if consonant else "") + letter)
            consonant = True
        else:
            out.append(char)
            consonant = False
    return "".join(out)


def readings(text: str) -> Iterator[tuple[str, str]]:
    """(Latin, how) of a name in Hebrew letters; Latin letters in it stay."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    tokens = re.findall(r"\w+", re.sub(r"['\"׳״’]", "", plain))
    names = spellings("names-hebrew")
    for nth in range(3):
        yield (
            " ".join(
                names[t][min(nth, len(names[t]) - 1)] if t in names else _guess(t, _SOFT if nth != 1 else _LETTERS)
                for t in tokens
            ),
            "known names, vowels guessed",
        )
    yield " ".join("".join(_LETTERS.get(c, c) for c in token) for token in tokens), "consonants as written"
