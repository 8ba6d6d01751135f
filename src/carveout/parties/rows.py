"""Which rows bear a text. Most texts stand in one row, so that only the others have a list of their own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np


class Rows:
    """Rows by text. ``texts`` may be several columns, one after the other, of ``height`` rows each; empty texts find nothing."""

    def __init__(self, texts: Sequence[str], height: int) -> None:
        self.first = dict(zip(reversed(texts), range(len(texts) - 1, -1, -1), strict=True))
        self.first.pop("", None)
        self.height = height
        self.several: dict[str, list[int]] = {}
        first = np.fromiter(map(self.first.get, texts, repeat(-1)), np.int64, len(texts))
        for place in np.flatnonzero((first >= 0) & (first != np.arange(len(texts)))).tolist():
            text = texts[place]
            self.several.setdefault(text, [self.first[text] % height]).append(place % height)

    def find(self, text: str) -> Sequence[int]:
        """The rows that bear it, column by column; a row may come twice."""
        place = self.first.get(text)
        if place is None:
            return ()
        return self.several.get(text) or (place % self.height,)
