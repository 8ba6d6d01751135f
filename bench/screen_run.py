"""The search at work in processes of its own, each of which writes what it took and found as JSON.

``python -m bench.screen_run build FOLDER RESULT`` builds the search and keeps it in a folder. ``python -m bench.screen_run find
FOLDER RESULT PROCESSES TIMES`` loads it from there and answers. Queries are unique and were never asked before; those that are
judged are asked apart from those that are timed.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from bench.screen_queries import data, parties, workload
from carveout.parties.search import Query, Search

WARM, SINGLE = 5_000, 1_000
"""Names asked beforehand, and names asked one by one."""


def build(folder: str) -> dict[str, Any]:
    """What building and keeping took."""
    held = parties(data())
    start = time.perf_counter()
    search = Search(held)
    built = time.perf_counter() - start
    search.save(folder)
    return {"names": len(search.index.names), "parties": len(held), "built": built}


def find(folder: str, processes: int, times: int) -> dict[str, Any]:
    """What loading and answering took, and what was found."""
    start = time.perf_counter()
    search = Search.load(folder)
    loaded = time.perf_counter() - start
    lists = data()
    judged = workload(search.parties, lists)
    told = {asked.text for asked in judged}
    fresh = [
        Query(asked.text) for asked in workload(search.parties, lists, times=times, seed=8) if asked.text not in told
    ]
    single, warm, timed = fresh[:SINGLE], fresh[SINGLE : SINGLE + WARM], fresh[SINGLE + WARM :]
    search.find_many(warm, processes=processes)
    begun, work = time.perf_counter(), time.process_time()
    search.find_many(timed, processes=processes)
    took, worked = time.perf_counter() - begun, time.process_time() - work
    seconds = []
    for query in single:
        start = time.perf_counter()
        search.find(query)
        seconds.append(time.perf_counter() - start)
    answers = search.find_many([Query(asked.text) for asked in judged], processes=processes)
    search.close()
    return {
        "loaded": loaded, "rate": len(timed) / took, "worked": worked / len(timed), "single": statistics.median(seconds),
        "found": [
            {
                "strength": hits[0].strength if hits else 0.0,
                "right": bool(hits) and hits[0].party.entry in asked.answers,
                "alert": any(hit.alert for hit in hits),
                "related": any(hit.tier == "related" for hit in hits),
            }
            for asked, hits in zip(judged, answers, strict=True)
        ],
    }  # fmt: skip


def main() -> None:
    """Write the measurements."""
    what, folder, result, *more = sys.argv[1:]
    measured = build(folder) if what == "build" else find(folder, *map(int, more))
    Path(result).write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
