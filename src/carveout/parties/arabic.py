"""Arabic, Persian and Urdu names in Latin: known names, a guess at the vowels nobody writes, and a consonant skeleton.

The script leaves short vowels out, so letters alone give "mhmd" for Muhammad, Mohamed and Mehmet. Names that are common have
a table of spellings; for the rest a vowel is guessed. ``arabic_skeleton`` goes the other way: it reduces both sides, the
Arabic name and a Latin one, to what the script writes, and the two skeletons are compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from carveout.parties.lexicon import Word, lexicon, spellings

_FOLD = str.maketrans({
    "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ی", "ي": "ی", "ې": "ی", "ۍ": "ی", "ك": "ک", "ہ": "ه", "ھ": "ه", "ۀ": "ه",
    "ۃ": "ة", "ۂ": "ه", "ؤ": "و", "ئ": "ی", "ـ": "", "ٲ": "ا", "ٳ": "ا", "ڪ": "ک", "ګ": "گ", "ڭ": "گ", "ێ": "ی",
    "ۆ": "و", "ۇ": "و", "ۋ": "و", "ە": "ه", "ء": "'", "،": " ", "؛": " ", "٫": " ", "٪": " ",
})  # fmt: skip

_CONSONANTS = {
    "ب": "b", "پ": "p", "ت": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r",
    "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "gh", "ف": "f", "ق": "q",
    "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ڤ": "v",
    "ټ": "t", "ډ": "d", "ړ": "r", "ږ": "zh", "ښ": "sh", "ڼ": "n", "څ": "ts", "ځ": "dz", "ڵ": "l", "ڕ": "r",
}  # fmt: skip
_PERSIAN = _CONSONANTS | {"ث": "s", "ذ": "z", "ض": "z", "ق": "gh", "و": "v"}
_SUN = {"ت": "t", "ث": "th", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d",
        "ط": "t", "ظ": "z", "ن": "n"}  # fmt: skip
_LETTER = re.compile(r"[\u0620-\u06ff\u0750-\u077f]")


def _folded(text: str) -> str:
    """Presentation forms, vowel signs and the variants of one letter put into one form; digits into ASCII."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("آ", "ا\u0621a")
    text = "".join(c for c in text if not unicodedata.combining(c) or c == "\u0653")
    text = text.replace("ا\u0621a", "آ").translate(_FOLD)
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)


def arabic_tokens(text: str) -> list[str]:
    """The words of a text, variants of a letter put into one form; words in Latin letters stay."""
    return re.findall(r"[^\W_]+(?:'[^\W_]*)*", _folded(text))


def _spaced(text: str) -> str:
    return " ".join(arabic_tokens(text))


def _vowelled(token: str, table: dict[str, str], *, persian: bool) -> str:
    """A token with "a" guessed between two consonants; long vowels as written."""
    out: list[str] = []
    last = len(token) - 1
    consonant = False
    for nth, char in enumerate(token):
        if char in "اآ":
            if nth or token[1:2] not in {"ی", "و"} or last < 2:
                out.append("a")
            consonant = False
        elif char == "ع":
            if nth == 0 or not consonant:
                out.append("a" if nth == 0 and token[1:2] not in {"ی", "و", "ا"} else "")
            else:
                out.append("a" if nth < last and token[nth + 1] not in "اویة" else "")
            consonant = False
        elif char == "ة" or (char == "ه" and nth == last and nth > 1 and persian and consonant):
            out.append("eh" if persian and char == "ه" else "a" if consonant or not out else "")
            consonant = False
        elif char in "وی":
            if _is_consonant(token, nth):
                letter = ("v" if persian else "w") if char == "و" else "y"
                out.append(("a" if consonant else "") + letter)
                consonant = True
            else:
                out.append("i" if char == "ی" else "ou" if nth else "o")
                consonant = False
        elif char in table:
            out.append(("a" if consonant else "") + table[char])
            consonant = True
        elif char != "'":
            out.append(char)
            consonant = False
    return "".join(out)


def _is_consonant(token: str, nth: int) -> bool:
    """Whether و or ی at this place is a consonant: at the head, before alef, or between two vowels."""
    after = token[nth + 1 : nth + 2]
    if nth == 0:
        return after not in {"", "'"}
    if nth == 1 and token[0] == "ا":
        return False
    return after in {"ا", "آ", "ة"} or (token[nth - 1] in "اآ" and after != "")


def _article(token: str) -> tuple[str, str]:
    """(article, rest) where a token begins with the article ال and enough follows."""
    if token.startswith("ال") and len(token) > 4:
        return "al", token[2:]
    return "", token


def _read(token: str, nth: int, *, persian: bool) -> str:
    names = spellings("names-arabic", _spaced)
    if token in names:
        held = names[token]
        return held[min(nth, len(held) - 1)]
    article, rest = _article(token)
    table = _PERSIAN if persian else _CONSONANTS
    if article and rest in names:
        return f"{article} {names[rest][min(nth, len(names[rest]) - 1)]}"
    if persian or not article:
        return _vowelled(token, table, persian=persian)
    joined = "al" if nth == 0 or rest[0] not in _SUN else "a" + _SUN[rest[0]]
    return f"{joined} {_vowelled(rest, table, persian=persian)}"


def _spoken(tokens: list[str], nth: int, *, persian: bool) -> str:
    """Names one after the other; عبد and the name of God it serves as abd al, abdul, or one word."""
    out: list[str] = []
    serving = False
    for token in tokens:
        if token.startswith("عبدال") and len(token) > 7:
            out.append(_served(token[5:], nth, persian=persian))
        elif serving and token.startswith("ال"):
            out[-1] = _served(token[2:], nth, persian=persian)
        else:
            out.append(_read(token, nth, persian=persian))
        serving = token == "عبد"
    return " ".join(out)


def _served(rest: str, nth: int, *, persian: bool) -> str:
    return ("abd al ", "abdul ", "abdul", "abdel ")[min(nth, 3)] + _read(rest, 0, persian=persian)


def _known(token: str) -> str:
    """The token, or what is left without "and" and "for the", where that is in the table of words."""
    words = lexicon("arabic", _spaced).words
    if token in words:
        return token
    for prefix, put in (("وال", "ال"), ("لل", "ال"), ("لل", ""), ("وال", ""), ("ال", ""), ("و", ""), ("ب", "")):
        if token.startswith(prefix) and len(token) > len(prefix) + 2 and put + token[len(prefix) :] in words:
            return put + token[len(prefix) :]
    return token


def readings(text: str) -> Iterator[tuple[str, str]]:
    """(Latin, how) of a name in Arabic letters, the letters alone last; Latin letters in it stay."""
    tokens = arabic_tokens(text)
    persian = bool(set(text) & set("پچژگکیۀ"))
    words = list(lexicon("arabic", _spaced).phrases([_known(token) for token in tokens]))
    if any(isinstance(word, Word) for word in words):
        for nth in (0, 1, 2):
            yield (
                " ".join(
                    word.rendering(nth) if isinstance(word, Word) else _read(word, nth, persian=persian)
                    for word in words
                ),
                "ordinary words in English, vowels guessed"
                if nth == 0
                else "ordinary words in English, another wording",
            )
    for nth in range(3):
        yield _spoken(tokens, nth, persian=persian), "known names, vowels guessed"
    yield _spoken(tokens, 0, persian=not persian), "known names, vowels guessed otherwise"
    yield " ".join(_bare(token) for token in tokens), "consonants as written"


def _bare(token: str) -> str:
    letters = _CONSONANTS | {"ا": "a", "آ": "a", "و": "w", "ی": "y", "ع": "", "ة": "a", "'": ""}
    return "".join(letters.get(char, char) for char in token)


_SKELETON = {
    "ب": "b", "پ": "b", "ت": "t", "ث": "t", "ج": "j", "چ": "c", "ح": "h", "خ": "x", "د": "d", "ذ": "d", "ر": "r",
    "ز": "z", "ژ": "z", "س": "s", "ش": "c", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "j", "ف": "f", "ق": "k",
    "ک": "k", "گ": "j", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ڤ": "f",
    "ټ": "t", "ډ": "d", "ړ": "r", "ږ": "z", "ښ": "c", "ڼ": "n", "څ": "s", "ځ": "z",
}  # fmt: skip
_LATIN_PAIRS = (
    ("tsch", "C"), ("tch", "C"), ("sch", "C"), ("sh", "C"), ("ch", "C"), ("kh", "X"), ("gh", "J"), ("dh", "D"),
    ("th", "T"), ("zh", "Z"), ("dj", "J"), ("ck", "k"), ("ph", "f"), ("x", "ks"),
)  # fmt: skip
_LATIN = dict(zip("bcdfghjklmnpqrstvwyz", "bkdfjhjklmnbkrstwwyz", strict=True))
_ARTICLES = frozenset(
    ["al", "el", "ul", "ar", "as", "ash", "ad", "an", "at", "az", "er", "es", "esh", "ed", "en", "ol", "il", "the"]
)


@lru_cache(maxsize=65536)
def arabic_skeleton(text: str) -> str:
    """The consonants of a name as the Arabic script would write them, for Arabic and for Latin text alike.

    Vowels inside a word, the article, and w and y but at the head of a word are gone; letters that romanizations mix
    (q and k, j, g and gh, p and b, th and t) are one. A word that begins with a vowel begins with ``a``. ``abd`` is joined
    to the word it serves. Two names may share a skeleton and be different: it is evidence for a guess, not a match.
    """
    words: list[str] = []
    for token in arabic_tokens(text[:400]):
        if _LETTER.search(token):
            _append(words, _arabic_consonants(token))
            continue
        latin = unicodedata.normalize("NFD", token)
        latin = "".join(c for c in latin if "a" <= c <= "z" or c.isdigit())
        if latin and latin not in _ARTICLES:
            _append(words, _latin_consonants(latin))
    return " ".join(word for word in words if word)


def _append(words: list[str], word: str) -> None:
    if words and words[-1] == "abd":
        words[-1] = "abd" + ("l" if word == "al" else word)
    else:
        words.append(word)


def _squeezed(letters: str) -> str:
    return re.sub(r"(.)\1+", r"\1", letters)


def _arabic_consonants(token: str) -> str:
    head = ""
    if token.startswith("عبدال") and len(token) > 6:
        head, token = "abd", token[5:]
    token = _article(token)[1]
    first = token[:1]
    letters = {"ا": "a", "آ": "a", "ع": "a", "و": "w", "ی": "y"}.get(first, _SKELETON.get(first, first))
    body = "".join(_SKELETON.get(c, c if c.isascii() and c != "'" else "") for c in token[1:])
    if token[-1:] == "ه" and (head or len(token) > 2):
        body = body.removesuffix("h")
    word = _squeezed(letters + body)
    return head + (word[1:] if head and word[:1] == "a" and first == "ا" else word)


def _latin_consonants(token: str) -> str:
    head = ""
    if match := re.match(r"abd(?:[aeiou]l|[aeiou]?(?=([rsnzdt])\1)|[aeiou]$)(.*)", token):
        head, token = "abd", match[2]
        if not token:
            return head
    elif match := re.match(r"[ae]l(?=[bcdfghjkmnpqrstvwyz])(.{4,})", token):
        token = match[1]
    token = re.sub(r"^ou(?=[aei])", "w", token)
    for pair, letter in _LATIN_PAIRS:
        token = token.replace(pair, letter)
    token = re.sub(r"(.)\1+", r"\1", token)
    if len(token) > 2 and re.search(r"[aeiou]h$", token):
        token = token[:-1]
    first = token[:1]
    out = ["a" if first in "aeiou" else _pick(first)]
    out += [_pick(c) for c in token[1:] if c not in "aeiouwvy"]
    return head + "".join(out)


def _pick(char: str) -> str:
    return char.lower() if char.isupper() else _LATIN.get(char, char)
