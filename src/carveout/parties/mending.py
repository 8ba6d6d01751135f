"""Legal forms written with a slip of the pen, mended before a name is read: COMPAMY, LMIITED, INCORPORATDE.

A slip in a common word costs a name its legal form and leaves a rare word in its core, which is how a listed name
would get away with a typing error.
"""

from __future__ import annotations

from carveout.parties.word import FORMS

SHORTEST = 6
"""Shorter words are one slip away from too many others."""


def _without_one(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]


_REMAINS = {
    left: word
    for word in sorted({word for form in FORMS if form.isascii() for word in form.split()})
    if len(word) >= SHORTEST
    for left in _without_one(word)
}

_OUTER = frozenset(left[:2] + left[-2:] for left in _REMAINS)


def mended(word: str) -> str:
    """The word of a legal form that this one is a slip away from (see ``slips``), or the word itself."""
    if len(word) < SHORTEST - 1:
        return word
    # Whichever letter is left out, these are the first two and the last two that remain; most words share them with no form.
    first, last = word[:2], word[-2:]
    if (
        first + last not in _OUTER
        and word[1:3] + last not in _OUTER
        and word[0] + word[2] + last not in _OUTER
        and first + word[-3:-1] not in _OUTER
        and first + word[-3] + word[-1] not in _OUTER
    ):
        return word
    for left in _without_one(word):
        found = _REMAINS.get(left)
        if found:
            return found
    return word
