"""The file of a migration: TOML that names its tables (CSV), read into a carrier; every error says where and what would be right."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from carveout.plan.error import PlanError
from carveout.plan.migration.carrier import KINDS, ORDERS, Carrier, Extension, Market, Money, Risk, Site, Vendor, Way
from carveout.plan.migration.columns import FILES, KEYS
from carveout.plan.migration.support import check_facts
from carveout.plan.migration.table import Column, read_table, read_value, refuse

MOST_WEEKS = 1040
_FURTHER = ("files", "support", "extension", "scenarios")


def read_carrier(path: Path) -> Carrier:
    """The carrier of a TOML file and its tables.

    Raises:
        PlanError: what cannot be read, row by row, and what contradicts itself.
    """
    try:
        text = path.read_bytes()
        document = tomllib.loads(text.decode("utf-8-sig"))
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"{path} is not TOML: {error}") from None
    errors: list[str] = []
    told = _keys(path, document, errors)
    names = document.get("files", {})
    wrong = set(FILES) ^ set(names) if isinstance(names, dict) else set(FILES)
    if wrong:
        raise PlanError(f"{path}: [files] names {', '.join(FILES)}; look at {', '.join(sorted(wrong))}")
    tables: dict[str, list[dict[str, Any]]] = {}
    hashes = {path.name: hashlib.sha256(text).hexdigest()}
    for name, columns in FILES.items():
        file = path.parent / str(names[name])
        tables[name] = read_table(file, columns, errors, more=name == "sites")
        hashes[str(names[name])] = hashlib.sha256(file.read_bytes()).hexdigest()
    refuse(errors)
    return _carrier(path, document, told, tables, hashes)


def _keys(path: Path, document: Mapping[str, Any], errors: list[str]) -> dict[str, dict[str, Any]]:
    strange = sorted(set(document) - set(KEYS) - set(_FURTHER))
    if strange:
        raise PlanError(f"{path}: no table is called [{strange[0]}]; there are {', '.join((*KEYS, *_FURTHER))}")
    found: dict[str, dict[str, Any]] = {}
    for table, keys in KEYS.items():
        given = document.get(table, {})
        found[table] = {}
        if not isinstance(given, dict):
            raise PlanError(f"{path}: [{table}] is a table of {', '.join(keys)}")
        for name in given:
            if name not in keys and not (table == "risk" and name in ("vendor_slip_weeks", "claim_slip_weeks")):
                errors.append(f"{path.name}, [{table}]: no key is called {name!r}; there are {', '.join(keys)}")
        for name, column in keys.items():
            found[table][name] = _key(given.get(name), column, f"{path.name}, [{table}] {name}", errors)
    return found


def _key(value: Any, column: Column, where: str, errors: list[str]) -> Any:
    if value is None:
        if column.needed:
            errors.append(f"{where}: it is missing; write {column.told}")
        return column.default
    if column.kind == "day":
        if isinstance(value, datetime) or not isinstance(value, date):
            errors.append(f"{where}: {value!r} is not a day as YYYY-MM-DD without quotes: {column.told}")
            return column.default
        return value
    if column.kind == "text" and not isinstance(value, str):
        errors.append(f"{where}: {value!r} is not a text: {column.told}")
        return column.default
    try:
        return read_value(value, column)
    except ValueError as error:
        errors.append(f"{where}: {value!r} is not {error}")
        return column.default


def _carrier(
    path: Path,
    document: Mapping[str, Any],
    told: Mapping[str, Mapping[str, Any]],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    hashes: Mapping[str, str],
) -> Carrier:
    program, errors = told["program"], list[str]()
    start, deadline = program["start"], program["deadline"]
    latest = program["latest"] or deadline + timedelta(days=365)
    if not start < deadline <= latest or (latest - start).days > 7 * MOST_WEEKS:
        raise PlanError(
            f"{path}: start, deadline and latest ({start}, {deadline}, {latest}) come in this order, within 20 years"
        )
    orders = ORDERS if program["order"] == "either" else (program["order"],)
    if not set(orders) <= set(ORDERS):
        raise PlanError(f"{path}: order is core_first, market_by_market or either, not {program['order']!r}")
    weeks = -(-((latest - start).days + 1) // 7)
    vendors = {
        r["vendor"]: Vendor(r["vendor"], r["lead_weeks"], r["sites_a_month"])
        for r in _once(tables, "vendors", "vendor", errors)
    }
    markets = {
        r["market"]: Market(r["market"], r["core_weeks"], r["core_cost"])
        for r in _once(tables, "markets", "market", errors)
    }
    ways = tuple(_ways(tables["ways"], vendors, errors))
    opened = _seasons(tables["seasons"], start, weeks)
    crews = _crews(tables["crews"], start, weeks, errors)
    support = document.get("support", {})
    if not isinstance(support, dict) or not all(
        isinstance(cell, (str, bool, int, float, date)) for cell in support.values()
    ):
        raise PlanError(f'{path}: [support] has cells of a book, such as ultimate_consignee = "..."')
    support = {name: str(cell).lower() if isinstance(cell, bool) else str(cell) for name, cell in support.items()}
    check_facts(support, f"{path.name}, [support]")
    sites = tuple(_sites(tables["sites"], ways, markets, opened, errors))
    refuse(errors)
    money = told["money"]
    return Carrier(
        program["name"], start, deadline, latest, orders, program["core_weeks"], program["core_cost"],
        told["floors"]["coverage_pct"], told["floors"]["emergency_pct"], told["tower"]["double_load_weeks"],
        Money(money["cash"], money["credit"], money["own_a_week"], money["reimbursed_pct"], money["claim_weeks"],
              money["overhead_a_week"], money["roaming"], money["exposure"]),
        sites, ways, vendors, markets, crews, opened, support, _scenarios(path, document), _extensions(path, document),
        _risk(path, document, told["risk"]["weather_pct"]), dict(hashes),
    )  # fmt: skip


def _once(
    tables: Mapping[str, Sequence[Mapping[str, Any]]], table: str, column: str, errors: list[str]
) -> Sequence[Mapping[str, Any]]:
    seen: dict[str, int] = {}
    for row in tables[table]:
        if row[column] in seen:
            errors.append(
                f"{table}, line {row['line']}: {column} {row[column]!r} stands on line {seen[row[column]]} already"
            )
        seen[row[column]] = row["line"]
    if not tables[table]:
        errors.append(f"{table}: there is no row; at least one is needed")
    return tables[table]


def _ways(rows: Sequence[Mapping[str, Any]], vendors: Mapping[str, Vendor], errors: list[str]) -> list[Way]:
    found = []
    for row in rows:
        if row["vendor"] not in vendors:
            errors.append(
                f"ways, line {row['line']}, column vendor: {row['vendor']!r} is not a vendor of the vendors file"
            )
        if row["off_air"] and row["removal_weeks"]:
            errors.append(
                f"ways, line {row['line']}, column removal_weeks: 0, for a way that is off the air removes as it builds"
            )
        found.append(Way(row["way"], row["vendor"], row["build_weeks"], row["tower_crews"] or 1, row["cutover_weeks"],
                         row["removal_weeks"], row["off_air"], row["cost_site"], row["cost_sector"]))  # fmt: skip
    if not rows:
        errors.append("ways: there is no row; at least one way is needed")
    return found


def _seasons(rows: Sequence[Mapping[str, Any]], start: date, weeks: int) -> dict[str, tuple[bool, ...]]:
    """A week is open where none of its days is closed."""
    found = {"": [True] * weeks}
    for row in rows:
        line = found.setdefault(row["season"], [True] * weeks)
        first, last = row["closed_from"], row["closed_through"]
        for week in range(weeks):
            for n in range(7):
                day = start + timedelta(days=7 * week + n)
                here = (day.month, day.day)
                if first <= here <= last if first <= last else here >= first or here <= last:
                    line[week] = False
    return {name: tuple(line) for name, line in found.items()}


def _crews(rows: Sequence[Mapping[str, Any]], start: date, weeks: int, errors: list[str]) -> dict[str, tuple[int, ...]]:
    """A crew is at work in a week that lies wholly within its days."""
    found = {kind: [0] * weeks for kind in KINDS}
    for row in rows:
        where = f"crews, line {row['line']}"
        if row["crew"] not in found:
            errors.append(f"{where}, column crew: {row['crew']!r} is not one of {', '.join(KINDS)}")
            continue
        first, last = 0, weeks
        try:
            if row["from"]:
                first = max(0, -(-(date.fromisoformat(row["from"]) - start).days // 7))
            if row["through"]:
                last = min(weeks, ((date.fromisoformat(row["through"]) - start).days + 1) // 7)
        except ValueError:
            errors.append(f"{where}: from and through are days as YYYY-MM-DD")
            continue
        for week in range(first, max(first, last)):
            found[row["crew"]][week] += row["count"]
    return {kind: tuple(line) for kind, line in found.items()}


def _sites(
    rows: Sequence[Mapping[str, Any]],
    ways: Sequence[Way],
    markets: Mapping[str, Market],
    opened: Mapping[str, tuple[bool, ...]],
    errors: list[str],
) -> list[Site]:
    found, seen = [], dict[str, int]()
    for row in rows:
        where = f"sites, line {row['line']}"
        if row["site"] in seen:
            errors.append(f"{where}, column site: {row['site']!r} stands on line {seen[row['site']]} already")
        seen[row["site"]] = row["line"]
        if row["market"] not in markets:
            errors.append(f"{where}, column market: {row['market']!r} is not a market of the markets file")
        if row["season"] not in opened:
            errors.append(f"{where}, column season: {row['season']!r} is not a season of the seasons file")
        if row["sole"] > row["population"]:
            errors.append(f"{where}, column sole: {row['sole']} of {row['population']} persons; write at most as many")
        names = {way.name for way in ways}
        for name in row["ways"]:
            if name not in names:
                errors.append(
                    f"{where}, column ways: {name!r} is not a way of the ways file ({', '.join(sorted(names))})"
                )
        chosen = tuple(place for place, way in enumerate(ways) if not row["ways"] or way.name in row["ways"])
        try:
            check_facts(row["more"], where)
        except PlanError as error:
            errors.append(str(error))
        found.append(Site(
            row["site"], row["latitude"], row["longitude"], row["market"], row["season"], row["sectors"], row["population"],
            row["sole"], row["roaming_pct"], row["units"], row["failures_a_year"], row["spares"], row["survey_weeks"] or 1,
            row["permit_weeks"], row["structural_weeks"], chosen, {name: cell for name, cell in row["more"].items() if cell},
        ))  # fmt: skip
    if not rows:
        errors.append("sites: there is no row; at least one site is needed")
    return found


def _scenarios(path: Path, document: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    given = document.get("scenarios", [])
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise PlanError(f'{path}: write scenarios = ["name", ...], names of `carveout law scenarios`')
    return tuple((name,) for name in given)


def _extensions(path: Path, document: Mapping[str, Any]) -> tuple[Extension, ...]:
    given = document.get("extension", [])
    found = []
    for one in given if isinstance(given, list) else [None]:
        months = one.get("months") if isinstance(one, dict) else None
        chance = one.get("probability") if isinstance(one, dict) else None
        if (
            type(months) is not int
            or not isinstance(chance, (int, float))
            or not (1 <= months <= 60 and 0 <= chance <= 1)
        ):
            raise PlanError(
                f"{path}: an [[extension]] has months = 1 to 60 and probability = 0 to 1, each after the one before"
            )
        found.append(Extension(months, float(chance)))
    return tuple(found)


def _risk(path: Path, document: Mapping[str, Any], weather: float) -> Risk:
    def slip(name: str) -> tuple[int, int, int]:
        given = document.get("risk", {}).get(name, [0, 0, 0])
        if not isinstance(given, list) or len(given) != 3 or not all(type(n) is int and 0 <= n <= 260 for n in given):
            raise PlanError(f"{path}: write {name} = [least, likely, most], whole weeks from 0 to 260")
        if sorted(given) != given:
            raise PlanError(f"{path}: {name} = {given} is not in order; write [least, likely, most]")
        return given[0], given[1], given[2]

    return Risk(weather, slip("vendor_slip_weeks"), slip("claim_slip_weeks"))
