"""What the tables say of an item and a destination: that a license is required, or nothing.

ECCN -> reasons for control -> Country Chart column -> an X in the row of the destination (15 CFR 738.4(a)). The tables
never show that none is required: general prohibitions four to ten, parts 744 and 746 and requirements stated in the entry
itself are not in the chart, so no X is no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from carveout.origin.ear_tables import Control, EarTables
from carveout.origin.eccn import Eccn, read_eccn

_WHOLE = re.compile(r"(?:the )?entire entry\Z")
_EXCEPT = re.compile(r"(?:the )?entire entry,? except (.*)\Z", re.DOTALL)
_JOINED = re.compile(r"\s*(?:,\s*and\s|,|\band\b|\bor\b)\s*")
_PARAGRAPH = re.compile(r"(?:[0-9][A-E][0-9]{3})?\.?([a-z](?:\.[0-9]+(?:\.[a-z])?)*)\Z")

CAMERAS = frozenset({2, 4})
"""Footnotes of the chart that point to special provisions for thermal imaging cameras (742.4(a), 742.6(a))."""
MILITARY = frozenset({3})
"""The footnote that points to special provisions for 0A919 (742.6(a)(3))."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A license is required, for these reasons: the chart columns with an X and the words of the entry."""

    columns: tuple[str, ...]
    words: tuple[str, ...]


def required(tables: EarTables, eccn: str, destination: str) -> Requirement | None:
    """The requirement the tables show for an item to a destination; None where they show none, which means unknown."""
    read = read_eccn(eccn)
    entry = tables.entries.get(read.entry) if read else None
    marks = tables.marks.get(destination)
    if read is None or entry is None or marks is None or _has_special(tables, read, destination):
        return None
    found = [c for c in entry.controls if c.column in marks and covers(c, read)]
    return Requirement(tuple(dict.fromkeys(c.column for c in found)), tuple(c.text for c in found)) if found else None


def _has_special(tables: EarTables, eccn: Eccn, destination: str) -> bool:
    """Whether a footnote of the row may take the item out of what the grid shows."""
    notes = tables.special.get(destination, frozenset())
    return bool((notes & CAMERAS and eccn.entry[0] == "6") or (notes & MILITARY and eccn.entry == "0A919"))


def covers(control: Control, eccn: Eccn) -> bool:
    """Whether a line surely applies to the item: it speaks of the entire entry, or of paragraphs that hold the item's.

    A line limited by words (a use, a technical value, a paragraph the item does not state) is not sure.
    """
    if _WHOLE.match(control.scope):
        return True
    excepted = _EXCEPT.match(control.scope)
    named = paragraphs(excepted.group(1) if excepted else control.scope, eccn.entry)
    if named is None or not eccn.paragraph:
        return False
    if excepted:
        # An item that states .a could still be .a.1: it lies outside the exception only where neither holds the other.
        return not any(_within(eccn.paragraph, one) or _within(one, eccn.paragraph) for one in named)
    return any(_within(eccn.paragraph, one) for one in named)


def _within(paragraph: str, of: str) -> bool:
    return paragraph == of or paragraph.startswith(of + ".")


def paragraphs(text: str, entry: str) -> tuple[str, ...] | None:
    """The paragraphs a text lists, where it lists nothing else: ``3A611.y``, ``.a and .x``; None otherwise."""
    found = []
    words = re.sub(r"\A(?:paragraphs?|items controlled by)\s+", "", text.strip())
    for part in _JOINED.split(words):
        match = _PARAGRAPH.match(part.strip())
        if match is None or (part.strip()[:1].isdigit() and not part.strip().startswith(entry)):
            return None
        found.append(match.group(1))
    return tuple(found)


def is_at_only(tables: EarTables, eccn: str) -> bool:
    """Whether the whole entry is controlled for anti-terrorism reasons and for nothing else, by its reasons and each line."""
    read = read_eccn(eccn)
    entry = tables.entries.get(read.entry) if read else None
    if entry is None or not entry.controls:
        return False
    return entry.reasons == {"AT"} == {control.reason for control in entry.controls}


def sure_reasons(tables: EarTables, eccn: str) -> str:
    """The reasons for control that surely hold for an item, as a cell of a book: ``AT``, ``AT,NS``; empty when none are told.

    AT alone is told only of an entry that has no other reason, whatever the paragraph; other reasons only where a line
    surely applies to the item. So an item is never taken to be controlled for anti-terrorism reasons only by omission.
    """
    if is_at_only(tables, eccn):
        return "AT"
    read = read_eccn(eccn)
    entry = tables.entries.get(read.entry) if read else None
    if read is None or entry is None:
        return ""
    sure = {control.reason for control in entry.controls if control.reason and covers(control, read)}
    return ",".join(sorted(sure)) if sure - {"AT"} else ""
