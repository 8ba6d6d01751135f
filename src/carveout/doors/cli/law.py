"""``law``: read and check the law the program holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.shared import DONE, REFUSED, Stop, console, corpus, day, emit, say, view

if TYPE_CHECKING:
    from datetime import date

    from carveout.law.condition import Shift
    from carveout.law.corpus import Corpus
    from carveout.law.provision import Assertion, Provision
    from carveout.law.view import Stretch, View

app = typer.Typer(no_args_is_help=True, help="Read and check the law.", rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="One compact JSON object per line.")]
On = Annotated[str | None, typer.Option("--on", help="Show what is in force on that day.", metavar="DATE")]
Known = Annotated[str | None, typer.Option("--known", help="As a reader of that day could know it.", metavar="DATE")]


def _state(view: View, identifier: str, on: date) -> str:
    stretch = view.provisions[identifier].at(on)
    if stretch is None:
        return "not in force"
    if None in stretch.readings or len(stretch.readings) > 1:
        return "in doubt"
    return "in force"


@app.command("list")
def list_provisions(on: On = None, known: Known = None, json: Json = False) -> None:
    """All provisions, with whether each is in force on a day (today unless --on says otherwise)."""
    from carveout.facts.clock import today

    seen = view(known, ())
    when = day(on, "--on") or today()
    rows = [
        {"provision": p.id, "kind": p.kind.value, "citation": p.citation, "title": p.title, "on": when.isoformat(),
         "state": _state(seen, p.id, when)}
        for p in sorted(seen.corpus.provisions.values(), key=lambda p: p.id)
    ]  # fmt: skip
    if json:
        for row in rows:
            emit(row)
        return
    _print_table(("provision", "kind", "state", "title"), rows, caption=f"on {when}")


def _print_table(columns: tuple[str, ...], rows: list[dict[str, Any]], caption: str = "") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", caption=caption or None, caption_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(row[column]) for column in columns))
    console().print(table)


@app.command()
def show(
    provision: Annotated[str, typer.Argument(help="Id of the provision, for example ear/744.supp7/c1.")],
    on: On = None,
    known: Known = None,
    book: Annotated[
        str | None,
        typer.Option(
            "--book",
            help="Tell instead which rows of a book, or of a determination kept with --save, hang on it.",
            metavar="BOOK",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """One provision: the rule in words, its assertions through time, its conditions, edges, notes and cases.

    With --book: the rows whose outcome would be another without it, by the assertion in force on the day of the row.
    """
    from carveout.doors.cli.hanging import hangs
    from carveout.law.error import UnknownName

    seen = view(known, ())
    try:
        found = seen.corpus.provision(provision)
    except UnknownName as error:
        raise Stop(str(error)) from None
    when = day(on, "--on")
    if book is not None:
        hangs(found, book, seen, when, json=json)
        return
    if json:
        emit(_as_json(found, seen, when))
        return
    typer.echo(_as_text(found, seen, when))


def _stretch_json(stretch: Stretch, corpus: Corpus) -> dict[str, Any]:
    from carveout.law.view import last_day

    readings: list[dict[str, Any]] = []
    for reading in stretch.readings:
        if reading is None:
            readings.append({"in_force": False})
            continue
        conditions = [
            {"name": c.name, "sql": list(c.sql), "evidence": c.evidence.name} for c in reading.text.conditions
        ]
        readings.append({"in_force": True, "source": reading.source, "evidence": reading.evidence.name,
                         "conditions": conditions, "untranslatable": reading.text.untranslatable})  # fmt: skip
    end = last_day(stretch)
    return {
        "from": stretch.start.isoformat(),
        "through": end.isoformat() if end else None,
        "readings": readings,
    }


def _moved(name: str, by: Shift) -> str:
    """A date of the row and what is added to it, in words."""
    parts = [
        f"{abs(count)} {unit}{'s' * (abs(count) != 1)}"
        for count, unit in ((by.months, "month"), (by.days, "day"))
        if count
    ]
    signs = ["-" if count < 0 else "+" for count in (by.months, by.days) if count]
    return " ".join([name, *(f"{sign} {part}" for sign, part in zip(signs, parts, strict=True))])


def _as_json(provision: Provision, seen: View, on: date | None) -> dict[str, Any]:
    stretches = seen.provisions[provision.id].stretches
    chosen = [s for s in stretches if on is None or s.contains(on)]
    return {
        "provision": provision.id, "regime": provision.regime, "kind": provision.kind.value, "citation": provision.citation,
        "title": provision.title, "text": provision.prose, "notes": provision.notes,
        "edges": {name: list(targets) for name, targets in provision.edges().items()}, "defines": provision.defines or None,
        "due": [_moved(name, by) for name, by in provision.due],
        "clock": provision.clock, "stretches": [_stretch_json(s, seen.corpus) for s in chosen], "cases": len(provision.cases),
        "known": seen.known.isoformat() if seen.known else None, "on": on.isoformat() if on else None,
    }  # fmt: skip


def _as_text(provision: Provision, seen: View, on: date | None) -> str:
    from carveout.law.view import last_day

    lines = [
        f"{provision.citation}: {provision.title}",
        f"{provision.id} ({provision.kind.value})",
        "",
        provision.prose,
        "",
    ]
    for name, targets in provision.edges().items():
        lines.append(f"{name}: {', '.join(targets)}")
    if provision.defines:
        lines.append(f"defines: {provision.defines}")
    if provision.due:
        lines.append(f"last day: the latest known of {', '.join(_moved(name, by) for name, by in provision.due)}")
    previous = None
    for stretch in seen.provisions[provision.id].stretches:
        if on is not None and not stretch.contains(on):
            continue
        end = last_day(stretch)
        for reading in stretch.readings:
            head = f"{stretch.start} to {end or 'open'}"
            if reading is None:
                lines += ["", f"{head}: or not in force, on another reading"]
                continue
            instrument = seen.corpus.instruments.get(reading.source)
            lines += [
                "",
                f"{head}: {instrument.citation if instrument else reading.source} ({reading.evidence.name})",
            ]
            if reading.text is previous:
                lines.append("  same text")
                continue
            previous = reading.text
            for condition in reading.text.conditions:
                lines.append(f"  - {condition.name}")
                lines += [f"      {' '.join(sql.split())}" for sql in dict.fromkeys(condition.sql)]
                if len(condition.readings) > 1 or condition.doubted:
                    lines.append(f"      (read two ways; {condition.evidence.name})")
            if reading.text.untranslatable:
                lines.append(f"  ? {reading.text.untranslatable}")
    if provision.notes:
        lines += ["", provision.notes]
    lines += ["", f"{len(provision.cases)} cases; clock {provision.clock}"]
    return "\n".join(lines)


@app.command()
def timeline(known: Known = None, json: Json = False) -> None:
    """The instruments in the order of their effect: filed, published, effective, and what each changed."""
    seen = corpus()
    until = day(known, "--known")
    touched: dict[str, list[str]] = {}
    for provision in seen.provisions.values():
        for assertion in provision.assertions:
            touched.setdefault(assertion.instrument, []).append(_what(assertion))
    rows: list[dict[str, Any]] = []
    for instrument in sorted(seen.instruments.values(), key=lambda i: (i.effective, i.published, i.id)):
        if instrument.standing or (until and instrument.public_from(frees=False) > until):
            continue
        entries = sum(1 for e in seen.entries.values() if any(d.instrument == instrument.id for d in e.listed))
        changes = sorted(set(touched.get(instrument.id, ())))
        if entries:
            changes.insert(0, f"lists {entries} parties")
        rows.append({
            "instrument": instrument.id, "citation": instrument.citation, "title": instrument.title,
            "filed": instrument.filed.isoformat() if instrument.filed else None,
            "published": instrument.published.isoformat(), "effective": instrument.effective.isoformat(),
            "time": instrument.time or None, "evidence": instrument.evidence.name, "changes": changes, "note": instrument.note,
        })  # fmt: skip
    if json:
        for row in rows:
            emit(row)
        return
    shown = [{**row, "filed": row["filed"] or "", "changes": "\n".join(row["changes"])} for row in rows]
    _print_table(("effective", "published", "filed", "citation", "title", "changes"), shown)


Scenarios = Annotated[
    list[str],
    typer.Option("--scenario", help="The path of a page of your own, beside those of the law.", metavar="PATH"),
]


@app.command()
def scenarios(scenario: Scenarios = [], json: Json = False) -> None:  # noqa: B006
    """The scenarios that can be laid over the law: what each supposes, from when, and how likely where a source says so."""
    seen = view(None, scenario).corpus
    rows: list[dict[str, Any]] = [
        {"name": s.id, "title": s.title, "first_day": s.first_day.isoformat(), "probability": s.probability,
         "provisions": sorted({a.provision for a in s.assertions}), "entries": len(s.entries), "text": " ".join(s.prose.split())}
        for s in sorted(seen.scenarios.values(), key=lambda s: (s.first_day, s.id))
    ]  # fmt: skip
    if json:
        for row in rows:
            emit(row)
        return
    shown = [
        {"scenario": row["name"], "supposes": row["title"], "first day": row["first_day"],
         "probability": "" if row["probability"] is None else f"{row['probability']:g}"}
        for row in rows
    ]  # fmt: skip
    _print_table(("scenario", "first day", "probability", "supposes"), shown)


def _what(assertion: Assertion) -> str:
    if assertion.repeals:
        return f"{assertion.provision}: ends"
    return f"{assertion.provision}: {'states' if assertion.text else 'prolongs'}"


@app.command()
def facts(json: Json = False) -> None:
    """The schema: every fact, its type, the question a person is asked, what it means, its default."""
    from carveout.facts.schema import schema

    rows: list[dict[str, Any]] = [
        {"name": f.name, "type": f.type, "values": list(f.values), "unit": f.unit or None, "kind": f.kind,
         "question": f.question, "meaning": f.meaning, "citation": f.citation, "regimes": list(f.regimes),
         "default": f.default or None, "column": f.is_column}
        for f in schema()
        if f.kind in ("label", "asked") or f.suppliable or json
    ]  # fmt: skip
    if json:
        for row in rows:
            emit(row)
        return
    for row in rows:
        kind = ", ".join(row["values"]) if row["values"] else row["type"]
        typer.echo(f"{row['name']} ({kind})")
        if row["question"]:
            typer.echo(f"    {row['question']}")
        typer.echo(f"    {row['meaning']}" + (f" [{row['citation']}]" if row["citation"] else ""))
        if row["default"]:
            typer.echo(f"    Empty means: {row['default']}.")


@app.command("import-tables")
def import_tables(
    folder: Annotated[
        str,
        typer.Argument(
            help="Folder with ccl.json, country-chart.json and country-groups.json of one day.", metavar="FOLDER"
        ),
    ],
    json: Json = False,
) -> None:
    """Keep EAR tables of one eCFR issue date: what they show to need a license is then taken from that day on.

    They are kept in the folder that CARVEOUT_TABLES names, else in the user's data folder; several days side by side. They
    show that a license is required; never that none is.

    Exit codes: 0 done, 2 a folder that holds no tables.
    """
    from pathlib import Path

    from carveout.origin.error import OriginError
    from carveout.origin.vintages import import_tables as keep

    try:
        found, place = keep(Path(folder))
    except OriginError as error:
        raise Stop(str(error)) from None
    row = {
        "issued": found.issued.isoformat(), "hash": found.hash, "eccns": len(found.entries), "destinations": len(found.marks),
        "groups": len(found.groups), "not_recognized": list(found.strange), "kept": str(place),
    }  # fmt: skip
    if json:
        emit(row)
    else:
        typer.echo(
            f"EAR tables of {found.issued}: {row['eccns']} ECCNs, {row['destinations']} destinations, kept in {place}."
        )
        typer.echo(f"hash {found.hash}")
    if found.strange:
        say(f"Destinations not recognized, of which the tables say nothing: {', '.join(found.strange)}.")


@app.command()
def check(scenario: Scenarios = [], json: Json = False) -> None:  # noqa: B006
    """Check the law: cases beside it, coverage, definitions that exclude each other, reachability, gaps in time, scenarios.

    Exit code 1 when something is refused.
    """
    from carveout.book.check import check_law

    report = check_law(view(None, scenario).corpus)
    if json:
        for finding in report.findings:
            emit(
                {
                    "check": finding.check,
                    "ok": finding.ok,
                    "provision": finding.provision,
                    "what": finding.what,
                }
            )
    else:
        for finding in report.findings:
            if not finding.ok or finding.check in ("gap", "scenario", "summary"):
                typer.echo(f"{'ok     ' if finding.ok else 'REFUSED'}  {finding.check}: {finding.what}")
        typer.echo(report.coverage)
    say(report.summary)
    raise typer.Exit(DONE if report.ok else REFUSED)
