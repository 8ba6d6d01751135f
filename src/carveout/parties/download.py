"""The bulk file of the lists from its address: only what is new, whole, and not larger than a list.

A download that breaks off is kept and resumed where the server allows it (``Range`` with ``If-Range``); an unchanged file
is not sent again (``ETag``, ``Last-Modified``). Redirects lead to https or to this machine only.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path

import httpx

from carveout.facts.clock import today
from carveout.parties.csl import LARGEST
from carveout.parties.folder import Origin
from carveout.parties.lock import locked

VARIABLE = "CARVEOUT_LISTS_URL"
OFFICIAL = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.json"
"""The bulk file of the Consolidated Screening List as the International Trade Administration publishes it."""

MOST_REDIRECTS = 5
TRIES = 3


class Unreached(Exception):
    """The file could not be fetched; the message says why. What was held before stays."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it came, with where it is from; ``unchanged`` when the server says that it is the one held already."""

    data: bytes
    origin: Origin
    unchanged: bool = False


def address(given: str | None = None) -> str:
    """The address to fetch: the one given, else that of CARVEOUT_LISTS_URL, else the official one.

    Raises:
        Unreached: it is no address from which lists are taken.
    """
    chosen = given or os.environ.get(VARIABLE) or OFFICIAL
    _allowed(chosen)
    return chosen


def _allowed(text: str) -> httpx.URL:
    """The address, if it is https or leads to this machine."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise Unreached(f"{text!r} is no address: {error}") from None
    local = url.host == "localhost"
    with suppress(ValueError):
        local = local or ip_address(url.host).is_loopback
    if not url.host or url.scheme not in ("https", "http") or (url.scheme == "http" and not local):
        raise Unreached(f"{text} is not fetched; an address begins with https:// (http:// on this machine only)")
    return url


class Part:
    """A download that is not whole yet: its bytes, and what they are part of, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.bytes = folder / "download.part"
        self.said = folder / "download.json"

    def tag(self, url: str) -> str:
        """The tag under which a download of that address may be resumed; nothing when there is none to resume."""
        try:
            said = json.loads(self.said.read_bytes())
            return said["tag"] if said["url"] == url and self.bytes.stat().st_size > 0 else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def begin(self, url: str, tag: str) -> None:
        """Begin from nothing; without a tag it cannot be resumed later."""
        self.bytes.write_bytes(b"")
        self.said.write_text(json.dumps({"url": url, "tag": tag}))

    def clear(self) -> None:
        """Take it away."""
        self.bytes.unlink(missing_ok=True)
        self.said.unlink(missing_ok=True)


def fetch(
    url: str,
    folder: Path,
    *,
    etag: str = "",
    last_modified: str = "",
    largest: int = LARGEST,
    timeout: float = 30.0,
    tries: int = TRIES,
    wait: float = 1.0,
    progress: Callable[[int, int | None], None] | None = None,
) -> Fetched:
    """Fetch the file. ``etag`` and ``last_modified`` are those of the snapshot that came from the same address.

    ``timeout`` is in seconds for each step of the network, ``wait`` the pause before the second try (it doubles);
    ``progress`` is told the bytes that are there and those expected. A download that breaks off stays in ``folder``.

    Raises:
        Unreached: no answer, an answer that is none, too many bytes, or a redirect to where lists are not taken from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part = Part(folder)
    headers = {"User-Agent": "carveout", "Accept-Encoding": "identity"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    reason = ""
    with locked(folder / "download.lock"), httpx.Client(timeout=timeout, follow_redirects=False) as client:
        for nth in range(max(1, tries)):
            if nth:
                time.sleep(wait * 2 ** (nth - 1))
            try:
                return _once(client, _allowed(url), headers, part, largest, progress)
            except httpx.TransportError as error:
                reason = f"{url} broke off or gave no answer ({type(error).__name__}: {error})".replace(": )", ")")
            except _Again as error:
                reason = str(error)
    raise Unreached(f"{reason}; tried {max(1, tries)} times, what was held stays")


class _Again(Exception):
    """An answer after which another try makes sense."""


def _once(
    client: httpx.Client,
    url: httpx.URL,
    headers: dict[str, str],
    part: Part,
    largest: int,
    progress: Callable[[int, int | None], None] | None,
) -> Fetched:
    first = str(url)
    for _ in range(MOST_REDIRECTS + 1):
        tag = part.tag(first)
        asked = dict(headers)
        if tag:
            asked = {**headers, "Range": f"bytes={part.bytes.stat().st_size}-", "If-Range": tag}
        with client.stream("GET", url, headers=asked) as response:
            if response.has_redirect_location:  # is_redirect would be true of an unchanged file (304) too
                url = _allowed(str(url.join(response.headers.get("location", ""))))
                continue
            return _answer(response, first, part, tag, largest, progress)
    raise Unreached(f"{first} leads from one address to the next without end")


def _answer(
    response: httpx.Response,
    url: str,
    part: Part,
    tag: str,
    largest: int,
    progress: Callable[[int, int | None], None] | None,
) -> Fetched:
    code, said = response.status_code, response.headers
    if code == httpx.codes.NOT_MODIFIED:
        return Fetched(b"", Origin(url, said.get("etag", ""), said.get("last-modified", "")), unchanged=True)
    if code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        part.clear()
        raise _Again(f"{url} does not have the rest of a download that broke off; it begins again")
    if code >= 500 or code in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT):
        raise _Again(f"{url} answers {code} {response.reason_phrase}".rstrip())
    if code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise Unreached(f"{url} answers {code} {response.reason_phrase}".rstrip() + "; what was held stays")
    start = part.bytes.stat().st_size if tag else 0
    if code == httpx.codes.PARTIAL_CONTENT and not said.get("content-range", "").startswith(f"bytes {start}-"):
        part.clear()
        raise _Again(f"{url} sent another part of the file than was asked for")
    if code == httpx.codes.OK:
        start = 0
        part.begin(url, _strong(said.get("etag", "")) or said.get("last-modified", ""))
    length = int(said["content-length"]) if said.get("content-length", "").isdigit() else None
    whole = start + length if length is not None else None
    if whole is not None and whole > largest:
        part.clear()
        raise Unreached(f"{url} has {whole:,} bytes; a list has at most {largest:,}")
    there = start
    with part.bytes.open("ab") as stream:
        for chunk in response.iter_raw():  # as it comes: what is there when it breaks off is kept
            stream.write(chunk)
            there += len(chunk)
            if there > largest:
                break
            if progress is not None:
                progress(there, whole)
    if there > largest:
        part.clear()
        raise Unreached(f"{url} sends more than {largest:,} bytes; no list is that large")
    if whole is not None and there != whole:
        raise _Again(f"{url} broke off after {there:,} of {whole:,} bytes")
    data = part.bytes.read_bytes()
    part.clear()
    origin = Origin(
        url, said.get("etag", ""), said.get("last-modified", ""), _day(said.get("last-modified", "")), today()
    )
    return Fetched(data, origin)


def _strong(tag: str) -> str:
    """A tag under which parts of a file may be joined; a weak one promises too little."""
    return "" if tag.startswith("W/") else tag


def _day(text: str) -> date | None:
    """The day of a Last-Modified header."""
    try:
        return parsedate_to_datetime(text).date() if text else None
    except (TypeError, ValueError):
        return None
