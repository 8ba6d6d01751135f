"""The command lists as a stranger meets it: import, update, show, history, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carveout.doors.cli import main
from carveout.law.corpus import bundled
from tests.doors.conftest import Ran
from tests.parties.lists import as_csv, as_json, canaries, row
from tests.parties.server import Served, serving

PARTIES = [row(f"Party {n}", "UVL", "AE") for n in range(50)]


@pytest.fixture
def carveout(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command in this process: it is run often here, and starts the same way in the other tests of the doors."""

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["carveout", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    held = tmp_path / "lists"
    monkeypatch.setenv("CARVEOUT_LISTS", str(held))
    monkeypatch.delenv("CARVEOUT_LISTS_URL", raising=False)
    return held


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serving(as_json([*canaries(), *PARTIES])) as served:
        monkeypatch.setenv("CARVEOUT_LISTS_URL", served.url)
        yield served


def written(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def test_without_lists_the_bundled_history_is_shown(carveout: Any) -> None:
    ran = carveout("lists", "show", "--json")
    assert ran.code == 0
    assert {entry["id"] for entry in ran.objects} == set(bundled().entries)
    one = next(entry for entry in ran.objects if entry["id"] == "el/huawei-technologies-co-ltd-cn")
    assert (one["list"], one["from"], one["through"], one["citation"]) == ("EL", "2019-05-16", None, "84 FR 22963")
    assert one["footnotes"] == ["1", "2"]
    assert "No lists were imported" in carveout("lists", "show").out


def test_a_file_is_imported_shown_and_told(carveout: Any, tmp_path: Path) -> None:
    removed = row("Gone Ltd", "UVL", "AE")
    first = written(tmp_path / "csl-2026-07-01.json", as_json([*canaries(), removed, *PARTIES]))
    second = written(tmp_path / "csl-2026-07-20.json", as_json([*canaries(), *PARTIES]))
    (told,) = carveout("lists", "import", first, "--json").objects
    assert (told["new"], told["vintage"], told["rejected"], told["counts"]["UVL"]) == (True, "2026-07-01", 0, 51)
    assert "UVL" in told["complete"]
    assert not carveout("lists", "import", first, "--json").objects[0]["new"]
    assert carveout("lists", "import", second).code == 0
    shown = carveout("lists", "show")
    assert "2026-07-01 to 2026-07-20" in shown.out
    entries = {entry["id"]: entry for entry in carveout("lists", "show", "--json").objects}
    assert len(entries) == len(bundled().entries) + 5 + 51  # two canaries are entries of the bundled law
    gone = entries["uvl/gone-ltd-ae"]
    assert (gone["from"], gone["from_earliest"]) == ("2026-07-01", None)
    assert (gone["through"], gone["through_latest"]) == ("2026-07-01", "2026-07-19")


def test_history_gives_the_three_answers(carveout: Any, tmp_path: Path) -> None:
    first = written(tmp_path / "csl-2026-07-01.json", as_json([*canaries(), row("Gone Ltd", "UVL", "AE"), *PARTIES]))
    second = written(tmp_path / "csl-2026-07-20.json", as_json([*canaries(), *PARTIES]))
    for file in (first, second):
        assert carveout("lists", "import", file).code == 0

    def answer(day: str, entry: str = "uvl/gone-ltd-ae") -> tuple[str, bool]:
        (told,) = carveout("lists", "history", entry, "--on", day, "--json").objects
        return told["status"], told["sure"]

    assert answer("2026-07-01") == ("listed", True)
    assert answer("2026-07-10") == ("listed", False)
    assert answer("2026-07-20") == ("formerly listed", True)
    assert answer("2019-05-15", "el/huawei-chile-s-a-cl") == ("not listed as far as held", True)
    text = carveout("lists", "history", "uvl/gone-ltd-ae", "--on", "2026-07-20").out
    assert "formerly listed. On the list of 2026-07-01, not on that of 2026-07-20." in text
    assert "between 2026-07-01 and 2026-07-19" in text
    ran = carveout("lists", "history", "uvl/gone-lt-ae")
    assert ran.code == 2
    assert "did you mean uvl/gone-ltd-ae?" in ran.err


def test_a_suspicious_file_is_refused_and_taken_with_a_reason(carveout: Any, tmp_path: Path) -> None:
    first = written(tmp_path / "csl-2026-07-01.json", as_json([*canaries(), *PARTIES]))
    second = written(tmp_path / "csl-2026-07-20.json", as_json([*canaries(), *PARTIES[:20]]))
    assert carveout("lists", "import", first).code == 0
    ran = carveout("lists", "import", second)
    assert ran.code == 1
    assert "Unverified List (UVL) has 20 parties, 60% fewer than the 50 of 2026-07-01" in ran.err
    assert "--accept-change REASON" in ran.err
    assert carveout("lists", "import", second, "--json").objects[0]["refused"]
    assert len(carveout("lists", "show", "--list", "uvl", "--json").objects) == 50
    (told,) = carveout("lists", "import", second, "--accept-change", "91 FR 1", "--json").objects
    assert told["accepted"].startswith("91 FR 1")


def test_rejected_rows_are_told_and_the_others_are_kept(carveout: Any, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", as_csv({"source": "Unverified List (UVL)", "name": "One"}, {"source": "EL"}))
    ran = carveout("lists", "import", file, "--partial", "--as-of", "2026-07-01")
    assert ran.code == 3
    assert "row 2, name: ''; expected the name of a party (rejected)" in ran.err
    assert "1 row rejected" in ran.out
    assert [entry["name"] for entry in carveout("lists", "show", "--list", "UVL", "--json").objects] == ["One"]


@pytest.mark.parametrize(
    ("data", "arguments", "why"),
    [
        (b"", (), "the file is empty"),
        (b"<html></html>", (), "web page"),
        (b'{"results": [', (), "broke off"),
        (as_json(canaries()), (), "--as-of"),
        (as_json(canaries()), ("--as-of", "yesterday"), "is not a day"),
        (as_json(canaries()), ("--as-of", "2999-01-01"), "cannot be known yet"),
    ],
)
def test_what_cannot_be_read_exits_with_2(
    carveout: Any, tmp_path: Path, data: bytes, arguments: tuple[str, ...], why: str
) -> None:
    ran = carveout("lists", "import", written(tmp_path / "a.json", data), *arguments)
    assert ran.code == 2
    assert why in ran.err


def test_a_file_that_is_not_there_and_a_list_that_is_not_held(carveout: Any, tmp_path: Path) -> None:
    assert "no such file" in carveout("lists", "import", str(tmp_path / "nothing.json")).err
    ran = carveout("lists", "show", "--list", "XYZ")
    assert ran.code == 2
    assert "held are EL" in ran.err


def test_update_fetches_once_and_says_when_nothing_is_new(carveout: Any, server: Served) -> None:
    ran = carveout("lists", "update")
    assert ran.code == 0
    assert "the lists of 2026-07-31 (Last-Modified of the server)" in ran.out
    again = carveout("lists", "update")
    assert again.code == 0
    assert "Nothing new" in again.out
    (told,) = carveout("lists", "update", "--json").objects
    assert told["unchanged"]
    assert server.answered == [200, 304, 304]


@pytest.mark.parametrize(
    ("body", "code", "why"),
    [
        (b"", 2, "the file is empty"),
        (b"<html>", 2, "web page"),
        (as_json([*canaries(), *PARTIES])[:-40], 2, "broke off"),
        (as_json(canaries()), 1, "Unverified List (UVL) has gone"),
    ],
    ids=["empty", "html", "truncated", "shrunken"],
)
def test_update_changes_nothing_when_what_comes_is_no_whole_list(
    carveout: Any, server: Served, body: bytes, code: int, why: str
) -> None:
    assert carveout("lists", "update").code == 0
    before = carveout("lists", "show", "--json").out
    server.body, server.etag, server.last_modified = body, '"two"', "Sat, 01 Aug 2026 13:15:00 GMT"
    ran = carveout("lists", "update")
    assert ran.code == code
    assert why in ran.err
    assert carveout("lists", "show", "--json").out == before


def test_update_tells_a_server_that_fails_or_is_no_place_for_lists(carveout: Any, server: Served) -> None:
    server.statuses = [500]
    ran = carveout("lists", "update", "--tries", "1")
    assert ran.code == 2
    assert "answers 500" in ran.err
    server.statuses = [404]
    assert "answers 404" in carveout("lists", "update").err
    ran = carveout("lists", "update", "--url", "http://lists.example/csl.json")
    assert ran.code == 2
    assert "begins with https://" in ran.err


def test_the_whole_list_as_published(carveout: Any, test_data: Path) -> None:
    (told,) = carveout("lists", "import", str(test_data / "lists/csl-2026-07-31.json"), "--json").objects
    assert sum(told["counts"].values()) == 25_921
    assert told["rejected"] == 0
    assert len(told["complete"]) == 12
    ran = carveout(
        "lists", "import", str(test_data / "lists/csl-2023-11-partial.csv"), "--as-of", "2023-11-15", "--partial"
    )
    assert ran.code == 3
    assert "8 cells, BERMUDEZ SUAZA" in ran.err
    entries = {entry["id"]: entry for entry in map(json.loads, carveout("lists", "show", "--json").out.splitlines())}
    assert len(entries) > 26_000
    assert set(bundled().entries) <= set(entries)
    assert entries["sdn/aerocaribbean-airlines-cu"]["number"] == "36"
