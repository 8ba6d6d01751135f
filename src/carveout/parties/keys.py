"""Identifiers and addresses as keys: equal where they mean the same, empty where they tell nobody apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


def identifier(raw: str) -> str:
    """An identifier in capitals without punctuation; empty where fewer than five letters and digits are left."""
    kept = "".join(letter for letter in raw.upper() if letter.isalnum())
    return kept if len(kept) > 4 else ""


def address(raw: str) -> str:
    """An address as its different words in order; empty without a number and three words more, which a mere city is."""
    words = sorted(set(_WORD.findall(raw.casefold())))
    return " ".join(words) if len(words) > 3 and any(letter.isdigit() for letter in raw) else ""


def filed(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """What has each key; empty keys file nothing."""
    found: dict[str, list[int]] = {}
    for key, at in pairs:
        if key:
            found.setdefault(key, []).append(at)
    return found
