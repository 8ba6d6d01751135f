"""Which questions, once answered, would settle most rows of a book: a party is asked about once, whatever its roles.

Rows are counted by the set of facts they wait for. A question is worth what it settles together with those before it, so
the ranking takes whole sets: the one that settles most rows per question comes first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carveout.book.waiting_rows import PARTY_FACT, WaitingRows
from carveout.decide.determination import Determination
from carveout.facts.country import is_country
from carveout.facts.row import UNKNOWN_WORDS, Row
from carveout.facts.schema import ROLES, schema
from carveout.parties.matcher import PLACEHOLDERS
from carveout.parties.name import normalize

if TYPE_CHECKING:
    import pyarrow as pa

    from carveout.book.frame_book import Answered

Key = tuple[str, str]
"""A question: a fact and no party, or ``country``, ``listing``, ``ownership`` or ``owners`` and the party it is about: its normalized name, its country."""

SETS = 200_000
"""Distinct sets of questions that are held; beyond that the rarest are forgotten."""

TRIED, WEIGHED = 100, 3_000
"""Sets that are tried as the next to ask, and sets that are looked at to see what it settles: the most frequent."""

_THE_ROLE = re.compile(r"the (ultimate consignee|end-user|purchaser|intermediate consignee|supplier)\b")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question in its place: the facts it gives, how it is asked, how many rows wait for it, and how many rows are
    settled once it and those before it are answered.
    """

    facts: tuple[str, ...]
    question: str
    waits: int
    settles: int
    party: str = ""


@dataclass
class Questions:
    """Unsettled rows by what they wait for."""

    counted: Counter[frozenset[Key]] = field(default_factory=Counter)
    _named: dict[Key, tuple[str, set[str]]] = field(default_factory=dict)
    _rows: WaitingRows | None = None

    @property
    def unsettled(self) -> int:
        """How many rows are not settled."""
        return self.waiting.total()

    @property
    def in_doubt(self) -> int:
        """How many rows wait for no fact: the law itself is in doubt there, or asks what no fact can tell."""
        return self.waiting[frozenset()]

    def add_row(self, row: Row, determination: Determination) -> None:
        """One row decided by itself."""
        if determination.overall.settled:
            return
        floor = determination.overall.at_least
        found: set[Key] = set()
        for answer in determination.regimes.values():
            if answer.interval.at_most > floor:
                for fact in answer.matters:
                    if fact not in answer.assumed:
                        found.update(self._key(fact, *party) for party in _asked_about(fact, row, determination))
        self._count(frozenset(found), 1)

    def add(self, table: pa.Table, answered: Answered, regimes: Sequence[str], skip: Iterable[int] = ()) -> None:
        """A batch with its answer; ``skip`` are places in the batch that are counted otherwise, or not at all.

        Of the batch no more is looked at than the columns :data:`carveout.book.waiting_rows.NAMES`.
        """
        if self._rows is None:
            self._rows = WaitingRows(tuple(regimes))
        self._rows.add(table, answered, skip)
        if len(self._rows) > SETS:
            self._take()

    def _take(self) -> None:
        """Count what batches left, by questions."""
        for (plain, parties), cells, rows in self._rows.taken() if self._rows is not None else ():
            found: set[Key] = {(fact, "") for fact in plain}
            for fact in parties:
                role = fact.rpartition("_")[0]
                found.add(self._key(fact, cells.get(role, ""), cells.get(f"{role}_country", "")))
            self._count(frozenset(found), rows)

    @property
    def waiting(self) -> Counter[frozenset[Key]]:
        """Rows by the set of questions that they wait for."""
        self._take()
        return self.counted

    def _key(self, fact: str, name: str, country: str) -> Key:
        match = PARTY_FACT.match(fact)
        same = normalize(name)
        if match is None or same in PLACEHOLDERS or name.strip().casefold() in UNKNOWN_WORDS:
            return fact, ""
        shown = " ".join(name.split())
        where = country.strip().upper()
        if match[2] != "country" and is_country(where):
            same, shown = f"{same} ({where})", f"{shown} ({where})"
        key = match[2], same
        self._named.setdefault(key, (shown, set()))[1].add(fact)
        return key

    def _count(self, found: frozenset[Key], rows: int) -> None:
        self.counted[found] += rows
        if len(self.counted) > SETS:
            self.counted = Counter(dict(self.counted.most_common(SETS // 2)))
            held = {key for keys in self.counted for key in keys}
            self._named = {key: named for key, named in self._named.items() if key in held}

    def ranked(self, most: int = 6) -> tuple[list[Ranked], int]:
        """The questions to ask, in order, and how many more the last row of these waits for."""
        weighed = [(keys, rows) for keys, rows in self.waiting.most_common(WEIGHED) if keys]
        waits: Counter[Key] = Counter()
        for keys, rows in weighed:
            waits.update(dict.fromkeys(keys, rows))
        chosen: list[Key] = []
        while len(chosen) < most:
            best = _next(weighed, frozenset(chosen))
            if best is None or (chosen and len(chosen) + len(best) > most):
                break
            chosen += sorted(best, key=lambda k: (-waits[k], _rank(k), k))
        found = []
        for place, key in enumerate(chosen[:most], 1):
            asked = frozenset(chosen[:place])
            found.append(self._told(key, waits[key], sum(rows for keys, rows in weighed if keys <= asked)))
        return found, max(0, len(chosen) - most)

    def _told(self, key: Key, waits: int, settles: int) -> Ranked:
        fact, same = key
        if not same:
            return Ranked((fact,), schema()[fact].question, waits, settles)
        name, facts = self._named[key]
        ordered = tuple(sorted(facts, key=_order))
        question = _THE_ROLE.sub(lambda _: name, schema()[ordered[0]].question, count=1)
        return Ranked(ordered, question, waits, settles, name)


def _next(weighed: Sequence[tuple[frozenset[Key], int]], asked: frozenset[Key]) -> frozenset[Key] | None:
    """The set of further questions that settles most rows per question, once ``asked`` are answered."""
    left = [(keys - asked, rows) for keys, rows in weighed if not keys <= asked]
    best: tuple[float, int, list[Key]] | None = None
    for new in dict.fromkeys(keys for keys, _ in left[:TRIED]):
        gain = sum(rows for keys, rows in left if keys <= new)
        tried = (-gain / len(new), len(new), sorted(new))
        best = tried if best is None or tried < best else best
    return frozenset(best[2]) if best is not None else None


def _asked_about(fact: str, row: Row, determination: Determination) -> list[tuple[str, str]]:
    """The parties of a row, as name and country, that a fact is asked of; a party without a name if of none."""
    match = PARTY_FACT.match(fact)
    if match is None:
        return [("", "")]
    role, what = match[1], match[2]
    given: list[Mapping[str, Any]] = [row.facts, *(party.cells() for party in row.further if party.role == role)]
    named = [(str(cells.get(role) or ""), str(cells.get(f"{role}_country") or "")) for cells in given]
    if what != "country":
        asked = {normalize(i.name) for i in determination.transaction.involved if fact in (*i.ask, *i.ownership.ask)}
        found = [(name, country) for name, country in named if normalize(name) in asked]
    else:
        found = [(name, country) for name, country in named if name and country in ("", "unknown")]
    return found or [("", "")]


def _rank(key: Key) -> int:
    fact, same = key
    return schema()[f"{ROLES[0]}_{fact}" if same else fact].rank


def _order(fact: str) -> int:
    return next(place for place, role in enumerate(ROLES) if fact.startswith(role))
