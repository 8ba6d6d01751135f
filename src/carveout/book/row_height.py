"""How high a row of a workbook has to be so that its wrapped texts are seen: no program is trusted to reckon it on opening."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LINE = 15.0
"""Points of a line of text in the font of a cell (11 points)."""

LATIN = 0.95
"""Width of a letter of running text, in digits."""

MOST_LINES = 12
"""Lines that a row shows at most; what is longer is read in the cell itself."""


def lines_in(text: str, width: float) -> int:
    """How many lines a text takes in a column, wrapped at its words; ``width`` is in digits of the font, as Excel counts."""
    return sum(_wrapped(line, width) for line in text.splitlines() or [""])


def _wrapped(line: str, width: float) -> int:
    count, used = 1, 0.0
    for word in line.split(" "):
        length = _length(word)
        if used and used + 1 + length > width:
            count, used = count + 1, 0.0
        over = int(length // width) if length > width else 0  # a word longer than the column is broken
        count, used = count + over, (used + 1 if used else 0.0) + length - over * width
    return count


def _length(word: str) -> float:
    """How wide a word is, in digits: letters of Latin are a little narrower on the whole, those of Chinese twice as wide."""
    if word.isascii():
        return LATIN * len(word)
    return sum(2.0 if unicodedata.east_asian_width(letter) in "WF" else LATIN for letter in word)


def height_of(texts: Iterable[tuple[str, float]]) -> float | None:
    """The height of a row with these texts in columns of these widths, in points; None where one line is enough."""
    most = max((lines_in(text, width) for text, width in texts if len(text) > width / 2 or "\n" in text), default=1)
    return LINE * min(most, MOST_LINES) if most > 1 else None
