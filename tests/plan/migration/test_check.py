"""The independent check refuses a plan of which one number was changed, and says what it breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carveout.doors.cli.plan_law import composed
from carveout.plan.error import PlanError
from carveout.plan.migration.carrier_file import read_carrier
from carveout.plan.migration.result import result
from carveout.plan.migration.search import plan_migration
from carveout.plan.migration.support import runway_weeks, support_under
from carveout.plan.migration_check import check_migration
from tests.plan.remembering import Remembering

from .carriers import files

LAW = Remembering()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("plan")
    path = files(folder / "in")
    sites = folder / "in" / "sites.csv"
    row = sites.read_text().splitlines()[1]
    sites.write_text(
        sites.read_text()
        + "".join(row.replace("Big Horn 3", f"B{n}").replace(",1,10,0,", f",1,10,{n},") + "\n" for n in range(3))
    )
    carrier = read_carrier(path)
    support = support_under(carrier, LAW.view(None, ()), composed)
    found = plan_migration(carrier, runway_weeks(carrier, support), seconds=1)
    document = result(carrier, found, [support], source="in/migration.toml", known=None)
    return json.loads(json.dumps(document, default=str)), folder / "plan.json"


def test_the_plan_holds(made: tuple[dict[str, Any], Path]) -> None:
    assert check_migration(*made, LAW) == []


def _site(name: str, **changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(plan: dict[str, Any]) -> None:
        next(site for site in plan["sites"] if site["site"] == name).update(changes)

    return change


def _top(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda plan: plan.update(changes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_site("Big Horn 3", build_week=0), "is built before its permit"),
        (_site("Big Horn 3", build_week=5), "is built before North delivers"),
        (_site("Big Horn 3", cutover_week=0), "is cut over before it is built"),
        (_site("Big Horn 3", survey_week=-1), "are not within what is planned"),
        (_site("Big Horn 3", way="by balloon"), "by balloon by North is not possible there"),
        (_site("Big Horn 3", exposed_weeks=5), "5 weeks exposed are claimed"),
        (_site("Big Horn 3", support_ends={"law as known": None}), "support is not surely lawful on 2022-07-18, but said to be until no end"),
        (_site("Big Horn 3", support_ends={"law as known": "2020-08-13"}), "support is lawful on 2020-08-13, but said to have ended on it"),
        (_site("Big Horn 3", support_ends={"law as known": "2020-08-15"}), "is not surely lawful on 2020-08-14 either"),
        (_site("Big Horn 3", support_ends={"a wish": None}), "support is told under a wish, not law as known"),
        (_site("Big Horn 3", spares_used_up_week=400.0), "its spares are used up in week"),
        (_site("Big Horn 3", exposed_weeks_by_scenario={"law as known": 99}), "99 weeks at risk; it is"),
        (_top(finish_week=1), "the plan says that it is done after week 1"),
        (_top(dollars=1), "the plan says $1; recomputed"),
        (_top(order="never"), "the order never is not one that the carrier allows"),
        (_top(cores=[]), "the core of"),
        (_top(sites=[]), "site Big Horn 3 is not in the plan"),
    ],
)  # fmt: skip
def test_a_changed_number_is_refused(
    made: tuple[dict[str, Any], Path], change: Callable[[dict[str, Any]], None], said: str
) -> None:
    document, path = json.loads(json.dumps(made[0])), made[1]
    change(document)
    assert any(said in sentence for sentence in check_migration(document, path, LAW))


def test_all_sites_at_once_are_too_many_for_the_crews(made: tuple[dict[str, Any], Path]) -> None:
    document = json.loads(json.dumps(made[0]))
    for site in document["sites"]:
        site["survey_week"] = document["sites"][0]["survey_week"]
    assert any(
        "survey crews at work, and there are 1" in sentence for sentence in check_migration(document, made[1], LAW)
    )


def test_inputs_that_changed_or_went_are_told(made: tuple[dict[str, Any], Path], tmp_path: Path) -> None:
    document, path = made
    changed = {**document, "files": {**document["files"], "crews.csv": "0" * 64}}
    assert check_migration(changed, path, LAW) == [
        "crews.csv is not the file that the plan was made from: its hash differs"
    ]
    with pytest.raises(PlanError, match="which is not there"):
        check_migration(document, tmp_path / "plan.json", LAW)
    with pytest.raises(PlanError, match="is no migration plan"):
        check_migration({"kind": "migration"}, path, LAW)
