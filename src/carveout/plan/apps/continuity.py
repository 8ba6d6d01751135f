"""Who gets updates until when, day by day, and how much of the fleet is without: no plan, only the law and the fleet.

A plan counts whole periods. Here are the days themselves: for every scenario, model and kind of update the last day on which
the platform may surely deliver it, and on every day on which something turns the share of users without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from carveout.law.view import View
from carveout.plan.apps.case import UPDATES, Case, Device, Service
from carveout.plan.apps.lawful import DAY, Asked, Compose, cells_of, stream
from carveout.plan.law_scenario import LawScenario


@dataclass(frozen=True)
class Stream:
    """One kind of update toward one model under one scenario: the runs of days on which it is surely free, in order."""

    scenario: LawScenario
    device: Device
    kind: str
    free: tuple[tuple[date, date], ...]

    def on(self, day: date) -> bool:
        """Whether the update may surely go out on a day."""
        return any(first <= day <= last for first, last in self.free)


@dataclass(frozen=True)
class Bare:
    """From a day on, by scenario: users without security updates from the platform; of ``users`` in all."""

    day: date
    users: float
    without: tuple[float, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """The same as shares of all users; none where there are no users."""
        return tuple(one / self.users if self.users else 0.0 for one in self.without)


def streams(case: Case, views: Sequence[View], compose: Compose) -> list[Stream]:
    """Every kind of update toward every model under every scenario, asked of the engine."""
    found = []
    for scenario, view in zip(case.scenarios, views, strict=True):
        asked = Asked(view, compose, case.last_day(case.periods - 1))
        for device in case.devices.values():
            found += [
                Stream(scenario, device, kind, _free(case, asked, stream(case, kind), device)) for kind in UPDATES
            ]
    return found


def _free(case: Case, asked: Asked, service: Service, device: Device) -> tuple[tuple[date, date], ...]:
    """The runs of free days; a model that goes on sale within them is asked about as a new one before that day.

    Updates that are not the platform's are taken to stay, as in a plan.
    """
    first, last = case.starts[0], case.last_day(case.periods - 1)
    if not service.platform:
        return ((first, last),)
    turns = [first]
    if device.public_on is not None and first < device.public_on <= last:
        turns.append(device.public_on)
    runs: list[tuple[date, date]] = []
    for place, day in enumerate(turns):
        through = turns[place + 1] - DAY if place + 1 < len(turns) else last
        for span in asked.spans(cells_of(case, service, device, day), first, last):
            start, end = max(span.first, day), min(span.last, through)
            if start > end or not span.outcome.at_most.is_free:
                continue
            if runs and runs[-1][1] == start - DAY:
                runs[-1] = (runs[-1][0], end)
            else:
                runs.append((start, end))
    return tuple(runs)


def unprotected(case: Case, found: Sequence[Stream]) -> list[Bare]:
    """Users without security updates, from every day on which a period begins or an answer turns."""
    security = [one for one in found if one.kind == "security"]
    turns = {edge for one in security for first, last in one.free for edge in (first, last + DAY)}
    days = sorted({*case.starts[:-1], *(day for day in turns if case.starts[0] < day < case.starts[-1])})
    told = []
    for day in days:
        users = {name: case.users_of(one, case.period_of(day)) for name, one in case.devices.items()}
        without = [
            sum(users[one.device.model] for one in security if one.scenario == scenario and not one.on(day))
            for scenario in case.scenarios
        ]
        told.append(Bare(day, sum(users.values()), tuple(without)))
    return told


@dataclass(frozen=True)
class OwnUpdates:
    """The replacement of the platform's security updates: its name, its work, and the day from which it can be ready."""

    name: str
    engineer_months: float
    ready: date | None


def own_updates(case: Case) -> OwnUpdates | None:
    """The first way to replace the security updates, begun at once with nothing before it; None where the case has none.

    Not ready (None) where the engineers of the case do not suffice within its periods.
    """
    service = next((one.id for one in case.services.values() if one.update_kind == "security"), "")
    way = next(iter(case.replacements.get(service, ())), None)
    if way is None:
        return None
    least, done = -(-way.months // case.months), 0.0
    for period in range(case.periods):
        done += min(case.engineers[period], way.effort / least)
        if period + 1 >= least and done >= way.effort - 1e-9:
            return OwnUpdates(way.name, way.effort, case.starts[period + 1])
    return OwnUpdates(way.name, way.effort, None)


__all__ = ["Bare", "OwnUpdates", "Stream", "own_updates", "streams", "unprotected"]
