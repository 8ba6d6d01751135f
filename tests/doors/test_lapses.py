"""The command lapses as a stranger meets it: JSON, files, the calendar, the back-test, and what goes wrong."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

BOOK = str(Path(__file__).parents[2] / "src/carveout/examples/press-2019-2020.csv")
PATCH = {
    "direction": "export", "item_kind": "software", "origin": "us", "published": "false", "eccn": "5D991",
    "destination": "CN", "ultimate_consignee": "Huawei Technologies Co., Ltd.", "ultimate_consignee_country": "CN",
    "knowledge_of_violation": "false", "diversion_knowledge": "false", "ccl_license_required": "false",
    "activity": "maintain_network", "network_fully_operational": "true", "network_third_party": "true",
    "contract_date": "2018-06-01", "enhances_function": "false", "expands_capacity": "false",
    "certification_by": "listed_entity", "certification_on": "2019-08-19", "on": "2019-11-10",
}  # fmt: skip


def written(path: Path, *rows: dict[str, str]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def book(path: Path) -> str:
    """Three rows: two lapse with the license, one never changes."""
    one = {**PATCH, "id": "P-1", "value": "100", "currency": "USD", "site": "Ogallala"}
    two = {**PATCH, "id": "P-2", "value": "7.5", "currency": "EUR", "site": "华阳; north"}
    return written(path, one, {**two, "on": "2019-11-12"}, {**PATCH, "id": "P-3", "on": "2021-03-01"})


def test_json_is_an_object_per_date_ascending(carveout: Any, tmp_path: Path) -> None:
    ran = carveout("lapses", book(tmp_path / "b.csv"), "--known", "2019-11-17", "--json")
    (found,) = ran.objects
    assert ran.code == 0
    assert found["date"] == "2019-11-19"
    assert found["causes"] == ["ear/744.supp7/c1"]
    change = {"before": "authorized", "after": "license_required"}
    assert found["rows"] == [{"id": "P-1", **change}, {"id": "P-2", **change}]
    assert found["counts"] == {"rows": 2, "barred": 2, "freed": 0, "doubtful": 0, "other": 0}
    assert found["value"] == {"EUR": 7.5, "USD": 100.0}
    assert [site["name"] for site in found["sites"]] == ["Ogallala", "华阳; north"]
    assert found["parties"] == [
        {"name": "Huawei Technologies Co., Ltd.", "rows": 2, "value": {"EUR": 7.5, "USD": 100.0}}
    ]
    assert "3 rows judged: 2 change later, 2 changes on 1 day." in ran.err


def test_the_first_change_of_a_row_is_the_one_that_determine_tells(carveout: Any) -> None:
    known = ("--known", "2020-01-31")
    told = {row["id"]: row for row in carveout("determine", BOOK, "--json", *known).objects}
    first: dict[str, str] = {}
    days = carveout("lapses", BOOK, "--json", *known).objects
    assert [found["date"] for found in days] == sorted({found["date"] for found in days})
    for found in days:
        for row in found["rows"]:
            first.setdefault(row["id"], found["date"])
    assert first
    for name, row in told.items():
        regime = min((r["changes_on"] or "9999" for r in row["regimes"].values()), default="9999")
        assert first.get(name, "9999") == regime


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".ndjson"])
def test_a_file_of_any_kind_holds_a_line_per_change(carveout: Any, tmp_path: Path, ending: str) -> None:
    output = tmp_path / f"lapses{ending}"
    ran = carveout("lapses", book(tmp_path / "b.csv"), "-o", str(output))
    assert ran.code == 0, ran.err
    if ending == ".parquet":
        lines = pq.read_table(output).to_pylist()
        assert lines[0] == {
            "date": date(2020, 8, 14), "id": "P-1", "before": "authorized", "after": "license_required",
            "causes": "ear/744.supp7/c1", "site": "Ogallala", "value": 100.0, "currency": "USD",
            "party": "Huawei Technologies Co., Ltd.",
        }  # fmt: skip
    elif ending == ".csv":
        with output.open(encoding="utf-8") as stream:
            lines = list(csv.DictReader(stream))
        assert [line["id"] for line in lines] == ["P-1", "P-2"]
        assert lines[1]["site"] == "华阳; north"
    elif ending == ".ndjson":
        lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
        assert [line["causes"] for line in lines] == [["ear/744.supp7/c1"]] * 2
    else:
        import fastexcel

        assert fastexcel.read_excel(output).load_sheet(0).to_arrow().num_rows == 2


def test_without_a_change_a_file_has_its_columns_and_no_calendar_is_written(carveout: Any, tmp_path: Path) -> None:
    source = written(tmp_path / "b.csv", {**PATCH, "id": "P-3", "on": "2021-03-01"})
    ran = carveout("lapses", source, "-o", str(tmp_path / "out.csv"), "--ics", str(tmp_path / "out.ics"))
    assert ran.code == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith('"date","id","before","after","causes"')
    assert not (tmp_path / "out.ics").exists()
    assert "No change is known" in ran.err
    assert carveout("lapses", source, "--json").out == ""


def test_the_calendar_has_an_event_per_date(carveout: Any, tmp_path: Path) -> None:
    import icalendar

    output = tmp_path / "lapses.ics"
    days = carveout("lapses", BOOK, "--json", "--ics", str(output)).objects
    events = icalendar.Calendar.from_ical(output.read_bytes()).walk("VEVENT")
    assert [str(event.decoded("dtstart")) for event in events] == [found["date"] for found in days]
    assert len(events) > 5


def test_bad_rows_are_listed_and_the_rest_run(carveout: Any, tmp_path: Path) -> None:
    source = written(tmp_path / "b.csv", {**PATCH, "id": "P-1"}, {**PATCH, "id": "P-2", "on": "yesterday"})
    ran = carveout("lapses", source, "--json", "-o", str(tmp_path / "out.csv"))
    assert ran.code == 3
    assert [row["id"] for found in ran.objects for row in found["rows"]] == ["P-1"]
    assert "rejected: " in ran.err
    assert "P-2" in (tmp_path / "out.rejects.csv").read_text(encoding="utf-8")
    alone = carveout("lapses", source)
    assert alone.code == 3
    assert "yesterday" in alone.err


def test_where_no_row_can_be_judged_nothing_is_written(carveout: Any, tmp_path: Path) -> None:
    source = written(tmp_path / "b.csv", {**PATCH, "id": "P-2", "on": "yesterday"})
    for more in ((), ("--known", "2019-11-17", "--back-test")):
        ran = carveout("lapses", source, "-o", str(tmp_path / "out.csv"), "--ics", str(tmp_path / "o.ics"), *more)
        assert ran.code == 3
        assert not (tmp_path / "out.csv").exists()
        assert not (tmp_path / "o.ics").exists()
        assert "No row could be judged" in ran.err


def test_a_further_party_counts_in_the_cascade(carveout: Any, tmp_path: Path) -> None:
    source = written(tmp_path / "b.csv", {**PATCH, "id": "P-1", "ultimate_consignee": "Acme", "on": "2019-05-01"})
    assert "2019-05-16" not in {found["date"] for found in carveout("lapses", source, "--json").objects}
    parties = written(tmp_path / "p.csv", {"id": "P-1", "role": "end_user", "name": "Huawei Technologies Co., Ltd."})
    ran = carveout("lapses", source, "--parties", parties, "--json")
    assert ran.code == 0
    assert "2019-05-16" in {found["date"] for found in ran.objects}
    strange = written(tmp_path / "q.csv", {"id": "P-1", "role": "pilot", "name": "Acme"})
    ran = carveout("lapses", source, "--parties", strange, "--json")
    assert ran.code == 3
    assert "pilot" in ran.err
    assert ran.out == ""


def test_the_back_test_tells_what_was_believed_and_what_happened(carveout: Any, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    ran = carveout(
        "lapses", book(tmp_path / "b.csv"), "--known", "2019-11-17", "--back-test", "--json", "-o", str(output)
    )
    assert ran.code == 0
    assert [(o["date"], o["cascade"]) for o in ran.objects[:2]] == [
        ("2019-11-19", "as_known"),
        ("2020-08-14", "in_fact"),
    ]
    assert [o["id"] for o in ran.objects[2:]] == ["P-1", "P-2"]
    assert all(o["wrongly_barred"][0]["from"] == "2019-11-19" for o in ran.objects[2:])
    assert "2 rows wrongly thought barred" in ran.err
    with (tmp_path / "out.differing.csv").open(encoding="utf-8") as stream:
        assert {line["differs"] for line in csv.DictReader(stream)} == {"wrongly_barred"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--back-test",), "--known"),
        (("-o", "out.docx"), ".parquet"),
        (("--known", "soon"), "YYYY-MM-DD"),
        (("--scenario", "miracle"), "miracle"),
        (("-o", "same.ics", "--ics", "same.ics"), "two files"),
        (("-o", "nowhere/out.csv"), "nowhere"),
        (("--ics", "nowhere/out.ics"), "nowhere"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(
    carveout: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = carveout("lapses", book(tmp_path / "b.csv"), *options)
    assert ran.code == 2
    assert told in ran.err


def test_what_is_read_is_never_written_over(carveout: Any, tmp_path: Path) -> None:
    source = book(tmp_path / "b.csv")
    before = Path(source).read_bytes()
    for option in ("-o", "--ics"):
        assert carveout("lapses", source, option, source).code == 2
    assert Path(source).read_bytes() == before


def test_with_a_day_for_every_row_only_what_comes_after_it_is_told(carveout: Any, tmp_path: Path) -> None:
    ran = carveout("lapses", book(tmp_path / "b.csv"), "--on", "2019-11-15", "--strict", "--json")
    assert ran.code == 0
    assert all(found["date"] > "2019-11-15" for found in ran.objects)
