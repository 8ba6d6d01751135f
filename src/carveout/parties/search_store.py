"""Searches kept between runs: over a full list making one takes seconds, reading it back a fraction of one."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import shutil
from functools import lru_cache
from pathlib import Path

from carveout.parties.listed import Listed
from carveout.parties.name import VERSION
from carveout.parties.search import Search, StaleIndex

WORTH_KEEPING = 100
"""Parties from which a search is kept in a file: names in other scripts take long to read."""

KEPT = 6
"""Searches kept: the newest ones."""


@lru_cache(maxsize=8)
def search_over(parties: tuple[Listed, ...]) -> Search:
    """The search over some parties: in memory, from its file, or made now and kept.

    A file that is stale, broken or cannot be written is no error: the search is made anew.
    """
    if len(parties) < WORTH_KEEPING:
        return Search(parties)
    digest = hashlib.sha256(VERSION.encode())
    for party in parties:
        digest.update(repr(party).encode())
    folder = searches_folder() / digest.hexdigest()[:16]
    with contextlib.suppress(StaleIndex, OSError, ValueError, KeyError):
        return Search.load(folder, parties)
    search = Search(parties)
    with contextlib.suppress(OSError):
        _keep(search, folder)
    return search


def _keep(search: Search, folder: Path) -> None:
    """Write a search beside the others; it takes its name only when all of it is there, and the first to write stays."""
    part = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.part")
    try:
        search.save(part)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    forget_old(folder.parent)


def forget_old(folder: Path) -> None:
    """Remove all but the newest searches."""
    held = sorted((p for p in folder.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in held[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def searches_folder() -> Path:
    """Where searches are kept: beside the lists."""
    from carveout.parties.folder import default_folder

    return default_folder() / "searches"
