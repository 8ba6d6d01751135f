"""A party as a list holds it: its names, countries, identifiers and addresses."""

from __future__ import annotations

from dataclasses import dataclass

from carveout.parties.settings import Kind


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed party. ``names`` begins with the listed name, aliases follow; countries are ISO 3166-1 alpha-2."""

    entry: str
    list: str
    names: tuple[str, ...]
    countries: tuple[str, ...] = ()
    kind: Kind = "any"
    identifiers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
