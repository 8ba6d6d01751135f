"""Provisions and their assertions: the units of law, what they are and which edges tie them.

A provision is a paragraph with an id (its citation); an assertion is what one instrument says of it for a period.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from carveout.law.condition import Node, Shift
from carveout.law.dates import Period
from carveout.law.evidence import Evidence


class Kind(StrEnum):
    """What a provision does (design section 1)."""

    definition = "definition"
    requirement = "requirement"
    prohibition = "prohibition"
    review = "review"
    authorization = "authorization"
    carve_out = "carve_out"
    limitation = "limitation"
    duty = "duty"
    entitlement = "entitlement"

    @property
    def restricts(self) -> bool:
        """Whether law of this kind burdens the actor (decides when it counts as public)."""
        return self not in (Kind.authorization, Kind.carve_out, Kind.entitlement)


EDGES: dict[str, tuple[frozenset[Kind], frozenset[Kind]]] = {
    "lifts": (frozenset({Kind.authorization}), frozenset({Kind.requirement})),
    "carves": (frozenset({Kind.carve_out}), frozenset({Kind.requirement, Kind.prohibition, Kind.review})),
    "limits": (frozenset({Kind.limitation}), frozenset({Kind.authorization, Kind.carve_out})),
    "suspends": (frozenset(Kind) - {Kind.duty, Kind.entitlement}, frozenset(Kind)),
    "attaches": (frozenset({Kind.duty}), frozenset(Kind)),
}
"""Edge -> kinds it may start from, kinds it may point to."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A named condition: its readings (usually one), the SQL as written, and how well it is held.

    ``doubted`` conditions are unverified and carry no readings of their own: they are read as a condition of
    the law and as none.
    """

    name: str
    readings: tuple[Node, ...]
    sql: tuple[str, ...]
    evidence: Evidence
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """What an assertion says: all conditions must hold; ``untranslatable`` is a question no fact answers."""

    conditions: tuple[Condition, ...]
    untranslatable: str
    evidence: Evidence
    instrument: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """One instrument's (or scenario's) statement about a provision for a period."""

    provision: str
    instrument: str
    scenario: str
    period: Period
    evidence: Evidence
    text: Text | None
    repeals: bool
    frees: bool
    order: int
    file: str
    line: int

    @property
    def source(self) -> str:
        """The instrument, or the scenario in its place."""
        return self.instrument or f"scenario {self.scenario}"


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table of cases beside a provision."""

    provision: str
    name: str
    on: date
    facts: tuple[tuple[str, str], ...]
    outcome: str
    until: str
    line: int
    file: str


@dataclass(frozen=True, slots=True)
class Provision:
    """A paragraph of law with all that was ever asserted of it.

    ``due`` are dates of the row, moved, of which the latest that is known is the last day of a duty.
    """

    id: str
    regime: str
    kind: Kind
    title: str
    citation: str
    prose: str
    assertions: tuple[Assertion, ...]
    lifts: tuple[str, ...] = ()
    carves: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    suspends: tuple[str, ...] = ()
    attaches: tuple[str, ...] = ()
    defines: str = ""
    clock: str = "act_date"
    duty: str = ""
    due: tuple[tuple[str, Shift], ...] = ()
    keep_years: int | None = None
    reviewed_through: date | None = None
    cases: tuple[Case, ...] = ()
    notes: str = ""
    file: str = ""
    edge_lines: dict[str, int] = field(default_factory=dict)

    def edges(self) -> dict[str, tuple[str, ...]]:
        """Edge name -> targets, the empty ones left out."""
        return {name: targets for name in EDGES if (targets := getattr(self, name))}
