"""``diff``, and scenarios by name or by path, as a stranger meets them."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

BOOK = str(files("carveout") / "examples" / "press-2019-2020.csv")
NOVEMBER = "known=2019-11-17"
ROUTER = "router-update-last-day-2020-08-13"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "until-new-year.md"
    path.write_text(
        "# Prolonged until the new year\n\n```toml\nprobability = 0.4\n```\n```toml\n"
        'scenario = "until-new-year"\nprovision = ["ear/744.supp7/c1", "ear/744.supp7/c2"]\n'
        'from = 2019-11-19\nthrough = 2019-12-31\nevidence = "inferred"\n```\n',
        encoding="utf-8",
    )
    return path


def test_flips_as_json_in_input_order_and_a_sentence_beside(carveout: Any) -> None:
    ran = carveout("diff", BOOK, "--from", NOVEMBER, "--json")
    assert ran.code == 0
    assert set(ran.objects[0]) == {"id", "on", "before", "after", "direction", "causes"}
    by_id = {flip["id"]: flip for flip in ran.objects}
    assert by_id[ROUTER] == {
        "id": ROUTER, "on": "2020-08-13", "before": "license_required", "after": "authorized", "direction": "freed",
        "causes": ["ear/744.supp7/c1"],
    }  # fmt: skip
    with Path(BOOK).open(encoding="utf-8") as stream:
        order = [row["id"] for row in csv.DictReader(stream)]
    assert [flip["id"] for flip in ran.objects] == [identifier for identifier in order if identifier in by_id]
    assert ran.err.startswith(
        "Under the law as known today instead of the law as known on 2019-11-17, 10 of 72 rows flip: 6 that were barred are "
        "free, 4 are no longer settled; through ear/744.supp7/c1 (4), "
    )


def test_what_determine_says_under_each_view_is_what_flips(carveout: Any) -> None:
    def outcomes(*options: str) -> dict[str, str]:
        found = {}
        for row in carveout("determine", BOOK, "--json", *options).objects:
            low, high = row["overall"]["at_least"], row["overall"]["at_most"]
            found[row["id"]] = low if low == high else f"{low}..{high}"
        return found

    before = outcomes("--known", "2019-11-17", "--scenario", "two-weeks-2019-11")
    after = outcomes("--scenario", "no-extension-2020-02-16")
    flips = carveout(
        "diff",
        BOOK,
        "--from",
        f"{NOVEMBER},scenario=two-weeks-2019-11",
        "--to",
        "scenario=no-extension-2020-02-16",
        "--json",
    ).objects
    assert {flip["id"]: (flip["before"], flip["after"]) for flip in flips} == {
        name: (before[name], after[name]) for name in before if before[name] != after[name]
    }
    assert len(flips) > 5


def test_groups_on_a_terminal_with_value_by_currency(carveout: Any) -> None:
    ran = carveout("diff", BOOK, "--from", NOVEMBER)
    lines = ran.out.splitlines()
    assert lines[0].split() == ["rows", "before", "after", "through", "value"]
    assert lines[1].split() == ["2", "license_required", "authorized", "ear/744.supp7/c1", "USD", "4,200"]
    assert lines[-1].startswith("Under the law as known today instead of the law as known on 2019-11-17, 10 of 72 rows")
    assert ran.err == ""


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".ndjson", ".xlsx"])
def test_flips_in_a_file(carveout: Any, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"flips{ending}"
    ran = carveout("diff", BOOK, "--from", NOVEMBER, "-o", str(target))
    assert ran.code == 0
    assert ran.out == ""
    assert f"Written to {target}." in ran.err
    if ending == ".csv":
        with target.open(encoding="utf-8") as stream:
            rows: list[dict[str, Any]] = list(csv.DictReader(stream))
    elif ending == ".parquet":
        rows = pq.read_table(target).to_pylist()
    elif ending == ".ndjson":
        rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    else:
        import fastexcel

        rows = fastexcel.read_excel(target).load_sheet(0).to_polars().to_dicts()
    [router] = [row for row in rows if row["id"] == ROUTER]
    assert len(rows) == 10
    assert (router["before"], router["after"], str(router["on"])[:10]) == (
        "license_required",
        "authorized",
        "2020-08-13",
    )
    assert router["causes"] in ("ear/744.supp7/c1", ["ear/744.supp7/c1"])


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx", ".ndjson"])
def test_a_file_without_flips_has_its_columns(carveout: Any, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"flips{ending}"
    ran = carveout("diff", BOOK, "--to", "scenario=six-months-2019-11", "-o", str(target))
    assert ran.code == 0
    assert "none of 72 rows flips." in ran.err
    columns = ["id", "on", "before", "after", "direction", "causes", "hindsight", "deal", "site", "value", "currency"]
    if ending == ".csv":
        assert target.read_text(encoding="utf-8").strip().replace('"', "").split(",") == columns
    elif ending == ".parquet":
        assert pq.read_table(target).column_names == columns
    else:
        assert target.exists()


def test_a_page_of_a_user_is_a_scenario_wherever_one_is_named(carveout: Any, page: Path, tmp_path: Path) -> None:
    flips = carveout("diff", BOOK, "--from", NOVEMBER, "--to", f"{NOVEMBER},scenario={page}", "--json")
    freed = {flip["id"] for flip in flips.objects if flip["direction"] == "freed"}
    assert freed == {"spare-defective-board-2019-12-03"}
    assert {flip["hindsight"] for flip in flips.objects if flip["direction"] == "freed"} == {"authorized"}
    assert "with until-new-year (probability 0.4) instead of the law as known on 2019-11-17" in flips.err
    options = ("--known", "2019-11-17", "--scenario", str(page))
    told = carveout("determine", BOOK, *options, "--json").objects
    [board] = [row for row in told if row["id"] in freed]
    assert board["scenarios"] == ["until-new-year"]
    assert board["regimes"]["ear"]["changes_on"] == "2020-01-01"
    target = tmp_path / "out.csv"
    assert carveout("determine", BOOK, *options, "-o", str(target)).code == 0
    with target.open(encoding="utf-8") as stream:
        assert {r["ear_changes_on"] for r in csv.DictReader(stream) if r["id"] in freed} == {"2020-01-01"}
    asked = carveout("ask", "--on", "2019-12-01", *options, "--fact", "direction=export", "--json")
    assert asked.objects[0]["scenarios"] == ["until-new-year"]


def test_scenarios_are_listed_and_checked(carveout: Any, page: Path) -> None:
    rows = carveout("law", "scenarios", "--scenario", str(page), "--json").objects
    by_name = {row["name"]: row for row in rows}
    assert [row["first_day"] for row in rows] == sorted(row["first_day"] for row in rows)
    assert by_name["until-new-year"]["probability"] == 0.4
    assert by_name["two-weeks-2019-11"]["probability"] is None
    assert by_name["huawei-delisted-2027"]["entries"] == 153
    listed = carveout("law", "scenarios", "--scenario", str(page)).out
    assert "until-new-year" in listed
    assert "0.4" in listed
    checked = carveout("law", "check", "--scenario", str(page), "--json")
    assert checked.code == 0
    told = {row["provision"]: row["ok"] for row in checked.objects if row["check"] == "scenario"}
    assert told == dict.fromkeys(by_name, True)
    page.write_text(page.read_text(encoding="utf-8").replace("c1", "c9"), encoding="utf-8")
    refused = carveout("law", "check", "--scenario", str(page))
    assert refused.code == 2
    assert f"{page}:8: no provision 'ear/744.supp7/c9'; did you mean ear/744.supp7/" in refused.err


def test_rejected_rows_are_told_and_the_others_compared(carveout: Any, tmp_path: Path) -> None:
    with Path(BOOK).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rows[0]["on"] = "soon"
    book, target = tmp_path / "book.csv", tmp_path / "flips.csv"
    with book.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows([*rows, rows[5]])
    ran = carveout("diff", str(book), "--from", NOVEMBER, "--json")
    assert ran.code == 3
    assert len(ran.objects) == 10
    assert "10 of 71 rows flip" in ran.err
    assert "rejected: row logs-before-license-2019-05-17, column on: 'soon'" in ran.err
    assert "2 rejected." in ran.err
    assert carveout("diff", str(book), "--from", NOVEMBER, "-o", str(target)).code == 3
    assert (tmp_path / "flips.rejects.csv").read_text(encoding="utf-8").count("\n") == 3


def test_where_no_row_can_be_decided_no_file_is_written(carveout: Any, tmp_path: Path) -> None:
    book, target = tmp_path / "book.csv", tmp_path / "flips.parquet"
    book.write_text("id,on\nr,soon\n", encoding="utf-8")
    ran = carveout("diff", str(book), "--from", NOVEMBER, "-o", str(target))
    assert ran.code == 3
    assert f"no row could be decided.\n1 rejected.\nNo row could be decided; {target} is not written." in ran.err
    assert not target.exists()


def test_a_book_on_standard_input_and_a_day_for_all_rows(carveout: Any) -> None:
    line = json.dumps({"id": "r", "direction": "export", "item_kind": "commodity", "published": False, "activity": "sale",
                       "ultimate_consignee": "HiSilicon Technologies Co., Ltd", "ultimate_consignee_country": "CN",
                       "ccl_license_required": False, "knowledge_of_violation": False, "diversion_knowledge": False})  # fmt: skip
    ran = carveout("diff", "-", "--on", "2019-06-01", "--from", "known=2019-05-10", "--json", stdin=line + "\n")
    assert [(flip["on"], flip["before"], flip["after"]) for flip in ran.objects] == [
        ("2019-06-01", "no_license_required", "license_required")
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "--from and --to are the same view; give one of them a day (known=DATE) or a scenario (scenario=NAME)"),
        (("--from", "2019-11-17"), "--from '2019-11-17' is not a view; write known=YYYY-MM-DD,scenario=NAME"),
        (("--to", "known=17.11.2019"), "--to known '17.11.2019' is not a day; write YYYY-MM-DD"),
        (("--to", "known=2019-11-17,known=2019-11-18"), "names two days of knowledge; name one"),
        (("--to", "scenario="), "is not a view"),
        (("--to", "scenario=six-months"), "no scenario 'six-months'; did you mean six-months-2019-11? (a page of your own"),
        (("--to", "scenario=nowhere.md"), "nowhere.md:1: no such file or directory; name a page that is there"),
        (("--to", "scenario=two-weeks-2019-11", "-o", "flips.doc"), "results are written as .csv, .xlsx, .parquet, .ndjson"),
        (("--to", "scenario=two-weeks-2019-11", "-o", BOOK), "is what is read; name another file for the results"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_in_one_sentence(carveout: Any, arguments: tuple[str, ...], told: str) -> None:
    ran = carveout("diff", BOOK, *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert told in ran.err
