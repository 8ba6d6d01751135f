"""Reading the table of cases beside a provision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from carveout.facts.row import CellProblem, read_cell
from carveout.facts.schema import Fact
from carveout.law.dates import read_day
from carveout.law.error import Fault
from carveout.law.page import Page
from carveout.law.provision import Case
from carveout.law.table import Misfit

_OUTCOMES = (
    "not_subject", "no_license_required", "authorized", "subject_to_review", "license_required", "prohibited",
)  # fmt: skip
_COLUMNS = ["case", "on", "facts", "outcome", "until"]
_WRITE = "write " + " | ".join(_COLUMNS)


def read_cases(page: Page, identifier: str, file: str, columns: Mapping[str, Fact]) -> tuple[list[Case], list[Fault]]:
    """The cases of a page, and what is wrong with its table; facts are ``columns`` of a book.

    A case whose facts begin with ``but`` has those of the last case that did not, and changes some.
    """
    rows = [row for row in page.table if not set("".join(row[1])) <= set("-: ")]
    if not rows:
        return [], []
    if [cell.casefold() for cell in rows[0][1]] != _COLUMNS:
        wrong = f"the table of cases has the columns {' | '.join(rows[0][1])}"
        return [], [Fault(file, rows[0][0], wrong, _WRITE)]
    cases: list[Case] = []
    faults: list[Fault] = []
    base: Mapping[str, str] = {}
    for line, cells in rows[1:]:
        read = _case(cells, base, columns)
        if isinstance(read, Misfit):
            faults.append(Fault(file, line, read.wrong, read.right))
            continue
        day, facts = read
        base = base if cells[2].startswith("but") and base else facts
        name, _, _, outcome, until = cells
        cases.append(Case(identifier, name, day, tuple(facts.items()), outcome, until, line, file))
    return cases, faults


def _case(
    cells: list[str], base: Mapping[str, str], columns: Mapping[str, Fact]
) -> tuple[date, Mapping[str, str]] | Misfit:
    """The day and the facts of one row of the table."""
    if len(cells) != len(_COLUMNS):
        return Misfit("", f"the case has {len(cells)} cells", _WRITE)
    _, on, stated, outcome, until = cells
    day = read_day(on)
    if day is None:
        return Misfit("on", f"{on!r} is not a day", "write YYYY-MM-DD")
    facts = _facts(stated, base, columns)
    if isinstance(facts, Misfit):
        return facts
    ends = outcome.split("..")
    if not set(ends) <= set(_OUTCOMES):
        return Misfit("outcome", f"outcome {outcome!r} is none we know",
                      f"one of {', '.join(_OUTCOMES)}, or lowest..highest")  # fmt: skip
    if len(ends) > 2 or (len(ends) == 2 and _OUTCOMES.index(ends[0]) >= _OUTCOMES.index(ends[1])):
        return Misfit("outcome", f"outcome {outcome!r} is no interval", "write lowest..highest, or the one outcome")
    if until not in ("", "open") and read_day(until) is None:
        return Misfit("until", f"until {until!r} is not a day", "write YYYY-MM-DD, or open, or nothing")
    return day, facts


def _facts(stated: str, base: Mapping[str, str], columns: Mapping[str, Fact]) -> Mapping[str, str] | Misfit:
    """``fact=value; fact=value`` as a book would hold them."""
    facts = dict(base) if stated.startswith("but") else {}
    for part in filter(None, re.split(r";\s*", stated.removeprefix("but").strip())):
        key, equals, value = (word.strip() for word in part.partition("="))
        if not equals:
            return Misfit("facts", f"{part!r} is not fact=value", "separate facts with ;")
        if key not in columns:
            return Misfit("facts", f"{key!r} is no column of a book", "name a fact that the schema asks")
        try:
            read_cell(columns[key], value)
        except CellProblem as problem:
            hint = f"; did you mean {problem.nearest}?" if problem.nearest else ""
            return Misfit("facts", f"{key} is {value!r}", f"write {problem.expected}{hint}")
        facts[key] = value
    return facts
