"""What is known of who owns a party: the share of listed parties in it, and which these are (Supp. 8 to part 744).

It is stated in a row, or worked out from a file of shareholdings before the row is decided. Where nobody looked it is unknown,
and costs nothing on days on which no rule asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from carveout.facts.value import NEVER, Span, Value
from carveout.law.entry import EntryView
from carveout.law.evidence import Evidence

OWNED = ("owned", "joint_venture")
"""States in which listed parties together hold 50 percent or more."""

TIED = (*OWNED, "share_unknown", "branch")
"""States in which the dates of the owners count."""

BEARING: Mapping[str, str] = MappingProxyType({"EL": "listed", "MEU": "military", "SDN": "sdn"})
"""The lists whose parties count as owners -> the word in the facts (``party_owner_listed_from``); the Unverified List does not."""

OWNER_DATES = (
    *(f"party_owner_{word}_{end}" for word in BEARING.values() for end in ("from", "through")),
    "party_owner_footnote1_from",
)
OWNER_TEXTS = ("party_owner_sdn_programs", "party_owner_military_country")

OF_OWNERS = frozenset({"party_ownership", "party_tie", "party_owner_group", *OWNER_DATES, *OWNER_TEXTS})
"""The facts of a party that tell of its owners."""

_NOBODY: Mapping[str, Value] = MappingProxyType(
    {**dict.fromkeys(OWNER_DATES, NEVER), **dict.fromkeys(OWNER_TEXTS, "none"), "party_owner_group": "none"}
)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns a party.

    ``state`` is a value of the fact ``<role>_ownership``, None where it is not known; ``owners`` the entries of the listed
    owners, empty where nobody says which they are. ``ask`` are the facts that would tell, ``assumed`` those that were stated.
    """

    state: str | None = None
    owners: tuple[EntryView, ...] = ()
    ask: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def evidence(self) -> Evidence:
        """The weakest evidence for the listings of the owners."""
        return max((owner.evidence for owner in self.owners), default=Evidence.primary)

    @property
    def counts(self) -> bool:
        """Whether anything is known that sets the party apart from one that nobody looked into."""
        return self.state is not None

    def facts(self) -> dict[str, Value]:
        """The facts about ownership that conditions ask about.

        ``party_tie`` says what stays true of the party when no rule on ownership is in force: nothing, unless somebody
        stated it.
        """
        tie = "none"
        if self.state == "branch":
            tie = "branch"
        elif self.state in OWNED and any(owner.list == "SDN" for owner in self.owners):
            tie = "designated_owner"
        found: dict[str, Value] = {"party_ownership": self.state, "party_tie": tie}
        if self.state is None or (self.state in TIED and not self.owners):
            return {**found, **dict.fromkeys(_NOBODY)}
        found |= _NOBODY
        if self.state == "none":
            return found
        for code, word in BEARING.items():
            owners = [owner for owner in self.owners if owner.list == code]
            if not owners:
                continue
            found[f"party_owner_{word}_from"] = _between([owner.listed_from for owner in owners])
            found[f"party_owner_{word}_through"] = _between([owner.through for owner in owners])
            if word == "listed":
                # The most restrictive owner counts: one that carries the footnote is enough.
                found["party_owner_footnote1_from"] = _earliest([owner.footnote1_from for owner in owners])
                groups = {owner.group for owner in owners}
                found["party_owner_group"] = groups.pop() if len(groups) == 1 else None
            elif word == "sdn":
                found["party_owner_sdn_programs"] = _tags(owners)
            else:
                found["party_owner_military_country"] = _country(owners)
        return found


NOT_LOOKED_INTO = Ownership()
"""Nobody looked, and nobody can be asked: the party is not named."""


def _ends(value: date | Span) -> tuple[date, date]:
    low, high = (value.low, value.high) if isinstance(value, Span) else (value, value)
    assert isinstance(low, date)
    assert isinstance(high, date)
    return low, high


def _between(values: Sequence[date | Span]) -> Value:
    """The span over several days: owners that are not listed at the same time leave it open whether those that are suffice."""
    lows, highs = zip(*map(_ends, values), strict=True)
    low, high = min(lows), max(highs)
    return low if low == high else Span(low, high)


def _earliest(values: Sequence[date | Span]) -> Value:
    lows, highs = zip(*map(_ends, values), strict=True)
    low, high = min(lows), min(highs)
    return low if low == high else Span(low, high)


def _tags(owners: Sequence[EntryView]) -> str | None:
    """All programs of the owners as tags; unknown where those of one are not held."""
    found: set[str] = set()
    for owner in owners:
        programs = {tag.strip() for said in owner.programs for tag in said.split(";")} - {""}
        if not programs:
            return None
        found |= programs
    return "".join(f"[{program}]" for program in sorted(found))


def _country(owners: Sequence[EntryView]) -> str | None:
    countries = {owner.places for owner in owners}
    only = countries.pop() if len(countries) == 1 else ()
    return only[0] if len(only) == 1 else None


__all__ = ["BEARING", "NOT_LOOKED_INTO", "OF_OWNERS", "OWNED", "OWNER_DATES", "OWNER_TEXTS", "TIED", "Ownership"]
