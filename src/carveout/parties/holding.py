"""Holdings: who owns how much of whom, from when through when.

A share is an interval in whole millionths of a percent, so that sums meet 50 percent exactly and a share that is only known to lie
below a number stays below it. What counts is equity; votes and control are ties that raise a red flag and are not added up
(Supp. 8 to part 744, and the questions and answers on it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Literal

PART = 1_000_000
"""Parts of a percent in which shares are held."""

WHOLE, HALF = 100 * PART, 50 * PART

TIES = ("votes", "control")
"""Kinds of holding that are ties and no equity."""

EQUITY = "equity"
"""The kind of a holding of which nothing else is said; other words name a class of shares, and classes are added up."""

MemberKind = Literal["company", "person", "state", "dispersed"]
"""What a member of the graph is. Only a company has owners of its own; ``dispersed`` are many holders, none of them listed, as stated."""

MEMBER_KINDS: tuple[MemberKind, ...] = ("company", "person", "state", "dispersed")

_RANGE = re.compile(r"\s*(?P<low>[^.]*(?:\.\d+)?)\s*\.\.\s*(?P<high>.*)\Z")


@dataclass(frozen=True, slots=True)
class Share:
    """An interval of shares, both ends inside, in parts of a percent."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= WHOLE:
            raise ValueError(f"a share lies between 0 and 100 percent, the lower end first: {self}")

    def __str__(self) -> str:
        low, high = self.low / PART, self.high / PART
        return f"{low:g}%" if low == high else f"{low:g}..{high:g}%"

    @property
    def exact(self) -> bool:
        """Whether the share is known."""
        return self.low == self.high


UNKNOWN_SHARE = Share(0, WHOLE)
"""A holding of which nobody says how large it is."""


@dataclass(frozen=True, slots=True)
class Member:
    """A party of the graph: its key, its name as written, where it is organized, and what it is."""

    key: str
    name: str
    country: str = ""
    kind: MemberKind = "company"


@dataclass(frozen=True, slots=True)
class Holding:
    """One holding: keys of owner and owned, the share, its first and last day (None: open), and where it was read."""

    owner: str
    owned: str
    share: Share = UNKNOWN_SHARE
    first: date | None = None
    through: date | None = None
    kind: str = EQUITY
    source: str = ""
    place: str = ""

    def is_held(self, day: date) -> bool:
        """Whether the holding is there on a day."""
        return (self.first is None or self.first <= day) and (self.through is None or day <= self.through)


@dataclass(frozen=True, slots=True)
class HoldingError:
    """A row or statement that is not right: where, what stands there, and what would be right.

    ``owned`` is the key of the party whose ownership cannot be judged because of it, empty where nobody can tell.
    """

    place: str
    column: str
    value: str
    expected: str
    owned: str = ""

    def __str__(self) -> str:
        return f"{self.place}, {self.column}: {self.value!r} is not {self.expected}"


@dataclass(frozen=True)
class Shareholdings:
    """What a file says: members by key, holdings, and the errors of rows that could not be read."""

    members: Mapping[str, Member] = field(default_factory=dict)
    holdings: tuple[Holding, ...] = ()
    errors: tuple[HoldingError, ...] = ()


def parts(text: str, *, up: bool) -> int:
    """A percentage as parts of a percent, rounded outward where it has more digits than that.

    Raises:
        ValueError: not a number from 0 to 100.
    """
    try:
        number = Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite() or not 0 <= number <= 100:
        raise ValueError(text)
    return int((number * PART).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR))


def read_share(text: str) -> Share:
    """A share as written: ``50``, ``50%``, ``30..45``, nothing for one that is not known.

    Raises:
        ValueError: not a percentage, or the ends the wrong way round.
    """
    if not text.strip() or text.strip().casefold() in ("unknown", "?"):
        return UNKNOWN_SHARE
    match = _RANGE.match(text)
    if match is None:
        return Share(parts(text, up=False), parts(text, up=True))
    low, high = match["low"].strip(), match["high"].strip()
    return Share(parts(low, up=False) if low else 0, parts(high, up=True) if high else WHOLE)


__all__ = [
    "EQUITY",
    "HALF",
    "MEMBER_KINDS",
    "PART",
    "TIES",
    "UNKNOWN_SHARE",
    "WHOLE",
    "Holding",
    "HoldingError",
    "Member",
    "MemberKind",
    "Share",
    "Shareholdings",
    "parts",
    "read_share",
]
