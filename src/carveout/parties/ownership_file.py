"""Shareholdings from rows: ``owner, owned, share`` and what else is known of a holding.

The columns: ``owner`` and ``owned`` (names), ``share`` in percent (``51``, ``30..45``, empty where it is not known) or ``share_low``
and ``share_high``, ``from`` and ``through`` (first and last day), ``kind`` (``equity``, a class of shares, or ``votes`` or ``control``,
which are ties and no equity), ``source``; ``owner_country`` and ``owned_country`` (where organized, ISO 3166-1 alpha-2) and
``owner_kind`` (company, person, state, or dispersed: many holders none of whom is listed).

A row that cannot be read is an error of its own, and leaves the party it is about undetermined: a holding that nobody can read
may be the one that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from carveout.facts.country import is_country
from carveout.parties.holding import (
    EQUITY,
    MEMBER_KINDS,
    TIES,
    Holding,
    HoldingError,
    Member,
    MemberKind,
    Share,
    Shareholdings,
    read_share,
)
from carveout.parties.name import normalize

COLUMNS = (
    "owner", "owned", "share", "share_low", "share_high", "from", "through", "kind", "source", "owner_country", "owned_country",
    "owner_kind",
)  # fmt: skip
NEEDED = COLUMNS[:2]

PERCENT = "a percentage from 0 to 100, bounds such as 30..45, or empty where it is not known"


class NotHoldings(ValueError):
    """A file that holds no shareholdings, and what is missing."""


@dataclass
class _Reading:
    name: str
    members: dict[str, Member] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    errors: list[HoldingError] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    def take(self, cells: Mapping[str, str], place: str) -> None:
        before = len(self.errors)
        owned = self.party(cells, "owned", place)
        owner = self.party(cells, "owner", place, owned)
        share = self.share(cells, place, owned)
        first, through = (self.day(cells, column, place, owned) for column in ("from", "through"))
        if first and through and first > through:
            self.wrong(place, "through", through.isoformat(), f"a day on or after from ({first})", owned)
        if "" in cells:
            self.wrong(place, "(row)", "more cells than columns", "as many cells as there are columns", owned)
        if len(self.errors) > before or not owner or not owned:
            return
        kind = _kind_of(cells.get("kind", ""))
        self.holdings.append(Holding(owner, owned, share, first, through, kind, cells.get("source", ""), place))

    def wrong(self, place: str, column: str, value: str, expected: str, owned: str = "") -> None:
        self.errors.append(HoldingError(place, column, value, expected, owned))

    def party(self, cells: Mapping[str, str], column: str, place: str, owned: str = "") -> str:
        """The key of the party a cell names."""
        name = cells.get(column, "")
        key = self.keys.get(name)
        if key is None:
            key = self.keys[name] = normalize(name)
        if not key:
            self.wrong(place, column, name, "the name of a party", owned)
            return ""
        country = cells.get(f"{column}_country", "").upper()
        if country and not is_country(country):
            self.wrong(
                place, f"{column}_country", country, "a country as ISO 3166-1 alpha-2, for example CN", owned or key
            )
            country = ""
        held = self.members.get(key)
        if held is not None and country and held.country and held.country != country:
            self.wrong(place, f"{column}_country", country,
                       f"the country of {held.name!r} elsewhere in the file ({held.country}); write the names of two parties apart",
                       owned or key)  # fmt: skip
            country = ""
        kind = self.kind(cells, place, owned) if column == "owner" else None
        if held is None:
            held = Member(key, name, country, kind or "company")
        elif kind is not None and kind != held.kind:
            # Owned by somebody, or called something else elsewhere: what may have owners is the one that stays open.
            held = replace(held, kind="company" if held.kind == "company" and self.is_owned(key) else kind)
        self.members[key] = replace(held, country=country) if country and not held.country else held
        return key

    def is_owned(self, key: str) -> bool:
        """Whether somebody owns a party, as far as was read."""
        return any(holding.owned == key for holding in self.holdings)

    def kind(self, cells: Mapping[str, str], place: str, owned: str) -> MemberKind | None:
        word = cells.get("owner_kind", "").casefold()
        for kind in MEMBER_KINDS:
            if word == kind:
                return kind
        if word:
            close = get_close_matches(word, MEMBER_KINDS, n=1, cutoff=0.5)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            self.wrong(place, "owner_kind", word, f"one of {', '.join(MEMBER_KINDS)}{hint}", owned)
        return None

    def share(self, cells: Mapping[str, str], place: str, owned: str) -> Share:
        low, high = cells.get("share_low", ""), cells.get("share_high", "")
        text = cells.get("share", "")
        if (low or high) and text:
            self.wrong(place, "share", text, "empty where share_low or share_high is given", owned)
        text = f"{low or 0}..{high or 100}" if low or high else text
        try:
            return read_share(text)
        except ValueError:
            self.wrong(place, "share" if not (low or high) else "share_low", text, PERCENT, owned)
            return read_share("")

    def day(self, cells: Mapping[str, str], column: str, place: str, owned: str) -> date | None:
        text = cells.get(column, "")
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10] if text[10:].strip("T0: ") == "" else text)
        except ValueError:
            self.wrong(place, column, text, "a day as YYYY-MM-DD, or empty where it is open", owned)
            return None


@lru_cache(maxsize=1024)
def _kind_of(cell: str) -> str:
    """The kind of a holding: a tie where the word is close to one, else a class of shares."""
    kind = " ".join(cell.casefold().split()) or EQUITY
    close = get_close_matches(kind, TIES, n=1, cutoff=0.8)
    return close[0] if close else kind


def read_holdings(rows: Iterable[Mapping[str, Any]], name: str) -> Shareholdings:
    """Shareholdings from rows of cells; errors are told by row, counted from 1 below the headings.

    Raises:
        NotHoldings: there is no column owner or owned.
    """
    found = _Reading(name)
    columns: dict[str, None] = {}
    for number, row in enumerate(rows, 1):
        cells = {str(column or "").strip().casefold().replace(" ", "_"): _text(cell) for column, cell in row.items()}
        columns.update(dict.fromkeys(cells))
        if any(cells.values()):
            found.take(cells, f"row {number}")
    absent = [column for column in NEEDED if column not in columns]
    if absent:
        raise NotHoldings(
            f"{name} has no column {' and no column '.join(absent)}; a file of shareholdings has owner, owned and share, and may have "
            f"{', '.join(COLUMNS[3:])}"
        )
    if not any(column.startswith("share") for column in columns):
        raise NotHoldings(
            f"{name} has no column share, and none of share_low and share_high; leave cells empty where nobody knows"
        )
    return Shareholdings(found.members, tuple(found.holdings), tuple(found.errors))


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()) if cell is not None else ""


__all__ = ["COLUMNS", "NotHoldings", "read_holdings"]
