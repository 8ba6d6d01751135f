"""The workbook of a book: its rows with their answers, its deals, a sheet for every day on which rows change.

Every text is written as a text, so that no cell runs as a formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from carveout import __version__
from carveout.book.course import Course
from carveout.book.deal import Deals
from carveout.book.decide_book import Decided
from carveout.book.writer import result_columns, whole_file
from carveout.decide.outcome import Interval
from carveout.decide.render import DECISION_WORDS, say
from carveout.decide.shape import NOTICE
from carveout.law.view import View
from carveout.papers.sheets import Sheets

MOST_SHEETS = 60
"""Days that have a sheet of their own; further ones share the last."""

ANSWERS = ("decision", "outcome", "under", "runs through", "changes on", "party", "evidence", "to settle", "citations",
           "assumed", "explanation")  # fmt: skip
PRINTED = 2 + ANSWERS.index("citations")
"""Columns of the rows that are printed, with id and day; the others are for the screen."""


def write_workbook(
    path: Path, name: str, rows: Sequence[Decided], courses: Mapping[str, Course], *, view: View,
    errors: Sequence[str] = (), written: datetime | None = None,
) -> int:  # fmt: skip
    """Write the workbook, whole or not at all; how many days have a sheet.

    Raises:
        BookError: a name that cannot be written.
        ValueError: no row.
    """
    if not rows:
        raise ValueError("no row could be decided; there is nothing to write")
    stamp = (written or datetime.now(UTC)).astimezone(UTC)
    with whole_file(path) as part, Sheets(part, f"{name}: determinations", created=stamp) as made:
        _summary(made, name, rows, view, errors, stamp)
        _rows(made, rows)
        _deals(made, rows)
        return _lapses(made, rows, courses, view)


def _summary(
    made: Sheets, name: str, rows: Sequence[Decided], view: View, errors: Sequence[str], stamp: datetime
) -> None:
    seen = f"as the law could be known on {view.known}" if view.known else "with all law that is held"
    under = f", under the scenario {', '.join(view.scenarios)}, which is not law" if view.scenarios else ""
    counts = {word: sum(one.determination.decision == key for one in rows if one.determination)
              for key, word in DECISION_WORDS.items()}  # fmt: skip
    lines: list[tuple[str, Any]] = [
        ("Written", f"{stamp:%Y-%m-%d %H:%M} UTC, {seen}{under}"), ("Rows decided", len(rows)),
        *((word, count) for word, count in counts.items() if count), ("Law reviewed through", view.corpus.reviewed_through),
        ("Engine", f"carveout {__version__}"), ("Law and lists, SHA-256", view.corpus.hash),
        *((f"Screened against {held.list}", f"as of {held.vintage}; {held.covers}") for held in view.corpus.lists),
        *(("Not evaluated", rule.title) for rule in view.corpus.not_encoded),
        *(("Rejected: never free", error) for error in errors), ("Notice", NOTICE),
    ]  # fmt: skip
    made.page("Summary", name, lines)


def _rows(made: Sheets, rows: Sequence[Decided]) -> None:
    """All rows: id and day, the answer, then the columns of the book."""
    own = list(dict.fromkeys(name for one in rows for name in one.record.cells if name and name not in ("id", "on")))
    lines = []
    for one in rows:
        found = one.determination
        assert found is not None
        answer = found.regimes[found.overall_regime]
        cited = found.view.corpus.provisions
        told = result_columns(found)
        lines.append([
            one.row.id, found.transaction.on, DECISION_WORDS[found.decision], say(str(found.overall)),
            ", ".join(dict.fromkeys(cited[name].citation for name in answer.authorizations)), answer.authority_through,
            found.overall_changes_on, ", ".join(dict.fromkeys(entry for _, entry in answer.parties)), answer.evidence.name,
            ", ".join(name for name in answer.matters if name not in answer.assumed), "; ".join(answer.citations),
            ", ".join(answer.assumed), told["explanation_id"],
            *(one.record.cells.get(name) for name in own),
        ])  # fmt: skip
    made.table("Rows", ["id", "on", *ANSWERS, *own], lines, printed=PRINTED)


def _deals(made: Sheets, rows: Sequence[Decided]) -> None:
    deals = Deals()
    for one in rows:
        deals.add_row(one.record.cells, one.row.id, one.determination)
    if not deals:
        return
    chosen = [*deals.worst_first(), *(one for one in deals if not one.blocked_by)]
    lines = [[one.name, DECISION_WORDS[one.decision], say(str(one.interval)), one.rows, one.blocked_by, ", ".join(one.blocking)]
             for one in chosen]  # fmt: skip
    made.table("Deals", ["deal", "decision", "outcome", "rows", "blocking rows", "named"], lines)


def _lapses(made: Sheets, rows: Sequence[Decided], courses: Mapping[str, Course], view: View) -> int:
    """A sheet per day on which rows change: before, after, what moved them."""
    days: dict[date, list[list[Any]]] = {}
    cited = view.corpus.provisions
    for one in rows:
        course = courses[one.row.id]
        for before, after in pairwise(course.stretches):
            days.setdefault(after.start, []).append([
                one.row.id, course.on, say(str(before.outcome)), say(str(after.outcome)), _way(before.outcome, after.outcome),
                ", ".join(dict.fromkeys(cited[name].citation for name in after.causes)), course.party, course.deal, course.site,
                course.value, course.currency,
            ])  # fmt: skip
    columns = ["id", "on", "before", "from this day", "way", "by", "party", "deal", "site", "value", "currency"]
    ordered = sorted(days.items())
    for day, lines in ordered[:MOST_SHEETS]:
        made.table(f"From {day}", columns, lines, intro=f"Rows that change on {day}, all facts equal, as known")
    rest = [[day, *line] for day, lines in ordered[MOST_SHEETS:] for line in lines]
    if rest:
        made.table("Later", ["day", *columns], rest)
    return min(len(ordered), MOST_SHEETS)


def _way(before: Interval, after: Interval) -> str:
    """Which way a row goes, in the words of the lapse cascade."""
    if not after.at_least.is_free and before.at_least.is_free:
        return "barred"
    if after.at_most.is_free == before.at_most.is_free:
        return "other"
    return "freed" if after.at_most.is_free else "doubtful"
