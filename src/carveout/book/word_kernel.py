"""Words of rows by compiled loops: one pass over a column where the arrays of :mod:`carveout.book.word_sum` take several.

Every loop reads Arrow's own buffers, nulls by their bits, and runs without the interpreter's lock, so that two threads are
twice as fast. The arrays are the oracle: both give the same words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import carray, types  # type: ignore[import-not-found,import-untyped,attr-defined,unused-ignore]
from numba.core import cgutils  # type: ignore[import-not-found,import-untyped,unused-ignore]
from numba.extending import intrinsic  # type: ignore[import-not-found,import-untyped,unused-ignore]

from carveout.facts.compiled import compiled

Words = npt.NDArray[np.uint64]
Bits = npt.NDArray[np.uint8]
Array = npt.NDArray[Any]


def _as_address(context: Any, number: Any) -> Any:
    """A number as the address that it is."""
    del context, number

    def made(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del signature
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), made


_pointer: Any = intrinsic(_as_address)

BLOCK = 2048
"""Rows whose words stay in the nearest cache while all columns are added."""

CODES, TRUTHS = 0, 1
"""What a column is: codes of 32 bits, or truths of one."""


@compiled
def add_columns(words: Words, columns: npt.NDArray[np.int64], numbers: Words) -> bool:
    """Add the numbers of the cells of some columns to the words of their rows.

    A column is what it is, the address of its codes or truths, that of the bits of what is given (0: all is), how far
    behind that address the bits of the first row are, where its numbers begin among ``numbers``, and the place of the last
    of them, which is for nothing. False where a code has no number; the words are worth nothing then.
    """
    rows = len(words)
    for start in range(0, rows, BLOCK):
        count = min(BLOCK, rows - start)
        block = words[start : start + count]
        for column in range(len(columns)):
            kind, cells, bits, first, place, last = columns[column]
            own = numbers[place : place + last + 1]
            place = first + start
            octets = (count + (place & 7) + 7) >> 3
            if kind == CODES:
                codes = carray(_pointer(cells + 4 * start), count, np.int32)
                top = np.uint32(0)
                for row in range(count):
                    top = max(top, np.uint32(codes[row]))
                if np.int64(top) > last:
                    return False
                if bits == 0:
                    for row in range(count):
                        block[row] += own[np.uint32(codes[row])]
                else:
                    _add_codes(block, codes, carray(_pointer(bits + (place >> 3)), octets, np.uint8), place & 7, own)
            else:
                truths = carray(_pointer(cells + (place >> 3)), octets, np.uint8)
                if bits == 0:
                    for row in range(count):
                        at = row + (place & 7)
                        block[row] += own[(truths[at >> 3] >> np.uint8(at & 7)) & np.uint8(1)]
                else:
                    _add_truths(block, truths, carray(_pointer(bits + (place >> 3)), octets, np.uint8), place & 7, own)
    return True


@compiled
def _add_codes(words: Words, codes: Array, bits: Bits, first: int, numbers: Words) -> None:
    """Codes of which some are nothing. No branch on a bit: a processor guesses half of random nulls wrong."""
    last = len(numbers) - 1
    whole = len(words) >> 3 if first == 0 else 0
    for octet in range(whole):
        held, row = np.int64(bits[octet]), octet << 3
        for one in range(8):
            given = (held >> one) & 1
            words[row + one] += numbers[np.uint64(last + (np.int64(codes[row + one]) - last) * given)]
    for row in range(whole << 3, len(words)):
        given = (np.int64(bits[(first + row) >> 3]) >> ((first + row) & 7)) & 1
        words[row] += numbers[np.uint64(last + (np.int64(codes[row]) - last) * given)]


@compiled
def _add_truths(words: Words, truths: Bits, bits: Bits, first: int, numbers: Words) -> None:
    """Truths of which some are nothing."""
    whole = len(words) >> 3 if first == 0 else 0
    for octet in range(whole):
        told, held = np.int64(truths[octet]), np.int64(bits[octet])
        for one in range(8):
            words[(octet << 3) + one] += numbers[2 + (((told >> one) & 1) - 2) * ((held >> one) & 1)]
    for row in range(whole << 3, len(words)):
        octet, one = (first + row) >> 3, (first + row) & 7
        words[row] += numbers[2 + (((np.int64(truths[octet]) >> one) & 1) - 2) * ((np.int64(bits[octet]) >> one) & 1)]


@compiled
def given_rows(bits: Bits, first: int, rows: int) -> npt.NDArray[np.int64]:
    """The rows whose bit is on."""
    found = np.empty(rows, np.int64)
    count = np.int64(0)
    for row in range(rows):
        place = first + row
        found[count] = row
        count += (np.int64(bits[place >> 3]) >> (place & 7)) & 1
    return found[:count].copy()


@compiled
def places_of(slots: Words, kinds: Words) -> npt.NDArray[np.int64]:
    """The place of each kind in the slots of a :class:`carveout.book.kind_table.KindTable`; -1 where it is not there."""
    last = np.uint64(len(slots) - 1)
    found = np.empty(len(kinds), np.int64)
    for row in range(len(kinds)):
        kind = max(kinds[row], np.uint64(1))
        slot = kind & last
        while slots[slot, 0] != kind and slots[slot, 0] != 0:
            slot = (slot + np.uint64(1)) & last
        # An empty slot holds no place: all bits are on, which is -1.
        found[row] = np.int64(slots[slot, 1])
    return found


def warm() -> None:
    """Compile, or load what was compiled before, by looking at three rows once."""
    words, bits = np.zeros(3, np.uint64), np.full(1, 255, np.uint8)
    add_columns(words, np.zeros((0, 6), np.int64), words)
    given_rows(bits, 0, 3)
    places_of(np.zeros((4, 2), np.uint64), words)
