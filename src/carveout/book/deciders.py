"""Processes that decide rows beside this one; what they have not begun, this one may take back and decide itself."""

from __future__ import annotations

import pickle
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from carveout.book.own_process import arrow_without_pandas
from carveout.parties.program import Program, asked_and_told, send

if TYPE_CHECKING:
    import pyarrow as pa

    from carveout.book.frame_book import Recipe
    from carveout.book.memory import Decided

Days = npt.NDArray[np.int32]


class Deciders:
    """So many other processes, each with the law of a recipe. Rows go to whichever is free, in the order they were given.

    They are this program's own: what goes between them is pickled, and no one else can write to their pipes.
    """

    def __init__(self, recipe: Recipe, count: int) -> None:
        self._programs = [Program(__name__, "decides rows") for _ in range(count)]
        self._free: SimpleQueue[Program] = SimpleQueue()
        self._threads = ThreadPoolExecutor(count)
        for program in self._programs:
            program.send(pickle.dumps(recipe))
            self._free.put(program)

    def submit(self, table: pa.Table, days: Days) -> Future[Decided]:
        """Rows to be decided on their days; a future that can still be cancelled has not been begun.

        The future raises RuntimeError where the process has died, and what deciding raised there.
        """
        return self._threads.submit(self._decide, table, days)

    def _decide(self, table: pa.Table, days: Days) -> Decided:
        program = self._free.get()
        try:
            program.send(pickle.dumps((table, days), protocol=5))
            told: Decided | Exception = pickle.loads(program.receive())
        finally:
            self._free.put(program)
        if isinstance(told, Exception):
            raise told
        return told

    def close(self) -> None:
        """End the processes; what is not begun is not decided."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for program in self._programs:
            program.close()


def serve() -> None:
    """Decide until the other side closes the pipe; who interrupts the program interrupts the other side."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    arrow_without_pandas()
    asked, out = asked_and_told()
    recipe: Recipe = pickle.loads(next(asked))
    book = recipe.make()
    for rows in asked:
        try:
            told: Decided | Exception = book.decide(*pickle.loads(rows))
        except Exception as error:  # noqa: BLE001
            told = error
        send(out, pickle.dumps(told, protocol=5))
