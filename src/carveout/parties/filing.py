"""Filings: what one edition of a list says of one party, in plain values that a snapshot keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

VERSION = "1"
"""Of the reader: filings read under another version are read again from the file that was kept."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address: the text of it as filed, and the ISO code of its country (nothing where none is named)."""

    text: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One number of a party: what kind (as filed, e.g. ``Tax ID No.``), the number, the country that gave it."""

    kind: str
    number: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """One party of one edition of one list.

    ``chain`` are the Federal Register notices as filed; ``published`` is the start date of the row, which is a day of
    publication and not of effect; ``expires`` its end date (denial orders). ``filed_as`` is the name cell as it stood.
    """

    list: str
    name: str
    number: str = ""
    aliases: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    kind: str = ""
    identifiers: tuple[Identifier, ...] = ()
    programs: tuple[str, ...] = ()
    chain: str = ""
    requirement: str = ""
    policy: str = ""
    published: date | None = None
    expires: date | None = None
    born: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    affiliate_of: str = ""
    filed_as: str = ""
    source: str = ""
    source_url: str = ""
    remarks: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The name and every alias."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row of a file: its number (from 1), the column, the value, and what was expected.

    ``lost`` tells whether the party of the row could not be kept: a list that lost a party is not held complete.
    ``skipped`` is a row that is no party at all.
    """

    row: int
    column: str
    value: str
    expected: str
    lost: bool = False
    list: str = ""
    skipped: bool = False

    def __str__(self) -> str:
        state = "rejected" if self.lost else "skipped" if self.skipped else "the row is kept"
        return f"row {self.row}, {self.column}: {self.value!r}; expected {self.expected} ({state})"


@dataclass(frozen=True, slots=True)
class Edition:
    """A file of lists as read: its parties, what is wrong with it, and what it says of itself.

    ``stated`` is the day the file names as its own; ``total`` the number of parties it says it has; ``sources`` the
    name each list code goes by.
    """

    filings: tuple[Filing, ...]
    faults: tuple[Fault, ...]
    layout: str
    stated: date | None = None
    total: int | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """List code -> parties."""
        found: dict[str, int] = {}
        for filing in self.filings:
            found[filing.list] = found.get(filing.list, 0) + 1
        return found


_EMPTY = Filing("", "")


def as_plain(filing: Filing) -> dict[str, Any]:
    """The filing as plain values for JSON; what is empty is left out."""
    plain = asdict(filing)
    return {name: value for name, value in plain.items() if value != getattr(_EMPTY, name)}


def from_plain(plain: Mapping[str, Any]) -> Filing:
    """The filing of plain values."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    values["addresses"] = tuple(Address(**one) for one in plain.get("addresses", ()))
    values["identifiers"] = tuple(Identifier(**one) for one in plain.get("identifiers", ()))
    for name in ("published", "expires"):
        if isinstance(plain.get(name), str):
            values[name] = date.fromisoformat(plain[name])
    return Filing(**values)
