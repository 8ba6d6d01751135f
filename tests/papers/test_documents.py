"""Memo, report and workbook: they say all they must, escape what they are given, and open where they are read."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import fastexcel
import pytest
from pypdf import PdfReader

from carveout.book.course import Course, courses
from carveout.book.deal import Deals
from carveout.book.decide_book import Asked, Decided, decide_book
from carveout.book.reader import Record, read_book
from carveout.law.corpus import bundled
from carveout.papers.address import address
from carveout.papers.charts.cascade import Day
from carveout.papers.charts.exposure import exposure
from carveout.papers.memo import memo_data, typeset
from carveout.papers.report import Shown, report_html
from carveout.papers.said import said
from carveout.papers.workbook import write_workbook
from tests.conftest import absent

BOOK = Path(__file__).parents[2] / "src" / "carveout" / "examples" / "press-2019-2020.csv"
WRITTEN = datetime(2026, 11, 28, 12, tzinfo=UTC)
NAMES = "华为技术有限公司", "هواوي", "ООО «Хуавэй»"
NOTICE = "Not legal advice; liability is strict; regimes of other countries are out of scope."
EVIL = '=1+1"><script>alert(1)</script>&amp;#strong[x]'


@pytest.fixture(scope="module")
def rows() -> list[Decided]:
    """A free row, a barred one and an open one of one deal, with names in three scripts, a formula and markup in cells."""
    held = {record.cells["id"]: dict(record.cells) for record in read_book(str(BOOK))}
    chosen = [
        held[name]
        for name in ("logs-contractor-2019-11-10", "certified-by-exporter-2019-08-20", "certified-who-knows-2020-02-11")
    ]
    for cells, name in zip(chosen, NAMES, strict=True):
        cells |= {"deal": "D & <1>", "actor": name, "story": EVIL, "value": "1200.5", "currency": "USD"}
    found = list(decide_book([Record(n, cells) for n, cells in enumerate(chosen, 1)], Asked(bundled().view())))
    assert all(one.determination for one in found)
    return found


@pytest.fixture(scope="module")
def held(rows: list[Decided]) -> dict[str, Course]:
    return {one.id: one for one in courses(rows)}


@pytest.fixture(scope="module")
def deals(rows: list[Decided]) -> Deals:
    found = Deals()
    for one in rows:
        found.add_row(one.record.cells, one.row.id, one.determination)
    return found


@pytest.fixture(scope="module")
def pdf(rows: list[Decided], held: dict[str, Course], deals: Deals) -> PdfReader:
    data = memo_data(
        rows, held, deal=deals.found["D & <1>"], receipts={rows[0].row.id: ("a" * 64, "b" * 64)}, written=WRITTEN,
        through=date(2020, 12, 31),
    )  # fmt: skip
    return PdfReader(io.BytesIO(typeset(data, WRITTEN)))


@pytest.fixture(scope="module")
def text(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


# The memo


def test_the_memo_says_all_that_is_filed(rows: list[Decided], held: dict[str, Course], text: str) -> None:
    for heading in ("QUESTION", "ANSWER", "REASONS", "CONDITIONS OUTSTANDING", "ASSUMPTIONS", "WHAT WOULD CHANGE IT",
                    "EVIDENCE", "FACTS AS STATED", "RECEIPT"):  # fmt: skip
        assert text.upper().count(heading) >= len(rows), heading
    for one in rows:
        told = said(one, held[one.row.id])
        for sentence in (told.question.partition(" export ")[2], told.answer[0], *told.answer[1:], *told.cautions):
            assert sentence.replace(" ", "") in text.replace(" ", ""), sentence
        for _, default in told.assumed:
            assert default in text
        assert told.proof[0][1] in text
    assert "a" * 64 in text
    assert "none was written for this memo" in text


def test_every_page_of_the_memo_says_the_notice(pdf: PdfReader) -> None:
    for page in pdf.pages:
        assert NOTICE in " ".join(page.extract_text().split())


def test_the_memo_names_the_deal_and_what_blocks_it(text: str) -> None:
    assert "Blocked by 2 of 3 rows: certified-by-exporter-2019-08-20, certified-who-knows-2020-02-11" in text


def test_the_memo_has_links_to_the_law_and_metadata(pdf: PdfReader) -> None:
    links = {
        note.get_object()["/A"]["/URI"]
        for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note.get_object() and "/URI" in note.get_object()["/A"]
    }  # fmt: skip
    assert "https://www.ecfr.gov/on/2019-11-10/title-15/section-744.11" in links
    assert any("2019-17920" in link or "84-FR-43487" in link for link in links)
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Determination: D & <1>"
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "en"


def test_names_in_other_scripts_have_every_letter_and_markup_stays_text(pdf: PdfReader, text: str) -> None:
    assert NAMES[0] in text
    assert NAMES[2] in text
    assert set("هواوي") <= set(text) or set("يواوه") <= set(text)
    assert "<script>alert(1)</script>&amp;#strong[x]" in text.replace(" ", "").replace("#strong", "#strong")
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages for font in page["/Resources"]["/Font"].get_object().values()
    }  # fmt: skip
    assert any("NotoSansCJK" in name for name in fonts)
    assert any("NotoSansArabic" in name for name in fonts)
    assert not any("Libertinus" in name for name in fonts), "every letter is from the fonts of papers"


def test_a_letter_that_no_font_has_is_spelled_by_its_number(rows: list[Decided], held: dict[str, Course]) -> None:
    one = rows[1]
    cells = {**one.record.cells, "actor": "หัวเว่ย \x01 ཧ"}
    again = next(decide_book([Record(1, cells)], Asked(bundled().view())))
    data = memo_data([again], held, deal=None, receipts={}, written=WRITTEN, through=date(2020, 12, 31))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(typeset(data, WRITTEN))).pages)
    assert "[U+0E2B]" in text
    assert "[U+0F67]" in text


def test_the_same_memo_is_the_same_file(rows: list[Decided], held: dict[str, Course]) -> None:
    data = memo_data(rows[:1], held, deal=None, receipts={}, written=WRITTEN, through=date(2020, 12, 31))
    assert typeset(data, WRITTEN) == typeset(data, WRITTEN)


def test_a_memo_as_known_before_the_day_tells_hindsight_and_scenarios() -> None:
    record = next(one for one in read_book(str(BOOK)) if one.cells["id"] == "logs-contractor-2019-11-10")
    view = bundled().view(known=date(2019, 11, 1), scenarios=["no-extension-2019-11-18"])
    one = next(decide_book([record], Asked(view, on=date(2019, 12, 1))))
    told = " ".join(said(one, courses([one])[0]).answer)
    assert "Judged as the law could be known on 2019-11-01." in told
    assert "which is not law" in told
    assert "In hindsight" in told


def test_addresses_are_those_of_the_day() -> None:
    held = bundled().instruments
    assert address("15 CFR 744.16(b)", date(2020, 1, 2), held).endswith("/on/2020-01-02/title-15/section-744.16")
    assert address("744 Supp. 7 (c)(1)", date(2019, 12, 1), held).endswith(
        "part-744/appendix-Supplement%20No.%207%20to%20Part%20744"
    )
    assert address("99 FR 123", date(2019, 12, 1), held) == "https://www.federalregister.gov/citation/99-FR-123"
    assert address("15 CFR 730-774", date(2019, 12, 1), held).endswith("title-15/part-730")
    assert address("EO 13873", date(2019, 12, 1), held) == ""


# The report


class _Page(HTMLParser):
    """What stands in a page: its texts, its elements, and what they name."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} closes something else"

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data


@pytest.fixture(scope="module")
def html(rows: list[Decided], held: dict[str, Course]) -> str:
    return report_html(
        "my <book>.csv", rows, held, view=bundled().view(), days=[Day(date(2020, 8, 14), {"barred": 1}, ("744 Supp. 7",), {"USD": 5})],
        pictures=[Shown("Exposure", exposure(list(held.values())), "A caption.")], errors=["row X, column on: '=2' is not"],
        written=WRITTEN,
    )  # fmt: skip


def test_the_report_is_one_well_formed_page_that_fetches_and_runs_nothing(html: str) -> None:
    page = _Page()
    page.feed(html)
    assert page.open == []
    tags = [tag for tag, _ in page.seen]
    assert not {"script", "link", "iframe", "object", "form", "style-src"} & set(tags)
    for tag, given in page.seen:
        assert not any(name.startswith("on") for name in given), tag
        if tag == "img":
            assert str(given["src"]).startswith("data:image/png;base64,")
            assert given["alt"]
    assert "default-src 'none'" in html
    assert not re.search(r"url\(|@import", html)
    ids = [given["id"] for _, given in page.seen if "id" in given]
    assert len(ids) == len(set(ids))
    for tag, given in page.seen:
        if tag == "a" and str(given["href"]).startswith("#"):
            assert str(given["href"])[1:] in ids
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_report_has_no_parse_error_by_the_html_standard(html: str) -> None:
    if find_spec("html5lib") is None:
        absent("html5lib: the report is not read by the HTML standard")
    import html5lib

    html5lib.HTMLParser(strict=True).parse(html)
    with pytest.raises(html5lib.html5parser.ParseError):
        html5lib.HTMLParser(strict=True).parse(html.replace("</h1>", "</h2>", 1))


def test_the_report_tells_every_row_every_reason_and_the_notice(
    html: str, rows: list[Decided], held: dict[str, Course]
) -> None:
    page = _Page()
    page.feed(html)
    text = " ".join(page.text.split())
    for one in rows:
        told = said(one, held[one.row.id])
        assert text.count(one.row.id) >= 2
        assert told.question in text
        for toward in told.toward:
            for step in toward.steps:
                for _, name, _ in step.conditions:
                    assert name in text
    assert "None of them may be taken as free" in text
    assert "my <book>.csv" in text
    assert EVIL in text
    assert NOTICE in text


def test_the_report_has_no_finding_of_axe(html: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or absent("chromium (apt install chromium): the report is not looked at by axe")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    place = tmp_path / "report.html"
    place.write_text(html)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(bypass_csp=True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(place.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found] == []
        assert {url.split(":")[0] for url in asked} <= {"file", "data"}
        browser.close()


# The workbook


@pytest.fixture(scope="module")
def workbook(rows: list[Decided], held: dict[str, Course], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "book.xlsx"
    assert (
        write_workbook(path, "book", rows, held, view=bundled().view(), errors=["row X is not read"], written=WRITTEN)
        >= 1
    )
    return path


def test_the_workbook_has_a_sheet_for_every_day_on_which_rows_change(workbook: Path, held: dict[str, Course]) -> None:
    days = {stretch.start for one in held.values() for stretch in one.stretches[1:]}
    sheets = fastexcel.read_excel(workbook).sheet_names
    assert sheets[:3] == ["Summary", "Rows", "Deals"]
    assert {f"From {day}" for day in days} == set(sheets[3:])


def test_headers_are_frozen_and_tables_have_filters(workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as parts:
        sheets = sorted(name for name in parts.namelist() if name.startswith("xl/worksheets/sheet"))
        for name in sheets[1:]:
            text = parts.read(name).decode()
            assert 'state="frozen"' in text
            assert "<autoFilter" in text
        assert not any("<f>" in parts.read(name).decode() for name in sheets), "no cell is a formula"


def test_the_workbook_reads_back(workbook: Path, rows: list[Decided]) -> None:
    found = fastexcel.read_excel(workbook).load_sheet("Rows").to_polars()
    assert found["id"].to_list() == [one.row.id for one in rows]
    assert found["story"].to_list() == [EVIL] * len(rows)
    assert found["on"].dtype.is_temporal()
    summary = fastexcel.read_excel(workbook).load_sheet("Summary", header_row=None).to_polars()
    assert NOTICE in [str(cell) for cell in summary[:, 1].to_list()]


def test_libreoffice_opens_the_workbook(workbook: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or absent(
        "LibreOffice (apt install libreoffice-calc): the workbook is not opened with it"
    )
    done = subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2",
         "--outdir", str(tmp_path), str(workbook)], capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    written = list(tmp_path.glob("*.csv"))
    assert written, done.stderr
    text = written[0].read_text()
    assert EVIL.replace('"', '""') in text
    assert "GO, with conditions" in text


def test_a_row_that_was_rejected_has_no_paper(rows: list[Decided], held: dict[str, Course]) -> None:
    with pytest.raises(ValueError, match="was rejected"):
        said(replace(rows[0], determination=None), held[rows[0].row.id])
    for write in (lambda: report_html("b", [], {}, view=bundled().view(), days=[], pictures=[], errors=[]),
                  lambda: memo_data([], {}, deal=None, receipts={}, written=WRITTEN, through=date(2020, 1, 1))):  # fmt: skip
        with pytest.raises(ValueError, match="row"):
            write()
