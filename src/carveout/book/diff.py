"""Rows whose outcome differs between two views: what flips, which way, why; grouped, counted, said in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.columns import GIVEN, cells_of, read_column
from carveout.book.diff_causes import Causes
from carveout.book.parties_file import id_text
from carveout.book.result_table import EPOCH
from carveout.decide.outcome import Interval, Outcome
from carveout.decide.planes import Range
from carveout.facts.schema import schema
from carveout.law.view import View

CARRIED = ("deal", "site", "value", "currency")
"""Columns of the book that go with a flip into a file."""

_SIZE = len(Outcome)
INTERVALS = tuple(Interval(Outcome(low), Outcome(high)) for low in Outcome for high in Outcome)
"""Every interval by its number: ``6 * at_least + at_most``."""


def number(least: Any, most: Any) -> Any:
    """The number of an interval, or of columns of them."""
    return _SIZE * least + most


DIRECTIONS = {
    "freed": ("that was barred is free", "that were barred are free"),
    "barred": ("that was free is barred", "that were free are barred"),
    "opened": ("is no longer settled", "are no longer settled"),
    "settled": ("that was unsettled is settled", "that were unsettled are settled"),
    "eased": ("bears less than before", "bear less than before"),
    "tightened": ("bears more than before", "bear more than before"),
    "widened": ("is less certain than before", "are less certain than before"),
    "narrowed": ("is more certain than before", "are more certain than before"),
}
"""Which way a row flips, and how that is said of one row and of many. The last four leave it as free as it was: both ends
of the outcome lower, both higher, apart, together."""


def _standing(interval: Interval) -> str:
    """Free to go ahead, barred, or open between the two."""
    if interval.at_most.is_free:
        return "free"
    return "open" if interval.at_least.is_free else "barred"


def direction(before: Interval, after: Interval) -> str:
    """Which way an outcome flips (one of :data:`DIRECTIONS`)."""
    was, now = _standing(before), _standing(after)
    if was != now:
        return "opened" if now == "open" else "settled" if was == "open" else "freed" if now == "free" else "barred"
    lower, upper = after.at_least - before.at_least, after.at_most - before.at_most
    if lower <= 0 and upper <= 0:
        return "eased"
    if lower >= 0 and upper >= 0:
        return "tightened"
    return "widened" if lower < 0 else "narrowed"


@dataclass(frozen=True, slots=True)
class Flips:
    """The rows of a batch that flip, in order: cells, day, numbers of both intervals, and the place of the causes.

    ``hindsight`` is the number of the outcome as known today, of rows whose day both views were known before; else -1.
    """

    rows: pa.Table
    on: npt.NDArray[np.int32]
    before: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]
    cause: npt.NDArray[np.int64]
    causes: list[Causes]
    hindsight: npt.NDArray[np.int64]

    def objects(self) -> Iterator[dict[str, Any]]:
        """One object per row, as ``--json`` prints it."""
        ids = self.rows.column("id").to_pylist()
        days = [date.fromordinal(day).isoformat() for day in self.on.tolist()]
        told: dict[tuple[int, ...], dict[str, Any]] = {}
        columns = (self.before, self.after, self.cause, self.hindsight)
        keys = zip(*(column.tolist() for column in columns), strict=True)
        for cell, day, key in zip(ids, days, keys, strict=True):
            if key not in told:
                was, now = INTERVALS[key[0]], INTERVALS[key[1]]
                told[key] = {
                    "before": str(was), "after": str(now), "direction": direction(was, now), "causes": list(self.causes[key[2]])
                }  # fmt: skip
                if key[3] >= 0:
                    told[key]["hindsight"] = str(INTERVALS[key[3]])
            yield {"id": id_text(cell), "on": day, **told[key]}

    def table(self) -> pa.Table:
        """The rows as columns of a file: day, both outcomes, direction, causes, and what the book says to group by."""
        texts = [str(interval) for interval in INTERVALS]
        pairs, places = np.unique(self.before * len(INTERVALS) + self.after, return_inverse=True)
        ways = [direction(INTERVALS[p // len(INTERVALS)], INTERVALS[p % len(INTERVALS)]) for p in pairs.tolist()]
        columns = {
            "id": pa.array([id_text(cell) for cell in self.rows.column("id").to_pylist()], pa.string()),
            "on": pa.array((self.on - EPOCH).astype(np.int32), pa.int32()).cast(pa.date32()),
            "before": _coded(self.before, texts), "after": _coded(self.after, texts), "direction": _coded(places, ways),
            "causes": _coded(self.cause, ["; ".join(told) for told in self.causes]),
        }  # fmt: skip
        columns["hindsight"] = _coded(np.where(self.hindsight < 0, len(texts), self.hindsight), [*texts, None])
        values, known = _values(self.rows)
        for name in CARRIED:
            # One type from batch to batch, whatever the book holds.
            columns[name] = pa.array(values, mask=~known) if name == "value" else _texts(self.rows, name)
        return pa.table(columns)


def _coded(places: npt.NDArray[Any], texts: Sequence[str | None]) -> pa.Array:
    """Texts by their places; plain, so that the column has one type from batch to batch."""
    return pa.array(texts, pa.string()).take(pa.array(places))


@dataclass
class Group:
    """Rows that flip alike: how many, and their value by currency."""

    rows: int = 0
    values: dict[str, float] = field(default_factory=dict)


@dataclass
class Differences:
    """What two views of the law make of a book; ``groups`` by both outcomes and the causes."""

    before: View
    after: View
    decided: int = 0
    rejected: int = 0
    groups: dict[tuple[Interval, Interval, Causes], Group] = field(default_factory=dict)
    hindsight: Counter[str] = field(default_factory=Counter)

    @property
    def flipped(self) -> int:
        """Rows that flip."""
        return sum(group.rows for group in self.groups.values())

    def add(self, flips: Flips) -> None:
        """More rows that flip."""
        if not len(flips.on):
            return
        past = flips.hindsight >= 0
        as_before, as_after = past & (flips.hindsight == flips.before), past & (flips.hindsight == flips.after)
        counts = (("the former", as_before), ("the latter", as_after), ("neither", past & ~as_before & ~as_after))
        self.hindsight.update({which: int(rows.sum()) for which, rows in counts})
        keys = (flips.before * len(INTERVALS) + flips.after) * len(flips.causes) + flips.cause
        distinct, places = np.unique(keys, return_inverse=True)
        values, known = _values(flips.rows)
        codes, currencies = _currencies(flips.rows)
        for place, key in enumerate(distinct.tolist()):
            pair, cause = divmod(key, len(flips.causes))
            was, now = divmod(pair, len(INTERVALS))
            group = self.groups.setdefault((INTERVALS[was], INTERVALS[now], flips.causes[cause]), Group())
            mine = places == place
            group.rows += int(mine.sum())
            for code in np.unique(codes[mine & known]).tolist():
                name, more = currencies[code], float(values[mine & known & (codes == code)].sum())
                group.values[name] = group.values.get(name, 0.0) + more

    def ranked(self) -> list[tuple[tuple[Interval, Interval, Causes], Group]]:
        """The groups, those with most rows first."""
        return sorted(self.groups.items(), key=lambda item: (-item[1].rows, str(item[0])))

    def sentence(self) -> str:
        """The whole difference in one sentence."""
        opening = f"Under {named(self.after)} instead of {named(self.before)}, "
        if not self.flipped:
            return (
                f"{opening}none of {self.decided:,} rows flips."
                if self.decided
                else f"{opening}no row could be decided."
            )
        ways: Counter[str] = Counter()
        moved: Counter[str] = Counter()
        for (was, now, told), group in self.groups.items():
            ways[direction(was, now)] += group.rows
            moved.update(dict.fromkeys(told, group.rows))
        parts = [f"{ways[way]:,} {words[ways[way] > 1]}" for way, words in DIRECTIONS.items() if ways[way]]
        causes = [f"{name} ({count:,})" for name, count in moved.most_common(_FEW)]
        more = f" and {len(moved) - _FEW} more" if len(moved) > _FEW else ""
        verb = "flips" if self.flipped == 1 else "flip"
        right = [f"{count:,} as under {which}" for which, count in self.hindsight.items() if count]
        return (
            f"{opening}{self.flipped:,} of {self.decided:,} rows {verb}: {', '.join(parts)}; "
            f"through {', '.join(causes)}{more}" + (f"; in hindsight {', '.join(right)}." if right else ".")
        )


_FEW = 4
"""Causes named in the sentence."""


def named(view: View) -> str:
    """A view as a sentence names it, with the probabilities that its scenarios carry."""
    known = f"the law as known on {view.known}" if view.known else "the law as known today"
    if not view.scenarios:
        return known
    told = [f"{name}{_likely(view.corpus.scenarios[name].probability)}" for name in view.scenarios]
    return f"{known} with {' and '.join(told)}"


def _likely(probability: float | None) -> str:
    return "" if probability is None else f" (probability {probability:g})"


def _values(rows: pa.Table) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The value of every row, and where one is given."""
    if "value" not in rows.column_names:
        return np.zeros(rows.num_rows), np.zeros(rows.num_rows, bool)
    read = read_column(schema()["value"], rows.column("value"))
    assert isinstance(read.column, Range)
    known = read.state == GIVEN
    return np.where(known, read.column.low, 0.0), known


def _texts(rows: pa.Table, name: str) -> pa.Array:
    """A column of the book as text."""
    if name not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    codes, cells = cells_of(rows.column(name))
    return _coded(codes, [*[None if cell is None else str(cell) for cell in cells], None])


def _currencies(rows: pa.Table) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The currency of every row as a code; a value without one counts by itself."""
    if "currency" not in rows.column_names:
        return np.zeros(rows.num_rows, np.int64), [""]
    codes, cells = cells_of(rows.column("currency"))
    names = [str(cell or "").strip().upper() for cell in cells] + [""]
    distinct = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.asarray([distinct[name] for name in names])[codes], list(distinct)


def amounts(values: Mapping[str, float]) -> str:
    """Values by currency as a person reads them."""
    return "; ".join(f"{currency} {value:,.0f}".strip() for currency, value in sorted(values.items()))
