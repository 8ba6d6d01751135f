"""Whether a Latin name could be how an Arabic or Persian name is spelled: محمود is Mahmoud and Mahmud, never Mohammed.

A consonant skeleton takes the two for one. The script leaves out short vowels only, so a Latin spelling has at most a short vowel
where nothing is written, and must have a fitting one where alef, waw or ya stands. Letters that romanizations mix (q and k, dh
and z, g and j) are allowed for, and so are doubled consonants.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from carveout.parties.arabic import arabic_tokens

_CONSONANTS = {
    "ب": "bb?|p", "پ": "pp?|b", "ت": "tt?", "ث": "th|ss?|t", "ج": "jj?|dj|g|zh", "چ": "ch|tch|c", "ح": "hh?", "خ": "kh|h|ch|x",
    "د": "dd?", "ذ": "dh|zz?|d|th", "ر": "rr?", "ز": "zz?", "ژ": "zh|j", "س": "ss?|c", "ش": "sh|ch|sch", "ص": "ss?",
    "ض": "dd?|dh|z", "ط": "tt?|th", "ظ": "zz?|dh|th|d", "غ": "gh|g|q", "ف": "ff?|ph|v", "ق": "qq?|kk?|gh|g|c",
    "ک": "kk?|c|q|ck", "گ": "gg?|gh", "ل": "ll?", "م": "mm?", "ن": "nn?|m(?=[bp])", "ه": "h", "ٹ": "tt?", "ڈ": "dd?", "ڑ": "rr?|d",
    "ں": "n", "ڤ": "v|f",
}  # fmt: skip
_WRITTEN = {"ا": "a", "آ": "a", "و": "w", "ی": "y", "ع": "'", "'": ""}
# What may stand between two consonants, by the vowel letters that are written there.
_GAPS = {
    "": "[aeiou]?", "'": "[aeiou]{0,2}", "a": "[aeo]{1,2}", "w": "[aeiou]{0,2}[ouwv][aeiou]{0,2}",
    "y": "[aeiou]{0,2}[eiyj][aeiou]{0,2}",
}  # fmt: skip
_MIXED = "[aeiouwvyj]{1,5}"
_LONGEST = 24
_ARTICLES = frozenset(["al", "el", "ul", "ar", "as", "ash", "ad", "an", "at", "az", "er", "es", "ed", "en", "ol", "il"])
_SERVANT = re.compile(r"abd[aeou]?[lrnsztdh]{0,2}")


@lru_cache(maxsize=16384)
def _pattern(token: str) -> re.Pattern[str]:
    """What spells one Arabic word. One gap stands between two consonants, so that matching stays linear."""
    parts: list[str] = []
    gap = ""
    body = token
    ending = ""
    if token[-1] in "ةه" and len(token) > 2:
        body, ending = token[:-1], "(?:[ae]?[ht]?)"
    for nth, char in enumerate(body):
        if char in _CONSONANTS:
            parts.append(_gap(gap, first=not parts and nth == len(gap), last=False) + f"(?:{_CONSONANTS[char]})")
            gap = ""
        else:
            gap += _WRITTEN.get(char, "")
    parts.append(_gap(gap, first=False, last=not ending))
    return re.compile("".join(parts) + ending)


def _gap(written: str, *, first: bool, last: bool) -> str:
    if first:
        return "[aeiouwvy]{1,3}" if written else ""
    if last:
        return "[aeiouywv]{1,4}" if set(written) - {"'"} else "[aeiou]{0,2}" if written else ""
    letters = "".join(dict.fromkeys(written))
    if letters in _GAPS:
        return _GAPS[letters]
    bare = letters.replace("'", "")
    return _MIXED if len(bare) > 1 else f"(?:[aeiou]{{0,2}}{_GAPS[bare]}|{_GAPS[bare]}[aeiou]{{0,2}})"


def spells(arabic: str, latin: str) -> bool:
    """Whether one Latin word can spell one word in Arabic letters; the article of either aside."""
    if not arabic or not latin or len(arabic) > _LONGEST or len(latin) > 2 * _LONGEST:
        return False
    plain = "".join(c for c in unicodedata.normalize("NFD", latin.casefold()) if "a" <= c <= "z")
    bare = arabic[2:] if arabic.startswith("ال") and len(arabic) > 3 else arabic
    forms = {arabic, bare}
    shorter = {plain, re.sub(r"^[ae]l(?=[bcdfghjkmnpqrstvwxyz])", "", plain)}
    return any(_pattern(form).fullmatch(word) is not None for form in forms for word in shorter)


def _served(arabic: str, latin: str) -> bool:
    """Abd al-X, Abdul X, Abdurrahman: what comes after the servant's word must spell the name served."""
    return any(
        spells(arabic, latin[cut:])
        for cut in range(3, min(7, len(latin)))
        if _SERVANT.fullmatch(latin[:cut]) and (cut > 3 or latin[3:4] not in "aeiou")
    )


def spelled_share(text: str, latin: str) -> float:
    """The share of the words of a name in Arabic letters that the Latin name spells, in 0..1, whatever their order.

    Words the Latin name has beyond them count against it. 0.0 where either has no words.
    """
    names = _joined(arabic_tokens(re.sub("[\u200b-\u200d]", "", text[:400])))
    words = [
        word for word in re.findall(r"[^\W\d_]+", latin[:400].casefold().replace("'", "")) if word not in _ARTICLES
    ]
    words = _joined_latin(words)
    left = list(words)
    found = 0
    for served, name in names:
        for word in left:
            if _served(name, word) if served else spells(name, word):
                left.remove(word)
                found += 1
                break
    return found / max(len(names), len(words)) if names and words else 0.0


def _joined(tokens: list[str]) -> list[tuple[bool, str]]:
    """(served by عبد, word) of the tokens of an Arabic name."""
    out: list[tuple[bool, str]] = []
    pending = False
    for token in tokens:
        if token == "عبد":
            pending = True
            continue
        if token.startswith("عبدال") and len(token) > 6:
            pending, token = True, token[3:]
        if token == "الله" and out and not pending:
            out[-1] = (out[-1][0], out[-1][1] + "الله")  # Nasr Allah is Nasrallah
            continue
        out.append((pending, token[2:] if pending and token.startswith("ال") else token))
        pending = False
    return [*out, (False, "عبد")] if pending else out


def _joined_latin(words: list[str]) -> list[str]:
    out: list[str] = []
    pending = ""
    for word in words:
        if re.fullmatch(r"abd[aeou]?[lrnsztdh]{0,2}", word) and not pending:
            pending = word
            continue
        if word == "allah" and out and not pending:
            out[-1] += word
            continue
        out.append(pending + word)
        pending = ""
    return [*out, pending] if pending else out
