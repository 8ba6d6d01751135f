"""Chinese names in Latin: Hanyu Pinyin with the readings of family names, older and southern spellings, and, for
organizations, the ordinary words in English while the name itself stays as it sounds.

深圳市海思半导体有限公司 is "shenzhen haisi semiconductor co ltd"; where the English name keeps a Chinese word (哈尔滨工业大学,
"harbin gongye university"), another reading has that too. Names that are neither (北京航空航天大学 is Beihang) need an alias.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from unicodedata import decimal

from carveout.parties.lexicon import Word, lexicon, rows, spellings

_DIGITS = {char: nth for nth, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = re.compile(
    r"第?([零〇一二三四五六七八九十百]+|\d+)(?=研究所|研究院|所|院|设计|厂|工程|局|集团|航天|船舶|总队|部)"
)


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional to simplified, for the characters that our words and names use."""
    table: dict[int, str] = {}
    for row in rows("traditional"):
        for pair in row[0].split():
            table[ord(pair[0])] = pair[1]
    return table


def simplified(text: str) -> str:
    """The text with the traditional characters that we hold replaced by their simplified forms."""
    return text.translate(_simplified())


def _number(written: str) -> str:
    """A Chinese numeral as digits: 三十八 is 38, 七〇九 is 709."""
    if written.isdecimal():
        # The digits of any script: what is one to a pattern is none of ours.
        return "".join(str(decimal(char)) for char in written)
    if "十" not in written and "百" not in written:
        return "".join(str(_DIGITS[char]) for char in written)
    total = held = 0
    for char in written:
        if char in "十百":
            total += (held or 1) * (10 if char == "十" else 100)
            held = 0
        else:
            held = _DIGITS[char]
    return str(total + held)


@lru_cache(maxsize=1)
def _reader() -> object:
    import pypinyin  # its phrase tables take a quarter of a second to load: only where a name asks for them
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.seg import mmseg

    pypinyin.load_single_dict({ord("都"): "dū,dōu"})  # a capital in names, hardly ever the word for all
    # As its load_phrases_dict does, which would learn its own 47,000 phrases once more: a tenth of a second.
    PHRASES_DICT.update(_PHRASES)
    mmseg.seg.train(iter(_PHRASES))
    return pypinyin


_PHRASES = {"银行": [["yin"], ["hang"]], "重庆": [["chong"], ["qing"]], "西藏": [["xi"], ["zang"]]}


@lru_cache(maxsize=65536)
def syllables(text: str) -> tuple[str, ...]:
    """Pinyin without tones, one a character (ü as u); what is no Chinese character stays, as one piece a stretch."""
    _reader()
    from pypinyin import Style, lazy_pinyin

    read = lazy_pinyin(text, style=Style.NORMAL, v_to_u=True)
    return tuple(syllable.replace("ü", "u").replace("ê", "e").lower() for syllable in read)


def _joined(text: str) -> str:
    return "".join(syllables(text))


_WADE_INITIALS = (
    ("zh", "ch"), ("ch", "ch"), ("sh", "sh"), ("b", "p"), ("d", "t"), ("g", "k"), ("j", "ch"), ("q", "ch"), ("x", "hs"),
    ("r", "j"), ("z", "ts"), ("c", "ts"),
)  # fmt: skip
_WADE_WHOLE = {
    "zi": "tzu", "ci": "tzu", "si": "ssu", "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "yan": "yen", "ye": "yeh",
    "you": "yu", "yi": "i", "e": "o", "ge": "ko", "ke": "ko", "he": "ho", "gui": "kuei", "kui": "kuei", "guo": "kuo",
    "kuo": "kuo", "huo": "huo", "shuo": "shuo", "er": "erh", "yong": "yung",
}  # fmt: skip


def wade_giles(syllable: str) -> str:
    """A pinyin syllable in Wade-Giles, without apostrophes and marks, as names are printed."""
    if syllable in _WADE_WHOLE:
        return _WADE_WHOLE[syllable]
    initial, final = "", syllable
    for pinyin, wade in _WADE_INITIALS:
        if syllable.startswith(pinyin):
            initial, final = wade, syllable[len(pinyin) :]
            break
    else:
        match = re.match(r"[^aeiou]*", syllable)
        initial = match[0] if match else ""
        final = syllable[len(initial) :]
    final = re.sub(r"^ian$", "ien", final)
    final = re.sub(r"(?<=[iu])e$", "eh", final)
    final = final.replace("ong", "ung")
    if final == "uo":
        final = "o"
    return initial + final


def _person(text: str) -> tuple[str, str] | None:
    """(family name, given name) where a text of two to four characters begins with a known family name."""
    packed = re.sub(r"[\s·]", "", text)
    if not 2 <= len(packed) <= 4 or not re.fullmatch(r"[\u3400-\u9fff]+", packed):
        return None
    families = spellings("surnames-chinese")
    for length in (2, 1):
        if simplified(packed[:length]) in families and 1 <= len(packed) - length <= 2:
            return packed[:length], packed[length:]
    return None


def _person_readings(family: str, given: str) -> Iterator[tuple[str, str]]:
    forms = spellings("surnames-chinese")[simplified(family)]
    sounds = syllables(given)
    yield f"{forms[0]} {''.join(sounds)}", "Hanyu Pinyin, family name first"
    yield f"{''.join(sounds)} {forms[0]}", "Hanyu Pinyin, given name first"
    yield f"{forms[0]} {' '.join(sounds)}", "Hanyu Pinyin, syllables apart"
    yield "".join(syllables(family + given)), "Hanyu Pinyin, joined"
    cantonese = spellings("givennames-cantonese")
    southern = [cantonese.get(simplified(char), (sound,))[0] for char, sound in zip(given, sounds, strict=True)]
    known = all(simplified(char) in cantonese for char in given)
    wade = " ".join(wade_giles(sound) for sound in sounds)
    for nth, form in enumerate(forms[1:4]):
        if known:
            yield f"{form} {' '.join(southern)}", "as Hong Kong prints it"
        if nth == 0 or not known:
            yield f"{form} {' '.join(sounds)}", "another spelling of the family name"
    yield f"{' '.join(wade_giles(s) for s in forms[0].split())} {wade}", "Wade-Giles"
    if forms[1:]:
        yield f"{forms[1]} {wade}", "Wade-Giles, another spelling of the family name"


def _pieces(text: str) -> list[Word | str]:
    """The words and names of an organization, numbers in digits."""
    plain = _NUMBER.sub(lambda m: f" no {_number(m[1])} ", simplified(text))
    plain = re.sub(r"[()\[\]【】<>《》,,、.·・/&\"'“”]+", " ", plain)
    return [piece for token in plain.split() for piece in [*_sure(list(lexicon("chinese").pieces(token))), " "]]


_ENDINGS = frozenset("省市县所院厂局部")


def _sure(pieces: list[Word | str]) -> list[Word | str]:
    """Words of one character taken back into the name beside them, but for those that end a name or stand between words."""
    kept: list[Word | str] = []
    for nth, piece in enumerate(pieces):
        following = pieces[nth + 1] if nth + 1 < len(pieces) else None
        if isinstance(piece, Word) and len(piece.text) == 1 and piece.kind != "form" and len(pieces) > 1:
            ends = piece.text in _ENDINGS and nth > 0 and not isinstance(following, str)
            between = nth > 0 and isinstance(kept[-1], Word) and isinstance(following, Word)
            piece = piece if ends or between else piece.text
        if isinstance(piece, str) and kept and isinstance(kept[-1], str):
            kept[-1] += piece
        else:
            kept.append(piece)
    return kept


def _rendered(pieces: Sequence[Word | str], nth: int, *, apart: bool = False) -> str:
    """English for the words, pinyin for names. Places have their second rendering from the third wording on."""
    out: list[str] = []
    for piece in pieces:
        if isinstance(piece, Word):
            out.append(piece.rendering(nth // 2 if piece.kind == "place" else nth))
        else:
            out.append((" " if apart else "").join(syllables(piece)))
    return " ".join(" ".join(out).split())


def _split(pieces: Sequence[Word | str], *, translated: bool) -> str:
    """Words of more than one word taken apart: 工业大学 is "industry university", or "gongye university"."""
    table = lexicon("chinese").words
    out: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Word):
            out.append("".join(syllables(piece)))
            continue
        head, tail = table.get(piece.text[:-2]), table.get(piece.text[-2:])
        if piece.kind == "institution" and tail is not None and len(piece.text) > 2:
            out.append(head.english[0] if head and translated else _spelled(piece.text[:-2]))
            out.append(tail.english[0])
        elif piece.kind in {"trade", "name"} and not translated:
            out.append(_spelled(piece.text))
        else:
            out.append(piece.english[0])
    return " ".join(" ".join(out).split())


def _spelled(text: str) -> str:
    """A word in pinyin, two characters to a word as the lists print it: youxian gongsi, dianzi keji."""
    sounds = syllables(text)
    step = 2 if len(sounds) % 2 == 0 else len(sounds)
    return " ".join("".join(sounds[at : at + step]) for at in range(0, len(sounds), step))


def _pinyin(pieces: Sequence[Word | str], *, apart: bool = False) -> str:
    texts = [piece.text if isinstance(piece, Word) else piece for piece in pieces]
    known = [isinstance(piece, Word) for piece in pieces]
    out = [
        " ".join(syllables(text)) if apart else _spelled(text) if word else "".join(syllables(text))
        for text, word in zip(texts, known, strict=True)
    ]
    return " ".join(" ".join(out).split())


def readings(text: str) -> Iterator[tuple[str, str]]:
    """(Latin, how) of a name in Chinese characters; Latin letters in it stay."""
    person = _person(text)
    pieces = _pieces(text)
    found = [piece for piece in pieces if isinstance(piece, Word)]
    organization = any(piece.kind in {"form", "institution"} for piece in found) or (found and not person)
    if person and not organization:
        yield from _person_readings(*person)
    if found:
        numbered = any(isinstance(piece, str) and piece == "no" for piece in pieces)
        yield _rendered(pieces, 0), "ordinary words in English, names in Pinyin"
        if numbered:
            yield _ordinal(_rendered(pieces, 0)), "ordinary words in English, the number as an ordinal"
        yield _rendered(pieces, 1), "ordinary words in English, another wording"
        yield _split(pieces, translated=False), "what it does in Pinyin, what it is in English"
        yield _split(pieces, translated=True), "every word in English by itself"
        yield _rendered(pieces, 0, apart=True), "ordinary words in English, syllables of names apart"
        yield _rendered(pieces, 2), "ordinary words in English, a third wording"
    yield _pinyin(pieces), "Hanyu Pinyin, words joined"
    yield _pinyin(pieces, apart=True), "Hanyu Pinyin, syllables apart"
    if person and organization:
        yield from _person_readings(*person)


def _ordinal(latin: str) -> str:
    def nth(match: re.Match[str]) -> str:
        number = int(match[1])
        ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending}"

    return re.sub(r"\bno (\d+)", nth, latin)


_JAPANESE = re.compile("株式会社|株式會社|有限会社|合同会社|合名会社|合資会社|々|研究開発|製作所|銀行$")


def merged(text: str, chinese: Iterable[tuple[str, str]], others: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Chinese readings with those of another language after the third, for the same characters may be either.

    The others come first where a word says so (株式会社), or where nothing in the text is known as Chinese.
    """
    held = list(chinese)
    plain = all("Pinyin, words joined" in how or "syllables apart" in how for _, how in held)
    place = 0 if plain or _JAPANESE.search(text) else 3
    return [*held[:place], *others[:4], *held[place:]]
