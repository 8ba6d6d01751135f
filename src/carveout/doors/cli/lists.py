"""``lists``: restricted-party lists with a history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.shared import DONE, REFUSED, REJECTED, Stop, console, counted, day, emit, say

if TYPE_CHECKING:
    from datetime import date

    from carveout.parties.folder import Imported, ListsFolder, Origin
    from carveout.parties.party import Party, Status
    from carveout.parties.register import Register

app = typer.Typer(no_args_is_help=True, help="Restricted-party lists with a history.", rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="One compact JSON object per line.")]
Accept = Annotated[
    str,
    typer.Option(
        "--accept-change",
        help="Take a suspicious list all the same (a true delisting, a list that was ended); the reason is kept with it.",
        metavar="REASON",
    ),
]
_MOST_TOLD = 20


def _folder(largest: int | None = None) -> ListsFolder:
    from carveout.parties.csl import LARGEST
    from carveout.parties.folder import ListsFolder

    return ListsFolder(largest=largest or LARGEST)


def register() -> Register:
    """The register of the lists held, with the bundled history of the Entity List.

    Raises:
        Stop: a snapshot is damaged.
    """
    from carveout.parties.unreadable import Unreadable

    try:
        return _folder().register()
    except Unreadable as error:
        raise Stop(str(error)) from None


@app.command("import")
def import_file(
    file: Annotated[str, typer.Argument(help="The Consolidated Screening List: JSON or CSV.", metavar="FILE")],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="The day the file shows the lists of, where it does not say.", metavar="DATE"),
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="The file holds a part of the lists: it adds, and removes nobody.")
    ] = False,
    accept_change: Accept = "",
    json: Json = False,
) -> None:
    """Keep a file of lists as a dated snapshot.

    A file that is not whole (a list is gone or much shorter, a well-known entry is missing) is refused, and what was held
    stays. Exit codes: 0 done, 1 refused, 2 not readable, 3 some rows were rejected.
    """
    from carveout.parties.folder import Origin

    path = Path(file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Stop(f"{file}: {(error.strerror or 'it cannot be read').lower()}") from None
    when = day(as_of, "--as-of")
    _take(_folder(), data, Origin(path.name), when, partial=partial, accept=accept_change, what=file, json=json)


def _take(
    folder: ListsFolder,
    data: bytes,
    origin: Origin,
    as_of: date | None,
    *,
    partial: bool,
    accept: str,
    what: str,
    json: bool,
) -> None:
    from carveout.parties.unreadable import Refused, Unreadable

    try:
        done = folder.take(data, origin, as_of=as_of, partial=partial, accept=accept)
    except Unreadable as error:
        raise Stop(f"{what}: {error}") from None
    except OSError as error:
        raise Stop(f"{error.filename or what}: {(error.strerror or str(error)).lower()}") from None
    except Refused as error:
        if json:
            emit({"refused": True, "reasons": error.reasons})
        reasons = "\n".join(f"  - {reason}" for reason in error.reasons)
        raise Stop(
            f"{what} is refused, and what was held stays:\n{reasons}\n"
            "If the change is true, import it with --accept-change REASON; if the file is a part of the lists, with --partial.",
            REFUSED,
        ) from None
    _tell(done, json=json)
    raise typer.Exit(REJECTED if done.lost else DONE)


def _tell(done: Imported, *, json: bool) -> None:
    manifest = done.manifest
    for fault in sorted(done.faults, key=lambda fault: not fault.lost)[:_MOST_TOLD]:
        say(str(fault))
    if len(done.faults) > _MOST_TOLD:
        say(f"and {counted(len(done.faults) - _MOST_TOLD, 'cell')} more")
    if json:
        emit({
            "snapshot": manifest.id, "vintage": manifest.vintage, "dated_by": manifest.dated_by, "new": done.new,
            "partial": manifest.partial, "layout": manifest.layout, "sha256": manifest.sha256, "counts": manifest.counts,
            "complete": [code for code in sorted(manifest.counts) if manifest.is_complete(code)], "rejected": done.lost,
            "noted": len(done.faults) - done.lost, "accepted": manifest.accepted or None,
        })  # fmt: skip
        return
    before = done.before.counts if done.before else {}
    rows = []
    for code, number in sorted(manifest.counts.items(), key=lambda item: -item[1]):
        change = f"{number - before[code]:+,}" if code in before else ""
        rows.append([code, _title(code, manifest.titles), f"{number:,}", change])
    since = f"since {done.before.vintage}" if done.before else ""
    _table(("list", "", "parties", since), rows, right=(2, 3))
    held = "kept" if done.new else "was held already"
    kind = "a part of the lists" if manifest.partial else "the lists"
    typer.echo(f"\nSnapshot {manifest.id} {held}: {kind} of {manifest.vintage} ({manifest.dated_by}).")
    if done.lost:
        whose = "its list is" if done.lost == 1 else "their lists are"
        typer.echo(f"{counted(done.lost, 'row')} rejected; {whose} not held complete on that day.")


def _title(code: str, titles: Any) -> str:
    from carveout.parties.list_code import list_title

    return list_title(code, titles.get(code, ""))


@app.command()
def update(
    url: Annotated[
        str | None,
        typer.Option(
            "--url", help="Where to fetch the file; else CARVEOUT_LISTS_URL, else the official file.", metavar="URL"
        ),
    ] = None,
    accept_change: Accept = "",
    largest: Annotated[
        int, typer.Option("--largest", help="Refuse a file of more megabytes.", metavar="MB", min=1)
    ] = 512,
    timeout: Annotated[
        float,
        typer.Option("--timeout", help="Seconds to wait for each step of the network.", metavar="SECONDS", min=0.1),
    ] = 30.0,
    tries: Annotated[int, typer.Option("--tries", help="How often to try.", min=1, max=20)] = 3,
    json: Json = False,
) -> None:
    """Fetch the official file and keep it as a snapshot, if it is another one than that held.

    A download that broke off is resumed. Exit codes: 0 done or unchanged, 1 refused, 2 not reached or not readable,
    3 some rows were rejected.
    """
    from carveout.parties.download import Unreached, address, fetch
    from carveout.parties.unreadable import Unreadable

    folder = _folder(largest << 20)
    try:
        chosen = address(url)
        held = [one for one in folder.manifests() if one.source == chosen and not one.partial]
        last = held[-1] if held else None
        with console(stderr=True).status(f"Fetching {chosen}"):
            got = fetch(
                chosen, folder.path, etag=last.etag if last else "", last_modified=last.last_modified if last else "",
                largest=folder.largest, timeout=timeout, tries=tries,
            )  # fmt: skip
    except (Unreached, Unreadable) as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"{error.filename or folder.path}: {(error.strerror or str(error)).lower()}") from None
    if got.unchanged:
        assert last is not None
        if json:
            emit({"snapshot": last.id, "vintage": last.vintage, "new": False, "unchanged": True})
        else:
            typer.echo(f"Nothing new: snapshot {last.id} of {last.vintage} is what {chosen} still has.")
        return
    _take(folder, got.data, got.origin, None, partial=False, accept=accept_change, what=chosen, json=json)


@app.command()
def show(
    list_code: Annotated[
        str | None, typer.Option("--list", help="Only this list, by its code (EL, DPL, SDN, ...).", metavar="CODE")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Only who is, or may be, listed on that day.", metavar="DATE")
    ] = None,
    json: Json = False,
) -> None:
    """What is held: lists, snapshots, and the days on which each list is complete; with --json or --list every entry."""
    found = register()
    when = day(on, "--on")
    code = list_code.upper() if list_code else None
    known = {row["list"] for row in found.rows}
    if code and code not in known:
        code = list_code if list_code in known else None
        if code is None:
            raise Stop(f"no list {list_code!r} is held; held are {', '.join(sorted(known))}")
    chosen = [party for party in found if (code is None or party.list == code) and _there(found, party, when)]
    if json:
        for party in chosen:
            emit(as_json(party))
        return
    if code or when:
        rows = [[party.id, party.name, ", ".join(party.countries), _since(party), _until(party)] for party in chosen]
        _table(("entry", "name", "countries", "listed from", "through"), rows)
        typer.echo(f"\n{counted(len(chosen), 'entry', 'entries')}.")
        return
    _overview(found)


def _there(found: Register, party: Party, when: date | None) -> bool:
    from carveout.parties.party import Answer

    return when is None or found.status(party.id, when).answer is Answer.listed


def _overview(found: Register) -> None:
    from collections import Counter

    counts = Counter(row["list"] for row in found.rows if "removal" not in row)
    former = Counter(row["list"] for row in found.rows if "removal" in row)
    if not found.manifests:
        typer.echo("No lists were imported; the bundled history of the Entity List holds the listed group only.\n")
    rows = []
    for code in sorted(counts | former, key=lambda code: -counts[code]):
        held = found.held_list(code)
        spans = held.complete_days if held else ()
        complete = "; ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in spans)
        title = held.title if held else _title(code, {})
        rows.append(
            [code, title, f"{counts[code]:,}", f"{former[code]:,}" if former[code] else "", complete or "no day"]
        )
    _table(("list", "", "listed", "formerly", "complete on"), rows, right=(2, 3))
    if found.manifests:
        typer.echo("")
        rows = [
            [one.id, f"{sum(one.counts.values()):,}", "part" if one.partial else "whole", one.dated_by, one.source]
            for one in found.manifests
        ]
        _table(("snapshot", "parties", "", "dated by", "from"), rows, right=(1,))


@app.command()
def history(
    entry: Annotated[
        str, typer.Argument(help="Id of the entry, for example el/huawei-technologies-co-ltd-cn.", metavar="ENTRY")
    ],
    on: Annotated[str | None, typer.Option("--on", help="Answer for that day (else today).", metavar="DATE")] = None,
    json: Json = False,
) -> None:
    """One entry through all snapshots: since when, until when, under which names, and whether it is listed on a day."""
    from carveout.facts.clock import today
    from carveout.law.error import UnknownName

    found = register()
    when = day(on, "--on") or today()
    try:
        party = found.party(entry)
    except UnknownName as error:
        raise Stop(str(error)) from None
    status = found.status(entry, when)
    if json:
        emit({**as_json(party), "on": when, "status": status.answer.value, "sure": status.sure, "why": status.why,
              "seen": _seen(found, party)})  # fmt: skip
        return
    _tell_history(found, party, status, when)


def _seen(found: Register, party: Party) -> list[dict[str, Any]]:
    """For each snapshot of its list whether the entry is in it, as far as the history tells."""
    first, last = party.first_seen, party.last_seen
    return [
        {"vintage": one.vintage, "listed": bool(first and last and first <= one.vintage <= last and one.vintage not in party.gaps)}
        for one in found.manifests if one.is_complete(party.list)
    ]  # fmt: skip


def _tell_history(found: Register, party: Party, status: Status, when: date) -> None:
    typer.echo(f"{party.name}\n{party.id} ({_title(party.list, {})})\n")
    doubt = "" if status.sure else ", not for certain"
    typer.echo(f"On {when}: {status.answer.value}{doubt}. {status.why[:1].upper()}{status.why[1:]}.\n")
    lines = [
        ("listed from", _since(party)), ("through", _until(party)),
        ("known by", f"{party.effective.how} ({party.effective.evidence.name})"),
        ("seen", f"{party.first_seen} to {party.last_seen}" if party.first_seen else "in the bundled law"),
        ("missing on", ", ".join(map(str, party.gaps))), ("countries", ", ".join(party.countries)),
        ("notices", "; ".join(party.citations)), ("requirement", party.requirement),
        ("review policy", party.policy or party.policy_code),
        ("footnotes", ", ".join(f"{mark} (by {since})" for mark, since in sorted(party.footnotes.items()))),
        ("programs", ", ".join(party.programs)), ("affiliate of", party.affiliate_of), ("also", "; ".join(party.aliases)),
        ("order stated to end", str(party.expires or "")), ("former ids", ", ".join(party.former_ids)),
        ("remarks", party.remarks),
    ]  # fmt: skip
    _table(("", ""), [[what, said] for what, said in lines if said])


def as_json(party: Party) -> dict[str, Any]:
    """An entry as JSON. ``from`` is the first day it is surely listed and ``from_earliest`` the first it may be (null: no
    bound); ``through`` is the last day it surely is (null: listed) and ``through_latest`` the last it may be."""
    until = party.listed_through
    earliest = party.effective.earliest
    return {
        "id": party.id, "list": party.list, "name": party.name, "country": party.country or None,
        "countries": list(party.countries), "aliases": list(party.aliases), "from": party.effective.latest,
        "from_earliest": earliest if earliest.year > 1 else None, "through": until[0] if until else None,
        "through_latest": until[1] if until else None, "citation": party.effective.citation or None,
        "citations": list(party.citations), "evidence": party.effective.evidence.name, "known_by": party.effective.how,
        "footnotes": sorted(party.footnotes), "review_policy": party.policy_code or None,
        "review_policy_text": party.policy or None, "requirement": party.requirement or None, "kind": party.kind or None,
        "number": party.number or None, "programs": list(party.programs),
        "addresses": [{"text": one.text, "country": one.country or None} for one in party.addresses],
        "identifiers": [{"kind": one.kind, "number": one.number, "country": one.country or None} for one in party.identifiers],
        "affiliate_of": party.affiliate_of or None, "first_seen": party.first_seen, "last_seen": party.last_seen,
        "former_ids": list(party.former_ids),
    }  # fmt: skip


def _since(party: Party) -> str:
    low, high = party.effective.earliest, party.effective.latest
    if low == high:
        return str(low)
    return f"{high} or earlier" if low.year == 1 else f"between {low} and {high}"


def _until(party: Party) -> str:
    until = party.listed_through
    if until is None:
        return ""
    return str(until[0]) if until[0] >= until[1] else f"between {until[0]} and {until[1]}"


def _table(columns: tuple[str, ...], rows: list[list[str]], right: tuple[int, ...] = ()) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for nth, column in enumerate(columns):
        table.add_column(column, justify="right" if nth in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console().print(table)
