"""A determination kept with --save: what is asked of it later is what the book itself would say."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from carveout.book.decide_book import Asked, decide_book
from carveout.book.rerun import without
from carveout.book.tables import records
from carveout.law.corpus import bundled

BOOK = str(files("carveout") / "examples" / "press-2019-2020.csv")


@pytest.fixture(scope="module")
def kept(carveout: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example book, determined and kept."""
    path: Path = tmp_path_factory.mktemp("kept") / "kept.parquet"
    assert carveout("determine", BOOK, "-o", str(path), "--save").code == 0
    return path


@pytest.mark.parametrize("view", [
    "scenario=no-extension-2019-11-18", "scenario=six-months-2019-11,known=2019-11-17", "scenario=repealed-devices",
    "scenario=huawei-delisted-2027", "known=2019-06-01",
])  # fmt: skip
def test_what_flips_in_a_kept_determination_flips_in_the_book(carveout: Any, kept: Path, view: str) -> None:
    again, fresh = (carveout("diff", str(book), "--to", view, "--json") for book in (kept, BOOK))
    assert again.objects == fresh.objects
    assert again.err.splitlines()[-1] == fresh.err.splitlines()[-1]


def test_a_scenario_of_ones_own_is_laid_over_what_is_kept(carveout: Any, kept: Path, tmp_path: Path) -> None:
    page = tmp_path / "shorter.md"
    page.write_text(
        "# Shorter\n\n```toml\nscenario = \"shorter\"\nprovision = [\"ear/744.supp7/c2\"]\nfrom = 2019-09-10\n"
        "evidence = \"inferred\"\nrepeals = true\n```\n",
        encoding="utf-8",
    )  # fmt: skip
    again, fresh = (carveout("diff", str(book), "--to", f"scenario={page}", "--json") for book in (kept, BOOK))
    assert again.objects == fresh.objects
    assert [one["id"] for one in again.objects] == ["home-router-update-2019-10-08"]


@pytest.mark.parametrize("provision", ["ear/744.supp7/c1", "ear/744.supp7/c2", "ear/744.11/entity-list", "ear/738.4"])
def test_what_hangs_on_a_provision_is_what_differs_without_it(carveout: Any, kept: Path, provision: str) -> None:
    view = bundled().view()
    without_it = without(view, [provision])
    pairs = zip(*(decide_book(records(BOOK), Asked(seen)) for seen in (view, without_it)), strict=True)
    expected = [
        was.row.id
        for was, now in pairs
        if was.determination and now.determination and was.determination.overall != now.determination.overall
    ]
    for book in (str(kept), BOOK):
        (told,) = carveout("law", "show", provision, "--book", book, "--json").objects
        assert (told["rows"], told["of"]) == (len(expected), 72)
        assert sum(way["rows"] for one in told["assertions"] for way in one["ways"]) == len(expected)
        assert {name for one in told["assertions"] for name in one["ids"]} <= set(expected)


def test_the_table_of_what_hangs_names_days_and_rows(carveout: Any) -> None:
    told = carveout("law", "show", "ear/744.supp7/c2", "--book", BOOK).out
    assert "4 of 72 rows hang on it" in told
    assert "2019-05-20 .. 2019-08-18" in told
    assert "handset-update-2019-06-20" in told
    nothing = carveout("law", "show", "ear/740/exception", "--book", BOOK).out
    assert "Nothing hangs on it" in nothing


@pytest.mark.parametrize(("options", "sentence"), [
    (["--save"], "name a file for them with -o FILE.parquet"),
    (["--save", "-o", "{folder}/x.csv"], "saved as .parquet"),
])  # fmt: skip
def test_what_cannot_be_kept_is_refused(carveout: Any, tmp_path: Path, options: list[str], sentence: str) -> None:
    ran = carveout("determine", BOOK, *(option.format(folder=tmp_path) for option in options))
    assert (ran.code, sentence in ran.err) == (2, True)
    assert not list(tmp_path.iterdir())
