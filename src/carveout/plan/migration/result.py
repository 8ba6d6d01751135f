"""A migration plan as the object of ``plan.json``: what happens where and when, beside what it rests on and what it proves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from carveout.plan.migration.carrier import Carrier, core_weeks, jobs
from carveout.plan.migration.cost import exposed
from carveout.plan.migration.money import balance, core_cost, payments
from carveout.plan.migration.search import Found
from carveout.plan.migration.support import Support, runway_weeks

NOTICE = "Not legal advice; liability is strict. Support is lawful for a site only as far as its own facts hold."


def result(
    carrier: Carrier,
    found: Found,
    supports: Sequence[Support],
    *,
    source: str,
    known: date | None,
    late: Sequence[str] = (),
) -> dict[str, Any]:
    """The plan as one object. ``supports`` has the view the plan was made under first, then those of its scenarios."""
    plan, runways = found.plan, runway_weeks(carrier, supports[0])
    every = [runway_weeks(carrier, support) for support in supports]
    sites = []
    for n, (site, placed) in enumerate(zip(carrier.sites, plan.sites, strict=True)):
        way = carrier.ways[placed.way]
        end = jobs(carrier, site, placed)[-1][3]
        sites.append({
            "site": site.name, "market": site.market, "latitude": site.latitude, "longitude": site.longitude,
            "way": way.name, "vendor": way.vendor, "cost": way.cost(site.sectors), "build_weeks": way.build,
            "survey_weeks": site.survey, "strengthen_weeks": 0 if placed.strengthen is None else site.structural,
            "cutover_weeks": way.cutover, "remove_weeks": way.removal,
            "survey_week": placed.survey, "strengthen_week": placed.strengthen, "build_week": placed.build,
            "cutover_week": placed.cutover, "remove_week": placed.remove, "build_day": carrier.day(placed.build),
            "cutover_day": carrier.day(placed.cutover), "done_day": carrier.day(end),
            "support_ends": {name: one.ends[n] for name, one in _named(supports).items()},
            "spares_used_up_week": _whole(runways[n]), "exposed_weeks": exposed(carrier, placed, runways[n]),
            "exposed_weeks_by_scenario": {name: exposed(carrier, placed, line[n]) for name, line in zip(_named(supports), every, strict=True)},
        })  # fmt: skip
    weeks = range(found.score.finish)
    cash = balance(carrier, payments(carrier, plan), carrier.horizon)
    return {
        "kind": "migration", "name": carrier.name, "input": source, "files": dict(carrier.files), "known": known,
        "scenarios": list(supports[0].scenario), "start": carrier.start, "deadline": carrier.deadline, "order": plan.order,
        "finish_week": found.score.finish, "finish_day": carrier.day(found.score.finish), "meets_deadline": found.score.finish <= carrier.due,
        "dollars": found.score.dollars, "finish_bound": found.bounds.finish, "dollars_bound": found.bounds.dollars,
        "finish_gap": _gap(found.score.finish, found.bounds.finish), "dollars_gap": _gap(found.score.dollars, found.bounds.dollars),
        "first_plan_seconds": round(found.first_seconds, 2), "deadline_conflicts": list(late),
        "due_week": carrier.due, "persons": dict(carrier.population), "coverage_floor": carrier.coverage,
        "emergency_floor": carrier.emergency, "credit": carrier.money.credit, "reimbursed": carrier.money.reimbursed,
        "claim_weeks": carrier.money.delay,
        "cores": [{"market": name, "start_week": start, "weeks": core_weeks(carrier, name), "cost": core_cost(carrier, name),
                   "done_day": carrier.day(start + core_weeks(carrier, name))} for name, start in plan.cores.items()],
        "sites": sites,
        "weeks": {"day": [carrier.day(week) for week in weeks], **_lines(carrier, found), "cash": cash[: found.score.finish]},
        "notice": NOTICE,
    }  # fmt: skip


def _named(supports: Sequence[Support]) -> Mapping[str, Support]:
    return {", ".join(one.scenario) or "law as known": one for one in supports}


def _whole(week: float) -> float | None:
    return None if math.isinf(week) else week


def _gap(made: int, bound: int) -> float:
    return round(made / bound - 1, 5) if bound else 0.0


def _lines(carrier: Carrier, found: Found) -> dict[str, Any]:
    """Per week: crews at work and crews there are by kind, persons without service by market, persons without emergency calls, sites cut over."""
    weeks = found.score.finish
    crews = {kind: [0] * weeks for kind in carrier.crews}
    off = {name: [0] * weeks for name in carrier.markets}
    uncalled, done = [0] * weeks, [0] * weeks
    for name, start in found.plan.cores.items():
        for week in range(start, start + core_weeks(carrier, name)):
            crews["core"][week] += 1
    for site, placed in zip(carrier.sites, found.plan.sites, strict=True):
        way = carrier.ways[placed.way]
        for _, kind, first, end in jobs(carrier, site, placed):
            for week in range(first, end):
                crews[kind][week] += way.crews if kind == "tower" else 1
        last = placed.cutover + way.cutover
        for week in range(last, weeks):
            done[week] += 1
        if way.off_air:
            for week in range(placed.build, last):
                off[site.market][week] += site.unserved
                uncalled[week] += site.sole
    there = {kind: list(line[:weeks]) for kind, line in carrier.crews.items()}
    return {"crews": crews, "crews_there": there, "off_air": off, "uncalled": uncalled, "cut_over": done}
