"""The search at work in a process of its own: builds, keeps, loads, answers, and writes what it took and found as JSON.

Called as ``python -m bench.screen_run PROCESSES TIMES RESULT``. Queries are unique and were never asked before; those that are
judged are asked apart from those that are timed.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.screen_queries import data, parties, workload
from carveout.parties.search import Query, Search

WARM, SINGLE = 5_000, 1_000


def main() -> None:
    """Write the measurements."""
    processes, times = int(sys.argv[1]), int(sys.argv[2])
    folder = data()
    held = parties(folder)
    start = time.perf_counter()
    search = Search(held)
    built = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as name:
        search.save(name)
        start = time.perf_counter()
        Search.load(name)
        loaded = time.perf_counter() - start
    judged = workload(held, folder)
    told = {asked.text for asked in judged}
    fresh = [Query(asked.text) for asked in workload(held, folder, times=times, seed=8) if asked.text not in told]
    single, warm, timed = fresh[:SINGLE], fresh[SINGLE : SINGLE + WARM], fresh[SINGLE + WARM :]
    search.find_many(warm, processes=processes)
    seconds = []
    for query in single:
        start = time.perf_counter()
        search.find(query)
        seconds.append(time.perf_counter() - start)
    begun = time.perf_counter(), time.process_time()
    search.find_many(timed, processes=processes)
    took, worked = time.perf_counter() - begun[0], time.process_time() - begun[1]
    answers = search.find_many([Query(asked.text) for asked in judged], processes=processes)
    search.close()
    found = [
        {
            "strength": hits[0].strength if hits else 0.0,
            "right": bool(hits) and hits[0].party.entry in asked.answers,
            "alert": any(hit.alert for hit in hits),
            "related": any(hit.tier == "related" for hit in hits),
        }
        for asked, hits in zip(judged, answers, strict=True)
    ]
    measured = {
        "names": len(search.index.names), "parties": len(held), "built": built, "loaded": loaded, "timed": len(timed),
        "seconds": took, "worked": worked, "single": statistics.median(seconds), "found": found,
    }  # fmt: skip
    Path(sys.argv[3]).write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
