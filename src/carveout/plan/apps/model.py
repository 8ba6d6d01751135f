"""From a case and what is lawful to an instance: projects and gains, with their names.

A service that is lawful toward a model is used as it is. Where it is not, an app on the model needs the replacement, and the app
itself has to be won: so an app's users on a model in a period wait for (the win of the app) and (the first step of every
service that it cannot do without). Further steps, and services it can do without, are gains of their own on top, which bring back
the users lost to quality. Models and scenarios with the same barred services are one gain: its users are summed, each
scenario's by its probability. Nothing here chooses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from carveout.plan.apps.case import App, Case
from carveout.plan.apps.instance import Instance, Numbers

Lawful = Sequence[Mapping[tuple[str, str], Sequence[bool]]]
"""Per scenario: (model, service) -> for each period whether the service is lawful."""


@dataclass(frozen=True)
class Named:
    """An instance with the names of what it is made of; ``beyond`` are users that nothing in the case can keep, per period."""

    case: Case
    instance: Instance
    steps: tuple[tuple[str, int], ...]
    apps: tuple[str, ...]
    gain_of: tuple[str, ...]
    beyond: Numbers

    @cached_property
    def gains_of(self) -> dict[int, list[int]]:
        """Project -> the gains that wait for it."""
        found: dict[int, list[int]] = defaultdict(list)
        for gain, waits in enumerate(self.instance.waits):
            for project in waits:
                found[project].append(gain)
        return dict(found)

    def project(self, place: int) -> str:
        """What a project is called: ``service/step`` or the app."""
        if place < len(self.steps):
            service, step = self.steps[place]
            return f"{service}/{step + 1}"
        return self.apps[place - len(self.steps)]

    def is_app(self, place: int) -> bool:
        """Whether a project is the win of an app."""
        return place >= len(self.steps)


def build(case: Case, lawful: Lawful, *, weights: Mapping[int, float] | None = None,
          chances: Sequence[float] | None = None) -> Named:  # fmt: skip
    """The instance of a case. ``weights`` are further weights of periods; ``chances`` other probabilities of the scenarios."""
    return _Builder(case, lawful, chances).build(weights or {})


class _Builder:
    def __init__(self, case: Case, lawful: Lawful, chances: Sequence[float] | None) -> None:
        self.case, self.lawful = case, lawful
        self.chances = list(chances) if chances is not None else [one.probability for one in case.scenarios]
        self.steps = tuple((name, step) for name, many in case.replacements.items() for step in range(len(many)))
        self.place = {one: place for place, one in enumerate(self.steps)}
        self.apps = tuple(case.apps)
        self.number = {name: place for place, name in enumerate(self.apps)}
        self.kept = np.zeros(case.periods)
        self.beyond = np.zeros(case.periods)
        self.gains: dict[tuple[str, tuple[int, ...]], Numbers] = defaultdict(lambda: np.zeros(case.periods))
        self.reachable = {name for name in case.services if self._reachable(name, set())}

    def _reachable(self, name: str, above: set[str]) -> bool:
        """Whether a service, and all that its replacement needs, can be replaced at all."""
        service = self.case.services[name]
        if not service.platform:
            return True
        return name in self.case.replacements and all(self._reachable(n, {*above, name}) for n in service.needs)

    def cells(self, period: int) -> dict[frozenset[str], float]:
        """Barred services -> users there: models and scenarios together."""
        found: dict[frozenset[str], float] = defaultdict(float)
        for chance, lawful in zip(self.chances, self.lawful, strict=True):
            for device in self.case.devices.values():
                users = self.case.users_of(device, period) * chance
                if users > 0:
                    barred = frozenset(s for s in self.case.services if not lawful[device.model, s][period])
                    found[barred] += users
        return found

    def build(self, weights: Mapping[int, float]) -> Named:
        case = self.case
        fleet = sum(one.users for one in case.devices.values())
        total = np.zeros(case.periods)
        decided = sum(app.users for app in case.apps.values())
        for t in range(case.periods):
            cells = self.cells(t)
            total[t] = sum(cells.values())
            self.kept[t] += total[t] * (1 - decided / fleet - case.unprotected_loss) if fleet else 0.0
            for barred, users in cells.items():
                part = users / fleet
                for app in case.apps.values():
                    self._app(app, barred, part * app.users, t)
                self._updates(barred, users * case.unprotected_loss, t)
        steps = [case.replacements[name][step] for name, step in self.steps]
        won = [case.apps[name] for name in self.apps]
        months = [s.months for s in steps] + [a.months for a in won]
        names, waits = zip(*self.gains, strict=True) if self.gains else ((), ())
        return Named(
            case,
            Instance(
                effort=np.array([s.effort for s in steps] + [a.effort for a in won], dtype=np.float64),
                duration=np.array([-(-m // case.months) for m in months], dtype=np.int64),
                money=np.array([s.cost for s in steps] + [a.cost for a in won], dtype=np.float64),
                before=[self._before(name, step) for name, step in self.steps] + [()] * len(won),
                value=np.array(list(self.gains.values())).reshape(-1, case.periods), waits=list(waits),
                engineers=np.array(case.engineers), budget=np.array(case.recruiting), kept=self.kept, users=total,
                weight=_weight(case, weights),
            ),
            self.steps, self.apps, tuple(names), self.beyond,
        )  # fmt: skip

    def _before(self, name: str, step: int) -> tuple[int, ...]:
        if step > 0:
            return (self.place[name, step - 1],)
        needs = self.case.services[name].needs
        return tuple(self.place[other, 0] for other in needs if (other, 0) in self.place)

    def _app(self, app: App, barred: frozenset[str], users: float, t: int) -> None:
        missing = [name for name in app.services if name in barred]
        lacking = {name: loss for name, loss in app.optional.items() if name in barred}
        if not missing and not lacking:
            self.kept[t] += users
            return
        if any(name not in self.reachable for name in missing):
            self.beyond[t] += users
            return
        steps = self.case.replacements
        win = (len(self.steps) + self.number[app.id],)
        base = tuple(sorted(self.place[name, 0] for name in missing)) + win if missing else ()
        first = 1 - sum(steps[name][0].loss for name in missing) - sum(lacking.values())
        if base:
            self.gains[app.id, base][t] += users * first
        else:
            self.kept[t] += users * first
        for name in missing:
            self._further(app, base, name, 1, users, t)
        for name, loss in lacking.items():
            if name not in self.reachable:
                self.beyond[t] += users * loss
                continue
            on_top = tuple(sorted({*base, *win, self.place[name, 0]}))
            self.gains[app.id, on_top][t] += users * max(loss - steps[name][0].loss, 0.0)
            self._further(app, (*base, *win), name, 1, users, t, most=loss)

    def _further(
        self, app: App, base: tuple[int, ...], name: str, first: int, users: float, t: int, most: float = 1.0
    ) -> None:
        many = self.case.replacements[name]
        for step in range(first, len(many)):
            better = min(many[step - 1].loss, most) - min(many[step].loss, most)
            if better > 0:
                on_top = tuple(sorted({*base, self.place[name, step]}))
                self.gains[app.id, on_top][t] += users * better
        self.beyond[t] += users * min(many[-1].loss, most)

    def _updates(self, barred: frozenset[str], users: float, t: int) -> None:
        """Users that leave where no security update comes any more."""
        if users <= 0:
            return
        streams = [s for s in self.case.services.values() if s.update_kind == "security"]
        missing = [s.id for s in streams if s.id in barred]
        if not missing or not streams:
            self.kept[t] += users
        elif any(name not in self.reachable for name in missing):
            self.beyond[t] += users
        else:
            self.gains["security updates", tuple(sorted(self.place[name, 0] for name in missing))][t] += users


def _weight(case: Case, weights: Mapping[int, float]) -> Numbers:
    """What a user in each period counts: the average of all periods, or the period of ``at`` alone."""
    found = np.full(case.periods, 1.0 / case.periods)
    if case.at is not None:
        found = np.zeros(case.periods)
        found[case.period_of(case.at)] = 1.0
    for t, more in weights.items():
        found[t] += more
    return found
