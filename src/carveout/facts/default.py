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
    "removal_extended_through": ALWAYS,
}
"""The value of the deciding fact of a claim that nobody makes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A default that holds for every row, or for rows in which another fact has one of some values (None: is not known)."""

    fact: str
    value: Value
    where: str | None = None
    among: tuple[Value, ...] = ()


_CLASSES = tuple(value for value in schema()["icts_category"].values if value != "none")

STANDING: tuple[Standing, ...] = (
    Standing("actor_country", "none"),
    Standing("certification_on", ALWAYS, "certification_by", ("exporter", "listed_entity")),
    Standing("recipient_citizenship", "none", "direction", ("release",)),
    # Asked of releases; of other acts the question about diversion covers it.
    Standing(
        "recipient_acts_for_listed", FALSE, "direction",
        tuple(value for value in schema()["direction"].values if value != "release"),
    ),
    Standing("recipient_employed_by_listed", FALSE),
    Standing("us_600_series_content", "none"),
    Standing("standard_is_5g", TRUE, "standards_body", ("3GPP",)),
    # The law that asks the day of shipment ends by the day of the act as well.
    Standing("shipped_on", ALWAYS),
    # To send it on with a component that wanted a license and had none would be a violation in connection with it.
    Standing("caught_components", "none", "knowledge_of_violation", (FALSE,)),
    # No federal money, contract, program or adversary is named: none is taken to be there, and the answer says so where it
    # rests on it (docs/decisions/0006).
    *(Standing(name, "none") for name in (
        "producer_country", "adversary_nexus", "manufacturer_nexus", "vehicle_component", "authorization_sought",
        "component_type", "federal_role", "product_category",
    )),
    Standing("funds", "own"),
    *(Standing(name, FALSE) for name in ("authorization_limited", "reimbursement_recipient")),
    Standing("is_icts", TRUE, "icts_category", _CLASSES),
    Standing("is_icts", FALSE, "icts_category", (None, "none")),
    # These restrict: an exclusion, exception, approval or waiver that nobody claims is taken as not there.
    *(Standing(name, FALSE) for name in (
        "cfius_case", "industrial_security_program", "part_for_repair", "conditional_approval", "compliance_plan_approved",
        "connection_service", "low_risk_item", "agency_waiver",
    )),
    *(Standing(name, TRUE) for name in (
        "us_jurisdiction", "foreign_interest", "light_vehicle", "nexus_known", "handles_user_data",
    )),
    Standing("vehicle_authorization", "none"),
)  # fmt: skip
"""Defaults that are no claims; the answer lists each one it rests on."""

SPEAKS_OF_MAKERS = ("equipment_kind", "funds", "federal_role", "authorization_sought")
"""A row that gives one of these asks about makers, and takes no default for an empty producer."""

SPEAKS_OF_ICTS = ("adversary_nexus", "us_persons_reached", "is_icts")
"""A row that gives one of these asks about the supply chain of technology, and takes no default for an empty category."""


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
    for default in STANDING:
        applies = default.where is None or filled.get(default.where) in default.among
        if applies and default.fact not in filled and default.fact not in row.stated_unknown:
            filled[default.fact] = default.value
            assumed.add(default.fact)
    return Filled(filled, frozenset(assumed))
