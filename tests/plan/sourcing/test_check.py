"""Every plan passes the independent check, and no changed one does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from carveout.plan.seal import SEAL, seal_of
from carveout.plan.sourcing.plan_file import plan_document
from carveout.plan.sourcing.planning import planned
from carveout.plan.sourcing_check import faults
from tests.plan.sourcing.mutation import mutated
from tests.plan.sourcing.small import composed, small_problem


def made(folder: Path, seed: int, **options: Any) -> dict[str, Any]:
    plan = plan_document(planned(small_problem(folder, seed, **options), composed), folder)
    found: dict[str, Any] = json.loads(json.dumps(plan))
    return found


OPTIONS: list[dict[str, Any]] = [
    {}, {"license": True, "risk": 0.0}, {"service": 30.0}, {"license": True, "service": 20.0, "periods": 10, "risk": 0.6},
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_plans_of_random_problems_hold_and_changed_ones_are_refused(tmp_path: Path, seed: int) -> None:
    plan = made(tmp_path, seed, **OPTIONS[seed])
    assert faults(plan, tmp_path, composed) == []
    random = np.random.default_rng(seed)
    for n in range(8):
        other, told = mutated(plan, random, sealed=n % 4 != 0)
        assert faults(other, tmp_path, composed), told


@pytest.mark.soak
@pytest.mark.parametrize("block", range(20))
def test_a_thousand_plans_hold_and_a_thousand_changed_ones_are_refused(tmp_path: Path, block: int) -> None:
    random = np.random.default_rng(block)
    for number in range(50):
        folder = tmp_path / str(number)
        plan = made(folder, 1000 + 50 * block + number, **OPTIONS[number % 4])
        assert faults(plan, folder, composed) == [], number
        other, told = mutated(plan, random, sealed=number % 4 != 0)
        assert faults(other, folder, composed), told


def test_a_quantity_a_bound_and_an_authorization_are_each_found_out_under_a_new_seal(tmp_path: Path) -> None:
    plan = made(tmp_path, 1)

    def refused(change: Any) -> str:
        other = json.loads(json.dumps(plan))
        change(other)
        other[SEAL] = seal_of(other)
        return "\n".join(faults(other, tmp_path, composed))

    assert "must be there" in refused(lambda p: p["flows"][0].update(quantity=p["flows"][0]["quantity"] + 5))
    assert "must be there" in refused(lambda p: p["stock"][0].update(quantity=p["stock"][0]["quantity"] + 5))
    assert "the engine says" in refused(
        lambda p: next(f for f in p["flows"] if f["act"] == "us")["lawful"][0].update(relies_on=["ear/750/license"])
    )

    def closer(p: dict[str, Any]) -> None:
        value = p["cost"]["objective"]
        p["bound"]["value"] = value
        p["bound"]["gap"] = 0.0

    if plan["bound"]["gap"] > 2e-4:
        assert "the prices prove" in refused(closer)
    assert "cost" in refused(lambda p: p["cost"].update(objective=p["cost"]["objective"] * 0.99))


def test_what_only_some_leaves_know_cannot_be_acted_on(tmp_path: Path) -> None:
    plan = made(tmp_path, 1)
    flow = next(f for f in plan["flows"] if len(f["scenarios"]) > 1)
    flow["scenarios"] = flow["scenarios"][:1]
    plan[SEAL] = seal_of(plan)
    assert "nobody can tell" in "\n".join(faults(plan, tmp_path, composed))


def test_changed_or_missing_inputs_are_refused(tmp_path: Path) -> None:
    plan = made(tmp_path, 1)
    parts = tmp_path / "parts.csv"
    held = parts.read_text()
    parts.write_text(held.replace("board", "bored"))
    assert "its checksum differs" in "\n".join(faults(plan, tmp_path, composed))
    parts.unlink()
    assert "is not there" in "\n".join(faults(plan, tmp_path, composed))


def test_every_act_of_a_plan_is_lawful_or_called_off_and_names_what_it_relies_on(tmp_path: Path) -> None:
    plan = made(tmp_path, 2, license=True)
    for one in plan["draws"]:
        assert all(group["go"] for group in one["lawful"])
    us = [group for one in plan["flows"] if one["act"] == "us" for group in one["lawful"] if group["go"]]
    assert us
    assert all(group["relies_on"] == ["ear/744.supp7/c1"] for group in us)
    assert all("unknown" not in one["act"] for one in plan["flows"])


def test_a_proof_by_branches_is_proved_branch_by_branch(tmp_path: Path) -> None:
    plan = made(tmp_path, 5, license=True)
    proof = plan["bound"]["proof"]
    assert {"no", "yes"} < set(proof)
    assert faults(plan, tmp_path, composed) == []

    def refused(change: Any) -> str:
        other = json.loads(json.dumps(plan))
        change(other["bound"]["proof"])
        other[SEAL] = seal_of(other)
        return "\n".join(faults(other, tmp_path, composed))

    def one_set_of_prices(proof: dict[str, Any]) -> None:
        while "prices" not in proof["no"]:
            proof["no"] = proof["no"]["no"]
        prices = proof["no"]["prices"]
        proof.clear()
        proof["prices"] = prices

    assert "the prices prove" in refused(one_set_of_prices)
    assert "not whole" in refused(lambda proof: proof.pop("yes"))
    assert refused(lambda proof: proof.update(yes={"empty": True}))
