"""The owner of the design, screened like a party: since when its entry carries footnote 1.

The direct product rule of May 2020 asks whose design an item is (85 FR 29849). The owner is no party to the act, so it makes
no unit of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from carveout.facts.row import Party
from carveout.facts.value import NEVER, Value
from carveout.law.view import View
from carveout.parties.screening import screen_party

OWNER = "design_owner"
FOOTNOTE = "design_owner_footnote1_from"


@dataclass(frozen=True, slots=True)
class Design:
    """Since when the owner carries footnote 1 (None: unknown), whether that rests on lists that are not held complete,
    and what to be careful about.
    """

    footnote1_from: Value
    assumed: bool = False
    cautions: tuple[str, ...] = ()


UNSTATED = Design(None)


@lru_cache(maxsize=65536)
def design_of(owner: str | None, view: View, *, strict: bool) -> Design:
    """What screening says of the owner of a design; ``none`` is nobody of interest, None was not stated."""
    if owner is None:
        return UNSTATED
    if owner.casefold() == "none":
        return Design(NEVER)
    # Whoever designs is screened like a supplier: it receives nothing. Found on no list, it always rests on the lists as held,
    # for a design is older than the act, and so are the listings that count.
    found = screen_party(Party("supplier", owner), view, False, strict=strict)
    if len(found.involved) != 1:
        return UNSTATED
    one = found.involved[0]
    cautions = tuple(f"{OWNER}: {caution}" for caution in found.cautions)
    return Design(one.facts()["party_footnote1_from"], one.match == "none" and bool(found.assumed), cautions)


__all__ = ["FOOTNOTE", "OWNER", "UNSTATED", "Design", "design_of"]
