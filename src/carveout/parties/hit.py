"""A listed party that a query may mean, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from carveout.parties.listed import Listed

TIERS = ("identifier", "exact", "core", "search", "related", "address")
"""How a hit was found, from the surest to a mere question."""


def _nothing() -> tuple[str, ...]:
    return ()


@dataclass(slots=True, unsafe_hash=True)
class Hit:
    """A listed party that a query may mean.

    ``name`` is the listed name or ``alias`` that matched, ``score`` how alike the names are (0 to 1), ``alert`` whether
    that suffices to stop the row, ``strength`` the order in which a reviewer should look (0 to 1; country and kind
    weigh in it, never in ``alert``). ``why`` is computed when it is asked for. Nothing changes a hit once it is made; it is
    not frozen because that makes the making of one three times as long.
    """

    party: Listed
    name: str
    alias: bool
    tier: str
    score: float
    alert: bool
    strength: float
    explain: Callable[[], tuple[str, ...]] = field(default=_nothing, compare=False, repr=False)

    @property
    def why(self) -> tuple[str, ...]:
        """What speaks for and against the party, in sentences; for related parties and addresses, what to ask."""
        return self.explain()
