"""Broken and hostile books: each gets one sentence that says what would be right, and never a traceback."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from carveout.book.frame_book import FrameBook
from carveout.book.reader import BookError
from carveout.book.stream import Tally, decide_file
from carveout.book.tables import tables
from carveout.facts.row import CellError
from carveout.law.corpus import bundled

GOOD = "id,on,direction\na,2019-06-01,import\n"


def _truncated_parquet(path: Path) -> None:
    pq.write_table(pa.table({"id": [str(n) for n in range(1000)]}), path)
    path.write_bytes(path.read_bytes()[:-200])


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as stream:
            block = b"\0" * (1 << 24)
            for _ in range(260):
                stream.write(block)


def _no_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "no workbook")


def _text(text: str | bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode() if isinstance(text, str) else text) and None


REFUSED: list[tuple[str, str, Callable[[Path], object], str]] = [
    ("an empty CSV", "a.csv", _text(""), "is empty; a book has a line or a row that names the columns"),
    ("a CSV of one blank line", "a.csv", _text("\n"), "is empty; the first line names the columns"),
    ("an empty Parquet", "a.parquet", _text(""), "is empty"),
    ("an empty workbook file", "a.xlsx", _text(""), "is empty"),
    ("a directory", "a.csv", lambda path: path.mkdir(), "is a directory; name a file"),
    ("no such file", "a.csv", lambda path: None, "is not there; check the path"),
    ("an ending nobody knows", "a.docx", _text("x"), "books are .csv, .xlsx, .parquet"),
    ("no ending", "book", _text(GOOD), "not without an ending"),
    ("UTF-16 without a mark", "a.csv", _text(GOOD.encode("utf-16-le")), "is not UTF-8 (there are null bytes in its first line)"),
    ("UTF-16 that breaks off", "a.csv", _text(GOOD.encode("utf-16")[:-1]), "is not UTF-16"),
    ("Latin-1", "a.csv", _text("id,story\na,Düsseldorf\n".encode("latin-1")), "is not UTF-8"),
    ("Latin-1 in the header", "a.csv", _text("id,Größe\na,1\n".encode("latin-1")), "is not UTF-8"),
    ("a column twice", "a.csv", _text("id,on,on\na,2019-06-01,2019-06-01\n"), "column 'on' is there twice; name every column once"),
    ("a quote that never ends", "a.csv", _text('id,on\n"a,2019-06-01\n'), "not CSV"),
    ("semicolons and commas", "a.csv", _text("id;on,direction\na;2019-06-01,import\n"),
     "line 1: some columns are separated by commas and some by semicolons; put the same between all of them"),
    ("tabs and semicolons", "a.csv", _text("id;on\tdirection\na;2019-06-01\timport\n"), "some by tabs; put the same between"),
    ("semicolons between names nobody knows", "a.csv", _text("foo;bar\n1;2\n"),
     "the columns seem to be separated by semicolons, but none of them has a name that is known; name the column of ids id"),
    ("a quote in the header that never ends", "a.csv", _text('id,"on\n' + "a,2019-06-01\n" * 9), "line 1: not CSV; check the quotes"),
    ("a truncated Parquet", "a.parquet", _truncated_parquet, "is no whole Parquet file"),
    ("a CSV named Parquet", "a.parquet", _text(GOOD), "is no whole Parquet file"),
    ("a CSV named workbook", "a.xlsx", _text(GOOD), "is no XLSX workbook"),
    ("a zip that is no workbook", "a.xlsx", _no_workbook, "cannot be read as a workbook"),
    ("a zip bomb", "a.xlsx", _bomb, "more than a workbook holds; send the rows as .csv"),
    ("a CSV named Arrow", "a.arrow", _text(GOOD), "is no whole Arrow file"),
    ("JSON that is no object", "a.ndjson", _text("[1, 2]\n"), "line 1: not an object"),
    ("JSON that is broken", "a.ndjson", _text('{"id": "a"}\n{"id": \n'), "line 2: not JSON"),
    ("a JSON array over several lines", "a.ndjson", _text('[\n{"id": "a"}\n]\n'), "line 1: not JSON"),
    ("bytes named NDJSON", "a.ndjson", _text(b"\xff\xfe\x00"), "is not UTF-8"),
]  # fmt: skip


def run(path: Path, output: Path) -> tuple[Tally, list[CellError]]:
    errors: list[CellError] = []
    tally = decide_file(tables(str(path)), FrameBook(bundled().view()), output, reject=errors.extend)
    return tally, errors


@pytest.mark.parametrize(("name", "file", "make", "sentence"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused_whole(tmp_path: Path, name: str, file: str, make: Callable[[Path], object], sentence: str) -> None:
    path = tmp_path / file
    make(path)
    with pytest.raises(BookError) as caught:
        run(path, tmp_path / "out.csv")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out.csv").exists()
    assert not list(tmp_path.glob(".out*"))


ROWS: list[tuple[str, str, list[str]]] = [
    ("a row with too many cells", GOOD + "b,2019-06-01,import,x\n", ["(row)"]),
    ("a row with too few cells", GOOD + "b\n", []),
    ("a day that does not exist", GOOD + "b,2019-02-30,import\n", ["on"]),
    ("days written in two ways", GOOD + "b,06/01/2019,import\n", ["on"]),
    ("a day as a spreadsheet counts it", GOOD + "b,43617,import\n", ["on"]),
    ("a day before the law begins", GOOD + "b,1999-01-01,import\n", ["on"]),
    ("a decimal comma", 'id,us_controlled_content_pct\na,"12,5"\n', ["us_controlled_content_pct"]),
    ("a misspelled choice", GOOD + "b,2019-06-01,imprt\n", ["direction"]),
    ("the same id twice", GOOD + "a,2019-06-01,import\n", ["id"]),
    ("no id", GOOD + ",2019-06-01,import\n", ["id"]),
    ("a byte order mark", "\ufeff" + GOOD, []),
    ("Windows line ends", GOOD.replace("\n", "\r\n"), []),
    ("a line break inside a cell", 'id,story,on\na,"two\nlines",2019-06-01\n', []),
    ("blank lines between rows", GOOD + "\n\nb,2019-06-01,import\n", []),
    ("a cell of a megabyte", f"id,story\na,{'x' * 1_000_000}\n", []),
    ("a cell with a null character", "id,story\na,x\0y\n", []),
]


@pytest.mark.parametrize(("name", "text", "columns"), ROWS, ids=[r[0] for r in ROWS])
def test_bad_rows_are_told_and_good_rows_still_run(tmp_path: Path, name: str, text: str, columns: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    tally, errors = run(path, tmp_path / "out.parquet")
    assert [error.column for error in errors] == columns
    assert tally.rejected == len(columns)
    if tally.decided:
        assert pq.read_table(tmp_path / "out.parquet").num_rows == tally.decided


def test_a_day_as_a_spreadsheet_counts_it_gets_the_day_it_meant(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,on\na,43617\n")
    _, (error,) = run(path, tmp_path / "out.csv")
    assert error.nearest == "2019-06-01"


def test_a_workbook_with_real_dates_reads_like_its_csv(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "on", "direction", "published", "us_controlled_content_pct"])
    from datetime import datetime

    sheet.write_string(1, 0, "a")
    sheet.write_datetime(1, 1, datetime(2019, 6, 1))
    sheet.write_string(1, 2, "import")
    sheet.write_boolean(1, 3, False)
    sheet.write_number(1, 4, 12.5)
    book.close()
    tally, errors = run(tmp_path / "a.xlsx", tmp_path / "out.csv")
    assert not errors
    assert tally.decided == 1


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".ndjson"])
def test_cells_that_would_run_as_a_formula_are_neutralized(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,story,direction\n=1+1,@SUM(A1),import\n-5,+49 30 1234,import\n")
    output = tmp_path / f"out{ending}"
    run(path, output)
    data = output.read_bytes()
    if ending == ".csv":
        text = data.decode()
        assert "'=1+1" in text
        assert "'@SUM(A1)" in text
        assert "\n-5," in text or '\n"-5",' in text
    if ending == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet


def test_an_output_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    for output, sentence in ((tmp_path / "out.pdf", "results are written as"), (tmp_path / "no" / "out.csv", "make the directory first"),
                             (tmp_path, "is a directory; name a file")):  # fmt: skip
        with pytest.raises(BookError, match=sentence):
            run(path, output)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_an_id_used_in_an_earlier_batch_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"id": [str(n % 700) for n in range(1000)], "on": ["2019-06-01"] * 1000}), path, row_group_size=100
    )
    errors: list[CellError] = []
    tally = decide_file(
        tables(str(path), batch=100), FrameBook(bundled().view()), tmp_path / "o.csv", reject=errors.extend
    )
    assert tally.rejected == 300
    assert {error.row for error in errors} == {str(n) for n in range(300)}
