"""Papers from the command line: charts, reports, memos."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from pypdf import PdfReader

from tests.calendars import refusals

BOOK = str(Path(__file__).parents[2] / "src" / "carveout" / "examples" / "press-2019-2020.csv")


def test_a_chart_is_drawn_and_told(within: Any, tmp_path: Path) -> None:
    ran = within("chart", "coverage", BOOK, "--known", "2019-11-17", "-o", str(tmp_path / "c.svg"))
    assert ran.code == 0, ran.err
    assert "ends of a free stretch:" in ran.err
    assert "as known on 2019-11-17" in (tmp_path / "c.svg").read_text()


def test_a_chart_of_another_name_is_refused_with_the_names_there_are(within: Any, tmp_path: Path) -> None:
    ran = within("chart", "coverag", BOOK, "-o", str(tmp_path / "c.svg"))
    assert (ran.code, "coverage" in ran.err) == (2, True)
    ran = within("chart", "path", BOOK, "-o", str(tmp_path / "c.svg"))
    assert (ran.code, "--id" in ran.err) == (2, True)
    assert not list(tmp_path.iterdir())


def test_a_report_is_written_and_rejected_rows_are_never_free(within: Any, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    lines = Path(BOOK).read_text().splitlines()[:4]
    book.write_text(
        "\n".join([*lines, lines[1].replace(",2019-05-17,", ",2019-13-17,", 1).replace("logs-before", "X")]) + "\n"
    )
    ran = within("report", str(book), "-o", str(tmp_path / "r.html"))
    assert ran.code == 3, ran.err
    html = (tmp_path / "r.html").read_text()
    assert "None of them may be taken as free" in html
    assert "Not legal advice; liability is strict" in html
    assert within("report", str(book), "-o", str(tmp_path / "r.pdf")).code == 2
    ran = within("report", str(book), "-o", str(tmp_path / "r.xlsx"))
    assert (ran.code, (tmp_path / "r.xlsx").read_bytes()[:2]) == (3, b"PK")


def test_a_memo_of_a_deal_bears_the_receipts_it_signs(within: Any, tmp_path: Path) -> None:
    memo, receipts = tmp_path / "m.pdf", tmp_path / "r.ndjson"
    within("receipt", "key", "-o", str(tmp_path / "k.pem"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARVEOUT_KEY", str(tmp_path / "k.pem"))
        ran = within("memo", BOOK, "--deal", "Blue Heron spares", "-o", str(memo), "--receipts", str(receipts))
        assert ran.code == 0, ran.err
        assert within("receipt", "verify", str(receipts), "--json").objects[0]["receipts"] == 3
    text = "".join(page.extract_text() for page in PdfReader(memo).pages)
    lines = receipts.read_bytes().split(b"\n")
    assert all(hashlib.sha256(line).hexdigest() in text for line in lines[:3])


def test_a_memo_of_nothing_is_refused_with_what_there_is(within: Any, tmp_path: Path) -> None:
    ran = within("memo", BOOK, "--id", "logs-contractor-2019-11-11", "-o", str(tmp_path / "m.pdf"))
    assert (ran.code, "logs-contractor-2019-11-10" in ran.err) == (2, True)
    ran = within("memo", BOOK, "-o", str(tmp_path / "m.pdf"))
    assert (ran.code, "--id or with --deal" in ran.err) == (2, True)
    assert not list(tmp_path.iterdir())


def test_determine_tells_the_deals_and_what_blocks_them(within: Any) -> None:
    ran = within("determine", BOOK)
    assert "Blue Heron spares: LICENSE REQUIRED, blocked by 2 of 3 rows" in ran.err


def test_the_tour_leaves_its_papers_within_a_minute(within: Any, tmp_path: Path) -> None:
    began = process_time()
    ran = within("demo", "--out", str(tmp_path))
    assert ran.code == 0, ran.err
    assert process_time() - began < 60, "a minute of one processor"
    names = {"results.csv", "explanations.md", "report.html", "workbook.xlsx", "memo.pdf", "lapses.ics"}
    assert {one.name for one in tmp_path.iterdir()} == names
    assert all(name in ran.err for name in names)
    assert refusals((tmp_path / "lapses.ics").read_bytes()) == []
    commands = [line.strip() for line in ran.err.splitlines() if line.startswith("    carveout ")]
    assert len(commands) == 5
    for command in commands:
        assert within(*shlex.split(command)[1:]).code == 0, command
