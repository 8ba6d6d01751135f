"""The calculation sheet of a bill of materials as a workbook: one page a calculation, which a reviewer signs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from carveout.book.writer import whole_file
from carveout.origin.calculation import Calculation, Verdict
from carveout.origin.sheet import HEADINGS, sheet_of
from carveout.papers.sheets import Sheets
from carveout.papers.theme import BANNER

WIDTHS = dict(zip(HEADINGS, (18, 34, 10, 12, 10, 10, 16, 13, 13, 36, 20), strict=True))
COLORS = {
    Verdict.below: BANNER["go"], Verdict.above: BANNER["license_required"], Verdict.undetermined: BANNER["hold"],
}  # fmt: skip
"""The color behind a verdict."""


def write_bill_workbook(path: Path, found: Sequence[Calculation]) -> None:
    """Write the sheets of some calculations, whole or not at all.

    Raises:
        BookError: a name that cannot be written.
    """
    title = f"De minimis calculation for {found[0].name}" if len(found) == 1 else "De minimis calculations"
    with whole_file(path) as part, Sheets(part, title) as book:
        for place, one in enumerate(found, 1):
            sheet = sheet_of(one)
            book.statement(
                f"calculation {place}" if len(found) > 1 else "calculation", sheet.title, sheet.statements, WIDTHS, sheet.rows,
                sheet.closing, colored={"Verdict": COLORS[one.verdict]}, signed=("Prepared by", "Reviewed by"),
            )  # fmt: skip
