"""Kinds and their places, found by one look for most: kinds are random numbers, so their last bits say where to look."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carveout.book.compiled_words import loops

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

NOWHERE = np.uint64(2**64 - 1)
"""-1, as it stands beside a kind."""

SPARE = 2
"""Slots for each kind at least; the fuller the table, the more looks a kind takes."""


class KindTable:
    """Kind -> place, the places counted in the order in which the kinds were added."""

    def __init__(self) -> None:
        self.count = 0
        self._make(1024)

    def _make(self, size: int) -> None:
        """Empty slots. A kind and its place lie side by side, so that one look brings both; they are taken as one number of
        16 bytes."""
        slots = np.zeros((size, 2), np.uint64)
        slots[:, 1] = NOWHERE
        # Given at once: another thread may be looking. What it does not find there yet it has to ask for again.
        self._slots = slots

    @property
    def _keys(self) -> Words:
        return self._slots[:, 0]

    @property
    def _held(self) -> Places:
        return self._slots[:, 1].view(np.int64)

    def find(self, kinds: Words) -> Places:
        """The place of each kind; -1 where it was never added."""
        compiled = loops()
        if compiled is not None:
            return np.asarray(compiled.places_of(self._slots, kinds))
        return self._find(kinds)

    def _find(self, kinds: Words) -> Places:
        table = self._slots
        keys, held = table[:, 0], table[:, 1].view(np.int64)
        last = np.uint64(len(table) - 1)
        asked = np.maximum(kinds, 1)  # zero is an empty slot
        slots = (asked & last).astype(np.intp)
        pairs = table.reshape(-1).view(np.complex128).take(slots, mode="clip").view(np.uint64).reshape(-1, 2)
        found = pairs[:, 1].astype(np.int64)
        rows = np.flatnonzero(pairs[:, 0] != asked)
        while len(rows):
            # An empty slot holds no place: the kind is not here. Elsewhere the search goes on in the next slot.
            rows = rows[keys[slots[rows]] != 0]
            slots[rows] = (slots[rows] + 1) & int(last)
            found[rows] = held[slots[rows]]
            rows = rows[keys[slots[rows]] != asked[rows]]
        return found

    def add(self, kinds: Words) -> Places:
        """Add kinds that are not here, each once: the place of each."""
        places = np.arange(self.count, self.count + len(kinds))
        self.count += len(kinds)
        if self.count * SPARE > len(self._slots):
            held = self._held >= 0
            old, at = self._keys[held], self._held[held]
            self._make(1 << (2 * SPARE * self.count - 1).bit_length())
            self._put(old, at)
        self._put(np.maximum(kinds, 1), places)
        return places

    def _put(self, kinds: Words, places: Places) -> None:
        last = len(self._slots) - 1
        slots = (kinds & np.uint64(last)).astype(np.intp)
        rows = np.arange(len(kinds))
        while len(rows):
            free = rows[self._keys[slots[rows]] == 0]
            self._keys[slots[free]] = kinds[free]
            # Of several that want one slot, the one written last has it.
            placed = free[self._keys[slots[free]] == kinds[free]]
            self._held[slots[placed]] = places[placed]
            left = np.ones(len(kinds), bool)
            left[placed] = False
            rows = rows[left[rows]]
            slots[rows] = (slots[rows] + 1) & last
