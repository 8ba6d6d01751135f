"""What is filed and hung on the wall of a migration plan: pictures, a workbook of jobs, a calendar, a memo. Takes ``plan.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from icalendar import Calendar, Event

from carveout import __version__
from carveout.facts.whole_file import whole_file
from carveout.papers.calendar import CalendarText, clean
from carveout.papers.charts.migration import pictures
from carveout.papers.letters import font_folders
from carveout.papers.picture import Picture, write_picture
from carveout.papers.sheets import Sheets

Plan = Mapping[str, Any]
JOBS = (("survey", "survey_week"), ("structural work", "strengthen_week"), ("build", "build_week"), ("cut over", "cutover_week"),
        ("remove", "remove_week"))  # fmt: skip


def write_papers(plan: Plan, folder: Path, *, written: datetime | None = None) -> list[str]:
    """Write all papers of a plan to a folder; their names."""
    stamp = (written or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    names = []
    drawn = pictures(plan)
    for name, picture in drawn:
        for ending in (".svg", ".png"):
            write_picture(picture, folder / f"{name}{ending}")
            names.append(f"{name}{ending}")
    _write(folder / "schedule.ics", calendar(plan, stamp))
    _write(folder / "memo.pdf", memo(plan, dict(drawn), stamp))
    with whole_file(folder / "schedule.xlsx") as part:
        workbook(plan, part)
    return [*names, "schedule.ics", "memo.pdf", "schedule.xlsx"]


def _write(path: Path, content: bytes) -> None:
    with whole_file(path) as part:
        part.write_bytes(content)


def _day(plan: Plan, week: float) -> date:
    start = plan["start"] if isinstance(plan["start"], date) else date.fromisoformat(str(plan["start"]))
    return start + timedelta(days=round(7 * week))


def workbook(plan: Plan, path: Path) -> None:
    """The schedule as a workbook: sites, jobs in order of time, weeks, offers."""
    with Sheets(path, f"Migration of {plan['name']}", notice=plan["notice"]) as book:
        _sheets(plan, book.table)


def _sheets(plan: Plan, sheet: Callable[[str, Sequence[str], Sequence[Sequence[Any]]], None]) -> None:
    sheet("Sites", ["site", "market", "way", "vendor", "thousand dollars", "build", "cut-over", "done", "support ends", "spares used up",
                    "weeks at risk"], [
        [s["site"], s["market"], s["way"], s["vendor"], s["cost"], _day(plan, s["build_week"]), _day(plan, s["cutover_week"]), _as_day(s["done_day"]),
         _as_day(next(iter(s["support_ends"].values()))), None if s["spares_used_up_week"] is None else _day(plan, s["spares_used_up_week"]),
         s["exposed_weeks"]] for s in plan["sites"]
    ])  # fmt: skip
    jobs = [
        (_day(plan, s[key]), job, s["site"], s["market"], s["vendor"])
        for s in plan["sites"]
        for job, key in JOBS
        if s[key] is not None
    ]
    jobs += [
        (_day(plan, core["start_week"]), "core", core["market"] or "all", core["market"], "") for core in plan["cores"]
    ]
    sheet("Jobs", ["starts", "job", "site", "market", "vendor"], sorted(jobs))
    weeks = plan["weeks"]
    kinds = list(weeks["crews"])
    sheet("Weeks", ["week of", *(f"{kind} crews" for kind in kinds), "cut over", "without emergency calls", "thousand dollars at hand",
                    *(f"off the air: {market}" for market in weeks["off_air"])], [
        [_day(plan, n), *(weeks["crews"][kind][n] for kind in kinds), weeks["cut_over"][n], weeks["uncalled"][n], weeks["cash"][n],
         *(line[n] for line in weeks["off_air"].values())] for n in range(plan["finish_week"])
    ])  # fmt: skip
    if "offers" in plan:
        sheet("What if", ["what", "done", "dollars", "deadline", "chance", "from", "to"], [
            [o["what"], _as_day(o["finish_day"]), o["dollars"], _as_day(o["deadline"]), o["chance"]["share"], o["chance"]["low"], o["chance"]["high"]]
            if "chance" in o else [o["what"], o["why_not"], *[None] * 5] for o in plan["offers"]
        ])  # fmt: skip


def _as_day(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def calendar(plan: Plan, stamp: datetime) -> bytes:
    """A calendar (RFC 5545): an event per week and market in which sites are cut over, the cores, the lapses, the deadline."""
    made = Calendar()
    made.add("prodid", f"-//Carveout//migration {__version__}//EN")
    made.add("version", "2.0")
    made["X-WR-CALNAME"] = CalendarText(clean(f"Migration of {plan['name']}"))

    def event(uid: str, start: date, end: date, summary: str, told: str) -> None:
        one = Event()
        one.add("uid", f"{uid}@carveout")
        one.add("dtstamp", stamp)
        one.add("dtstart", start)
        one.add("dtend", end)
        one.add("summary", CalendarText(clean(summary)))
        one.add("description", CalendarText(clean(f"{told}\n\n{plan['notice']}")))
        one.add("transp", "TRANSPARENT")
        made.add_component(one)

    name = str(plan["name"])
    by: dict[tuple[int, str], list[str]] = {}
    for site in plan["sites"]:
        by.setdefault((site["cutover_week"], site["market"]), []).append(site["site"])
    for (week, market), sites in sorted(by.items()):
        event(f"{name}/{week}/{market}".replace(" ", "-"), _day(plan, week), _day(plan, week + 1),
              f"Cut over {len(sites)} {'site' if len(sites) == 1 else 'sites'} in {market}", "\n".join(sites))  # fmt: skip
    for core in plan["cores"]:
        where = core["market"] or "the network"
        event(f"{name}/core/{where}".replace(" ", "-"), _day(plan, core["start_week"]), _day(plan, core["start_week"] + core["weeks"]) + timedelta(days=1),
              f"Core of {where}", f"{core['weeks']} weeks")  # fmt: skip
    ends = Counter(end for site in plan["sites"] if (end := next(iter(site["support_ends"].values()))) is not None)
    for end, count in sorted(ends.items(), key=str):
        day = _as_day(end)
        assert day is not None
        event(
            f"{name}/support/{day}".replace(" ", "-"),
            day,
            day + timedelta(days=1),
            f"Support is no longer lawful at {count} sites from today",
            "As the engine answers for these sites.",
        )
    deadline = _as_day(plan["deadline"])
    assert deadline is not None
    event(
        f"{name}/deadline".replace(" ", "-"),
        deadline,
        deadline + timedelta(days=1),
        "Deadline of the program",
        f"As planned all is done on {plan['finish_day']}.",
    )
    text: bytes = made.to_ical()
    return text


def memo_data(plan: Plan, drawn: Mapping[str, Picture], stamp: datetime) -> dict[str, Any]:
    """What the memo's template lays out."""
    meets = plan["meets_deadline"]
    word = (
        f"Done on {plan['finish_day']}, "
        + ("by" if meets else "after")
        + f" the deadline of {plan['deadline']}; ${plan['dollars'] / 1e6:,.1f} million."
    )
    ways = Counter((s["way"], s["vendor"]) for s in plan["sites"])
    exposed = sum(1 for s in plan["sites"] if s["exposed_weeks"])
    parts = [
        _part("The plan", [
            f"{len(plan['sites']):,} sites, {plan['order'].replace('_', ' ')}: " + "; ".join(f"{n:,} {way} by {vendor}" for (way, vendor), n in ways.most_common()) + ".",
            f"No plan is done before week {plan['finish_bound']}; this one is after week {plan['finish_week']} ({plan['finish_gap']:.1%} later). "
            f"No plan costs less than ${plan['dollars_bound'] / 1e6:,.1f} million; this one {plan['dollars_gap']:.1%} more.",
            *plan["deadline_conflicts"],
        ], picture=drawn["gantt"]),
        _part("Until when support is lawful, and how long spares last", [
            f"{exposed:,} sites are out of spares before their cut-over.",
        ], ["under", "support ends", "sites at risk", "weeks at risk"], _support_rows(plan), drawn["spares"]),
        _part("Who is in service", [
            f"No market falls below {plan['coverage_floor']:.0%} of its persons, and {plan['emergency_floor']:.0%} of those whom no other carrier reaches can always call for help.",
        ], picture=drawn["coverage"]),
        _part("Where", [], picture=drawn["waves"]),
        _part("Money", [
            f"{plan['reimbursed']:.1%} of each payment comes back after {plan['claim_weeks']} weeks. Lowest at hand: {min(plan['weeks']['cash'], default=0) / 1000:,.1f} million dollars.",
        ], picture=drawn["cash"]),
    ]  # fmt: skip
    if "simulation" in plan:
        told = plan["simulation"]
        parts.append(_part("What may go otherwise, and what else could be had", [
            f"{told['runs']:,} futures of weather, vendors and claims: chance of the deadline {told['chance']['share']:.0%} (95 percent: "
            f"{told['chance']['low']:.0%} to {told['chance']['high']:.0%}); with extensions at the stated odds {told['chance_with_extensions']:.0%}.",
        ], ["what", "done as planned", "million dollars", "chance of its deadline"], [
            [o["what"], str(o["finish_day"]), f"{o['dollars'] / 1e6:,.1f}", f"{o['chance']['share']:.0%} ({o['chance']['low']:.0%} to {o['chance']['high']:.0%})"]
            if "chance" in o else [o["what"], "no plan", "", ""] for o in plan["offers"]
        ], drawn["finish"]))  # fmt: skip
    return {
        "title": f"Migration of {plan['name']}", "description": word, "year": stamp.year, "month": stamp.month, "day": stamp.day,
        "stamp": f"Written {stamp:%Y-%m-%d %H:%M} UTC from {Path(plan['input']).name}", "notice": plan["notice"], "word": word,
        "color": "#23776f" if meets else "#a8431a", "parts": parts,
    }  # fmt: skip


def _part(
    title: str,
    sentences: Sequence[str],
    columns: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
    picture: Picture | None = None,
) -> dict[str, Any]:
    shown = None if picture is None else {"svg": picture.svg, "told": picture.told}
    return {
        "title": title,
        "sentences": list(sentences),
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "picture": shown,
    }


def _support_rows(plan: Plan) -> list[list[str]]:
    found = []
    for name in plan["sites"][0]["support_ends"] if plan["sites"] else ():
        ends = sorted({str(s["support_ends"][name] or "no end known") for s in plan["sites"]})
        weeks = [s["exposed_weeks_by_scenario"][name] for s in plan["sites"]]
        found.append(
            [
                name,
                ends[0] if len(ends) == 1 else f"{ends[0]} to {ends[-1]}",
                f"{sum(map(bool, weeks)):,}",
                f"{sum(weeks):,}",
            ]
        )
    return found


def memo(plan: Plan, drawn: Mapping[str, Picture], stamp: datetime) -> bytes:
    """The memo as a PDF (PDF/UA-1)."""
    import typst

    text = json.dumps(memo_data(plan, drawn, stamp), ensure_ascii=False, default=str)
    found: bytes = typst.compile(
        str(files("carveout.papers") / "templates" / "migration.typ"), format="pdf", sys_inputs={"memo": text},
        ignore_system_fonts=True, timestamp=stamp, font_paths=[str(folder) for folder in font_folders()], pdf_standards=["ua-1"],
    )  # fmt: skip
    return found
