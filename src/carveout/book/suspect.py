"""Rows that may hold an error, found column by column; the reader of rows then says whether and which."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.book.columns import BAD, GIVEN, ReadColumn, is_value
from carveout.decide.planes import Codes, Range
from carveout.facts.schema import ROLES
from carveout.facts.value import FALSE

FORMATS = {
    "other_authorization": re.compile(r"(nlr|none)\Z|(exception|license):\S"),
    **{f"{role}_listing": re.compile(r"none\Z|[a-z0-9]+/[a-z0-9-]+\Z") for role in ROLES},
    **{f"{role}_owners": re.compile(r"(?:el|meu|sdn)/[a-z0-9-]+(?: ?, ?(?:el|meu|sdn)/[a-z0-9-]+)*\Z") for role in ROLES},
}  # fmt: skip


MARKS: dict[str, Callable[[str], Any]] = {
    "eccn": lambda text: (text == "EAR99", text.startswith("5D002")),
    "destination": lambda text: text == "US",
    **{name: lambda text, shape=shape: bool(shape.match(text.casefold())) for name, shape in FORMATS.items()},  # type: ignore[misc]
}
"""What the reader of rows looks at in a text beside the law, when it refuses contradictions."""


def suspect_rows(columns: Mapping[str, ReadColumn], rows: int) -> npt.NDArray[np.bool_]:
    """Rows that may have an error: the reader of rows decides."""
    found = np.zeros(rows, bool)
    for column in columns.values():
        found |= column.state == BAD
    content = columns.get("us_controlled_content_pct")
    if content is not None and isinstance(content.column, Range):
        given = content.state == GIVEN
        found |= given & ((content.column.low < 0) | (content.column.high > 100))
    for start, end in (("license_from", "license_through"), ("en_route_from", "en_route_until")):
        if start in columns and end in columns:
            one, two = columns[start].column, columns[end].column
            assert isinstance(one, Range)
            assert isinstance(two, Range)
            found |= (columns[start].state == GIVEN) & (columns[end].state == GIVEN) & (one.low > two.low)
    found |= _pairs(columns, "direction", ("import", "return_to_us"), "destination", rows)
    if "will_be_exported" in columns:
        at_home = is_value(columns["will_be_exported"].column, (FALSE,))
        found |= at_home & _pairs(columns, "direction", ("domestic_sale",), "destination", rows)
    found |= _pairs(columns, "eccn", ("EAR99",), "reasons_for_control", rows)
    software = columns.get("encryption_software")
    eccn = columns.get("eccn")
    if software is not None and eccn is not None and isinstance(eccn.column, Codes):
        table = np.asarray([isinstance(v, str) and v.startswith("5D002") for v in eccn.column.values])
        found |= table[eccn.column.codes] & (software.state == GIVEN)
    for name, pattern in FORMATS.items():
        held = columns.get(name)
        if held is not None and isinstance(held.column, Codes):
            strange = np.asarray([isinstance(v, str) and not pattern.match(v.casefold()) for v in held.column.values])
            found |= strange[held.column.codes]
    return found


def _pairs(
    columns: Mapping[str, ReadColumn], name: str, values: tuple[str, ...], other: str, rows: int
) -> npt.NDArray[np.bool_]:
    if name not in columns or other not in columns:
        return np.zeros(rows, bool)
    given = columns[other].state == GIVEN
    return np.asarray(is_value(columns[name].column, values) & given & _not_home(columns, other))


def _not_home(columns: Mapping[str, ReadColumn], other: str) -> npt.NDArray[np.bool_]:
    if other != "destination":
        return np.ones(len(columns[other].state), bool)
    return ~is_value(columns[other].column, ("US",))
