"""The lapse cascade of a large book, Parquet to Parquet: seconds, lines a second, peak memory of all processes."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from bench import memory
from bench.books import Make, batch, trade, write

RUN = """
import json, sys, time
from pathlib import Path
from carveout.book.cascade_table import CascadeTable, write_tables
from carveout.book.exposure import Exposures
from carveout.book.lapses import gather
from carveout.book.tables import tables
from carveout.book.timeline_book import TimelineBook
from carveout.law.corpus import bundled


def main():
    book, output = sys.argv[1:3]
    frames = TimelineBook(bundled().view())
    start = time.perf_counter()
    found = gather(tables(book), [frames], reject=lambda errors: None, workers=2)
    cascade = found.cascade()
    exposures = Exposures(cascade)
    told = [exposures.of(changes) for changes in cascade.days.values()]
    table = CascadeTable(cascade)
    lines = write_tables(table.tables(iter(cascade)), Path(output), table.none())
    print(json.dumps({
        "rows": found.tally.decided, "lines": lines, "days": len(told), "timelines": len(cascade.timelines),
        "seconds": time.perf_counter() - start,
    }))


if __name__ == "__main__":
    main()
"""

BOOKS: dict[str, tuple[Make, int]] = {
    "a trader's book": (trade, 10_000_000),
    "every row of its own kind": (batch, 10_000_000),
}


def measured(rows: int, make: Make, folder: Path) -> tuple[dict[str, float], float]:
    """What a run tells of itself, and its peak memory in megabytes."""
    book, script, output = folder / f"book-{rows}.parquet", folder / "run.py", folder / "out.parquet"
    write(book, rows, make=make)
    script.write_text(RUN, encoding="utf-8")
    text, peak = memory.run([sys.executable, str(script), str(book), str(output)])
    found: dict[str, float] = json.loads(text.splitlines()[-1])
    assert found["rows"] == rows, found
    book.unlink()
    output.unlink()
    return found, peak


def section() -> list[str]:
    """The section of the benchmarks page."""
    lines = [
        "\n## Lapses\n",
        "Every later change of every row's outcome, with causes, value by currency, party and site; Parquet to Parquet.\n",
        "| book | rows | changes | seconds | target | peak memory | target |\n|---|---|---|---|---|---|---|",
    ]
    for name, (make, rows) in BOOKS.items():
        with tempfile.TemporaryDirectory() as folder:
            found, peak = measured(rows, make, Path(folder))
        targets = ("30 s", "2,000 MB") if rows == 10_000_000 else ("", "")
        lines.append(
            f"| {name} | {rows:,} | {found['lines']:,.0f} | {found['seconds']:.1f} | {targets[0]} | {peak:,.0f} MB | {targets[1]} |"
        )
    return lines


if __name__ == "__main__":
    print("\n".join(section()))
