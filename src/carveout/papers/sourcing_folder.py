"""The folder of a sourcing plan: the plan itself, a table, a workbook, pictures, a memo; each file whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carveout.facts.whole_file import whole_file
from carveout.papers.charts.sourcing_frontier import frontier_chart, regret_chart
from carveout.papers.charts.sourcing_starts import starts_chart
from carveout.papers.charts.sourcing_stock import stock_chart
from carveout.papers.picture import Picture, write_picture
from carveout.papers.sheets import Sheets
from carveout.papers.sourcing_memo import memo_pdf
from carveout.plan.error import PlanError

if TYPE_CHECKING:
    from carveout.plan.sourcing.analysis import Analysis

Plan = Mapping[str, Any]


def write_folder(plan: Plan, studied: Analysis | None, folder: Path) -> list[str]:
    """Write all of it; the names of the files.

    Raises:
        PlanError: the folder or a file cannot be written.
    """
    analysis = json.loads(json.dumps(studied.told(), default=str)) if studied is not None else None
    pictures = drawn_pictures(plan, analysis)
    names: list[str] = []

    def write(name: str, make: Callable[[Path], Any]) -> None:
        with whole_file(folder / name) as part:
            make(part)
        names.append(name)

    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(
            "plan.json",
            lambda part: part.write_text(json.dumps(plan, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"),
        )
        if analysis is not None:
            write(
                "analysis.json", lambda part: part.write_text(json.dumps(analysis, indent=1) + "\n", encoding="utf-8")
            )
        write("orders.csv", lambda part: _csv(part, *tables(plan, analysis)["orders"]))
        write("plan.xlsx", lambda part: _workbook(part, plan, tables(plan, analysis)))
        for name, picture in pictures.items():
            for ending in (".svg", ".png"):
                write_picture(picture, folder / f"{name}{ending}")
                names.append(f"{name}{ending}")
        write("memo.pdf", lambda part: part.write_bytes(memo_pdf(plan, analysis, pictures)))
    except OSError as error:
        raise PlanError(f"{folder} cannot be written: {(error.strerror or str(error)).lower()}") from None
    return names


def drawn_pictures(plan: Plan, analysis: Plan | None) -> dict[str, Picture]:
    """The pictures of a plan by name; those that have nothing to show are left out."""
    makes: dict[str, Callable[[], Picture]] = {
        "stock": lambda: stock_chart(plan),
        "qualification": lambda: starts_chart(plan, analysis["waiting"]["starts"] if analysis else ()),
    }
    if analysis is not None:
        makes |= {"frontier": lambda: frontier_chart(plan, analysis), "regret": lambda: regret_chart(plan, analysis)}
    found = {}
    for name, make in makes.items():
        try:
            found[name] = make()
        except ValueError:
            continue
    return found


Table = tuple[Sequence[str], list[list[Any]]]


def tables(plan: Plan, analysis: Plan | None) -> dict[str, Table]:
    """The tables of a plan by name: columns, and rows."""
    flat = {
        "orders": ("flows", ("part", "offer", "supplier", "store", "site", "act", "period", "order_on", "ship_period", "arrive_period", "quantity", "price")),
        "draw-down": ("draws", ("part", "store", "site", "act", "period", "through", "quantity")),
        "stock": ("stock", ("part", "store", "site", "period", "through", "quantity")),
        "shortages": ("shortages", ("part", "period", "through", "quantity")),
        "qualifications": ("qualifications", ("part", "offer", "supplier", "start_on", "ready_on", "cost")),
        "contracts": ("contracts", ("part", "offer", "supplier", "fee")),
    }  # fmt: skip
    found: dict[str, Table] = {}
    for name, (key, columns) in flat.items():
        more = [] if key in ("qualifications", "contracts") else ["scenarios"]
        more += ["relies on", "outcome", "not in"] if key in ("flows", "draws") else []
        found[name] = ([*columns, *more], [[*(one[c] for c in columns), *_more(one, more)] for one in plan[key]])
    found["scenarios"] = (["scenario", "probability", "what becomes public", "cost"],
                          [[s["id"], s["probability"], s["name"], plan["cost"]["by_scenario"][s["id"]]] for s in plan["scenarios"]])  # fmt: skip
    found["chances"] = (
        ["event", "outcome", "probability", "5 percent", "95 percent", "n", "holds for", "from"],
        [
            [c["event"], o["outcome"], o["probability"], *o["interval_90"], c["n"], c["holds_for"], c["from"]]
            for c in plan["chances"]
            for o in c["outcomes"]
        ],
    )
    if analysis is not None:
        found["frontier"] = (["risk", "expected", "cvar", "gap", "qualified"],
                             [[p["risk"], p["expected"], p["cvar"], p["gap"], ", ".join(p["qualified"])] for p in analysis["frontier"]])  # fmt: skip
        found["regret"] = (["policy", "mean cost", "mean regret", "from", "to", "worst cost"],
                           [[p["policy"], p["mean_cost"], p["mean_regret"], *p["interval_95"], p["worst_cost"]] for p in analysis["policies"]])  # fmt: skip
    return found


def _more(one: Plan, columns: Sequence[str]) -> list[str]:
    if not columns:
        return []
    found = ["; ".join(one["scenarios"])]
    if len(columns) > 1:
        free = [group for group in one["lawful"] if group["go"]]
        found += ["; ".join(dict.fromkeys(name for group in free for name in group["relies_on"])),
                  "; ".join(dict.fromkeys(group["outcome"] for group in free)),
                  "; ".join(name for group in one["lawful"] if not group["go"] for name in group["scenarios"])]  # fmt: skip
    return found


def _csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _workbook(path: Path, plan: Plan, found: Mapping[str, Table]) -> None:
    """A sheet per table, the figures of the whole plan first."""
    cost = plan["cost"]
    summary = [
        ("As known on", plan["known"]), ("Currency", plan["currency"]), ("Expected cost", cost["expected"]),
        ("Mean of the worst scenarios", cost["cvar"]), ("Objective", cost["objective"]), ("Bound", plan["bound"]["value"]),
        ("Gap", f"{plan['bound']['gap']:.3%}"), *((f"Expected: {kind}", value) for kind, value in cost["expected_by_kind"].items()),
        ("Notice", plan["notice"]),
    ]  # fmt: skip
    with Sheets(path, plan["title"], notice=plan["notice"]) as book:
        book.page("summary", plan["title"], summary)
        for name, (columns, rows) in found.items():
            book.table(name, columns, rows, shares=("probability", "gap", "5 percent", "95 percent"))
