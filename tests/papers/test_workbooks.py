"""All workbooks: one look, nothing that runs, and a program that knows nothing of ours opens them."""

from __future__ import annotations

import csv
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from carveout.doors.cli.plan_law import composed
from carveout.law.corpus import bundled
from carveout.origin.calculation import calculate
from carveout.origin.reader import read_bill
from carveout.papers.bill_workbook import write_bill_workbook
from carveout.papers.lot_workbook import COLUMNS as LOTS
from carveout.papers.lot_workbook import write_lot_workbook
from carveout.papers.plan_workbook import write_plan_workbook
from carveout.papers.screening_table import COLUMNS as NAMES
from carveout.papers.screening_table import write_screening
from carveout.parties.matcher import matcher_of
from carveout.parties.name_check import check
from carveout.parties.query import Query
from carveout.plan.lot_file import read_lot
from carveout.plan.lot_start import last_lot_starts
from tests.conftest import absent

EXAMPLES = Path(__file__).parents[2] / "src" / "carveout" / "examples"
EVIL = "=HYPERLINK(1)"
SCREENED = ("Huawei Technologies Co., Ltd.", "华为技术有限公司", "Blue Heron Wireless", EVIL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each: a bill, lots, a screening, a plan."""
    place, view = tmp_path_factory.mktemp("workbooks"), bundled().view()
    bill = read_bill(EXAMPLES / "chip-supplier" / "bill.csv", rates={})
    write_bill_workbook(place / "bill.xlsx", calculate(bill, view, "CN", date(2019, 7, 1)))
    lot = read_lot(EXAMPLES / "chip-supplier" / "lot.toml")
    found = last_lot_starts(
        view,
        lambda begun, shipped: composed(lot.row(begun, shipped, view), view, shipped),
        lot.cycle,
        rule="ear/734.9/e1",
    )
    write_lot_workbook(place / "lots.xlsx", "lot.toml", found, {"Cycle": "95 to 130 days", **lot.cells})
    checked = list(check(matcher_of(view), [Query(name) for name in SCREENED], date(2020, 6, 1)))
    for ending in (".xlsx", ".csv"):
        write_screening(place / f"screen{ending}", checked, lambda: [("Screened", len(SCREENED))])
    write_plan_workbook(
        place / "plan.xlsx",
        "A plan",
        {"Plan": (["what", "share", "day", "count"], [[EVIL, 0.25, "2020-06-01", 1200]])},
        ["share"],
    )
    return place


BOOKS = ("bill", "lots", "screen", "plan")


@pytest.mark.parametrize("name", BOOKS)
def test_tables_have_filters_a_frozen_header_and_nothing_that_runs(name: str, folder: Path) -> None:
    with zipfile.ZipFile(folder / f"{name}.xlsx") as parts:
        sheets = [parts.read(one).decode() for one in parts.namelist() if one.startswith("xl/worksheets/sheet")]
        assert any("<autoFilter" in text for text in sheets)
        assert name == "bill" or any('state="frozen"' in text for text in sheets)
        assert not any("<f>" in text or "<hyperlink" in text for text in sheets)
        assert all('fitToWidth="1"' in text or "fitToHeight" in text for text in sheets), "a page wide in print"


def rows_of(path: Path, sheet: str, **more: Any) -> list[tuple[Any, ...]]:
    return fastexcel.read_excel(path).load_sheet(sheet, **more).to_polars().rows()


def test_a_screening_leaves_no_name_out(folder: Path) -> None:
    with (folder / "screen.csv").open(encoding="utf-8", newline="") as stream:
        plain = list(csv.DictReader(stream))
    assert list(plain[0]) == list(NAMES)
    rows = rows_of(folder / "screen.xlsx", "Names")
    assert list(dict.fromkeys(row[0] for row in rows)) == list(SCREENED)
    assert [row[0] for row in rows] == [line["name"].removeprefix("'") for line in plain]
    assert {line["name"]: line["decision"] for line in plain} == {
        SCREENED[0]: "alert", SCREENED[1]: "alert", SCREENED[2]: "clear", f"'{EVIL}": "clear",
    }  # fmt: skip
    assert all(line["entry"] and line["citation"] for line in plain if line["decision"] == "alert")


def test_the_lots_are_those_that_were_found(folder: Path) -> None:
    rows = {str(row[0])[:10]: dict(zip(LOTS, row, strict=True)) for row in rows_of(folder / "lots.xlsx", "Versions")}
    august = rows["2020-08-17"]
    assert str(august["last shipment"]).startswith("2020-09-14")
    assert "85 FR 51596" in august["rule"]


def test_a_bill_is_a_page_to_sign(folder: Path) -> None:
    cells = [str(cell) for row in rows_of(folder / "bill.xlsx", "calculation", header_row=None) for cell in row if cell is not None]  # fmt: skip
    for said in ("Verdict", "Prepared by", "Reviewed by", "CONVERTER", "3A001.a.5", "13.21 to 25.47 percent"):
        assert said in cells, said


def test_libreoffice_opens_every_workbook(folder: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or absent("LibreOffice (apt install libreoffice-calc): workbooks are not opened with it")  # fmt: skip
    done = subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
         "--outdir", str(tmp_path), *(str(folder / f"{name}.xlsx") for name in BOOKS)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    written = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.csv")}
    assert set(written) == {
        "bill-calculation",
        "lots-Versions",
        "lots-Lot",
        "screen-Summary",
        "screen-Names",
        "plan-Plan",
    }, done.stderr
    assert EVIL in written["screen-Names"]
    assert "华为技术有限公司" in written["screen-Names"]
    assert "=HYPERLINK(1),25%,2020-06-01,1200" in written["plan-Plan"]
    assert "2020-09-14" in written["lots-Versions"]
