"""A book of a million rows with 200,000 distinct names, screened against the whole list and determined in one command."""

from __future__ import annotations

import os
import random
import string
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench import memory
from bench.books import trade
from bench.screen_queries import companies, data, parties, persons

ROWS, NAMES, LISTED = 1_000_000, 200_000, 2_000
Row = tuple[str, str, str]


def names(folder: Path, seed: int = 11) -> list[str]:
    """Distinct names of customers: real companies and made-up ones, persons, and one in a hundred from the list itself."""
    chance = random.Random(seed)
    real, people = companies(folder), persons(folder)
    heads = sorted({name.split()[0].title() for name in real if len(name.split()[0]) > 3})
    trades = (
        "Trading",
        "Logistics",
        "Electronics",
        "Networks",
        "Foods",
        "Machinery",
        "Optics",
        "Telecom",
        "Marine",
        "Labs",
    )
    forms = ("Ltd", "GmbH", "Co., Ltd.", "S.A.", "Inc.", "LLC", "B.V.", "Pte Ltd", "AB", "S.r.l.")
    found = dict.fromkeys((*real, *people))
    found.update(dict.fromkeys(chance.choice(party.names) for party in chance.sample(parties(folder), LISTED)))
    while len(found) < NAMES:
        word = "".join(chance.choice(string.ascii_lowercase) for _ in range(chance.randint(4, 8))).title()
        found[f"{chance.choice(heads)} {word} {chance.choice(trades)} {chance.choice(forms)}"] = None
    return list(found)[:NAMES]


def write(path: Path, folder: Path, rows: int = ROWS, seed: int = 12) -> None:
    """The book: a trader's rows whose consignees, purchasers and carriers are drawn from those names."""
    held = pa.array(names(folder))
    chance = np.random.default_rng(seed)
    table = trade(rows, seed, 0)
    for role in ("ultimate_consignee", "purchaser", "intermediate_consignee"):
        column = held.take(pa.array(chance.integers(0, len(held), rows)))
        place = table.schema.get_field_index(role)
        table = table.set_column(place, role, column) if place >= 0 else table.append_column(role, column)
    pq.write_table(table, path)


def run() -> list[Row]:
    """(what, measured, target): the whole command, from a cold start, the lists imported beforehand."""
    folder = data()
    if not (folder / "lists").is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        os.environ["CARVEOUT_LISTS"] = str(Path(place) / "lists")
        book, out = Path(place) / "book.parquet", Path(place) / "out.parquet"
        write(book, folder)
        carveout = [sys.executable, "-m", "carveout"]
        file = str(folder / "lists" / "csl-2026-07-31.json")
        subprocess.run([*carveout, "lists", "import", file], check=True, capture_output=True)
        subprocess.run([*carveout, "screen", "Nobody", "--json"], check=True, capture_output=True)
        start = time.perf_counter()
        _, peak = memory.run([*carveout, "determine", str(book), "-o", str(out)])
        seconds = time.perf_counter() - start
        assert pq.read_metadata(out).num_rows == ROWS
    return [
        (f"{ROWS:,} rows, {NAMES:,} distinct names in three columns, Parquet to Parquet", f"{seconds:.1f} s", "60 s"),
        ("the same, peak memory of all processes", f"{peak:,.0f} MB", ""),
    ]


if __name__ == "__main__":
    for what, measured, target in run():
        print(f"{what}: {measured} (target {target or 'none'})")
