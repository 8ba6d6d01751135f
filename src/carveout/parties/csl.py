"""Reading a file of the Consolidated Screening List: which layout it is, and what is none of it.

Sizes are bounded before anything is held: a compressed file that unpacks beyond ``LARGEST`` is refused.
"""

from __future__ import annotations

import gzip
import zlib

from carveout.parties.csl_csv import read_csv
from carveout.parties.csl_json import read_json
from carveout.parties.filing import Edition
from carveout.parties.unreadable import Unreadable

LARGEST = 512 * 1024 * 1024
"""Bytes of a file, unpacked. The whole list has some 35 million; what is larger is something else."""
_GZIP = b"\x1f\x8b"
_OTHER_FORMATS = ((b"PK\x03\x04", "a zip or workbook"), (b"%PDF", "a PDF"), (b"\xd0\xcf\x11\xe0", "an old workbook"))


def unpacked(data: bytes, largest: int = LARGEST) -> bytes:
    """The bytes of a file, out of gzip where it is packed.

    Raises:
        Unreadable: a broken gzip file, or one that unpacks beyond ``largest``.
    """
    if not data.startswith(_GZIP):
        if len(data) > largest:
            raise Unreadable(f"it has {len(data):,} bytes; a list has at most {largest:,}")
        return data
    parts: list[bytes] = []
    size, rest = 0, data
    while rest:
        packed = zlib.decompressobj(wbits=31)
        try:
            part = packed.decompress(rest, largest - size + 1)
        except zlib.error as error:
            raise Unreadable(f"a broken gzip file: {error}") from None
        size += len(part)
        if size > largest:
            raise Unreadable(f"it unpacks beyond {largest:,} bytes; no list is that large")
        if not packed.eof:
            raise Unreadable("the gzip file ends in the middle; it may be a download that broke off")
        parts.append(part)
        rest = packed.unused_data
    return b"".join(parts)


def packed(data: bytes) -> bytes:
    """The bytes as gzip, the same for the same bytes."""
    return gzip.compress(data, compresslevel=6, mtime=0)


def read_csl(data: bytes, largest: int = LARGEST) -> Edition:
    """The edition of a file: JSON or CSV, plain or packed with gzip.

    Raises:
        Unreadable: it is empty, of another format, not UTF-8, or holds no list of parties.
    """
    plain = unpacked(data, largest)
    if not plain.removeprefix(b"\xef\xbb\xbf").strip():
        raise Unreadable("the file is empty")
    for magic, what in _OTHER_FORMATS:
        if plain.startswith(magic):
            raise Unreadable(f"this is {what}; expected the JSON or CSV of the Consolidated Screening List")
    if plain.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("the file is UTF-16; save it as UTF-8")
    try:
        text = plain.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = plain.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"not UTF-8 at byte {error.start} (line {line}); save the file as UTF-8") from None
    head = text[:1024].lstrip()
    if head.startswith("<"):
        raise Unreadable("this is a web page or XML, not the list; the address may answer with an error page")
    return read_json(text) if head.startswith(("{", "[")) else read_csv(text)
