"""Scores of given pairs of names, for calibration: every row gives one answer, in order, none dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypedDict

from carveout.parties.letters import NameTooLong
from carveout.parties.name import read_name
from carveout.parties.score import Score, kind_of, score


class ScoredPair(TypedDict):
    """A pair as ``screen --pairs`` prints it."""

    name1: str
    name2: str
    score: float
    match: bool


def score_pairs(rows: Iterable[Mapping[str, object]]) -> Iterator[ScoredPair]:
    """The score of each row's ``name1`` against ``name2``; ``schema`` (optional) says what kind of party they are.

    A row without a name, or with one too long to be a name, scores 0 and is no match.
    """
    for row in rows:
        one, other = _text(row.get("name1")), _text(row.get("name2"))
        try:
            found = score(read_name(one), read_name(other), kind=kind_of(_text(row.get("schema"))))
        except NameTooLong:
            found = Score(0.0, False, 0.0)
        yield {"name1": one, "name2": other, "score": round(found.value, 6), "match": found.match}


def _text(value: object) -> str:
    return "" if value is None else str(value)
