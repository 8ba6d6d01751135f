"""The file of a case of ``plan apps``: TOML that names its tables (CSV), read with all faults together."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from carveout.facts.schema import schema
from carveout.law.condition import Shift
from carveout.plan.apps.case import UPDATES, App, Case, Device, Floor, Replacement, Service
from carveout.plan.apps.signals import services_in
from carveout.plan.apps.table import Faults, Line, by_name, read_table
from carveout.plan.error import PlanError
from carveout.plan.law_scenario import LawScenario

FILES = ("devices", "services", "replacements", "apps")
DEVICE = ("model", "users", "users_end", "device_class", "device_public_on")
SERVICE = ("service", "name", "platform", "needs", "signals", "update_kind")
REPLACEMENT = ("service", "replacement", "effort_engineer_months", "months", "cost", "quality_loss")
APP = ("app", "maker", "users", "services", "optional_services", "win_cost", "win_months", "win_engineer_months",
       "cyclonedx", "manifest")  # fmt: skip


def read_case(path: Path) -> Case:
    """The case of a TOML file and of the tables it names.

    Raises:
        PlanError: what cannot be read, all faults together.
    """
    document, digest = _document(path)
    faults = Faults()
    plan = _keys(document, "plan", ("start", "periods", "months", "at", "unprotected_loss"), faults)
    means = _keys(document, "resources", ("engineer_months", "recruiting", "currency"), faults)
    files = _keys(document, "files", FILES, faults)
    strange = set(document) - {"plan", "resources", "files", "law", "scenario", "floor"}
    if strange:
        faults.add(f"{path.name}: unknown tables {', '.join(sorted(strange))}")
    for name in FILES:
        if not isinstance(files.get(name), str):
            faults.add(f'{path.name}: [files] {name} = "FILE.csv" is missing')
    start, periods, months = plan.get("start"), plan.get("periods"), plan.get("months", 1)
    if not isinstance(start, date):
        faults.add(f"{path.name}: [plan] start is a day, written start = 2019-06-01")
    if not isinstance(periods, int) or not 2 <= periods <= 60:
        faults.add(f"{path.name}: [plan] periods is a whole number from 2 to 60")
    if not isinstance(months, int) or not 1 <= months <= 12:
        faults.add(f"{path.name}: [plan] months is a whole number from 1 to 12")
    faults.stop()
    assert isinstance(start, date)
    assert isinstance(periods, int)
    starts = tuple(Shift(months=months * t).apply(start) for t in range(periods + 1))
    paths = {name: path.parent / files[name] for name in FILES}
    devices = by_name(read_table(paths["devices"], DEVICE, ("model", "users"), faults), "model", _device)
    services = by_name(read_table(paths["services"], SERVICE, ("service",), faults), "service", _service)
    replacements = _replacements(read_table(paths["replacements"], REPLACEMENT, REPLACEMENT[:4], faults), services)
    signals = {one.id: one.signals for one in services.values()}
    apps = by_name(
        read_table(paths["apps"], APP, ("app", "users"), faults), "app",
        lambda line: _app(line, services, signals, path.parent, months),
    )  # fmt: skip
    law = document.get("law", {})
    _check_law(law, path, faults)
    case = Case(
        starts, months, _at(plan.get("at"), starts, path, faults), _share(plan, "unprotected_loss", path, faults),
        _series(means, "engineer_months", periods, path, faults), _series(means, "recruiting", periods, path, faults),
        str(means.get("currency", "USD")), {str(k): _cell(v) for k, v in law.items()},
        _scenarios(document.get("scenario", []), path, faults), devices, services, replacements, apps,
        _floors(document.get("floor", []), starts, path, faults),
        {path.name: digest, **{files[name]: _hash(paths[name]) for name in FILES}},
    )  # fmt: skip
    _contradictions(case, faults)
    faults.stop()
    return case


def _document(path: Path) -> tuple[dict[str, Any], str]:
    try:
        data = path.read_bytes()
        return tomllib.loads(data.decode("utf-8-sig")), hashlib.sha256(data).hexdigest()
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"{path} is not TOML: {error}") from None


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _keys(document: dict[str, Any], name: str, known: tuple[str, ...], faults: Faults) -> dict[str, Any]:
    table = document.get(name)
    if not isinstance(table, dict):
        faults.add(f"the table [{name}] is missing; it has {', '.join(known)}")
        return {}
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            faults.add(f"[{name}] has no {key!r}" + (f"; did you mean {near[0]!r}?" if near else f"; it has {known}"))
    return table


def _series(table: dict[str, Any], name: str, periods: int, path: Path, faults: Faults) -> tuple[float, ...]:
    value = table.get(name)
    many: list[Any] = value if isinstance(value, list) else [value] * periods
    good = len(many) == periods and all(isinstance(v, int | float) and not isinstance(v, bool) and v >= 0 for v in many)
    if not good:
        faults.add(f"{path.name}: [resources] {name} is a number from 0, or a list of {periods}, one a period")
        return (0.0,) * periods
    return tuple(float(v) for v in many)


def _share(table: dict[str, Any], name: str, path: Path, faults: Faults) -> float:
    value = table.get(name, 0.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        faults.add(f"{path.name}: {name} is a share from 0 to 1")
        return 0.0
    return float(value)


def _at(value: Any, starts: tuple[date, ...], path: Path, faults: Faults) -> date | None:
    if value is None:
        return None
    if not isinstance(value, date) or not starts[0] <= value < starts[-1]:
        faults.add(f"{path.name}: at is a day from {starts[0]} to before {starts[-1]}")
        return None
    return value


def _cell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_law(law: Any, path: Path, faults: Faults) -> None:
    if not isinstance(law, dict) or not law:
        faults.add(
            f"{path.name}: [law] is missing: cells of a book that describe how a platform service reaches a device"
        )
        return
    for name in law:
        fact = schema().get(name)
        if fact is None or not fact.is_column:
            faults.add(f"{path.name}: [law] {name} is no column of a book")


def _scenarios(tables: Any, path: Path, faults: Faults) -> tuple[LawScenario, ...]:
    if not tables:
        return (LawScenario("the law as it is held", 1.0),)
    found = []
    for table in tables if isinstance(tables, list) else [tables]:
        strange = set(table) - {"name", "probability", "known", "laid_over"}
        over = table.get("laid_over", [])
        known = table.get("known")
        if strange or not isinstance(over, list) or (known is not None and not isinstance(known, date)):
            faults.add(
                f"{path.name}: a [[scenario]] has name, probability, known (a day) and laid_over (a list of names)"
            )
            continue
        name = str(table.get("name", ", ".join(map(str, over)) or "the law as it is held"))
        found.append(LawScenario(name, _share({"probability": table.get("probability", 0)}, "probability", path, faults),
                                 known, tuple(map(str, over))))  # fmt: skip
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        faults.add(f"{path.name}: two scenarios have the same name")
    total = sum(one.probability for one in found)
    if abs(total - 1) > 1e-9:
        faults.add(f"{path.name}: the probabilities of the scenarios sum to {total:g}, not to 1")
    return tuple(found)


def _floors(tables: Any, starts: tuple[date, ...], path: Path, faults: Faults) -> tuple[Floor, ...]:
    found = []
    for table in tables if isinstance(tables, list) else []:
        by = table.get("by") if isinstance(table, dict) else None
        if by is None or set(table) - {"by", "share"}:
            faults.add(f"{path.name}: a [[floor]] has by (a day) and share (of all users, 0 to 1)")
            continue
        day = _at(by, starts, path, faults)
        if day is not None:
            found.append(Floor(day, _share(table, "share", path, faults)))
    return tuple(found)


def _device(line: Line) -> Device:
    users = line.number_of("users", None)
    facts = {name: cell for name, cell in line.facts().items() if name not in ("update_kind",)}
    return Device(line.text("model"), users, line.number_of("users_end", users), line.day("device_public_on"), facts)


def _service(line: Line) -> Service:
    kind = line.text("update_kind")
    if kind and kind not in UPDATES:
        line.fault("update_kind", f"one of {', '.join(UPDATES)}, or empty for a service that is no stream of updates")
    facts = line.facts()
    return Service(
        line.text("service"), line.text("name") or line.text("service"), line.yes("platform", True), line.many("needs"),
        line.many("signals"), kind, facts,
    )  # fmt: skip


def _replacements(lines: list[Line], services: Mapping[str, Service]) -> dict[str, tuple[Replacement, ...]]:
    found: dict[str, list[tuple[Replacement, Line]]] = {}
    for line in lines:
        service = line.text("service", needed=True)
        if service not in services:
            _unknown(line, "service", service, services)
        one = Replacement(
            service, line.text("replacement") or f"own {service}", line.number_of("effort_engineer_months", None),
            line.whole("months", None, least=1), line.number_of("cost", 0.0), line.number_of("quality_loss", 0.0, most=1.0),
        )  # fmt: skip
        before = found.setdefault(service, [])
        if before and one.loss >= before[-1][0].loss:
            line.fault("quality_loss", "less than that of the step above: further steps of one service make it better")
        before.append((one, line))
    return {name: tuple(one for one, _ in steps) for name, steps in found.items()}


def _unknown(line: Line, column: str, name: str, services: Mapping[str, Service]) -> None:
    near = get_close_matches(name, services, n=1)
    line.faults.add(
        f"{line.file} line {line.number}, column {column}: no service {name!r} in the catalogue"
        + (f"; did you mean {near[0]!r}?" if near else "")
    )


def _app(
    line: Line, services: Mapping[str, Service], signals: Mapping[str, tuple[str, ...]], folder: Path, months: int
) -> App:
    stated = list(line.many("services"))
    for column in ("cyclonedx", "manifest"):
        for name in line.many(column):
            try:
                stated += services_in(folder / name, column, signals)
            except PlanError as error:
                line.faults.add(f"{line.file} line {line.number}, column {column}: {error}")
    optional: dict[str, float] = {}
    for part in line.many("optional_services"):
        name, _, share = part.partition(":")
        try:
            optional[name.strip()] = float(share)
            good = 0 <= float(share) <= 1
        except ValueError:
            good = False
        if not good:
            line.fault("optional_services", "a list such as maps:0.3; push:0.1 (the share of users lost without it)")
    needed = tuple(dict.fromkeys(name for name in stated if name not in optional))
    for name in (*needed, *optional):
        if name not in services:
            _unknown(line, "services", name, services)
    return App(
        line.text("app"), line.text("maker") or line.text("app"), line.number_of("users", None), needed, optional,
        line.number_of("win_cost", 0.0), line.whole("win_months", months, least=1),
        line.number_of("win_engineer_months", 0.0),
    )  # fmt: skip


def _contradictions(case: Case, faults: Faults) -> None:
    """What cannot all be true, in words."""
    fleet = sum(one.users for one in case.devices.values())
    decided = sum(one.users for one in case.apps.values())
    if decided + case.unprotected_loss * fleet > fleet * (1 + 1e-9):
        faults.add(
            f"the apps decide about {decided:,.0f} users and missing updates about {case.unprotected_loss * fleet:,.0f}, together "
            f"more than the {fleet:,.0f} users of the devices; count each user once, at the app that decides"
        )
    for one in case.services.values():
        for other in one.needs:
            if other not in case.services:
                faults.add(f"service {one.id!r} needs {other!r}, which is not in the catalogue")
    circle = _circle({one.id: one.needs for one in case.services.values()})
    if circle:
        faults.add(f"these services need each other in a circle, so none can be first: {' -> '.join(circle)}")
    for app in case.apps.values():
        losses = [case.replacements[s][0].loss for s in app.services if case.replacements.get(s)]
        worst = sum(losses) + sum(app.optional.values())
        if worst > 1 + 1e-9:
            faults.add(
                f"app {app.id!r}: the quality losses of all it uses sum to {worst:.2f}; more than all users cannot leave"
            )


def _circle(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    done: set[str] = set()
    for first in needs:
        path: list[str] = []
        stack: list[tuple[str, int]] = [(first, 0)]
        while stack:
            name, place = stack.pop()
            if place == 0:
                if name in done:
                    continue
                path.append(name)
            others = [n for n in needs.get(name, ()) if n in needs]
            if place < len(others):
                stack.append((name, place + 1))
                if others[place] in path:
                    return [*path[path.index(others[place]) :], others[place]]
                stack.append((others[place], 0))
            else:
                done.add(name)
                path.pop()
    return []
