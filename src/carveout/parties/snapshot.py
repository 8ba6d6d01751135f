"""Snapshots: one edition of the lists as it was imported, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from carveout.parties.filing import Filing


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is told of a snapshot.

    ``vintage`` is the day it shows the lists of, and ``dated_by`` how that is known. ``sha256`` is of the file as it came
    out of its packing. ``counts`` are the parties of each list, ``lost`` the rows of each that could not be kept (under ""
    those of which not even the list is known), ``partial`` an edition that adds what it has and says nothing of what it
    lacks. ``accepted`` is the reason a person gave for a change that was suspicious.
    """

    id: str
    vintage: date
    dated_by: str
    sha256: str
    size: int
    layout: str
    source: str
    counts: Mapping[str, int]
    titles: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    noted: int = 0
    partial: bool = False
    accepted: str = ""
    reader: str = ""
    imported: str = ""
    etag: str = ""
    last_modified: str = ""

    def is_complete(self, code: str) -> bool:
        """Whether all of a list is in the snapshot: it is no partial one, has the list, and lost no row of it."""
        return not self.partial and self.counts.get(code, 0) > 0 and not self.lost.get(code) and not self.lost.get("")

    def as_plain(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "vintage": self.vintage.isoformat()}


def manifest_from_plain(plain: Mapping[str, Any]) -> Manifest:
    """The manifest of plain values.

    Raises:
        TypeError, KeyError, ValueError: it is none.
    """
    known = {name: plain[name] for name in Manifest.__dataclass_fields__ if name in plain}
    return Manifest(**{**known, "vintage": date.fromisoformat(plain["vintage"])})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A manifest and the filings of its edition."""

    manifest: Manifest
    filings: tuple[Filing, ...]

    @property
    def vintage(self) -> date:
        """The day it shows the lists of."""
        return self.manifest.vintage
