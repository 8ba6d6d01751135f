"""A second process that looks names up beside this one, for many names at once.

It is started as a program of its own (no fork, no guard in the caller's script), reads the index from a folder, and
takes names as JSON and gives matches as columns of numbers through its pipes: nothing that is read is ever run.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import orjson

from carveout.parties import index_file
from carveout.parties.found import packed
from carveout.parties.letters import NameTooLong
from carveout.parties.name_index import NameIndex
from carveout.parties.reach import Reach
from carveout.parties.search_settings import SearchSettings
from carveout.parties.settings import Kind, Settings

Named = tuple[str, Kind]


class Worker:
    """The other process, as this one sees it: names go in with :meth:`ask`, matches come out with :meth:`answer`."""

    def __init__(self, folder: Path, settings: SearchSettings) -> None:
        home = str(Path(__file__).parents[2])
        code = f"import sys; sys.path.insert(0, {home!r}); from carveout.parties.worker import serve; serve()"
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.into, self.out = self.process.stdin, self.process.stdout
        self._end = weakref.finalize(self, _stop, self.process)
        self._send({"folder": str(folder), "settings": asdict(settings)})

    def ask(self, named: Sequence[Named]) -> None:
        """Hand over names; returns at once but for the time that writing takes."""
        self._send(named)

    def answer(self) -> bytes:
        """The matches of the names handed over, in their order, as :func:`carveout.parties.found.packed` makes bytes of them.

        Nothing where one of the names cannot be read. Raises RuntimeError where the process has died.
        """
        held = _receive(self.out) if self.out else None
        if held is None:
            raise RuntimeError(f"the process that looked names up has ended (code {self.process.poll()})")
        return held

    def close(self) -> None:
        """End the process."""
        self._end()

    def _send(self, what: Any) -> None:
        if self.into is None:
            raise RuntimeError("the process that looks names up has no way in")
        try:
            _send(self.into, orjson.dumps(what))
        except BrokenPipeError as error:
            raise RuntimeError(f"the process that looks names up has ended (code {self.process.poll()})") from error


def _stop(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    process.terminate()
    process.wait()


def _send(pipe: IO[bytes], what: bytes) -> None:
    pipe.write(len(what).to_bytes(8, "big"))
    pipe.write(what)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    """The next message; None where the other side has closed the pipe."""
    size = pipe.read(8)
    if len(size) < 8:
        return None
    length = int.from_bytes(size, "big")
    held = pipe.read(length)
    return held if len(held) == length else None


def settings_of(held: dict[str, Any]) -> SearchSettings:
    """Settings from what :func:`dataclasses.asdict` made of them."""
    scorer: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in held["scorer"].items()
    }
    return SearchSettings(**{**held, "reach": Reach(**held["reach"]), "scorer": Settings(**scorer)})


def serve() -> None:
    """Answer until the other side closes the pipe."""
    into, out = sys.stdin.buffer, sys.stdout.buffer
    begun = orjson.loads(_receive(into) or b"{}")
    _, arrays, texts = index_file.read(Path(begun["folder"]))
    index = NameIndex(texts["names"], texts["kinds"], settings_of(begun["settings"]), (arrays, texts))
    del arrays, texts
    # Nothing here makes cycles, and looking for them costs a tenth of the time.
    gc.freeze()
    gc.disable()
    while (asked := _receive(into)) is not None:
        try:
            found = packed(index.find(orjson.loads(asked)))
        except NameTooLong:
            found = b""
        _send(out, found)
