"""A Python program beside this one, spoken to through its pipes: messages, each with its length before it.

It is started by itself (no fork, no guard in the caller's script), and ends with the pipes. Bytes are read and written
without a buffer between: Python's own loses some where a process is stopped and goes on in the middle of a large message.
"""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path


class Program:
    """The other process, as this one sees it. ``does`` says what it is for, where it has to be said that it has ended."""

    def __init__(self, module: str, does: str) -> None:
        home = str(Path(__file__).parents[2])
        code = f"import sys; sys.path.insert(0, {home!r}); from {module} import serve; serve()"
        self.does = does
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._end = weakref.finalize(self, _stop, self.process)

    def send(self, what: bytes) -> None:
        """Hand over a message; returns at once but for the time that writing takes. Raises RuntimeError where the process has
        died."""
        try:
            assert self.process.stdin is not None
            send(self.process.stdin.fileno(), what)
        except (OSError, ValueError) as error:
            raise RuntimeError(self._ended()) from error

    def receive(self) -> bytes:
        """The next message, waited for. Raises RuntimeError where the process has died."""
        try:
            assert self.process.stdout is not None
            held = receive(self.process.stdout.fileno())
        except (OSError, ValueError) as error:
            raise RuntimeError(self._ended()) from error
        if held is None:
            raise RuntimeError(self._ended())
        return held

    def close(self) -> None:
        """End the process."""
        self._end()

    def _ended(self) -> str:
        return f"the process that {self.does} has ended (code {self.process.poll()})"


def _stop(process: subprocess.Popen[bytes]) -> None:
    # Ended first: another thread may still be reading, and is told so by the end of the pipe.
    process.terminate()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def asked_and_told() -> tuple[Iterator[bytes], int]:
    """In the other process: the messages that come in until the pipe is closed, and where answers go.

    Whatever else is printed goes to the messages of the program, not among the answers.
    """
    out = os.dup(1)
    os.dup2(2, 1)
    return iter(lambda: receive(0), None), out


def send(pipe: int, what: bytes) -> None:
    """Write a message."""
    for part in (len(what).to_bytes(8, "big"), what):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(pipe, rest) :]


def receive(pipe: int) -> bytes | None:
    """The next message; None where the other side has closed the pipe."""
    size = _read(pipe, 8)
    return None if size is None else _read(pipe, int.from_bytes(size, "big"))


AT_ONCE = 1 << 20


def _read(pipe: int, count: int) -> bytes | None:
    held = bytearray()
    while len(held) < count:
        part = os.read(pipe, min(AT_ONCE, count - len(held)))
        if not part:
            return None
        held += part
    return bytes(held)
