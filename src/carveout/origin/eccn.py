"""Export Control Classification Numbers: the entry, the paragraph in it, and the families told by the number alone.

15 CFR 738.2: a digit (category), a letter (product group), three digits, then paragraphs. "600 series" means a 6 as the
third character (772.1); 9x515 are the spacecraft entries 9A515 to 9E515.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ECCN = re.compile(r"([0-9][A-E][0-9]{3})(?:\.?([A-Z][A-Z0-9.]*))?\Z")


@dataclass(frozen=True, slots=True)
class Eccn:
    """An ECCN: ``entry`` such as 3A001, ``paragraph`` such as a.1 (lower case, empty where none was given)."""

    entry: str
    paragraph: str = ""

    def __str__(self) -> str:
        return f"{self.entry}.{self.paragraph}" if self.paragraph else self.entry

    @property
    def is_military(self) -> bool:
        """Whether the entry is of the 600 series or 9x515."""
        return self.entry[2] == "6" or (self.entry[0] == "9" and self.entry[2:] == "515")

    @property
    def is_minor(self) -> bool:
        """Whether the paragraph is the .y of such an entry."""
        return self.paragraph == "y" or self.paragraph.startswith("y.")


def read_eccn(text: str) -> Eccn | None:
    """The ECCN in a text such as ``3A001.a.1``; None when it is none (EAR99 is no ECCN)."""
    match = _ECCN.match(re.sub(r"\s+", "", text).upper())
    return Eccn(match.group(1), (match.group(2) or "").strip(".").lower()) if match else None
