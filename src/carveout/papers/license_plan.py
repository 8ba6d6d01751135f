"""What is filed of a license plan: plan.json, pictures, memo and workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carveout.papers.charts.license_plan import pictures
from carveout.papers.picture import Picture
from carveout.papers.plan_folder import write_plan_folder
from carveout.papers.plan_memo import Section, write_plan_memo
from carveout.papers.plan_workbook import write_plan_workbook

Plan = Mapping[str, Any]


def write_papers(plan: Plan, folder: Path) -> None:
    """Write all of it into a folder, which is made; each file whole or not at all."""
    drawn = pictures(plan)
    write_plan_folder(folder, plan, drawn)
    write_plan_memo(folder / "memo.pdf", plan["title"], sections(plan, drawn))
    write_plan_workbook(folder / "plan.xlsx", plan["title"], sheets(plan), percents=("probability", "volatility"))


def _amount(value: float | None) -> str:
    return "none" if value is None else f"{value:,.1f}"


def sections(plan: Plan, drawn: Mapping[str, Picture]) -> list[Section]:
    """The memo, part by part."""
    money, fee = plan["currency"], plan["threshold_fee"]
    if fee is None:
        answer = [
            f"There is no fee at which the deal is worth it: {one['name']}: {one['why']}." for one in plan["scenarios"]
        ]
    else:
        answer = [
            f"Up to a fee of {money} {fee:,.1f}, paid once on {plan['on']}, the license is the better choice over {plan['years']} years; without what "
            f"may be decided later up to {plan['threshold_without_options']:,.1f}. The deal may surely be done with probability {plan['closes_chance']:.0%}."
        ]
        if plan["fee_asked"] is not None:
            answer.append(
                f"Asked are {money} {plan['fee_asked']:,.1f}: {'worth it' if plan['worth_it'] else 'not worth it'}."
            )
    vendors = [["vendor", "spending, present value", "may be bought from in every year", "threshold against it", "figures"]] + [
        [row["vendor"], _amount(row["spending"]), "yes" if all(row["lawful"]) else "no" if not any(row["lawful"]) else "under some scenarios",
         _amount(row["threshold"]), row["source"]]
        for row in plan["vendors"]
    ]  # fmt: skip
    assets = [["asset", "worth to the licensee", "needed", "figures"]] + [
        [row["asset"], _amount(row["worth"]), "yes" if row["needed"] else "", row["source"]] for row in plan["assets"]
    ]
    options = [["option", "adds alone", "adds last"]] + [
        [row["option"], _amount(row["adds_alone"]), _amount(row["adds_last"])] for row in plan["options"]
    ]
    told = {
        "modify": "to change the source",
        "exclusive": "to become the only licensee",
        "abandon": "to give the line up and buy again",
    }
    scenarios = [
        f"{one['name']}: probability {one['probability']:g}; "
        + (f"threshold {_amount(one['threshold'])} against {one['vendor']}" if one["closes"] else one["why"])
        for one in plan["scenarios"]
    ]
    weakest: dict[str, list[str]] = {}
    for row in plan["grounds"]:
        if row["scenario"] == plan["scenarios"][0]["name"]:
            weakest.setdefault(row["evidence"], []).append(f"{row['what']} ({row['direction']})")
    assumed = sorted({name for row in plan["grounds"] for name in row["assumed"]})
    rests = [f"Evidence no better than {grade}: {', '.join(names)}." for grade, names in weakest.items()]
    if assumed:
        rests.append(f"Assumed where the case does not say, and able to change an answer: {', '.join(assumed)}.")
    rests.append(
        "Whether equipment that carries licensed code counts as made by the licensor is not said by any text that is held; the act of placing "
        "names the licensee as its maker, as the case does."
    )
    return [
        Section("Answer", answer, pictures=[drawn[name] for name in ("tornado", "threshold") if name in drawn]),
        Section("What is lawful", ["Asked of the engine: what comes on the day of the deal; what goes out, what is bought and what the own line places on the "
                "first day of each year. Only what is surely free counts."], items=[*scenarios, *rests], pictures=[drawn["acts"]]),
        Section("The vendors", table=vendors, pictures=[drawn["flows"]] if "flows" in drawn else []),
        Section("What each asset is worth", ["What the threshold loses without it. An asset that may not flow is worth nothing."], table=assets),
        *([Section("What may be decided later", ["; ".join(f"{name}: {told[name]}" for name in told) + "."], table=options)] if plan["options"] else []),
        Section("How sure this is", [
            "The threshold is exact for the amounts of the case; how sure they are is for its author to say, and marked as sources say. An option "
            "that is used as the lattice says needs somebody who looks at prices every year.",
            "The fee is taken to be due only if the deal may be done. Taxes, currencies and strategic value to others are not in the model.",
        ]),
    ]  # fmt: skip


def sheets(plan: Plan) -> dict[str, Any]:
    """The workbook, sheet by sheet."""
    flow_rows = []
    for one in plan["scenarios"]:
        for year in range(plan["years"]):
            flow_rows.append(
                [
                    one["name"],
                    year + 1,
                    one["vendor"],
                    *(one[key][year] for key in ("avoided", "sales", "cost", "audit")),
                ]
            )
    return {
        "Scenarios": (["scenario", "probability", "closes", "vendor", "threshold", "without options", "why"],
                      [[o["name"], o["probability"], o["closes"], o["vendor"], o["threshold"], o["without_options"], o["why"]] for o in plan["scenarios"]]),
        "Flows": (["scenario", "year", "vendor", "vendors not paid", "margin on sales", "own line", "audit within it"], flow_rows),
        "Acts": (["scenario", "what", "direction", "outcomes by year", "years surely free"],
                 [[a["scenario"], a["what"], a["direction"], "; ".join(a["outcomes"]), sum(a["free"])] for a in plan["acts"]]),
        "Assets": (["asset", "needed", "worth", "threshold without", "source"],
                   [[a["asset"], a["needed"], a["worth"], a["without"], a["source"]] for a in plan["assets"]]),
        "Vendors": (["vendor", "spending", "lawful scenarios", "threshold", "source"],
                    [[v["vendor"], v["spending"], sum(v["lawful"]), v["threshold"], v["source"]] for v in plan["vendors"]]),
        "Options": (["option", "adds alone", "adds last"], [[o["option"], o["adds_alone"], o["adds_last"]] for o in plan["options"]]),
        "Tornado": (["number", "low", "high", "threshold at low", "threshold at high"],
                    [[t["name"], t["low"], t["high"], t["at_low"], t["at_high"]] for t in plan["tornado"]]),
        "Volatility": (["volatility", "threshold", "without options"], [[v["volatility"], v["threshold"], v["without_options"]] for v in plan["volatility"]]),
    }  # fmt: skip
