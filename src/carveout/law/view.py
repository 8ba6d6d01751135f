"""Views: the assertions known on a day, folded into stretches of days that do not overlap.

Nothing is edited. In the order in which the instruments became public, scenarios after them in the order chosen, each
assertion paints its period: what is held firmly replaces what was there, what is in doubt stands beside it as a second
reading, a repeal leaves nothing. An assertion without a text continues what went before: the last text held firmly,
or none, and beside it every unverified text that came after.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from carveout.law.corpus import Corpus
from carveout.law.entry import EntryView, view_entry
from carveout.law.evidence import Evidence
from carveout.law.group import GroupHistory
from carveout.law.provision import Assertion, Provision, Text


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a stretch: the text that applies, the weakest evidence for it, its source and the text's."""

    text: Text
    evidence: Evidence
    source: str
    assertion: Assertion


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days ``start``..``end`` (end exclusive, None open) with the readings of the provision there.

    None among the readings: under that reading the provision is not in force.
    """

    start: date
    end: date | None
    readings: tuple[Reading | None, ...]

    def contains(self, day: date) -> bool:
        """Whether the day lies in the stretch."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """A provision through time, as known."""

    provision: Provision
    stretches: tuple[Stretch, ...]
    starts: tuple[date, ...]

    def at(self, day: date) -> Stretch | None:
        """The stretch that holds the day, None when nothing was ever asserted for it."""
        position = bisect_right(self.starts, day) - 1
        if position < 0:
            return None
        stretch = self.stretches[position]
        return stretch if stretch.contains(day) else None


@dataclass(frozen=True, eq=False)
class View:
    """The whole law as known: provisions folded, sets folded, list entries seen; immutable, compared by identity."""

    corpus: Corpus
    known: date | None
    scenarios: tuple[str, ...]
    provisions: Mapping[str, ProvisionView]
    groups: Mapping[str, GroupHistory]
    entries: Mapping[str, EntryView]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the corpus hash, the day of knowledge and the scenarios."""
        text = "\0".join([self.corpus.hash, self.known.isoformat() if self.known else "", *self.scenarios])
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def boundaries(self) -> tuple[date, ...]:
        """Every day on which a provision or a set changes, ascending."""
        days = {day for view in self.provisions.values() for s in view.stretches for day in (s.start, s.end) if day}
        days |= {day for group in self.groups.values() for day in group.starts}
        return tuple(sorted(days))


def _public(assertion: Assertion, corpus: Corpus, known: date | None) -> bool:
    if known is None:
        return True
    return corpus.instruments[assertion.instrument].public_from(frees=assertion.frees) <= known


def _cut(stretches: list[Stretch], start: date, end: date | None) -> list[Stretch]:
    """The stretches, cut at both ends of a period."""
    cut: list[Stretch] = []
    for stretch in stretches:
        edges = [
            day for day in (start, end) if day and stretch.start < day and (stretch.end is None or day < stretch.end)
        ]
        bounds = [stretch.start, *sorted(edges), stretch.end]
        for left, right in pairwise(bounds):
            assert left is not None
            cut.append(Stretch(left, right, stretch.readings))
    return cut


def _paint(
    stretches: list[Stretch], span: tuple[date, date | None], readings: tuple[Reading | None, ...], *, certain: bool
) -> list[Stretch]:
    start, end = span
    painted = []
    for stretch in _cut(stretches, start, end):
        inside = stretch.start >= start and (end is None or (stretch.end is not None and stretch.end <= end))
        if inside:
            kept = () if certain else stretch.readings
            laid = (*kept, *(reading for reading in readings if reading not in kept))
            painted.append(Stretch(stretch.start, stretch.end, laid))
        else:
            painted.append(stretch)
    return painted


def _merge(stretches: list[Stretch]) -> tuple[Stretch, ...]:
    """Neighbors with the same readings joined, stretches in which the provision never is in force left out."""
    merged: list[Stretch] = []
    for stretch in stretches:
        if merged and merged[-1].end == stretch.start and merged[-1].readings == stretch.readings:
            merged[-1] = Stretch(merged[-1].start, stretch.end, stretch.readings)
        else:
            merged.append(stretch)
    return tuple(s for s in merged if s.readings != (None,))


def fold_provision(provision: Provision, assertions: Iterable[Assertion]) -> ProvisionView:
    """The provision's assertions painted over each other, each over those before it."""
    stretches = [Stretch(date.min, None, (None,))]
    inherited: tuple[Text | None, ...] = (None,)
    for assertion in assertions:
        certain = assertion.evidence is not Evidence.unverified
        if assertion.text is not None:
            inherited = (assertion.text,) if certain else (*inherited, assertion.text)
        texts = (None,) if assertion.repeals else (assertion.text,) if assertion.text else inherited
        if texts == (None,) and not assertion.repeals:
            continue
        readings = tuple(_reading(assertion, text) for text in texts)
        if not certain or assertion.period.narrow != assertion.period.wide:
            stretches = _paint(stretches, assertion.period.wide, readings, certain=False)
        if certain and assertion.period.narrow is not None:
            stretches = _paint(stretches, assertion.period.narrow, readings, certain=True)
    merged = _merge(stretches)
    return ProvisionView(provision, merged, tuple(s.start for s in merged))


def _reading(assertion: Assertion, text: Text | None) -> Reading | None:
    """A text as an assertion puts it in force: held no better than either."""
    return Reading(text, max(assertion.evidence, text.evidence), assertion.source, assertion) if text else None


def _order_of_law(assertion: Assertion, corpus: Corpus) -> tuple[date, date, int]:
    """Instruments in the order in which they became law, then the order of the file."""
    return (*corpus.instruments[assertion.instrument].rank, assertion.order)


def fold(corpus: Corpus, known: date | None, scenarios: tuple[str, ...]) -> View:
    """The view of a corpus for a day of knowledge and scenarios (in the order given, later over earlier)."""
    overlays: dict[str, list[Assertion]] = {}
    entries = dict(corpus.entries)
    for scenario in map(corpus.scenarios.__getitem__, scenarios):
        for assertion in scenario.assertions:
            overlays.setdefault(assertion.provision, []).append(assertion)
        for entry in scenario.entries:
            entries[entry.id] = entries[entry.id].overlaid(entry) if entry.id in entries else entry
    provisions = {}
    for identifier, provision in corpus.provisions.items():
        public = [a for a in provision.assertions if _public(a, corpus, known)]
        ordered = sorted(public, key=lambda a: _order_of_law(a, corpus))
        provisions[identifier] = fold_provision(provision, [*ordered, *overlays.get(identifier, ())])
    instruments = dict(corpus.instruments)
    return View(
        corpus=corpus,
        known=known,
        scenarios=scenarios,
        provisions=provisions,
        groups={name: group.fold(known, instruments) for name, group in corpus.groups.items()},
        entries={key: view_entry(entry, known, instruments, frozenset(scenarios)) for key, entry in entries.items()},
    )


def last_day(stretch: Stretch) -> date | None:
    """The last day of a stretch, None when it is open."""
    return stretch.end - timedelta(days=1) if stretch.end else None
