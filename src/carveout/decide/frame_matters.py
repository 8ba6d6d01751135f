"""Which facts matter to a block, as places among all facts: the backward pass, told as what a person can answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from carveout.decide.bit_table import MaskPlanes
from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_inquiry import FrameInquiry
from carveout.decide.frame_levels import Levels
from carveout.decide.planes import Bits, Planes
from carveout.facts.schema import schema
from carveout.law.owners import OF_OWNERS


class FrameMatters:
    """The facts that matter over the units of each row.

    ``asks`` are the facts that the party facts of a unit stand for, ``owners`` those for the facts about its owners, ``roles`` the facts of roles that a default put
    aside (asked in place of the country of the role); ``places`` says where each fact has its bit.
    """

    def __init__(
        self, frames: Sequence[Frame], solutions: Sequence[Solution[Planes]], asks: Sequence[MaskPlanes],
        owners: Sequence[MaskPlanes], roles: MaskPlanes, places: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.units = list(zip(frames, solutions, asks, owners, strict=True))
        self.roles = roles
        self.places = places

    def of(self, regime: str, own: Sequence[Levels], floor: Levels) -> dict[int, Bits]:
        """Rows by the place of the fact that matters in them; ``own`` are the levels of the units, ``floor`` of the row."""
        found: dict[int, Bits] = {}
        for (frame, solution, ask, owners), mine in zip(self.units, own, strict=True):
            subject = frame.view.corpus.regimes[regime].subject
            facts = FrameInquiry(frame, solution).outcome(frame.network.by_kind[regime], floor, mine, subject)
            for place, bits in self._answerable(facts, ask, owners):
                found[place] = found[place] | bits if place in found else bits
        return found

    def _answerable(self, facts: Mapping[str, Bits], ask: MaskPlanes, owners: MaskPlanes) -> Iterable[tuple[int, Bits]]:
        party = [bits for name, bits in facts.items() if name.startswith("party_") and name not in OF_OWNERS]
        owned = [bits for name, bits in facts.items() if name in OF_OWNERS]
        for found, asked in ((party, ask), (owned, owners)):
            if found:
                touched = np.bitwise_or.reduce(found)
                yield from ((place, touched & asked.plane(place)) for place in asked.places)
        for fact, bits in facts.items():
            name = schema()[fact].asks or fact
            role = name.removesuffix("_country")
            if role != name and role in self.places:
                put_aside = self.roles.plane(self.places[role])
                yield self.places[role], bits & put_aside
                yield self.places[name], bits & ~put_aside
            elif not name.startswith("party_"):
                yield self.places[name], bits
