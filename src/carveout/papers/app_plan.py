"""What is filed of an app plan: plan.json, pictures, memo and workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carveout.papers.charts.app_plan import pictures
from carveout.papers.picture import Picture
from carveout.papers.plan_folder import write_plan_folder
from carveout.papers.plan_memo import Section, write_plan_memo
from carveout.papers.plan_workbook import write_plan_workbook

Plan = Mapping[str, Any]
TITLE = "Plan B: replace the system"
MOST = 30


def write_papers(plan: Plan, folder: Path) -> None:
    """Write all of it into a folder, which is made; each file whole or not at all."""
    drawn = pictures(plan)
    write_plan_folder(folder, plan, drawn)
    write_plan_memo(folder / "memo.pdf", TITLE, sections(plan, drawn))
    write_plan_workbook(
        folder / "plan.xlsx",
        TITLE,
        sheets(plan),
        percents=("share kept", "without updates", "quality_loss", "probability"),
    )


def sections(plan: Plan, drawn: Mapping[str, Picture]) -> list[Section]:
    """The memo, part by part."""
    last = plan["coverage"][-1]
    bound = plan["bound"] / max(plan["kept"], 1e-9) * plan["share"]
    answer = [
        f"The plan keeps {plan['kept']:,.0f} users ({plan['share']:.1%}) of {plan['counts']}, expected over the scenarios of the law; "
        f"no plan with these means keeps more than {plan['bound']:,.0f} ({bound:.1%}). Doing nothing keeps {plan['without']:,.0f}, taking the "
        f"best set again and again {plan['greedy']:,.0f}, a random order {plan['random']:,.0f}.",
        f"In the last period {last['kept']:,.0f} of {last['users']:,.0f} users are kept. {last['beyond']:,.0f} are out of reach: their apps need "
        "services that are barred and have no replacement, or they leave because a replacement is not as good.",
    ]
    calls = [
        f"{one['maker']}, by {one['call_by']} ({', '.join(one['apps'][:4])}): {one['why']}."
        for one in plan["first_calls"]
    ]
    lawful = [["services", "model", "scenario", "lawful through", "under", "evidence"]] + [
        [", ".join(row["services"][:5]) + (f" and {len(row['services']) - 5} more" if len(row["services"]) > 5 else ""), row["model"],
         row["scenario"], row["through"] or "not in the first period", ", ".join(row["authorizations"]), row["evidence"] or ""]
        for row in plan["services"][:MOST]
    ]  # fmt: skip
    builds = [["service", "replacement", "starts", "ready", "engineer-months", "cost"]] + [
        [
            row["service"],
            row["replacement"],
            row["starts"],
            row["ready"],
            f"{sum(row['work']):,.1f}",
            f"{row['cost']:,.0f}",
        ]
        for row in plan["builds"][:MOST]
    ]
    more = len(plan["builds"]) - MOST
    scenarios = [
        f"{one['name']}: probability {one['probability']:g}"
        + (f", as known on {one['known']}" if one["known"] else "")
        + (f", with {', '.join(one['laid_over'])} laid over it, which is not law" if one["laid_over"] else "")
        for one in plan["scenarios"]
    ]
    regret = [["scenario", "this plan keeps", "the best plan for it alone", "regret"]] + [
        [row["name"], f"{row['kept']:,.0f}", f"{row['best']:,.0f}", f"{row['best'] - row['kept']:,.0f}"]
        for row in plan.get("regret", ())
    ]
    return [
        Section("Answer", answer, pictures=[drawn["coverage"]]),
        Section("Whom to call first, and why", ["A maker's day is the latest on which the work of winning it can start without loss; within a "
                "day those come first that keep most users above what their engineers and money could keep elsewhere."], steps=calls),
        Section("What is built", [f"{more:,} more are in the workbook."] if more > 0 else [], table=builds,
                pictures=[drawn["gantt"], drawn["graph"]]),
        Section("What is lawful until when", ["Asked of the engine, act by act: a service of the platform toward the maker, model by model. A period "
                "counts where the act is surely free on every day of it; what is unsettled does not count."],
                items=scenarios, table=lawful),
        Section("Updates", [f"At the worst {max(plan['updates']['unprotected_share']):.1%} of the fleet gets no security update."],
                pictures=[drawn["updates"]]),
        *([Section("What other means would keep", pictures=[drawn["budget"]])] if "budget" in drawn else []),
        *([Section("If one knew how the law goes", table=regret)] if len(regret) > 1 else []),
        Section("How sure this is", [
            f"The gap to the bound is {plan['gap']:.2%}. What greedy choice promises here: {plan['greedy_guarantee']}.",
            "Users are counted once, at the app that decides; losses of quality add up. Substitutes of apps, word of mouth and what "
            "competitors do are not in the model. All amounts are those of the input tables.",
        ]),
    ]  # fmt: skip


def sheets(plan: Plan) -> dict[str, Any]:
    """The workbook, sheet by sheet."""
    words = {
        "period": "period", "from": "from", "through": "through", "users": "users", "kept": "users kept", "share": "share kept",
        "without": "kept if nothing is done", "beyond": "nothing can keep", "engineer_months": "engineer-months",
        "engineer_months_at_most": "engineer-months at most", "spent": "spent", "budget": "budget",
    }  # fmt: skip
    whole = ("users", "kept", "without", "beyond")
    coverage = [{name: round(row[name]) if name in whole else row[name] for name in words} for row in plan["coverage"]]
    builds = ("service", "step", "replacement", "starts", "ready", "cost", "quality_loss", "waiting")
    wins = ("app", "maker", "call_by", "ready", "cost", "users", "worth")
    calls = ("maker", "call_by", "users", "keeps", "takes", "cost", "why")
    kinds = ("security", "fix", "feature")
    return {
        "Coverage": ([*words.values(), "without updates"],
                     [[*row.values(), bare] for row, bare in zip(coverage, plan["updates"]["unprotected_share"], strict=True)]),
        "Calls": (calls, [[one[c] for c in calls] for one in plan["first_calls"]]),
        "Services to build": ([*builds, "engineer_months"], [[row[c] for c in builds] + [sum(row["work"])] for row in plan["builds"]]),
        "Apps to win": ([*wins, "engineer_months", "waits for"],
                        [[row[c] for c in wins] + [sum(row["work"]), "; ".join(row["waits_for"])] for row in plan["wins"]]),
        "Lawful": (["scenario", "model", "services", "lawful through", "under", "evidence", "assumed"],
                   [[row["scenario"], row["model"], "; ".join(row["services"]), row["through"] or "no whole period from the start",
                     "; ".join(row["authorizations"]), row["evidence"], "; ".join(row["assumed"])] for row in plan["services"]]),
        "Updates": (["scenario", "model", *(f"{kind}, lawful through" for kind in kinds), *(f"{kind}, periods with" for kind in kinds)],
                    [[row["scenario"], row["model"], *(row[f"{kind}_through"] or "no" for kind in kinds), *(sum(row[kind]) for kind in kinds)]
                     for row in plan["updates"]["models"]]),
        "Scenarios": (["name", "probability", "known", "laid over"],
                      [[one["name"], one["probability"], one["known"], "; ".join(one["laid_over"])] for one in plan["scenarios"]]),
    }  # fmt: skip
