"""Tables of a migration: CSV with a header, each column with its kind, and an error for each cell that cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from carveout.plan.error import PlanError

MOST_ROWS = 20_000
MOST_ERRORS = 30


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its kind (text, whole, number, share, percent, yesno, day, monthday, list), bounds, unit, default and meaning."""

    kind: str
    told: str
    least: float = 0
    most: float = 1e9
    default: Any = None
    needed: bool = True
    example: str = ""


def read_table(
    path: Path, columns: Mapping[str, Column], errors: list[str], *, more: bool = False
) -> list[dict[str, Any]]:
    """The rows of a table, each with its line under ``line``; bad cells go to ``errors`` and their rows are left out.

    With ``more`` further columns are kept as text under ``more``.

    Raises:
        PlanError: a file that cannot be read, a missing column, or one that is not known.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise PlanError(f"{path} is not UTF-8 text") from None
    lines = list(csv.reader(text.splitlines()))
    if not lines:
        raise PlanError(f"{path} is empty; it has the columns {', '.join(columns)}")
    header = [name.strip() for name in lines[0]]
    _check_header(path, header, columns, more=more)
    found: list[dict[str, Any]] = []
    for line, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) == MOST_ROWS:
            raise PlanError(f"{path}: more than {MOST_ROWS:,} rows")
        if len(cells) > len(header):
            errors.append(
                f"{path.name}, line {line}: {len(cells)} cells under {len(header)} columns; quote cells with commas"
            )
            continue
        given = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        row = _row(given, columns, f"{path.name}, line {line}", errors)
        if row is not None:
            row["line"] = line
            row["more"] = {name: given.get(name, "") for name in header if name not in columns}
            found.append(row)
    return found


def _check_header(path: Path, header: Sequence[str], columns: Mapping[str, Column], *, more: bool) -> None:
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise PlanError(f"{path}: two columns are called {min(twice)!r}")
    missing = [name for name, column in columns.items() if column.needed and name not in header]
    if missing:
        raise PlanError(
            f"{path} lacks the columns {', '.join(missing)}; `carveout plan migration --template DIR` writes them all"
        )
    for name in header:
        if name in columns:
            continue
        close = get_close_matches(name, columns, n=1, cutoff=0.8)
        if close and close[0] not in header:
            raise PlanError(f"{path}: no column is called {name!r}; did you mean {close[0]!r}?")
        if not more:
            raise PlanError(f"{path}: no column is called {name!r}; it may have {', '.join(columns)}")


def _row(
    given: Mapping[str, str], columns: Mapping[str, Column], where: str, errors: list[str]
) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    good = True
    for name, column in columns.items():
        cell = given.get(name, "")
        if not cell:
            if column.needed and column.default is None:
                errors.append(f"{where}, column {name}: it is empty; write {column.told}")
                good = False
            found[name] = column.default
            continue
        try:
            found[name] = read_value(cell, column)
        except ValueError as error:
            errors.append(f"{where}, column {name}: {cell!r} is not {error}")
            good = False
    return found if good else None


def read_value(cell: Any, column: Column) -> Any:
    """A cell as its kind.

    Raises:
        ValueError: what it should be, in words.
    """
    text = str(cell).strip()
    if column.kind == "text":
        return text
    if column.kind == "list":
        return tuple(part.strip() for part in text.split(";") if part.strip())
    if column.kind == "yesno":
        if text.casefold() not in ("yes", "no", "true", "false"):
            raise ValueError("yes or no")
        return text.casefold() in ("yes", "true")
    if column.kind == "monthday":
        return _monthday(text)
    return _number(text, column)


def _number(text: str, column: Column) -> float | int:
    bounds = f"{column.least:g} to {column.most:g}"
    what = f"a whole number from {bounds}" if column.kind == "whole" else f"a number from {bounds}"
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{what}: {column.told}") from None
    if not column.least <= number <= column.most or (column.kind == "whole" and number != int(number)):
        raise ValueError(f"{what}: {column.told}")
    return int(number) if column.kind == "whole" else number / 100 if column.kind == "percent" else number


def _monthday(text: str) -> tuple[int, int]:
    from datetime import date

    try:
        day = date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise ValueError("a day of the year as MM-DD") from None
    return day.month, day.day


def refuse(errors: Sequence[str]) -> None:
    """Stop with what was wrong.

    Raises:
        PlanError: where there is an error; the first MOST_ERRORS, one a line.
    """
    if errors:
        more = len(errors) - MOST_ERRORS
        raise PlanError("\n".join(errors[:MOST_ERRORS]) + (f"\nand {more:,} more" if more > 0 else ""))
