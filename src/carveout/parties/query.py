"""Who is asked about: a name, and what else is known of the party."""

from __future__ import annotations

from dataclasses import dataclass

from carveout.parties.settings import Kind


@dataclass(frozen=True, slots=True)
class Query:
    """A party to be screened. ``country`` is ISO 3166-1 alpha-2, ``kind`` ``any`` where it is not known."""

    name: str
    country: str | None = None
    kind: Kind = "any"
    identifiers: tuple[str, ...] = ()
    address: str = ""
