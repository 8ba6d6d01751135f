"""One transaction after loading, the load itself, and the help text: medians of many runs."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files

from bench import memory
from bench.alone import ear_alone
from carveout.book.compose import compose
from carveout.book.reader import read_book
from carveout.decide.determination import determine, outcome
from carveout.decide.explanation import explain
from carveout.decide.render import text
from carveout.facts.row import read_row
from carveout.law.corpus import bundled
from carveout.law.view import View

Row = tuple[str, float, str]


def _median(act: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def _process(*arguments: str, runs: int = 15) -> float:
    command, env = [sys.executable, *arguments], memory.environment()
    return _median(lambda: subprocess.run(command, capture_output=True, check=True, env=env), runs)


def _one(view: View) -> tuple[float, float, float, float]:
    """Milliseconds of the outcome, of the full answer, of the answer told; medians over the example book, and the slowest
    full answer."""
    book = str(files("carveout") / "examples" / "press-2019-2020.csv")
    transactions = [compose(read_row(r.cells, position=r.position)[0], view) for r in read_book(book)]
    for transaction in transactions:
        determine(transaction, view)
    outcomes = [_median(lambda t=t: outcome(t, view), 60) for t in transactions]
    answers = [_median(lambda t=t: determine(t, view), 30) for t in transactions]
    told = [_median(lambda t=t: text(explain(determine(t, view))), 20) for t in transactions]
    return statistics.median(outcomes), statistics.median(answers), statistics.median(told), max(answers)


def run() -> list[Row]:
    """(what, milliseconds, target) for each figure; over every row of the example book, the median of medians."""
    load_time = (
        "import time, sys; s = time.perf_counter(); from carveout.law.corpus import bundled; bundled(); "
        "print(time.perf_counter() - s)"
    )
    keeping = memory.environment()

    def loaded() -> float:
        ran = subprocess.run([sys.executable, "-c", load_time], capture_output=True, text=True, check=True, env=keeping)
        return float(ran.stdout) * 1e3

    loaded()
    loads = [loaded() for _ in range(15)]
    found: list[Row] = []
    for law, targets, view in (
        ("the EAR alone", ("0.2 ms", "1 ms", "3 ms"), ear_alone().view()),
        ("four regimes", ("", "", ""), bundled().view()),
    ):
        first, full, told, slowest = _one(view)
        found += [
            (f"one transaction, {law}, outcome only", first, targets[0]),
            (f"one transaction, {law}, full answer", full, targets[1]),
            (f"one transaction, {law}, full answer and explanation as text", told, targets[2]),
            (f"slowest row of the example book, {law}, full answer", slowest, ""),
        ]
    return [
        *found,
        ("law loaded, imports included", statistics.median(loads), "500 ms"),
        ("`carveout --help`, whole process", _process("-m", "carveout", "--help"), "300 ms"),
    ]
