"""Which members of a graph of owners are listed on a day, by screening their names against the entries of a view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from carveout.facts.value import Span
from carveout.law.condition import Like, leaves
from carveout.law.entry import EntryView
from carveout.law.owners import BEARING
from carveout.law.view import View
from carveout.parties.holding import Member
from carveout.parties.matcher import matcher_of

DESIGNATED = "ear/744.8/sdn"
"""The provision that names the sanctions programs whose designated nationals count."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The entries a member surely is, and those it may be; ``why`` where that is in doubt."""

    sure: tuple[EntryView, ...] = ()
    perhaps: tuple[EntryView, ...] = ()
    why: str = ""
    unreadable: bool = False

    @property
    def may_be(self) -> bool:
        """Whether the member is, or may be, listed."""
        return bool(self.sure or self.perhaps or self.unreadable)


NOT_LISTED = Listed()


def programs_named(view: View, day: date) -> frozenset[str]:
    """The tags of the sanctions programs that 744.8 names on a day, as the law held here has them."""
    provision = view.provisions.get(DESIGNATED)
    stretch = provision.at(day) if provision is not None else None
    trees = [
        tree
        for reading in (stretch.readings if stretch else ())
        if reading is not None
        for condition in reading.text.conditions
        for tree in condition.readings
    ]
    patterns = (leaf.pattern for tree in trees for leaf in leaves(tree) if isinstance(leaf, Like))
    return frozenset(pattern.strip("%")[1:-1] for pattern in patterns if pattern.startswith("%["))


def bears(entry: EntryView, day: date, programs: frozenset[str]) -> bool | None:
    """Whether an entry makes its party one whose shares count on a day; None where that is in doubt."""
    if entry.list not in BEARING or not entry.may_be_listed(day):
        return False
    first = entry.listed_from.high if isinstance(entry.listed_from, Span) else entry.listed_from
    sure = isinstance(first, date) and first <= day <= (entry.firm_through or entry.listed_through)
    if entry.list == "SDN":
        own = {tag.strip() for said in entry.programs for tag in said.split(";")} - {""}
        if own and not own & programs:
            return False
        sure = sure and bool(own & programs)
    return True if sure else None


def screen_members(members: Iterable[Member], view: View, day: date) -> list[Listed]:
    """What screening says of each member, in order. An exact name is a listing; a possible match may be one."""
    matcher, programs = matcher_of(view), programs_named(view, day)
    members = list(members)
    matcher.prefetch([member.name for member in members])
    found = []
    for member in members:
        match = matcher.find(member.name, member.country or None)
        if match.sort in ("none", "related") and not match.candidates:
            found.append(NOT_LISTED)
            continue
        if match.sort == "unknown" and not match.candidates:
            found.append(Listed(why=match.why, unreadable=True))
            continue
        sure: list[EntryView] = []
        perhaps: list[EntryView] = []
        for entry in match.candidates if match.sort in ("exact", "possible", "unknown") else ():
            bearing = bears(entry, day, programs)
            if bearing is False:
                continue
            firm = bearing is True and match.sort == "exact" and entry.id not in match.doubtful
            (sure if firm else perhaps).append(entry)
        found.append(Listed(tuple(sure), tuple(perhaps), match.why if perhaps else ""))
    return found


__all__ = ["NOT_LISTED", "Listed", "bears", "programs_named", "screen_members"]
