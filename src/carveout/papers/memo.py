"""The memo that is filed: a PDF of one row, or of the rows of a deal, with links, tags and metadata (PDF/UA-1)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from carveout.book.course import Course
from carveout.book.deal import Deal
from carveout.book.decide_book import Decided
from carveout.book.writer import whole_file
from carveout.decide.shape import NOTICE
from carveout.papers.charts.gantt import gantt
from carveout.papers.letters import font_folders
from carveout.papers.said import said, verdict
from carveout.papers.theme import BANNER

TEMPLATE = "memo.typ"
MOST_ROWS = 200


def memo_data(
    rows: Sequence[Decided], courses: Mapping[str, Course], *, deal: Deal | None, receipts: Mapping[str, tuple[str, str]],
    written: datetime, through: date,
) -> dict[str, Any]:  # fmt: skip
    """What the template lays out. ``receipts`` is row -> hash of its signed receipt, id of the key.

    Raises:
        ValueError: no row, a rejected row, or more than MOST_ROWS.
    """
    if not rows:
        raise ValueError("there is no row to write about")
    if len(rows) > MOST_ROWS:
        raise ValueError(f"a memo is about at most {MOST_ROWS} rows; the deal has {len(rows):,}")
    told = [said(one, courses[one.row.id], receipts.get(one.row.id)) for one in rows]
    view = rows[0].determination.view if rows[0].determination else None
    assert view is not None
    seen = f"as known on {view.known}" if view.known else "with all law that is held"
    title = f"Determination: {deal.name}" if deal else f"Determination: {told[0].id}"
    citations = {name: held.citation for name, held in view.corpus.provisions.items()}
    turns = any(len(courses[one.row.id].stretches) > 1 for one in rows)
    picture = (
        gantt([courses[one.row.id] for one in rows], through=through, known=view.known, citations=citations)
        if turns
        else None
    )
    day = written.astimezone(UTC)
    return {
        "title": title, "description": told[0].question if not deal else _told(deal),
        "keywords": ["export controls", "determination", *(one.id for one in told[:10])],
        "year": day.year, "month": day.month, "day": day.day, "notice": NOTICE,
        "stamp": f"Written {day:%Y-%m-%d %H:%M} UTC, {seen}"
        + (f", under the scenario {', '.join(view.scenarios)} (not law)" if view.scenarios else ""),
        "deal": None if deal is None else {
            "word": verdict(deal.decision, str(deal.interval)), "told": _told(deal), "color": BANNER[deal.decision],
            "rows": [[one.id, one.on, one.answer[0].removesuffix(".")] for one in told],
        },
        "picture": None if picture is None else {"svg": picture.svg, "told": picture.told},
        "rows": [{**one.plain(), "color": BANNER[one.decision]} for one in told],
    }  # fmt: skip


def _told(deal: Deal) -> str:
    """A deal in a sentence."""
    if not deal.blocked_by:
        return f"All {deal.rows} rows of the deal may go ahead; it is as free as its worst row."
    more = deal.blocked_by - len(deal.blocking)
    named = ", ".join(deal.blocking) + (f" and {more} more" if more else "")
    return f"Blocked by {deal.blocked_by} of {deal.rows} rows: {named}. A deal is as free as its worst row."


def typeset(data: Mapping[str, Any], written: datetime, template: str = TEMPLATE) -> bytes:
    """The data laid out by a template as PDF, with the fonts of :mod:`carveout.papers.letters`.

    PDF/UA asks that every letter has a shape: one that no font has is spelled by its number, so that a name is never shown
    with a hole in it.
    """
    import typst

    place = str(files("carveout.papers") / "templates" / template)
    text, spelled = json.dumps(_visible(data), ensure_ascii=False), set[str]()
    while True:
        try:
            found: bytes = typst.compile(
                place, format="pdf", sys_inputs={"memo": text}, ignore_system_fonts=True, timestamp=written,
                font_paths=[str(folder) for folder in font_folders()], pdf_standards=["ua-1"],
            )  # fmt: skip
        except typst.TypstError as error:
            missing = _missing(str(error)) - spelled
            if not missing:
                raise
            spelled |= missing
            scripts = {_script(letter) for letter in missing}
            text = "".join(_number(letter) if _script(letter) in scripts else letter for letter in text)
        else:
            return found


def _visible(value: Any) -> Any:
    """The same data with control characters, which no font shows, spelled by their number."""
    if isinstance(value, str):
        return "".join(_number(one) if unicodedata.category(one) == "Cc" and one != "\n" else one for one in value)
    if isinstance(value, Mapping):
        return {name: _visible(one) for name, one in value.items()}
    return [_visible(one) for one in value] if isinstance(value, (list, tuple)) else value


def _missing(error: str) -> set[str]:
    """The letters that an error says could not be displayed."""
    said = re.search(r'the text `"(.*?)"` could not be displayed', error)
    return (
        set(re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code.group(1), 16)), said.group(1))) if said else set()
    )


def _script(letter: str) -> str:
    """The script of a letter: the first word of its name; a letter without a name is one of its own."""
    return unicodedata.name(letter, letter).partition(" ")[0] if ord(letter) > 0x24F else letter


def _number(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


def write_memo(
    path: Path, rows: Sequence[Decided], courses: Mapping[str, Course], *, deal: Deal | None = None,
    receipts: Mapping[str, tuple[str, str]] | None = None, through: date, written: datetime | None = None,
) -> None:  # fmt: skip
    """Write the memo, whole or not at all.

    Raises:
        BookError: a name that cannot be written.
        ValueError: as for memo_data.
    """
    stamp = (written or datetime.now(UTC)).replace(microsecond=0)
    data = memo_data(rows, courses, deal=deal, receipts=receipts or {}, written=stamp, through=through)
    text = typeset(data, stamp)
    with whole_file(path) as part:
        part.write_bytes(text)
