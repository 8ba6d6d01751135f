"""The last lot starts as a workbook: a line for each version of the rule, and what was asked of the lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from carveout.decide.shape import NOTICE
from carveout.facts.whole_file import whole_file
from carveout.papers.sheets import Sheets
from carveout.plan.lot_start import Last, LotStart

COLUMNS = ("shipped from", "through", "last start", "last shipment", "may start", "may ship", "ended by", "rule")


def write_lot_workbook(path: Path, name: str, found: Sequence[LotStart], asked: Mapping[str, Any]) -> None:
    """Write the workbook, whole or not at all; ``asked`` are the cycle, the view and the cells of the lot."""
    with whole_file(path) as part, Sheets(part, f"{name}: last lot starts") as book:
        book.table("Versions", COLUMNS, [_line(one) for one in found])
        book.page("Lot", name, [
            *asked.items(), ("Last start, last shipment", "the last days that are surely free, on every cycle"),
            ("May start, may ship", "the last days that may be free: on the shortest cycle, or where the law is in doubt"), ("Notice", NOTICE),
        ])  # fmt: skip


def _line(one: LotStart) -> list[Any]:
    lasts = (one.start, one.ship, one.possible_start, one.possible_ship)
    ends = dict.fromkeys(name for last in lasts for name in last.ends)
    return [
        one.version.start,
        one.version.through or "open",
        *map(_day, lasts),
        ", ".join(ends),
        "; ".join(one.version.citations),
    ]


def _day(last: Last) -> Any:
    return "no end known" if last.open else last.day or "none"
