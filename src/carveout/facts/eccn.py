"""Lists of ECCNs: how a cell that names several is read, and whether some of them is among the members of a set.

A list stays one text, ``2E991,3E001.A,?``: upper case, sorted, the mark ``?`` last where further ones are not known.
``none`` is the empty list.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth

OPEN = "?"
"""Stands in a list for further classifications that nobody knows."""

NONE = "none"
"""The empty list: no technology or software at all."""

EXPECTED = "ECCNs such as 3E001, 5D002.c or EAR99, comma-separated, with unknown for those not known; or none"
"""What a cell with a list of ECCNs should hold, in words."""

_ECCN = re.compile(r"[0-9][A-E][0-9]{3}(\.[A-Z0-9]+)*\Z")
_OPEN_WORDS = frozenset({"UNKNOWN", OPEN})


def read_eccns(text: str) -> str:
    """The list in its one form.

    Raises:
        ValueError: something in it is no ECCN (15 CFR 738.2(d)), or it says none and names some.
    """
    parts = {part.upper() for part in re.split(r"[,;\s]+", text) if part}
    if parts == {"NONE"}:
        return NONE
    named = sorted(parts - _OPEN_WORDS)
    strange = [part for part in named if part != "EAR99" and not _ECCN.match(part)]
    if strange or not parts:
        raise ValueError(f"{', '.join(strange) or 'nothing'} is no ECCN")
    return ",".join([*named, *([OPEN] if parts & _OPEN_WORDS else [])])


def one_among(eccn: str, members: Collection[str]) -> Truth:
    """Whether one ECCN is among the members.

    A paragraph belongs to the number above it (3E001.A to 3E001); a number of which only a paragraph is a member
    is unknown.
    """
    if eccn == OPEN:
        return UNKNOWN
    found = FALSE
    for member in members:
        held = member.upper()
        if eccn == held or eccn.startswith(f"{held}."):
            return TRUE
        if held.startswith(f"{eccn}."):
            found = UNKNOWN
    return found


def some_among(eccns: str, members: Collection[str]) -> Truth:
    """Whether some of a list is among the members: true if one surely is, false only if none can be."""
    if eccns == NONE:
        return FALSE
    found = FALSE
    for eccn in eccns.split(","):
        found |= one_among(eccn, members)
    return found
