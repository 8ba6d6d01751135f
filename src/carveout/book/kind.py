"""Rows that the law cannot tell apart: a 64-bit word for every row, so that one answer serves all rows of a kind.

A cell enters by what the law and the defaults can see of it: a text by the truth of every leaf that mentions it, a number
or date by its place among the thresholds of the law, the day of the act by the stretch of law it lies in. Only dates that
may still turn an answer after the act enter as they are. What is seen of a cell is drawn a random number once, and a word
is the sum of its row's numbers; that two kinds of ten million rows meet in one word has a chance of one in 100,000.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.columns import BAD, EMPTY, GIVEN, SAID_UNKNOWN, ReadColumn, cells_of, read_column
from carveout.book.filled import folded
from carveout.book.pattern import ROLE_FACTS, Patterns, day_ends
from carveout.book.suspect import FORMATS
from carveout.decide.network import Network
from carveout.decide.planes import Range, leaf_test, value_ends
from carveout.facts.default import STANDING
from carveout.facts.row import CellProblem, read_cell
from carveout.facts.schema import Fact, schema
from carveout.facts.value import ALWAYS, NEVER
from carveout.law.condition import Compare, Member, leaves

Words = npt.NDArray[np.uint64]

REACH = 8
"""Days after a date within which it may still turn an answer (shifts by months add to it)."""

ORDERED = (("license_from", "license_through"), ("en_route_from", "en_route_until"))
"""Dates that contradict each other in the wrong order."""

MARKS: dict[str, Callable[[str], Any]] = {
    "eccn": lambda text: (text == "EAR99", text.startswith("5D002")),
    "destination": lambda text: text == "US",
    **{name: lambda text, shape=shape: bool(shape.match(text.casefold())) for name, shape in FORMATS.items()},  # type: ignore[misc]
}
"""What the reader of rows looks at in a text beside the law, when it refuses contradictions."""


class Kinds:
    """What the law of a network sees of the cells of a book."""

    def __init__(self, network: Network, used: frozenset[str], patterns: Patterns) -> None:
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
        self._parties: dict[int, int] = {}
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
        """Days at which the law, a set, a listing or a literal changes what is seen of the day of the act."""
        view = self.network.view
        found = {day.toordinal() for day in self.network.literal_days} | set(self.network.ordinals)
        found |= {view.corpus.covers_from.toordinal(), (view.corpus.reviewed_through + timedelta(days=1)).toordinal()}
        for entry in view.entries.values():
            for value in (entry.listed_from, entry.through, entry.footnote1_from, entry.footnote2_from):
                found |= {end + after for end in day_ends(value) for after in (0, 1)}
            found |= {day.toordinal() for said in entry.policies for day in said.period.wide if day is not None}
        return np.asarray([day for day in sorted(found) if ALWAYS.toordinal() < day < NEVER.toordinal()])

    # Words

    def words(self, table: pa.Table, on: npt.NDArray[np.int32]) -> Words:
        """The word of every row, over all cells that the law, the defaults or the reader of rows look at."""
        found = np.zeros(table.num_rows, np.uint64)
        self._add_places(found, "act_date", on, self.days)
        known = schema()
        dates: dict[str, ReadColumn] = {}
        for name in table.column_names:
            fact = known.get(name)
            if fact is None or not fact.is_column or name in ROLE_FACTS or name == "id":
                continue
            if fact.type in ("date", "number"):
                dates[name] = self._add_range(found, fact, table.column(name), on)
            elif name in self.used or fact.type != "text" or fact.country:
                self._add_codes(found, fact, table.column(name))
        for first, last in ORDERED:
            if first in dates and last in dates:
                one, two = dates[first].column, dates[last].column
                assert isinstance(one, Range)
                assert isinstance(two, Range)
                wrong = (one.low > two.low) & (dates[last].state == GIVEN)
                if wrong.any():
                    found += self._table([(first, last, False), (first, last, True)])[wrong.view(np.uint8)]
        self._add_parties(found, table)
        return found

    def _number(self, seen: Any) -> int:
        """The random number of something seen; the same whenever it is seen again."""
        number = self._numbers.get(seen)
        if number is None:
            number = self._numbers[seen] = self._chance.getrandbits(64)
        return number

    def _table(self, seen: Iterable[Any]) -> Words:
        return np.asarray([self._number(one) for one in seen], np.uint64)

    def _add_codes(self, words: Words, fact: Fact, cells: pa.ChunkedArray) -> None:
        """A column of texts, choices or truths."""
        codes, values = cells_of(cells)
        if not values:
            return
        memo = self._cells.setdefault(f"{fact.name} {cells.type}", {})
        numbers = [memo.get(cell) for cell in values]
        for place, cell in enumerate(values):
            if numbers[place] is None:
                memo[cell] = numbers[place] = self._number((fact.name, self._seen(fact, cell)))
        # A cell that is null is an empty cell.
        words += np.asarray([*numbers, self._number((fact.name, EMPTY))], np.uint64)[codes]

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
        if name in self.exact or value is None:
            return value
        found: list[int] = []
        for leaf in self.leaves.get(name, ()):
            if isinstance(leaf, Member) and leaf.group:
                history = self.network.view.groups[leaf.group]
                found += [history.contains(value, day) for day in history.starts]
            else:
                found.append(leaf_test(leaf)(value))
        return tuple(found)

    def _add_range(self, words: Words, fact: Fact, cells: pa.ChunkedArray, on: npt.NDArray[np.int32]) -> ReadColumn:
        """A column of dates or numbers."""
        column = read_column(fact, cells)
        assert isinstance(column.column, Range)
        name = fact.name
        known = column.state == GIVEN
        if not known.all():
            words += self._table((name, state) for state in range(4))[column.state]
        if name not in self.used or not known.any():
            return column
        values = column.column.low
        if name in self.exact:
            self._add_each(words, name, values, known)
        else:
            self._add_places(words, name, values, self.thresholds(fact), known)
        if name in self.turning:
            # Past and settled: nothing; still to come: the day itself; near the act: how it lies to the act.
            reach = self.turning[name]
            rows = np.flatnonzero(known & (values + reach > on))
            if len(rows):
                part = np.zeros(len(rows), np.uint64)
                days, act = values[rows], on[rows]
                self._add_each(part, f"{name} itself", days, None)
                self._add_each(part, f"{name} to the act", np.minimum(days - act, reach), None)
                words[rows] += part
        return column

    def _add_each(self, words: Words, name: str, values: npt.NDArray[Any], known: npt.NDArray[np.bool_] | None) -> None:
        """Values as they are."""
        distinct, places = np.unique(values, return_inverse=True)
        numbers = self._table((name, "is", value) for value in distinct.tolist())[places]
        words += numbers if known is None else np.where(known, numbers, np.uint64(0))

    def _add_places(
        self, words: Words, name: str, values: npt.NDArray[Any], thresholds: npt.NDArray[Any],
        known: npt.NDArray[np.bool_] | None = None,
    ) -> None:  # fmt: skip
        """Values by their place among thresholds: below, on, or above each."""
        if not len(values):
            return
        shown = values if known is None or known.all() else np.where(known, values, values[known][0])
        low, high = shown.min(), shown.max()
        if values.dtype.kind == "i" and high - low < 100_000:
            # Days lie close together: what is seen of each is looked up, not searched.
            each = np.arange(low, high + 1)
            places = np.searchsorted(thresholds, each, side="left") + np.searchsorted(thresholds, each, side="right")
            numbers = self._table((name, "among", place) for place in places.tolist())[shown - low]
        else:
            places = np.zeros(len(shown), np.uint8)
            for threshold in thresholds:
                places += (shown >= threshold).view(np.uint8)
                places += (shown > threshold).view(np.uint8)
            numbers = self._table((name, "among", place) for place in range(2 * len(thresholds) + 1))[places]
        words += numbers if known is None else np.where(known, numbers, np.uint64(0))

    def thresholds(self, fact: Fact) -> npt.NDArray[Any]:
        """The days or numbers that the law compares a fact with, ascending."""
        values: set[Any] = {0.0, 100.0} if fact.type == "number" else set()
        for leaf in self.leaves.get(fact.name, ()):
            literals = [leaf.value] if isinstance(leaf, Compare) else list(leaf.values)
            values |= {value_ends(value)[0] for value in literals}
        return np.asarray(sorted(values))

    # Parties

    def _add_parties(self, words: Words, table: pa.Table) -> None:
        """The parties of a row enter by what screening says of them, each combination of their cells screened once."""
        known = schema()
        own = np.zeros(len(words), np.uint64)
        held: dict[str, tuple[npt.NDArray[Any], list[Any]]] = {}
        for name in ROLE_FACTS:
            if name not in table.column_names:
                continue
            codes, cells = held[name] = cells_of(table.column(name))
            memo = self._cells.setdefault(f"{name} {table.column(name).type}", {})
            for cell in cells:
                if cell not in memo:
                    memo[cell] = self._number((name, *_role_cell(known[name], cell)))
            own += np.asarray([*(memo[cell] for cell in cells), self._number((name, EMPTY, None))], np.uint64)[codes]
        combinations, places, firsts = distinct(own)
        for word, row in zip(combinations.tolist(), firsts.tolist(), strict=True):
            if word not in self._parties:
                named = {name: values[codes[row]] for name, (codes, values) in held.items() if codes[row] < len(values)}
                self._parties[word] = self._number(self._parties_seen(named))
        words += np.asarray([self._parties[word] for word in combinations.tolist()], np.uint64)[places]

    def _parties_seen(self, cells: Mapping[str, Any]) -> Any:
        known = schema()
        read = [_role_cell(known[name], cells.get(name)) for name in ROLE_FACTS]
        bad = tuple(state == BAD for state, _ in read)
        marks = tuple(MARKS[n](v) for n, (_, v) in zip(ROLE_FACTS, read, strict=True) if n in MARKS and v is not None)
        if any(bad) or not all(marks):
            return "parties", bad, marks
        pattern = self.patterns.of(tuple(value for _, value in read), tuple(state == SAID_UNKNOWN for state, _ in read))
        countries = tuple(self.view_of(name, value) for name, value in pattern.countries.items())
        return "parties", pattern.seen, countries


def _role_cell(fact: Fact, cell: Any) -> tuple[int, Any]:
    """State and value of a cell about a party."""
    try:
        value = read_cell(fact, cell)
    except CellProblem:
        return BAD, None
    if value is None:
        return (SAID_UNKNOWN if str(cell or "").strip() else EMPTY), None
    return GIVEN, value.casefold() if isinstance(value, str) and fact.name.endswith("_listing") else value


def distinct(words: Words) -> tuple[Words, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The distinct words, for every row which of them is its own, and of each the first row."""
    encoded = pa.array(words).dictionary_encode()
    places = np.asarray(encoded.indices)
    found = np.asarray(encoded.dictionary)
    firsts = np.empty(len(found), np.int64)
    # Written from the last row to the first: the first stays.
    firsts[places[::-1]] = np.arange(len(words) - 1, -1, -1)
    return found, places, firsts
