"""Parties of many rows: each distinct combination of role cells is screened once, by the screening of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.book.compose import listed_receives
from carveout.decide.frame_answer import Masks, UnitColumns, fact_order, fact_words
from carveout.decide.planes import MISSING_HIGH, MISSING_LOW, Codes, Column, Constant, Range
from carveout.decide.transaction import Transaction, relevant, undone_involved
from carveout.facts.row import Row
from carveout.facts.schema import ROLES, schema
from carveout.facts.value import ALWAYS, NEVER, Span, Value
from carveout.law.involvement import PARTY_DATES, PARTY_TEXTS, Involvement
from carveout.law.view import View
from carveout.parties.matcher import NOBODY, NOT_FOUND, RELATIVE, matcher_of
from carveout.parties.producer import maker_of
from carveout.parties.screening import complete, screen, turns_complete

TOGETHER = 50_000
"""Names matched with the lists together."""

REMEMBERED = 1_000_000
"""Names, and cells, whose stand-ins are remembered; past that they are found again."""

SUFFIXES = ("", "_country", "_listing", "_ownership", "_owners")
ROLE_FACTS = tuple(f"{role}{suffix}" for role in ROLES for suffix in SUFFIXES)
COUNTRY_FACTS = tuple(f"{role}_country" for role in ROLES)
CHOICES = ("party_role", "party_group", "party_ownership", "party_tie", "party_owner_group")


@dataclass(frozen=True)
class Pattern:
    """What screening says of one combination of role cells."""

    units: tuple[Involvement, ...]
    undone: tuple[Involvement, ...]
    countries: dict[str, Value]
    open_countries: frozenset[str]
    assumed: frozenset[str]
    stated: frozenset[str]
    open_roles: frozenset[str]
    receives: bool

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The days from which the act may meet another listing, footnote or review policy of its parties, ascending."""
        found: set[int] = set()
        parties = (*self.units, *self.undone)
        for entry in {e.id: e for one in parties for e in (*one.candidates, *one.ownership.owners)}.values():
            for value in (entry.listed_from, entry.through, entry.footnote1_from, entry.footnote2_from):
                found |= {end + after for end in day_ends(value) for after in (0, 1)}
            found |= {day.toordinal() for said in entry.policies for day in said.period.wide if day is not None}
        return tuple(sorted(day for day in found if ALWAYS.toordinal() + 1 < day < NEVER.toordinal()))

    @cached_property
    def seen(self) -> Any:
        """All that the law sees of it, but for the countries."""

        def units(involved: Iterable[Involvement]) -> str:
            # The facts of a party stand in one order always.
            return str([
                (tuple(i.facts().values()), i.ask, i.ownership.ask, int(i.evidence), i.roles[:1], i.match,
                 [(c.policies, c.listed_from, c.listed_through) for c in i.candidates[:1]])
                for i in involved
            ])  # fmt: skip

        return (units(self.units), units(self.undone), self.open_countries, self.assumed, self.stated, self.open_roles,
                self.receives)  # fmt: skip


def mask(names: Sequence[str] | frozenset[str]) -> tuple[int, ...]:
    """A set of facts as words."""
    order = _places()
    words = [0] * fact_words()
    for name in names:
        word, place = divmod(order[name], 64)
        words[word] |= 1 << place
    return tuple(words)


@cache
def _places() -> dict[str, int]:
    return {name: place for place, name in enumerate(fact_order())}


class Patterns:
    """Screening remembered: combination of role cells -> pattern; what looks the same to the law is the same pattern.

    ``turns`` are the days on which the lists begin or cease to be held complete, ``held`` whether they are, before the
    first of them and from each on. ``stood`` are the cells that stand for those met so far, in any role.
    """

    def __init__(self, view: View, *, strict: bool) -> None:
        self.view, self.strict = view, strict
        days = turns_complete(view)
        self.turns = tuple(day.toordinal() for day in days)
        self.held = tuple(complete(view, day) for day in (date.min, *days))
        self.stood: dict[Any, Any] = {}
        self._stand_ins: dict[str, str] = {}
        self._known: dict[tuple[Any, ...], Pattern] = {}
        self._alike: dict[Any, Pattern] = {}

    def held_on(self, on: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Whether the lists are held complete for each of some days."""
        if len(set(self.held)) == 1:
            return np.full(len(on), self.held[0])
        return np.asarray(self.held)[np.searchsorted(np.asarray(self.turns), on, side="right")]

    def stand_ins(self, names: Sequence[str]) -> list[str]:
        """For each name one that looks the same to the law: its own where the lists tell it apart from others, else a
        name that stands for all that nobody on them bears or resembles, or for all that are to be looked at.

        Only where no default is off and no listing is said to be unknown: there a name may be asked about twice.
        """
        known = self._stand_ins
        if len(known) > REMEMBERED:
            known = self._stand_ins = {}
        fresh = [name for name in dict.fromkeys(names) if name not in known]
        # Not all at once: what is remembered of the reading of a name is then still there for whatever looks at it next.
        for low in range(0, len(fresh), TOGETHER):
            part = fresh[low : low + TOGETHER]
            matcher_of(self.view).prefetch(part)
            known.update((name, self._stand_in(name)) for name in part)
        return [known[name] for name in names]

    def _stand_in(self, name: str) -> str:
        match = matcher_of(self.view).find(name)
        if match.sort not in ("none", "related") or name.casefold() == "none":
            return name
        if maker_of(name, self.view, strict=False).group != "none":
            # A relative of a named producer may be its affiliate, which others are not.
            return name
        return NOBODY if match is NOT_FOUND else RELATIVE

    def of(self, cells: tuple[Any, ...], unknown: tuple[bool, ...], held: bool) -> Pattern:
        """The pattern of role cells (as read, None when not given) and which of them said unknown, where the lists are
        or are not held complete for the day of the act."""
        key = (cells, unknown, held)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > 2_000_000:
                self._known.clear()
            found = self._known[key] = self._screen(cells, unknown, held)
        return found

    def _screen(self, cells: tuple[Any, ...], unknown: tuple[bool, ...], held: bool) -> Pattern:
        facts = {name: cell for name, cell in zip(ROLE_FACTS, cells, strict=True) if cell is not None}
        said = frozenset(name for name, flag in zip(ROLE_FACTS, unknown, strict=True) if flag)
        screened = screen(Row("", None, facts, said), self.view, held, strict=self.strict)
        stand_in = Transaction("", date.min, {}, screened.involved, open_roles=screened.open_roles)
        countries: dict[str, Value] = {name: facts.get(name) for name in COUNTRY_FACTS}
        countries.update({name: value for name, value in screened.facts.items() if name in countries})
        opened = frozenset(
            f"{role}_country" for role in ROLES[:4] if role in screened.open_roles and f"{role}_country" not in facts
        )
        stated = frozenset(a for i in screened.involved for a in (*i.assumed, *i.ownership.assumed) if a in facts)
        found = Pattern(
            units=tuple(relevant(stand_in)), undone=tuple(undone_involved(stand_in)), countries=countries,
            open_countries=opened, assumed=screened.assumed, stated=stated, open_roles=frozenset(screened.open_roles),
            receives=listed_receives(screened),
        )  # fmt: skip
        return self._alike.setdefault((found.seen, tuple(found.countries.items())), found)


class PatternTable:
    """The patterns of a batch as tables: row -> pattern -> the facts of its units."""

    def __init__(self, patterns: Sequence[Pattern], places: npt.NDArray[Any]) -> None:
        self.patterns = patterns
        self.places = places
        self.units = np.asarray([len(p.units) for p in patterns])[places]
        self.undone = np.asarray([len(p.undone) for p in patterns])[places]
        self.receives = np.asarray([p.receives for p in patterns])[places]

    def masks(self, attribute: str) -> Masks:
        """A set of facts of each pattern, per row."""
        table = np.asarray([mask(getattr(p, attribute)) for p in self.patterns], np.uint64)
        return np.asarray(table[self.places])

    def country(self, name: str, *, undone: bool) -> Column:
        """The country of a role, as filled by screening, or with its default taken back."""
        values = [None if undone and name in p.open_countries else p.countries[name] for p in self.patterns]
        distinct = {value: place for place, value in enumerate(dict.fromkeys(v for v in values if v is not None))}
        places = [len(distinct) if v is None else distinct[v] for v in values]
        codes = np.asarray(places, np.uint16)[self.places]
        return Codes(codes, (*distinct, None))

    def unit(self, number: int, rows: npt.NDArray[Any], on: npt.NDArray[np.int32], shared: dict[str, Column], policies: list[str],
             *, undone: bool) -> UnitColumns:  # fmt: skip
        """The n-th unit of some rows."""
        involved = [(p.undone if undone else p.units) for p in self.patterns]
        # Only the patterns that some of the rows have, so that what all of them share is seen to be the same.
        present = np.flatnonzero(np.bincount(self.places[rows], minlength=len(involved)))
        table = np.zeros(len(involved), np.intp)
        table[present] = np.arange(len(present))
        places = table[self.places[rows]]
        chosen = [involved[n][min(number, len(involved[n]) - 1)] if involved[n] else None for n in present.tolist()]
        facts = [one.facts() if one is not None else {} for one in chosen]
        if undone:
            for one, own in zip(chosen, facts, strict=True):
                if one is not None and not one.roles and one.match == "unknown":
                    own["party_role"] = None
        columns = dict(shared)
        for name in PARTY_DATES:
            columns[name] = _dates([own.get(name) for own in facts], places)
        for name in CHOICES:
            columns[name] = _codes([own.get(name) for own in facts], schema()[name].values, places)
        for name in PARTY_TEXTS:
            values = [own.get(name) for own in facts]
            columns[name] = _codes(values, tuple(dict.fromkeys(v for v in values if v is not None)), places)
        grade = np.asarray([int(one.evidence) if one else 0 for one in chosen], np.uint8)[places]
        ask = np.asarray([mask(one.ask if one else ()) for one in chosen], np.uint64)[places]
        owned = np.asarray([mask(one.ownership.ask if one else ()) for one in chosen], np.uint64)[places]
        policy = np.zeros(len(rows), np.uint8) if undone else self._policy(chosen, places, on[rows], policies)
        return UnitColumns(columns, grade, ask, policy, owned)

    def _policy(
        self,
        chosen: Sequence[Involvement | None],
        places: npt.NDArray[Any],
        on: npt.NDArray[np.int32],
        policies: list[str],
    ) -> npt.NDArray[np.uint8]:
        """Codes of the review policy on the day: one more than its place among the policies; 255 listed, none stated."""
        found = np.zeros(len(places), np.uint8)
        entries = [one.entry if one is not None else None for one in chosen]
        first = np.full(len(chosen), MISSING_HIGH, np.int64)
        last = np.full(len(chosen), MISSING_LOW, np.int64)
        for place, entry in enumerate(entries):
            if entry is not None:
                first[place], last[place] = day_ends(entry.listed_from)[0], entry.listed_through.toordinal()
        listed = (on >= first[places]) & (on <= last[places])
        found[listed] = 255
        # Policies change rarely: each (entry, policy) covers a stretch of days, the later statement over the earlier.
        rounds = max((len(e.policies) for e in entries if e is not None), default=0)
        for number in range(rounds):
            start = np.full(len(chosen), MISSING_HIGH, np.int64)
            end = np.full(len(chosen), MISSING_HIGH, np.int64)
            code = np.zeros(len(chosen), np.uint8)
            for place, entry in enumerate(entries):
                if entry is None or number >= len(entry.policies):
                    continue
                policy = entry.policies[number]
                if policy.value not in policies:
                    policies.append(policy.value)
                code[place] = policies.index(policy.value) + 1
                start[place] = policy.period.wide[0].toordinal()
                if policy.period.wide[1] is not None:
                    end[place] = policy.period.wide[1].toordinal()
            covered = listed & (on >= start[places]) & (on < end[places])
            found[covered] = code[places][covered]
        return found


def _dates(values: Sequence[Value], places: npt.NDArray[Any]) -> Column:
    """A column of dates from the date of each pattern; one value where it is the same in all rows."""
    if values and not isinstance(values[0], Span) and all(value == values[0] for value in values):
        return Constant(values[0])
    ends = np.asarray([day_ends(value) for value in values], np.int32).reshape(-1, 2)
    return Range(ends[places, 0], ends[places, 1])


def _codes(values: Sequence[Value], choices: tuple[Any, ...], places: npt.NDArray[Any]) -> Column:
    """A column of texts from the text of each pattern."""
    if values and all(value == values[0] for value in values):
        return Constant(values[0])
    order = {value: place for place, value in enumerate((*choices, None))}
    codes = np.asarray([order[value] for value in values], np.uint8 if len(order) < 256 else np.uint16)
    return Codes(codes[places], (*choices, None))


def day_ends(value: Any) -> tuple[int, int]:
    """The first and last day that a date may be, as day numbers."""
    if value is None:
        return MISSING_LOW, MISSING_HIGH
    if isinstance(value, Span):
        assert isinstance(value.low, date)
        assert isinstance(value.high, date)
        return value.low.toordinal(), value.high.toordinal()
    return value.toordinal(), value.toordinal()
