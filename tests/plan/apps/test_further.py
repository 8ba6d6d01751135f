"""What else a plan of apps tells: more means never keep less."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from carveout.doors.cli.plan_law import AskedLaw
from carveout.plan.apps.case_file import read_case
from carveout.plan.apps.further import MEANS, frontier
from carveout.plan.apps.lawful import lawful_table
from carveout.plan.apps.model import build
from carveout.plan.apps.planner import plan
from carveout.plan.apps.template import write_template


def test_more_means_never_keep_less_however_short_the_search(tmp_path: Path) -> None:
    write_template(tmp_path)
    case, law = read_case(tmp_path / "apps.toml"), AskedLaw()
    named = build(case, lawful_table(case, [law.view(one.known, one.laid_over) for one in case.scenarios], law.compose))
    found = plan(named.instance, seconds=0.5, seed=1, compare=False)
    rows = frontier(named, found, seconds=0.05, seed=1)
    assert [row["means"] for row in rows] == list(MEANS)
    above = [row for row in rows if row["means"] != 1.0]
    assert all(more["kept"] >= less["kept"] for less, more in pairwise(above))
    assert next(row for row in rows if row["means"] == 1.0)["kept"] == named.instance.total(found.ready)
