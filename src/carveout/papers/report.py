"""The report of a book: one HTML file that needs nothing else: no script, no network, no font to fetch."""

from __future__ import annotations

import base64
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carveout import __version__
from carveout.book.course import Course
from carveout.book.deal import Deals
from carveout.book.decide_book import Decided
from carveout.book.questions import Questions
from carveout.book.writer import whole
from carveout.decide.render import DECISION_WORDS, say
from carveout.decide.shape import NOTICE, as_json
from carveout.law.view import View
from carveout.papers.charts.cascade import Day
from carveout.papers.picture import PNG_SCALE, Picture
from carveout.papers.said import said
from carveout.papers.theme import BANNER

if TYPE_CHECKING:
    from jinja2 import Environment

EXPLAINED = 300
"""Rows that are told in full; of a longer book the rows that may not surely go ahead come first."""

ASKED = 20


@dataclass(frozen=True)
class Shown:
    """A picture in the report, in pixels, so that it looks alike where its fonts are not; its heading and its caption."""

    heading: str
    picture: Picture
    caption: str

    @cached_property
    def data(self) -> bytes:
        """The picture as PNG."""
        return self.picture.png()

    @property
    def source(self) -> str:
        """The picture inside the page."""
        return "data:image/png;base64," + base64.b64encode(self.data).decode()

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height on the page: half its pixels."""
        width, height = struct.unpack(">II", self.data[16:24])
        return round(width / PNG_SCALE), round(height / PNG_SCALE)


@cache
def environment() -> Environment:
    """The templates: every value is escaped, and a name that is not given is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("carveout.papers", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def report_html(
    book: str, rows: Sequence[Decided], courses: Mapping[str, Course], *, view: View, days: Sequence[Day],
    pictures: Sequence[Shown], errors: Sequence[str], written: datetime | None = None,
) -> str:  # fmt: skip
    """The report of rows that were decided; ``errors`` tell the rejected ones.

    Raises:
        ValueError: no row.
    """
    if not rows:
        raise ValueError("no row could be decided; there is nothing to report")
    deals, questions = Deals(), Questions()
    for one in rows:
        deals.add_row(one.record.cells, one.row.id, one.determination)
        if one.determination is not None:
            questions.add_row(one.row, one.determination)
    ranked, more = questions.ranked()
    first = rows[0].determination
    assert first is not None
    order = sorted(rows, key=_worst_first)
    told = {one.row.id: said(one, courses[one.row.id]) for one in order[:EXPLAINED]}
    rules = {rule.id: rule.title for rule in view.corpus.not_encoded}
    unread = {name for one in rows if one.determination for name in one.determination.not_evaluated}
    counts = Counter(one.determination.decision for one in rows if one.determination)
    return environment().get_template("report.html.jinja").render(
        book=book, version=__version__, corpus=view.corpus.hash, known=view.known, scenarios=view.scenarios, notice=NOTICE,
        written=(written or datetime.now(UTC)).astimezone(UTC), rows=[_row(one, courses[one.row.id]) for one in rows],
        told=[told[one.row.id] for one in rows if one.row.id in told], banner=BANNER, words=DECISION_WORDS,
        counts=[(name, words, counts[name]) for name, words in DECISION_WORDS.items() if counts[name]],
        deals=[{"name": deal.name, "decision": deal.decision, "rows": deal.rows, "by": deal.blocking, "blocked": deal.blocked_by}
               for deal in [*deals.worst_first(), *(one for one in deals if not one.blocked_by)]],
        lapses=days, pictures=pictures, errors=errors, ranked=ranked[:ASKED], more=more + max(0, len(ranked) - ASKED),
        screened=as_json(first)["screened_against"], unread=[rules[name] for name in rules if name in unread],
        reviewed=view.corpus.reviewed_through, total=len(rows),
    )  # fmt: skip


def _worst_first(one: Decided) -> int:
    ranks = {"prohibited": 0, "license_required": 1, "hold": 2, "go_with_conditions": 3, "go": 4}
    return ranks[one.determination.decision] if one.determination else 5


def _row(one: Decided, course: Course) -> dict[str, Any]:
    found = one.determination
    assert found is not None
    answer = found.regimes[found.overall_regime]
    provisions = found.view.corpus.provisions
    return {
        "id": one.row.id, "on": found.transaction.on, "decision": found.decision, "outcome": say(str(found.overall)),
        "party": course.party, "under": ", ".join(dict.fromkeys(provisions[name].citation for name in answer.authorizations)),
        "changes": found.overall_changes_on, "through": answer.authority_through, "evidence": answer.evidence.name,
    }  # fmt: skip


def write_report(path: Path, html: str) -> None:
    """Write the report, whole or not at all.

    Raises:
        BookError: a name that cannot be written.
    """
    with whole(path) as stream:
        stream.write(html)
