"""The documented defaults of empty facts: what is assumed, and how to take it back.

A default never frees, except for parties nobody named and for the day of a certification that somebody made;
each one an answer rests on is listed in it. Strict reading turns them all off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carveout.facts.row import Row
from carveout.facts.schema import Schema, schema
from carveout.facts.value import ALWAYS, FALSE, NEVER, TRUE, Value

NOT_CLAIMED: Mapping[str, Value] = {
    "order_on": NEVER,
    "license_no": "none",
    "fundamental_research": FALSE,
    "other_authorization": "none",
}
"""The value of the deciding fact of a claim that nobody makes."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Facts after defaults; ``assumed`` names each fact a default filled."""

    facts: Mapping[str, Value]
    assumed: frozenset[str] = frozenset()


def fill(row: Row, *, strict: bool = False, facts: Schema | None = None) -> Filled:
    """The facts of a row with the documented defaults in place (roles are filled by screening).

    A claim (savings clause, license, research, other authorization) is taken as not made when none of its facts
    is given; when one is, the others are unknown. A cell that says ``unknown`` takes no default.
    """
    known = facts or schema()
    filled = dict(row.facts)
    if strict:
        return Filled(filled)
    assumed: set[str] = set()
    for names in known.claims().values():
        if not any(name in filled or name in row.stated_unknown for name in names):
            filled[names[0]] = NOT_CLAIMED[names[0]]
            assumed.add(names[0])
    for name, value in _others(row, filled):
        if name not in filled and name not in row.stated_unknown:
            filled[name] = value
            assumed.add(name)
    return Filled(filled, frozenset(assumed))


def _others(row: Row, filled: Mapping[str, Value]) -> list[tuple[str, Value]]:
    found: list[tuple[str, Value]] = [("actor_country", "none")]
    if filled.get("certification_by") in ("exporter", "listed_entity"):
        found.append(("certification_on", ALWAYS))
    if filled.get("direction") == "release":
        found.append(("recipient_citizenship", "none"))
    elif filled.get("direction") is not None:
        # Asked of releases; of other acts the question about diversion covers it.
        found.append(("recipient_acts_for_listed", FALSE))
    if filled.get("standards_body") == "3GPP":
        found.append(("standard_is_5g", TRUE))
    return found
