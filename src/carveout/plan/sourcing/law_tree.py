"""The tree of what the law may become: its leaves, their probabilities, and what is public on which day.

Events are independent of each other, save that an extension may decide about the end of an earlier one. A leaf is one way
through all of them. What is public on a day, and nothing else, tells leaves apart on that day (non-anticipativity), and acts
are judged under what is public then: before a late extension is published its license has lapsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from carveout.law.corpus import Corpus, bundled
from carveout.law.error import LawError, UnknownName, nearest
from carveout.law.overlay import read_overlay
from carveout.law.view import View
from carveout.parties.held_law import law_with_lists
from carveout.plan.error import PlanError
from carveout.plan.sourcing.event import EXTENSION, LICENSE, SCENARIO, Event
from carveout.plan.sourcing.problem import Problem

MOST_LEAVES = 400
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes public on a day: the outcome of an event, a scenario it lays over the law, a license it gives."""

    day: date
    event: str
    branch: int
    told: str
    overlay: str = ""
    license: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One way the law may go: its probability, and the steps in the order in which they become public."""

    id: str
    probability: float
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """The leaf in words."""
        return "; ".join(f"{step.event} {step.told}" for step in self.steps) or "the law as known"

    def public(self, day: date) -> tuple[Step, ...]:
        """The steps public on a day."""
        return tuple(step for step in self.steps if step.day <= day)

    def overlays(self, day: date) -> tuple[str, ...]:
        """The scenarios laid over the law on a day, in order."""
        return tuple(step.overlay for step in self.public(day) if step.overlay)

    def licenses(self, day: date) -> frozenset[str]:
        """The events whose license is public on a day."""
        return frozenset(step.event for step in self.public(day) if step.license)


@dataclass
class LawTree:
    """The leaves, the events by id, and the law with the pages that the events need."""

    known: date
    leaves: tuple[Leaf, ...]
    events: dict[str, Event]
    corpus: Corpus
    _views: dict[tuple[str, ...], View] = field(default_factory=dict)

    def view(self, overlays: tuple[str, ...]) -> View:
        """The law as known on the day of the plan, with scenarios laid over it."""
        if overlays not in self._views:
            self._views[overlays] = self.corpus.view(known=self.known, scenarios=overlays)
        return self._views[overlays]


def grow(problem: Problem) -> LawTree:
    """The tree of a problem.

    Raises:
        PlanError: too many leaves, a scenario that is not there, a page that cannot be read as law.
    """
    return planted(problem, [event.chance.mean for event in problem.events])


def planted(problem: Problem, chances: Sequence[Sequence[float]]) -> LawTree:
    """The tree with given probabilities of the branches of each event."""
    pages: dict[str, str] = {}
    _check_licenses(problem.events)
    found = [(p, tuple(sorted(steps, key=lambda s: (s.day, s.event)))) for p, steps in _ways(problem, chances, pages)]
    if len(found) > MOST_LEAVES:
        raise PlanError(
            f"the events have {len(found)} ways together; keep it to {MOST_LEAVES}: fewer events, or fewer lengths"
        )
    width = len(str(len(found)))
    leaves = tuple(Leaf(f"s{place:0{width}d}", p, steps) for place, (p, steps) in enumerate(found, 1))
    return LawTree(problem.known, leaves, {event.id: event for event in problem.events}, _law(problem.events, pages))


def _ways(
    problem: Problem, chances: Sequence[Sequence[float]], pages: dict[str, str]
) -> Iterator[tuple[float, tuple[Step, ...]]]:
    """Every way through the events, with its probability; pages of extensions are written on the way."""
    last = problem.periods.last_day

    def onward(
        place: int, p: float, steps: tuple[Step, ...], ends: dict[str, date]
    ) -> Iterator[tuple[float, tuple[Step, ...]]]:
        if place == len(problem.events):
            yield p, steps
            return
        event = problem.events[place]
        closes = event.through or ends.get(event.after)
        public = event.public
        if event.kind == EXTENSION:
            public = closes + event.public_after * DAY if closes is not None else None
        if public is None or public > last:
            # It never comes up on this way, or only after the plan: it tells nothing apart.
            yield from onward(place + 1, p, steps, ends)
            return
        if public <= problem.known:
            raise PlanError(
                f"event {event.id}: on one way it is public on {public}, not after {problem.known}, the day of knowledge"
            )
        for branch, told in enumerate(event.branches):
            step, later = _step(event, branch, told, public, closes, pages), ends
            if event.kind == EXTENSION and event.days[branch] and closes is not None:
                later = {**ends, event.id: closes + event.days[branch] * DAY}
            yield from onward(place + 1, p * chances[place][branch], (*steps, step), later)

    return onward(0, 1.0, (), {})


def _step(event: Event, branch: int, told: str, public: date, closes: date | None, pages: dict[str, str]) -> Step:
    overlay = ""
    if event.kind == EXTENSION and event.days[branch]:
        assert closes is not None
        overlay, page = _extension_page(event, closes, event.days[branch])
        pages[overlay] = page
    elif event.scenario and branch == 0:
        overlay = event.scenario
    return Step(public, event.id, branch, told, overlay, event.kind == LICENSE and branch == 0)


def _extension_page(event: Event, closes: date, days: int) -> tuple[str, str]:
    """Name and text of the scenario that gives provisions a later last day."""
    name = f"plan-{event.id}-{closes:%Y%m%d}-{days}"
    named = ", ".join(f'"{provision}"' for provision in event.provisions)
    return name, (
        f'# Extended by {days} days after {closes}\n\nA supposition of a plan, not law.\n\n```toml\nscenario = "{name}"\n'
        f'provision = [{named}]\nfrom = {closes + DAY}\nthrough = {closes + days * DAY}\nevidence = "inferred"\n```\n'
    )


def _check_licenses(events: Sequence[Event]) -> None:
    named = [act for event in events for act in event.acts]
    twice = sorted({act for act in named if named.count(act) > 1})
    if twice:
        raise PlanError(f"the act {twice[0]!r} is named by two events of kind license; a row holds one license")


def _law(events: Sequence[Event], pages: dict[str, str]) -> Corpus:
    """The law with the pages of extensions and the user's own."""
    texts = {f"scenarios/{name}.md": text for name, text in pages.items()}
    try:
        for event in events:
            if event.page is not None:
                texts.update(read_overlay(event.page).texts)
            elif event.scenario and event.scenario not in bundled().scenarios:
                close = nearest(event.scenario, bundled().scenarios)
                raise PlanError(
                    f"event {event.id}: no scenario {event.scenario!r}; {close} (a page of your own ends in .md)"
                )
        return law_with_lists(tuple(sorted(texts.items())))
    except UnknownName as error:
        raise PlanError(str(error)) from None
    except LawError as error:
        raise PlanError(f"what the events suppose cannot be laid over the law:\n{error}") from None


LATER = {EXTENSION: 8, LICENSE: 45, SCENARIO: 30}
"""Held-out leaves: a decision becomes public up to so many days later than the tree supposes."""
SPREAD = 10
"""Held-out leaves: days by which the length of an extension departs from those of the tree (standard deviation)."""


def held_out(problem: Problem, count: int, seed: int) -> LawTree:
    """Leaves that the plan was not made for, each as likely: probabilities drawn from the posteriors, other lengths, later days."""
    random = np.random.default_rng(seed)
    pages: dict[str, str] = {}
    leaves = []
    for place in range(1, count + 1):
        steps: list[Step] = []
        ends: dict[str, date] = {}
        for event in problem.events:
            branch = int(random.choice(len(event.branches), p=event.chance.drawn(random)))
            late, more = int(random.integers(0, LATER[event.kind] + 1)), round(random.normal(0, SPREAD))
            closes, public = event.through or ends.get(event.after), event.public
            if event.kind == EXTENSION:
                public = closes + event.public_after * DAY if closes is not None else None
            if public is None:
                continue
            drawn = event
            if event.kind == EXTENSION and event.days[branch] and closes is not None:
                days = max(1, event.days[branch] + more)
                drawn = replace(event, days=(days,), branches=(f"extended by {days} days",))
                ends[event.id] = closes + days * DAY
            elif event.kind == EXTENSION:
                drawn = replace(event, days=(0,), branches=("not extended",))
            number = 0 if event.kind == EXTENSION else branch
            steps.append(_step(drawn, number, drawn.branches[number], public + late * DAY, closes, pages))
        ordered = tuple(sorted(steps, key=lambda s: (s.day, s.event)))
        leaves.append(Leaf(f"h{place:03d}", 1 / count, ordered))
    return LawTree(
        problem.known, tuple(leaves), {event.id: event for event in problem.events}, _law(problem.events, pages)
    )
