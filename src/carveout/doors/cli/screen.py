"""``screen``: names against the lists as of a day, and pairs of names against each other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.shared import Stop, console, counted, day, emit, say, view

if TYPE_CHECKING:
    from carveout.book.owner_columns import OwnersOfBook
    from carveout.law.view import View
    from carveout.parties.name_check import Checked, ListedOn
    from carveout.parties.query import Query

NAME_COLUMNS = ("name", "query", "party", "company", "entity", "full_name", "title", "ultimate_consignee")
COUNTRY_COLUMNS = ("country", "country_code", "ultimate_consignee_country")
FEW = 200
"""Names shown as a table on the terminal; more are summed up."""


def screen(
    names: Annotated[
        str | None,
        typer.Argument(
            help="A table of names (.csv, .xlsx, .parquet, .ndjson, .txt with a name a line), - for names on standard "
            "input, or one name in quotes.",
            metavar="NAMES",
        ),
    ] = None,
    name_column: Annotated[str | None, typer.Option(help="The column of names (else name).", metavar="C")] = None,
    country_column: Annotated[
        str | None, typer.Option(help="The column of countries, ISO 3166-1 alpha-2 (else country).", metavar="C")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Judge the listings of that day (else today).", metavar="DATE")
    ] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="Screen as a reader of that day could know the lists.", metavar="DATE")
    ] = None,
    pairs: Annotated[
        str | None,
        typer.Option("--pairs", help="Score pairs instead: a table with name1, name2 and schema.", metavar="FILE"),
    ] = None,
    owners: Annotated[
        str | None,
        typer.Option(
            "--owners",
            help="Shareholdings, as `carveout owners` reads them: says of every name who owns it.",
            metavar="FILE",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One compact JSON object per line.")] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Write every name and match: .csv or .xlsx.", metavar="FILE")
    ] = None,
) -> None:
    """Screen parties against the lists held, as of a day.

    Every match says why: which words are the same, which differ, what is missing. A party that was listed and is no
    longer is told as formerly listed. A relative of a listed family is no alert; it comes with the questions to ask.

    Exit codes: 0 done, 2 wrong usage or a file that cannot be read.
    """
    if pairs is not None:
        if names is not None:
            raise Stop("--pairs takes the place of NAMES: give one of them")
        if owners is not None:
            raise Stop("--owners speaks of parties of a day; pairs have none")
        if output is not None:
            raise Stop("-o writes names and their matches; --pairs has --json")
        _pairs(pairs, json=json)
        return
    if names is None:
        raise Stop("name a table of names, - for standard input, or one name in quotes")
    _names(names, name_column, country_column, day(on, "--on"), known, owners, json=json, output=output)


def _names(
    names: str, name_column: str | None, country_column: str | None, on: date | None, known: str | None, owners: str | None, *,
    json: bool, output: str | None,
) -> None:  # fmt: skip
    from carveout.facts.clock import today
    from carveout.parties.matcher import matcher_of
    from carveout.parties.name_check import check

    held = view(known, ())
    asked = on or today()
    owned = _owned(owners, held, asked)
    shown: list[Checked] = []
    count = alerts = 0

    def seen() -> Iterator[Checked]:
        nonlocal count, alerts
        for checked in check(matcher_of(held), _queries(names, name_column, country_column), asked):
            count += 1
            alerts += checked.decision == "alert"
            yield checked

    lists = ", ".join(
        f"{one.list} of {one.vintage}{'' if one.is_complete(asked) else f' (not complete for {asked})'}"
        for one in held.corpus.lists
    )
    if output is not None:
        if json or owned is not None:
            raise Stop("-o writes the matches of every name; leave out --json and --owners")
        _write(Path(output), seen(), lambda: _summary(asked, known, count, alerts, lists))
    for checked in seen() if output is None else ():
        told = owned.of(checked.query.name, asked) if owned is not None else ("", "")
        if json:
            emit(
                as_json(checked) | ({"ownership": told[0] or "unknown", "owners": told[1]} if owned is not None else {})
            )
            continue
        if told[0] not in ("", "none"):
            say(f"{checked.query.name}: {told[0].replace('_', ' ')}" + (f", by {told[1]}" if told[1] else ""))
        if checked.decision == "alert" or checked.matches:
            shown.append(checked)
    if not json:
        _table(shown[:FEW])
    if len(shown) > FEW and not json:
        say(f"Only the first {FEW} names with a match are shown; --json writes all.")
    say(f"{counted(count, 'name')} screened as of {asked}: {counted(alerts, 'alert')}. Against {lists}.")


def _write(path: Path, found: Iterator[Checked], told: Callable[[], list[tuple[str, Any]]]) -> None:
    """Every name and match, as a table or a workbook."""
    from carveout.book.error import BookError
    from carveout.papers.screening_table import write_screening

    try:
        write_screening(path, found, told)
    except BookError as error:
        raise Stop(str(error)) from None
    say(f"Written to {path}.")


def _summary(asked: date, known: str | None, count: int, alerts: int, lists: str) -> list[tuple[str, Any]]:
    seen = f"as known on {known}" if known else "with all that is held"
    return [
        ("Screened", f"{counted(count, 'name')}, as of {asked}, {seen}"), ("Alerts", alerts), ("Against", lists),
        ("Read it so", "An alert is looked at by a person, those of most strength first. No match on a list that is not complete for the "
                       "day is no proof."),
    ]  # fmt: skip


def _owned(file: str | None, held: View, asked: date) -> OwnersOfBook | None:
    """The shareholdings of a file, to be asked for the names."""
    from carveout.book.decide_book import Asked
    from carveout.doors.cli.books import owners_of

    return owners_of(file, Asked(held, asked))


def as_json(checked: Checked) -> dict[str, Any]:
    """The object of the contract, and beside it what a reviewer needs."""
    return {
        "query": checked.query.name, "decision": checked.decision,
        "matches": [_match(one) for one in checked.matches], "country": checked.query.country, "note": checked.note,
    }  # fmt: skip


def _match(one: ListedOn) -> dict[str, Any]:
    hit, entry = one.hit, one.entry
    return {
        "entry": entry.id, "list": entry.list, "name": entry.name, "alias": hit.name if hit.name != entry.name else None,
        "score": round(hit.score, 4), "from": _iso(one.first_at_latest), "through": _iso(one.last), "why": list(hit.why),
        "from_earliest": _iso(one.first), "status": one.status, "tier": hit.tier, "alert": hit.alert,
        "strength": round(hit.strength, 6), "countries": list(entry.places), "citation": entry.citation,
    }  # fmt: skip


def _since(one: ListedOn) -> str:
    """The first day: as it is, between two days, or the latest it can be."""
    if one.first == one.first_at_latest or one.first_at_latest is None:
        return _iso(one.first) or ""
    return f"by {one.first_at_latest}" if one.first is None else f"{one.first} to {one.first_at_latest}"


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def _queries(names: str, name_column: str | None, country_column: str | None) -> Iterator[Query]:
    from carveout.parties.query import Query

    if names == "-":
        yield from (Query(line.strip()) for line in sys.stdin if line.strip())
        return
    path = Path(names)
    if not path.exists() and not path.suffix and "/" not in names:
        yield Query(names)
        return
    if path.suffix.lower() == ".txt" and path.is_file():
        with path.open(encoding="utf-8-sig", errors="replace") as lines:
            yield from (Query(line.strip()) for line in lines if line.strip())
        return
    for cells in _cells(names):
        name = _cell(cells, name_column, NAME_COLUMNS, names)
        country = _cell(cells, country_column, COUNTRY_COLUMNS, names, needed=country_column is not None)
        yield Query(name, country.upper() or None)


def _cells(file: str) -> Iterator[dict[str, Any]]:
    from carveout.book.error import BookError
    from carveout.book.tables import records

    try:
        for record in records(file):
            yield dict(record.cells)
    except BookError as error:
        raise Stop(str(error)) from None


def _cell(
    cells: dict[str, Any], column: str | None, usual: tuple[str, ...], file: str, *, needed: bool = True
) -> str:  # fmt: skip
    """The text of a column: the one that is named, else the first that is usually called so."""
    found = column if column in cells else None if column else next((name for name in usual if name in cells), None)
    if found is None:
        if not needed:
            return ""
        option = "--name-column" if usual is NAME_COLUMNS else "--country-column"
        wanted = repr(column) if column else f"called {usual[0]}"
        raise Stop(f"{file} has no column {wanted}; it has {', '.join(map(str, cells))}: choose one with {option}")
    value = cells[found]
    return "" if value is None else str(value).strip()


def _pairs(file: str, *, json: bool) -> None:
    from carveout.parties.pairs import score_pairs

    first: set[str] = set()

    def rows() -> Iterator[dict[str, Any]]:
        for cells in _cells(file):
            if not first:
                lacking = [name for name in ("name1", "name2") if name not in cells]
                if lacking:
                    raise Stop(f"{file} has no column {lacking[0]!r}; pairs are name1, name2 and, if known, schema")
                first.update(cells)
            yield cells

    if json:
        for scored in score_pairs(rows()):
            emit(scored)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("score", "match", "name1", "name2"):
        table.add_column(heading, overflow="fold")
    for scored in score_pairs(rows()):
        table.add_row(f"{scored['score']:.3f}", "match" if scored["match"] else "", scored["name1"], scored["name2"])
    console().print(table)


def _table(shown: list[Checked]) -> None:
    from rich.table import Table
    from rich.text import Text

    if not shown:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "decision", "may be", "list", "from", "score", "why"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("decision", "from", "score", "list"))
    for checked in shown:
        style = {"alert": "red", "clear": "green"}[checked.decision]
        name, decision = checked.query.name, Text(checked.decision, style=style)
        if not checked.matches:
            table.add_row(name, decision, "", "", "", "", checked.note)
        for one in checked.matches[:3]:
            since = _since(one)
            status = (
                ""
                if one.status == "listed"
                else f"{one.status.replace('_', ' ')}" + (f" (until {one.last})" if one.last else "")
            )
            why = "; ".join(part for part in (status, *one.hit.why[:4]) if part)
            shown_name = one.entry.name if one.hit.name == one.entry.name else f"{one.hit.name} ({one.entry.name})"
            table.add_row(name, decision, shown_name, one.entry.list, since, f"{one.hit.score:.2f}", why)
            name, decision = "", Text("")
    console().print(table)
