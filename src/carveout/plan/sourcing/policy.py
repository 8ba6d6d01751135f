"""What is settled now: starts, contracts and the orders of the first periods, under the plan and under naive policies.

The naive policies: *do nothing* (order as the need comes, stock no more than is there), *stock twelve months* (of what can be
had, as fast as capacity, space and money allow), *dual-source everything* (the cheapest source that wants qualification is
started for every part as soon as a slot is free, whatever the budget).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from carveout.plan.sourcing.case import Case, Numbers, Part
from carveout.plan.sourcing.highs import Program
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import PartModel, part_model
from carveout.plan.sourcing.periods import MONTH
from carveout.plan.sourcing.whole_model import whole_model

YEAR = 12 * MONTH
POLICIES = ("do nothing", "stock twelve months", "dual-source everything")


@dataclass(frozen=True)
class FirstStage:
    """What is settled: per part the values of starts and contracts, and (part, offer, period) -> quantity ordered at first."""

    starts: tuple[Mapping[tuple[str, int, int, int], float], ...]
    orders: Mapping[tuple[int, int, int], float]


def root_periods(case: Case) -> int:
    """How many periods begin before anything is public that tells leaves apart."""
    many = case.counts[0]
    return next((t for t, count in enumerate(many) if count > 1), len(many))


def settled(case: Case, models: Sequence[PartModel], x: Sequence[Numbers]) -> FirstStage:
    """What a plan settles."""
    starts = tuple(
        {key: float(np.round(own[column])) for key, column in model.place.items() if key[0] in "zc"}
        for model, own in zip(models, x, strict=True)
    )
    root = root_periods(case)
    orders = {
        (p, key[1], key[2]): max(0.0, float(own[column]))
        for p, (model, own) in enumerate(zip(models, x, strict=True))
        for key, column in model.place.items() if key[0] == "y" and key[2] < root
    }  # fmt: skip
    return FirstStage(starts, orders)


def without_service(case: Case) -> Case:
    """The case with shortages judged by their cost alone."""
    return replace(case, parts=tuple(replace(part, service=0.0) for part in case.parts))


def naive(case: Case, policy: str, period_days: int) -> FirstStage | None:
    """What a naive policy settles; None where the limits leave it no way at all."""
    case = replace(without_service(case), budget=np.inf if policy == POLICIES[2] else case.budget, risk=0.0)
    links = Links(case)
    models = [part_model(case, part, links) for part in case.parts]
    starts = dual_starts(case) if policy == POLICIES[2] else {}
    root = root_periods(case)
    whole = whole_model(case, links, models)
    lower, upper, objective = whole.lower.copy(), whole.upper.copy(), whole.objective.copy()
    for p, model in enumerate(models):
        part = model.part
        rate = float(part.demand.mean())
        for (kind, i, t, b), column in model.place.items():
            at = whole.starts[p] + column
            if kind == "z":
                lower[at] = upper[at] = 1.0 if (p, i) in starts and starts[p, i] <= t else 0.0
            elif kind == "c":
                upper[at] = 0.0
            elif kind == "i" and policy == POLICIES[0]:
                upper[at] = max(part.stores[i].on_hand, rate)
            elif kind == "i" and policy == POLICIES[1] and t <= root + 1:
                objective[at] -= 0.05 * part.shortage * float(case.probability[case.members(case.states, t, b)].sum())
                upper[at] = rate * YEAR / period_days
    program = Program(objective, lower, upper, None, whole.rows, whole.row_lower, whole.row_upper)
    found = program.solve()
    if found.x is None:
        return None
    return settled(case, models, [whole.of(p, found.x) for p in range(len(models))])


def dual_starts(case: Case) -> dict[tuple[int, int], int]:
    """(part, source) -> period of the start: the cheapest unqualified source of each part, as slots come free."""
    ends: list[int] = []
    found: dict[tuple[int, int], int] = {}
    for p, part in enumerate(case.parts):
        wanting = [(source.price, i) for i, source in enumerate(part.sources) if source.qualification]
        if not wanting or case.slots < 1:
            continue
        _, i = min(wanting)
        running = sorted(end for end in ends)
        start = 0 if len(running) < case.slots else running[len(running) - int(case.slots)]
        if start < case.periods:
            found[p, i] = start
            ends.append(start + part.sources[i].qualification)
    return found


def fixed_cost(case: Case, first: FirstStage) -> tuple[float, bool] | None:
    """The least cost of a single leaf once the first stage is settled, and whether limits of space and value had to give."""
    for lifted in (False, True):
        if lifted:
            case = replace(case, warehouse=np.full_like(case.warehouse, np.inf), stock_value=np.inf)
        case = replace(case, budget=np.inf, slots=np.inf)
        links = Links(case)
        models = [part_model(case, part, links) for part in case.parts]
        whole = whole_model(case, links, models)
        lower, upper = whole.lower.copy(), whole.upper.copy()
        for p, model in enumerate(models):
            for key, column in model.place.items():
                at = whole.starts[p] + column
                if key[0] in "zc":
                    lower[at] = upper[at] = first.starts[p].get(key, 0.0)
                elif key[0] == "y" and (p, key[1], key[2]) in first.orders:
                    lower[at] = upper[at] = min(first.orders[p, key[1], key[2]], whole.upper[at])
        found = Program(whole.objective, lower, upper, None, whole.rows, whole.row_lower, whole.row_upper).solve()
        if found.x is not None:
            return found.value, lifted
    return None


def informed_cost(case: Case) -> float:
    """The least cost of a single leaf that is known from the first day on: the bound of the solver, so no regret is too large."""
    links = Links(case)
    models = [part_model(case, part, links) for part in case.parts]
    whole = whole_model(case, links, models)
    return (
        Program(
            whole.objective,
            whole.lower,
            whole.upper,
            whole.integer,
            whole.rows,
            whole.row_lower,
            whole.row_upper,
            gap=1e-4,
        )
        .solve()
        .bound
    )


def leaf_case(case: Case, leaf: int) -> Case:
    """The case of one leaf alone, with risk and service targets left to the cost of shortages."""

    def cut(part: Part) -> Part:
        return replace(
            part, service=0.0, sources=tuple(replace(s, lawful=s.lawful[:, [leaf]]) for s in part.sources),
            stores=tuple(replace(s, lawful=s.lawful[:, [leaf]]) for s in part.stores),
        )  # fmt: skip

    one = np.zeros((case.periods, 1), dtype=np.int64)
    return replace(
        case, parts=tuple(cut(p) for p in case.parts), probability=np.ones(1), orders=one, states=one, risk=0.0
    )
