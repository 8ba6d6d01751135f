"""The bundled deal: what the law says of it, that its plan passes the independent check, and that changed plans do not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from carveout.decide.determination import Determination, determine
from carveout.decide.transaction import Transaction
from carveout.doors.cli.plan_law import AskedLaw
from carveout.doors.cli.plan_license import valued
from carveout.law.view import View
from carveout.plan.license.template import write_template
from carveout.plan.license_check import check
from tests.plan.remembering import Remembering

Plan = dict[str, Any]


@cache
def whole() -> tuple[Plan, Path]:
    folder = Path(mkdtemp(prefix="carveout-license-"))
    write_template(folder / "license.toml")
    text = (folder / "license.toml").read_text(encoding="utf-8")
    (folder / "license.toml").write_text(text.replace("steps_a_year = 4", "steps_a_year = 1"), encoding="utf-8")
    plan = valued(folder / "license.toml", None)
    plan["inputs"]["case"] = "license.toml"
    return json.loads(json.dumps(plan)), folder


class Deciding(Remembering):
    """Each act decided once as well."""

    def determine(self, transaction: Transaction, view: View) -> Determination:
        key = "determined", id(transaction), id(view)
        if key not in self.held:
            self.held[key] = determine(transaction, view)
        found: Determination = self.held[key]
        return found


def acts(plan: Plan, what: str) -> list[str]:
    found: list[str] = next(row["outcomes"] for row in plan["acts"] if row["what"] == what)
    return found


def test_the_plan_holds() -> None:
    plan, folder = whole()
    assert check(plan, folder, AskedLaw()) == []


def test_the_package_may_come_and_little_may_go_back() -> None:
    plan, _ = whole()
    assert acts(plan, "source code") == ["not_subject"]
    assert acts(plan, "joint development") == ["license_required"] * 8
    assert acts(plan, "bug reports")[1] == "no_license_required"  # footnote 2, from August 2020
    assert not next(row for row in plan["acts"] if row["what"] == "bug reports")["free"][
        0
    ]  # 2019: who certifies is not known


def test_the_cheapest_vendor_is_none_with_universal_service_money() -> None:
    plan, _ = whole()
    zte = next(row for row in plan["vendors"] if row["vendor"] == "ZTE")
    assert zte["lawful"] == [False]
    assert min(plan["vendors"], key=lambda row: row["spending"]) is zte
    assert plan["scenarios"][0]["vendor"] == "Nokia"


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    else:
        yield path


def changed(plan: Plan, path: tuple[Any, ...]) -> Plan:
    made = copy.deepcopy(plan)
    holder: Any = made
    for key in path[:-1]:
        holder = holder[key]
    old = holder[path[-1]]
    holder[path[-1]] = (
        not old
        if isinstance(old, bool)
        else old * 1.01 + 1
        if isinstance(old, int | float)
        else f"{old}x"
        if old
        else "something"
    )
    return made


UNCHECKED = {("scenarios", "why")}
"""The reason why a deal does not close is prose."""


def test_every_number_and_word_that_is_changed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample over all tables, each kind of leaf at least once."""
    plan, folder = whole()
    kinds: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for path in leaves(plan):
        kinds.setdefault(tuple(key for key in path if not isinstance(key, int)), path)
    law = Deciding()
    monkeypatch.setattr("carveout.plan.license_check.determine", law.determine)
    passed = [
        kind for kind, path in kinds.items() if kind not in UNCHECKED and not check(changed(plan, path), folder, law)
    ]
    assert passed == []


Tamper = Callable[[Plan], None]


def an_act_left_out(plan: Plan) -> None:
    plan["acts"].pop()


def a_range_left_out(plan: Plan) -> None:
    plan["tornado"].pop()


def no_shape(plan: Plan) -> None:
    plan["assets"] = 3


@pytest.mark.parametrize("tamper", [an_act_left_out, a_range_left_out, no_shape], ids=lambda one: one.__name__)
def test_a_plan_with_a_part_missing_is_refused(tamper: Tamper) -> None:
    plan, folder = whole()
    made = copy.deepcopy(plan)
    tamper(made)
    assert check(made, folder, AskedLaw())
