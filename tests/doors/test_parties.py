"""``--parties``, and the words around the answers of a book, as a stranger meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

BOOK = """id,on,direction,item_kind,eccn,origin,activity,destination,ultimate_consignee,ultimate_consignee_country,\
ccl_license_required,knowledge_of_violation,diversion_knowledge
T-1,2021-03-01,export,commodity,EAR99,us,sale,DE,Rheinland Netz GmbH,DE,false,false,false
T-2,2021-03-01,export,commodity,EAR99,us,sale,DE,Rheinland Netz GmbH,DE,false,false,false
T-3,2021-03-01,export,commodity,EAR99,us,sale,DE,Rheinland Netz GmbH,DE,false,false,false
"""
PARTIES = """id;role;name;country
T-2;ultimate_consignee;HiSilicon Technologies Co., Ltd;CN
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.csv"
    path.write_text(BOOK, encoding="utf-8")
    return path


@pytest.fixture
def parties(tmp_path: Path) -> Path:
    path = tmp_path / "parties.csv"
    path.write_text(PARTIES, encoding="utf-8")
    return path


def test_a_second_consignee_counts_in_json_in_a_file_and_in_the_explanation(
    carveout: Any, book: Path, parties: Path, tmp_path: Path
) -> None:
    wanted = ["no_license_required", "license_required", "no_license_required"]
    ran = carveout("determine", str(book), "--parties", str(parties), "--json", "--explain")
    assert ran.code == 0
    assert [found["overall"]["at_most"] for found in ran.objects] == wanted
    entry = "el/hisilicon-technologies-co-ltd-hisilicon-cn"
    assert ran.objects[1]["regimes"]["ear"]["parties"] == [{"role": "ultimate_consignee", "entry": entry}]
    assert ran.objects[1]["explanation"]["units"][0]["outcome"] == "license_required"
    target = tmp_path / "out.csv"
    assert carveout("determine", str(book), "--parties", str(parties), "-o", str(target)).code == 0
    with target.open(encoding="utf-8") as stream:
        assert [row["overall_at_most"] for row in csv.DictReader(stream)] == wanted
    told = carveout("explain", str(book), "--parties", str(parties), "--id", "T-2").out
    assert "Party: HiSilicon Technologies Co., Ltd (ultimate consignee); listed as" in told
    assert "toward this party: license required" in told
    assert "toward this party: no license required" in told


@pytest.mark.parametrize("way", [("--json",), ("-o", "out.ndjson")])
def test_a_bad_party_rejects_its_row_and_a_stray_one_is_told(
    carveout: Any, book: Path, parties: Path, tmp_path: Path, way: tuple[str, ...]
) -> None:
    parties.write_text(PARTIES + "T-3;purchasr;Acme;DE\nT-4;purchaser;Acme;DE\n")
    way = (*way[:-1], str(tmp_path / way[-1])) if way[0] == "-o" else way
    ran = carveout("determine", str(book), "--parties", str(parties), *way)
    assert ran.code == 3
    rows = ran.out if way[0] == "--json" else (tmp_path / "out.ndjson").read_text()
    assert [json.loads(line)["id"] for line in rows.splitlines()] == ["T-1", "T-2"]
    assert "row T-3, column role (row 2 of parties): 'purchasr' is not one of ultimate_consignee" in ran.err
    assert "row T-4, column id (row 3 of parties): 'T-4' is not the id of a row of the book" in ran.err
    assert "2 rows decided: 1 go with conditions, 1 license required. 1 rejected. 1 party of no row." in ran.err
    if way[0] == "-o":
        rejects = list(csv.DictReader((tmp_path / "out.rejects.csv").open(encoding="utf-8")))
        assert [row["row"] for row in rejects] == ["T-3", "T-4"]


def test_only_a_stray_party_is_exit_code_three_too(carveout: Any, book: Path, parties: Path) -> None:
    parties.write_text("id,role,name\nT-9,purchaser,Acme\n")
    ran = carveout("determine", str(book), "--parties", str(parties), "--json")
    assert ran.code == 3
    assert len(ran.objects) == 3


def test_explain_of_a_row_with_a_bad_party_says_why_not(carveout: Any, book: Path, parties: Path) -> None:
    parties.write_text("id,role,name,country\nT-1,purchaser,Acme,Germany\n")
    ran = carveout("explain", str(book), "--parties", str(parties), "--id", "T-1")
    assert (ran.code, ran.out) == (3, "")
    assert "did you mean 'DE'?" in ran.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--parties", "nowhere.csv"), "nowhere.csv is not there; check the path"),
        (("--parties", "-"), "--parties is a file of its own; standard input can only be the book"),
        (("--parties", "BOOK"), "has no column role and no column name; a file of parties has id, role and name"),
        (("-o", "BOOK"), "is what is read; name another file for the results"),
        (("--parties", "PARTIES", "-o", "PARTIES"), "is what is read; name another file for the results"),
    ],
)
def test_a_mistake_gets_one_sentence(
    carveout: Any, book: Path, parties: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    names = {"BOOK": str(book), "PARTIES": str(parties)}
    ran = carveout("determine", str(book), *(names.get(word, word) for word in arguments))
    assert ran.code == 2
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert (book.read_text(), parties.read_text()) == (BOOK, PARTIES)


def test_standard_input_is_not_read_twice(carveout: Any, tmp_path: Path) -> None:
    ran = carveout("determine", "-", "--json", "-o", str(tmp_path / "x.csv"), stdin='{"id": "a"}\n')
    assert ran.code == 2
    assert "standard input can be read once" in ran.err


def test_a_byte_order_mark_on_standard_input_is_no_part_of_the_first_row(carveout: Any) -> None:
    ran = carveout("determine", "-", "--json", stdin='\ufeff{"id": "a", "on": "2019-06-01"}\n')
    assert ran.objects[0]["id"] == "a"


def test_where_no_row_can_be_decided_no_file_is_written(carveout: Any, book: Path, tmp_path: Path) -> None:
    book.write_text("id,on\na,yesterday\n")
    ran = carveout("determine", str(book), "-o", str(tmp_path / "out.parquet"))
    assert ran.code == 3
    assert "No row could be decided" in ran.err
    assert not (tmp_path / "out.parquet").exists()


def test_the_summary_ranks_what_would_settle_most_rows(carveout: Any, book: Path, tmp_path: Path) -> None:
    line = "T-{},2021-03-01,export,commodity,EAR99,us,sale,DE,{},DE,false,{},{}\n"
    book.write_text(
        BOOK
        + "".join(line.format(n, "Rheinland Netz GmbH", "", "") for n in range(10, 14))
        + "".join(line.format(n, '"Huawei Technologies Co., Ltd."', "false", "false") for n in range(14, 17))
    )
    for way in (("--json",), ("-o", str(tmp_path / "out.csv"))):
        ran = carveout("determine", str(book), *way)
        assert "7 rows are unsettled." in ran.err
        asked = [line.split()[:3] for line in ran.err.splitlines() if line.startswith("  ")]
        assert asked == [
            ["3", "3", "ultimate_consignee_listing:"],
            ["3", "4", "knowledge_of_violation:"],
            ["7", "4", "diversion_knowledge:"],
        ]
        assert "Is Huawei Technologies Co., Ltd. (DE) a party on a restricted list" in ran.err
