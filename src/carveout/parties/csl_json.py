"""The Consolidated Screening List in JSON: an object with ``results``, or the bare list of its parties."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from typing import Any, NoReturn

from carveout.parties.csl_row import RowReader
from carveout.parties.filing import Edition, Filing
from carveout.parties.unreadable import Unreadable

_TWICE = "\0twice"
"""Key that a row of an object carries when one of its keys is written twice with different values."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = [key for key, value in pairs if found[key] != value]
        if twice:
            found[_TWICE] = twice[0]
    return found


def _no_constant(word: str) -> NoReturn:
    raise Unreadable(f"it holds {word}, which is no JSON")


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Unreadable(f"it holds the number {text[:20]}, which is out of range")
    return value


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= 18 else text  # a longer one is a number only in name, e.g. of an account


def read_json(text: str) -> Edition:
    """The edition of a JSON text.

    Raises:
        Unreadable: it is no JSON, is nested too deeply, or holds no list of parties.
    """
    try:
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_number,
            parse_int=_integer,
            strict=False,
        )
    except json.JSONDecodeError as error:
        ended = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated")
        how = "the JSON ends in the middle; it may be a download that broke off" if ended else f"no JSON: {error.msg}"
        raise Unreadable(f"{how} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise Unreadable("the JSON is nested too deeply to be a list of parties") from None
    head = document if isinstance(document, dict) else {}
    rows = head.get("results") if isinstance(document, dict) else document
    if head.get(_TWICE) in ("results", "total", "generated_at"):
        raise Unreadable(f"the key {head[_TWICE]} is written twice with different values")
    if not isinstance(rows, list):
        raise Unreadable('the JSON holds no list of parties; expected {"results": [...]}')
    reader = RowReader()
    filings = tuple(_filings(rows, reader))
    total = head.get("total")
    return Edition(
        filings, tuple(reader.faults), "JSON", _day(head), total if type(total) is int else None, reader.sources
    )


def _filings(rows: list[Any], reader: RowReader) -> Iterator[Filing]:
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            reader.lost(number, "results", row, "an object, one for each party")
            continue
        filing = reader.read(number, row)
        if filing is not None and _TWICE in row:
            reader.fault(row[_TWICE], row.get(row[_TWICE]), "each key once; the last value is taken")
        if filing is not None:
            yield filing


def _day(head: dict[str, Any]) -> date | None:
    """The day the file says it was generated."""
    stated = head.get("generated_at")
    try:
        return date.fromisoformat(stated[:10]) if isinstance(stated, str) else None
    except ValueError:
        return None
