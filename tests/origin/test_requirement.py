"""EAR tables: which lines of an entry surely apply, which column has an X, and that nothing else is told."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.origin.ear_tables import FILES, Control, EarTables, read_tables
from carveout.origin.eccn import read_eccn
from carveout.origin.error import OriginError
from carveout.origin.requirement import covers, paragraphs, required, sure_reasons
from carveout.origin.vintages import held, import_tables


@pytest.fixture(scope="module")
def tables(test_data: Path) -> EarTables:
    return read_tables(test_data / "ear")


def test_every_destination_of_the_tables_is_recognized(tables: EarTables) -> None:
    assert tables.issued == date(2026, 7, 23)
    assert not tables.strange
    assert len(tables.entries) == 633
    assert tables.embargoed == {"CU", "IR", "KP", "SY"}
    assert tables.marks["HK"] == tables.marks["CN"]
    assert "HK" in tables.groups["D:5"]
    assert "MO" not in tables.groups["D:5"]


@pytest.mark.parametrize(
    ("eccn", "to", "columns"),
    [
        ("3A001", "CN", ("NS 2",)), ("3A001", "DE", None), ("3E001", "DE", ("NS 1",)), ("3E001", "CA", None),
        ("3A611", "CN", None), ("3A611.a", "CN", ("NS 1", "RS 1")), ("3A611.y", "CN", None), ("1B233.b", "CN", ("NP 1",)),
        ("1B233", "CN", None), ("0A505.a", "CN", ("NS 1", "RS 1")), ("4A003", "CN", None), ("3A090.a", "CN", None),
        ("5A991", "CN", None), ("3A001", "CU", None), ("9Z999", "CN", None), ("3A001", "AQ", None),
    ],
)  # fmt: skip
def test_a_requirement_is_shown_only_by_a_line_that_surely_applies_and_an_x(
    tables: EarTables, eccn: str, to: str, columns: tuple[str, ...] | None
) -> None:
    found = required(tables, eccn, to)
    assert (found.columns if found else None) == columns


def test_footnotes_on_cameras_take_the_grid_out(tables: EarTables) -> None:
    noted = sorted(code for code, notes in tables.special.items() if notes & {2, 4})
    assert noted
    assert all(required(tables, "6A003", code) is None for code in noted)


@pytest.mark.parametrize(
    ("eccn", "reasons"),
    [
        ("5A991", "AT"),
        ("3E001", "AT,NS"),
        ("4A003", ""),
        ("3A611.y", "AT,RS"),
        ("1A999", ""),
        ("EAR99", ""),
        ("0A919", "AT,RS"),
    ],
)
def test_reasons_are_told_where_they_are_sure(tables: EarTables, eccn: str, reasons: str) -> None:
    assert sure_reasons(tables, eccn) == reasons


def test_at_only_is_told_of_no_entry_with_another_line(tables: EarTables) -> None:
    for eccn, entry in tables.entries.items():
        if sure_reasons(tables, eccn) == "AT":
            assert {control.reason for control in entry.controls} == {"AT"}


@pytest.mark.parametrize(
    ("scope", "eccn", "sure"),
    [
        ("entire entry", "3A001", True), ("the entire entry", "3A001", True), ("entire entry except 3A611.y", "3A611", False),
        ("entire entry except 3A611.y", "3A611.y.1", False), ("entire entry, except 3A611.b and .y", "3A611.a", True),
        ("entire entry except 3A611.a.1", "3A611.a", False), ("paragraphs .a and .x", "0A505.a.3", True),
        ("paragraphs .a and .x", "0A505.b", False), ("entire entry except for items in use", "3A611.a", False),
        ("3A001.a when rated for space", "3A001.a", False), ("5A002.a", "3A001.a", False),
    ],
)  # fmt: skip
def test_a_line_limited_by_words_is_not_sure(scope: str, eccn: str, sure: bool) -> None:
    read = read_eccn(eccn)
    assert read is not None
    assert covers(Control("NS", scope, "NS 1", ""), read) is sure


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_paragraphs(text: str) -> None:
    found = paragraphs(text, "3A001")
    assert found is None or all(found)


def test_tables_that_do_not_fit_are_refused_in_words(tmp_path: Path, test_data: Path) -> None:
    with pytest.raises(OriginError, match="cannot be read"):
        import_tables(tmp_path)
    for name in FILES:
        (tmp_path / name).write_bytes((test_data / "ear" / name).read_bytes())
    chart = json.loads((tmp_path / "country-chart.json").read_text(encoding="utf-8"))
    (tmp_path / "country-chart.json").write_text(json.dumps({**chart, "ecfrIssueDate": "2025-01-01"}), encoding="utf-8")
    with pytest.raises(OriginError, match="not of one day"):
        import_tables(tmp_path)
    assert held() is None
    chart["countries"]["Atlantis"] = {"marks": ["NS 1"], "footnotes": []}
    (tmp_path / "country-chart.json").write_text(json.dumps(chart), encoding="utf-8")
    assert read_tables(tmp_path).strange == ("Atlantis",)


def test_imported_tables_hold_from_their_day_on(
    tmp_path: Path, test_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARVEOUT_TABLES", str(tmp_path / "kept"))
    found, place = import_tables(test_data / "ear")
    import_tables(test_data / "ear")
    assert sorted(one.name for one in place.parent.iterdir()) == ["2026-07-23"]
    kept = held()
    assert kept is not None
    assert kept.at(date(2026, 7, 22)) is None
    tables = kept.at(date(2027, 1, 1))
    assert tables is not None
    assert tables.hash == found.hash
