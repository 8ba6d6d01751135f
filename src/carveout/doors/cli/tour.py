"""``demo``: the tour of the bundled book, as of several days, with what lapses and the reports it names."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from carveout.doors.cli.shared import OUTCOME_STYLE, console, corpus, say

if TYPE_CHECKING:
    from carveout.book.decide_book import Decided

BOOK = "press-2019-2020.csv"
STAR = "logs-contractor-2019-11-10"
"""The row that is told in full."""
STORIES = (
    ("a rural carrier", "its support ends on two dates", "determine", "rural-carrier/book.csv --known 2019-12-02"),
    ("a handset maker", "which phone, which update, until when", "plan apps", "handset-maker/fleet.toml --updates"),
    ("a chip supplier", "orders, lots, designs", "plan lots", "chip-supplier/lot.toml --known 2020-06-01"),
    ("a standards delegation", "a colored calendar", "meetings",
     "standards-delegation/meetings.ics --acts {examples}/standards-delegation/acts.csv"),
    ("a 5G technology package", "what comes in, what may not go out", "determine", "technology-package/book.csv"),
)  # fmt: skip
"""The stories of docs/stories: who, what it asks, and a command to begin with."""
KNOWN_DAYS = (date(2019, 11, 17), date(2019, 11, 20), None)


def _path() -> str:
    return str(files("carveout") / "examples" / BOOK)


def _decide(known: date | None) -> list[Decided]:
    from carveout.book.decide_book import Asked, decide_book
    from carveout.book.reader import read_book

    return list(decide_book(read_book(_path()), Asked(corpus().view(known=known))))


def _answers(rows: Sequence[Decided]) -> Table:
    from carveout.decide.render import DECISION_WORDS

    table = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for name in ("id", "on", "decision", "changes on"):
        table.add_column(name, no_wrap=True)
    table.add_column("what happened", overflow="fold")
    for row in rows:
        found = row.determination
        if found is None:
            continue
        table.add_row(
            found.transaction.id,
            found.transaction.on.isoformat(),
            Text(DECISION_WORDS[found.decision], style=OUTCOME_STYLE[found.decision]),
            found.overall_changes_on.isoformat() if found.overall_changes_on else "",
            str(row.record.cells.get("story", "")),
        )
    return table


def _knowledge(by_day: dict[date | None, list[Decided]]) -> Table:
    """The rows that stand under an authorization on 2019-11-10 or so, as each day's reader saw their end."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", no_wrap=True)
    for known in by_day:
        table.add_column(f"as known on {known}" if known else "as known today", no_wrap=True)
    rows = {known: {r.row.id: r.determination for r in decided} for known, decided in by_day.items()}
    for identifier, latest in rows[None].items():
        if latest is None or latest.overall.at_most.name != "authorized" or latest.transaction.on.year != 2019:
            continue
        cells = []
        for known in by_day:
            found = rows[known][identifier]
            change = found.overall_changes_on if found else None
            if found and found.overall != latest.overall:
                cells.append(str(found.overall).replace("_", " "))
            else:
                cells.append(f"until {date.fromordinal(change.toordinal() - 1)}" if change else "")
        if len(set(cells)) > 1:
            table.add_row(identifier, *cells)
    return table


def _lapses(rows: Sequence[Decided]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("last day", no_wrap=True)
    table.add_column("because of", overflow="fold")
    table.add_column("rows", overflow="fold")
    from carveout.decide.explanation import explain

    groups: dict[tuple[date, tuple[str, ...]], list[str]] = {}
    for row in rows:
        found = row.determination
        if found is None or found.overall_changes_on is None:
            continue
        told = explain(found)
        groups.setdefault((found.overall_changes_on, told.change_causes), []).append(found.transaction.id)
    for (day, causes), names in sorted(groups.items()):
        table.add_row(str(date.fromordinal(day.toordinal() - 1)), ", ".join(causes), ", ".join(names))
    return table


def demo(out: str | None) -> None:
    """Run the tour; reports go to the folder given, or to ``out/demo`` below the current one."""
    from carveout.book.writer import TableWriter, result_columns, whole
    from carveout.decide.explanation import explain
    from carveout.decide.render import markdown, text

    screen = console()
    by_day = {known: _decide(known) for known in KNOWN_DAYS}
    rows = by_day[None]
    decided = [row.determination for row in rows if row.determination is not None]
    screen.print("[bold]Carveout[/bold]: may this go ahead on this date, under which authorization, until when?\n")
    screen.print(f"The bundled book holds {len(decided)} transactions of 2019 to 2024: parties, rules and dates are real, "
                 "the deals are examples.\n")  # fmt: skip
    screen.print(_answers(rows))
    counts = Counter(found.decision for found in decided)
    screen.print("\n" + ", ".join(f"{n} {decision.replace('_', ' ')}" for decision, n in counts.most_common()) + ".\n")
    screen.print("[bold]What a reader of each day could know[/bold]: the license was to lapse on 2019-11-18; three days "
                 "later it had not.\n")  # fmt: skip
    screen.print(_knowledge(by_day))
    screen.print("\n[bold]What ends when, as known today[/bold]\n")
    screen.print(_lapses(rows))
    chosen = next((found for found in decided if found.transaction.id == STAR), decided[0])
    screen.print(f"\n[bold]One answer in full[/bold] (carveout explain BOOK --id {chosen.transaction.id})\n")
    screen.print(text(explain(chosen)), markup=False)
    folder = Path(out) if out else Path("out") / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    with whole(folder / "results.csv") as stream:
        writer = TableWriter(stream, ".csv")
        for row in rows:
            if row.determination is not None:
                writer.write(row.record.cells, result_columns(row.determination))
    with whole(folder / "explanations.md") as stream:
        stream.write("# Explanations of the example book\n\n")
        stream.write("\n\n".join(markdown(explain(found)) for found in decided) + "\n")
    say("\nPapers:")
    say(f"Written to {folder / 'results.csv'}: the book with its answers.")
    say(f"Written to {folder / 'explanations.md'}: every reason.")
    _papers(folder, chosen.transaction.id)
    _stories()


def _stories() -> None:
    """Where to go on: the five stories, each with a command that runs as it is written."""
    examples = Path(str(files("carveout") / "examples"))
    near = os.path.relpath(examples)
    place = shlex.quote(str(examples) if near.startswith("..") else near)
    say("\nFive stories, told in docs/stories; each begins with")
    for who, what, command, given in STORIES:
        say(f"  {who}: {what}\n    carveout {command} {place}/{given.format(examples=place)}")


def _papers(folder: Path, chosen: str) -> None:
    """The report, the workbook, a memo and the calendar of the bundled book, as known today."""
    from carveout.book.decide_book import Asked
    from carveout.doors.cli import lapses, papers

    asked = Asked(corpus().view())
    papers.write(_path(), folder / "report.html", asked, None, "2024-12-31")
    papers.write(_path(), folder / "workbook.xlsx", asked, None)
    papers.file(_path(), folder / "memo.pdf", asked, id=chosen)
    lapses.calendar(folder / "lapses.ics", _path(), lapses.gathered(_path(), asked, None).cascade(), asked)
