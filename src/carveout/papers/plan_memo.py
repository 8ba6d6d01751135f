"""The memo of a plan: what was planned, on what it rests, in sections; a PDF with tags and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carveout.decide.shape import NOTICE
from carveout.facts.whole_file import whole_file
from carveout.papers.memo import typeset
from carveout.papers.picture import Picture


@dataclass(frozen=True)
class Section:
    """A part of the memo: sentences, numbered steps, items, a table (first its head), pictures; in this order."""

    heading: str
    sentences: Sequence[str] = ()
    steps: Sequence[str] = ()
    items: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    pictures: Sequence[Picture] = field(default_factory=tuple)


def write_plan_memo(path: Path, title: str, sections: Sequence[Section], *, written: datetime | None = None) -> None:
    """Write the memo, whole or not at all."""
    stamp = (written or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    data: dict[str, Any] = {
        "title": title, "description": title, "notice": NOTICE, "year": stamp.year, "month": stamp.month, "day": stamp.day,
        "stamp": f"Written {stamp:%Y-%m-%d %H:%M} UTC from plan.json beside it, which an independent check can verify.",
        "sections": [
            {"heading": one.heading, "sentences": list(one.sentences), "steps": list(one.steps), "items": list(one.items),
             "table": {"head": list(one.table[0]), "rows": [list(row) for row in one.table[1:]]} if one.table else None,
             "pictures": [{"svg": p.svg, "told": p.told} for p in one.pictures]}
            for one in sections
        ],
    }  # fmt: skip
    text = typeset(data, stamp, "plan_memo.typ")
    with whole_file(path) as part:
        part.write_bytes(text)
