"""The files of a migration: templates that plan as they are, and errors that say where and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from carveout.plan.error import PlanError
from carveout.plan.migration.carrier_file import read_carrier
from carveout.plan.migration.template import write_template

from .carriers import files


def test_the_template_is_a_carrier(tmp_path: Path) -> None:
    found = read_carrier(files(tmp_path))
    assert (len(found.sites), len(found.ways)) == (1, 2)
    assert found.money.reimbursed == pytest.approx(0.395)
    assert found.due == 156
    assert found.crews["tower"][0] == 6
    assert not found.open["high"][found.week(found.start.replace(month=12))]
    assert found.open["high"][0]
    assert set(found.files) == {
        "migration.toml",
        "sites.csv",
        "ways.csv",
        "crews.csv",
        "vendors.csv",
        "seasons.csv",
        "markets.csv",
    }


def test_a_template_overwrites_nothing(tmp_path: Path) -> None:
    write_template(tmp_path)
    with pytest.raises(PlanError, match=r"migration.toml is there already; name an empty folder"):
        write_template(tmp_path)


@pytest.mark.parametrize(
    ("stem", "old", "new", "said"),
    [
        ("sites", "Big Horn 3,44.38", "Big Horn 3,444.38", r"sites.csv, line 2, column latitude: '444.38' is not a number from -90 to 90"),
        ("sites", "north,high,3,1200", "south,high,3,1200", r"sites, line 2, column market: 'south' is not a market"),
        ("sites", "north,high,3,1200", "north,low,3,1200", r"sites, line 2, column season: 'low' is not a season"),
        ("sites", "1200,300", "200,300", r"column sole: 300 of 200 persons"),
        ("sites", "parallel; in place", "parallel; paralell", r"column ways: 'paralell' is not a way"),
        ("sites", "permit_weeks", "permit_week", r"lacks the columns permit_weeks"),
        ("sites", ",ways\n", ",ways,contract_dat\n", r"contract_dat is no fact of a book|no column is called"),
        ("ways", "parallel,North", "parallel,Nord", r"ways, line 2, column vendor: 'Nord' is not a vendor"),
        ("ways", "1,0,yes", "1,1,yes", r"column removal_weeks: 0, for a way that is off the air"),
        ("ways", "parallel,North,2", "parallel,North,2.5", r"column build_weeks: '2.5' is not a whole number from 1 to 52"),
        ("crews", "tower,6", "towr,6", r"crews, line 2, column crew: 'towr' is not one of survey, structural"),
        ("seasons", "11-01", "13-01", r"column closed_from: '13-01' is not a day of the year as MM-DD"),
        ("vendors", "North,20", "North,", r"column lead_weeks: it is empty; write weeks from the start"),
        ("migration", "deadline = 2025-07-17", "deadline = 2021-07-17", r"start, deadline and latest"),
        ("migration", "deadline = 2025-07-17", 'deadline = "soon"', r"\[program\] deadline: 'soon' is not a day"),
        ("migration", "coverage_pct = 94", "coverage_pct = 940", r"\[floors\] coverage_pct: 940 is not a number from 0 to 100"),
        ("migration", "coverage_pct = 94", "cover = 94", r"no key is called 'cover'"),
        ("migration", "cash = 4000", "", r"\[money\] cash: it is missing; write thousand dollars at hand"),
        ("migration", 'order = "either"', 'order = "any"', r"order is core_first, market_by_market or either, not 'any'"),
        ("migration", "[0, 4, 16]", "[4, 0, 16]", r"vendor_slip_weeks = \[4, 0, 16\] is not in order"),
        ("migration", "probability = 0.8", "probability = 1.8", r"an \[\[extension\]\] has months = 1 to 60"),
        ("migration", 'destination = "CN"', 'destinaton = "CN"', r"destinaton is no fact of a book"),
        ("migration", 'sites = "sites.csv"', 'sites = "site.csv"', r"site.csv cannot be read: No such file"),
        ("migration", 'sites = "sites.csv"', "", r"\[files\] names sites, ways"),
        ("migration", "[tower]", "[towers]", r"no table is called \[towers\]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, stem: str, old: str, new: str, said: str) -> None:
    path = files(tmp_path, **{stem: (old, new)})
    with pytest.raises(PlanError, match=said):
        read_carrier(path)


def test_all_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    path = files(tmp_path)
    sites = tmp_path / "sites.csv"
    row = sites.read_text().splitlines()[1]
    sites.write_text(
        sites.read_text()
        + row.replace("Big Horn 3", "B").replace("44.38", "x")
        + "\n"
        + row.replace("-107.21", "")
        + "\n"
    )
    with pytest.raises(PlanError) as error:
        read_carrier(path)
    assert "line 3, column latitude" in str(error.value)
    assert "line 4, column longitude: it is empty" in str(error.value)


def test_a_site_named_twice_is_told(tmp_path: Path) -> None:
    path = files(tmp_path)
    sites = tmp_path / "sites.csv"
    sites.write_text(sites.read_text() + sites.read_text().splitlines()[1] + "\n")
    with pytest.raises(PlanError, match=r"'Big Horn 3' stands on line 2 already"):
        read_carrier(path)
