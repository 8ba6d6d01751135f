"""A saved determination under other law, recomputing only what the other law can have changed.

Rows of a kind cannot be told apart by the law they were decided under. Other law may see more: another threshold, another
day on which something changes, another name on a list. Only the columns of which it sees more are read again, and only
for rows whose day lies where the two laws differ; the other cells are those of the row kept for the kind.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.columns import EPOCH, GIVEN, read_column
from carveout.book.frame_book import FrameBook
from carveout.book.kind import Kinds
from carveout.book.pattern import ROLE_FACTS, day_ends
from carveout.book.saved import Saved
from carveout.book.word_sum import distinct
from carveout.decide.planes import Range
from carveout.facts.schema import Fact, schema
from carveout.facts.value import NEVER
from carveout.law.entry import EntryView
from carveout.law.evidence import Evidence
from carveout.law.involvement import PARTY_DATES
from carveout.law.view import ProvisionView, View
from carveout.parties.design import OWNER
from carveout.parties.producer import GROUPS


@dataclass(frozen=True)
class Flips:
    """Rows of a saved determination whose outcome is another: their places, both outcomes as numbers on the scale, and
    for each which of the distinct cases it is. ``cases`` are rows of cells, ``days`` their days of the act; ``decided``
    is how many rows of cells were decided to find this out.
    """

    rows: npt.NDArray[np.int64]
    case_of: npt.NDArray[np.int64]
    before: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]
    after: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]
    cases: pa.Table
    days: npt.NDArray[np.int32]
    decided: int


def flips(saved: Saved, view: View) -> Flips:
    """The rows whose overall outcome under another view of the same corpus differs from the saved one."""
    old = FrameBook(saved.view, on=saved.on, strict=saved.made.strict)
    new = FrameBook(view, on=saved.on, strict=saved.made.strict)
    more = sees_more(old.kinds, new.kinds) & {*saved.kinds.column_names, "act_date"}
    touched = _touched(old, new, saved.days)
    kind_of = saved.kind_of
    rows = np.flatnonzero(touched[kind_of])
    kinds = kind_of[rows]
    if more:
        # Where no row is touched, no column is read.
        held = saved.column if len(rows) else saved.kinds.column
        columns = {name: held(name).take(pa.array(rows)) for name in sorted(more - {"act_date"})}
        on = _days(saved, rows)
        told = new.kinds.words(pa.table(columns) if columns else _empty(len(rows)), on)
        words = (told ^ (kinds.astype(np.uint64) + np.uint64(1))) * np.uint64(0x9E3779B97F4A7C15)
        _, case_of, firsts = distinct(words)
        cases = saved.kinds.take(pa.array(kinds[firsts]))
        for name, column in columns.items():
            cases = _put(cases, name, column.take(pa.array(firsts)))
        days, of_kind = on[firsts], kinds[firsts].astype(np.int64)
    else:
        present = np.bincount(kinds, minlength=len(saved.days)) > 0
        of_kind, case_of = np.flatnonzero(present), (np.cumsum(present) - 1)[kinds]
        cases, days = saved.kinds.take(pa.array(of_kind)), saved.days[of_kind]
    facts = [name for name in cases.column_names if name in schema() and name != "on"]
    cases = cases.select(facts).append_column("on", pa.array(days - EPOCH, pa.int32()).cast(pa.date32()))
    lower, upper = new.outcomes(cases, days)
    was_lower, was_upper = (ends[of_kind] for ends in saved.outcomes())
    flipped = np.flatnonzero((lower != was_lower) | (upper != was_upper))
    place = np.full(len(of_kind), -1)
    place[flipped] = np.arange(len(flipped))
    chosen = np.flatnonzero(place[case_of] >= 0)
    return Flips(
        rows[chosen], place[case_of[chosen]], (was_lower[flipped], was_upper[flipped]), (lower[flipped], upper[flipped]),
        cases.take(pa.array(flipped)), days[flipped], len(of_kind),
    )  # fmt: skip


def sees_more(old: Kinds, new: Kinds) -> set[str]:
    """The columns of which one law sees what the other did not; ``act_date`` for the day of the act."""
    found = {fact.name for fact in schema() if fact.is_column and not _seen(new, fact) <= _seen(old, fact)}
    if not set(new.days.tolist()) <= set(old.days.tolist()):
        found.add("act_date")
    if parties_differ_from(old, new) is not None:
        found |= {*ROLE_FACTS, OWNER, *GROUPS}
    return found


def parties_differ_from(old: Kinds, new: Kinds) -> int | None:
    """The first day on which the entries of two laws can make a difference; None where they never do.

    Entries that differ only in their last day are alike until the earlier of the two, if no literal is compared with it.
    """
    if (old.patterns.turns, old.patterns.held) != (new.patterns.turns, new.patterns.held):
        return 1
    was, now = old.network.view.entries, new.network.view.entries
    days = []
    for name in was.keys() | now.keys():
        one, other = was.get(name), now.get(name)
        if one == other:
            continue
        if one is None or other is None:
            return 1
        if _outset(one) != _outset(other):
            return 1
        days += [day_ends(entry.through)[0] for entry in (one, other)]
    lasts = [name for name in PARTY_DATES if name.endswith("_through")]
    compared = any(name in kinds.leaves or name in kinds.exact for name in lasts for kinds in (old, new))
    return (1 if compared else min(days) + 1) if days else None


def _outset(entry: EntryView) -> EntryView:
    """What an outcome can see of an entry before its last day: neither that day nor how well it is held."""
    return replace(
        entry, listed_through=NEVER, firm_through=None, evidence=Evidence.primary, citation="", listing_instrument=""
    )


def _seen(kinds: Kinds, fact: Fact) -> set[Any]:
    """What a law sees of a column, as a set of looks."""
    name = fact.name
    found: set[Any] = {"used"} if name in kinds.used else set()
    found |= {"as it is"} if name in kinds.exact else set()
    found |= {("near the act", kinds.turning[name])} if name in kinds.turning else set()
    if fact.type in ("date", "number"):
        return found | set(kinds.thresholds(fact).tolist())
    for leaf in kinds.leaves.get(name, ()) if fact.type == "text" else ():
        group = getattr(leaf, "group", "")
        found.add((leaf, kinds.network.view.groups[group]) if group else leaf)
    return found


def _touched(old: FrameBook, new: FrameBook, days: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Kinds whose stretch of days, as the old law tells days apart, meets a day on which the two laws differ."""
    parties = parties_differ_from(old.kinds, new.kinds)
    edges = sorted({*old.kinds.days.tolist(), *new.kinds.days.tolist(), *([parties] if parties else [])})
    stretches = old.kinds.days.tolist()
    differs = np.zeros(len(stretches) + 1, bool)
    for start in (max(edges[0] - 1, 1), *edges):
        if (parties is not None and start >= parties) or _differ(old.view, new.view, date.fromordinal(start)):
            differs[bisect_right(stretches, start)] = True
    return np.asarray(differs[np.searchsorted(old.kinds.days, days, side="right")])


def _differ(old: View, new: View, day: date) -> bool:
    """Whether the law of a day is not the same; provisions with a clock of their own count on every day."""
    for name, mine in old.provisions.items():
        other = new.provisions[name]
        if mine.provision.clock != "act_date":
            if mine.stretches != other.stretches:
                return True
            continue
        one, two = mine.at(day), other.at(day)
        if (one.readings if one else None) != (two.readings if two else None):
            return True
    return any(old.groups[name] != new.groups[name] for name in old.groups)


def _days(saved: Saved, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """The day of the act of some rows."""
    # A row without a day was decided for the day of the run, which is the day kept for its kind.
    kept = saved.days[saved.kind_of[rows]]
    if saved.on is not None or "on" not in saved.names:
        return np.asarray(kept)
    read = read_column(schema()["on"], saved.column("on").take(pa.array(rows)))
    assert isinstance(read.column, Range)
    return np.where(read.state == GIVEN, read.column.low, kept).astype(np.int32)


def _empty(rows: int) -> pa.Table:
    return pa.table({"": pa.nulls(rows)})


def _put(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)


def without(view: View, provisions: Iterable[str]) -> View:
    """The law as if some provisions had never been: what hangs on them is what differs."""
    emptied = {name: ProvisionView(view.provisions[name].provision, (), ()) for name in provisions}
    return replace(view, provisions={**view.provisions, **emptied})
