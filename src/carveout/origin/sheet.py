"""The calculation sheet that a reviewer signs: what was counted and why, the level, the verdict, what would settle it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carveout.facts.country import country_name
from carveout.facts.value import TRUE, UNKNOWN
from carveout.origin.calculation import Calculation, Verdict
from carveout.origin.eccn import read_eccn
from carveout.origin.inside import Line
from carveout.origin.outward import as_cell

LINES = 10_000
"""Lines of a sheet at most; what is beyond them is in one sum."""

TOLD = 1_000
"""Lines with something missing that the JSON object names, those with the widest effect first."""

HEADINGS = (
    "part", "description", "origin", "ECCN", "reasons", "number in the item", "value of one", "counted at least",
    "counted at most", "why", "missing",
)  # fmt: skip
"""Columns of the table of lines."""

WORDS = {
    Verdict.below: "Not above the level: by content the item is de minimis",
    Verdict.above: "Above the level: the item is subject to the EAR",
    Verdict.undetermined: "Undetermined: below or above, depending on what is missing",
}


def bounds(ends: tuple[float, float], *, digits: int = 2) -> str:
    """Two ends in words: one number, from to, or at least."""
    low, high = (f"{end:,.{digits}f}" for end in ends)
    if ends[1] == float("inf"):
        return f"{low} or more"
    return low if low == high else f"{low} to {high}"


def _number(ends: tuple[float, float]) -> str:
    low, high = (f"{end:g}" for end in ends)
    return f"{low} or more" if ends[1] == float("inf") else low if low == high else f"{low} to {high}"


def percent(calculation: Calculation) -> str:
    """The share in words."""
    low, high = (float(end) for end in calculation.share)
    return f"{low:.4g} percent" if low == high else f"{low:.4g} to {high:.4g} percent"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: heading, statements (what, value), the lines as cells, and the closing sentences."""

    title: str
    statements: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]
    closing: tuple[str, ...]


def sheet_of(calculation: Calculation) -> Sheet:
    """The sheet of a calculation."""
    shown = list(calculation.inside.lines(LINES))
    rows = [_row(calculation, line) for line in shown]
    rows += _rest(calculation)
    return Sheet(
        f"De minimis calculation for {calculation.name}", tuple(_statements(calculation)), tuple(rows),
        tuple(_closing(calculation)),
    )  # fmt: skip


def _statements(calculation: Calculation) -> Iterator[tuple[str, str]]:
    to, level = calculation.to, calculation.level
    named = calculation.bill.name_of(calculation.item)
    yield "Item", f"{calculation.name}{f', {named}' if named else ''}"
    yield "Destination", f"{country_name(to.country)} ({to.country})"
    yield "Day", to.on.isoformat()
    currency = f" {calculation.bill.currency}" if calculation.bill.currency else ""
    stated = "stated" if calculation.value_is_stated else "the sum of the parts"
    yield "Value of the item", f"{bounds(calculation.value)}{currency} ({stated})"
    yield "Controlled US content", f"{bounds(calculation.content)}{currency}"
    yield "Share", percent(calculation)
    family = calculation.family
    if family.zero == TRUE:
        yield "Level", f"none: any content counts ({family.why})"
    else:
        ends = f"{level.low:g}" if level.low == level.high else f"{level.low:g} or {level.high:g}"
        yield "Level", f"{ends} percent: {level.why} ({level.citation}, {level.evidence.name} evidence)"
        if family.zero == UNKNOWN:
            yield "In doubt", family.why
    yield "Verdict", WORDS[calculation.verdict]
    yield "EAR tables", to.tables.citation if to.tables else "none given: what a line needs is as stated on it"


def _row(calculation: Calculation, line: Line) -> tuple[Any, ...]:
    part = calculation.bill.class_at(line.part)
    return (
        calculation.bill.parts[line.part], calculation.bill.name_of(line.part), part.origin or "not known",
        str(read_eccn(part.eccn) or part.eccn) or "not known", part.reasons, _number(line.number), bounds(line.each), line.low, line.high, line.why,
        line.ask,
    )  # fmt: skip


def _rest(calculation: Calculation) -> Iterator[tuple[Any, ...]]:
    """What the lines leave out: further lines in one sum, and what stated values or unknown origins take off."""
    inside = calculation.inside
    if len(inside) > LINES:
        low, high = float(inside.low[LINES:].sum()), float(inside.high[LINES:].sum())
        yield (f"{len(inside) - LINES} further lines", *[""] * 6, low, high, "each of less value than those above", "")
    low, high = float(inside.low.sum()), float(inside.high.sum())
    content = calculation.content
    if abs(content[0] - low) > 0.005 or (high != float("inf") and abs(content[1] - high) > 0.005):
        why = "an assembly is worth less than what counts in it, or its origin is not known"
        off = content[1] - high if high != float("inf") else 0.0
        yield ("adjustment", *[""] * 6, content[0] - low, off, why, "")
    yield ("total", *[""] * 6, content[0], content[1], "", "")


def _closing(calculation: Calculation) -> Iterator[str]:
    for one in calculation.assumed:
        yield f"Assumed: {one}."
    for note in calculation.bill.notes:
        yield f"Note: {note}."
    if calculation.bill.errors:
        yield f"{len(calculation.bill.errors)} cells could not be read and are taken as not known."
    if calculation.kind.origin == "us":
        yield "The item is stated to be of US origin: it is subject to the EAR whatever its content (15 CFR 734.3(a)(2))."
    places = calculation.rolled.over
    held = [calculation.bill.parts[place] for place in places.nonzero()[0][:5].tolist()]
    if held:
        yield f"Check the values of {', '.join(held)}: each is stated to be worth less than the US content in it."
    separate = sum(1 for one in calculation.bill.classes if one.how == "separate")
    if separate:
        yield "What is shipped separately is no content; US software alone is never de minimis."
    if calculation.report_due:
        yield "Technology: the one-time report of 734.4 and Supp. 2 to part 734 is due before the level may be relied on."
    if calculation.verdict is Verdict.undetermined:
        yield from _settles(calculation)
    high = calculation.content[1]
    if calculation.verdict is not Verdict.below and not calculation.value_is_stated and 0 < high < float("inf"):
        least = high * 100 / calculation.level.low
        yield f"At a price of the whole of {least:,.2f} or more the content would not be above the level."
    yield "Requirements of part 744, the Entity List among them, are not counted (15 CFR 734.4; Supp. 2 to part 734)."
    yield "Not legal advice. Keep the sheet with the records of the transaction (15 CFR 762.6)."


def _settles(calculation: Calculation) -> Iterator[str]:
    """Which missing value alone would settle the verdict."""
    alone = 0
    for one in calculation.settling:
        part = calculation.bill.parts[one.line.part]
        ends = [
            f"{'nothing of it counts' if place == 0 and not one.line.counts else 'it is worth least' if place == 0 else 'all of it counts at its most'}: {end}"
            for place, end in enumerate((one.low, one.high))
            if end is not Verdict.undetermined
        ]
        if ends:
            alone += 1
            yield f"Missing and decisive: {one.line.ask} of {part} (if {'; if '.join(ends)})."
    if not alone and calculation.settling:
        parts = ", ".join(calculation.bill.parts[one.line.part] for one in calculation.settling)
        yield f"No missing value settles it alone; those that move it most are of {parts}."


def as_markdown(sheet: Sheet) -> str:
    """The sheet as Markdown, with lines for the signature."""
    lines = [f"# {sheet.title}", ""]
    lines += [f"- **{what}**: {value}" for what, value in sheet.statements]
    lines += ["", "| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    for row in sheet.rows:
        cells = [f"{cell:,.2f}" if isinstance(cell, float) else str(cell).replace("|", "\\|") for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", *sheet.closing, "", "Prepared by: ____________________  Day: __________", ""]
    lines += ["Reviewed by: ____________________  Day: __________", ""]
    return "\n".join(lines)


def as_json(calculation: Calculation) -> dict[str, Any]:
    """A calculation as one object: verdict, bounds, lines that are missing something, and the facts for a book."""
    low, high = (float(end) for end in calculation.share)
    facts = {**calculation.facts, "us_controlled_content_pct": as_cell(calculation.share)}
    level = calculation.level
    bill = calculation.bill
    settling = calculation.settling if calculation.verdict is Verdict.undetermined else ()
    return {
        "item": calculation.name, "destination": calculation.to.country, "on": calculation.to.on.isoformat(),
        "verdict": calculation.verdict.value, "content_pct": {"at_least": low, "at_most": high},
        "threshold_pct": {"at_least": level.low, "at_most": level.high, "why": level.why, "citation": level.citation,
                          "evidence": level.evidence.name},
        "no_threshold": {0: False, 1: None, 3: True}[calculation.family.zero], "no_threshold_why": calculation.family.why,
        "currency": bill.currency or None, "value": _finite(calculation.value), "content": _finite(calculation.content),
        "value_stated": calculation.value_is_stated, "lines": len(calculation.inside),
        "missing": [{"part": bill.parts[one.part], "what": one.ask.split("; "), "why": one.why,
                     "counted": _finite((one.low, one.high))} for one in calculation.missing[:TOLD]],
        "missing_lines": len(calculation.missing),
        "settles": [{"part": bill.parts[one.line.part], "what": one.line.ask.split("; "), "if_low": one.low.value,
                     "if_high": one.high.value} for one in settling],
        "facts": facts, "assumed": list(calculation.assumed), "notes": list(bill.notes),
        "report_due": calculation.report_due,
        "tables": {"issued": calculation.to.tables.issued.isoformat(), "hash": calculation.to.tables.hash} if calculation.to.tables else None,
        "errors": [str(error) for error in bill.errors],
    }  # fmt: skip


def _finite(ends: tuple[float, float]) -> dict[str, float | None]:
    return {"at_least": ends[0], "at_most": None if ends[1] == float("inf") else ends[1]}
