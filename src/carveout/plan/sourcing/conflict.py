"""Why no plan fits: smallest sets of limits and targets that cannot be kept together, in words.

A set is smallest when the rest of it can be kept once any one of it is given up (a deletion filter over what the planner wrote,
not over rows of a matrix). Parts are looked at alone first, so that a target that no plan can keep is found in a second however
many parts there are, and every part that has one is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from carveout.plan.sourcing.case import Case, Part
from carveout.plan.sourcing.highs import Program
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import part_model
from carveout.plan.sourcing.whole_model import whole_model

SECONDS = 60.0
"""Time for all questions together; what is then still open counts as possible, so no set is named without proof."""
SHOWN = 5
"""Parts whose own clash is told."""


@dataclass(frozen=True)
class Demand:
    """Something that is asked of a plan: in words, and the case without it."""

    told: str
    without: Callable[[Case], Case]


def conflicts(case: Case) -> list[list[str]]:
    """Smallest sets of demands that no plan keeps together; empty where a plan exists, or none was proved impossible in time."""
    asked = _Asked(time.monotonic() + SECONDS)
    everywhere = range(len(case.parts))
    alone = [_without_limits(_only(case, [n])) for n in everywhere]
    found = [asked.smallest(one) for one in alone if not asked.possible(one)]
    if found:
        return found[:SHOWN]
    limited = [_only(case, [n]) for n in everywhere]
    found = [asked.smallest(one) for one in limited if not asked.possible(one)]
    if found:
        return found[:SHOWN]
    if asked.possible(case):
        return []
    needed = list(everywhere)
    for n in everywhere:
        rest = [other for other in needed if other != n]
        if rest and not asked.possible(_only(case, rest)):
            needed = rest
    return [asked.smallest(_only(case, needed))]


def demands(case: Case) -> list[Demand]:
    """All that a case asks, what is easiest to give up last."""
    found = []
    for number, part in enumerate(case.parts):
        if part.service > 0:
            told = f"{part.service:.0%} of the demand for {part.name} is met"
            found.append(Demand(told, _part(number, lambda p: replace(p, service=0.0))))
    for number, part in enumerate(case.parts):
        law = f"{part.name} is bought, shipped and drawn only where the law allows it"
        found.append(Demand(law, _part(number, _lawless)))
        found.append(Demand(f"the suppliers of {part.name} have no more capacity", _part(number, _endless)))
        if any(source.qualification for source in part.sources):
            found.append(Demand(f"qualifying a source of {part.name} takes its time", _part(number, _qualified)))
    if np.isfinite(case.budget):
        told = f"qualifications and contracts cost at most {case.budget:,.0f}"
        found.append(Demand(told, lambda c: replace(c, budget=np.inf)))
    if np.isfinite(case.slots):
        found.append(Demand(f"at most {case.slots:g} qualifications run at a time", lambda c: replace(c, slots=np.inf)))
    if np.isfinite(case.stock_value):
        told = f"stock is worth at most {case.stock_value:,.0f}"
        found.append(Demand(told, lambda c: replace(c, stock_value=np.inf)))
    for number, site in enumerate(case.sites):
        if np.isfinite(case.warehouse[number]):
            found.append(Demand(f"{site} has space for {case.warehouse[number]:,.0f}", _roomy(number)))
    return found


@dataclass
class _Asked:
    """Questions whether a plan exists, until a time."""

    ends: float

    def smallest(self, case: Case) -> list[str]:
        """A smallest set of demands of a case that has no plan."""
        kept = given = demands(case)
        if not self.possible(_lifted(case, given)):
            return ["stock on hand, demand and contracts alone leave no plan"]
        for one in given:
            rest = [other for other in kept if other is not one]
            if not self.possible(_lifted(case, [other for other in given if other not in rest])):
                kept = rest
        return [one.told for one in kept]

    def possible(self, case: Case) -> bool:
        """Whether some plan keeps everything: without the yes and no first, which already tells most impossible cases."""
        left = self.ends - time.monotonic()
        if left <= 0:
            return True
        case = replace(case, risk=0.0)
        links = Links(case)
        m = whole_model(case, links, [part_model(case, part, links) for part in case.parts])
        nothing = np.zeros(len(m.lower))
        for integer in (None, m.integer):
            program = Program(nothing, m.lower, m.upper, integer, m.rows, m.row_lower, m.row_upper)
            if program.solve(seconds=left).infeasible:
                return False
        return True


def _only(case: Case, numbers: Sequence[int]) -> Case:
    return replace(case, parts=tuple(case.parts[n] for n in numbers))


def _without_limits(case: Case) -> Case:
    return replace(
        case, budget=np.inf, slots=np.inf, stock_value=np.inf, warehouse=np.full_like(case.warehouse, np.inf)
    )


def _lifted(case: Case, given_up: Iterable[Demand]) -> Case:
    for one in given_up:
        case = one.without(case)
    return case


def _part(number: int, change: Callable[[Part], Part]) -> Callable[[Case], Case]:
    return lambda case: replace(case, parts=tuple(change(p) if n == number else p for n, p in enumerate(case.parts)))


def _roomy(number: int) -> Callable[[Case], Case]:
    def without(case: Case) -> Case:
        space = case.warehouse.copy()
        space[number] = np.inf
        return replace(case, warehouse=space)

    return without


def _lawless(part: Part) -> Part:
    return replace(part, sources=tuple(replace(s, lawful=np.ones_like(s.lawful)) for s in part.sources),
                   stores=tuple(replace(s, lawful=np.ones_like(s.lawful)) for s in part.stores))  # fmt: skip


def _endless(part: Part) -> Part:
    most = float(part.demand.sum()) * 10 + 1
    return replace(part, sources=tuple(replace(s, capacity=most) for s in part.sources))


def _qualified(part: Part) -> Part:
    return replace(part, sources=tuple(replace(s, qualification=min(s.qualification, 1)) for s in part.sources))
