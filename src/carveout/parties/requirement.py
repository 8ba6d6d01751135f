"""What the columns of the Entity List say: footnote marks glued to section numbers, and the license review policy.

Supplement No. 4 to part 744 prints its footnote marks raised. In plain text ``734.9(e)1`` is section 734.9(e) with
mark 1, ``of the EAR2`` carries mark 2, ``of the EAR)4`` mark 4; ``734.9(e)(2)`` is a paragraph and no mark.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MARK = re.compile(
    r"""734\.9\s*\([a-z]\)(?:\(\d\))?\s*,?\s*([1-9])(?![\d.(]) # 734.9(e)1   734.9(g), 3   734.9(e)(2)4
      | \bEAR\s?\.?\)*\s*([1-9])(?![\d.]\d|\d|\()             # the EAR2    the EAR)4     the EAR.) 5
    """,
    re.VERBOSE | re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def footnotes(requirement: str) -> frozenset[str]:
    """The footnote marks that stand in a license requirement."""
    return frozenset(mark for match in _MARK.finditer(requirement) for mark in match.groups() if mark)


PRESUMPTION_OF_DENIAL = "presumption_of_denial"
POLICY_OF_DENIAL = "policy_of_denial"
CASE_BY_CASE = "case_by_case"

_REFERENCE = re.compile(
    r"\bsee\b[^a-z]*(?:(?:parts?|of|the|this|ear|and|or|supplement|no)\b|§|[\d.,;()\s]|\([a-z]\))*\Z", re.IGNORECASE
)
_PLAIN = {
    "presumption of denial": PRESUMPTION_OF_DENIAL,
    "presumption for denial": PRESUMPTION_OF_DENIAL,  # so in several entries
    "policy of denial": POLICY_OF_DENIAL,
    "policy of denial for all items subject to the ear": POLICY_OF_DENIAL,
    "case by case": CASE_BY_CASE,
    "case by case basis": CASE_BY_CASE,
    "case by case review": CASE_BY_CASE,
}


@lru_cache(maxsize=4096)
def review_policy(text: str) -> str:
    """The review policy in one word where the text is plain (references to sections aside), nothing where it is not.

    A policy that differs by item is not plain: its text is kept, and is not made simpler than it is.
    """
    words = re.sub(r"[^a-z ]+", " ", _REFERENCE.sub("", " ".join(text.split())).lower()).split()
    return _PLAIN.get(" ".join(words), "")
