"""A book whose rows are answered by their timelines: the key of one for every row, and the timelines themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.blocks import Arrays, Blocks
from carveout.book.columns import ReadColumn
from carveout.book.frame_book import Answered, Begun, FrameBook, Recipe
from carveout.book.memory import Decided
from carveout.book.result_table import KEY
from carveout.book.timelines import Timelines, together, told
from carveout.decide.frame_timeline import changes_of
from carveout.decide.outcome import Outcome
from carveout.law.view import View

ACT = "act"
"""The column of an answer that holds the day of the act, as a day number."""

MANY = 64
"""Lots of timelines that are put together, so that what they share is held once."""


class TimelineBlocks(Blocks):
    """Finds the timelines of columns of facts, every row for itself; those found are put aside in ``lots``."""

    lots: list[Timelines]

    def decide(self, columns: Mapping[str, ReadColumn], on: npt.NDArray[np.int32], *, outcome_only: bool) -> Arrays:
        """The outcome on the day of the act and the key of the timeline, a row each."""
        keys, start = np.zeros(len(on), np.uint64), np.zeros(len(on), np.uint8)
        for chosen, block in self.split(columns, on, undone=False):
            changes = changes_of(self.view, block)
            keys[chosen], found = told(changes)
            start[chosen] = changes.start
            self.lots.append(found)
        lower, upper = np.divmod(start, np.uint8(len(Outcome)))
        return {"lower": lower, "upper": upper, KEY: keys}


@dataclass(frozen=True, slots=True)
class TimelineRecipe(Recipe):
    """What a timeline book is made from."""

    def make(self) -> TimelineBook:
        """The timeline book."""
        # By name: a class with slots is made twice, and super() would look at the first.
        plain = Recipe.make(self)
        return TimelineBook(plain.view, on=plain.on, strict=plain.strict)


class TimelineBook(FrameBook):
    """Finds the timelines of batches under one view; a result is the outcome on the day of the act, that day, and a key."""

    def __init__(self, view: View, *, on: int | None = None, strict: bool = False) -> None:
        super().__init__(view, on=on, strict=strict)
        self._blocks = TimelineBlocks(view, self.patterns, self._used, strict=strict)
        self._blocks.lots = []
        self.blocks = self._blocks

    @property
    def recipe(self) -> TimelineRecipe:
        """How to make the same book elsewhere."""
        plain = super().recipe
        return TimelineRecipe(**{field.name: getattr(plain, field.name) for field in fields(plain)})

    @property
    def timelines(self) -> Timelines:
        """The distinct timelines of all batches answered so far."""
        if len(self._blocks.lots) != 1:
            self._blocks.lots = [together(self._blocks.lots)]
        return self._blocks.lots[0]

    def take(self, timelines: Timelines) -> None:
        """Timelines that were found elsewhere."""
        self._blocks.lots.append(timelines)

    def begin(
        self, table: pa.Table, *, first: int = 1, ids: npt.NDArray[np.bool_] | None = None, outcome_only: bool = True,
        threads: int = 1,
    ) -> Begun:  # fmt: skip
        """Tell the rows of a batch by kind; rows of a kind share their timeline."""
        return super().begin(table, first=first, ids=ids, outcome_only=True, threads=threads)

    def decide(self, table: pa.Table, on: npt.NDArray[np.int32], *, outcome_only: bool = True) -> Decided:
        """The keys of rows on given days, and their timelines, to be sent to wherever the book is put together."""
        held, self._blocks.lots = self._blocks.lots, []
        decided = super().decide(table, on, outcome_only=True)
        decided.timelines, self._blocks.lots = tuple(self._blocks.lots), held
        return decided

    def finish(self, begun: Begun) -> Answered:
        """The keys of a batch whose new kinds have theirs."""
        answered = super().finish(begun)
        self._blocks.lots += begun.memory.timelines
        begun.memory.timelines.clear()
        if len(self._blocks.lots) > MANY:
            self._blocks.lots = [together(self._blocks.lots)]
        if len(answered.places):
            answered.results = answered.results.append_column(ACT, pa.array(begun.on[answered.places]))
        return answered
