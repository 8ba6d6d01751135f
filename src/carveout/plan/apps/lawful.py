"""Which platform service may reach which model, in which period, under which scenario: asked of the engine, act by act.

The act is described by the cells of [law], of the service and of the model. Where they do not say, the planner adds what
follows from the case: the purpose is ``support_device`` for a model that is public by then, else ``new_device``. An update for
features adds functions, another one does not, whatever [law] says of services as a whole; only the service's own cells say otherwise. A service is lawful in a period when the act is surely free on every day of it:
what is unsettled does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from carveout.decide.determination import determine
from carveout.decide.horizon import candidate_days
from carveout.decide.outcome import Interval
from carveout.decide.plain import network_of
from carveout.decide.transaction import Transaction, judge_units, make_units
from carveout.law.view import View
from carveout.plan.apps.case import UPDATES, Case, Device, Service
from carveout.plan.error import PlanError

Compose = Callable[[Mapping[str, str], date, View], Transaction]
"""The transaction of a row of cells on a day under a view."""

DAY = timedelta(days=1)


def cells_of(case: Case, service: Service, device: Device, on: date) -> dict[str, str]:
    """The cells of the act by which a service reaches a model on a day."""
    cells = {**case.law, **device.facts}
    if service.update_kind:
        cells["enhances_function"] = "true" if service.update_kind == "feature" else "false"
    cells |= service.facts
    if "activity" not in cells:
        public = device.public_on is not None and device.public_on <= on
        cells["activity"] = "support_device" if public else "new_device"
    cells.pop("on", None)
    return cells


@dataclass(frozen=True)
class Span:
    """A run of days with one answer."""

    first: date
    last: date
    outcome: Interval


@dataclass
class Asked:
    """Answers of the engine under one view, remembered by what was asked."""

    view: View
    compose: Compose
    last: date
    answers: dict[tuple[tuple[tuple[str, str], ...], date], tuple[Span, ...]] = field(default_factory=dict)
    asked: int = 0

    def spans(self, cells: Mapping[str, str], first: date, last: date) -> tuple[Span, ...]:
        """The answers from a day through a day, in runs."""
        key = (tuple(sorted(cells.items())), first)
        found = self.answers.get(key)
        if found is None:
            found = self.answers[key] = self._ask(cells, first, last)
        return found

    def _ask(self, cells: Mapping[str, str], first: date, last: date) -> tuple[Span, ...]:
        network = network_of(self.view)
        if first < self.view.corpus.covers_from:
            raise PlanError(f"the law is held from {self.view.corpus.covers_from} on; the plan starts on {first}")
        units = [unit for _, unit in make_units(self.compose(cells, first, self.view), self.view)]
        days = [first, *(day for day in candidate_days(network, units, first) if day <= last)]
        found: list[Span] = []
        for place, day in enumerate(days):
            through = days[place + 1] - DAY if place + 1 < len(days) else last
            units = [unit for _, unit in make_units(self.compose(cells, day, self.view), self.view)]
            self.asked += 1
            outcome = judge_units(network, units)["overall"]
            if found and found[-1].outcome == outcome:
                found[-1] = Span(found[-1].first, through, outcome)
            else:
                found.append(Span(day, through, outcome))
        return tuple(found)


def free_periods(case: Case, asked: Asked, service: Service, device: Device) -> list[bool]:
    """For each period: whether a service may reach a model on every day of it."""
    if not service.platform:
        return [True] * case.periods
    found = []
    for t in range(case.periods):
        first, last = case.starts[t], case.last_day(t)
        turns = [first]
        if device.public_on is not None and first < device.public_on <= last:
            turns.append(device.public_on)
        good = True
        for place, day in enumerate(turns):
            through = turns[place + 1] - DAY if place + 1 < len(turns) else last
            cells = cells_of(case, service, device, day)
            whole = asked.spans(cells, case.starts[0], case.last_day(case.periods - 1))
            good = good and all(
                span.outcome.at_most.is_free for span in whole if span.first <= through and span.last >= day
            )
        found.append(good)
    return found


def lawful_table(case: Case, views: Sequence[View], compose: Compose) -> list[dict[tuple[str, str], list[bool]]]:
    """Per scenario: (model, service) -> for each period whether the service is lawful."""
    found = []
    for view in views:
        asked = Asked(view, compose, case.last_day(case.periods - 1))
        found.append(
            {
                (device.model, service.id): free_periods(case, asked, service, device)
                for device in case.devices.values()
                for service in case.services.values()
            }
        )
    return found


@dataclass(frozen=True)
class Grounds:
    """What the first lawful answer rests on: the authorizations, the weakest evidence, what was assumed."""

    authorizations: tuple[str, ...]
    evidence: str
    assumed: tuple[str, ...]


def grounds(case: Case, view: View, compose: Compose, service: Service, device: Device, period: int) -> Grounds:
    """What the answer for a service and a model rests on, on the last day of a period (when the model is public)."""
    day = case.last_day(period)
    regimes = determine(compose(cells_of(case, service, device, day), day, view), view).regimes.values()
    return Grounds(
        tuple(sorted({a for r in regimes for a in r.authorizations})), max(r.evidence for r in regimes).name,
        tuple(sorted({a for r in regimes for a in r.assumed})),
    )  # fmt: skip


def stream(case: Case, kind: str) -> Service:
    """The service of the catalogue that is a stream of such updates; else one that the act of [law] with ``update_kind`` describes."""
    named = next((one for one in case.services.values() if one.update_kind == kind), None)
    return named or Service(kind, f"{kind} updates", True, (), (), kind, {"update_kind": kind})


def update_table(case: Case, views: Sequence[View], compose: Compose) -> list[dict[tuple[str, str], list[bool]]]:
    """Per scenario: (model, kind of update) -> for each period whether updates of the kind may reach the model.

    Asked even where no service of the catalogue is such a stream: the act of [law] with ``update_kind``.
    """
    found = []
    for view in views:
        asked = Asked(view, compose, case.last_day(case.periods - 1))
        table = {}
        for kind in UPDATES:
            one = stream(case, kind)
            for device in case.devices.values():
                table[device.model, kind] = free_periods(case, asked, one, device)
        found.append(table)
    return found
