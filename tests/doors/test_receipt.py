"""Receipts from the command line: written, continued, verified, replayed, refused."""

from __future__ import annotations

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
def place(tmp_path_factory: pytest.TempPathFactory, carveout: Any) -> Path:
    """A key, a book with a bad row, and the receipts of its good ones as known on a day, with a scenario."""
    folder = tmp_path_factory.mktemp("receipts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARVEOUT_KEY", str(folder / "k.pem"))
        assert carveout("receipt", "key").code == 0
        (folder / "book.csv").write_text(ROWS)
        ran = carveout(
            "determine", str(folder / "book.csv"), "--known", "2019-11-17", "--scenario", "no-extension-2019-11-18",
            "--receipts", str(folder / "r.ndjson"),
        )  # fmt: skip
        assert ran.code == 3
        assert "2 receipts, sealed" in ran.err
    return folder


@pytest.fixture(autouse=True)
def own_key(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARVEOUT_KEY", str(place / "k.pem"))


def test_what_determine_wrote_is_verified_with_the_key_that_is_trusted(place: Path, carveout: Any) -> None:
    ran = carveout("receipt", "verify", str(place / "r.ndjson"), "--key", str(place / "k.pub"), "--json")
    assert (ran.code, ran.objects[0]["receipts"], ran.objects[0]["trusted"]) == (0, 2, True)
    head = ran.objects[0]["head"]
    assert carveout("receipt", "verify", str(place / "r.ndjson"), "--head", head).code == 0
    ran = carveout("receipt", "verify", str(place / "r.ndjson"), "--head", "0" * 64)
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


def test_a_replay_decides_alike(place: Path, carveout: Any) -> None:
    ran = carveout("receipt", "replay", str(place / "r.ndjson"), "--json")
    assert (ran.code, [one["verdict"] for one in ran.objects]) == (0, ["same", "same"])
    assert "Not the recorded" not in ran.err


def test_another_law_is_said_plainly_and_other_outcomes_are_refused(
    place: Path, carveout: Any, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    import shutil

    law = tmp_path / "law"
    shutil.copytree(pytestconfig.rootpath / "src" / "carveout" / "corpus" / "us", law)
    page = law / "ear" / "744.11" / "entity-list.md"
    page.write_text(page.read_text() + "\nA remark.\n")
    ran = carveout("receipt", "replay", str(place / "r.ndjson"), "--law", str(law))
    assert ran.code == 0
    assert "Not the recorded law" in ran.err
    assert "2 with the same outcome only" in ran.err
    entries = next((law / "lists").glob("*.toml"))
    entries.write_text(entries.read_text().replace("from = 2019-05-16", "from = 2019-12-16"))
    ran = carveout("receipt", "replay", str(place / "r.ndjson"), "--law", str(law))
    assert ran.code == 1
    assert "with another outcome" in ran.err


def test_a_file_goes_on_and_is_refused_by_another_key(place: Path, carveout: Any, tmp_path: Path) -> None:
    book, receipts = str(place / "book.csv"), tmp_path / "r.ndjson"
    carveout("determine", book, "--receipts", str(receipts))
    first = receipts.read_bytes()
    carveout("determine", book, "--receipts", str(receipts), "-o", str(tmp_path / "out.csv"))
    assert receipts.read_bytes().startswith(first)
    assert carveout("receipt", "verify", str(receipts), "--json").objects[0]["receipts"] == 4
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARVEOUT_KEY", str(tmp_path / "other.pem"))
        carveout("receipt", "key")
        ran = carveout("determine", book, "--receipts", str(receipts))
    assert ran.code == 2
    assert "cannot be continued" in ran.err
    assert carveout("receipt", "verify", str(receipts), "--json").objects[0]["receipts"] == 4


def test_without_a_key_it_is_said_how_to_make_one(carveout: Any, place: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARVEOUT_KEY", str(tmp_path / "none.pem"))
        ran = carveout("determine", str(place / "book.csv"), "--receipts", str(tmp_path / "r.ndjson"))
    assert ran.code == 2
    assert "carveout receipt key makes one" in ran.err
    assert not (tmp_path / "r.ndjson").exists()
