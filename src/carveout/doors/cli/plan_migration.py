"""``plan migration``: the network of a carrier replaced while it stays in service; standard scheduling instances too."""

from __future__ import annotations

import json as json_text
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.plan_law import composed
from carveout.doors.cli.shared import Stop, console, emit, say, view

if TYPE_CHECKING:
    from carveout.plan.migration.carrier import Carrier
    from carveout.plan.migration.cost import Score
    from carveout.plan.migration.support import Support

DEFAULT_SECONDS = 60.0


def migration(
    file: Annotated[
        str,
        typer.Argument(
            help="The carrier: TOML and its tables. Or a standard instance: .sm, .mm, .rcp.", metavar="FILE"
        ),
    ] = "",
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds to search.", metavar="S", min=0.2, max=86_400)
    ] = DEFAULT_SECONDS,
    known: Annotated[
        str | None, typer.Option("--known", help="As a reader of that day could know the law.", metavar="DATE")
    ] = None,
    scenario: Annotated[
        list[str], typer.Option("--scenario", help="Lay a scenario over the law; may be repeated.", metavar="NAME")
    ] = [],  # noqa: B006
    seed: Annotated[int, typer.Option("--seed", help="Another seed searches elsewhere.", metavar="N", min=0)] = 0,
    runs: Annotated[
        int, typer.Option("--runs", help="Simulated futures; 0 for none.", metavar="N", min=0, max=100_000)
    ] = 200,
    template: Annotated[
        str | None,
        typer.Option("--template", help="Write a template of all files to this folder, and stop.", metavar="DIR"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object.")] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Write plan.json, pictures and papers here.", metavar="DIR")
    ] = None,
) -> None:
    """Plan the replacement of a carrier's network, or solve a standard project-scheduling instance.

    Until when each site may be supported is asked of the engine, as known and under each scenario that the file names.

    Exit codes: 0 done, 2 a file that cannot be read, or demands that conflict, in words.
    """
    from carveout.plan.error import PlanError
    from carveout.plan.schedule.standard_file import ENDINGS

    try:
        if template is not None:
            from carveout.plan.migration.template import write_template

            say(f"written: {write_template(Path(template))}")
            return
        if not file:
            raise Stop("name the file of a carrier or a standard instance, or --template DIR")
        if Path(file).suffix.lower() in ENDINGS:
            _standard(Path(file), time_limit, seed, output)
            return
        _carrier(Path(file), time_limit, known, scenario, seed, runs, output, json=json)
    except PlanError as error:
        raise Stop(str(error)) from None


def _standard(path: Path, seconds: float, seed: int, output: str | None) -> None:
    """Starts are periods from 0, modes are counted from 1, both by job as in the file."""
    from carveout.plan.schedule.search import solve
    from carveout.plan.schedule.standard_file import read_standard

    found = solve(read_standard(path), seconds=seconds, seed=seed)
    told = {
        "makespan": found.makespan, "lower_bound": found.lower_bound, "start": list(found.schedule.starts),
        "mode": [place + 1 for place in found.schedule.modes],
    }  # fmt: skip
    emit(told)
    if output is not None:
        _write(_folder(output) / "plan.json", {"kind": "schedule", "input": path.name, **told})


def _carrier(
    path: Path,
    seconds: float,
    known: str | None,
    scenario: list[str],
    seed: int,
    runs: int,
    output: str | None,
    *,
    json: bool,
) -> None:
    from carveout.plan.migration.carrier_file import read_carrier
    from carveout.plan.migration.explain import conflicts
    from carveout.plan.migration.result import result
    from carveout.plan.migration.search import plan_migration
    from carveout.plan.migration.support import runway_weeks

    folder = _folder(output) if output is not None else None
    carrier = read_carrier(path)
    supports = _supports(carrier, known, scenario)

    def told(at: float, score: Score) -> None:
        say(f"{at:6.1f} s: done {carrier.day(score.finish)}, ${score.dollars:,.0f}")

    found = plan_migration(
        carrier, runway_weeks(carrier, supports[0]), seconds=seconds, seed=seed, told=None if json else told
    )
    late = conflicts(carrier, carrier.due, seconds=min(10.0, seconds)) if found.score.finish > carrier.due else []
    source = _relative(path, folder)
    day = date.fromisoformat(known) if known else None
    document = result(carrier, found, supports, source=source, known=day, late=late)
    if runs:
        from carveout.plan.migration.offers import offers
        from carveout.plan.migration.simulate import simulate

        document["simulation"] = simulate(carrier, found.plan, runs=runs, seed=seed).as_object(carrier)
        document["offers"] = offers(carrier, supports, found, seconds=max(1.0, seconds * 0.08), runs=runs, seed=seed)
    if folder is not None:
        _write(folder / "plan.json", document)
        say(f"written: {folder / 'plan.json'}")
        from carveout.papers.migration_papers import write_papers

        for name in write_papers(document, folder):
            say(f"written: {folder / name}")
    if json:
        emit(document)
    else:
        _show(document)


def _supports(carrier: Carrier, known: str | None, scenario: list[str]) -> list[Support]:
    """Until when each site is supported: under the view asked for, then under each scenario of the file laid over it."""
    from carveout.plan.migration.support import support_under

    asked = [scenario, *([*scenario, *names] for names in carrier.scenarios if not set(names) <= set(scenario))]
    return [support_under(carrier, view(known, names), composed) for names in asked]


def _relative(path: Path, folder: Path | None) -> str:
    """The file as named from the folder of the plan, so that both may move together."""
    import os

    return os.path.relpath(path, folder) if folder is not None else path.name


def _folder(output: str) -> Path:
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(f"{folder} cannot be made: {error.strerror or error}") from None
    return folder


def _write(path: Path, document: dict[str, Any]) -> None:
    from carveout.facts.whole_file import whole_file

    with whole_file(path) as part:
        part.write_text(json_text.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def _show(document: dict[str, Any]) -> None:
    from rich.table import Table

    out = console()
    table = Table("what", "plan", "no plan beats", "gap")
    table.add_row("done", f"{document['finish_day']} (week {document['finish_week']})", f"week {document['finish_bound']}",
                  f"{document['finish_gap']:.1%}")  # fmt: skip
    table.add_row(
        "cost", f"${document['dollars']:,.0f}", f"${document['dollars_bound']:,.0f}", f"{document['dollars_gap']:.1%}"
    )
    out.print(f"{document['name']}: {len(document['sites'])} sites, {document['order'].replace('_', ' ')}")
    out.print(table)
    meets = "is met" if document["meets_deadline"] else "is missed"
    out.print(f"The deadline of {document['deadline']} {meets} if all goes as planned.")
    for sentence in document["deadline_conflicts"]:
        out.print(sentence)
    _show_support(document, out)
    if "simulation" in document:
        _show_chances(document, out)
    out.print(document["notice"])


def _show_support(document: dict[str, Any], out: Any) -> None:
    from rich.table import Table

    table = Table("under", "support ends", "sites whose spares run out first", "weeks at risk in all")
    names = list(document["sites"][0]["support_ends"])
    for name in names:
        ends = sorted({str(site["support_ends"][name] or "no end known") for site in document["sites"]})
        weeks = [site["exposed_weeks_by_scenario"][name] for site in document["sites"]]
        told = ends[0] if len(ends) == 1 else f"{ends[0]} to {ends[-1]}"
        table.add_row(name, told, f"{sum(map(bool, weeks)):,}", f"{sum(weeks):,}")
    out.print(table)


def _show_chances(document: dict[str, Any], out: Any) -> None:
    from rich.table import Table

    table = Table("what if", "done as planned", "cost", "chance of the deadline (95 percent interval)")
    for offer in document["offers"]:
        if "chance" in offer:
            table.add_row(
                offer["what"], str(offer["finish_day"]), f"${offer['dollars']:,.0f}", _chance(offer["chance"])
            )
        else:
            table.add_row(offer["what"], "no plan", "", offer["why_not"])
    out.print(table)


def _chance(told: dict[str, float]) -> str:
    return f"{told['share']:.0%} ({told['low']:.0%} to {told['high']:.0%})"
