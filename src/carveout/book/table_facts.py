"""Facts that imported EAR tables show of a row: that a license is required by classification and country, and the reasons
for control of its ECCN.

Only empty cells are filled, only from the issue date of the tables on, and never in strict mode. That no license is
required is never told: an empty ``ccl_license_required`` then stays unknown. What is told counts as assumed, because it
rests on the tables still being the text in force. A release in the United States goes to the country of the recipient's
citizenship (15 CFR 734.13(b)), any other act to the destination.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.book.columns import EMPTY, ReadColumn
from carveout.book.error import BookError
from carveout.decide.planes import Codes
from carveout.facts.row import Row
from carveout.facts.value import FALSE, TRUE, Value
from carveout.origin.ear_tables import EarTables
from carveout.origin.error import OriginError
from carveout.origin.requirement import required, sure_reasons
from carveout.origin.vintages import VARIABLE, Vintages, imported

REQUIRED, REASONS = "ccl_license_required", "reasons_for_control"
FILLED = (REQUIRED, REASONS)
"""The facts that tables may fill."""
ASKS = ("eccn", "destination", "direction", "release_in_us", "recipient_citizenship")
"""The facts that decide what they show."""

Rows = npt.NDArray[np.bool_]


def held_tables() -> Vintages | None:
    """The tables the user has imported, if any.

    Raises:
        BookError: they cannot be read any more.
    """
    try:
        return imported(os.environ.get(VARIABLE, ""))
    except OriginError as error:
        raise BookError(f"the imported EAR tables: {error}") from None


@lru_cache(maxsize=65_536)
def _shown(tables: EarTables, eccn: str, country: str) -> bool:
    return required(tables, eccn, country) is not None


@lru_cache(maxsize=65_536)
def _reasons(tables: EarTables, eccn: str) -> str:
    return sure_reasons(tables, eccn)


def _country(direction: Value, release_in_us: Value, destination: Value, citizenship: Value) -> str:
    """The country whose row of the chart applies; empty where that is not known."""
    if direction is None:
        return ""
    if direction != "release" or release_in_us == FALSE:
        return destination if isinstance(destination, str) else ""
    return citizenship if release_in_us == TRUE and isinstance(citizenship, str) else ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the tables show of one row, and the sentences that say on what it rests."""

    facts: Mapping[str, Value]
    cautions: tuple[str, ...]


NOTHING = Told({}, ())


def told_of(row: Row, on: date, vintages: Vintages | None) -> Told:
    """What the tables show of a row on a day."""
    tables = vintages.at(on) if vintages else None
    eccn = row.facts.get("eccn")
    if tables is None or not isinstance(eccn, str):
        return NOTHING
    found: dict[str, Value] = {}
    cautions = []
    since = "" if on == tables.issued else f", taken to hold on {on}"
    asked = (row.facts.get(name) for name in ("direction", "release_in_us", "destination", "recipient_citizenship"))
    country = _country(*asked)
    if _is_empty(row, REQUIRED) and country and _shown(tables, eccn, country):
        shown = required(tables, eccn, country)
        assert shown is not None
        found[REQUIRED] = TRUE
        where = f"X under {', '.join(shown.columns)} for {country}"
        cautions.append(f"a license is required for {eccn} by the EAR tables: {where} ({tables.citation}{since})")
    if _is_empty(row, REASONS) and (reasons := _reasons(tables, eccn)):
        found[REASONS] = reasons
        cautions.append(f"reasons for control of {eccn} by the EAR tables: {reasons} ({tables.citation}{since})")
    return Told(found, tuple(cautions)) if found else NOTHING


def _is_empty(row: Row, name: str) -> bool:
    return name not in row.facts and name not in row.stated_unknown


def told_in(
    columns: Mapping[str, ReadColumn], on: npt.NDArray[np.int32], vintages: Vintages
) -> Iterator[tuple[str, Value, Rows]]:
    """The same over columns: fact, value, and the rows in which the tables show it."""
    eccn = columns.get("eccn")
    if eccn is None or not isinstance(eccn.column, Codes):
        return
    issued = [one.issued.toordinal() for one in vintages.tables]
    vintage = np.searchsorted(issued, on, side="right") - 1
    countries = _countries(columns, len(on))
    # One number for each combination of tables, ECCN and country.
    combined = (vintage * len(eccn.column.values) + eccn.column.codes) * len(countries.values) + countries.codes
    distinct, places = np.unique(np.where(vintage < 0, -1, combined), return_inverse=True)
    required_in = np.zeros(len(distinct), bool)
    reasons_in = np.full(len(distinct), "", object)
    for place, number in enumerate(distinct.tolist()):
        rest, country = divmod(number, len(countries.values))
        era, code = divmod(rest, len(eccn.column.values))
        text, where = eccn.column.values[code], countries.values[country]
        if number < 0 or not isinstance(text, str):
            continue
        tables = vintages.tables[era]
        required_in[place] = isinstance(where, str) and _shown(tables, text, where)
        reasons_in[place] = _reasons(tables, text)
    rows = required_in[places] & _empty(columns, REQUIRED, len(on))
    if rows.any():
        yield REQUIRED, TRUE, rows
    open_reasons = _empty(columns, REASONS, len(on))
    for reasons in sorted(set(reasons_in) - {""}):
        rows = (reasons_in == reasons)[places] & open_reasons
        if rows.any():
            yield REASONS, reasons, rows


def _empty(columns: Mapping[str, ReadColumn], name: str, rows: int) -> Rows:
    return columns[name].state == EMPTY if name in columns else np.ones(rows, bool)


def _countries(columns: Mapping[str, ReadColumn], rows: int) -> Codes:
    """The country of each row whose row of the chart applies."""
    held = {name: columns[name].column for name in ASKS[1:] if name in columns}
    code = np.zeros(rows, np.int64)
    sizes: list[tuple[str, tuple[Any, ...]]] = []
    for name in ("direction", "release_in_us", "destination", "recipient_citizenship"):
        column = held.get(name)
        if isinstance(column, Codes):
            code = code * len(column.values) + column.codes
            sizes.append((name, column.values))
    distinct, places = np.unique(code, return_inverse=True)
    values: dict[str | None, int] = {}
    table = np.zeros(len(distinct), np.int64)
    for place, number in enumerate(distinct.tolist()):
        cells: dict[str, Value] = dict.fromkeys(ASKS)
        for name, known in reversed(sizes):
            number, own = divmod(number, len(known))
            cells[name] = known[own]
        found = _country(
            cells["direction"], cells["release_in_us"], cells["destination"], cells["recipient_citizenship"]
        )
        table[place] = values.setdefault(found or None, len(values))
    return Codes(table[places], tuple(values))
