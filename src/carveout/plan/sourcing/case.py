"""The numbers of a case: what the solver is given, per period, with lawfulness per leaf as arrays of yes and no.

``T`` periods, ``S`` leaves. ``orders[t, s]`` and ``states[t, s]`` number, within period ``t``, the classes of leaves that are
not told apart when orders of the period are placed (by its first day), and when it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from carveout.plan.sourcing.law_tree import LawTree
from carveout.plan.sourcing.lawful import Lawful
from carveout.plan.sourcing.problem import Problem

Flags = npt.NDArray[np.bool_]
Classes = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Groups = list[list[list[int]]]
"""Period, class, leaves."""


@dataclass(frozen=True, slots=True)
class Source:
    """An offer: prices per unit, rates per period, times in periods; ``lawful[t, s]`` for shipments in period ``t``.

    An order of period ``t`` is shipped in ``t + ships`` and there in ``t + arrives``; where it may not be shipped it is
    called off, and ``cancel`` of the price is lost. ``qualification`` is 0 for a source that is qualified.
    """

    name: str
    supplier: str
    store: int
    price: float
    capacity: float
    ships: int
    arrives: int
    qualification: int
    qualification_cost: float
    contract_fee: float
    contract_capacity: float
    contract_least: float
    cancel: float
    spot: bool
    lawful: Flags

    @property
    def has_contract(self) -> bool:
        """Whether a contract is offered."""
        return self.contract_capacity > 0


@dataclass(frozen=True, slots=True)
class Store:
    """A place where a part is kept: ``lawful[t, s]`` for drawing it from there."""

    name: str
    site: int
    on_hand: float
    draw_cost: float
    lawful: Flags


@dataclass(frozen=True, slots=True)
class Part:
    """A part: demand per period, costs per unit, the least share of the demand to be met in expectation, its sources and stores."""

    name: str
    demand: Numbers
    value: float
    volume: float
    holding: float
    shortage: float
    service: float
    salvage: float
    sources: tuple[Source, ...]
    stores: tuple[Store, ...]


@dataclass(frozen=True)
class Case:
    """Parts with their shared limits over the leaves of a tree; ``warehouse[j]`` is infinite where site ``j`` has no limit."""

    parts: tuple[Part, ...]
    probability: Numbers
    orders: Classes
    states: Classes
    sites: tuple[str, ...]
    warehouse: Numbers
    budget: float = np.inf
    slots: float = np.inf
    stock_value: float = np.inf
    risk: float = 0.0
    tail: float = 0.9

    @property
    def periods(self) -> int:
        """How many periods."""
        return int(self.states.shape[0])

    @property
    def leaves(self) -> int:
        """How many leaves."""
        return int(self.states.shape[1])

    @cached_property
    def counts(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """How many classes there are per period, of orders and of states."""
        return tuple(int(row.max()) + 1 for row in self.orders), tuple(int(row.max()) + 1 for row in self.states)

    def members(self, classes: Classes, period: int, number: int) -> Classes:
        """The leaves of one class."""
        found: Classes = np.flatnonzero(classes[period] == number)
        return found

    @cached_property
    def order_groups(self) -> Groups:
        """The leaves of each class of orders, by period."""
        return groups(self.orders)

    @cached_property
    def state_groups(self) -> Groups:
        """The leaves of each class of states, by period."""
        return groups(self.states)


def groups(classes: Classes) -> Groups:
    """Per period, the leaves of each class."""
    found: list[list[list[int]]] = []
    for row in classes.tolist():
        own: list[list[int]] = [[] for _ in range(max(row) + 1)]
        for leaf, number in enumerate(row):
            own[number].append(leaf)
        found.append(own)
    return found


def classes_of(keys: Sequence[Sequence[object]]) -> Classes:
    """Per period, leaves with the same key get the same number, in order of appearance."""
    found = np.zeros((len(keys), len(keys[0])), dtype=np.int64)
    for period, row in enumerate(keys):
        numbers: dict[object, int] = {}
        found[period] = [numbers.setdefault(key, len(numbers)) for key in row]
    return found


def case_of(problem: Problem, tree: LawTree, lawful: Lawful) -> Case:
    """The case of a problem: rates put into periods, every act asked for every period and leaf."""
    periods, leaves = problem.periods, tree.leaves
    used = dict.fromkeys(line["act"] for line in (*problem.offers, *problem.stores))
    flags = {act: np.array([[lawful.in_period(act, leaf, t).lawful for leaf in leaves] for t in range(periods.count)])
             for act in used}  # fmt: skip
    # What was public decides what was lawful, so it alone tells leaves apart.
    orders = [[leaf.public(periods.first(t)) for leaf in leaves] for t in range(periods.count)]
    states = [[leaf.public(periods.last(t)) for leaf in leaves] for t in range(periods.count)]
    sites = tuple(line["site"] for line in problem.sites)
    place = {site: number for number, site in enumerate(sites)}
    parts = tuple(_part(problem, line.values, flags, place) for line in problem.parts)
    limits, aim = problem.limits, problem.aim
    return Case(
        parts, np.array([leaf.probability for leaf in leaves]), classes_of(orders), classes_of(states), sites,
        np.array([np.inf if line["warehouse"] is None else line["warehouse"] for line in problem.sites]),
        _or_none(limits.budget), _or_none(limits.slots), _or_none(limits.stock_value), aim.risk, aim.tail,
    )  # fmt: skip


def _or_none(limit: float | None) -> float:
    return np.inf if limit is None else float(limit)


def _part(problem: Problem, line: dict[str, object], flags: dict[str, Flags], place: dict[str, int]) -> Part:
    periods, name = problem.periods, str(line["part"])
    number = {key: float(value) for key, value in line.items() if isinstance(value, (int, float))}
    kept = [line for line in problem.stores if line["part"] == name]
    own = {line["store"]: number for number, line in enumerate(kept)}
    sources = tuple(
        Source(
            o["offer"], o["supplier"], own[o["store"]], o["price"], periods.rate(o["capacity_per_month"]),
            periods.lasting(o["order_days"]), periods.lasting(o["order_days"] + o["transit_days"]),
            periods.lasting(o["qualification_days"]), o["qualification_cost"], o["contract_fee"],
            periods.rate(o["contract_capacity_per_month"]), o["contract_least"], o["cancel"] / 100, o["kind"] == "spot",
            flags[o["act"]],
        )
        for o in problem.offers if o["part"] == name
    )  # fmt: skip
    stores = tuple(Store(s["store"], place[s["site"]], s["on_hand"], s["draw_cost"], flags[s["act"]]) for s in kept)
    demand = np.array([problem.demand[name, t] for t in range(periods.count)])
    return Part(
        name, demand, number["value"], number["volume"], periods.rate(number["holding_per_month"]), number["shortage"],
        number["service"] / 100, number["salvage"] / 100, sources, stores,
    )  # fmt: skip
