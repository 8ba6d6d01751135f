"""What a name may mean: the listed names found for it, by their rows in the index."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple, get_args

from carveout.parties.hit import TIERS
from carveout.parties.settings import Kind


class Match(NamedTuple):
    """A listed name (its row in the index) that a query may mean; tier, likeness, whether it matches, strength."""

    row: int
    tier: str
    value: float
    match: bool
    strength: float


class Found(NamedTuple):
    """What a name may mean, and the kind of party it is said or seems to be."""

    kind: Kind
    matches: tuple[Match, ...]


_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_COLUMNS: Final = "BIiBdBd"
"""Types of the columns of packed matches: by name its kind and number of matches; by match row, tier, value, match, strength."""


def packed(found: Sequence[Found]) -> bytes:
    """These as bytes for another process of this program on this machine: columns, each after the number of its bytes."""
    matches = list(chain.from_iterable([one.matches for one in found]))
    rows, tiers, values, sure, strengths = zip(*matches, strict=True) if matches else ((),) * 5
    kind_at, tier_at = ({of: at for at, of in enumerate(held)} for held in (_KINDS, TIERS))
    columns = (
        [kind_at[one.kind] for one in found], [len(one.matches) for one in found],
        rows, [tier_at[tier] for tier in tiers], values, sure, strengths,
    )  # fmt: skip
    told = [array(kind, column).tobytes() for kind, column in zip(_COLUMNS, columns, strict=True)]
    return b"".join([len(part).to_bytes(8, "big") + part for part in told])


def unpacked(told: bytes) -> list[Found]:
    """What :func:`packed` made bytes of."""
    columns, at = [], 0
    for kind in _COLUMNS:
        size = int.from_bytes(told[at : at + 8], "big")
        column = array(kind)
        column.frombytes(told[at + 8 : at + 8 + size])
        columns.append(column.tolist())
        at += 8 + size
    kinds, counts, rows, tiers, values, sure, strengths = columns
    matches = list(map(Match, rows, map(TIERS.__getitem__, tiers), values, map(bool, sure), strengths))
    found, low = [], 0
    for of, count in zip(kinds, counts, strict=True):
        found.append(Found(_KINDS[of], tuple(matches[low : low + count])))
        low += count
    return found
