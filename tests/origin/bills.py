"""Random bills of materials, and the slow recursive roll-up that the fast one must agree with."""

from dataclasses import dataclass
from fractions import Fraction
from math import inf

import numpy as np
from hypothesis import strategies as st

from carveout.facts.value import FALSE, TRUE, UNKNOWN
from carveout.origin.bill import Bill, PartClass

CLASSES = (
    PartClass(origin="foreign"), PartClass(origin="us", controlled=TRUE), PartClass(origin="us", controlled=FALSE),
    PartClass(origin="us"), PartClass(controlled=TRUE), PartClass(), PartClass(controlled=FALSE),
    PartClass(origin="us", controlled=TRUE, how="separate"),
)  # fmt: skip
"""Every way in which a part can stand to an item."""

TRUTHS = (FALSE, TRUE, FALSE, UNKNOWN, UNKNOWN, UNKNOWN, FALSE, FALSE)
"""Whether each class counts, when nothing but the line says so (an origin that is not known never surely counts)."""


@dataclass(frozen=True)
class Plain:
    """A part as a person would write it down: class, bounds of its value or None, its parts with bounds of their number."""

    kind: int
    value: tuple[float, float] | None
    holds: tuple[tuple[int, float, float], ...]


amounts = st.integers(0, 400).map(lambda n: n / 4)
numbers = st.sampled_from([1.0, 2.0, 3.0, 0.5, 7.0])


@st.composite
def plain_bills(draw, open_values=True, most=9):
    """Parts in which every part holds only later ones; the first is the item."""
    count = draw(st.integers(2, most))
    parts = []
    for place in range(count):
        later = list(range(place + 1, count))
        held = draw(st.lists(st.sampled_from(later), max_size=3)) if later else []
        if place == 0 and not held:
            held = [later[0]]
        uses = []
        for child in held:
            number = draw(numbers)
            wide = open_values and draw(st.integers(0, 5)) == 0
            uses.append((child, number, number + 1 if wide else number))
        low = draw(amounts)
        stated = None if (draw(st.booleans()) if uses else open_values and draw(st.integers(0, 5)) == 0) else low
        wide = open_values and draw(st.integers(0, 4)) == 0
        value = None if stated is None else (stated, stated + draw(amounts) if wide else stated)
        parts.append(Plain(draw(st.integers(0, len(CLASSES) - 1)) if place else 0, value, tuple(uses)))
    return tuple(parts)


def as_bill(parts):
    """The bill of plain parts."""
    uses = [(place, child, few, many) for place, part in enumerate(parts) for child, few, many in part.holds]
    columns = np.asarray(uses, float).reshape(-1, 4)
    nan = float("nan")
    return Bill(
        [f"P{place}" for place in range(len(parts))],
        np.asarray([part.value[0] if part.value else nan for part in parts]),
        np.asarray([part.value[1] if part.value else nan for part in parts]),
        CLASSES, np.asarray([part.kind for part in parts]), columns[:, 0].astype(int), columns[:, 1].astype(int),
        columns[:, 2], columns[:, 3],
    )  # fmt: skip


def times(number, amount):
    """None of anything is nothing, also of what has no bound."""
    return 0 if number == 0 or amount == 0 else inf if inf in (number, amount) else Fraction(number) * Fraction(amount)


def total(amounts):
    """A sum that may be endless."""
    listed = list(amounts)
    return inf if inf in listed else sum(listed, Fraction(0))


def slow_share(parts, item=0):
    """At least and at most, by recursion, in fractions: the words of ``origin.content`` read one after the other."""
    roots = set(range(len(parts))) - {child for part in parts for child, _, _ in part.holds} | {item}

    def worth(place, high):
        part = parts[place]
        if CLASSES[part.kind].how == "separate" and place not in roots:
            return Fraction(0)
        if part.value is not None:
            return Fraction(part.value[high])
        if not part.holds:
            return inf if high else Fraction(0)
        return total(times(use[1 + high], worth(use[0], high)) for use in part.holds)

    def case(place, upper):
        """(content, all of it) in the upper or the lower case."""
        part, kind = parts[place], CLASSES[parts[place].kind]
        counts = TRUTHS[part.kind]
        if kind.how == "separate" and place not in roots:
            return Fraction(0), Fraction(0)
        foreign = kind.origin == "foreign" or place in roots
        if not foreign and upper and counts != FALSE:
            return worth(place, 1), worth(place, 1)
        if not foreign and kind.origin == "us" and upper:
            return Fraction(0), worth(place, 0)
        if not foreign and not upper:
            return (worth(place, 0), worth(place, 0)) if counts == TRUE else (Fraction(0), worth(place, 1))
        content, rest = Fraction(0), Fraction(0)
        for child, few, many in part.holds:
            inner, whole = case(child, upper)
            outer = 0 if whole == inner else inf if whole == inf else whole - inner
            content = total((content, times(many if upper else few, inner)))
            rest = total((rest, times(few if upper else many, outer)))
        if part.value is None:
            return (content, total((content, rest))) if part.holds else (Fraction(0), Fraction(0) if upper else inf)
        low, high = map(Fraction, part.value)
        content = min(content, high)
        return content, max(low, content) if upper else high

    def percent(content, whole, unknown):
        if content == 0:
            return 0
        if whole == inf:
            return unknown if content == inf else 0
        return min(Fraction(100), 100 * Fraction(content) / Fraction(whole))

    return percent(*case(item, False), 0), percent(*case(item, True), 100)
