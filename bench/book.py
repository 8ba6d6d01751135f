"""A large book from Parquet to Parquet, and in memory: rows a second, peak memory, and how both grow."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.books import batch, write
from carveout.book.frame_book import FrameBook
from carveout.law.corpus import bundled

Row = tuple[str, str, str]

RUN = """
import json, resource, sys, time
from pathlib import Path
from carveout.book.frame_book import FrameBook
from carveout.book.stream import decide_file
from carveout.book.tables import tables
from carveout.law.corpus import bundled


def main():
    book, output = sys.argv[1:3]
    frames = FrameBook(bundled().view())
    start = time.perf_counter()
    tally = decide_file(tables(book), frames, Path(output), reject=lambda errors: None, workers=2)
    spent = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"rows": tally.read, "seconds": spent, "peak": own + 2 * largest, "decided": tally.decided}))


if __name__ == "__main__":
    main()
"""


def _file_to_file(rows: int, folder: Path) -> dict[str, float]:
    book = folder / f"book-{rows}.parquet"
    write(book, rows)
    script = folder / "run.py"
    script.write_text(RUN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(book), str(folder / "out.parquet")],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    book.unlink()
    (folder / "out.parquet").unlink()
    return found


def _in_memory(rows: int, *, outcome_only: bool) -> float:
    table = batch(rows, 3, 0)
    book = FrameBook(bundled().view())
    book.answer(table, outcome_only=outcome_only)
    best = min(_once(book, table, outcome_only) for _ in range(3))
    return rows / best


def _once(book: FrameBook, table: object, outcome_only: bool) -> float:
    start = time.perf_counter()
    book.answer(table, outcome_only=outcome_only)  # type: ignore[arg-type]
    return time.perf_counter() - start


def run(sizes: tuple[int, ...] = (1_000_000, 10_000_000)) -> list[Row]:
    """(what, measured, target)."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        for rows in sizes:
            done = _file_to_file(rows, Path(name))
            rate = done["rows"] / done["seconds"]
            found.append((f"{rows:,} rows, Parquet to Parquet, full answer", f"{rate:,.0f} rows/s", "1,000,000 rows/s"))
            found.append((f"{rows:,} rows, peak memory of all processes", f"{done['peak']:,.0f} MB", "2,000 MB"))
    found.append(
        ("one batch in memory, full answer, one thread", f"{_in_memory(500_000, outcome_only=False):,.0f} rows/s", "")
    )
    found.append(
        (
            "one batch in memory, outcome only, one thread",
            f"{_in_memory(500_000, outcome_only=True):,.0f} rows/s",
            "10,000,000 rows/s",
        )
    )
    return found
