"""Ids seen so far in a book, so that one used before is found wherever the row stands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]

WHITE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What the reader of rows takes off the ends of an id."""


class SeenIds:
    """Ids seen so far, as 64-bit hashes in sorted runs: eight bytes an id, whatever their length.

    As long as every id comes after the one before it (a shorter one first, then by its letters, as numbers count up), no
    id can have been used, and nothing is looked up. Else most ids are new, and one look into a table of bytes says so: a
    slot holds nothing, the mark of the one id that fell into it, or that several did. Only an id whose own mark is there,
    or that fell among several, is looked up in the runs.
    """

    _SLOTS = np.uint64(2**26 - 1)
    _SEVERAL = np.uint8(255)
    _MANY = 64

    def __init__(self) -> None:
        self._runs: list[Hashes] = []
        self._rising: list[Hashes] | None = []
        self._last = (0, "")
        self._met = np.zeros(int(self._SLOTS) + 1, np.uint8)

    def taken(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        """Rows of a batch whose id is missing or was used before, here or earlier."""
        if "id" not in table.column_names:
            return np.ones(table.num_rows, bool)
        column = table.column("id").cast(pa.string())
        ids, missing = pl.Series(column), np.zeros(table.num_rows, bool)
        bare = all(_is_bare(chunk) for chunk in column.chunks)
        if not bare:
            ids = ids.str.strip_chars(WHITE)
            missing = (ids.is_null() | (ids == "")).to_numpy()
        hashes = ids.hash(seed=7).to_numpy()
        if self._rising is not None:
            if bare and self._rises(column):
                self._rising.append(hashes)
                return missing
            earlier, self._rising = self._rising, None
            for run in earlier:
                self._maybe(run)
                self._add(np.sort(run))
        maybe = np.flatnonzero(self._maybe(hashes))
        again = np.zeros(len(hashes), bool)
        again[maybe] = self._earlier(hashes[maybe])
        run = np.sort(hashes)
        if (run[1:] == run[:-1]).any():
            order = np.argsort(hashes, kind="stable")
            again[order[1:]] |= hashes[order[1:]] == hashes[order[:-1]]
        self._add(run)
        return np.asarray(missing | again)

    def _rises(self, column: pa.ChunkedArray) -> bool:
        """Whether each id comes after the one before it, the first after the last of the batch before."""
        for chunk in column.chunks:
            if not len(chunk):
                continue
            lengths = np.diff(_ends(chunk))
            longer, same = lengths[1:] > lengths[:-1], lengths[1:] == lengths[:-1]
            after = np.asarray(pc.greater(chunk[1:], chunk[:-1]).to_numpy(zero_copy_only=False))
            first = int(lengths[0]), chunk[0].as_py()
            if first <= self._last or not (longer | (same & after)).all():
                return False
            self._last = int(lengths[-1]), chunk[-1].as_py()
        return True

    def _maybe(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Which may have been seen in an earlier batch; all are noted."""
        slots = (hashes & self._SLOTS).astype(np.intp)
        marks = (hashes >> np.uint64(56)).astype(np.uint8) % np.uint8(254) + np.uint8(1)
        held = self._met.take(slots, mode="clip")
        self._met[slots] = marks
        # Two of this batch in one slot, or one beside an earlier id.
        crowded = (self._met.take(slots, mode="clip") != marks) | ((held != 0) & (held != marks))
        self._met[slots[crowded]] = self._SEVERAL
        return np.asarray((held == marks) | (held == self._SEVERAL))

    def _earlier(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        order = np.argsort(hashes)
        asked, found = hashes[order], np.zeros(len(hashes), bool)
        for run in self._runs:
            found |= run[np.minimum(np.searchsorted(run, asked), len(run) - 1)] == asked
        back = np.empty(len(hashes), bool)
        back[order] = found
        return back

    def _add(self, run: Hashes) -> None:
        if len(run):
            self._runs.append(run)
        if len(self._runs) > self._MANY:
            self._runs = [np.sort(np.concatenate(self._runs))]


def _is_bare(ids: pa.StringArray) -> bool:
    """Whether no id is missing, empty, or could begin or end with a space."""
    _, places, letters = ids.buffers()
    if ids.null_count or places is None or letters is None:
        return not len(ids)
    ends = _ends(ids)
    held = np.frombuffer(letters, np.uint8)[ends[0] : ends[-1]]
    return bool((ends[1:] > ends[:-1]).all() and held.min(initial=255) > ord(" ") and held.max(initial=0) < 128)


def _ends(ids: pa.StringArray) -> npt.NDArray[np.int32]:
    """Where each id begins among the letters, and where the last ends."""
    return np.frombuffer(ids.buffers()[1], np.int32)[ids.offset : ids.offset + len(ids) + 1]
