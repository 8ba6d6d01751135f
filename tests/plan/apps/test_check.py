"""A plan passes the independent check; a plan that was tampered with is refused, whatever was changed."""

from __future__ import annotations

import atexit
import copy
import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from carveout.doors.cli.plan_apps import planned
from carveout.plan.apps.template import write_template
from carveout.plan.apps_check import check
from tests.plan.remembering import Remembering

Plan = dict[str, Any]


@cache
def whole() -> tuple[Plan, Path]:
    """A plan of five months for some of the bundled apps, and the folder of plan and case."""
    folder = Path(mkdtemp(prefix="carveout-plan-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_template(folder)
    text = (folder / "apps.toml").read_text(encoding="utf-8")
    (folder / "apps.toml").write_text(
        text.replace("periods = 12", "periods = 5").replace("= 95 ", "= 45 "), encoding="utf-8"
    )
    lines = (folder / "apps.csv").read_text(encoding="utf-8").splitlines()
    (folder / "apps.csv").write_text("\n".join([lines[0], *lines[1::4]]) + "\n", encoding="utf-8")
    (folder / "replacements.csv").write_text(REPLACEMENTS, encoding="utf-8")
    plan, _ = planned(folder / "apps.toml", 3.0, 1, None, quiet=True)
    plan["inputs"]["case"] = "apps.toml"
    return json.loads(json.dumps(plan)), folder


REPLACEMENTS = """service,replacement,effort_engineer_months,months,cost,quality_loss
updates,own build,20,1,0,0
account,own account,15,1,150000,0.02
store,own store,40,2,300000,0.1
store,own store with search,30,1,100000,0.03
push,own push channel,20,1,100000,0.01
location,own location,10,1,80000,0.03
maps,open tiles,15,1,100000,0.2
analytics,own statistics,5,1,20000,0
ads,own ad exchange,25,1,100000,0.05
"""


LAW = Remembering()


def wrong(plan: Plan) -> list[str]:
    return check(plan, whole()[1], LAW)


def test_the_plan_holds_and_does_something() -> None:
    plan, _ = whole()
    assert wrong(plan) == []
    assert {row["service"] for row in plan["builds"]} >= {"account", "store", "updates"}
    assert plan["wins"]
    assert plan["kept"] > plan["without"]
    assert plan["kept"] <= plan["bound"]


def test_the_license_of_the_day_carries_the_models_of_2018_only() -> None:
    """As known in September 2019 the license for devices ran through 2019-11-18; a model of August 2019 never had one."""
    plan, _ = whole()
    rows = {(r["scenario"], r["model"]): r["through"] for r in plan["services"] if "store" in r["services"]}
    assert rows["lapses in November", "flagship 2018"] == "2019-10-31"  # the last whole period
    assert rows["six months more", "flagship 2018"] == "2020-01-31"  # as far as was planned
    assert rows["six months more", "middle class summer 2019"] is None
    features = {(r["scenario"], r["model"]): r["feature"] for r in plan["updates"]["models"]}
    assert features["six months more", "flagship 2018"] == [False] * 5  # new functions were never covered


Tamper = Callable[[Plan], None]


def row(plan: Plan, table: str, **wanted: Any) -> Plan:
    found: Plan = next(r for r in plan[table] if all(r[k] == v for k, v in wanted.items()))
    return found


def less_work(plan: Plan) -> None:
    work = row(plan, "builds", service="store", step=1)["work"]
    work[next(t for t, x in enumerate(work) if x > 0)] -= 0.5


def too_much_at_once(plan: Plan) -> None:
    one = row(plan, "builds", service="store", step=1)
    total, one["work"] = sum(one["work"]), [0.0] * 5
    one["work"][one["start_period"] - 1] = total


def ready_earlier(plan: Plan) -> None:
    one = max(plan["wins"], key=lambda r: r["ready_period"])
    one["ready_period"] -= 1
    one["ready"] = plan["coverage"][one["ready_period"] - 1]["from"]


def not_built(plan: Plan) -> None:
    plan["builds"].remove(row(plan, "builds", service="account"))


def not_won(plan: Plan) -> None:
    plan["wins"].remove(max(plan["wins"], key=lambda r: r["users"]))


def cheaper(plan: Plan) -> None:
    max(plan["wins"], key=lambda r: r["cost"])["cost"] /= 2


def twice(plan: Plan) -> None:
    plan["wins"].append(plan["wins"][0])


def more_kept(plan: Plan) -> None:
    plan["kept"] *= 1.01


def more_kept_once(plan: Plan) -> None:
    plan["coverage"][3]["kept"] += 1000


def more_users(plan: Plan) -> None:
    plan["coverage"][3]["users"] += 1000


def nothing_done_looks_better(plan: Plan) -> None:
    plan["without"] *= 0.9


def tighter_bound(plan: Plan) -> None:
    """Prices of nothing prove nothing."""
    plan["prices"]["engineer_month"] = plan["prices"]["money"] = [0.0] * 5


def negative_price(plan: Plan) -> None:
    plan["prices"]["engineer_month"][0] = -1.0


def smaller_gap(plan: Plan) -> None:
    plan["gap"] /= 2 if plan["gap"] else 1
    plan["gap"] += 0.001


def lawful_longer(plan: Plan) -> None:
    one = row(plan, "services", scenario="lapses in November", model="flagship 2018")
    one["lawful"] = [True] * 5


def lawful_through(plan: Plan) -> None:
    row(plan, "services", scenario="lapses in November", model="flagship 2018")["through"] = "2019-12-31"


def under_another_authorization(plan: Plan) -> None:
    next(r for r in plan["services"] if r["authorizations"])["authorizations"] = ["ear/744.supp7/c1"]


def better_evidence(plan: Plan) -> None:
    next(r for r in plan["services"] if r["evidence"] not in (None, "primary"))["evidence"] = "primary"


def protected(plan: Plan) -> None:
    plan["updates"]["unprotected_share"][0] = 0.0


def updated(plan: Plan) -> None:
    plan["updates"]["models"][0]["feature"] = [True] * 5


def another_maker(plan: Plan) -> None:
    plan["first_calls"][0]["maker"] = "nobody"


def called_later(plan: Plan) -> None:
    plan["first_calls"][0]["call_by"] = "2019-12-24"


def other_input(plan: Plan) -> None:
    plan["inputs"]["sha256"]["apps.csv"] = "0" * 64


def an_input_left_out(plan: Plan) -> None:
    del plan["inputs"]["sha256"]["apps.csv"]


def another_day(plan: Plan) -> None:
    plan["builds"][0]["ready"] = "2019-12-24"


def another_kind(plan: Plan) -> None:
    plan["version"] = 99


def no_shape(plan: Plan) -> None:
    plan["builds"] = 7


def an_unknown_step(plan: Plan) -> None:
    row(plan, "builds", service="account")["step"] = 4


TAMPERED: list[Tamper] = [
    less_work, too_much_at_once, ready_earlier, not_built, not_won, cheaper, twice, more_kept, more_kept_once, more_users,
    nothing_done_looks_better, tighter_bound, negative_price, smaller_gap, lawful_longer, lawful_through, under_another_authorization, better_evidence, protected, updated,
    another_maker, called_later, other_input, an_input_left_out, another_day, another_kind, no_shape, an_unknown_step,
]  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda one: one.__name__)
def test_a_tampered_plan_is_refused(tamper: Tamper) -> None:
    plan = copy.deepcopy(whole()[0])
    tamper(plan)
    assert plan != whole()[0], "the tamper changed nothing"
    assert wrong(plan)
