"""What the deal is worth: the threshold fee, what moves it, what each option and asset adds, and what the law does to it.

The fee is paid once, if and when the deal may be done; nothing else hangs on it. So the threshold, at which the licensee is as well off as with
the vendors, is the value before the fee over the scenarios in which the deal closes, weighted by their chances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from carveout.plan.license.case import Case, Range
from carveout.plan.license.flows import Flows, flows, present, spending
from carveout.plan.license.lattice import ALL, NONE, Allowed, value
from carveout.plan.license.lawful import Grounds, Lawful, free

VERSION = 1
VOLATILITIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


def threshold(
    case: Case, lawful: Sequence[Lawful], *, allowed: Allowed = ALL, vendor: str | None = None, without: str = ""
) -> float | None:
    """The fee at which license and vendors come to the same; None where the deal closes under no scenario."""
    worth = chance = 0.0
    for scenario, one in zip(case.scenarios, lawful, strict=True):
        made = flows(case, one, vendor=vendor, without=without)
        if made.closes:
            worth += scenario.probability * value(case, made, allowed)
            chance += scenario.probability
    return worth / chance if chance > 0 else None


def written(case: Case, lawful: Sequence[Lawful], grounds: Sequence[Grounds] = ()) -> dict[str, Any]:
    """The plan as JSON values."""
    made = [flows(case, one) for one in lawful]
    fee = threshold(case, lawful)
    bare = threshold(case, lawful, allowed=NONE)
    return {
        "kind": "license", "version": VERSION, "title": case.title, "on": str(case.on), "years": case.years, "currency": case.currency,
        "threshold_fee": fee, "threshold_without_options": bare, "fee_asked": case.fee,
        "closes_chance": sum(s.probability for s, m in zip(case.scenarios, made, strict=True) if m.closes),
        "worth_it": None if fee is None or case.fee is None else fee >= case.fee,
        "scenarios": [_scenario(case, place, one) for place, one in enumerate(made)],
        "options": _options(case, lawful), "assets": _assets(case, lawful, fee), "vendors": _vendors(case, lawful),
        "tornado": tornado(case, lawful), "volatility": [
            {"volatility": v, "threshold": threshold(_with_volatility(case, v), lawful), "without_options": bare} for v in VOLATILITIES
        ],
        "acts": acts(case, lawful), "grounds": [
            {"scenario": g.scenario, "what": g.what, "direction": g.direction, "authorizations": list(g.authorizations), "evidence": g.evidence,
             "assumed": list(g.assumed)}
            for g in grounds
        ],
    }  # fmt: skip


def _scenario(case: Case, place: int, made: Flows) -> dict[str, Any]:
    one = case.scenarios[place]
    return {
        "name": one.name, "probability": one.probability, "known": str(one.known) if one.known else None, "laid_over": list(one.laid_over),
        "closes": made.closes, "why": made.why, "vendor": made.vendor, "missing": list(made.missing),
        "avoided": list(made.avoided), "sales": list(made.sales), "cost": list(made.cost), "audit": list(made.audit),
        "without_options": value(case, made, NONE) if made.closes else None, "threshold": value(case, made) if made.closes else None,
    }  # fmt: skip


def _options(case: Case, lawful: Sequence[Lawful]) -> list[dict[str, Any]]:
    """What each option adds alone, to none; and what its loss takes from all."""
    there = {
        "modify": case.options.modify_cost is not None,
        "exclusive": case.options.exclusive_cost is not None,
        "abandon": case.options.abandon,
    }
    bare, full = threshold(case, lawful, allowed=NONE), threshold(case, lawful)
    if bare is None or full is None:
        return []
    rows = []
    for name, held in there.items():
        if held:
            alone = threshold(case, lawful, allowed=replace(NONE, **{name: True}))
            rest = threshold(case, lawful, allowed=replace(ALL, **{name: False}))
            rows.append({"option": name, "adds_alone": (alone or 0.0) - bare, "adds_last": full - (rest or 0.0)})
    return rows


def _assets(case: Case, lawful: Sequence[Lawful], fee: float | None) -> list[dict[str, Any]]:
    """What the threshold loses without each asset."""
    rows = []
    for asset in case.assets:
        without = threshold(case, lawful, without=asset.name)
        rows.append({"asset": asset.name, "needed": asset.needed, "source": asset.source, "without": without,
                     "worth": None if fee is None or without is None else fee - without})  # fmt: skip
    return rows


def _vendors(case: Case, lawful: Sequence[Lawful]) -> list[dict[str, Any]]:
    """What buying everything from each vendor costs, whether it may be bought from, and the threshold against it."""
    rows = []
    for one in case.vendors:
        allowed = [all(free(o) for o in law.buying[one.name]) for law in lawful]
        rows.append({"vendor": one.name, "spending": present(case, spending(case, one.name)), "lawful": allowed, "source": one.source,
                     "threshold": threshold(case, lawful, vendor=one.name)})  # fmt: skip
    return rows


def tornado(case: Case, lawful: Sequence[Lawful]) -> list[dict[str, Any]]:
    """The threshold at both ends of each range, all else equal; widest first."""
    rows = []
    for one in case.ranges:
        ends = [threshold(turned(case, one, end), lawful) for end in (one.low, one.high)]
        rows.append({"name": one.name, "low": one.low, "high": one.high, "at_low": ends[0], "at_high": ends[1]})
    return sorted(rows, key=lambda row: (-abs((row["at_high"] or 0.0) - (row["at_low"] or 0.0)), row["name"]))


def turned(case: Case, one: Range, end: float) -> Case:
    """The case with a number at an end: numbers are replaced, series multiplied."""
    table, _, key = one.name.partition(".")
    names = {"discount_a_year": "discount", "units_a_year": "units", "opex_a_year": "opex", "audit_a_year": "audit_yearly",
             "ready_after_years": "ready_after", "sales_units_a_year": "sales", "sales_margin_share": "margin",
             "volatility_a_year": "volatility", "price_a_unit": "price"}  # fmt: skip
    name = names.get(key, key)
    if table == "vendor":
        return replace(case, vendors=tuple(replace(v, price=tuple(p * end for p in v.price)) for v in case.vendors))
    owner: Any = case if table in ("deal", "market") else getattr(case, table)
    held = getattr(owner, name)
    changed = replace(owner, **{name: tuple(x * end for x in held) if isinstance(held, tuple) else end})
    return changed if owner is case else replace(case, **{table: changed})


def _with_volatility(case: Case, volatility: float) -> Case:
    return replace(case, options=replace(case.options, volatility=volatility))


def acts(case: Case, lawful: Sequence[Lawful]) -> list[dict[str, Any]]:
    """Every act that was asked about: its outcome by scenario, and the years in which it is surely free."""
    rows = []
    for scenario, one in zip(case.scenarios, lawful, strict=True):
        for name, found in one.inbound.items():
            rows.append(
                {
                    "scenario": scenario.name,
                    "what": name,
                    "direction": "inbound",
                    "outcomes": [str(found)],
                    "free": [free(found)],
                }
            )
        for direction, table in (
            ("outward", one.outward),
            ("buying", one.buying),
            ("placing", {"own line": one.placing}),
        ):
            for name, years in table.items():
                rows.append({"scenario": scenario.name, "what": name, "direction": direction, "outcomes": [str(o) for o in years],
                             "free": [free(o) for o in years]})  # fmt: skip
    return rows
