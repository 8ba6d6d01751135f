"""Japanese names in Latin: Hepburn for kana, known family and given names in kanji, ordinary words in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from carveout.parties.lexicon import Word, lexicon, spellings

_KANA = dict(
    pair.split(":")
    for pair in [
        "ア:a",
        "イ:i",
        "ウ:u",
        "エ:e",
        "オ:o",
        "カ:ka",
        "キ:ki",
        "ク:ku",
        "ケ:ke",
        "コ:ko",
        "サ:sa",
        "シ:shi",
        "ス:su",
        "セ:se",
        "ソ:so",
        "タ:ta",
        "チ:chi",
        "ツ:tsu",
        "テ:te",
        "ト:to",
        "ナ:na",
        "ニ:ni",
        "ヌ:nu",
        "ネ:ne",
        "ノ:no",
        "ハ:ha",
        "ヒ:hi",
        "フ:fu",
        "ヘ:he",
        "ホ:ho",
        "マ:ma",
        "ミ:mi",
        "ム:mu",
        "メ:me",
        "モ:mo",
        "ヤ:ya",
        "ユ:yu",
        "ヨ:yo",
        "ラ:ra",
        "リ:ri",
        "ル:ru",
        "レ:re",
        "ロ:ro",
        "ワ:wa",
        "ヰ:i",
        "ヱ:e",
        "ヲ:o",
        "ン:n",
        "ガ:ga",
        "ギ:gi",
        "グ:gu",
        "ゲ:ge",
        "ゴ:go",
        "ザ:za",
        "ジ:ji",
        "ズ:zu",
        "ゼ:ze",
        "ゾ:zo",
        "ダ:da",
        "ヂ:ji",
        "ヅ:zu",
        "デ:de",
        "ド:do",
        "バ:ba",
        "ビ:bi",
        "ブ:bu",
        "ベ:be",
        "ボ:bo",
        "パ:pa",
        "ピ:pi",
        "プ:pu",
        "ペ:pe",
        "ポ:po",
        "ヴ:vu",
        "ァ:a",
        "ィ:i",
        "ゥ:u",
        "ェ:e",
        "ォ:o",
        "ャ:ya",
        "ュ:yu",
        "ョ:yo",
        "ヮ:wa",
        "ヵ:ka",
        "ヶ:ke",
    ]
)
_SMALL = {"ャ": "ya", "ュ": "yu", "ョ": "yo", "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}


def _katakana(text: str) -> str:
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def hepburn(text: str) -> str:
    """Hepburn of the kana in a text, long vowels as written; other characters stay."""
    kana = _katakana(text)
    out: list[str] = []
    doubled = False
    for char in kana:
        if char == "ッ":
            doubled = True
            continue
        if char == "ー":
            if out and out[-1][-1:] in "aeiou":
                out.append(out[-1][-1])
            continue
        if char in _SMALL and out and out[-1] and out[-1][-1] in "iueo" and len(out[-1]) > 1:
            stem, small = out[-1][:-1], _SMALL[char]
            hushed = stem.endswith(("sh", "ch", "j")) or small[0] != "y"
            out[-1] = stem + (small[-1] if hushed else small)
            continue
        if char in _SMALL and out and out[-1] == "u":
            out[-1] = "w" + _SMALL[char][-1]
            continue
        syllable = _KANA.get(char, char)
        if doubled and syllable[:1].isalpha() and syllable.isascii():
            syllable = ("t" if syllable.startswith("ch") else syllable[0]) + syllable
        doubled = False
        out.append(syllable)
    return re.sub(r"n(?=[bmp])", "n", "".join(out))


def _short(latin: str) -> str:
    """Long vowels as passports print them: ou, oo and uu lose the second letter."""
    return re.sub(r"([aeiou])\1", r"\1", latin.replace("ou", "o"))


def _person(text: str) -> list[str]:
    """Readings "family given" of a name in kanji (with or without a space) of which both parts are known."""
    families, givens = spellings("surnames-japanese"), spellings("givennames-japanese")
    packed = text.replace(" ", "").replace("・", "")
    cuts = [text.index(" ")] if text.count(" ") == 1 else range(min(3, len(packed) - 1), 0, -1)
    found: list[str] = []
    for cut in cuts:
        family, given = packed[:cut], packed[cut:]
        if family in families and len(given) <= 4:
            known = givens.get(given) or ((hepburn(given),) if re.fullmatch(r"[ぁ-ゖァ-ヺー]+", given) else ())
            found += [f"{first} {second}" for second in known for first in families[family]]
    return found


def readings(text: str) -> Iterator[tuple[str, str]]:
    """(Latin, how) of a Japanese name; nothing for a name in kanji alone of which no part is known."""
    text = unicodedata.normalize("NFKC", text)
    for latin in _person(text)[:5]:
        yield _short(latin), "Hepburn, family name first"
    tokens = re.findall(r"[^\W_]+", text.casefold())
    pieces = [piece for token in tokens for piece in [*lexicon("japanese").pieces(token), " "]]
    if not re.search(r"[ぁ-ゖァ-ヺ]", text):
        marks = {piece.note for piece in pieces if isinstance(piece, Word)}
        if "Japanese only" not in marks:
            return
    for nth in (0, 1, 2):
        yield _short(_translated(pieces, nth)), "ordinary words in English, names in Hepburn"
    yield _translated(pieces, 0), "ordinary words in English, long vowels written"
    yield _short(" ".join(hepburn(token) for token in tokens)), "Hepburn"
    yield " ".join(hepburn(token) for token in tokens), "Hepburn, long vowels written"


def _translated(pieces: Sequence[Word | str], nth: int) -> str:
    families = spellings("surnames-japanese")
    out = []
    for piece in pieces:
        if isinstance(piece, Word):
            out.append(piece.rendering(nth))
        elif piece in families:
            out.append(families[piece][0])
        else:
            out.append(hepburn(piece))
    return " ".join(out)
