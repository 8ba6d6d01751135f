"""Names of listed parties that no transliteration reaches: curated by us, dated, each with its source and evidence.

北京航空航天大学 is on the list as Beihang, 海康威视 as Hikvision. The tables are ``aliases/*.toml``, one ``[[party]]`` a listed
party (which several lists may have under several names) with its ``aliases``. Nothing here is taken from a list: a name that
a list prints itself needs no entry, so no evidence is ever ``primary``. ``secondary`` means that we read a page with both
names; ``inferred`` that the name is common knowledge which we did not look up. A ``weak`` alias is a short brand or a common
word: equal to it is a possible match and never a sure one. An alias that two parties share says so in its note.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from carveout.law.evidence import Evidence
from carveout.parties.chinese import simplified
from carveout.parties.name import normalize
from carveout.parties.rendering import script_of

SCRIPTS = {"han": "chinese", "hangul": "korean", "kana": "japanese"}


class AliasError(ValueError):
    """A table of aliases says something it may not; names the file, the alias and what was expected."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a listed party.

    ``name``, ``list`` and ``country`` are those of the list entry (``country`` ISO 3166-1 alpha-2, empty where the list
    gives none); ``alias`` the name in its own script; ``language`` ISO 639-1; ``since`` the first day of a later name,
    None where it is not held; ``note`` what a reviewer should know.
    """

    name: str
    list: str
    country: str
    alias: str
    language: str
    script: str
    since: date | None
    evidence: Evidence
    source: str
    note: str
    weak: bool


_PARTY = {"listed", "source", "aliases"}
_ALIAS = {"alias", "language", "from", "evidence", "source", "note", "weak"}


def _read(file: str, text: str) -> Iterator[Alias]:
    document = tomllib.loads(text)
    for party in document.get("party", ()):
        if not set(party) <= _PARTY or not party.get("listed"):
            raise AliasError(f"{file}: a party has {sorted(party)}, expected {sorted(_PARTY)}")
        for item in party["aliases"]:
            yield from _aliases(file, document["language"], party, item)


def _aliases(file: str, language: str, party: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[Alias]:
    """One alias for every list that has the party."""
    if not set(item) <= _ALIAS or not item.get("alias"):
        raise AliasError(f"{file}: an alias has {sorted(item)}, expected {sorted(_ALIAS)}")
    script = script_of(item["alias"])
    evidence = Evidence[item.get("evidence", "inferred")]
    if script == "latin" or evidence is Evidence.primary:
        raise AliasError(f"{file}: {item['alias']!r} is Latin or primary; an alias is in another script and ours")
    for entry in party["listed"]:
        yield Alias(
            name=entry["name"],
            list=entry["list"],
            country=entry["country"],
            alias=item["alias"],
            language=item.get("language", language),
            script=SCRIPTS.get(script, script),
            since=item.get("from"),
            evidence=evidence,
            source=item.get("source", party["source"]),
            note=item.get("note", ""),
            weak=item.get("weak", False),
        )


@lru_cache(maxsize=1)
def aliases() -> tuple[Alias, ...]:
    """All curated aliases, by file and in its order. Raises ``AliasError`` for a table that is wrong."""
    folder = files("carveout.parties") / "aliases"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return tuple(alias for item in found for alias in _read(item.name, item.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _by_party() -> Mapping[tuple[str, str], tuple[Alias, ...]]:
    held: dict[tuple[str, str], list[Alias]] = {}
    for alias in aliases():
        held.setdefault((normalize(alias.name), alias.country), []).append(alias)
    return {key: tuple(found) for key, found in held.items()}


def aliases_of(name: str, country: str | None) -> tuple[Alias, ...]:
    """The aliases of the party that a list has under this name, in this country; of any country for None."""
    key = normalize(name)
    if country is not None:
        return _by_party().get((key, country), ())
    return tuple(alias for (held, _), found in _by_party().items() if held == key for alias in found)


def alias_key(text: str) -> str:
    """What two spellings of one alias share: width, case, spaces, quotation marks and traditional characters aside."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return simplified(re.sub(r"[\s\u200c\u200d«»“”„\"'‘’()\[\]()·.,،-]+", "", plain).replace("ё", "е"))


@lru_cache(maxsize=1)
def _by_key() -> Mapping[str, tuple[Alias, ...]]:
    held: dict[str, list[Alias]] = {}
    for alias in aliases():
        held.setdefault(alias_key(alias.alias), []).append(alias)
    return {key: tuple(found) for key, found in held.items()}


def parties_called(text: str) -> tuple[Alias, ...]:
    """The aliases that are this text, of every party that bears it: several are several possible parties."""
    return _by_key().get(alias_key(text), ())
