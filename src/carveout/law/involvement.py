"""Who is involved in a row: the parties in their roles, and what screening found about each.

This is what the parties room hands to the decide room; neither imports the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from carveout.facts.value import NEVER, Span, Value
from carveout.law.entry import EntryView
from carveout.law.evidence import Evidence

Match = Literal["exact", "stated", "possible", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Involvement:
    """One party of a row, in all the roles it holds.

    ``match`` is exact or stated (it is the entry), possible (it may be), none (not on the lists as held) or
    unknown (nobody is named, or the name cannot be screened). ``ask`` names the facts that would settle it,
    ``assumed`` those whose default or supplied conclusion it rests on.
    """

    roles: tuple[str, ...]
    name: str
    match: Match
    candidates: tuple[EntryView, ...] = ()
    ask: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    why: str = ""

    @property
    def entry(self) -> EntryView | None:
        """The entry it is, or may be (the first of several)."""
        return self.candidates[0] if self.candidates else None

    @property
    def evidence(self) -> Evidence:
        """The weakest evidence for the listing it is matched to."""
        return max((candidate.evidence for candidate in self.candidates), default=Evidence.primary)

    def facts(self) -> dict[str, Value]:
        """The party facts that the conditions of the law ask about."""
        role = self.roles[0] if self.roles else None if self.match == "unknown" else "none"
        if self.match == "unknown":
            names = ("party_listed_from", "party_listed_through", "party_group", "party_footnote1_from",
                     "party_footnote2_from")  # fmt: skip
            return {"party_role": role, **dict.fromkeys(names)}
        if self.match == "none":
            return {
                "party_role": role, "party_listed_from": NEVER, "party_listed_through": NEVER, "party_group": "none",
                "party_footnote1_from": NEVER, "party_footnote2_from": NEVER,
            }  # fmt: skip
        firm = self.match in ("exact", "stated")
        groups = {candidate.group for candidate in self.candidates}
        return {
            "party_role": role,
            "party_listed_from": _hull([c.listed_from for c in self.candidates], firm),
            "party_listed_through": _hull([c.through for c in self.candidates], True),
            "party_group": groups.pop() if len(groups) == 1 else None,
            "party_footnote1_from": _hull([c.footnote1_from for c in self.candidates], firm),
            "party_footnote2_from": _hull([c.footnote2_from for c in self.candidates], firm),
        }


def _hull(values: list[date | Span], firm: bool) -> Value:
    """The span over several days; up to never when the party may not be the entry at all."""
    lows = [v.low if isinstance(v, Span) else v for v in values]
    highs = [v.high if isinstance(v, Span) else v for v in values]
    low = min(d for d in lows if isinstance(d, date))
    high = max(d for d in highs if isinstance(d, date)) if firm else NEVER
    return low if low == high else Span(low, high)
