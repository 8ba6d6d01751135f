"""Many names read at once: what is said of letters is said of all of them together, in bytes.

The same as ``read_name`` of each. Names outside ASCII, and those with initials closed up by full stops, are read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from carveout.parties.letters import LIMIT
from carveout.parties.name import Name, name_of_words, parted, read_name

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _plain() -> bytes:
    """Every byte as it stands in a word: lower case, and a space for what is in none. A line ends a name."""
    table = bytearray(b" " * 256)
    for code in range(128):
        if chr(code).isalnum() or chr(code) == "\n":
            table[code] = ord(chr(code).lower())
    return bytes(table)


_PLAIN = _plain()
_IN_WORD = np.array([chr(code).isalnum() or chr(code) == "_" for code in range(128)] + [False] * 128, bool)
_DOT, _END, _ZERO, _NINE = b".\n09"


def read_names(raws: Sequence[str]) -> list[Name]:
    """The names, in their order. Raises ``NameTooLong``."""
    plain = [raw if raw.isascii() and "\n" not in raw and len(raw) <= LIMIT else "" for raw in raws]
    written = "\n".join(plain).encode("ascii").translate(None, b"'")
    lines = written.translate(_PLAIN).decode("ascii").split("\n")
    dotted, numbered = _marks(written)
    found: list[Name] = []
    for at, (raw, line) in enumerate(zip(raws, lines if raws else (), strict=True)):
        if not line or at in dotted:
            found.append(read_name(raw))
            continue
        words = line.split()
        found.append(name_of_words(raw, parted(words) if at in numbered else words))
    return found


def _marks(written: bytes) -> tuple[set[int], set[int]]:
    """(lines with a full stop between letters, lines with a digit)."""
    letters = np.frombuffer(written, np.uint8)
    stops = np.flatnonzero(letters == _DOT)
    stops = stops[(stops > 0) & (stops < len(letters) - 1)]
    stops = stops[_IN_WORD[letters[stops - 1]] & _IN_WORD[letters[stops + 1]]]
    digits = np.flatnonzero((letters >= _ZERO) & (letters <= _NINE))
    ends = np.flatnonzero(letters == _END)
    return _lines(stops, ends), _lines(digits, ends)


def _lines(places: NDArray[np.int64], ends: NDArray[np.int64]) -> set[int]:
    return set(np.searchsorted(ends, places).tolist())
