"""Names made comparable: Unicode, case, punctuation, legal forms.

``VERSION`` names the rules below; a change of rules is a new version, because stored matches rest on it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

VERSION = "1"

_FORMS = {
    "limited": "ltd", "company": "co", "corporation": "corp", "incorporated": "inc", "private": "pvt",
    "sarl": "sarl", "gmbh": "gmbh", "and": "",
}  # fmt: skip
_LEGAL = frozenset(
    [
        "ltd",
        "co",
        "corp",
        "inc",
        "pvt",
        "pte",
        "pty",
        "llc",
        "plc",
        "sa",
        "srl",
        "sarl",
        "spa",
        "gmbh",
        "ag",
        "nv",
        "bv",
        "kk",
        "ltda",
        "sasu",
        "as",
        "ab",
        "oy",
        "ua",
        "pt",
        "the",
    ]
)


@lru_cache(maxsize=65536)
def normalize(name: str) -> str:
    """Lower case, marks and punctuation gone, legal forms in one spelling; word order kept."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    plain = re.sub(r"['’`´]", "", plain)
    plain = re.sub(r"\b((?:\w\.)+\w?)(?=\W|$)", lambda m: m.group(1).replace(".", ""), plain)
    words = re.sub(r"[^\w]+", " ", plain).replace("_", " ").split()
    return " ".join(w for w in (_FORMS.get(word, word) for word in words) if w)


@lru_cache(maxsize=65536)
def bare(name: str) -> str:
    """The normalized name without its legal forms."""
    return " ".join(word for word in normalize(name).split() if word not in _LEGAL)


def readable(name: str) -> bool:
    """Whether the name is in a script the held names are written in (Latin); others cannot be screened."""
    letters = [c for c in name if c.isalpha()]
    return bool(letters) and all("LATIN" in unicodedata.name(c, "") for c in letters)
