"""The commands as outsiders rely on them: output, exit codes, errors without a traceback."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

GOOD = "id,on,direction,item_kind,origin,ultimate_consignee,ultimate_consignee_country,note\n" \
       'one,2019-06-01,export,commodity,us,"Huawei Technologies Co., Ltd.",CN,=1+1\n'  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_json_is_one_compact_object_a_line_in_input_order(carveout: Any, tmp_path: Path) -> None:
    path = tmp_path / "b.ndjson"
    path.write_text("".join(json.dumps({"id": f"r{n}", "on": "2019-06-01"}) + "\n" for n in range(5)))
    ran = carveout("determine", str(path), "--json")
    assert [found["id"] for found in ran.objects] == [f"r{n}" for n in range(5)]
    assert '": ' not in ran.out
    assert ran.code == 0
    assert "5 rows decided" in ran.err


def test_standard_input_is_ndjson(carveout: Any) -> None:
    ran = carveout(
        "determine",
        "-",
        "--json",
        stdin='{"id": "a", "on": "2019-06-01", "direction": "import", "knowledge_of_violation": false, '
        '"ultimate_consignee": "Prairie Labs Inc.", "ultimate_consignee_country": "US"}\n',
    )
    assert ran.objects[0]["overall"]["at_most"] == "not_subject"


def test_bad_rows_are_listed_and_good_rows_still_run(carveout: Any, book: Path) -> None:
    book.write_text(GOOD + "two,2019-06-01,exprot,,,,,\none,2019-06-02,,,,,,\n,2019-06-01,,,,,,\n")
    ran = carveout("determine", str(book), "--json")
    assert ran.code == 3
    assert [found["id"] for found in ran.objects] == ["one"]
    assert "did you mean 'export'?" in ran.err
    assert "an id that no earlier row has" in ran.err
    assert "a name of its own for every row" in ran.err


def test_results_carry_the_input_columns_and_neutralize_formulas(carveout: Any, book: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert carveout("determine", str(book), "-o", str(target)).code == 0
    (row,) = list(csv.DictReader(target.open(encoding="utf-8")))
    assert row["note"] == "'=1+1"
    assert row["overall_at_most"] in ("license_required", "prohibited")
    for column in ("overall_at_least", "overall_decision", "ear_changes_on", "ear_authority_through", "ear_authorizations",
                   "ear_matters", "ear_assumed", "ear_evidence", "ear_review_policy", "explanation_id"):  # fmt: skip
        assert column in row
    assert not list(tmp_path.glob(".out*"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("determine", "nowhere.csv"), "nowhere.csv is not there; check the path"),
        (("determine", "."), ". is a directory; name a file"),
        (
            ("determine", __file__.replace("test_command_line.py", "conftest.py")),
            "books are .csv, .xlsx, .parquet, .ndjson, .jsonl, .arrow, .feather, not .py",
        ),
        (("ask", "--fact", "direktion=export"), "did you mean direction?"),
        (("ask", "--fact", "direction"), "is not NAME=VALUE"),
        (("ask", "--fact", "direction=exprot"), "did you mean 'export'?"),
        (("ask", "--on", "yesterday"), "--on 'yesterday' is not a day; write YYYY-MM-DD"),
        (("ask", "--on", "2011-01-01"), "on or after 2019-01-01"),
        (("ask", "--scenario", "six-months"), "no scenario 'six-months'"),
        (("law", "show", "ear/744.supp7/c9"), "did you mean ear/744.supp7/c"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_code_two(
    carveout: Any, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = carveout(*arguments)
    assert ran.code == 2
    assert sentence in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty; a book has a line or a row that names the columns"),
        ("id,on,on\n", "column 'on' is there twice"),
        ('id\n"x\n', "not CSV"),
    ],
)
def test_a_broken_file_is_refused_whole(carveout: Any, book: Path, text: str, sentence: str) -> None:
    book.write_text(text)
    ran = carveout("determine", str(book))
    assert ran.code == 2
    assert sentence in ran.err


def test_bytes_that_are_no_text_are_refused(carveout: Any, book: Path) -> None:
    book.write_bytes(b"id,on\n\xff\xfe,2019-01-01\n")
    assert "is not UTF-8" in carveout("determine", str(book)).err


def test_a_near_miss_column_is_warned_about(carveout: Any, book: Path) -> None:
    book.write_text("id,on,Item Kind\na,2019-06-01,commodity\n")
    assert "did you mean 'item_kind'?" in carveout("determine", str(book), "--json").err


def test_explain_tells_the_whole_reason(carveout: Any, book: Path) -> None:
    told = carveout("explain", str(book), "--id", "one").out
    assert "license requirement for parties on the Entity List" in told
    assert "presumption of denial" in told
    assert "Not legal advice" in told
    tree = carveout("explain", str(book), "--id", "one", "--json").objects[0]
    assert tree["units"][0]["burdens"]
    assert carveout("explain", str(book), "--id", "one", "--markdown").out.startswith("## one on 2019-06-01")


def test_explain_of_a_row_that_is_not_there_names_the_nearest(carveout: Any, book: Path) -> None:
    ran = carveout("explain", str(book), "--id", "ome")
    assert ran.code == 2
    assert "did you mean one?" in ran.err


def test_the_law_can_be_read(carveout: Any) -> None:
    listed = carveout("law", "list", "--on", "2019-06-01", "--json").objects
    states = {row["provision"]: row["state"] for row in listed}
    assert states["ear/744.supp7/c4"] == "in force"
    assert states["ear/744.supp4/footnote2"] == "not in force"
    shown = carveout("law", "show", "ear/744.supp7/c1", "--json", "--known", "2019-11-17").objects[0]
    assert shown["stretches"][-1]["through"] == "2019-11-18"
    term = carveout("law", "show", "fcc/1.50004/term", "--json").objects[0]
    assert term["due"] == ["first_disbursed_on + 12 months", "removal_extended_through"]
    instruments = carveout("law", "timeline", "--json").objects
    assert [i["effective"] for i in instruments] == sorted(i["effective"] for i in instruments)
    facts = {row["name"]: row for row in carveout("law", "facts", "--json").objects}
    assert facts["intermediate_consignee"]["default"] == "none"


def test_no_color_reaches_a_pipe(carveout: Any, book: Path) -> None:
    assert "\x1b[" not in carveout("determine", str(book)).out
    assert "\x1b[" not in carveout("law", "list").out


def test_completion_can_be_shown(carveout: Any) -> None:
    assert carveout("--show-completion", "bash").code in (0, 2)


def test_help_names_every_command(carveout: Any) -> None:
    text = carveout("--help").out
    for command in ("determine", "explain", "ask", "law", "demo"):
        assert command in text
