"""A kept determination compared with the same under another view, by its kinds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from carveout.book.diff import CARRIED, Flips, number
from carveout.book.diff_book import Compared, known_before
from carveout.book.diff_causes import RowCauses
from carveout.book.frame_book import FrameBook
from carveout.book.rerun import Flips as Flipped
from carveout.book.rerun import flips
from carveout.book.saved import Saved
from carveout.law.view import View


def compare_saved(saved: Saved, after: View) -> Compared:
    """The rows that flip, in order, with the provisions that made the difference; each case is looked at once."""
    found = flips(saved, after)
    books = [FrameBook(view, on=saved.on, strict=saved.made.strict) for view in (saved.view, after)]
    told = RowCauses(*books).of(found.cases, found.days) if len(found.days) else []
    causes = {one: place for place, one in enumerate(dict.fromkeys(told))}
    place_of = np.asarray([causes[one] for one in told], np.int64)
    case = found.case_of
    names = [name for name in ("id", *CARRIED) if name in saved.names]
    rows = pq.read_table(saved.path, columns=names).take(pa.array(found.rows))
    told_flips = Flips(
        rows, found.days[case], _numbers(found.before)[case], _numbers(found.after)[case],
        place_of[case] if len(case) else np.empty(0, np.int64), list(causes), _hindsight(saved, found, after)[case],
    )  # fmt: skip
    return Compared(told_flips, len(saved.kind_of), 0, [])


def _numbers(ends: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]) -> npt.NDArray[np.int64]:
    return np.asarray(number(ends[0].astype(np.int64), ends[1].astype(np.int64)), np.int64)


def _hindsight(saved: Saved, found: Flipped, after: View) -> npt.NDArray[np.int64]:
    """Of each case whose day both views were known before, the outcome as known today; else -1."""
    seen = np.full(len(found.days), -1, np.int64)
    known = known_before(saved.view, after)
    later = np.flatnonzero(found.days > known.toordinal()) if known else np.empty(0, np.int64)
    if len(later):
        fact = FrameBook(saved.corpus.view(), on=saved.on, strict=saved.made.strict)
        seen[later] = _numbers(fact.outcomes(found.cases.take(pa.array(later)), found.days[later]))
    return seen
