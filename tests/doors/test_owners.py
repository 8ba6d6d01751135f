"""Owners through the command line: what is proved, what would settle it, and books filled from a file of shareholdings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARES = """owner,owned,share,owner_kind
"Huawei Technologies Co., Ltd.",Alpha Radio Ltd,60,
"Huawei Technologies Co., Ltd.",Beta Parts GmbH,30..60,
Jane Roe,Beta Parts GmbH,40,person
"Huawei Technologies Co., Ltd.",Gamma SA,20,
John Doe,Gamma SA,80,person
"""
BOOK = """id,on,direction,item_kind,eccn,origin,activity,ultimate_consignee,ultimate_consignee_country,destination,ccl_license_required,knowledge_of_violation,diversion_knowledge
a,2025-10-15,export,commodity,EAR99,us,sale,Alpha Radio Ltd,CN,CN,false,false,false
g,2025-10-15,export,commodity,EAR99,us,sale,Gamma SA,CN,CN,false,false,false
n,2025-10-15,export,commodity,EAR99,us,sale,Nobody Ltd,CN,CN,false,false,false
"""


@pytest.fixture
def shares(tmp_path: Path) -> Path:
    path = tmp_path / "shares.csv"
    path.write_text(SHARES, encoding="utf-8")
    return path


@pytest.fixture
def owned_book(tmp_path: Path) -> Path:
    path = tmp_path / "owned.csv"
    path.write_text(BOOK, encoding="utf-8")
    return path


def test_every_party_of_the_file_gets_one_object(carveout: Any, shares: Path) -> None:
    ran = carveout("owners", str(shares), "--on", "2025-10-15", "--json")
    assert ran.code == 0, ran.err
    found = {one["party"]: one for one in ran.objects}
    assert {name: found[name]["ownership"] for name in ("Alpha Radio Ltd", "Beta Parts GmbH", "Gamma SA", "Jane Roe")} == {
        "Alpha Radio Ltd": "owned", "Beta Parts GmbH": "share_unknown", "Gamma SA": "minority", "Jane Roe": "none",
    }  # fmt: skip
    assert found["Alpha Radio Ltd"]["path"][0]["share"] == [60, 60]
    assert found["Beta Parts GmbH"]["settles"] == ["an extract of all owners of Beta Parts GmbH"]


def test_one_party_reads_as_sentences_and_a_name_close_to_it_is_offered(carveout: Any, shares: Path) -> None:
    ran = carveout("owners", str(shares), "--on", "2025-10-15", "--party", "ALPHA RADIO LTD.")
    assert ran.code == 0, ran.err
    assert "Huawei Technologies Co., Ltd. holds 60% of Alpha Radio Ltd" in ran.out
    missed = carveout("owners", str(shares), "--party", "Alfa Radio")
    assert missed.code == 2
    assert "did you mean 'Alpha Radio Ltd'?" in missed.err


def test_a_file_appears_whole_and_a_row_that_cannot_be_read_is_told(
    carveout: Any, shares: Path, tmp_path: Path
) -> None:
    shares.write_text(SHARES + "Acme,Delta,much,\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    ran = carveout("owners", str(shares), "--on", "2025-10-15", "-o", str(out))
    assert ran.code == 3
    assert "row 6, share: 'much' is not a percentage from 0 to 100" in ran.err
    assert len([json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]) == 8


def test_a_table_that_holds_no_shareholdings_is_refused(carveout: Any, owned_book: Path, tmp_path: Path) -> None:
    ran = carveout("owners", str(owned_book))
    assert ran.code == 2
    assert "no column owner and no column owned" in ran.err
    odd = tmp_path / "odd.json"
    odd.write_text('{"name": "x"}', encoding="utf-8")
    assert "Beneficial Ownership Data Standard" in carveout("owners", str(odd)).err
    assert carveout("owners", str(tmp_path / "none.csv")).code == 2


def test_a_book_is_filled_from_the_file_on_the_terminal_and_in_a_file(
    carveout: Any, shares: Path, owned_book: Path, tmp_path: Path
) -> None:
    ran = carveout("determine", str(owned_book), "--owners", str(shares), "--json")
    assert ran.code == 0, ran.err
    assert [(one["overall"]["at_least"], one["overall"]["at_most"]) for one in ran.objects] == [
        ("license_required", "license_required"), ("no_license_required", "no_license_required"),
        ("no_license_required", "license_required"),
    ]  # fmt: skip
    assert "ultimate_consignee_ownership" in ran.objects[0]["regimes"]["ear"]["assumed"]
    out = tmp_path / "out.ndjson"
    assert carveout("determine", str(owned_book), "--owners", str(shares), "-o", str(out)).code == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row.get("ultimate_consignee_ownership") or "" for row in rows] == ["owned", "minority", ""]
    assert [row["overall_at_most"] for row in rows] == ["license_required", "no_license_required", "license_required"]


@pytest.mark.parametrize("output", ["", "out.ndjson"])
def test_further_parties_are_filled_too(
    carveout: Any, shares: Path, owned_book: Path, tmp_path: Path, output: str
) -> None:
    parties = tmp_path / "parties.csv"
    parties.write_text("id,role,name,country\ng,purchaser,Alpha Radio Ltd,CN\n", encoding="utf-8")
    to = ["-o", str(tmp_path / output)] if output else ["--json"]
    ran = carveout("determine", str(owned_book), "--owners", str(shares), "--parties", str(parties), *to)
    assert ran.code == 0, ran.err
    lines = (tmp_path / output).read_text(encoding="utf-8").splitlines() if output else []
    found = {row["id"]: row["overall_at_least"] for row in map(json.loads, lines)} or {
        one["id"]: one["overall"]["at_least"] for one in ran.objects
    }
    assert found["g"] == "license_required"


def test_one_transaction_and_one_explanation_take_the_file_too(carveout: Any, shares: Path, owned_book: Path) -> None:
    facts = [f"--fact={name}={cell}" for name, cell in zip(*(line.split(",") for line in BOOK.splitlines()[:2]), strict=True)
             if name not in ("id", "on")]  # fmt: skip
    ran = carveout("ask", *facts, "--on", "2025-10-15", "--owners", str(shares), "--json")
    assert ran.code == 20, ran.err
    told = carveout("explain", str(owned_book), "--id", "g", "--owners", str(shares))
    assert told.code == 0, told.err
    assert "less than 50 percent" in told.out


def test_a_name_that_is_screened_is_told_with_its_owners(carveout: Any, shares: Path) -> None:
    ran = carveout("screen", "Alpha Radio Ltd", "--on", "2025-10-15", "--owners", str(shares), "--json")
    assert ran.code == 0, ran.err
    assert ran.objects[0]["decision"] == "clear"
    assert ran.objects[0]["ownership"] == "owned"
    assert "el/huawei-technologies-co-ltd-cn" in ran.objects[0]["owners"]
