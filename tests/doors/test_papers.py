"""Papers from the command line: charts, reports, memos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BOOK = str(Path(__file__).parents[2] / "src" / "carveout" / "examples" / "press-2019-2020.csv")


def test_a_chart_is_drawn_and_told(carveout: Any, tmp_path: Path) -> None:
    ran = carveout("chart", "coverage", BOOK, "--known", "2019-11-17", "-o", str(tmp_path / "c.svg"))
    assert ran.code == 0, ran.err
    assert "ends of a free stretch" in ran.err
    assert "as known on 2019-11-17" in (tmp_path / "c.svg").read_text()


def test_a_chart_of_another_name_is_refused_with_the_names_there_are(carveout: Any, tmp_path: Path) -> None:
    ran = carveout("chart", "coverag", BOOK, "-o", str(tmp_path / "c.svg"))
    assert (ran.code, "coverage" in ran.err) == (2, True)
    ran = carveout("chart", "path", BOOK, "-o", str(tmp_path / "c.svg"))
    assert (ran.code, "--id" in ran.err) == (2, True)
    assert not list(tmp_path.iterdir())
