"""``carveout plan sourcing`` and ``plan check``, as a planner runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from carveout.plan.seal import SEAL, seal_of
from tests.plan.sourcing.small import small_problem


@pytest.fixture(scope="module")
def planned(within: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sourcing")
    path = small_problem(folder / "in", 3, periods=6)
    done = within("plan", "sourcing", str(path), "-o", str(folder / "out"), "--time-limit", "60")
    assert done.code == 0, done.err
    assert "Expected cost" in done.out
    assert "round 1: best plan" in done.err
    assert "observations are few" in done.err
    return folder / "out"


def test_the_folder_has_the_plan_tables_pictures_and_memo(planned: Path) -> None:
    names = {path.name for path in planned.iterdir()}
    assert {
        "plan.json",
        "analysis.json",
        "orders.csv",
        "plan.xlsx",
        "memo.pdf",
        "stock.svg",
        "frontier.svg",
        "regret.png",
    } <= names
    assert (planned / "memo.pdf").read_bytes().startswith(b"%PDF")
    studied = json.loads((planned / "analysis.json").read_text())
    regret = {one["policy"]: one for one in studied["policies"]}
    assert regret["perfect information"]["mean_regret"] == 0
    for name in ("the plan", "do nothing", "stock twelve months", "dual-source everything"):
        low, high = regret[name]["interval_95"]
        assert low <= regret[name]["mean_regret"] <= high
        assert regret[name]["mean_regret"] > -1e-6 * regret[name]["mean_cost"]
    assert studied["waiting"]["worth"] >= 0
    expected = [one["expected"] for one in studied["frontier"]]
    assert expected[-1] >= expected[0] * (1 - 0.005)


def test_the_plan_names_its_inputs_by_relative_path_and_hash_and_is_checked(within: Any, planned: Path) -> None:
    plan = json.loads((planned / "plan.json").read_text())
    assert plan["inputs"][0]["path"] == "../in/sourcing.toml"
    assert all(len(one["sha256"]) == 64 for one in plan["inputs"])
    assert all(one["quantity"] > 0 for name in ("flows", "stock") for one in plan[name])
    done = within("plan", "check", str(planned / "plan.json"))
    assert (done.code, done.err) == (0, "")
    assert "the plan holds" in done.out


@pytest.mark.parametrize("name", ["flows", "stock"])
@pytest.mark.parametrize("sealed", [False, True])
def test_a_tampered_quantity_is_refused(within: Any, planned: Path, name: str, sealed: bool) -> None:
    plan = json.loads((planned / "plan.json").read_text())
    plan[name][0]["quantity"] *= 1.1
    if sealed:
        plan[SEAL] = seal_of(plan)
    path = planned / "tampered.json"
    path.write_text(json.dumps(plan))
    done = within("plan", "check", str(path), "--json")
    assert done.code == 1
    told = json.loads(done.out)
    assert not told["holds"]
    assert told["faults"]
    path.unlink()


def test_json_prints_one_object_and_nothing_else(carveout: Any, tmp_path: Path) -> None:
    path = small_problem(tmp_path, 5)
    done = carveout("plan", "sourcing", str(path), "--json")
    assert done.code == 0, done.err
    (plan,) = done.objects
    assert plan["kind"] == "sourcing"
    bound = plan["bound"]
    assert bound["value"] <= plan["cost"]["objective"]
    assert bound["gap"] <= 0.001
    assert plan["cost"]["objective"] - bound["value"] <= 0.001 * plan["cost"]["objective"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["plan", "sourcing"], "--template DIR"),
        (["plan", "sourcing", "nowhere.toml"], "nowhere.toml cannot be read: no such file"),
        (["plan", "sourcing", "nowhere.toml", "--time-limit", "0"], "a number of seconds above 0"),
        (["plan", "check", "nowhere.json"], "nowhere.json cannot be read"),
    ],
)
def test_a_wrong_use_ends_in_a_sentence(within: Any, arguments: list[str], says: str) -> None:
    done = within(*arguments)
    assert done.code == 2
    assert says in done.err


def test_what_is_no_plan_is_not_checked(within: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for text, says in (
        ("{", "is not JSON"),
        ("[]", "is no plan"),
        ('{"kind": "supper"}', "kind of the plan is 'supper'"),
    ):
        path.write_text(text)
        done = within("plan", "check", str(path))
        assert done.code == 2
        assert says in done.err
