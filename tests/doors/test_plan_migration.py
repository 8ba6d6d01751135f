"""``carveout plan migration`` and ``plan check``, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.calendars import refusals

INSTANCE = "4 1\n2\n0 0 2 2 3\n3 2 1 4\n2 1 1 4\n0 0 0\n"


def test_a_standard_instance_prints_its_schedule(within: Any, tmp_path: Path) -> None:
    path = tmp_path / "two.rcp"
    path.write_text(INSTANCE)
    done = within("plan", "migration", str(path), "--time-limit", "1")
    assert done.code == 0, done.err
    assert done.objects == [{"makespan": 5, "lower_bound": 5, "start": done.objects[0]["start"], "mode": [1, 1, 1, 1]}]
    assert sorted(done.objects[0]["start"][1:3]) in ([0, 2], [0, 3])


def test_a_standard_instance_that_is_none_says_where(within: Any, tmp_path: Path) -> None:
    path = tmp_path / "two.rcp"
    path.write_text(INSTANCE.replace("3 2 1 4", "3 9 1 4"))
    done = within("plan", "migration", str(path))
    assert (done.code, done.out) == (2, "")
    assert "job 2 asks for [9], and there are [2]" in done.err


@pytest.fixture(scope="module")
def planned(within: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("migration")
    assert within("plan", "migration", "--template", str(folder / "in")).code == 0
    toml = folder / "in" / "migration.toml"
    toml.write_text(toml.read_text().replace("scenarios = []", 'scenarios = ["no-extension-2020-05-15"]'))
    done = within("plan", "migration", str(toml), "--time-limit", "1", "--runs", "10", "-o", str(folder / "out"))
    assert done.code == 0, done.err
    return folder / "out", done


def test_a_plan_and_its_papers_are_written_and_hold(within: Any, planned: tuple[Path, Any]) -> None:
    out, done = planned
    names = {file.name for file in out.iterdir()}
    pictures = {
        f"{name}{end}"
        for name in ("gantt", "coverage", "waves", "cash", "spares", "finish")
        for end in (".svg", ".png")
    }
    assert names == pictures | {"plan.json", "schedule.ics", "schedule.xlsx", "memo.pdf"}
    assert (out / "memo.pdf").read_bytes().startswith(b"%PDF")
    assert b"Cut over 1 site in north" in (out / "schedule.ics").read_bytes()
    assert refusals((out / "schedule.ics").read_bytes()) == []
    assert "Big Horn" not in done.out
    assert "The deadline of 2025-07-17 is met if all goes as planned." in done.out
    checked = within("plan", "check", str(out))
    assert (checked.code, checked.out.strip()) == (0, f"{out / 'plan.json'}: the plan holds")


def test_support_is_told_as_known_and_under_each_scenario(planned: tuple[Path, Any]) -> None:
    plan = json.loads((planned[0] / "plan.json").read_text())
    assert plan["kind"] == "migration"
    assert plan["sites"][0]["support_ends"] == {"law as known": "2020-08-14", "no-extension-2020-05-15": "2020-05-16"}
    assert [offer["what"] for offer in plan["offers"]] == [
        "as it is", "one more tower crew", "one more survey crew", "an extension of six months", "full funding", "no reimbursement",
    ]  # fmt: skip


def test_a_plan_that_was_changed_is_refused(within: Any, planned: tuple[Path, Any]) -> None:
    out, _ = planned
    plan = json.loads((out / "plan.json").read_text())
    plan["sites"][0]["build_week"] = 3
    (out / "changed.json").write_text(json.dumps(plan))
    done = within("plan", "check", str(out / "changed.json"))
    (out / "changed.json").unlink()
    assert done.code == 1
    assert "site Big Horn 3 is built before its permit" in done.err


def test_a_plan_of_no_known_kind_is_said(within: Any, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"kind": "holiday"}')
    done = within("plan", "check", str(tmp_path))
    assert done.code == 2
    assert "the kind of the plan is 'holiday'; checked are" in done.err


def test_demands_that_conflict_are_told_in_words(within: Any, tmp_path: Path) -> None:
    within("plan", "migration", "--template", str(tmp_path))
    sites = tmp_path / "sites.csv"
    sites.write_text(sites.read_text().replace(",10,0,", ",155,0,"))
    toml = tmp_path / "migration.toml"
    toml.write_text(toml.read_text().replace("latest = 2026-07-17", "latest = 2025-07-17"))
    done = within("plan", "migration", str(toml), "--time-limit", "1")
    assert done.code == 2
    assert "Site Big Horn 3 alone cannot be done before 2025-07-" in done.err
    assert "a permit in less than 155 weeks" in done.err
