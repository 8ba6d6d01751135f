"""The folder of lists: snapshots as they were imported, and the register that is made of them.

Each snapshot is a folder ``VINTAGE-HASH`` with the file as it came (packed), its parties, and ``manifest.json``; it takes
its name only when all of it is on disk. The compiled register lies beside them, keyed by the snapshots, the bundled law and
the versions of reading; it is made again when one of them differs. A lock keeps imports apart.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import secrets
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import platformdirs

from carveout.facts.clock import today
from carveout.facts.whole_file import whole_file
from carveout.law.corpus import Corpus, bundled
from carveout.parties import filing as filings
from carveout.parties import history, identity
from carveout.parties.collection import no_collection
from carveout.parties.completeness import doubts
from carveout.parties.csl import LARGEST, packed, read_csl, unpacked
from carveout.parties.filing import Edition, Fault, as_plain, from_plain
from carveout.parties.lock import locked
from carveout.parties.party import party_as_plain
from carveout.parties.register import Register
from carveout.parties.snapshot import Manifest, Snapshot, manifest_from_plain
from carveout.parties.unreadable import Refused, Unreadable

VARIABLE = "CARVEOUT_LISTS"
_MANIFEST, _PARTIES, _RAW = "manifest.json", "parties.json.gz", "raw.gz"
_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")


class Undated(Unreadable):
    """A file that does not say of which day it is, and nobody did."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file comes from: its name or address, what the server said of it, and the day it was fetched."""

    source: str
    etag: str = ""
    last_modified: str = ""
    modified: date | None = None
    fetched: date | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the snapshot, whether it is new, what was wrong with rows, and the counts of the one before."""

    manifest: Manifest
    new: bool
    faults: tuple[Fault, ...]
    before: Manifest | None = None

    @property
    def lost(self) -> int:
        """Rows that could not be kept."""
        return sum(fault.lost for fault in self.faults)


def default_folder() -> Path:
    """The folder that CARVEOUT_LISTS names, else the user's data folder."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(platformdirs.user_data_dir("carveout")) / "lists"


def vintage_of(edition: Edition, origin: Origin, as_of: date | None) -> tuple[date, str]:
    """The day an edition shows the lists of, and how that is known.

    Raises:
        Undated: nothing says it.
        Unreadable: the day has not come yet.
    """
    named = _IN_NAME.search(Path(origin.source).name)
    tries: list[tuple[date | None, str]] = [
        (as_of, "stated on import"), (edition.stated, "generated_at of the file"),
        (origin.modified, "Last-Modified of the server"), (_day(named), "name of the file"),
        (origin.fetched, "day of the download"),
    ]  # fmt: skip
    for day, how in tries:
        if day is not None:
            if day > today():
                raise Unreadable(f"the lists of {day} cannot be known yet ({how})")
            return day, how
    raise Undated("the file does not say of which day it is; state it with --as-of YYYY-MM-DD")


def _day(named: re.Match[str] | None) -> date | None:
    try:
        return date(*map(int, named.groups())) if named else None
    except ValueError:
        return None


class ListsFolder:
    """Snapshots of lists in a folder. ``largest`` are the bytes that a file may have, unpacked."""

    def __init__(self, path: Path | None = None, largest: int = LARGEST) -> None:
        self.path = path or default_folder()
        self.largest = largest

    def manifests(self) -> list[Manifest]:
        """The snapshots held, oldest first.

        Raises:
            Unreadable: a manifest is damaged.
        """
        found = []
        for path in sorted(self.path.glob(f"[0-9]*/{_MANIFEST}")):
            try:
                found.append(manifest_from_plain(orjson.loads(path.read_bytes())))
            except FileNotFoundError:
                continue  # just being replaced by a whole one
            except (OSError, KeyError, TypeError, ValueError) as error:
                raise Unreadable(f"{path} is damaged ({error}); import the file of this snapshot again") from None
        return sorted(found, key=lambda one: (one.vintage, one.sha256))

    def snapshot(self, manifest: Manifest) -> Snapshot:
        """A snapshot with its parties; read again from the kept file when it was read by another version.

        Raises:
            Unreadable: neither its parties nor its file can be read.
        """
        folder = self.path / manifest.id
        if manifest.reader == filings.VERSION:
            try:
                rows = orjson.loads(gzip.decompress((folder / _PARTIES).read_bytes()))
                return Snapshot(manifest, tuple(from_plain(row) for row in rows))
            except (OSError, EOFError, KeyError, TypeError, ValueError):
                pass  # the kept file has it all
        try:
            plain = unpacked((folder / _RAW).read_bytes())
        except OSError as error:
            raise Unreadable(f"{folder / _RAW}: {error.strerror}; import the file of this snapshot again") from None
        if hashlib.sha256(plain).hexdigest() != manifest.sha256:
            raise Unreadable(
                f"{folder / _RAW} is not the file that was imported (its checksum differs); import it again"
            )
        return Snapshot(manifest, read_csl(plain).filings)

    def take(
        self,
        data: bytes,
        origin: Origin,
        *,
        as_of: date | None = None,
        partial: bool = False,
        accept: str = "",
    ) -> Imported:
        """Import a file as a snapshot. ``accept`` is the reason for which a suspicious change is believed.

        Raises:
            Unreadable: it is no file of lists, or nothing says of which day it is.
            Refused: it is suspicious; what was held stays.
        """
        plain = unpacked(data, self.largest)
        edition = read_csl(plain, self.largest)
        vintage, how = vintage_of(edition, origin, as_of)
        digest = hashlib.sha256(plain).hexdigest()
        self.path.mkdir(parents=True, exist_ok=True)
        with locked(self.path / "lock"):
            self._sweep()
            held = self.manifests()
            before = max((one for one in held if one.vintage < vintage), key=lambda one: one.vintage, default=None)
            same = next((one for one in held if one.sha256 == digest and one.vintage == vintage), None)
            if same is not None and same.partial <= partial:
                return Imported(same, False, edition.faults, before)
            if not edition.filings:
                raise Refused(["it holds no party at all"])
            reasons = [] if partial else doubts(edition, vintage, tuple(one for one in held if one != same))
            if reasons and not accept:
                raise Refused(reasons)
            lost = Counter(fault.list for fault in edition.faults if fault.lost)
            manifest = Manifest(
                id=f"{vintage}-{digest[:12]}", vintage=vintage, dated_by=how, sha256=digest, size=len(plain),
                layout=edition.layout, source=origin.source, counts=edition.counts, titles=dict(edition.sources),
                lost=dict(lost), noted=len(edition.faults), partial=partial,
                accepted=f"{accept}: {'; '.join(reasons)}" if reasons else "", reader=filings.VERSION,
                imported=datetime.now(UTC).isoformat(timespec="seconds"), etag=origin.etag, last_modified=origin.last_modified,
            )  # fmt: skip
            self._write(manifest, plain, edition)
        return Imported(manifest, True, edition.faults, before)

    def _write(self, manifest: Manifest, plain: bytes, edition: Edition) -> None:
        part = self.path / f".{manifest.id}.{secrets.token_hex(4)}.part"
        part.mkdir()
        try:
            rows = orjson.dumps([as_plain(filing) for filing in edition.filings])
            files = {
                _RAW: packed(plain), _PARTIES: gzip.compress(rows, 3, mtime=0),
                _MANIFEST: orjson.dumps(manifest.as_plain(), option=orjson.OPT_INDENT_2),
            }  # fmt: skip
            for name, content in files.items():
                with (part / name).open("wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
            final = self.path / manifest.id
            if final.exists():  # a partial one that turns out to be whole
                final.rename(self.path / f".{manifest.id}.{secrets.token_hex(4)}.part")
            part.rename(final)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise

    def _sweep(self) -> None:
        """Take away what imports that were killed left behind; only under the lock."""
        for left in self.path.glob(".*.part"):
            shutil.rmtree(left, ignore_errors=True)

    def key(self, corpus: Corpus, manifests: list[Manifest]) -> str:
        """What the compiled register hangs on, as one hash."""
        versions = (filings.VERSION, identity.VERSION, history.VERSION, corpus.hash)
        said = [f"{one.vintage} {one.sha256} {one.partial}" for one in manifests]
        return hashlib.sha256("\n".join([*versions, *said]).encode()).hexdigest()[:24]

    def register(self, corpus: Corpus | None = None) -> Register:
        """The register of all snapshots and of the bundled law.

        Raises:
            Unreadable: a snapshot is damaged.
        """
        law = corpus or bundled()
        manifests = self.manifests()
        compiled = self.path / f"register-{self.key(law, manifests)}.json"
        with no_collection():
            try:
                rows = orjson.loads(compiled.read_bytes())
            except (OSError, ValueError):
                snapshots = [self.snapshot(one) for one in manifests]
                made = history.parties(snapshots, law.entries.values(), dict(law.instruments))
                rows = [party_as_plain(party) for party in made]
                self._keep(compiled, orjson.dumps(rows))
        return Register(rows, manifests, law.entries)

    def _keep(self, compiled: Path, content: bytes) -> None:
        """Keep the compiled register, where the folder can be written to; it can always be made again."""
        try:
            with locked(self.path / "lock"):
                for old in self.path.glob("register-*.json"):
                    old.unlink(missing_ok=True)
                with whole_file(compiled) as part:
                    part.write_bytes(content)
        except OSError:
            return
