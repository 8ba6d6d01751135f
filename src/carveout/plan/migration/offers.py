"""What else could be had, and what it buys: one more crew, an extension, full funding, none; each planned anew and simulated alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from carveout.plan.error import PlanError
from carveout.plan.migration.carrier import Carrier
from carveout.plan.migration.search import Found, plan_migration
from carveout.plan.migration.simulate import simulate
from carveout.plan.migration.support import Support, runway_weeks

EXTENSION_DAYS = 183


MOST_RUNS = 100
"""Futures of each offer."""


def changed(carrier: Carrier) -> list[tuple[str, Carrier]]:
    """Each offer in words, and the carrier under it."""
    money = carrier.money
    later = {"deadline": carrier.deadline + timedelta(days=EXTENSION_DAYS), "latest": carrier.latest}
    later["latest"] = max(later.values())
    found = [
        ("one more tower crew", replace(carrier, crews=_more(carrier, "tower"))),
        ("one more survey crew", replace(carrier, crews=_more(carrier, "survey"))),
        ("an extension of six months", replace(carrier, deadline=later["deadline"])),
    ]
    if money.reimbursed < 1:
        found.append(("full funding", replace(carrier, money=replace(money, reimbursed=1.0))))
    if money.reimbursed:
        found.append(("no reimbursement", replace(carrier, money=replace(money, reimbursed=0.0))))
    return found


def _more(carrier: Carrier, kind: str) -> dict[str, tuple[int, ...]]:
    return {**carrier.crews, kind: tuple(count + 1 for count in carrier.crews[kind])}


def offers(
    carrier: Carrier, supports: Sequence[Support], found: Found, *, seconds: float, runs: int, seed: int
) -> list[dict[str, Any]]:
    """The plan as it is, then each offer: when it would be done, at what cost, with what chance of its deadline."""
    runways, runs = runway_weeks(carrier, supports[0]), min(runs, MOST_RUNS)
    told = [_told("as it is", carrier, found, runs, seed)]
    for what, other in changed(carrier):
        try:
            again = plan_migration(other, runways, seconds=seconds, seed=seed, begin=found.plan, prove=False)
        except PlanError as error:
            told.append({"what": what, "why_not": str(error)})
            continue
        told.append(_told(what, other, again, runs, seed))
    return told


def _told(what: str, carrier: Carrier, found: Found, runs: int, seed: int) -> dict[str, Any]:
    futures = simulate(carrier, found.plan, runs=runs, seed=seed)
    return {
        "what": what, "finish_week": found.score.finish, "finish_day": carrier.day(found.score.finish), "dollars": found.score.dollars,
        "deadline": carrier.deadline, "chance": futures.chance(carrier.due), "half_done_by": carrier.day(futures.quantile(0.5)),
    }  # fmt: skip
