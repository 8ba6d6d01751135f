"""The memory of a process and all it started, sampled while it runs.

What the system keeps as the peak of a child includes what its parent held when it was made; so it is sampled instead.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path


def environment(path: str = "") -> dict[str, str]:
    """The environment of a measured program, as anybody's interpreter has it: what was compiled once is kept. ``path`` is
    where its packages are sought first."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | ({"PYTHONPATH": path} if path else {})


def run(command: list[str], *, path: str = "", every: float = 0.2) -> tuple[str, float]:
    """Run a command: its output, and the peak of the memory of all its processes together in megabytes.

    Looking takes processor time: what is timed is not looked at.
    """
    peak, env = 0.0, environment(path)
    # Into a file: a pipe holds little, and nobody reads it while the memory is watched.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        with subprocess.Popen(command, stdout=out, env=env) as process:
            while process.poll() is None:
                peak = max(peak, sum(_held(number) for number in _family(process.pid)))
                time.sleep(every)
        out.seek(0)
        told = out.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, told)
    return told, peak


def _family(number: int) -> list[int]:
    found = [number]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def _held(number: int) -> float:
    """The memory of one process, what it shares counted by its part."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
