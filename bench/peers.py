"""Beside its peers: the same law and the same rows in DuckDB, OpenFisca and the ZEN engine, in the same run.

The programs of the peers are written from the law (:mod:`bench.peers_program`). Defaults and parties are settled for
them beforehand, so that every engine starts from the same facts. An engine whose answers are not ours is not timed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench import peers_openfisca, peers_ours, peers_rows, peers_sql, peers_zen
from bench.books import batch
from bench.peers_program import Program, in_pattern, texts, write
from carveout.book.frame_book import FrameBook
from carveout.law.corpus import bundled
from carveout.law.view import View

PYTHON = Path(".venv-peers/bin/python")
RUNNER = Path(__file__).with_name("peers_run.py")
EVERY, SETTLED, CELLS = "all rows, doubt kept", "settled rows", "cells to answers"
TIMES = 4
"""How often DuckDB gets the rows, in one table: preparing so large a query weighs on a small one."""
Answers = tuple[Any, Any]


TEXT = """
## Beside its peers

The same law in three other engines, on the same rows, in the same run: all {count} provisions that bear on an outcome, with
their exceptions, dates and dated sets. The programs are written from the corpus, not by hand (`bench/peers_program.py`). Rows
are near the example book and the law's own cases, with one party each; defaults are filled in and parties screened
beforehand, so every engine starts from the same facts, held in memory in the form it likes best, and ends with the outcome
of every row. Answers are compared before times count. One thread, unless the table says more. DuckDB gets the rows several
times over in one table, since preparing so large a query would weigh on a small one.

*All rows, doubt kept*: a fact may be unknown, a text may have several readings, the answer has two ends. DuckDB and OpenFisca can be
made to say that with two columns or variables a truth. *Settled rows*: an engine that knows true and false only holds one reading of every text, gets
any value in an empty cell, and is asked only those rows that we settle under every reading, where neither can matter; we
still weigh all readings there. OpenFisca gets texts as Enums and patterns as look-ups. *Cells to answers* is our whole program on all
rows (cells read, errors found, parties screened), for context.
"""


@dataclass
class Contender:
    """An engine and the kind of rows it is asked: how to run it a few times, and what it took."""

    name: str
    kind: str
    run: Callable[[int], tuple[list[float], Answers]]
    rows: int
    seconds: list[float] = field(default_factory=list)
    agree: int = 0
    failed: str = ""

    @property
    def rate(self) -> float:
        """Rows a second, median."""
        return self.rows / statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table of results."""

    kind: str
    engine: str
    rows: int
    agree: str
    rate: str
    ratio: str


def section() -> list[str]:
    """The section of docs/benchmarks.md, in Markdown; one line of it where ``make peers`` was not run."""
    if not PYTHON.exists():
        return ["", "## Beside its peers", "", "Not measured: `.venv-peers` is absent (`make peers` makes it)."]
    lines = run()
    count = len(write(bundled().view()).provisions)
    return [
        *TEXT.format(count=count).splitlines(),
        "",
        "| which rows | engine | rows | same answers | rows/s | ours / theirs |",
        "|---|---|---|---|---|---|",
        *(f"| {n.kind} | {n.engine} | {n.rows:,} | {n.agree} | {n.rate} | {n.ratio} |" for n in lines),
    ]


def run(rows: int = 300_000, few: int = 2_000, rounds: int = 3) -> list[Line]:
    """The lines of the table. Engines take turns, each round in the opposite order; times are medians over all rounds."""
    view = bundled().view()
    table = batch(rows, 5, 0).drop_columns(["purchaser", "purchaser_country"])
    places, facts = peers_rows.facts_of_rows(table, view)
    table = table.take(pa.array(places))
    with tempfile.TemporaryDirectory() as name:
        contenders, answers = _contenders(view, facts, Path(name), few)
        for nth in range(rounds):
            for contender in contenders if nth % 2 == 0 else reversed(contenders):
                _round(contender, answers[contender.kind])
    return [*_lines(contenders), *_from_cells(view, table, rounds)]


def _from_cells(view: View, table: pa.Table, runs: int) -> list[Line]:
    """The whole program on the same rows, for context."""
    book, lines = FrameBook(view), []
    for what, outcome_only in (("outcome only", True), ("full answer", False)):
        book.answer(table, outcome_only=outcome_only)
        seconds, _ = _timed(lambda only=outcome_only: book.answer(table, outcome_only=only), runs)
        rate = f"{table.num_rows / statistics.median(seconds):,.0f}"
        lines.append(Line(CELLS, f"Carveout, screening included, {what}", table.num_rows, "", rate, ""))
    return lines


def _timed(act: Callable[[], Any], runs: int) -> tuple[list[float], Any]:
    seconds, found = [], None
    for _ in range(runs):
        start = time.perf_counter()
        found = act()
        seconds.append(time.perf_counter() - start)
    return seconds, found


def _contenders(
    view: View, facts: list[dict[str, Any]], folder: Path, few: int
) -> tuple[list[Contender], dict[str, Answers]]:
    """All engines by the kind of rows they are asked, ours first, and the answers that are right."""
    doubt, plain = write(view, peers_rows.spanned_facts(facts)), write(view)
    table = peers_rows.columns(doubt, facts)
    ours = peers_ours.prepare(view, doubt, table)
    least, most = ours()
    settled = np.flatnonzero(least == most)
    ours_settled = peers_ours.prepare(view, doubt, table.take(pa.array(settled)))
    firm = peers_rows.filled(peers_rows.columns(plain, [facts[place] for place in settled]), plain)
    asked = Asked(folder)
    masked = peers_rows.masked(table, doubt)
    pairs = peers_openfisca.formulas(
        doubt, _texts(doubt, masked), three_valued=True, empty=peers_rows.with_empty_cells(table)
    )
    every, known, some = asked.book(table, "every"), asked.book(firm, "settled"), asked.book(firm.slice(0, few), "some")
    three, two = _query(doubt, table, three_valued=True), _query(plain, firm, three_valued=False)
    cores = os.cpu_count() or 1
    contenders = [
        Contender("Carveout", EVERY, lambda runs: _timed(ours, runs), len(facts)),
        asked.of("DuckDB, texts", EVERY, "duckdb", {**three, "choices": {}}, every),
        asked.of("DuckDB, enumerations", EVERY, "duckdb", three, every),
        asked.of(f"DuckDB, enumerations, {cores} threads", EVERY, "duckdb", three, every, threads=cores),
        asked.of("OpenFisca, two variables a truth", EVERY, "openfisca", pairs, asked.book(masked, "masked")),
        Contender("Carveout", SETTLED, lambda runs: _timed(ours_settled, runs), len(settled)),
        asked.of("DuckDB, enumerations", SETTLED, "duckdb", two, known),
        asked.of("OpenFisca", SETTLED, "openfisca", peers_openfisca.formulas(plain, _texts(plain, firm)), known),
        asked.of(f"ZEN engine, one batch, {cores} threads", SETTLED, "zen", peers_zen.graph(plain), some),
    ]
    return contenders, {EVERY: (least, most), SETTLED: (least[settled], most[settled])}


def _query(program: Program, table: pa.Table, *, three_valued: bool) -> dict[str, Any]:
    """The query, and the texts that are enumerations in its book: those that no pattern is tried on."""
    choices = {name: found for name, found in _texts(program, table).items() if name not in in_pattern(program)}
    return {"query": peers_sql.query(program, three_valued=three_valued), "choices": choices, "times": TIMES}


def _texts(program: Program, table: pa.Table) -> dict[str, list[str]]:
    held = {name: table[name].unique().to_pylist() for name, c in program.columns.items() if c.type == "text"}
    return texts(program, held)


@dataclass
class Asked:
    """The peers, asked in processes of their own with what they need in a folder."""

    folder: Path

    def book(self, table: pa.Table, name: str) -> Path:
        """A book as a file."""
        path = self.folder / f"{name}.parquet"
        pq.write_table(table, path)
        return path

    def of(self, name: str, kind: str, engine: str, program: Any, book: Path, threads: int = 1) -> Contender:
        """A peer as a contender."""
        written = self.folder / f"{len(list(self.folder.iterdir()))}.json"
        written.write_text(json.dumps(program), encoding="utf-8")
        answers = self.folder / "answers.parquet"

        def run(runs: int) -> tuple[list[float], Answers]:
            command = [PYTHON, RUNNER, engine, written, book, answers, str(runs), str(threads)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
            found = pq.read_table(answers)
            return json.loads(done.stdout)["seconds"], (found["at_least"].to_numpy(), found["at_most"].to_numpy())

        return Contender(name, kind, run, pq.read_metadata(book).num_rows * program.get("times", 1))


def _round(contender: Contender, answers: Answers, runs: int = 3) -> None:
    """One round of one engine: its answers are compared, then its times count."""
    if contender.failed:
        return
    try:
        seconds, (least, most) = contender.run(runs)
    except RuntimeError as error:
        contender.failed = f"did not run: {error}"
        return
    right = [np.resize(end, contender.rows) for end in answers]
    contender.agree = int(((least == right[0]) & (most == right[1])).sum())
    if contender.agree != contender.rows:
        contender.failed = "answers differ, so not timed"
        return
    contender.seconds += seconds


def _lines(contenders: list[Contender]) -> list[Line]:
    lines = []
    ours = {c.kind: c.rate for c in contenders if c.name == "Carveout"}
    for c in contenders:
        agree = "" if c.name == "Carveout" else f"{c.agree:,}"
        if c.failed:
            lines.append(Line(c.kind, c.name, c.rows, agree, c.failed, ""))
            continue
        times = ours[c.kind] / c.rate
        ratio = "" if c.name == "Carveout" else f"{times:.1f}" if times < 10 else f"{times:,.0f}"
        lines.append(Line(c.kind, c.name, c.rows, agree, f"{c.rate:,.0f}", ratio))
    return lines
