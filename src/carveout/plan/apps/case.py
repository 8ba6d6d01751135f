"""A case of ``plan apps``: devices, services, replacements, apps and means.

Units: months, engineer-months, money of one currency, users. A quality loss is the share of an app's users that leave though
the app works. The users of an app are those who would leave the maker's devices without it, each counted at one app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from carveout.plan.law_scenario import LawScenario

UPDATES = ("security", "fix", "feature")


@dataclass(frozen=True)
class Device:
    """A model in the field: its users at the start and at the end, and what the law asks of it (cells of a book)."""

    model: str
    users: float
    users_end: float
    public_on: date | None
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Replacement:
    """One way, or one more step, to replace a service: how much work, at least how many months, what cost, what loss."""

    service: str
    name: str
    effort: float
    months: int
    cost: float
    loss: float


@dataclass(frozen=True)
class Service:
    """A service that apps use; one of the platform is asked about, the others are taken to stay."""

    id: str
    name: str
    platform: bool
    needs: tuple[str, ...]
    signals: tuple[str, ...]
    update_kind: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class App:
    """An app: who makes it, who would leave without it, what it cannot do without, and what winning its maker takes."""

    id: str
    maker: str
    users: float
    services: tuple[str, ...]
    optional: Mapping[str, float]
    cost: float
    months: int
    effort: float


@dataclass(frozen=True)
class Floor:
    """At least this share of all users has to be kept in the period of a day."""

    by: date
    share: float


@dataclass(frozen=True)
class Case:
    """All of it, checked. ``starts`` has one day more than there are periods."""

    starts: tuple[date, ...]
    months: int
    at: date | None
    unprotected_loss: float
    engineers: tuple[float, ...]
    recruiting: tuple[float, ...]
    currency: str
    law: Mapping[str, str]
    scenarios: tuple[LawScenario, ...]
    devices: Mapping[str, Device]
    services: Mapping[str, Service]
    replacements: Mapping[str, tuple[Replacement, ...]]
    apps: Mapping[str, App]
    floors: tuple[Floor, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return len(self.starts) - 1

    def last_day(self, period: int) -> date:
        """The last day of a period."""
        return self.starts[period + 1] - timedelta(days=1)

    def period_of(self, day: date) -> int:
        """The period of a day, -1 where it is outside."""
        return next((t for t in range(self.periods) if self.starts[t] <= day < self.starts[t + 1]), -1)

    def users_of(self, device: Device, period: int) -> float:
        """Users of a model in a period: a straight line from the start to the end, none before it is public."""
        if device.public_on is not None and device.public_on > self.last_day(period):
            return 0.0
        share = period / (self.periods - 1) if self.periods > 1 else 0.0
        return device.users + (device.users_end - device.users) * share
