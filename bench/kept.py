"""A kept determination asked again under other law, beside the same determined from scratch."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from bench import memory
from bench.books import trade, write

Row = tuple[str, str, str]

RUN = """
import json, sys, time
from pathlib import Path
import numpy as np
import pyarrow.parquet as pq
from carveout.book.frame_book import FrameBook
from carveout.book.rerun import flips, without
from carveout.book.saved import Saved
from carveout.book.stream import decide_file
from carveout.book.tables import tables
from carveout.law.corpus import bundled


def main():
    what, book, kept, fresh, scenario = sys.argv[1:]
    corpus = bundled()
    start = time.perf_counter()
    if what == "keep":
        tally = decide_file(tables(book), FrameBook(corpus.view()), Path(kept), reject=lambda e: None, workers=2, save=True)
        print(json.dumps({"seconds": time.perf_counter() - start, "rows": tally.decided}))
    if what == "scratch":
        view = corpus.view(scenarios=[scenario])
        decide_file(tables(book), FrameBook(view), Path(fresh), reject=lambda e: None, workers=2)
        print(json.dumps({"seconds": time.perf_counter() - start}))
    if what == "again":
        found = flips(Saved(Path(kept), corpus), corpus.view(scenarios=[scenario]))
        spent = time.perf_counter() - start
        ends = ["overall_at_least", "overall_at_most"]
        one, other = (pq.read_table(path, columns=ends) for path in (kept, fresh))
        differs = [np.asarray(one[name].cast("string")) != np.asarray(other[name].cast("string")) for name in ends]
        same = np.array_equal(np.flatnonzero(differs[0] | differs[1]), np.sort(found.rows))
        print(json.dumps({"seconds": spent, "rows": len(found.rows), "decided": found.decided, "same": bool(same)}))


if __name__ == "__main__":
    main()
"""

SCENARIOS = ("six-months-2019-11", "no-extension-2019-11-18", "repealed-networks", "huawei-delisted-2027")


def run(rows: int = 10_000_000) -> list[Row]:
    """(what, measured, target)."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        book, kept, fresh, script = (
            str(place / n) for n in ("book.parquet", "kept.parquet", "fresh.parquet", "run.py")
        )
        write(Path(book), rows, make=trade)
        Path(script).write_text(RUN, encoding="utf-8")

        def told(what: str, scenario: str = "") -> dict[str, float]:
            output, _ = memory.run([sys.executable, script, what, book, kept, fresh, scenario])
            read: dict[str, float] = json.loads(output.splitlines()[-1])
            return read

        first = told("keep")
        found.append((f"{rows:,} rows determined and kept", f"{first['seconds']:.1f} s", ""))
        for scenario in SCENARIOS:
            scratch = told("scratch", scenario)["seconds"]
            again = told("again", scenario)
            assert again["same"], scenario
            what = f"{scenario}: {again['rows']:,.0f} rows flip; again / from scratch"
            ratio = f"{again['seconds']:.2f} s / {scratch:.1f} s, {scratch / again['seconds']:.0f} times faster"
            found.append((what, ratio, "10 times"))
    return found
