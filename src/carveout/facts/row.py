"""Reading one row: text cells in, typed facts out, and an error that teaches for each bad cell.

A bad cell rejects its row only; the other rows of the book still run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from carveout.facts.country import is_country, nearest_country
from carveout.facts.eccn import read_eccns
from carveout.facts.schema import ROLES, Fact, Schema, schema
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Span, Value

UNKNOWN_WORDS = frozenset({"unknown", "?"})
_TRUE_WORDS = frozenset({"true", "yes", "y", "1", "t"})
_FALSE_WORDS = frozenset({"false", "no", "n", "0", "f"})
_ENTRY_ID = re.compile(r"[a-z0-9]+/[a-z0-9-]+\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True, slots=True)
class CellError:
    """What was wrong with a cell: which row and column, the value, what was expected, the nearest good value."""

    row: str
    column: str
    value: str
    expected: str
    nearest: str = ""

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"row {self.row}, column {self.column}: {self.value!r} is not {self.expected}{hint}"


@dataclass(frozen=True, slots=True)
class Party:
    """One more party of a row in a role. An empty text was not given; ``unknown`` says that nobody knows."""

    role: str
    name: str
    country: str = ""
    address: str = ""
    listing: str = ""
    ownership: str = ""
    owners: str = ""

    def cells(self) -> dict[str, str]:
        """The party in the columns of its role."""
        named = {
            "": self.name, "_country": self.country, "_listing": self.listing, "_ownership": self.ownership,
            "_owners": self.owners,
        }  # fmt: skip
        return {f"{self.role}{suffix}": text for suffix, text in named.items() if text}


@dataclass(frozen=True, slots=True)
class Row:
    """One transaction as stated: typed facts, the columns that said ``unknown``, the day, and labels.

    ``facts`` holds only what was given; ``stated_unknown`` the columns whose cell said so (no default applies);
    ``further`` the parties beside those of the columns.
    """

    id: str
    on: date | None
    facts: Mapping[str, Value]
    stated_unknown: frozenset[str] = frozenset()
    given: Mapping[str, Any] = field(default_factory=dict)
    further: tuple[Party, ...] = ()


LONGEST = 4096
"""Characters of a cell that is read as a fact; what is longer is no name, code or day."""


class CellProblem(ValueError):
    """A cell that cannot be read: ``expected`` and ``nearest`` say what would be right."""

    def __init__(self, expected: str, nearest: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.nearest = nearest


def _read_date(text: str) -> date:
    """Dates are ISO 8601; anything that could be read two ways is refused, not guessed."""
    if isinstance(text, str) and _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise CellProblem("a day of the calendar as YYYY-MM-DD") from None
    nearest = ""
    if match := re.match(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})\Z", text):
        year, month, day = map(int, match.groups())
        try:
            nearest = date(year, month, day).isoformat()
        except ValueError:
            nearest = ""
    elif match := re.match(r"(\d{4}-\d{2}-\d{2})[T ]", text):
        nearest = match.group(1)
    elif re.match(r"[2-6]\d{4}(\.0)?\Z", text):
        # A day as a spreadsheet counts it, from 1899-12-30.
        nearest = date.fromordinal(date(1899, 12, 30).toordinal() + int(float(text))).isoformat()
    raise CellProblem("a date as YYYY-MM-DD", nearest)


def _read_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        comma = text.replace(" ", "").replace(",", ".", 1) if text.count(",") == 1 else ""
        nearest = comma if re.match(r"-?\d+(\.\d+)?\Z", comma) else ""
        raise CellProblem("a number with a decimal point", nearest) from None
    if number != number or number in (float("inf"), float("-inf")):
        raise CellProblem("a finite number")
    return number


def read_amount(text: str) -> float | Span:
    """A number, or the bounds between which it lies: ``10..20``.

    Raises:
        CellProblem: neither, or bounds in the wrong order.
    """
    low, dots, high = text.partition("..")
    if not dots:
        return _read_number(text)
    try:
        least, most = _read_number(low.strip()), _read_number(high.strip())
    except CellProblem:
        raise CellProblem("a number with a decimal point, or bounds such as 10..20") from None
    if least > most:
        raise CellProblem("bounds in order, the lower first", f"{high.strip()}..{low.strip()}")
    return least if least == most else Span(least, most)


def _read_bool(text: str) -> int:
    word = text.casefold()
    if word in _TRUE_WORDS:
        return TRUE
    if word in _FALSE_WORDS:
        return FALSE
    raise CellProblem("true or false")


def _read_text(fact: Fact, text: str) -> str:
    if fact.country:
        code = text.upper()
        if not is_country(code):
            raise CellProblem(fact.expected(), nearest_country(text))
        return code
    if fact.name == "eccn":
        return re.sub(r"\s+", "", text).upper()
    if fact.name == "reasons_for_control":
        return ",".join(sorted({part.strip().upper() for part in re.split(r"[,;/ ]+", text) if part.strip()}))
    if fact.eccns:
        try:
            return read_eccns(text)
        except ValueError:
            raise CellProblem(fact.expected()) from None
    return text


def read_cell(fact: Fact, value: Any) -> Value:
    """The typed value of one cell; None when the cell is empty or says ``unknown``.

    Raises:
        CellProblem: the cell holds something else than the fact expects.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        if fact.type == "bool":
            return TRUE if value else FALSE
        value = "true" if value else "false"
    if isinstance(value, datetime):
        if (value.hour, value.minute, value.second) != (0, 0, 0):
            raise CellProblem("a date without a time of day", value.date().isoformat())
        value = value.date()
    if isinstance(value, date):
        if fact.type == "date":
            return value
        value = value.isoformat()
    if isinstance(value, (int, float)):
        if fact.type == "number":
            return _read_number(repr(value))
        value = f"{value:g}" if isinstance(value, float) else str(value)
    text = str(value)
    if len(text) > LONGEST:
        raise CellProblem(f"at most {LONGEST:,} characters; this cell has {len(text):,}")
    text = " ".join(text.split())
    if not text or text.casefold() in UNKNOWN_WORDS:
        return None
    if fact.type == "date":
        return _read_date(text)
    if fact.type == "number":
        # Labels are added up, so they are plain; what the law compares may be known within bounds.
        return read_amount(text) if fact.kind == "asked" else _read_number(text)
    if fact.type == "bool":
        return _read_bool(text)
    if fact.type == "enum":
        word = text.casefold().replace(" ", "_").replace("-", "_")
        if word not in fact.values:
            close = get_close_matches(word, fact.values, n=1, cutoff=0.5)
            raise CellProblem(fact.expected(), close[0] if close else "")
        return word
    return _read_text(fact, text)


PARTY_COLUMNS = ("id", "role", "name", "country", "address", "listing", "ownership", "owners")
"""The columns of a file of parties."""

LISTING = "a list entry id such as el/huawei-technologies-co-ltd-cn, or none"
"""What a listing cell should hold, in words."""


def is_listing(text: str) -> bool:
    """Whether a text is a list entry id in form, or none."""
    return text.casefold() == "none" or bool(_ENTRY_ID.match(text.casefold()))


OWNERS = "ids of list entries, comma-separated, such as el/huawei-technologies-co-ltd-cn"
"""What a cell of owners should hold, in words."""

_OWNERS = re.compile(r"(?:el|meu|sdn)/[a-z0-9-]+(?: ?, ?(?:el|meu|sdn)/[a-z0-9-]+)*\Z")


def is_owners(text: str) -> bool:
    """Whether a text is ids of entries of the lists that count for owners, comma-separated."""
    return bool(_OWNERS.match(text.casefold()))


def _bounds(row: str, facts: Mapping[str, Value]) -> list[CellError]:
    """Facts that contradict themselves or each other."""
    found = []
    content = facts.get("us_controlled_content_pct")
    if isinstance(content, (float, Span)):
        low, high = (content.low, content.high) if isinstance(content, Span) else (content, content)
        if not (isinstance(low, float) and isinstance(high, float) and low >= 0 and high <= 100):
            shown = f"{low:g}..{high:g}" if isinstance(content, Span) else f"{low:g}"
            found.append(CellError(row, "us_controlled_content_pct", shown, "a percentage from 0 to 100"))
    for first, last in (("license_from", "license_through"), ("en_route_from", "en_route_until")):
        start, end = facts.get(first), facts.get(last)
        if isinstance(start, date) and isinstance(end, date) and start > end:
            found.append(CellError(row, last, end.isoformat(), f"a day on or after {first} ({start.isoformat()})"))
    for role in ROLES:
        listing = facts.get(f"{role}_listing")
        if isinstance(listing, str) and not is_listing(listing):
            found.append(CellError(row, f"{role}_listing", listing, LISTING))
        owners = facts.get(f"{role}_owners")
        if isinstance(owners, str) and not is_owners(owners):
            found.append(CellError(row, f"{role}_owners", owners, OWNERS))
    found += _contradictions(row, facts)
    cover = facts.get("other_authorization")
    if isinstance(cover, str):
        plain = cover.casefold()
        if plain not in ("nlr", "none") and not re.match(r"(exception|license):\S", plain):
            found.append(CellError(row, "other_authorization", cover, "nlr, none, exception:XXX or license:NNN"))
    return found


def _contradictions(row: str, facts: Mapping[str, Value]) -> list[CellError]:
    """Two cells that cannot both be right."""
    found = []
    direction, destination = facts.get("direction"), facts.get("destination")
    if direction in ("import", "return_to_us") and destination not in (None, "US"):
        found.append(
            CellError(row, "destination", str(destination), f"US, where a row of direction {direction} ends", "US")
        )
    if direction == "domestic_sale" and facts.get("will_be_exported") == FALSE and destination not in (None, "US"):
        expected = "US, for a sale at home that the seller knows of no export from; or will_be_exported is true"
        found.append(CellError(row, "destination", str(destination), expected))
    eccn = facts.get("eccn")
    if eccn == "EAR99" and facts.get("reasons_for_control") is not None:
        reasons = str(facts["reasons_for_control"])
        found.append(
            CellError(row, "reasons_for_control", reasons, "empty for EAR99, which has no reasons for control")
        )
    if isinstance(eccn, str) and eccn.startswith("5D002") and facts.get("encryption_software") == FALSE:
        found.append(CellError(row, "encryption_software", "false", "true for 5D002, which is encryption software"))
    return found


def read_row(
    cells: Mapping[str, Any], *, position: int = 1, facts: Schema | None = None
) -> tuple[Row, list[CellError]]:
    """One row of cells by column name: the typed row, and an error for every cell that cannot be read.

    Unknown columns are left alone (the reader of the book warns about near misses).
    """
    known = facts or schema()
    name = str(cells.get("id") or "").strip() or f"#{position}"
    values: dict[str, Value] = {}
    unknown: set[str] = set()
    errors: list[CellError] = []
    for column, cell in cells.items():
        fact = known.get(column)
        if fact is None or not fact.is_column or column == "id" or cell is None or cell == "":
            continue
        try:
            value = read_cell(fact, cell)
        except CellProblem as problem:
            errors.append(CellError(name, column, str(cell), problem.expected, problem.nearest))
            continue
        if value is None:
            if str(cell).strip():
                unknown.add(column)
            continue
        values[column] = value
    errors += _bounds(name, values)
    on = values.pop("on", None)
    for column in (
        "other_authorization",
        "license_no",
        *(f"{role}_{what}" for role in ROLES for what in ("listing", "owners")),
    ):
        value = values.get(column)
        if isinstance(value, str) and (column != "license_no" or value.casefold() == "none"):
            values[column] = value.casefold()
    row = Row(name, on if isinstance(on, date) else None, values, frozenset(unknown), dict(cells))
    return row, errors


def near_misses(columns: list[str], facts: Schema | None = None) -> dict[str, str]:
    """Columns that look like a misspelled fact: column -> the fact that was probably meant."""
    known = facts or schema()
    names = [fact.name for fact in known.columns]
    found = {}
    for column in columns:
        if column in known or column.startswith(("overall_", "ear_", "icts_", "fcc_", "s889_")):
            continue
        squeezed = re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_")
        close = get_close_matches(squeezed, names, n=1, cutoff=0.85)
        if close:
            found[column] = close[0]
    return found


__all__ = [
    "LISTING",
    "OWNERS",
    "PARTY_COLUMNS",
    "UNKNOWN",
    "CellError",
    "CellProblem",
    "Party",
    "Row",
    "is_listing",
    "is_owners",
    "near_misses",
    "read_amount",
    "read_cell",
    "read_row",
]
