"""The schema of facts, read from the TOML files beside this module.

One table a fact. The same schema reads a book, checks the literals of the law, and asks the questions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from carveout.facts.eccn import EXPECTED

FactType = Literal["text", "date", "number", "bool", "enum"]
FactKind = Literal["label", "asked", "clock", "party", "derived"]

ROLES: tuple[str, ...] = ("ultimate_consignee", "end_user", "purchaser", "intermediate_consignee", "supplier")
"""The roles a book names, in the order in which one party holding several is reported (15 CFR 748.5(c)-(f))."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its name, type, what is asked, what the term means and where the term comes from.

    ``kind`` is ``asked`` (a column of a book), ``label`` (carried, never judged), ``clock`` (the day of the
    act), ``party`` (said by screening about the party of a unit) or ``derived`` (computed by a definition in
    the law; ``suppliable`` when a person may state the conclusion instead). A text with ``eccns`` is a list of
    them (:mod:`carveout.facts.eccn`). ``asks`` names the fact that a person is asked in its place.
    """

    name: str
    type: FactType
    kind: FactKind = "asked"
    values: tuple[str, ...] = ()
    unit: str = ""
    question: str = ""
    meaning: str = ""
    citation: str = ""
    regimes: tuple[str, ...] = ()
    default: str = ""
    default_frees: bool = False
    claim: str = ""
    country: bool = False
    eccns: bool = False
    asks: str = ""
    suppliable: bool = False
    rank: int = 50

    @property
    def is_column(self) -> bool:
        """Whether a book may carry the fact as a column."""
        return self.kind in ("label", "asked") or self.suppliable

    def expected(self) -> str:
        """What a cell of this fact should hold, in words."""
        if self.country:
            return "a country as ISO 3166-1 alpha-2, for example CN"
        if self.eccns:
            return EXPECTED
        return {
            "text": "text",
            "date": "a date as YYYY-MM-DD",
            "number": "a number" + (f" ({self.unit})" if self.unit else ""),
            "bool": "true or false",
            "enum": "one of " + ", ".join(self.values),
        }[self.type]


@dataclass(frozen=True)
class Schema:
    """All facts by name, in the order in which they are written down."""

    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def __contains__(self, name: object) -> bool:
        return name in self.facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts.values())

    def get(self, name: str) -> Fact | None:
        """The fact of that name, or None."""
        return self.facts.get(name)

    @property
    def columns(self) -> tuple[Fact, ...]:
        """The facts a book may carry, in order."""
        return tuple(fact for fact in self if fact.is_column)

    def claims(self) -> dict[str, tuple[str, ...]]:
        """Claims (a savings clause, a license held): the facts that make one, the deciding fact first."""
        found: dict[str, list[str]] = {}
        for fact in self:
            if fact.claim:
                found.setdefault(fact.claim, []).append(fact.name)
        return {claim: tuple(names) for claim, names in found.items()}


def _fact(name: str, entry: Mapping[str, Any]) -> Fact:
    entry = dict(entry)
    for listed in ("values", "regimes"):
        if listed in entry:
            entry[listed] = tuple(entry[listed])
    return Fact(name=name, **entry)


def _roles(template: Mapping[str, Any], roles: Mapping[str, Mapping[str, str]]) -> Iterator[Fact]:
    """Each role has a name, a country, an address and a listing; they are described once."""
    for role, words in roles.items():
        for suffix, entry in template.items():
            name = role if suffix == "name" else f"{role}_{suffix}"
            filled = {key: value.format(**words) if isinstance(value, str) else value for key, value in entry.items()}
            if suffix == "name":
                filled |= {key: words[key] for key in ("meaning", "default", "citation") if key in words}
            yield _fact(name, filled)


@cache
def schema() -> Schema:
    """The schema of the installed package.

    Raises:
        KeyError, TypeError: a table with an unknown key (a mistake in the package, not in a book).
    """
    found: dict[str, Fact] = {}
    folder = files("carveout.facts")
    for name in ("transaction.toml", "party.toml", "derived.toml"):
        document = tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))
        roles = document.pop("roles", None)
        template = document.pop("role", None)
        made = list(_roles(template, roles)) if roles and template else []
        made += [_fact(key, entry) for key, entry in document.items()]
        found.update({fact.name: fact for fact in made})
    return Schema(MappingProxyType(found))
