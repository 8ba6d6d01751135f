"""A case of ``plan license``: the deal, its assets, the licensee's own line, the vendors, read from TOML.

Money is in one currency, in the unit the case names (for example millions); years count from the day of the deal. A series is one number for
every year, or a list with one for each.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from carveout.law.condition import Shift
from carveout.plan.error import PlanError
from carveout.plan.law_scenario import LawScenario
from carveout.plan.license.table import Series, Table, stop


@dataclass(frozen=True)
class Asset:
    """Something the deal hands over, or a flow that it promises: what it costs to be without it, and the acts it takes.

    ``inbound`` is the act by which it comes (asked on the day of the deal), ``outward`` the act by which something goes to the other side in
    each year (asked on the first day of each year). Empty cells: there is no such act.
    """

    name: str
    needed: bool
    years_later: float
    capex: float
    opex: float
    unit_cost_share: float
    royalty: float
    inbound: Mapping[str, str]
    outward: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Vendor:
    """Equipment bought from others: price of a unit and running cost by year; the act of buying, asked every year."""

    name: str
    price: Series
    opex: Series
    buying: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Own:
    """The licensee's own line. ``unit_cost`` is that at ``experience`` units made so far; each doubling multiplies it by ``learning``.

    ``placing`` is the act by which what it makes reaches a customer, asked every year: what holds code of the other side may be barred itself.
    """

    unit_cost: float
    learning: float
    experience: float
    capex: Series
    opex: Series
    audit_once: float
    audit_yearly: float
    ready_after: float
    sales: Series
    margin: float
    placing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """What the licensee may do later. Volatility is of the vendors' price level, a year. A cost of None: there is no such option."""

    volatility: float
    steps: int
    modify_cost: float | None
    modify_sales: float
    modify_audit: float
    exclusive_cost: float | None
    exclusive_sales: float
    exclusive_until: int
    abandon: bool
    exit_cost: float
    salvage: Series
    modify_needs: str = ""


@dataclass(frozen=True)
class Range:
    """A number of the case between two ends, for the tornado: its dotted name, low and high."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Case:
    """All of it. ``units`` are needed in each year."""

    title: str
    on: date
    years: int
    discount: float
    currency: str
    fee: float | None
    units: Series
    own: Own
    options: Options
    vendors: tuple[Vendor, ...]
    assets: tuple[Asset, ...]
    scenarios: tuple[LawScenario, ...]
    ranges: tuple[Range, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)

    def first_day(self, year: int) -> date:
        """The first day of a year of the deal, from 0."""
        return Shift(months=12 * year).apply(self.on)


def read_case(path: Path) -> Case:
    """The case of a TOML file.

    Raises:
        PlanError: what cannot be read, all faults together.
    """
    try:
        data = path.read_bytes()
        document = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"{path} is not TOML: {error}") from None
    return from_document(document, {path.name: hashlib.sha256(data).hexdigest()})


def from_document(document: Mapping[str, Any], inputs: Mapping[str, str] | None = None) -> Case:
    """The case of a document already parsed.

    Raises:
        PlanError: what is wrong with it.
    """
    faults: list[str] = []
    top = Table("the file", document, faults)
    top.only(("deal", "market", "own", "options", "vendor", "asset", "scenario", "range", "law"))

    def table(name: str) -> Table:
        value = document.get(name, {})
        if not isinstance(value, dict):
            faults.append(f"[{name}] is a table")
            value = {}
        return Table(name, value, faults)

    def tables(name: str) -> list[Table]:
        value = document.get(name, [])
        good = value if isinstance(value, list) and all(isinstance(v, dict) for v in value) else []
        if good != value:
            faults.append(f"[[{name}]] is a list of tables")
        return [Table(f"{name} {v.get('name', place)}", v, faults) for place, v in enumerate(good, 1)]

    deal = table("deal")
    deal.only(("title", "on", "years", "discount_a_year", "currency", "fee_asked"))
    on = deal.values.get("on")
    if not isinstance(on, date):
        deal.fault("on", "the day of the deal, as 2019-10-01")
        on = date(2019, 10, 1)
    years = deal.whole("years", least=1, most=40)
    law = Table("the file", {"law": document.get("law", {})}, faults).cells("law")
    market = table("market")
    market.only(("units_a_year",))
    vendors = tuple(_vendor(one, law, years) for one in tables("vendor"))
    if not vendors:
        faults.append("a [[vendor]] is needed: what the license is set against")
    assets = tuple(_asset(one, law) for one in tables("asset"))
    if not assets:
        faults.append("an [[asset]] is needed: what the deal is about")
    case = Case(
        deal.text("title"), on, years, deal.number("discount_a_year", most=1.0), deal.text("currency"),
        deal.number("fee_asked") if "fee_asked" in deal.values else None, market.series("units_a_year", years),
        _own(table("own"), law, years), _options(table("options"), years), vendors, assets, _scenarios(tables("scenario"), faults),
        tuple(_range(one) for one in tables("range")), inputs or {},
    )  # fmt: skip
    for kind, names in (("vendor", [v.name for v in vendors]), ("asset", [a.name for a in assets])):
        if len(set(names)) < len(names):
            faults.append(f"two of [[{kind}]] have the same name")
    if case.options.modify_needs and case.options.modify_needs not in {a.name for a in assets}:
        faults.append(f"[options.modify] needs {case.options.modify_needs!r}, which is no [[asset]]")
    stop(faults)
    return case


def _vendor(one: Table, law: Mapping[str, str], years: int) -> Vendor:
    one.only(("name", "price_a_unit", "price_falls_a_year", "opex_a_year", "buying", "source"))
    fall = one.number("price_falls_a_year", 0.0, most=1.0)
    price = one.series("price_a_unit", years)
    if not isinstance(one.values.get("price_a_unit"), list):
        price = tuple(p * (1 - fall) ** year for year, p in enumerate(price))
    elif fall:
        one.fault("price_falls_a_year", "0 where price_a_unit is a list")
    buying = one.cells("buying")
    if not buying:
        one.fault("buying", "cells of a book that describe the act of buying, for the engine to judge")
    return Vendor(
        one.text("name"),
        price,
        one.series("opex_a_year", years, 0.0),
        {**law, **buying},
        one.text("source", "invented"),
    )


def _asset(one: Table, law: Mapping[str, str]) -> Asset:
    one.only(("name", "needed", "without", "inbound", "outward", "source"))
    value = one.values.get("without", {})
    without = Table(f"{one.name}.without", value if isinstance(value, dict) else {}, one.faults)
    without.only(("years_later", "capex_once", "opex_a_year", "unit_cost_share", "royalty_a_unit"))
    inbound, outward = one.cells("inbound"), one.cells("outward")
    if not inbound and not outward:
        one.faults.append(f"[{one.name}] has neither inbound nor outward cells: by which act does it flow?")
    return Asset(
        one.text("name"), one.yes("needed", False), without.number("years_later", 0.0, most=40.0), without.number("capex_once", 0.0),
        without.number("opex_a_year", 0.0), without.number("unit_cost_share", 0.0), without.number("royalty_a_unit", 0.0),
        {**law, **inbound} if inbound else {}, {**law, **outward} if outward else {}, one.text("source", "invented"),
    )  # fmt: skip


def _own(one: Table, law: Mapping[str, str], years: int) -> Own:
    placing = one.cells("placing")
    if not placing:
        one.fault(
            "placing",
            "cells of a book that describe how what the line makes reaches a customer, for the engine to judge",
        )
    one.only(("unit_cost", "learning", "experience_units", "capex", "opex_a_year", "audit_once", "audit_a_year", "ready_after_years",
              "sales_units_a_year", "sales_margin_share", "placing"))  # fmt: skip
    learning = one.number("learning", 1.0, least=0.5, most=1.0)
    if learning == 0.5:
        one.fault("learning", "more than 0.5, and at most 1")
        learning = 1.0
    return Own(
        one.number("unit_cost"), learning, one.number("experience_units", 1.0, least=1e-9), one.series("capex", years, 0.0, once=True),
        one.series("opex_a_year", years, 0.0), one.number("audit_once", 0.0), one.number("audit_a_year", 0.0),
        one.number("ready_after_years", 0.0, most=40.0), one.series("sales_units_a_year", years, 0.0), one.number("sales_margin_share", 0.0, most=1.0),
        {**law, **placing},
    )  # fmt: skip


def _options(one: Table, years: int) -> Options:
    one.only(("volatility_a_year", "steps_a_year", "modify", "exclusive", "abandon"))

    def part(name: str, keys: tuple[str, ...]) -> Table | None:
        if name not in one.values:
            return None
        value = one.values[name]
        found = Table(f"options.{name}", value if isinstance(value, dict) else {}, one.faults)
        found.only(keys)
        return found

    modify = part("modify", ("cost", "sales_share_more", "audit_share_less", "needs"))
    exclusive = part("exclusive", ("cost", "sales_share_more", "until_year"))
    abandon = part("abandon", ("exit_cost", "salvage"))
    return Options(
        one.number("volatility_a_year", 0.0, most=3.0), one.whole("steps_a_year", 4, least=1, most=52),
        modify.number("cost") if modify else None, modify.number("sales_share_more", 0.0) if modify else 0.0,
        modify.number("audit_share_less", 0.0, most=1.0) if modify else 0.0, exclusive.number("cost") if exclusive else None,
        exclusive.number("sales_share_more", 0.0) if exclusive else 0.0, exclusive.whole("until_year", 0, most=40) if exclusive else 0,
        abandon is not None, abandon.number("exit_cost", 0.0) if abandon else 0.0,
        abandon.series("salvage", years, 0.0) if abandon else (0.0,) * years,
        modify.text("needs", "-").removeprefix("-") if modify else "",
    )  # fmt: skip


def _scenarios(found: list[Table], faults: list[str]) -> tuple[LawScenario, ...]:
    if not found:
        return (LawScenario("the law as it is held", 1.0),)
    told = []
    for one in found:
        one.only(("name", "probability", "known", "laid_over"))
        known, over = one.values.get("known"), one.values.get("laid_over", [])
        if known is not None and not isinstance(known, date):
            one.fault("known", "a day")
            known = None
        if not isinstance(over, list):
            one.fault("laid_over", "a list of names of scenarios")
            over = []
        told.append(LawScenario(one.text("name"), one.number("probability", most=1.0), known, tuple(map(str, over))))
    total = sum(one.probability for one in told)
    if abs(total - 1) > 1e-9:
        faults.append(f"the probabilities of [[scenario]] sum to {total:g}, not to 1")
    return tuple(told)


def _range(one: Table) -> Range:
    one.only(("name", "low", "high"))
    low, high = one.number("low", least=-1e18), one.number("high", least=-1e18)
    if low > high:
        one.fault("low", "no more than high")
    name = one.text("name")
    if name not in RANGES:
        one.fault("name", f"one of {', '.join(RANGES)}")
    return Range(name, low, high)


RANGES = (
    "deal.discount_a_year", "market.units_a_year", "own.unit_cost", "own.learning", "own.opex_a_year", "own.capex", "own.audit_a_year",
    "own.ready_after_years", "own.sales_units_a_year", "own.sales_margin_share", "options.volatility_a_year", "vendor.price_a_unit",
)  # fmt: skip
"""What the tornado may turn. Series are multiplied by the ends, numbers are replaced by them."""
