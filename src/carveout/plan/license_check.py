"""The independent check of a license plan: everything recomputed from its input, the law asked again.

Nothing of the valuation is used but the reader of the input. Values are found by recursion over (year, ups, what was bought) instead of arrays, with
the distribution of a whole year's ups instead of single steps; made units are summed, not read off a formula for the year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import comb, exp, log, sqrt
from pathlib import Path
from typing import Any

from carveout.decide.determination import determine
from carveout.decide.outcome import Interval
from carveout.decide.transaction import outcome
from carveout.plan.asked_law import Law
from carveout.plan.error import PlanError
from carveout.plan.license.case import Case, read_case

NEAR = 1e-6


def check(plan: Mapping[str, Any], folder: Path, law: Law) -> list[str]:
    """What is wrong with a plan, in sentences; nothing where it holds."""
    try:
        return _Check(plan, folder, law).run()
    except PlanError as error:
        return [str(error)]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, StopIteration) as error:
        return [f"the plan is not of the shape of a license plan: {type(error).__name__} {error}"]


class _Check:
    def __init__(self, plan: Mapping[str, Any], folder: Path, law: Law) -> None:
        self.plan, self.wrong = plan, list[str]()
        self.case = self._input(folder)
        self.law = law
        self.acts = [self._ask(place) for place in range(len(self.case.scenarios))]

    def _input(self, folder: Path) -> Case:
        if self.plan["kind"] != "license" or self.plan["version"] != 1:
            raise PlanError("this is no license plan of version 1")
        path = folder / self.plan["inputs"]["case"]
        if not path.is_file():
            raise PlanError(f"{path} is not there; the plan was made from it")
        if self.plan["inputs"]["sha256"] != {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}:
            raise PlanError(f"{path.name} is not the file that the plan was made from: its SHA-256 differs")
        return read_case(path)

    def _ask(self, place: int) -> dict[tuple[str, str, int], Interval]:
        one, case = self.case.scenarios[place], self.case
        view = self.law.view(one.known, one.laid_over)
        return {
            (kind, name, year): outcome(self.law.compose(cells, case.first_day(year), view), view)
            for kind, name, cells, years in self._rows() for year in years
        }  # fmt: skip

    def _rows(self) -> list[tuple[str, str, Mapping[str, str], range]]:
        """Every act: its direction, what it is of, its cells, the years in which it is asked about."""
        case = self.case
        rows = [("inbound", a.name, a.inbound, range(1)) for a in case.assets if a.inbound]
        rows += [("outward", a.name, a.outward, range(case.years)) for a in case.assets if a.outward]
        rows += [("buying", v.name, v.buying, range(case.years)) for v in case.vendors]
        return [*rows, ("placing", "own line", case.own.placing, range(case.years))]

    def _free(self, place: int, kind: str, name: str, year: int = 0) -> bool:
        return self.acts[place][kind, name, year].at_most.is_free

    def run(self) -> list[str]:
        case, plan = self.case, self.plan
        for key, stated in (
            ("on", str(case.on)),
            ("years", case.years),
            ("currency", case.currency),
            ("fee_asked", case.fee),
            ("title", case.title),
        ):
            if plan[key] != stated:
                self.wrong.append(f"{key} is {stated}, not {plan[key]}")
        self._acts()
        all_options, none = frozenset(("modify", "exclusive", "abandon")), frozenset[str]()
        fee = self._threshold(case, all_options)
        self._same("threshold_fee", plan["threshold_fee"], fee)
        self._same("threshold_without_options", plan["threshold_without_options"], self._threshold(case, none))
        if plan["worth_it"] != (None if fee is None or case.fee is None else fee >= case.fee):
            self.wrong.append("worth_it is not what threshold and fee say")
        closing = 0.0
        for place, (one, row) in enumerate(zip(case.scenarios, plan["scenarios"], strict=True)):
            vendor = self._vendor(case, place)
            closes = self._closes(case, place, vendor)
            closing += one.probability * closes
            said = (
                row["name"],
                row["probability"],
                row["closes"],
                row["vendor"],
                row["known"],
                row["laid_over"],
                row["missing"],
            )
            known, gone = (
                str(one.known) if one.known else None,
                sorted(self._missing(case, place, "")) if closes else [],
            )
            if said != (one.name, one.probability, closes, vendor, known, list(one.laid_over), gone):
                self.wrong.append(f"the scenario {one.name} is not as the plan says")
            if closes:
                self._same(f"{one.name} threshold", row["threshold"], self._worth(case, place, all_options))
                self._same(f"{one.name} without_options", row["without_options"], self._worth(case, place, none))
                found = self._flows(case, place, vendor, "")
                for name, years in zip(("avoided", "sales", "cost", "audit"), zip(*found, strict=True), strict=True):
                    for year, (said_one, here) in enumerate(zip(row[name], years, strict=True)):
                        self._same(f"{one.name} {name} in year {year + 1}", said_one, here)
        self._same("closes_chance", plan["closes_chance"], closing)
        self._parts(all_options, none, fee)
        return self.wrong

    def _acts(self) -> None:
        self._grounds()
        seen = set()
        for row in self.plan["acts"]:
            place = [s.name for s in self.case.scenarios].index(row["scenario"])
            found = [self.acts[place][row["direction"], row["what"], year] for year in range(len(row["outcomes"]))]
            if row["outcomes"] != [str(o) for o in found] or row["free"] != [o.at_most.is_free for o in found]:
                self.wrong.append(
                    f"{row['what']}, {row['direction']}, is not decided as the plan says under {row['scenario']}"
                )
            seen |= {(place, row["direction"], row["what"], year) for year in range(len(found))}
        if seen != {(place, *key) for place, one in enumerate(self.acts) for key in one}:
            self.wrong.append("the plan does not tell every act")

    def _grounds(self) -> None:
        """The authorizations, the evidence and the assumptions, from full determinations."""
        case, told = self.case, {}
        for one in case.scenarios:
            view = self.law.view(one.known, one.laid_over)
            for kind, name, cells, years in self._rows():
                regimes = [
                    regime
                    for year in years
                    for regime in determine(self.law.compose(cells, case.first_day(year), view), view).regimes.values()
                ]
                told[one.name, name, kind] = (
                    sorted({a for r in regimes for a in r.authorizations}), max(r.evidence for r in regimes).name,
                    sorted({a for r in regimes for a in r.assumed}),
                )  # fmt: skip
        said = {
            (g["scenario"], g["what"], g["direction"]): (g["authorizations"], g["evidence"], g["assumed"])
            for g in self.plan["grounds"]
        }
        if said != told:
            wrong = sorted({key for key in {*said, *told} if said.get(key) != told.get(key)})
            self.wrong.append(f"what the answers rest on is not as the plan says: {', '.join(wrong[0])}")

    def _parts(self, all_options: frozenset[str], none: frozenset[str], fee: float | None) -> None:
        case, plan = self.case, self.plan
        bare = self._threshold(case, none)
        for row in plan["options"]:
            alone = self._threshold(case, frozenset((row["option"],)))
            rest = self._threshold(case, all_options - {row["option"]})
            assert bare is not None
            assert fee is not None
            self._same(f"option {row['option']} adds_alone", row["adds_alone"], (alone or 0.0) - bare)
            self._same(f"option {row['option']} adds_last", row["adds_last"], fee - (rest or 0.0))
        for asset, row in zip(case.assets, plan["assets"], strict=True):
            found = self._threshold(case, all_options, without=asset.name)
            self._same(f"without {asset.name}", row["without"], found)
            self._same(f"worth of {asset.name}", row["worth"], None if fee is None or found is None else fee - found)
            if (row["asset"], row["needed"], row["source"]) != (asset.name, asset.needed, asset.source):
                self.wrong.append(f"the asset {asset.name} is not as in the input")
        for vendor, row in zip(case.vendors, plan["vendors"], strict=True):
            free = [
                all(self._free(p, "buying", vendor.name, y) for y in range(case.years)) for p in range(len(self.acts))
            ]
            if (row["vendor"], row["lawful"], row["source"]) != (vendor.name, free, vendor.source):
                self.wrong.append(f"the vendor {vendor.name} is not as the plan says")
            self._same(f"spending on {vendor.name}", row["spending"], self._spent(case, vendor.name))
            self._same(
                f"threshold against {vendor.name}",
                row["threshold"],
                self._threshold(case, all_options, vendor=vendor.name),
            )
        if sorted(r["name"] for r in plan["tornado"]) != sorted(r.name for r in case.ranges):
            self.wrong.append("the tornado does not turn the ranges of the input")
        for row in plan["tornado"]:
            one = next(r for r in case.ranges if r.name == row["name"])
            if (row["low"], row["high"]) != (one.low, one.high):
                self.wrong.append(f"the ends of {one.name} are not those of the input")
            for end, said in ((one.low, row["at_low"]), (one.high, row["at_high"])):
                self._same(f"{one.name} at {end:g}", said, self._threshold(_at(case, one.name, end), all_options))
        for row in plan["volatility"]:
            found = self._threshold(_at(case, "options.volatility_a_year", row["volatility"]), all_options)
            self._same(f"threshold at volatility {row['volatility']}", row["threshold"], found)
            self._same("without_options", row["without_options"], bare)

    def _same(self, what: str, said: float | None, found: float | None) -> None:
        if (said is None) != (found is None) or (
            said is not None and found is not None and not abs(said - found) <= NEAR * (1 + abs(found))
        ):
            self.wrong.append(f"{what} is {found}, not {said}")

    # Values

    def _spent(self, case: Case, name: str) -> float:
        one = next(v for v in case.vendors if v.name == name)
        return sum(
            (u * p + o) / (1 + case.discount) ** (y + 1)
            for y, (u, p, o) in enumerate(zip(case.units, one.price, one.opex, strict=True))
        )

    def _vendor(self, case: Case, place: int) -> str:
        allowed = [
            v.name for v in case.vendors if all(self._free(place, "buying", v.name, y) for y in range(case.years))
        ]
        return min(allowed, key=lambda name: (self._spent(case, name), name), default="")

    def _closes(self, case: Case, place: int, vendor: str) -> bool:
        return bool(vendor) and all(self._free(place, "inbound", a.name) for a in case.assets if a.needed and a.inbound)

    def _threshold(
        self, case: Case, options: frozenset[str], vendor: str | None = None, without: str = ""
    ) -> float | None:
        total = chance = 0.0
        for place, one in enumerate(case.scenarios):
            against = self._vendor(case, place) if vendor is None else vendor
            if self._closes(case, place, against):
                total += one.probability * self._worth(case, place, options, against, without)
                chance += one.probability
        return total / chance if chance else None

    def _missing(self, case: Case, place: int, without: str) -> set[str]:
        return {
            a.name for a in case.assets if a.name == without or (a.inbound and not self._free(place, "inbound", a.name))
        }

    def _flows(self, case: Case, place: int, vendor: str, without: str) -> list[tuple[float, float, float, float]]:
        """By year: spending avoided, margin on sales, cost, audit within it."""
        own, found, made = case.own, [], case.own.experience
        missing = self._missing(case, place, without)
        ready = own.ready_after + sum(a.years_later for a in case.assets if a.name in missing)
        bought = next(v for v in case.vendors if v.name == vendor)
        slope = log(own.learning) / log(2)
        for year in range(case.years):
            part = min(1.0, max(0.0, year + 1 - ready)) if self._free(place, "placing", "own line", year) else 0.0
            units, sold = case.units[year] * part, own.sales[year] * part
            lacking = [
                a for a in case.assets
                if a.name in missing or (a.outward and not self._free(place, "outward", a.name, year))
            ]  # fmt: skip
            both = units + sold
            # The integral of c (Q / E)^slope, by its primitive, for the units that replace those of the vendors.
            cost = 0.0
            if both > 0:
                whole = (
                    own.unit_cost
                    / own.experience**slope
                    * ((made + both) ** (slope + 1) - made ** (slope + 1))
                    / (slope + 1)
                )
                cost = whole * units / both * (1 + sum(a.unit_cost_share for a in lacking)) + both * sum(
                    a.royalty for a in lacking
                )
            made += both
            cost += own.capex[year] + own.opex[year] + own.audit_yearly + sum(a.opex for a in lacking)
            if year == 0:
                cost += own.audit_once + sum(a.capex for a in case.assets if a.name in missing)
            found.append(
                (
                    part * (case.units[year] * bought.price[year] + bought.opex[year]),
                    sold * bought.price[year] * own.margin,
                    cost,
                    own.audit_yearly,
                )
            )
        return found

    def _worth(
        self, case: Case, place: int, options: frozenset[str], vendor: str | None = None, without: str = ""
    ) -> float:
        against = self._vendor(case, place) if vendor is None else vendor
        years = self._flows(case, place, against, without)
        rules, n = case.options, case.options.steps
        up = exp(rules.volatility / sqrt(n))
        chance = 1 / (1 + up)
        ups = [comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(n + 1)]
        usable = {name for name in options if name == "abandon" or getattr(rules, f"{name}_cost") is not None}
        if rules.modify_needs in self._missing(case, place, without):
            usable.discard("modify")
        yearly = 1 / (1 + case.discount)

        @cache
        def begun(year: int, net: int, bought: frozenset[str]) -> float:
            """The worth of going on at the start of a year, at level up ** net."""
            avoided, sales, cost, audit = years[year]
            more = sum(getattr(rules, f"{name}_sales") for name in bought)
            less = rules.modify_audit * audit if "modify" in bought else 0.0
            total = 0.0
            for k, share in enumerate(ups):
                after = net + 2 * k - n
                flow = up**after * (avoided + sales * (1 + more)) - cost + less
                total += share * (flow + (decided(year + 1, after, bought) if year + 1 < case.years else 0.0))
            return yearly * total

        @cache
        def decided(year: int, net: int, bought: frozenset[str]) -> float:
            """The worth of the best decision at the start of a year."""
            best = begun(year, net, bought)
            for name in usable - {"abandon"} - bought:
                if name == "exclusive" and year > rules.exclusive_until:
                    continue
                best = max(best, decided(year, net, bought | {name}) - getattr(rules, f"{name}_cost"))
            if "abandon" in usable and rules.abandon and year > 0:
                best = max(best, rules.salvage[year] - rules.exit_cost)
            return best

        return decided(0, 0, frozenset())


def _at(case: Case, name: str, end: float) -> Case:
    """The case with one number changed; series are multiplied."""

    def times(series: Sequence[float]) -> tuple[float, ...]:
        return tuple(x * end for x in series)

    own, options = case.own, case.options
    match name:
        case "deal.discount_a_year":
            return replace(case, discount=end)
        case "market.units_a_year":
            return replace(case, units=times(case.units))
        case "own.unit_cost":
            return replace(case, own=replace(own, unit_cost=end))
        case "own.learning":
            return replace(case, own=replace(own, learning=end))
        case "own.opex_a_year":
            return replace(case, own=replace(own, opex=times(own.opex)))
        case "own.capex":
            return replace(case, own=replace(own, capex=times(own.capex)))
        case "own.audit_a_year":
            return replace(case, own=replace(own, audit_yearly=end))
        case "own.ready_after_years":
            return replace(case, own=replace(own, ready_after=end))
        case "own.sales_units_a_year":
            return replace(case, own=replace(own, sales=times(own.sales)))
        case "own.sales_margin_share":
            return replace(case, own=replace(own, margin=end))
        case "options.volatility_a_year":
            return replace(case, options=replace(options, volatility=end))
        case "vendor.price_a_unit":
            return replace(case, vendors=tuple(replace(v, price=times(v.price)) for v in case.vendors))
    raise PlanError(f"{name} is nothing that a tornado turns")
