"""Whether a part counts: would it, by itself, need a license to this destination on this day?

Only requirements by classification and country count; those of part 744 (end-users and end uses, the Entity List among
them) do not (15 CFR 734.4; Supp. 2 to part 734). In this order: what the line states; an X in imported tables; EAR99;
anti-terrorism controls alone; else it is not known, and the part counts from nothing to all of its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from carveout.facts.country import country_name
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.law.group import GroupHistory
from carveout.origin.bill import PartClass
from carveout.origin.ear_tables import EarTables
from carveout.origin.eccn import read_eccn
from carveout.origin.requirement import is_at_only, required

GROUP = "E"
"""The set of the law that holds Country Group E, both columns."""

WIDER = {"RU": date(2022, 2, 24), "BY": date(2022, 3, 2)}
"""Destinations toward which whole parts of the list, and some EAR99 items, need a license by part 746 since a day.

The text of 746.5 and 746.8 was not seen here, and what they except from de minimis neither: recollection only. So toward
these destinations what is EAR99 or controlled for anti-terrorism reasons only may count.
"""

NO_EMBARGO = frozenset({"SD"})
"""Members of Country Group E at some time that were under no embargo of all items then (Sudan since October 2017; recollection)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether a part counts as controlled US content, why, and what would settle it where it is not known."""

    truth: Truth
    why: str
    ask: str = ""


@dataclass(frozen=True)
class Destination:
    """Where the item goes on which day, with the sets of the law and the tables that hold for that day, if any."""

    country: str
    on: date
    groups: Mapping[str, GroupHistory]
    tables: EarTables | None = None

    def within(self, group: str) -> Truth:
        """Whether the destination is in a dated set of the law."""
        return self.groups[group].contains(self.country, self.on)

    @property
    def name(self) -> str:
        """The destination in words."""
        return country_name(self.country)


def counted(part: PartClass, to: Destination) -> Counted:
    """Whether a part counts toward the controlled US content of an item for a destination."""
    if part.how == "separate":
        # US software is never de minimis on its own: it stays subject to the EAR, and is no content.
        return Counted(
            FALSE, "shipped separately: no content of the item; of US origin it is subject to the EAR itself"
        )
    if part.origin == "foreign":
        return Counted(FALSE, "not of US origin")
    control = _controlled(part, to)
    if part.origin == "us":
        return control
    if control.truth == FALSE:
        return Counted(FALSE, f"origin not known, but {control.why}")
    ask = "; ".join(filter(None, ("origin", control.ask)))
    return Counted(UNKNOWN, f"origin not known; if of US origin: {control.why}", ask)


def _controlled(part: PartClass, to: Destination) -> Counted:
    """Whether US content of that classification needs a license to the destination."""
    if part.controlled == TRUE:
        return Counted(TRUE, f"stated: needs a license to {to.name}")
    if part.controlled == FALSE:
        return Counted(FALSE, f"stated: needs no license to {to.name}")
    if not part.eccn:
        if to.within(GROUP) == TRUE and to.country not in NO_EMBARGO:
            return Counted(TRUE, f"whatever its classification: {to.name} is in Country Group E, embargoed (part 746)")
        return Counted(UNKNOWN, "classification not known", "eccn")
    if part.eccn == "EAR99":
        return _ear99(to)
    shown = required(to.tables, part.eccn, to.country) if to.tables else None
    if shown is not None and to.tables is not None:
        return Counted(TRUE, f"{part.eccn}: X under {', '.join(shown.columns)} for {to.name} ({to.tables.citation})")
    if part.reasons == "AT":
        return _at_only(part, to, "stated")
    if not part.reasons and to.tables is not None and is_at_only(to.tables, part.eccn):
        return _at_only(part, to, str(to.tables.issued))
    if read_eccn(part.eccn) is None:
        return Counted(UNKNOWN, f"{part.eccn} is no classification", "eccn")
    within = to.within(GROUP)
    if within == TRUE and to.country not in NO_EMBARGO:
        return Counted(
            TRUE, f"{part.eccn}: on the Commerce Control List, and {to.name} is in Country Group E (part 746)"
        )
    why = f"{part.eccn}: whether it needs a license to {to.name} is not stated"
    return Counted(UNKNOWN, f"{why}{', and the tables do not show it' if to.tables else ''}", "controlled")


def _ear99(to: Destination) -> Counted:
    within = to.within(GROUP)
    if within == TRUE and to.country not in NO_EMBARGO:
        return Counted(TRUE, f"EAR99, and {to.name} is in Country Group E: embargoed, all items (part 746)")
    return _open(to, within, "EAR99: no license by classification", "EAR99")


def _at_only(part: PartClass, to: Destination, source: str) -> Counted:
    within = to.within(GROUP)
    if within == TRUE:
        return Counted(TRUE, f"{part.eccn}: anti-terrorism controls ({source}), and {to.name} is in Country Group E")
    return _open(to, within, f"{part.eccn}: anti-terrorism controls only ({source}), none toward {to.name}", part.eccn)


def _open(to: Destination, within: Truth, why: str, what: str) -> Counted:
    """Not controlled, except where the group is in doubt or part 746 may reach further than it."""
    since = WIDER.get(to.country)
    if within == UNKNOWN or (within == TRUE and to.country in NO_EMBARGO):
        return Counted(UNKNOWN, f"{what}: whether {to.name} restricts it on that day is in doubt", "controlled")
    if since is not None and to.on >= since:
        return Counted(UNKNOWN, f"{what}: part 746 may ask for a license to {to.name} since {since}", "controlled")
    return Counted(FALSE, why)
