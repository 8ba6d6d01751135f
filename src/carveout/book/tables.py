"""Books as batches of columns: CSV, NDJSON, XLSX, Parquet, Arrow; every cell as it stands, never more than a batch held.

What cannot be read at all is refused in one sentence that says what would be right.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from carveout.book.csv_form import columns_with_points, form_of
from carveout.book.error import BookError
from carveout.book.reader import Record, read_book

BATCH = 200_000
"""Rows in a batch: large enough that the work per batch does not count, small enough for memory."""

ENDINGS = (".csv", ".xlsx", ".parquet", ".ndjson", ".jsonl", ".arrow", ".feather")

UNPACKED_LIMIT = 4 * 2**30
"""Bytes an XLSX file may unpack to; more is taken for an attack."""


def ending_of(name: str) -> str:
    """The ending of a book, ``-`` being NDJSON.

    Raises:
        BookError: not there, a directory, or an ending that is not known.
    """
    if name == "-":
        return ".ndjson"
    path = Path(name)
    if path.is_dir():
        raise BookError(f"{name} is a directory; name a file: {', '.join(ENDINGS)}")
    if not path.exists():
        raise BookError(f"{name} is not there; check the path")
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise BookError(f"{name}: books are {', '.join(ENDINGS)}, not {ending or 'without an ending'}")
    if path.stat().st_size == 0:
        raise BookError(f"{name} is empty; a book has a line or a row that names the columns")
    return ending


def tables(name: str, *, batch: int = BATCH, sheet: str = "") -> Iterator[pa.Table]:
    """The batches of a book, in order; of a workbook the sheet of that name, else the first.

    Raises:
        BookError: see :func:`ending_of`; or the file is broken, not of its kind, or not text.
    """
    ending = ending_of(name)
    readers = {".csv": _csv, ".parquet": _parquet, ".xlsx": _xlsx, ".arrow": _arrow, ".feather": _arrow}
    reader = readers.get(ending, _ndjson)
    if ending == ".xlsx" and sheet:
        reader = partial(_xlsx, sheet=sheet)
    held: list[pa.Table] = []
    for table in reader(name, batch):
        _check_columns(table.column_names, name)
        # Small batches cost more than they hold: those of the same columns are put together.
        if held and (table.schema != held[0].schema or sum(t.num_rows for t in held) + table.num_rows > batch):
            yield _together(held)
            held = []
        held.append(table)
    if held:
        yield _together(held)


def _together(held: list[pa.Table]) -> pa.Table:
    return held[0] if len(held) == 1 else pa.concat_tables(held).unify_dictionaries()


def records(name: str, *, sheet: str = "") -> Iterator[Record]:
    """The rows of a book one by one, whatever its kind; of a workbook the sheet of that name, else the first.

    Raises:
        BookError: as for :func:`tables`.
    """
    if ending_of(name) in (".csv", ".ndjson", ".jsonl"):
        yield from read_book(name)
        return
    position = 0
    for table in tables(name, batch=20_000, sheet=sheet):
        for cells in table.to_pylist():
            position += 1
            yield Record(position, cells)


def _check_columns(columns: list[str], name: str) -> None:
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise BookError(f"{name}: column {twice[0]!r} is there twice; name every column once")


def _csv(name: str, batch: int) -> Iterator[pa.Table]:
    """All cells as text. The fast reader reads; where it stumbles, the careful one says why."""
    form = form_of(name)
    columns, numbers = list(form.columns), form.numbers()
    _check_columns(columns, name)
    given = 0
    try:
        reader = pa_csv.open_csv(
            name,
            read_options=pa_csv.ReadOptions(
                block_size=1 << 25, column_names=columns, skip_rows=form.lines,
                encoding="utf8" if form.encoding == "utf-8-sig" else form.encoding,
            ),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, delimiter=form.delimiter),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False, quoted_strings_can_be_null=False,
            ),
        )  # fmt: skip
        held: list[pa.RecordBatch] = []
        count = 0
        for part in reader:
            held.append(part)
            count += part.num_rows
            if count >= batch:
                yield columns_with_points(pa.Table.from_batches(held), numbers)
                given += count
                held, count = [], 0
        if held:
            yield columns_with_points(pa.Table.from_batches(held), numbers)
    except (pa.ArrowInvalid, UnicodeError):
        # Ragged rows and stray quotes: the careful reader names the line, or reads what can be read.
        rest = (record for record in read_book(name) if record.position > given)
        yield from _records(name, rest, batch)


def _records(name: str, records: Iterator[Record], batch: int) -> Iterator[pa.Table]:
    held: list[dict[str, Any]] = []
    columns: dict[str, None] = {}
    for record in records:
        columns.update(dict.fromkeys(record.cells))
        held.append(dict(record.cells))
        if len(held) >= batch:
            yield _from_rows(held, list(columns))
            held = []
    if held:
        yield _from_rows(held, list(columns))
    elif not columns:
        raise BookError(f"{name} has no rows; a book has at least one")


def _from_rows(rows: list[dict[str, Any]], columns: list[str]) -> pa.Table:
    """Rows of cells as columns; a column whose cells are of several kinds becomes text."""
    arrays = {}
    for column in columns:
        cells = [row.get(column) for row in rows]
        kinds = {type(cell) for cell in cells if cell is not None}
        if kinds <= {str} or kinds <= {bool} or (kinds <= {int, float} and bool not in kinds):
            arrays[column] = pa.array(cells, pa.float64() if kinds == {int, float} else None)
        else:
            arrays[column] = pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())
    return pa.table(arrays)


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)


def _ndjson(name: str, batch: int) -> Iterator[pa.Table]:
    yield from _records(name, read_book(name), min(batch, 100_000))


def parquet_file(name: str) -> pq.ParquetFile:
    """A Parquet file whose texts are read as they stand: places in a dictionary. Names, which seldom repeat, are not."""
    probe = pq.read_schema(name)
    texts = [field.name for field in probe if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    low = [column for column in texts if column not in ("id", "deal", "site", "story")]
    return pq.ParquetFile(name, read_dictionary=low)


def _parquet(name: str, batch: int) -> Iterator[pa.Table]:
    """Whole row groups where they are about as large as a batch, so that what is written may follow them."""
    try:
        with parquet_file(name) as file:
            counts = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
            for groups in _runs(counts, batch):
                rows = sum(counts[group] for group in groups)
                pieces = 1 if 2 * rows <= 3 * batch else -(-rows // batch)
                # Other threads would read no faster beside those that decide, and cost a quarter more.
                for part in file.iter_batches(batch_size=-(-rows // pieces) or 1, row_groups=groups, use_threads=False):
                    yield pa.Table.from_batches([part])
    except (pa.ArrowInvalid, OSError) as error:
        raise BookError(
            f"{name} is no whole Parquet file ({str(error).splitlines()[0][:120]}); write it again"
        ) from None


def _runs(counts: list[int], batch: int) -> Iterator[list[int]]:
    """Row groups by their numbers, those together that make no more than a batch."""
    held: list[int] = []
    for group, count in enumerate(counts):
        if held and sum(counts[one] for one in held) + count > batch:
            yield held
            held = []
        held.append(group)
    if held:
        yield held


def _arrow(name: str, batch: int) -> Iterator[pa.Table]:
    try:
        with pa.memory_map(name) as source, pa.ipc.open_file(source) as file:
            for number in range(file.num_record_batches):
                yield pa.Table.from_batches([file.get_batch(number)])
    except (pa.ArrowInvalid, OSError) as error:
        raise BookError(f"{name} is no whole Arrow file ({str(error).splitlines()[0][:120]}); write it again") from None


def sheets(name: str) -> list[str]:
    """The names of the sheets of a workbook, in order.

    Raises:
        BookError: no workbook, or one that unpacks to more than a workbook holds.
    """
    return list(_workbook(name).sheet_names)


def _workbook(name: str) -> Any:
    try:
        with zipfile.ZipFile(name) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise BookError(f"{name} is no XLSX workbook; save it as .xlsx, or as .csv") from None
    if size > UNPACKED_LIMIT:
        raise BookError(f"{name} unpacks to {size / 2**30:.0f} GiB, more than a workbook holds; send the rows as .csv")
    import fastexcel

    try:
        return fastexcel.read_excel(name)
    except fastexcel.FastExcelError as error:
        raise _broken_workbook(name, error) from None


def _broken_workbook(name: str, error: Exception) -> BookError:
    return BookError(f"{name} cannot be read as a workbook ({str(error).splitlines()[0][:120]}); save it again")


def _xlsx(name: str, batch: int, sheet: str = "") -> Iterator[pa.Table]:
    """One sheet. Dates arrive as dates; everything else as it stands."""
    book = _workbook(name)
    import fastexcel

    try:
        table = pa.Table.from_batches([book.load_sheet(sheet or 0).to_arrow()])
    except fastexcel.FastExcelError as error:
        raise _broken_workbook(name, error) from None
    for start in range(0, max(table.num_rows, 1), batch):
        yield table.slice(start, batch)
