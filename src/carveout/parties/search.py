"""The search over all listed parties: by identifier, by name in tiers, by family, by address.

Country and kind are evidence beside the name: they order the hits and are told to the reader, and neither ever takes
an alert away. Nothing is remembered by an id of the caller's: equal questions are equal by their text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carveout.parties import index_file, keys
from carveout.parties.collection import no_collection
from carveout.parties.explanation import explain
from carveout.parties.family import QUESTIONS
from carveout.parties.found import Found, Match
from carveout.parties.hit import TIERS, Hit
from carveout.parties.index_file import StaleIndex
from carveout.parties.listed import Listed
from carveout.parties.name import VERSION
from carveout.parties.query import Query
from carveout.parties.search_settings import SearchSettings
from carveout.parties.settings import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carveout.parties.worker import Worker

__all__ = ["Hit", "Listed", "Query", "Search", "SearchSettings", "StaleIndex"]

MANY = 4096
"""Names from which a second process is worth its start."""
PART = 4096
"""Names looked up together."""
_Rank = tuple[float, int, bool, str, str]
_Said = Callable[[], tuple[str, ...]]
_Held = tuple[_Rank, int, Match, _Said | None]
"""What a hit will be: its rank (with the name that matched at its end), the party, the match, its reasons if known."""
_ORDER = {tier: place for place, tier in enumerate(TIERS)}


class Search:
    """Everything on the lists, ready to be asked."""

    def __init__(
        self,
        parties: Sequence[Listed],
        settings: SearchSettings | None = None,
        kept: tuple[Mapping[str, NDArray[Any]], Mapping[str, Any]] | None = None,
    ) -> None:
        # Arrays are loaded by those who search, not by everything that knows of a search.
        from carveout.parties.name_index import NameIndex

        self.parties = tuple(parties)
        self.settings = settings or SearchSettings()
        owners: dict[str, list[tuple[int, int]]] = {}
        for at, party in enumerate(self.parties):
            for place, name in enumerate(party.names):
                owners.setdefault(name, []).append((at, place))
        kinds: list[Kind] = [
            _kind({self.parties[at].kind for at, _ in held}) if len(held) > 1 else self.parties[held[0][0]].kind
            for held in owners.values()
        ]
        with no_collection():
            self.index = NameIndex(tuple(owners), kinds, self.settings, kept)
        self.owners = tuple(owners.values())
        self.identifiers = keys.filed(
            (keys.identifier(k), at) for at, p in enumerate(self.parties) for k in p.identifiers
        )
        self.addresses = keys.filed((keys.address(k), at) for at, p in enumerate(self.parties) for k in p.addresses)
        self.workers: list[Worker] = []
        self.folder: Path | None = None

    def save(self, folder: Path | str) -> None:
        """Keep the search in a folder, for :meth:`load`."""
        arrays, texts = self.index.state()
        held = [[getattr(party, name) for name in Listed.__slots__] for party in self.parties]
        index_file.write(Path(folder), self._key(self.parties, self.settings), arrays, texts, held)

    @classmethod
    def load(
        cls,
        folder: Path | str,
        parties: Sequence[Listed] | None = None,
        settings: SearchSettings | None = None,
    ) -> Search:
        """The search kept in a folder.

        Raises StaleIndex where it is not of these parties (if given), of these settings, or of this normalizer.
        """
        with no_collection():
            return cls._load(Path(folder), parties, settings or SearchSettings())

    @classmethod
    def _load(cls, folder: Path, parties: Sequence[Listed] | None, settings: SearchSettings) -> Search:
        of_parties, kept = index_file.read_parties(folder)
        held = tuple(
            Listed(entry, of, tuple(names), tuple(countries), kind, tuple(identifiers), tuple(addresses))
            for entry, of, names, countries, kind, identifiers, addresses in kept
        )
        del kept
        if parties is not None and tuple(parties) != held:
            raise StaleIndex(f"{folder} was made from other parties")
        key, arrays, texts = index_file.read(folder)
        if not key == of_parties == cls._key(held, settings):
            raise StaleIndex(f"{folder} was made by another normalizer or under other settings")
        found = cls(held, settings, (arrays, texts))
        found.folder = folder
        return found

    @staticmethod
    def _key(parties: Sequence[Listed], settings: SearchSettings) -> str:
        return index_file.key_of((n for party in parties for n in party.names), VERSION, repr(settings))

    def find(self, query: Query, limit: int = 10) -> tuple[Hit, ...]:
        """The parties that the query may mean, the strongest first. Raises NameTooLong."""
        return self._hits(query, self.index.find([(query.name, query.kind)])[0], limit)

    def find_many(self, queries: Sequence[Query], limit: int = 5, processes: int = 1) -> list[tuple[Hit, ...]]:
        """The same for many queries, in their order; equal queries are answered once.

        With more ``processes`` than one, many names are shared out; the others are started when they are first needed, and
        end with :meth:`close` or with the search. Raises NameTooLong.
        """
        if len(queries) < MANY:
            return self._answers(queries, limit, processes)
        with no_collection():
            return self._answers(queries, limit, processes)

    def _answers(self, queries: Sequence[Query], limit: int, processes: int) -> list[tuple[Hit, ...]]:
        first: dict[tuple[str, Kind], int] = {}
        again: dict[int, list[int]] = {}
        for at, query in enumerate(queries):
            place = first.setdefault((query.name, query.kind), at)
            if place != at:
                again.setdefault(place, []).append(at)
        # Names in other scripts first: those are this process's, and the tables they are read by are large.
        named = [key for key in first if not key[0].isascii()]
        named += [key for key in first if key[0].isascii()]
        answers: list[tuple[Hit, ...]] = [()] * len(queries)
        for low, found in self._found(named, processes):
            for key, what in zip(named[low : low + len(found)], found, strict=True):
                at = first[key]
                query = queries[at]
                if what.matches or query.identifiers or query.address:
                    answers[at] = self._hits(query, what, limit)
                if at in again:
                    held = {query: answers[at]}
                    for later in again[at]:
                        other = queries[later]
                        if other not in held:
                            held[other] = self._hits(other, what, limit)
                        answers[later] = held[other]
        return answers

    def close(self) -> None:
        """End the other processes, if there are any."""
        while self.workers:
            self.workers.pop().close()

    def _found(self, named: Sequence[tuple[str, Kind]], processes: int) -> Iterator[tuple[int, list[Found]]]:
        """(place of the first, what was found) of the names, part by part, in any order."""
        if len(named) < MANY or processes < 2:
            for low in range(0, len(named), PART):
                yield low, self.index.find(named[low : low + PART])
            return
        from carveout.parties.crew import shared_out

        self._start(processes - 1)
        yield from shared_out(named, self.index.find, self.workers[: processes - 1])

    def _start(self, others: int) -> None:
        """Have so many other processes; each reads the folder of this search, or one that is made for it."""
        missing = others - len(self.workers)
        if missing <= 0:
            return
        if self.folder is not None:
            # It may be gone by now, since only the newest are kept.
            with suppress(RuntimeError):
                self._start_from(self.folder, missing)
                return
        with tempfile.TemporaryDirectory(prefix="carveout-search-") as folder:
            self.save(folder)
            self._start_from(Path(folder), missing)

    def _start_from(self, folder: Path, missing: int) -> None:
        from carveout.parties.worker import Worker

        started = [Worker(folder, self.settings) for _ in range(missing)]
        for worker in started:
            # Its answer to nothing says that it has read the folder.
            worker.ask([])
            worker.answer()
        self.workers += started

    def _hits(self, query: Query, found: Found, limit: int) -> tuple[Hit, ...]:
        if len(found.matches) == 1 and not (query.identifiers or query.address):
            match = found.matches[0]
            owners = self.owners[match.row]
            if len(owners) == 1 and limit > 0:
                at, place = owners[0]
                party = self.parties[at]
                kind, strength = found.kind, match.strength
                if query.country or kind not in ("any", party.kind):
                    strength = self._strength(query, kind, match, party)
                why = partial(self._why, query, found.kind, match, party)
                name = party.names[place]
                return (Hit(party, name, place > 0, match.tier, match.value, match.match, strength, why),)
        best: dict[int, _Held] = {}
        for key in filter(None, map(keys.identifier, query.identifiers)):
            for at in self.identifiers.get(key, ()):
                said = partial(_says, f"The identifier {key} is the same.")
                best[at] = self._ranked(at, 0, Match(-1, "identifier", 1.0, True, 1.0), 1.0, said)
        for match in found.matches:
            for at, place in self.owners[match.row]:
                ranked = self._ranked(at, place, match, self._strength(query, found.kind, match, self.parties[at]))
                held = best.get(at)
                if held is None or ranked[0] < held[0]:
                    best[at] = ranked
        same = keys.address(query.address) if query.address else ""
        for at in self.addresses.get(same, ()) if same else ():
            said = partial(_says, "A listed party has the same address.", "Do they share an office, or an owner?")
            best.setdefault(at, self._ranked(at, 0, Match(-1, "address", 0.0, False, 0.2), 0.2, said))
        shown = sorted(best.values(), key=_rank)[:limit] if len(best) > 1 else list(best.values())[:limit]
        return tuple([self._hit(query, found.kind, *held) for held in shown])

    def _ranked(self, at: int, place: int, match: Match, strength: float, said: _Said | None = None) -> _Held:
        party = self.parties[at]
        return (-strength, _ORDER[match.tier], place > 0, party.entry, party.names[place]), at, match, said

    def _hit(self, query: Query, kind: Kind, rank: _Rank, at: int, match: Match, said: _Said | None) -> Hit:
        party = self.parties[at]
        why = said or partial(self._why, query, kind, match, party)
        return Hit(party, rank[4], rank[2], match.tier, match.value, match.match, -rank[0], why)

    def _strength(self, query: Query, kind: Kind, match: Match, party: Listed) -> float:
        """A match with the evidence beside the name; it moves the strength only."""
        strength, settings = match.strength, self.settings
        if kind == "any" and not query.country:
            return strength
        if query.country and query.country not in party.countries:
            strength *= settings.other_country if party.countries else settings.no_country
        if kind != party.kind and "any" not in (kind, party.kind):
            strength *= settings.other_kind
        return strength

    def _why(self, query: Query, kind: Kind, match: Match, party: Listed) -> tuple[str, ...]:
        """The reasons of a hit, in reading order."""
        said = []
        if match.tier == "related":
            said.append(f"The name holds that of a listed party, {self.index.names[match.row]!r}, and says more.")
        else:
            reasons = explain(
                self.index.ask(query.name, kind).name, self.index.name(match.row),
                kind=kind if self.index.kinds[match.row] == "any" else self.index.kinds[match.row],
                rarity=self.index.rarity, settings=self.settings.scorer,
            )  # fmt: skip
            said += [reason.text for reason in reasons]
        if query.country and party.countries:
            where = ", ".join(party.countries)
            same = query.country in party.countries
            said.append(
                "The country is the same."
                if same
                else f"It is listed for {where}, not {query.country}: is it a branch?"
            )
        if kind != party.kind and "any" not in (kind, party.kind):
            said.append(f"The listed party is of the kind {party.kind}, this one of the kind {kind}.")
        return (*said, *(QUESTIONS if match.tier == "related" else ()))


def _kind(kinds: set[Kind]) -> Kind:
    return kinds.pop() if len(kinds) == 1 else "any"


def _says(*sentences: str) -> tuple[str, ...]:
    return sentences


def _rank(held: _Held) -> _Rank:
    return held[0]
