"""A bill of materials as columns: parts, and which part goes into which, how often.

A part is described once, wherever it is used: a shared sub-assembly is one part with several parents. Values are unit
values in one currency. What is missing or cannot be read is held as what it may be: a value from nothing up, a quantity
likewise, an origin or classification that is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.facts.value import UNKNOWN, Truth

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

HOWS = ("incorporated", "bundled", "commingled", "separate")
"""How US content gets into the item: built in, software shipped with it, mixed into software or technology; or not at all."""
KINDS = ("commodity", "software", "technology")


@dataclass(frozen=True, slots=True)
class PartClass:
    """What decides whether a part counts, as stated: empty texts and UNKNOWN were not given.

    ``controlled`` says whether the part itself would need a license to the destination of the calculation.
    """

    origin: str = ""
    eccn: str = ""
    reasons: str = ""
    controlled: Truth = UNKNOWN
    kind: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class LineError:
    """What was wrong with a cell of a bill: the line, the column, the value, what was expected, the nearest good value."""

    line: int
    column: str
    value: str
    expected: str
    nearest: str = ""

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"line {self.line}, column {self.column}: {self.value!r} is not {self.expected}{hint}"


@dataclass(frozen=True, eq=False)
class Bill:
    """Parts (``n``) and uses of a part in another (``m``).

    ``low``, ``high``: unit value of each part, shape (n,); NaN where none was stated (an assembly is then worth its
    parts). ``class_of``: place of each part's class in ``classes``. ``parent``, ``child``: places of parts, shape (m,);
    ``quantity_low``, ``quantity_high``: how many of the child go into one parent. ``errors``: cells that could not be
    read; what they would have said is held as unknown.
    """

    parts: Sequence[str]
    low: Numbers
    high: Numbers
    classes: tuple[PartClass, ...]
    class_of: Places
    parent: Places
    child: Places
    quantity_low: Numbers
    quantity_high: Numbers
    currency: str = ""
    names: Sequence[Any] = ()
    errors: tuple[LineError, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def roots(self) -> Places:
        """The parts that go into no other: the items the bill is about."""
        used = np.zeros(len(self.parts), bool)
        used[self.child] = True
        return np.flatnonzero(~used)

    def class_at(self, part: int) -> PartClass:
        """The class of one part."""
        return self.classes[int(self.class_of[part])]

    def name_of(self, part: int) -> str:
        """The description of a part, else nothing."""
        return str(self.names[part] or "") if len(self.names) else ""
