"""What a name may mean: the listed names found for it, by their rows in the index."""

from __future__ import annotations

from typing import NamedTuple

from carveout.parties.settings import Kind


class Match(NamedTuple):
    """A listed name (its row in the index) that a query may mean; tier, likeness, whether it matches, strength."""

    row: int
    tier: str
    value: float
    match: bool
    strength: float


class Found(NamedTuple):
    """What a name may mean, and the kind of party it is said or seems to be."""

    kind: Kind
    matches: tuple[Match, ...]
