"""Screening: unique mixed queries against the whole Consolidated Screening List, beside brute force and a peer.

Recall is that of the right party in the first place *and* above the score that 1 percent of the names that should not match
exceed. Alterations are ours, which favors methods that look at letters; the names that should not match are those of
real US companies and of synthetic persons, none of them chosen for being near.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from bench import memory
from bench.screen_queries import MIX, Asked, data, parties, workload
from carveout.parties.name import normalize
from carveout.parties.search import Listed

PROCESSES, TIMES, SAMPLE = 2, 6, 1_000
PEER = Path(__file__).with_name("screen_peers.py")
Best = tuple[float, bool]
"""Of a query: the score of its first answer, and whether it is the right one."""


def recall(asked: Sequence[Asked], best: Sequence[Best]) -> tuple[float, float]:
    """(recall in the first place, the same above the score that 1 percent of the others exceed), altered names only."""
    others = sorted((score for one, (score, _) in zip(asked, best, strict=True) if not one.answers), reverse=True)
    bar = others[len(others) // 100]
    right = [(score, hit) for one, (score, hit) in zip(asked, best, strict=True) if one.answers]
    return sum(hit for _, hit in right) / len(right), sum(hit and score > bar for score, hit in right) / len(right)


def wilson(hits: int, of: int) -> str:
    """A share with its 95 percent interval (Wilson 1927)."""
    share, z = hits / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.2%} ({middle - half:.2%} to {middle + half:.2%}, n = {of:,})"


def brute(scorer: Callable[..., Any], held: Sequence[Listed], asked: Sequence[Asked]) -> tuple[list[Best], float]:
    """The best of all names by a scorer of rapidfuzz, and queries a second; ties count against it."""
    names: dict[str, set[str]] = {}
    for party in held:
        for name in party.names:
            names.setdefault(normalize(name), set()).add(party.entry)
    texts, entries = list(names), list(names.values())
    best: list[Best] = []
    start = time.perf_counter()
    tables = []
    for low in range(0, len(asked), 200):
        queries = [normalize(one.text) for one in asked[low : low + 200]]
        table = process.cdist(queries, texts, scorer=scorer, workers=PROCESSES, dtype=np.float32)
        top = table.max(axis=1)
        tables.append((top, [np.flatnonzero(row >= most) for row, most in zip(table, top, strict=True)]))
    rate = len(asked) / (time.perf_counter() - start)
    ranked = [(most, rows) for top, found in tables for most, rows in zip(top.tolist(), found, strict=True)]
    for one, (most, rows) in zip(asked, ranked, strict=True):
        best.append((most, bool(one.answers) and all(entries[row] & one.answers for row in rows)))
    return best, rate


def peer(held: Sequence[Listed], asked: Sequence[Asked]) -> tuple[list[Best], float] | str:
    """nomenklatura's answers and queries a second on one core, or why there are none."""
    python = os.environ.get("CARVEOUT_PEER_PYTHON", ".venv-peers/bin/python")
    if not Path(python).exists():
        return "`.venv-peers` is absent (`make peers` makes it)"
    names = [(party.entry, name, party.kind) for party in held for name in party.names]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("names.json", "queries.json")]
        for file, what in zip(files, (names, [one.text for one in asked]), strict=True):
            file.write_text(json.dumps(what), encoding="utf-8")
        done = subprocess.run([python, PEER, *files], capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    told = json.loads(done.stdout)
    best = [(score, bool({entry} & one.answers)) for one, (entry, score) in zip(asked, told["best"], strict=True)]
    return best, len(asked) / told["seconds"]


def run() -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str, str]]]:
    """(what, measured, target) of ours, and (method, queries/s, recall, recall at 1 percent) of all on one sample."""
    folder = data()
    held = parties(folder)
    asked = workload(held, folder)
    with tempfile.TemporaryDirectory() as name:
        result, index = Path(name, "measured.json"), str(Path(name, "index"))
        build = [sys.executable, "-m", "bench.screen_run", "build", index, str(result)]
        find = [sys.executable, "-m", "bench.screen_run", "find", index, str(result), str(PROCESSES), str(TIMES)]
        ours = {}
        for command in (build, find):
            # What is timed is not looked at: looking at memory takes time.
            subprocess.run(command, env=memory.environment(), check=True)
            ours |= json.loads(result.read_text(encoding="utf-8"))
        peak = max(memory.run(command)[1] for command in (build, find))
    found = ours["found"]
    best = [(one["strength"], one["right"]) for one in found]
    first, sure = recall(asked, best)
    rate = ours["rate"]
    rows = [
        ("unique mixed queries/s, 2 processes", f"{rate:,.0f}", "25,000 (goal 60,000)"),
        ("processor time of one query in one process, microseconds", f"{2e6 * ours['worked']:.0f}", ""),
        ("one warm query, median", f"{ours['single'] * 1000:.2g} ms", "2 ms"),
        (f"index of {ours['names']:,} names of {ours['parties']:,} parties", f"{ours['built']:.1f} s", "5 s"),
        ("the same from its folder", f"{ours['loaded']:.2f} s", "0.5 s"),
        ("peak memory of all processes", f"{peak:,.0f} MB", "600 MB"),
        ("recall in the first place, altered names", f"{first:.3f}", ""),
        ("the same at 1 percent false positives", f"{sure:.3f}", "0.93"),
    ]
    for kind in MIX:
        right = [b for one, b in zip(asked, best, strict=True) if one.kind == kind]
        alerts = sum(f["alert"] for one, f in zip(asked, found, strict=True) if one.kind == kind)
        rows.append(
            (
                f"- {kind}: first place, alert",
                f"{sum(b[1] for b in right) / len(right):.3f}, {alerts / len(right):.3f}",
                "",
            )
        )
    for kind in ("a company of the US", "a synthetic person"):
        of = [f for one, f in zip(asked, found, strict=True) if one.kind == kind]
        rows.append(
            (f"alerts on names that should not match: {kind}", wilson(sum(f["alert"] for f in of), len(of)), "")
        )
        rows.append((f"- asked whether it is a relative: {kind}", wilson(sum(f["related"] for f in of), len(of)), ""))
    at = random.Random(3).sample(range(len(asked)), SAMPLE)
    few = [asked[n] for n in at]
    table = []
    shown = recall(few, [best[n] for n in at])
    table.append(("Carveout", f"{rate:,.0f}", f"{shown[0]:.3f}", f"{shown[1]:.3f}"))
    for name, scorer in (("rapidfuzz Jaro-Winkler", JaroWinkler.similarity), ("rapidfuzz WRatio", fuzz.WRatio)):
        theirs, speed = brute(scorer, held, few)
        shown = recall(few, theirs)
        table.append((f"{name}, all pairs", f"{speed:,.0f}", f"{shown[0]:.3f}", f"{shown[1]:.3f}"))
    answer = peer(held, few)
    if isinstance(answer, str):
        table.append(("nomenklatura logic-v2", "not measured", answer, ""))
    else:
        shown = recall(few, answer[0])
        table.append(
            ("nomenklatura index and logic-v2, 1 core", f"{answer[1]:,.0f}", f"{shown[0]:.3f}", f"{shown[1]:.3f}")
        )
    return rows, table


def section() -> list[str]:
    """The section of the benchmarks page."""
    rows, table = run()
    return [
        "", "## Screening", "",
        "The Consolidated Screening List of 2026-07-31, all names and aliases. Altered names, real US companies and synthetic",
        "persons, every query its own (`bench/screen_queries.py`). No country and no kind of party is given.", "",
        "| what | measured | target |", "|---|---|---|",
        *(f"| {what} | {measured} | {target} |" for what, measured, target in rows), "",
        f"Beside other methods on the same {SAMPLE:,} of these queries, in the same run; recall of altered names in the first place.", "",
        "| method | queries/s | recall | recall at 1 percent false positives |", "|---|---|---|---|",
        *(f"| {name} | {speed} | {first} | {sure} |" for name, speed, first, sure in table),
    ]  # fmt: skip


if __name__ == "__main__":
    print("\n".join(section()))
