"""Until when support is lawful: asked of the engine, per site and scenario, as known on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from carveout.book.compose import compose
from carveout.decide.transaction import Transaction
from carveout.law.corpus import bundled
from carveout.law.view import View
from carveout.plan.error import PlanError
from carveout.plan.migration.carrier import Carrier
from carveout.plan.migration.carrier_file import read_carrier
from carveout.plan.migration.support import runway_weeks, support_under

from .carriers import files


def made(row: Any, law: View, on: date) -> Transaction:
    return compose(row, law, on=on)


def told(tmp_path: Path, start: date) -> Carrier:
    found = read_carrier(files(tmp_path))
    cells = {**found.support, "certification_on": "2019-08-26"}
    late = replace(found.sites[0], name="late", facts={"contract_date": "2019-05-20"})
    return replace(found, start=start, support=cells, sites=(found.sites[0], late))


def test_support_ends_when_the_license_does_and_never_was_for_a_late_contract(tmp_path: Path) -> None:
    found = support_under(told(tmp_path, date(2019, 9, 2)), bundled().view(), made)
    assert found.ends[0] == date(2020, 8, 14)
    assert found.ends[1] is not None
    assert found.ends[1] < date(2019, 9, 2)


def test_as_known_in_september_2019_it_was_to_end_in_november(tmp_path: Path) -> None:
    found = support_under(told(tmp_path, date(2019, 9, 2)), bundled().view(known=date(2019, 9, 2)), made)
    assert found.ends[0] == date(2019, 11, 19)


def test_a_reported_extension_is_a_scenario_of_its_own(tmp_path: Path) -> None:
    view = bundled().view(known=date(2019, 11, 17), scenarios=["six-months-2019-11"])
    found = support_under(told(tmp_path, date(2019, 11, 4)), view, made)
    assert found.ends[0] == date(2020, 5, 19)


def test_a_program_that_starts_later_counts_its_spares_from_the_lapse(tmp_path: Path) -> None:
    carrier = told(tmp_path, date(2022, 7, 18))
    found = support_under(carrier, bundled().view(), made)
    assert found.ends[0] == date(2020, 8, 14)
    lapse = (date(2020, 8, 14) - date(2022, 7, 18)).days / 7
    assert runway_weeks(carrier, found)[0] == pytest.approx(lapse + carrier.sites[0].runway)


def test_doubt_is_not_support(tmp_path: Path) -> None:
    carrier = told(tmp_path, date(2019, 9, 2))
    cells = {name: cell for name, cell in carrier.support.items() if name != "network_third_party"}
    found = support_under(replace(carrier, support=cells), bundled().view(), made)
    assert found.ends[0] is not None
    assert found.ends[0] <= date(2019, 9, 2)


def test_a_cell_that_cannot_be_read_names_the_site(tmp_path: Path) -> None:
    carrier = told(tmp_path, date(2019, 9, 2))
    bad = replace(carrier.sites[0], facts={"contract_date": "May 2017"})
    with pytest.raises(PlanError, match=r"site Big Horn 3: .*contract_date"):
        support_under(replace(carrier, sites=(bad,)), bundled().view(), made)
