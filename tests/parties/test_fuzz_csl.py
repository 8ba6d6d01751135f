"""Fuzzing of the importer: whatever a file holds, it is read or refused, and what is read is sound."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carveout.parties.csl import read_csl
from carveout.parties.csl_row import COLUMNS
from carveout.parties.filed_name import read_name
from carveout.parties.history import parties
from carveout.parties.snapshot import Manifest, Snapshot
from tests.conftest import absent
from tests.parties.fuzz_target import one, sound
from tests.parties.lists import as_csv, as_json, canaries, row

MINUTES = float(os.environ.get("CARVEOUT_FUZZ_MINUTES", "10"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda more: st.lists(more) | st.dictionaries(st.text(), more), max_leaves=8
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["Huawei (Huawei). Affiliated Entity: ", "; a.k.a. ", "(f.k.a., ", "84 FR 1", "EL", "CN"]
)
CELLS = st.dictionaries(
    st.sampled_from(sorted(COLUMNS)) | st.text(max_size=5), JSON | TEXT | st.lists(TEXT), max_size=8
)
DAYS = st.dates(date(2020, 1, 1), date(2026, 1, 1))


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    one(data)
    one(gzip.compress(data))


@given(st.lists(CELLS, max_size=4), st.dictionaries(st.sampled_from(["total", "generated_at", "x"]), JSON))
def test_any_json_in_the_layout_is_read_and_sound(rows: list[Any], head: dict[str, Any]) -> None:
    edition = read_csl(
        json.dumps({**head, "results": rows}, allow_nan=True).replace("NaN", "0").replace("Infinity", "1").encode()
    )
    sound(edition)
    assert len(edition.filings) + sum(fault.lost or fault.skipped for fault in edition.faults) == len(rows)


@given(st.lists(st.lists(TEXT, max_size=4), max_size=4))
@example([["Entity List (EL)", "Huawei\x00"]])
def test_any_table_is_read_or_refused(rows: list[list[str]]) -> None:
    head = ["source", "name", "addresses", "ids"]
    one(as_csv(*(dict(zip(head, cells, strict=False)) for cells in rows), header=head))


@given(st.text(max_size=200))
def test_any_name_gives_a_name_or_nothing(text: str) -> None:
    found = read_name(text)
    assert read_name(found.name).name == found.name or found.aliases or found.name
    assert found.name not in found.aliases
    assert all(found.aliases)


@given(st.lists(st.tuples(DAYS, st.lists(CELLS, max_size=4), st.booleans()), max_size=3))
def test_any_snapshots_make_a_register(editions: list[Any]) -> None:
    snapshots = []
    for nth, (day, rows, partial) in enumerate(editions):
        rows = [{**cells, "name": cells.get("name") or "Somebody"} for cells in rows]
        text = json.dumps({"results": rows}, allow_nan=True).replace("NaN", "0").replace("Infinity", "1")
        edition = read_csl(text.encode())
        manifest = Manifest(str(nth), day, "", str(nth), 0, "JSON", "", edition.counts, partial=partial)
        snapshots.append(Snapshot(manifest, edition.filings))
    found = parties(snapshots)
    assert len({party.id for party in found}) == len(found)
    assert all(party.effective.earliest <= party.effective.latest for party in found)


@pytest.mark.soak
def test_ten_minutes_of_guided_fuzzing_find_nothing(tmp_path: Path) -> None:
    try:
        import atheris  # noqa: F401
    except ImportError:
        absent("atheris, which guides the fuzzing, is not installed for this Python")
    seeds = {
        "list.json": as_json(canaries()[:2]), "bare.json": as_json([row("X (HCZ)", "EL", "CN")])[12:-1], "page.html": b"<html>",
        "list.csv": as_csv({"source": "Entity List (EL)", "name": "A; a.k.a. B", "addresses": "Town, AF", "ids": "Tax, 1, CN"}),
        "cells": b"#A Ltd (HCZ); a.k.a. B\nEntity List (EL)\nTown, AF; Road, CN\nTax ID, 1, RU\nC; D\n84 FR 1, 85 F.R. 2 3/4/20\n734.9(e)1",
        "list.gz": gzip.compress(as_json([row("X", "SDN", entity_number="1")]), mtime=0),
    }  # fmt: skip
    for name, data in seeds.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "tests.parties.fuzz_target", str(int(MINUTES * 60)), str(tmp_path)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=MINUTES * 60 + 300, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    print(done.stderr[-3_000:])
    assert done.returncode == 0, done.stderr[-3_000:]
    assert not list(tmp_path.glob("crash-*"))
    assert "stat::number_of_executed_units" in done.stderr
