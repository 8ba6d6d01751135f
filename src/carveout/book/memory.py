"""Answers remembered by kind of row, from batch to batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.book.blocks import Arrays
from carveout.book.coded_texts import CodedTexts, is_text
from carveout.book.kind_table import KindTable, Words
from carveout.book.timelines import Timelines


@dataclass
class Decided:
    """Rows decided, each for itself: the arrays of those that are whole, and which may hold an error.

    ``policies`` are the review policies that the codes in the arrays stand for, ``timelines`` the timelines that keys in
    them do.
    """

    arrays: Arrays
    suspect: npt.NDArray[np.bool_]
    policies: list[str]
    timelines: tuple[Timelines, ...] = ()

    def part(self, start: int, end: int) -> Decided:
        """The rows from ``start`` up to ``end``."""
        whole = np.cumsum(~self.suspect)
        first = int(whole[start - 1]) if start else 0
        last = int(whole[end - 1]) if end else 0
        arrays = {name: array[first:last] for name, array in self.arrays.items()}
        return Decided(arrays, self.suspect[start:end], self.policies, self.timelines)


class Numbering:
    """Numbers for kinds, each given once in a run."""

    def __init__(self) -> None:
        self._next = 0

    def take(self, count: int) -> npt.NDArray[np.int32]:
        """So many numbers not given before."""
        self._next += count
        return np.arange(self._next - count, self._next, dtype=np.int32)


class Memory:
    """Kind -> place of its answer. A place is given before the answer is there, so that work can run ahead.

    In the answers, sets and ids stand as numbers, that ``texts`` knows.
    """

    def __init__(self, numbering: Numbering, texts: CodedTexts, limit: int = 1_000_000) -> None:
        self.numbering = numbering
        self.texts = texts
        self.limit = limit
        self.numbers = np.empty(0, np.int32)
        self.arrays: Arrays = {}
        self.policies: list[str] = []
        self.timelines: list[Timelines] = []
        self._table = KindTable()
        self._suspect = np.empty(0, bool)
        self._filled = np.empty(0, bool)

    def has_room(self, more: int) -> bool:
        """Whether so many more kinds can be remembered."""
        return self._table.count + more <= self.limit

    @property
    def count(self) -> int:
        """How many kinds are remembered."""
        return self._table.count

    def find(self, kinds: Words) -> npt.NDArray[np.int64]:
        """The place of each kind; -1 where it is not remembered."""
        return self._table.find(kinds)

    def add(self, kinds: Words) -> npt.NDArray[np.int64]:
        """Places for kinds that are not remembered, each once; they want an answer."""
        self.numbers = np.concatenate([self.numbers, self.numbering.take(len(kinds))])
        nothing = np.zeros(len(kinds), bool)
        self._suspect, self._filled = (np.concatenate([held, nothing]) for held in (self._suspect, self._filled))
        return self._table.add(kinds)

    def doubt(self, places: npt.NDArray[np.int64]) -> None:
        """Kinds that may hold an error, told before they have their answer."""
        self._suspect[places] = True

    def suspect(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of the kinds at some places may hold an error, so that their rows are looked at one by one."""
        return self._suspect[places]

    def answers(self, places: npt.NDArray[np.int64]) -> Arrays:
        """The answers at some places. An answer that is not there is never read as one."""
        if not self._filled[places].all():
            raise RuntimeError("a kind of row is asked for before it was decided")
        return {name: array[places] for name, array in self.arrays.items()} if len(places) else {}

    def with_more(self, arrays: Arrays, decided: Decided) -> Arrays:
        """Answers of this memory, and behind them those of rows decided for themselves."""
        more = {name: self._own(name, array, decided.policies) for name, array in decided.arrays.items()}
        return {name: np.concatenate([arrays[name], more[name]]) if name in arrays else more[name] for name in more}

    def fill(self, places: npt.NDArray[np.int64], decided: Decided) -> None:
        """The answers for some places."""
        self.timelines += [one for one in decided.timelines if one not in self.timelines]
        size = self._table.count
        if len(decided.suspect) != len(places):
            raise ValueError(f"{len(decided.suspect)} answers for {len(places)} kinds")
        self._suspect[places[decided.suspect]] = True
        whole = places[~decided.suspect]
        self._filled[whole] = bool(decided.arrays)
        for name, given in decided.arrays.items():
            held, array = self.arrays.get(name), self._own(name, given, decided.policies)
            if held is None or len(held) < size:
                # Room to grow, so that many small additions do not copy everything each time.
                grown = np.zeros(
                    (max(size, 2 * len(held)) if held is not None else size, *array.shape[1:]), array.dtype
                )
                if held is not None:
                    grown[: len(held)] = held
                held = self.arrays[name] = grown
            held[whole] = array

    def _own(self, name: str, array: npt.NDArray[Any], policies: list[str]) -> npt.NDArray[Any]:
        """An array with sets, ids and the codes of review policies as this memory counts them; of policies 0 and 255
        stand for none."""
        if is_text(name):
            return self.texts.coded(name, array)
        if not name.endswith("_policy"):
            return array
        self.policies += [policy for policy in policies if policy not in self.policies]
        table = np.arange(256, dtype=np.uint8)
        for place, policy in enumerate(policies):
            table[place + 1] = self.policies.index(policy) + 1
        return np.asarray(table[array])
