"""Letters made comparable: one case, no marks, no invisible characters, look-alikes unmasked.

Unicode normalization form KC (UAX #15) folds full-width and presentation forms. Format characters (zero width,
bidirectional marks and isolates) are dropped: they change what the eye sees, not who is meant. A Cyrillic or Greek
letter that looks like a Latin one is folded to it only inside a word that also has Latin letters (UTS #39 calls
such a word mixed-script); whole words in another script are left to the rendering.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LIMIT = 4096
"""Characters of the longest name that is read. The longest listed name has 381."""


MOST_WORDS = 128
"""Words of the longest name that is read; comparing takes the product of the words of two names."""


class NameTooLong(ValueError):
    """A text longer than ``LIMIT`` characters or ``MOST_WORDS`` words names nobody we could screen: split the cell."""

    def __init__(self, length: int, unit: str = "characters", most: int = LIMIT) -> None:
        super().__init__(f"a name of {length:,} {unit} cannot be screened; at most {most:,} are read")
        self.length = length


_PLAIN = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n",
    "ɓ": "b", "ɗ": "d", "ƙ": "k", "ə": "a", "ʻ": "'", "ʼ": "'", "ʿ": "'", "ʾ": "'", "‘": "'", "’": "'", "ʹ": "'",
    "‛": "'", "´": "'", "`": "'", "ˈ": "'", "＇": "'", "׳": "'",
})  # fmt: skip

_LATIN_LOOK = str.maketrans(
    "авекмнорстухіјѕһԁԛԝгпьςαβεικνορτυχγωηԍӏ",
    "abekmhopctyxijshdqwrnbsabeiknoptuxywngl",
)

_MARK = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=8192)
def script_of(letter: str) -> str:
    """The script of one letter as the first word of its Unicode name: ``LATIN``, ``CYRILLIC``, ``CJK``...; or empty."""
    if not letter.isalpha():
        return ""
    name = unicodedata.name(letter, "")
    if letter in "ªº" or name.startswith(("FULLWIDTH LATIN", "MODIFIER LETTER")):
        return "LATIN"
    return name.partition(" ")[0]


@lru_cache(maxsize=8192)
def _visible(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Cf", "Cn", "Co", "Cs") or letter == "\u034f":
        return ""
    return " " if category[0] in "CZ" else letter


def _unmask(match: re.Match[str]) -> str:
    word = match.group()
    if word.isascii():
        return word
    scripts = {script_of(letter) for letter in word}
    return word.translate(_LATIN_LOOK) if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK"} else word


def fold(raw: str) -> str:
    """``raw`` in one case without marks and invisible characters; linear in its length.

    Raises ``NameTooLong`` above ``LIMIT`` characters.
    """
    if len(raw) > LIMIT:
        raise NameTooLong(len(raw))
    if raw.isascii():
        return raw.lower()
    # Folding a letter may make one that folds again; casefold and NFKC need two rounds to settle.
    text = unicodedata.normalize("NFKC", "".join(map(_visible, raw))).casefold()
    text = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    text = _MARK.sub("", unicodedata.normalize("NFKD", text))
    text = "".join(map(_visible, unicodedata.normalize("NFC", text).translate(_PLAIN)))
    return unmasked(text)


def unmasked(text: str) -> str:
    """``text`` with look-alike letters put into Latin, in words that mix Latin with Cyrillic or Greek."""
    return text if text.isascii() else _WORD.sub(_unmask, text)


def masked(raw: str) -> bool:
    """Whether a word mixes Latin letters with Cyrillic or Greek ones that look like them."""
    if raw.isascii() or len(raw) > LIMIT:
        return False
    for word in _WORD.findall(unicodedata.normalize("NFKC", raw)):
        scripts = {script_of(letter) for letter in word}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK"}:
            return True
    return False


def script(folded: str) -> str:
    """The script most letters are in, lower case (``latin``, ``cyrillic``, ``cjk``, ``mixed`` scripts by majority)."""
    if folded.isascii():
        return "latin"
    counts: dict[str, int] = {}
    for letter in folded:
        of = script_of(letter)
        if of:
            counts[of] = counts.get(of, 0) + 1
    return max(counts, key=lambda s: counts[s]).lower() if counts else "latin"
