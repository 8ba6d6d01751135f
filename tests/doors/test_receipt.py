"""Receipts from the command line: written, continued, verified, replayed, refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROWS = """id,on,direction,item_kind,eccn,reasons_for_control,origin,located_in_us,published,ccl_license_required,destination,activity,ultimate_consignee,ultimate_consignee_country,knowledge_of_violation,diversion_knowledge,value,note
T-1,2019-11-10,export,technology,5E991,AT,us,true,false,false,CN,sale,"Huawei Technologies Co., Ltd.",CN,false,false,12.50,ours
T-2,2020-09-01,import,commodity,,,,,,,,sale,,,,,,
T-3,2019-11-10,export,software,,,,,,,,nonsense,,,,,,
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, within: Any) -> Path:
    """A key, a book with a bad row, and the receipts of its good ones as known on a day, with a scenario."""
    folder = tmp_path_factory.mktemp("receipts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARVEOUT_KEY", str(folder / "k.pem"))
        assert within("receipt", "key").code == 0
        (folder / "book.csv").write_text(ROWS)
        ran = within(
            "determine", str(folder / "book.csv"), "--known", "2019-11-17", "--scenario", "no-extension-2019-11-18",
            "--receipts", str(folder / "r.ndjson"),
        )  # fmt: skip
        assert ran.code == 3
        assert "2 receipts, sealed" in ran.err
    return folder


@pytest.fixture(autouse=True)
def own_key(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARVEOUT_KEY", str(place / "k.pem"))


def test_what_determine_wrote_is_verified_with_the_key_that_is_trusted(place: Path, within: Any) -> None:
    ran = within("receipt", "verify", str(place / "r.ndjson"), "--key", str(place / "k.pub"), "--json")
    assert (ran.code, ran.objects[0]["receipts"], ran.objects[0]["trusted"]) == (0, 2, True)
    head = ran.objects[0]["head"]
    assert within("receipt", "verify", str(place / "r.ndjson"), "--head", head).code == 0
    ran = within("receipt", "verify", str(place / "r.ndjson"), "--head", "0" * 64)
    assert ran.code == 1
    assert "is refused" in ran.err


def test_the_standalone_verifier_runs_without_the_package(place: Path, pytestconfig: pytest.Config) -> None:
    script = pytestconfig.rootpath / "verifier" / "verify_receipt.py"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", str(script), *arguments], capture_output=True, text=True, check=False
        )

    ran = run(str(place / "r.ndjson"), "--key", str(place / "k.pub"))
    assert (ran.returncode, "HOLDS: 2 receipts" in ran.stdout) == (0, True)
    altered = place / "altered.ndjson"
    altered.write_bytes((place / "r.ndjson").read_bytes().replace(b'"sale"', b'"repair"', 1))
    ran = run(str(altered))
    assert (ran.returncode, "REFUSED: line 1" in ran.stdout) == (1, True)
    assert run().returncode == 2
    assert run(str(place / "none")).returncode == 2


def test_a_replay_decides_alike(place: Path, within: Any) -> None:
    ran = within("receipt", "replay", str(place / "r.ndjson"), "--json")
    assert (ran.code, [one["verdict"] for one in ran.objects]) == (0, ["same", "same"])
    assert "Not the recorded" not in ran.err


def test_another_law_is_said_plainly_and_other_outcomes_are_refused(
    place: Path, within: Any, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    import shutil

    law = tmp_path / "law"
    shutil.copytree(pytestconfig.rootpath / "src" / "carveout" / "corpus" / "us", law)
    page = law / "ear" / "744.11" / "entity-list.md"
    page.write_text(page.read_text() + "\nA remark.\n")
    ran = within("receipt", "replay", str(place / "r.ndjson"), "--law", str(law))
    assert ran.code == 0
    assert "Not the recorded law" in ran.err
    assert "2 with the same outcome only" in ran.err
    for entries in (law / "lists").glob("*.toml"):
        entries.write_text(entries.read_text().replace("from = 2019-05-16", "from = 2019-12-16"))
    ran = within("receipt", "replay", str(place / "r.ndjson"), "--law", str(law))
    assert ran.code == 1
    assert "with another outcome" in ran.err


def test_a_file_goes_on_and_is_refused_by_another_key(place: Path, within: Any, tmp_path: Path) -> None:
    book, receipts = str(place / "book.csv"), tmp_path / "r.ndjson"
    within("determine", book, "--receipts", str(receipts))
    first = receipts.read_bytes()
    within("determine", book, "--receipts", str(receipts), "-o", str(tmp_path / "out.csv"))
    assert receipts.read_bytes().startswith(first)
    assert within("receipt", "verify", str(receipts), "--json").objects[0]["receipts"] == 4
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARVEOUT_KEY", str(tmp_path / "other.pem"))
        within("receipt", "key")
        ran = within("determine", book, "--receipts", str(receipts))
    assert ran.code == 2
    assert "cannot be continued" in ran.err
    assert within("receipt", "verify", str(receipts), "--json").objects[0]["receipts"] == 4


def test_without_a_key_it_is_said_how_to_make_one(within: Any, place: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARVEOUT_KEY", str(tmp_path / "none.pem"))
        ran = within("determine", str(place / "book.csv"), "--receipts", str(tmp_path / "r.ndjson"))
    assert ran.code == 2
    assert "carveout receipt key makes one" in ran.err
    assert not (tmp_path / "r.ndjson").exists()


def test_further_parties_a_page_of_ones_own_and_a_row_without_a_day_replay_too(within: Any, tmp_path: Path) -> None:
    (tmp_path / "book.ndjson").write_text(
        '{"id":"T-1","direction":"export","item_kind":"technology","published":false,"value":0.1,"ultimate_consignee":"Shop","ultimate_consignee_country":"CN"}\n'
    )
    (tmp_path / "parties.csv").write_text(
        'id,role,name,country,address,listing\nT-1,purchaser,"Huawei Technologies Co., Ltd.",CN,,\n'
    )
    (tmp_path / "mine.md").write_text(
        "# Mine\n\n```toml\nprobability = 0.4\n```\n```toml\nscenario = \"mine\"\nprovision = [\"ear/744.supp7/c1\"]\n"
        "from = 2019-11-19\nthrough = 2019-12-31\nevidence = \"inferred\"\n```\n"
    )  # fmt: skip
    ran = within(
        "determine", str(tmp_path / "book.ndjson"), "--parties", str(tmp_path / "parties.csv"), "--strict",
        "--scenario", str(tmp_path / "mine.md"), "--receipts", str(tmp_path / "r.ndjson"),
    )  # fmt: skip
    assert ran.code == 0, ran.err
    (tmp_path / "mine.md").unlink()
    (tmp_path / "parties.csv").unlink()
    found = within("receipt", "replay", str(tmp_path / "r.ndjson"), "--json")
    assert [one["verdict"] for one in found.objects] == ["same"], found.out
    held = json.loads((tmp_path / "r.ndjson").read_text().splitlines()[0])
    assert held["parties"][0]["name"] == "Huawei Technologies Co., Ltd."
    assert held["on"]
    assert "on" not in held["facts"]
    assert list(held["law"]["pages"]) == ["scenarios/mine.md"]
