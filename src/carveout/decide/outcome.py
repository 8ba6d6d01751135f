"""The scale of outcomes, the interval of an answer, and the roll-up from provisions to outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from carveout.facts.value import FALSE, TRUE, Truth
from carveout.law.provision import Kind


class Outcome(IntEnum):
    """What the law says of an act, in order of burden (design section 1)."""

    not_subject = 0
    no_license_required = 1
    authorized = 2
    subject_to_review = 3
    license_required = 4
    prohibited = 5

    @property
    def is_free(self) -> bool:
        """Whether the act may go ahead (``subject_to_review`` is free, exposed to a review)."""
        return self <= Outcome.subject_to_review


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """At least, at most: the outcome under every way of filling in what is unknown."""

    at_least: Outcome
    at_most: Outcome

    @property
    def settled(self) -> bool:
        """Whether both ends agree."""
        return self.at_least is self.at_most

    def __str__(self) -> str:
        return self.at_least.name if self.settled else f"{self.at_least.name}..{self.at_most.name}"


LEVELS: tuple[tuple[Outcome, Kind | None], ...] = (
    (Outcome.prohibited, Kind.prohibition),
    (Outcome.license_required, Kind.requirement),
    (Outcome.subject_to_review, Kind.review),
)
"""Outcome reached when a provision of the kind holds; below them, ``authorized`` when a requirement is engaged."""


def roll_up(
    kinds: Mapping[Kind, Sequence[int]], engaged: Sequence[Truth], holds: Sequence[Truth], subject: Truth
) -> Interval:
    """The interval of one unit in one regime: ``at_least`` from must, ``at_most`` from may. ``kinds`` are the positions of
    its provisions by kind."""
    at_most: Outcome | None = None
    for outcome, kind in LEVELS:
        at_least, at_most = _reached(outcome, kinds.get(kind, ()) if kind else (), holds, at_most)
        if at_least:
            return Interval(outcome, at_most or outcome)
    at_least, at_most = _reached(Outcome.authorized, kinds.get(Kind.requirement, ()), engaged, at_most)
    if at_least:
        return Interval(Outcome.authorized, at_most or Outcome.authorized)
    if subject and at_most is None:
        at_most = Outcome.no_license_required
    least = Outcome.no_license_required if subject == TRUE else Outcome.not_subject
    return Interval(least, at_most or Outcome.not_subject)


def _reached(
    outcome: Outcome, places: Sequence[int], truths: Sequence[Truth], at_most: Outcome | None
) -> tuple[bool, Outcome | None]:
    """Whether an outcome must be reached, and the highest that may be."""
    truth = FALSE
    for place in places:
        truth |= truths[place]
    return truth == TRUE, outcome if truth and at_most is None else at_most


def worst(intervals: Iterable[Interval]) -> Interval:
    """The interval of several units or regimes together: the maximum of each end."""
    at_least = at_most = Outcome.not_subject
    for interval in intervals:
        at_least = max(at_least, interval.at_least)
        at_most = max(at_most, interval.at_most)
    return Interval(at_least, at_most)
