"""Tables of a planning case: CSV files whose every bad cell is told by file, line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from carveout.facts.schema import schema
from carveout.plan.error import PlanError

T = TypeVar("T")

MOST_TOLD = 20


@dataclass
class Faults:
    """What is wrong with the input so far; told together at the end."""

    found: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Note one fault."""
        self.found.append(text)

    def stop(self) -> None:
        """Tell all that was wrong.

        Raises:
            PlanError: there was something.
        """
        if self.found:
            shown = self.found[:MOST_TOLD]
            more = [f"and {len(self.found) - MOST_TOLD} more"] if len(self.found) > MOST_TOLD else []
            raise PlanError("\n".join([*shown, *more]))


@dataclass
class Line:
    """One line of a table: its cells as text, and where it stands."""

    file: str
    number: int
    cells: Mapping[str, str]
    faults: Faults

    def fault(self, column: str, expected: str) -> None:
        """Note a bad cell."""
        value = self.cells.get(column, "")
        self.faults.add(f"{self.file} line {self.number}, column {column}: {value!r} is not {expected}")

    def text(self, column: str, *, needed: bool = False) -> str:
        """A text cell, stripped."""
        found = self.cells.get(column, "")
        if needed and not found:
            self.fault(column, "given; every line needs it")
        return found

    def number_of(self, column: str, default: float | None, *, least: float = 0.0, most: float = float("inf")) -> float:
        """A number within limits; ``default`` where the cell is empty, None where it is needed."""
        found = self.cells.get(column, "")
        limits = f"a number from {least:g}" + ("" if most == float("inf") else f" to {most:g}")
        if not found:
            if default is None:
                self.fault(column, f"given; write {limits}")
            return default or 0.0
        try:
            value = float(found)
        except ValueError:
            self.fault(column, limits)
            return least
        if not least <= value <= most:  # nan fails too
            self.fault(column, limits)
            return least
        return value

    def whole(self, column: str, default: int | None, *, least: int = 0) -> int:
        """A whole number."""
        value = self.number_of(column, None if default is None else float(default), least=float(least))
        if value != int(value):
            self.fault(column, "a whole number")
        return int(value)

    def day(self, column: str) -> date | None:
        """A day, None where the cell is empty."""
        found = self.cells.get(column, "")
        if not found:
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found):
                raise ValueError
            return date.fromisoformat(found)
        except ValueError:
            self.fault(column, "a day as YYYY-MM-DD")
            return None

    def yes(self, column: str, default: bool) -> bool:
        """A yes or no."""
        found = self.cells.get(column, "").casefold()
        if found in ("yes", "true", "1", "y"):
            return True
        if found in ("no", "false", "0", "n"):
            return False
        if found:
            self.fault(column, "yes or no")
        return default

    def many(self, column: str) -> tuple[str, ...]:
        """A list joined with semicolons, without repetition."""
        return tuple(dict.fromkeys(part.strip() for part in self.cells.get(column, "").split(";") if part.strip()))

    def facts(self) -> dict[str, str]:
        """The cells that are columns of a book."""
        known = schema()
        return {
            name: cell
            for name, cell in self.cells.items()
            if cell and (f := known.get(name)) is not None and f.is_column
        }


def read_table(path: Path, columns: tuple[str, ...], needed: tuple[str, ...], faults: Faults) -> list[Line]:
    """The lines of a CSV file; columns that are neither its own nor a book's are faults.

    Raises:
        PlanError: no such file, or no text in it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise PlanError(f"{path} is not UTF-8: {error}") from None
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise PlanError(f"{path} is empty; its first line names the columns {', '.join(columns)}")
    comma = max(",", "\t", ";" if lines[0].count(";") > lines[0].count(",") else ",", key=lines[0].count)
    if lines[0].count(";") > lines[0].count(comma):
        comma = ";"
    reader = csv.reader(lines, delimiter=comma)
    header = [name.strip() for name in next(reader)]
    known = schema()
    for name in header:
        fact = known.get(name)
        if name not in columns and (fact is None or not fact.is_column):
            near = get_close_matches(name, columns, n=1)
            faults.add(f"{path.name}: unknown column {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            faults.add(f"{path.name}: the column {name!r} stands twice")
    for name in needed:
        if name not in header:
            faults.add(f"{path.name}: the column {name!r} is missing; a table has {', '.join(needed)}")
    found = []
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            faults.add(f"{path.name} line {reader.line_num}: {len(row)} cells under {len(header)} columns")
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
        found.append(Line(path.name, reader.line_num, cells, faults))
    return found


def by_name(lines: list[Line], column: str, made: Callable[[Line], T]) -> dict[str, T]:
    """Line by line, by the name in a column, which none may share."""
    found: dict[str, T] = {}
    for line in lines:
        name = line.text(column, needed=True)
        if name in found:
            line.fault(column, "new; the name was used above")
        found[name] = made(line)
    return found
