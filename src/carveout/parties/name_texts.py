"""The texts that a name is looked up by: its words, its words in order, its letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from anyascii import anyascii

from carveout.parties.name import Name
from carveout.parties.word import COMPANY_WORDS

_SHORT = {
    "limited": "ltd", "company": "co", "corporation": "corp", "incorporated": "inc", "private": "pvt", "and": "",
}  # fmt: skip
_SPELLED = re.compile("|".join(_SHORT))


def personal(name: Name) -> bool:
    """Whether a name of unknown kind may be a person's: no legal form, number, place or company word in it."""
    return not (name.forms or name.numbers or name.places) and COMPANY_WORDS.isdisjoint(name.core)


def text_of(name: Name) -> str:
    """What is indexed of a name: its words, places and numbers in lower-case ASCII."""
    text = " ".join((*name.core, *name.places, *name.numbers) if name.places or name.numbers else name.core)
    return text if text.isascii() else " ".join(anyascii(text).lower().split())


def texts_of(name: Name) -> list[str]:
    """The same for every reading of a name in another script."""
    if not name.variants:
        return [text_of(name)]
    return list(dict.fromkeys(text_of(replace(name, core=core)) for core in (name.core, *name.variants)))


def key_of(name: Name) -> str:
    """A name whatever the order of its words; empty for a name without any."""
    core = " ".join(sorted(name.core))
    if name.places or name.numbers:
        return f"{core}|{' '.join(sorted(name.places))}|{' '.join(sorted(name.numbers))}" if core else ""
    return f"{core}||" if core else ""


def keys_of(name: Name) -> list[str]:
    """The same for every reading of a name in another script."""
    if not name.variants:
        return [key_of(name)]
    return [key_of(name), *(key_of(replace(name, core=core)) for core in name.variants)]


def tight(text: str) -> str:
    """A normalized name without its spaces, however its legal form is spelled."""
    return _SPELLED.sub(lambda found: _SHORT[found.group()], text.replace(" ", ""))


def tightened(texts: Sequence[str]) -> list[str]:
    """The same of many texts, none of which has a line break in it."""
    return tight("\n".join(texts)).split("\n") if texts else []


def turned(text: str) -> str:
    """The words of a text in alphabetical order."""
    return " ".join(sorted(text.split()))
