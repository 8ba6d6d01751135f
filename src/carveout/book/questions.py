"""Which questions, once answered, would settle most rows of a book: a party is asked about once, whatever its roles.

Rows are counted by the set of facts they wait for. A question is worth what it settles together with those before it, so
the ranking takes whole sets: the one that settles most rows per question comes first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from carveout.book.frame_book import Answered
from carveout.decide.determination import Determination
from carveout.decide.outcome import Outcome
from carveout.facts.country import is_country
from carveout.facts.row import UNKNOWN_WORDS, Row
from carveout.facts.schema import ROLES, schema
from carveout.parties.matcher import PLACEHOLDERS
from carveout.parties.name import normalize

Key = tuple[str, str]
"""A question: a fact and no party, or ``country``, ``listing``, ``ownership`` or ``owners`` and the party it is about: its normalized name, its country."""

GROUPS = 4_000
"""Kinds of unsettled rows of a batch whose parties are told apart; the rest, the rarest, are counted by fact."""

SETS = 200_000
"""Distinct sets of questions that are held; beyond that the rarest are forgotten."""

TRIED, WEIGHED = 100, 3_000
"""Sets that are tried as the next to ask, and sets that are looked at to see what it settles: the most frequent."""

_PARTY_FACT = re.compile(rf"({'|'.join(ROLES)})_(country|listing|ownership|owners)\Z")
_OF_PARTY = rf"\b({'|'.join(ROLES)})_(country|listing|ownership|owners)\b"
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

    waiting: Counter[frozenset[Key]] = field(default_factory=Counter)
    _named: dict[Key, tuple[str, set[str]]] = field(default_factory=dict)

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
        """A batch with its answer; ``skip`` are places in the batch that are counted otherwise, or not at all."""
        if not len(answered.places):
            return
        skipped = np.isin(answered.places, np.asarray(list(skip), np.int64))
        places, answer_of = answered.places[~skipped], answered.answer_of[~skipped]
        facts = ["overall_at_least", *(f"{r}_{name}" for r in regimes for name in ("at_most", "matters", "assumed"))]
        told = pl.DataFrame({name: _texts(answered.told.column(name)) for name in ("overall_at_most", *facts)})
        rows = np.bincount(answer_of, minlength=len(told))
        unsettled = (told["overall_at_least"] != told["overall_at_most"]).to_numpy() & (rows > 0)
        asked = told.select(
            pl.concat_str([pl.col(f"{r}_matters") for r in regimes], separator="; ", ignore_nulls=True)
        ).to_series()
        of_party = unsettled & asked.str.contains(_OF_PARTY).to_numpy()
        plain = told.with_columns(pl.Series("len", rows)).filter(pl.Series(unsettled & ~of_party))
        self._groups(plain.group_by(facts).agg(pl.col("len").sum()), regimes, ())
        if of_party.any():
            self._with_parties(table, places, answer_of, told.select(facts), of_party, regimes)

    def _with_parties(
        self, table: pa.Table, places: npt.NDArray[np.int64], answer_of: npt.NDArray[np.int64], told: pl.DataFrame,
        of_party: npt.NDArray[np.bool_], regimes: Sequence[str],
    ) -> None:  # fmt: skip
        """Rows that wait for something about a party, by their answer and the parties they name."""
        rows = np.flatnonzero(of_party[answer_of])
        columns_of = [f"{role}{suffix}" for role in ROLES for suffix in ("", "_country")]
        roles = [name for name in columns_of if name in table.column_names]
        taken = pa.array(places[rows])
        frame = pl.DataFrame({name: _texts(table.column(name).take(taken)) for name in roles})
        frame = frame.with_columns(told[answer_of[rows]])
        # A name is kept only where something is asked about that party; elsewhere it would only set rows apart.
        asked = pl.concat_str([pl.col(f"{r}_matters") for r in regimes], separator="; ", ignore_nulls=True)
        frame = frame.with_columns(
            pl.when(asked.str.contains(rf"\b{name.removesuffix('_country')}_(country|listing|ownership|owners)\b"))
            .then(pl.col(name))
            .alias(name)
            for name in roles
        )
        groups = frame.group_by(told.columns + roles).len().sort("len", descending=True)
        self._groups(groups.head(GROUPS), regimes, roles)
        rest = groups.slice(GROUPS)
        if len(rest):
            self._groups(rest.group_by(told.columns).agg(pl.col("len").sum()), regimes, ())

    def _groups(self, groups: pl.DataFrame, regimes: Sequence[str], roles: Sequence[str]) -> None:
        for group in groups.iter_rows(named=True):
            floor = Outcome[group["overall_at_least"]]
            found: set[Key] = set()
            for regime in regimes:
                if Outcome[group[f"{regime}_at_most"]] <= floor:
                    continue
                plain, parties = _open(group[f"{regime}_matters"] or "", group[f"{regime}_assumed"] or "")
                found |= plain
                for fact, role in parties:
                    name = group[role] if role in roles else None
                    found.add(self._key(fact, name or "", group.get(f"{role}_country") or ""))
            self._count(frozenset(found), group["len"])

    def _key(self, fact: str, name: str, country: str) -> Key:
        match = _PARTY_FACT.match(fact)
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
        self.waiting[found] += rows
        if len(self.waiting) > SETS:
            self.waiting = Counter(dict(self.waiting.most_common(SETS // 2)))
            held = {key for keys in self.waiting for key in keys}
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


@lru_cache(maxsize=100_000)
def _open(matters: str, assumed: str) -> tuple[frozenset[Key], tuple[tuple[str, str], ...]]:
    """What a regime of a row waits for, from its result columns: facts of the row, and facts of a party with its role."""
    facts = [fact for fact in matters.split("; ") if fact and fact not in assumed.split("; ")]
    matched = [(fact, _PARTY_FACT.match(fact)) for fact in facts]
    plain = frozenset((fact, "") for fact, match in matched if match is None)
    return plain, tuple((fact, match[1]) for fact, match in matched if match is not None)


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
    match = _PARTY_FACT.match(fact)
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


def _texts(column: Any) -> pl.Series:
    """An Arrow column as text."""
    series = pl.Series(column)
    return series if series.dtype == pl.String else series.cast(pl.String)


def _rank(key: Key) -> int:
    fact, same = key
    return schema()[f"{ROLES[0]}_{fact}" if same else fact].rank


def _order(fact: str) -> int:
    return next(place for place, role in enumerate(ROLES) if fact.startswith(role))
