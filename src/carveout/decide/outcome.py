"""The scale of outcomes, the interval of an answer, and the roll-up from provisions to outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from carveout.decide.network import Node
from carveout.facts.value import TRUE, Truth
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
    kinds: Mapping[Kind, Sequence[Node]], engaged: Sequence[Truth], holds: Sequence[Truth], subject: Truth
) -> Interval:
    """The interval of one unit in one regime: ``at_least`` from must, ``at_most`` from may."""
    at_least = at_most = Outcome.not_subject
    for outcome, kind in LEVELS:
        for node in kinds.get(kind, ()) if kind else ():
            truth = holds[node.index]
            if truth and outcome > at_most:
                at_most = outcome
            if truth == TRUE and outcome > at_least:
                at_least = outcome
    for node in kinds.get(Kind.requirement, ()):
        truth = engaged[node.index]
        if truth and Outcome.authorized > at_most:
            at_most = Outcome.authorized
        if truth == TRUE and Outcome.authorized > at_least:
            at_least = Outcome.authorized
    if subject and Outcome.no_license_required > at_most:
        at_most = Outcome.no_license_required
    if subject == TRUE and Outcome.no_license_required > at_least:
        at_least = Outcome.no_license_required
    return Interval(at_least, at_most)


def worst(intervals: Iterable[Interval]) -> Interval:
    """The interval of several units or regimes together: the maximum of each end."""
    at_least = at_most = Outcome.not_subject
    for interval in intervals:
        at_least = max(at_least, interval.at_least)
        at_most = max(at_most, interval.at_most)
    return Interval(at_least, at_most)
