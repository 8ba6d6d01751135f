"""What a corpus ten times as large costs: the package copied, its law multiplied, measured in a process of its own.

A copy of the law is a further family of provisions below the folder of its regime: same kinds, conditions, edges and
dates, other ids, and other derived facts, so that the copies do not share what they compute. In the corpus *in play* every row
is judged by every copy; in the corpus *beside* each copied text asks first for an act that no row of the book does.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import carveout
from bench.books import batch
from carveout.book.compose import NOT_TOWARD
from carveout.facts.schema import schema

RUNNER = Path(__file__).with_name("grown_run.py")
IDLE = "procurement"
"""The direction that no row of the book has, nor may have: rows whose direction may be taken as unknown are left out."""

Row = tuple[str, str, str, str, str]
MEASURES = {
    "provisions": "{:,.0f}",
    "load": "{:,.0f} ms",
    "compile": "{:,.1f} ms",
    "one_outcome": "{:,.3f} ms",
    "one_answer": "{:,.2f} ms",
    "book_outcome": "{:,.0f} ms",
    "book_answer": "{:,.0f} ms",
}
NAMES = {
    "provisions": "provisions",
    "load": "law read from its files and linked",
    "compile": "law folded and compiled",
    "one_outcome": "one transaction, outcome only",
    "one_answer": "one transaction, full answer",
    "book_outcome": "a book of {rows:,} rows, outcome only",
    "book_answer": "a book of {rows:,} rows, full answer",
}


TEXT = """
## A corpus ten times as large

The bundled law once, and ten times over: nine further families of provisions with the same kinds, conditions, edges and dates,
which share no condition and no derived fact with the first. *In play*: every row is judged by all ten. *Beside*: each text of the
copies asks first for an act that no row of the book does. The answers are the same in all three, which is checked. Lists and
sets are as large as ever. Times are processor time. The target is at most ten times the cost; a law that a row does not touch should cost nothing.
"""


def section() -> list[str]:
    """The section of docs/benchmarks.md, in Markdown."""
    return [
        *TEXT.splitlines(),
        "",
        "| what | once | ten times, in play | ten times, beside | ratios |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in run()),
    ]


def run(rows: int = 50_000, times: int = 10, rounds: int = 3) -> list[Row]:
    """(what, the law as it is, ten times in play, ten times beside, both ratios as one text) for each figure.

    Milliseconds of processor time; the three corpora take turns, and the median of the rounds counts.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "book.parquet"
        table = batch(rows, 11, 0)
        direction = table["direction"].cast(pa.string())
        table = table.filter(pc.and_(pc.is_valid(direction), pc.invert(pc.is_in(direction, pa.array(NOT_TOWARD)))))
        pq.write_table(table, book)
        packages = []
        for nth, (count, idle) in enumerate(((1, False), (times, False), (times, True))):
            packages.append(folder / f"law-{nth}")
            multiply(packages[-1], count, idle=idle)
        found = [[_measure(package, book) for package in packages] for _ in range(rounds)]
    if len({each["answers"] for each in chain(*found)}) > 1:
        raise AssertionError("the law multiplied answers differently: the copies say what the original says")
    medians = [
        {key: statistics.median(each[key] for each in measured) for key in MEASURES}
        for measured in zip(*found, strict=True)
    ]
    return list(_rows(medians, table.num_rows))


def _rows(found: list[dict[str, Any]], rows: int) -> Iterator[Row]:
    for key, shape in MEASURES.items():
        one, play, beside = (each[key] for each in found)
        ratios = f"{play / one:.1f}, {beside / one:.1f}"
        yield NAMES[key].format(rows=rows), shape.format(one), shape.format(play), shape.format(beside), ratios


def _measure(package: Path, book: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(RUNNER), str(book)],
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def multiply(package: Path, times: int, *, idle: bool) -> None:
    """A copy of the package in a folder, in which the law is held so many times."""
    home = package / "carveout"
    shutil.copytree(Path(carveout.__file__).parent, home, ignore=shutil.ignore_patterns("__pycache__"))
    law = home / "corpus" / "us"
    head = (law / "corpus.toml").read_text(encoding="utf-8")
    regimes = list(tomllib.loads(head)["regime"])
    derived = [fact.name for fact in schema() if fact.kind == "derived"]
    pages = [page for regime in regimes for page in sorted((law / regime).rglob("*.md"))]
    lines = head[head.index("[[line]]") :] if "[[line]]" in head else ""
    facts = (home / "facts" / "derived.toml").read_text(encoding="utf-8")
    for nth in range(1, times):
        for page in pages:
            regime, *below = page.relative_to(law).parts
            copy = law.joinpath(regime, f"family-{nth}", *below)
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = renamed(page.read_text(encoding="utf-8"), nth, regimes, derived)
            copy.write_text(_idle(text) if idle else text, encoding="utf-8")
        head += "\n" + renamed(lines, nth, regimes, derived)
        facts += "".join(
            f'\n[{name}_{nth}]\ntype = "{schema()[name].type}"\nkind = "derived"\nrank = 99\nquestion = "{name}?"\n'
            f'meaning = "As {name}."\ncitation = "none"\n'
            for name in derived
        )
    (law / "corpus.toml").write_text(head, encoding="utf-8")
    (home / "facts" / "derived.toml").write_text(facts, encoding="utf-8")


def renamed(text: str, nth: int, regimes: list[str], derived: list[str]) -> str:
    """A page as the n-th copy: other ids, other derived facts, and conditions by other names, so that none is shared.

    The table of cases keeps its facts: only their reading costs anything here.
    """
    return "\n".join(
        line if line.startswith("|") else _renamed_line(line, nth, regimes, derived) for line in text.splitlines()
    )


def _renamed_line(line: str, nth: int, regimes: list[str], derived: list[str]) -> str:
    line = re.sub(r'^"([^"]+)"(?= *=)', rf'"\1 ({nth})"', line)
    line = re.sub(rf'"({"|".join(regimes)})/', rf'"\1/family-{nth}/', line)
    # A value in quotes may bear the name of a derived fact; it is a value still.
    return re.sub(rf"(?<!')\b({'|'.join(derived)})\b(?!')", rf"\1_{nth}", line)


def _idle(text: str) -> str:
    """Every text of the page asks first for an act that no row does."""
    return text.replace("[when]\n", f'[when]\n"an act that no row does" = "direction = \'{IDLE}\'"\n')
