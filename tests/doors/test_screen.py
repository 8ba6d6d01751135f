"""Names screened through the command line: alerts, clears, former listings, relatives, pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fastexcel
import pytest


@pytest.fixture
def screen(carveout: Any) -> Any:
    def screened(*arguments: str, stdin: str | None = None) -> list[dict[str, Any]]:
        ran = carveout("screen", *arguments, "--json", stdin=stdin)
        assert ran.code == 0, ran.err
        return ran.objects

    return screened


def test_every_name_of_a_table_gets_one_object_in_order(screen: Any, tmp_path: Path) -> None:
    names = ["Huawei Technologies Co., Ltd.", "Prairie Wireless Cooperative", "", "Huawei Technologies Co., Ltd."]
    table = tmp_path / "names.csv"
    table.write_text("name,country\n" + "".join(f'"{name}",CN\n' for name in names))
    found = screen(str(table), "--on", "2020-10-01")
    assert [one["query"] for one in found] == names
    assert [one["decision"] for one in found] == ["alert", "clear", "alert", "alert"]
    first = found[0]["matches"][0]
    assert {"entry", "list", "name", "alias", "score", "from", "through", "why"} <= set(first)
    assert (first["entry"], first["list"], first["from"], first["through"]) == (
        "el/huawei-technologies-co-ltd-cn", "EL", "2019-05-16", None,
    )  # fmt: skip
    assert found[0]["matches"] == found[3]["matches"]


def test_before_its_listing_a_party_is_clear_and_still_told(screen: Any) -> None:
    (found,) = screen("Huawei Italia", "--on", "2019-08-18")
    assert found["decision"] == "clear"
    assert found["matches"][0]["status"] == "not_yet_listed"
    (listed,) = screen("Huawei Italia", "--on", "2019-08-19")
    assert listed["decision"] == "alert"


def test_a_relative_of_a_listed_family_is_no_alert_and_comes_with_questions(screen: Any) -> None:
    (found,) = screen("Huawei Bakery of Ghent", "--on", "2020-10-01")
    assert found["decision"] == "clear"
    assert "related" in {match["tier"] for match in found["matches"]}
    assert any("own" in sentence for match in found["matches"] for sentence in match["why"])


def test_every_alert_says_why(screen: Any) -> None:
    (found,) = screen("Huawie Tecnologies Company Limited", "--on", "2020-10-01")
    alerts = [match for match in found["matches"] if match["alert"]]
    assert alerts
    assert all(match["why"] for match in alerts)


def test_a_name_in_characters_is_found_by_what_it_is_called(screen: Any) -> None:
    (found,) = screen("华为技术有限公司", "--on", "2020-10-01")
    assert found["decision"] == "alert"
    assert found["matches"][0]["entry"] == "el/huawei-technologies-co-ltd-cn"


def test_names_come_on_standard_input_too(screen: Any) -> None:
    found = screen("-", "--on", "2020-10-01", stdin="HiSilicon\nFormosa Boards Ltd.\n")
    assert [one["decision"] for one in found] == ["alert", "clear"]


def test_a_column_of_another_name_is_chosen(screen: Any, carveout: Any, tmp_path: Path) -> None:
    table = tmp_path / "vendors.csv"
    table.write_text("vendor,land\nHiSilicon,CN\n")
    refused = carveout("screen", str(table), "--json")
    assert refused.code == 2
    assert "--name-column" in refused.err
    assert "vendor, land" in refused.err
    (found,) = screen(str(table), "--name-column", "vendor", "--country-column", "land", "--on", "2020-10-01")
    assert (found["decision"], found["country"]) == ("alert", "CN")


def test_a_table_that_is_not_there_is_said(carveout: Any) -> None:
    ran = carveout("screen", "nowhere.csv")
    assert ran.code == 2
    assert "nowhere.csv is not there" in ran.err


def test_pairs_are_scored_one_object_each_and_none_is_dropped(screen: Any, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text(
        "name1,name2,schema\nSiemens AG,Siemens Aktiengesellschaft,Company\nSiemens AG,Bosch GmbH,Company\n,Siemens AG,\n"
    )
    found = screen("--pairs", str(table))
    assert [(one["name1"], one["name2"], one["match"]) for one in found] == [
        ("Siemens AG", "Siemens Aktiengesellschaft", True), ("Siemens AG", "Bosch GmbH", False), ("", "Siemens AG", False),
    ]  # fmt: skip
    assert all(set(one) >= {"name1", "name2", "score", "match"} and 0 <= one["score"] <= 1 for one in found)


def test_pairs_without_their_columns_are_refused(carveout: Any, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text("left,right\nA,B\n")
    ran = carveout("screen", "--pairs", str(table), "--json")
    assert ran.code == 2
    assert "name1" in ran.err


def test_a_screening_is_written_with_every_name(within: Any, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text(
        'name,country\n"Huawei Technologies Co., Ltd.",CN\nPrairie Wireless Cooperative,US\n'
    )
    ran = within("screen", str(tmp_path / "names.csv"), "--on", "2020-10-01", "-o", str(tmp_path / "s.xlsx"))
    assert ran.code == 0, ran.err
    assert "2 names screened as of 2020-10-01: 1 alert." in ran.err
    book = fastexcel.read_excel(tmp_path / "s.xlsx")
    assert book.load_sheet("Names").to_polars()["decision"].unique(maintain_order=True).to_list() == ["alert", "clear"]
    summary = book.load_sheet("Summary", header_row=None).to_polars().rows()
    assert ("Screened", "2 names, as of 2020-10-01, with all that is held") in summary
    for given in (("-o", "s.pdf"), ("-o", "s.csv", "--json")):
        assert within("screen", "HiSilicon", *given).code == 2
    assert not Path("s.csv").exists()


def test_the_table_reads_like_a_table(carveout: Any) -> None:
    ran = carveout("screen", "HiSilicon", "--on", "2020-10-01")
    assert ran.code == 0
    assert "alert" in ran.out
    assert "1 name screened as of 2020-10-01: 1 alert." in ran.err


def test_a_text_with_marks_that_turn_the_reading_is_read_as_what_it_says(screen: Any) -> None:
    (found,) = screen("-", "--on", "2020-10-01", stdin="\u202eHuawei\u202c Technolog\u200bies Co., Ltd.\n")
    assert found["decision"] == "alert"
    assert json.dumps(found)
