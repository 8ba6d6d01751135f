"""The last lot start that still ships: until when a lot may be begun, and until when shipped, under each version of a rule.

A lot begun on day B ships on some day from B + shortest to B + longest cycle. Whether it may is asked of the engine for
single pairs of days. Its answer is constant in B between the days that the law compares the start of production with, and
in the day of shipment between the days on which the law, a set, a listing or a date of the row changes; so the last days are
found among the edges of these stretches. (Savings clauses of 85 FR 29849 and 85 FR 51596 are why the start matters.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from carveout.decide.causes import causes
from carveout.decide.horizon import candidate_days
from carveout.decide.outcome import Interval
from carveout.decide.plain import Unit, network_of
from carveout.decide.transaction import Transaction, judge_units, make_units
from carveout.law.condition import Compare, leaves
from carveout.law.view import View
from carveout.plan.error import PlanError

Make = Callable[[date, date], Transaction]
"""The transaction of a lot begun on the first day and shipped on the second."""

STARTED, SHIPPED = "production_started_on", "shipped_on"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days from the first production step to shipment: ``shortest`` to ``longest``, both possible."""

    shortest: int
    longest: int

    def __post_init__(self) -> None:
        """Refuse what no cycle can be.

        Raises:
            PlanError: negative days, or the longest before the shortest.
        """
        if not 0 <= self.shortest <= self.longest <= 3650:
            raise PlanError(f"a cycle of {self.shortest} to {self.longest} days; write [shortest, longest], 0 to 3650")


@dataclass(frozen=True, slots=True)
class Version:
    """A stretch of days with one text of the rule: its first and last day (None: open) and the texts in force."""

    start: date
    through: date | None
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Last:
    """A last day, None where there is none; ``open`` where no end is known; ``ends`` are the provisions that end it."""

    day: date | None = None
    open: bool = False
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LotStart:
    """For lots that ship under one version: the last start and the last shipment that are surely free, and the last of
    each that may be free (on the shortest cycle, and where the law is in doubt).
    """

    version: Version
    start: Last
    ship: Last
    possible_start: Last
    possible_ship: Last


def versions(view: View, rule: str, groups: Iterable[str] = ()) -> list[Version]:
    """The versions of a rule: provisions whose id begins with ``rule``, and the dated sets it names, as known.

    Raises:
        PlanError: no provision of the view has such an id.
    """
    found = [one for name, one in view.provisions.items() if name.startswith(rule)]
    if not found:
        raise PlanError(f"no provision begins with {rule!r}")
    days = {day for one in found for s in one.stretches for day in (s.start, s.end) if day and day > date.min}
    days |= {day for name in groups if name in view.groups for day in view.groups[name].starts}
    first = view.corpus.covers_from
    edges = [first, *sorted(day for day in days if day > first)]
    told = []
    for place, start in enumerate(edges):
        through = edges[place + 1] - DAY if place + 1 < len(edges) else None
        stretches = [stretch for one in found if (stretch := one.at(start)) is not None]
        sources = sorted({r.source for s in stretches for r in s.readings if r is not None})
        known = view.corpus.instruments
        told.append(Version(start, through, tuple(known[s].citation if s in known else s for s in sources)))
    return told


class LotStarts:
    """Finds the last days for one lot and customer; answers of the engine are remembered."""

    def __init__(self, view: View, make: Make, cycle: Cycle) -> None:
        self.view, self.make, self.cycle = view, make, cycle
        self._answers: dict[tuple[date, date], Interval] = {}
        self.starts, self.ships = self._edges()

    def answer(self, begun: date, shipped: date) -> Interval:
        """The engine's answer for a lot begun and shipped on two days."""
        found = self._answers.get((begun, shipped))
        if found is None:
            units = self._units(begun, shipped)
            found = self._answers[begun, shipped] = judge_units(units[0].network, units)["overall"]
        return found

    def _units(self, begun: date, shipped: date) -> list[Unit]:
        return [unit for _, unit in make_units(self.make(begun, shipped), self.view)]

    def _edges(self) -> tuple[list[date], list[date]]:
        """Days from which the answer may differ: by the start of production, and by the day of shipment."""
        network, first = network_of(self.view), self.view.corpus.covers_from
        begun: set[date] = set()
        shipped = set(candidate_days(network, self._units(first, first), first, open_only=False))
        for leaf in (leaf for c in network.clauses for tree in c.condition.readings for leaf in leaves(tree)):
            if not isinstance(leaf, Compare) or not {leaf.fact, leaf.other} & {STARTED, SHIPPED}:
                continue
            if leaf.other or not isinstance(leaf.value, date):
                raise PlanError(f"{leaf.fact} is compared with {leaf.other}; a lot start is found for fixed days only")
            (begun if leaf.fact == STARTED else shipped).update((leaf.value, leaf.value + DAY))
        return sorted(begun), sorted(shipped)

    def last(self, version: Version) -> LotStart:
        """The last days under one version."""
        sure, may = self._starts(version, surely=True), self._starts(version, surely=False)
        return LotStart(version, sure, self._ships(version, surely=True), may, self._ships(version, surely=False))

    # Starts

    def _starts(self, version: Version, *, surely: bool) -> Last:
        """A stretch of good starts ends where the start, or the last day that decides, crosses an edge."""
        cycle = self.cycle
        decides = (cycle.longest if surely else cycle.shortest) * DAY

        def good(begun: date) -> bool:
            return self._surely(begun) if surely else self._possibly(begun, version)

        if version.through is None:
            far = max((*self.starts, *self.ships, version.start)) + cycle.longest * DAY
            if good(far):
                return Last(open=True)
        ends = {day - DAY for day in self.starts} | {day - DAY - decides for day in self.ships}
        if version.through is not None:
            ends.add(version.through - decides)
        for begun in sorted(ends, reverse=True):
            last = begun + cycle.longest * DAY
            within = version.start <= last and (version.through is None or begun + decides <= version.through)
            if within and good(begun):
                return Last(begun, ends=self._ends_start(begun, surely=surely))
        return Last()

    def _surely(self, begun: date) -> bool:
        """Whether a lot ships freely whatever its cycle turns out to be."""
        days = self._shipments(begun)
        return days[0] >= self.view.corpus.covers_from and all(self.answer(begun, day).at_most.is_free for day in days)

    def _possibly(self, begun: date, version: Version) -> bool:
        """Whether on some cycle it may be free to ship within a version."""
        days = [day for day in {*self._shipments(begun), version.start} if self._in_reach(begun, day)]
        return any(
            self.answer(begun, day).at_least.is_free
            for day in days
            if version.start <= day and (version.through is None or day <= version.through)
        )

    def _in_reach(self, begun: date, shipped: date) -> bool:
        return self.cycle.shortest <= (shipped - begun).days <= self.cycle.longest

    def _shipments(self, begun: date) -> list[date]:
        """One day of every stretch of days on which a lot may ship."""
        first, last = begun + self.cycle.shortest * DAY, begun + self.cycle.longest * DAY
        return [first, *(day for day in self.ships if first < day <= last)]

    def _ends_start(self, begun: date, *, surely: bool) -> tuple[str, ...]:
        """What bars, or puts in doubt, a lot begun a day later; nothing where only the version ends."""
        later = begun + DAY
        for day in self._shipments(later):
            now = self.answer(later, day)
            if now.at_most.is_free if surely else now.at_least.is_free:
                if not surely:
                    return ()
                continue
            before = day if self._in_reach(begun, day) else day - DAY
            found = self._moved((begun, before), (later, day))
            if found:
                return found
        return ()

    # Shipments

    def _ships(self, version: Version, *, surely: bool) -> Last:
        """A stretch of good shipments ends where the day, or the earliest start it can come from, crosses an edge."""
        far = max((*self.starts, *self.ships, version.start)) + (self.cycle.longest + 1) * DAY
        if version.through is None and self._shippable(far, surely=surely) is not None:
            return Last(open=True)
        ends = {day - DAY for day in self.ships} | {day - DAY + self.cycle.longest * DAY for day in self.starts}
        ends |= {version.through} if version.through is not None else set()
        for shipped in sorted(ends, reverse=True):
            if version.start <= shipped and (version.through is None or shipped <= version.through):
                begun = self._shippable(shipped, surely=surely)
                if begun is not None:
                    return Last(shipped, ends=self._ends_ship(begun, shipped, surely=surely))
        return Last()

    def _shippable(self, shipped: date, *, surely: bool) -> date | None:
        """The start of some lot that is, or may be, free to ship on a day; None where there is none."""
        first, last = shipped - self.cycle.longest * DAY, shipped - self.cycle.shortest * DAY
        for begun in (first, *(day for day in self.starts if first < day <= last)):
            found = self.answer(begun, shipped)
            if found.at_most.is_free if surely else found.at_least.is_free:
                return begun
        return None

    def _ends_ship(self, begun: date, shipped: date, *, surely: bool) -> tuple[str, ...]:
        later = shipped + DAY
        if self._shippable(later, surely=surely) is not None:
            return ()
        return self._moved((begun, shipped), (begun if self._in_reach(begun, later) else begun + DAY, later))

    def _moved(self, before: tuple[date, date], after: tuple[date, date]) -> tuple[str, ...]:
        """The provisions that moved the outcome from one pair of days to another."""
        return causes(self._units(*before), self._units(*after))


def last_lot_starts(view: View, make: Make, cycle: Cycle, *, rule: str, groups: Iterable[str] = ()) -> list[LotStart]:
    """The last lot start and the last shipment under each version of a rule, earliest version first.

    ``rule`` is how the ids of its provisions begin, for example ``ear/734.9/``; ``groups`` are the dated sets it names.

    Raises:
        PlanError: no such rule, or a law that compares the start of production with other dates.
    """
    starts = LotStarts(view, make, cycle)
    return [starts.last(version) for version in versions(view, rule, groups)]
