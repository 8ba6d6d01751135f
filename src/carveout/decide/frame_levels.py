"""Outcomes over bit planes: for each level of the scale, the rows that reach it at least, and at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.outcome import LEVELS, Outcome
from carveout.decide.planes import Bits, Planes, unpack
from carveout.law.provision import Kind


@dataclass(frozen=True, slots=True)
class Levels:
    """``least[k]`` are the rows whose lower end is at level k or above, ``most[k]`` those whose upper end is."""

    least: tuple[Bits, ...]
    most: tuple[Bits, ...]

    def differs(self, other: Levels) -> Bits:
        """Rows whose interval is not the same."""
        found = self.least[0] ^ other.least[0]
        for mine, theirs in zip((*self.least, *self.most), (*other.least, *other.most), strict=True):
            found = found | (mine ^ theirs)
        return found

    def lower(self, rows: int) -> npt.NDArray[np.uint8]:
        """The lower end per row, as a number on the scale."""
        return _total(self.least, rows)

    def upper(self, rows: int) -> npt.NDArray[np.uint8]:
        """The upper end per row."""
        return _total(self.most, rows)


def _total(planes: Sequence[Bits], rows: int) -> npt.NDArray[np.uint8]:
    found = np.zeros(rows, np.uint8)
    for bits in planes[1:]:
        found += unpack(bits, rows)
    return found


def levels(frame: Frame, solution: Solution[Planes], regime: str) -> Levels:
    """The levels of one unit in one regime (see :func:`carveout.decide.outcome.roll_up`)."""
    kinds = frame.network.by_kind[regime]
    none = np.zeros(frame.size, np.uint8)
    reached: dict[Outcome, tuple[Bits, Bits]] = {}
    for outcome, kind in LEVELS:
        must, may = none, none
        for node in kinds.get(kind, ()) if kind else ():
            must, may = must | solution.holds[node.index][0], may | solution.holds[node.index][1]
        reached[outcome] = (must, may)
    must, may = none, none
    for node in kinds.get(Kind.requirement, ()):
        must, may = must | solution.engaged[node.index][0], may | solution.engaged[node.index][1]
    reached[Outcome.authorized] = (must, may)
    reached[Outcome.no_license_required] = frame.fact(frame.view.corpus.regimes[regime].subject)
    least, most = [none] * 6, [none] * 6
    above_least, above_most = none, none
    for outcome in reversed(Outcome):
        if outcome is Outcome.not_subject:
            continue
        must, may = reached[outcome]
        above_least, above_most = above_least | must, above_most | may
        least[outcome], most[outcome] = above_least, above_most
    least[0] = most[0] = np.full(frame.size, 255, np.uint8)
    return Levels(tuple(least), tuple(most))


def together(several: Sequence[Levels]) -> Levels:
    """The worst of several units or regimes, end by end."""
    if len(several) == 1:
        return several[0]
    least = tuple(_union([s.least[k] for s in several]) for k in range(6))
    most = tuple(_union([s.most[k] for s in several]) for k in range(6))
    return Levels(least, most)


def _union(planes: Sequence[Bits]) -> Bits:
    found = planes[0]
    for bits in planes[1:]:
        found = found | bits
    return found
