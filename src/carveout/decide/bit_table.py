"""Planes turned into rows: the bits that many planes hold for one row, side by side in its bytes or words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from carveout.decide.planes import Bits, pack

Words: TypeAlias = npt.NDArray[np.uint64]
"""Sets per row, rows x words: bit n of the words is the n-th thing a set can have."""

_SWAPS = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))
"""Distance and mask of the exchanges that turn a square of 8 x 8 bits: single bits, squares of two, squares of four."""


def octets(planes: Sequence[Bits], rows: int) -> npt.NDArray[np.uint8]:
    """Up to eight planes as a byte per row: the n-th plane is bit n."""
    squares = np.zeros(((rows + 7) // 8, 8), np.uint8)
    for place, bits in enumerate(planes):
        squares[:, place] = bits
    words = squares.view("<u8").ravel()
    for distance, mask in _SWAPS:
        moved = words >> np.uint64(distance)
        moved ^= words
        moved &= np.uint64(mask)
        words ^= moved
        moved <<= np.uint64(distance)
        words ^= moved
    # The first row is the highest bit of a plane, so it has come out as the last byte of its square.
    return words.byteswap().view(np.uint8)[:rows]


def packed(planes: Sequence[Bits], rows: int) -> npt.NDArray[np.uint8]:
    """Planes as bytes x rows: the first plane is the highest bit of the first byte, as numpy packs bits."""
    found = np.empty(((len(planes) + 7) // 8, rows), np.uint8)
    none = np.zeros((rows + 7) // 8, np.uint8)
    for place in range(len(found)):
        eight = list(planes[8 * place : 8 * place + 8])
        found[place] = octets([*[none] * (8 - len(eight)), *reversed(eight)], rows)
    return found


def masks_of(planes: Mapping[int, Bits], rows: int, words: int) -> Words:
    """Planes by their place as sets."""
    found = np.zeros((rows, words), "<u8")
    octet = found.view(np.uint8)
    none = np.zeros((rows + 7) // 8, np.uint8)
    for byte in {place // 8 for place in planes}:
        octet[:, byte] = octets([planes.get(8 * byte + bit, none) for bit in range(8)], rows)
    return found


class MaskPlanes:
    """Sets per row as planes: for each place, the rows whose set has it."""

    def __init__(self, masks: Words) -> None:
        self._octets = np.ascontiguousarray(masks, "<u8").view(np.uint8)
        held = [int(np.bitwise_or.reduce(masks[:, word])) for word in range(masks.shape[1])]
        self.places = [64 * word + bit for word, any_of in enumerate(held) for bit in range(64) if any_of >> bit & 1]
        self._planes: dict[int, Bits] = {}

    def plane(self, place: int) -> Bits:
        """Rows whose set has what is at a place."""
        if place not in self.places:
            return np.zeros((len(self._octets) + 7) // 8, np.uint8)
        found = self._planes.get(place)
        if found is None:
            found = self._planes[place] = pack(self._octets[:, place // 8] & np.uint8(1 << place % 8))
        return found
