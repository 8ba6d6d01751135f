"""``carveout plan lots``, as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import fastexcel

LOT = """
[plan]
cycle_days = [80, 110]
[row]
direction = "export_from_abroad"
item_kind = "commodity"
origin = "foreign"
located_in_us = "false"
us_controlled_content_pct = "0"
input_eccns = "none"
plant_eccns = "3E001"
plant_us_origin = "true"
design_owner = "HiSilicon"
ultimate_consignee = "HiSilicon Technologies Co., Ltd"
ultimate_consignee_country = "CN"
ccl_license_required = "false"
knowledge_of_violation = "false"
diversion_knowledge = "false"
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "carveout", *arguments], capture_output=True, text=True, check=False)


def test_the_last_lot_start_as_known_in_june_2020(tmp_path: Path) -> None:
    path = tmp_path / "lot.toml"
    path.write_text(LOT, encoding="utf-8")
    done = run("plan", "lots", str(path), "--known", "2020-06-01", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["cycle_days"] == [80, 110]
    may = next(version for version in told["versions"] if version["from"] == "2020-05-15")
    assert may["last_start"] == {"day": "2020-05-15", "open": False, "ends": ["ear/734.9/savings-2020-05-15"]}
    assert may["through"] is None
    shown = run("plan", "lots", str(path), "--known", "2020-06-01")
    assert shown.returncode == 0
    assert "2020-05-15" in shown.stdout


def test_lots_are_written_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "lot.toml"
    path.write_text(LOT, encoding="utf-8")
    done = run("plan", "lots", str(path), "--known", "2020-06-01", "-o", str(tmp_path / "lots.xlsx"))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert fastexcel.read_excel(tmp_path / "lots.xlsx").sheet_names == ["Versions", "Lot"]
    assert run("plan", "lots", str(path), "-o", str(tmp_path / "lots.csv")).returncode == 2


def test_a_file_that_is_no_lot_ends_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "lot.toml"
    path.write_text("[plan]\ncycle_days = 80\n[row]\n", encoding="utf-8")
    done = run("plan", "lots", str(path))
    assert done.returncode == 2
    assert "cycle_days = [shortest, longest]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_lot_of_the_examples_is_planned_from_its_process() -> None:
    done = run(
        "plan", "lots", str(files("carveout") / "examples" / "foundry" / "lot.toml"), "--known", "2020-06-01", "--json"
    )
    assert done.returncode == 0, done.stderr
    may = next(version for version in json.loads(done.stdout)["versions"] if version["from"] == "2020-05-15")
    assert may["last_start"]["day"] == "2020-05-15"
