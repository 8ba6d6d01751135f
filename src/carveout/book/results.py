"""Results written: CSV, NDJSON, Parquet, XLSX; whole or not at all, no cell a formula.

The input columns come through unchanged and first; then the columns of the contract.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from carveout.book.reader import BookError
from carveout.book.row_height import height_of
from carveout.book.writer import check_ending, neutral

OUTPUTS = (".csv", ".xlsx", ".parquet", ".ndjson")
SHEET_ROWS = 1_048_575
"""Rows below the header that a worksheet holds."""

LISTS = ("authorizations", "matters", "assumed", "causes")


class Sink(Protocol):
    """Takes tables in order; ``close`` finishes the file."""

    def write(self, table: pa.Table) -> None:
        """One more table."""
        ...

    def close(self) -> None:
        """No more tables."""
        ...


def open_sink(path: Path, part: Path) -> Sink:
    """The writer for the ending of ``path``, writing to ``part``.

    Raises:
        BookError: an ending that cannot be written.
    """
    ending = check_ending(path, OUTPUTS)
    sinks: dict[str, Any] = {".csv": _Csv, ".parquet": _Parquet, ".ndjson": _Ndjson, ".xlsx": _Xlsx}
    sink: Sink = sinks[ending](part)
    return sink


def safe_texts(array: pa.ChunkedArray) -> pa.Array:
    """A column of text with formulas neutralized, its distinct values looked at once."""
    flat = array.combine_chunks()
    if pa.types.is_dictionary(flat.type):
        values = pa.array([neutral(value) for value in flat.dictionary.to_pylist()], pa.string())
        return values.take(flat.indices)
    if not (pa.types.is_string(flat.type) or pa.types.is_large_string(flat.type)):
        return flat
    risky = pc.match_substring_regex(flat, r"^[=+\-@\t\r]")
    if not pc.any(risky).as_py():
        return flat
    return pa.array([neutral(value) for value in flat.to_pylist()], pa.string())


class _Csv:
    def __init__(self, part: Path) -> None:
        self.part = part
        self.writer: Any = None

    def write(self, table: pa.Table) -> None:
        plain = pa.table({name: safe_texts(table.column(name)) for name in table.column_names})
        self.writer = self.writer or pa_csv.CSVWriter(
            str(self.part), plain.schema, write_options=pa_csv.WriteOptions(quoting_style="needed")
        )
        self.writer.write(plain.cast(self.writer_schema(plain)))

    def writer_schema(self, table: pa.Table) -> pa.Schema:
        self.schema = getattr(self, "schema", table.schema)
        return self.schema

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


class _Parquet:
    def __init__(self, part: Path) -> None:
        self.part = part
        self.writer: Any = None

    def write(self, table: pa.Table) -> None:
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.part, table.schema, **parquet_options(table.schema))
        self.writer.write_table(table.cast(self.writer.schema), row_group_size=max(table.num_rows, 1))

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def parquet_options(schema: pa.Schema) -> dict[str, Any]:
    """How results are written as Parquet."""
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    # Least and greatest text of a coded column help nobody, and cost a third of the writing.
    plain = [name for name in schema.names if name not in coded]
    return {"compression": "snappy", "use_dictionary": coded or False, "write_statistics": plain or False}


class _Ndjson:
    def __init__(self, part: Path) -> None:
        self.stream = part.open("wb")

    def write(self, table: pa.Table) -> None:
        import orjson

        lists = [name for name in table.column_names if name.split("_", 1)[-1] in LISTS]
        for row in table.to_pylist():
            for name in lists:
                row[name] = row[name].split("; ") if row[name] else []
            self.stream.write(orjson.dumps(row, default=str) + b"\n")

    def close(self) -> None:
        self.stream.close()


WIDEST, NARROWEST = 44, 10
"""Widths of a column of a workbook, in letters."""

PAGE = 320
"""Width of all columns up to which a sheet is printed one page wide, with its texts wrapped; a wider one is for the screen."""


class _Xlsx:
    """Frozen header and filters, columns as wide as what the first rows hold; rows are written as they come, none is kept."""

    def __init__(self, part: Path) -> None:
        import xlsxwriter

        self.book = xlsxwriter.Workbook(
            str(part), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self.sheet = self.book.add_worksheet("results")
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "valign": "top", "bg_color": "#eef1f4"})
        self.text = self.book.add_format({"valign": "top"})
        self.number = self.book.add_format({"valign": "top", "align": "right", "indent": 1})
        self.rows = 0
        self.columns: list[str] = []
        self.widths: list[int] = []

    @property
    def fits(self) -> bool:
        """Whether all columns go on one page."""
        return sum(self.widths) <= PAGE

    def write(self, table: pa.Table) -> None:
        if not self.columns:
            self.columns = table.column_names
            self.sheet.freeze_panes(1, 1)
            self.sheet.set_landscape()
            self.sheet.repeat_rows(0)
            first = table.slice(0, 100).to_pydict()
            for place, name in enumerate(self.columns):
                longest = max((len(str(cell)) for cell in first[name] if cell is not None), default=0)
                self.widths.append(min(WIDEST, max(NARROWEST, longest + 2, len(name) + 4)))
                self.sheet.set_column(place, place, self.widths[-1])
                self.sheet.write_string(0, place, name, self.head)
            if self.fits:
                self.text.set_text_wrap()
                self.sheet.fit_to_pages(1, 0)
        for row in table.to_pylist():
            self.rows += 1
            if self.rows > SHEET_ROWS:
                raise BookError(f"a worksheet holds {SHEET_ROWS} rows; write .csv or .parquet instead")
            if self.fits:
                told = (cell if isinstance(cell := row.get(name), str) else "" for name in self.columns)
                self.sheet.set_row(self.rows, height_of(zip(told, self.widths, strict=True)))
            for place, name in enumerate(self.columns):
                self._cell(place, row.get(name))

    def _cell(self, place: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(self.rows, place, value, self.text)
        elif isinstance(value, (int, float)):
            self.sheet.write_number(self.rows, place, value, self.number)
        elif hasattr(value, "isoformat"):
            self.sheet.write_datetime(self.rows, place, value, self.day)
        else:
            self.sheet.write_string(self.rows, place, str(neutral(value)), self.text)

    def close(self) -> None:
        if self.columns:
            self.sheet.autofilter(0, 0, self.rows, len(self.columns) - 1)
        self.book.close()
