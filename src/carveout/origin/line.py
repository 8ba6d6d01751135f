"""The cells of one line of a bill: what each column holds, and an error that teaches for what it does not.

The words follow those of a book (:mod:`carveout.facts.row`): empty and ``unknown`` are unknown, a value known within
bounds is written ``10..20``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from carveout.facts.country import is_country
from carveout.facts.row import UNKNOWN_WORDS, CellProblem, read_amount, read_cell
from carveout.facts.schema import schema
from carveout.facts.value import UNKNOWN, Span, Truth
from carveout.origin.bill import HOWS, KINDS
from carveout.origin.eccn import read_eccn

COLUMNS: Mapping[str, str] = {
    "part": "Id of the part; described once, on any of its lines.",
    "parent": "Id of the part it goes into; empty for the item itself.",
    "quantity": "How many go into one parent; more than nothing, or bounds such as 1..3.",
    "unit_value": "Fair market value of one, delivered; or bounds such as 10..12.50. Of an assembly: with all its parts.",
    "currency": "ISO 4217; one currency, or a rate for each other.",
    "origin": "us, foreign, or a country as ISO 3166-1 alpha-2: where it was produced, software where it was developed.",
    "eccn": "EAR99 or an ECCN, with its paragraph where you know it (3A001.a.2).",
    "reasons_for_control": "Reasons for control, for example AT or NS,AT.",
    "controlled": "true or false: does the part by itself need a license to the destination of this calculation?",
    "kind": "commodity, software or technology.",
    "how": "incorporated, bundled (software shipped with the item), commingled, or separate (then it is no content).",
    "description": "What it is, for the reader.",
}
"""The columns of a bill, in the order of the template."""

ALIASES: Mapping[str, str] = {
    "id": "part", "part_id": "part", "part_number": "part", "item": "part", "parent_id": "parent", "assembly": "parent",
    "qty": "quantity", "value": "unit_value", "unit_price": "unit_value", "price": "unit_value", "reasons": "reasons_for_control",
    "country_of_origin": "origin", "classification": "eccn", "license_required": "controlled", "name": "description",
}  # fmt: skip
"""Other names that a column of a bill goes by, read where the column itself is not there."""

DECIDING = ("origin", "eccn", "reasons_for_control", "controlled", "kind", "how")
"""The columns that decide whether a part counts."""

TEMPLATE = (
    "part,parent,quantity,unit_value,currency,origin,eccn,reasons_for_control,controlled,kind,how,description\n"
    "BOX,,,1000,USD,foreign,5A991,,,commodity,,the item itself\n"
    "BOARD,BOX,1,400,USD,foreign,EAR99,,,commodity,incorporated,assembled abroad\n"
    "CHIP,BOARD,2,60,USD,us,3A001.a.2,,true,commodity,incorporated,needs a license to the destination\n"
    "FPGA,BOARD,1,45..55,USD,us,,,,commodity,incorporated,not classified yet\n"
    "FW,BOX,1,20,USD,us,5D991,AT,,software,bundled,firmware\n"
)
"""A bill to start from."""


def is_unknown(text: str) -> bool:
    """Whether a cell is empty or says that nobody knows."""
    return not text or text.casefold() in UNKNOWN_WORDS


def _origin(text: str) -> str:
    word = text.casefold().replace(".", "")
    if word in ("us", "usa", "united states"):
        return "us"
    if word == "foreign" or (is_country(text.upper()) and text.upper() != "US"):
        return "foreign"
    raise CellProblem("us, foreign, or a country as ISO 3166-1 alpha-2")


def _eccn(text: str) -> str:
    plain = re.sub(r"\s+", "", text).upper()
    if plain == "EAR99" or read_eccn(plain):
        return plain
    raise CellProblem("EAR99 or an ECCN such as 3A001.a.2", "EAR99" if plain in ("EAR-99", "99", "NLR") else "")


def _choice(values: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        word = text.casefold()
        if word not in values:
            raise CellProblem("one of " + ", ".join(values))
        return word

    return read


def _reasons(text: str) -> str:
    return str(read_cell(schema()["reasons_for_control"], text))


READERS: Mapping[str, Callable[[str], str]] = {
    "origin": _origin, "eccn": _eccn, "reasons_for_control": _reasons, "kind": _choice(KINDS), "how": _choice(HOWS),
}  # fmt: skip
"""Column -> the text as it is held.

Each raises :class:`carveout.facts.row.CellProblem`.
"""


def read_controlled(text: str) -> Truth:
    """Whether the part needs a license to the destination, as stated."""
    value = read_cell(schema()["ccl_license_required"], text)
    return value if isinstance(value, int) else UNKNOWN


def read_value(text: str) -> tuple[float, float]:
    """The bounds of a unit value."""
    low, high = _bounds(text)
    if low < 0:
        raise CellProblem("a value of zero or more")
    return low, high


def read_quantity(text: str) -> tuple[float, float]:
    """The bounds of a quantity."""
    low, high = _bounds(text)
    if low < 0 or high <= 0:
        raise CellProblem("a quantity of more than zero")
    return low, high


def _bounds(text: str) -> tuple[float, float]:
    amount = read_amount(text)
    if isinstance(amount, Span):
        assert isinstance(amount.low, float)
        assert isinstance(amount.high, float)
        return amount.low, amount.high
    return amount, amount
