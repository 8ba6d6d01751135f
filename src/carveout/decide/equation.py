"""The two equations the whole engine comes from, written once over an abstract algebra of truth.

    engaged(p) = in_force(p) and all(conditions(p)) and not any(holds(c) for c that carves p out)
    holds(p)   = engaged(p) and not any(holds(q) for q that lifts, limits or suspends p)

A definition that holds makes its fact true; a duty is engaged only while something it attaches to holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from carveout.decide.network import Node

T = TypeVar("T")


class Algebra(Protocol[T]):
    """What the equations need: Kleene's operations, and the truth of a provision's own text."""

    def text(self, node: Node) -> T:
        """Whether the provision is in force and all its conditions hold."""
        ...

    def either(self, holds: Sequence[T], which: Sequence[int]) -> T:
        """Disjunction of the truths at these positions; false of none."""
        ...

    def but_not(self, truth: T, holds: Sequence[T], against: Sequence[int]) -> T:
        """The truth, and none of those at the positions against it."""
        ...

    def both(self, left: T, right: T) -> T:
        """Conjunction."""
        ...

    def define(self, fact: str, truth: T) -> None:
        """The fact that definitions computed."""
        ...


@dataclass(slots=True)
class Solution(Generic[T]):
    """The own text, ``engaged`` and ``holds`` of every provision, by position in the network."""

    texts: list[T]
    engaged: list[T]
    holds: list[T]


def settle(nodes: Sequence[Node], algebra: Algebra[T], before: Solution[T] | None = None) -> Solution[T]:
    """Solve the equations for all provisions, defeaters before what they defeat (the nodes are so ordered).

    Given the solution ``before`` the algebra moved to another day, what rests on the very same truths is kept.
    """
    found: Solution[T] = Solution([], [], [])
    texts, engaged, holds = found.texts, found.engaged, found.holds
    for node in nodes:
        truth = algebra.text(node)
        texts.append(truth)
        if before is not None and truth is before.texts[node.index] and _same(before, found, node.reads):
            engaged.append(before.engaged[node.index])
            holds.append(before.holds[node.index])
        else:
            if node.carved_by:
                truth = algebra.but_not(truth, holds, node.carved_by)
            if node.attached_to:
                truth = algebra.both(truth, algebra.either(holds, node.attached_to))
            engaged.append(truth)
            if node.defeated_by:
                truth = algebra.but_not(truth, holds, node.defeated_by)
            holds.append(truth)
        if node.completes and not (before is not None and _same(before, found, node.siblings)):
            algebra.define(node.provision.defines, algebra.either(holds, node.siblings))
    return found


def _same(before: Solution[T], found: Solution[T], which: Sequence[int]) -> bool:
    """Whether the same truths hold as before at some positions."""
    return all(found.holds[index] is before.holds[index] for index in which)
