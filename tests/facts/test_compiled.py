"""What is compiled is kept only as long as all of it is the same."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

from carveout.facts.compiled import Loops

RUN = "import outer; print(outer.twice(3), sum(outer.twice.stats.cache_hits.values()))"
OUTER = """
from carveout.facts.compiled import compiled
from inner import once, FACTOR

@compiled
def twice(number):
    return FACTOR * once(number)
"""
INNER = """
from carveout.facts.compiled import compiled

FACTOR = {factor}

@compiled
def once(number):
    return number + {more}
"""


def run(folder: Path, *, factor: int = 2, more: int = 0) -> tuple[int, int]:
    """(twice of 3, how often it was loaded rather than compiled) in a new process."""
    (folder / "outer.py").exists() or (folder / "outer.py").write_text(OUTER, encoding="utf-8")
    (folder / "inner.py").write_text(INNER.format(factor=factor, more=more), encoding="utf-8")
    # Byte code is told apart by the second and the size of its source, and these are the same.
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", RUN], cwd=folder, env=env, capture_output=True, text=True, check=True)
    found, loaded = done.stdout.split()
    return int(found), int(loaded)


def test_it_is_loaded_as_long_as_nothing_changes(tmp_path: Path) -> None:
    assert run(tmp_path) == (6, 0)
    assert run(tmp_path) == (6, 1)


def test_a_function_or_constant_of_another_file_that_changes_compiles_it_anew(tmp_path: Path) -> None:
    assert run(tmp_path) == (6, 0)
    assert run(tmp_path, more=1) == (8, 0)
    assert run(tmp_path, more=1, factor=3) == (12, 0)
    assert run(tmp_path, more=1, factor=3) == (12, 1)


def test_loops_that_cannot_be_had_are_done_without() -> None:
    def load() -> ModuleType:
        raise RuntimeError("no compiler here")

    loops = Loops(load)
    assert not loops.wait(time.monotonic() + 60)
    assert loops.module() is None


def test_loops_are_there_once_they_are_ready() -> None:
    loops = Loops(lambda: sys)
    assert loops.module() is None
    assert loops.wait(time.monotonic() + 60)
    assert loops.module() is sys
