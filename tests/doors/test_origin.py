"""``origin bill`` and ``law import-tables`` as outsiders run them."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest


@pytest.fixture
def bill(carveout: Any, tmp_path: Path) -> Path:
    path = tmp_path / "bill.csv"
    path.write_text(carveout("origin", "bill", "--template").out, encoding="utf-8")
    return path


def test_the_sheet_is_printed_and_says_all_that_a_reviewer_signs(carveout: Any, bill: Path) -> None:
    ran = carveout("origin", "bill", str(bill), "--destination", "CN", "--on", "2021-03-01")
    assert ran.code == 0
    for said in (
        "12 to 17.5 percent",
        "25 percent",
        "734.4(d)",
        "stated: needs a license to China",
        "Reviewed by",
        "Not legal advice",
    ):
        assert said in ran.out


def test_json_is_one_object_per_item(carveout: Any, bill: Path) -> None:
    (found,) = carveout("origin", "bill", str(bill), "--destination", "cu", "--on", "2021-03-01", "--json").objects
    assert (found["item"], found["destination"], found["verdict"]) == ("BOX", "CU", "above")
    assert found["threshold_pct"]["at_most"] == 10
    assert found["facts"]["us_controlled_content_pct"] == "18.5..19.5"


def test_the_facts_decide_a_book(carveout: Any, bill: Path, tmp_path: Path) -> None:
    (found,) = carveout("origin", "bill", str(bill), "--destination", "CN", "--on", "2019-10-01", "--json").objects
    facts = [f"--fact={name}={value}" for name, value in found["facts"].items()]
    facts += ["--fact=direction=reexport", "--fact=located_in_us=false", "--fact=ultimate_consignee=Huawei Technologies Co., Ltd.",
              "--fact=ultimate_consignee_country=CN", "--fact=knowledge_of_violation=false", "--fact=diversion_knowledge=false"]  # fmt: skip
    (told,) = carveout("ask", "--on", "2019-10-01", "--json", *facts).objects
    assert told["overall"]["at_most"] == "not_subject"


def test_a_workbook_and_a_page(carveout: Any, bill: Path, tmp_path: Path) -> None:
    for name in ("sheet.xlsx", "sheet.md"):
        ran = carveout(
            "origin", "bill", str(bill), "--destination", "CN", "--on", "2021-03-01", "-o", str(tmp_path / name)
        )
        assert (ran.code, ran.out) == (0, "")
    cells = [cell for row in pl.read_excel(tmp_path / "sheet.xlsx", has_header=False).rows() for cell in row]
    assert "CHIP" in cells
    assert "Verdict" in cells


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--destination", "China"], "did you mean CN?"), (["--destination", "CN", "-o", "x.pdf"], ".md or .xlsx"),
        (["--destination", "CN", "--tables", "imported"], "no EAR tables are imported"),
        (["--destination", "CN", "--on", "2018-01-01"], "says nothing"), (["--destination", "CN", "--item", "X"], "no part 'X'"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_a_sentence(carveout: Any, bill: Path, more: list[str], said: str) -> None:
    ran = carveout("origin", "bill", str(bill), *more)
    assert ran.code == 2
    assert said in ran.err


def test_bad_cells_are_told_and_the_rest_runs(carveout: Any, bill: Path) -> None:
    bill.write_text(bill.read_text(encoding="utf-8").replace("45..55", "fifty"), encoding="utf-8")
    ran = carveout("origin", "bill", str(bill), "--destination", "CN", "--on", "2021-03-01", "--json")
    assert ran.code == 3
    assert "line 5, column unit_value: 'fifty'" in ran.err
    assert ran.objects[0]["verdict"] == "undetermined"


def test_tables_are_imported_and_then_used(
    carveout: Any, bill: Path, test_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARVEOUT_TABLES", str(tmp_path / "tables"))
    ran = carveout("law", "import-tables", str(test_data / "ear"), "--json")
    assert ran.code == 0
    assert (ran.objects[0]["issued"], ran.objects[0]["eccns"], ran.objects[0]["not_recognized"]) == (
        "2026-07-23",
        633,
        [],
    )
    bill.write_text(
        bill.read_text(encoding="utf-8").replace("FPGA,BOARD,1,45..55,USD,us,,", "FPGA,BOARD,1,50,USD,us,3A001,")
    )
    (found,) = carveout("origin", "bill", str(bill), "--destination", "CN", "--on", "2026-08-01", "--json").objects
    assert found["content_pct"] == {"at_least": 17.0, "at_most": 17.0}
    assert found["tables"]["issued"] == "2026-07-23"
    asked = [
        "--fact=eccn=3A001",
        "--fact=destination=CN",
        "--fact=direction=export",
        "--fact=item_kind=commodity",
        "--fact=knowledge_of_violation=false",
    ]
    told = carveout("ask", "--on", "2026-08-01", "--json", *asked).objects[0]
    assert told["overall"]["at_least"] == "license_required"
    assert "ccl_license_required" in told["regimes"]["ear"]["assumed"]
    assert carveout("law", "import-tables", str(tmp_path)).code == 2


PROCESS = str(files("carveout") / "examples" / "foundry" / "process.toml")


def test_a_process_says_by_which_path_its_item_is_a_direct_product(carveout: Any) -> None:
    ran = carveout("origin", "process", PROCESS, "--on", "2020-09-20")
    assert ran.code == 0
    assert "modem chip, shipped on 2020-09-20: is a direct product" in ran.out
    assert "step etch uses tool etcher (direct product of 3E001 technology of US origin)" in ran.out
    assert "plant_us_origin = true" in ran.out
    assert "Not legal advice" in ran.out


def test_before_the_rule_nothing_was_one(carveout: Any) -> None:
    [told] = carveout("origin", "process", PROCESS, "--on", "2020-05-14", "--json").objects
    assert (told["direct_product"], told["limbs"]) == ("no", {"item": "no", "plant": "no"})
    assert told["cells"]["plant_eccns"] == "3E001"


def test_what_a_process_leaves_open_is_asked(carveout: Any, tmp_path: Path) -> None:
    path = tmp_path / "process.toml"
    path.write_text(Path(PROCESS).read_text(encoding="utf-8").replace(", us_origin = true", ""), encoding="utf-8")
    ran = carveout("origin", "process", str(path), "--on", "2020-09-20")
    assert "may be a direct product" in ran.out
    assert "Is the technology behind tool etcher of US origin?" in ran.out


def test_an_item_that_no_step_makes_is_refused_with_those_that_are_made(carveout: Any) -> None:
    ran = carveout("origin", "process", PROCESS, "--item", "antenna")
    assert ran.code == 2
    assert "there is modem chip" in ran.err
