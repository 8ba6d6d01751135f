"""Tables of a plan: CSV files with a fixed set of columns, whose every bad cell is named by file, line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from carveout.plan.error import PlanError

NUMBER, COUNT, SHARE, TEXT, CHOICE = "number", "count", "share", "text", "choice"
_EXPECTED = {NUMBER: "a number, 0 or more, with a decimal point", COUNT: "a whole number, 0 or more",
             SHARE: "a percentage from 0 to 100", TEXT: "a text"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what a cell holds, its unit and meaning for the template, and the value of an empty cell.

    Without a ``default`` a cell has to be filled in. ``choices`` are the words of a choice.
    """

    name: str
    kind: str
    told: str
    default: Any = None
    optional: bool = False
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> Any:
        """The value of a cell.

        Raises:
            ValueError: it holds something else; the message says what would be right.
        """
        if not text:
            if self.optional:
                return self.default
            raise ValueError(f"fill it in: {self.told}")
        if self.kind == TEXT:
            return text
        if self.kind == CHOICE:
            if text not in self.choices:
                close = get_close_matches(text, self.choices, n=1)
                raise ValueError(
                    f"write {' or '.join(self.choices)}" + (f"; did you mean {close[0]}?" if close else "")
                )
            return text
        try:
            number = float(text)
        except ValueError:
            hint = "; write the comma as a point" if text.count(",") == 1 else ""
            raise ValueError(f"not {_EXPECTED[self.kind]} ({self.told}){hint}") from None
        right = 0 <= number < 1e15 and (self.kind != COUNT or number == int(number))
        if not right or (self.kind == SHARE and number > 100):
            raise ValueError(f"not {_EXPECTED[self.kind]} ({self.told})")
        return int(number) if self.kind == COUNT else number


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: where it stands, and its values by column."""

    where: str
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def rows_of(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Header and lines of a CSV file (comma or semicolon between cells); blank lines are passed over.

    Raises:
        PlanError: the file cannot be read, or has no header.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise PlanError(f"{path} is not UTF-8; save it as UTF-8") from None
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    header = [cell.strip() for cell in next(reader, [])]
    if not any(header):
        raise PlanError(f"{path}: the first line has the names of the columns; it is empty")
    double = {name for name in header if header.count(name) > 1}
    if double:
        raise PlanError(f"{path}: the column {min(double)!r} stands there twice")
    rows = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            if len(cells) > len(header):
                raise PlanError(f"{path} line {reader.line_num}: {len(cells)} cells under {len(header)} columns; quote a text "
                                'that holds a comma: "Huawei Technologies Co., Ltd."')  # fmt: skip
            rows.append((reader.line_num, dict(zip(header, (c.strip() for c in cells), strict=False))))
    return header, rows


def read_table(path: Path, columns: Sequence[Column], errors: list[str]) -> list[Line]:
    """The lines of a table; what is wrong goes to ``errors``, a sentence each, and its line is left out."""
    header, rows = rows_of(path)
    names = [column.name for column in columns]
    before = len(errors)
    for name in header:
        if name and name not in names:
            close = get_close_matches(name, names, n=1)
            errors.append(
                f"{path}: no column {name!r}; "
                + (f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names)}")
            )
    missing = [column.name for column in columns if column.name not in header and not column.optional]
    if missing:
        errors.append(f"{path}: the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} must be there")
    if len(errors) > before:
        return []
    found = []
    for number, cells in rows:
        values: dict[str, Any] = {}
        where = f"{path} line {number}"
        wrong = False
        for column in columns:
            text = cells.get(column.name, "")
            try:
                values[column.name] = column.read(text)
            except ValueError as error:
                errors.append(f"{where}, column {column.name}: {text!r}: {error}")
                wrong = True
        if not wrong:
            found.append(Line(where, values))
    return found


def known(line: Line, column: str, among: Collection[str], what: str, errors: list[str]) -> bool:
    """Whether a cell names one of a collection; if not, it goes to ``errors``."""
    value = line[column]
    if value in among:
        return True
    close = get_close_matches(value, list(among), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(among)[:8])}"
    errors.append(f"{line.where}, column {column}: no {what} {value!r}; {hint}")
    return False
