"""The register: every entry of every list held, with its history, and what it says of a day.

It is read from the compiled form that lies beside the snapshots; parties become objects when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from carveout.law.entry import Entry, PartyList
from carveout.law.error import UnknownName, nearest
from carveout.parties.collection import no_collection
from carveout.parties.held_list import HeldList, held_lists
from carveout.parties.law_entry import EntryMaker
from carveout.parties.party import Answer, Party, Status, party_as_plain, party_from_plain
from carveout.parties.snapshot import Manifest


class Register:
    """Entries by id, the lists they are of, and the snapshots it was made from.

    ``rows`` are parties as plain values (:func:`carveout.parties.party.party_as_plain`), ``law`` the entries of the
    bundled law, whose statements stay as they are.
    """

    def __init__(
        self, rows: Sequence[Mapping[str, Any]], manifests: Sequence[Manifest], law: Mapping[str, Entry]
    ) -> None:
        self.rows = rows
        self.manifests = tuple(manifests)
        self.law = law
        self.lists: tuple[HeldList, ...] = tuple(held_lists(manifests))
        self._made: dict[str, Party] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Party]:
        return (self._party(row) for row in self.rows)

    def __contains__(self, entry: str) -> bool:
        return entry in self._by_id

    @cached_property
    def _by_id(self) -> dict[str, Mapping[str, Any]]:
        """Every id that leads to an entry: its own, and those that a later filing alone would have given."""
        found: dict[str, Mapping[str, Any]] = {}
        for row in self.rows:
            for former in row.get("former_ids", ()):
                found.setdefault(former, row)
        return found | {row["id"]: row for row in self.rows}

    def _party(self, row: Mapping[str, Any]) -> Party:
        made = self._made.get(row["id"])
        if made is None:
            made = self._made[row["id"]] = party_from_plain(row)
        return made

    def party(self, entry: str) -> Party:
        """The entry of an id, also of one that a later filing alone would have given.

        Raises:
            UnknownName: there is none; the message names the nearest.
        """
        row = self._by_id.get(entry)
        if row is None:
            same = [one for one in self._by_id if one.partition("/")[0] == entry.partition("/")[0]]
            raise UnknownName(f"no list entry {entry!r}; {nearest(entry, same)}")
        return self._party(row)

    def status(self, entry: str, day: date) -> Status:
        """Listed, formerly listed (when, until), or not listed as far as held."""
        row = self._by_id.get(entry)
        if row is None:
            return Status(Answer.not_listed, sure=False, why=f"no list that is held has an entry {entry}")
        party = self._party(row)
        held = next((one for one in self.lists if one.list == party.list), None)
        return party.status(day, held.vintages[-1] if held else None)

    def held_list(self, code: str) -> HeldList | None:
        """What is held of a list; None when nothing was imported of it."""
        return next((one for one in self.lists if one.list == code), None)

    def entries(self) -> list[Entry]:
        """Every entry as dated law: the period wide and narrow by the interval, evidence, citation."""
        maker = EntryMaker(self.law)
        with no_collection():
            return [maker.entry(row) for row in self.rows]

    def held(self) -> list[PartyList]:
        """The lists as the law holds them, with the days on which each is complete."""
        return [one.as_party_list() for one in self.lists]


def register_of(parties: Sequence[Party], manifests: Sequence[Manifest], law: Mapping[str, Entry]) -> Register:
    """A register of parties that are already objects."""
    return Register([party_as_plain(party) for party in parties], manifests, law)
