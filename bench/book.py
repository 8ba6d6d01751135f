"""A large book from Parquet to Parquet, and in memory: rows a second, peak memory, and how both grow."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import memory
from bench.alone import ear_alone, ear_package
from bench.books import Make, batch, trade, write
from carveout.book.frame_book import FrameBook
from carveout.law.corpus import Corpus, bundled

Row = tuple[str, str, str]

RUN = """
import json, sys, time
from pathlib import Path
from carveout.book.frame_book import FrameBook
from carveout.book.own_process import arrow_without_pandas
from carveout.book.stream import decide_file
from carveout.book.tables import tables
from carveout.law.corpus import bundled


def main():
    arrow_without_pandas()
    book, output = sys.argv[1:3]
    frames = FrameBook(bundled().view())
    start = time.perf_counter()
    tally = decide_file(tables(book), frames, Path(output), reject=lambda errors: None, workers=2, source=Path(book), looked_at=())
    print(json.dumps({"rows": tally.read, "seconds": time.perf_counter() - start, "decided": tally.decided}))


if __name__ == "__main__":
    main()
"""

BOOKS: dict[str, tuple[Make, tuple[int, ...]]] = {
    "a trader's book": (trade, (1_000_000, 10_000_000)),
    "every row of its own kind": (batch, (1_000_000, 10_000_000)),
}
LAWS: dict[str, tuple[Callable[[], Corpus], str, str]] = {
    "the EAR alone": (ear_alone, "1,000,000 rows/s", "10,000,000 rows/s"),
    "four regimes": (bundled, "500,000 rows/s", "6,000,000 rows/s"),
}
"""Which law, and what it is to reach: the full answer from file to file, the outcome only in memory."""


def _file_to_file(rows: int, make: Make, folder: Path, path: str) -> tuple[float, float]:
    """Rows a second, and in a second run the peak memory in megabytes, of all processes."""
    book = folder / f"book-{rows}.parquet"
    write(book, rows, make=make)
    script = folder / "run.py"
    script.write_text(RUN, encoding="utf-8")
    command = [sys.executable, str(script), str(book), str(folder / "out.parquet")]
    ran = subprocess.run(command, env=memory.environment(path), capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout.splitlines()[-1])
    _, peak = memory.run(command, path=path)
    assert found["decided"] == rows, found
    book.unlink()
    (folder / "out.parquet").unlink()
    return rows / found["seconds"], peak


def _in_memory(corpus: Corpus, make: Make, *, outcome_only: bool, rows: int = 500_000, rounds: int = 4) -> float:
    """Rows a second over batches of which the first is not counted, one thread."""
    book = FrameBook(corpus.view())
    spent = 0.0
    for number in range(rounds + 1):
        table = make(rows, 3 + number, 0)
        start = time.perf_counter()
        book.answer(table, outcome_only=outcome_only)
        spent += time.perf_counter() - start if number else 0.0
    return rounds * rows / spent


def _met_before(corpus: Corpus, make: Make, *, threads: int, rows: int = 500_000, rounds: int = 9) -> float:
    """Rows a second, outcome only, of batches whose kinds were all met before: the median batch."""
    book, tables = FrameBook(corpus.view()), [make(rows, 3 + number, 0) for number in range(3)]
    for table in tables:
        book.answer(table, outcome_only=True)
    spent = []
    for number in range(rounds):
        start = time.perf_counter()
        book.answer(tables[number % len(tables)], outcome_only=True, threads=threads)
        spent.append(time.perf_counter() - start)
    return rows / sorted(spent)[rounds // 2]


def run() -> list[Row]:
    """(what, measured, target)."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = {"the EAR alone": str(ear_package(folder / "law")), "four regimes": ""}
        for law, (corpus, full, only) in LAWS.items():
            for book, (make, sizes) in BOOKS.items():
                what = f"{law}, {book}"
                for rows in sizes:
                    rate, peak = _file_to_file(rows, make, folder, paths[law])
                    found.append(
                        (f"{what}, {rows:,} rows, Parquet to Parquet, full answer", f"{rate:,.0f} rows/s", full)
                    )
                    found.append((f"{what}, {rows:,} rows, peak memory", f"{peak:,.0f} MB", "2,000 MB"))
                for outcome_only, words, target in ((False, "full answer", ""), (True, "outcome only", only)):
                    rate = _in_memory(corpus(), make, outcome_only=outcome_only)
                    found.append((f"{what}, in memory, {words}, one thread", f"{rate:,.0f} rows/s", target))
            for threads, words in ((1, "one thread"), (2, "two threads")):
                rate = _met_before(corpus(), trade, threads=threads)
                what = f"{law}, a trader's book, in memory, outcome only, kinds met before, {words}"
                found.append((what, f"{rate:,.0f} rows/s", only))
    return found
