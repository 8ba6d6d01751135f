"""The holdings of one day as a graph: rows of one owner in one company put together, contradictions found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from carveout.parties.fifty_percent import Edges, Flags, Ints
from carveout.parties.holding import TIES, WHOLE, Holding, HoldingError, Member, Share, Shareholdings


@dataclass(frozen=True)
class OwnerGraph:
    """The parties of a file in order, the edges between them on a day, and the ties that are no equity.

    ``broken`` are parties whose rows contradict themselves: nobody can say what is held of them. ``notes`` tell of rows that
    were put together, ``errors`` of those that cannot all be right.
    """

    members: tuple[Member, ...]
    edges: Edges
    ties: tuple[Holding, ...]
    broken: Flags
    notes: tuple[str, ...] = ()
    errors: tuple[HoldingError, ...] = ()
    place: dict[str, int] = field(default_factory=dict)

    def owners_of(self, party: int) -> list[tuple[int, Share]]:
        """The named owners of a party with their shares, the largest first."""
        into = self._into.get(party, ())
        found = [(int(self.edges.owner[e]), Share(int(self.edges.low[e]), int(self.edges.high[e]))) for e in into]
        return sorted(found, key=lambda one: (-one[1].high, -one[1].low, one[0]))

    @property
    def _into(self) -> dict[int, list[int]]:
        held: dict[int, list[int]] | None = self.__dict__.get("_by_owned")
        if held is None:
            held = {}
            for place, owned in enumerate(self.edges.owned.tolist()):
                held.setdefault(owned, []).append(place)
            self.__dict__["_by_owned"] = held
        return held

    def tied_to(self, party: int) -> list[int]:
        """The parties that a party is tied to by votes or control, without equity."""
        key = self.members[party].key
        return [self.place[tie.owner] for tie in self.ties if tie.owned == key]


def graph_on(found: Shareholdings, day: date) -> OwnerGraph:
    """The graph of a day.

    Rows of the same owner in the same company: alike in everything they are one row written twice; of different classes they are
    added up; else it is not known whether they are two holdings or two words on one, and the share lies between the
    smallest of them and their sum.
    """
    members = tuple(found.members.values())
    place = {member.key: number for number, member in enumerate(members)}
    held = [one for one in found.holdings if one.is_held(day)]
    ties = tuple(one for one in held if one.kind in TIES)
    equity = [one for one in held if one.kind not in TIES]
    owner = np.asarray([place[one.owner] for one in equity], np.int64)
    owned = np.asarray([place[one.owned] for one in equity], np.int64)
    low = np.asarray([one.share.low for one in equity], np.int64)
    high = np.asarray([one.share.high for one in equity], np.int64)
    notes: list[str] = []
    pair = owner * len(members) + owned
    _, firsts, groups, counts = np.unique(pair, return_index=True, return_inverse=True, return_counts=True)
    for group in np.flatnonzero(counts > 1).tolist():
        rows = [equity[at] for at in np.flatnonzero(groups == group).tolist()]
        share, note = _together(rows)
        low[firsts[group]], high[firsts[group]] = share.low, share.high
        if note:
            notes.append(f"{_name(found, rows[0].owner)} in {_name(found, rows[0].owned)}: {note}")
    edges = Edges.of(len(members), owner[firsts], owned[firsts], low[firsts], high[firsts])
    total = edges.total_low() + edges.self_low
    broken = total > WHOLE
    errors = [_too_much(members[party], int(total[party])) for party in np.flatnonzero(broken).tolist()]
    for error in found.errors:
        if error.owned in place:
            broken[place[error.owned]] = True
    return OwnerGraph(members, edges, ties, broken, tuple(notes), tuple(errors), place)


def _together(rows: Sequence[Holding]) -> tuple[Share, str]:
    """The share that several rows of one owner in one company make, and what to say of it."""
    kinds: dict[str, list[Holding]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    low = high = 0
    notes = []
    for kind, same in kinds.items():
        distinct = {(row.share, row.first, row.through, row.source) for row in same}
        low += min(row.share.low for row in same)
        high += sum(share.high for share, *_ in distinct)
        if len(distinct) > 1:
            where = " and ".join(row.place for row in same)
            notes.append(
                f"{where} both speak of {kind} on that day, and may be one holding or two: end one with through, or name classes"
            )
        elif len(same) > 1:
            notes.append(f"{len(same)} rows of {kind} are alike in everything, and are taken for one")
    return Share(min(low, WHOLE), min(high, WHOLE)), "; ".join(filter(None, notes))


def _too_much(member: Member, total: int) -> HoldingError:
    shown = f"{total / (WHOLE // 100):g} percent at least"
    return HoldingError(
        f"the owners of {member.name}", "share", shown, "at most 100 percent in all on one day", member.key
    )


def _name(found: Shareholdings, key: str) -> str:
    return found.members[key].name


__all__ = ["Ints", "OwnerGraph", "graph_on"]
