"""Errors that teach: every fault of every table is told at once, with its file, line and column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.scip import scip_value
from carveout.plan.error import PlanError
from carveout.plan.sourcing.case import Case
from carveout.plan.sourcing.conflict import Demand, conflicts, demands
from carveout.plan.sourcing.links import Links
from carveout.plan.sourcing.part_model import part_model
from carveout.plan.sourcing.planning import planned, prepared
from carveout.plan.sourcing.problem import read_problem
from carveout.plan.sourcing.template import write_template
from carveout.plan.sourcing.whole_model import whole_model
from tests.plan.sourcing.small import composed, small_problem


def told(folder: Path, name: str, change: Callable[[str], str]) -> str:
    path = small_problem(folder)
    file = folder / name
    before = file.read_text()
    assert change(before) != before
    file.write_text(change(before))
    with pytest.raises(PlanError) as error:
        planned(path, composed)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        ("parts.csv", "part,demand_per_month", "part,demand_per_mont", "did you mean 'demand_per_month'?"),
        ("offers.csv", "Formosa", "", "column supplier: '': fill it in: who supplies it"),
        ("offers.csv", "board-us,", "bord-us,", "no store 'bord-us'; did you mean 'board-us'?"),
        ("offers.csv", ",us,", ",uss,", "column act: no act 'uss'; did you mean 'us'?"),
        ("stores.csv", ",hub,", ",hob,", "no site 'hob'; did you mean 'hub'?"),
        ("offers.csv", ",spot", ",sport", "write regular or spot; did you mean spot?"),
        ("acts.csv", "2017-05-02", "2.5.2017", "is not a date as YYYY-MM-DD"),
        ("acts.csv", "destination", "destinaton", "did you mean 'destination'?"),
        ("sourcing.toml", "periods = 8", "periods = 0", "periods is a number of 1 to 120"),
        ("sourcing.toml", "known = 2019-11-01", "known = 2019-12-01", "a plan is made of what is known before it begins"),
        ("sourcing.toml", "slots = 1", "slot = 1", "[limits] has no 'slot'; did you mean 'slots'?"),
        ("sourcing.toml", "tgl-renewals", "tgl", "no base rate 'tgl'"),
        ("sourcing.toml", "days = [0, 45, 90]", "days = [45, 45]", "days = [0, 45, 90, 180] lists the lengths"),
        ("sourcing.toml", "744.supp7/c1", "744.supp7/c9", "ear/744.supp7/c9"),
        ("sourcing.toml", "public_after = 2", "public_after = -30", "not after 2019-11-01, the day of knowledge"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(tmp_path: Path, name: str, before: str, after: str, says: str) -> None:
    found = told(tmp_path, name, lambda text: text.replace(before, after, 1))
    assert says in found
    assert "Traceback" not in found


def test_all_faults_are_told_at_once_with_file_line_and_column(tmp_path: Path) -> None:
    path = small_problem(tmp_path)
    parts = tmp_path / "parts.csv"
    lines = parts.read_text().splitlines()
    cells = lines[1].split(",")
    cells[1], cells[2] = "a lot", "-3"
    parts.write_text("\n".join([lines[0], ",".join(cells), lines[2]]) + "\n")
    with pytest.raises(PlanError) as error:
        read_problem(path)
    found = str(error.value).splitlines()
    assert any("parts.csv line 2, column demand_per_month: 'a lot'" in line for line in found)
    assert any("parts.csv line 2, column value: '-3'" in line for line in found)


def test_an_infeasible_target_names_the_smallest_set_that_clashes(tmp_path: Path) -> None:
    found = told(tmp_path, "parts.csv", lambda text: text.replace(",0.0,10", ",99.0,10"))
    assert "without any one of them the others can be kept" in found
    for part in ("board", "module"):
        assert f"  - 99% of the demand for {part} is met" in found


def test_giving_up_any_one_of_a_clash_makes_a_plan_possible(tmp_path: Path) -> None:
    path = small_problem(tmp_path, 3)
    parts = tmp_path / "parts.csv"
    parts.write_text(parts.read_text().replace(",0.0,10", ",97.0,10"))
    _, _, case = prepared(read_problem(path), composed)
    asked = demands(case)
    clashes = conflicts(case)
    assert clashes
    for clash in clashes:
        own = [one for one in asked if one.told in clash]
        others = [one for one in asked if one.told not in clash]
        assert not _possible(case, others)
        for one in own:
            assert _possible(case, [*others, one])


def _possible(case: Case, without: list[Demand]) -> bool:
    """By SCIP: whether a plan is left once some demands are given up."""
    for one in without:
        case = one.without(case)
    case = replace(case, risk=0.0)
    links = Links(case)
    value, _ = scip_value(whole_model(case, links, [part_model(case, part, links) for part in case.parts]))
    return bool(np.isfinite(value))


def test_the_template_is_a_problem_that_can_be_read_and_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    written = write_template(folder)
    assert "COLUMNS.md" in written
    problem = read_problem(folder / "sourcing.toml")
    assert len(problem.parts) == 5
    page = (folder / "COLUMNS.md").read_text()
    assert "`qualification_days`" in page
    with pytest.raises(PlanError, match="nothing is overwritten"):
        write_template(folder)
