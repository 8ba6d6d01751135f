"""A book decided by the frame interpreter: batch in, batch with the result columns out.

Rows with a cell that cannot be read, or that contradict themselves, are found here and told by the reader of rows, so
that both paths say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carveout.book.allocator import keep_freed
from carveout.book.blocks import Blocks
from carveout.book.coded_texts import CodedTexts
from carveout.book.columns import GIVEN, ReadColumn, read_column
from carveout.book.compiled_words import make_ready
from carveout.book.decide_book import before_the_law, id_error, ragged_row
from carveout.book.kind import Kinds
from carveout.book.memory import Decided, Memory, Numbering
from carveout.book.pattern import Patterns
from carveout.book.result_table import DECISIONS, result_table
from carveout.book.suspect import suspect_rows
from carveout.book.word_sum import distinct, look_up
from carveout.decide.frame_answer import BlockFacts
from carveout.decide.plain import network_of
from carveout.decide.planes import Range
from carveout.facts.clock import today
from carveout.facts.default import SPEAKS_OF_MAKERS, STANDING
from carveout.facts.row import CellError, read_row
from carveout.facts.schema import schema
from carveout.law.condition import facts_of
from carveout.law.view import View
from carveout.parties.design import FOOTNOTE, OWNER
from carveout.parties.held_law import law_with_lists
from carveout.parties.producer import GROUPS


@dataclass
class Answered:
    """A batch answered: the rows that were good (their places), the result columns, and the errors of the others.

    Rows alike share an answer: ``told`` are the distinct ones, a row each, ``answer_of`` says for each good row which is
    its own; ``results`` is one taken by the other. Both are made when they are asked for, in whichever thread that is;
    ``telling`` makes the first. ``kinds`` are the numbers of the kinds that the answers of ``told``
    are for, ``new`` those of them not met before in this run (as places in ``told``), ``new_rows`` a row of the batch for
    each of these; ``on`` is the day of the act of every row of the batch.
    """

    places: npt.NDArray[np.int64]
    errors: list[CellError]
    on: npt.NDArray[np.int32]
    decisions: Counter[str] = field(default_factory=Counter)
    telling: Callable[[], pa.Table] = lambda: pa.table({})
    answer_of: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    kinds: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    new: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    new_rows: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def count(self) -> int:
        """Rows of the batch, good and bad."""
        return len(self.on)

    @cached_property
    def told(self) -> pa.Table:
        """The distinct answers."""
        return self.telling()

    @cached_property
    def results(self) -> pa.Table:
        """The answer of every good row."""
        return self.told.take(pa.array(self.answer_of)) if self.told.num_columns else self.told


@dataclass
class Begun:
    """A batch whose rows are told by kind: per row its kind, per kind the place of its answer; ``new`` are the kinds
    that want one, ``first_rows`` a row of each. ``kept`` are the rows that may hold an error, and their cells, once the
    others were let go (see :meth:`FrameBook.let_go`); ``table`` then has no more than the columns that someone looks at.
    """

    table: pa.Table
    first: int
    ids: npt.NDArray[np.bool_] | None
    on: npt.NDArray[np.int32]
    kind_of: npt.NDArray[np.int32]
    places: npt.NDArray[np.int64]
    new: npt.NDArray[np.int64]
    first_rows: npt.NDArray[np.int64]
    memory: Memory
    outcome_only: bool
    kinds: Kinds
    kept: tuple[npt.NDArray[np.int64], pa.Table] | None = None

    @property
    def count(self) -> int:
        """Rows of the batch."""
        return len(self.on)

    @cached_property
    def rows(self) -> pa.Table:
        """A row of each new kind, as far as its cells are facts."""
        known = schema()
        facts = [name for name in self.table.column_names if name in known and name != "id"]
        # A table without columns has no rows either.
        rows = self.table.select(facts or self.table.column_names[:1]).take(pa.array(self.first_rows))
        return self.kinds.with_stand_ins(rows)

    def days(self) -> npt.NDArray[np.int32]:
        """The days of those rows."""
        return self.on[self.first_rows]


ALIKE = 0.7
"""Share of kinds among the rows of a batch above which remembering them does not pay."""

SLICE = 100_000
"""Rows of a batch for each thread at least."""

MANY = 20_000_000
"""Rows of a book past which compiled loops pay for the second that it takes to load them; with several threads always, for
the arrays that are there until then keep one thread waiting for another."""

FEW = 1_000
"""Rows of a batch that are always remembered."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a frame book over the bundled law is made from; small enough to send to another process.

    ``added`` are the files of a user's scenarios, ``lists_folder`` where further lists come from (see
    :class:`carveout.law.corpus.Corpus`).
    """

    known: date | None
    scenarios: tuple[str, ...]
    on: int | None
    strict: bool
    added: tuple[tuple[str, str], ...] = ()
    lists_folder: str = ""

    def make(self) -> FrameBook:
        """The frame book."""
        law = law_with_lists(self.added, self.lists_folder)
        view = law.view(known=self.known, scenarios=self.scenarios)
        return FrameBook(view, on=self.on, strict=self.strict)


class FrameBook:
    """Decides batches under one view; screening and explanation ids are remembered from batch to batch."""

    def __init__(self, view: View, *, on: int | None = None, strict: bool = False) -> None:
        self.view = view
        self.on = on
        self.strict = strict
        self.patterns = Patterns(view, strict=strict)
        self.network = network_of(view)
        self._used = self._facts_used()
        self.blocks = Blocks(view, self.patterns, self._used, strict=strict)
        self.kinds = Kinds(self.network, self._used, self.patterns, None if strict else self.blocks.vintages)
        self.numbering = Numbering()
        self._told_so_far = 0
        self._memories = {False: self._new_memory(), True: self._new_memory()}

    def _new_memory(self) -> Memory:
        return Memory(self.numbering, CodedTexts(self.network))

    @property
    def recipe(self) -> Recipe:
        """How to make the same book elsewhere (only for the bundled law)."""
        corpus = self.view.corpus
        return Recipe(
            self.view.known, self.view.scenarios, self.on, self.strict, corpus.added, corpus.lists_folder
        )  # fmt: skip

    @property
    def is_bundled(self) -> bool:
        """Whether the law is the one that comes with the package, with or without a user's scenarios."""
        corpus = self.view.corpus
        return corpus is law_with_lists(corpus.added, corpus.lists_folder)

    def _facts_used(self) -> frozenset[str]:
        """Asked facts that the law or the defaults look at."""
        found = {name for clause in self.network.clauses for name in clause.facts}
        found |= {
            name for rule in self.view.corpus.not_encoded if rule.when is not None for name in facts_of(rule.when)
        }
        found |= {name for names in schema().claims().values() for name in names}
        found |= {d.fact for d in STANDING} | {d.where for d in STANDING if d.where}
        found |= {"direction", "destination", "will_be_exported", "eccn", "reasons_for_control", "other_authorization"}
        found |= {OWNER} if FOOTNOTE in found else set()
        found |= {name for name, fact in GROUPS.items() if fact in found}
        found |= set(SPEAKS_OF_MAKERS)
        return frozenset(found)

    def answer(
        self, table: pa.Table, *, first: int = 1, ids: npt.NDArray[np.bool_] | None = None, outcome_only: bool = False,
        threads: int = 1,
    ) -> Answered:  # fmt: skip
        """Decide a batch; ``first`` is the position of its first row, ``ids`` marks rows whose id is missing or taken.
        With several ``threads``, a large batch is told by kind by all of them.
        """
        begun = self.begin(table, first=first, ids=ids, outcome_only=outcome_only, threads=threads)
        if len(begun.new):
            begun.memory.fill(begun.places[begun.new], self.decide(begun.rows, begun.days(), outcome_only=outcome_only))
        return self.finish(begun)

    def begin(
        self, table: pa.Table, *, first: int = 1, ids: npt.NDArray[np.bool_] | None = None, outcome_only: bool = False,
        threads: int = 1,
    ) -> Begun:  # fmt: skip
        """Tell the rows of a batch by kind; what is new among the kinds waits for its answer."""
        on, rows = self._days(table), table.num_rows
        if rows > SLICE:
            keep_freed()
        self._told_so_far += rows
        if threads > 1 or self._told_so_far > MANY:
            make_ready()
        memory = self._memories[outcome_only]
        words, row_places = self._told(table, on, memory, threads)
        strange = np.flatnonzero(row_places < 0)
        kinds, kind_of, firsts = distinct(words[strange])
        if (len(kinds) > ALIKE * rows and rows > FEW) or not memory.has_room(len(kinds)):
            # Remembering would fill the memory to no use, or it is full.
            memory = self._new_memory()
            if len(kinds) <= ALIKE * rows or rows <= FEW:
                self._memories[outcome_only] = memory
            strange, (kinds, kind_of, firsts) = np.arange(rows), distinct(words)
        row_places[strange] = memory.add(kinds)[kind_of]
        present = np.zeros(memory.count, bool)
        present[row_places] = True
        places = np.flatnonzero(present)
        of_row = look_up(np.cumsum(present, dtype=np.int32) - np.int32(1), row_places)
        # Places are given in order: the new ones are the last.
        new = np.arange(len(places) - len(kinds), len(places))
        return Begun(table, first, ids, on, of_row, places, new, strange[firsts], memory, outcome_only, self.kinds)

    def _told(
        self, table: pa.Table, on: npt.NDArray[np.int32], memory: Memory, threads: int
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """The word of every row, and the place of its kind in the memory (-1 where it is not remembered)."""

        def told(start: int, end: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
            words = self.kinds.words(table.slice(start, end - start), on[start:end])
            return words, memory.find(words)

        parts = min(threads, 1 + table.num_rows // SLICE)
        # Cut between octets of bits.
        cuts = [*(np.linspace(0, table.num_rows, parts, endpoint=False).astype(int) // 8 * 8).tolist(), table.num_rows]
        if len(cuts) == 2:
            return told(*cuts)
        with ThreadPoolExecutor(threads) as pool:
            words, places = zip(*pool.map(told, cuts[:-1], cuts[1:]), strict=True)
        return np.concatenate(words), np.concatenate(places)

    def decide(self, table: pa.Table, on: npt.NDArray[np.int32], *, outcome_only: bool = False) -> Decided:
        """Decide rows on given days, each for itself; those that may hold an error are only told."""
        if table.num_rows != len(on):
            raise ValueError(f"{table.num_rows} rows of cells for {len(on)} days")
        columns = self._read(table)
        suspect = self._in_doubt(columns, on)
        if suspect.any():
            on = on[~suspect]
            columns = self._read(table.filter(pa.array(~suspect)))
        arrays = self.blocks.decide(columns, on, outcome_only=outcome_only) if len(on) else {}
        return Decided(arrays, suspect, list(self.blocks.policies))

    def _in_doubt(self, columns: Mapping[str, ReadColumn], on: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Rows that may hold an error."""
        return suspect_rows(columns, len(on)) | (on < self.view.corpus.covers_from.toordinal())

    def let_go(self, begun: Begun, looked_at: Collection[str]) -> None:
        """Keep of a batch no more cells than are needed to finish it (a row of each new kind, and those of rows that may
        hold an error), and the columns ``looked_at``."""
        if len(begun.new):
            doubtful = self._in_doubt(self._read(begun.rows), begun.days())
            begun.memory.doubt(begun.places[begun.new[doubtful]])
        rows = self._doubtful(begun)
        begun.kept = rows, begun.table.take(pa.array(rows))
        begun.table = begun.table.select([name for name in begun.table.column_names if name in looked_at])

    def _doubtful(self, begun: Begun) -> npt.NDArray[np.int64]:
        """The rows of a batch that may hold an error, or whose id is missing or taken."""
        if begun.kept is not None:
            return begun.kept[0]
        suspect = begun.memory.suspect(begun.places)
        found = suspect[begun.kind_of] if suspect.any() else np.zeros(begun.count, bool)
        if begun.ids is not None:
            found = found | begun.ids
        if "" in begun.table.column_names:
            found = found | np.asarray(pc.is_valid(begun.table.column("").combine_chunks()))
        return np.flatnonzero(found)

    def outcomes(
        self, table: pa.Table, on: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """The lower and upper ends of the outcome of rows known to be good, each for itself."""
        if not len(on):
            return np.empty(0, np.uint8), np.empty(0, np.uint8)
        arrays = self.blocks.decide(self._read(table), on, outcome_only=True)
        return arrays["lower"], arrays["upper"]

    def finish(self, begun: Begun) -> Answered:
        """The answer of a batch whose new kinds have theirs; rows with errors are told here, as the row reader does."""
        suspect_kinds = begun.memory.suspect(begun.places)
        rows = self._doubtful(begun)
        cells = begun.kept[1] if begun.kept is not None else begun.table.take(pa.array(rows))
        bad, errors = self._tell(cells, rows, begun)
        good = np.flatnonzero(~bad) if len(rows) else np.arange(begun.count)
        answered = Answered(good, errors, begun.on)
        # One answer for each kind, then those of good rows of suspect kinds, each for itself.
        arrays = begun.memory.answers(begun.places[~suspect_kinds])
        place_of = np.cumsum(~suspect_kinds) - 1
        answer_of = place_of[begun.kind_of] if suspect_kinds.any() else begun.kind_of.astype(np.int64)
        single = rows[suspect_kinds[begun.kind_of[rows]] & ~bad[rows]]
        if len(single):
            columns = self._read(cells.take(pa.array(np.searchsorted(rows, single))))
            more = self.blocks.decide(columns, begun.on[single], outcome_only=begun.outcome_only)
            answer_of[single] = (~suspect_kinds).sum() + np.arange(len(single))
            arrays = begun.memory.with_more(arrays, Decided(more, np.zeros(0, bool), self.blocks.policies))
        if not arrays:
            return answered
        memory, only = begun.memory, begun.outcome_only
        answered.telling = lambda: result_table(self.view, arrays, memory.texts, memory.policies, outcome_only=only)
        answered.answer_of = answer_of if len(good) == len(answer_of) else answer_of[good]
        own = self.numbering.take(len(single))
        answered.kinds = np.concatenate([begun.memory.numbers[begun.places[~suspect_kinds]], own])
        whole = ~suspect_kinds[begun.new]
        answered.new = np.concatenate([place_of[begun.new[whole]], answer_of[single]])
        answered.new_rows = np.concatenate([begun.first_rows[whole], single])
        if not begun.outcome_only:
            shares = np.bincount(answered.answer_of, minlength=len(arrays["decision"]))
            counts = np.bincount(arrays["decision"], weights=shares, minlength=len(DECISIONS))
            answered.decisions.update(dict(zip(DECISIONS, map(int, counts), strict=True)))
        return answered

    # Reading

    def split(
        self, table: pa.Table, on: npt.NDArray[np.int32]
    ) -> Iterator[tuple[npt.NDArray[np.int64], BlockFacts]]:  # fmt: skip
        """Rows without errors as blocks to be solved: their places, and the units of each."""
        return self.blocks.split(self._read(table), on, undone=False)

    def _read(self, table: pa.Table) -> dict[str, ReadColumn]:
        known = schema()
        found = {}
        for name in table.column_names:
            fact = known.get(name)
            if fact is not None and fact.is_column and name != "id":
                found[name] = read_column(fact, table.column(name))
        return found

    def _days(self, table: pa.Table) -> npt.NDArray[np.int32]:
        """The day of the act per row: the one asked for, else the row's own, else today."""
        day = self.on if self.on is not None else today().toordinal()
        if self.on is not None or "on" not in table.column_names:
            return np.full(table.num_rows, day, np.int32)
        read = read_column(schema()["on"], table.column("on"))
        assert isinstance(read.column, Range)
        return np.where(read.state == GIVEN, read.column.low, day).astype(np.int32)

    def _tell(
        self, cells: pa.Table, rows: npt.NDArray[np.int64], begun: Begun
    ) -> tuple[npt.NDArray[np.bool_], list[CellError]]:
        """Which rows of a batch are bad, of those that may be, and their errors, as the reader of rows tells them."""
        bad = np.zeros(begun.count, bool)
        found: list[CellError] = []
        if not len(rows):
            return bad, found
        start = self.view.corpus.covers_from
        for place, held in zip(rows, cells.to_pylist(), strict=True):
            row, errors = read_row(held, position=begun.first + int(place))
            day = date.fromordinal(self.on) if self.on is not None else row.on or today()
            if not errors and day < start:
                errors = [before_the_law(row.id, day, start)]
            if begun.ids is not None and begun.ids[place]:
                errors.append(id_error(row.id, held))
            if held.get("") is not None:
                errors.append(ragged_row(row.id, held))
            if errors:
                bad[place] = True
                found += errors
        return bad, found
