"""The memo of a sourcing plan: what to do now, under which authorization, what it costs, what it rests on; as data and as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from carveout.papers.memo import typeset
from carveout.papers.picture import Picture

TEMPLATE = "sourcing.typ"
Plan = Mapping[str, Any]


def memo_pdf(
    plan: Plan, analysis: Plan | None, pictures: Mapping[str, Picture], written: datetime | None = None
) -> bytes:
    """The memo as PDF."""
    stamp = (written or datetime.now(UTC)).replace(microsecond=0)
    return typeset(memo_data(plan, analysis, pictures, stamp), stamp, TEMPLATE)


def memo_data(plan: Plan, analysis: Plan | None, pictures: Mapping[str, Picture], written: datetime) -> dict[str, Any]:
    """What the template lays out: sections with sentences, a table and a picture each."""
    day = written.astimezone(UTC)
    sections = [_now(plan), _cost(plan), _section("Stock", [], picture=pictures.get("stock")),
                _section("Qualifications", [], picture=pictures.get("qualification")), _authority(plan), _law(plan)]  # fmt: skip
    if analysis is not None:
        sections += [_waiting(plan, analysis), _worth(plan, analysis, pictures)]
    sections.append(_limits(plan))
    return {
        "title": f"Plan: {plan['title']}", "description": "A sourcing plan under uncertain authorizations",
        "keywords": ["export controls", "sourcing", "plan"], "year": day.year, "month": day.month, "day": day.day,
        "notice": plan["notice"], "stamp": f"Written {day:%Y-%m-%d %H:%M} UTC, as known on {plan['known']}",
        "sections": [one for one in sections if one["sentences"] or one["table"] or one["picture"]],
    }  # fmt: skip


def _section(
    title: str,
    sentences: Sequence[str],
    head: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
    picture: Picture | None = None,
) -> dict[str, Any]:
    return {
        "title": title, "sentences": list(sentences), "table": {"head": list(head), "rows": [list(r) for r in rows]} if rows else None,
        "picture": {"svg": picture.svg, "told": picture.told} if picture else None,
    }  # fmt: skip


def _now(plan: Plan) -> dict[str, Any]:
    """What is the same in every scenario: it is decided now."""
    everyone = len(plan["scenarios"])
    rows = [
        [f"Qualify {q['supplier']} for {q['part']}", q["start_on"], f"ready {q['ready_on']}, {q['cost']:,.0f}"]
        for q in plan["qualifications"]
    ]
    rows += [
        [f"Contract with {c['supplier']} for {c['part']}", plan["first_day"], f"fee {c['fee']:,.0f}"]
        for c in plan["contracts"]
    ]
    for one in plan["flows"]:
        if len(one["scenarios"]) == everyone:
            rows.append(
                [
                    f"Order {one['quantity']:,.0f} {one['part']} from {one['supplier']} to {one['store']}",
                    one["order_on"],
                    _under(one),
                ]
            )
    return _section("What is decided now", ["These are the same whatever becomes law; everything later waits for what is then public."],
                    ["act", "on", "cost; under"], rows)  # fmt: skip


def _under(one: Plan) -> str:
    answer = one["lawful"][0]
    relies = ", ".join(answer["relies_on"]) or answer["outcome"].replace("_", " ")
    return relies + (f", through {answer['through']}" if answer["through"] else "")


def _cost(plan: Plan) -> dict[str, Any]:
    cost, bound, aim = plan["cost"], plan["bound"], plan["aim"]
    told = [
        f"The plan costs {cost['expected']:,.0f} {plan['currency']} in expectation over {len(plan['scenarios'])} scenarios; the worst "
        f"{1 - aim['tail']:.0%} of them cost {cost['cvar']:,.0f} on average.",
        f"No plan has an objective below {bound['value']:,.0f}; this one has {cost['objective']:,.0f}, a gap of {bound['gap']:.2%}. "
        "carveout plan check proves both again from the inputs and the prices in plan.json.",
    ]
    rows = [[kind, f"{value:,.0f}"] for kind, value in cost["expected_by_kind"].items() if abs(value) >= 0.5]
    return _section("What it costs", told, ["expected cost of", plan["currency"]], rows)


def _authority(plan: Plan) -> dict[str, Any]:
    """The authorizations relied on, with the quantity that rests on each and the last day it may."""
    found: dict[str, list[Any]] = {}
    for one in [*plan["flows"], *plan["draws"]]:
        for group in one["lawful"]:
            for name in group["relies_on"]:
                held = found.setdefault(name, [0, set(), ""])
                held[0] += 1
                held[1].add(one["part"])
                held[2] = max(held[2], group["through"] or "")
    rows = [
        [name, f"{count:,}", ", ".join(sorted(parts)), through or "no end known"]
        for name, (count, parts, through) in sorted(found.items())
    ]
    return _section("What acts rely on", ["Every other act of the plan needs no authorization by the engine's answer. "
                    "In scenarios in which an authorization ends earlier, the plan's acts end with it."],
                    ["authorization", "acts", "parts", "at the latest through"], rows)  # fmt: skip


def _law(plan: Plan) -> dict[str, Any]:
    rows = []
    for one in plan["chances"]:
        for outcome in one["outcomes"]:
            low, high = outcome["interval_90"]
            spread = f"{low:.0%} to {high:.0%}" if high > low else "stated"
            source = (
                f"{one['from']}; n = {one['n']}" + (f", {one['holds_for']}" if one["holds_for"] else "")
                if one["n"]
                else one["from"]
            )
            rows.append([f"{one['event']}: {outcome['outcome']}", f"{outcome['probability']:.0%}", spread, source])
    cautions = [f"Mind: {caution}." for one in plan["chances"] for caution in one["cautions"]]
    return _section(
        "What may become law", list(dict.fromkeys(cautions)), ["event", "chance", "90 percent interval", "from"], rows
    )


def _waiting(plan: Plan, analysis: Plan) -> dict[str, Any]:
    waiting, unit = analysis["waiting"], plan["currency"]
    told = [
        f"If starts could follow what becomes public instead of being settled now, the objective would fall by {waiting['worth']:,.0f} {unit}."
    ]
    if waiting["free_until"]:
        told.append(f"All starts together may wait until {waiting['free_until']} for nothing.")
    elif waiting["put_off"]:
        day, extra = waiting["put_off"][0]
        told.append(f"Waiting is not free: no start before {day} costs {extra:,.0f} {unit} more.")
    rows = [[f"{one['offer']} ({one['part']})", str(one["planned"]), str(one["free_until"]),
             f"{one['then_costs']:,.0f}" if one["then_costs"] is not None else "a target cannot be kept"] for one in waiting["starts"]]  # fmt: skip
    return _section(
        "The value of waiting", told, ["start", "planned", "may wait until, alone", "one period later costs"], rows
    )


def _worth(plan: Plan, analysis: Plan, pictures: Mapping[str, Picture]) -> dict[str, Any]:
    rows = [[p["policy"], f"{p['mean_cost']:,.0f}", f"{p['mean_regret']:,.0f}", f"{p['interval_95'][0]:,.0f} to {p['interval_95'][1]:,.0f}"]
            for p in analysis["policies"]]  # fmt: skip
    told = [f"On {analysis['held_out']} scenarios that the plan was not made for (seed {analysis['seed']}): chances drawn from their posteriors, "
            "other lengths, later days. After the first orders every policy does as well as full sight allows, so each looks "
            "a little better than it is."]  # fmt: skip
    return _section(
        "What the plan is worth",
        told,
        ["policy", "mean cost", "mean regret", "95 percent interval"],
        rows,
        pictures.get("frontier"),
    )


def _limits(plan: Plan) -> dict[str, Any]:
    files = [f"{PurePosixPath(one['path']).name} (SHA-256 {one['sha256'][:16]}...)" for one in plan["inputs"]]
    return _section("What it rests on", [
        "An act is used in a period only where the engine's answer is free on each of its days under what is public then; an answer that "
        "is not settled is not used.", f"Inputs: {'; '.join(files)}. Law {plan['law'][:16]}...", plan["notice"],
    ])  # fmt: skip
