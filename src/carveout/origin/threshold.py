"""The de minimis level for a destination and a day, as the law of the corpus states it, and the families without one.

Nothing is copied: the levels, the group and the families are read out of the conditions of 734.4(a), (c) and (d).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from carveout.facts.value import FALSE, TRUE, Truth
from carveout.law.condition import Compare, Like, Member, leaves, like_pattern
from carveout.law.evidence import Evidence, weakest
from carveout.law.provision import Text
from carveout.law.view import View
from carveout.origin.error import OriginError

TEN, TWENTY_FIVE, FAMILIES = "ear/734.4/c", "ear/734.4/d", "ear/734.4/a"
CONTENT = "us_controlled_content_pct"
MAJOR, MINOR = "D:5", "de-minimis:y"
"""Sets of destinations toward which 600-series and 9x515 content counts at any level: of .a to .x, and of .y (734.4(a)(6))."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """The level in percent: content above it makes the item subject, content equal to it is de minimis.

    ``high`` differs from ``low`` where it is in doubt whether the destination is in the group with the lower level.
    """

    low: float
    high: float
    why: str
    citation: str
    evidence: Evidence


def _texts(view: View, provision: str, on: date) -> list[Text]:
    held = view.provisions.get(provision)
    stretch = held.at(on) if held else None
    texts = [reading.text for reading in stretch.readings if reading] if stretch else []
    if not texts:
        raise OriginError(f"the law says nothing of {provision} on {on}; ask about a day it covers")
    return texts


def _leaves(texts: Iterable[Text]) -> Iterator[Compare | Member | Like]:
    for text in texts:
        for condition in text.conditions:
            for node in condition.readings:
                for leaf in leaves(node):
                    if isinstance(leaf, (Compare, Member, Like)):
                        yield leaf


def _level(view: View, provision: str, on: date) -> float:
    found = {
        leaf.value
        for leaf in _leaves(_texts(view, provision, on))
        if isinstance(leaf, Compare) and leaf.fact == CONTENT and leaf.op == ">"
    }
    level = next(iter(found)) if len(found) == 1 else None
    if not isinstance(level, float):
        raise OriginError(f"{provision} states no single level of {CONTENT} on {on}")
    return level


def threshold(view: View, destination: str, on: date) -> Threshold:
    """The level for a destination on a day (15 CFR 734.4(c) and (d)).

    Raises:
        OriginError: the law states none for that day.
    """
    high, low = _level(view, TWENTY_FIVE, on), _level(view, TEN, on)
    groups = {leaf.group for leaf in _leaves(_texts(view, TEN, on)) if isinstance(leaf, Member) and leaf.group}
    within = FALSE
    for group in groups:
        within |= view.groups[group].contains(destination, on)
    grade = weakest(text.evidence for text in (*_texts(view, TEN, on), *_texts(view, TWENTY_FIVE, on)))
    named = " and ".join(f"Country Group {group}" for group in sorted(groups))
    if within == TRUE:
        return Threshold(low, low, f"{destination} is in {named}", "15 CFR 734.4(c)", grade)
    if within == FALSE:
        return Threshold(high, high, f"{destination} is not in {named}", "15 CFR 734.4(d)", grade)
    return Threshold(low, high, f"whether {destination} is in {named} is in doubt", "15 CFR 734.4(c), (d)", grade)


def may_be_in_a_family(view: View, eccn: str, on: date) -> bool:
    """Whether the classification of the item is one of those among which 734.4(a) has families without a level."""
    if not eccn:
        return True
    patterns = [leaf.pattern for leaf in _leaves(_texts(view, FAMILIES, on)) if isinstance(leaf, Like)]
    return any(like_pattern(pattern).fullmatch(eccn) for pattern in patterns)


def military_content(view: View, destination: str, on: date, *, minor: bool) -> Truth:
    """Whether US-origin 600-series or 9x515 content takes the level away toward a destination (734.4(a)(6)).

    ``minor`` content is that of a .y paragraph.
    """
    return view.groups[MINOR if minor else MAJOR].contains(destination, on)
