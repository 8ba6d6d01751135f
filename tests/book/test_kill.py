"""A run that is killed leaves no output behind, neither whole nor in part under the output's name."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.book.near_rows import near_rows


def _kill_once(book: Path, output: Path, after: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "carveout", "determine", str(book), "-o", str(output)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)


def _run(book: Path, folder: Path, moments: int) -> None:
    output = folder / "out.parquet"
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "carveout", "determine", str(book), "-o", str(output)], check=False, capture_output=True
    )
    whole = time.monotonic() - start
    rows = pq.read_table(output).num_rows
    output.unlink()
    chance = random.Random(7)
    for _ in range(moments):
        _kill_once(book, output, chance.uniform(0, whole * 1.1))
        if output.exists():
            assert pq.read_table(output).num_rows == rows
            output.unlink()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    rows = near_rows(3000, 5)
    import pyarrow as pa

    names = sorted({name for row in rows for name in row})
    pq.write_table(
        pa.table({name: [row.get(name) or None for row in rows] for name in names}), tmp_path / "book.parquet"
    )
    return tmp_path / "book.parquet"


def test_killed_at_a_few_moments_nothing_partial_is_left(book: Path, tmp_path: Path) -> None:
    _run(book, tmp_path, 4)


@pytest.mark.soak
def test_killed_at_fifty_moments_nothing_partial_is_left(book: Path, tmp_path: Path) -> None:
    _run(book, tmp_path, 50)
