"""The independent check of a sourcing plan: inputs, law, every act, every quantity, the cost and the bound, all over again.

It reads the inputs anew, asks the engine anew for each act on its days, follows the plan leaf by leaf, and proves the bound
from the plan's prices (:mod:`carveout.plan.sourcing_bound`). With the planner it shares the reader of the inputs, the tree of the
law and the question put to the engine; nothing that builds, solves or writes a plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from carveout.plan.error import PlanError
from carveout.plan.seal import SEAL, seal_of
from carveout.plan.sourcing.grounds import Use, grounds
from carveout.plan.sourcing.law_told import law_told
from carveout.plan.sourcing.law_tree import LawTree, Leaf, grow
from carveout.plan.sourcing.lawful import Answer, Compose, Lawful
from carveout.plan.sourcing.problem import Problem, read_problem
from carveout.plan.sourcing_bound import bound_faults
from carveout.plan.sourcing_replay import replay

Faults = list[str]
NOTICE = "Not legal advice; liability is strict; regimes of other countries are out of scope."
MOST = 20
"""Faults told before the check gives up."""


def faults(plan: Mapping[str, Any], folder: Path, compose: Compose) -> Faults:
    """What is wrong with a plan that stands in a folder; empty where all of it holds."""
    found: Faults = []
    try:
        if plan.get(SEAL) != seal_of(plan):
            found.append("the seal does not fit: something in the plan was changed after it was made")
        problem = _inputs(plan, folder, found)
        if problem is None:
            return found
        tree = grow(problem)
        _head(plan, problem, tree, found)
        asked = Asked(problem, tree, Lawful(problem.acts, tree, problem.periods, compose))
        costs = replay(plan, problem, tree, asked, found)
        if costs is not None and not found:
            if plan["grounds"] != grounds(_uses(plan, tree), asked.lawful):
                found.append("what the answers for the acts rest on is not as the plan says")
            found += bound_faults(plan, problem, tree, asked, costs)
    except PlanError as error:
        found.append(f"the inputs cannot be read: {error}")
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        found.append(f"the plan is not whole: {type(error).__name__} {error}")
    return found[:MOST]


def _inputs(plan: Mapping[str, Any], folder: Path, found: Faults) -> Problem | None:
    """The problem, read from the files that the plan names, each as it was when the plan was made."""
    paths = []
    for entry in plan["inputs"]:
        held = [base / entry["path"] for base in (folder, Path()) if (base / entry["path"]).is_file()]
        if not held:
            found.append(f"the input {entry['path']} is not there; the plan names it relative to its own folder")
            continue
        if hashlib.sha256(held[0].read_bytes()).hexdigest() != entry["sha256"]:
            found.append(f"the input {entry['path']} is not the file that the plan was made of (its checksum differs)")
            continue
        paths.append(held[0])
    if len(paths) < len(plan["inputs"]) or not paths:
        return None
    problem = read_problem(paths[0])
    if [path.resolve() for path in problem.files] != [path.resolve() for path in paths]:
        found.append("the plan does not name all of its inputs, in their order")
        return None
    return problem


def _head(plan: Mapping[str, Any], problem: Problem, tree: LawTree, found: Faults) -> None:
    """What the plan says of its inputs and of the law, against the inputs and the law."""
    periods, aim = problem.periods, problem.aim
    expected = {
        "title": problem.title, "currency": problem.currency, "known": problem.known.isoformat(), "kind": "sourcing", "version": 1, "notice": NOTICE,
        "first_day": periods.first_day.isoformat(), "periods": periods.count, "period_days": periods.days,
        "aim": {"risk": aim.risk, "tail": aim.tail, "gap": aim.gap, "seed": aim.seed}, **law_told(tree),
    }  # fmt: skip
    if plan["stopped"] not in ("gap", "rounds", "time", "nothing new", "search"):
        found.append(f"a search is not stopped by {plan['stopped']!r}")
    for name, value in expected.items():
        if plan[name] != value:
            why = "; the law held now is another than the plan's" if name == "law" else ""
            found.append(f"{name} is not what the inputs give{why}")


def _uses(plan: Mapping[str, Any], tree: LawTree) -> Iterable[Use]:
    """The acts that the plan's entries tell: shipments in the period of shipment, draws in their own."""
    leaves = {leaf.id: leaf for leaf in tree.leaves}
    for name, period in (("flows", "ship_period"), ("draws", "period")):
        for entry in plan[name]:
            yield from ((entry["act"], leaves[leaf], entry[period] - 1) for leaf in entry["scenarios"])


@dataclass
class Asked:
    """The engine asked anew: the answer for a period, and each day of it that can differ on its own."""

    problem: Problem
    tree: LawTree
    lawful: Lawful
    _days: dict[tuple[str, tuple[str, ...], bool, date], bool] = field(default_factory=dict)
    _rows: dict[tuple[str, bool], Any] = field(default_factory=dict)
    _held: dict[tuple[str, int, tuple[Any, ...]], Answer] = field(default_factory=dict)

    def in_period(self, act: str, leaf: Leaf, period: int) -> Answer:
        """The answer of the engine.

        Raises:
            ValueError: single days of the period say otherwise.
        """
        steps = leaf.public(self.problem.periods.last(period))
        key = (act, period, steps)
        if key not in self._held:
            answer = self.lawful.in_period(act, leaf, period)
            free = all(self._free(act, leaf, day) for day in self._which(act, leaf, period))
            if free != answer.lawful:
                raise ValueError(f"act {act} in period {period + 1}: its days say another thing than its answer")
            self._held[key] = answer
        return self._held[key]

    def _which(self, act: str, leaf: Leaf, period: int) -> Iterable[date]:
        """First and last day, and each day between on which law, knowledge or a date of the row turns."""
        first, last = self.problem.periods.first(period), self.problem.periods.last(period)
        day = timedelta(days=1)
        turns = {step.day for step in leaf.steps} | set(self.tree.view(leaf.overlays(last)).boundaries)
        for value in self._row(act, leaf, last).facts.values():
            if isinstance(value, date) and date.min < value < date.max:
                turns |= {value, value + day}
        return sorted({first, last, *(turn for turn in turns if first < turn < last)})

    def _has_license(self, act: str, leaf: Leaf, day: date) -> bool:
        return any(act in self.tree.events[name].acts for name in leaf.licenses(day))

    def _row(self, act: str, leaf: Leaf, day: date) -> Any:
        key = act, self._has_license(act, leaf, day)
        if key not in self._rows:
            self._rows[key] = self.lawful.row(act, licensed=key[1])
        return self._rows[key]

    def _free(self, act: str, leaf: Leaf, day: date) -> bool:
        overlays = leaf.overlays(day)
        key = (act, overlays, self._has_license(act, leaf, day), day)
        if key not in self._days:
            self._days[key] = self.lawful.on_day(self._row(act, leaf, day), self.tree.view(overlays), day).lawful
        return self._days[key]


Check = Callable[[Mapping[str, Any], Path, Compose], Faults]
