"""What the answers for the acts of a plan rest on: the weakest evidence, what was assumed, what the engine warns of.

A full determination for each act and each authorization it relies on, on the first day on which the plan uses it so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from carveout.decide.determination import determine
from carveout.plan.sourcing.law_tree import Leaf
from carveout.plan.sourcing.lawful import Lawful

Use = tuple[str, Leaf, int]
"""An act, a leaf, and the period in which the plan acts so there."""


def grounds(uses: Iterable[Use], lawful: Lawful) -> list[dict[str, Any]]:
    """The grounds of all uses that go ahead, by act and authorization."""
    first: dict[tuple[str, str, tuple[str, ...]], Use] = {}
    for act, leaf, period in uses:
        answer = lawful.in_period(act, leaf, period)
        if answer.lawful:
            key = act, answer.outcome, answer.relies_on
            held = first.get(key)
            if held is None or (period, leaf.id) < (held[2], held[1].id):
                first[key] = act, leaf, period
    return [
        {"act": act, "outcome": outcome, "authorizations": list(relies_on), **_one(lawful, *first[act, outcome, relies_on])}
        for act, outcome, relies_on in sorted(first)
    ]  # fmt: skip


def _one(lawful: Lawful, act: str, leaf: Leaf, period: int) -> dict[str, Any]:
    """One determination, in words."""
    day: date = lawful.periods.first(period)
    view = lawful.tree.view(leaf.overlays(day))
    row = lawful.row(act, licensed=lawful.has_license(act, leaf, day))
    found = determine(lawful.compose(row, view, day), view)
    regimes = found.regimes.values()
    return {
        "on": day.isoformat(), "scenario": leaf.id, "decision": found.decision, "evidence": max(r.evidence for r in regimes).name,
        "assumed": sorted({name for r in regimes for name in r.assumed}),
        "cautions": sorted({told for r in regimes for told in r.cautions}), "not_evaluated": list(found.not_evaluated),
    }  # fmt: skip
