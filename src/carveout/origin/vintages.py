"""The tables a user has imported, by their day; and for which days each is evidence.

They lie in the folder named by the environment variable CARVEOUT_TABLES, else in the user's data folder, one folder per
issue date. A vintage is evidence for its issue date itself. For later days it is taken as unchanged, until a later vintage
takes over: an assumption, which every answer that rests on it names. For the days before the oldest vintage nothing is
known, because an item may have been added since.
"""

from __future__ import annotations

import os
import secrets
import shutil
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from carveout.origin.ear_tables import FILES, EarTables, read_tables
from carveout.origin.error import OriginError

VARIABLE = "CARVEOUT_TABLES"


@dataclass(frozen=True, eq=False)
class Vintages:
    """Imported tables in the order of their days."""

    tables: tuple[EarTables, ...]

    def at(self, day: date) -> EarTables | None:
        """The latest tables issued on or before a day; None before all of them."""
        place = bisect_right([one.issued for one in self.tables], day)
        return self.tables[place - 1] if place else None

    @property
    def hash(self) -> str:
        """The hashes of all vintages, in order."""
        return " ".join(one.hash for one in self.tables)


def tables_folder() -> Path:
    """Where imported tables lie."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else _own_folder()


@cache
def _own_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("carveout", appauthor=False) / "tables"


def import_tables(folder: Path) -> tuple[EarTables, Path]:
    """Read the tables in a folder and keep a copy; a vintage of the same day is replaced.

    Raises:
        OriginError: the folder holds no tables, or the copy cannot be written.
    """
    found = read_tables(folder)
    root = tables_folder()
    place = root / found.issued.isoformat()
    part = root / f".{found.issued}.{secrets.token_hex(4)}.part"
    try:
        part.mkdir(parents=True)
        for name in FILES:
            shutil.copyfile(folder / name, part / name)
        old = root / f".{found.issued}.{secrets.token_hex(4)}.old"
        if place.exists():
            place.rename(old)
        part.rename(place)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise OriginError(f"the tables cannot be kept in {root}: {error.strerror or error}") from None
    _read.cache_clear()
    return found, place


def held(folder: Path | None = None) -> Vintages | None:
    """The imported tables, or those of one folder; None when there are none.

    Raises:
        OriginError: what was imported cannot be read any more.
    """
    if folder is not None:
        return Vintages((read_tables(folder),))
    return imported(os.environ.get(VARIABLE, ""))


@cache
def _days(root: Path, stamp: int) -> tuple[Path, ...]:
    found = []
    for place in root.iterdir():
        try:
            date.fromisoformat(place.name)
        except ValueError:
            continue
        found.append(place)
    return tuple(sorted(found))


def imported(named: str) -> Vintages | None:
    """The imported tables of the folder that CARVEOUT_TABLES names (empty: the user's data folder), read once."""
    root = Path(named) if named else _own_folder()
    try:
        stamp = root.stat().st_mtime_ns
    except OSError:
        return None
    places = _days(root, stamp)
    return _read(places) if places else None


@cache
def _read(places: tuple[Path, ...]) -> Vintages:
    tables: Mapping[date, EarTables] = {one.issued: one for one in map(read_tables, places)}
    return Vintages(tuple(tables[day] for day in sorted(tables)))
