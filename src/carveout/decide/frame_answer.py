"""The full answer over a block of rows: what the table of results holds, per regime, as arrays and masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from carveout.decide.bit_table import MaskPlanes, Words, masks_of, packed
from carveout.decide.equation import Solution
from carveout.decide.frame import Frame
from carveout.decide.frame_horizon import FrameHorizon, Relied, Sweep
from carveout.decide.frame_inquiry import unknown
from carveout.decide.frame_levels import Levels, levels, together
from carveout.decide.frame_matters import FrameMatters
from carveout.decide.frame_support import FrameSupport
from carveout.decide.missing import in_order
from carveout.decide.network import Network
from carveout.decide.planes import Bits, Codes, Column, Planes, unpack
from carveout.facts.schema import schema
from carveout.law.provision import Kind
from carveout.law.view import View

Masks: TypeAlias = Words
"""Sets of facts, rows x :func:`fact_words`; bit n is the n-th fact in the order in which facts are asked."""


@cache
def fact_order() -> tuple[str, ...]:
    """All facts in the order in which they are worth asking: the bits of the masks."""
    return tuple(in_order(fact.name for fact in schema()))


@cache
def fact_words() -> int:
    """Words of 64 bits that a set of facts takes."""
    return -(-len(fact_order()) // 64)


@dataclass
class UnitColumns:
    """The facts of one unit of every row, how well its listing is held, and what to ask about its party.

    ``ask`` and, for those about owners, ``ask_owners`` are the facts that party facts stand for (rows x words); ``policy`` the code of the entry's license
    review policy on the day of the act (0: none).
    """

    columns: Mapping[str, Column]
    grade: npt.NDArray[np.uint8]
    ask: Masks
    policy: npt.NDArray[np.uint8]
    ask_owners: Masks


@dataclass
class BlockFacts:
    """A block of rows with the same number of units: what the answer is computed from.

    ``undone`` are the units with every default taken back, ``changed`` the facts in which they differ; ``assumed``
    the defaults that were taken, ``stated`` conclusions about parties that the row itself supplied; ``roles`` the
    facts of roles that a default put aside.
    """

    rows: int
    on: npt.NDArray[np.int32]
    units: Sequence[UnitColumns]
    undone: Sequence[UnitColumns]
    changed: frozenset[str]
    assumed: Masks
    stated: Masks
    roles: Masks
    supplied: Mapping[str, Codes] = field(default_factory=dict)


@dataclass
class RegimeColumns:
    """One regime's answer, per row."""

    lower: npt.NDArray[np.uint8]
    upper: npt.NDArray[np.uint8]
    changes: npt.NDArray[np.int32]
    through: npt.NDArray[np.int32]
    authorizations: Masks
    outstanding: npt.NDArray[np.bool_]
    matters: Masks
    assumed: Masks
    evidence: npt.NDArray[np.uint8]
    policy: npt.NDArray[np.uint8]


@dataclass
class BlockAnswer:
    """The answer of a block: per regime, overall, what leaves rules open, and the provision vectors of its units."""

    regimes: dict[str, RegimeColumns]
    lower: npt.NDArray[np.uint8]
    upper: npt.NDArray[np.uint8]
    left_open: npt.NDArray[np.bool_]
    vectors: list[npt.NDArray[np.uint8]]


def judge(frames: Sequence[Frame], solutions: Sequence[Solution[Planes]]) -> dict[str, Levels]:
    """Levels per regime over the units of each row, and overall."""
    found = {r: together(_levels(frames, solutions, r)) for r in frames[0].view.corpus.regimes}
    found["overall"] = together(list(found.values()))
    return found


def _levels(frames: Sequence[Frame], solutions: Sequence[Solution[Planes]], regime: str) -> list[Levels]:
    return [levels(f, s, regime) for f, s in zip(frames, solutions, strict=True)]


def frames_of(view: View, block: BlockFacts) -> list[Frame]:
    """The units of a block as frames; they differ in what their parties are."""
    found: list[Frame] = []
    for unit in block.units:
        like = found[0] if found else None
        days = found[0].days if found else block.on
        found.append(Frame(view, block.rows, unit.columns, days, block.supplied, like, PARTY_FACTS))
    return found


def outcome_of(view: View, block: BlockFacts) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Only the overall interval of a block: (at least, at most) as numbers on the scale."""
    frames = frames_of(view, block)
    found = judge(frames, [frame.solve() for frame in frames])["overall"]
    return found.lower(block.rows), found.upper(block.rows)


class BlockSolver:
    """Everything about one block."""

    def __init__(self, view: View, block: BlockFacts) -> None:
        self.view = view
        self.block = block
        self.frames = frames_of(view, block)
        self.network: Network = self.frames[0].network
        self.solutions = [frame.solve() for frame in self.frames]
        self.supports = [
            FrameSupport(frame, solution, unit.grade)
            for frame, solution, unit in zip(self.frames, self.solutions, block.units, strict=True)
        ]
        self.places = {name: place for place, name in enumerate(fact_order())}

    def answer(self) -> BlockAnswer:
        """The full answer."""
        rows, regimes = self.block.rows, self.view.corpus.regimes
        own = {r: _levels(self.frames, self.solutions, r) for r in regimes}
        start = {r: together(own[r]) for r in regimes}
        start["overall"] = together(list(start.values()))
        matters = self._matters(self.frames, self.solutions, self.block.units)
        undone_frames = self._undone()
        undone_solutions = [frame.solve() for frame in undone_frames]
        undone = self._matters(undone_frames, undone_solutions, self.block.undone)
        assumed = MaskPlanes(self.block.assumed)
        found = {}
        for regime in regimes:
            asked = matters.of(regime, own[regime], start[regime])
            floors = _levels(undone_frames, undone_solutions, regime)
            again = undone.of(regime, floors, together(floors))
            carried = {place: bits & assumed.plane(place) for place, bits in again.items() if place in assumed.places}
            asked |= {place: asked[place] | bits if place in asked else bits for place, bits in carried.items()}
            authorizations = self._authorizations(regime, start[regime])
            found[regime] = RegimeColumns(
                lower=start[regime].lower(rows), upper=start[regime].upper(rows),
                changes=np.empty(0, np.int32), through=np.empty(0, np.int32),
                authorizations=self._mask(authorizations), outstanding=self._outstanding(authorizations),
                matters=masks_of(asked, rows, fact_words()), assumed=masks_of(carried, rows, fact_words()) | self.block.stated,
                evidence=self._evidence(regime, own[regime]), policy=self._policy(regime),
            )  # fmt: skip
        left_open = self._left_open()
        vectors = [self._vector(solution) for solution in self.solutions]
        relied = [self._relied(f, s) for f, s in zip(self.frames, self.solutions, strict=True)]
        horizon: FrameHorizon = Sweep(self.frames, self.block.on, judge, start, relied).run()
        for regime, columns in found.items():
            columns.changes, columns.through = horizon.changes[regime], horizon.through
        overall = start["overall"]
        return BlockAnswer(found, overall.lower(rows), overall.upper(rows), left_open, vectors)

    def _undone(self) -> list[Frame]:
        """The frames of the units with every default taken back."""
        first = self.frames[0]
        changed = self.block.changed | PARTY_FACTS
        return [
            Frame(self.view, self.block.rows, unit.columns, first.days, self.block.supplied, first, changed)
            for unit in self.block.undone
        ]

    def _matters(
        self, frames: Sequence[Frame], solutions: Sequence[Solution[Planes]], units: Sequence[UnitColumns]
    ) -> FrameMatters:
        return FrameMatters(
            frames,
            solutions,
            [MaskPlanes(unit.ask) for unit in units],
            [MaskPlanes(unit.ask_owners) for unit in units],
            MaskPlanes(self.block.roles),
            self.places,
        )

    def _relied(self, frame: Frame, solution: Solution[Planes]) -> Relied:
        """What each row of a unit relies on at the start: authorizations by requirement, firm or loose."""
        found = Relied()
        for regime in self.view.corpus.regimes:
            for node in self.network.by_kind[regime].get(Kind.requirement, ()):
                lifted = solution.engaged[node.index][1] & ~solution.holds[node.index][0]
                if not lifted.any():
                    continue
                for index in node.defeated_by:
                    if self.network.nodes[index].provision.kind is not Kind.authorization:
                        continue
                    must, may = solution.holds[index]
                    member = lifted & may
                    if not unpack(member, self.block.rows).any():
                        continue
                    found.groups.setdefault(node.index, {})[index] = member
                    found.firm[index] = found.firm.get(index, np.zeros(frame.size, np.uint8)) | (member & must)
                    found.loose[index] = found.loose.get(index, np.zeros(frame.size, np.uint8)) | (member & ~must)
        return found

    def _authorizations(self, regime: str, start: Levels) -> dict[int, Bits]:
        """The authorizations relied on or that may be, where the answer is or may be free."""
        free = ~start.most[4]
        open_ended: Bits = np.zeros_like(free)
        for least, most in zip(start.least, start.most, strict=True):
            open_ended = open_ended | (least ^ most)
        found: dict[int, Bits] = {}
        for solution in self.solutions:
            for node in self.network.by_kind[regime].get(Kind.requirement, ()):
                lifted = solution.engaged[node.index][1] & ~solution.holds[node.index][0] & (free | open_ended)
                for index in node.defeated_by if lifted.any() else ():
                    if self.network.nodes[index].provision.kind is Kind.authorization:
                        bits = lifted & solution.holds[index][1]
                        found[index] = found[index] | bits if index in found else bits
        return found

    def _mask(self, authorizations: Mapping[int, Bits]) -> Masks:
        order = {index: place for place, index in enumerate(authorization_order(self.network))}
        planes = {order[index]: bits for index, bits in authorizations.items()}
        return masks_of(planes, self.block.rows, -(-max(len(order), 1) // 64))

    def _outstanding(self, authorizations: Mapping[int, Bits]) -> npt.NDArray[np.bool_]:
        """Rows with a limitation of what is relied on that is neither met nor failed."""
        found = np.zeros(self.frames[0].size, np.uint8)
        for index, rows in authorizations.items():
            for limit in self.network.nodes[index].defeated_by:
                node = self.network.nodes[limit]
                if node.provision.kind is not Kind.limitation:
                    continue
                for frame, solution in zip(self.frames, self.solutions, strict=True):
                    for step in node.steps:
                        active = frame.active(step)
                        if active is False:
                            continue
                        inside = rows if active is True else rows & active
                        found = found | (inside & solution.engaged[index][1] & unknown(solution.holds[limit]))
        return unpack(found, self.block.rows).astype(bool)

    def _evidence(self, regime: str, own: Sequence[Levels]) -> npt.NDArray[np.uint8]:
        kinds, subject = self.network.by_kind[regime], self.view.corpus.regimes[regime].subject
        found = np.zeros(self.block.rows, np.uint8)
        for support, mine in zip(self.supports, own, strict=True):
            planes = support.outcome(kinds, mine, subject)
            grade = sum((unpack(bits, self.block.rows) for bits in planes), np.zeros(self.block.rows, np.uint8))
            found = np.maximum(found, grade)
        return found

    def _policy(self, regime: str) -> npt.NDArray[np.uint8]:
        """The review policy of the first unit whose party is or may be listed and that a requirement touches."""
        found = np.zeros(self.block.rows, np.uint8)
        for solution, unit in zip(self.solutions, self.block.units, strict=True):
            touched = np.zeros(self.frames[0].size, np.uint8)
            for node in self.network.by_kind[regime].get(Kind.requirement, ()):
                touched = touched | solution.engaged[node.index][1]
            rows = unpack(touched, self.block.rows).astype(bool) & (found == 0)
            found[rows] = unit.policy[rows]
        return found

    def _left_open(self) -> npt.NDArray[np.bool_]:
        found = np.zeros(self.frames[0].size, np.uint8)
        for rule in self.view.corpus.not_encoded:
            for frame in self.frames if rule.when is not None else ():
                assert rule.when is not None
                found = found | frame.tree(rule.when)[1]
        return unpack(found, self.block.rows).astype(bool)

    def _vector(self, solution: Solution[Planes]) -> npt.NDArray[np.uint8]:
        """The provision vector per row as bytes: must and may of engaged and of holds, node by node, packed."""
        planes = [bits for truths in (solution.engaged, solution.holds) for truth in truths for bits in truth]
        return packed(planes, self.block.rows)


PARTY_FACTS = frozenset(fact.name for fact in schema() if fact.kind == "party")


def authorization_order(network: Network) -> tuple[int, ...]:
    """Positions of the authorizations, by id: the bits of their masks."""
    nodes = [node for node in network.nodes if node.provision.kind is Kind.authorization]
    return tuple(node.index for node in sorted(nodes, key=lambda n: n.provision.id))
