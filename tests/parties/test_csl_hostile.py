"""Files that are no list, and lists that mean harm: a clear refusal, or a safe result."""

from __future__ import annotations

import csv
import gzip
import json

import pytest

from carveout.parties.csl import LARGEST, read_csl, unpacked
from carveout.parties.unreadable import Unreadable
from tests.parties.lists import as_csv, as_json, row


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html>Service unavailable</html>", "web page"),
        (b'{"results": [{"source": "Entity List (EL)", "name": "Hua', "broke off"),
        (b'{"results": [{"source": "Entity List (EL)", "name": "A"}', "broke off"),
        (b'{"message": "quota exceeded"}', "no list of parties"),
        (b'{"results": {"a": 1}}', "no list of parties"),
        (b'{"results": [{"name": NaN}]}', "NaN"),
        (b'{"results": [{"name": 1e999}]}', "out of range"),
        (b'{"results": [], "results": [1]}', "twice"),
        (b"PK\x03\x04rest", "zip"),
        (b"%PDF-1.7", "PDF"),
        ("name,source\nHuawei,EL\n".encode("utf-16"), "UTF-16"),
        (b"source,name\nEL,Telecomunicac\xf5es\n", "not UTF-8 at byte 28"),
        (b"colour,size\nred,1\n", "no header"),
        (b"name,source,name\na,b,c\n", "twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"results": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b"\x1f\x8bbroken", "gzip"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_csl(data)


def test_a_packed_file_is_read_and_a_bomb_is_not() -> None:
    plain = as_json([row("Somebody", "EL", "CN")])
    assert read_csl(gzip.compress(plain)).filings[0].name == "Somebody"
    bomb = gzip.compress(b" " * 50_000_000)
    with pytest.raises(Unreadable, match="unpacks beyond 1,000,000 bytes"):
        unpacked(bomb, 1_000_000)
    with pytest.raises(Unreadable, match="ends in the middle"):
        unpacked(gzip.compress(plain)[:-9])


def test_a_name_of_a_hundred_megabytes_loses_its_row_only() -> None:
    edition = read_csl(as_json([row("A" * 100_000_000, "EL"), row("Somebody", "EL")]))
    assert [filing.name for filing in edition.filings] == ["Somebody"]
    (fault,) = edition.faults
    assert fault.lost
    assert len(fault.value) <= 80


def test_a_cell_of_a_table_beyond_measure_is_refused() -> None:
    with pytest.raises(Unreadable, match="field larger"):
        read_csl(as_csv({"source": "EL", "name": "A" * 5_000_000}))


def test_a_cell_that_is_cut_is_told_and_its_limit_is_ours_alone() -> None:
    many = "; ".join(f"Alias {n}" for n in range(150_000))
    edition = read_csl(as_csv({"source": "Entity List (EL)", "name": "Somebody", "alt_names": many}))
    assert [fault.column for fault in edition.faults] == ["alt_names", "alt_names"]
    for column in ("alt_names", "addresses", "ids"):
        told = read_csl(as_json([row("Somebody", "EL", **{column: ["A, CN"] * 6_000})])).faults
        assert (told[0].column, told[0].value) == (column, "6,000 values")
    assert len(edition.filings[0].aliases) == 5_000
    assert csv.field_size_limit() == 131_072


def test_control_and_direction_marks_are_taken_out_of_names() -> None:
    edition = read_csl(as_json([row("Hua\u202ewei\u0000 \u200bLtd\ud800", "EL"), row("\u202e\u200b", "EL")]))
    assert [filing.name for filing in edition.filings] == ["Huawei Ltd"]
    assert [(fault.row, fault.lost) for fault in edition.faults] == [(2, True)]


def test_a_key_written_twice_is_told_and_the_party_stays() -> None:
    text = b'{"results": [{"source": "Entity List (EL)", "name": "A Ltd", "name": "B Ltd"}, {"source": "E (EL)", "name": "C", "name": "C"}]}'
    edition = read_csl(text)
    assert [filing.name for filing in edition.filings] == ["B Ltd", "C"]
    assert [(fault.row, fault.column) for fault in edition.faults] == [(1, "name")]


@pytest.mark.parametrize("cell", [7, True, [], {}, ["x"], None, "", 1.5, {"a": []}])
def test_any_value_in_any_cell_is_read_or_told(cell: object) -> None:
    whole = row("Somebody", "EL", "CN", license_requirement="x", remarks="y")
    for column in whole:
        edition = read_csl(json.dumps({"results": [{**whole, column: cell}]}).encode())
        assert len(edition.filings) == 1 or any(fault.lost for fault in edition.faults)


def test_a_file_larger_than_any_list_is_refused_before_it_is_read() -> None:
    assert LARGEST >= 100_000_000
    with pytest.raises(Unreadable, match="has 11 bytes"):
        read_csl(b"source,name", largest=10)
