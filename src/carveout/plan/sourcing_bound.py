"""The bound of a sourcing plan, proved from its prices by another solver.

At prices of 0 or more for what the parts share, the least that each part alone can cost, less what the limits are worth at
those prices, is no more than any plan costs (Lagrange). Where a proof splits on a start or a contract, either side is proved so:
the lower of the two is a bound. Each part is written down here anew and solved by scipy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from carveout.plan.sourcing.law_tree import LawTree, Leaf, Step
from carveout.plan.sourcing.problem import Problem
from carveout.plan.sourcing.table_file import Line
from carveout.plan.sourcing_replay import Asks, near

Group = tuple[Step, ...]
"""What is public: leaves with the same are not told apart."""
EXACT = 1e-4
LOOSE = 2e-3
"""How far a bound may lie below what its prices prove: solvers stop at a gap."""


def bound_faults(
    plan: Mapping[str, Any], problem: Problem, tree: LawTree, asked: Asks, costs: Mapping[str, float]
) -> list[str]:
    """What is wrong with the bound and the gap of a plan that holds otherwise."""
    told, found = plan["bound"], []
    value, bound = plan["cost"]["objective"], told["value"]
    if not near(told["gap"], max(0.0, (value - bound) / max(1e-9, abs(value))), 1e-7):
        found.append(f"the gap of {value:,.2f} and {bound:,.2f} is not {told['gap']!r}")
    low, high = _proved(told["proof"], {}, problem, tree, asked, found)
    if found:
        return found
    slack = EXACT * abs(value) * 0.1 + 1e-6
    if bound > high + slack:
        found.append(f"the prices prove {high:,.2f} at most, not the bound of {bound:,.2f}")
    # Stopped by time, parts may not have been searched to the end: what is then told is less than could be proved.
    if bound < low - LOOSE * abs(value) and plan["stopped"] != "time":
        found.append(f"the prices prove {low:,.2f}, the plan tells the bound {bound:,.2f}")
    if bound > value * (1 + 1e-9) + 1e-6:
        found.append("the bound is above the cost of the plan")
    return found


Settled = Mapping[tuple[str, int | None], bool]
"""What a side of a split settles: (offer, period) whether it is started by then, (offer, None) whether a contract is made."""


def _proved(
    proof: Mapping[str, Any], settled: Settled, problem: Problem, tree: LawTree, asked: Asks, found: list[str]
) -> tuple[float, float]:
    """The bound that a proof proves, from below and as far as a solver could find."""
    if "prices" not in proof and not proof.get("empty"):
        key = str(proof["offer"]), proof["started_by"]
        offer = next(o for o in problem.offers if o["offer"] == proof["offer"])
        splits = offer["qualification_days"] if key[1] is not None else offer["contract_capacity_per_month"]
        if not splits or (key[1] is not None and not 1 <= key[1] <= problem.periods.count):
            found.append(f"{key[0]} has nothing to split on")
            return -math.inf, -math.inf
        sides = [
            _proved(proof[name], {**settled, key: yes}, problem, tree, asked, found)
            for name, yes in (("no", False), ("yes", True))
        ]
        return min(low for low, _ in sides), min(high for _, high in sides)
    prices = _Prices({leaf.id: leaf.probability for leaf in tree.leaves})
    if "prices" in proof:
        given = _prices(proof["prices"], problem, tree, found)
        if given is None:
            return -math.inf, -math.inf
        prices = given
    low, high = 0.0, 0.0
    for line in problem.parts:
        least, best = _Part(problem, tree, asked, prices, line, settled).solved()
        low, high = low + least, high + best
    if "prices" not in proof and low < math.inf:
        found.append("the proof calls a side empty in which every part has a plan")
    worth = prices.worth(problem)
    return low - worth, high - worth


@dataclass
class _Prices:
    """Prices by limit, site, period and what is public then; the weight of each leaf's cost."""

    weights: dict[str, float]
    shared: dict[tuple[str, str, int, Group], float] = field(default_factory=dict)

    def worth(self, problem: Problem) -> float:
        """What the limits are worth at the prices."""
        spaces = {line["site"]: line["warehouse"] for line in problem.sites}
        limits = problem.limits
        of: dict[str, float | None] = {
            "slots": limits.slots,
            "budget": limits.budget,
            "stock_value": limits.stock_value,
        }
        total = 0.0
        for (kind, site, _, _), price in self.shared.items():
            limit = spaces[site] if kind == "warehouse" else of[kind]
            if limit is None:
                raise ValueError(f"{kind} {site} has no limit, so it has no price")
            total += price * float(limit)
        return total


def _prices(told: Mapping[str, Any], problem: Problem, tree: LawTree, found: list[str]) -> _Prices | None:
    """Prices, where they are prices: none negative, weights such as CVaR allows."""
    aim, before = problem.aim, len(found)
    weights = told["weights"]
    leaves = {leaf.id: leaf for leaf in tree.leaves}
    for leaf in tree.leaves:
        least = (1 - aim.risk) * leaf.probability
        most = least + aim.risk * leaf.probability / (1 - aim.tail)
        if not least - 1e-9 <= weights.get(leaf.id, -1.0) <= most + 1e-9:
            found.append(f"the weight of {leaf.id} is not between {least:g} and {most:g}")
    if len(weights) != len(leaves) or not near(sum(weights.values()), 1.0, 1e-9):
        found.append("the weights of the scenarios do not add up to one")
    prices = _Prices(dict(weights))
    for entry in told["shared"]:
        kind, period, price = entry["limit"], entry["period"] - 1, entry["price"]
        if (
            kind not in ("slots", "budget", "warehouse", "stock_value")
            or not (0 <= price < math.inf)
            or not 0 <= period < problem.periods.count
        ):
            found.append(f"{entry} is no price of a limit")
            continue
        names: list[str] = entry["scenarios"]
        group: Group = ()
        if kind in ("warehouse", "stock_value"):
            group = leaves[names[0]].public(problem.periods.last(period))
            alike = [leaf.id for leaf in tree.leaves if leaf.public(problem.periods.last(period)) == group]
        else:
            alike = list(leaves)
        key = (kind, entry.get("site", ""), period, group)
        if sorted(names) != sorted(alike) or key in prices.shared:
            found.append(f"a price of {kind} in period {period + 1} is told for {', '.join(names)}")
        prices.shared[key] = float(price)
    return prices if len(found) == before else None


class _Part:
    """One part at prices: columns with their costs, rows, solved."""

    def __init__(
        self, problem: Problem, tree: LawTree, asked: Asks, prices: _Prices, line: Line, settled: Settled
    ) -> None:
        self.settled = settled
        self.problem, self.tree, self.asked, self.prices, self.line = problem, tree, asked, prices, line
        self.count = problem.periods.count
        self.cost: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.arrivals: dict[tuple[str, int, Group], dict[int, float]] = {}
        self._at: dict[tuple[int, bool], dict[Group, list[Leaf]]] = {}

    def groups(self, period: int, *, end: bool) -> dict[Group, list[Leaf]]:
        """The leaves by what is public on the first or the last day of a period."""
        if (period, end) not in self._at:
            day = self.problem.periods.last(period) if end else self.problem.periods.first(period)
            found: dict[Group, list[Leaf]] = {}
            for leaf in self.tree.leaves:
                found.setdefault(leaf.public(day), []).append(leaf)
            self._at[period, end] = found
        return self._at[period, end]

    def column(self, cost: float, upper: float = math.inf, *, whole: bool = False, settled: bool | None = None) -> int:
        self.cost.append(cost)
        self.lower.append(0.0 if settled is None else float(settled))
        self.upper.append(upper if settled is None else float(settled))
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, entries: dict[int, float], low: float, high: float) -> None:
        self.rows.append((entries, low, high))

    def weight(self, leaves: list[Leaf]) -> float:
        return sum(self.prices.weights[leaf.id] for leaf in leaves)

    def solved(self) -> tuple[float, float]:
        """The least the part can cost at the prices, bounded from below and by a plan."""
        for offer in self.problem.offers:
            if offer["part"] == self.line["part"]:
                self._offer(offer)
        drawn: dict[tuple[int, Group], dict[int, float]] = {}
        for store in self.problem.stores:
            if store["part"] == self.line["part"]:
                self._store(store, drawn)
        short: dict[int, float] = {}
        for t in range(self.count):
            wanted = self.problem.demand[self.line["part"], t]
            for group, leaves in self.groups(t, end=True).items():
                u = self.column(self.line["shortage"] * self.weight(leaves), wanted)
                self.row({u: 1.0, **drawn.get((t, group), {})}, wanted, wanted)
                short[u] = sum(leaf.probability for leaf in leaves)
        wanted = sum(self.problem.demand[self.line["part"], t] for t in range(self.count))
        self.row(short, -math.inf, (1 - self.line["service"] / 100) * wanted)
        data = [(r, c, v) for r, (entries, _, _) in enumerate(self.rows) for c, v in entries.items()]
        rows, columns, values = zip(*data, strict=True)
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(self.rows), len(self.cost)))
        answer = milp(
            np.array(self.cost), integrality=np.array(self.whole, dtype=int), bounds=Bounds(np.array(self.lower), np.array(self.upper)),
            constraints=LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows]),
            options={"mip_rel_gap": EXACT / 4},
        )  # fmt: skip
        if answer.x is None:
            return math.inf, math.inf
        bound = answer.mip_dual_bound
        return float(answer.fun if bound is None else bound), float(answer.fun)

    def _price(self, kind: str, period: int, group: Group = (), site: str = "") -> float:
        return self.prices.shared.get((kind, site, period, group), 0.0)

    def _offer(self, offer: Line) -> None:
        periods, everyone = self.problem.periods, list(self.tree.leaves)
        budget = self._price("budget", self.count - 1)
        lasts = periods.lasting(offer["qualification_days"])
        ships, arrives = (
            periods.lasting(offer["order_days"]),
            periods.lasting(offer["order_days"] + offer["transit_days"]),
        )
        starts: list[int] = []
        for t in range(self.count if lasts else 0):
            # Started by the period: it holds a slot from then until it is done, and its cost falls due at the end.
            cost = self._price("slots", t) - (self._price("slots", t + lasts) if t + lasts < self.count else 0.0)
            if t == self.count - 1:
                cost += offer["qualification_cost"] * (self.weight(everyone) + budget)
            says = self.settled.get((offer["offer"], t + 1))
            starts.append(self.column(cost, 1.0, whole=True, settled=says))
            if t:
                self.row({starts[t]: 1.0, starts[t - 1]: -1.0}, 0.0, math.inf)
        more = periods.rate(offer["contract_capacity_per_month"])
        contract = (
            self.column(
                offer["contract_fee"] * (self.weight(everyone) + budget),
                1.0,
                whole=True,
                settled=self.settled.get((offer["offer"], None)),
            )
            if more
            else None
        )
        least = offer["contract_least"] if contract is not None else 0.0
        under = {leaf.id: self.column(offer["price"] * self.weight([leaf])) for leaf in everyone} if least else {}
        taken: dict[str, dict[int, float]] = {name: {column: 1.0} for name, column in under.items()}
        plain = periods.rate(offer["capacity_per_month"])
        for t in range(lasts, self.count - arrives):
            for leaves in self.groups(t, end=offer["kind"] == "spot").values():
                goes = [leaf for leaf in leaves if self.asked.in_period(offer["act"], leaf, t + ships).lawful]
                if not goes:
                    continue
                lost = [leaf for leaf in leaves if leaf not in goes]
                y = self.column(
                    offer["price"] * (self.weight(goes) + offer["cancel"] / 100 * self.weight(lost)), plain + more
                )
                if lasts:
                    self.row({y: 1.0, starts[t - lasts]: -(plain + more)}, -math.inf, 0.0)
                if contract is not None:
                    self.row({y: 1.0, contract: -more}, -math.inf, plain)
                for leaf in leaves:
                    if leaf.id in taken:
                        taken[leaf.id][y] = 1.0
                for leaf in goes:
                    group = leaf.public(periods.last(t + arrives))
                    self.arrivals.setdefault((offer["store"], t + arrives, group), {})[y] = 1.0
        for entries in taken.values():
            self.row({**entries, contract: -least}, 0.0, math.inf)  # type: ignore[dict-item]

    def _store(self, store: Line, drawn: dict[tuple[int, Group], dict[int, float]]) -> None:
        line, periods = self.line, self.problem.periods
        before: dict[str, int] = {}
        for t in range(self.count):
            now: dict[str, int] = {}
            for group, leaves in self.groups(t, end=True).items():
                cost = periods.rate(line["holding_per_month"])
                if t == self.count - 1:
                    cost -= line["salvage"] / 100 * line["value"]
                kept = self.column(
                    cost * self.weight(leaves)
                    + line["volume"] * self._price("warehouse", t, group, store["site"])
                    + line["value"] * self._price("stock_value", t, group)
                )
                entries = {kept: 1.0, **dict.fromkeys(self.arrivals.get((store["store"], t, group), {}), -1.0)}
                if t:
                    entries[before[leaves[0].id]] = -1.0
                if self.asked.in_period(store["act"], leaves[0], t).lawful:
                    d = self.column(store["draw_cost"] * self.weight(leaves), self.problem.demand[line["part"], t])
                    entries[d] = 1.0
                    drawn.setdefault((t, group), {})[d] = 1.0
                there = store["on_hand"] if t == 0 else 0.0
                self.row(entries, there, there)
                now |= {leaf.id: kept for leaf in leaves}
            before = now
