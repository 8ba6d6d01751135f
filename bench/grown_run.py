"""One corpus measured: called as ``python grown_run.py BOOK`` with the package to measure on the path; prints JSON."""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from carveout.book.compose import compose
from carveout.book.frame_book import FrameBook
from carveout.book.reader import read_book
from carveout.decide.determination import determine, outcome
from carveout.decide.plain import compiled
from carveout.facts.row import read_row
from carveout.law.corpus import bundled, load


def _median(act: Callable[[], Any], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        act()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds) * 1e3


def main() -> None:
    """Milliseconds of processor time for each measure, medians."""
    folder = Path(str(files("carveout") / "corpus" / "us"))
    view = bundled().view()
    examples = read_book(str(files("carveout") / "examples" / "press-2019-2020.csv"))
    transactions = [compose(read_row(row.cells, position=row.position)[0], view) for row in examples]
    for transaction in transactions:
        determine(transaction, view)
    table = pq.read_table(sys.argv[1])

    def book(*, only: bool = False) -> Any:
        # A new one each time: a book remembers what it has answered.
        return FrameBook(view).answer(table, outcome_only=only)

    book()
    corpus = bundled()
    found = {
        "provisions": len(corpus.provisions),
        "load": _median(lambda: load(folder), 3),
        "compile": _median(lambda: compiled.__wrapped__(_afresh(corpus)), 3),
        "one_outcome": statistics.median(_median(lambda t=t: outcome(t, view), 9) for t in transactions),
        "one_answer": statistics.median(_median(lambda t=t: determine(t, view), 5) for t in transactions),
        "book_outcome": _median(lambda: book(only=True), 3),
        "book_answer": _median(book, 3),
        "answers": _digest(book().results),
    }
    print(json.dumps(found))


def _digest(results: Any) -> str:
    """What the answers are, in short: outcomes and the days on which they change."""
    names = [name for name in results.column_names if name.endswith(("at_least", "at_most", "changes_on"))]
    return hashlib.sha256(str(results.select(names).to_pylist()).encode()).hexdigest()


def _afresh(corpus: Any) -> Any:
    corpus._views.clear()
    return corpus.view()


if __name__ == "__main__":
    main()
