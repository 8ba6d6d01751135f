"""A plan with one figure, day, name or list changed, as a careless or a dishonest hand would."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from carveout.plan.seal import SEAL, seal_of

FREE = ("notice", "rounds", "stopped", SEAL)
"""Said for the reader; nothing hangs on them but the seal."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all figures and texts."""
    if isinstance(value, dict):
        for name, one in value.items():
            if path or name not in FREE:
                yield from places(one, (*path, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from places(one, (*path, number))
    else:
        yield path


def proves_bound(path: tuple[Any, ...]) -> bool:
    """Whether it is a price or a split: others may prove the same bound, so the checker asks for a proof, not for this one."""
    return path[:2] == ("bound", "proof") and path[-1] in ("price", "part", "offer", "started_by", "empty")


def mutated(plan: dict[str, Any], random: np.random.Generator, *, sealed: bool) -> tuple[dict[str, Any], str]:
    """A plan that differs in one place, or lacks an entry; sealed anew or not. And what was done."""
    made = copy.deepcopy(plan)
    lists = [
        name for name in ("flows", "draws", "stock", "shortages", "qualifications", "scenarios", "inputs") if made[name]
    ]
    if random.random() < 0.15:
        name = lists[int(random.integers(len(lists)))]
        number = int(random.integers(len(made[name])))
        if random.random() < 0.5:
            del made[name][number]
            told = f"{name}[{number}] left out"
        else:
            made[name].append(copy.deepcopy(made[name][number]))
            told = f"{name}[{number}] twice"
    else:
        found = [path for path in places(made) if not (sealed and proves_bound(path))]
        path = found[int(random.integers(len(found)))]
        holder = made
        for step in path[:-1]:
            holder = holder[step]
        before = holder[path[-1]]
        holder[path[-1]] = _other(before, random)
        told = f"{'.'.join(map(str, path))}: {before!r} -> {holder[path[-1]]!r}"
    if sealed:
        made[SEAL] = seal_of(made)
    return made, told


def _other(value: Any, random: np.random.Generator) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + int(random.choice([-1, 1, 2]))
    if isinstance(value, float):
        return value * float(random.choice([0.5, 0.97, 1.03, 2.0])) if value else 1.0
    if value is None:
        return "2020-01-01"
    try:
        return (date.fromisoformat(value) + timedelta(days=int(random.choice([-1, 1, 30])))).isoformat()
    except ValueError:
        return value + "x" if random.random() < 0.5 or not value else value[:-1]
