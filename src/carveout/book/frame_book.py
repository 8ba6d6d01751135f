"""A book decided by the frame interpreter: batch in, batch with the result columns out.

Rows with a cell that cannot be read, or that contradict themselves, are found here and told by the reader of rows, so
that both paths say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carveout.book.columns import (
    GIVEN,
    SAID_UNKNOWN,
    ReadColumn,
    read_column,
)
from carveout.book.decide_book import before_the_law, id_error, ragged_row
from carveout.book.explanation_ids import ExplanationIds
from carveout.book.filled import fill_columns, supplied_column
from carveout.book.pattern import ROLE_FACTS, Patterns, PatternTable, mask
from carveout.book.result_table import DECISIONS, mixed, result_table, set_text
from carveout.book.signature import Signatures
from carveout.book.suspect import suspect_rows
from carveout.decide.frame_answer import (
    BlockAnswer,
    BlockFacts,
    BlockSolver,
    fact_order,
    outcome_of,
)  # fmt: skip
from carveout.decide.outcome import Outcome
from carveout.decide.plain import network_of
from carveout.decide.planes import Codes, Column, Range
from carveout.facts.clock import today
from carveout.facts.default import STANDING
from carveout.facts.row import CellError, read_row
from carveout.facts.schema import schema
from carveout.law.condition import facts_of
from carveout.law.corpus import bundled
from carveout.law.evidence import Evidence
from carveout.law.view import View


@dataclass
class Answered:
    """A batch answered: the rows that were good (their places), the result columns, and the errors of the others."""

    places: npt.NDArray[np.int64]
    results: pa.Table
    errors: list[CellError]
    decisions: Counter[str] = field(default_factory=Counter)
    open_facts: Counter[str] = field(default_factory=Counter)


@dataclass
class _Result:
    """Arrays over the rows of a batch, filled block by block."""

    rows: int
    arrays: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    def put(self, name: str, rows: npt.NDArray[Any], values: npt.NDArray[Any]) -> None:
        if name not in self.arrays:
            self.arrays[name] = np.zeros((self.rows, *values.shape[1:]), values.dtype)
        self.arrays[name][rows] = values


ALIKE = 0.7
"""Share of rows of their own kind up to which one answer serves all rows alike."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a frame book over the bundled law is made from; small enough to send to another process."""

    known: date | None
    scenarios: tuple[str, ...]
    on: int | None
    strict: bool

    def make(self) -> FrameBook:
        """The frame book."""
        view = bundled().view(known=self.known, scenarios=self.scenarios)
        return FrameBook(view, on=self.on, strict=self.strict)


class FrameBook:
    """Decides batches under one view; screening and explanation ids are remembered from batch to batch."""

    def __init__(self, view: View, *, on: int | None = None, strict: bool = False) -> None:
        self.view = view
        self.on = on
        self.strict = strict
        self.patterns = Patterns(view, strict=strict)
        self.network = network_of(view)
        self.signatures = Signatures(self.network)
        self.policies: list[str] = []
        self.explanations = ExplanationIds(view)
        self._used = self._facts_used()
        frees = [fact.name for fact in schema() if fact.default_frees]
        self._frees = np.asarray(mask(frees), np.uint64)

    @property
    def recipe(self) -> Recipe:
        """How to make the same book elsewhere (only for the bundled law)."""
        return Recipe(self.view.known, self.view.scenarios, self.on, self.strict)

    @property
    def is_bundled(self) -> bool:
        """Whether the law is the one that comes with the package."""
        return self.view.corpus is bundled()

    def _facts_used(self) -> frozenset[str]:
        """Asked facts that the law or the defaults look at."""
        found = {name for clause in self.network.clauses for name in clause.facts}
        found |= {
            name for rule in self.view.corpus.not_encoded if rule.when is not None for name in facts_of(rule.when)
        }
        found |= {name for names in schema().claims().values() for name in names}
        found |= {d.fact for d in STANDING} | {d.where for d in STANDING if d.where}
        found |= {"direction", "destination", "will_be_exported", "eccn", "reasons_for_control", "other_authorization"}
        return frozenset(found)

    def answer(
        self, table: pa.Table, *, first: int = 1, ids: npt.NDArray[np.bool_] | None = None, outcome_only: bool = False
    ) -> Answered:
        """Decide a batch; ``first`` is the position of its first row, ``ids`` marks rows whose id is missing or taken."""
        rows = table.num_rows
        columns = self._read(table)
        on, on_bad = self._days(columns, rows)
        suspect = suspect_rows(columns, rows) | on_bad
        if ids is not None:
            suspect |= ids
        if "" in table.column_names:
            suspect |= np.asarray(pc.is_valid(table.column("").combine_chunks()))
        bad, errors = self._tell(table, np.flatnonzero(suspect), first, ids)
        places = np.flatnonzero(~bad)
        result = self._decide(columns, on, rows, places, outcome_only=outcome_only)
        arrays = {name: array[places] for name, array in result.arrays.items()}
        answered = Answered(places, result_table(self.view, arrays, self.policies, outcome_only=outcome_only), errors)
        if not outcome_only and len(places):
            self._count(answered, arrays)
        return answered

    def _count(self, answered: Answered, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Decisions, and the facts that keep rows unsettled."""
        for place, count in enumerate(np.bincount(arrays["decision"], minlength=len(DECISIONS))):
            answered.decisions[DECISIONS[place]] = int(count)
        unsettled = arrays["lower"] != arrays["upper"]
        if not unsettled.any():
            return
        regime = next(iter(self.view.corpus.regimes))
        asked = arrays[f"{regime}_matters"][unsettled] & ~arrays[f"{regime}_assumed"][unsettled]
        _, firsts, counts = np.unique(
            mixed(np.ascontiguousarray(asked).view(np.uint8)), return_index=True, return_counts=True
        )
        for row, count in zip(firsts, counts, strict=True):
            for name in set_text(tuple(asked[row].tolist()), fact_order()).split("; "):
                if name:
                    answered.open_facts[name] += int(count)

    # Reading

    def _read(self, table: pa.Table) -> dict[str, ReadColumn]:
        known = schema()
        found = {}
        for name in table.column_names:
            fact = known.get(name)
            if fact is not None and fact.is_column and name != "id":
                found[name] = read_column(fact, table.column(name))
        return found

    def _days(
        self, columns: Mapping[str, ReadColumn], rows: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        day = self.on if self.on is not None else today().toordinal()
        on = np.full(rows, day, np.int32)
        column = columns.get("on")
        if self.on is None and column is not None:
            assert isinstance(column.column, Range)
            on = np.where(column.state == GIVEN, column.column.low, on).astype(np.int32)
        return on, on < self.view.corpus.covers_from.toordinal()

    def _tell(
        self, table: pa.Table, rows: npt.NDArray[np.int64], first: int, ids: npt.NDArray[np.bool_] | None
    ) -> tuple[npt.NDArray[np.bool_], list[CellError]]:
        """Which of the suspect rows are bad, and their errors, as the reader of rows tells them."""
        bad = np.zeros(table.num_rows, bool)
        found: list[CellError] = []
        if not len(rows):
            return bad, found
        part = table.take(pa.array(rows)).to_pylist()
        start = self.view.corpus.covers_from
        for place, cells in zip(rows, part, strict=True):
            row, errors = read_row(cells, position=first + int(place))
            day = date.fromordinal(self.on) if self.on is not None else row.on or today()
            if not errors and day < start:
                errors = [before_the_law(row.id, day, start)]
            if ids is not None and ids[place]:
                errors.append(id_error(row.id, cells))
            if cells.get("") is not None:
                errors.append(ragged_row(row.id, cells))
            if errors:
                bad[place] = True
                found += errors
        return bad, found

    # Deciding

    def _decide(
        self, columns: Mapping[str, ReadColumn], on: npt.NDArray[np.int32], rows: int, places: npt.NDArray[np.int64],
        *, outcome_only: bool,
    ) -> _Result:  # fmt: skip
        patterns = self._pattern_table(columns, rows)
        facts, undone, changed, assumed = fill_columns(columns, patterns, self._used, rows, strict=self.strict)
        assumed = assumed | patterns.masks("assumed")
        stated, roles = patterns.masks("stated"), patterns.masks("open_roles")
        supplied = {
            name: column.column
            for name, column in columns.items()
            if schema()[name].kind == "derived" and isinstance(column.column, Codes) and (column.state == GIVEN).any()
        }
        chosen_rows, expand = self._distinct(facts, assumed, patterns, supplied, on, places)
        result = _Result(rows)
        shapes = patterns.units.astype(np.int64) * 1000 + patterns.undone
        for shape in np.unique(shapes[chosen_rows]):
            chosen = chosen_rows[shapes[chosen_rows] == shape]
            whole = len(chosen) == rows
            own = facts if whole else {name: column.take(chosen) for name, column in facts.items()}
            again = undone if whole else {name: column.take(chosen) for name, column in undone.items()}
            units = [patterns.unit(n, chosen, on, own, self.policies, undone=False) for n in range(int(shape) // 1000)]
            back = [] if outcome_only else [
                patterns.unit(n, chosen, on, {**own, **again}, self.policies, undone=True) for n in range(int(shape) % 1000)
            ]  # fmt: skip
            block = BlockFacts(
                len(chosen), on[chosen], units, back, changed, assumed[chosen], stated[chosen], roles[chosen],
                {name: supplied_column(column).take(chosen) for name, column in supplied.items()},
            )  # fmt: skip
            if outcome_only:
                lower, upper = outcome_of(self.view, block)
                result.put("lower", chosen, lower)
                result.put("upper", chosen, upper)
            else:
                self._collect(result, chosen, block, BlockSolver(self.view, block).answer())
        if expand is not None:
            for name, array in result.arrays.items():
                full = np.zeros((rows, *array.shape[1:]), array.dtype)
                full[places] = array[chosen_rows[expand]]
                result.arrays[name] = full
        return result

    def _distinct(
        self, facts: Mapping[str, Column], assumed: npt.NDArray[np.uint64], patterns: PatternTable,
        supplied: Mapping[str, Codes], on: npt.NDArray[np.int32], places: npt.NDArray[np.int64],
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any] | None]:  # fmt: skip
        """One row of each kind that the law can tell apart, and for every row which of them it is like.

        Where almost every row is of its own kind, all rows are kept (None).
        """
        extra = [assumed[:, 0].view(np.int64), assumed[:, 1].view(np.int64), *patterns.classes(self.signatures, on)]
        extra += [column.codes.astype(np.int64) for column in supplied.values()]
        words = self.signatures.rows(facts, extra, on)[places]
        _, firsts, expand = np.unique(words, return_index=True, return_inverse=True)
        if len(firsts) > ALIKE * len(places):
            return places, None
        return places[firsts], expand

    def _pattern_table(self, columns: Mapping[str, ReadColumn], rows: int) -> PatternTable:
        """Rows by their combination of role cells."""
        key = np.zeros(rows, np.int64)
        size = 1
        used = [name for name in ROLE_FACTS if name in columns]
        for name in used:
            column = columns[name].column
            assert isinstance(column, Codes)
            own = column.codes.astype(np.int64) * 2 + (columns[name].state == SAID_UNKNOWN)
            width = 2 * len(column.values)
            if size * width > 2**62:
                _, key = np.unique(key, return_inverse=True)
                size = int(key.max()) + 1
            key, size = key * width + own, size * width
        _, firsts, places = np.unique(key, return_index=True, return_inverse=True)
        patterns = []
        for row in firsts:
            cells, unknown = [], []
            for name in ROLE_FACTS:
                read = columns.get(name)
                value = None
                if read is not None and isinstance(read.column, Codes):
                    value = read.column.values[read.column.codes[row]]
                    if isinstance(value, str) and name.endswith("_listing"):
                        value = value.casefold()
                cells.append(value)
                unknown.append(read is not None and bool(read.state[row] == SAID_UNKNOWN))
            patterns.append(self.patterns.of(tuple(cells), tuple(unknown)))
        return PatternTable(patterns, places)

    # Results

    def _collect(self, result: _Result, rows: npt.NDArray[np.int64], block: BlockFacts, answer: BlockAnswer) -> None:
        result.put("lower", rows, answer.lower)
        result.put("upper", rows, answer.upper)
        weak = answer.left_open | (block.on > self.view.corpus.reviewed_through.toordinal())
        outstanding = np.zeros(block.rows, bool)
        for regime, found in answer.regimes.items():
            weak |= (found.evidence >= Evidence.inferred) | ((found.assumed & self._frees) != 0).any(axis=1)
            outstanding |= found.outstanding
            for name in (
                "lower",
                "upper",
                "changes",
                "through",
                "authorizations",
                "matters",
                "assumed",
                "evidence",
                "policy",
            ):
                result.put(f"{regime}_{name}", rows, getattr(found, name))
        settled, upper = answer.lower == answer.upper, answer.upper
        free = upper <= Outcome.subject_to_review
        conditional = (upper == Outcome.authorized) | (upper == Outcome.subject_to_review) | weak
        decision = np.where(
            ~settled,
            2,
            np.where(
                ~free,
                np.where(upper == Outcome.prohibited, 4, 3),
                np.where(outstanding, 2, np.where(conditional, 1, 0)),
            ),
        )
        result.put("decision", rows, decision.astype(np.uint8))
        result.put("explanation", rows, self.explanations.of(answer))
