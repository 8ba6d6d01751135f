"""The independent check of an app plan: recomputes what it says from its inputs and from the law, and refuses what differs.

Nothing of the planner is used but the reader of its input. The law is asked day by day, not by runs of days; users are counted app
by app, not by gains; the bound is computed anew from the prices in the plan, with nodes for every app.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from carveout.decide.determination import determine
from carveout.decide.transaction import outcome
from carveout.plan.apps.case import UPDATES, App, Case, Device, Service
from carveout.plan.apps.case_file import read_case
from carveout.plan.asked_law import Law
from carveout.plan.error import PlanError

NEAR = 1e-6


def check(plan: Mapping[str, Any], folder: Path, law: Law) -> list[str]:
    """What is wrong with a plan, in sentences; nothing where it holds."""
    try:
        return _Check(plan, folder, law).run()
    except PlanError as error:
        return [str(error)]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, StopIteration) as error:
        return [f"the plan is not of the shape of an app plan: {type(error).__name__} {error}"]


@dataclass
class _Done:
    """Ready period of each step and app, from the plan."""

    steps: dict[tuple[str, int], int]
    apps: dict[str, int]


class _Check:
    def __init__(self, plan: Mapping[str, Any], folder: Path, law: Law) -> None:
        self.plan, self.law, self.wrong = plan, law, list[str]()
        self.case = self._inputs(folder)
        self.end = self.case.periods
        self.views = [law.view(one.known, one.laid_over) for one in self.case.scenarios]
        self.weight = [1.0 / self.end] * self.end
        if self.case.at is not None:
            self.weight = [float(t == self.case.period_of(self.case.at)) for t in range(self.end)]

    def run(self) -> list[str]:
        done = self._dates()
        self._order(done)
        self._work_and_money(done)
        self.barred = [[self._barred(t, s) for t in range(self.end)] for s in range(len(self.views))]
        self._users(done)
        self._tables(done)
        self._bound()
        return self.wrong

    # Inputs

    def _inputs(self, folder: Path) -> Case:
        if self.plan["kind"] != "apps" or self.plan["version"] != 1:
            raise PlanError("this is no app plan of version 1")
        path = folder / self.plan["inputs"]["case"]
        for name, digest in self.plan["inputs"]["sha256"].items():
            one = path.parent / name
            if not one.is_file():
                raise PlanError(f"{one} is not there; the plan was made from it")
            if hashlib.sha256(one.read_bytes()).hexdigest() != digest:
                raise PlanError(f"{name} is not the file that the plan was made from: its SHA-256 differs")
        case = read_case(path)
        if dict(case.inputs) != self.plan["inputs"]["sha256"]:
            raise PlanError("the plan does not name the hash of every input")
        return case

    # What is built and won, when, with what

    def _dates(self) -> _Done:
        steps: dict[tuple[str, int], int] = {}
        for row in self.plan["builds"]:
            key = row["service"], row["step"] - 1
            if key in steps or row["service"] not in self.case.replacements:
                raise PlanError(f"{row['service']} step {row['step']} is built twice, or has no replacement")
            if not 0 <= key[1] < len(self.case.replacements[row["service"]]):
                raise PlanError(f"{row['service']} has no step {row['step']}")
            steps[key] = self._period(row, "ready", "starts", "start_period")
        apps: dict[str, int] = {}
        for row in self.plan["wins"]:
            if row["app"] in apps or row["app"] not in self.case.apps:
                raise PlanError(f"app {row['app']} is won twice, or is not in the table")
            apps[row["app"]] = self._period(row, "ready", "call_by", "call_period")
        return _Done(steps, apps)

    def _period(self, row: Mapping[str, Any], ready: str, start: str, start_period: str) -> int:
        period, first = row["ready_period"] - 1, row[start_period] - 1
        if not (1 <= period < self.end and 0 <= first < period):
            raise PlanError(f"a project is ready in period {period + 1}, begun in {first + 1}; that cannot be")
        if row[ready] != str(self.case.starts[period]) or row[start] != str(self.case.starts[first]):
            self.wrong.append(f"the days of {row.get('service') or row.get('app')} are not those of its periods")
        return int(period)

    def _order(self, done: _Done) -> None:
        for (service, step), ready in done.steps.items():
            before = [(service, step - 1)] if step else [
                (n, 0) for n in self.case.services[service].needs if n in self.case.replacements or self.case.services[n].platform
            ]  # fmt: skip
            for other in before:
                if done.steps.get(other, self.end) > ready:
                    self.wrong.append(
                        f"{service} step {step + 1} is ready before {other[0]} step {other[1] + 1}, which it needs"
                    )

    def _work_and_money(self, done: _Done) -> None:
        case = self.case
        used, due = [0.0] * self.end, [0.0] * self.end
        rows = [(r, case.replacements[r["service"]][r["step"] - 1], done.steps[r["service"], r["step"] - 1])
                for r in self.plan["builds"]]  # fmt: skip
        won = [(r, case.apps[r["app"]], done.apps[r["app"]]) for r in self.plan["wins"]]
        for row, one, ready in [*rows, *won]:
            name = row.get("service") or row.get("app")
            duration = -(-one.months // case.months)
            work = [float(x) for x in row["work"]]
            if len(work) != self.end or not all(x >= -NEAR for x in work):
                raise PlanError(f"the work on {name} is not one amount for each period")
            if abs(sum(work[:ready]) - one.effort) > NEAR * (1 + one.effort) or any(x > NEAR for x in work[ready:]):
                self.wrong.append(
                    f"{name}: {sum(work[:ready]):,.3f} engineer-months are done when it is ready, not {one.effort:,.3f}"
                )
            if any(x > one.effort / duration * (1 + NEAR) + NEAR for x in work):
                self.wrong.append(f"{name}: more work in a period than {duration} periods of it at the least allow")
            if ready < duration:
                self.wrong.append(f"{name} is ready in period {ready + 1}; it takes {duration} periods at the least")
            first = min([t for t, x in enumerate(work) if x > 0] + [ready - duration])
            if row.get("start_period", row.get("call_period")) - 1 != first:
                self.wrong.append(f"{name}: its first period is {first + 1}, not what the plan says")
            if abs(row["cost"] - one.cost) > NEAR * (1 + one.cost):
                self.wrong.append(f"{name} costs {one.cost:,.2f}, not {row['cost']:,.2f}")
            for t, x in enumerate(work):
                used[t] += x
            due[ready - 1] += one.cost
        income = spent = 0.0
        for t in range(self.end):
            if used[t] > case.engineers[t] * (1 + NEAR) + NEAR:
                self.wrong.append(f"period {t + 1} uses {used[t]:,.2f} engineer-months of {case.engineers[t]:,.2f}")
            income += case.recruiting[t]
            spent += due[t]
            if spent > income * (1 + NEAR) + NEAR:
                self.wrong.append(f"by period {t + 1} {spent:,.2f} are spent of {income:,.2f}")
            said = self.plan["coverage"][t]
            self._same(f"coverage {t + 1} engineer_months", said["engineer_months"], used[t])
            self._same(f"coverage {t + 1} spent", said["spent"], due[t])

    # The law

    def _cells(self, service: Service, device: Device, day: date) -> dict[str, str]:
        kind = service.update_kind
        adds = {"enhances_function": "true" if kind == "feature" else "false"} if kind else {}
        cells = {**self.case.law, **device.facts, **adds, **service.facts}
        if "activity" not in cells:
            public = device.public_on is not None and device.public_on <= day
            cells["activity"] = "support_device" if public else "new_device"
        cells.pop("on", None)
        return cells

    def _free(self, service: Service, device: Device, period: int, scenario: int) -> bool:
        """Whether an act is free on every day of a period, asked day by day."""
        if not service.platform:
            return True
        day, last = self.case.starts[period], self.case.last_day(period)
        while day <= last:
            if not self._free_on(tuple(sorted(self._cells(service, device, day).items())), day, scenario):
                return False
            day += timedelta(days=1)
        return True

    def _free_on(self, cells: tuple[tuple[str, str], ...], day: date, scenario: int) -> bool:
        key = cells, day, scenario
        if key not in self._answers:
            view = self.views[scenario]
            self._answers[key] = outcome(self.law.compose(dict(cells), day, view), view).at_most.is_free
        return self._answers[key]

    @property
    def _answers(self) -> dict[tuple[tuple[tuple[str, str], ...], date, int], bool]:
        return self.__dict__.setdefault("_remembered", {})  # type: ignore[no-any-return]

    def _barred(self, period: int, scenario: int) -> dict[str, frozenset[str]]:
        """Model -> the services that may not reach it in a period."""
        found: dict[str, frozenset[str]] = {}
        for device in self.case.devices.values():
            same: dict[tuple[tuple[str, str], ...], bool] = {}
            barred = []
            for one in self.case.services.values():
                if not one.platform:
                    continue
                key = tuple(sorted(self._cells(one, device, self.case.last_day(period)).items()))
                if key not in same:
                    same[key] = self._free(one, device, period, scenario)
                if not same[key]:
                    barred.append(one.id)
            found[device.model] = frozenset(barred)
        return found

    # Users, counted app by app

    def _groups(self, period: int) -> dict[frozenset[str], float]:
        found: dict[frozenset[str], float] = defaultdict(float)
        for place, scenario in enumerate(self.case.scenarios):
            for device in self.case.devices.values():
                users = self.case.users_of(device, period) * scenario.probability
                if users > 0:
                    found[self.barred[place][period][device.model]] += users
        return found

    def _kept(self, done: _Done, period: int) -> float:
        case = self.case
        fleet = sum(one.users for one in case.devices.values())
        decided = sum(one.users for one in case.apps.values())
        total = 0.0
        for barred, users in self._groups(period).items():
            share = 1 - decided / fleet - case.unprotected_loss
            share += sum(self._stays(app, barred, done, period) * app.users for app in case.apps.values()) / fleet
            streams = [s.id for s in case.services.values() if s.update_kind == "security" and s.id in barred]
            safe = all(self._is_replaced(s, done, period) for s in streams)
            share += case.unprotected_loss if safe else 0.0
            total += share * users
        return total

    def _is_replaced(self, service: str, done: _Done, period: int) -> bool:
        return done.steps.get((service, 0), self.end) <= period

    def _loss(self, service: str, done: _Done, period: int) -> float:
        steps = self.case.replacements[service]
        return min(one.loss for step, one in enumerate(steps) if done.steps.get((service, step), self.end) <= period)

    def _stays(self, app: App, barred: frozenset[str], done: _Done, period: int) -> float:
        """The share of an app's users that stay."""
        missing = [s for s in app.services if s in barred]
        won = done.apps.get(app.id, self.end) <= period
        if missing and not (won and all(self._is_replaced(s, done, period) for s in missing)):
            return 0.0
        lost = sum(self._loss(s, done, period) for s in missing)
        for name, share in app.optional.items():
            if name in barred:
                ready = won and self._is_replaced(name, done, period)
                lost += min(share, self._loss(name, done, period)) if ready else share
        return 1 - lost

    def _users(self, done: _Done) -> None:
        nothing = _Done({}, {})
        kept = [self._kept(done, t) for t in range(self.end)]
        without = [self._kept(nothing, t) for t in range(self.end)]
        self.users = [sum(self._groups(t).values()) for t in range(self.end)]
        for t, said in enumerate(self.plan["coverage"]):
            self._same(f"coverage {t + 1} kept", said["kept"], kept[t])
            self._same(f"coverage {t + 1} users", said["users"], self.users[t])
            self._same(f"coverage {t + 1} without", said["without"], without[t])
            self._same(f"coverage {t + 1} share", said["share"], kept[t] / max(self.users[t], 1e-9))
        self.total = sum(k * w for k, w in zip(kept, self.weight, strict=True))
        self.rest = sum(k * w for k, w in zip(without, self.weight, strict=True))
        self._same("kept", self.plan["kept"], self.total)
        self._same("without", self.plan["without"], self.rest)
        if len(self.plan["coverage"]) != self.end:
            self.wrong.append(f"coverage has {len(self.plan['coverage'])} periods, not {self.end}")

    def _same(self, what: str, said: float, found: float) -> None:
        if not abs(float(said) - found) <= NEAR * (1 + abs(found)):
            self.wrong.append(f"{what} is {found:,.4f}, not {float(said):,.4f}")

    # Tables that people act on

    def _tables(self, done: _Done) -> None:
        names = [one.name for one in self.case.scenarios]
        for row in self.plan["services"]:
            place = names.index(row["scenario"])
            for service in row["services"]:
                lawful = [service not in self.barred[place][t][row["model"]] for t in range(self.end)]
                if lawful != row["lawful"] or row["through"] != self._through(lawful):
                    self.wrong.append(
                        f"{service} toward {row['model']} under {row['scenario']} is not lawful as the plan says"
                    )
            self._rests_on(row, place)
        unprotected = [0.0] * self.end
        for row in self.plan["updates"]["models"]:
            place, device = names.index(row["scenario"]), self.case.devices[row["model"]]
            for kind in UPDATES:
                streams = [s for s in self.case.services.values() if s.update_kind == kind]
                asked = streams[0] if streams else Service(kind, kind, True, (), (), kind, {"update_kind": kind})
                own = [
                    bool(streams) and all(self._is_replaced(s.id, done, t) for s in streams) for t in range(self.end)
                ]
                lawful = [self._free(asked, device, t, place) for t in range(self.end)]
                if [a or b for a, b in zip(lawful, own, strict=True)] != row[kind] or row[
                    f"{kind}_through"
                ] != self._through(lawful):
                    self.wrong.append(
                        f"{kind} updates of {row['model']} under {row['scenario']} are not as the plan says"
                    )
                if kind == "security":
                    for t in range(self.end):
                        good = lawful[t] or own[t]
                        chance = self.case.scenarios[place].probability
                        unprotected[t] += 0.0 if good else self.case.users_of(device, t) * chance
        for t in range(self.end):
            self._same(f"unprotected users {t + 1}", self.plan["updates"]["unprotected_users"][t], unprotected[t])
            self._same(f"unprotected share {t + 1}", self.plan["updates"]["unprotected_share"][t],
                       unprotected[t] / max(self.users[t], 1e-9))  # fmt: skip
        won = {row["app"]: row for row in self.plan["wins"]}
        for call in self.plan["first_calls"]:
            rows = [won[name] for name in call["apps"] if name in won]
            if len(rows) != len(call["apps"]) or any(row["maker"] != call["maker"] for row in rows):
                self.wrong.append(f"the call to {call['maker']} names apps that the plan does not win")
            elif min(row["call_by"] for row in rows) != call["call_by"]:
                self.wrong.append(f"{call['maker']} has to be called by {min(row['call_by'] for row in rows)}")

    def _rests_on(self, row: Mapping[str, Any], place: int) -> None:
        """The authorizations, the evidence and the assumptions of the first lawful period, of every service in the row."""
        told: tuple[list[str], str | None, list[str]] = ([], None, [])
        first = row["lawful"].index(True) if True in row["lawful"] else None
        if first is not None:
            day, device = self.case.last_day(first), self.case.devices[row["model"]]
            acts = {
                tuple(sorted(self._cells(self.case.services[name], device, day).items())) for name in row["services"]
            }
            view = self.views[place]
            regimes = [
                r for act in acts for r in determine(self.law.compose(dict(act), day, view), view).regimes.values()
            ]
            told = (
                sorted({a for r in regimes for a in r.authorizations}), max(r.evidence for r in regimes).name,
                sorted({a for r in regimes for a in r.assumed}),
            )  # fmt: skip
        if (row["authorizations"], row["evidence"], row["assumed"]) != told:
            self.wrong.append(f"what lets {row['services'][0]} reach {row['model']} under {row['scenario']} is {told}")

    def _through(self, lawful: Sequence[bool]) -> str | None:
        run = next((t for t, good in enumerate(lawful) if not good), len(lawful))
        return str(self.case.last_day(run - 1)) if run else None

    # The bound

    def _bound(self) -> None:
        prices = self.plan["prices"]
        work, money = [float(x) for x in prices["engineer_month"]], [float(x) for x in prices["money"]]
        if len(work) != self.end or len(money) != self.end or not all(x >= 0 for x in (*work, *money)):
            self.wrong.append("the prices are not one for each period, none negative")
            return
        from carveout.plan.apps_bound import bound_at

        found = bound_at(self.case, [self._groups(t) for t in range(self.end)], self.weight, work, money)
        if not prices["bound"] >= found - NEAR * abs(found):
            self.wrong.append(f"at its prices the bound is {found:,.2f}, not {prices['bound']:,.2f}")
        search = self.plan["search_bound"]
        said = prices["bound"] if search is None else min(prices["bound"], search)
        self._same("bound", self.plan["bound"], max(said, self.total))
        if self.total > prices["bound"] * (1 + NEAR) + NEAR:
            self.wrong.append("the plan keeps more than its bound allows")
        self._same(
            "gap",
            self.plan["gap"],
            (self.plan["bound"] - self.total) / self.plan["bound"] if self.plan["bound"] else 0.0,
        )
