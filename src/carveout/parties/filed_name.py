"""Names as lists file them: one cell may hold a name, other names, an acronym, the entity it is an affiliate of.

The entity that is listed is the one named last in ``Huawei Technologies Co., Ltd. (Huawei). Affiliated Entity: ...``;
``(HCZ)`` at the end of a name is a short name of it, ``(Pty)`` and ``(HK)`` are parts of it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_AFFILIATE = re.compile(r"\.?\s*\bAffiliated\s+Entit(?:y|ies)\s*:\s*", re.IGNORECASE)
_BELOW = re.compile(
    r"(?:[.,;]\s*|\s+)(?:and\s+)?subordinate\s+(?:institution|entity|institute)s?\s*(?:[-–:]\s*)?", re.IGNORECASE
)
_ALSO = re.compile(r"[;,-]?\s*(?<!\w)(?:[afnd][./]?[kb][./]?a)\b(?:\.?[,:-]?\s+|[.:,-]\s*)", re.IGNORECASE)
_ALSO_INSIDE = re.compile(r"\(\s*([afn][./]?k[./]?a\b[^()]*(?:\([^()]*\)[^()]*)*)\)([^;]*)", re.IGNORECASE)
_SUCCESSORS = re.compile(
    r"[;,]?\s*and\s+any\s+successors?,\s*sub-?units?,?\s*(?:or|and)\s*subsidiar(?:y|ies)\s+thereof\.?\s*\Z",
    re.IGNORECASE,
)
_NATIONAL = re.compile(
    r"\s*\((?:PRC|Russian|Chinese|Iranian|DPRK|Syrian|[A-Z][a-z]+)\s+(?:entity|national|individual|person)\)",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"\s*\(([^()]{2,60})\)\s*\.?\s*\Z")
_PARTS_OF_NAMES = frozenset(
    ["PTY", "PVT", "PTE", "HK", "UK", "US", "USA", "UAE", "PRC", "CHN", "FZC", "FZE", "FZCO", "FZ", "LLC", "LTD", "INC", "CO", "SA", "BV", "NV", "PLC", "JSC", "OJSC", "PJSC", "OOO", "OAO", "ZAO", "SDN", "BHD", "GMBH", "AG", "MAINLAND", "OFFSHORE", "GROUP", "HOLDING", "HOLDINGS", "INTERNATIONAL"]
)  # fmt: skip
_SHORT = re.compile(r"[A-Z0-9][A-Za-z0-9&./-]{1,14}(?:\s?CO\.)?")
_KEPT_CONTROLS = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85")


@dataclass(frozen=True, slots=True)
class FiledName:
    """What one cell of names says: the name, further names of the same party, and the entity it belongs to."""

    name: str
    aliases: tuple[str, ...] = ()
    affiliate_of: str = ""


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """The text in Unicode normal form C on one line; control and format characters (bidirectional marks) and lone
    surrogates are gone, so that what is compared is what is seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in ("Cc", "Zl", "Zp", "Zs"):
            seen.append(" " if category != "Cc" or character in _KEPT_CONTROLS else "")
        elif category not in ("Cf", "Cs", "Cn", "Co") or character in "\u200c\u200d":
            seen.append(character)
    return " ".join("".join(seen).split())


def read_name(cell: str) -> FiledName:
    """The name and the further names of a cell; no name at all gives an empty one."""
    whole = clean(cell).strip(" ,;")
    whole = _NATIONAL.sub("", _SUCCESSORS.sub("", whole)).strip(" ,;")
    parent = ""
    affiliate = _AFFILIATE.search(whole)
    if affiliate and whole[affiliate.end() :].strip(" ,;"):
        parent = _without_short(whole[: affiliate.start()].strip(" ,;"))[0]
        whole = whole[affiliate.end() :].strip(" ,;")
    first, *others = (part.strip(" ,;") for part in _ALSO.split(_opened(whole)))
    if not first:
        first, others = whole, []
    name, short = _without_short(first)
    aliases = [*short, *others]
    below = _BELOW.search(name)
    if below and len(name[below.end() :].split()) > 1:
        inner, inner_short = _without_short(name[below.end() :].strip(" ,;"))
        aliases += [inner, *inner_short]
        parent = parent or _without_short(name[: below.start()].strip(" ,;"))[0]
    kept = dict.fromkeys(alias for alias in aliases if alias and alias != name)
    return FiledName(name, tuple(kept), parent)


def _opened(text: str) -> str:
    """``X (f.k.a., Y) Z`` as ``X Z; f.k.a., Y``."""
    return _ALSO_INSIDE.sub(r"\2; \1", text)


def _without_short(name: str) -> tuple[str, tuple[str, ...]]:
    """The name without the short name in parentheses at its end, and that short name."""
    found = _TRAILING.search(name)
    if found is None:
        return name, ()
    inside, before = found.group(1).strip(), name[: found.start()].strip(" ,;")
    plain = re.sub(r"[^A-Za-z0-9]", "", inside).upper()
    if not before or len(plain) < 3 or plain in _PARTS_OF_NAMES or any(c in inside for c in ",;:") or ")," in before:
        return name, ()
    capitals = _SHORT.fullmatch(inside) is not None and sum(c.isupper() for c in inside) * 2 > len(plain)
    if capitals or inside.casefold() in before.casefold().split():
        return before, (inside,)
    return name, ()
