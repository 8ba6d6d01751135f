"""The plan as a document: every act with its day, quantity and authorization, what it costs, and the prices that prove its bound.

Quantities are units, money is in the plan's currency, days are ISO 8601. An entry with ``scenarios`` holds on those only: they
are the ones that cannot be told apart when it is decided.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from carveout.plan.seal import SEAL, seal_of
from carveout.plan.sourcing.branching import Branch
from carveout.plan.sourcing.case import Case, Classes, Numbers
from carveout.plan.sourcing.decompose import Solution
from carveout.plan.sourcing.grounds import Use, grounds
from carveout.plan.sourcing.law_told import law_told
from carveout.plan.sourcing.law_tree import LawTree
from carveout.plan.sourcing.lawful import Lawful
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.master import Prices
from carveout.plan.sourcing.part_model import PartModel
from carveout.plan.sourcing.problem import Problem
from carveout.plan.sourcing.risk import cvar, objective_value

KIND, VERSION = "sourcing", 1
SMALL = 1e-6
DIGITS = 6
NOTICE = "Not legal advice; liability is strict; regimes of other countries are out of scope."


@dataclass(frozen=True)
class Solved:
    """A problem with all that its plan was made of."""

    problem: Problem
    tree: LawTree
    lawful: Lawful
    case: Case
    links: Links
    models: tuple[PartModel, ...]
    solution: Solution

    @property
    def costs(self) -> Numbers:
        """The plan's cost per leaf."""
        found: Numbers = np.sum([m.cost @ x for m, x in zip(self.models, self.solution.x, strict=True)], axis=0)
        return found


def plan_document(solved: Solved, folder: Path) -> dict[str, Any]:
    """The plan; its inputs are named relative to the folder it is written to."""
    problem, case, solution = solved.problem, solved.case, solved.solution
    costs, p = solved.costs, case.probability
    periods = problem.periods
    plan = {
        "kind": KIND, "version": VERSION, "title": problem.title, "currency": problem.currency,
        "known": problem.known.isoformat(), "first_day": periods.first_day.isoformat(), "periods": periods.count,
        "period_days": periods.days, "notice": NOTICE, "inputs": _inputs(problem, folder),
        "aim": {"risk": case.risk, "tail": case.tail, "gap": problem.aim.gap, "seed": problem.aim.seed},
        **law_told(solved.tree),
        "qualifications": list(_qualifications(solved)), "contracts": list(_contracts(solved)),
        "flows": list(_flows(solved)), "draws": list(_states(solved, "d")), "stock": list(_states(solved, "i")),
        "shortages": list(_states(solved, "u")),
        "cost": {
            "objective": _round(objective_value(case, costs)), "expected": _round(float(p @ costs)),
            "cvar": _round(cvar(case, costs)), "by_scenario": {leaf.id: _round(c) for leaf, c in zip(solved.tree.leaves, costs, strict=True)},
            "expected_by_kind": _by_kind(solved),
        },
        "bound": {"value": _round(solution.bound), "gap": round(max(0.0, solution.gap), 9), "proof": _proof(solved, solution.proof)},
        "grounds": grounds(_uses(solved), solved.lawful), "stopped": solution.stopped, "rounds": solution.rounds,
    }  # fmt: skip
    return {**plan, SEAL: seal_of(plan)}


def _round(value: float) -> float:
    return round(float(value), DIGITS)


def _inputs(problem: Problem, folder: Path) -> list[dict[str, str]]:
    return [
        {"path": Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix(),
         "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in problem.files
    ]  # fmt: skip


def _ids(solved: Solved, members: Classes) -> list[str]:
    return [solved.tree.leaves[int(s)].id for s in members]


def _qualifications(solved: Solved) -> Iterator[dict[str, Any]]:
    periods, links = solved.problem.periods, solved.links
    for model, x in zip(solved.models, solved.solution.x, strict=True):
        for number, source in enumerate(model.part.sources):
            for t in range(periods.count):
                for n in range(links.start_count(t) if source.qualification else 0):
                    members = np.flatnonzero(links.starts[t] == n)
                    before = x[model.place["z", number, t - 1, int(links.starts[t - 1, members[0]])]] if t else 0.0
                    if x[model.place["z", number, t, n]] - before > 0.5:
                        ready = t + source.qualification
                        yield {
                            "part": model.part.name, "offer": source.name, "supplier": source.supplier,
                            "start_period": t + 1, "start_on": periods.first(t).isoformat(),
                            "ready_on": periods.first(ready).isoformat(), "cost": source.qualification_cost,
                            "scenarios": _ids(solved, members),
                        }  # fmt: skip


def _contracts(solved: Solved) -> Iterator[dict[str, Any]]:
    for model, x in zip(solved.models, solved.solution.x, strict=True):
        for number, source in enumerate(model.part.sources):
            if source.has_contract and x[model.place["c", number, 0, 0]] > 0.5:
                yield {
                    "part": model.part.name,
                    "offer": source.name,
                    "supplier": source.supplier,
                    "fee": source.contract_fee,
                }


def _flows(solved: Solved) -> Iterator[dict[str, Any]]:
    """Every order, with the period and day it is placed, shipped and there, and under what it may be shipped."""
    periods, case = solved.problem.periods, solved.case
    acts = {line["offer"]: line["act"] for line in solved.problem.offers}
    for model, x in zip(solved.models, solved.solution.x, strict=True):
        for (kind, number, t, n), column in model.place.items():
            if kind != "y" or x[column] <= SMALL:
                continue
            source = model.part.sources[number]
            members = case.members(case.states if source.spot else case.orders, t, n)
            yield {
                "part": model.part.name, "offer": source.name, "supplier": source.supplier, "store": model.part.stores[source.store].name, "site": case.sites[model.part.stores[source.store].site],
                "act": acts[source.name], "period": t + 1, "order_on": periods.first(t).isoformat(),
                "ship_period": t + source.ships + 1, "arrive_period": t + source.arrives + 1,
                "quantity": _round(x[column]), "price": source.price, "scenarios": _ids(solved, members),
                "lawful": _answers(solved, acts[source.name], t + source.ships, members),
            }  # fmt: skip


def _answers(solved: Solved, act: str, period: int, members: Classes) -> list[dict[str, Any]]:
    """What the engine says of an act in a period, leaves with the same answer together."""
    grouped: dict[Any, list[int]] = {}
    for s in members:
        grouped.setdefault(solved.lawful.in_period(act, solved.tree.leaves[int(s)], period), []).append(int(s))
    return [
        {"scenarios": _ids(solved, np.array(group)), "go": answer.lawful, "outcome": answer.outcome,
         "relies_on": list(answer.relies_on), "barred_by": list(answer.barred_by),
         "through": answer.through.isoformat() if answer.through else None}
        for answer, group in grouped.items()
    ]  # fmt: skip


def _uses(solved: Solved) -> Iterator[Use]:
    """Every act of the plan, by leaf and period: shipments and draws."""
    case, leaves = solved.case, solved.tree.leaves
    shipped = {line["offer"]: line["act"] for line in solved.problem.offers}
    drawn = {line["store"]: line["act"] for line in solved.problem.stores}
    for model, x in zip(solved.models, solved.solution.x, strict=True):
        for (kind, number, t, n), column in model.place.items():
            if kind not in "yd" or x[column] <= SMALL:
                continue
            if kind == "y":
                source = model.part.sources[number]
                act, period = shipped[source.name], t + source.ships
                members = case.members(case.states if source.spot else case.orders, t, n)
            else:
                act, period, members = drawn[model.part.stores[number].name], t, case.members(case.states, t, n)
            yield from ((act, leaves[int(s)], period) for s in members)


def _states(solved: Solved, wanted: str) -> Iterator[dict[str, Any]]:
    """Draws (d), stock at the end of a period (i) or shortages (u), where there are any."""
    case, periods = solved.case, solved.problem.periods
    acts = {line["store"]: line["act"] for line in solved.problem.stores}
    for model, x in zip(solved.models, solved.solution.x, strict=True):
        for (kind, j, t, b), column in model.place.items():
            if kind != wanted or x[column] <= SMALL:
                continue
            members = case.members(case.states, t, b)
            entry: dict[str, Any] = {"part": model.part.name}
            if kind != "u":
                store = model.part.stores[j]
                entry |= {"store": store.name, "site": case.sites[store.site]}
            entry |= {"period": t + 1, "through": periods.last(t).isoformat(), "quantity": _round(x[column]),
                      "scenarios": _ids(solved, members)}  # fmt: skip
            if kind == "d":
                act = acts[entry["store"]]
                entry |= {"act": act, "lawful": _answers(solved, act, t, members)}
            yield entry


def _by_kind(solved: Solved) -> dict[str, float]:
    """Expected cost by what it is for."""
    names = {"z": "qualification", "c": "contracts", "y": "purchases", "o": "contract shortfalls", "i": "stock", "d": "draw-down",
             "u": "shortage"}  # fmt: skip
    found = dict.fromkeys(names.values(), 0.0)
    for model, x in zip(solved.models, solved.solution.x, strict=True):
        expected = np.asarray(model.cost.T @ solved.case.probability).ravel() * x
        for (kind, *_), column in model.place.items():
            found[names[kind]] += float(expected[column])
    return {name: _round(value) for name, value in found.items()}


def _proof(solved: Solved, branch: Branch) -> dict[str, Any]:
    """What proves the bound: prices, or a split on a start or a contract with a proof for either side."""
    if branch.children:
        part, place = branch.on or (0, 0)
        model = solved.models[part]
        column = int(model.first_stage[place])
        kind, number, t, _ = next(key for key, own in model.place.items() if own == column)
        no, yes = (_proof(solved, child) for child in branch.children)
        return {"part": model.part.name, "offer": model.part.sources[number].name, "started_by": t + 1 if kind == "z" else None,
                "no": no, "yes": yes}  # fmt: skip
    if branch.bound == np.inf:
        return {"empty": True}
    return {"prices": _prices(solved, branch.prices)}


def _prices(solved: Solved, prices: Prices) -> dict[str, Any]:
    """Prices of shared limits where they are not zero, and the weight of each leaf's cost."""
    case, links = solved.case, solved.links
    shared = []
    for (kind, j, t, n), number in links.place.items():
        if prices.shared[number] > 0:
            entry: dict[str, Any] = {"limit": kind, "price": float(prices.shared[number])}
            if kind == "warehouse":
                entry["site"] = case.sites[j]
            classes = links.starts if kind in ("slots", "budget") else case.states
            entry |= {"period": (case.periods if kind == "budget" else t + 1),
                      "scenarios": _ids(solved, case.members(classes, case.periods - 1 if kind == "budget" else t, n))}  # fmt: skip
            shared.append(entry)
    weights = {leaf.id: float(w) for leaf, w in zip(solved.tree.leaves, prices.weights, strict=True)}
    return {"shared": shared, "weights": weights}
