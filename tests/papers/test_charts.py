"""Pictures: what stands in them, that nothing is missing, and that no network or browser is needed."""

from __future__ import annotations

import re
import struct
import zlib
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from carveout.book.course import Course, Stretch, courses
from carveout.book.decide_book import Asked, Decided, decide_book
from carveout.book.error import BookError
from carveout.book.reader import Record, read_book
from carveout.decide.explanation import explain
from carveout.decide.outcome import Interval, Outcome
from carveout.decide.timeline import timeline
from carveout.law.corpus import bundled
from carveout.papers.charts.area import area
from carveout.papers.charts.cascade import Day, cascade
from carveout.papers.charts.decision_path import decision_path
from carveout.papers.charts.exposure import exposure
from carveout.papers.charts.gantt import MOST, gantt
from carveout.papers.charts.heat_map import heat_map
from carveout.papers.charts.law_timeline import law_timeline
from carveout.papers.picture import Picture, write_picture
from carveout.papers.pixels import compact
from carveout.papers.text_width import measure
from carveout.papers.theme import SHADES, shade

BOOK = Path(__file__).parents[2] / "src" / "carveout" / "examples" / "press-2019-2020.csv"
CITED = {name: held.citation for name, held in bundled().provisions.items()}


@pytest.fixture(scope="module")
def decided() -> list[Decided]:
    return list(decide_book(list(read_book(str(BOOK)))[:30], Asked(bundled().view())))


@pytest.fixture(scope="module")
def rows(decided: list[Decided]) -> list[Course]:
    return courses(decided)


def texts(picture: Picture) -> list[str]:
    """Every text of a picture, and the check that it is XML which names nothing outside itself."""
    root = ElementTree.fromstring(picture.svg)
    assert not re.search(r"(href|src)\s*=\s*[\"']https?:|url\(http|@import", picture.svg)
    return ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]


def stretch(start: str, end: str | None, low: Outcome, high: Outcome | None = None, *held: str) -> Stretch:
    return Stretch(
        date.fromisoformat(start), date.fromisoformat(end) if end else None, Interval(low, high or low), tuple(held)
    )


def made(name: str, *stretches: Stretch, **more: Any) -> Course:
    held = {"party": "华为 & <Söhne>", "party_country": "CN", "deal": "", "site": "", "activity": "sale", "destination": "CN",
            "currency": "USD", "value": 100.0, **more}  # fmt: skip
    return Course(id=name, on=stretches[0].start, stretches=stretches, **held)


TWO = [
    made("T-1", stretch("2020-01-01", "2020-03-31", Outcome.authorized, None, "ear/744.supp7/c1"),
         stretch("2020-04-01", None, Outcome.license_required)),
    made("T-2", stretch("2020-02-01", None, Outcome.no_license_required, Outcome.prohibited), activity="repair", value=None),
]  # fmt: skip


def test_the_course_of_a_row_is_its_timeline(decided: list[Decided], rows: list[Course]) -> None:
    for one, held in zip(decided, rows, strict=True):
        assert one.determination is not None
        first, changes = timeline(one.determination.transaction, one.determination.view)
        assert [s.outcome for s in held.stretches] == [first, *(c.after for c in changes)]
        assert [s.start for s in held.stretches] == [held.on, *(c.day for c in changes)]
        assert held.stretches[0].outcome == one.determination.overall


def test_an_outcome_that_may_not_be_free_never_looks_free() -> None:
    for low in Outcome:
        for high in Outcome:
            if low <= high:
                word = shade(Interval(low, high))
                assert (word in list(SHADES)[:4]) == high.is_free
                assert (word in list(SHADES)[5:]) == (not low.is_free)


def test_coverage_shows_the_end_of_each_free_stretch_and_the_authorization() -> None:
    found = texts(gantt(TWO, through=date(2020, 8, 1), known=date(2020, 2, 14), citations=CITED))
    assert {"T-1", "T-2", "2020-03-31", "744 Supp. 7 (c)(1)", "as known on 2020-02-14"} <= set(found)
    assert {"authorized", "license required", "unsettled"} <= set(found), "the legend says each color in words"


def test_coverage_says_how_many_rows_it_leaves_out() -> None:
    many = [made(f"T-{n}", stretch("2020-01-01", None, Outcome.prohibited)) for n in range(MOST + 5)]
    assert any("5 more rows" in text for text in texts(gantt(many, through=date(2020, 8, 1), citations={})))


def test_the_area_counts_every_row_from_its_own_day(rows: list[Course]) -> None:
    picture = area(rows, through=date(2024, 12, 31))
    assert f"at most {len(rows)} at once" in picture.told
    assert "rows of the book" in texts(picture)


def test_the_cascade_tells_days_causes_and_value() -> None:
    day = Day(date(2019, 11, 19), {"barred": 12, "freed": 2}, ("744 Supp. 7 (c)(1)",), {"USD": 4200.0, "": 1.0})
    found = texts(cascade([day], known=date(2019, 11, 17)))
    assert {"2019-11-19", "12", "2", "744 Supp. 7 (c)(1)", "1 · USD 4,200"} <= set(found)
    assert "null" not in found


def test_the_heat_map_counts_rows_that_may_not_surely_go_ahead() -> None:
    found = texts(heat_map(TWO, through=date(2020, 6, 30)))
    assert {"sale", "repair", "share of rows that may not surely go ahead"} <= set(found)
    assert found.count("1") == 3 + 5, "sale from April to June, repair from February to June"


def test_exposure_adds_one_currency_or_counts_rows() -> None:
    assert {"CN", "100", "华为 & <Söhne>"} <= set(texts(exposure(TWO, currency="USD")))
    assert "2" in texts(exposure(TWO))
    with pytest.raises(ValueError, match="no row has a value in EUR"):
        exposure(TWO, currency="EUR")


def test_the_law_shows_the_days_of_its_instruments() -> None:
    found = texts(law_timeline(bundled().view(), ("ear/744.supp7",)))
    assert {"2019-11-20", "2019-11-18", "published", "takes effect"} <= set(found)
    early = texts(law_timeline(bundled().view(known=date(2019, 11, 17)), ("ear/744.supp7",)))
    assert not any("84 FR 64018" in text for text in early), "not public yet"


def test_the_path_tells_every_condition_of_what_applies_with_its_citation(decided: list[Decided]) -> None:
    found = next(one.determination for one in decided if one.row.id == "certified-by-exporter-2019-08-20")
    assert found is not None
    told = explain(found)
    drawn = " ".join(texts(decision_path(told)))
    for note in told.units[0].burdens:
        assert note.citation in drawn
        for condition in note.conditions:
            assert condition.name in drawn
    assert "certification statement" in drawn
    assert "Not legal advice; liability is strict" in drawn


def test_a_name_cannot_break_out_of_a_drawing() -> None:
    cells = {"id": '"><script>x</script>', "on": "2019-11-10", "direction": "export", "ultimate_consignee": "<b>&amp;"}
    one = next(decide_book([Record(1, cells)], Asked(bundled().view())))
    assert one.determination is not None
    picture = decision_path(explain(one.determination))
    assert '"><script>x</script>' in texts(picture)
    assert "<script>" not in picture.svg


def test_a_picture_becomes_pixels_or_stays_svg_and_no_other_file(tmp_path: Path) -> None:
    picture = exposure(TWO)
    write_picture(picture, tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", data[16:20])[0] > 1_000
    write_picture(picture, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text() == picture.svg
    with pytest.raises(BookError, match=r"\.svg or \.png"):
        write_picture(picture, tmp_path / "a.pdf")


def test_a_smaller_png_has_the_same_pixels() -> None:
    import vl_convert

    chart = exposure(TWO)
    first = vl_convert.svg_to_png(chart.svg, scale=1.0)
    small = compact(first)
    assert len(small) < len(first) / 2
    assert (pixels(small) == pixels(first)[:, :, :3]).all()
    assert (pixels(first)[:, :, 3] == 255).all()
    clear = vl_convert.svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="3"/></svg>')
    assert compact(clear) == clear, "what is transparent stays as it is"


def pixels(png: bytes) -> Any:
    """A reader of its own, line by line (PNG specification, section 9.2: filters Sub and Up)."""
    width, height, _, color = struct.unpack(">IIBB", png[16:26])
    place, data = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        assert (
            zlib.crc32(png[place + 4 : place + 8 + length])
            == struct.unpack(">I", png[place + 8 + length : place + 12 + length])[0]
        )
        data += png[place + 8 : place + 8 + length] if png[place + 4 : place + 8] == b"IDAT" else b""
        place += 12 + length
    data, bpp = zlib.decompress(data), 4 if color == 6 else 3
    lines, above = [], np.zeros(width * bpp, np.uint8)
    for number in range(height):
        kind, *line = data[number * (1 + width * bpp) : (number + 1) * (1 + width * bpp)]
        if kind == 1:
            for place in range(bpp, len(line)):
                line[place] = (line[place] + line[place - bpp]) % 256
        held = np.array(line, np.uint8) + (above if kind == 2 else np.uint8(0))
        lines.append(held)
        above = held
    return np.array(lines).reshape(height, width, bpp)


@pytest.mark.parametrize(
    "text", ["Rows whose outcome changes on each day", "84 FR 23468, 744 Supp. 7 (c)(1)", "Größe: Ærø & Łódź"]
)
def test_a_text_is_as_wide_as_it_says(text: str) -> None:
    import vl_convert

    def ink(more: str) -> int:
        svg = (f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="60"><rect width="900" height="60" fill="#ffffff"/>'
               f'<text x="10" y="40" font-family="Noto Sans" font-size="24px"{more}>{escape(text)}</text></svg>')  # fmt: skip
        dark = (pixels(vl_convert.svg_to_png(svg, scale=1.0))[:, :, 0] < 128).any(axis=0)
        return int(np.ptp(np.flatnonzero(dark)))

    exposure(TWO)  # the fonts of papers are registered
    held = measure()
    assert held is not None
    width = held.of(text, 24)
    assert width is not None
    assert ink("") == pytest.approx(width, rel=0.02, abs=3)
    assert ink(f' textLength="{width}" lengthAdjust="spacingAndGlyphs"') == pytest.approx(ink(""), rel=0.02, abs=3)


def test_every_longer_latin_text_of_a_picture_keeps_its_width() -> None:
    for picture in (exposure(TWO), gantt(TWO, through=date(2020, 8, 1), citations=CITED)):
        for tag, content in re.findall(r"<text\b([^<>]*)>([^<]+)<", picture.svg):
            foreign = any(ord(letter) > 0x24F for letter in content)
            assert ("textLength" in tag) == (len(content.strip()) > 2 and not foreign), content


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(ValueError, match="no row"):
        gantt([], through=date(2020, 1, 1), citations={})
    with pytest.raises(ValueError, match="no row"):
        area([], through=date(2020, 1, 1))
    with pytest.raises(ValueError, match="no later change"):
        cascade([])
