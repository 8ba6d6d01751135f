"""A search kept in a folder: arrays as ``.npz``, texts and parties as JSON, and a key that says what all were made from.

Nothing in the folder is code. An index made from other names, by other rules of normalizing, or under other settings
is refused, because its answers would not be those of the program that reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import orjson

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "4"
ARRAYS, PARTIES, TEXTS = "arrays.npz", "parties.json", "texts.json"


class StaleIndex(ValueError):
    """A kept index that is not of this program and these names; build it anew."""


def key_of(names: Iterable[str], *rules: str) -> str:
    """SHA-256 of the names in their order and of the rules that they were read by."""
    texts = (FORMAT, *rules, *names)
    made = hashlib.sha256(",".join([str(len(text)) for text in texts]).encode("ascii"))
    made.update("".join(texts).encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def write(
    folder: Path,
    key: str,
    arrays: Mapping[str, NDArray[Any]],
    texts: Mapping[str, Any],
    parties: Sequence[Sequence[Any]],
) -> None:
    """Write an index and its parties; the texts, which hold the key, come last, so that half an index is none."""
    import numpy as np

    folder.mkdir(parents=True, exist_ok=True)
    (folder / TEXTS).unlink(missing_ok=True)
    stamp = np.frombuffer(key.encode("ascii"), np.uint8)
    with (folder / ARRAYS).open("wb") as file:
        np.savez(file, allow_pickle=False, key=stamp, **arrays)
    (folder / PARTIES).write_bytes(orjson.dumps({"key": key, "parties": parties}))
    kept = folder / (TEXTS + ".new")
    kept.write_bytes(orjson.dumps({"key": key, **texts}))
    kept.replace(folder / TEXTS)


def read_parties(folder: Path) -> tuple[str, list[list[Any]]]:
    """(key, parties) of a kept index; those who only look names up need no parties. Raises StaleIndex."""
    try:
        held = orjson.loads((folder / PARTIES).read_bytes())
        return held["key"], held["parties"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StaleIndex(f"{folder} holds no parties: {error}") from error


def read(folder: Path) -> tuple[str, dict[str, NDArray[Any]], dict[str, Any]]:
    """(key, arrays, texts) of a kept index. Raises StaleIndex where there is none, or only half of one."""
    import numpy as np

    try:
        texts = orjson.loads((folder / TEXTS).read_bytes())
        with np.load(folder / ARRAYS, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        key = texts.pop("key")
        stamp = arrays.pop("key").tobytes().decode("ascii")
    except (OSError, ValueError, KeyError, AttributeError, EOFError, BadZipFile) as error:
        raise StaleIndex(f"{folder} holds no whole index: {error}") from error
    if key != stamp:
        raise StaleIndex(f"{folder}: arrays and texts are not of the same index")
    return key, arrays, texts
