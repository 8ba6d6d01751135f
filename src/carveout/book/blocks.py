"""Rows decided in blocks: all rows of a block have the same number of parties to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.book.columns import GIVEN, SAID_UNKNOWN, ReadColumn
from carveout.book.design_columns import add_designs
from carveout.book.explanation_ids import ExplanationIds
from carveout.book.filled import fill_columns, supplied_column
from carveout.book.maker_columns import add_makers
from carveout.book.pattern import ROLE_FACTS, Patterns, PatternTable, mask
from carveout.book.table_facts import held_tables
from carveout.decide.frame_answer import BlockAnswer, BlockFacts, BlockSolver, outcome_of
from carveout.decide.outcome import Outcome
from carveout.decide.planes import Codes
from carveout.facts.schema import schema
from carveout.law.evidence import Evidence
from carveout.law.view import View
from carveout.parties.design import FOOTNOTE
from carveout.parties.producer import GROUPS

Arrays = dict[str, npt.NDArray[Any]]
PER_REGIME = ("lower", "upper", "changes", "through", "authorizations", "matters", "assumed", "evidence", "policy")


@dataclass
class _Result:
    """Arrays over the rows of a batch, filled block by block."""

    rows: int
    arrays: Arrays = field(default_factory=dict)

    def put(self, name: str, rows: npt.NDArray[Any], values: npt.NDArray[Any]) -> None:
        if name not in self.arrays:
            self.arrays[name] = np.zeros((self.rows, *values.shape[1:]), values.dtype)
        self.arrays[name][rows] = values


BLOCK, AGAIN = 10_000, 0.3
"""What a block costs before its first row, and what one more undone unit costs a row, both in rows decided."""


def shapes_of(units: npt.NDArray[Any], undone: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The shape of every row: 1000 times its units, and its undone units, or some more of these where that spares a block.

    An undone unit counted twice changes nothing: what matters of any of them matters, the worst of them counts.
    """
    shapes = units.astype(np.int64) * 1000 + undone
    found, counts = np.unique(shapes, return_counts=True)
    table = {int(shape): int(shape) for shape in found}
    rows = 0
    for place, (shape, count) in enumerate(zip(found.tolist(), counts.tolist(), strict=True)):
        rows += count
        after = int(found[place + 1]) if place + 1 < len(found) else 0
        if after // 1000 != shape // 1000 or not shape % 1000 or rows * (after - shape) * AGAIN > BLOCK:
            rows = 0
            continue
        table = {own: after if to == shape else to for own, to in table.items()}
    return np.asarray(np.asarray([*table.values()], np.int64)[np.searchsorted(found, shapes)])


class Blocks:
    """Decides columns of facts, every row for itself."""

    def __init__(self, view: View, patterns: Patterns, used: frozenset[str], *, strict: bool) -> None:
        self.view = view
        self.patterns = patterns
        self.used = used
        self.strict = strict
        self.vintages = held_tables()
        self.policies: list[str] = []
        self.explanations = ExplanationIds(view)
        frees = [fact.name for fact in schema() if fact.default_frees]
        self._frees = np.asarray(mask(frees), np.uint64)

    def decide(self, columns: Mapping[str, ReadColumn], on: npt.NDArray[np.int32], *, outcome_only: bool) -> Arrays:
        """The arrays of the answer, a row each."""
        result = _Result(len(on))
        for chosen, block in self.split(columns, on, undone=not outcome_only):
            if outcome_only:
                lower, upper = outcome_of(self.view, block)
                result.put("lower", chosen, lower)
                result.put("upper", chosen, upper)
            else:
                self._collect(result, chosen, block, BlockSolver(self.view, block).answer())
        return result.arrays

    def split(
        self, columns: Mapping[str, ReadColumn], on: npt.NDArray[np.int32], *, undone: bool
    ) -> Iterator[tuple[npt.NDArray[np.int64], BlockFacts]]:
        """Rows with the same number of units, and their block; with the defaults ``undone`` as well if wanted."""
        rows = len(on)
        patterns = self._pattern_table(columns, on)
        facts, open_facts, changed, assumed = fill_columns(
            columns, patterns, self.used, on, strict=self.strict, vintages=self.vintages
        )
        if FOOTNOTE in self.used and add_designs(columns, facts, open_facts, assumed, self.view, strict=self.strict):
            changed |= {FOOTNOTE}
        if not self.used.isdisjoint(GROUPS.values()):
            changed |= add_makers(columns, facts, open_facts, assumed, self.view, strict=self.strict)
        assumed = assumed | patterns.masks("assumed")
        stated, roles = patterns.masks("stated"), patterns.masks("open_roles")
        supplied = {
            name: column.column
            for name, column in columns.items()
            if schema()[name].kind == "derived" and isinstance(column.column, Codes) and (column.state == GIVEN).any()
        }
        shapes = shapes_of(patterns.units, patterns.undone if undone else np.zeros_like(patterns.undone))
        for shape in np.unique(shapes):
            chosen = np.flatnonzero(shapes == shape)
            whole = len(chosen) == rows
            own = facts if whole else {name: column.take(chosen) for name, column in facts.items()}
            again = open_facts if whole else {name: column.take(chosen) for name, column in open_facts.items()}
            units = [patterns.unit(n, chosen, on, own, self.policies, undone=False) for n in range(int(shape) // 1000)]
            back = [
                patterns.unit(n, chosen, on, {**own, **again}, self.policies, undone=True) for n in range(int(shape) % 1000)
            ] if undone else []  # fmt: skip
            yield chosen, BlockFacts(
                len(chosen), on[chosen], units, back, changed, assumed[chosen], stated[chosen], roles[chosen],
                {name: supplied_column(column).take(chosen) for name, column in supplied.items()},
            )  # fmt: skip

    def _pattern_table(self, columns: Mapping[str, ReadColumn], on: npt.NDArray[np.int32]) -> PatternTable:
        """Rows by their combination of role cells, and by whether the lists are held complete for their day."""
        held = self.patterns.held_on(on)
        key, size = held.astype(np.int64), 2
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
                    if isinstance(value, str) and name.endswith(("_listing", "_owners")):
                        value = value.casefold()
                cells.append(value)
                unknown.append(read is not None and bool(read.state[row] == SAID_UNKNOWN))
            patterns.append(self.patterns.of(tuple(cells), tuple(unknown), bool(held[row])))
        alike: dict[int, int] = {}
        table = np.asarray([alike.setdefault(id(pattern), len(alike)) for pattern in patterns])
        distinct = list({id(pattern): pattern for pattern in patterns}.values())
        return PatternTable(distinct, table[places])

    # Results

    def _collect(self, result: _Result, rows: npt.NDArray[np.int64], block: BlockFacts, answer: BlockAnswer) -> None:
        result.put("lower", rows, answer.lower)
        result.put("upper", rows, answer.upper)
        weak = answer.left_open | (block.on > self.view.corpus.reviewed_through.toordinal())
        outstanding = np.zeros(block.rows, bool)
        for regime, found in answer.regimes.items():
            weak |= (found.evidence >= Evidence.inferred) | ((found.assumed & self._frees) != 0).any(axis=1)
            outstanding |= found.outstanding
            for name in PER_REGIME:
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
