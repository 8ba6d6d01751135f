"""CSV as spreadsheets of several countries write it: read where the header leaves no doubt, and alike by both readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from carveout.book.csv_form import decimal_point, form_of
from carveout.book.reader import BookError, read_book
from carveout.book.tables import tables

ROWS = [
    {"id": "a", "on": "2019-06-01", "us_controlled_content_pct": "12.5", "story": "x, y; z"},
    {"id": "b", "on": "2019-06-02", "us_controlled_content_pct": "", "story": "Düsseldorf 华为\nzwei Zeilen"},
]


def written(delimiter: str, *, comma: bool = False, quoted: bool = False) -> str:
    lines = [list(ROWS[0]), *(list(row.values()) for row in ROWS)]
    if comma:
        lines[1][2] = "12,5"
    wanting = (delimiter, '"', "\n", ",", ";") if not quoted else ("",)
    return "".join(
        delimiter.join(f'"{cell}"' if any(sign in cell for sign in wanting) else cell for cell in line) + "\r\n"
        for line in lines
    )


def both(path: Path) -> list[dict[str, Any]]:
    """The rows by the careful reader, once the fast one has said the same."""
    slow = [dict(record.cells) for record in read_book(str(path))]
    fast = [row for table in tables(str(path)) for row in table.to_pylist()]
    assert slow == fast
    return slow


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize(("delimiter", "comma"), [(",", False), (";", True), (";", False), ("\t", False)])
def test_read_alike_whatever_the_delimiter_and_the_encoding(
    tmp_path: Path, delimiter: str, comma: bool, encoding: str, quoted: bool
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(written(delimiter, comma=comma, quoted=quoted).encode(encoding))
    found = both(path)
    assert [{k: v.replace("\r", "") for k, v in row.items()} for row in found] == ROWS


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_either_byte_order_of_utf_16(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("\ufeff" + written(";")).encode(mark))
    assert both(path)[1]["story"] == ROWS[1]["story"]


def test_a_decimal_comma_stays_where_commas_or_tabs_stand_between_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,us_controlled_content_pct\na,"12,5"\n')
    assert both(path)[0]["us_controlled_content_pct"] == "12,5"
    path.write_text("id\tus_controlled_content_pct\na\t12,5\n")
    assert both(path)[0]["us_controlled_content_pct"] == "12,5"


def test_a_decimal_comma_is_one_only_in_a_column_of_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id;value;story;eccn\n1,5;1,5;1,5;1,5\n")
    assert both(path) == [{"id": "1,5", "value": "1.5", "story": "1,5", "eccn": "1,5"}]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("12,5", "12.5"), ("-0,25", "-0.25"), ("1.234,5", "1234.5"), ("1.234.567,89", "1234567.89"), ("12.5", "12.5"),
        (" 3,0 ", "3.0"), ("1,234,5", "1,234,5"), ("1,234.5", "1,234.5"), ("12.34,5", "12.34,5"), (",5", ",5"), ("x", "x"), ("", ""),
    ],
)  # fmt: skip
def test_only_a_number_that_can_be_read_in_one_way_gets_a_point(text: str, plain: str) -> None:
    assert decimal_point(text) == plain


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("id", ","), ("id,on", ","), ("id;on", ";"), ("id\ton", "\t"), ("id,note;remark", ","), ('id,"on; direction"', ","),
        ("id;role;name;country", ";"), ('"id";"on, or later"', ";"), ("id;on;;", ";"),
    ],
)  # fmt: skip
def test_the_header_tells_the_delimiter(tmp_path: Path, header: str, delimiter: str) -> None:
    (tmp_path / "a.csv").write_text(header + "\n")
    assert form_of(str(tmp_path / "a.csv")).delimiter == delimiter


def test_a_header_that_can_be_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id;on,direction,eccn\n")
    with pytest.raises(BookError, match="some columns are separated by commas and some by semicolons"):
        form_of(str(tmp_path / "a.csv"))


def test_a_column_without_a_name_is_carried_under_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,,on,\na,x,2019-06-01,\n")
    assert both(tmp_path / "a.csv") == [{"id": "a", "(column 2)": "x", "on": "2019-06-01", "(column 4)": ""}]


def test_a_name_that_runs_over_two_lines_is_one_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,"the\nstory"\na,b\n')
    assert both(tmp_path / "a.csv") == [{"id": "a", "the\nstory": "b"}]
