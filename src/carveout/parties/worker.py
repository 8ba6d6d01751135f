"""A second process that looks names up beside this one, for many names at once.

It reads the index from a folder, takes names as JSON and gives matches as columns of numbers: nothing that is read is
ever run.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from carveout.parties import index_file
from carveout.parties.found import packed
from carveout.parties.letters import NameTooLong
from carveout.parties.name_index import NameIndex
from carveout.parties.program import Program, asked_and_told, send
from carveout.parties.reach import Reach
from carveout.parties.search_settings import SearchSettings
from carveout.parties.settings import Kind, Settings

Named = tuple[str, Kind]


class Worker:
    """The other process, as this one sees it: names go in with :meth:`ask`, matches come out with :meth:`answer`."""

    def __init__(self, folder: Path, settings: SearchSettings) -> None:
        self.program = Program(__name__, "looks names up")
        self.program.send(orjson.dumps({"folder": str(folder), "settings": asdict(settings)}))

    def ask(self, named: Sequence[Named]) -> None:
        """Hand over names; returns at once but for the time that writing takes. Raises RuntimeError where the process has died."""
        self.program.send(orjson.dumps(named))

    def answer(self) -> bytes:
        """The matches of the names handed over, in their order, as :func:`carveout.parties.found.packed` makes bytes of them.

        Nothing where one of the names cannot be read. Raises RuntimeError where the process has died.
        """
        return self.program.receive()

    def close(self) -> None:
        """End the process."""
        self.program.close()


def settings_of(held: dict[str, Any]) -> SearchSettings:
    """Settings from what :func:`dataclasses.asdict` made of them."""
    scorer: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in held["scorer"].items()
    }
    return SearchSettings(**{**held, "reach": Reach(**held["reach"]), "scorer": Settings(**scorer)})


def serve() -> None:
    """Answer until the other side closes the pipe."""
    named, out = asked_and_told()
    begun = orjson.loads(next(named))
    _, arrays, texts = index_file.read(Path(begun["folder"]))
    index = NameIndex(texts["names"], texts["kinds"], settings_of(begun["settings"]), (arrays, texts))
    del arrays, texts
    # Nothing here makes cycles, and looking for them costs a tenth of the time.
    gc.freeze()
    gc.disable()
    for asked in named:
        try:
            found = packed(index.find(orjson.loads(asked)))
        except NameTooLong:
            found = b""
        send(out, found)
