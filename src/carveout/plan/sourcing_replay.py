"""A sourcing plan followed leaf by leaf: what was ordered, what came, what was kept, drawn and short, and what it cost.

Plain arithmetic on the plan's entries and the inputs; nothing of it comes from the modules that made the plan.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from carveout.plan.sourcing.law_tree import LawTree, Leaf
from carveout.plan.sourcing.lawful import Answer
from carveout.plan.sourcing.problem import Problem
from carveout.plan.sourcing.table_file import Line

Faults = list[str]
SLACK = 1e-4
"""Units that rounding may make up."""


class Asks(Protocol):
    """Who answers for an act in a period on a leaf."""

    def in_period(self, act: str, leaf: Leaf, period: int) -> Answer:
        """The answer of the engine."""


def near(left: float, right: float, slack: float = 1e-6) -> bool:
    """Whether two amounts of money agree to a millionth."""
    return math.isfinite(left) and abs(left - right) <= slack * max(1.0, abs(left), abs(right))


def replay(
    plan: Mapping[str, Any], problem: Problem, tree: LawTree, asked: Asks, found: Faults
) -> dict[str, float] | None:
    """The cost per leaf of a plan that holds; None where it does not, with the reasons in ``found``."""
    before = len(found)
    follower = _Follower(plan, problem, tree, asked, found)
    follower.read()
    if len(found) > before:
        return None
    costs = {leaf.id: follower.leaf(leaf) for leaf in tree.leaves}
    follower.limits()
    _told_cost(plan, problem, tree, costs, found)
    return costs if len(found) == before else None


def worst_mean(costs: Iterable[tuple[float, float]], tail: float) -> float:
    """The mean of the dearest ``1 - tail`` of (cost, probability)."""
    left, total = 1 - tail, 0.0
    for cost, p in sorted(costs, reverse=True):
        total += min(left, p) * cost
        left = max(0.0, left - p)
    return total / (1 - tail)


def _told_cost(
    plan: Mapping[str, Any], problem: Problem, tree: LawTree, costs: Mapping[str, float], found: Faults
) -> None:
    told, aim = plan["cost"], problem.aim
    expected = sum(leaf.probability * costs[leaf.id] for leaf in tree.leaves)
    worst = worst_mean([(costs[leaf.id], leaf.probability) for leaf in tree.leaves], aim.tail)
    right = {"expected": expected, "cvar": worst, "objective": (1 - aim.risk) * expected + aim.risk * worst}
    for name, value in right.items():
        if not near(told[name], value):
            found.append(f"the {name} cost is {value:,.2f}, not {told[name]:,.2f}")
    if set(told["by_scenario"]) != set(costs):
        found.append("the cost is not told for every scenario")
    for name, value in costs.items():
        if not near(told["by_scenario"].get(name, math.nan), value):
            found.append(f"the cost in {name} is {value:,.2f}, not what the plan says")
    if not near(sum(told["expected_by_kind"].values()), expected, 1e-5):
        found.append("the costs by kind do not add up to the expected cost")


@dataclass
class _Follower:
    plan: Mapping[str, Any]
    problem: Problem
    tree: LawTree
    asked: Asks
    found: Faults
    orders: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    draws: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    stock: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    short: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    started: dict[str, int] = field(default_factory=dict)
    contracts: set[str] = field(default_factory=set)
    shortage: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def __post_init__(self) -> None:
        self.count = self.problem.periods.count
        self.leaves = {leaf.id: leaf for leaf in self.tree.leaves}
        self.parts = {line["part"]: line for line in self.problem.parts}
        self.offers = {line["offer"]: line for line in self.problem.offers}
        self.stores = {line["store"]: line for line in self.problem.stores}

    def wrong(self, entry: Mapping[str, Any], why: str) -> None:
        """Note a fault with the entry it is about."""
        about = " ".join(str(entry[k]) for k in ("part", "offer", "store", "period") if k in entry)
        self.found.append(f"{about}: {why}")

    # Reading

    def read(self) -> None:
        """All entries, each against the inputs."""
        plan = self.plan
        for entry in plan["qualifications"]:
            self._qualification(entry)
        for entry in plan["contracts"]:
            offer = self.offers[entry["offer"]]
            self._same(entry, {"part": offer["part"], "supplier": offer["supplier"], "fee": offer["contract_fee"]})
            if not offer["contract_capacity_per_month"] or entry["offer"] in self.contracts:
                self.wrong(entry, "no contract is offered, or it is made twice")
            self.contracts.add(entry["offer"])
        for entry in plan["flows"]:
            self._flow(entry)
        for entry in plan["draws"]:
            self._state(entry, self.draws, self.stores[entry["store"]])
            act = self.stores[entry["store"]]["act"]
            self._same(entry, {"act": act})
            self._lawful(entry, act, entry["period"] - 1, must=True)
        for entry in plan["stock"]:
            self._state(entry, self.stock, self.stores[entry["store"]])
        for entry in plan["shortages"]:
            self._state(entry, self.short, None)

    def _same(self, entry: Mapping[str, Any], right: Mapping[str, Any]) -> None:
        for name, value in right.items():
            if entry[name] != value:
                self.wrong(entry, f"{name} is {value!r}, not {entry[name]!r}")

    def _period(self, entry: Mapping[str, Any], name: str = "period") -> int:
        number = entry[name]
        if type(number) is not int or not 1 <= number <= self.count:
            raise ValueError(f"{name} {number!r} is not from 1 to {self.count}")
        return number - 1

    def _quantity(self, entry: Mapping[str, Any]) -> float:
        value = entry["quantity"]
        if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
            raise ValueError(f"the quantity {value!r} is no number of 0 or more")
        return float(value)

    def _group(self, entry: Mapping[str, Any], public_on: date) -> list[str]:
        """The leaves of an entry: all of those, and only those, that look the same on a day."""
        names = entry["scenarios"]
        seen = {self.leaves[name].public(public_on) for name in names}
        alike = [leaf.id for leaf in self.tree.leaves if leaf.public(public_on) in seen]
        if len(seen) != 1 or sorted(names) != sorted(alike):
            self.wrong(
                entry, f"decided for {', '.join(names)}, but on {public_on} nobody can tell {', '.join(alike)} apart"
            )
        return list(names)

    def _qualification(self, entry: Mapping[str, Any]) -> None:
        offer, periods = self.offers[entry["offer"]], self.problem.periods
        start = self._period(entry, "start_period")
        ready = start + periods.lasting(offer["qualification_days"])
        self._same(entry, {
            "part": offer["part"], "supplier": offer["supplier"], "cost": offer["qualification_cost"],
            "start_on": periods.first(start).isoformat(), "ready_on": periods.first(ready).isoformat(),
            "scenarios": list(self.leaves),
        })  # fmt: skip
        if not offer["qualification_days"] or entry["offer"] in self.started:
            self.wrong(entry, "needs no qualification, or is qualified twice")
        self.started[entry["offer"]] = start

    def _flow(self, entry: Mapping[str, Any]) -> None:
        offer, periods = self.offers[entry["offer"]], self.problem.periods
        t = self._period(entry)
        ships, arrives = (
            t + periods.lasting(offer["order_days"]),
            t + periods.lasting(offer["order_days"] + offer["transit_days"]),
        )
        self._same(entry, {
            "part": offer["part"], "supplier": offer["supplier"], "store": offer["store"], "act": offer["act"],
            "site": self.stores[offer["store"]]["site"], "price": offer["price"], "order_on": periods.first(t).isoformat(),
            "ship_period": ships + 1, "arrive_period": arrives + 1,
        })  # fmt: skip
        if arrives >= self.count:
            self.wrong(entry, "would arrive after the plan ends")
            return
        known_on = periods.last(t) if offer["kind"] == "spot" else periods.first(t)
        quantity = self._quantity(entry)
        for name in self._group(entry, known_on):
            row = self.orders.setdefault((offer["offer"], name), [0.0] * self.count)
            if row[t]:
                self.wrong(entry, f"ordered twice in {name}")
            row[t] = quantity
        self._lawful(entry, offer["act"], ships, must=False)

    def _state(self, entry: Mapping[str, Any], table: dict[tuple[str, str], list[float]], store: Line | None) -> None:
        t = self._period(entry)
        self._same(entry, {"through": self.problem.periods.last(t).isoformat()})
        if store is not None:
            self._same(entry, {"part": store["part"], "site": store["site"]})
        key = entry["part"] if store is None else entry["store"]
        quantity = self._quantity(entry)
        for name in self._group(entry, self.problem.periods.last(t)):
            row = table.setdefault((key, name), [0.0] * self.count)
            if row[t]:
                self.wrong(entry, f"told twice for {name}")
            row[t] = quantity

    def _lawful(self, entry: Mapping[str, Any], act: str, period: int, *, must: bool) -> None:
        """The answers an entry tells, against those of the engine; where it must be lawful, on every leaf."""
        told: dict[str, tuple[Any, ...]] = {}
        for group in entry["lawful"]:
            for name in group["scenarios"]:
                told[name] = (
                    group["go"],
                    group["outcome"],
                    tuple(group["relies_on"]),
                    tuple(group["barred_by"]),
                    group["through"],
                )
        if sorted(told) != sorted(entry["scenarios"]):
            self.wrong(entry, "the answers do not cover its scenarios")
            return
        for name in entry["scenarios"]:
            a = self.asked.in_period(act, self.leaves[name], period)
            through = a.through.isoformat() if a.through else None
            if told[name] != (a.lawful, a.outcome, a.relies_on, a.barred_by, through):
                self.wrong(entry, f"in {name} the engine says {a.outcome} by {', '.join(a.relies_on or a.barred_by) or 'nothing'}, "
                                  f"not {told[name][1]} by {', '.join(told[name][2] or told[name][3]) or 'nothing'}")  # fmt: skip
                return
            if must and not a.lawful:
                self.wrong(entry, f"in {name} it is not lawful: {a.outcome}")
                return

    # Following

    def leaf(self, leaf: Leaf) -> float:
        """The cost on one leaf; balances and capacities are checked on the way."""
        fees = sum(self.offers[o]["qualification_cost"] for o in self.started) + sum(
            self.offers[o]["contract_fee"] for o in self.contracts
        )
        found: float = fees + sum(self._part(part, line, leaf) for part, line in self.parts.items())
        return found

    def _part(self, part: str, line: Line, leaf: Leaf) -> float:
        nothing, periods = [0.0] * self.count, self.problem.periods
        cost: float = 0.0
        arriving: dict[str, list[float]] = {}
        for name, offer in self.offers.items():
            if offer["part"] == part:
                cost += self._ordered(name, offer, leaf, arriving.setdefault(offer["store"], [0.0] * self.count))
        drawn = [0.0] * self.count
        for name, store in self.stores.items():
            if store["part"] != part:
                continue
            draws, stock = self.draws.get((name, leaf.id), nothing), self.stock.get((name, leaf.id), nothing)
            there = store["on_hand"]
            for t in range(self.count):
                there += arriving.get(name, nothing)[t] - draws[t]
                if abs(there - stock[t]) > SLACK * (1 + abs(there) * 1e-3):
                    self.found.append(
                        f"{name}, period {t + 1}, {leaf.id}: {there:,.4f} must be there, the plan says {stock[t]:,.4f}"
                    )
                    return math.nan
                there = stock[t]
                drawn[t] += draws[t]
                cost += draws[t] * store["draw_cost"] + stock[t] * periods.rate(line["holding_per_month"])
            cost -= stock[-1] * line["salvage"] / 100 * line["value"]
        short = self.short.get((part, leaf.id), nothing)
        for t in range(self.count):
            wanted = self.problem.demand[part, t]
            if abs(drawn[t] + short[t] - wanted) > SLACK * (1 + wanted * 1e-3):
                self.found.append(
                    f"{part}, period {t + 1}, {leaf.id}: drawn and short make {drawn[t] + short[t]:,.4f}, wanted are {wanted:,.4f}"
                )
                return math.nan
        cost += sum(short) * line["shortage"]
        self.shortage[part] += leaf.probability * sum(short)
        return cost

    def _ordered(self, name: str, offer: Line, leaf: Leaf, arriving: list[float]) -> float:
        """What the orders of one offer cost on a leaf; what may be shipped arrives."""
        periods, cost = self.problem.periods, 0.0
        orders = self.orders.get((name, leaf.id), [0.0] * self.count)
        ships, arrives = (
            periods.lasting(offer["order_days"]),
            periods.lasting(offer["order_days"] + offer["transit_days"]),
        )
        needed = periods.lasting(offer["qualification_days"])
        most = periods.rate(offer["capacity_per_month"])
        if name in self.contracts:
            most += periods.rate(offer["contract_capacity_per_month"])
        for t, quantity in enumerate(orders):
            if quantity > most + SLACK:
                self.found.append(
                    f"{name}, period {t + 1}, {leaf.id}: {quantity:,.4f} ordered, at most {most:,.4f} can be had"
                )
            if quantity > 0 and needed and (name not in self.started or t < self.started[name] + needed):
                self.found.append(f"{name}, period {t + 1}, {leaf.id}: ordered before it is qualified")
            if quantity > 0:
                goes = self.asked.in_period(offer["act"], leaf, t + ships).lawful
                cost += quantity * offer["price"] * (1.0 if goes else offer["cancel"] / 100)
                arriving[t + arrives] += quantity if goes else 0.0
        if name in self.contracts:
            cost += offer["price"] * max(0.0, offer["contract_least"] - sum(orders))
        return cost

    # What parts share

    def limits(self) -> None:
        """Slots, budget, warehouses, the value of stock, and service targets."""
        limits, periods = self.problem.limits, self.problem.periods
        for t in range(self.count):
            running = sum(
                1
                for name, s in self.started.items()
                if s <= t < s + periods.lasting(self.offers[name]["qualification_days"])
            )
            if limits.slots is not None and running > limits.slots:
                self.found.append(f"period {t + 1}: {running} qualifications run, {limits.slots} may")
        spent = sum(self.offers[o]["qualification_cost"] for o in self.started) + sum(
            self.offers[o]["contract_fee"] for o in self.contracts
        )
        if limits.budget is not None and spent > limits.budget * (1 + 1e-9) + SLACK:
            self.found.append(f"qualifications and contracts cost {spent:,.2f}, the budget is {limits.budget:,.2f}")
        spaces = {line["site"]: line["warehouse"] for line in self.problem.sites}
        for leaf in self.tree.leaves:
            for t in range(self.count):
                space: dict[str, float] = defaultdict(float)
                value = 0.0
                for name, store in self.stores.items():
                    quantity, part = self.stock.get((name, leaf.id), [0.0] * self.count)[t], self.parts[store["part"]]
                    space[store["site"]] += quantity * part["volume"]
                    value += quantity * part["value"]
                for site, used in space.items():
                    if spaces[site] is not None and used > spaces[site] * (1 + 1e-6) + SLACK:
                        self.found.append(
                            f"{site}, period {t + 1}, {leaf.id}: {used:,.2f} of space used, there are {spaces[site]:,.2f}"
                        )
                if limits.stock_value is not None and value > limits.stock_value * (1 + 1e-6) + SLACK:
                    self.found.append(
                        f"period {t + 1}, {leaf.id}: stock of {value:,.2f}, {limits.stock_value:,.2f} may be"
                    )
        for part, line in self.parts.items():
            wanted = sum(self.problem.demand[part, t] for t in range(self.count))
            if self.shortage[part] > (1 - line["service"] / 100) * wanted * (1 + 1e-6) + SLACK:
                self.found.append(
                    f"{part}: {self.shortage[part]:,.2f} units short in expectation, {line['service']:g} percent service wants fewer"
                )
