"""Who is involved in a row: the parties in their roles, and what screening found about each.

This is what the parties room hands to the decide room; neither imports the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from carveout.facts.value import NEVER, Span, Value
from carveout.law.entry import EntryView
from carveout.law.evidence import Evidence
from carveout.law.owners import NOT_LOOKED_INTO, OWNER_DATES, OWNER_TEXTS, Ownership

Match = Literal["exact", "stated", "possible", "none", "unknown"]

MEANING: Mapping[str, str] = MappingProxyType(
    {"EL": "listed", "DPL": "denied", "MEU": "military", "UVL": "unverified", "SDN": "sdn"}
)
"""List -> the word in the facts that its entries set (``party_listed_from``, ``party_denied_from``, ...)."""

OTHER = "other_list"
"""The same word for every list that neither has a meaning of its own nor is known to have none."""

NO_EFFECT: Mapping[str, str] = MappingProxyType(
    {
        "FCC": "producers named by the Covered List, 47 CFR 1.50002, and by section 889",
        "CMIC": "Non-SDN Chinese Military-Industrial Complex Companies List, 31 CFR part 586",
        "MBS": "Non-SDN Menu-Based Sanctions List, 31 CFR chapter V",
        "SSI": "Sectoral Sanctions Identifications List, 31 CFR part 589",
    }
)
"""Lists of other regimes that have no effect under the EAR (they limit securities, debt, or services): list -> title."""

WORDS = (*MEANING.values(), OTHER)
PARTY_DATES = (
    *(f"party_{word}_{end}" for word in WORDS for end in ("from", "through")),
    "party_footnote1_from",
    "party_footnote2_from",
    *OWNER_DATES,
)
"""The facts of a party that are days."""
PARTY_TEXTS = ("party_sdn_programs", "party_military_country", *OWNER_TEXTS)
"""The facts of a party that are texts: ``none`` where the party is not on the list they belong to."""

_NOT_LISTED: Mapping[str, Value] = MappingProxyType(
    {
        **{name: NEVER for name in PARTY_DATES if name not in OWNER_DATES},
        **{name: "none" for name in PARTY_TEXTS if name not in OWNER_TEXTS},
        "party_group": "none",
    }
)
_UNKNOWN: Mapping[str, Value] = MappingProxyType(dict.fromkeys(_NOT_LISTED))


@dataclass(frozen=True, slots=True)
class Involvement:
    """One party of a row, in all the roles it holds.

    ``match`` is exact or stated (it is the entry), possible (it may be), none (not on the lists as held) or
    unknown (nobody is named, or the name cannot be screened). Entries of several lists may be among the ``candidates``:
    the party is on each of these lists, save that ``doubtful`` (ids) are entries which it may or may not be although it
    is others. ``ask`` names the facts that would settle it, ``assumed`` those whose default or supplied conclusion it
    rests on. ``ownership`` is what is known of who owns it.
    """

    roles: tuple[str, ...]
    name: str
    match: Match
    candidates: tuple[EntryView, ...] = ()
    ask: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    why: str = ""
    doubtful: frozenset[str] = frozenset()
    ownership: Ownership = NOT_LOOKED_INTO

    @property
    def entry(self) -> EntryView | None:
        """The entry it is, or may be (the first of several)."""
        return self.candidates[0] if self.candidates else None

    @property
    def evidence(self) -> Evidence:
        """The weakest evidence for the listings that the law looks at, those of owners among them."""
        own = (c.evidence for c in self.candidates if c.list not in NO_EFFECT)
        return max(max(own, default=Evidence.primary), self.ownership.evidence)

    def facts(self) -> dict[str, Value]:
        """The party facts that the conditions of the law ask about.

        A day is a span where it is in doubt: between the candidates of one list, or up to never where the party may not
        be on the list at all.
        """
        if self.match == "unknown":
            return {"party_role": self.roles[0] if self.roles else None, **_UNKNOWN, **self.ownership.facts()}
        found: dict[str, Value] = {
            "party_role": self.roles[0] if self.roles else "none", **_NOT_LISTED, **self.ownership.facts()
        }  # fmt: skip
        held: dict[str, list[EntryView]] = {}
        for candidate in self.candidates if self.match != "none" else ():
            if candidate.list not in NO_EFFECT:
                held.setdefault(MEANING.get(candidate.list, OTHER), []).append(candidate)
        sure = self.match in ("exact", "stated")
        for word, entries in held.items():
            firm = sure and not self.doubtful.issuperset(entry.id for entry in entries)
            found[f"party_{word}_from"] = _hull([entry.listed_from for entry in entries], firm)
            found[f"party_{word}_through"] = _hull([entry.through for entry in entries], True)
            if word == "listed":
                found["party_footnote1_from"] = _hull([entry.footnote1_from for entry in entries], firm)
                found["party_footnote2_from"] = _hull([entry.footnote2_from for entry in entries], firm)
                found["party_group"] = _one([entry.group for entry in entries])
            elif word == "sdn":
                found["party_sdn_programs"] = _one([_tags(entry) for entry in entries])
            elif word == "military":
                found["party_military_country"] = _one([_country(entry) for entry in entries])
        return found


def _hull(values: Sequence[date | Span], firm: bool) -> Value:
    """The span over several days; up to never when the party may not be the entry at all."""
    lows = [v.low if isinstance(v, Span) else v for v in values]
    highs = [v.high if isinstance(v, Span) else v for v in values]
    low = min(d for d in lows if isinstance(d, date))
    high = max(d for d in highs if isinstance(d, date)) if firm else NEVER
    return low if low == high else Span(low, high)


def _one(values: Sequence[str | None]) -> str | None:
    """What all entries say alike; else unknown."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def _tags(entry: EntryView) -> str | None:
    """The programs of an entry as tags, ``[SDGT][IFSR]``; unknown where none is held."""
    programs = {tag.strip() for said in entry.programs for tag in said.split(";")} - {""}
    return "".join(f"[{program}]" for program in sorted(programs)) or None


def _country(entry: EntryView) -> str | None:
    """The country of an entry, where there is one."""
    return entry.places[0] if len(entry.places) == 1 else None
