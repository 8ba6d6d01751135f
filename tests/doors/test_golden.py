"""Golden explanations: what a reader of the example book sees, word for word. ``make golden`` writes them anew."""

from __future__ import annotations

import csv
import os
from importlib.resources import files
from pathlib import Path

import pytest

from carveout.book.decide_book import Asked, decide_book
from carveout.book.reader import read_book
from carveout.decide.explanation import explain
from carveout.decide.render import markdown, text
from carveout.law.corpus import bundled

BOOK = files("carveout") / "examples" / "press-2019-2020.csv"
EXPECTED = files("carveout") / "examples" / "press-2019-2020.expected.csv"
GOLDEN = Path(__file__).parents[1] / "data" / "golden"
TOLD = (
    "logs-contractor-2019-11-10", "patch-import-2019-11-12", "certified-by-exporter-2019-08-20", "drop-shipment-2020-10-05",
    "standards-in-body-2020-07-14", "chips-direct-product-2020-10-12", "two-lists-one-shipment-2019-12-09",
    "vulnerability-in-the-gap-2020-08-15",
)  # fmt: skip


@pytest.fixture(scope="module")
def decided() -> dict[str, object]:
    return {d.row.id: d for d in decide_book(read_book(str(BOOK)), Asked(bundled().view()))}


@pytest.mark.parametrize("identifier", TOLD)
def test_the_explanation_reads_as_it_did(decided: dict[str, object], identifier: str) -> None:
    told = explain(decided[identifier].determination)  # type: ignore[attr-defined]
    shown = text(told) + "\n\n" + markdown(told) + "\n"
    path = GOLDEN / f"{identifier}.txt"
    if os.environ.get("CARVEOUT_RESET_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown


def test_the_example_book_comes_out_as_reasoned_from_the_law(decided: dict[str, object]) -> None:
    with Path(str(EXPECTED)).open(encoding="utf-8") as handle:
        expected = list(csv.DictReader(handle))
    assert len(expected) == len(decided) >= 40
    for row in expected:
        overall = decided[row["id"]].determination.overall  # type: ignore[attr-defined]
        ends = (overall.at_least.name, overall.at_most.name)
        assert ends == (row["overall_at_least"], row["overall_at_most"]), (row["id"], row["why"])


def test_every_row_of_the_example_book_tells_its_story_in_a_sentence() -> None:
    with Path(str(BOOK)).open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            assert row["story"].strip().endswith(".")
            assert row["label"] == "example"
