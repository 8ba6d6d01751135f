"""Conditions that were read before are what the grammar reads now; whatever is broken is read again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from carveout.facts.schema import Schema, schema
from carveout.law import kept_conditions
from carveout.law.condition import Refused
from carveout.law.corpus import BUNDLED, bundled, load
from carveout.law.kept_conditions import Conditions, Kept

TEXTS = (
    "eccn = 'EAR99' AND NOT published", "destination IN GROUP('D:1') OR destination IN ('CN', 'RU')",
    "contract_date + INTERVAL '3' MONTH >= act_date", "contract_date < DATE '2019-05-16'", "us_controlled_content_pct > 25.5",
    "eccn LIKE '5D%'",
)  # fmt: skip


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "cache" / "conditions.kept"
    monkeypatch.setattr(kept_conditions, "kept", lambda: Kept(path))
    return path


def test_all_conditions_of_the_law_come_back_as_they_were(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held = Kept(tmp_path / "kept")
    monkeypatch.setattr(kept_conditions, "kept", lambda: held)
    read = load(BUNDLED)
    held.save()
    again = Kept(tmp_path / "kept")
    monkeypatch.setattr(kept_conditions, "kept", lambda: again)
    monkeypatch.setattr(Conditions, "grammar", property(lambda self: pytest.fail("the grammar was asked")))
    assert load(BUNDLED) == read
    assert read.hash == bundled().hash


def test_what_is_kept_is_what_the_grammar_reads(keeping: Path) -> None:
    groups = frozenset({"D:1"})
    first = Conditions(schema(), groups)
    read = [first.parse(text) for text in TEXTS]
    day = first.day("contract_date + INTERVAL '3' MONTH")
    first._kept.save()
    again = Conditions(schema(), groups)
    assert [again.parse(text) for text in TEXTS] == read
    assert again.day("contract_date + INTERVAL '3' MONTH") == day
    assert again._grammar is None
    with pytest.raises(Refused):
        again.parse("contract_date + INTERVAL '3' MONTH")


def test_a_set_that_is_no_more_is_refused_though_the_condition_was_read_before(keeping: Path) -> None:
    first = Conditions(schema(), frozenset({"D:1"}))
    first.parse(TEXTS[1])
    first._kept.save()
    with pytest.raises(Refused, match="unknown set"):
        Conditions(schema(), frozenset()).parse(TEXTS[1])


def test_facts_of_somebody_else_are_not_taken_from_what_is_kept(keeping: Path) -> None:
    first = Conditions(schema())
    first.parse(TEXTS[3])
    first._kept.save()
    with pytest.raises(Refused, match="unknown fact"):
        Conditions(Schema({})).parse(TEXTS[3])


@pytest.mark.parametrize("change", ["empty", "cut", "turned", "text"])
def test_a_file_that_is_not_whole_is_read_as_none(keeping: Path, change: str) -> None:
    first = Conditions(schema())
    read = first.parse(TEXTS[0])
    first._kept.save()
    held = keeping.read_bytes()
    turned = held[:-1] + bytes([held[-1] ^ 1])
    keeping.write_bytes({"empty": b"", "cut": held[:-3], "turned": turned, "text": b"not what was written" * 9}[change])
    again = Conditions(schema())
    assert again._kept.get(TEXTS[0]) is None
    assert again.parse(TEXTS[0]) == read


def test_the_law_is_loaded_without_its_parser_the_second_time() -> None:
    bundled()
    home = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    code = "import sys; from carveout.law.corpus import bundled; bundled(); print('sqlglot' in sys.modules)"
    for _ in range(2):
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=home)
    assert ran.stdout.strip() == "False"
