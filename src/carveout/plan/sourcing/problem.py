"""What a planner hands in: parts, suppliers' offers, stores and sites, acts, limits, aims and what the law may become.

A TOML file names the tables beside it. Rates are per month of 30 days, times in days, money in one currency. Every fault of
every table is told at once, each with file, line and column.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from carveout.facts.row import near_misses, read_row
from carveout.facts.schema import schema
from carveout.plan.error import PlanError
from carveout.plan.sourcing.columns import DEMAND, OFFERS, PARTS, SITES, STORES
from carveout.plan.sourcing.event import Event, read_events
from carveout.plan.sourcing.periods import Periods
from carveout.plan.sourcing.table_file import Line, known, read_table, rows_of

LICENSE_CELLS = ("license_no", "license_from", "license_through", "license_conditions_met")
TABLES = ("parts", "offers", "stores", "sites", "acts", "demand")


@dataclass(frozen=True, slots=True)
class Limits:
    """What all parts share; None is no limit. Money for qualification and contracts, starts per period, value of stock."""

    budget: float | None = None
    slots: int | None = None
    stock_value: float | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What is minimized: ``(1 - risk) * expected cost + risk * CVaR`` of the worst ``1 - tail`` of scenarios; and when to stop."""

    risk: float = 0.0
    tail: float = 0.9
    gap: float = 0.001
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything read; tables as lines. ``files`` are the inputs, the TOML file first."""

    title: str
    currency: str
    known: date
    periods: Periods
    limits: Limits
    aim: Aim
    parts: tuple[Line, ...]
    offers: tuple[Line, ...]
    stores: tuple[Line, ...]
    sites: tuple[Line, ...]
    demand: Mapping[tuple[str, int], float]
    acts: Mapping[str, Mapping[str, str]]
    events: tuple[Event, ...]
    files: tuple[Path, ...]
    pages: tuple[Path, ...] = ()


def read_problem(path: Path) -> Problem:
    """The problem of a TOML file and the tables it names.

    Raises:
        PlanError: everything that is wrong, a line each.
    """
    document = _document(path)
    errors: list[str] = []
    plan = _table(document, "plan", ("title", "currency", "first_day", "periods", "period_days", "known"), path, errors)
    named = _table(document, "tables", TABLES, path, errors)
    limits = _table(document, "limits", ("budget", "slots", "stock_value"), path, errors)
    aim = _table(document, "aim", ("risk", "tail", "gap", "seed"), path, errors)
    for name in set(document) - {"plan", "tables", "limits", "aim", "event"}:
        errors.append(f"{path}: no table [{name}]; there are [plan], [tables], [limits], [aim] and [[event]]")
    periods, since = _calendar(plan, path, errors)
    if errors:
        raise PlanError("\n".join(errors))
    tables = {name: path.parent / str(named.get(name, f"{name}.csv")) for name in TABLES}
    lines = {
        name: tuple(read_table(tables[name], columns, errors))
        for name, columns in (("parts", PARTS), ("offers", OFFERS), ("stores", STORES), ("sites", SITES))
    }
    acts = _acts(tables["acts"], errors)
    demand = _demand(tables["demand"], "demand" in named, lines["parts"], periods, errors)
    events = read_events(document.get("event", []), since, periods, acts, path, errors)
    _names(lines, acts, errors)
    if errors:
        raise PlanError("\n".join(errors))
    pages = tuple(dict.fromkeys(event.page for event in events if event.page is not None))
    files = [path, *(tables[n] for n in TABLES if n != "demand" or "demand" in named), *pages]
    return Problem(
        str(plan.get("title", path.stem)), str(plan.get("currency", "USD")), since, periods,
        Limits(_amount(limits, "budget", path), _slots(limits, path), _amount(limits, "stock_value", path)), _aim(aim, path),
        lines["parts"], lines["offers"], lines["stores"], lines["sites"], demand, acts, events, tuple(files), pages,
    )  # fmt: skip


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"{path} is not TOML: {error}") from None


def _table(document: dict[str, Any], name: str, keys: tuple[str, ...], path: Path, errors: list[str]) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        errors.append(f"{path}: write [{name}] as a table")
        return {}
    for key in table:
        if key not in keys:
            close = get_close_matches(key, keys, n=1)
            errors.append(
                f"{path}: [{name}] has no {key!r}; "
                + (f"did you mean {close[0]!r}?" if close else f"there are {', '.join(keys)}")
            )
    return table


def _calendar(plan: dict[str, Any], path: Path, errors: list[str]) -> tuple[Periods, date]:
    first, count, days = plan.get("first_day"), plan.get("periods"), plan.get("period_days")
    since = plan.get("known", first)
    if type(first) is not date or type(since) is not date:
        errors.append(
            f"{path}: [plan] first_day (and known, if given) are days: first_day = 2019-11-04, without quotes"
        )
        first = since = date(2019, 1, 1)
    if type(count) is not int or type(days) is not int or not 1 <= count <= 120 or not 1 <= days <= 366:
        errors.append(f"{path}: [plan] periods is a number of 1 to 120, period_days one of 1 to 366")
        count = days = 1
    if since > first:
        errors.append(
            f"{path}: [plan] known {since} is after first_day {first}; a plan is made of what is known before it begins"
        )
    return Periods(first, days, count), since


def _amount(table: dict[str, Any], key: str, path: Path) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value < 1e15:
        raise PlanError(
            f"{path}: {key} = {value!r} is no amount; write a number, 0 or more, or leave it out for no limit"
        )
    return float(value)


def _slots(limits: dict[str, Any], path: Path) -> int | None:
    value = limits.get("slots")
    if value is not None and (type(value) is not int or value < 0):
        raise PlanError(f"{path}: slots = {value!r}: how many qualifications may run at a time, a whole number")
    return value


def _aim(table: dict[str, Any], path: Path) -> Aim:
    wrong = [key for key, value in table.items() if type(value) not in (int, float)]
    if wrong:
        raise PlanError(f"{path}: [aim] {wrong[0]} = {table[wrong[0]]!r} is no number")
    number = {key: float(value) for key, value in table.items()}
    found = Aim(number.get("risk", 0.0), number.get("tail", 0.9), number.get("gap", 0.001), int(number.get("seed", 1)))
    if not 0 <= found.risk <= 1 or not 0 <= found.tail < 1 or not 0 < found.gap < 1:
        raise PlanError(f"{path}: [aim] risk is from 0 to 1, tail from 0 to below 1, gap above 0 and below 1")
    return found


def _acts(path: Path, errors: list[str]) -> dict[str, dict[str, str]]:
    """Acts by id: cells as in a book. What the plan itself sets (the day, a license that is decided) is left out."""
    header, rows = rows_of(path)
    for name, meant in near_misses(header).items():
        errors.append(f"{path}: no column {name!r}; did you mean {meant!r}?")
    strange = [
        name for name in header if name and (name == "on" or name not in schema() or not schema()[name].is_column)
    ]
    for name in strange:
        if name not in near_misses(header):
            why = "the plan sets the day; leave it out" if name == "on" else "no column of a book (see law facts)"
            errors.append(f"{path}: column {name!r}: {why}")
    found: dict[str, dict[str, str]] = {}
    for number, cells in rows:
        name = cells.get("id", "")
        if not name or name in found:
            errors.append(
                f"{path} line {number}, column id: {'the id is missing' if not name else f'{name!r} stands there twice'}"
            )
            continue
        found[name] = {key: cell for key, cell in cells.items() if cell}
        errors += [f"{path} line {number}: {error}" for error in read_row(found[name])[1]]
    return found


def _demand(
    path: Path, named: bool, parts: tuple[Line, ...], periods: Periods, errors: list[str]
) -> dict[tuple[str, int], float]:
    """(part, period) -> units wanted: the part's own rate, or what the demand table says of single periods."""
    found = {(p["part"], t): periods.rate(p["demand_per_month"]) for p in parts for t in range(periods.count)}
    if not named:
        return found
    for line in read_table(path, DEMAND, errors):
        if not known(line, "part", {p["part"] for p in parts}, "part", errors):
            continue
        if not 1 <= line["period"] <= periods.count:
            errors.append(f"{line.where}, column period: {line['period']} is not from 1 to {periods.count}")
            continue
        found[line["part"], line["period"] - 1] = line["quantity"]
    return found


def _names(lines: Mapping[str, tuple[Line, ...]], acts: Mapping[str, Any], errors: list[str]) -> None:
    """What the tables say of each other."""
    parts = {line["part"] for line in lines["parts"]}
    sites = {line["site"] for line in lines["sites"]}
    stores = {line["store"]: line["part"] for line in lines["stores"]}
    for name, key in (("parts", "part"), ("sites", "site"), ("offers", "offer"), ("stores", "store")):
        seen: set[str] = set()
        for line in lines[name]:
            if line[key] in seen:
                errors.append(f"{line.where}, column {key}: {line[key]!r} stands there twice")
            seen.add(line[key])
    for line in (*lines["offers"], *lines["stores"]):
        known(line, "part", parts, "part", errors)
        known(line, "act", acts, "act", errors)
    for line in lines["stores"]:
        known(line, "site", sites, "site", errors)
    for line in lines["offers"]:
        if known(line, "store", stores, "store", errors) and stores[line["store"]] != line["part"]:
            errors.append(
                f"{line.where}, column store: {line['store']!r} keeps {stores[line['store']]}, not {line['part']}"
            )
    for part in sorted(parts - set(stores.values())):
        errors.append(f"the part {part!r} has no line in the table of stores: nothing could ever be drawn for it")
