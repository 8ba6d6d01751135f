"""The bulk file over HTTP: what is new and whole is taken, anything else changes nothing."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from carveout.parties.download import OFFICIAL, VARIABLE, Fetched, Unreached, address, fetch
from carveout.parties.folder import ListsFolder
from carveout.parties.unreadable import Refused, Unreadable
from tests.parties.lists import as_json, canaries, row
from tests.parties.server import Served, serving

BODY = as_json([*canaries(), *(row(f"Party {n}", "UVL", "AE") for n in range(200))])


@pytest.fixture
def server() -> Iterator[Served]:
    with serving(BODY) as served:
        yield served


def get(server: Served, folder: Path, **said: Any) -> Fetched:
    return fetch(server.url, folder, **{"timeout": 5.0, "wait": 0.0, **said})


def test_the_file_comes_with_its_tag_and_its_day(server: Served, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    got = get(server, tmp_path, progress=lambda there, whole: told.append((there, whole)))
    assert got.data == BODY
    assert (got.origin.etag, got.origin.modified) == ('"one"', date(2026, 7, 31))
    assert told[-1] == (len(BODY), len(BODY))
    assert [left.name for left in tmp_path.iterdir()] == ["download.lock"]


def test_an_unchanged_file_is_not_sent_again(server: Served, tmp_path: Path) -> None:
    first = get(server, tmp_path)
    again = get(server, tmp_path, etag=first.origin.etag, last_modified=first.origin.last_modified)
    assert again.unchanged
    assert again.data == b""
    assert server.answered == [200, 304]
    server.etag = '"two"'
    assert get(server, tmp_path, etag=first.origin.etag).data == BODY


@pytest.mark.parametrize("chunked", [False, True])
def test_a_download_that_breaks_off_is_resumed_where_it_stopped(server: Served, tmp_path: Path, chunked: bool) -> None:
    server.body = BODY * 20
    server.breaks_after, server.chunked = [len(BODY) * 3], chunked
    assert get(server, tmp_path).data == server.body
    assert server.answered == [200, 206]
    assert server.asked[1]["if-range"] == '"one"'
    assert int(server.asked[1]["range"].removeprefix("bytes=").removesuffix("-")) > 0


def test_it_is_resumed_by_a_later_update_too(server: Served, tmp_path: Path) -> None:
    server.breaks_after = [100, 200]
    with pytest.raises(Unreached, match=r"tried 1 times, what was held stays"):
        get(server, tmp_path, tries=1)
    assert (tmp_path / "download.part").stat().st_size == 100
    with pytest.raises(Unreached):
        get(server, tmp_path, tries=1)
    assert get(server, tmp_path, tries=1).data == BODY
    assert server.asked[-1]["range"] == "bytes=300-"


def test_a_part_of_another_file_is_never_joined_to_this_one(server: Served, tmp_path: Path) -> None:
    server.breaks_after = [500]
    with pytest.raises(Unreached):
        get(server, tmp_path, tries=1)
    server.body, server.etag = BODY[:-2] + b" ]}", '"two"'
    assert get(server, tmp_path, tries=1).data == server.body
    assert server.answered == [200, 200]


def test_a_server_without_ranges_begins_again(server: Served, tmp_path: Path) -> None:
    server.breaks_after, server.ranges = [500], False
    assert get(server, tmp_path).data == BODY
    assert server.answered == [200, 200]


def test_a_server_that_sends_another_part_is_not_believed(server: Served, tmp_path: Path) -> None:
    server.breaks_after, server.wrong_range = [500], True
    assert get(server, tmp_path).data == BODY
    assert server.answered == [200, 206, 200]


def test_a_file_that_is_shorter_now_begins_again(server: Served, tmp_path: Path) -> None:
    server.breaks_after = [5_000]
    with pytest.raises(Unreached):
        get(server, tmp_path, tries=1)
    server.body = as_json(canaries())
    assert len(server.body) < 5_000
    assert get(server, tmp_path).data == server.body
    assert server.answered == [200, 416, 200]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_that_is_too_large_is_given_up(server: Served, tmp_path: Path, chunked: bool) -> None:
    server.chunked = chunked
    with pytest.raises(Unreached, match=r"(at most|more than) 1,000"):
        get(server, tmp_path, largest=1_000)
    assert not (tmp_path / "download.part").exists()
    assert len(server.asked) == 1


def test_errors_of_the_server_are_tried_again_and_then_told(server: Served, tmp_path: Path) -> None:
    server.statuses = [503, 500]
    assert get(server, tmp_path).data == BODY
    server.statuses = [500, 502, 503]
    with pytest.raises(Unreached, match="answers 503"):
        get(server, tmp_path)
    server.statuses = [404]
    with pytest.raises(Unreached, match="answers 404"):
        get(server, tmp_path)
    assert server.answered[-1] == 404


def test_no_server_is_told(tmp_path: Path) -> None:
    with serving() as server:
        url = server.url
    with pytest.raises(Unreached, match="gave no answer"):
        fetch(url, tmp_path, tries=2, wait=0.0, timeout=2.0)


def test_a_redirect_leads_to_https_or_to_this_machine_only(server: Served, tmp_path: Path) -> None:
    with serving(BODY) as other:
        server.redirect = other.url
        assert get(server, tmp_path).data == BODY
    for place in ("http://example.com/list.json", "ftp://127.0.0.1/list", "file:///etc/passwd", "http://10.0.0.1/"):
        server.redirect = place
        with pytest.raises(Unreached, match="is not fetched"):
            get(server, tmp_path)
    server.redirect = server.url
    with pytest.raises(Unreached, match="without end"):
        get(server, tmp_path)


def test_the_address_is_the_one_given_or_that_of_the_environment_or_the_official_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert address() == OFFICIAL
    assert OFFICIAL.startswith("https://data.trade.gov/")
    monkeypatch.setenv(VARIABLE, "https://lists.example/csl.json")
    assert address() == "https://lists.example/csl.json"
    assert address("http://localhost:1/x") == "http://localhost:1/x"
    for wrong in ("http://lists.example/csl.json", "ftp://lists.example", "lists.example", "https://"):
        with pytest.raises(Unreached):
            address(wrong)


def test_a_packed_answer_is_unpacked_and_a_bomb_refused(server: Served, tmp_path: Path) -> None:
    folder = ListsFolder(tmp_path, largest=1_000_000)
    server.body = gzip.compress(BODY)
    got = get(server, tmp_path)
    assert folder.take(got.data, got.origin).manifest.size == len(BODY)
    server.body = gzip.compress(b" " * 2_000_000)
    got = get(server, tmp_path)
    with pytest.raises(Unreadable, match="unpacks beyond"):
        folder.take(got.data, got.origin)
    assert len(folder.manifests()) == 1


@pytest.mark.parametrize(
    ("body", "error", "why"),
    [
        (b"", Unreadable, "empty"),
        (b"<html><body>maintenance</body></html>", Unreadable, "web page"),
        (BODY[: len(BODY) // 2], Unreadable, "broke off"),
        (as_json(canaries()), Refused, "Unverified List"),
        (as_json([]), Refused, "no party"),
    ],
    ids=["empty", "html", "truncated", "shrunken", "nobody"],
)
def test_what_comes_and_is_no_whole_list_changes_nothing(
    server: Served, tmp_path: Path, body: bytes, error: type[Exception], why: str
) -> None:
    folder = ListsFolder(tmp_path)
    got = get(server, tmp_path)
    held = folder.take(got.data, got.origin).manifest
    server.body, server.etag, server.last_modified = body, '"two"', "Sat, 01 Aug 2026 13:15:00 GMT"
    got = get(server, tmp_path, etag=held.etag)
    with pytest.raises(error, match=why):
        folder.take(got.data, got.origin)
    assert folder.manifests() == [held]
    assert held.sha256
    assert held.etag == '"one"'
