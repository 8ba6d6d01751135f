"""Floors that cannot be met are explained, with a smallest set of limits that conflict; those that can are met."""

from __future__ import annotations

from pathlib import Path

import pytest

from carveout.doors.cli.plan_apps import planned
from carveout.doors.cli.shared import Stop
from carveout.plan.apps.template import write_template


def case(folder: Path, floor: str, **change: str) -> Path:
    write_template(folder)
    path = folder / "apps.toml"
    text = path.read_text(encoding="utf-8").replace("periods = 12", "periods = 6")
    for name, value in change.items():
        start = text.index(f"{name} = ")
        text = text[:start] + f"{name} = {value}" + text[text.index("\n", start) :]
    path.write_text(text + floor, encoding="utf-8")
    return path


FLOOR = "\n[[floor]]\nby = 2020-02-15\nshare = {}\n"


def refused(path: Path) -> str:
    with pytest.raises(Stop) as stop:
        planned(path, 3.0, 1, None, quiet=True)
    assert stop.value.code == 1
    return str(stop.value)


def test_more_than_a_replacement_can_bring_back_is_beyond_any_means(tmp_path: Path) -> None:
    said = refused(case(tmp_path / "a", FLOOR.format(0.99)))
    assert "99.0% of all users by 2020-02-15" in said
    assert "even with any number of engineers" in said
    assert "video" in said  # a service of the platform's owner that nobody can replace


def test_too_few_engineers_are_named_as_what_conflicts(tmp_path: Path) -> None:
    said = refused(case(tmp_path / "a", FLOOR.format(0.7), engineer_months="25"))
    assert "What conflicts with it, each by itself: the engineers (" in said


def test_a_floor_within_reach_is_met(tmp_path: Path) -> None:
    plan, named = planned(case(tmp_path / "a", FLOOR.format(0.53)), 4.0, 1, None, quiet=True)
    assert plan["coverage"][5]["share"] >= 0.53
    assert plan["kept"] <= plan["bound"]
    assert named.case.floors
