"""The two equations the whole engine comes from, written once over an abstract algebra of truth.

    engaged(p) = in_force(p) and all(conditions(p)) and not any(holds(c) for c that carves p out)
    holds(p)   = engaged(p) and not any(holds(q) for q that lifts, limits or suspends p)

A definition that holds makes its fact true; a duty is engaged only while something it attaches to holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
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
            if node.carved_by or node.attached_to:
                truth = _engaged(node, truth, holds, algebra)
            engaged.append(truth)
            holds.append(algebra.but_not(truth, holds, node.defeated_by) if node.defeated_by else truth)
        if node.completes and not (before is not None and _same(before, found, node.siblings)):
            algebra.define(node.provision.defines, algebra.either(holds, node.siblings))
    return found


def settle_again(
    nodes: Sequence[Node],
    algebra: Algebra[T],
    before: Solution[T],
    moved: dict[int, T],
    resting: Sequence[Sequence[int]],
    redefine: Callable[[str, T], Iterable[int]],
) -> Solution[T]:
    """Solve again only the provisions whose own text has ``moved`` (to which truth), and those that rest on them, in their
    order.

    ``resting`` gives per provision those that rest on whether it holds. ``redefine`` takes what the definitions of a fact
    now compute, and gives the provisions whose text may have moved with it. The solution ``before`` is left as it is.
    """
    texts, engaged, holds = before.texts.copy(), before.engaged.copy(), before.holds.copy()
    waiting = list(moved)
    heapify(waiting)
    asked = set[int]()
    last = -1
    while waiting:
        index = heappop(waiting)
        if index == last:
            continue
        last, node = index, nodes[index]
        if index in asked:
            texts[index] = algebra.text(node)
        elif index in moved:
            texts[index] = moved[index]
        truth = texts[index]
        if node.carved_by or node.attached_to:
            truth = _engaged(node, truth, holds, algebra)
        engaged[index] = truth
        if node.defeated_by:
            truth = algebra.but_not(truth, holds, node.defeated_by)
        if truth is not holds[index]:
            holds[index] = truth
            for other in resting[index]:
                if other != index:
                    heappush(waiting, other)
        if node.completes:
            for other in redefine(node.provision.defines, algebra.either(holds, node.siblings)):
                asked.add(other)
                heappush(waiting, other)
    return Solution(texts, engaged, holds)


def _engaged(node: Node, text: T, holds: Sequence[T], algebra: Algebra[T]) -> T:
    """The first equation: what the text says, unless it is carved out, or what it attaches to does not hold."""
    if node.carved_by:
        text = algebra.but_not(text, holds, node.carved_by)
    if node.attached_to:
        text = algebra.both(text, algebra.either(holds, node.attached_to))
    return text


def _same(before: Solution[T], found: Solution[T], which: Sequence[int]) -> bool:
    """Whether the same truths hold as before at some positions."""
    return all(found.holds[index] is before.holds[index] for index in which)
