"""The ownership stage: who in a file of shareholdings is owned 50 percent or more by listed parties on a day, as far as can be proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np

from carveout.facts.value import TRUE
from carveout.law.entry import EntryView
from carveout.law.view import View
from carveout.parties.fifty_percent import NEVER_JOINED, Closure, Flags, Seeds, lower_run, upper_run
from carveout.parties.holding import PART, HoldingError, Member, Share, Shareholdings
from carveout.parties.listed_members import Listed, screen_members
from carveout.parties.owner_graph import OwnerGraph, graph_on
from carveout.parties.settling import MOST_PARTIES, Above, Point, settling

SETTLED = 500
"""Undetermined parties of a file up to which each is told what would settle it; of more, one by one on request."""

Answer = Literal["listed", "covered", "not_covered", "undetermined"]


@dataclass(frozen=True, slots=True)
class Step:
    """One holding on the way from a listed owner down to a party: both names, and the share."""

    owner: str
    owned: str
    share: Share


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be proved of one party.

    ``state`` is the value of the fact ``<role>_ownership``, None where nothing is proved; ``owners`` the entries of the listed
    owners behind it, ``perhaps`` those that a name may be. ``path`` leads from a listed owner to the party, ``decisive`` are the
    holdings of the party that were counted, ``settles`` sentences on what would decide, ``why`` one on what it rests on.
    """

    member: Member
    answer: Answer
    state: str | None
    listed: Listed
    owners: tuple[EntryView, ...] = ()
    perhaps: tuple[EntryView, ...] = ()
    path: tuple[Step, ...] = ()
    decisive: tuple[Step, ...] = ()
    settles: tuple[str, ...] = ()
    why: str = ""


class Judged:
    """A file of shareholdings judged for a day.

    ``complete`` says that the file names every owner: nobody else holds anything. Else a company may have owners nobody names.
    """

    def __init__(self, found: Shareholdings, view: View, day: date, *, complete: bool = False) -> None:
        self.found, self.view, self.day, self.complete = found, view, day, complete
        self.graph: OwnerGraph = graph_on(found, day)
        self.listed = screen_members(self.graph.members, view, day)
        members, count = self.graph.members, len(self.graph.members)
        sure = _flags(count, (bool(one.sure) for one in self.listed))
        perhaps = _flags(count, (one.may_be for one in self.listed))
        company = _flags(count, (member.kind == "company" for member in members))
        domestic = _flags(count, (member.kind == "company" and member.country == "US" for member in members))
        nobody = np.zeros(count, bool)
        self.seeds = Seeds(sure, perhaps, nobody if complete else company, self.graph.broken, domestic)
        self.lower: Closure = lower_run(self.graph.edges, self.seeds)
        self.upper: Closure = upper_run(self.graph.edges, self.seeds)
        # With the surely listed only, and nobody but the owners that are named: what a known owner may hold.
        self.known: Closure = upper_run(self.graph.edges, Seeds(sure, sure, nobody, nobody, domestic))

    @property
    def errors(self) -> tuple[HoldingError, ...]:
        """What is wrong with the file: rows that could not be read, and rows that cannot all be right."""
        return (*self.found.errors, *self.graph.errors)

    def counts(self) -> Mapping[Answer, int]:
        """How many parties are listed themselves, covered, not, or undetermined."""
        listed, covered = self.seeds.listed, self.lower.owned & ~self.seeds.listed
        left = self.upper.owned & ~self.lower.owned & ~self.seeds.domestic & ~listed
        told: dict[Answer, int] = {
            "listed": int(listed.sum()), "covered": int(covered.sum()), "undetermined": int(left.sum())
        }  # fmt: skip
        told["not_covered"] = len(self.listed) - sum(told.values())
        return told

    def of(self, key: str, *, settle: bool = True) -> Verdict | None:
        """What can be proved of a party, None where the file does not name it; with ``settle`` also what would decide."""
        place = self.graph.place.get(key)
        return self._verdict(place, settle=settle) if place is not None else None

    def __iter__(self) -> Iterator[Verdict]:
        settle = self.counts()["undetermined"] <= SETTLED
        return (self._verdict(place, settle=settle) for place in range(len(self.graph.members)))

    def _verdict(self, party: int, *, settle: bool = True) -> Verdict:
        member, listed = self.graph.members[party], self.listed[party]
        if listed.sure:
            return Verdict(member, "listed", None, listed, why="its own entry governs")
        if self.seeds.domestic[party]:
            return Verdict(
                member,
                "not_covered",
                "none",
                listed,
                why="organized in the United States: the rule is for foreign companies",
            )
        if member.kind != "company":
            return Verdict(member, "not_covered", "none", listed, why=f"a {member.kind} has no owners")
        if self.lower.owned[party]:
            return self._covered(party)
        known, ties = self._known_owners(party), self._ties(party)
        decisive = self._holdings(party, self.upper.restricted)
        perhaps = tuple(dict.fromkeys(e for o, _ in self.graph.owners_of(party) for e in self.listed[o].perhaps))
        if self.upper.owned[party]:
            state = "share_unknown" if self.known.owned[party] and known else None
            settles, why = self._settles(party) if settle else ((), "ask about it alone for what would settle it")
            return Verdict(member, "undetermined", state, listed, known, perhaps, (), decisive, settles, why)
        owners = tuple(dict.fromkeys((*known, *ties)))
        why = "listed parties hold less than 50 percent of it, whatever is open" if known else ""
        why = why or (
            "a listed party has votes or control, and no such share" if ties else "no listed party owns any of it"
        )
        return Verdict(
            member, "not_covered", "minority" if owners else "none", listed, owners, perhaps, (), decisive, (), why
        )

    # Covered

    def _covered(self, party: int) -> Verdict:
        restricted = self.lower.restricted
        decisive = self._holdings(party, restricted)
        owners: dict[EntryView, None] = {}
        seen, stack = {party}, [party]
        while stack:
            for owner, share in self.graph.owners_of(stack.pop()):
                if restricted[owner] and share.high and owner not in seen:
                    seen.add(owner)
                    owners.update(dict.fromkeys(self.listed[owner].sure))
                    stack.append(owner)
        total = sum(step.share.low for step in decisive)
        why = f"restricted owners hold at least {total / PART:g} percent of it"
        state = "joint_venture" if self._partner(party) else "owned"
        return Verdict(self.graph.members[party], "covered", state, self.listed[party], tuple(owners), (), self._path(party),
                       decisive, (), why)  # fmt: skip

    def _holdings(self, party: int, restricted: Flags) -> tuple[Step, ...]:
        members = self.graph.members
        return tuple(
            Step(members[owner].name, members[party].name, share)
            for owner, share in self.graph.owners_of(party)
            if restricted[owner] and share.high
        )

    def _path(self, party: int) -> tuple[Step, ...]:
        """From a listed owner down: at each step the largest owner that was restricted before the party was."""
        steps: list[Step] = []
        joined, members, at = self.lower.joined, self.graph.members, party
        limit = NEVER_JOINED
        while len(steps) < len(members) and (at == party or not self.listed[at].sure):
            limit = min(limit, int(joined[at]) if not self.listed[at].sure else NEVER_JOINED)
            above = [
                one for one in self.graph.owners_of(at) if joined[one[0]] < limit and one[1].low and one[0] != party
            ]
            if not above:
                break
            owner, share = above[0]
            steps.append(Step(members[owner].name, members[at].name, share))
            at = owner
        return tuple(reversed(steps))

    def _partner(self, party: int) -> bool:
        """Whether a company of the United States, or of a country of A:5 or A:6, that is surely free owns a part of it."""
        for owner, share in self.graph.owners_of(party):
            member = self.graph.members[owner]
            free = not self.upper.restricted[owner] or (
                bool(self.seeds.domestic[owner]) and not self.listed[owner].may_be
            )
            if share.low and free and member.kind == "company" and self._friendly(member.country):
                return True
        return False

    def _friendly(self, country: str) -> bool:
        groups = [self.view.groups[name] for name in ("A:5", "A:6") if name in self.view.groups]
        return country == "US" or any(group.contains(country, self.day) == TRUE for group in groups)

    # Not covered, or not proved

    def _known_owners(self, party: int) -> tuple[EntryView, ...]:
        """The entries of the surely listed behind the named owners of a party, through companies that such owners may restrict."""
        owners: dict[EntryView, None] = {}
        seen, stack = {party}, [party]
        while stack:
            for owner, share in self.graph.owners_of(stack.pop()):
                if owner in seen or not share.high or not self.known.restricted[owner]:
                    continue
                seen.add(owner)
                owners.update(dict.fromkeys(self.listed[owner].sure))
                stack.append(owner)
        return tuple(owners)

    def _ties(self, party: int) -> tuple[EntryView, ...]:
        return tuple(dict.fromkeys(e for tied in self.graph.tied_to(party) for e in self.listed[tied].sure))

    @cached_property
    def _may(self) -> frozenset[int]:
        return frozenset(np.flatnonzero(self.upper.restricted).tolist())

    def _settles(self, party: int) -> tuple[tuple[str, ...], str]:
        """What would settle a party, and why it is open."""
        if self.graph.broken[party]:
            return (), "its rows contradict themselves, or one of them cannot be read: mend them first"
        above = self._above(party)
        blocked = [self.graph.members[p].name for p in above.parties if p in above.blocked]
        points = settling(above, party, self._may)
        if points:
            return tuple(self._said(point) for point in points), "it depends on what is not known exactly"
        if blocked:
            return (
                (),
                f"it hangs on {', '.join(sorted(blocked)[:3])}: rows that contradict themselves, or a company of the United States in between",
            )
        nearest = [self._said(point) for point in above.points(self._may) if point.party == party]
        return tuple(nearest[:5]), "more is open above it than a few extracts would settle; begin with these"

    def _above(self, party: int) -> Above:
        order: dict[int, None] = {party: None}
        stack = [party]
        while stack and len(order) <= MOST_PARTIES:
            for owner, _ in self.graph.owners_of(stack.pop(0)):
                if owner not in order:
                    order[owner] = None
                    stack.append(owner)
        edges, seeds = self.graph.edges, self.seeds
        chosen = tuple(order)
        blocked = frozenset(
            p
            for p in chosen
            if seeds.broken[p] or (seeds.domestic[p] and not seeds.perhaps[p] and self.upper.restricted[p])
        )
        return Above(
            chosen,
            {p: self.graph.owners_of(p) for p in chosen},
            {p: Share(int(edges.self_low[p]), int(edges.self_high[p])) for p in chosen if edges.self_high[p]},
            frozenset(p for p in chosen if seeds.listed[p]),
            frozenset(p for p in chosen if seeds.perhaps[p]),
            frozenset(p for p in chosen if seeds.open[p]),
            blocked,
        )

    def _said(self, point: Point) -> str:
        members = self.graph.members
        name = members[point.party].name
        if point.what == "listing":
            entries = ", ".join(entry.id for entry in self.listed[point.party].perhaps) or "somebody listed"
            return f"whether {name} is {entries}"
        if point.what == "extract":
            return f"an extract of all owners of {name}"
        share = next(s for o, s in self.graph.owners_of(point.party) if o == point.owner)
        return f"the exact share of {members[point.owner].name} in {name} (now {share})"


def _flags(count: int, values: Iterable[bool]) -> Flags:
    return np.fromiter(values, bool, count)


def judge(found: Shareholdings, view: View, day: date, *, complete: bool = False) -> Judged:
    """Judge a file of shareholdings for a day under a view."""
    return Judged(found, view, day, complete=complete)


__all__ = ["Answer", "Judged", "Step", "Verdict", "judge"]
