"""Reading a bill of materials from a CSV file: one line a use of a part in its parent (columns in ``origin.line``)."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from carveout.origin.assemble import LINE, assemble
from carveout.origin.bill import Bill
from carveout.origin.error import OriginError
from carveout.origin.line import ALIASES, COLUMNS

DELIMITERS = ",;\t"
HEAD = 65_536
"""Bytes of the first line that are looked at."""


def read_csv(path: Path, *, rates: Mapping[str, float] | None = None) -> Bill:
    """The bill of a CSV file, UTF-8, separated by comma, semicolon or tab.

    Raises:
        OriginError: no such file, not text, not CSV, no column ``part``, or no lines.
    """
    try:
        with path.open("rb") as stream:
            head = stream.readline(HEAD)
    except OSError as error:
        raise OriginError(f"{path} cannot be read: {error.strerror or error}") from None
    try:
        columns = head.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise OriginError(f"{path} is not UTF-8; save it as CSV UTF-8") from None
    if not columns:
        raise OriginError(f"{path} is empty; a bill has {', '.join(COLUMNS)}")
    delimiter = max(DELIMITERS, key=columns.count)
    try:
        lines = pl.read_csv(path, separator=delimiter, infer_schema=False, glob=False)
    except PolarsError as error:
        raise OriginError(f"{path} is not CSV: {str(error).splitlines()[0]}") from None
    named = {column: column.strip().casefold().replace(" ", "_") for column in lines.columns}
    if len(set(named.values())) < len(named):
        raise OriginError(f"{path} names a column twice; name every column once")
    lines = lines.rename(named)
    renamed: dict[str, str] = {}
    for column in lines.columns:
        meant = ALIASES.get(column, "")
        if meant and meant not in lines.columns and meant not in renamed.values():
            renamed[column] = meant
    lines = lines.rename(renamed)
    notes = [f"column {column!r} is read as {meant}" for column, meant in renamed.items()]
    if "part" not in lines.columns:
        raise OriginError(f"{path} has no column part; a bill has {', '.join(COLUMNS)}")
    return assemble(
        lines.with_columns(pl.int_range(2, pl.len() + 2).alias(LINE)),
        rates=rates,
        notes=(*notes, *_warnings(lines.columns)),
    )


def _warnings(columns: list[str]) -> list[str]:
    found = []
    for column in columns:
        close = [] if column in COLUMNS else get_close_matches(column, COLUMNS, n=1, cutoff=0.75)
        if close:
            found.append(f"column {column!r} is not read; did you mean {close[0]!r}?")
    return found
