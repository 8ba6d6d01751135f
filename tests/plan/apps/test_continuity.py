"""Who gets updates until when: against a full determination on every day, and counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from carveout.decide.determination import determine
from carveout.doors.cli.plan_law import AskedLaw
from carveout.plan.apps.case import Case
from carveout.plan.apps.case_file import read_case
from carveout.plan.apps.continuity import Stream, own_updates, streams, unprotected
from carveout.plan.apps.lawful import cells_of, stream

FLEET = Path(str(files("carveout") / "examples" / "handset-maker" / "fleet.toml"))
LAW = AskedLaw()
SUMMER, AUTUMN = "middle class summer 2019", "flagship autumn 2019"


@cache
def told() -> tuple[Case, list[Stream]]:
    case = read_case(FLEET)
    return case, streams(case, [LAW.view(None, ())], LAW.compose)


def test_the_runs_are_those_of_a_determination_on_each_day() -> None:
    case, found = told()
    view = LAW.view(None, ())
    for model in ("flagship 2018", SUMMER, AUTUMN):
        one = next(s for s in found if (s.device.model, s.kind) == (model, "security"))
        days = [date(2019, 9, 1), date(2019, 9, 25), date(2019, 9, 26), *(date(2020, 8, 12) + timedelta(n) for n in range(7)), date(2020, 10, 31)]  # fmt: skip
        for day in days:
            answer = determine(LAW.compose(cells_of(case, stream(case, "security"), one.device, day), day, view), view)
            assert one.on(day) == answer.overall.at_most.is_free, (model, day)


def test_models_of_before_the_cut_off_get_what_adds_no_function_to_the_last_day_of_the_license() -> None:
    _, found = told()
    for one in found:
        new, feature = one.device.model in (SUMMER, AUTUMN), one.kind == "feature"
        assert one.free == (() if new or feature else ((date(2019, 9, 1), date(2020, 8, 13)),)), (one.device, one.kind)


def test_updates_that_are_not_of_the_platform_are_taken_to_stay() -> None:
    case, _ = told()
    own = {name: replace(one, platform=one.update_kind != "security") for name, one in case.services.items()}
    found = streams(replace(case, services=own), [LAW.view(None, ())], LAW.compose)
    assert {one.free for one in found if one.kind == "security"} == {((date(2019, 9, 1), date(2020, 10, 31)),)}
    assert unprotected(case, found)[0].shares == (0,)


def test_the_share_without_is_counted_from_every_day_on_which_something_turns() -> None:
    case, found = told()
    shares = {one.day: one.shares[0] for one in unprotected(case, found)}
    assert shares[date(2019, 9, 1)] == pytest.approx(4 / 64), (
        "the summer model's four million; the autumn model is not out"
    )
    assert shares[date(2020, 8, 14)] == 1
    users = {d.model: case.users_of(d, 11) for d in case.devices.values()}
    assert shares[date(2020, 8, 1)] == pytest.approx((users[SUMMER] + users[AUTUMN]) / sum(users.values()))


def test_own_updates_are_ready_when_their_months_have_gone_by_and_their_work_is_done() -> None:
    case, _ = told()
    own = own_updates(case)
    assert own is not None
    assert (own.engineer_months, own.ready) == (60, date(2019, 11, 1))
    slow = own_updates(replace(case, engineers=(20.0,) * case.periods))
    assert slow is not None
    assert slow.ready == date(2019, 12, 1), "sixty engineer-months at twenty a month"
    never = own_updates(replace(case, engineers=(1.0,) * case.periods))
    assert never is not None
    assert never.ready is None
    assert own_updates(replace(case, replacements={})) is None
