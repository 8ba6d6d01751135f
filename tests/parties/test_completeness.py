"""A list that is not whole is refused with the reason, and what was held stays."""

from __future__ import annotations

import gzip
import multiprocessing
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carveout.facts.clock import today
from carveout.law.corpus import bundled
from carveout.parties.completeness import CANARIES, doubts
from carveout.parties.csl import read_csl
from carveout.parties.folder import ListsFolder, Origin, Undated
from carveout.parties.unreadable import Refused, Unreadable
from tests.parties.lists import as_json, canaries, row

D = date.fromisoformat
PARTIES = [row(f"Party {n}", "UVL", "AE") for n in range(100)]


@pytest.fixture
def folder(tmp_path: Path) -> ListsFolder:
    return ListsFolder(tmp_path / "lists")


def whole(*further: dict[str, Any]) -> bytes:
    return as_json([*canaries(), *further])


def take(folder: ListsFolder, data: bytes, day: str, **said: Any) -> str:
    return folder.take(data, Origin("test.json"), as_of=D(day), **said).manifest.id


# What is refused


def test_the_true_list_passes_and_each_canary_is_on_it(test_data: Path) -> None:
    edition = read_csl((test_data / "lists/csl-2026-07-31.json").read_bytes())
    assert doubts(edition, D("2026-07-31")) == []
    assert {one.list for one in CANARIES} <= set(edition.counts)


def test_each_canary_is_missed(folder: ListsFolder) -> None:
    for missing in range(len(CANARIES)):
        rows = canaries()
        gone = rows.pop(missing)
        with pytest.raises(Refused) as refusal:
            take(folder, as_json([*rows, row("Someone", gone["source"])]), "2026-08-01")
        assert any(CANARIES[missing].name in reason for reason in refusal.value.reasons)
    assert folder.manifests() == []


def test_a_canary_of_another_country_is_none(folder: ListsFolder) -> None:
    rows = canaries()
    rows[0] = row("Huawei Technologies Co., Ltd.", "EL", "HK")
    with pytest.raises(Refused, match="Huawei"):
        take(folder, as_json(rows), "2026-08-01")


def test_a_canary_is_asked_for_only_from_its_first_day(folder: ListsFolder) -> None:
    rows = [one for one, canary in zip(canaries(), CANARIES, strict=True) if canary.since <= D("2018-01-01")]
    assert take(folder, as_json(rows), "2018-01-01")


def test_a_list_that_shrinks_or_vanishes_is_refused_and_the_old_one_stays(folder: ListsFolder) -> None:
    old = take(folder, whole(*PARTIES), "2026-08-01")
    with pytest.raises(Refused, match=r"Unverified List \(UVL\) has 60 parties, 40% fewer than the 100 of 2026-08-01"):
        take(folder, whole(*PARTIES[:60]), "2026-08-02")
    with pytest.raises(Refused, match=r"Unverified List \(UVL\) has gone"):
        take(folder, whole(), "2026-08-02")
    assert [one.id for one in folder.manifests()] == [old]
    assert take(folder, whole(*PARTIES[:92]), "2026-08-02")


def test_a_refused_list_is_taken_with_a_reason_that_is_kept(folder: ListsFolder) -> None:
    take(folder, whole(*PARTIES), "2026-08-01")
    take(folder, whole(*PARTIES[:50]), "2026-08-02", accept="half of it was moved, 91 FR 1")
    kept = folder.manifests()[-1]
    assert kept.accepted.startswith("half of it was moved, 91 FR 1: ")
    assert "50 parties" in kept.accepted
    assert sum(party.removal is not None for party in folder.register()) == 50


def test_an_older_list_with_far_more_than_the_next_is_doubted_too(folder: ListsFolder) -> None:
    take(folder, whole(*PARTIES[:50]), "2026-08-02")
    with pytest.raises(Refused, match="only 50 in the later snapshot"):
        take(folder, whole(*PARTIES), "2026-08-01")


def test_a_total_that_the_file_does_not_have_is_doubted(folder: ListsFolder) -> None:
    with pytest.raises(Refused, match="says it has 25,000 parties and holds 7"):
        take(folder, as_json(canaries(), total=25_000), "2026-08-01")


def test_a_partial_list_is_never_doubted_and_never_complete(folder: ListsFolder) -> None:
    take(folder, as_json(PARTIES[:3]), "2026-08-01", partial=True)
    assert [one.complete_days for one in folder.register().lists] == [()]


@given(st.integers(0, 100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_a_list_may_lose_a_tenth_and_no_more(left: int) -> None:
    before = ListsFolder(Path("nowhere"))
    held = read_csl(whole(*PARTIES))
    from carveout.parties.snapshot import Manifest

    manifest = Manifest("x", D("2026-08-01"), "", "x", 0, "JSON", "x", held.counts)
    found = doubts(read_csl(whole(*PARTIES[:left])), D("2026-08-02"), (manifest,))
    assert bool(found) == (left < 90)
    assert before.manifests() == []


# The day


def test_the_day_is_stated_or_read_or_asked_for(folder: ListsFolder) -> None:
    def day(data: bytes, origin: Origin, as_of: date | None = None) -> tuple[date, str]:
        kept = ListsFolder(folder.path / str(len(list(folder.path.glob("*")) if folder.path.exists() else [])))
        found = kept.take(data, origin, as_of=as_of).manifest
        return found.vintage, found.dated_by

    dated = as_json(canaries(), generated_at="2026-07-31T13:15:00+00:00")
    assert day(dated, Origin("a.json")) == (D("2026-07-31"), "generated_at of the file")
    assert day(dated, Origin("a.json"), D("2026-07-30")) == (D("2026-07-30"), "stated on import")
    assert day(whole(), Origin("a.json", modified=D("2026-07-29"))) == (D("2026-07-29"), "Last-Modified of the server")
    assert day(whole(), Origin("csl-2026-07-28.json")) == (D("2026-07-28"), "name of the file")
    assert day(whole(), Origin("csl_20260727.json")) == (D("2026-07-27"), "name of the file")
    with pytest.raises(Undated, match="--as-of"):
        day(whole(), Origin("csl-2026-07.json"))
    with pytest.raises(Unreadable, match="cannot be known yet"):
        day(whole(), Origin("a.json"), date(today().year + 1, 1, 1))


# The folder


def test_the_same_file_twice_is_one_snapshot(folder: ListsFolder) -> None:
    first = folder.take(whole(), Origin("a.json"), as_of=D("2026-08-01"))
    again = folder.take(gzip.compress(whole()), Origin("b.json"), as_of=D("2026-08-01"))
    assert (first.new, again.new) == (True, False)
    assert len(folder.manifests()) == 1


def test_a_part_that_turns_out_to_be_whole_is_taken_again(folder: ListsFolder) -> None:
    take(folder, whole(), "2026-08-01", partial=True)
    take(folder, whole(), "2026-08-01")
    (kept,) = folder.manifests()
    assert not kept.partial


def test_snapshots_keep_the_file_and_are_read_again_when_the_parties_are_damaged(folder: ListsFolder) -> None:
    name = take(folder, whole(*PARTIES), "2026-08-01")
    expected = [party.id for party in folder.register()]
    for left in folder.path.glob("register-*"):
        left.unlink()
    (folder.path / name / "parties.json.gz").write_bytes(b"damaged")
    assert [party.id for party in folder.register()] == expected
    for left in folder.path.glob("register-*"):
        left.write_bytes(b"[{")
    assert [party.id for party in folder.register()] == expected
    for left in folder.path.glob("register-*"):
        left.unlink()
    (folder.path / name / "raw.gz").write_bytes(gzip.compress(b"another file"))
    with pytest.raises(Unreadable, match="checksum"):
        folder.register()


def test_a_damaged_manifest_is_told(folder: ListsFolder) -> None:
    name = take(folder, whole(), "2026-08-01")
    (folder.path / name / "manifest.json").write_text("{}")
    with pytest.raises(Unreadable, match="damaged"):
        folder.register()


def test_what_a_killed_import_left_behind_is_no_snapshot(folder: ListsFolder) -> None:
    take(folder, whole(), "2026-08-01")
    left = folder.path / ".2026-08-02-abc.1234.part"
    left.mkdir()
    (left / "manifest.json").write_text("{}")
    assert len(folder.manifests()) == 1
    take(folder, whole(row("One", "UVL")), "2026-08-02")
    assert not left.exists()


def test_the_compiled_register_is_made_again_when_a_snapshot_comes(folder: ListsFolder) -> None:
    take(folder, whole(row("One", "UVL")), "2026-08-01")
    assert "uvl/two-zz" not in folder.register()
    take(folder, whole(row("One", "UVL"), row("Two", "UVL")), "2026-08-02")
    assert "uvl/two-zz" in folder.register()
    assert len(list(folder.path.glob("register-*"))) == 1


def test_a_folder_without_lists_holds_the_bundled_history(folder: ListsFolder) -> None:
    register = folder.register()
    assert {party.id for party in register} == set(bundled().entries)
    assert not register.lists


def _import(path: str, nth: int) -> None:
    take(ListsFolder(Path(path)), whole(row(f"Party {nth}", "UVL")), f"2026-08-{nth + 1:02}")


def test_imports_at_the_same_time_are_all_kept(folder: ListsFolder) -> None:
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=_import, args=(str(folder.path), nth)) for nth in range(4)]
    for one in running:
        one.start()
    for one in running:
        one.join(60)
    assert [one.exitcode for one in running] == [0, 0, 0, 0]
    assert [one.vintage.day for one in folder.manifests()] == [1, 2, 3, 4]
    assert {f"uvl/party-{nth}-zz" for nth in range(4)} <= {party.id for party in folder.register()}


@pytest.mark.soak
def test_an_import_that_is_killed_leaves_the_lists_as_they_were(folder: ListsFolder) -> None:
    context = multiprocessing.get_context("spawn")
    started = time.monotonic()
    _import(str(folder.path), 0)
    lasts = time.monotonic() - started + 1.5  # the start of a process is most of it
    for nth in range(1, 101):
        one = context.Process(target=_import, args=(str(folder.path), nth % 28))
        one.start()
        one.join(lasts * nth / 100)
        one.kill()
        one.join()
        for manifest in folder.manifests():
            assert folder.snapshot(manifest).filings
        assert "uvl/party-0-zz" in folder.register()
    _import(str(folder.path), 27)
    assert not list(folder.path.glob(".*.part"))
