"""Why no plan fits: a smallest set of limits and targets that cannot be kept together, in words.

A set is smallest when giving up any one of it makes a plan possible (a deletion filter over what the planner wrote, not over
rows of a matrix).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from carveout.plan.sourcing.case import Case, Part
from carveout.plan.sourcing.highs import Program
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import part_model
from carveout.plan.sourcing.whole_model import whole_model

SECONDS = 20.0


@dataclass(frozen=True)
class Demand:
    """Something that is asked of a plan: in words, and the case without it."""

    told: str
    without: Callable[[Case], Case]


def demands(case: Case) -> list[Demand]:
    """All that a case asks, what is easiest to give up last."""
    found = []
    for number, part in enumerate(case.parts):
        if part.service > 0:
            found.append(
                Demand(
                    f"{part.service:.0%} of the demand for {part.name} is met",
                    _part(number, lambda p: replace(p, service=0.0)),
                )
            )
    for number, part in enumerate(case.parts):
        found.append(
            Demand(f"{part.name} is bought, shipped and drawn only where the law allows it", _part(number, _lawless))
        )
        found.append(Demand(f"the suppliers of {part.name} have no more capacity", _part(number, _endless)))
        if any(source.qualification for source in part.sources):
            found.append(Demand(f"qualifying a source of {part.name} takes its time", _part(number, _qualified)))
    if np.isfinite(case.budget):
        found.append(
            Demand(f"qualifications and contracts cost at most {case.budget:,.0f}", lambda c: replace(c, budget=np.inf))
        )
    if np.isfinite(case.slots):
        found.append(Demand(f"at most {case.slots:g} qualifications run at a time", lambda c: replace(c, slots=np.inf)))
    if np.isfinite(case.stock_value):
        found.append(
            Demand(f"stock is worth at most {case.stock_value:,.0f}", lambda c: replace(c, stock_value=np.inf))
        )
    for number, site in enumerate(case.sites):
        if np.isfinite(case.warehouse[number]):
            found.append(Demand(f"{site} has space for {case.warehouse[number]:,.0f}", _roomy(number)))
    return found


def conflict(case: Case) -> list[str]:
    """A smallest set of demands that no plan keeps together; empty where a plan exists after all."""
    kept = demands(case)
    if possible(case):
        return []
    if not possible(_lifted(case, kept)):
        return ["stock on hand, demand and contracts alone leave no plan"]
    for one in list(kept):
        rest = [other for other in kept if other is not one]
        given_up = [other for other in demands(case) if other.told not in {r.told for r in rest}]
        if not possible(_lifted(case, given_up)):
            kept = rest
    return [one.told for one in kept]


def _lifted(case: Case, given_up: Iterable[Demand]) -> Case:
    for one in given_up:
        case = one.without(case)
    return case


def possible(case: Case) -> bool:
    """Whether some plan keeps everything; a doubt that time leaves counts as possible, so no set is named without proof."""
    links = Links(case)
    whole = whole_model(replace(case, risk=0.0), links, [part_model(case, part, links) for part in case.parts])
    program = Program(
        np.zeros(len(whole.lower)),
        whole.lower,
        whole.upper,
        whole.integer,
        whole.rows,
        whole.row_lower,
        whole.row_upper,
    )
    return not program.solve(seconds=SECONDS).infeasible


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
