"""Rows that the law cannot tell apart: a 64-bit word for every row, so that one answer serves all rows of a kind.

A cell enters by what the law and the defaults can see of it: a text by the truth of every leaf that mentions it, a number
or date by its place among the thresholds of the law, the day of the act by the stretch of law it lies in. Only dates that
may still turn an answer after the act enter as they are. What is seen of a cell is drawn a random number once, and a word
is the sum of its row's numbers; that two kinds of ten million rows meet in one word has a chance of one in 100,000.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.columns import (
    BAD,
    EMPTY,
    GIVEN,
    SAID_UNKNOWN,
    ReadColumn,
    coded_cells,
    one_array,
    read_column,
)
from carveout.book.filled import folded
from carveout.book.party_words import PartyWords
from carveout.book.pattern import ROLE_FACTS, Patterns, day_ends
from carveout.book.raw_cells import Valid, filled, given
from carveout.book.stand_ins import with_stand_ins
from carveout.book.suspect import MARKS
from carveout.book.table_facts import ASKS, FILLED, told_in
from carveout.book.word_sum import WordSum, given_only, look_up
from carveout.decide.network import Network
from carveout.decide.planes import Range, leaf_test, value_ends
from carveout.facts.default import STANDING
from carveout.facts.row import CellProblem, read_cell
from carveout.facts.schema import Fact, schema
from carveout.facts.value import ALWAYS, NEVER
from carveout.law.condition import Compare, Member, leaves
from carveout.origin.vintages import Vintages
from carveout.parties.design import OWNER, design_of
from carveout.parties.producer import GROUPS, maker_of

Words = npt.NDArray[np.uint64]

REACH = 8
"""Days after a date within which it may still turn an answer (shifts by months add to it)."""

ORDERED = (("license_from", "license_through"), ("en_route_from", "en_route_until"))
"""Dates that contradict each other in the wrong order."""
IN_ORDER = frozenset(name for pair in ORDERED for name in pair)

SPARSE = 0.6
"""Share of empty cells above which the given ones are taken out, and looked at alone."""


class Kinds:
    """What the law of a network sees of the cells of a book."""

    def __init__(
        self, network: Network, used: frozenset[str], patterns: Patterns, vintages: Vintages | None = None
    ) -> None:
        self.vintages = vintages
        self.network = network
        self.used = used
        self.patterns = patterns
        self.leaves: dict[str, list[Any]] = {}
        self.exact: set[str] = set()
        self.turning: dict[str, int] = {}
        self._note_law()
        self._chance = random.Random()
        self._numbers: dict[Any, int] = {}
        self._cells: dict[str, dict[Any, int]] = {}
        self._parties = PartyWords(network.view, patterns, self._number, self.view_of)
        self.days = self._law_days()

    def _note_law(self) -> None:
        trees = [tree for clause in self.network.clauses for tree in clause.condition.readings]
        trees += [rule.when for rule in self.network.view.corpus.not_encoded if rule.when is not None]
        for leaf in (leaf for tree in trees for leaf in leaves(tree)):
            if isinstance(leaf, Compare) and leaf.other:
                if "act_date" not in (leaf.fact, leaf.other):
                    self.exact |= {leaf.fact, leaf.other}
            elif getattr(leaf, "fact", "act_date") != "act_date":
                self.leaves.setdefault(leaf.fact, []).append(leaf)
        self.exact |= {node.provision.clock for node in self.network.nodes if node.own_clock}
        for name, own, act in self.network.dated_facts:
            reach = REACH + 31 * (abs(own.months) + abs(act.months)) + abs(own.days) + abs(act.days)
            self.turning[name] = max(self.turning.get(name, 0), reach)

    def _law_days(self) -> npt.NDArray[np.int64]:
        """Days at which the law, a set or a literal changes what is seen of the day of the act; those of listings are told
        with the parties that are listed, for a full list would make nearly every day one."""
        view = self.network.view
        found = {day.toordinal() for day in self.network.literal_days} | set(self.network.ordinals)
        found |= set(self.patterns.turns)
        # An owner of a design is no party of the row: the days of its footnote are days of the law.
        marked = (entry.footnote1_from for entry in view.entries.values() if entry.footnote1_from != NEVER)
        found |= {end + after for value in marked for end in day_ends(value) for after in (0, 1)}
        found |= {view.corpus.covers_from.toordinal(), (view.corpus.reviewed_through + timedelta(days=1)).toordinal()}
        return np.asarray([day for day in sorted(found) if ALWAYS.toordinal() < day < NEVER.toordinal()])

    # Words

    def words(self, table: pa.Table, on: npt.NDArray[np.int32]) -> Words:
        """The word of every row, over all cells that the law, the defaults or the reader of rows look at."""
        found = WordSum(table.num_rows)
        self._add_places(found, "act_date", on, self.days)
        known = schema()
        turned = np.zeros(table.num_rows, np.uint64)
        dates: dict[str, ReadColumn] = {}
        for name in table.column_names:
            fact = known.get(name)
            if fact is None or not fact.is_column or name in ROLE_FACTS or name == "id":
                continue
            cells = one_array(table.column(name))
            if cells.null_count == len(cells):
                # An empty cell adds nothing to a word.
                continue
            numeric = (
                pa.types.is_date32(cells.type) or pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type)
            )
            few = fact.type in ("date", "number") and cells.null_count > SPARSE * len(cells)
            if few and numeric and name not in IN_ORDER:
                self._add_few(turned, fact, cells, on)
            elif fact.type in ("date", "number"):
                dates[name] = self._add_range(found, fact, cells)
                if name in self.turning:
                    self._add_turning(turned, name, dates[name], on)
            elif name in self.used or fact.type != "text" or fact.country or fact.eccns:
                self._add_codes(found, fact, cells)
        words = found.total()
        words += turned
        for first, last in ORDERED:
            if first in dates and last in dates:
                one, two = dates[first].column, dates[last].column
                assert isinstance(one, Range)
                assert isinstance(two, Range)
                wrong = (one.low > two.low) & (dates[last].state == GIVEN)
                if wrong.any():
                    words += wrong * np.uint64(self._number((first, last)))
        self._parties.add(words, table, on)
        if self.vintages is not None:
            self._add_told(words, table, on)
        return words

    def _add_few(self, words: Words, fact: Fact, cells: pa.Array, on: npt.NDArray[np.int32]) -> None:
        """A column of dates or numbers of which few are given: only those are looked at, for an empty cell adds nothing."""
        rows, cells = given(cells)
        part = WordSum(len(rows))
        column = self._add_range(part, fact, cells)
        found = part.total()
        if fact.name in self.turning:
            self._add_turning(found, fact.name, column, on[rows])
        words[rows] += found

    def _add_told(self, words: Words, table: pa.Table, on: npt.NDArray[np.int32]) -> None:
        """What imported tables tell of a row joins cells and day that otherwise enter each for itself."""
        assert self.vintages is not None
        known = schema()
        read = {
            name: read_column(known[name], table.column(name))
            for name in (*ASKS, *FILLED)
            if name in table.column_names
        }
        for name, value, rows in told_in(read, on, self.vintages):
            seen = self.view_of(name, value) if isinstance(value, str) else value
            words[rows] += np.uint64(self._number((name, "told", seen)))

    def _number(self, seen: Any) -> int:
        """The random number of something seen; the same whenever it is seen again."""
        number = self._numbers.get(seen)
        # Several threads may see a thing for the first time; one number stays.
        return self._numbers.setdefault(seen, self._chance.getrandbits(64)) if number is None else number

    def _table(self, seen: Iterable[Any]) -> Words:
        return np.asarray([self._number(one) for one in seen], np.uint64)

    def _add_codes(self, words: WordSum, fact: Fact, cells: pa.Array) -> None:
        """A column of texts, choices or truths."""
        array, values = coded_cells(cells)
        memo = self._cells.setdefault(f"{fact.name} {cells.type}", {})
        numbers = [memo.get(cell) for cell in values]
        for place, cell in enumerate(values):
            if numbers[place] is None:
                seen = self._seen(fact, cell)
                memo[cell] = numbers[place] = 0 if seen == EMPTY else self._number((fact.name, seen))
        words.add_cells(array, np.asarray([*numbers, 0], np.uint64))

    def _seen(self, fact: Fact, cell: Any) -> Any:
        """What can be seen of a cell: its state, and of a value what the law and the reader look at."""
        try:
            value = read_cell(fact, cell)
        except CellProblem:
            return BAD
        if value is None:
            return SAID_UNKNOWN if str(cell or "").strip() else EMPTY
        if fact.type != "text":
            return GIVEN, value if fact.name in self.used else None
        assert isinstance(value, str)
        among = tuple(value in default.among for default in STANDING if default.where == fact.name)
        marks = MARKS[fact.name](value) if fact.name in MARKS else None
        return GIVEN, self.view_of(fact.name, folded(fact.name, value)), among, marks

    def view_of(self, name: str, value: Any) -> Any:
        """What the law sees of one text."""
        if name == OWNER and value is not None:
            design = design_of(value, self.network.view, strict=self.patterns.strict)
            return day_ends(design.footnote1_from), design.assumed
        if name in GROUPS and value is not None:
            maker = maker_of(value, self.network.view, strict=self.patterns.strict, column=name)
            return maker.group, maker.assumed
        if name in self.exact or value is None:
            return value
        found: list[int] = []
        for leaf in self.leaves.get(name, ()):
            if isinstance(leaf, Member) and leaf.group:
                history = self.network.view.groups[leaf.group]
                found += [history.contains(value, day, some=leaf.some) for day in history.starts]
            else:
                found.append(leaf_test(leaf)(value))
        return tuple(found)

    def _add_range(self, words: WordSum, fact: Fact, cells: pa.Array) -> ReadColumn:
        """A column of dates or numbers."""
        column = read_column(fact, cells)
        assert isinstance(column.column, Range)
        name, low = fact.name, column.column.low
        given = column.state == GIVEN
        if not given.all():
            # A given cell is told by its value.
            words.add(column.state, self._table((name, state) for state in range(4)) * _TOLD_BY_STATE)
        if name not in self.used or not given.any():
            return column
        known = None if given.all() else given.view(np.uint8)
        if name in self.exact:
            self._add_each(words, name, low, known)
        else:
            self._add_places(words, name, low, self.thresholds(fact), known)
        wide = given & (column.column.high != low)
        if wide.any():
            # Known within bounds only: the upper one enters as well.
            upper, valid = f"{name} at most", wide.view(np.uint8)
            if name in self.exact:
                self._add_each(words, upper, column.column.high, valid)
            else:
                self._add_places(words, upper, column.column.high, self.thresholds(fact), valid)
        return column

    def _add_turning(self, words: Words, name: str, column: ReadColumn, on: npt.NDArray[np.int32]) -> None:
        """A date that may turn an answer. Past and settled: nothing; still to come: the day itself; near the act: how it
        lies to the act.
        """
        assert isinstance(column.column, Range)
        values, reach = column.column.low, self.turning[name]
        rows = np.flatnonzero((column.state == GIVEN) & (values + reach > on))
        if not len(rows):
            return
        part = WordSum(len(rows))
        days, act = values[rows], on[rows]
        self._add_each(part, f"{name} itself", days, None)
        self._add_each(part, f"{name} to the act", np.minimum(days - act, reach), None)
        words[rows] += part.total()

    def _add_each(self, words: WordSum, name: str, values: npt.NDArray[Any], known: Valid | None) -> None:
        """Values as they are."""
        distinct, places = np.unique(values, return_inverse=True)
        numbers = self._table((name, "is", value) for value in distinct.tolist())
        words.add(*given_only(places, numbers, known))

    def _add_places(
        self,
        words: WordSum,
        name: str,
        values: npt.NDArray[Any],
        thresholds: npt.NDArray[Any],
        known: Valid | None = None,
    ) -> None:
        """Values by their place among thresholds: below, on, or above each."""
        if not len(values):
            return
        shown = values if known is None else filled(values, known, values[int(known.argmax())])
        low, high = shown.min(), shown.max()
        if values.dtype.kind == "i" and high - low < 100_000:
            # Days lie close together: what is seen of each is looked up, not searched.
            each = np.arange(low, high + 1)
            seen = np.searchsorted(thresholds, each, side="left") + np.searchsorted(thresholds, each, side="right")
            first = int(seen[0])
            places = look_up((seen - first).astype(np.uint16), shown - low)
            count = int(seen[-1]) - first + 1
        else:
            places, first, count = np.zeros(len(shown), np.uint16), 0, 2 * len(thresholds) + 1
            for threshold in thresholds:
                places += (shown >= threshold).view(np.uint8)
                places += (shown > threshold).view(np.uint8)
        numbers = self._table((name, "among", place) for place in range(first, first + count))
        words.add(*given_only(places, numbers, known))

    def thresholds(self, fact: Fact) -> npt.NDArray[Any]:
        """The days or numbers that the law compares a fact with, ascending."""
        values: set[Any] = {0.0, 100.0} if fact.type == "number" else set()
        for leaf in self.leaves.get(fact.name, ()):
            literals = [leaf.value] if isinstance(leaf, Compare) else list(leaf.values)
            values |= {value_ends(value)[0] for value in literals}
        return np.asarray(sorted(values))

    def with_stand_ins(self, table: pa.Table) -> pa.Table:
        """Rows whose names that look alike to the law are exchanged for one (see :mod:`carveout.book.stand_ins`)."""
        return with_stand_ins(table, self.patterns)


_TOLD_BY_STATE = np.asarray([state not in (EMPTY, GIVEN) for state in range(4)], np.uint64)
