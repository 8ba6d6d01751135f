"""``owners``: which companies of a file of shareholdings listed parties own by 50 percent or more."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.shared import REJECTED, Stop, console, counted, day, emit, say, view

if TYPE_CHECKING:
    from carveout.parties.ownership import Judged, Step, Verdict

FEW = 100
"""Parties shown on the terminal; with more, those that are not covered are summed up."""

FEW_ERRORS = 20


def owners(
    file: Annotated[
        str,
        typer.Argument(
            help="Shareholdings: a table with owner, owned and share (.csv, .xlsx, .parquet, .ndjson), or statements of the "
            "Beneficial Ownership Data Standard (.json, .jsonl).",
            metavar="FILE",
        ),
    ],
    on: Annotated[
        str | None, typer.Option("--on", help="Judge shares and listings of that day (else today).", metavar="DATE")
    ] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="Judge as a reader of that day could know the lists.", metavar="DATE")
    ] = None,
    party: Annotated[str | None, typer.Option("--party", help="Only this party.", metavar="NAME")] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="The file names every owner: what it does not name is held by nobody listed."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object per party.")] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Write JSON, an object a line, to this file.", metavar="FILE")
    ] = None,
) -> None:
    """Who is owned 50 percent or more by listed parties on a day: proved, disproved, or what would settle it.

    Shares of parties on the Entity List, the Military End-User List and of nationals designated under a program of 744.8 are added
    up; a half-owned company passes on its whole holding, a lesser one nothing. A share known within bounds is taken both ways.
    A company whose owners are not all named may be owned by anybody, unless the file is complete.

    Exit codes: 0 done, 2 wrong usage or a file that cannot be read, 3 some rows were rejected.
    """
    from carveout.book.error import BookError
    from carveout.book.holdings_file import open_holdings
    from carveout.facts.clock import today
    from carveout.parties.ownership import judge

    if output and Path(output).exists() and Path(file).exists() and Path(output).samefile(file):
        raise Stop(f"{output} is what is read; name another file for the results")
    asked = day(on, "--on") or today()
    held = view(known, ())
    try:
        judged = judge(open_holdings(file), held, asked, complete=complete)
    except BookError as error:
        raise Stop(str(error)) from None
    chosen = _chosen(judged, party)
    if output:
        _write(output, chosen)
    if json:
        for verdict in chosen:
            emit(as_json(verdict))
    elif not output:
        _show(chosen, single=party is not None)
    _tell(judged, asked.isoformat(), [one.list for one in held.corpus.lists])
    if judged.errors:
        raise typer.Exit(REJECTED)


def _chosen(judged: Judged, party: str | None) -> list[Verdict]:
    from difflib import get_close_matches

    from carveout.parties.name import normalize

    if party is None:
        return list(judged)
    names = {normalize(member.name): member.key for member in judged.graph.members}
    key = party if party in judged.graph.place else names.get(normalize(party))
    verdict = judged.of(key) if key is not None else None
    if verdict is None:
        close = get_close_matches(normalize(party), names, n=1, cutoff=0.6)
        hint = f"; did you mean {judged.graph.members[judged.graph.place[names[close[0]]]].name!r}?" if close else ""
        raise Stop(f"{party!r} is not in the file{hint}")
    return [verdict]


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the command writes it."""
    listed = verdict.listed
    return {
        "party": verdict.member.name, "country": verdict.member.country, "kind": verdict.member.kind, "answer": verdict.answer,
        "ownership": verdict.state or "unknown", "why": verdict.why,
        "listed": [entry.id for entry in listed.sure], "may_be_listed": [entry.id for entry in listed.perhaps],
        "owners": [{"entry": e.id, "list": e.list, "name": e.name} for e in verdict.owners],
        "owners_perhaps": [{"entry": e.id, "list": e.list, "name": e.name} for e in verdict.perhaps],
        "path": [_step(step) for step in verdict.path], "decisive": [_step(step) for step in verdict.decisive],
        "settles": list(verdict.settles),
    }  # fmt: skip


def _step(step: Step) -> dict[str, Any]:
    from carveout.parties.holding import PART

    return {"owner": step.owner, "owned": step.owned, "share": [step.share.low / PART, step.share.high / PART]}


def _write(output: str, chosen: list[Verdict]) -> None:
    from carveout.facts.whole_file import whole_file

    try:
        with whole_file(Path(output)) as part, part.open("w", encoding="utf-8") as stream:
            for verdict in chosen:
                stream.write(json_text.dumps(as_json(verdict), ensure_ascii=False, separators=(",", ":")) + "\n")
    except OSError as error:
        raise Stop(f"{output} cannot be written: {error.strerror or error}") from None


def _show(chosen: list[Verdict], *, single: bool) -> None:
    from rich.text import Text

    out = console()
    styles = {"listed": "red", "covered": "red", "not_covered": "green", "undetermined": "yellow"}
    shown = chosen if single or len(chosen) <= FEW else [one for one in chosen if one.answer != "not_covered"]
    for verdict in shown[: 5 * FEW]:
        line = Text(verdict.member.name, style="bold")
        line.append("  ")
        line.append(verdict.answer.replace("_", " "), style=styles[verdict.answer])
        if verdict.listed.sure:
            line.append(f"  (itself listed: {', '.join(entry.id for entry in verdict.listed.sure)})")
        out.print(line)
        for text in _lines(verdict):
            out.print(Text(f"    {text}"))
    if len(shown) < len(chosen):
        say(
            f"{counted(len(chosen) - len(shown), 'party', 'parties')} provably not covered, not shown; --json writes all."
        )


def _lines(verdict: Verdict) -> list[str]:
    found = [verdict.why] if verdict.why else []
    if verdict.path:
        found.append("path: " + ", ".join(f"{s.owner} holds {s.share} of {s.owned}" for s in verdict.path))
    if verdict.answer in ("covered", "undetermined"):
        found += [f"counted: {step.owner} {step.share}" for step in verdict.decisive]
    found += [f"owner: {entry.name} ({entry.list}, {entry.id})" for entry in verdict.owners]
    found += [f"an owner may be: {entry.name} ({entry.list}, {entry.id})" for entry in verdict.perhaps]
    found += [f"would settle it: {text}" for text in verdict.settles]
    return found


def _tell(judged: Judged, on: str, lists: list[str]) -> None:
    for error in judged.errors[:FEW_ERRORS]:
        say(f"carveout: {error}")
    if len(judged.errors) > FEW_ERRORS:
        say(f"carveout: and {counted(len(judged.errors) - FEW_ERRORS, 'more error', 'more errors')}")
    for note in judged.graph.notes[:FEW_ERRORS]:
        say(f"carveout: {note}")
    counts = judged.counts()
    told = ", ".join(f"{number:,} {answer.replace('_', ' ')}" for answer, number in counts.items())
    say(f"{counted(len(judged.graph.members), 'party', 'parties')} as of {on}: {told}. Owners screened against {', '.join(lists)}; "
        "who is on no list held counts as not listed.")  # fmt: skip
