"""The tree of the law as a plan tells it: its leaves and the chances of its events."""

from __future__ import annotations

from typing import Any

from carveout.plan.sourcing.event import Event
from carveout.plan.sourcing.law_tree import LawTree, Leaf


def scenario_told(leaf: Leaf) -> dict[str, Any]:
    """A leaf: its probability, and what becomes public when."""
    steps = [{"on": step.day.isoformat(), "event": step.event, "becomes": step.told} for step in leaf.steps]
    return {"id": leaf.id, "name": leaf.name, "probability": round(leaf.probability, 12), "public": steps}


def chance_told(event: Event) -> dict[str, Any]:
    """The chance of an event: where it comes from, on how many observations it rests, and for which years they hold."""
    chance = event.chance
    outcomes = [
        {
            "outcome": told,
            "probability": round(chance.mean[n], 12),
            "interval_90": [round(v, 4) for v in chance.interval(n)],
        }
        for n, told in enumerate(event.branches)
    ]
    day = {name: value.isoformat() for name, value in (("lapses", event.through), ("public", event.public)) if value}
    return {"event": event.id, "kind": event.kind, **day, "from": chance.told, "n": chance.observations,
            "holds_for": chance.holds_for, "outcomes": outcomes, "cautions": list(chance.cautions)}  # fmt: skip


def law_told(tree: LawTree) -> dict[str, Any]:
    """The part of a plan that speaks of the law."""
    return {"law": tree.corpus.hash, "scenarios": [scenario_told(leaf) for leaf in tree.leaves],
            "chances": [chance_told(event) for event in tree.events.values()]}  # fmt: skip
