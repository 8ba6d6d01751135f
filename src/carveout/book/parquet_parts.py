"""Parquet files put together from column chunks that are written already.

The columns of a book come through unchanged, and most of its row groups whole: their bytes are copied, and only what is
new is encoded. See https://github.com/apache/parquet-format (parquet.thrift) for the numbers of the fields.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from carveout.book.thrift import I64, LIST, STRUCT, Reader, Struct, ThriftError, written

MAGIC = b"PAR1"
TAIL = 8
"""Bytes behind the footer: its length, and the magic."""

# FileMetaData
SCHEMA, ROWS, GROUPS = 2, 3, 4
# SchemaElement
NAME, CHILDREN, FIELD_ID = 4, 5, 9
# RowGroup
COLUMNS, TOTAL_BYTES, GROUP_ROWS, FILE_OFFSET, COMPRESSED_BYTES = 1, 2, 3, 5, 6
# ColumnChunk
FILE_PATH, CHUNK_OFFSET, META, CRYPTO = 1, 2, 3, 8
# ColumnMetaData
VALUES, UNCOMPRESSED, COMPRESSED, DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, BLOOM, BLOOM_LENGTH = (
    5,
    6,
    7,
    9,
    10,
    11,
    14,
    15,
)
# PageHeader
PAGE_TYPE, PAGE_COMPRESSED, DATA_HEADER, DATA_HEADER_2 = 1, 3, 5, 8
DATA, DICTIONARY, DATA_2 = 0, 2, 3


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column of a row group as it stands in a file: what is said of it, and its bytes."""

    meta: Struct
    data: bytes | memoryview


def _footer(data: bytes | memoryview, length: int) -> Struct:
    return Reader(data[len(data) - TAIL - length : len(data) - TAIL]).struct()


def _number(struct: Struct, field: int) -> int:
    held = struct.get(field)
    if held is None or not isinstance(held[1], int):
        raise ThriftError(f"no number in field {field}")
    return held[1]


def _elements(footer: Struct) -> list[Struct]:
    """What the footer says of each column; the first element is the root.

    Raises:
        ThriftError: a column within a column.
    """
    found: list[Struct] = footer[SCHEMA][1][1][1:]
    if any(CHILDREN in element for element in found):
        raise ThriftError("nested")
    return [{number: held for number, held in element.items() if number != FIELD_ID} for element in found]


def _span(meta: Struct) -> tuple[int, int]:
    """Where the bytes of a chunk start, and how many they are."""
    starts = [_number(meta, field) for field in (DATA_PAGE, DICTIONARY_PAGE) if field in meta]
    return min(start for start in starts if start > 0), _number(meta, COMPRESSED)


def _is_whole(chunk: Chunk) -> bool:
    """Whether the pages of a chunk fill its bytes to the last, begin where it says, and hold as many values as it says."""
    reader, values, first = Reader(chunk.data), 0, -1
    while reader.place < len(chunk.data):
        place = reader.place
        page = reader.struct()
        size, kind = _number(page, PAGE_COMPRESSED), _number(page, PAGE_TYPE)
        if size < 0 or kind not in (DATA, DICTIONARY, DATA_2):
            return False
        if kind != DICTIONARY:
            first = place if first < 0 else first
            values += _number(page[DATA_HEADER if kind == DATA else DATA_HEADER_2][1], 1)
        reader.place += size
    says = _number(chunk.meta, DATA_PAGE) - _span(chunk.meta)[0]
    return reader.place == len(chunk.data) and first == says and values == _number(chunk.meta, VALUES)


class ParquetSource:
    """A Parquet file whose column chunks can be copied.

    Raises:
        ThriftError: its footer is of a kind that is not copied from.
    """

    def __init__(self, path: Path) -> None:
        self.file: IO[bytes] = path.open("rb")
        size = os.fstat(self.file.fileno()).st_size
        tail = self._bytes(max(0, size - TAIL), TAIL)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != MAGIC or length > size - 2 * TAIL:
            raise ThriftError("no footer")
        footer = _footer(self._bytes(size - TAIL - length, length + TAIL), length)
        self._elements = _elements(footer)
        self._groups: list[Struct] = footer[GROUPS][1][1] if footer.get(GROUPS) else []
        self.names = [element[NAME][1].decode() for element in self._elements]
        self.counts = [_number(group, GROUP_ROWS) for group in self._groups]
        self.ends = list(accumulate(self.counts))
        self._size = size

    def _bytes(self, start: int, count: int) -> bytes:
        return os.pread(self.file.fileno(), count, start)

    def element(self, name: str) -> Struct:
        """What the file says of a column."""
        return self._elements[self.names.index(name)]

    def chunk(self, group: int, name: str) -> Chunk | None:
        """A column of a row group; None where it does not stand in the file as it says."""
        try:
            held: Struct = self._groups[group][COLUMNS][1][1][self.names.index(name)]
            meta: Struct = held[META][1]
            start, count = _span(meta)
            if FILE_PATH in held or CRYPTO in held or start < len(MAGIC) or start + count > self._size - TAIL:
                return None
            chunk = Chunk(meta, self._bytes(start, count))
            return chunk if _is_whole(chunk) else None
        except (ThriftError, KeyError, IndexError, TypeError, ValueError):
            return None

    def close(self) -> None:
        """No more is copied."""
        self.file.close()


def encoded(table: pa.Table, **options: Any) -> tuple[Struct, list[Chunk]]:
    """A table as one row group: the footer of a file with nothing else in it, and its column chunks in order (none of a
    table without rows).
    """
    stream = pa.BufferOutputStream()
    with pq.ParquetWriter(stream, table.schema, **options) as writer:
        if table.num_rows:
            writer.write_table(table, row_group_size=table.num_rows)
    data = memoryview(stream.getvalue()).cast("B")
    footer = _footer(data, int.from_bytes(data[-TAIL:-4], "little"))
    groups: list[Struct] = footer[GROUPS][1][1]
    chunks = []
    for held in groups[0][COLUMNS][1][1] if groups else []:
        start, count = _span(held[META][1])
        chunks.append(Chunk(held[META][1], data[start : start + count]))
    return footer, chunks


class Assembly:
    """A Parquet file made of column chunks, row group by row group; it is whole when closed."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.schema = schema
        self._footer, _ = encoded(schema.empty_table())
        self._elements = _elements(self._footer)
        self._groups: list[Struct] = []
        self._stream = path.open("wb")
        self._stream.write(MAGIC)

    def takes(self, source: ParquetSource, name: str) -> bool:
        """Whether a column is written as it stands in another file, so that its chunks can be copied."""
        place = self.schema.get_field_index(name)
        return place >= 0 and name in source.names and source.element(name) == self._elements[place]

    def add(self, chunks: Sequence[Chunk], rows: int) -> None:
        """One more row group: its columns in the order of the schema."""
        if len(chunks) != len(self.schema):
            raise ValueError(f"{len(chunks)} chunks for {len(self.schema)} columns")
        first = self._stream.tell()
        held: list[Struct] = []
        for chunk in chunks:
            place = self._stream.tell()
            meta = {
                number: value for number, value in chunk.meta.items() if number not in (INDEX_PAGE, BLOOM, BLOOM_LENGTH)
            }
            moved = place - _span(meta)[0]
            for field in (DATA_PAGE, DICTIONARY_PAGE):
                if meta.get(field, (I64, 0))[1] > 0:
                    meta[field] = I64, _number(meta, field) + moved
            self._stream.write(chunk.data)
            held.append({CHUNK_OFFSET: (I64, 0), META: (STRUCT, meta)})
        self._groups.append({
            COLUMNS: (LIST, (STRUCT, held)), GROUP_ROWS: (I64, rows), FILE_OFFSET: (I64, first),
            TOTAL_BYTES: (I64, sum(_number(chunk.meta, UNCOMPRESSED) for chunk in chunks)),
            COMPRESSED_BYTES: (I64, self._stream.tell() - first),
        })  # fmt: skip

    def close(self) -> None:
        """Write the footer."""
        rows = sum(_number(group, GROUP_ROWS) for group in self._groups)
        footer = written({**self._footer, ROWS: (I64, rows), GROUPS: (LIST, (STRUCT, self._groups))})
        self._stream.write(footer + len(footer).to_bytes(4, "little") + MAGIC)
        self._stream.close()
