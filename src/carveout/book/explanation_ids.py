"""Explanation ids of many rows: computed once per distinct combination of provision vectors and outcome."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.book.coded_texts import mixed
from carveout.decide.explanation import identify
from carveout.decide.frame_answer import BlockAnswer
from carveout.decide.outcome import Interval, Outcome
from carveout.law.view import View


class ExplanationIds:
    """Remembers the ids it has made, from batch to batch."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._known: dict[bytes, str] = {}

    def of(self, answer: BlockAnswer) -> npt.NDArray[Any]:
        """The id of each row (see :func:`carveout.decide.explanation.explanation_id`)."""
        parts = [np.ascontiguousarray(vector.T) for vector in answer.vectors]
        key = np.concatenate([*parts, answer.lower[:, None], answer.upper[:, None]], axis=1)
        _, firsts, places = np.unique(mixed(key), return_index=True, return_inverse=True)
        width = parts[0].shape[1]
        ids = []
        for row in firsts:
            body = key[row].tobytes()
            if body not in self._known:
                vectors = [key[row, n * width : (n + 1) * width].tobytes() for n in range(len(parts))]
                overall = Interval(Outcome(int(answer.lower[row])), Outcome(int(answer.upper[row])))
                self._known[body] = identify(self.view.hash, str(overall), vectors)
            ids.append(self._known[body])
        return np.asarray(ids, dtype="S16")[places]
