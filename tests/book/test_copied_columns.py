"""From Parquet to Parquet, columns that come through unchanged are copied: the file says what it would say encoded anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.book import copied
from carveout.book.frame_book import FrameBook
from carveout.book.parquet_parts import META, ParquetSource, _footer
from carveout.book.stream import decide_file
from carveout.book.tables import tables
from carveout.book.thrift import Reader, ThriftError, written
from carveout.law.corpus import bundled

BOOK = FrameBook(bundled().view())


@pytest.fixture(autouse=True)
def _small_groups_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copied, "LEAST", 1)


def book(rows: int, bad: tuple[int, ...] = ()) -> pa.Table:
    """Rows with facts and columns of one's own; some with a cell that cannot be read."""
    chance = np.random.default_rng(3)
    return pa.table({
        "id": [f"T-{number}" for number in range(rows)],
        "on": pa.array(chance.integers(17_900, 18_500, rows).astype(np.int32)).cast(pa.date32()),
        "direction": ["sideways" if row in bad else ("export", None, "reexport")[row % 3] for row in range(rows)],
        "eccn": pa.array([("EAR99", "5A991", None, "5D002")[row % 4] for row in range(rows)]).dictionary_encode(),
        "published": [(True, False, None)[row % 3] for row in range(rows)],
        "us_controlled_content_pct": [None if row % 5 else float(row % 100) for row in range(rows)],
        "ultimate_consignee": [f"Muster Handel {row % 7}" for row in range(rows)],
        "our price": chance.random(rows),
        "our note": pa.array([None if row % 2 else f"note {row}" for row in range(rows)], pa.large_string()),
        "our count": pa.array(range(rows), pa.uint16()),
        "our stamp": pa.array(range(rows), pa.timestamp("us", "UTC")),
        "our ruin": pa.nulls(rows),
    })  # fmt: skip


def plain(table: pa.Table) -> list[dict[str, Any]]:
    return table.to_pylist()


def decided(path: Path, *, copy: bool, batch: int = 100, **options: Any) -> tuple[pa.Table, Path]:
    output = path.with_name(f"{'copied' if copy else 'encoded'}.parquet")
    told: list[Any] = []
    decide_file(
        tables(str(path), batch=batch), BOOK, output, reject=told.extend, source=path if copy else None, **options
    )
    return pq.read_table(output), output


WAYS: dict[str, dict[str, Any]] = {
    "as pyarrow writes": {}, "zstd": {"compression": "zstd"}, "not compressed": {"compression": "none"},
    "second version of pages": {"data_page_version": "2.0"}, "plain": {"use_dictionary": False, "version": "1.0"},
    "many pages": {"data_page_size": 64, "write_batch_size": 8}, "with an index": {"write_page_index": True},
    "checked": {"write_page_checksum": True}, "without an Arrow schema": {"store_schema": False},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("bad", [(), (3, 150), tuple(range(90, 200))])
def test_a_copied_book_says_what_an_encoded_one_does(tmp_path: Path, way: str, bad: tuple[int, ...]) -> None:
    path = tmp_path / "book.parquet"
    pq.write_table(book(330, bad), path, row_group_size=90, **WAYS[way])
    (found, output), (expected, _) = decided(path, copy=True), decided(path, copy=False)
    assert found.column_names == expected.column_names
    assert found.schema.equals(expected.schema)
    assert plain(found) == plain(expected)
    assert len(found) == 330 - len(bad)
    assert pq.ParquetFile(output).metadata.num_rows == len(found)


@pytest.mark.parametrize("size", [20, 90, 330])
@pytest.mark.parametrize("batch", [7, 50, 1_000])
def test_batches_need_not_end_where_row_groups_do(tmp_path: Path, size: int, batch: int) -> None:
    path = tmp_path / "book.parquet"
    pq.write_table(book(330, (5, 200)), path, row_group_size=size)
    (found, _), (expected, _) = decided(path, copy=True, batch=batch), decided(path, copy=False, batch=batch)
    assert plain(found) == plain(expected)


def test_bytes_are_copied_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "book.parquet"
    pq.write_table(book(200), path, compression="gzip", row_group_size=100)
    _, output = decided(path, copy=True)
    group = pq.ParquetFile(output).metadata.row_group(1)
    codecs = {group.column(n).path_in_schema: group.column(n).compression for n in range(group.num_columns)}
    assert codecs["our price"] == codecs["eccn"] == "GZIP"
    assert codecs["ear_matters"] == "SNAPPY"
    old = pq.ParquetFile(path).metadata.row_group(1).column(7)
    assert group.column(7).statistics == old.statistics


def test_another_reader_reads_what_was_copied(tmp_path: Path) -> None:
    import polars as pl

    path = tmp_path / "book.parquet"
    pq.write_table(book(200, (7,)).drop_columns(["our ruin"]), path, row_group_size=64)
    found, output = decided(path, copy=True)
    other = pl.read_parquet(output)
    assert other.columns == found.column_names
    assert other["our note"].to_list() == found.column("our note").to_pylist()
    assert other["eccn"].cast(pl.String).to_list() == found.column("eccn").to_pylist()
    assert other["ear_matters"].cast(pl.String).to_list() == found.column("ear_matters").to_pylist()


def test_a_book_with_a_column_named_as_a_result_or_columns_within_columns(tmp_path: Path) -> None:
    path = tmp_path / "book.parquet"
    for more in ({"ear_matters": ["mine"] * 100}, {"our pair": [{"a": 1}] * 100}, {"our list": [[1, 2]] * 100}):
        table = book(100)
        for name, cells in more.items():
            table = table.append_column(name, pa.array(cells))
        pq.write_table(table, path, row_group_size=40)
        (found, _), (expected, _) = decided(path, copy=True), decided(path, copy=False)
        assert plain(found) == plain(expected)


def test_a_saved_determination_is_copied_too(tmp_path: Path) -> None:
    path = tmp_path / "book.parquet"
    pq.write_table(book(200, (9,)), path, row_group_size=64)
    found, _ = decided(path, copy=True, save=True)
    expected, _ = decided(path, copy=False, save=True)
    assert found.column_names[-1] == "kind"
    assert plain(found.drop_columns(["kind"])) == plain(expected.drop_columns(["kind"]))


def test_a_chunk_that_does_not_stand_as_the_file_says_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "book.parquet"
    pq.write_table(book(200), path, row_group_size=100)
    source = ParquetSource(path)
    chunk = source.chunk(0, "our price")
    assert chunk is not None
    meta = source._groups[0][1][1][1][source.names.index("our price")][META][1]
    for field, by in ((7, 1), (7, -1), (5, 1), (9, 1), (7, 10**9)):
        held = meta[field]
        meta[field] = held[0], held[1] + by
        assert source.chunk(0, "our price") is None, field
        meta[field] = held
    assert source.chunk(0, "our price") == chunk
    source.close()


@given(st.binary(max_size=200))
def test_bytes_that_are_no_struct_are_told_as_such(data: bytes) -> None:
    try:
        struct = Reader(data).struct()
    except ThriftError:
        return
    assert Reader(written(struct)).struct() == struct


def test_what_is_said_of_a_file_comes_through_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "book.parquet"
    for options in WAYS.values():
        pq.write_table(book(100), path, row_group_size=30, **options)
        data = path.read_bytes()
        length = int.from_bytes(data[-8:-4], "little")
        assert written(_footer(data, length)) == data[-8 - length : -8]


@pytest.mark.parametrize("batch", [100, 60])
def test_cells_that_nobody_looks_at_are_let_go_and_nothing_else_changes(tmp_path: Path, batch: int) -> None:
    path = tmp_path / "book.parquet"
    pq.write_table(book(330, (3, 150, 151)), path, row_group_size=90)
    seen: list[tuple[list[str], int]] = []

    def after(table: pa.Table, answered: Any) -> Any:
        seen.append((table.column_names, answered.count))
        return answered

    told: list[list[Any]] = [[], []]
    outputs = [tmp_path / name for name in ("held.parquet", "let go.parquet")]
    for errors, output, looked_at in zip(told, outputs, (None, ("id", "not there")), strict=True):
        decide_file(
            tables(str(path), batch=batch), BOOK, output, reject=errors.extend, source=path, workers=2, after=after,
            looked_at=looked_at,
        )  # fmt: skip
    half = len(seen) // 2
    assert [names for names, _ in seen[half:]] == [["id"]] * half
    assert sum(count for _, count in seen[half:]) == 330
    assert list(map(str, told[0])) == list(map(str, told[1]))
    assert len(told[0]) == 3
    held, let_go = map(pq.read_table, outputs)
    assert held.schema.equals(let_go.schema)
    assert plain(held) == plain(let_go)
